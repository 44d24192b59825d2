//! Which object of the one state is which of the other.
//!
//! An object is the same if the cluster takes it for the same: environment, group, kind, namespace and name. What is left is
//! matched by address: the same emission of the same declaration, by whatever name either goes now.

use rustc_hash::{FxHashMap, FxHashSet};

use super::renames::Renames;
use crate::state::{DeclarationName, Instance, ObjectState, State};

/// An object with the instance that emits it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<'s> {
    pub(super) instance: &'s Instance,
    pub(super) object: &'s ObjectState,
}

/// An object before and after; at least one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'s> {
    pub(super) before: Option<Located<'s>>,
    pub(super) after: Option<Located<'s>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Identity<'s> {
    environment: &'s str,
    group: &'s str,
    kind: &'s str,
    namespace: &'s str,
    name: &'s str,
}

#[derive(PartialEq, Eq, Hash)]
struct Address<'s> {
    declaration: &'s DeclarationName,
    environment: &'s str,
    path: &'s str,
    group: &'s str,
    kind: &'s str,
}

impl<'s> Located<'s> {
    /// The instance's declaration and environment.
    fn name(self) -> (&'s DeclarationName, &'s str) {
        (&self.instance.declaration, &self.instance.environment)
    }

    fn identity(self) -> Identity<'s> {
        Identity {
            environment: &self.instance.environment,
            group: group(&self.object.api_version),
            kind: &self.object.kind,
            namespace: &self.object.namespace,
            name: &self.object.name,
        }
    }

    /// Its address under the name that its declaration has after the change.
    fn address(self, declaration: &'s DeclarationName) -> Address<'s> {
        Address {
            declaration,
            environment: &self.instance.environment,
            path: &self.object.path,
            group: group(&self.object.api_version),
            kind: &self.object.kind,
        }
    }
}

/// All objects of both states that may differ, matched: in the order of the state after, then what is gone in that of the one
/// before.
pub(super) fn pairs<'s>(base: &'s State, head: &'s State, renames: &'s Renames) -> Vec<Pair<'s>> {
    let before = located(base);
    let after = located(head);
    let mut taken = vec![false; before.len()];
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];

    // An identity that occurs twice in one state is matched in order.
    let mut by_identity: FxHashMap<Identity<'_>, Vec<usize>> = FxHashMap::default();
    for (index, object) in before.iter().enumerate().rev() {
        by_identity
            .entry(object.identity())
            .or_default()
            .push(index);
    }
    for (index, object) in after.iter().enumerate() {
        if let Some(found) = by_identity.get_mut(&object.identity()).and_then(Vec::pop) {
            taken[found] = true;
            partner[index] = Some(found);
        }
    }

    let mut by_address: FxHashMap<Address<'_>, usize> = FxHashMap::default();
    for (index, object) in before.iter().enumerate().rev() {
        if !taken[index] && !object.object.path.is_empty() {
            let own = &object.instance.declaration;
            let name = renames.after(own).unwrap_or(own);
            by_address.insert(object.address(name), index);
        }
    }
    for (index, object) in after.iter().enumerate() {
        if partner[index].is_none()
            && let Some(found) = by_address.remove(&object.address(&object.instance.declaration))
        {
            taken[found] = true;
            partner[index] = Some(found);
        }
    }

    let matched = after.iter().zip(&partner).map(|(object, partner)| Pair {
        before: partner.map(|index| before[index]),
        after: Some(*object),
    });
    let gone = before
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| !**taken)
        .map(|(object, _)| Pair {
            before: Some(*object),
            after: None,
        });
    matched.chain(gone).collect()
}

/// The instances of which every object is new, and those of which every object is gone.
pub(super) struct Together<'s> {
    /// Those of which an object stays.
    staying: FxHashSet<(&'s DeclarationName, &'s str)>,
}

impl<'s> Together<'s> {
    pub(super) fn of(pairs: &[Pair<'s>]) -> Self {
        let staying = pairs
            .iter()
            .filter(|pair| pair.before.is_some() && pair.after.is_some())
            .flat_map(|pair| [pair.before, pair.after])
            .flatten()
            .map(|located| located.name())
            .collect();
        Self { staying }
    }

    /// Whether an object comes or goes with everything else of its instance.
    pub(super) fn includes(&self, located: Located<'_>) -> bool {
        !self.staying.contains(&located.name())
    }
}

fn located(state: &State) -> Vec<Located<'_>> {
    state
        .instances
        .iter()
        .flat_map(|instance| {
            let objects = instance.objects.iter().flatten();
            objects.map(move |object| Located { instance, object })
        })
        .collect()
}

/// `apps` of `apps/v1`: an object keeps its identity in another version of its group.
fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
