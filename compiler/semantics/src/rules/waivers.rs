//! Waivers: who may break which rule, why, with whose word, and until when.

use plat_diagnostics::codes;
use plat_model::Date;
use plat_syntax::Address;
use smol_str::SmolStr;

use super::in_force::{fact_named, fixed_text, standing, value_of};
use crate::db::{Db, DeclId, Name, Project};
use crate::hir::{self, BodyKind, Expr, NodeId};
use crate::infer::{named_guardrail, path_of};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};
use crate::scope::Namespace;
use crate::scope::Site;
use crate::scope::suggest::Hint;

/// A waiver, as far as it can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// The declaration.
    pub decl: DeclId,
    /// The rule that may be broken.
    pub guardrail: Option<DeclId>,
    /// By what: `billing`, `billing@prod`, `billing@prod/deployment`.
    pub subject: Option<SmolStr>,
    /// Why.
    pub because: Option<SmolStr>,
    /// The team that gave its word.
    pub approved_by: Option<Name>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Where the subject stands.
    pub subject_node: NodeId,
    /// Where the approver stands.
    pub approved_node: NodeId,
    /// Where the date stands.
    pub until_node: NodeId,
}

impl Waiver {
    /// Whether it lets a subject break a rule, whatever the day.
    #[must_use]
    pub fn covers(&self, guardrail: DeclId, subject: &str) -> bool {
        let Some(own) = &self.subject else {
            return false;
        };
        self.guardrail == Some(guardrail)
            && subject
                .strip_prefix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '/', ':', '[', '.']))
    }

    /// Whether it counts on a day: its last one included.
    #[must_use]
    pub fn is_alive(&self, today: Option<Date>) -> bool {
        match (self.until, today) {
            (Some(until), Some(today)) => today <= until,
            (until, None) => until.is_some(),
            (None, _) => false,
        }
    }
}

/// A waiver, as far as it can be read.
#[salsa::tracked]
pub fn waiver(db: &dyn Db, decl: DeclId) -> Waiver {
    let mut waiver = Waiver {
        decl,
        guardrail: None,
        subject: None,
        because: None,
        approved_by: None,
        until: None,
        subject_node: NodeId::NAME,
        approved_node: NodeId::NAME,
        until_node: NodeId::NAME,
    };
    let body = hir::body(db, decl);
    let BodyKind::Waiver(said) = &body.kind else {
        return waiver;
    };
    let value = |name: &str| value_of(&said.entries, name);
    let node = |id: hir::ExprId| body.expr_nodes[id.0 as usize];
    waiver.guardrail = value("guardrail")
        .and_then(|id| path_of(body, id))
        .and_then(|path| named_guardrail(db, decl, &path).ok());
    waiver.because = fixed_text(body, &said.entries, "because");
    if let Some(id) = value("subject") {
        waiver.subject_node = node(id);
        waiver.subject = subject_text(body, id).map(|text| canonical(&text));
    }
    if let Some(id) = value("approved_by") {
        waiver.approved_node = node(id);
        waiver.approved_by = fact_named(db, decl, id);
    }
    if let Some(id) = value("until") {
        waiver.until_node = node(id);
        if let Expr::Date(date) = &body.exprs[id.0 as usize] {
            waiver.until = Some(*date);
        }
    }
    waiver
}

/// A subject as it is written: an address, or a name.
fn subject_text(body: &hir::Body, id: hir::ExprId) -> Option<String> {
    match &body.exprs[id.0 as usize] {
        Expr::Address(text) | Expr::Str(text) => Some(text.to_string()),
        _ => path_of(body, id).map(|path| path.text()),
    }
}

/// A subject without the folders of its declaration: facts are known by their bare names.
fn canonical(text: &str) -> SmolStr {
    let end = text.find(['@', '/', ':']).unwrap_or(text.len());
    match text[..end].rfind('.') {
        Some(dot) => text[dot + 1..].into(),
        None => text.into(),
    }
}

/// What is wrong with a waiver by itself, whatever the day.
#[must_use]
pub fn waiver_problems(db: &dyn Db, decl: DeclId) -> Vec<Problem> {
    let body = hir::body(db, decl);
    let BodyKind::Waiver(said) = &body.kind else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let missing: Vec<String> = ["guardrail", "subject", "because", "approved_by", "until"]
        .iter()
        .filter(|name| {
            let mut entries = said.entries.iter();
            !entries.any(|entry| crate::infer::entry_name(entry) == Some(**name))
        })
        .map(|name| format!("`{name}`"))
        .collect();
    if !missing.is_empty() {
        problems.push(
            Problem::new(
                &codes::BAD_WAIVER,
                format!(
                    "the waiver `{}` does not say {}",
                    decl.name(db),
                    missing.join(", ")
                ),
            )
            .at(Anchor::name(decl), "is not complete, and waives nothing")
            .help("a waiver says of which guardrail, for which subject, why, with whose word and until when"),
        );
    }
    let node = |id: hir::ExprId| body.expr_nodes[id.0 as usize];
    if let Some(id) = value_of(&said.entries, "guardrail") {
        match path_of(body, id) {
            None => {
                problems.push(
                    Problem::new(&codes::BAD_WAIVER, "the name of a guardrail is needed here")
                        .at_node(decl, node(id), "not a name"),
                )
            }
            Some(path) => {
                if let Err(Some(problem)) = named_guardrail(db, decl, &path) {
                    problems.push(*problem);
                }
            }
        }
    }
    if let Some(id) = value_of(&said.entries, "subject") {
        problems.extend(subject_problem(db, decl, body, id));
    }
    problems.extend(approval_problem(db, decl));
    problems
}

