//! One test: what is wrong with what it declares, and whether what it expects holds.

use std::time::{Duration, Instant};

use plat_diagnostics::codes;
use plat_semantics::db::{Db, DeclId};
use plat_semantics::environments;
use plat_semantics::eval::{self, Columns, Found, Judgement, Known, Taken, evaluate};
use plat_semantics::hir::{self, BodyKind};
use plat_semantics::items::{items_of_test, syntax_errors};
use plat_semantics::problem::{Anchor, Problem};
use plat_semantics::tested::{expected, test_problems};

use super::Test;
use crate::check::{Addresses, exposed_twice};

/// What came of a test.
#[derive(Debug, Default)]
pub(super) struct TestOutcome {
    /// There is a mistake in the test itself: nothing was judged.
    pub(super) broken: bool,
    /// What is wrong, warnings about the test included.
    pub(super) problems: Vec<Problem>,
    /// The snapshots that it takes: the environment if there are several, and what it takes there.
    pub(super) snapshots: Vec<(Option<String>, Taken)>,
    /// The environments.
    pub(super) environments: Vec<String>,
    /// How many expectations were judged, each once per environment.
    pub(super) judged: usize,
    /// How long it took.
    pub(super) took: Duration,
}

/// A finding about a declaration of the test.
struct About {
    decl: DeclId,
    problem: Problem,
}

/// Runs a test.
pub(super) fn judge(db: &dyn Db, test: &Test) -> TestOutcome {
    let start = Instant::now();
    let mut judgement = TestOutcome::default();
    mistakes(db, test, &mut judgement);
    if !judgement.broken {
        declarations_and_expectations(db, test.decl, &mut judgement);
    }
    judgement.took = start.elapsed();
    judgement
}

/// Mistakes in the test itself, as opposed to what it declares.
fn mistakes(db: &dyn Db, test: &Test, judgement: &mut TestOutcome) {
    let whole = hir::source::decl_range(db, test.decl);
    let within = |problem: &&Problem| {
        let at = problem.primary.as_ref().map(|label| label.at.range(db));
        at.is_some_and(|at| whole.contains_range(at))
    };
    let syntax = syntax_errors(db, test.file).iter().filter(within);
    let own = plat_semantics::checks::declaration_problems(db, test.decl).iter();
    judgement.problems.extend(syntax.chain(own).cloned());
    judgement.broken = judgement.problems.iter().any(Problem::is_error);
}

fn declarations_and_expectations(db: &dyn Db, test: DeclId, judgement: &mut TestOutcome) {
    let environments = environments::of(db, test);
    let mut known = Known::default();
    let about = findings(db, test, environments, &mut known);
    let found = about.iter().map(|about| found(db, about, environments));
    known.found = found.collect();
    let expected = expected(db, test);
    let mut unexpected = about.into_iter().filter(|about| {
        let code = about.problem.code.code;
        about.problem.is_error() && !expected.iter().any(|own| own.is(about.decl, code))
    });
    if let Some(first) = unexpected.next() {
        // What does not hold besides is mostly a consequence.
        let all = std::iter::once(first).chain(unexpected);
        judgement.problems.extend(all.map(|about| about.problem));
        return;
    }
    let BodyKind::Test(body) = &hir::body(db, test).kind else {
        return;
    };
    let mut concerned = vec![false; body.expects.len()];
    for environment in environments {
        let came = eval::expectations(db, test, *environment, &known);
        judgement.judged += came.judged.iter().filter(|judged| **judged).count();
        for (concerned, judged) in concerned.iter_mut().zip(&came.judged) {
            *concerned |= judged;
        }
        judgement.problems.extend(came.problems);
        let several = environments.len() > 1;
        let place = several.then(|| environment.name(db).to_string());
        let snapshots = came.snapshots.into_iter();
        judgement
            .snapshots
            .extend(snapshots.map(|taken| (place.clone(), taken)));
        judgement
            .environments
            .push(environment.name(db).to_string());
    }
    for (expect, _) in body
        .expects
        .iter()
        .zip(concerned)
        .filter(|(_, judged)| !judged)
    {
        let why = match environments.is_empty() {
            true => "there is no environment: declare one in the test",
            false => "it concerns none of the test's environments",
        };
        let problem = Problem::new(
            &codes::EXPECTATION_UNDECIDED,
            "this expectation was never judged",
        )
        .at_node(test, expect.node, why)
        .help("an expectation is judged where `only in` says and what it names exists");
        judgement.problems.push(problem);
    }
}

/// Everything that `platc check` would say of the declarations of a test if they were the project's.
/// The guardrails that the test names judge them, too.
fn findings(db: &dyn Db, test: DeclId, environments: &[DeclId], known: &mut Known) -> Vec<About> {
    let mut about: Vec<About> = test_problems(db, test)
        .into_iter()
        .map(|(decl, problem)| About { decl, problem })
        .collect();
    let declarations: Vec<DeclId> = { items_of_test(db, test) }
        .iter()
        .filter(|item| item.kind.is_fact())
        .map(|item| item.id)
        .collect();
    let (mut addresses, mut columns) = (Addresses::default(), Columns::default());
    for &decl in &declarations {
        let evaluation = evaluate(db, decl);
        let own = evaluation.problems.iter().cloned();
        about.extend(own.map(|problem| About { decl, problem }));
        let hashes: Vec<u64> = { evaluation.objects.iter() }
            .map(Addresses::hash_of)
            .collect();
        addresses.take(decl, &hashes);
        known.judged.extend_from_slice(&evaluation.judged);
        for contribution in &evaluation.contributions {
            columns.add(contribution);
        }
    }
    for environment in environments {
        let mut fleet = Judgement::default();
        eval::judge_fleet(
            db,
            Some(test),
            *environment,
            &columns,
            &declarations,
            &mut fleet,
        );
        known.judged.append(&mut fleet.judged);
    }
    // Two declarations of one name are in each other's way in everything.
    let sound = !about
        .iter()
        .any(|about| std::ptr::eq(about.problem.code, &codes::FACT_COLLISION));
    let mut together = Vec::new();
    if sound {
        together.extend(addresses.problems(db, environments));
        together.extend(exposed_twice(db, &declarations, environments));
    }
    for problem in together {
        // Both are in each other's way.
        let labels = problem.primary.iter().chain(&problem.secondary);
        let mut concerned: Vec<DeclId> = labels
            .filter_map(|label| match &label.at {
                Anchor::Node(decl, _) => Some(*decl),
                _ => None,
            })
            .filter(|decl| declarations.contains(decl))
            .collect();
        concerned.dedup();
        about.extend(concerned.into_iter().map(|decl| About {
            decl,
            problem: problem.clone(),
        }));
    }
    about
}

/// A finding as an expectation asks for it; its subject names the environment, if it is one of a single environment.
fn found(db: &dyn Db, about: &About, environments: &[DeclId]) -> Found {
    let subject = about.problem.subject.as_deref().unwrap_or_default();
    let place = subject.split_once('@').map(|(_, place)| place);
    let place = place.map(|place| place.split(['/', ':']).next().unwrap_or_default());
    let environment = environments
        .iter()
        .copied()
        .find(|environment| Some(environment.name(db).as_str()) == place);
    Found {
        decl: about.decl,
        environment,
        code: about.problem.code,
    }
}

/// The line of a test's title, counted from 1.
pub(super) fn line_of(db: &dyn Db, test: DeclId) -> u32 {
    let start = usize::from(Anchor::name(test).range(db).start());
    let text = test.file(db).text(db);
    let before = text.get(..start).unwrap_or_default();
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}
