//! Which rules hold in an environment, and with what settings.
//!
//! The guardrails of the package that is compiled hold everywhere. Those of other packages hold where an `enforce` of that package
//! names them or their folder. Where several speak of one rule, the guardrail itself beats its folder, and an environment beats
//! everywhere; each setting is decided by itself.

use plat_diagnostics::codes;
use smol_str::SmolStr;

use super::level::{DeclaredLevel, Level};
use crate::db::{Db, DeclId, Name, Project};
use crate::environments;
use crate::hir::{self, BodyKind, Entry, EntryOp, Expr, ExprId, Path};
use crate::infer::{self, Collection, Meaning, Walked, entry_name};
use crate::items::{ItemKind, items_of_test};
use crate::names::{self, Namespace};
use crate::problem::Problem;
use crate::program::scope_of;
use crate::scope::Resolution;
use crate::ty::{FieldType, Lowered, TypeLowering};

/// A rule that holds in an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// The rule.
    pub guardrail: DeclId,
    /// What is said of it there.
    pub settings: Settings,
    /// What it walks.
    pub walked: Walked,
    /// The contracts whose instances alone it speaks of.
    pub narrowed: Vec<DeclId>,
    /// Whether judging one subject takes more than that subject: whole collections.
    pub is_of_fleet: bool,
}

/// What is said of a rule in an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How strictly it is kept.
    pub level: DeclaredLevel,
    /// The team that stands behind it.
    pub sponsor: Option<Name>,
    /// Where it is explained.
    pub docs: Option<SmolStr>,
    /// Why it is there.
    pub because: SmolStr,
    /// The teams that may waive it; `None`: its sponsor.
    pub waivable_by: Option<Vec<Name>>,
    /// The values of its parameters, where an `enforce` sets them: which declaration, which expression.
    pub parameters: Vec<Option<(DeclId, ExprId)>>,
}

/// The rules that hold in an environment.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RulesIn {
    /// All of them, by package, path and position of the guardrail.
    pub all: Vec<InForce>,
}

impl RulesIn {
    /// The rules over a collection that are judged with the instance that they speak of.
    pub fn of(&self, collection: Collection) -> impl Iterator<Item = (usize, &InForce)> {
        let all = self.all.iter().enumerate();
        all.filter(move |(_, rule)| rule.walked.collection == collection && !rule.is_of_fleet)
    }
}

/// The rules that hold in an environment.
#[salsa::tracked]
pub fn rules_in(db: &dyn Db, environment: DeclId) -> RulesIn {
    let mut rules = RulesIn::default();
    for &guardrail in Project::get(db).guardrails(db) {
        let Some(settings) = standing(db, guardrail, environment) else {
            continue;
        };
        if settings.level != DeclaredLevel::Always(Level::Off) {
            rules.all.extend(in_force(db, guardrail, settings));
        }
    }
    rules
}

/// The rules by which the declarations of a test are judged in an environment: those that it names. What holds is what the test says:
/// its own `enforce`s set parameters, those of the project do not.
#[salsa::tracked]
pub fn rules_of_test(db: &dyn Db, test: DeclId, environment: DeclId) -> RulesIn {
    let mut rules = RulesIn::default();
    for meaning in &infer::infer(db, test).meanings {
        let Meaning::Guardrail(guardrail) = *meaning else {
            continue;
        };
        let known = rules.all.iter().any(|rule| rule.guardrail == guardrail);
        let enforcements = items_of_test(db, test)
            .iter()
            .filter(|item| item.kind == ItemKind::Enforce)
            .map(|item| item.id);
        let said = said_of(db, enforcements, guardrail, environment);
        if let Some(settings) = settings(db, guardrail, &said)
            && !known
        {
            let level = DeclaredLevel::Always(Level::Deny);
            let settings = Settings { level, ..settings };
            rules.all.extend(in_force(db, guardrail, settings));
        }
    }
    rules
}

/// The rules by which a declaration of a test, or one of the fleet, is judged in an environment.
pub fn rules_for(db: &dyn Db, test: Option<DeclId>, environment: DeclId) -> &RulesIn {
    match test {
        Some(test) => rules_of_test(db, test, environment),
        None => rules_in(db, environment),
    }
}

