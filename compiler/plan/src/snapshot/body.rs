//! Values as JSON. What JSON cannot hold is a map with one key that begins with `$`; a map whose own keys do so is wrapped.

use plat_model::change::{ChangeRules, Path, Step};
use plat_model::tree::{Digest, Tree, TreeValue};
use serde_json::{Map, Value};

use crate::diff::digest;

const SECRET: &str = "$secret";
const UNKNOWN: &str = "$unknown";
const MAP: &str = "$map";

/// What decides which values are never shown.
pub(super) struct Veil<'a> {
    pub(super) rules: &'a dyn ChangeRules,
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
}

/// A value as JSON, secrets as digests.
pub(super) fn json(tree: &Tree, veil: &Veil<'_>) -> Value {
    within(tree, veil, &mut Path::default())
}

fn within(tree: &Tree, veil: &Veil<'_>, path: &mut Path) -> Value {
    let hidden = || veil.rules.is_secret(veil.api_version, veil.kind, path);
    match &tree.value {
        TreeValue::Null => Value::Null,
        TreeValue::Unknown(why) => single(UNKNOWN, why),
        TreeValue::Secret(secret) => single(SECRET, &hex(secret)),
        // The keys of a map of secrets are no secret.
        TreeValue::Map(entries) => {
            let entry = |(key, value): &(Box<str>, Tree)| {
                path.0.push(Step::Field(key.clone()));
                let value = within(value, veil, path);
                path.0.pop();
                (key.to_string(), value)
            };
            let map: Map<String, Value> = entries.iter().map(entry).collect();
            if map.keys().any(|key| key.starts_with('$')) {
                Value::Object(Map::from_iter([(MAP.to_owned(), Value::Object(map))]))
            } else {
                Value::Object(map)
            }
        }
        _ if hidden() => single(SECRET, &hex(&digest(tree))),
        TreeValue::Bool(value) => Value::Bool(*value),
        TreeValue::Int(value) => Value::from(*value),
        TreeValue::Float(value) => Value::from(*value),
        TreeValue::Text(text) => Value::from(&**text),
        TreeValue::List(items) => {
            let item = |(index, item): (usize, &Tree)| {
                path.0.push(Step::Index(index));
                let value = within(item, veil, path);
                path.0.pop();
                value
            };
            Value::Array(items.iter().enumerate().map(item).collect())
        }
    }
}

fn single(key: &str, text: &str) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), Value::from(text))]))
}

/// A value from JSON. Documents are nested only as deep as their reader allows.
pub(super) fn tree(value: &Value) -> Tree {
    Tree::new(match value {
        Value::Null => TreeValue::Null,
        Value::Bool(value) => TreeValue::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => TreeValue::Int(value),
            (None, Some(value)) => TreeValue::Float(value),
            (None, None) => TreeValue::Text(number.to_string().into()),
        },
        Value::String(text) => TreeValue::Text(text.as_str().into()),
        Value::Array(items) => TreeValue::List(items.iter().map(tree).collect()),
        Value::Object(map) => return object(map),
    })
}

fn object(map: &Map<String, Value>) -> Tree {
    let mut entries = map.iter();
    if let (Some((key, value)), None) = (entries.next(), entries.next()) {
        let text = value.as_str();
        match (key.as_str(), value) {
            (MAP, Value::Object(inner)) => return Tree::new(fields(inner)),
            (SECRET, _) => {
                if let Some(secret) = text.and_then(unhex) {
                    return Tree::new(TreeValue::Secret(secret));
                }
            }
            (UNKNOWN, _) => {
                if let Some(why) = text {
                    return Tree::new(TreeValue::Unknown(why.into()));
                }
            }
            _ => {}
        }
    }
    Tree::new(fields(map))
}

fn fields(map: &Map<String, Value>) -> TreeValue {
    let field = |(key, value): (&String, &Value)| (key.as_str().into(), tree(value));
    TreeValue::Map(map.iter().map(field).collect())
}

/// A digest as text.
pub(super) fn hex(digest: &Digest) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing into text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of that text.
pub(super) fn unhex(text: &str) -> Option<Digest> {
    let mut digest = Digest::default();
    if text.len() != 2 * digest.len() || !text.is_ascii() {
        return None;
    }
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(digest)
}
