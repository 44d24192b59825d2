//! Values of Terraform as trees, with what is sensitive and what is unknown marked in them.

use plat_model::output::MAX_DEPTH;
use plat_model::tree::{Digest, Tree, TreeValue};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use super::document::ValueChange;

/// The texts that some resource calls sensitive. Terraform forgets the mark where a provider copies such a value into a computed
/// attribute, so they are hidden wherever they stand.
#[derive(Default)]
pub(super) struct Secrets<'d>(FxHashSet<&'d str>);

/// A shorter text is in too many places to say anything.
const SHORTEST_SECRET: usize = 4;

impl<'d> Secrets<'d> {
    pub(super) fn collect(&mut self, change: &'d ValueChange) {
        self.marked(&change.before, &change.before_sensitive, MAX_DEPTH);
        self.marked(&change.after, &change.after_sensitive, MAX_DEPTH);
    }

    fn marked(&mut self, value: &'d Value, marks: &Value, depth: usize) {
        match marks {
            _ if depth == 0 => {}
            Value::Bool(true) => self.texts(value, depth),
            Value::Array(marks) => {
                for (index, mark) in marks.iter().enumerate() {
                    if let Some(item) = value.get(index) {
                        self.marked(item, mark, depth - 1);
                    }
                }
            }
            Value::Object(marks) => {
                for (key, mark) in marks {
                    if let Some(field) = value.get(key) {
                        self.marked(field, mark, depth - 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn texts(&mut self, value: &'d Value, depth: usize) {
        match value {
            _ if depth == 0 => {}
            Value::String(text) if text.len() >= SHORTEST_SECRET => {
                self.0.insert(text);
            }
            Value::Array(items) => items.iter().for_each(|item| self.texts(item, depth - 1)),
            Value::Object(fields) => fields
                .values()
                .for_each(|field| self.texts(field, depth - 1)),
            _ => {}
        }
    }
}

/// The values before and after. A resource that does not exist has none.
pub(super) fn both(change: &ValueChange, secrets: &Secrets<'_>) -> (Option<Tree>, Option<Tree>) {
    let none = Value::Null;
    let tree = |value: &Value, sensitive, unknown| {
        (!value.is_null()).then(|| tree(value, sensitive, unknown, secrets, MAX_DEPTH))
    };
    (
        tree(&change.before, &change.before_sensitive, &none),
        tree(
            &change.after,
            &change.after_sensitive,
            &change.after_unknown,
        ),
    )
}

fn tree(
    value: &Value,
    sensitive: &Value,
    unknown: &Value,
    secrets: &Secrets<'_>,
    depth: usize,
) -> Tree {
    let value = match value {
        _ if *sensitive == Value::Bool(true) => TreeValue::Secret(digest(value)),
        _ if *unknown == Value::Bool(true) => TreeValue::Unknown("it is known after apply".into()),
        _ if depth == 0 => TreeValue::Unknown("it is nested too deeply".into()),
        Value::Null => TreeValue::Null,
        Value::Bool(value) => TreeValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => TreeValue::Int(number),
            None => number.as_f64().map_or_else(
                || TreeValue::Text(number.to_string().into()),
                TreeValue::Float,
            ),
        },
        Value::String(text) if secrets.0.contains(text.as_str()) => {
            TreeValue::Secret(digest(value))
        }
        Value::String(text) => TreeValue::Text(text.as_str().into()),
        Value::Array(items) => TreeValue::List(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let part = |marks: &Value| marks.get(index).cloned().unwrap_or_default();
                    tree(item, &part(sensitive), &part(unknown), secrets, depth - 1)
                })
                .collect(),
        ),
        Value::Object(fields) => {
            TreeValue::Map(object(fields, sensitive, unknown, secrets, depth - 1))
        }
    };
    Tree::new(value)
}

fn object(
    fields: &Map<String, Value>,
    sensitive: &Value,
    unknown: &Value,
    secrets: &Secrets<'_>,
    depth: usize,
) -> Vec<(Box<str>, Tree)> {
    let part = |marks: &Value, key: &str| marks.get(key).cloned().unwrap_or_default();
    let mut entries: Vec<(Box<str>, Tree)> = fields
        .iter()
        .map(|(key, value)| {
            let tree = tree(
                value,
                &part(sensitive, key),
                &part(unknown, key),
                secrets,
                depth,
            );
            (key.as_str().into(), tree)
        })
        .collect();
    // What is not known at all is in the marks only.
    let missing = unknown.as_object().into_iter().flatten();
    for (key, mark) in missing.filter(|(key, _)| !fields.contains_key(*key)) {
        if *mark == Value::Bool(true) {
            let tree = tree(&Value::Null, &part(sensitive, key), mark, secrets, depth);
            entries.push((key.as_str().into(), tree));
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

fn digest(value: &Value) -> Digest {
    let hash = blake3::hash(value.to_string().as_bytes());
    let mut digest = Digest::default();
    digest.copy_from_slice(&hash.as_bytes()[..16]);
    digest
}
