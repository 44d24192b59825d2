//! Tests: what is wrong with their declarations, and which findings they expect.

use plat_diagnostics::codes;

use crate::checks::declaration_problems;
use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, Expr};
use crate::infer::{self, Meaning, TestFn};
use crate::items::items_of_test;
use crate::problem::{Anchor, Problem};
use crate::scope::{facts_named, test_facts};

/// A finding that a test expects, whatever else comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whose finding it is; `None` for any declaration of the test.
    pub decl: Option<DeclId>,
    /// The code.
    pub code: String,
}

impl Expected {
    /// Whether a finding about a declaration is this one.
    #[must_use]
    pub fn is(&self, decl: DeclId, code: &str) -> bool {
        self.decl.is_none_or(|own| own == decl) && self.code == code
    }
}

/// The findings that a test speaks of with `fails(…)`: they are what it is about, and no mistake.
#[salsa::tracked(returns(deref))]
pub fn expected(db: &dyn Db, test: DeclId) -> Vec<Expected> {
    let (body, infer) = (hir::body(db, test), infer::infer(db, test));
    let mut found = Vec::new();
    for expr in &body.exprs {
        let Expr::Call { callee, args } = expr else {
            continue;
        };
        let ([about, code], Meaning::Test(TestFn::Fails)) =
            (args.as_slice(), &infer.meanings[callee.0 as usize])
        else {
            continue;
        };
        let Expr::Str(code) = &body.exprs[code.value.0 as usize] else {
            continue;
        };
        let declarations = match &infer.meanings[about.value.0 as usize] {
            Meaning::Fact(kind, name) => facts_named(db, Some(test), *kind, name),
            _ => &[],
        };
        let code = code.to_string();
        if declarations.is_empty() {
            found.push(Expected { decl: None, code });
        } else {
            found.extend(declarations.iter().map(|decl| Expected {
                decl: Some(*decl),
                code: code.clone(),
            }));
        }
    }
    found
}

/// What is wrong with the declarations of a test in themselves, each finding with the declaration that it is about; expected ones
/// are among them.
pub fn test_problems(db: &dyn Db, test: DeclId) -> Vec<(DeclId, Problem)> {
    let mut problems = Vec::new();
    for item in items_of_test(db, test) {
        let own = declaration_problems(db, item.id).iter();
        problems.extend(own.map(|problem| (item.id, problem.clone())));
    }
    problems.extend(duplicates(db, test));
    problems
}

/// The same without those that the test expects: it is about them.
pub fn unexpected_problems(db: &dyn Db, test: DeclId) -> impl Iterator<Item = Problem> {
    let expected = expected(db, test);
    let found = test_problems(db, test).into_iter();
    found.filter_map(move |(decl, problem)| {
        let is_expected = expected.iter().any(|own| own.is(decl, problem.code.code));
        (!is_expected).then_some(problem)
    })
}

/// Two facts of one kind and name in one environment of a test.
fn duplicates(db: &dyn Db, test: DeclId) -> Vec<(DeclId, Problem)> {
    let mut problems = Vec::new();
    for (kind, names) in test_facts(db, test) {
        for (name, declarations) in names.iter().filter(|(name, _)| !name.is_empty()) {
            for (index, again) in declarations.iter().enumerate() {
                let in_both = |first: &&DeclId| {
                    let all = environments::of(db, test).iter();
                    { all }.any(|environment| {
                        environments::declared_in(db, **first, *environment)
                            && environments::declared_in(db, *again, *environment)
                    })
                };
                let Some(first) = declarations[..index].iter().find(in_both) else {
                    continue;
                };
                let message = format!("two {}s are called `{name}`", kind.word());
                let problem = Problem::new(&codes::FACT_COLLISION, message)
                    .at(Anchor::name(*again), "the second one")
                    .also(Anchor::name(*first), "the first one")
                    .help("rename one of them");
                problems.push((*again, problem));
            }
        }
    }
    problems
}
