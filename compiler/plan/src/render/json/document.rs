//! The shape of the document.

use std::collections::BTreeMap;

use plat_model::change::{Path, Step, Verdict};
use plat_model::tree::Tree;
use serde::Serialize;

use super::value::{Missing, Unknown, Value};
use crate::plan::{self, Action, Plan, Target};
use crate::state::{self, DeclarationName};

/// The name and version of the schema.
pub const SCHEMA: &str = "platc.plan/1";

#[derive(Serialize)]
pub(super) struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    base: StateDto<'a>,
    head: StateDto<'a>,
    environments: Vec<EnvironmentDto<'a>>,
    summary: Summary<'a>,
    changes: Vec<Change<'a>>,
    causes: Vec<Cause<'a>>,
    declarations: Vec<Declaration<'a>>,
    reached: Vec<Reached<'a>>,
    drift: Vec<Drift<'a>>,
    unknown: Vec<NotCompared<'a>>,
    broken: Vec<Broken<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct StateDto<'a> {
    label: &'a str,
    hash: String,
}

#[derive(Serialize)]
struct Summary<'a> {
    empty: bool,
    impact: &'static str,
    actions: Actions,
    impacts: Vec<Counted<&'static str>>,
    declarations: usize,
    environments: Vec<EnvironmentCount<'a>>,
    owners: Vec<Counted<&'a str>>,
    ownerless: usize,
    reached: usize,
    drift: usize,
    unknown: usize,
    broken: usize,
}

#[derive(Serialize)]
struct EnvironmentDto<'a> {
    name: &'a str,
    production: bool,
}

#[derive(Serialize)]
struct Actions {
    create: usize,
    update: usize,
    replace: usize,
    #[serde(rename = "move")]
    moved: usize,
    delete: usize,
    #[serde(rename = "no-op")]
    no_op: usize,
}

#[derive(Serialize)]
struct Counted<T> {
    name: T,
    objects: usize,
}

#[derive(Serialize)]
struct EnvironmentCount<'a> {
    name: &'a str,
    production: bool,
    objects: usize,
}

#[derive(Serialize)]
struct Name<'a> {
    kind: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Object<'a> {
    target: &'static str,
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Source<'a> {
    path: &'a str,
    line: u32,
    declaration: Name<'a>,
    foreign: bool,
}

#[derive(Serialize)]
struct Change<'a> {
    address: &'a str,
    previous_address: Option<&'a str>,
    declaration: Name<'a>,
    environment: &'a str,
    production: bool,
    owner: Option<&'a str>,
    object: Object<'a>,
    previous_object: Option<Object<'a>>,
    action: &'static str,
    actions: &'static [&'static str],
    action_reason: Option<&'a str>,
    impact: &'static str,
    replace_paths: Vec<String>,
    fields: Vec<Field<'a>>,
    source: Option<Source<'a>>,
    why: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    path: String,
    steps: Vec<StepDto<'a>>,
    #[serde(flatten)]
    verdict: VerdictDto<'a>,
    no_change_because: Option<&'a str>,
    #[serde(flatten)]
    values: Values<'a>,
    why: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct VerdictDto<'a> {
    impact: &'static str,
    replaces: bool,
    reason: Option<&'a str>,
}

/// `before` and `after` are left out where there was or is nothing: `null` is a value.
#[derive(Serialize)]
struct Values<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value<'a>>,
    before_sensitive: Vec<String>,
    after_sensitive: Vec<String>,
    before_unknown: Vec<Unknown<'a>>,
    after_unknown: Vec<Unknown<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum StepDto<'a> {
    Field(&'a str),
    Entry(&'a str),
    Element(BTreeMap<&'a str, &'a str>),
    Member(&'a str),
    Index(usize),
}

#[derive(Serialize)]
struct Cause<'a> {
    source: Option<Source<'a>>,
    impact: &'static str,
    effects: Vec<Effect<'a>>,
    changes: &'a [usize],
    instances: Vec<Instance<'a>>,
    owners: Vec<&'a str>,
}

#[derive(Serialize)]
struct Effect<'a> {
    action: &'static str,
    kind: &'a str,
    path: Option<String>,
    count: usize,
    #[serde(flatten)]
    verdict: VerdictDto<'a>,
    #[serde(flatten)]
    values: Values<'a>,
    different_before: Option<usize>,
    different_after: Option<usize>,
}

#[derive(Serialize)]
struct Instance<'a> {
    declaration: &'a str,
    environment: &'a str,
}

#[derive(Serialize)]
struct Declaration<'a> {
    #[serde(flatten)]
    name: Name<'a>,
    owner: Option<&'a str>,
    source: Option<Source<'a>>,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
enum Edit<'a> {
    Added,
    Removed,
    Renamed {
        from: &'a str,
    },
    Owner {
        before: Option<&'a str>,
        after: Option<&'a str>,
    },
    Capability {
        before: Option<&'a str>,
        after: Option<&'a str>,
    },
    EdgeAdded(Edge<'a>),
    EdgeRemoved(Edge<'a>),
}

#[derive(Serialize)]
struct Edge<'a> {
    alias: &'a str,
    kind: &'a str,
    target: &'a str,
    environments: Vec<&'a str>,
}