fn subject_problem(
    db: &dyn Db,
    decl: DeclId,
    body: &hir::Body,
    id: hir::ExprId,
) -> Option<Problem> {
    let node = body.expr_nodes[id.0 as usize];
    let address = subject_text(body, id).and_then(|text| Address::parse(&text));
    let Some(address) = address else {
        return Some(
            Problem::new(&codes::BAD_WAIVER, "this names no subject")
                .at_node(decl, node, "not an address")
                .help("write what a finding of the guardrail names: `checkout@prod`, `checkout@prod/deployment`"),
        );
    };
    let name: Name = address.path.last()?.as_str().into();
    let known = |kind: &ItemKind, name: &Name| {
        let entry = db.fleet().name_entry(db, *kind, name);
        !entry.declarations(db).is_empty()
    };
    let at = Anchor::Node(decl, node);
    let is_capability = || {
        let all = Project::get(db).capabilities(db).iter();
        all.into_iter()
            .any(|capability| *capability.name(db) == name)
    };
    if !ItemKind::FACTS.iter().any(|kind| known(kind, &name)) && !is_capability() {
        let hint = Hint::new(
            Site::of(db, decl),
            name.clone(),
            at.clone(),
            Namespace::Value,
        );
        return Some(
            Problem::new(&codes::BAD_WAIVER, format!("there is no subject `{name}`"))
                .at(at, "not found")
                .hint(hint),
        );
    }
    if let Some(environment) = &address.environment {
        let environment: Name = environment.as_str().into();
        if !known(&ItemKind::Environment, &environment) {
            return Some(
                Problem::new(
                    &codes::BAD_WAIVER,
                    format!("there is no environment `{environment}`"),
                )
                .at(at, "not found"),
            );
        }
    }
    None
}

/// The word of somebody who has no say.
fn approval_problem(db: &dyn Db, decl: DeclId) -> Option<Problem> {
    let waiver = waiver(db, decl);
    let (guardrail, approver) = (waiver.guardrail?, waiver.approved_by.as_ref()?);
    let mut allowed: Vec<Name> = Vec::new();
    let mut holds = false;
    let environments = Project::get(db).environments(db).iter();
    let wanted = waiver.subject.as_deref().and_then(|subject| {
        let (_, rest) = subject.split_once('@')?;
        let end = rest.find(['/', ':']).unwrap_or(rest.len());
        Some(&rest[..end])
    });
    for &environment in environments {
        if wanted.is_some_and(|wanted| environment.name(db) != wanted) {
            continue;
        }
        let Some(settings) = standing(db, guardrail, environment) else {
            continue;
        };
        holds = true;
        match (&settings.waivable_by, &settings.sponsor) {
            (Some(teams), _) => allowed.extend(teams.iter().cloned()),
            (None, Some(sponsor)) => allowed.push(sponsor.clone()),
            // Nobody stands behind it: anybody may say so.
            (None, None) => return None,
        }
    }
    if !holds || allowed.contains(approver) {
        return None;
    }
    allowed.sort();
    allowed.dedup();
    let names: Vec<String> = allowed.iter().map(|team| format!("`{team}`")).collect();
    let problem = Problem::new(
        &codes::WAIVER_UNAPPROVED,
        match names.as_slice() {
            [] => format!("`{}` cannot be waived", guardrail.name(db)),
            _ => format!("`{approver}` has no say over `{}`", guardrail.name(db)),
        },
    )
    .at_node(decl, waiver.approved_node, "the waiver does not count")
    .also(Anchor::name(guardrail), "the guardrail");
    Some(match names.as_slice() {
        [] => {
            problem.help("its `waivable_by` is empty: repair the subject, or talk to its sponsor")
        }
        _ => problem.help(format!("ask {} to approve it", names.join(" or "))),
    })
}

/// Whether a waiver has what it needs to count.
#[must_use]
pub(super) fn is_sound(db: &dyn Db, waiver: &Waiver) -> bool {
    waiver.because.is_some()
        && waiver.approved_by.is_some()
        && !waiver_problems(db, waiver.decl)
            .iter()
            .any(Problem::is_error)
}

/// The waivers of the project that count, whatever the day.
#[must_use]
pub fn sound_waivers(db: &dyn Db) -> Vec<Waiver> {
    let root = Project::get(db).root(db);
    Project::get(db)
        .waivers(db)
        .iter()
        .filter(|decl| decl.file(db).module(db).package(db) == root)
        .map(|decl| waiver(db, *decl))
        .filter(|waiver| is_sound(db, waiver))
        .cloned()
        .collect()
}
