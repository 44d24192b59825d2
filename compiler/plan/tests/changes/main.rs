//! What is said of changed objects: a table of cases in `cases/`, and laws that hold for every object.
//!
//! `UPDATE_CHANGES=1` rewrites what the cases say. Read each line that it changes.

mod apply;
mod laws;
mod support;
mod table;
