//! Declarations that have another name than before.
//!
//! A declaration that is gone and one that is new are the same if they say the same but for the name, or nearly the same and
//! nothing else is as near.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use similar::TextDiff;

use crate::state::{Declaration, DeclarationName, State};

/// How alike the texts of a renamed declaration must be that changed otherwise too: the share of lines that both have. Lower where
/// both stand in one file.
const ALIKE: f32 = 0.7;
const ALIKE_IN_ONE_FILE: f32 = 0.5;

/// Comparing every removed declaration with every added one is quadratic: beyond this many of each, only equal ones are matched.
const MAX_COMPARED: usize = 200;

/// Which declarations were renamed.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// From the name after to the name before.
    before: BTreeMap<DeclarationName, DeclarationName>,
    /// From the name before to the name after.
    after: BTreeMap<DeclarationName, DeclarationName>,
    /// The same without kinds: what an edge leads to is told by its name alone.
    names: FxHashMap<Box<str>, Box<str>>,
}

impl Renames {
    pub(super) fn find(base: &State, head: &State) -> Self {
        let gone = missing(base, head);
        let new = missing(head, base);
        let mut renames = Self::default();
        renames.take_equal(&gone, &new);
        if gone.len() <= MAX_COMPARED && new.len() <= MAX_COMPARED {
            renames.take_alike(&gone, &new);
        }
        renames
    }

    /// The name before, of a declaration that has another one now.
    pub(super) fn before(&self, name: &DeclarationName) -> Option<&DeclarationName> {
        self.before.get(name)
    }

    /// The name after, of a declaration that had another one.
    pub(super) fn after(&self, name: &DeclarationName) -> Option<&DeclarationName> {
        self.after.get(name)
    }

    /// The name after the change of what an edge leads to.
    pub(super) fn target<'n>(&'n self, name: &'n str) -> &'n str {
        self.names.get(name).map_or(name, |after| &**after)
    }

    fn take_equal(&mut self, gone: &[&Declaration], new: &[&Declaration]) {
        let mut by_digest: FxHashMap<_, Vec<&Declaration>> = FxHashMap::default();
        for declaration in gone {
            by_digest
                .entry((&declaration.name.kind, declaration.nameless))
                .or_default()
                .push(declaration);
        }
        let mut successors: FxHashMap<_, usize> = FxHashMap::default();
        for declaration in new {
            *successors
                .entry((&declaration.name.kind, declaration.nameless))
                .or_default() += 1;
        }
        for declaration in new {
            let key = (&declaration.name.kind, declaration.nameless);
            // Several alike: nobody can say which became which.
            if let Some([before]) = by_digest.get(&key).map(Vec::as_slice)
                && successors.get(&key) == Some(&1)
            {
                self.insert(&before.name, &declaration.name);
            }
        }
    }

    fn take_alike(&mut self, gone: &[&Declaration], new: &[&Declaration]) {
        let mut candidates: Vec<(f32, &Declaration, &Declaration)> = Vec::new();
        for before in gone.iter().filter(|d| !self.after.contains_key(&d.name)) {
            for after in new.iter().filter(|d| !self.before.contains_key(&d.name)) {
                if before.name.kind != after.name.kind || before.capability != after.capability {
                    continue;
                }
                let (Some(old), Some(now)) = (&before.text, &after.text) else {
                    continue;
                };
                let ratio = TextDiff::from_lines(&**old, &**now).ratio();
                let path = |declaration: &Declaration| {
                    let source = declaration.source.as_ref();
                    source.map(|source| Arc::clone(&source.path))
                };
                let least = if path(before) == path(after) {
                    ALIKE_IN_ONE_FILE
                } else {
                    ALIKE
                };
                if ratio >= least {
                    candidates.push((ratio, before, after));
                }
            }
        }
        candidates.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| (&a.1.name, &a.2.name).cmp(&(&b.1.name, &b.2.name)))
        });
        for (_, before, after) in candidates {
            if !self.after.contains_key(&before.name) && !self.before.contains_key(&after.name) {
                self.insert(&before.name, &after.name);
            }
        }
    }

    fn insert(&mut self, before: &DeclarationName, after: &DeclarationName) {
        self.before.insert(after.clone(), before.clone());
        self.after.insert(before.clone(), after.clone());
        self.names.insert(before.name.clone(), after.name.clone());
    }
}

/// The declarations of one state whose names the other does not have. A state without declarations says nothing of names.
fn missing<'s>(of: &'s State, other: &State) -> Vec<&'s Declaration> {
    if other.declarations.is_empty() {
        return Vec::new();
    }
    let known: FxHashSet<&DeclarationName> = other
        .declarations
        .iter()
        .map(|declaration| &declaration.name)
        .collect();
    of.declarations
        .iter()
        .filter(|declaration| !known.contains(&declaration.name))
        .collect()
}
