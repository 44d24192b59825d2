//! What is wrong with a declaration in itself, used or not: everything that needs no instance.

use plat_diagnostics::codes;

use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, BodyKind};
use crate::infer::{self, Meaning};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};
use crate::program::{drawn, fact_schema, ring_through, spec};
use crate::rules;

/// The findings of lowering, checking and layering a declaration, in that order.
#[salsa::tracked]
pub fn declaration_problems(db: &dyn Db, decl: DeclId) -> Vec<Problem> {
    let mut problems = hir::body_problems(db, decl).to_vec();
    problems.extend(infer::infer(db, decl).problems.iter().cloned());
    // What a record literal sets twice is set twice in its layer too.
    let known: Vec<_> = problems
        .iter()
        .filter(|known| std::ptr::eq(known.code, &codes::SET_TWICE))
        .filter_map(|known| known.primary.as_ref().map(|label| label.at.clone()))
        .collect();
    let layered = spec(db, decl).problems.iter().filter(|problem| {
        let at = problem.primary.as_ref().map(|label| &label.at);
        !at.is_some_and(|at| known.contains(at))
    });
    problems.extend(layered.cloned());
    problems.extend(rules::waiver_problems(db, decl));
    problems.extend(never_present(db, decl));
    problems.extend(recursion(db, decl));
    problems.extend(let_ring(db, decl));
    if let BodyKind::Later = hir::body(db, decl).kind {
        problems.push(not_yet(db, decl));
    }
    problems
}

/// What is wrong with the schemas of facts, which no single declaration owns.
pub fn schema_problems(db: &dyn Db) -> Vec<Problem> {
    let kinds = ItemKind::FACTS;
    kinds
        .iter()
        .flat_map(|kind| fact_schema(db, *kind).problems.iter().cloned())
        .collect()
}

/// Values for an environment in which the declaration does not exist.
fn never_present(db: &dyn Db, decl: DeclId) -> Vec<Problem> {
    let BodyKind::Service(service) = &hir::body(db, decl).kind else {
        return Vec::new();
    };
    let Some(only) = &service.only else {
        return Vec::new();
    };
    let blocks = service
        .in_blocks
        .iter()
        .flat_map(|block| &block.environments);
    let edges = service
        .edges
        .iter()
        .filter_map(|edge| edge.only.as_ref())
        .flat_map(|only| &only.environments);
    blocks
        .chain(edges)
        .filter_map(|path| Some((path, environments::resolve(db, decl, path)?)))
        .filter(|(_, environment)| !environments::present(db, decl, Some(only), *environment))
        // What is like an environment takes over what is said of it, so a block for it may matter all the same.
        .filter(|(_, environment)| {
            !environments::of(db, decl).iter().any(|other| {
                environments::present(db, decl, Some(only), *other)
                    && environments::like_chain(db, *other).contains(environment)
            })
        })
        .map(|(path, environment)| {
            Problem::new(
                &codes::NEVER_PRESENT,
                format!(
                    "`{}` does not exist in environment `{}`",
                    decl.name(db),
                    environment.name(db)
                ),
            )
            .at_node(decl, path.node, "this says nothing")
            .also_node(decl, only.node, "it exists only here")
        })
        .collect()
}

/// The ring of calls through a function, reported at the one whose name comes first.
fn recursion(db: &dyn Db, decl: DeclId) -> Option<Problem> {
    if decl.kind(db) != ItemKind::Fn {
        return None;
    }
    let ring = ring_through(decl, |at| calls(db, at))?;
    if ring.iter().any(|other| other.name(db) < decl.name(db)) {
        return None;
    }
    let problem = Problem::new(
        &codes::RECURSIVE_FUNCTION,
        format!("function `{}` calls itself", decl.name(db)),
    )
    .at(Anchor::name(decl), "a call would never end");
    let problem = ring[1..].iter().fold(problem, |problem, step| {
        problem.also(Anchor::name(*step), "on the way")
    });
    Some(
        problem
            .note(format!("the ring: {}", drawn(db, &ring)))
            .help("walk a list with `for` instead"),
    )
}

/// The ring of values through a `let` with a type, reported at the one whose name comes first. Without types, inference finds it.
fn let_ring(db: &dyn Db, decl: DeclId) -> Option<Problem> {
    if decl.kind(db) != ItemKind::Let {
        return None;
    }
    let ring = ring_through(decl, |at| {
        let meanings = infer::infer(db, at).meanings.iter();
        meanings
            .filter_map(|meaning| match meaning {
                Meaning::Let(other) => Some(*other),
                _ => None,
            })
            .collect()
    })?;
    let first = ring.iter().all(|other| other.name(db) >= decl.name(db));
    first.then(|| infer::let_ring_problem(db, &ring))
}

/// The functions that a function calls.
fn calls(db: &dyn Db, function: DeclId) -> Vec<DeclId> {
    let meanings = infer::infer(db, function).meanings.iter();
    meanings
        .filter_map(|meaning| match meaning {
            Meaning::Function(decl) => Some(*decl),
            _ => None,
        })
        .collect()
}

fn not_yet(db: &dyn Db, decl: DeclId) -> Problem {
    let kind = decl.kind(db);
    Problem::new(
        &codes::NOT_YET_EVALUATED,
        format!(
            "{} `{}` is read and not yet evaluated",
            kind.word(),
            decl.name(db)
        ),
    )
    .at(Anchor::name(decl), "kept as it is")
    .help("a later version of the compiler evaluates it; until then it changes nothing")
}
