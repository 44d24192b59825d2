//! Services, shared resources, their edges and exceptions, and the platform's defaults.

use rowan::ast::{AstChildren, AstNode};

use super::{
    AddressLit, Alias, Environments, Expr, Fields, Path, Paths, Str,
    support::{child, child_after, children, choices, nodes, token},
};
use crate::{SyntaxKind::*, SyntaxToken, lexer::Date};

nodes! {
    /// `service checkout: HttpService { … }`
    Service = SERVICE;
    /// `resource archive: Bucket { … }`
    Resource = RESOURCE;
    /// The body of a service or resource.
    ServiceBody = SERVICE_BODY;
    /// `only in prod`
    Only = ONLY;
    /// `needs orders: Postgres { … }`
    Needs = NEEDS;
    /// `calls inventory as stock { … }`
    Calls = CALLS;
    /// `expose public at "…" { … }`
    Expose = EXPOSE;
    /// `in prod { … }`
    InBlock = IN_BLOCK;
    /// The body of an `in` block.
    InBody = IN_BODY;
    /// `patch deployment because "…" until 2027-03-01 { … }`
    Patch = PATCH;
    /// `emit rule: T because "…" until 2027-03-01 { … }` in a service.
    Extra = EXTRA;
    /// `renamed from old-name`
    Renamed = RENAMED;
    /// `defaults for Workload in prod { … }`
    Defaults = DEFAULTS;
    /// The body of `defaults`.
    DefaultsBody = DEFAULTS_BODY;
}

choices! {
    /// An entry of a service or resource.
    ServiceEntry = Field | Spread | Let | Needs | Calls | Expose | InBlock | Patch | Extra | Renamed;
    /// An entry of an `in` block.
    InEntry = Field | Spread | Patch;
}

/// What a `needs` leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NeedsSource {
    /// `needs n: Postgres`: a resource of its own.
    Owned(Path),
    /// `needs n = archive`: a shared one.
    Shared(Path),
    /// `needs n = archive@dev`: one of another environment.
    Address(AddressLit),
}

/// Accessors that services and resources share.
macro_rules! service_accessors {
    ($($name:ident),+) => {$(
        impl $name {
            /// The capability after `:`.
            pub fn capability(&self) -> Option<Path> {
                child_after(self.syntax(), |token| token.kind() == COLON)
            }

            /// The body.
            pub fn body(&self) -> Option<ServiceBody> {
                child(self.syntax())
            }
        }
    )+};
}
service_accessors!(Service, Resource);

/// Accessors of the escape hatches, which all say why and until when.
macro_rules! exception_accessors {
    ($($name:ident),+) => {$(
        impl $name {
            /// The reason after `because`.
            pub fn because(&self) -> Option<Str> {
                child(self.syntax())
            }

            /// The token after `until`.
            pub fn until_token(&self) -> Option<SyntaxToken> {
                token(self.syntax(), DATE)
            }

            /// The day after `until`.
            pub fn until(&self) -> Option<Date> {
                Date::parse(self.until_token()?.text())
            }

            /// The block.
            pub fn body(&self) -> Option<Fields> {
                child(self.syntax())
            }
        }
    )+};
}
exception_accessors!(Patch, Extra);

impl ServiceBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<ServiceEntry> {
        children(self.syntax())
    }
}

impl Only {
    /// The environments.
    pub fn paths(&self) -> Option<Paths> {
        child(self.syntax())
    }
}

impl Needs {
    /// What it leads to.
    pub fn source(&self) -> Option<NeedsSource> {
        if let Some(address) = child(self.syntax()) {
            return Some(NeedsSource::Address(address));
        }
        let path = child(self.syntax())?;
        let shared = token(self.syntax(), EQ).is_some();
        Some(if shared {
            NeedsSource::Shared(path)
        } else {
            NeedsSource::Owned(path)
        })
    }

    /// The block.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl Calls {
    /// What is called.
    pub fn target(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The name after `as`.
    pub fn alias(&self) -> Option<SyntaxToken> {
        token(child::<Alias>(self.syntax())?.syntax(), IDENT)
    }

    /// The block.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl Expose {
    /// `public` or `internal`.
    pub fn audience(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }

    /// The host after `at`.
    pub fn host(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The block.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl InBlock {
    /// The environments.
    pub fn environments(&self) -> Option<Environments> {
        Some(child::<Paths>(self.syntax())?.iter())
    }

    /// The block.
    pub fn body(&self) -> Option<InBody> {
        child(self.syntax())
    }
}

impl InBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<InEntry> {
        children(self.syntax())
    }
}

impl Patch {
    /// The emitted object that is changed.
    pub fn target(&self) -> Option<Path> {
        child(self.syntax())
    }
}

impl Extra {
    /// The type of the object.
    pub fn ty(&self) -> Option<Path> {
        child(self.syntax())
    }
}

impl Renamed {
    /// The former name.
    pub fn from(&self) -> Option<Path> {
        child(self.syntax())
    }
}

impl Defaults {
    /// The capability after `for`.
    pub fn capability(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The environments after `in`; nothing means everywhere.
    pub fn environments(&self) -> Option<Environments> {
        Some(child::<Paths>(self.syntax())?.iter())
    }

    /// The block.
    pub fn body(&self) -> Option<DefaultsBody> {
        child(self.syntax())
    }
}
