//! Files, the declarations in them, and the facts of the fleet.

use rowan::ast::{AstChildren, AstNode};

use super::{
    ArgList, Fields, RecordType,
    support::{child, child_after, children, choices, nodes, token, tokens},
};
use crate::{SyntaxKind::*, SyntaxNode, SyntaxToken};

nodes! {
    /// A whole file.
    File = FILE;
    /// `@stable(since = "1.0")`
    Annotation = ANNOTATION;
    /// `use std.data.Postgres`, `use platform.{staging, prod}`, `use a.b as c`
    Use = USE;
    /// `{a, b}` of a `use`.
    UseGroup = USE_GROUP;
    /// `as name`
    Alias = ALIAS;
    /// `a.b.c`
    Path = PATH;
    /// One path, or several in brackets.
    Paths = PATHS;
    /// `team payments { … }`, `system shop: Tenant { … }`
    Fact = FACT;
    /// The body of a `team`, `system` or `external`.
    FactBody = FACT_BODY;
    /// `environment prod: Cluster like base { … }`
    Environment = ENVIRONMENT;
    /// `like base`
    Like = LIKE;
    /// `external paypal { … }`
    External = EXTERNAL;
    /// `extend environment { … }`
    Extend = EXTEND;
}

choices! {
    /// A declaration of a file.
    Item = Use | Fact | Environment | External | Service | Resource | Capability | Implementation | Defaults | Extend
        | Guardrail | Enforce | Waiver | Pipeline | Migration | Test | TypeDecl | Enum | Let | Fn;
    /// An entry of a `team`, `system` or `external`.
    FactEntry = Field | Spread | InBlock;
}

/// The annotations of something.
pub type AnnotationList = AstChildren<Annotation>;
/// The environments of an `in` or `only in`.
pub type Environments = AstChildren<Path>;

/// Which fact a [`Fact`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// `team`
    Team,
    /// `system`
    System,
}

impl File {
    /// The view of a root that the parser made.
    pub(crate) fn new(root: SyntaxNode) -> Self {
        File(root)
    }

    /// The declarations, in order.
    pub fn items(&self) -> AstChildren<Item> {
        children(self.syntax())
    }
}

impl Item {
    /// The name that it declares. A `use` declares several or another, `extend`, `defaults`, `enforce` and `test` none.
    pub fn name(&self) -> Option<SyntaxToken> {
        match self {
            Item::Use(_)
            | Item::Defaults(_)
            | Item::Extend(_)
            | Item::Enforce(_)
            | Item::Test(_) => None,
            _ => token(self.syntax(), IDENT),
        }
    }
}

impl Annotation {
    /// The arguments.
    pub fn args(&self) -> Option<ArgList> {
        child(self.syntax())
    }
}

impl Use {
    /// The path before a group or alias.
    pub fn path(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// `{a, b}`
    pub fn group(&self) -> Option<UseGroup> {
        child(self.syntax())
    }

    /// The name after `as`.
    pub fn alias(&self) -> Option<SyntaxToken> {
        token(child::<Alias>(self.syntax())?.syntax(), IDENT)
    }
}

impl UseGroup {
    /// The names in the braces.
    pub fn names(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        tokens(self.syntax(), IDENT)
    }
}

impl Path {
    /// The names between the dots.
    pub fn segments(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        tokens(self.syntax(), IDENT)
    }

    /// The last name.
    pub fn last(&self) -> Option<SyntaxToken> {
        self.segments().last()
    }

    /// The names joined by dots, whatever stands between them in the source.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for segment in self.segments() {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(segment.text());
        }
        text
    }
}

impl Paths {
    /// The paths, in order.
    pub fn iter(&self) -> AstChildren<Path> {
        children(self.syntax())
    }
}

impl Fact {
    /// `team` or `system`.
    pub fn kind(&self) -> FactKind {
        if super::support::has_keyword(self.syntax(), "system") {
            FactKind::System
        } else {
            FactKind::Team
        }
    }

    /// The capability after `:`.
    pub fn capability(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<FactBody> {
        child(self.syntax())
    }
}

impl FactBody {
    /// Fields, spreads and `in` blocks, in order.
    pub fn all(&self) -> AstChildren<FactEntry> {
        children(self.syntax())
    }
}

impl Environment {
    /// The capability after `:`.
    pub fn capability(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The environment after `like`.
    pub fn like(&self) -> Option<Path> {
        child(child::<Like>(self.syntax())?.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl External {
    /// The capability after `:`.
    pub fn capability(&self) -> Option<Path> {
        child_after(self.syntax(), |token| token.kind() == COLON)
    }

    /// The body.
    pub fn body(&self) -> Option<FactBody> {
        child(self.syntax())
    }
}

impl Extend {
    /// The kind of fact that gets more fields.
    pub fn fact(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }

    /// The fields.
    pub fn record(&self) -> Option<RecordType> {
        child(self.syntax())
    }
}
