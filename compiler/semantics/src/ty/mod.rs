//! Types: what a value may be, when it is known, and whether it may be seen.

mod display;
mod fits;
mod lower;
mod shapes;

pub use display::TypeDisplay;
pub use fits::{Misfit, fits, join};
pub use lower::{
    Lowered, TypeLowering, alias, alias_type, enum_variants, extension_fields, fn_signature,
    lower_type, named_record,
};
pub use shapes::{FnSignature, VariantType};

use std::sync::Arc;

use plat_model::Stage;
use plat_model::quantity::{Dimension, Rational};
use plat_model::schema::SchemaId;
use plat_model::text::TextKind;
use smol_str::SmolStr;

use crate::db::{DeclId, Name};
use crate::hir::{ExprId, NodeId};
use crate::items::ItemKind;

/// A type: its shape, and when and by whom its values can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// The shape.
    pub kind: TypeKind,
    /// When values are known.
    pub stage: Stage,
    /// Whether values are secret.
    pub secret: bool,
}

/// The shape of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// Something is wrong and has been reported: fits everything, so that one mistake yields one message.
    Error,
    /// The type of `none`.
    None,
    /// `true`, `false`.
    Bool,
    /// Whole numbers.
    Int,
    /// Numbers.
    Float,
    /// Text.
    String,
    /// Dates.
    Date,
    /// Percentages.
    Ratio,
    /// Quantities of one dimension.
    Quantity(Dimension),
    /// Money of any currency.
    Money,
    /// Text of a known form.
    Text(TextKind),
    /// Numbers or quantities in inclusive bounds.
    Bounded(Arc<Bounds>),
    /// Text that matches a regular expression.
    Matching(SmolStr),
    /// One of some texts.
    Literals(Arc<[SmolStr]>),
    /// Lists.
    List(Arc<Type>),
    /// Maps from text.
    Map(Arc<Type>),
    /// Values that may be absent.
    Optional(Arc<Type>),
    /// Records.
    Record(Arc<RecordType>),
    /// Members of a declared enum.
    Enum(DeclId),
    /// References to a fact: `team`, `environment` …
    Fact(ItemKind),
    /// Instances of a capability, seen from within: inputs, outputs, facts.
    Instance(DeclId),
    /// What others see of an instance of a capability: outputs and facts.
    Face(DeclId),
    /// A type of a target.
    Schema(SchemaId),
    /// What a guardrail speaks of, with its relations to everything else.
    Subject(Subject),
}

/// What a guardrail speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An instance, of a capability if it is given.
    Instance(Option<DeclId>),
    /// An emitted object, of a type if it is given.
    Object(Option<SchemaId>),
    /// A pod template of an object.
    Pod,
    /// A container of a pod.
    Container(SchemaId),
}

/// Inclusive bounds of a number or quantity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Of what.
    pub base: Type,
    /// Smallest, in base units.
    pub low: Rational,
    /// Largest, in base units.
    pub high: Rational,
}

/// A record type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordType {
    /// The name it was declared under, if any.
    pub name: Option<Name>,
    /// Its fields, as declared.
    pub fields: Vec<FieldType>,
}

/// A field of a record type; also an input, a fact's field, an edge's field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The default: an expression of a declaration.
    pub default: Option<(DeclId, ExprId)>,
    /// Where it is declared; compiler-made fields have none.
    pub declared: Option<(DeclId, NodeId)>,
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

impl RecordType {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldType> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field's position.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl FieldType {
    /// A field that the compiler provides.
    #[must_use]
    pub fn builtin(name: &str, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            default: None,
            declared: None,
            doc: None,
        }
    }

    /// Whether leaving it out is an error.
    #[must_use]
    pub fn required(&self) -> bool {
        self.default.is_none() && !self.ty.is_optional()
    }
}

impl From<TypeKind> for Type {
    fn from(kind: TypeKind) -> Self {
        Self {
            kind,
            stage: Stage::Source,
            secret: false,
        }
    }
}

