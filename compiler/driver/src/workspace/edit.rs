//! Edits: each writes the inputs that it changes and no others.

use std::fmt;
use std::sync::Arc;

use plat_semantics::db::{Module, SourceFile};
use salsa::{Durability, Setter as _};

use super::assets::Overlay;
use super::index::Touched;
use super::inputs::durability;
use super::{LoadedSource, Text, Workspace, module_path};
use crate::project::{MANIFEST, read_text};

/// Why an edit cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// No source has this path.
    Unknown(String),
    /// The path is no source of any package of the project.
    NoSource(String),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(path) => write!(f, "the project has no source `{path}`"),
            Self::NoSource(path) => write!(f, "`{path}` cannot be a source of the project"),
        }
    }
}

impl std::error::Error for EditError {}

impl Workspace {
    /// An editor shows a source: what it says counts from now on, and changes often.
    ///
    /// # Errors
    /// When there is no such source.
    pub fn open(&mut self, path: &str, text: &str) -> Result<(), EditError> {
        let file = self.known(path)?;
        self.set_text(file, Arc::from(text), Some(true));
        Ok(())
    }

    /// The text of an open source changed.
    ///
    /// # Errors
    /// When there is no such source.
    pub fn edit(&mut self, path: &str, text: &str) -> Result<(), EditError> {
        let file = self.known(path)?;
        self.set_text(file, Arc::from(text), None);
        Ok(())
    }

    /// The editor has let go of a source: what stands on disk counts again. One that is not there any more is deleted.
    ///
    /// # Errors
    /// When there is no such source.
    pub fn close(&mut self, path: &str) -> Result<(), EditError> {
        let file = self.known(path)?;
        let disk = self.disk_path(file);
        match disk.filter(|disk| disk.is_file()) {
            None => self.delete(path),
            Some(disk) => {
                let text = read_text(&disk).unwrap_or_else(|unreadable| unreadable.lossy);
                self.set_text(file, Arc::from(text), Some(false));
                Ok(())
            }
        }
    }

    /// A source has appeared, on disk or in an editor.
    ///
    /// # Errors
    /// When the path is not one that a source of the project can have.
    pub fn create(&mut self, path: &str, text: &str) -> Result<(), EditError> {
        if let Ok(file) = self.known(path) {
            self.set_text(file, Arc::from(text), None);
            return Ok(());
        }
        let (place, below) = self
            .package_of(path)
            .ok_or_else(|| EditError::NoSource(path.to_owned()))?;
        let text: Text = Arc::from(text);
        let module = self.module(place, &module_path(&below));
        let file = match self.by_path.get(path) {
            Some(file) => *file,
            None => {
                let file = SourceFile::builder(below, Arc::clone(&text), module)
                    .durability(durability(false))
                    .new(&self.db);
                let id = self.files.add(path, Arc::clone(&text));
                let source = LoadedSource {
                    file: id,
                    package: place,
                    broken: false,
                    open: false,
                    present: false,
                };
                self.sources.insert(file, source);
                self.by_path.insert(path.to_owned(), file);
                file
            }
        };
        self.set_present(file, true);
        self.set_text(file, text, None);
        Ok(())
    }

    /// A source is gone.
    ///
    /// # Errors
    /// When there is no such source.
    pub fn delete(&mut self, path: &str) -> Result<(), EditError> {
        let file = self.known(path)?;
        self.set_present(file, false);
        self.reindex(file);
        Ok(())
    }

    /// Files that sources name with `file(…)` or `manifests(…)` may have changed on disk.
    pub fn refresh_assets(&mut self) {
        self.load_assets();
    }

    /// From now on, some of the files that sources name stand elsewhere than on disk. They are read when next
    /// [asked for](Self::refresh_assets).
    pub(crate) fn set_overlay(&mut self, overlay: Option<Arc<dyn Overlay>>) {
        self.overlay = overlay;
    }

    fn known(&self, path: &str) -> Result<SourceFile, EditError> {
        self.source(path)
            .ok_or_else(|| EditError::Unknown(path.to_owned()))
    }

    /// The package that a path for people lies in, and the path below it: the one with the longest prefix.
    fn package_of(&self, path: &str) -> Option<(usize, String)> {
        let is_source = path.ends_with(".plat") && !path.contains('\\');
        let candidates = self
            .packages
            .iter()
            .enumerate()
            .filter(|(_, package)| package.root.is_some());
        let (place, below) = candidates
            .filter_map(|(place, package)| {
                Some((place, package, path.strip_prefix(package.prefix.as_str())?))
            })
            .max_by_key(|(_, package, _)| package.prefix.len())
            .map(|(place, _, below)| (place, below))?;
        let plain = below
            .split('/')
            .all(|segment| !segment.is_empty() && segment != "." && segment != "..");
        (is_source && plain && below != MANIFEST).then(|| (place, below.to_owned()))
    }

    /// Writes a text; `open` says whether an editor has taken or left the source.
    fn set_text(&mut self, file: SourceFile, text: Text, open: Option<bool>) {
        let Some(source) = self.sources.get_mut(&file) else {
            return;
        };
        let was_open = source.open;
        source.open = open.unwrap_or(was_open);
        source.broken = false;
        let now_open = source.open;
        self.files.set_text(source.file, Arc::clone(&text));
        let changed = **file.text(&self.db) != *text;
        if changed || was_open != now_open {
            let durability = if now_open {
                Durability::LOW
            } else {
                durability(false)
            };
            file.set_text(&mut self.db)
                .with_durability(durability)
                .to(text);
        }
        self.reindex(file);
    }

    /// Makes a file one of its module's, or takes it out.
    fn set_present(&mut self, file: SourceFile, present: bool) {
        let Some(source) = self.sources.get_mut(&file) else {
            return;
        };
        source.present = present;
        let place = source.package;
        let module: Module = file.module(&self.db);
        let mut files = module.files(&self.db).clone();
        files.retain(|known| *known != file);
        if present {
            let at = files.partition_point(|known| known.path(&self.db) < file.path(&self.db));
            files.insert(at, file);
        }
        if *module.files(&self.db) != files {
            module
                .set_files(&mut self.db)
                .with_durability(durability(false))
                .to(files);
        }
        self.write_modules(place);
    }

    fn reindex(&mut self, file: SourceFile) {
        let mut touched = Touched::default();
        self.index_file(file, &mut touched);
        self.write_touched(&touched);
    }
}
