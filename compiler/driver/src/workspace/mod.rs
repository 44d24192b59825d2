//! A project in the database, kept equal to the files on disk and in editors.
//!
//! Every input is written here, and only when it changed. What a lookup through all files would answer (who has this name, who
//! needs this service) is an input per name, derived from the item trees by [`index`].

mod assets;
mod edit;
mod index;
mod inputs;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plat_diagnostics::{Diagnostic, FileId, Sources as _};
use plat_semantics::db::{Module, Name, Package, Project, SourceFile};
use plat_semantics::items::item_tree;
use plat_semantics::problem::Problem;
use rustc_hash::FxHashMap;

use crate::database::Database;
use crate::files::Files;
use crate::project::{self, Manifest, StandIn};
use index::FleetIndex;

pub(crate) use assets::Overlay;
pub use edit::EditError;

/// What does not stand in the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// For environments with `per = …`: which copy is meant, by environment.
    pub environment_keys: BTreeMap<String, String>,
    /// The day by which rules that speak of dates are judged; without one they cannot be verified.
    pub today: Option<plat_model::Date>,
}

/// A project in the database.
#[derive(Debug)]
pub struct Workspace {
    db: Database,
    root: PathBuf,
    project: Project,
    /// The root first, the others by name, the standard library last.
    packages: Vec<LoadedPackage>,
    files: Files,
    sources: FxHashMap<SourceFile, LoadedSource>,
    /// Sources by the path that people read; those that were deleted stay known, for when they come back.
    by_path: BTreeMap<String, SourceFile>,
    index: FleetIndex,
    /// What was wrong with the project itself: its files, `plat.toml`, dependencies, custom resources.
    findings: Vec<Diagnostic>,
    /// What was wrong with the files that sources name.
    asset_problems: Vec<assets::AssetProblem>,
    /// What stands instead of some of the files on disk that sources name.
    overlay: Option<Arc<dyn Overlay>>,
}

/// How much there is in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Sources.
    pub files: usize,
    /// Declarations in them.
    pub declarations: usize,
    /// Environments.
    pub environments: usize,
}

/// A package in the database.
#[derive(Debug)]
pub(crate) struct LoadedPackage {
    pub(crate) package: Package,
    pub(crate) name: String,
    /// Its folder; none for the standard library.
    pub(crate) root: Option<PathBuf>,
    /// How the paths of its files begin for people.
    pub(crate) prefix: String,
    pub(crate) manifest: Manifest,
    pub(crate) modules: BTreeMap<Vec<Name>, Module>,
}

/// A source in the database.
#[derive(Debug, Clone)]
pub(crate) struct LoadedSource {
    pub(crate) file: FileId,
    /// The place of its package.
    pub(crate) package: usize,
    /// Its text is not what stands on disk: findings within it would say nothing.
    pub(crate) broken: bool,
    /// An editor has it open.
    pub(crate) open: bool,
    /// It is one of its module's files; a deleted one is not.
    pub(crate) present: bool,
}

/// The paths of sources as people read them.
#[derive(Clone, Copy)]
pub(crate) struct Paths<'w> {
    sources: &'w FxHashMap<SourceFile, LoadedSource>,
    files: &'w Files,
}

impl<'w> Paths<'w> {
    pub(crate) fn of(self, file: SourceFile) -> &'w str {
        self.sources
            .get(&file)
            .map_or("", |source| self.files.path(source.file))
    }

    /// Whether a source belongs to another package than the project's own.
    pub(crate) fn is_foreign(self, file: SourceFile) -> bool {
        self.sources
            .get(&file)
            .is_none_or(|source| source.package != 0)
    }
}

impl Workspace {
    /// Loads the project whose `plat.toml` lies in `root`.
    #[must_use]
    pub fn load(root: &Path, arguments: &Arguments) -> Self {
        inputs::workspace(root, project::load(root), arguments)
    }

    /// Loads a project from a copy of the folder around it.
    pub(crate) fn load_copy(root: &Path, copy: StandIn, arguments: &Arguments) -> Self {
        inputs::workspace(root, project::load_copy(root, Some(copy)), arguments)
    }

    /// What does not stand in the sources.
    pub(crate) fn arguments(&self) -> Arguments {
        let keys = self.project.environment_keys(&self.db);
        Arguments {
            environment_keys: keys
                .iter()
                .map(|(name, key)| (name.to_string(), key.to_string()))
                .collect(),
            today: self.project.today(&self.db),
        }
    }

