//! Rules that others can keep, too: what a guardrail over objects asks, as plain data for a target.
//!
//! What depends on the environment alone is decided here, functions and `let`s are written out. What remains asks of the object and
//! of nothing else; a rule that asks more is a gap, with the place and the reason.

mod calls;
mod certain;
mod loops;
mod terms;

use bumpalo::Bump;
use plat_diagnostics::codes;
use plat_model::rule::{CONTAINER, Expr as Said, Requirement, Rule, Subject};

use super::described::full_name;
use super::in_force::InForce;
use crate::db::{Db, DeclId, Project};
use crate::eval::Session;
use crate::hir::{self, BodyKind, ExprId, GuardrailBody, NodeId};
use crate::infer::Collection;
use crate::problem::Problem;
use terms::{Term, What};

/// A guardrail over objects as others can keep it.
#[derive(Debug, Default)]
pub struct Portable {
    /// What can be said; `None` where nothing can, or nothing has to in this environment.
    pub rule: Option<Rule>,
    /// What cannot be said, and why.
    pub gaps: Vec<Problem>,
}

/// How large an expression may become when everything is written out. A cluster bounds what it takes and what it computes.
const MOST_PARTS: usize = 5_000;
/// How deep expressions may lie in each other when everything is written out.
const DEEPEST: u32 = 200;

/// Why something cannot be said, and where.
pub(super) struct Gap {
    decl: DeclId,
    node: NodeId,
    why: String,
}

/// What others can keep of a guardrail that holds in an environment. `None` for rules that speak of no objects.
#[must_use]
pub fn portable(db: &dyn Db, environment: DeclId, rule: &InForce) -> Option<Portable> {
    let subject = match rule.walked.collection {
        Collection::Objects => match &rule.walked.object {
            Some((_, schema)) => {
                let store = &Project::get(db).kubernetes(db).0;
                let kind = store.schema(*schema).object.as_ref()?;
                Subject::Kind {
                    api_version: kind.api_version.to_string(),
                    kind: kind.kind.to_string(),
                }
            }
            None => Subject::Objects,
        },
        Collection::Pods => Subject::Pods,
        Collection::Containers => Subject::Containers,
        _ => return None,
    };
    let BodyKind::Guardrail(body) = &hir::body(db, rule.guardrail).kind else {
        return None;
    };
    let arena = Bump::new();
    let session = Session::new(db, &arena, environment);
    let bound = match subject {
        Subject::Kind { .. } | Subject::Objects => Term::of(Said::Object, What::Object),
        Subject::Pods => Term::of(Said::Pod, What::Pod),
        Subject::Containers => Term::of(Said::Binder(CONTAINER), What::Container),
    };
    let mut translator = Translator {
        session,
        rule,
        body,
        has_pod: !matches!(&subject, Subject::Objects) && may_have_pod(&subject),
        bound,
        scopes: Vec::new(),
        binders: CONTAINER.0,
        depth: 0,
        parts: 0,
    };
    let name = full_name(db, rule.guardrail);
    let root = format!("{}.", Project::get(db).root(db).name(db));
    let name = name.strip_prefix(&root).unwrap_or(&name).to_owned();
    Some(translator.rule(name, subject))
}

/// Whether objects of a kind are pods or make them.
fn may_have_pod(subject: &Subject) -> bool {
    const WITH_PODS: [&str; 9] = [
        "CronJob",
        "DaemonSet",
        "Deployment",
        "Job",
        "Pod",
        "PodTemplate",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
    ];
    match subject {
        Subject::Kind { kind, .. } => WITH_PODS.contains(&kind.as_str()),
        Subject::Objects => false,
        Subject::Pods | Subject::Containers => true,
    }
}

/// Names that an expression means, and whose.
struct Scope {
    decl: DeclId,
    locals: Vec<Term>,
}

struct Translator<'a> {
    session: Session<'a>,
    rule: &'a InForce,
    body: &'a GuardrailBody,
    /// Whether the object of the rule surely has a pod.
    has_pod: bool,
    /// What stands for the subject.
    bound: Term,
    /// The guardrail, and the functions that are written out in it, innermost last.
    scopes: Vec<Scope>,
    binders: u32,
    depth: u32,
    parts: usize,
}

impl Translator<'_> {
    fn rule(&mut self, name: String, subject: Subject) -> Portable {
        let mut portable = Portable::default();
        let filter = self.body.each.as_ref().and_then(|each| each.filter);
        let concerns = match filter.map(|filter| self.condition(filter)).transpose() {
            Ok(concerns) => concerns.filter(|concerns| *concerns != Said::Bool(true)),
            Err(gap) => {
                portable.gaps.push(self.gap(gap, true));
                return portable;
            }
        };
        if concerns == Some(Said::Bool(false)) {
            return portable;
        }
        let (mut requirements, mut gaps) = (Vec::new(), Vec::new());
        for (place, require) in self.body.requires.iter().enumerate() {
            match self.condition(require.condition) {
                Ok(Said::Bool(true)) => {}
                Ok(condition) => {
                    let message = require
                        .otherwise
                        .and_then(|message| self.whole(message).ok());
                    requirements.push(Requirement {
                        place,
                        condition,
                        message,
                    });
                }
                Err(gap) => gaps.push(gap),
            }
        }
        let whole = requirements.is_empty();
        let gaps = gaps.into_iter().map(|gap| self.gap(gap, whole));
        portable.gaps.extend(gaps);
        if requirements.is_empty() {
            return portable;
        }
        let settings = &self.rule.settings;
        portable.rule = Some(Rule {
            name,
            subject,
            concerns,
            requirements,
            because: settings.because.to_string(),
            docs: settings.docs.as_ref().map(ToString::to_string),
            sponsor: settings.sponsor.as_ref().map(ToString::to_string),
            denies: settings.level.strictest() == super::Level::Deny,
        });
        portable
    }

    /// A condition, everything written out.
    fn condition(&mut self, id: ExprId) -> Result<Said, Gap> {
        let said = self.whole(id)?;
        let (mut parts, mut deepest) = (0, 0);
        said.walk(&mut |_, depth| {
            parts += 1;
            deepest = deepest.max(depth);
        });
        match parts > MOST_PARTS || deepest > DEEPEST as usize {
            true => Err(Gap {
                decl: self.rule.guardrail,
                node: hir::body(self.session.db, self.rule.guardrail).expr_nodes[id.0 as usize],
                why: "is too large when everything is written out".to_owned(),
            }),
            false => Ok(said),
        }
    }

    fn whole(&mut self, id: ExprId) -> Result<Said, Gap> {
        self.scopes = vec![Scope {
            decl: self.rule.guardrail,
            locals: vec![self.bound.clone()],
        }];
        (self.depth, self.parts) = (0, 0);
        self.translate(id).map(|term| term.said)
    }

    fn gap(&self, gap: Gap, whole: bool) -> Problem {
        let db = self.session.db;
        let name = self.rule.guardrail.name(db);
        let how_much = if whole { "" } else { "all of " };
        let mut problem = Problem::new(
            &codes::ADMISSION_INEXPRESSIBLE,
            format!("a cluster cannot keep {how_much}`{name}`"),
        )
        .at_node(gap.decl, gap.node, gap.why)
        .subject(self.session.environment.name(db).to_string())
        .help("the compiler keeps it; for the cluster, ask the object itself, or its environment");
        if gap.decl != self.rule.guardrail {
            problem = problem.also_node(self.rule.guardrail, NodeId::NAME, "the guardrail");
        }
        problem
    }
}
