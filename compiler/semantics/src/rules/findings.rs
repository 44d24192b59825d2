//! From what judging found to findings: what is waived goes, what one line decides is told once, and how bad it is depends on the
//! level of the rule on the day.

use std::sync::Arc;

use plat_diagnostics::{Fault, Severity, codes};
use plat_model::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::described::{described, waived};
use super::exemptions::Exemptions;
use super::in_force::{Settings, enforce_conflicts, standing};
use super::level::Level;
use super::outcome::{Judged, Outcome};
use super::waivers::Waiver;
use crate::db::{Db, DeclId, Project};
use crate::hir::{self, BodyKind};
use crate::infer::{self, Collection};
use crate::problem::{Anchor, Problem};

/// How many messages of what cannot be verified are worth reading.
const MAX_MESSAGES: usize = 4;
/// From how many days before its end an exception is mentioned.
pub const NOTICE_DAYS: i64 = 30;

/// What is told together: one rule, one requirement, one value that decided.
struct Grouping<'j> {
    /// How strictly the rule is kept on the day.
    level: Level,
    /// What is said of the rule.
    settings: Settings,
    /// The waiver that lets it pass.
    waiver: Option<&'j Waiver>,
    /// What was judged; never empty.
    judged: Vec<&'j Judged>,
}

/// What was judged.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'e> {
    /// The environments.
    pub environments: &'e [DeclId],
    /// Whether they are all that there are: else nothing can be said of waivers that were not needed.
    pub complete: bool,
}

/// What judging comes to.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What would be, if nobody had waived it.
    pub waived: Vec<Problem>,
}

/// The findings of rules, and those about waivers, on a day. Without one, levels are at their strictest and no waiver has ended.
#[must_use]
pub fn findings(db: &dyn Db, judged: &[Judged], scope: Scope<'_>, today: Option<Date>) -> Findings {
    let exemptions = Exemptions::on(db, today);
    let mut used = vec![false; exemptions.all().len()];
    let mut findings = tell(db, judged, &exemptions, &mut used, today);
    findings.problems.extend(enforce_conflicts(db));
    for (exemption, used) in exemptions.all().iter().zip(used) {
        // Only a plan knows whether a rule over changes is broken.
        let guardrail = exemption.waiver.guardrail;
        let of_changes =
            guardrail.is_some_and(|rule| collection_of(db, rule) == Some(Collection::Changes));
        if (used || scope.complete) && !of_changes && exemption.is_sound {
            let problem = waiver_finding(db, exemption.waiver, used, today);
            findings.problems.extend(problem);
        }
    }
    findings
}

/// The findings of rules over changes, on a day. Those about waivers are the same whatever changes, and not among them.
#[must_use]
pub fn change_findings(db: &dyn Db, judged: &[Judged], today: Option<Date>) -> Findings {
    let exemptions = Exemptions::on(db, today);
    let mut used = vec![false; exemptions.all().len()];
    tell(db, judged, &exemptions, &mut used, today)
}

/// The findings for what was judged, and which waivers were of use.
fn tell(
    db: &dyn Db,
    judged: &[Judged],
    exemptions: &Exemptions<'_>,
    used: &mut [bool],
    today: Option<Date>,
) -> Findings {
    let mut standings: FxHashMap<(DeclId, DeclId), Option<Settings>> = FxHashMap::default();
    let mut places: FxHashMap<GroupKey, usize> = FxHashMap::default();
    let mut groups: Vec<Grouping<'_>> = Vec::new();
    for one in judged {
        let mut waived = None;
        if one.outcome == Outcome::Broken {
            for place in exemptions.covering(one.guardrail, &one.subject) {
                used[place] = true;
            }
            waived = exemptions.waiving(one.guardrail, &one.subject);
        }
        let settings = standings
            .entry((one.guardrail, one.environment))
            .or_insert_with(|| standing(db, one.guardrail, one.environment));
        let Some(settings) = settings else { continue };
        let level = settings.level.on(today);
        if level == Level::Off {
            continue;
        }
        let next = groups.len();
        let place = *places
            .entry(GroupKey::of(one, level, waived))
            .or_insert(next);
        if place == next {
            groups.push(Grouping {
                level,
                settings: settings.clone(),
                waiver: waived,
                judged: Vec::new(),
            });
        }
        groups[place].judged.push(one);
    }
    let told = groups.iter().map(|group| told(db, group));
    let (waived, problems) = told.partition(|problem| problem.waived.is_some());
    Findings { problems, waived }
}

