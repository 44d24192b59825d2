//! Declarations as data: what the parser's tree means, without offsets.
//!
//! A [`Body`] is equal to another when the declaration means the same, wherever it stands in its file: that is what keeps an edit
//! elsewhere from re-running anything. Where its nodes stand is in the separate [`SourceMap`].

mod decl;
#[cfg(any(test, feature = "testing"))]
pub mod dump;
mod expr;
mod lower;
pub mod source;
pub mod walk;

use smol_str::SmolStr;
use text_size::TextRange;

pub use decl::{
    Annotation, BodyKind, CapabilityBody, DefaultsBody, EdgeDecl, EdgeTarget, EmitDecl, EmitEach,
    EnforceBody, ExpectDecl, ExposeDecl, ExtendBody, ExtraEmit, FactBody, FieldDecl, FnBody,
    GuardrailBody, ImplementationBody, InBlock, LetDecl, Licence, Members, Only, OutputDecl,
    PatchDecl, Path, RequireDecl, ServiceBody, TestBody, VariantDecl, WaiverBody,
};
pub use expr::{
    Arg, Arm, BinaryOp, Element, Entry, EntryOp, Expr, ForClause, Pattern, PatternKind, Segment,
    SegmentKind, StrPart, TypeRef, UnaryOp,
};
pub use lower::{body, body_problems, source_map};
pub use source::{node_range, string_piece_range};

/// An expression of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// A type reference of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeRefId(pub u32);

/// Anything in a body that a message may point at: an index into [`SourceMap::ranges`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The declaration's name: every body has it as its first node.
    pub const NAME: Self = Self(0);
}

/// One declaration, lowered.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The expressions; children come before parents.
    pub exprs: Vec<Expr>,
    /// Where each expression stands, parallel to `exprs`.
    pub expr_nodes: Vec<NodeId>,
    /// The type references; children come before parents.
    pub types: Vec<TypeRef>,
    /// Where each type stands, parallel to `types`.
    pub type_nodes: Vec<NodeId>,
    /// The `///` text above the declaration.
    pub doc: Option<SmolStr>,
    /// Its annotations, such as `@stable(since = "1.0")`.
    pub annotations: Vec<Annotation>,
    /// What is declared.
    pub kind: BodyKind,
}

/// Where the nodes of a body stand. The ranges count from the first byte of the declaration, so that an edit above it leaves them
/// as they are; [`node_range`] gives those of the file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SourceMap {
    /// By [`NodeId`].
    pub ranges: Vec<TextRange>,
}
