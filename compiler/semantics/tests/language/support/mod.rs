//! Reads, runs and writes the files of the suite.

pub mod case;
mod document;
pub mod suite;