/// By what findings are told together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct GroupKey {
    guardrail: DeclId,
    require: u32,
    level: Level,
    outcome: Outcome,
    waiver: Option<DeclId>,
    decided: Option<(DeclId, hir::NodeId)>,
}

impl GroupKey {
    fn of(judged: &Judged, level: Level, waiver: Option<&Waiver>) -> Self {
        let decided = judged
            .decided
            .as_ref()
            .and_then(|decided| match &decided.at {
                Anchor::Node(decl, node) | Anchor::InString(decl, node, _) => Some((*decl, *node)),
                _ => None,
            });
        Self {
            guardrail: judged.guardrail,
            require: judged.require,
            level,
            outcome: judged.outcome,
            waiver: waiver.map(|waiver| waiver.decl),
            decided,
        }
    }
}

/// One finding for all that one value decided.
fn told(db: &dyn Db, group: &Grouping<'_>) -> Problem {
    let first = group.judged[0];
    let guardrail = first.guardrail;
    let mut messages: Vec<&str> = Vec::new();
    for one in &group.judged {
        if !messages.contains(&one.message.as_str()) {
            messages.push(&one.message);
        }
    }
    let name = guardrail.name(db);
    let unverified = first.outcome == Outcome::Unverified;
    let code = if unverified {
        &codes::GUARDRAIL_UNVERIFIED
    } else {
        &codes::GUARDRAIL_BROKEN
    };
    let message = match messages.as_slice() {
        [one] if !unverified => (*one).to_owned(),
        _ if unverified => format!("`{name}` cannot be verified before the change is made"),
        _ => format!(
            "{}; {} more for the same reason",
            first.message,
            group.judged.len() - 1
        ),
    };
    let mut problem = Problem::new(code, message).severity(match (unverified, group.level) {
        (true, _) => Severity::Info,
        (false, Level::Deny) => Severity::Error,
        (false, _) => Severity::Warning,
    });
    problem.rule = Some(Arc::new(described(
        db,
        guardrail,
        &group.settings,
        group.level,
    )));
    if let Some(waiver) = group.waiver {
        problem.waived = Some(Box::new(waived(db, waiver)));
    }
    if let Some(decided) = &first.decided {
        problem = problem
            .at(decided.at.clone(), decided.label.clone())
            .fault(decided.fault);
    }
    if let BodyKind::Guardrail(body) = &hir::body(db, guardrail).kind
        && let Some(require) = body.requires.get(first.require as usize)
    {
        let required = Anchor::Node(guardrail, require.node);
        let label = format!("required by `{name}`");
        problem = match first.decided {
            Some(_) => problem.also(required, label),
            None => problem.at(required, label),
        };
    }
    if unverified {
        for message in messages.iter().take(MAX_MESSAGES) {
            problem = problem.note(*message);
        }
    }
    if group.judged.len() == 1 || messages.len() == 1 {
        for (text, value) in &first.values {
            problem = problem.note(format!("`{text}` is {value}"));
        }
    }
    let settings = &group.settings;
    if !settings.because.is_empty() {
        problem = problem.note(format!("why: {}", settings.because));
    }
    let mut behind = Vec::new();
    behind.extend(
        settings
            .sponsor
            .as_ref()
            .map(|team| format!("sponsor: {team}")),
    );
    behind.extend(settings.docs.as_ref().map(ToString::to_string));
    if let (
        Level::Warn,
        super::DeclaredLevel::From {
            deny: Some(deny), ..
        },
    ) = (group.level, settings.level)
    {
        behind.push(format!("an error from {deny} on"));
    }
    if !behind.is_empty() {
        problem = problem.note(behind.join("; "));
    }
    if let Some(decided) = &first.decided
        && decided.fault == Fault::Capability
        && decided.at.file(db).module(db).package(db) == Project::get(db).std(db)
        && Project::get(db).std(db) != Project::get(db).root(db)
    {
        problem = problem.help(
            "this is what the standard library says as long as nobody says otherwise: set it where it matters, or once in a `defaults for`",
        );
    }
    let mut subjects: Vec<SmolStr> = group.judged.iter().map(|one| subject(db, one)).collect();
    subjects.sort();
    subjects.dedup();
    problem.subjects = subjects.iter().map(ToString::to_string).collect();
    let same_help = |one: &&&Judged| one.help == first.help;
    if let Some(help) = &first.help
        && group.judged.iter().all(|one| same_help(&one))
    {
        problem = problem.help(help.clone());
    }
    // One change that repairs all of them.
    if let Some(fix) = &first.fix
        && group.judged.iter().all(|one| one.fix.as_ref() == Some(fix))
    {
        problem = problem.fix(fix.clone());
    }
    problem
}

