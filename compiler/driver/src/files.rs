//! The texts that findings point into.

use std::sync::Arc;

use plat_diagnostics::{FileId, Sources};

/// The files of a project by number: sources, project files and whatever else a finding can be about.
#[derive(Clone, Debug, Default)]
pub struct Files {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    path: String,
    text: Arc<str>,
}

impl Files {
    /// Adds a file under the path that people read.
    pub fn add(&mut self, path: impl Into<String>, text: Arc<str>) -> FileId {
        let id = FileId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.entries.push(Entry {
            path: path.into(),
            text,
        });
        id
    }

    /// Replaces a text.
    pub fn set_text(&mut self, file: FileId, text: Arc<str>) {
        if let Some(entry) = self.entries.get_mut(file.0 as usize) {
            entry.text = text;
        }
    }

    /// The file at a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        let place = self.entries.iter().position(|entry| entry.path == path)?;
        u32::try_from(place).ok().map(FileId)
    }

    /// The text of a file, shared.
    #[must_use]
    pub fn shared_text(&self, file: FileId) -> Arc<str> {
        self.entries
            .get(file.0 as usize)
            .map_or_else(|| Arc::from(""), |entry| Arc::clone(&entry.text))
    }
}

impl Sources for Files {
    fn path(&self, file: FileId) -> &str {
        self.entries
            .get(file.0 as usize)
            .map_or("", |entry| &entry.path)
    }

    fn text(&self, file: FileId) -> &str {
        self.entries
            .get(file.0 as usize)
            .map_or("", |entry| &entry.text)
    }
}
