//! Values: what evaluation yields and what targets write.
//!
//! A value lives in the arena of the instance that made it, is `Copy`, and every node of it says which expression made it, so
//! that an output line can be traced to a source line without a second data structure.

use crate::Date;
use crate::quantity::{Quantity, Rational};

/// Which expression of which declaration made a node. The numbers mean something to the semantics crate only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Origin {
    /// The declaration's body; 0 is "made by the compiler".
    pub body: u32,
    /// The expression or entry within that body.
    pub node: u32,
}

impl Origin {
    /// No source line made this: the compiler did.
    pub const COMPILER: Self = Self { body: 0, node: 0 };
}

/// A value with its origin.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// What made it.
    pub origin: Origin,
}

impl<'a> Node<'a> {
    /// A value with its origin.
    #[must_use]
    pub const fn new(value: Value<'a>, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// A named member of a record, map or variant.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name or map key.
    pub key: &'a str,
    /// Its value.
    pub node: Node<'a>,
}

/// A value of the language.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// The absent optional.
    None,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A binary floating-point number; never NaN or infinite.
    Float(f64),
    /// Text; also a literal union's member.
    Str(&'a str),
    /// A calendar date.
    Date(Date),
    /// A number with a dimension.
    Quantity(&'a Quantity),
    /// A percentage: `70%` is 7/10.
    Ratio(&'a Rational),
    /// Elements in order.
    List(&'a [Node<'a>]),
    /// Declared fields, in the order of the sources.
    Record(&'a [Field<'a>]),
    /// Entries, ordered by key.
    Map(&'a [Field<'a>]),
    /// A member of an enum.
    Variant(&'a Variant<'a>),
    /// A fact or instance, as an index into the evaluating session. Never reaches a target.
    Entity(u32),
    /// A value that is not known when the compiler runs, or is secret.
    Late(&'a Late<'a>),
}

/// A member of an enum, with its payload.
#[derive(Clone, Copy, Debug)]
pub struct Variant<'a> {
    /// The member's name.
    pub name: &'a str,
    /// Its payload, in declared order; empty for a plain member.
    pub payload: &'a [Field<'a>],
}

/// When a value becomes known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Stage {
    /// While compiling.
    #[default]
    Source,
    /// After Terraform's apply: `deferred<T>`.
    Apply,
    /// In the secret or parameter store.
    Store,
    /// While the workload runs: `runtime<T>`.
    Run,
}

/// A value that becomes known later, or is secret.
#[derive(Clone, Copy, Debug)]
pub struct Late<'a> {
    /// When it is known.
    pub stage: Stage,
    /// Whether it must never be written out.
    pub secret: bool,
    /// How it is come by.
    pub form: LateForm<'a>,
}

/// How a late value is come by.
#[derive(Clone, Copy, Debug)]
pub enum LateForm<'a> {
    /// An entry of a store.
    Reference {
        /// The kind of store, such as `secret` (a Kubernetes Secret) or `config` (a ConfigMap).
        store: &'a str,
        /// The object that holds it.
        name: &'a str,
        /// The key within that object.
        key: &'a str,
    },
    /// A field of the running pod, such as `status.podIP`.
    Field(&'a str),
    /// Text with late parts in it, in order.
    Text(&'a [Node<'a>]),
}

impl<'a> Value<'a> {
    /// The type's name as a person would say it, for messages.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::Str(_) => "a string",
            Self::Date(_) => "a date",
            Self::Quantity(_) => "a quantity",
            Self::Ratio(_) => "a ratio",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
            Self::Map(_) => "a map",
            Self::Variant(_) => "an enum member",
            Self::Entity(_) => "a declaration",
            Self::Late(late) if late.secret => "a secret",
            Self::Late(_) => "a value that is only known later",
        }
    }

    /// The members of a record or map.
    #[must_use]
    pub fn fields(&self) -> Option<&'a [Field<'a>]> {
        match self {
            Self::Record(fields) | Self::Map(fields) => Some(fields),
            _ => None,
        }
    }
}

/// The member called `key`.
#[must_use]
pub fn field<'a>(fields: &'a [Field<'a>], key: &str) -> Option<&'a Field<'a>> {
    fields.iter().find(|field| field.key == key)
}
