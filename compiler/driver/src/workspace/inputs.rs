//! From the texts of a project to inputs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plat_diagnostics::Diagnostic;
use plat_semantics::db::{Module, Name, Package, Project, SourceFile};
use plat_semantics::items::item_tree;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter as _};

use super::index::{Contribution, FleetIndex, Touched};
use super::{Arguments, LoadedPackage, LoadedSource, Workspace, module_path, schemas};
use crate::build::UnknownEnvironment;
use crate::database::Database;
use crate::project::{PackageSource, ProjectSource};

/// The workspace of a project.
pub(super) fn workspace(root: &Path, source: ProjectSource, arguments: &Arguments) -> Workspace {
    let ProjectSource {
        packages: sources,
        mut files,
        mut findings,
    } = source;
    let mut db = Database::default();
    let kubernetes = schemas::load(&sources, &mut files, &mut findings);
    let packages: Vec<LoadedPackage> = sources.iter().map(|source| package(&db, source)).collect();
    link_packages(&mut db, &sources, &packages);
    let project = project(&db, &packages, kubernetes, arguments);
    let mut workspace = Workspace {
        db,
        root: root.to_path_buf(),
        project,
        packages,
        files,
        sources: FxHashMap::default(),
        by_path: BTreeMap::new(),
        index: FleetIndex::default(),
        findings,
        asset_problems: Vec::new(),
        overlay: None,
    };
    for (place, source) in sources.iter().enumerate() {
        workspace.add_sources(place, source);
    }
    workspace.index_all();
    let unknown = unknown_keys(&workspace, arguments);
    workspace.findings.extend(unknown);
    workspace
}

/// The findings about keys for environments that do not exist.
fn unknown_keys(workspace: &Workspace, arguments: &Arguments) -> Vec<Diagnostic> {
    let db = &workspace.db;
    let known: Vec<String> = workspace
        .project
        .environments(db)
        .iter()
        .map(|environment| environment.name(db).to_string())
        .collect();
    let asked = arguments.environment_keys.keys();
    asked
        .filter(|asked| !known.contains(asked))
        .map(|asked| {
            UnknownEnvironment {
                asked: asked.clone(),
                known: known.clone(),
            }
            .finding()
        })
        .collect()
}

fn package(db: &Database, source: &PackageSource) -> LoadedPackage {
    let package = Package::builder(Name::new(&source.name), Vec::new(), Vec::new())
        .durability(durability(source.root.is_none()))
        .new(db);
    LoadedPackage {
        package,
        name: source.name.clone(),
        root: source.root.clone(),
        prefix: source.prefix.clone(),
        manifest: source.manifest.clone(),
        modules: BTreeMap::new(),
    }
}

/// The standard library never changes while the compiler runs; what no editor has open changes seldom.
pub(super) fn durability(embedded: bool) -> Durability {
    if embedded {
        Durability::HIGH
    } else {
        Durability::MEDIUM
    }
}

fn link_packages(db: &mut Database, sources: &[PackageSource], packages: &[LoadedPackage]) {
    let std = packages.iter().position(|package| package.root.is_none());
    for (source, package) in sources.iter().zip(packages) {
        let std = std.filter(|_| package.root.is_some());
        let mut dependencies: Vec<(Name, Package)> = source
            .dependencies
            .iter()
            .copied()
            .chain(std)
            .map(|place| (Name::new(&packages[place].name), packages[place].package))
            .collect();
        dependencies.sort_by(|a, b| a.0.cmp(&b.0));
        let durability = durability(package.root.is_none());
        package
            .package
            .set_dependencies(db)
            .with_durability(durability)
            .to(dependencies);
    }
}

