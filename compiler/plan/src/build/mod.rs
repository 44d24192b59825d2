//! From two states to a plan: objects are matched by what identifies them, compared, and explained.

mod causes;
mod changes;
mod declarations;
mod lines;
mod matching;
mod reach;
mod renames;
mod summary;
#[cfg(test)]
mod tests;

mod why;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diff::Comparison;
use crate::plan::{Change, Plan, StateName, Summary};
use crate::state::{Environment, State};
use renames::Renames;

impl Plan {
    /// What it takes to come from `base` to `head`.
    #[must_use]
    pub fn between(base: &State, head: &State, comparison: Comparison<'_>) -> Self {
        let renames = Renames::find(base, head);
        let environments = environments(base, head);
        let explain = why::Explainer::new(base, head, &renames);
        let pairs = matching::pairs(base, head, &renames);
        let together = matching::Together::of(&pairs);
        let changes: Vec<Change> = pairs
            .iter()
            .filter_map(|pair| {
                changes::change(pair, &together, &explain, comparison, &environments)
            })
            .collect();
        let mut plan = Self {
            base: name(base),
            head: name(head),
            reached: Vec::new(),
            causes: Vec::new(),
            summary: Summary::default(),
            environments: environments.into_values().collect(),
            changes,
            declarations: declarations::changed(base, head, &renames),
            drift: Vec::new(),
            broken: Vec::new(),
            unknown: [&*base.unknown, &*head.unknown].concat(),
        };
        complete(&mut plan, base, head);
        plan
    }
}

/// Brings everything into its order and derives what follows from the changes.
pub(crate) fn complete(plan: &mut Plan, base: &State, head: &State) {
    plan.changes.sort_by(|a, b| order(a).cmp(&order(b)));
    plan.drift.sort_by(|a, b| {
        (&a.address, &a.object, &a.path, &a.by).cmp(&(&b.address, &b.object, &b.path, &b.by))
    });
    plan.unknown
        .sort_by(|a, b| (&a.what, &a.because).cmp(&(&b.what, &b.because)));
    plan.unknown.dedup();
    plan.reached = reach::reached(base, head, &plan.changes);
    plan.causes = causes::causes(&plan.changes);
    plan.summary = summary::summary(&plan.changes);
}

/// The gravest first; what has no effect last; production before the rest.
fn order(change: &Change) -> impl Ord + use<'_> {
    (
        change.action == crate::plan::Action::NoOp,
        Reverse(change.impact),
        !change.production,
        &change.environment,
        &change.address,
        &change.object,
    )
}

fn name(state: &State) -> StateName {
    StateName {
        label: state.label.clone(),
        hash: state.hash(),
    }
}

/// The environments of both states by name. What one of them calls production is treated as such.
fn environments(base: &State, head: &State) -> BTreeMap<Box<str>, Environment> {
    let mut all: BTreeMap<Box<str>, Environment> = BTreeMap::new();
    for environment in base.environments.iter().chain(&head.environments) {
        all.entry(environment.name.clone())
            .or_insert_with(|| environment.clone())
            .production |= environment.production;
    }
    all
}
