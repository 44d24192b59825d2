//! Values that are never shown: of them, only a digest goes into a plan.

use plat_model::change::{ChangeRules, ObjectRef, Path, Step};
use plat_model::tree::{Digest, Tree, TreeValue};

/// Digest of a value that must not be kept itself. Equal values have equal digests, in whatever order their maps are written.
#[must_use]
pub fn digest(tree: &Tree) -> Digest {
    if let TreeValue::Secret(digest) = tree.value {
        return digest;
    }
    let mut hasher = blake3::Hasher::new();
    write(tree, &mut hasher);
    let mut digest = Digest::default();
    hasher.finalize_xof().fill(&mut digest);
    digest
}

/// Writes a value so that different values are written differently: each with its kind, and its length where that varies.
fn write(tree: &Tree, hasher: &mut blake3::Hasher) {
    let mut sized = |kind: u8, bytes: &[u8]| {
        hasher.update(&[kind]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    match &tree.value {
        TreeValue::Null => sized(0, &[]),
        TreeValue::Bool(value) => sized(1, &[u8::from(*value)]),
        TreeValue::Int(value) => sized(2, &value.to_le_bytes()),
        TreeValue::Float(value) => sized(3, &value.to_le_bytes()),
        TreeValue::Text(text) => sized(4, text.as_bytes()),
        TreeValue::Secret(digest) => sized(5, digest),
        TreeValue::Unknown(reason) => sized(6, reason.as_bytes()),
        TreeValue::List(items) => {
            sized(7, &(items.len() as u64).to_le_bytes());
            for item in items {
                write(item, hasher);
            }
        }
        TreeValue::Map(entries) => {
            sized(8, &(entries.len() as u64).to_le_bytes());
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, value) in sorted {
                hasher.update(&(key.len() as u64).to_le_bytes());
                hasher.update(key.as_bytes());
                write(value, hasher);
            }
        }
    }
}

/// A copy of a value in which every secret is replaced by its digest.
pub(super) fn redacted(
    rules: &dyn ChangeRules,
    object: ObjectRef<'_>,
    path: &Path,
    tree: &Tree,
) -> Tree {
    let value = match &tree.value {
        // The keys of a map of secrets are no secret.
        TreeValue::Map(entries) => {
            let copy = |(key, value): &(Box<str>, Tree)| {
                let below = path.with(Step::Field(key.clone()));
                (key.clone(), redacted(rules, object, &below, value))
            };
            TreeValue::Map(entries.iter().map(copy).collect())
        }
        TreeValue::Null | TreeValue::Unknown(_) => tree.value.clone(),
        _ if rules.is_secret(object.api_version, object.kind, path) => {
            TreeValue::Secret(digest(tree))
        }
        TreeValue::List(items) => {
            let copy = |(index, item)| {
                let below = path.with(Step::Index(index));
                redacted(rules, object, &below, item)
            };
            TreeValue::List(items.iter().enumerate().map(copy).collect())
        }
        other => other.clone(),
    };
    Tree {
        value,
        source: tree.source,
    }
}
