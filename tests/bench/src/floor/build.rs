//! Values of documents, made in an arena as an evaluator would make them.

use std::fmt;

use bumpalo::Bump;
use plat_model::{Field, Node, Origin, Value};

/// Makes values in an arena.
#[derive(Clone, Copy)]
pub(super) struct Builder<'a> {
    arena: &'a Bump,
}

/// An entry of a record; one whose value is [`Value::None`] is not written.
pub(super) type Entry<'a> = (&'a str, Value<'a>);

impl<'a> Builder<'a> {
    pub(super) fn new(arena: &'a Bump) -> Self {
        Self { arena }
    }

    pub(super) fn record(self, entries: &[Entry<'a>]) -> Value<'a> {
        let field = |(key, value): &Entry<'a>| Field {
            key,
            node: node(*value),
        };
        Value::Record(self.arena.alloc_slice_fill_iter(entries.iter().map(field)))
    }

    pub(super) fn list(self, elements: &[Value<'a>]) -> Value<'a> {
        Value::List(
            self.arena
                .alloc_slice_fill_iter(elements.iter().map(|value| node(*value))),
        )
    }

    pub(super) fn text(self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    pub(super) fn format(self, text: fmt::Arguments<'_>) -> &'a str {
        bumpalo::format!(in self.arena, "{}", text).into_bump_str()
    }
}

/// A node without a source.
pub(super) fn node(value: Value<'_>) -> Node<'_> {
    Node::new(value, Origin::COMPILER)
}

/// Text.
pub(super) fn str(text: &str) -> Value<'_> {
    Value::Str(text)
}

/// A whole number.
pub(super) fn int<'a>(number: impl Into<i64>) -> Value<'a> {
    Value::Int(number.into())
}

/// True or false.
pub(super) fn bool<'a>(value: bool) -> Value<'a> {
    Value::Bool(value)
}
