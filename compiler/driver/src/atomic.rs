//! Replacing files whole: a reader sees the old content or the new one, never a part.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, codes};

use crate::project::reason;
use crate::shown_path;

/// The operating system refused to do something with a file.
#[derive(Debug)]
pub struct FileError {
    /// What was tried, such as `write`.
    pub verb: &'static str,
    /// On what.
    pub path: PathBuf,
    /// Why it refuses.
    pub error: io::Error,
}

impl FileError {
    /// The finding about it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let message = format!(
            "cannot {} `{}`: {}",
            self.verb,
            shown_path(&self.path),
            reason(&self.error)
        );
        let code = if self.verb == "read" {
            &codes::CANNOT_READ
        } else {
            &codes::CANNOT_WRITE
        };
        let help = match self.error.kind() {
            io::ErrorKind::NotADirectory => "a folder is expected here",
            io::ErrorKind::NotFound => "check the path",
            _ => "check the permissions, and the space on the disk",
        };
        Diagnostic::new(code, message).help(help)
    }
}

/// Writes a file through a temporary one in the same folder. There is no `fsync`: what a crash of the machine takes is made again.
///
/// # Errors
/// When the system refuses; then the file is as it was.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let temporary = temporary_beside(path);
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // It may not even exist.
        let _ = fs::remove_file(&temporary);
        FileError {
            verb: "write",
            path: path.to_path_buf(),
            error,
        }
    })
}

fn temporary_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
