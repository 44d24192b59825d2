//! Guardrails over what a plan would do.

use plat_diagnostics::{Diagnostic, LineIndex, Report, Severity, Sources as _, codes};
use plat_model::Date;
use plat_model::change::Impact;
use plat_model::tree::Tree;
use plat_plan::plan::{Action, Broken, Change, Plan};
use plat_plan::state::State;
use plat_semantics::db::Project;
use plat_semantics::eval::{ChangeFacts, Judgement, judge_changes, judges_changes};
use plat_semantics::rules::change_findings;
use rustc_hash::{FxHashMap, FxHashSet};

use super::States;
use crate::Workspace;

/// The kinds of objects that hold data.
const STATEFUL: [&str; 3] = ["PersistentVolumeClaim", "PersistentVolume", "StatefulSet"];

impl States {
    /// Judges what the plan would do, and puts what guardrails find into it: what must not be, and what is warned of where
    /// something changes. An address that is agreed to covers all that lies in it.
    pub fn judge(
        &mut self,
        workspace: &Workspace,
        plan: &mut Plan,
        agreed: &[String],
        today: Option<Date>,
    ) {
        let found = of_changes(workspace, plan, self, agreed, today);
        let mut findings = self.report.findings().to_vec();
        findings.extend(found);
        let files = workspace.files();
        self.report = Report::new(findings, files);
        let changed: FxHashSet<&str> = plan
            .effective()
            .map(|change| change.address.as_str())
            .flat_map(|address| {
                let instance = address.split('/').next().unwrap_or(address);
                let name = instance.split('@').next().unwrap_or(instance);
                [address, instance, name]
            })
            .collect();
        let concerns = |finding: &Diagnostic| {
            finding.severity == Severity::Error
                || finding.subjects.iter().any(|subject| {
                    let end = subject.find([':', '/']).unwrap_or(subject.len());
                    changed.contains(subject.as_str()) || changed.contains(&subject[..end])
                })
        };
        let broken = self.report.findings().iter().filter(|finding| {
            std::ptr::eq(finding.code, &codes::GUARDRAIL_BROKEN) && concerns(finding)
        });
        let mut broken: Vec<Broken> = broken
            .map(|finding| Broken {
                denied: finding.severity == Severity::Error,
                message: finding.message.clone(),
                subjects: finding.subjects.clone(),
                place: finding.span().map(|span| {
                    let line = LineIndex::new(files.text(span.file)).line(span.start()) + 1;
                    format!("{}:{line}", files.path(span.file))
                }),
                notes: finding
                    .notes
                    .iter()
                    .filter(|note| !note.starts_with('`'))
                    .cloned()
                    .collect(),
            })
            .collect();
        broken.sort_by_key(|broken| !broken.denied);
        plan.broken = broken;
    }
}

/// What rules over changes find in a plan.
fn of_changes(
    workspace: &Workspace,
    plan: &Plan,
    states: &States,
    agreed: &[String],
    today: Option<Date>,
) -> Vec<Diagnostic> {
    let db = workspace.db();
    let environments = Project::get(db).environments(db);
    let mut judgement = Judgement::default();
    let mut trees: Option<Objects<'_>> = None;
    for &environment in environments {
        if !judges_changes(db, environment) {
            continue;
        }
        let trees = trees.get_or_insert_with(|| Objects::of(states));
        let name = environment.name(db);
        let here = plan
            .effective()
            .filter(|change| *change.environment == **name);
        let changes: Vec<ChangeFacts<'_>> =
            here.map(|change| facts(change, trees, agreed)).collect();
        judge_changes(db, environment, &changes, &mut judgement);
    }
    let mut problems = judgement.problems;
    problems.extend(change_findings(db, &judgement.judged, today).problems);
    workspace.resolve(&problems)
}

fn facts<'c>(change: &'c Change, trees: &Objects<'c>, agreed: &[String]) -> ChangeFacts<'c> {
    let address = change.address.as_str();
    let before = change.previous.as_ref().map_or(address, |one| &one.address);
    ChangeFacts {
        address,
        action: change.action.name(),
        reason: &change.reason,
        impact: change.impact.name(),
        stateful: change.impact == Impact::DataLoss || STATEFUL.contains(&&*change.object.kind),
        acknowledged: agreed.iter().any(|agreed| covers(agreed, address)),
        api_version: &change.object.api_version,
        kind: &change.object.kind,
        name: &change.object.name,
        namespace: &change.object.namespace,
        owner: change.owner.as_deref(),
        before: (change.action != Action::Create)
            .then(|| trees.before.get(before).copied())
            .flatten(),
        after: (change.action != Action::Delete)
            .then(|| trees.after.get(address).copied())
            .flatten(),
    }
}

/// Whether an address is another one, or lies in it.
fn covers(agreed: &str, address: &str) -> bool {
    address
        .strip_prefix(agreed)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '/', '[']))
}

/// The objects of both states by address.
struct Objects<'s> {
    before: FxHashMap<String, &'s Tree>,
    after: FxHashMap<String, &'s Tree>,
}

impl<'s> Objects<'s> {
    fn of(states: &'s States) -> Self {
        Self {
            before: by_address(&states.base),
            after: by_address(&states.head),
        }
    }
}

fn by_address(state: &State) -> FxHashMap<String, &Tree> {
    let mut found = FxHashMap::default();
    for instance in &state.instances {
        for object in instance.objects.iter().flatten() {
            let address = format!(
                "{}@{}/{}",
                instance.declaration.name, instance.environment, object.path
            );
            found.insert(address, &object.body);
        }
    }
    found
}
