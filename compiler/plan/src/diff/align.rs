//! Which elements of two lists belong together when only order tells them apart.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use plat_model::tree::{Tree, TreeValue};
use rustc_hash::FxHasher;
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Two lists together that are longer than this are not aligned.
const MOST: usize = 8_192;
/// Stretches of different elements are matched by likeness as long as they have at most this many pairs.
const MOST_PAIRS: usize = 1_024;

/// A step from one list to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// The same element, equal or changed.
    Both(usize, usize),
    /// An element that is gone.
    Removed(usize),
    /// An element that is new.
    Added(usize),
}

impl Op {
    fn swapped(self) -> Self {
        match self {
            Self::Both(before, after) => Self::Both(after, before),
            Self::Removed(at) => Self::Added(at),
            Self::Added(at) => Self::Removed(at),
        }
    }
}

/// How to come from one list to the other with few changes, in order. `None` when the lists are too long to tell.
///
/// The way back is the same in reverse.
pub(super) fn align(before: &[Tree], after: &[Tree]) -> Option<Vec<Op>> {
    let digests = |items: &[Tree]| items.iter().map(digest).collect::<Vec<u64>>();
    let (old, new) = (digests(before), digests(after));
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    if old_rest.len() + new_rest.len() > MOST {
        return None;
    }
    let mut ops: Vec<Op> = (0..same).map(|at| Op::Both(at, at)).collect();
    // Of several equally short ways, always the same one is taken, in whichever direction it is asked for.
    let is_forward = old_rest
        .len()
        .cmp(&new_rest.len())
        .then(old_rest.cmp(new_rest))
        != Ordering::Greater;
    let rest = if is_forward {
        way((&before[same..], old_rest), (&after[same..], new_rest))
    } else {
        let back = way((&after[same..], new_rest), (&before[same..], old_rest));
        removed_first(back.into_iter().map(Op::swapped))
    };
    ops.extend(rest.into_iter().map(|op| match op {
        Op::Both(a, b) => Op::Both(a + same, b + same),
        Op::Removed(at) => Op::Removed(at + same),
        Op::Added(at) => Op::Added(at + same),
    }));
    Some(ops)
}

/// Between two elements that stay, those that are gone come before those that are new.
fn removed_first(ops: impl Iterator<Item = Op>) -> Vec<Op> {
    let mut sorted = Vec::new();
    let mut added = Vec::new();
    for op in ops {
        match op {
            Op::Added(_) => added.push(op),
            Op::Removed(_) => sorted.push(op),
            Op::Both(..) => {
                sorted.append(&mut added);
                sorted.push(op);
            }
        }
    }
    sorted.append(&mut added);
    sorted
}

fn way(before: (&[Tree], &[u64]), after: (&[Tree], &[u64])) -> Vec<Op> {
    let mut ops = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, before.1, after.1) {
        let (tag, old, new) = op.as_tag_tuple();
        match tag {
            DiffTag::Equal => ops.extend(old.zip(new).map(|(a, b)| Op::Both(a, b))),
            DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                let pairs = matched(&before.0[old.clone()], &after.0[new.clone()]);
                let (mut at, mut other) = (old.start, new.start);
                let ends = [(old.len(), new.len())];
                for (a, b) in pairs.iter().chain(&ends) {
                    ops.extend((at..old.start + a).map(Op::Removed));
                    ops.extend((other..new.start + b).map(Op::Added));
                    (at, other) = (old.start + a + 1, new.start + b + 1);
                    if at <= old.end && other <= new.end {
                        ops.push(Op::Both(at - 1, other - 1));
                    }
                }
            }
        }
    }
    ops
}

