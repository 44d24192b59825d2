//! The names that a folder declares.

use std::collections::BTreeMap;

use crate::db::{Db, DeclId, Module, Name, SourceFile};
use crate::items::{Binding, ItemKind, item_tree};

/// The names of a module. Facts are kept apart: they are names of the fleet, and several kinds may share one.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ModuleScope {
    /// Types, enums, capabilities, implementations, lets and functions; of duplicates the first.
    pub names: BTreeMap<Name, ScopeEntry>,
    /// Facts, in the order of files and lines.
    pub facts: BTreeMap<Name, Vec<DeclId>>,
    /// `pub use`: names of other modules that are names of this one too; of duplicates the first.
    pub reexports: BTreeMap<Name, Reexport>,
    /// Declarations whose name an earlier one has.
    pub duplicates: Vec<Duplicate>,
}

/// A name of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeEntry {
    /// The declaration.
    pub decl: DeclId,
    /// Whether other packages may use it.
    pub public: bool,
}

/// A name that a `pub use` hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reexport {
    /// What it stands for.
    pub binding: Binding,
    /// The file of the `use`.
    pub file: SourceFile,
    /// Which `use` of the file.
    pub index: u32,
}

/// Two declarations of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The one that holds.
    pub first: DeclId,
    /// The one that is in its way.
    pub again: DeclId,
}

/// The names that the files of a folder declare together.
#[salsa::tracked(returns(ref))]
pub fn module_scope(db: &dyn Db, module: Module) -> ModuleScope {
    let mut scope = ModuleScope::default();
    // What later releases evaluate is not looked up by name yet; two of one name are a mistake already.
    let mut later: BTreeMap<(ItemKind, &Name), DeclId> = BTreeMap::new();
    for &file in module.files(db) {
        let tree = item_tree(db, file);
        for item in tree.items.iter().filter(|item| !item.name.is_empty()) {
            let (name, again) = (&item.name, item.id);
            let first = if item.kind.is_fact() {
                scope.facts.entry(name.clone()).or_default().push(again);
                continue;
            } else if item.kind.is_named_in_module() {
                let entry = ScopeEntry {
                    decl: again,
                    public: item.public,
                };
                scope.names.entry(name.clone()).or_insert(entry).decl
            } else if item.kind.is_later() || matches!(item.kind, ItemKind::Waiver | ItemKind::Test)
            {
                *later.entry((item.kind, name)).or_insert(again)
            } else {
                continue;
            };
            if first != again {
                scope.duplicates.push(Duplicate { first, again });
            }
        }
        for item in tree.uses.iter().filter(|item| item.public) {
            for binding in item.bindings() {
                let name = binding.name.clone();
                scope.reexports.entry(name).or_insert(Reexport {
                    binding,
                    file,
                    index: item.index,
                });
            }
        }
    }
    scope
}
