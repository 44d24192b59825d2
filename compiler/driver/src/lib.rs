//! Projects, database, scheduling, output.
//!
//! The driver finds a project on disk, keeps the database of [`plat_semantics`] equal to it, runs all checks in parallel and writes
//! what the targets make. It does not know the command line, nor how a finding is shown, nor any rule of the language.

pub mod build;
mod check;
mod database;
mod embedded;
mod files;
pub mod project;
mod workspace;

pub use check::{CheckOptions, check};
pub use database::Database;
pub use files::Files;
pub use workspace::{Arguments, EditError, Workspace};
