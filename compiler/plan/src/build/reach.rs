//! The blast radius: who depends on what changes, through calls and needs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use plat_model::change::Impact;

use crate::plan::{Action, Change, Reached};
use crate::state::{Declaration, State};

/// An impact below this one stays within what changes.
const FELT: Impact = Impact::Scale;

type Environments<'s> = BTreeSet<&'s str>;

/// Who depends on a change and does not change itself, nearest first.
pub(super) fn reached(base: &State, head: &State, changes: &[Change]) -> Vec<Reached> {
    let mut own: BTreeSet<&str> = BTreeSet::new();
    // What is felt outside: by declaration, the gravest impact and the environments.
    let mut felt: BTreeMap<&str, (Impact, Environments<'_>)> = BTreeMap::new();
    for change in changes {
        if change.action == Action::NoOp {
            continue;
        }
        let name = &*change.declaration.name;
        own.insert(name);
        if change.impact >= FELT && change.action != Action::Create {
            let (impact, environments) = felt.entry(name).or_default();
            *impact = (*impact).max(change.impact);
            environments.insert(&change.environment);
        }
    }
    let consumers = consumers(base, head);
    let all: Environments<'_> = base
        .environments
        .iter()
        .chain(&head.environments)
        .map(|environment| &*environment.name)
        .collect();

    let mut found: BTreeMap<&str, Reached> = BTreeMap::new();
    // The gravest first, so that who is reached by several is shown with the gravest.
    let mut starts: Vec<_> = felt.iter().collect();
    starts.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    for (name, (impact, environments)) in starts {
        let mut seen: BTreeSet<&str> = [*name].into();
        let mut todo: VecDeque<(Vec<&str>, Environments<'_>)> =
            [(vec![*name], environments.clone())].into();
        while let Some((through, environments)) = todo.pop_front() {
            let Some(at) = through.first() else { continue };
            for Edge {
                consumer,
                environments: there,
                is_gone,
            } in consumers.get(at).into_iter().flatten()
            {
                let edge = there.as_ref().unwrap_or(&all);
                let shared: Environments<'_> = environments.intersection(edge).copied().collect();
                if shared.is_empty() || !seen.insert(&consumer.name.name) {
                    continue;
                }
                let path: Vec<&str> = std::iter::once(&*consumer.name.name)
                    .chain(through.iter().copied())
                    .collect();
                if !own.contains(&*consumer.name.name) {
                    found
                        .entry(&consumer.name.name)
                        .and_modify(|known| {
                            // A way tells the impact of what it ends at.
                            if known.impact == *impact && path.len() < known.through.len() {
                                known.through = path.iter().map(|name| (*name).into()).collect();
                            }
                        })
                        .or_insert_with(|| Reached {
                            name: consumer.name.clone(),
                            owner: consumer.owner.clone(),
                            through: path.iter().map(|name| (*name).into()).collect(),
                            impact: *impact,
                        });
                }
                // Who has let go of it is changed by that, and passes on nothing else.
                if !is_gone {
                    todo.push_back((path, shared));
                }
            }
        }
    }
    let mut reached: Vec<Reached> = found.into_values().collect();
    reached.sort_by(|a, b| (a.through.len(), &a.name).cmp(&(b.through.len(), &b.name)));
    reached
}

/// That somebody depends on a name.
struct Edge<'s> {
    consumer: &'s Declaration,
    /// Where; everywhere if nothing is said.
    environments: Option<Environments<'s>>,
    /// Whether it did so in the state before alone.
    is_gone: bool,
}

type Consumers<'s> = BTreeMap<&'s str, Vec<Edge<'s>>>;

/// Who depends on a name, in which environments. An edge that is gone counts too: what it led to may be gone with it.
fn consumers<'s>(base: &'s State, head: &'s State) -> Consumers<'s> {
    let mut consumers: Consumers<'s> = BTreeMap::new();
    let now = head.declarations.iter().map(|now| (now, false));
    let before = base.declarations.iter().map(|before| (before, true));
    for (consumer, is_gone) in now.chain(before) {
        for edge in &consumer.edges {
            let environments = (!edge.environments.is_empty())
                .then(|| edge.environments.iter().map(|name| &**name).collect());
            let of = consumers.entry(&edge.target).or_default();
            if !of.iter().any(|known| {
                known.consumer.name == consumer.name && known.environments == environments
            }) {
                of.push(Edge {
                    consumer,
                    environments,
                    is_gone,
                });
            }
        }
    }
    consumers
}
