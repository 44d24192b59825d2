//! The blast radius: who depends on what changes, through calls and needs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use plat_model::change::Impact;
use rustc_hash::FxHashMap;

use crate::plan::{Action, Change, Reached};
use crate::state::{Declaration, State};

/// An impact below this one stays within what changes.
const FELT: Impact = Impact::Scale;

type Environments<'s> = BTreeSet<&'s str>;

/// How somebody is reached: the gravest impact, and by it the shortest way.
struct Reach<'s> {
    consumer: &'s Declaration,
    impact: Impact,
    through: Vec<&'s str>,
}

/// Who depends on a change and does not change itself, nearest first.
pub(super) fn reached(base: &State, head: &State, changes: &[Change]) -> Vec<Reached> {
    let mut own: BTreeSet<&str> = BTreeSet::new();
    // What is felt outside: by environment and declaration, the gravest impact.
    let mut felt: BTreeMap<&str, BTreeMap<&str, Impact>> = BTreeMap::new();
    for change in changes {
        if change.action == Action::NoOp {
            continue;
        }
        let name = &*change.declaration.name;
        own.insert(name);
        if change.impact >= FELT && change.action != Action::Create {
            let here = felt.entry(&change.environment).or_default();
            let impact = here.entry(name).or_default();
            *impact = (*impact).max(change.impact);
        }
    }
    let consumers = consumers(base, head);
    let mut found: BTreeMap<&str, Reach<'_>> = BTreeMap::new();
    for (environment, felt) in &felt {
        let impacts: BTreeSet<Impact> = felt.values().copied().collect();
        for impact in impacts {
            let starts = felt.iter().filter(|(_, felt)| **felt == impact);
            let starts: Vec<&str> = starts.map(|(name, _)| *name).collect();
            walk(&consumers, environment, impact, &starts, &own, &mut found);
        }
    }
    let mut reached: Vec<Reached> = found
        .into_values()
        .map(|reach| Reached {
            name: reach.consumer.name.clone(),
            owner: reach.consumer.owner.clone(),
            through: reach.through.into_iter().map(Into::into).collect(),
            impact: reach.impact,
        })
        .collect();
    reached.sort_by(|a, b| (a.through.len(), &a.name).cmp(&(b.through.len(), &b.name)));
    reached
}

/// Goes from all that changes with one impact in one environment to whoever depends on it, each once, nearest first.
fn walk<'s>(
    consumers: &Consumers<'s>,
    environment: &str,
    impact: Impact,
    starts: &[&'s str],
    own: &BTreeSet<&str>,
    found: &mut BTreeMap<&'s str, Reach<'s>>,
) {
    // From each name that was reached to the one that it depends on.
    let mut next: FxHashMap<&str, Option<&str>> = starts.iter().map(|name| (*name, None)).collect();
    let mut todo: VecDeque<&str> = starts.iter().copied().collect();
    while let Some(at) = todo.pop_front() {
        let edges = consumers.get(at).into_iter().flatten();
        for edge in edges.filter(|edge| edge.is_in(environment)) {
            let name = &*edge.consumer.name.name;
            if next.contains_key(name) {
                continue;
            }
            // Who has let go of it is changed by that, and passes on nothing else.
            if !edge.is_gone {
                next.insert(name, Some(at));
                todo.push_back(name);
            }
            if own.contains(name) || found.get(name).is_some_and(|known| known.impact > impact) {
                continue;
            }
            let steps = std::iter::successors(Some(at), |step| next.get(step).copied().flatten());
            let through: Vec<&str> = std::iter::once(name).chain(steps).collect();
            let nearer =
                |known: &Reach<'_>| known.impact < impact || through.len() < known.through.len();
            if found.get(name).is_none_or(nearer) {
                found.insert(
                    name,
                    Reach {
                        consumer: edge.consumer,
                        impact,
                        through,
                    },
                );
            }
        }
    }
}

/// That somebody depends on a name.
struct Edge<'s> {
    consumer: &'s Declaration,
    /// Where; everywhere if nothing is said.
    environments: Option<Environments<'s>>,
    /// Whether it did so in the state before alone.
    is_gone: bool,
}

impl Edge<'_> {
    fn is_in(&self, environment: &str) -> bool {
        let there = self.environments.as_ref();
        there.is_none_or(|there| there.contains(environment))
    }
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
