//! Schemas of sinks: the types that a target's objects have.
//!
//! Tables of several versions hold thousands of types of which a project uses a few dozen, so a store decodes a type when it is
//! first asked for. Ids are meaningful within one store only and are never an order.

use crate::{Object, Origin};

/// A type in a [`Schemas`] store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub u32);

/// A version of a target, as an index into [`Schemas::versions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(pub u16);

/// The types of one target in all its versions.
pub trait Schemas: Send + Sync + std::fmt::Debug {
    /// The first segment of its type paths, such as `kubernetes`.
    fn root(&self) -> &str;

    /// The versions known, oldest first, such as `1.34`.
    fn versions(&self) -> &[String];

    /// The type at a path below [`Self::root`], such as `apps.v1.Deployment` or `core.v1.PodSpec`.
    fn resolve(&self, version: VersionId, path: &str) -> Option<SchemaId>;

    /// Every path that [`Self::resolve`] knows in a version, sorted: for completion and "did you mean".
    fn paths(&self, version: VersionId) -> Vec<&str>;

    /// The type.
    fn schema(&self, id: SchemaId) -> &Schema;

    /// The path of a type that has one: the inverse of [`Self::resolve`].
    fn path(&self, id: SchemaId) -> Option<&str>;

    /// What the target's documentation says of a type. Descriptions are read only when asked for: they outweigh the types.
    fn doc(&self, _id: SchemaId) -> Option<String> {
        None
    }

    /// What the target's documentation says of a field of a record type.
    fn field_doc(&self, _record: SchemaId, _field: &str) -> Option<String> {
        None
    }

    /// What the target would refuse of an object that conforms to its schema, or accept and never run.
    fn object_findings(&self, _object: &Object<'_>) -> Vec<ObjectFinding> {
        Vec::new()
    }
}

/// What a target would refuse of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFinding {
    /// What sort of thing is wrong.
    pub kind: ObjectFindingKind,
    /// Where in the object, as a dotted path.
    pub path: String,
    /// What made the value there.
    pub origin: Origin,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Another place that it is about: what made it, and what it has to do with this.
    pub related: Option<(Origin, String)>,
}

/// What sort of thing is wrong with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectFindingKind {
    /// A name, label or key breaks the rules for such names.
    Name,
    /// The value is none of those allowed.
    Value,
    /// Only the cluster writes this field.
    ReadOnly,
    /// Each value may be right, together they are not.
    Contradiction,
}

/// A type of a sink.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Its shape.
    pub shape: Shape,
    /// Set when it is a whole object that can be emitted.
    pub object: Option<ObjectKind>,
}

/// What makes a type an object of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectKind {
    /// `apps/v1`, or `v1` for the core group.
    pub api_version: Box<str>,
    /// `Deployment`.
    pub kind: Box<str>,
    /// Whether it lives in a namespace.
    pub namespaced: bool,
}

/// The shape of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Anything (`x-kubernetes-preserve-unknown-fields`, raw JSON).
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number in inclusive bounds.
    Int {
        /// Smallest allowed.
        min: Option<i64>,
        /// Largest allowed.
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
    },
    /// Text.
    Text(TextRules),
    /// Kubernetes' int-or-string: `8080`, `"http"`, `"25%"`.
    IntOrText,
    /// Kubernetes' resource quantity: `250m`, `1Gi`.
    Quantity,
    /// A list.
    List {
        /// Of what.
        element: SchemaId,
        /// How its elements are told apart.
        identity: ListIdentity,
        /// Fewest elements.
        min_items: Option<u32>,
        /// Most elements.
        max_items: Option<u32>,
    },
    /// Free keys.
    Map {
        /// Of what.
        value: SchemaId,
    },
    /// Named fields.
    Record {
        /// The fields, sorted by the order in which people write them (metadata before spec, name first).
        fields: Box<[FieldSchema]>,
        /// Whether other fields may occur too.
        open: bool,
    },
}

/// Rules for text.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TextRules {
    /// The only values allowed; empty when free.
    pub one_of: Box<[Box<str>]>,
    /// A regular expression (ECMA 262 as Kubernetes reads it: RE2).
    pub pattern: Option<Box<str>>,
    /// Such as `date-time`, `byte`, `duration`.
    pub format: Option<Box<str>>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
}

/// How the elements of a list are told apart when two versions of it are compared or merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListIdentity {
    /// The list is one value.
    Atomic,
    /// Its elements are the identity.
    Set,
    /// These fields together are the key.
    Map(Box<[Box<str>]>),
}

/// A field of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSchema {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: SchemaId,
    /// Whether it must be there.
    pub required: bool,
    /// The unit in which a bare number is written here.
    pub unit: Option<SinkUnit>,
    /// Whether the target alone writes it (`status`, `metadata.uid`), so that setting it is a mistake worth its own words.
    pub read_only: bool,
}

/// The unit in which a sink wants a bare number; a language quantity is converted to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SinkUnit {
    /// Seconds: `terminationGracePeriodSeconds`.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// A percentage from 0 to 100: `averageUtilization`.
    Percent,
    /// Bytes.
    Bytes,
}

impl Shape {
    /// The field of that name, if this is a record that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        match self {
            Self::Record { fields, .. } => fields.iter().find(|field| &*field.name == name),
            _ => None,
        }
    }
}
