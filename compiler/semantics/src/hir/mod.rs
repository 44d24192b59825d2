//! Declarations as data: what the parser's tree means, without offsets.
//!
//! A [`Body`] is equal to another when the declaration means the same, wherever it stands in its file: that is what keeps an edit
//! elsewhere from re-running anything. Where its nodes stand is in the separate [`SourceMap`].

#[cfg(any(test, feature = "testing"))]
pub mod dump;
mod lower;
pub mod source;
pub mod walk;

use smol_str::SmolStr;
use text_size::TextRange;

use crate::db::Name;

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

/// `@name(args)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// Named arguments; positional ones have no name.
    pub args: Vec<(Option<Name>, ExprId)>,
}

/// What a body declares.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyKind {
    /// `team`, `system`, `environment`, `external`.
    Fact(FactBody),
    /// `service`, `resource`.
    Service(ServiceBody),
    /// `defaults for C in e { … }`.
    Defaults(DefaultsBody),
    /// `capability C is … { … }`.
    Capability(CapabilityBody),
    /// `implementation X of C when … { … }`.
    Implementation(ImplementationBody),
    /// `extend service { … }`.
    Extend(ExtendBody),
    /// `type T = …`.
    Type(TypeRefId),
    /// `enum E { … }`.
    Enum(Vec<VariantDecl>),
    /// `let x = …` of a module.
    Let(LetDecl),
    /// `fn f(…): T = …`.
    Fn(FnBody),
    /// `guardrail`, `waiver`, `pipeline`, `migration`, `test`: parsed, kept, evaluated by later releases.
    Later,
    /// The parser could not make sense of it.
    Broken,
}

/// A dotted path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where all of it stands.
    pub node: NodeId,
    /// Its segments.
    pub segments: Vec<(Name, NodeId)>,
}

impl Path {
    /// The text with dots.
    #[must_use]
    pub fn text(&self) -> String {
        self.segments
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// `team`, `system`, `environment` or `external`.
#[derive(Clone, Debug, PartialEq)]
pub struct FactBody {
    /// The capability behind it: `system s: Tenant`.
    pub capability: Option<Path>,
    /// `like a` of an environment.
    pub like: Option<Path>,
    /// Its facts.
    pub entries: Vec<Entry>,
    /// `in e { … }`.
    pub in_blocks: Vec<InBlock>,
}

/// `service` or `resource`.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceBody {
    /// The capability; `None` when the parser found none.
    pub capability: Option<Path>,
    /// `only in …`.
    pub only: Option<Only>,
    /// Its facts and inputs.
    pub entries: Vec<Entry>,
    /// Its lets.
    pub lets: Vec<LetDecl>,
    /// Its `needs` and `calls`.
    pub edges: Vec<EdgeDecl>,
    /// Its exposures.
    pub exposes: Vec<ExposeDecl>,
    /// `in e { … }`.
    pub in_blocks: Vec<InBlock>,
    /// Its patches.
    pub patches: Vec<PatchDecl>,
    /// Its extra objects.
    pub emits: Vec<ExtraEmit>,
    /// `renamed from …`.
    pub renamed_from: Option<Path>,
}

/// `only in a` or `only in [a, b]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    /// Where it stands.
    pub node: NodeId,
    /// The environments.
    pub environments: Vec<Path>,
}

/// `in a { … }` or `in [a, b] { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct InBlock {
    /// Where the head stands.
    pub node: NodeId,
    /// The environments.
    pub environments: Vec<Path>,
    /// The values.
    pub entries: Vec<Entry>,
    /// The patches.
    pub patches: Vec<PatchDecl>,
}

/// `needs` or `calls`.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeDecl {
    /// Where the alias (or, without one, the target) stands.
    pub node: NodeId,
    /// The name under which the consumer knows it; for `calls` without `as`, the target's last segment.
    pub alias: Name,
    /// What it leads to.
    pub target: EdgeTarget,
    /// The block; inputs (owned) and the edge's fields.
    pub entries: Vec<Entry>,
    /// `only in …`.
    pub only: Option<Only>,
}

/// What an edge leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeTarget {
    /// `needs n: C`: an instance of its own.
    Owned(Path),
    /// `needs n = r`: a shared resource or service.
    Shared(Path),
    /// `needs n = r@dev`: one of another environment.
    Elsewhere {
        /// The resource.
        target: Path,
        /// The environment.
        environment: (Name, NodeId),
    },
    /// `calls s`.
    Call(Path),
}

/// `expose public at host { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposeDecl {
    /// Where the visibility stands.
    pub node: NodeId,
    /// `public`, `internal`.
    pub visibility: Name,
    /// The host.
    pub host: Option<ExprId>,
    /// The block.
    pub entries: Vec<Entry>,
    /// `only in …`.
    pub only: Option<Only>,
}

/// `patch deployment because "…" until … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchDecl {
    /// Where the path of the patched object stands.
    pub node: NodeId,
    /// The emitted object: `deployment`, `server.deployment`.
    pub target: Path,
    /// Why, and until when.
    pub licence: Licence,
    /// `only in …`.
    pub only: Option<Only>,
    /// The changes.
    pub entries: Vec<Entry>,
}

