//! A document as a tree.

use std::ops::Range;

use bumpalo::Bump;
use plat_model::{Field, Node, Origin, Value};

use crate::path::Segment;

/// A node of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// What it is.
    pub value: TreeValue,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum TreeValue {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text(Box<str>),
    /// A list.
    List(Vec<Tree>),
    /// A map, in the order of the text. No key occurs twice.
    Map(Vec<Entry>),
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: Box<str>,
    /// Where the key stands, in bytes.
    pub key_span: Range<usize>,
    /// Its value.
    pub tree: Tree,
}

impl Tree {
    /// The entry of a map with this key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            TreeValue::Map(entries) => entries.iter().find(|entry| &*entry.key == key),
            _ => None,
        }
    }

    /// The value of a map with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.tree)
    }

    /// The node at a path of keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |tree, key| tree.get(key))
    }

    /// The text of a node that is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            TreeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; none for another node.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match &self.value {
            TreeValue::List(elements) => elements,
            _ => &[],
        }
    }

    /// The entries of a map; none for another node.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            TreeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The type's name as a person would say it, for messages.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            TreeValue::Null => "nothing",
            TreeValue::Bool(_) => "a boolean",
            TreeValue::Int(_) => "a whole number",
            TreeValue::Float(_) => "a number",
            TreeValue::Text(_) => "text",
            TreeValue::List(_) => "a list",
            TreeValue::Map(_) => "a map",
        }
    }

    /// Where the deepest node on a path stands: the key of the last segment, or what of the path there is.
    #[must_use]
    pub fn locate(&self, path: &[Segment]) -> Range<usize> {
        let mut tree = self;
        let mut span = self.span.clone();
        for segment in path {
            match segment {
                Segment::Key(key) => match tree.entry(key) {
                    Some(entry) => (tree, span) = (&entry.tree, entry.key_span.clone()),
                    None => break,
                },
                Segment::Index(index) => match tree.elements().get(*index) {
                    Some(element) => (tree, span) = (element, element.span.clone()),
                    None => break,
                },
            }
        }
        // A scalar is shown itself, a collection by its key.
        if matches!(
            tree.value,
            TreeValue::List(_) | TreeValue::Map(_) | TreeValue::Null
        ) {
            span
        } else {
            tree.span.clone()
        }
    }

    /// The node as a value of the model, every part of which `origin` made. Maps keep the order of the text.
    #[must_use]
    pub fn node<'a>(&self, arena: &'a Bump, origin: Origin) -> Node<'a> {
        // As deep as the reader's limit on nesting and no deeper.
        let value = match &self.value {
            TreeValue::Null => Value::None,
            TreeValue::Bool(bool) => Value::Bool(*bool),
            TreeValue::Int(number) => Value::Int(*number),
            TreeValue::Float(number) => Value::Float(*number),
            TreeValue::Text(text) => Value::Str(arena.alloc_str(text)),
            TreeValue::List(elements) => Value::List(
                arena.alloc_slice_fill_iter(elements.iter().map(|tree| tree.node(arena, origin))),
            ),
            TreeValue::Map(entries) => Value::Map(arena.alloc_slice_fill_iter(entries.iter().map(
                |entry| Field {
                    key: arena.alloc_str(&entry.key),
                    node: entry.tree.node(arena, origin),
                },
            ))),
        };
        Node::new(value, origin)
    }
}
