//! Shared by the tests of this crate.
#![allow(dead_code, reason = "each test uses a part of it")]

use plat_model::{Field, Node, Origin, Value};
use serde_json::Value as Json;

/// JSON as a value of the language. Lives as long as the test.
pub fn value(json: &Json) -> Value<'static> {
    match json {
        Json::Null => Value::None,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int),
        Json::String(text) => Value::Str(text.clone().leak()),
        Json::Array(elements) => Value::List(elements.iter().map(node).collect::<Vec<_>>().leak()),
        Json::Object(members) => {
            let fields: Vec<_> = members
                .iter()
                .map(|(key, json)| Field {
                    key: key.clone().leak(),
                    node: node(json),
                })
                .collect();
            Value::Map(fields.leak())
        }
    }
}

/// JSON as a node that the compiler made.
pub fn node(json: &Json) -> Node<'static> {
    Node::new(value(json), Origin::COMPILER)
}

/// Says that a test had nothing to compare with on this machine.
pub fn skipped(why: &str) {
    #[expect(clippy::print_stderr, reason = "a skipped test should be seen")]
    {
        eprintln!("skipped: {why}");
    }
}
