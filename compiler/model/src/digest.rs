//! Digests of values: equal for values that a document would hold alike, wherever they were made.
//!
//! Every object of every instance is digested whenever it is evaluated, so values are first written into one buffer in a plain
//! form and hashed at once, which is many times cheaper than hashing them piece by piece.

use crate::output::MAX_DEPTH;
use crate::tree::{Digest, Tree, TreeValue};
use crate::{Node, Value};

/// Takes values one after the other. The buffer is kept from one digest to the next.
#[derive(Debug, Default)]
pub struct Digester {
    bytes: Vec<u8>,
}

/// What stands before each value. The numbers are part of what is digested: they never change their meaning.
mod tag {
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const INT: u8 = 3;
    pub(super) const FLOAT: u8 = 4;
    pub(super) const TEXT: u8 = 5;
    pub(super) const LIST: u8 = 6;
    pub(super) const MAP: u8 = 7;
    pub(super) const SECRET: u8 = 8;
    pub(super) const UNKNOWN: u8 = 9;
    /// What no document can hold.
    pub(super) const OTHER: u8 = 10;
}

impl Digester {
    /// Takes a conforming value.
    pub fn node(&mut self, node: &Node<'_>) {
        self.node_within(node, MAX_DEPTH);
    }

    /// Takes a value that outlived its evaluation: the digest is that of the value from which it was copied, unless a secret in
    /// it has been taken out since.
    pub fn tree(&mut self, tree: &Tree) {
        self.tree_within(tree, MAX_DEPTH);
    }

    /// Takes text.
    pub fn text(&mut self, text: &str) {
        self.bytes.push(tag::TEXT);
        self.raw(text);
    }

    /// Takes bytes whose number says where they end: such as other digests.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The digest of what was taken since the last one.
    pub fn finish(&mut self) -> Digest {
        let digest = short(&blake3::hash(&self.bytes));
        self.bytes.clear();
        digest
    }

    fn node_within(&mut self, node: &Node<'_>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return self.bytes.push(tag::OTHER);
        };
        match node.value {
            Value::Bool(value) => self.boolean(value),
            Value::Int(value) => self.int(value),
            Value::Float(value) => self.float(value),
            Value::Str(text) => self.text(text),
            Value::List(items) => {
                self.head(tag::LIST, items.len());
                for item in items {
                    self.node_within(item, depth);
                }
            }
            Value::Record(fields) | Value::Map(fields) => {
                self.head(tag::MAP, fields.len());
                for field in fields {
                    self.raw(field.key);
                    self.node_within(&field.node, depth);
                }
            }
            Value::None
            | Value::Date(_)
            | Value::Quantity(_)
            | Value::Ratio(_)
            | Value::Variant(_)
            | Value::Entity(_)
            | Value::Late(_) => self.bytes.push(tag::OTHER),
        }
    }

    fn tree_within(&mut self, tree: &Tree, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return self.bytes.push(tag::OTHER);
        };
        match &tree.value {
            TreeValue::Null => self.bytes.push(tag::NULL),
            TreeValue::Bool(value) => self.boolean(*value),
            TreeValue::Int(value) => self.int(*value),
            TreeValue::Float(value) => self.float(*value),
            TreeValue::Text(text) => self.text(text),
            TreeValue::List(items) => {
                self.head(tag::LIST, items.len());
                for item in items {
                    self.tree_within(item, depth);
                }
            }
            TreeValue::Map(entries) => {
                self.head(tag::MAP, entries.len());
                for (key, value) in entries {
                    self.raw(key);
                    self.tree_within(value, depth);
                }
            }
            TreeValue::Secret(digest) => {
                self.bytes.push(tag::SECRET);
                self.bytes.extend_from_slice(digest);
            }
            TreeValue::Unknown(why) => {
                self.bytes.push(tag::UNKNOWN);
                self.raw(why);
            }
        }
    }

    fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { tag::TRUE } else { tag::FALSE });
    }

    fn int(&mut self, value: i64) {
        self.bytes.push(tag::INT);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn float(&mut self, value: f64) {
        match whole(value) {
            Some(value) => self.int(value),
            None => {
                self.bytes.push(tag::FLOAT);
                self.bytes.extend_from_slice(&value.to_bits().to_le_bytes());
            }
        }
    }

    fn head(&mut self, tag: u8, length: usize) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&(length as u64).to_le_bytes());
    }

    fn raw(&mut self, text: &str) {
        self.bytes
            .extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// The digest of some bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> Digest {
    short(&blake3::hash(bytes))
}

fn short(hash: &blake3::Hash) -> Digest {
    let mut digest = Digest::default();
    let length = digest.len();
    digest.copy_from_slice(&hash.as_bytes()[..length]);
    digest
}

/// A number without a fraction as documents hold it: they do not tell `1.0` from `1`.
#[must_use]
pub fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Origin};

    fn node(value: Value<'_>) -> Node<'_> {
        Node::new(value, Origin::COMPILER)
    }

    fn digest(value: Value<'_>) -> Digest {
        let mut digester = Digester::default();
        digester.node(&node(value));
        digester.finish()
    }

    #[test]
    fn a_copy_has_the_digest_of_its_value_and_origins_do_not_count() {
        let items = [node(Value::Int(1)), node(Value::Float(2.5))];
        let fields = [
            Field {
                key: "a",
                node: node(Value::List(&items)),
            },
            Field {
                key: "b",
                node: Node::new(Value::Str("x"), Origin { body: 3, node: 4 }),
            },
        ];
        let whole = node(Value::Record(&fields));
        let tree = Tree::of(&whole, &mut |_| None).expect("a document can hold it");
        let mut digester = Digester::default();
        digester.tree(&tree);
        assert_eq!(digester.finish(), digest(whole.value));
        // Nothing of the last one is left.
        assert_eq!(digester.finish(), of_bytes(b""));
    }

    #[test]
    fn what_is_written_differently_differs() {
        let one = [node(Value::Str("a")), node(Value::Str("b"))];
        let other = [node(Value::Str("ab")), node(Value::Str(""))];
        let different = [
            digest(Value::Str("1")),
            digest(Value::Int(1)),
            digest(Value::Bool(true)),
            digest(Value::List(&[])),
            digest(Value::Map(&[])),
            digest(Value::List(&one)),
            digest(Value::List(&other)),
        ];
        for (place, digest) in different.iter().enumerate() {
            assert!(!different[..place].contains(digest), "the {place}th");
        }
        assert_eq!(digest(Value::Float(1.0)), digest(Value::Int(1)));
        assert_ne!(digest(Value::Float(1.5)), digest(Value::Int(1)));
    }
}