/// A rule with its settings; `None` for one that the checker finds fault with, which is not judged.
fn in_force(db: &dyn Db, guardrail: DeclId, settings: Settings) -> Option<InForce> {
    let BodyKind::Guardrail(body) = &hir::body(db, guardrail).kind else {
        return None;
    };
    let inferred = infer::infer(db, guardrail);
    let walked = inferred.walked.get(&body.each.as_ref()?.source)?;
    let sound = !inferred.problems.iter().any(Problem::is_error);
    sound.then(|| InForce {
        guardrail,
        settings,
        walked: walked.clone(),
        narrowed: inferred.narrowed.clone(),
        is_of_fleet: !inferred.aggregates.is_empty() || !walked.collection.is_of_instances(),
    })
}

/// What is said of a guardrail in an environment; `None` where it does not hold.
#[must_use]
pub fn standing(db: &dyn Db, guardrail: DeclId, environment: DeclId) -> Option<Settings> {
    let root = Project::get(db).root(db);
    let own = guardrail.file(db).module(db).package(db) == root;
    let said = said_in_fleet(db, guardrail, environment);
    if !own && said.is_empty() {
        return None;
    }
    settings(db, guardrail, &said)
}

/// What a guardrail and some `enforce`s say of it.
fn settings(db: &dyn Db, guardrail: DeclId, said: &[Said<'_>]) -> Option<Settings> {
    let BodyKind::Guardrail(body) = &hir::body(db, guardrail).kind else {
        return None;
    };
    let sources = || {
        said.iter()
            .map(|(_, decl, entries)| (*decl, *entries))
            .chain([(guardrail, body.fields.as_slice())])
    };
    let find =
        |name: &str| sources().find_map(|(decl, entries)| Some((decl, value_of(entries, name)?)));
    let level =
        sources().find_map(|(decl, entries)| DeclaredLevel::read(hir::body(db, decl), entries));
    let because = fixed_text(hir::body(db, guardrail), &body.fields, "because");
    let parameters = body.inputs.iter().map(|input| {
        said.iter()
            .find_map(|(_, decl, entries)| Some((*decl, value_of(entries, &input.name)?)))
    });
    Some(Settings {
        level: level.unwrap_or(DeclaredLevel::Always(Level::Deny)),
        sponsor: find("sponsor").and_then(|(decl, id)| fact_named(db, decl, id)),
        docs: find("docs").and_then(|(decl, id)| text_of(hir::body(db, decl), id)),
        because: because.unwrap_or_default(),
        waivable_by: find("waivable_by").map(|(decl, id)| match expr(db, decl, id) {
            Expr::List(items) => items
                .iter()
                .filter_map(|item| fact_named(db, decl, item.value))
                .collect(),
            _ => Vec::new(),
        }),
        parameters: parameters.collect(),
    })
}

/// Whether a guardrail holds anywhere, at any level.
#[must_use]
pub fn is_in_force(db: &dyn Db, guardrail: DeclId) -> bool {
    let project = Project::get(db);
    let is_said = |environment: &DeclId| !said_in_fleet(db, guardrail, *environment).is_empty();
    guardrail.file(db).module(db).package(db) == project.root(db)
        || project.environments(db).iter().any(is_said)
}

type Said<'db> = ((bool, u16), DeclId, &'db [Entry]);

/// What the `enforce`s of the fleet say of a guardrail in an environment, the one that decides first.
fn said_in_fleet(db: &dyn Db, guardrail: DeclId, environment: DeclId) -> Vec<Said<'_>> {
    let enforcements = Project::get(db).enforcements(db).iter().copied();
    said_of(db, enforcements, guardrail, environment)
}

/// What some `enforce`s say of a guardrail in an environment, the one that decides first.
fn said_of(
    db: &dyn Db,
    enforcements: impl Iterator<Item = DeclId>,
    guardrail: DeclId,
    environment: DeclId,
) -> Vec<Said<'_>> {
    let chain = environments::like_chain(db, environment);
    let mut said: Vec<Said<'_>> = Vec::new();
    for decl in enforcements {
        let BodyKind::Enforce(enforce) = &hir::body(db, decl).kind else {
            continue;
        };
        let named = targets(db, decl);
        if !named.contains(&guardrail) {
            continue;
        }
        let Some(scope) = scope_of(db, decl, &enforce.environments, &chain) else {
            continue;
        };
        let itself = named.len() == 1 && names_guardrail(db, decl, &enforce.target);
        said.push(((itself, scope), decl, &enforce.entries));
    }
    said.sort_by_key(|(rank, ..)| std::cmp::Reverse(*rank));
    said
}

