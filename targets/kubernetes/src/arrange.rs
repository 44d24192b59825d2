//! Objects in the order in which people write them.

use bumpalo::Bump;
use plat_model::schema::{FieldSchema, SchemaId, Schemas, Shape};
use plat_model::{Field, Node, Origin, Value};

use crate::output::MAX_DEPTH;

/// An object with its records' fields in the order of its schema, and with `apiVersion` and `kind`, if it lacks them, in front.
///
/// Fields that the schema does not know come last, as they were. What is in order already is not copied.
#[must_use]
pub fn arrange<'a>(
    schemas: &dyn Schemas,
    id: SchemaId,
    body: Node<'a>,
    arena: &'a Bump,
) -> Node<'a> {
    let body = Arranger { schemas, arena }
        .node(id, &body, 0)
        .unwrap_or(body);
    let Some(object) = &schemas.schema(id).object else {
        return body;
    };
    let (Value::Record(fields) | Value::Map(fields)) = body.value else {
        return body;
    };
    let own = |key: &str| {
        fields
            .iter()
            .find(|field| field.key == key && !matches!(field.node.value, Value::None))
    };
    if own("apiVersion").is_some() && own("kind").is_some() {
        return body;
    }
    let header =
        [("apiVersion", &object.api_version), ("kind", &object.kind)].map(|(key, text)| {
            own(key).copied().unwrap_or_else(|| {
                let text = Value::Str(arena.alloc_str(text));
                Field {
                    key,
                    node: Node::new(text, Origin::COMPILER),
                }
            })
        });
    let rest = fields
        .iter()
        .filter(|field| !matches!(field.key, "apiVersion" | "kind"))
        .copied();
    let all: Vec<Field<'a>> = header.into_iter().chain(rest).collect();
    Node::new(Value::Record(arena.alloc_slice_copy(&all)), body.origin)
}

struct Arranger<'s, 'a> {
    schemas: &'s dyn Schemas,
    arena: &'a Bump,
}

impl<'a> Arranger<'_, 'a> {
    /// The node in order; `None` when it is in order as it is.
    fn node(&self, id: SchemaId, node: &Node<'a>, depth: usize) -> Option<Node<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let value = match (&self.schemas.schema(id).shape, node.value) {
            (Shape::List { element, .. }, Value::List(elements)) => {
                Value::List(self.changed(elements, |inner| self.node(*element, inner, depth + 1))?)
            }
            (Shape::Map { value }, Value::Map(fields)) => {
                Value::Map(self.entries(fields, *value, depth)?)
            }
            (Shape::Map { value }, Value::Record(fields)) => {
                Value::Record(self.entries(fields, *value, depth)?)
            }
            (Shape::Record { fields: known, .. }, Value::Record(fields) | Value::Map(fields)) => {
                let inner = self.changed(fields, |field| {
                    let ty = known.iter().find(|known| &*known.name == field.key)?.ty;
                    self.node(ty, &field.node, depth + 1).map(|node| Field {
                        key: field.key,
                        node,
                    })
                });
                let now = inner.unwrap_or(fields);
                if in_order(known, now) {
                    Value::Record(inner?)
                } else {
                    Value::Record(self.sorted(known, now))
                }
            }
            _ => return None,
        };
        Some(Node::new(value, node.origin))
    }

    fn entries(
        &self,
        fields: &'a [Field<'a>],
        value: SchemaId,
        depth: usize,
    ) -> Option<&'a [Field<'a>]> {
        self.changed(fields, |field| {
            self.node(value, &field.node, depth + 1).map(|node| Field {
                key: field.key,
                node,
            })
        })
    }

    /// The items with their changes, in the arena; `None` when nothing changes.
    fn changed<T: Copy>(&self, items: &[T], change: impl Fn(&T) -> Option<T>) -> Option<&'a [T]> {
        let mut copy: Option<&'a mut [T]> = None;
        for (at, item) in items.iter().enumerate() {
            if let Some(new) = change(item) {
                copy.get_or_insert_with(|| self.arena.alloc_slice_copy(items))[at] = new;
            }
        }
        copy.map(|copy| &*copy)
    }

    fn sorted(&self, known: &[FieldSchema], fields: &[Field<'a>]) -> &'a [Field<'a>] {
        let sorted = self.arena.alloc_slice_copy(fields);
        sorted.sort_by_key(|field| position(known, field.key));
        sorted
    }
}

/// Whether fields stand in the order of their schema. One pass over both when they do.
fn in_order(known: &[FieldSchema], fields: &[Field<'_>]) -> bool {
    let mut rest = known;
    fields.iter().all(
        |field| match rest.iter().position(|known| &*known.name == field.key) {
            Some(at) => {
                rest = &rest[at + 1..];
                true
            }
            None => {
                rest = &[];
                position(known, field.key) == usize::MAX
            }
        },
    )
}

/// Where a schema has a field; after all others when it has not.
fn position(known: &[FieldSchema], key: &str) -> usize {
    known
        .iter()
        .position(|known| &*known.name == key)
        .unwrap_or(usize::MAX)
}
