//! Kubernetes as a target: its types in several versions, custom resources, the rules that an API server checks beyond
//! types, what a change of an object does, manifests of others, and YAML and JSON that read back as what was meant.
//!
//! This crate knows nothing of the language: no syntax trees, no queries, no files, no clock. It is given text and values and returns
//! plain data.

pub mod admission;
mod arrange;
pub mod change;
pub mod check;
pub mod conventions;
pub mod crd;
pub mod manifest;
pub mod path;
pub mod store;
pub mod table;

pub use arrange::arrange;
pub use plat_model::output;
pub use store::Store;
