//! Environments: which there are, which is like which, and where a declaration is present.

use std::collections::BTreeMap;

use plat_diagnostics::codes;

use crate::db::{Db, DeclId, Project};
use crate::hir::{self, BodyKind, Only, Path};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::scope::{test_around, test_facts};

/// The environments in which a declaration has values: those of the project, unless it belongs to a test with its own. Sorted by
/// name.
pub fn of(db: &dyn Db, decl: DeclId) -> &[DeclId] {
    let own = test_around(db, decl).map_or(&[][..], |test| own_environments(db, test));
    if own.is_empty() {
        return Project::get(db).environments(db);
    }
    own
}

/// The environments that a test declares, sorted by name.
#[salsa::tracked(returns(deref))]
fn own_environments(db: &dyn Db, test: DeclId) -> Vec<DeclId> {
    let own = test_facts(db, test).get(&ItemKind::Environment);
    let own = own.into_iter().flat_map(BTreeMap::values);
    own.filter_map(|named| named.first().copied()).collect()
}

/// The environment that a path names in a declaration; unknown ones are reported by the checker.
pub fn resolve(db: &dyn Db, decl: DeclId, path: &Path) -> Option<DeclId> {
    names::fact(db, decl, path, Namespace::Fact(ItemKind::Environment)).ok()
}

/// The environments that one takes its facts and values from, farthest first, itself last. A ring is cut where it closes.
#[salsa::tracked(returns(clone))]
pub fn like_chain(db: &dyn Db, environment: DeclId) -> Vec<DeclId> {
    let mut chain = vec![environment];
    let mut at = environment;
    while let Some(next) = liked(db, at) {
        if chain.contains(&next) {
            break;
        }
        chain.push(next);
        at = next;
    }
    chain.reverse();
    chain
}

/// The environment that this one is `like`.
pub fn liked(db: &dyn Db, environment: DeclId) -> Option<DeclId> {
    match &hir::body(db, environment).kind {
        BodyKind::Fact(fact) => resolve(db, environment, fact.like.as_ref()?),
        _ => None,
    }
}

/// A ring of `like`, reported at the environment whose name comes first.
pub fn like_ring(db: &dyn Db, environment: DeclId) -> Option<Problem> {
    let mut ring = vec![environment];
    let mut at = environment;
    loop {
        at = liked(db, at)?;
        if at == environment {
            break;
        }
        if ring.contains(&at) {
            return None;
        }
        ring.push(at);
    }
    if ring
        .iter()
        .any(|other| other.name(db) < environment.name(db))
    {
        return None;
    }
    let names: Vec<&str> = ring
        .iter()
        .chain([&environment])
        .map(|decl| decl.name(db).as_str())
        .collect();
    Some(
        Problem::new(
            &codes::LIKE_RING,
            format!("environment `{}` is like itself", environment.name(db)),
        )
        .at(Anchor::name(environment), "its facts would never be found")
        .note(format!("the ring: {}", names.join(" → ")))
        .help("remove one `like` of the ring"),
    )
}

/// Whether what is `only in …` is present in an environment. What is present in `a` is present in `b like a`: two clusters of
/// one environment run the same things.
pub fn present(db: &dyn Db, decl: DeclId, only: Option<&Only>, environment: DeclId) -> bool {
    only.is_none_or(|only| {
        let chain = like_chain(db, environment);
        only.environments
            .iter()
            .filter_map(|path| resolve(db, decl, path))
            .any(|wanted| chain.contains(&wanted))
    })
}

/// Whether a service or resource is present in an environment.
pub fn declared_in(db: &dyn Db, decl: DeclId, environment: DeclId) -> bool {
    match &hir::body(db, decl).kind {
        BodyKind::Service(service) => present(db, decl, service.only.as_ref(), environment),
        _ => true,
    }
}
