//! Why something changed: the source lines that decided it.
//!
//! Every value knows which expression made it. That line is the reason if it changed itself. If it did not, what it reads has
//! changed: the changed lines of its own declaration, or of those that the instance was made of.

use plat_model::tree::{SourceId, Tree, TreeValue};
use rustc_hash::FxHashMap;

use super::changes::distinct;
use super::lines;
use super::matching::Located;
use super::renames::Renames;
use crate::plan::FieldChange;
use crate::state::{Declaration, DeclarationName, Instance, Source, State};

/// Reasons that are listed for one value.
const MAX_REASONS: usize = 4;

/// Explains changes between two states.
pub(super) struct Explainer<'s> {
    base: &'s State,
    head: &'s State,
    /// What changed in the declarations after, by name: the first lines of the changed parts.
    changed: FxHashMap<&'s DeclarationName, Vec<Source>>,
    /// The declarations that are gone.
    removed: FxHashMap<&'s DeclarationName, &'s Declaration>,
    before: FxHashMap<&'s DeclarationName, &'s Declaration>,
    after: FxHashMap<&'s DeclarationName, &'s Declaration>,
}

impl<'s> Explainer<'s> {
    pub(super) fn new(base: &'s State, head: &'s State, renames: &'s Renames) -> Self {
        let before = base.declarations_by_name();
        let after = head.declarations_by_name();
        let mut changed: FxHashMap<&DeclarationName, Vec<Source>> = FxHashMap::default();
        for declaration in &head.declarations {
            let name = &declaration.name;
            let old = renames.before(name).unwrap_or(name);
            match before.get(old) {
                Some(old) if old.digest == declaration.digest => {}
                Some(old) => {
                    changed.insert(name, lines::changed(old, declaration));
                }
                None => {
                    changed.insert(name, declaration.source.iter().cloned().collect());
                }
            }
        }
        let removed = base
            .declarations
            .iter()
            .filter(|declaration| {
                !after.contains_key(&declaration.name) && renames.after(&declaration.name).is_none()
            })
            .map(|declaration| (&declaration.name, declaration))
            .collect();
        Self {
            base,
            head,
            changed,
            removed,
            before,
            after,
        }
    }

    /// Who owns a declaration, or owned it.
    pub(super) fn owner(&self, name: &DeclarationName) -> Option<Box<str>> {
        let declaration = self.after.get(name).or_else(|| self.removed.get(name));
        declaration.and_then(|declaration| declaration.owner.clone())
    }

    /// Where an object is emitted, or was.
    pub(super) fn emitted(
        &self,
        before: Option<Located<'_>>,
        after: Option<Located<'_>>,
    ) -> Option<Source> {
        let of = |state: &State, located: Option<Located<'_>>| {
            source(state, located?.object.body.source).cloned()
        };
        of(self.head, after).or_else(|| of(self.base, before))
    }

    /// Fills in why each value changed.
    pub(super) fn fields(
        &self,
        fields: &mut [FieldChange],
        before: Located<'_>,
        after: Located<'_>,
    ) {
        if fields.is_empty() {
            return;
        }
        let read = self.changed_reads(Some(before.instance), Some(after.instance));
        for field in fields {
            let old = self.made(self.base, field.before.as_ref());
            let new = self.made(self.head, field.after.as_ref());
            field.why = self.reasons(old, new, &read);
        }
    }

    /// Why a whole object comes, goes or gets another name.
    pub(super) fn object(
        &self,
        before: Option<Located<'_>>,
        after: Option<Located<'_>>,
    ) -> Vec<Source> {
        let before_name = before.map(|located| &located.instance.declaration);
        let after_name = after.map(|located| &located.instance.declaration);
        // The declaration itself went, came or was renamed.
        if let Some(gone) = before_name.and_then(|name| self.removed.get(name)) {
            return gone.source.iter().cloned().collect();
        }
        let new = after_name.filter(|name| !self.before.contains_key(*name));
        if let Some(declaration) = new.and_then(|name| self.after.get(name)) {
            return declaration.source.iter().cloned().collect();
        }
        let old = before.and_then(|before| source(self.base, before.object.body.source));
        let new = after.and_then(|after| source(self.head, after.object.body.source));
        let read = self.changed_reads(
            before.map(|before| before.instance),
            after.map(|after| after.instance),
        );
        self.reasons(old, new, &read)
    }

    /// The lines behind a value that was made at `old` and is made at `new`, the deciding one first.
    fn reasons(&self, old: Option<&Source>, new: Option<&Source>, read: &[Source]) -> Vec<Source> {
        if let Some(new) = new
            && let Some(lines) = self.changed.get(&new.declaration)
        {
            let own = lines.iter().any(|line| line == new);
            let mut found = match lines.as_slice() {
                [only] if !own => vec![only.clone(), new.clone()],
                _ => vec![new.clone()],
            };
            if !own {
                found.extend(lines.iter().cloned());
            }
            return capped(found);
        }
        if let Some(old) = old {
            if self.removed.contains_key(&old.declaration) {
                return vec![old.clone()];
            }
            if let Some(lines) = self.changed.get(&old.declaration) {
                return capped(lines.clone());
            }
        }
        if !read.is_empty() {
            return capped(read.iter().cloned().chain(new.cloned()).collect());
        }
        new.or(old).cloned().into_iter().collect()
    }

    /// What changed in the declarations that an instance is made of: its own first.
    fn changed_reads(&self, before: Option<&Instance>, after: Option<&Instance>) -> Vec<Source> {
        let mut found: Vec<(bool, &Source)> = Vec::new();
        for (state, instance) in [(self.head, after), (self.base, before)] {
            let Some(instance) = instance else { continue };
            let names = instance
                .reads
                .iter()
                .filter_map(|index| state.declarations.get(*index as usize))
                .map(|declaration| &declaration.name);
            for name in names {
                let own = *name == instance.declaration;
                match self.changed.get(name) {
                    Some(lines) => found.extend(lines.iter().map(|line| (!own, line))),
                    None => {
                        let gone = self.removed.get(name);
                        let place = gone.and_then(|declaration| declaration.source.as_ref());
                        found.extend(place.map(|line| (true, line)));
                    }
                }
            }
        }
        found.sort();
        distinct(found.into_iter().map(|(_, line)| line.clone()))
    }

    /// Where a value was made: itself, or the first of its parts.
    fn made<'t>(&self, state: &'t State, tree: Option<&Tree>) -> Option<&'t Source> {
        first_source(tree?).and_then(|id| source(state, Some(id)))
    }
}

fn source(state: &State, id: Option<SourceId>) -> Option<&Source> {
    state.sources.get(id?.0 as usize)
}

fn first_source(tree: &Tree) -> Option<SourceId> {
    if tree.source.is_some() {
        return tree.source;
    }
    match &tree.value {
        TreeValue::List(items) => items.iter().find_map(first_source),
        TreeValue::Map(entries) => entries.iter().find_map(|(_, tree)| first_source(tree)),
        _ => None,
    }
}

fn capped(sources: Vec<Source>) -> Vec<Source> {
    let mut kept = distinct(sources);
    kept.truncate(MAX_REASONS);
    kept
}
