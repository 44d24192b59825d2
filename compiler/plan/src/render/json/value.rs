//! Values in documents: secrets and what is unknown become `null`, and beside the value stands where.

use plat_model::output::MAX_DEPTH;
use plat_model::tree::{Tree, TreeValue};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

/// A value as it stands in the document.
pub(super) struct Value<'a> {
    tree: &'a Tree,
    depth: usize,
}

impl<'a> Value<'a> {
    pub fn of(tree: &'a Tree) -> Self {
        Self {
            tree,
            depth: MAX_DEPTH,
        }
    }

    fn below(&self, tree: &'a Tree) -> Self {
        Self {
            tree,
            depth: self.depth.saturating_sub(1),
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.tree.value {
            _ if self.depth == 0 => serializer.serialize_unit(),
            TreeValue::Null | TreeValue::Secret(_) | TreeValue::Unknown(_) => {
                serializer.serialize_unit()
            }
            TreeValue::Bool(value) => serializer.serialize_bool(*value),
            TreeValue::Int(value) => serializer.serialize_i64(*value),
            TreeValue::Float(value) => serializer.serialize_f64(*value),
            TreeValue::Text(text) => serializer.serialize_str(text),
            TreeValue::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.below(item))?;
                }
                list.end()
            }
            TreeValue::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &self.below(value))?;
                }
                map.end()
            }
        }
    }
}

/// What of a value is not in the document, as JSON pointers into it.
#[derive(Default)]
pub(super) struct Missing<'a> {
    /// Secrets.
    pub sensitive: Vec<String>,
    /// What nobody knows, and why.
    pub unknown: Vec<Unknown<'a>>,
}

/// A value that nobody knows.
#[derive(Serialize)]
pub(super) struct Unknown<'a> {
    at: String,
    because: &'a str,
}

impl<'a> Missing<'a> {
    pub fn of(tree: Option<&'a Tree>) -> Self {
        let mut missing = Self::default();
        if let Some(tree) = tree {
            missing.find(tree, &mut String::new(), MAX_DEPTH);
        }
        missing
    }

    fn find(&mut self, tree: &'a Tree, at: &mut String, depth: usize) {
        let length = at.len();
        match &tree.value {
            _ if depth == 0 => self.unknown.push(Unknown {
                at: at.clone(),
                because: "it is nested too deeply",
            }),
            TreeValue::Secret(_) => self.sensitive.push(at.clone()),
            TreeValue::Unknown(because) => self.unknown.push(Unknown {
                at: at.clone(),
                because,
            }),
            TreeValue::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.push('/');
                    at.push_str(&index.to_string());
                    self.find(item, at, depth - 1);
                    at.truncate(length);
                }
            }
            TreeValue::Map(entries) => {
                for (key, value) in entries {
                    at.push('/');
                    at.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    self.find(value, at, depth - 1);
                    at.truncate(length);
                }
            }
            TreeValue::Null
            | TreeValue::Bool(_)
            | TreeValue::Int(_)
            | TreeValue::Float(_)
            | TreeValue::Text(_) => {}
        }
    }
}
