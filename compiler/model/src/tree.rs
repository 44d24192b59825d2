//! Trees: values that outlive the evaluation that made them, so that two states of a project can be compared.
//!
//! A tree holds what a target's document can hold, and two things that a document cannot: a secret, of which only a digest is
//! kept, and what nobody knows yet, with the reason.

use crate::{Node, Origin, Value};

/// Where a value was made: an index into a table that the holder of the tree keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A digest of something that must not be kept itself.
pub type Digest = [u8; 16];

/// A value, with where it was made.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The value.
    pub value: TreeValue,
    /// Where it was made, if that is known.
    pub source: Option<SourceId>,
}

/// A value of a target's document.
#[derive(Clone, Debug)]
pub enum TreeValue {
    /// An explicit null.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite binary number that is none of the whole ones.
    Float(f64),
    /// Text.
    Text(Box<str>),
    /// Elements in order.
    List(Vec<Tree>),
    /// Fields or entries with different keys, in the order in which they were written.
    Map(Vec<(Box<str>, Tree)>),
    /// A value that is never shown. Equal digests mean equal values.
    Secret(Digest),
    /// A value that is not known before the change is made, and why.
    Unknown(Box<str>),
}

impl Tree {
    /// A value of unknown source.
    #[must_use]
    pub const fn new(value: TreeValue) -> Self {
        Self {
            value,
            source: None,
        }
    }

    /// Text of unknown source.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(TreeValue::Text(text.into()))
    }

    /// The field or entry called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entry = self.entries()?.iter().find(|(known, _)| **known == *key)?;
        Some(&entry.1)
    }

    /// What lies at a path of fields, such as `["metadata", "name"]`.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| tree.get(key))
    }

    /// Its fields or entries, if it has any.
    #[must_use]
    pub fn entries(&self) -> Option<&[(Box<str>, Self)]> {
        match &self.value {
            TreeValue::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Its elements, if it is a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.value {
            TreeValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// Its text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            TreeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is an explicit null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, TreeValue::Null)
    }

    /// A copy of a conforming value. `source` numbers origins. `None` for what a document cannot hold: an absent value, one of
    /// the language, or anything below [`MAX_DEPTH`](crate::output::MAX_DEPTH).
    pub fn of(node: &Node<'_>, source: &mut dyn FnMut(Origin) -> Option<SourceId>) -> Option<Self> {
        Self::copy(node, source, crate::output::MAX_DEPTH)
    }

    fn copy(
        node: &Node<'_>,
        source: &mut dyn FnMut(Origin) -> Option<SourceId>,
        depth: usize,
    ) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let value = match node.value {
            Value::Bool(value) => TreeValue::Bool(value),
            Value::Int(value) => TreeValue::Int(value),
            Value::Float(value) => match crate::digest::whole(value) {
                Some(value) => TreeValue::Int(value),
                None => TreeValue::Float(value),
            },
            Value::Str(text) => TreeValue::Text(text.into()),
            Value::List(items) => TreeValue::List(
                items
                    .iter()
                    .filter_map(|item| Self::copy(item, source, depth))
                    .collect(),
            ),
            Value::Record(fields) | Value::Map(fields) => TreeValue::Map(
                fields
                    .iter()
                    .filter_map(|field| {
                        Some((field.key.into(), Self::copy(&field.node, source, depth)?))
                    })
                    .collect(),
            ),
            Value::None
            | Value::Date(_)
            | Value::Quantity(_)
            | Value::Ratio(_)
            | Value::Variant(_)
            | Value::Entity(_)
            | Value::Late(_) => return None,
        };
        Some(Self {
            value,
            source: source(node.origin),
        })
    }
}

/// Equal values, wherever they were made. The order of a map's entries is no part of it.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for TreeValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|((key, value), (beside, other))| {
                        // Mostly both are written by the same code, in the same order. No value is compared twice: that
                        // would double at every level.
                        if key == beside {
                            return value == other;
                        }
                        let other = b.iter().find(|(other, _)| other == key);
                        other.is_some_and(|(_, other)| value == other)
                    })
            }
            (Self::Secret(a), Self::Secret(b)) => a == b,
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            _ => false,
        }
    }
}
