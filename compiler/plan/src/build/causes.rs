//! Changes gathered by what caused them: one change of a capability is one entry, however many services it reaches.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use plat_model::change::{Impact, Path, Step, Verdict};
use plat_model::tree::{Tree, TreeValue};
use rustc_hash::{FxHashSet, FxHasher};

use crate::plan::{Action, Cause, Change, Effect};
use crate::state::Source;

/// What makes two changes the same effect of a cause: where exactly, and from what to what, may differ.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct EffectKey<'c> {
    action: Action,
    kind: &'c str,
    /// The fields of the path, and the sort of each step. Nothing for a whole object.
    path: Option<(Vec<&'c str>, Vec<u8>)>,
    impact: Impact,
    reason: &'c str,
}

/// A change, or the change of one of its values.
struct Part<'c> {
    path: Option<&'c Path>,
    before: Option<&'c Tree>,
    after: Option<&'c Tree>,
}

#[derive(Default)]
struct Gathered<'c> {
    effects: BTreeMap<EffectKey<'c>, Vec<Part<'c>>>,
    changes: BTreeSet<usize>,
}

pub(super) fn causes(changes: &[Change]) -> Vec<Cause> {
    let mut gathered: BTreeMap<Option<&Source>, Gathered<'_>> = BTreeMap::new();
    let effective = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.action != Action::NoOp);
    for (index, change) in effective {
        if matches!(
            change.action,
            Action::Create | Action::Delete | Action::Move
        ) {
            let cause = gathered.entry(change.why.first()).or_default();
            cause.changes.insert(index);
            let key = EffectKey {
                action: change.action,
                kind: &change.object.kind,
                path: None,
                impact: change.impact,
                reason: &change.reason,
            };
            cause.effects.entry(key).or_default().push(Part {
                path: None,
                before: None,
                after: None,
            });
            // The new name of an object is in many of its values; what else changed is listed with it.
            continue;
        }
        for field in change.fields.iter().filter(|field| field.equal.is_none()) {
            let cause = gathered.entry(field.why.first()).or_default();
            cause.changes.insert(index);
            let key = EffectKey {
                action: change.action,
                kind: &change.object.kind,
                path: Some((field.path.fields(), sorts(&field.path))),
                impact: field.verdict.impact,
                reason: &field.verdict.reason,
            };
            cause.effects.entry(key).or_default().push(Part {
                path: Some(&field.path),
                before: field.before.as_ref(),
                after: field.after.as_ref(),
            });
        }
    }
    let mut causes: Vec<Cause> = gathered
        .into_iter()
        .map(|(source, gathered)| cause(source, gathered, changes))
        .collect();
    causes.sort_by(|a, b| {
        (Reverse(a.impact), Reverse(a.instances.len()), &a.source).cmp(&(
            Reverse(b.impact),
            Reverse(b.instances.len()),
            &b.source,
        ))
    });
    causes
}

fn cause(source: Option<&Source>, gathered: Gathered<'_>, changes: &[Change]) -> Cause {
    let mut effects: Vec<Effect> = gathered
        .effects
        .into_iter()
        .map(|(key, parts)| effect(&key, &parts))
        .collect();
    effects.sort_by_key(|effect| (Reverse(effect.verdict.impact), Reverse(effect.count)));
    let of = || gathered.changes.iter().map(|index| &changes[*index]);
    let instances: BTreeSet<_> = of()
        .map(|change| (change.declaration.name.clone(), change.environment.clone()))
        .collect();
    let owners: BTreeSet<Box<str>> = of().filter_map(|change| change.owner.clone()).collect();
    Cause {
        source: source.cloned(),
        impact: effects
            .iter()
            .map(|effect| effect.verdict.impact)
            .max()
            .unwrap_or_default(),
        effects,
        changes: gathered.changes.iter().copied().collect(),
        instances: instances.into_iter().collect(),
        owners: owners.into_iter().collect(),
    }
}

fn effect(key: &EffectKey<'_>, parts: &[Part<'_>]) -> Effect {
    let paths: Vec<&Path> = parts.iter().filter_map(|part| part.path).collect();
    Effect {
        action: key.action,
        kind: key.kind.into(),
        path: common_path(&paths),
        before: common(parts.iter().map(|part| part.before)),
        after: common(parts.iter().map(|part| part.after)),
        verdict: Verdict {
            impact: key.impact,
            replaces: key.action == Action::Replace,
            reason: key.reason.to_owned().into(),
        },
        count: parts.len(),
    }
}

/// A number per sort of step: paths of the same fields that go through elements at different places are different.
fn sorts(path: &Path) -> Vec<u8> {
    let sort = |step: &Step| match step {
        Step::Field(_) => 0,
        Step::Entry(_) => 1,
        Step::Element(_) => 2,
        Step::Member(_) => 3,
        Step::Index(_) => 4,
    };
    path.0.iter().map(sort).collect()
}

/// The path that all have, `*` standing where their elements differ. They have the same fields and sorts of steps.
fn common_path(paths: &[&Path]) -> Option<Path> {
    let (first, rest) = paths.split_first()?;
    let mut steps = first.0.clone();
    for (place, step) in steps.iter_mut().enumerate() {
        for other in rest.iter().filter_map(|path| path.0.get(place)) {
            match (&mut *step, other) {
                (Step::Element(keys), Step::Element(others)) => {
                    for (key, other) in keys.iter_mut().zip(others) {
                        if key.1 != other.1 {
                            key.1 = "*".into();
                        }
                    }
                }
                (Step::Member(text), Step::Member(other)) if text != other => *text = "*".into(),
                (Step::Index(index), Step::Index(other)) => *index = (*index).min(*other),
                _ => {}
            }
        }
    }
    Some(Path(steps))
}

/// The value that all have, or how many different ones there are.
fn common<'c>(values: impl Iterator<Item = Option<&'c Tree>>) -> Result<Option<Tree>, usize> {
    let mut first = None;
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    for value in values {
        let mut hasher = FxHasher::default();
        value.inspect(|tree| fingerprint(tree, &mut hasher));
        if seen.insert(hasher.finish()) && seen.len() == 1 {
            first = value;
        }
    }
    match seen.len() {
        0 | 1 => Ok(first.cloned()),
        different => Err(different),
    }
}

/// Feeds a value to a hasher; equal values written in one order feed the same.
fn fingerprint(tree: &Tree, hasher: &mut FxHasher) {
    std::mem::discriminant(&tree.value).hash(hasher);
    match &tree.value {
        TreeValue::Null => {}
        TreeValue::Bool(value) => value.hash(hasher),
        TreeValue::Int(value) => value.hash(hasher),
        TreeValue::Float(value) => value.to_bits().hash(hasher),
        TreeValue::Text(text) | TreeValue::Unknown(text) => text.hash(hasher),
        TreeValue::Secret(digest) => digest.hash(hasher),
        TreeValue::List(items) => {
            items.len().hash(hasher);
            for item in items {
                fingerprint(item, hasher);
            }
        }
        TreeValue::Map(entries) => {
            entries.len().hash(hasher);
            for (key, tree) in entries {
                key.hash(hasher);
                fingerprint(tree, hasher);
            }
        }
    }
}
