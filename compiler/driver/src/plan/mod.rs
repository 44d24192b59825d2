//! States of a project for plans: what it is, and what it was.
//!
//! The working tree is loaded and checked once. What a commit has otherwise is then written into the same database, so that only
//! what depends on it is compiled again, and objects are copied out only of instances whose digests differ.

mod agreed;
mod apart;
mod built;
mod declared;
mod git;
mod in_place;
#[cfg(feature = "live")]
mod live;
mod objects;
mod rules;
mod skeleton;
mod templates;
mod terraform;
mod unsound;

use std::collections::BTreeSet;
use std::path::Path;

use plat_diagnostics::{Diagnostic, Report, Severity, codes};
use plat_kubernetes::change::Changes;
use plat_plan::diff::Comparison;
use plat_plan::plan::{Plan, Taken, Unknown};
use plat_plan::state::State;
use plat_semantics::db::Project;
use rustc_hash::FxHashSet;

pub use plat_model::change::Impact;
pub use plat_model::tree::{Tree, TreeValue};
pub use plat_plan::{plan, render};

pub use agreed::agreed;
#[cfg(feature = "live")]
pub use live::{Cluster, since_cluster};
pub use templates::{broken_template, templates};

use crate::build::{Refused, UnknownEnvironment};
use crate::project::read_text;
use crate::{CheckOptions, Workspace, check, shown_path};
use git::{Base, Repository};
use in_place::{InPlace, Way};
use skeleton::Skeleton;
use unsound::Unsound;

/// What is compared, and how it is judged.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The commit to compare with; where the working tree left the default branch, if none is named.
    pub base: Option<String>,
    /// The environments that count; all of them if none is named.
    pub environments: BTreeSet<String>,
    /// How findings are judged.
    pub check: CheckOptions,
}

/// Two states, and what was found on the way.
#[derive(Debug)]
pub struct States {
    /// The state before.
    pub base: State,
    /// The state after.
    pub head: State,
    /// What neither state says: drift, changes of other targets.
    pub taken: Taken,
    /// The findings of the state after; only guardrails have errors among them.
    pub report: Report,
}

impl States {
    /// What it takes to come from one to the other.
    #[must_use]
    pub fn plan(&self, workspace: &Workspace) -> Plan {
        let store = &Project::get(workspace.db()).kubernetes(workspace.db()).0;
        let comparison = Comparison {
            schemas: &**store,
            rules: &Changes,
        };
        let mut plan = Plan::between(&self.base, &self.head, comparison);
        plan.take(&self.base, &self.head, self.taken.clone());
        plan
    }
}

/// Why there are no two states.
#[derive(Debug)]
pub enum Failure {
    /// Something that the command line or the machine lacks.
    Finding(Box<Diagnostic>),
    /// The state after has errors.
    Errors(Report),
}

impl From<Box<Diagnostic>> for Failure {
    fn from(finding: Box<Diagnostic>) -> Self {
        Self::Finding(finding)
    }
}

/// What people call what is on disk.
const WORKING_TREE: &str = "the working tree";

