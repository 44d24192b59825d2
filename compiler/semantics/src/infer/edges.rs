//! What the edges of a declaration lead to, decided before anything is typed.

use super::members::declared_capability;
use crate::db::{Db, DeclId, Name};
use crate::hir::{self, BodyKind, EdgeDecl, EdgeTarget};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::Problem;

/// What an edge leads to, for types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeSig {
    /// The alias.
    pub alias: Name,
    /// The capability at the other end; `None` for an external, or when it is unknown.
    pub capability: Option<DeclId>,
    /// The declaration at the other end; `None` for an owned one.
    pub target: Option<DeclId>,
    /// Whether it is an external.
    pub external: bool,
    /// Whether the instance is the consumer's own.
    pub owned: bool,
    /// Whether it is present only in some environments.
    pub partial: bool,
    /// The environment it leads to, if another.
    pub environment: Option<DeclId>,
}

/// What the edges of a declaration lead to, in the order of the sources. Problems are reported by the checker.
pub fn edge_signatures(db: &dyn Db, decl: DeclId) -> &Vec<EdgeSig> {
    edge_signatures_query(db, decl)
}

#[salsa::tracked]
fn edge_signatures_query(db: &dyn Db, decl: DeclId) -> Vec<EdgeSig> {
    edges_of(hir::body(db, decl))
        .iter()
        .map(|edge| edge_signature(db, decl, edge, &mut Vec::new()))
        .collect()
}

/// The edges that a body declares.
pub fn edges_of(body: &hir::Body) -> &[EdgeDecl] {
    match &body.kind {
        BodyKind::Service(service) => &service.edges,
        BodyKind::Capability(capability) => &capability.members.needs,
        BodyKind::Implementation(implementation) => &implementation.members.needs,
        _ => &[],
    }
}

pub(super) fn edge_signature(
    db: &dyn Db,
    decl: DeclId,
    edge: &EdgeDecl,
    problems: &mut Vec<Problem>,
) -> EdgeSig {
    let mut sig = EdgeSig {
        alias: edge.alias.clone(),
        capability: None,
        target: None,
        external: false,
        owned: false,
        partial: edge.only.is_some(),
        environment: None,
    };
    match &edge.target {
        EdgeTarget::Owned(path) => {
            sig.owned = true;
            match names::capability(db, decl, path) {
                Ok(capability) => sig.capability = Some(capability),
                Err(failure) => problems.extend(failure.map(|problem| *problem)),
            }
        }
        EdgeTarget::Shared(path)
        | EdgeTarget::Elsewhere { target: path, .. }
        | EdgeTarget::Call(path) => {
            let call = matches!(edge.target, EdgeTarget::Call(_));
            let wanted = if call {
                Namespace::Callee
            } else {
                Namespace::Shared
            };
            match names::fact(db, decl, path, wanted) {
                Ok(target) => {
                    sig.target = Some(target);
                    sig.external = target.kind(db) == ItemKind::External;
                    sig.capability = declared_capability(db, target);
                }
                Err(failure) => problems.extend(failure.map(|problem| *problem)),
            }
            if let EdgeTarget::Elsewhere {
                environment: (name, node),
                ..
            } = &edge.target
            {
                match names::fact_named(
                    db,
                    decl,
                    name,
                    *node,
                    Namespace::Fact(ItemKind::Environment),
                ) {
                    Ok(environment) => sig.environment = Some(environment),
                    Err(failure) => problems.extend(failure.map(|problem| *problem)),
                }
            }
        }
    }
    sig
}
