//! Where a name is written, and the facts that can be seen from there.

use std::collections::BTreeMap;

use crate::db::{Db, DeclId, Name, SourceFile};
use crate::items::{ItemKind, items_of_test};

/// Where a name is written. What it means depends on the file, and on the test around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// The file.
    pub file: SourceFile,
    /// The test whose own declarations come before those of the fleet.
    pub test: Option<DeclId>,
}

impl Site {
    /// Within a declaration.
    #[must_use]
    pub fn of(db: &dyn Db, decl: DeclId) -> Self {
        Self {
            file: decl.file(db),
            test: test_around(db, decl),
        }
    }
}

impl From<SourceFile> for Site {
    fn from(file: SourceFile) -> Self {
        Self { file, test: None }
    }
}

/// The test that a declaration is, or is part of.
#[must_use]
pub fn test_around(db: &dyn Db, decl: DeclId) -> Option<DeclId> {
    match decl.kind(db) {
        ItemKind::Test => Some(decl),
        _ => decl.test(db),
    }
}

/// The facts of a kind and name that can be seen from within a test, or from outside of all: what a test declares hides what
/// the fleet has of that kind and name. More than one where each is in other environments, or by mistake.
pub fn facts_named<'db>(
    db: &'db dyn Db,
    test: Option<DeclId>,
    kind: ItemKind,
    name: &Name,
) -> &'db [DeclId] {
    let own = test.and_then(|test| test_facts(db, test).get(&kind)?.get(name));
    match own {
        Some(own) => own,
        None => db.fleet().name_entry(db, kind, name).declarations(db),
    }
}

/// The facts that a test declares, by kind and name.
#[salsa::tracked(returns(ref))]
pub fn test_facts(db: &dyn Db, test: DeclId) -> BTreeMap<ItemKind, BTreeMap<Name, Vec<DeclId>>> {
    let mut facts: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
    for item in items_of_test(db, test)
        .iter()
        .filter(|item| item.kind.is_fact())
    {
        let of_kind = facts.entry(item.kind).or_default();
        of_kind.entry(item.name.clone()).or_default().push(item.id);
    }
    facts
}

/// Who needs or calls a declaration, sorted by name; each once. What a test declares is needed by that test alone.
pub fn consumers(db: &dyn Db, decl: DeclId) -> &[DeclId] {
    match decl.test(db) {
        None => db.fleet().inbound(db, decl.name(db)).consumers(db),
        Some(test) => test_consumers(db, test)
            .get(decl.name(db))
            .map_or(&[], Vec::as_slice),
    }
}

/// The consumers within a test, by what they need or call.
#[salsa::tracked(returns(ref))]
fn test_consumers(db: &dyn Db, test: DeclId) -> BTreeMap<Name, Vec<DeclId>> {
    let mut consumers: BTreeMap<Name, Vec<DeclId>> = BTreeMap::new();
    for item in items_of_test(db, test) {
        for edge in &item.edges {
            let known = consumers.entry(edge.target.clone()).or_default();
            if !known.contains(&item.id) {
                known.push(item.id);
            }
        }
    }
    for known in consumers.values_mut() {
        known.sort_by(|a, b| a.name(db).cmp(b.name(db)));
    }
    consumers
}