/// The guardrails that an `enforce` turns on.
#[salsa::tracked]
fn targets(db: &dyn Db, decl: DeclId) -> Vec<DeclId> {
    match &hir::body(db, decl).kind {
        BodyKind::Enforce(enforce) => enforced(db, decl, &enforce.target).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn names_guardrail(db: &dyn Db, decl: DeclId, path: &Path) -> bool {
    matches!(
        names::path(db, decl, path, Namespace::Rules),
        Ok(Resolution::Decl(_))
    )
}

/// The guardrails that a path of an `enforce` names: one, or all of a folder and of those within it.
///
/// # Errors
/// When it names neither.
pub fn enforced(db: &dyn Db, decl: DeclId, path: &Path) -> Result<Vec<DeclId>, names::Failure> {
    match names::path(db, decl, path, Namespace::Rules)? {
        Resolution::Decl(found) => Ok(vec![found]),
        Resolution::Folder(folder) => {
            let within = |guardrail: &&DeclId| {
                let module = guardrail.file(db).module(db);
                module.package(db) == folder.package && module.path(db).starts_with(&folder.path)
            };
            let all = Project::get(db).guardrails(db).iter();
            Ok(all.filter(within).copied().collect())
        }
        _ => Err(None),
    }
}

/// The parameters of a guardrail.
#[salsa::tracked]
pub fn parameters(db: &dyn Db, guardrail: DeclId) -> Lowered<Vec<FieldType>> {
    let mut lowering = TypeLowering::new(db, guardrail);
    let value = match &hir::body(db, guardrail).kind {
        BodyKind::Guardrail(body) => lowering.fields(&body.inputs),
        _ => Vec::new(),
    };
    Lowered {
        value,
        problems: lowering.problems,
    }
}

/// Settings of one rank that two `enforce`s give a rule in an environment.
#[must_use]
pub fn enforce_conflicts(db: &dyn Db) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    if Project::get(db).enforcements(db).len() < 2 {
        return problems;
    }
    for &environment in Project::get(db).environments(db) {
        for &guardrail in Project::get(db).guardrails(db) {
            let said = said_in_fleet(db, guardrail, environment);
            for (index, (rank, decl, entries)) in said.iter().enumerate() {
                let equal = said[index + 1..].iter().filter(|(other, ..)| other == rank);
                for (_, other, others) in equal {
                    let clash = entries.iter().find_map(|entry| {
                        let name = entry_name(entry)?;
                        let other = others
                            .iter()
                            .find(|known| entry_name(known) == Some(name))?;
                        Some((name, entry.node, other.node))
                    });
                    let Some((name, node, known)) = clash else {
                        continue;
                    };
                    let problem = Problem::new(
                        &codes::ENFORCE_CONFLICT,
                        format!(
                            "two `enforce`s set `{name}` of `{}` in `{}`",
                            guardrail.name(db),
                            environment.name(db)
                        ),
                    )
                    .at_node(*decl, node, "set here")
                    .also_node(*other, known, "and here, with the same right")
                    .help("keep one of them, or name the guardrail itself, or the environment: what is narrower wins");
                    if !problems
                        .iter()
                        .any(|known| known.primary == problem.primary)
                    {
                        problems.push(problem);
                    }
                }
            }
        }
    }
    problems
}

fn expr(db: &dyn Db, decl: DeclId, id: ExprId) -> &Expr {
    &hir::body(db, decl).exprs[id.0 as usize]
}

/// The value of an entry, if it is set.
pub(super) fn value_of(entries: &[Entry], name: &str) -> Option<ExprId> {
    let entry = entries
        .iter()
        .find(|entry| entry_name(entry) == Some(name))?;
    match entry.op {
        EntryOp::Set(value) => Some(value),
        _ => None,
    }
}

fn text_of(body: &hir::Body, id: ExprId) -> Option<SmolStr> {
    match &body.exprs[id.0 as usize] {
        Expr::Str(text) => Some(text.clone()),
        _ => None,
    }
}

/// The text that an entry is set to, if it is a plain one.
pub(super) fn fixed_text(body: &hir::Body, entries: &[Entry], name: &str) -> Option<SmolStr> {
    text_of(body, value_of(entries, name)?)
}

/// The fact that an expression names.
pub(super) fn fact_named(db: &dyn Db, decl: DeclId, id: ExprId) -> Option<Name> {
    match &infer::infer(db, decl).meanings[id.0 as usize] {
        Meaning::Fact(ItemKind::Team, name) => Some(name.clone()),
        _ => None,
    }
}
