//! Another commit in the database of the working tree: only the files that differ are written, so that everything else is
//! compiled once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plat_diagnostics::Diagnostic;
use plat_plan::plan::Unknown;
use plat_semantics::db::Project;
use rustc_hash::FxHashSet;

use super::git::{Base, Difference, Entry, FileMode, Repository};
use crate::Workspace;
use crate::project::{MANIFEST, pattern_matches, read_text, text_of_bytes, would_be_source};
use crate::workspace::Overlay;

/// What a commit has otherwise than the working tree, as far as the project reads it.
#[derive(Debug)]
pub(super) struct InPlace {
    sources: Vec<SourceChange>,
    /// Where the files come from that sources name, if any of them may differ.
    assets: Option<Arc<CommittedFiles>>,
    /// What is the same on both sides because nothing else is known of it.
    pub(super) unknown: Vec<Unknown>,
}

#[derive(Debug)]
struct SourceChange {
    /// The path as people read it.
    path: String,
    base: Option<Arc<str>>,
    head: Option<Arc<str>>,
}

/// How a commit differs from the working tree.
#[derive(Debug)]
pub(super) enum Way {
    /// In texts alone.
    InPlace(InPlace),
    /// In what the project consists of: its packages, the files that belong to them, the types of custom resources.
    Apart,
}

/// A package of the project within the repository.
struct Folder<'w> {
    /// Below the top of the repository, without a final `/`.
    path: String,
    root: &'w Path,
    output: PathBuf,
    prefix: &'w str,
    crds: Vec<&'w str>,
}

impl Folder<'_> {
    /// A path of the repository, from the package's root.
    fn strip<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.path.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.path.as_str())?.strip_prefix('/')
    }
}

/// Finds out how a commit differs.
pub(super) fn compare(
    workspace: &Workspace,
    repository: &Repository,
    base: &Base,
) -> Result<Way, Box<Diagnostic>> {
    let packages = workspace.packages();
    let mut folders: Vec<Folder<'_>> = packages
        .iter()
        .filter_map(|package| {
            let root = package.root.as_deref()?;
            Some(Folder {
                path: repository.below(root)?,
                root,
                output: root.join(&package.manifest.output),
                prefix: &package.prefix,
                crds: package
                    .manifest
                    .crds
                    .iter()
                    .map(|(crd, _)| crd.as_str())
                    .collect(),
            })
        })
        .collect();
    // The innermost package that holds a path is its own.
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.path.len()));
    let paths: Vec<String> = folders.iter().map(|folder| folder.path.clone()).collect();
    let differences = repository.differences(base, &paths)?;
    let tracked = repository.tracked(&paths)?;
    let has = |mode: FileMode| tracked.iter().any(|(_, tracked)| *tracked == mode);
    let mut unknown = Vec::new();
    let mut sources: BTreeMap<String, (Option<Entry>, String)> = BTreeMap::new();
    let mut others: Vec<&Difference> = Vec::new();
    for difference in &differences {
        let modes = [
            difference.before.as_ref().map(|entry| entry.mode),
            difference.after,
        ];
        if modes.contains(&Some(FileMode::Submodule)) {
            unknown.push(Unknown {
                what: difference.path.clone(),
                because: "it is a submodule: its files are taken as they are now".to_owned(),
            });
            continue;
        }
        let Some((folder, below)) = folders
            .iter()
            .find_map(|folder| Some((folder, folder.strip(&difference.path)?)))
        else {
            continue;
        };
        let name = below.rsplit('/').next().unwrap_or(below);
        let is_definition = folder.crds.iter().any(|crd| pattern_matches(crd, below));
        if modes.contains(&Some(FileMode::Link))
            || name == MANIFEST
            || name == ".gitignore"
            || is_definition
            || difference.path.contains('\n')
        {
            return Ok(Way::Apart);
        }
        if !below.ends_with(".plat") {
            others.push(difference);
            continue;
        }
        let shown = format!("{}{below}", folder.prefix);
        let is_loaded = workspace.source(&shown).is_some();
        let was_source = difference.before.is_some()
            && (is_loaded || would_be_source(folder.root, &folder.output, below));
        if is_loaded || was_source {
            let entry = difference.before.clone().filter(|_| was_source);
            sources.insert(shown, (entry, difference.path.clone()));
        }
    }
    if has(FileMode::Link) && !(sources.is_empty() && others.is_empty()) {
        return Ok(Way::Apart);
    }

    // What git does not track is new, unless it belongs to another repository.
    let submodules: Vec<String> = tracked
        .iter()
        .filter(|(_, mode)| *mode == FileMode::Submodule)
        .map(|(path, _)| format!("{path}/"))
        .collect();
    let tracked: FxHashSet<String> = tracked.into_iter().map(|(path, _)| path).collect();
    let committed = CommittedFiles::new(repository, &others, tracked, submodules);
    let mut edited = Vec::new();
    for file in workspace.sources() {
        let Some(disk) = workspace.disk_path(file) else {
            continue;
        };
        let shown = workspace.path(file);
        let known = folders.iter().find_map(|folder| {
            let below = disk.strip_prefix(folder.root).ok()?;
            let below = crate::project::slashed(below)?;
            Some(joined(&folder.path, &below))
        });
        let Some(path) = known.filter(|_| !sources.contains_key(shown)) else {
            continue;
        };
        if committed.is_new(&path) {
            sources.insert(shown.to_owned(), (None, path));
        } else if workspace.is_open(file) {
            // Git sees what is on disk, which is as it was; the editor is further.
            let text = file.text(workspace.db());
            let saved = read_text(&disk).unwrap_or_else(|unreadable| unreadable.lossy);
            if **text != *saved {
                edited.push(SourceChange {
                    path: shown.to_owned(),
                    base: Some(Arc::from(saved)),
                    head: Some(Arc::clone(text)),
                });
            }
        }
    }

    let wanted: Vec<(&str, &str)> = sources
        .values()
        .filter_map(|(entry, path)| Some((entry.as_ref()?.object.as_str(), path.as_str())))
        .collect();
    let mut texts = repository.contents(&wanted)?.into_iter();
    let sources = sources
        .iter()
        .map(|(path, (entry, _))| SourceChange {
            path: path.clone(),
            base: entry.as_ref().and_then(|_| texts.next()).map(text),
            head: workspace
                .source(path)
                .map(|file| Arc::clone(file.text(workspace.db()))),
        })
        .chain(edited)
        .collect();
    let assets = Project::get(workspace.db()).assets(workspace.db());
    let new_asset = || {
        assets.iter().any(|(key, asset)| {
            let root = workspace.package_root(key.from);
            asset.files.iter().any(|(path, _)| {
                root.and_then(|root| repository.below(&root.join(path)))
                    .is_some_and(|path| committed.is_new(&path))
            })
        })
    };
    let concerned = !others.is_empty() || new_asset();
    Ok(Way::InPlace(InPlace {
        sources,
        assets: concerned.then(|| Arc::new(committed)),
        unknown,
    }))
}