#[derive(Serialize)]
struct Reached<'a> {
    #[serde(flatten)]
    name: Name<'a>,
    owner: Option<&'a str>,
    through: Vec<&'a str>,
    impact: &'static str,
}

#[derive(Serialize)]
struct Drift<'a> {
    address: &'a str,
    object: Object<'a>,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<Value<'a>>,
    expected_sensitive: Vec<String>,
    actual_sensitive: Vec<String>,
    by: Option<&'a str>,
}

#[derive(Serialize)]
struct Broken<'a> {
    level: &'static str,
    message: &'a str,
    subjects: &'a [String],
    place: Option<&'a str>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct NotCompared<'a> {
    what: &'a str,
    because: &'a str,
}

impl<'a> Document<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool {
                name: "platc",
                version: env!("CARGO_PKG_VERSION"),
            },
            base: state(&plan.base),
            head: state(&plan.head),
            environments: plan
                .environments
                .iter()
                .map(|environment| EnvironmentDto {
                    name: &environment.name,
                    production: environment.production,
                })
                .collect(),
            summary: summary(plan),
            changes: plan.changes.iter().map(change).collect(),
            causes: plan.causes.iter().map(cause).collect(),
            declarations: plan.declarations.iter().map(declaration).collect(),
            reached: plan.reached.iter().map(reached).collect(),
            drift: plan.drift.iter().map(drift).collect(),
            unknown: plan
                .unknown
                .iter()
                .map(|unknown| NotCompared {
                    what: &unknown.what,
                    because: &unknown.because,
                })
                .collect(),
            broken: plan
                .broken
                .iter()
                .map(|broken| Broken {
                    level: if broken.denied { "deny" } else { "warn" },
                    message: &broken.message,
                    subjects: &broken.subjects,
                    place: broken.place.as_deref(),
                    notes: &broken.notes,
                })
                .collect(),
        }
    }
}

fn state(state: &plan::StateName) -> StateDto<'_> {
    let hash = state.hash.0.iter().map(|byte| format!("{byte:02x}"));
    StateDto {
        label: &state.label,
        hash: hash.collect(),
    }
}

fn summary(plan: &Plan) -> Summary<'_> {
    let summary = &plan.summary;
    Summary {
        empty: plan.is_empty(),
        impact: plan.impact().name(),
        actions: Actions {
            create: summary.created,
            update: summary.updated,
            replace: summary.replaced,
            moved: summary.moved,
            delete: summary.deleted,
            no_op: summary.unaffected,
        },
        impacts: summary
            .impacts
            .iter()
            .map(|(impact, objects)| Counted {
                name: impact.name(),
                objects: *objects,
            })
            .collect(),
        declarations: summary.declarations,
        environments: summary
            .environments
            .iter()
            .map(|(name, objects)| EnvironmentCount {
                name,
                production: plan
                    .environments
                    .iter()
                    .any(|known| known.name == *name && known.production),
                objects: *objects,
            })
            .collect(),
        owners: summary
            .owners
            .iter()
            .map(|(name, objects)| Counted {
                name: &**name,
                objects: *objects,
            })
            .collect(),
        ownerless: summary.ownerless,
        reached: plan.reached.len(),
        drift: plan.drift.len(),
        unknown: plan.unknown.len(),
        broken: plan.broken.len(),
    }
}

fn change(change: &plan::Change) -> Change<'_> {
    let replacing = change.fields.iter().filter(|field| field.verdict.replaces);
    Change {
        address: &change.address,
        previous_address: change.previous.as_ref().map(|previous| &*previous.address),
        declaration: name(&change.declaration),
        environment: &change.environment,
        production: change.production,
        owner: change.owner.as_deref(),
        object: object(&change.object),
        previous_object: change
            .previous
            .as_ref()
            .map(|previous| object(&previous.object)),
        action: change.action.name(),
        actions: actions(change.action),
        action_reason: nonempty(&change.reason),
        impact: change.impact.name(),
        replace_paths: replacing.map(|field| field.path.to_string()).collect(),
        fields: change.fields.iter().map(field).collect(),
        source: change.source.as_ref().map(source),
        why: change.why.iter().map(source).collect(),
    }
}

/// What is done, in the words of Terraform's plans.
fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::NoOp => &["no-op"],
        Action::Create => &["create"],
        Action::Update => &["update"],
        Action::Replace | Action::Move => &["delete", "create"],
        Action::Delete => &["delete"],
    }
}

fn field(field: &plan::FieldChange) -> Field<'_> {
    Field {
        path: field.path.to_string(),
        steps: steps(&field.path),
        verdict: verdict(&field.verdict),
        no_change_because: field.equal.as_deref(),
        values: values(field.before.as_ref(), field.after.as_ref()),
        why: field.why.iter().map(source).collect(),
    }
}

