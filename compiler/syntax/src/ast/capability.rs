//! Contracts and the ways to provide them.

use rowan::ast::{AstChildren, AstNode};

use super::{
    Expr, Fields, Keypath, Path, RecordType, Type,
    support::{child, children, choices, expr_after_word, expr_before_word, nodes, tokens},
};
use crate::{SyntaxKind::*, SyntaxToken};

nodes! {
    /// `capability HttpService is Workload { … }`
    Capability = CAPABILITY;
    /// `is Workload, Scaled`
    Contracts = CONTRACTS;
    /// `implementation Aws of Postgres when environment.cloud == aws { … }`
    Implementation = IMPLEMENTATION;
    /// The body of a capability or implementation.
    CapBody = CAP_BODY;
    /// `input port: Port = 8080`
    Input = INPUT;
    /// `output url: Url = "…"`
    Output = OUTPUT;
    /// `edge { timeout: Duration = 10s }`
    Edge = EDGE;
    /// `require c else "…" fix a.b = e`
    Require = REQUIRE;
    /// `fix a.b = e`
    Fix = FIX;
    /// `emit budget: kubernetes.policy.v1.PodDisruptionBudget for k, v in m when c { … }`
    Emit = EMIT;
    /// `for k, v in m` of an `emit`.
    EmitFor = EMIT_FOR;
}

choices! {
    /// An entry of a capability or implementation.
    CapEntry = Field | Spread | Let | Input | Output | Edge | Require | Emit | Needs;
}

impl Capability {
    /// The contracts after `is`.
    pub fn contracts(&self) -> impl Iterator<Item = Path> + use<> {
        child::<Contracts>(self.syntax())
            .into_iter()
            .flat_map(|it| children::<Path>(it.syntax()))
    }

    /// The body.
    pub fn body(&self) -> Option<CapBody> {
        child(self.syntax())
    }
}

impl Implementation {
    /// The capability after `of`.
    pub fn of(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<CapBody> {
        child(self.syntax())
    }
}

impl CapBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<CapEntry> {
        children(self.syntax())
    }
}

impl Input {
    /// The type.
    pub fn ty(&self) -> Option<Type> {
        child(self.syntax())
    }

    /// The value after `=`.
    pub fn default(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Output {
    /// The type.
    pub fn ty(&self) -> Option<Type> {
        child(self.syntax())
    }

    /// The value after `=`.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Edge {
    /// The fields of the edges that lead to the capability.
    pub fn record(&self) -> Option<RecordType> {
        child(self.syntax())
    }
}

impl Require {
    /// What must hold.
    pub fn condition(&self) -> Option<Expr> {
        expr_before_word(self.syntax(), "else")
    }

    /// The message after `else`.
    pub fn message(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "else")
    }

    /// The changes that would repair it.
    pub fn fixes(&self) -> AstChildren<Fix> {
        children(self.syntax())
    }
}

impl Fix {
    /// What to set.
    pub fn path(&self) -> Option<Keypath> {
        child(self.syntax())
    }

    /// What to set it to.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Emit {
    /// The type of the object, or the capability that expands in its place.
    pub fn ty(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// `for k, v in m`
    pub fn for_clause(&self) -> Option<EmitFor> {
        child(self.syntax())
    }

    /// The block.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl EmitFor {
    /// The name of the key.
    pub fn key(&self) -> Option<SyntaxToken> {
        tokens(self.syntax(), IDENT).next()
    }

    /// The name of the value.
    pub fn value(&self) -> Option<SyntaxToken> {
        tokens(self.syntax(), IDENT).nth(1)
    }

    /// The map.
    pub fn source(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
