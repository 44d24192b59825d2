//! Folders as the modules they are: the tree of a package that dotted paths walk through.

use std::collections::BTreeMap;

use crate::db::{Db, Module, Name, Package};

/// A folder of a package. One without `.plat` files of its own is a step on the way to others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folder {
    /// The package.
    pub package: Package,
    /// The path below its root.
    pub path: Vec<Name>,
}

impl Folder {
    /// The root folder of a package.
    #[must_use]
    pub fn root(package: Package) -> Self {
        Self {
            package,
            path: Vec::new(),
        }
    }

    /// The folder of a module.
    #[must_use]
    pub fn of(db: &dyn Db, module: Module) -> Self {
        Self {
            package: module.package(db),
            path: module.path(db).clone(),
        }
    }

    /// The module, if the folder has files of its own.
    #[must_use]
    pub fn module(&self, db: &dyn Db) -> Option<Module> {
        folders(db, self.package).get(&self.path).copied().flatten()
    }

    /// A folder within this one.
    #[must_use]
    pub fn child(&self, db: &dyn Db, name: &Name) -> Option<Self> {
        let path: Vec<Name> = self.path.iter().chain([name]).cloned().collect();
        folders(db, self.package)
            .contains_key(&path)
            .then_some(Self {
                package: self.package,
                path,
            })
    }

    /// The names of the folders within this one, in order.
    #[must_use]
    pub fn children<'db>(&self, db: &'db dyn Db) -> Vec<&'db Name> {
        folders(db, self.package)
            .keys()
            .filter(|path| path.len() == self.path.len() + 1 && path.starts_with(&self.path))
            .filter_map(|path| path.last())
            .collect()
    }

    /// How a `use` writes it: `acme.platform`.
    #[must_use]
    pub fn text(&self, db: &dyn Db) -> String {
        let mut text = self.package.name(db).to_string();
        for segment in &self.path {
            text.push('.');
            text.push_str(segment);
        }
        text
    }
}

/// Every folder of a package that has files or leads to some, with its module if it has files.
#[salsa::tracked(returns(ref))]
pub fn folders(db: &dyn Db, package: Package) -> BTreeMap<Vec<Name>, Option<Module>> {
    let mut folders = BTreeMap::from([(Vec::new(), None)]);
    for &module in package.modules(db) {
        let path = module.path(db);
        for length in 1..path.len() {
            folders.entry(path[..length].to_vec()).or_insert(None);
        }
        folders.insert(path.clone(), Some(module));
    }
    folders
}

/// The package that a name at the start of a path stands for: the package itself, or one that it depends on.
#[must_use]
pub fn package_named(db: &dyn Db, from: Package, name: &Name) -> Option<Package> {
    if from.name(db) == name {
        return Some(from);
    }
    let dependencies = from.dependencies(db);
    dependencies
        .binary_search_by(|(known, _)| known.cmp(name))
        .ok()
        .map(|place| dependencies[place].1)
}
