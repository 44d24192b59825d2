//! What changed in the declarations, as far as others see it.

use std::collections::BTreeMap;

use super::renames::Renames;
use crate::plan::{DeclarationChange, DeclarationEdit};
use crate::state::{Declaration, Edge, State};

/// The kinds that others know by name. How a platform is made inside (capabilities, functions, types) shows in what it does.
const KINDS: [&str; 6] = [
    "environment",
    "external",
    "resource",
    "service",
    "system",
    "team",
];

pub(super) fn changed(base: &State, head: &State, renames: &Renames) -> Vec<DeclarationChange> {
    // A state of which only the objects are known says nothing about declarations.
    if base.declarations.is_empty() || head.declarations.is_empty() {
        return Vec::new();
    }
    let before = base.declarations_by_name();
    let after = head.declarations_by_name();
    let mut found = Vec::new();
    for declaration in &head.declarations {
        let name = &declaration.name;
        let old = renames.before(name).unwrap_or(name);
        let edits = match before.get(old) {
            None => vec![DeclarationEdit::Added],
            Some(old) => edits(old, declaration, renames),
        };
        found.push(change(declaration, edits));
    }
    for declaration in &base.declarations {
        let name = &declaration.name;
        if !after.contains_key(name) && renames.after(name).is_none() {
            found.push(change(declaration, vec![DeclarationEdit::Removed]));
        }
    }
    found.retain(|change| !change.edits.is_empty() && KINDS.contains(&&*change.name.kind));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn change(declaration: &Declaration, edits: Vec<DeclarationEdit>) -> DeclarationChange {
    DeclarationChange {
        name: declaration.name.clone(),
        owner: declaration.owner.clone(),
        source: declaration.source.clone(),
        edits,
    }
}

fn edits(before: &Declaration, after: &Declaration, renames: &Renames) -> Vec<DeclarationEdit> {
    let mut found = Vec::new();
    if before.name.name != after.name.name {
        found.push(DeclarationEdit::Renamed {
            from: before.name.name.clone(),
        });
    }
    if before.owner != after.owner {
        found.push(DeclarationEdit::Owner {
            before: before.owner.clone(),
            after: after.owner.clone(),
        });
    }
    if before.capability != after.capability {
        found.push(DeclarationEdit::Capability {
            before: before.capability.clone(),
            after: after.capability.clone(),
        });
    }
    let (old, new) = (dependencies(before, renames), dependencies(after, renames));
    for (dependency, edge) in &old {
        if !new.contains_key(dependency) {
            found.push(DeclarationEdit::EdgeRemoved((*edge).clone()));
        }
    }
    for (dependency, edge) in &new {
        if !old.contains_key(dependency) {
            found.push(DeclarationEdit::EdgeAdded((*edge).clone()));
        }
    }
    found
}

/// A dependency whatever its alias: its kind, what it leads to by the name after the change, its environments.
type Dependency<'s> = (&'s str, &'s str, &'s [Box<str>]);

fn dependencies<'s>(
    declaration: &'s Declaration,
    renames: &'s Renames,
) -> BTreeMap<Dependency<'s>, &'s Edge> {
    let edges = declaration.edges.iter();
    edges
        .map(|edge| {
            let target = renames.target(&edge.target);
            ((&*edge.kind, target, &*edge.environments), edge)
        })
        .collect()
}
