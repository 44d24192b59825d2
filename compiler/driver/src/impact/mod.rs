//! Who is reached if something changes, asked before anybody changes it.
//!
//! An instance is reached by a declaration that is read to make it. It is reached by a value, such as the default of an input, if
//! that value is the one that holds there: which layer wins says so, and where values of its objects were made.

mod subject;
mod within;

use std::collections::{BTreeMap, BTreeSet};

use plat_diagnostics::Diagnostic;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::graph::{Graph, written_fact};
use plat_semantics::infer::declared_capability;
use plat_semantics::items::ItemKind;
use rayon::prelude::*;
use serde::Serialize;

use crate::check::{checked_files, evaluated};
use crate::explain::Place;
use crate::{Database, Workspace};
use subject::Subject;
use within::Within;

/// Who is reached by a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// What would change.
    pub address: String,
    /// What that is: `service`, `input of a capability`.
    pub kind: String,
    /// Where it stands.
    pub declared: Place,
    /// Whom it reaches, sorted by kind and name.
    pub reached: Vec<Reached>,
    /// Who would be reached, had they not a value of their own.
    pub overridden: Vec<Overridden>,
    /// Who calls or needs those that are reached, nearest first.
    pub dependents: Vec<Dependent>,
    /// The teams to ask, sorted: those of whom it reaches and of their dependents.
    pub owners: Vec<String>,
}

/// A declaration that is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The keyword.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The team that owns it.
    pub owner: Option<String>,
    /// In which environments.
    pub environments: Vec<String>,
    /// The values of its objects that are made there, as far as their origin shows it.
    pub objects: Vec<ReachedObject>,
}

/// An object with values that are made where the change would be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachedObject {
    /// Its address below the instance: `deployment`.
    pub path: String,
    /// `Deployment`.
    pub kind: String,
    /// The paths of the values.
    pub fields: Vec<String>,
}

/// A declaration with a value of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overridden {
    /// The name.
    pub name: String,
    /// In which environments.
    pub environments: Vec<String>,
    /// The value that holds there, as one would write it.
    pub value: Option<String>,
    /// Where it is set.
    pub place: Place,
}

/// A declaration that depends on what is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependent {
    /// The name.
    pub name: String,
    /// The team that owns it.
    pub owner: Option<String>,
    /// What it depends on, from itself to what is reached.
    pub through: Vec<String>,
}

/// Who is reached if what an address, or `FILE:LINE`, names would change.
///
/// # Errors
/// When it names nothing.
pub fn impact(workspace: &Workspace, address: &str) -> Result<Impact, Box<Diagnostic>> {
    let subject = subject::find(workspace, address)?;
    let files = checked_files(workspace, false);
    let units: Vec<(DeclId, DeclId)> = evaluated(workspace, &files)
        .into_iter()
        .flat_map(|decl| {
            let db = workspace.db();
            let environments = Project::get(db).environments(db).iter();
            environments.map(move |environment| (decl, *environment))
        })
        .filter(|(_, environment)| subject.environments.contains(environment))
        .collect();
    let found: Vec<Within> = units
        .par_iter()
        .map_with(workspace.db().clone(), |db, (decl, environment)| {
            within::within(db, &subject, *decl, *environment)
        })
        .collect();
    let mut reached: BTreeMap<(ItemKind, String), Reached> = BTreeMap::new();
    let mut overridden: Vec<Overridden> = Vec::new();
    for ((decl, environment), within) in units.iter().zip(found) {
        let db = workspace.db();
        let name = decl.name(db).to_string();
        let environment = environment.name(db).to_string();
        match within {
            Within::No => {}
            Within::Reached(objects) => {
                let entry = reached
                    .entry((decl.kind(db), name.clone()))
                    .or_insert_with(|| Reached {
                        kind: decl.kind(db).word().to_owned(),
                        name,
                        owner: owner(db, *decl),
                        environments: Vec::new(),
                        objects: Vec::new(),
                    });
                entry.environments.push(environment);
                merge(&mut entry.objects, objects);
            }
            Within::Overridden { value, at } => {
                let place = Place::of(workspace, workspace.span(at.0, at.1));
                let same = overridden.iter_mut().find(|known| {
                    (&known.name, &known.value, &known.place) == (&name, &value, &place)
                });
                match same {
                    Some(known) => known.environments.push(environment),
                    None => overridden.push(Overridden {
                        name,
                        environments: vec![environment],
                        value,
                        place,
                    }),
                }
            }
        }
    }
    let reached: Vec<Reached> = reached.into_values().collect();
    overridden.sort_by(|a, b| (&a.name, &a.environments).cmp(&(&b.name, &b.environments)));
    let dependents = dependents(workspace, &subject, &reached);
    let owners: BTreeSet<String> = reached
        .iter()
        .filter_map(|reached| reached.owner.clone())
        .chain(
            dependents
                .iter()
                .filter_map(|dependent| dependent.owner.clone()),
        )
        .collect();
    Ok(Impact {
        address: subject.address,
        kind: subject.kind,
        declared: Place::of(workspace, subject.declared),
        reached,
        overridden,
        dependents,
        owners: owners.into_iter().collect(),
    })
}

