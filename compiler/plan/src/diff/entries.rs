//! Records and maps, compared by what their fields and entries are called.

use plat_model::change::Step;
use plat_model::schema::{SchemaId, Shape};
use plat_model::tree::Tree;
use rustc_hash::FxHashMap;

use super::walk::Walk;

type Entry = (Box<str>, Tree);

/// Maps with fewer entries are searched one by one.
const FEW: usize = 24;

impl Walk<'_> {
    /// Compares two records or maps, in the order of the later one; what it lacks comes where it was.
    pub(super) fn entries(&mut self, shape: Option<&Shape>, before: &[Entry], after: &[Entry]) {
        let (old, new) = (Lookup::new(before), Lookup::new(after));
        let mut passed = 0;
        for (at, (key, value)) in after.iter().enumerate() {
            let known = old.find(key, at);
            // What goes away comes before what takes its place.
            let until = match known {
                Some(known) => known,
                None => {
                    let stays = |(key, _): &Entry| new.find(key, 0).is_some();
                    let next = before[passed..].iter().position(stays);
                    next.map_or(before.len(), |next| passed + next)
                }
            };
            if until >= passed {
                self.removed(shape, &before[passed..until], &new);
                passed = until + usize::from(known.is_some());
            }
            let known = known.map(|known| &before[known].1);
            if known != Some(value) {
                self.entry(shape, key, known, Some(value));
            }
        }
        self.removed(shape, &before[passed..], &new);
    }

    /// Reports those of the entries that the later map lacks.
    fn removed(&mut self, shape: Option<&Shape>, entries: &[Entry], new: &Lookup<'_>) {
        for (key, value) in entries {
            if new.find(key, 0).is_none() {
                self.entry(shape, key, Some(value), None);
            }
        }
    }

    fn entry(
        &mut self,
        shape: Option<&Shape>,
        key: &str,
        before: Option<&Tree>,
        after: Option<&Tree>,
    ) {
        let (step, schema): (_, Option<SchemaId>) = match shape {
            Some(Shape::Record { .. }) => match shape.and_then(|shape| shape.field(key)) {
                // What only the target writes is no part of what a project asks for.
                Some(field) if field.read_only => return,
                Some(field) => (Step::Field(key.into()), Some(field.ty)),
                None => (named(key), None),
            },
            Some(Shape::Map { value }) => (Step::Entry(key.into()), Some(*value)),
            _ => (named(key), None),
        };
        self.below(step, |walk| walk.value(schema, before, after));
    }
}

/// A key of free data: a field if it looks like one.
fn named(key: &str) -> Step {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !key.is_empty() && key.bytes().all(is_word) {
        Step::Field(key.into())
    } else {
        Step::Entry(key.into())
    }
}

/// Finds the entries of a map by key.
struct Lookup<'t> {
    entries: &'t [Entry],
    places: FxHashMap<&'t str, usize>,
}

impl<'t> Lookup<'t> {
    fn new(entries: &'t [Entry]) -> Self {
        let indexed = if entries.len() > FEW { entries } else { &[] };
        let places = (0..).zip(indexed);
        Self {
            entries,
            places: places.map(|(at, (key, _))| (&**key, at)).collect(),
        }
    }

    /// Where the entry is. It is looked for at `guess` first, since most maps keep their order.
    fn find(&self, key: &str, guess: usize) -> Option<usize> {
        if self
            .entries
            .get(guess)
            .is_some_and(|(known, _)| **known == *key)
        {
            return Some(guess);
        }
        if self.entries.len() > FEW {
            return self.places.get(key).copied();
        }
        self.entries.iter().position(|(known, _)| **known == *key)
    }
}
