//! Types and what they are declared with.

use rowan::ast::{AstChildren, AstNode};

use super::{
    Expr, Path, Str,
    support::{around, child, children, choices, nodes, token},
};
use crate::SyntaxKind::*;

nodes! {
    /// A type with its `?` and refinement.
    Type = TYPE;
    /// `list<int>`, `std.data.Postgres`
    PathType = PATH_TYPE;
    /// `<A, B>`
    TypeArgs = TYPE_ARGS;
    /// `{ a: int, b: string = "x" }`
    RecordType = RECORD_TYPE;
    /// `"a"` as a type.
    LiteralType = LITERAL_TYPE;
    /// `in 1..50`
    InRefinement = IN_REFINEMENT;
    /// `matching "…"`
    MatchingRefinement = MATCHING_REFINEMENT;
    /// `a: int = 1` in a record type.
    FieldDecl = FIELD_DECL;
    /// `type Name = T`
    TypeDecl = TYPE_DECL;
    /// `enum Probe { http(path: string), none }`
    Enum = ENUM;
    /// The body of an enum.
    EnumBody = ENUM_BODY;
    /// `http(path: string)`
    Variant = VARIANT;
    /// `(a: int, b: int = 1)`
    ParamList = PARAM_LIST;
    /// `a: int = 1` of a function or variant.
    Param = PARAM;
    /// `let a: T = e`
    Let = LET;
    /// `fn f(a: int): int = e`
    Fn = FN;
}

choices! {
    /// One side of a union, or the whole type if it is none.
    TypeAtom = PathType | RecordType | LiteralType;
    /// What narrows a type.
    Refinement = InRefinement | MatchingRefinement;
}

impl Type {
    /// The alternatives: one, or several with `|` between them.
    pub fn atoms(&self) -> AstChildren<TypeAtom> {
        children(self.syntax())
    }

    /// `?`: the value may be `none`.
    pub fn is_optional(&self) -> bool {
        token(self.syntax(), QUESTION).is_some()
    }

    /// `in 1..50` or `matching "…"`
    pub fn refinement(&self) -> Option<Refinement> {
        child(self.syntax())
    }
}

impl PathType {
    /// The name of the type.
    pub fn path(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// `<A, B>`
    pub fn arg_list(&self) -> Option<TypeArgs> {
        child(self.syntax())
    }

    /// The types between `<` and `>`.
    pub fn args(&self) -> impl Iterator<Item = Type> + use<> {
        self.arg_list()
            .into_iter()
            .flat_map(|it| children::<Type>(it.syntax()))
    }
}

impl RecordType {
    /// The fields, in order.
    pub fn fields(&self) -> AstChildren<FieldDecl> {
        children(self.syntax())
    }
}

impl LiteralType {
    /// The only value.
    pub fn string(&self) -> Option<Str> {
        child(self.syntax())
    }
}

impl InRefinement {
    /// The lower bound.
    pub fn low(&self) -> Option<Expr> {
        around(self.syntax(), DOT_DOT).0
    }

    /// The upper bound, inclusive.
    pub fn high(&self) -> Option<Expr> {
        around(self.syntax(), DOT_DOT).1
    }
}

impl MatchingRefinement {
    /// The regular expression.
    pub fn pattern(&self) -> Option<Str> {
        child(self.syntax())
    }
}

/// Accessors of what is declared with a type and a default.
macro_rules! typed_accessors {
    ($($name:ident: $value:ident, $doc:literal;)+) => {$(
        impl $name {
            /// The type.
            pub fn ty(&self) -> Option<Type> {
                child(self.syntax())
            }

            #[doc = $doc]
            pub fn $value(&self) -> Option<Expr> {
                child(self.syntax())
            }
        }
    )+};
}
typed_accessors! {
    FieldDecl: default, "The value after `=`.";
    Param: default, "The value after `=`.";
    Let: value, "The value.";
}

impl TypeDecl {
    /// The type after `=`.
    pub fn ty(&self) -> Option<Type> {
        child(self.syntax())
    }
}

impl Enum {
    /// The variants, in order.
    pub fn variants(&self) -> impl Iterator<Item = Variant> + use<> {
        child::<EnumBody>(self.syntax())
            .into_iter()
            .flat_map(|it| children::<Variant>(it.syntax()))
    }
}

impl Variant {
    /// The payload.
    pub fn param_list(&self) -> Option<ParamList> {
        child(self.syntax())
    }

    /// The fields of the payload.
    pub fn params(&self) -> impl Iterator<Item = Param> + use<> {
        self.param_list().into_iter().flat_map(|it| it.params())
    }
}

impl ParamList {
    /// The parameters, in order.
    pub fn params(&self) -> AstChildren<Param> {
        children(self.syntax())
    }
}

impl Fn {
    /// `(a: int, b: int)`
    pub fn param_list(&self) -> Option<ParamList> {
        child(self.syntax())
    }

    /// The parameters, in order.
    pub fn params(&self) -> impl Iterator<Item = Param> + use<> {
        self.param_list().into_iter().flat_map(|it| it.params())
    }

    /// The type of the result.
    pub fn result(&self) -> Option<Type> {
        child(self.syntax())
    }

    /// The value after `=`.
    pub fn body(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
