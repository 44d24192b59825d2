//! Expressions, the entries of blocks and records, and types as written.

use smol_str::SmolStr;

use super::{ExprId, FieldDecl, NodeId, Path, TypeRefId};
use crate::db::Name;

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