/// The team that a declaration names as its owner.
fn owner(db: &Database, decl: DeclId) -> Option<String> {
    written_fact(db, decl, "owner").map(|name| name.to_string())
}

/// Adds the values of one environment to those of others.
fn merge(known: &mut Vec<ReachedObject>, more: Vec<ReachedObject>) {
    for object in more {
        let same = known
            .iter_mut()
            .find(|other| (&other.path, &other.kind) == (&object.path, &object.kind));
        match same {
            Some(same) => {
                for field in object.fields {
                    if !same.fields.contains(&field) {
                        same.fields.push(field);
                    }
                }
            }
            None => known.push(object),
        }
    }
    known.sort();
}

/// Who calls or needs what is reached, and is not reached itself; nearest first, then by name.
fn dependents(workspace: &Workspace, subject: &Subject, reached: &[Reached]) -> Vec<Dependent> {
    let graph = Graph::build(workspace.db());
    let (nodes, edges) = graph.listed();
    let mut consumers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to, _) in edges {
        consumers.entry(to).or_default().push(from);
    }
    let names: BTreeSet<&str> = reached
        .iter()
        .map(|reached| reached.name.as_str())
        .collect();
    let own: Vec<usize> = (0..nodes.len())
        .filter(|node| {
            let node = nodes[*node];
            let name = node.address.split('/').next().unwrap_or_default();
            names.contains(name) || subject.decls.contains(&node.decl)
        })
        .collect();
    let mut seen: BTreeSet<usize> = own.iter().copied().collect();
    let mut ring: Vec<Vec<usize>> = own.into_iter().map(|node| vec![node]).collect();
    let mut found = Vec::new();
    while !ring.is_empty() {
        let mut next: Vec<Vec<usize>> = Vec::new();
        for through in &ring {
            let Some(at) = through.first() else { continue };
            for consumer in consumers.get(at).into_iter().flatten() {
                if seen.insert(*consumer) {
                    next.push(
                        [*consumer]
                            .into_iter()
                            .chain(through.iter().copied())
                            .collect(),
                    );
                }
            }
        }
        next.sort_by(|a, b| nodes[a[0]].address.cmp(&nodes[b[0]].address));
        found.extend(next.iter().map(|through| {
            Dependent {
                name: nodes[through[0]].address.clone(),
                owner: nodes[through[0]].owner.as_ref().map(ToString::to_string),
                through: through
                    .iter()
                    .map(|node| nodes[*node].address.clone())
                    .collect(),
            }
        }));
        ring = next;
    }
    found
}

/// Whether a declaration's capability has an input, and whose.
fn has_input(db: &Database, decl: DeclId, name: &str, owner: DeclId) -> bool {
    declared_capability(db, decl).is_some_and(|capability| {
        let signature = plat_semantics::program::signature(db, capability);
        let is_its = capability == owner
            || signature
                .contracts
                .iter()
                .any(|(contract, _)| *contract == owner);
        is_its && signature.input(name).is_some()
    })
}