impl Type {
    /// The type of what has been reported.
    pub const ERROR: Self = Self::of(TypeKind::Error);
    /// `bool`.
    pub const BOOL: Self = Self::of(TypeKind::Bool);
    /// `int`.
    pub const INT: Self = Self::of(TypeKind::Int);
    /// `float`.
    pub const FLOAT: Self = Self::of(TypeKind::Float);
    /// `string`.
    pub const STRING: Self = Self::of(TypeKind::String);

    /// A type known at source and not secret.
    #[must_use]
    pub const fn of(kind: TypeKind) -> Self {
        Self {
            kind,
            stage: Stage::Source,
            secret: false,
        }
    }

    /// `list<element>`.
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::of(TypeKind::List(Arc::new(element)))
    }

    /// `map<string, value>`.
    #[must_use]
    pub fn map(value: Self) -> Self {
        Self::of(TypeKind::Map(Arc::new(value)))
    }

    /// `inner?`; an optional of an optional is itself. The optional itself is known when compiling.
    #[must_use]
    pub fn optional(inner: Self) -> Self {
        match inner.kind {
            TypeKind::Optional(_) | TypeKind::Error | TypeKind::None => inner,
            _ => Self::of(TypeKind::Optional(Arc::new(inner))),
        }
    }

    /// A record type without a name.
    #[must_use]
    pub fn record(fields: Vec<FieldType>) -> Self {
        Self::of(TypeKind::Record(Arc::new(RecordType {
            name: None,
            fields,
        })))
    }

    /// The same shape, at least as late and as secret as `other`.
    #[must_use]
    pub fn joined(mut self, other: &Self) -> Self {
        self.stage = self.stage.max(other.stage);
        self.secret |= other.secret;
        self
    }

    /// The same shape, known at source and open.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self::of(self.kind.clone())
    }

    /// Whether something was wrong.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self.kind, TypeKind::Error)
    }

    /// Whether values may be `none`.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self.kind, TypeKind::Optional(_) | TypeKind::None)
    }

    /// Whether values are known while compiling and may be looked at.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.stage == Stage::Source && !self.secret
    }

    /// The type without `?`.
    #[must_use]
    pub fn unwrapped(&self) -> &Self {
        match &self.kind {
            TypeKind::Optional(inner) => inner,
            _ => self,
        }
    }

    /// The type without bounds: what arithmetic works on.
    #[must_use]
    pub fn base(&self) -> Self {
        match &self.kind {
            TypeKind::Bounded(bounds) => bounds.base.clone().joined(self),
            TypeKind::Text(_) | TypeKind::Matching(_) | TypeKind::Literals(_) => {
                Self::STRING.joined(self)
            }
            _ => self.clone(),
        }
    }

    /// The first part of values that is not known now, or secret: the type itself, or that of an element, entry or field.
    #[must_use]
    pub fn late_part(&self) -> Option<&Self> {
        if !self.is_known() && !self.is_error() {
            return Some(self);
        }
        match &self.kind {
            TypeKind::List(inner) | TypeKind::Map(inner) | TypeKind::Optional(inner) => {
                inner.late_part()
            }
            TypeKind::Record(record) => record.fields.iter().find_map(|field| field.ty.late_part()),
            _ => None,
        }
    }

    /// Whether values have no parts that a path could lead to.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        self.is_text()
            || matches!(
                self.kind,
                TypeKind::Bool
                    | TypeKind::Int
                    | TypeKind::Float
                    | TypeKind::Date
                    | TypeKind::Ratio
                    | TypeKind::Quantity(_)
                    | TypeKind::Money
                    | TypeKind::Bounded(_)
                    | TypeKind::Enum(_)
            )
    }

    /// Whether values are text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(
            self.kind,
            TypeKind::String | TypeKind::Text(_) | TypeKind::Matching(_) | TypeKind::Literals(_)
        )
    }
}