/// Why an escape hatch is open, and until when.
#[derive(Clone, Debug, PartialEq)]
pub struct Licence {
    /// The reason; an interpolated or missing one is an error of lowering.
    pub because: SmolStr,
    /// Where the date stands.
    pub until_node: NodeId,
    /// The date.
    pub until: Option<plat_model::Date>,
}

/// `emit x: T because "…" until … { … }` within a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtraEmit {
    /// The object.
    pub emit: EmitDecl,
    /// Why, and until when.
    pub licence: Licence,
    /// `only in …`.
    pub only: Option<Only>,
}

/// `defaults for C in e { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultsBody {
    /// The capability, contract or fact kind.
    pub target: Path,
    /// The environments; empty for everywhere.
    pub environments: Vec<Path>,
    /// The values.
    pub entries: Vec<Entry>,
}

/// `capability C is … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct CapabilityBody {
    /// The contracts it takes over.
    pub is: Vec<Path>,
    /// What stands in its braces.
    pub members: Members,
}

/// `implementation X of C when … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplementationBody {
    /// The contract.
    pub of: Path,
    /// The condition.
    pub when: Option<ExprId>,
    /// What stands in its braces.
    pub members: Members,
}

/// The members of a capability or implementation, each kind in the order of the sources.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Members {
    /// How it is operated: `operated_by`, `runbook` …, by the prelude's schema.
    pub fields: Vec<Entry>,
    /// Inputs.
    pub inputs: Vec<FieldDecl>,
    /// Outputs: `output x: T = e`.
    pub outputs: Vec<OutputDecl>,
    /// Lets.
    pub lets: Vec<LetDecl>,
    /// Fields of the edges that lead to it.
    pub edge: Vec<FieldDecl>,
    /// Requirements.
    pub requires: Vec<RequireDecl>,
    /// Objects.
    pub emits: Vec<EmitDecl>,
    /// What it needs itself.
    pub needs: Vec<EdgeDecl>,
}

/// `name: T = default`: an input, a field of a record type, a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeRefId,
    /// The default.
    pub default: Option<ExprId>,
    /// `///` text.
    pub doc: Option<SmolStr>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
}

/// `output x: T = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type; without one, the expression's.
    pub ty: Option<TypeRefId>,
    /// The value; a contract without one leaves it to its implementations.
    pub value: Option<ExprId>,
    /// `///` text.
    pub doc: Option<SmolStr>,
}

/// `let x: T = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct LetDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Option<TypeRefId>,
    /// The value.
    pub value: ExprId,
    /// `///` text.
    pub doc: Option<SmolStr>,
}

/// `require c else "…" fix p = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct RequireDecl {
    /// Where it stands.
    pub node: NodeId,
    /// The condition.
    pub condition: ExprId,
    /// The message.
    pub otherwise: Option<ExprId>,
    /// The fixes: path and value.
    pub fixes: Vec<(Vec<Segment>, ExprId)>,
}

/// `emit x: T for k, v in m when c { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct EmitDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The object type or capability.
    pub ty: Path,
    /// `for k, v in m`.
    pub each: Option<EmitEach>,
    /// `when c`.
    pub when: Option<ExprId>,
    /// Its fields.
    pub entries: Vec<Entry>,
    /// `///` text.
    pub doc: Option<SmolStr>,
}

/// `for k, v in m` of an emit.
#[derive(Clone, Debug, PartialEq)]
pub struct EmitEach {
    /// The key's binder.
    pub key: (Name, NodeId),
    /// The value's binder.
    pub value: (Name, NodeId),
    /// The map.
    pub map: ExprId,
}

/// `extend service { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtendBody {
    /// The fact kind, as written: `service`, `environment`, or `capability` for the facts of operation.
    pub target: (Name, NodeId),
    /// The fields.
    pub fields: Vec<FieldDecl>,
}

/// A member of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// Its payload.
    pub payload: Vec<FieldDecl>,
    /// `///` text.
    pub doc: Option<SmolStr>,
}

/// `fn f(a: T): U = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct FnBody {
    /// Parameters.
    pub params: Vec<FieldDecl>,
    /// The result's type.
    pub result: TypeRefId,
    /// The result.
    pub value: ExprId,
}

/// An entry of a block or record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where its path (or `..`) stands.
    pub node: NodeId,
    /// The path; empty for a spread.
    pub path: Vec<Segment>,
    /// What it does.
    pub op: EntryOp,
    /// `when c`.
    pub guard: Option<ExprId>,
}

/// A segment of a path left of `=`.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Where it stands.
    pub node: NodeId,
    /// What it is.
    pub kind: SegmentKind,
}

/// What a segment of a path is.
#[derive(Clone, Debug, PartialEq)]
pub enum SegmentKind {
    /// `name` or `"name"`: a field or map key.
    Name(Name),
    /// `[expr]` as a whole segment: a computed key.
    Computed(ExprId),
    /// `containers["app"]`: the element with that key.
    Index(ExprId),
}

