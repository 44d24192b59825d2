//! From a matched object to its change.

use std::collections::BTreeMap;

use plat_model::change::{Impact, Verdict};

use super::matching::{Located, Pair, Together};
use super::why::Explainer;
use crate::diff::Comparison;
use crate::plan::{Action, Change, FieldChange, ObjectName, Previous, Target};
use crate::state::{Environment, Source};

/// The change of an object; nothing if it is the same in every respect.
pub(super) fn change(
    pair: &Pair<'_>,
    together: &Together<'_>,
    explain: &Explainer<'_>,
    comparison: Comparison<'_>,
    environments: &BTreeMap<Box<str>, Environment>,
) -> Option<Change> {
    let shown = pair.after.or(pair.before)?;
    let done = match (pair.before, pair.after) {
        (Some(before), Some(after)) => both(before, after, explain, comparison)?,
        (None, Some(after)) => {
            let object = after.object.as_ref();
            if together.includes(after) && comparison.rules.accompanies(object) {
                let reason = "it comes with all that it is about".to_owned();
                Done::whole(Action::Create, Impact::None, reason)
            } else {
                let verdict = comparison.rules.created(object);
                Done::whole(Action::Create, verdict.impact, verdict.reason.into_owned())
            }
        }
        (Some(before), None) => {
            let object = before.object.as_ref();
            if together.includes(before) && comparison.rules.accompanies(object) {
                let reason = "it goes with all that it is about".to_owned();
                Done::whole(Action::Delete, Impact::None, reason)
            } else {
                let verdict = comparison.rules.deleted(object);
                Done::whole(Action::Delete, verdict.impact, verdict.reason.into_owned())
            }
        }
        (None, None) => return None,
    };
    let previous = match (pair.before, pair.after) {
        (Some(before), Some(after)) => {
            let previous = Previous {
                address: address(before),
                object: name(before),
            };
            let same = previous.address == address(after) && previous.object == name(after);
            (!same && !before.object.path.is_empty()).then_some(previous)
        }
        _ => None,
    };
    let why = match done.action {
        Action::Create | Action::Delete | Action::Move => explain.object(pair.before, pair.after),
        Action::Update | Action::Replace | Action::NoOp => Vec::new(),
    };
    Some(Change {
        address: address(shown),
        declaration: shown.instance.declaration.clone(),
        environment: shown.instance.environment.clone(),
        production: environments
            .get(&shown.instance.environment)
            .is_some_and(|environment| environment.production),
        owner: explain.owner(&shown.instance.declaration),
        object: name(shown),
        previous,
        action: done.action,
        reason: done.reason,
        impact: done.impact,
        fields: done.fields,
        source: explain.emitted(pair.before, pair.after),
        why,
    })
}

struct Done {
    action: Action,
    impact: Impact,
    reason: String,
    fields: Vec<FieldChange>,
}

impl Done {
    fn whole(action: Action, impact: Impact, reason: String) -> Self {
        Self {
            action,
            impact,
            reason,
            fields: Vec::new(),
        }
    }
}

/// What is done to an object that exists before and after.
fn both(
    before: Located<'_>,
    after: Located<'_>,
    explain: &Explainer<'_>,
    comparison: Comparison<'_>,
) -> Option<Done> {
    let mut fields = comparison.fields(before.object, after.object);
    explain.fields(&mut fields, before, after);
    let effective = || fields.iter().filter(|field| field.equal.is_none());
    let impact = effective().map(|field| field.verdict.impact).max();
    let impact = impact.unwrap_or_default();
    let (old, new) = (name(before), name(after));
    let (action, impact, reason) = if old.name != new.name || old.namespace != new.namespace {
        let object = before.object.as_ref();
        let verdict = if comparison.rules.accompanies(object) {
            // What it is about is made anew as well.
            Verdict::new(Impact::None, "")
        } else {
            comparison.rules.deleted(object)
        };
        let from = if old.name == new.name {
            format!("it was in namespace `{}`", old.namespace)
        } else {
            format!("it was called `{}`", old.name)
        };
        let reason = match &*verdict.reason {
            "" => from,
            why => format!("{from}; {why}"),
        };
        (Action::Move, impact.max(verdict.impact), reason)
    } else if let Some(replaced) = effective().find(|field| field.verdict.replaces) {
        let reason = replaced.verdict.reason.clone().into_owned();
        (Action::Replace, impact.max(Impact::Replace), reason)
    } else if effective().next().is_some() {
        (Action::Update, impact, String::new())
    } else if !fields.is_empty() {
        let reason = "written differently, the same in effect".to_owned();
        (Action::NoOp, Impact::None, reason)
    } else if !before.object.path.is_empty() && address(before) != address(after) {
        let reason = format!("only its address changed, from `{}`", address(before));
        (Action::NoOp, Impact::None, reason)
    } else {
        return None;
    };
    Some(Done {
        action,
        impact,
        reason,
        fields,
    })
}

/// `checkout@prod/deployment`; without a path, what identifies the object stands for it.
fn address(located: Located<'_>) -> String {
    let Located { instance, object } = located;
    let below = if object.path.is_empty() {
        format!("{}/{}", object.kind, object.name)
    } else {
        object.path.to_string()
    };
    format!(
        "{}@{}/{below}",
        instance.declaration.name, instance.environment
    )
}

fn name(located: Located<'_>) -> ObjectName {
    let object = located.object;
    ObjectName {
        target: Target::Kubernetes,
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}

/// The sources of a list without repetition, in order.
pub(super) fn distinct(sources: impl IntoIterator<Item = Source>) -> Vec<Source> {
    let mut kept: Vec<Source> = Vec::new();
    for source in sources {
        if !kept.contains(&source) {
            kept.push(source);
        }
    }
    kept
}