fn project(
    db: &Database,
    packages: &[LoadedPackage],
    kubernetes: plat_semantics::db::SchemaStore,
    arguments: &Arguments,
) -> Project {
    let root = packages[0].package;
    let std = packages
        .iter()
        .find(|package| package.root.is_none())
        .map_or(root, |package| package.package);
    let mut others: Vec<&LoadedPackage> = packages[1..].iter().collect();
    others.sort_by(|a, b| a.name.cmp(&b.name));
    let all = std::iter::once(root)
        .chain(others.iter().map(|package| package.package))
        .collect();
    let keys = arguments
        .environment_keys
        .iter()
        .map(|(name, key)| (Name::new(name), Name::new(key)))
        .collect();
    let none = Vec::new;
    Project::builder(
        root,
        std,
        all,
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        arguments.today,
        kubernetes,
        Arc::default(),
        keys,
    )
    .durability(Durability::MEDIUM)
    .new(db)
}

impl Workspace {
    /// Makes the modules and files of a package.
    fn add_sources(&mut self, place: usize, source: &PackageSource) {
        let durability = durability(source.root.is_none());
        let mut files: BTreeMap<Vec<Name>, Vec<SourceFile>> = BTreeMap::new();
        for text in &source.sources {
            let path = module_path(&text.path);
            let module = self.module(place, &path);
            let file = SourceFile::builder(text.path.clone(), Arc::clone(&text.text), module)
                .durability(durability)
                .new(&self.db);
            files.entry(path).or_default().push(file);
            let loaded = LoadedSource {
                file: text.file,
                package: place,
                broken: text.broken,
                open: false,
                present: true,
            };
            self.sources.insert(file, loaded);
            self.by_path
                .insert(format!("{}{}", source.prefix, text.path), file);
        }
        for (path, files) in files {
            let module = self.module(place, &path);
            module
                .set_files(&mut self.db)
                .with_durability(durability)
                .to(files);
        }
        self.write_modules(place);
    }

    /// The module of a folder, made when there is none yet; [`Self::write_modules`] tells the package.
    pub(super) fn module(&mut self, place: usize, path: &[Name]) -> Module {
        if let Some(module) = self.packages[place].modules.get(path) {
            return *module;
        }
        let package = self.packages[place].package;
        let durability = durability(self.packages[place].root.is_none());
        let module = Module::builder(package, path.to_vec(), Vec::new())
            .durability(durability)
            .new(&self.db);
        self.packages[place].modules.insert(path.to_vec(), module);
        module
    }

    /// Writes which modules of a package have files.
    pub(super) fn write_modules(&mut self, place: usize) {
        let loaded = &self.packages[place];
        let db = &self.db;
        let modules: Vec<Module> = loaded
            .modules
            .values()
            .copied()
            .filter(|module| !module.files(db).is_empty())
            .collect();
        if *loaded.package.modules(db) != modules {
            let durability = durability(loaded.root.is_none());
            loaded
                .package
                .set_modules(&mut self.db)
                .with_durability(durability)
                .to(modules);
        }
    }

    /// Parses everything, in parallel, and writes what follows from the items.
    fn index_all(&mut self) {
        let files: Vec<SourceFile> = self.by_path.values().copied().collect();
        files.par_iter().for_each_with(self.db.clone(), |db, file| {
            item_tree(db, *file);
        });
        let mut touched = Touched::default();
        for file in files {
            self.index_file(file, &mut touched);
        }
        self.write_touched(&touched);
    }

    /// Notes what a file declares now.
    pub(super) fn index_file(&mut self, file: SourceFile, touched: &mut Touched) {
        let source = &self.sources[&file];
        let contribution = if source.present {
            Contribution::new(
                source.package,
                file.path(&self.db),
                item_tree(&self.db, file),
            )
        } else {
            Contribution::default()
        };
        self.index.set(file, contribution, touched);
    }

    /// Writes the inputs that follow from items, where they changed.
    pub(super) fn write_touched(&mut self, touched: &Touched) {
        self.index.write(&mut self.db, self.project, touched);
        if touched.assets {
            self.load_assets();
        }
    }
}
