//! Which implementation of a contract an environment takes: exactly one must match.

use plat_diagnostics::codes;

use super::contract_signature;
use crate::db::{Db, DeclId, Project};
use crate::eval;
use crate::hir::{self, BodyKind, ExprId};
use crate::infer::Inference;
use crate::problem::{Anchor, Problem};

/// What came of choosing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The capability does the work itself: it has emissions of its own, or nothing implements it.
    Itself,
    /// This implementation.
    Implementation(DeclId),
    /// None or several match; the finding says why for each.
    Undecided(Box<Problem>),
}

/// An implementation and what its condition says in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The implementation.
    pub decl: DeclId,
    /// What its condition says.
    pub verdict: Verdict,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Matches,
    /// It does not, in words.
    Fails(String),
    /// It could not be evaluated; reported elsewhere.
    Broken,
}

/// The implementations of a contract, sorted by package, path and position.
#[salsa::tracked]
pub fn implementations(db: &dyn Db, contract: DeclId) -> Vec<DeclId> {
    let all = Project::get(db).implementations(db);
    all.iter()
        .copied()
        .filter(|decl| contract_signature(db, *decl) == Some(contract))
        .collect()
}

/// Chooses once per contract and environment.
#[salsa::tracked]
pub fn implementation_choice(db: &dyn Db, contract: DeclId, environment: DeclId) -> Choice {
    let all = implementations(db, contract);
    if all.is_empty() {
        return Choice::Itself;
    }
    let mut candidates: Vec<Candidate> = all
        .iter()
        .map(|&decl| Candidate {
            decl,
            verdict: verdict(db, decl, environment),
        })
        .collect();
    // Emissions of its own are a way to provide it, everywhere.
    if let BodyKind::Capability(capability) = &hir::body(db, contract).kind
        && !capability.members.emits.is_empty()
    {
        candidates.push(Candidate {
            decl: contract,
            verdict: Verdict::Matches,
        });
    }
    let matching: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| candidate.verdict == Verdict::Matches)
        .collect();
    match matching.as_slice() {
        [one] if one.decl == contract => Choice::Itself,
        [one] => Choice::Implementation(one.decl),
        [] => Choice::Undecided(Box::new(undecided(
            db,
            contract,
            environment,
            &candidates,
            &codes::NO_IMPLEMENTATION,
            "no implementation of",
        ))),
        _ => Choice::Undecided(Box::new(undecided(
            db,
            contract,
            environment,
            &candidates,
            &codes::SEVERAL_IMPLEMENTATIONS,
            "several implementations of",
        ))),
    }
}

fn undecided(
    db: &dyn Db,
    contract: DeclId,
    environment: DeclId,
    candidates: &[Candidate],
    code: &'static plat_diagnostics::CodeInfo,
    what: &str,
) -> Problem {
    let (name, place) = (contract.name(db), environment.name(db));
    let mut problem = Problem::new(code, format!("{what} `{name}` for environment `{place}`"));
    if candidates
        .iter()
        .all(|candidate| candidate.decl != contract)
    {
        problem = problem.also(Anchor::name(contract), "the contract");
    }
    problem = problem.help(
        "exactly one must match: change a condition, or add an implementation for this environment",
    );
    for candidate in candidates {
        let words = match &candidate.verdict {
            Verdict::Matches if candidate.decl == contract => {
                "emits objects itself, in every environment".to_owned()
            }
            Verdict::Matches => "matches".to_owned(),
            Verdict::Fails(why) => format!("does not match: {why}"),
            Verdict::Broken => "could not be evaluated".to_owned(),
        };
        problem = problem.also(Anchor::name(candidate.decl), words);
    }
    problem
}

fn verdict(db: &dyn Db, decl: DeclId, environment: DeclId) -> Verdict {
    let BodyKind::Implementation(implementation) = &hir::body(db, decl).kind else {
        return Verdict::Broken;
    };
    match implementation.when {
        None => Verdict::Matches,
        Some(when) => match eval::environment_condition(db, environment, decl, when) {
            Some((true, _)) => Verdict::Matches,
            Some((false, why)) => Verdict::Fails(why),
            None => Verdict::Broken,
        },
    }
}

/// A name in a condition that is not the environment.
pub fn foreign_member(
    db: &dyn Db,
    decl: DeclId,
    inference: &Inference,
    condition: ExprId,
) -> Option<hir::NodeId> {
    use crate::infer::{Context, Meaning};
    let body = hir::body(db, decl);
    let mut found = None;
    hir::walk::expressions(body, condition, &mut |id, _| {
        let foreign = match &inference.meanings[id.0 as usize] {
            Meaning::Member(_) => true,
            Meaning::Context(context) => *context != Context::Environment,
            _ => false,
        };
        if foreign {
            found = Some(body.expr_nodes[id.0 as usize]);
        }
    });
    found
}
