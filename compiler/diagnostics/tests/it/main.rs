//! The crate as its users see it.

mod common;
mod fixes;
mod human;
mod machine;
mod registry;
mod report;
mod rules;
mod schema;
