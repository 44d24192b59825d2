//! What a Kubernetes schema does not say, but people and the API server know: the order in which fields are written, the
//! unit of a bare number, which kinds live outside a namespace, the values that a field takes.
//!
//! Code generation applies these to the built-in types, and the loader of custom resources to theirs, so that both look alike.

mod order;
mod rules;
mod scope;
mod units;

pub use order::{ordered_fields, sort_fields};
pub use rules::{Rule, rule, ruled_fields};
pub use scope::{is_cluster_scoped, is_request};
pub use units::sink_unit;

/// Whether the API server alone writes this field, so that a manifest must not.
///
/// `record` is the path of the record type that has the field, empty for an anonymous one.
#[must_use]
pub fn is_read_only(record: &str, is_object: bool, field: &str) -> bool {
    match field {
        "status" => is_object,
        "creationTimestamp"
        | "deletionGracePeriodSeconds"
        | "deletionTimestamp"
        | "generation"
        | "managedFields"
        | "resourceVersion"
        | "selfLink"
        | "uid" => record == "meta.v1.ObjectMeta",
        _ => false,
    }
}