/// Pairs of elements that are likely the same, changed: as alike as can be, without crossing.
fn matched(before: &[Tree], after: &[Tree]) -> Vec<(usize, usize)> {
    let (rows, columns) = (before.len(), after.len());
    if rows * columns > MOST_PAIRS {
        return (0..rows.min(columns)).map(|at| (at, at)).collect();
    }
    // best[i][j]: the likeness of before[i..] and after[j..] at best.
    let width = columns + 1;
    let mut best = vec![0_u32; (rows + 1) * width];
    let mut alike = vec![0_u32; rows * columns];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let likeness = likeness(&before[i], &after[j]);
            alike[i * columns + j] = likeness;
            let paired = best[(i + 1) * width + j + 1] + likeness;
            let skipped = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            best[i * width + j] = paired.max(skipped);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < rows && j < columns {
        let likeness = alike[i * columns + j];
        let here = best[i * width + j];
        if likeness > 0 && here == best[(i + 1) * width + j + 1] + likeness {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// How alike two different values are, from 0 to 1000. Two texts always are a little: one line changed reads better than one
/// line removed and one added.
fn likeness(a: &Tree, b: &Tree) -> u32 {
    match (&a.value, &b.value) {
        (TreeValue::Map(old), TreeValue::Map(new)) => {
            let name = |tree: &Tree| tree.get("name").cloned();
            if name(a).is_some() && name(a) == name(b) {
                return 1_000;
            }
            let shared = old.iter().filter_map(|(key, value)| {
                let other = b.get(key)?;
                Some(if value == other {
                    10
                } else {
                    1 + part(value, other)
                })
            });
            let shared: usize = shared.sum();
            let most = 10 * old.len().max(new.len()).max(1);
            1 + u32::try_from(shared * 900 / most).unwrap_or(0)
        }
        (TreeValue::Text(old), TreeValue::Text(new)) => {
            let common = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b);
            let most = old.len().max(new.len()).max(1);
            1 + u32::try_from(common.count() * 900 / most).unwrap_or(0)
        }
        (TreeValue::List(_), TreeValue::List(_)) => 1 + u32::try_from(part(a, b)).unwrap_or(0) * 90,
        (TreeValue::List(_) | TreeValue::Map(_), _)
        | (_, TreeValue::List(_) | TreeValue::Map(_)) => 0,
        _ => 1,
    }
}

/// How much of two nested values is the same, from 0 to 9.
fn part(a: &Tree, b: &Tree) -> usize {
    let (shared, most) = match (&a.value, &b.value) {
        (TreeValue::Map(old), TreeValue::Map(new)) => {
            let shared = old.iter().filter(|(key, value)| b.get(key) == Some(value));
            (shared.count(), old.len().max(new.len()))
        }
        (TreeValue::List(old), TreeValue::List(new)) => {
            let shared = old.iter().filter(|value| new.contains(value));
            let back = new.iter().filter(|value| old.contains(value));
            (shared.count().min(back.count()), old.len().max(new.len()))
        }
        _ => (0, 1),
    };
    9 * shared / most.max(1)
}

/// A digest by which equal values are found; different ones may share it, which is found when they are compared.
fn digest(tree: &Tree) -> u64 {
    let mut hasher = FxHasher::default();
    match &tree.value {
        TreeValue::Null => 0_u8.hash(&mut hasher),
        TreeValue::Bool(value) => (1_u8, value).hash(&mut hasher),
        // `1` and `1.0` are the same number.
        TreeValue::Int(value) => (2_u8, (*value as f64).to_bits()).hash(&mut hasher),
        TreeValue::Float(value) => (2_u8, value.to_bits()).hash(&mut hasher),
        TreeValue::Text(text) => (4_u8, text).hash(&mut hasher),
        TreeValue::Secret(secret) => (5_u8, secret).hash(&mut hasher),
        TreeValue::Unknown(reason) => (6_u8, reason).hash(&mut hasher),
        TreeValue::List(items) => {
            7_u8.hash(&mut hasher);
            for item in items {
                digest(item).hash(&mut hasher);
            }
        }
        TreeValue::Map(entries) => {
            let sum = entries.iter().fold(0_u64, |sum, (key, value)| {
                let mut entry = FxHasher::default();
                (key, digest(value)).hash(&mut entry);
                sum.wrapping_add(entry.finish())
            });
            (8_u8, sum).hash(&mut hasher);
        }
    }
    hasher.finish()
}