/// The subject as it is told: a rule over services speaks of the service.
fn subject(db: &dyn Db, judged: &Judged) -> SmolStr {
    let collection = collection_of(db, judged.guardrail);
    match (collection, judged.subject.split_once('@')) {
        (Some(Collection::Services), Some((name, _))) => name.into(),
        _ => judged.subject.clone(),
    }
}

fn collection_of(db: &dyn Db, guardrail: DeclId) -> Option<Collection> {
    let BodyKind::Guardrail(body) = &hir::body(db, guardrail).kind else {
        return None;
    };
    let each = body.each.as_ref()?;
    let walked = infer::infer(db, guardrail).walked.get(&each.source)?;
    Some(walked.collection)
}

/// What there is to say of a waiver on a day.
fn waiver_finding(
    db: &dyn Db,
    waiver: &Waiver,
    used: bool,
    today: Option<Date>,
) -> Option<Problem> {
    let (Some(_), Some(subject), Some(until)) = (waiver.guardrail, &waiver.subject, waiver.until)
    else {
        return None;
    };
    let name = waiver.decl.name(db);
    if !waiver.is_alive(today) {
        let still = if used {
            "what it waived is reported again"
        } else {
            "nothing needs it any more"
        };
        return Some(
            Problem::new(
                &codes::WAIVER_EXPIRED,
                format!("the waiver `{name}` ended on {until}"),
            )
            .at_node(waiver.decl, waiver.until_node, still)
            .help(if used {
                "repair the subject and remove the waiver, or have a new date approved"
            } else {
                "remove the waiver"
            })
            .subject(subject.to_string()),
        );
    }
    if !used {
        return Some(
            Problem::new(
                &codes::WAIVER_UNUSED,
                format!("the waiver `{name}` waives nothing"),
            )
            .at_node(waiver.decl, waiver.subject_node, "breaks no such rule")
            .help("remove it: an exception that nobody needs hides the next one")
            .subject(subject.to_string()),
        );
    }
    let left = today.map(|today| today.days_until(until))?;
    (left <= NOTICE_DAYS).then(|| {
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            left => format!("in {left} days"),
        };
        Problem::new(
            &codes::EXPIRES_SOON,
            format!("the waiver `{name}` ends {when}, on {until}"),
        )
        .at_node(
            waiver.decl,
            waiver.until_node,
            "after this day the rule counts again",
        )
        .help("repair the subject before, or have a new date approved")
        .subject(subject.to_string())
    })
}
