//! Plain data that every target reads: values with their origin, schemas of sinks, emitted objects, exact quantities and
//! refined text.
//!
//! This crate knows nothing of files, syntax trees, queries or any one target: it is what the rest of the compiler agrees on.

pub mod change;
pub mod digest;
pub mod output;
pub mod quantity;
pub mod rule;
pub mod schema;
pub mod text;
pub mod tree;

mod date;
mod object;
mod value;

pub use date::Date;
pub use object::{Object, ObjectMetaRef};
pub use value::{Field, Late, LateForm, Node, Origin, Stage, Value, Variant, field};