impl InPlace {
    /// Whether nothing differs that the project reads.
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.assets.is_none()
    }

    /// Tells the database which sources are going to change, before it computes anything: what depends on no other is not looked
    /// at again when they do.
    pub(super) fn prepare(&self, workspace: &mut Workspace) {
        for source in &self.sources {
            if let (Some(_), Some(head)) = (&source.base, &source.head) {
                // Each was found in this very workspace.
                let _ = workspace.open(&source.path, head);
            }
        }
    }

    /// Makes the workspace what the commit is.
    pub(super) fn to_base(&self, workspace: &mut Workspace) {
        workspace.set_overlay(self.assets.clone().map(|assets| assets as Arc<dyn Overlay>));
        self.write(workspace, |source| source.base.as_deref());
    }

    /// Makes the workspace what the working tree is.
    pub(super) fn to_head(&self, workspace: &mut Workspace) {
        workspace.set_overlay(None);
        self.write(workspace, |source| source.head.as_deref());
    }

    fn write<'s>(
        &'s self,
        workspace: &mut Workspace,
        text: impl Fn(&'s SourceChange) -> Option<&'s str>,
    ) {
        for source in &self.sources {
            // Paths of sources that are, or were, can be created and deleted at will.
            let _ = match text(source) {
                Some(text) => workspace.create(&source.path, text),
                None => workspace.delete(&source.path),
            };
        }
        if self.assets.is_some() {
            workspace.refresh_assets();
        }
    }
}

/// The files of a commit that are no sources, as far as they differ from those on disk.
#[derive(Debug)]
struct CommittedFiles {
    repository: Repository,
    /// What the commit holds at a path of the repository; nothing if it holds none.
    different: BTreeMap<String, Option<Entry>>,
    tracked: FxHashSet<String>,
    /// The folders of other repositories, each with a final `/`.
    submodules: Vec<String>,
}

impl CommittedFiles {
    fn new(
        repository: &Repository,
        differences: &[&Difference],
        tracked: FxHashSet<String>,
        submodules: Vec<String>,
    ) -> Self {
        let different = differences
            .iter()
            .map(|difference| (difference.path.clone(), difference.before.clone()));
        Self {
            repository: repository.clone(),
            different: different.collect(),
            tracked,
            submodules,
        }
    }

    /// Whether the commit cannot hold a path, since git does not track it.
    fn is_new(&self, path: &str) -> bool {
        !self.tracked.contains(path)
            && !self
                .submodules
                .iter()
                .any(|submodule| path.starts_with(submodule))
    }
}

impl Overlay for CommittedFiles {
    fn at(&self, path: &Path) -> Option<Option<Vec<u8>>> {
        let path = self.repository.below(path)?;
        match self.different.get(&path) {
            Some(None) => Some(None),
            Some(Some(entry)) => {
                let content = self.repository.contents(&[(&entry.object, &path)]);
                Some(
                    content
                        .ok()
                        .and_then(|contents| contents.into_iter().next()),
                )
            }
            None => self.is_new(&path).then_some(None),
        }
    }

    fn below(&self, folder: &Path) -> Vec<String> {
        let Some(folder) = self.repository.below(folder) else {
            return Vec::new();
        };
        self.different
            .iter()
            .filter(|(_, entry)| entry.is_some())
            .filter_map(|(path, _)| match folder.as_str() {
                "" => Some(path.clone()),
                folder => Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
            })
            .collect()
    }
}

fn joined(folder: &str, below: &str) -> String {
    if folder.is_empty() {
        below.to_owned()
    } else {
        format!("{folder}/{below}")
    }
}

/// What is no text in a committed source is replaced, as on disk.
fn text(bytes: Vec<u8>) -> Arc<str> {
    Arc::from(text_of_bytes(bytes).unwrap_or_else(|unreadable| unreadable.lossy))
}
