//! Replacing files whole: a reader sees the old content or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
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

/// A file that is written bit by bit, beside the one whose place it takes once it is complete.
#[derive(Debug)]
pub struct PendingFile {
    path: PathBuf,
    temporary: PathBuf,
    out: Option<BufWriter<File>>,
}

impl PendingFile {
    /// Begins to write.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(path: &Path) -> io::Result<Self> {
        let temporary = temporary_beside(path);
        let out = Some(BufWriter::new(File::create(&temporary)?));
        Ok(Self {
            path: path.to_path_buf(),
            temporary,
            out,
        })
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// When the system refuses; then the file is as it was.
    pub fn commit(mut self) -> io::Result<()> {
        if let Some(mut out) = self.out.take() {
            out.flush()?;
        }
        fs::rename(&self.temporary, &self.path)
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Some(out) => out.write(bytes),
            None => Ok(0),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        // After it has taken its place there is nothing left.
        let _ = fs::remove_file(&self.temporary);
    }
}
