//! The numbers above everything.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Action, Change, Summary};

pub(super) fn summary(changes: &[Change]) -> Summary {
    let mut summary = Summary::default();
    let mut impacts = BTreeMap::new();
    let mut declarations = BTreeSet::new();
    let mut environments: BTreeMap<&str, usize> = BTreeMap::new();
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        let counter = match change.action {
            Action::NoOp => {
                summary.unaffected += 1;
                continue;
            }
            Action::Create => &mut summary.created,
            Action::Update => &mut summary.updated,
            Action::Replace => &mut summary.replaced,
            Action::Move => &mut summary.moved,
            Action::Delete => &mut summary.deleted,
        };
        *counter += 1;
        *impacts.entry(change.impact).or_default() += 1;
        declarations.insert(&change.declaration);
        *environments.entry(&change.environment).or_default() += 1;
        match &change.owner {
            Some(owner) => *owners.entry(owner).or_default() += 1,
            None => summary.ownerless += 1,
        }
    }
    let listed = |counts: BTreeMap<&str, usize>| {
        let counts = counts.into_iter();
        counts.map(|(name, count)| (name.into(), count)).collect()
    };
    summary.impacts = impacts.into_iter().rev().collect();
    summary.declarations = declarations.len();
    summary.environments = listed(environments);
    summary.owners = listed(owners);
    summary
}
