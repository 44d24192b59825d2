//! Projects on disk: which packages there are, what their `plat.toml` says, and the texts of their sources.
//!
//! What this module yields is plain data; `workspace` puts it into the database.

mod load;
mod manifest;
mod paths;
mod read;
mod walk;

pub use load::{NoProject, PackageSource, ProjectSource, SourceText, find, load};
pub(crate) use load::{StandIn, load_copy};
pub use manifest::{Dependency, MANIFEST, Manifest};
pub(crate) use manifest::{is_package_name, read as read_manifest};
pub(crate) use paths::{below, normalized, slashed};
pub(crate) use read::{Unreadable, read_text, reason, text_of_bytes};
pub(crate) use walk::{files_matching, pattern_matches, would_be_source};

/// The sources below any folder, sorted.
pub(crate) fn sources_below(folder: &std::path::Path) -> Vec<String> {
    walk::sources(folder, &folder.join("out")).files
}

/// How the paths of the standard library begin for people.
pub const STDLIB_PREFIX: &str = "<std>/";