/// The states of a commit and of the working tree. The workspace is the working tree's before and after.
///
/// # Errors
/// When the commit cannot be had, or the working tree has errors.
pub fn since_commit(
    workspace: &mut Workspace,
    request: &Request,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<States, Failure> {
    let repository = Repository::around(workspace.root())?;
    let base = match &request.base {
        Some(reference) => repository.named(reference)?,
        None => repository.default_base(variable)?,
    };
    match in_place::compare(workspace, &repository, &base)? {
        Way::InPlace(changes) => in_place(workspace, request, &base, &changes),
        Way::Apart => {
            let other = apart::load(workspace, &repository, &base)?;
            apart(workspace, request, &base, other)
        }
    }
}

fn in_place(
    workspace: &mut Workspace,
    request: &Request,
    base: &Base,
    changes: &InPlace,
) -> Result<States, Failure> {
    changes.prepare(workspace);
    let report = checked(workspace, request)?;
    let mut head = Skeleton::of(workspace, WORKING_TREE, &request.environments);
    if changes.is_empty() {
        let mut before = head.state.clone();
        before.label.clone_from(&base.label);
        before.unknown.clone_from(&changes.unknown);
        known_environments(request, &[], &head)?;
        return Ok(States {
            base: before,
            head: head.state,
            taken: Taken::default(),
            report,
        });
    }
    changes.to_base(workspace);
    let mut before = Skeleton::of(workspace, &base.label, &request.environments);
    before.state.unknown.clone_from(&changes.unknown);
    let (gone, new) = differing(&before.state, &head.state);
    before.load(workspace, &gone);
    let unsound = Unsound::of(workspace, &before);
    changes.to_head(workspace);
    known_environments(request, &before.environments, &head)?;
    head.load(workspace, &new);
    unsound.take_out(&mut before.state, &mut head.state);
    Ok(States {
        base: before.state,
        head: head.state,
        taken: Taken::default(),
        report,
    })
}

fn apart(
    workspace: &Workspace,
    request: &Request,
    base: &Base,
    other: Option<Workspace>,
) -> Result<States, Failure> {
    let report = checked(workspace, request)?;
    let mut head = Skeleton::of(workspace, WORKING_TREE, &request.environments);
    let Some(other) = other else {
        let before = Skeleton::empty(&base.label);
        let (_, new) = differing(&before.state, &head.state);
        head.load(workspace, &new);
        return Ok(States {
            base: before.state,
            head: head.state,
            taken: Taken::default(),
            report,
        });
    };
    let mut before = Skeleton::of(&other, &base.label, &request.environments);
    known_environments(request, &before.environments, &head)?;
    let (gone, new) = differing(&before.state, &head.state);
    before.load(&other, &gone);
    before.adopt_schemas(&other, workspace);
    head.load(workspace, &new);
    let unsound = Unsound::of(&other, &before);
    unsound.take_out(&mut before.state, &mut head.state);
    for finding in other.project_findings() {
        // A key for an environment that was not there yet is none of its mistakes.
        if finding.is_error() && finding.code.code != codes::UNKNOWN_ENVIRONMENT.code {
            before.state.unknown.push(Unknown {
                what: "the project".to_owned(),
                because: format!("{} has errors: {}", base.label, finding.message),
            });
        }
    }
    // A process ends soon after a plan, and gives back all of it at once.
    std::mem::forget(other);
    Ok(States {
        base: before.state,
        head: head.state,
        taken: Taken::default(),
        report,
    })
}

/// The states of an output folder or of a snapshot, and of the working tree.
///
/// # Errors
/// When there is neither at the path, or the working tree has errors.
pub fn since_files(
    workspace: &Workspace,
    request: &Request,
    path: &Path,
) -> Result<States, Failure> {
    let mut base = recorded(path)?;
    let recorded_environments: Vec<String> = base
        .environments
        .iter()
        .map(|environment| environment.name.to_string())
        .collect();
    restrict(&mut base, &request.environments);
    let report = checked(workspace, request)?;
    let mut head = Skeleton::of(workspace, WORKING_TREE, &request.environments);
    known_environments(request, &recorded_environments, &head)?;
    let (gone, new) = differing(&base, &head.state);
    head.load(workspace, &new);
    // Objects that both states have are in neither.
    let gone: FxHashSet<usize> = gone.into_iter().collect();
    for (place, instance) in base.instances.iter_mut().enumerate() {
        if !gone.contains(&place) {
            instance.objects = None;
        }
    }
    Ok(States {
        base,
        head: head.state,
        taken: Taken::default(),
        report,
    })
}

/// The whole state of the working tree, and its findings, none of which is an error.
///
/// # Errors
/// When it has errors.
pub fn present(workspace: &Workspace, request: &Request) -> Result<(State, Report), Failure> {
    let report = checked(workspace, request)?;
    let mut head = Skeleton::of(workspace, WORKING_TREE, &request.environments);
    known_environments(request, &[], &head)?;
    let all: Vec<usize> = (0..head.units.len()).collect();
    head.load(workspace, &all);
    Ok((head.state, report))
}

/// A state as a document that [`since_files`] reads.
#[must_use]
pub fn snapshot(state: &State) -> String {
    plat_plan::snapshot::write(state, &Changes)
}

/// What an output folder or a snapshot holds.
fn recorded(path: &Path) -> Result<State, Box<Diagnostic>> {
    if path.is_dir() {
        return built::state(path, &BTreeSet::new());
    }
    let text = read_text(path).map_err(|unreadable| {
        Box::new(
            Diagnostic::new(
                &codes::NO_BASE,
                format!("`{}` {}", shown_path(path), unreadable.why),
            )
            .help(
                "name the folder that `platc build` wrote, or a file that `platc snapshot` wrote",
            ),
        )
    })?;
    let mut state = plat_plan::snapshot::read(&text).map_err(|error| {
        Box::new(
            Diagnostic::new(
                &codes::BAD_SNAPSHOT,
                format!("`{}` is no snapshot that can be read", shown_path(path)),
            )
            .note(error.to_string())
            .help("write it anew with `platc snapshot --out FILE`"),
        )
    })?;
    state.label = shown_path(path);
    Ok(state)
}

/// Leaves only some environments in a state; all of them if none is named.
fn restrict(state: &mut State, only: &BTreeSet<String>) {
    if only.is_empty() {
        return;
    }
    state
        .environments
        .retain(|environment| only.contains(&*environment.name));
    state
        .instances
        .retain(|instance| only.contains(&*instance.environment));
}

/// Finds the environments that were asked for and are in neither state.
fn known_environments(
    request: &Request,
    base: &[String],
    head: &Skeleton,
) -> Result<(), Box<Diagnostic>> {
    let known: BTreeSet<&String> = base.iter().chain(&head.environments).collect();
    let mut asked = request.environments.iter();
    if let Some(keyless) = { asked.clone() }.find(|asked| head.without_key.contains(*asked)) {
        return Err(Box::new(Refused::WithoutKey(keyless.clone()).finding()));
    }
    match asked.find(|asked| !known.contains(asked)) {
        None => Ok(()),
        Some(asked) => Err(Box::new(
            UnknownEnvironment {
                asked: asked.clone(),
                known: known.into_iter().cloned().collect(),
            }
            .finding(),
        )),
    }
}

/// The findings of the working tree, if there is no error among them.
/// The findings of the working tree. What breaks a guardrail is no error of the state: the plan is shown all the same, with it.
fn checked(workspace: &Workspace, request: &Request) -> Result<Report, Failure> {
    let report = check(workspace, &request.check);
    let broken = |finding: &Diagnostic| std::ptr::eq(finding.code, &codes::GUARDRAIL_BROKEN);
    let errors = report
        .findings()
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    if errors.filter(|finding| !broken(finding)).count() > 0 {
        return Err(Failure::Errors(report));
    }
    Ok(report)
}

/// The places of the instances that are not the same in both states.
fn differing(base: &State, head: &State) -> (Vec<usize>, Vec<usize>) {
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let (mut old, mut now) = (0, 0);
    loop {
        let key = |state: &State, place: usize| {
            let instance = state.instances.get(place)?;
            Some((instance.declaration.clone(), instance.environment.clone()))
        };
        match (key(base, old), key(head, now)) {
            (None, None) => return (gone, new),
            (Some(a), Some(b)) if a == b => {
                if base.instances[old].digest != head.instances[now].digest {
                    gone.push(old);
                    new.push(now);
                }
                old += 1;
                now += 1;
            }
            (Some(a), b) if b.as_ref().is_none_or(|b| a < *b) => {
                gone.push(old);
                old += 1;
            }
            _ => {
                new.push(now);
                now += 1;
            }
        }
    }
}