    /// The database. A clone of it must be gone before the next edit.
    #[must_use]
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The folder of the project.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `plat.toml` says.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.packages[0].manifest
    }

    /// The texts that findings point into.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// How much there is, without the standard library.
    #[must_use]
    pub fn size(&self) -> Size {
        let own: Vec<SourceFile> = self
            .sources()
            .into_iter()
            .filter(|file| !self.is_standard_library(*file))
            .collect();
        Size {
            files: own.len(),
            declarations: own
                .iter()
                .map(|file| item_tree(&self.db, *file).items.len())
                .sum(),
            environments: self.project.environments(&self.db).len(),
        }
    }

    /// Whether a path that people read is one of the project's own package: a source, or its `plat.toml`.
    #[must_use]
    pub fn is_own_file(&self, path: &str) -> bool {
        let own =
            |file: SourceFile| self.sources[&file].package == 0 && !self.sources[&file].broken;
        path == project::MANIFEST || self.source(path).is_some_and(own)
    }

    /// What was wrong with the project itself.
    #[must_use]
    pub fn project_findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// The sources that are there, by path; those of the standard library last.
    #[must_use]
    pub fn sources(&self) -> Vec<SourceFile> {
        let present = |file: &&SourceFile| self.sources[*file].present;
        let (std, own): (Vec<SourceFile>, Vec<SourceFile>) = self
            .by_path
            .values()
            .filter(present)
            .partition(|file| self.packages[self.sources[*file].package].root.is_none());
        own.into_iter().chain(std).collect()
    }

    /// The source at a path such as `payments/checkout.plat`.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<SourceFile> {
        self.by_path
            .get(path)
            .copied()
            .filter(|file| self.sources[file].present)
    }

    /// The number of a source in [`Self::files`].
    #[must_use]
    pub fn file_id(&self, file: SourceFile) -> FileId {
        self.sources
            .get(&file)
            .map_or(FileId(u32::MAX), |source| source.file)
    }

    /// The path of a source as people read it.
    #[must_use]
    pub fn path(&self, file: SourceFile) -> &str {
        self.paths().of(file)
    }

    /// The paths of sources, for threads that have a handle to the database of their own.
    pub(crate) fn paths(&self) -> Paths<'_> {
        Paths {
            sources: &self.sources,
            files: &self.files,
        }
    }

    /// Whether a source is part of the standard library.
    #[must_use]
    pub fn is_standard_library(&self, file: SourceFile) -> bool {
        self.sources
            .get(&file)
            .is_some_and(|source| self.packages[source.package].root.is_none())
    }

    /// The packages: the root first, the standard library last.
    pub(crate) fn packages(&self) -> &[LoadedPackage] {
        &self.packages
    }

    /// Whether an editor has a source open.
    pub(crate) fn is_open(&self, file: SourceFile) -> bool {
        self.sources.get(&file).is_some_and(|source| source.open)
    }

    /// The folder of the package of a source; none for the standard library.
    pub(crate) fn package_root(&self, file: SourceFile) -> Option<&Path> {
        let source = self.sources.get(&file)?;
        self.packages[source.package].root.as_deref()
    }

    /// Where a source lies on disk; nowhere for the standard library.
    #[must_use]
    pub fn disk_path(&self, file: SourceFile) -> Option<PathBuf> {
        let source = self.sources.get(&file)?;
        let package = &self.packages[source.package];
        Some(package.root.as_ref()?.join(file.path(&self.db)))
    }

    /// Findings of queries as renderers read them. Those within files that are not text are left out: the file has its own.
    #[must_use]
    pub fn resolve(&self, problems: &[Problem]) -> Vec<Diagnostic> {
        let broken = |problem: &&Problem| {
            let file = problem
                .primary
                .as_ref()
                .map(|label| label.at.file(&self.db));
            !file
                .and_then(|file| self.sources.get(&file))
                .is_some_and(|source| source.broken)
        };
        let mut number = |file: SourceFile| {
            self.sources
                .get(&file)
                .map_or(FileId(u32::MAX), |source| source.file)
        };
        problems
            .iter()
            .filter(broken)
            .map(|problem| problem.resolve(&self.db, &mut number))
            .collect()
    }
}

/// The module of a source: the folders of its path.
fn module_path(path: &str) -> Vec<Name> {
    path.rsplit_once('/').map_or_else(Vec::new, |(folder, _)| {
        folder.split('/').map(Name::new).collect()
    })
}

/// The folder of a path, empty for the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A text shared between the database and the files of findings.
type Text = Arc<str>;