/// What an entry does.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryOp {
    /// `= e`: replaces.
    Set(ExprId),
    /// `+= e`: appends.
    Append(ExprId),
    /// `{ … }`: goes into.
    Into(Vec<Entry>),
    /// `..e`: everything of another record, yielding to the entries.
    Spread(ExprId),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Broken; the parser or lowering has said so.
    Missing,
    /// A name.
    Name(Name),
    /// A whole number.
    Int(i64),
    /// A float, finite.
    Float(f64),
    /// `250m`, `30s`, `120USD`.
    Quantity(plat_model::quantity::Quantity),
    /// `70%`.
    Ratio(plat_model::quantity::Rational),
    /// `2026-12-31`.
    Date(plat_model::Date),
    /// `true`, `false`.
    Bool(bool),
    /// `none`.
    None,
    /// Text without interpolation.
    Str(SmolStr),
    /// Text with interpolation: at least one part is an expression.
    Interpolation(Vec<StrPart>),
    /// `a@prod/server`.
    Address(SmolStr),
    /// `x.y` or `x?.y`.
    Field {
        /// Of what.
        base: ExprId,
        /// Which.
        name: Name,
        /// Where the name stands.
        name_node: NodeId,
        /// `?.`.
        optional: bool,
    },
    /// `x[i]`.
    Index {
        /// Of what.
        base: ExprId,
        /// Which.
        index: ExprId,
    },
    /// `f(a, b = c)`.
    Call {
        /// What is called.
        callee: ExprId,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `all(p for x in xs where q)`.
    CallFor {
        /// What is called: `all`, `any`, `count`, `sum` …
        callee: ExprId,
        /// The body.
        body: ExprId,
        /// The clauses.
        clauses: Vec<ForClause>,
    },
    /// `-x`, `not x`.
    Unary {
        /// Which.
        op: UnaryOp,
        /// On what.
        operand: ExprId,
    },
    /// `a + b`.
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left.
        left: ExprId,
        /// Right.
        right: ExprId,
    },
    /// `a..b`, both ends included.
    Range {
        /// From.
        from: ExprId,
        /// To.
        to: ExprId,
    },
    /// `if a then b else c`.
    If {
        /// The condition.
        condition: ExprId,
        /// When it holds.
        then: ExprId,
        /// Else.
        otherwise: ExprId,
    },
    /// `match x { p => e }`.
    Match {
        /// What is matched.
        scrutinee: ExprId,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `[a, ..b, c when d]`.
    List(Vec<Element>),
    /// `[e for x in xs]`.
    ListFor {
        /// The element.
        body: ExprId,
        /// The clauses.
        clauses: Vec<ForClause>,
    },
    /// `{ a = 1 }`.
    Record(Vec<Entry>),
    /// `{ [k] = v for x in xs }`.
    MapFor {
        /// The key.
        key: ExprId,
        /// The value.
        value: ExprId,
        /// The clauses.
        clauses: Vec<ForClause>,
    },
}

/// A piece of an interpolated string.
#[derive(Clone, Debug, PartialEq)]
pub enum StrPart {
    /// Literal text.
    Text(SmolStr),
    /// `\(expr)`.
    Expr(ExprId),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `name =`.
    pub name: Option<(Name, NodeId)>,
    /// The value.
    pub value: ExprId,
}

/// `for k, v in xs where p`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForClause {
    /// The first binder.
    pub first: (Name, NodeId),
    /// The second, if there are two.
    pub second: Option<(Name, NodeId)>,
    /// What is walked.
    pub source: ExprId,
    /// `where p`.
    pub filter: Option<ExprId>,
}

/// An arm of a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its patterns.
    pub patterns: Vec<Pattern>,
    /// Its result.
    pub value: ExprId,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Where it stands.
    pub node: NodeId,
    /// What it is.
    pub kind: PatternKind,
}

/// What a pattern is.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// `member` or `member(a, b)`.
    Variant(Name, Vec<(Name, NodeId)>),
    /// A number.
    Int(i64),
    /// Text.
    Str(SmolStr),
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// `..xs`: all its elements.
    pub spread: bool,
    /// The element.
    pub value: ExprId,
    /// `when c`.
    pub guard: Option<ExprId>,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `not`
    Not,
}

/// An infix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `++`
    Concat,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `and`
    And,
    /// `or`
    Or,
    /// `??`
    Coalesce,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeRef {
    /// Broken; the parser has said so.
    Missing,
    /// `int`, `std.Port`, `list<T>`, `map<string, T>`.
    Path(Path, Vec<TypeRefId>),
    /// `T?`.
    Optional(TypeRefId),
    /// `"a" | "b"`.
    Union(Vec<TypeRefId>),
    /// `"a"`.
    Literal(SmolStr),
    /// `{ a: T = e }`.
    Record(Vec<FieldDecl>),
    /// `T in lo..hi`.
    Bounded {
        /// Of what.
        base: TypeRefId,
        /// Smallest.
        low: ExprId,
        /// Largest.
        high: ExprId,
    },
    /// `string matching "…"`.
    Matching {
        /// Of what.
        base: TypeRefId,
        /// The regular expression.
        pattern: SmolStr,
        /// Where the pattern stands.
        pattern_node: NodeId,
    },
}
