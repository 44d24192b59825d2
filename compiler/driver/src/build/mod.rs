//! Artifacts: what the sources come to, as files.
//!
//! [`fn@render`] makes all of them in memory, in parallel; [`Folder`] compares them with what is on disk and writes what differs.
//! Nothing is written while there is an error.

mod admission;
pub(crate) mod environments;
mod folder;
mod index;
mod layout;
mod origin;
mod render;
mod source_map;

pub use admission::Admission;
pub use environments::{Refused, UnknownEnvironment};
pub use folder::{Difference, Folder, FolderError, Plan, Written};
pub use layout::{INDEX, KUBERNETES, Layout, SOURCE_MAPS};
pub use origin::{LineOrigin, OriginError, trace_line};
pub use render::{Artifact, ArtifactFormat, RenderOptions, Rendered, render};
