//! Rings between declarations: capabilities that are, emit or need each other.

use plat_diagnostics::codes;

use super::implementations;
use crate::db::{Db, DeclId};
use crate::hir::{self, BodyKind, EdgeTarget, Members};
use crate::infer::EmitType;
use crate::names;
use crate::problem::{Anchor, Problem};

/// The shortest way from a declaration back to itself, itself first and not last.
pub(crate) fn ring_through(
    start: DeclId,
    next: impl Fn(DeclId) -> Vec<DeclId>,
) -> Option<Vec<DeclId>> {
    let mut reached: Vec<(DeclId, usize)> = vec![(start, 0)];
    let mut at = 0;
    while let Some(&(decl, _)) = reached.get(at) {
        for step in next(decl) {
            if step == start {
                let mut ring = vec![decl];
                let mut back = at;
                while back != 0 {
                    back = reached[back].1;
                    ring.push(reached[back].0);
                }
                ring.reverse();
                return Some(ring);
            }
            if reached.iter().all(|(known, _)| *known != step) {
                reached.push((step, at));
            }
        }
        at += 1;
    }
    None
}

/// `A → B → A`
pub(crate) fn drawn(db: &dyn Db, ring: &[DeclId]) -> String {
    let names: Vec<&str> = ring
        .iter()
        .chain(ring.first())
        .map(|decl| decl.name(db).as_str())
        .collect();
    names.join(" → ")
}

/// The capabilities that a capability emits or owns, itself or through its implementations.
fn parts(db: &dyn Db, capability: DeclId) -> Vec<DeclId> {
    let mut found = Vec::new();
    for decl in std::iter::once(capability).chain(implementations(db, capability).iter().copied()) {
        let members: &Members = match &hir::body(db, decl).kind {
            BodyKind::Capability(body) => &body.members,
            BodyKind::Implementation(body) => &body.members,
            _ => continue,
        };
        for emit in &members.emits {
            if let Ok((EmitType::Capability(part), _)) = names::emit_type(db, decl, &emit.ty) {
                found.push(part);
            }
        }
        for edge in &members.needs {
            if let EdgeTarget::Owned(path) = &edge.target {
                found.extend(names::capability(db, decl, path));
            }
        }
    }
    found
}

/// The ring of emissions and needs through a capability: it would never be finished.
#[salsa::tracked]
pub fn emission_ring(db: &dyn Db, capability: DeclId) -> Option<Vec<DeclId>> {
    ring_through(capability, |at| parts(db, at))
}

/// The finding about such a ring, at the capability whose name comes first.
pub fn emission_ring_problem(db: &dyn Db, capability: DeclId) -> Option<Problem> {
    let ring = emission_ring(db, capability).as_ref()?;
    if ring
        .iter()
        .any(|other| other.name(db) < capability.name(db))
    {
        return None;
    }
    let problem = Problem::new(
        &codes::EMISSION_RING,
        format!("`{}` is made of itself", capability.name(db)),
    )
    .at(
        Anchor::name(capability),
        "what it emits or needs leads back here",
    );
    let problem = ring[1..].iter().fold(problem, |problem, step| {
        problem.also(Anchor::name(*step), "on the way")
    });
    Some(
        problem
            .note(format!("the ring: {}", drawn(db, ring)))
            .help("a capability may be made of others, not of itself"),
    )
}
