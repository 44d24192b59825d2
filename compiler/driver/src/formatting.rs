//! The one style, for files and folders.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plat_diagnostics::{Diagnostic, codes};
use rayon::prelude::*;

use crate::Files;
use crate::project::{self, MANIFEST, Unreadable, read_text, sources_below, text_of_bytes};

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Formatted {
    /// Where it lies.
    pub path: PathBuf,
    /// The same for people.
    pub shown: String,
    /// What it said.
    pub before: String,
    /// What it says in the one style, or why that cannot be told.
    pub result: Result<String, Diagnostic>,
}

impl Formatted {
    /// The new text, if it is another one.
    #[must_use]
    pub fn changed(&self) -> Option<&str> {
        self.result
            .as_ref()
            .ok()
            .filter(|text| **text != self.before)
            .map(String::as_str)
    }

    /// The text in the one style, or as it was.
    #[must_use]
    pub fn text(&self) -> &str {
        self.result.as_ref().map_or(&self.before, String::as_str)
    }
}

/// Formats files, and all sources of folders; of a folder within a project and without a path of its own, the project's.
///
/// # Errors
/// When a path leads nowhere.
pub fn format_paths(paths: &[PathBuf]) -> Result<Vec<Formatted>, Box<Diagnostic>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(sources_of(path));
        } else if path.is_file() {
            files.push(path.clone());
        } else {
            let message = format!("there is no file or folder `{}`", path.display());
            return Err(Box::new(Diagnostic::new(&codes::FILE_NOT_FOUND, message)));
        }
    }
    files.sort();
    files.dedup();
    Ok(files.into_par_iter().map(format_file).collect())
}

/// Formats a text that is not in a file.
#[must_use]
pub fn format_bytes(bytes: Vec<u8>, shown: &str) -> Formatted {
    formatted(PathBuf::from(shown), shown.to_owned(), text_of_bytes(bytes))
}

fn sources_of(folder: &Path) -> Vec<PathBuf> {
    // In the middle of a project a folder is just that; where no project is, all sources are taken.
    let start = if folder == Path::new(".") {
        project::find(folder).unwrap_or_else(|_| folder.to_path_buf())
    } else {
        folder.to_path_buf()
    };
    let mut found: Vec<PathBuf> = sources_below(&start)
        .into_iter()
        .map(|below| start.join(below))
        .collect();
    if start.join(MANIFEST).is_file() && start != folder {
        let here = std::env::current_dir().unwrap_or_default();
        for path in &mut found {
            if let Ok(below) = path.strip_prefix(&here) {
                *path = below.to_path_buf();
            }
        }
    }
    found
}

fn format_file(path: PathBuf) -> Formatted {
    let shown = crate::shown_path(&path);
    let text = read_text(&path);
    formatted(path, shown, text)
}

fn formatted(path: PathBuf, shown: String, text: Result<String, Unreadable>) -> Formatted {
    let (before, result) = match text {
        Ok(text) => {
            let result = plat_syntax::format::format(&text).map_err(|error| {
                Diagnostic::new(&codes::COMPILER_BUG, format!("`{shown}`: {error}"))
            });
            (text, result)
        }
        Err(unreadable) => {
            let file = Files::default().add(shown.as_str(), Arc::from(""));
            let mut finding = unreadable.finding(&shown, file);
            finding.primary = None;
            (String::new(), Err(finding))
        }
    };
    Formatted {
        path,
        shown,
        before,
        result,
    }
}
