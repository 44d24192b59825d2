//! What declarations say about themselves: who owns them, how a team is reached.

use plat_semantics::db::{DeclId, Project};
use plat_semantics::environments;
use plat_semantics::eval::trace_place;
use plat_semantics::graph::written_fact;
use plat_semantics::hir::{self, BodyKind, Entry, EntryOp, ExprId, SegmentKind};

use crate::Database;

/// A fact as one would write it, where the declaration itself does not: what the layers below give in the first environment in
/// which it is present.
pub(crate) fn evaluated(db: &Database, decl: DeclId, fact: &str) -> Option<Box<str>> {
    let environment = Project::get(db)
        .environments(db)
        .iter()
        .copied()
        .find(|environment| environments::declared_in(db, decl, *environment))?;
    let value = trace_place(db, decl, environment, &[fact])?.value?;
    (value != "none").then(|| value.into())
}

/// A fact that names another: what the declaration writes for all environments, else what the layers below it give.
pub(crate) fn named(db: &Database, decl: DeclId, fact: &str) -> Option<Box<str>> {
    let written = written_fact(db, decl, fact).map(|name| name.as_str().into());
    written.or_else(|| evaluated(db, decl, fact))
}

/// The values that a declaration writes for a field: for all environments, and for some.
pub(crate) fn written(db: &Database, decl: DeclId, field: &str) -> Vec<ExprId> {
    let (entries, blocks) = match &hir::body(db, decl).kind {
        BodyKind::Service(service) => (&service.entries, service.in_blocks.as_slice()),
        BodyKind::Fact(fact) => (&fact.entries, fact.in_blocks.as_slice()),
        BodyKind::Guardrail(guardrail) => (&guardrail.fields, [].as_slice()),
        BodyKind::Waiver(waiver) => (&waiver.entries, [].as_slice()),
        BodyKind::Enforce(enforce) => (&enforce.entries, [].as_slice()),
        _ => return Vec::new(),
    };
    let all = [entries].into_iter();
    all.chain(blocks.iter().map(|block| &block.entries))
        .flatten()
        .filter_map(|entry| value_of(entry, field))
        .collect()
}

/// The value of an entry that sets a field.
fn value_of(entry: &Entry, field: &str) -> Option<ExprId> {
    match (entry.path.as_slice(), &entry.op) {
        ([segment], EntryOp::Set(value)) if matches!(&segment.kind, SegmentKind::Name(name) if name == field) => {
            Some(*value)
        }
        _ => None,
    }
}
