//! Objects of a cluster as trees, and back.

use plat_model::output::MAX_DEPTH;
use plat_model::tree::{Digest, Tree, TreeValue};
use plat_plan::state::ObjectState;
use serde_json::{Map, Number, Value};

/// What only the API server writes, below `metadata`.
const SERVER_METADATA: [&str; 7] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What `kubectl apply` remembers in an annotation: the object once more, with a secret's values in plain text.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as it is applied. `None` when it holds what must not be sent or is not known.
pub(crate) fn applied(tree: &Tree) -> Option<Value> {
    Some(match &tree.value {
        TreeValue::Null => Value::Null,
        TreeValue::Bool(value) => Value::Bool(*value),
        TreeValue::Int(value) => Value::Number((*value).into()),
        TreeValue::Float(value) => Value::Number(Number::from_f64(*value)?),
        TreeValue::Text(text) => Value::String(text.to_string()),
        TreeValue::List(items) => Value::Array(items.iter().map(applied).collect::<Option<_>>()?),
        TreeValue::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, tree)| Some((key.to_string(), applied(tree)?)))
                .collect::<Option<Map<_, _>>>()?,
        ),
        TreeValue::Secret(_) | TreeValue::Unknown(_) => return None,
    })
}

/// An object of the cluster without what only the API server writes, and without what `kubectl` remembers. Values that `written` has too keep its sources.
pub(crate) fn observed(mut object: Value, written: Option<&Tree>) -> Tree {
    if let Value::Object(fields) = &mut object {
        fields.remove("status");
        if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
            metadata.retain(|key, _| !SERVER_METADATA.contains(&key.as_str()));
            if let Some(Value::Object(annotations)) = metadata.get_mut("annotations")
                && annotations.remove(LAST_APPLIED).is_some()
                && annotations.is_empty()
            {
                metadata.remove("annotations");
            }
        }
    }
    tree(&object, written, MAX_DEPTH)
}

fn tree(value: &Value, written: Option<&Tree>, depth: usize) -> Tree {
    let source = written.and_then(|written| written.source);
    let value = match value {
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
        Value::String(text) => TreeValue::Text(text.as_str().into()),
        Value::Array(items) => {
            let others = written.and_then(Tree::items).unwrap_or_default();
            TreeValue::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| tree(item, twin(item, index, others), depth - 1))
                    .collect(),
            )
        }
        Value::Object(fields) => TreeValue::Map(
            fields
                .iter()
                .map(|(key, field)| {
                    let written = written.and_then(|written| written.get(key));
                    (key.as_str().into(), tree(field, written, depth - 1))
                })
                .collect(),
        ),
    };
    Tree { value, source }
}

/// The element of a written list that an observed one came from: that of the same name, else that of the same place.
fn twin<'t>(item: &Value, index: usize, written: &'t [Tree]) -> Option<&'t Tree> {
    match item.get("name").and_then(Value::as_str) {
        Some(name) => written.iter().find(|other| {
            let known = other.get("name").and_then(Tree::as_text);
            known == Some(name)
        }),
        None => written.get(index),
    }
}

/// Digest of objects: their identities and contents.
pub(crate) fn digest(objects: &[ObjectState]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for object in objects {
        // Objects of a cluster hold no secrets' digests and nothing unknown but what is nested too deeply.
        let text = applied(&object.body).map(|value| value.to_string());
        hasher.update(text.unwrap_or_default().as_bytes());
        hasher.update(&[0]);
    }
    let mut digest = Digest::default();
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    digest
}
