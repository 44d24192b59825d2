//! The inputs of compilation, as salsa sees them.
//!
//! The driver owns every input and writes one only when it changed. No query reads all files on the way to one service: what
//! is fleet-wide (who has this name, who calls this service) is an input per name, kept by the driver, because a lookup through
//! a fleet-wide query would make every keystroke re-validate the whole fleet.

#![allow(
    missing_docs,
    reason = "what salsa generates has none; everything written here has"
)]

use std::fmt;
use std::sync::{Arc, Mutex};

use plat_model::schema::Schemas;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::items::ItemKind;

/// A name as written.
pub type Name = SmolStr;

/// What the queries need from the database that the driver owns.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The registry of fleet-wide names.
    fn fleet(&self) -> &Fleet;
}

/// One `.plat` file.
#[salsa::input(debug)]
pub struct SourceFile {
    /// Its path below the package, with `/`; unique within the project together with the package.
    #[returns(ref)]
    pub path: String,
    /// Its text.
    #[returns(ref)]
    pub text: Arc<str>,
    /// The module it belongs to.
    #[returns(copy)]
    pub module: Module,
}

/// A folder: all its files share one namespace.
#[salsa::input(debug)]
pub struct Module {
    /// The package.
    #[returns(copy)]
    pub package: Package,
    /// Its path below the package's root, empty for the root.
    #[returns(ref)]
    pub path: Vec<Name>,
    /// Its files, sorted by path.
    #[returns(ref)]
    pub files: Vec<SourceFile>,
}

/// A package: a `plat.toml` with the files below it.
#[salsa::input(debug)]
pub struct Package {
    /// Its name.
    #[returns(ref)]
    pub name: Name,
    /// Its modules, sorted by path.
    #[returns(ref)]
    pub modules: Vec<Module>,
    /// What it may `use`, by the name it gives it, sorted; the standard library is among them.
    #[returns(ref)]
    pub dependencies: Vec<(Name, Package)>,
}

/// The project: everything that exists once.
#[salsa::input(singleton, debug)]
pub struct Project {
    /// The package that is compiled.
    #[returns(copy)]
    pub root: Package,
    /// The standard library.
    #[returns(copy)]
    pub std: Package,
    /// All packages, the root first, then by name.
    #[returns(ref)]
    pub packages: Vec<Package>,
    /// Every environment of the root package and its dependencies, sorted by name.
    #[returns(ref)]
    pub environments: Vec<DeclId>,
    /// Every `extend` of the fleet, sorted by package, path and position.
    #[returns(ref)]
    pub extensions: Vec<DeclId>,
    /// Every `defaults for` of the fleet, likewise.
    #[returns(ref)]
    pub defaults: Vec<DeclId>,
    /// Every `implementation` of the fleet, likewise.
    #[returns(ref)]
    pub implementations: Vec<DeclId>,
    /// Every `capability` of the fleet, likewise.
    #[returns(ref)]
    pub capabilities: Vec<DeclId>,
    /// Every `guardrail` of the fleet, likewise.
    #[returns(ref)]
    pub guardrails: Vec<DeclId>,
    /// Every `enforce` of the package that is compiled, likewise.
    #[returns(ref)]
    pub enforcements: Vec<DeclId>,
    /// Every `waiver` of the package that is compiled, likewise.
    #[returns(ref)]
    pub waivers: Vec<DeclId>,
    /// Every `test` of the fleet, likewise.
    #[returns(ref)]
    pub tests: Vec<DeclId>,
    /// The day by which rules that speak of dates are judged.
    #[returns(copy)]
    pub today: Option<plat_model::Date>,
    /// The types of the Kubernetes target, custom resources included.
    #[returns(ref)]
    pub kubernetes: SchemaStore,
    /// Texts and listings that the sources name: `file("x")`, `manifests("y/*.yaml")`; absent ones are not in it.
    #[returns(ref)]
    pub assets: Arc<FxHashMap<AssetKey, Asset>>,
    /// The keys of environments with `per = …`, given as arguments: environment → key.
    #[returns(ref)]
    pub environment_keys: Vec<(Name, Name)>,
}

