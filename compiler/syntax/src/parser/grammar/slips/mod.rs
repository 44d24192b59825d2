//! Slips that people make, each with its own advice: habits from other languages, and what was probably meant.

mod clauses;
mod values;

pub(super) use clauses::*;
pub(super) use values::*;
