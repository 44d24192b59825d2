//! Projects of any size, and the floor under every compiler of them.
//!
//! [`fleet`] says what N services are, [`sources`] writes them as a project, [`floor`] makes their manifests without a language
//! in between: what it takes is what building, serialising and writing take. Nothing here knows how the compiler works; the
//! benchmarks use the driver as the command line does.

pub mod fleet;
pub mod floor;
pub mod rules;
pub mod sources;