/// A file or listing that the sources name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssetKey {
    /// The source file that names it: paths are relative to its folder.
    pub from: SourceFile,
    /// The literal, as written.
    pub literal: SmolStr,
}

/// What a literal of `file` or `manifests` stands for: the files, sorted by path.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Asset {
    /// Path below the package and text of each.
    pub files: Vec<(String, Arc<str>)>,
    /// For `manifests`: the objects in them, in the order of files and documents.
    pub objects: Vec<serde_json::Value>,
    /// Why there is none, in words, if so.
    pub problem: Option<String>,
}

/// A declaration: stable while its file, kind and name stay, whatever is edited around it.
#[salsa::interned(unsafe(no_lifetime), debug, revisions = usize::MAX)]
pub struct DeclId {
    /// The file.
    #[returns(copy)]
    pub file: SourceFile,
    /// What it declares.
    #[returns(copy)]
    pub kind: ItemKind,
    /// Its name, or what identifies it (`defaults`: the target's path).
    #[returns(ref)]
    pub name: Name,
    /// Counts equal kinds and names within the file, or within its test, from 0.
    #[returns(copy)]
    pub nth: u32,
    /// The `test` that declares it, for itself alone.
    #[returns(copy)]
    pub test: Option<DeclId>,
}

/// A store of schemas, compared by identity: the driver makes a new one only when its inputs changed.
#[derive(Clone)]
pub struct SchemaStore(pub Arc<dyn Schemas>);

impl PartialEq for SchemaStore {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SchemaStore {}

impl fmt::Debug for SchemaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemaStore").field(&self.0.root()).finish()
    }
}

/// Who has a fleet-wide name.
#[salsa::input(debug)]
pub struct NameEntry {
    /// The declarations, sorted by package and path; more than one where each is in other environments, or by mistake.
    #[returns(ref)]
    pub declarations: Vec<DeclId>,
}

/// Who needs or calls a service or resource.
#[salsa::input(debug)]
pub struct Inbound {
    /// The consumers, sorted by name; each once.
    #[returns(ref)]
    pub consumers: Vec<DeclId>,
}

/// The registry of fleet-wide names: an input per name, made when it is first asked for, so that a lookup that fails depends on
/// that one name and nothing else.
#[derive(Clone, Default)]
pub struct Fleet(Arc<Mutex<FleetMaps>>);

#[derive(Default)]
struct FleetMaps {
    names: FxHashMap<(ItemKind, Name), NameEntry>,
    inbound: FxHashMap<Name, Inbound>,
}

/// Names and edges change far less often than values: what reads them and no open file is not validated on a keystroke.
const RARELY: salsa::Durability = salsa::Durability::MEDIUM;

impl Fleet {
    /// The entry of a fact's name.
    pub fn name_entry(&self, db: &dyn Db, kind: ItemKind, name: &Name) -> NameEntry {
        let mut maps = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *maps
            .names
            .entry((kind, name.clone()))
            .or_insert_with(|| NameEntry::builder(Vec::new()).durability(RARELY).new(db))
    }

    /// The consumers of a service, resource or external.
    pub fn inbound(&self, db: &dyn Db, name: &Name) -> Inbound {
        let mut maps = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *maps
            .inbound
            .entry(name.clone())
            .or_insert_with(|| Inbound::builder(Vec::new()).durability(RARELY).new(db))
    }

    /// Every name of that kind that somebody has or asked for, sorted: for suggestions only, never inside a query.
    #[must_use]
    pub fn names(&self, db: &dyn Db, kind: ItemKind) -> Vec<Name> {
        let maps = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut names: Vec<Name> = maps
            .names
            .iter()
            .filter(|((k, _), entry)| *k == kind && !entry.declarations(db).is_empty())
            .map(|((_, name), _)| name.clone())
            .collect();
        names.sort();
        names
    }
}