fn steps(path: &Path) -> Vec<StepDto<'_>> {
    path.0
        .iter()
        .map(|step| match step {
            Step::Field(name) => StepDto::Field(name),
            Step::Entry(name) => StepDto::Entry(name),
            Step::Element(keys) => {
                StepDto::Element(keys.iter().map(|(key, value)| (&**key, &**value)).collect())
            }
            Step::Member(text) => StepDto::Member(text),
            Step::Index(index) => StepDto::Index(*index),
        })
        .collect()
}

fn verdict(verdict: &Verdict) -> VerdictDto<'_> {
    VerdictDto {
        impact: verdict.impact.name(),
        replaces: verdict.replaces,
        reason: nonempty(&verdict.reason),
    }
}

fn values<'a>(before: Option<&'a Tree>, after: Option<&'a Tree>) -> Values<'a> {
    let (without_before, without_after) = (Missing::of(before), Missing::of(after));
    Values {
        before: before.map(Value::of),
        after: after.map(Value::of),
        before_sensitive: without_before.sensitive,
        after_sensitive: without_after.sensitive,
        before_unknown: without_before.unknown,
        after_unknown: without_after.unknown,
    }
}

fn cause(cause: &plan::Cause) -> Cause<'_> {
    Cause {
        source: cause.source.as_ref().map(source),
        impact: cause.impact.name(),
        effects: cause.effects.iter().map(effect).collect(),
        changes: &cause.changes,
        instances: cause
            .instances
            .iter()
            .map(|(declaration, environment)| Instance {
                declaration,
                environment,
            })
            .collect(),
        owners: cause.owners.iter().map(|owner| &**owner).collect(),
    }
}

fn effect(effect: &plan::Effect) -> Effect<'_> {
    let different = |value: &Result<Option<Tree>, usize>| value.as_ref().err().copied();
    Effect {
        action: effect.action.name(),
        kind: &effect.kind,
        path: effect.path.as_ref().map(ToString::to_string),
        count: effect.count,
        verdict: verdict(&effect.verdict),
        values: values(
            effect.before.as_ref().ok().and_then(Option::as_ref),
            effect.after.as_ref().ok().and_then(Option::as_ref),
        ),
        different_before: different(&effect.before),
        different_after: different(&effect.after),
    }
}

fn declaration(change: &plan::DeclarationChange) -> Declaration<'_> {
    Declaration {
        name: name(&change.name),
        owner: change.owner.as_deref(),
        source: change.source.as_ref().map(source),
        edits: change.edits.iter().map(edit).collect(),
    }
}

fn edit(edit: &plan::DeclarationEdit) -> Edit<'_> {
    use plan::DeclarationEdit as From;
    match edit {
        From::Added => Edit::Added,
        From::Removed => Edit::Removed,
        From::Renamed { from } => Edit::Renamed { from },
        From::Owner { before, after } => Edit::Owner {
            before: before.as_deref(),
            after: after.as_deref(),
        },
        From::Capability { before, after } => Edit::Capability {
            before: before.as_deref(),
            after: after.as_deref(),
        },
        From::EdgeAdded(added) => Edit::EdgeAdded(edge(added)),
        From::EdgeRemoved(removed) => Edit::EdgeRemoved(edge(removed)),
    }
}

fn edge(edge: &state::Edge) -> Edge<'_> {
    Edge {
        alias: &edge.alias,
        kind: &edge.kind,
        target: &edge.target,
        environments: edge.environments.iter().map(|name| &**name).collect(),
    }
}

fn reached(reached: &plan::Reached) -> Reached<'_> {
    Reached {
        name: name(&reached.name),
        owner: reached.owner.as_deref(),
        through: reached.through.iter().map(|name| &**name).collect(),
        impact: reached.impact.name(),
    }
}

fn drift(drift: &plan::Drift) -> Drift<'_> {
    Drift {
        address: &drift.address,
        object: object(&drift.object),
        path: drift.path.as_ref().map(ToString::to_string),
        expected: drift.expected.as_ref().map(Value::of),
        actual: drift.actual.as_ref().map(Value::of),
        expected_sensitive: Missing::of(drift.expected.as_ref()).sensitive,
        actual_sensitive: Missing::of(drift.actual.as_ref()).sensitive,
        by: drift.by.as_deref(),
    }
}

fn object(object: &plan::ObjectName) -> Object<'_> {
    Object {
        target: match object.target {
            Target::Kubernetes => "kubernetes",
            Target::Terraform => "terraform",
        },
        api_version: &object.api_version,
        kind: &object.kind,
        namespace: nonempty(&object.namespace),
        name: &object.name,
    }
}

fn source(source: &state::Source) -> Source<'_> {
    Source {
        path: &source.path,
        line: source.line,
        declaration: name(&source.declaration),
        foreign: source.foreign,
    }
}

fn name(name: &DeclarationName) -> Name<'_> {
    Name {
        kind: &name.kind,
        name: &name.name,
    }
}

fn nonempty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
