//! Projects on disk: which packages there are, what their `plat.toml` says, and the texts of their sources.
//!
//! What this module yields is plain data; [`crate::workspace`] puts it into the database.

mod load;
mod manifest;
mod paths;
mod read;
mod walk;

pub use load::{NoProject, PackageSource, ProjectSource, SourceText, find, load};
pub use manifest::{Dependency, MANIFEST, Manifest};
pub(crate) use paths::below;
pub(crate) use read::{read_text, reason};
pub(crate) use walk::files_matching;

/// How the paths of the standard library begin for people.
pub const STDLIB_PREFIX: &str = "<std>/";
