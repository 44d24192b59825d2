//! The names that are visible everywhere: the root folder of the standard library, and what it hands on.

use std::collections::BTreeMap;

use super::Resolution;
use super::folder::Folder;
use super::module::module_scope;
use super::walk::walk_from;
use crate::db::{Db, Name, Package, Project};

/// The public names of the prelude, resolved. A test's database may have no project: then there is no prelude.
#[salsa::tracked(returns(ref))]
pub fn prelude_scope(db: &dyn Db) -> BTreeMap<Name, Resolution> {
    let Some(project) = Project::try_get(db) else {
        return BTreeMap::new();
    };
    let root = Folder::root(project.std(db));
    let Some(module) = root.module(db) else {
        return BTreeMap::new();
    };
    let scope = module_scope(db, module);
    let reader: Package = project.root(db);
    let public = scope
        .names
        .iter()
        .filter(|(_, entry)| entry.public)
        .map(|(name, _)| name);
    public
        .chain(scope.reexports.keys())
        .filter_map(|name| {
            let walked = walk_from(db, reader, root.clone(), std::slice::from_ref(name)).ok()?;
            Some((name.clone(), walked.resolution))
        })
        .collect()
}
