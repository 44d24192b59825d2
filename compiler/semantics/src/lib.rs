//! From items to objects: names, types, values, graph.
//!
//! A salsa database holds what the driver read; the queries here turn it into declarations ([`hir`]), resolved names
//! ([`scope`]), checked types, evaluated instances and their objects. This crate knows neither the file system nor any target's
//! text format: it reads inputs and yields data and findings.

pub mod checks;
pub mod db;
pub mod environments;
pub mod eval;
pub mod graph;
pub mod hir;
pub mod infer;
pub mod items;
pub mod names;
pub mod problem;
pub mod program;
pub mod rules;
pub mod scope;
pub mod tested;
pub mod ty;

pub mod patterns;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(test)]
mod incremental_tests;
