//! Templates of comments that a team writes itself.

use std::fs;
use std::path::Path;

use plat_diagnostics::{Diagnostic, codes};
use plat_plan::render::MarkdownError;

use crate::atomic::FileError;
use crate::project::read_text;
use crate::shown_path;

/// The templates in a folder, by the names of their files, sorted. Hidden files and folders are none.
///
/// # Errors
/// When the folder or one of the files cannot be read.
pub fn templates(folder: &Path) -> Result<Vec<(String, String)>, Box<Diagnostic>> {
    let refused = |error| {
        Box::new(
            FileError {
                verb: "read",
                path: folder.to_path_buf(),
                error,
            }
            .finding(),
        )
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.starts_with('.') || path.is_dir() {
            continue;
        }
        let text = read_text(&path).map_err(|unreadable| {
            let message = format!("`{}` {}", shown_path(&path), unreadable.why);
            Box::new(Diagnostic::new(unreadable.code, message))
        })?;
        found.push((name.to_owned(), text));
    }
    found.sort();
    Ok(found)
}

/// The finding about a comment that cannot be made.
#[must_use]
pub fn broken_template(error: &MarkdownError) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(&codes::BAD_TEMPLATE, "the comment cannot be made")
            .note(error.to_string())
            .help("correct the template, or leave out `--template`"),
    )
}
