//! Projects, database, scheduling, output.
//!
//! The driver finds a project on disk, keeps the database of [`plat_semantics`] equal to it, runs all checks in parallel and writes
//! what the targets make. It does not know the command line, nor how a finding is shown, nor any rule of the language.

mod atomic;
pub mod audit;
pub mod build;
mod check;
pub mod codeowners;
mod database;
mod embedded;
pub mod exceptions;
pub mod explain;
mod facts;
mod files;
pub mod filter;
pub mod formatting;
mod git;
pub mod graph;
pub mod guardrails;
pub mod impact;
pub mod inventory;
pub mod plan;
pub mod project;
pub mod prove;
pub mod scaffold;
pub mod test;
mod workspace;

pub use atomic::{FileError, PendingFile, replace_file};
pub use check::{CheckOptions, check};
pub use database::Database;
pub use files::Files;
pub use plat_model::Date;
pub use workspace::{Arguments, EditError, Size, Workspace};

use std::path::Path;

/// A path as people read it: below the folder where they are if it lies there, with `/`.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path
        .strip_prefix(&here)
        .or_else(|_| path.strip_prefix("."))
        .unwrap_or(path);
    let text = path.to_string_lossy().replace('\\', "/");
    if text.is_empty() {
        ".".to_owned()
    } else {
        text
    }
}
