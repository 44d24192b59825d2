//! States without objects: who is declared, how it hangs together, and a digest of what each instance comes to.

use std::collections::BTreeSet;
use std::sync::Arc;

use plat_model::digest::Digester;
use plat_plan::state::{Declaration, DeclarationName, Edge, Environment, Instance, Source, State};
use plat_semantics::db::{DeclId, Project, SourceFile};
use plat_semantics::environments;
use plat_semantics::eval::{evaluate, exists_per_key, trace_place};
use plat_semantics::graph::written_fact;
use plat_semantics::hir::EdgeTarget;
use plat_semantics::infer::{declared_capability, edge_signatures, edges_of};
use plat_semantics::items::ItemKind;
use plat_semantics::scope::Folder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::declared::{Written, written};
use crate::check::{checked_files, evaluated};
use crate::{Database, Workspace, facts};

/// A state without objects, and what they would be loaded from.
#[derive(Debug)]
pub(super) struct Skeleton {
    /// The state.
    pub(super) state: State,
    /// The declarations and environments behind [`State::instances`], in the same order.
    pub(super) units: Vec<Unit>,
    /// The place of a declaration in [`State::declarations`].
    pub(super) places: FxHashMap<DeclId, u32>,
    /// All environments, also those that do not count.
    pub(super) environments: Vec<String>,
    /// Those of which there is one per key, and none was given.
    pub(super) without_key: BTreeSet<String>,
}

/// A declaration in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Unit {
    pub(super) decl: DeclId,
    pub(super) environment: DeclId,
}

impl Skeleton {
    /// A state in which there is nothing.
    pub(super) fn empty(label: &str) -> Self {
        Self {
            state: State {
                label: label.to_owned(),
                ..State::default()
            },
            units: Vec::new(),
            places: FxHashMap::default(),
            environments: Vec::new(),
            without_key: BTreeSet::new(),
        }
    }

    /// The state of a workspace, in some environments; all of them if none is named.
    pub(super) fn of(workspace: &Workspace, label: &str, only: &BTreeSet<String>) -> Self {
        let db = workspace.db();
        let files = checked_files(workspace, false);
        let (declarations, places) = declarations(workspace, &files);
        let environments = Project::get(db).environments(db);
        let without_key: BTreeSet<String> = environments
            .iter()
            .filter(|environment| is_without_key(db, **environment))
            .map(|environment| environment.name(db).to_string())
            .collect();
        // As a build does: without its key, such an environment has no names of its own.
        let wanted =
            |name: &str| !without_key.contains(name) && (only.is_empty() || only.contains(name));
        let (instances, units) = instances(workspace, &files, &wanted);
        let state = State {
            label: label.to_owned(),
            environments: environments
                .iter()
                .filter(|environment| wanted(environment.name(db)))
                .map(|environment| Environment {
                    name: environment.name(db).as_str().into(),
                    production: is_production(db, *environment),
                })
                .collect(),
            declarations,
            instances,
            ..State::default()
        };
        Self {
            state,
            units,
            places,
            environments: environments
                .iter()
                .map(|environment| environment.name(db).to_string())
                .collect(),
            without_key,
        }
    }
}

fn instances(
    workspace: &Workspace,
    files: &[SourceFile],
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> (Vec<Instance>, Vec<Unit>) {
    let declarations = evaluated(workspace, files);
    let found: Vec<Vec<(Instance, Unit)>> = declarations
        .par_iter()
        .map_with(workspace.db().clone(), |db, decl| {
            let db = &*db;
            let digests = evaluate(db, *decl).digests.iter();
            digests
                .filter(|(environment, _)| wanted(environment.name(db)))
                .map(|(environment, digest)| {
                    let instance = Instance {
                        declaration: fact_name(db, *decl),
                        environment: environment.name(db).as_str().into(),
                        digest: *digest,
                        objects: None,
                        reads: Vec::new(),
                    };
                    let unit = Unit {
                        decl: *decl,
                        environment: *environment,
                    };
                    (instance, unit)
                })
                .collect()
        })
        .collect();
    let mut found: Vec<(Instance, Unit)> = found.into_iter().flatten().collect();
    // The sort keeps the order of files where a name is declared twice by mistake.
    found.sort_by(|(a, _), (b, _)| {
        (&a.declaration, &a.environment).cmp(&(&b.declaration, &b.environment))
    });
    found.dedup_by(|(again, _), (first, _)| {
        again.declaration == first.declaration && again.environment == first.environment
    });
    found.into_iter().unzip()
}

/// All declarations by kind and name, and the place of each.
fn declarations(
    workspace: &Workspace,
    files: &[SourceFile],
) -> (Vec<Declaration>, FxHashMap<DeclId, u32>) {
    let paths = workspace.paths();
    let found: Vec<Vec<(Declaration, DeclId)>> = files
        .par_iter()
        .map_with(workspace.db().clone(), |db, file| {
            let db = &*db;
            let path: Arc<str> = Arc::from(paths.of(*file));
            let foreign = paths.is_foreign(*file);
            written(db, *file)
                .iter()
                .map(|written| {
                    let declared = declaration(db, written, &path, foreign);
                    (declared, written.decl)
                })
                .collect()
        })
        .collect();
    let mut found: Vec<(Declaration, DeclId)> = found.into_iter().flatten().collect();
    found.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let mut declarations: Vec<Declaration> = Vec::with_capacity(found.len());
    let mut places = FxHashMap::default();
    for (declaration, decl) in found {
        match declarations.last_mut() {
            Some(last) if last.name == declaration.name => join(last, declaration),
            _ => declarations.push(declaration),
        }
        places.insert(
            decl,
            u32::try_from(declarations.len() - 1).unwrap_or(u32::MAX),
        );
    }
    (declarations, places)
}

/// Two declarations of one name, such as a service that is declared anew for another environment, are one for those who look.
fn join(first: &mut Declaration, again: Declaration) {
    let mut digester = Digester::default();
    let mut both = |a: &[u8], b: &[u8]| {
        digester.bytes(a);
        digester.bytes(b);
        digester.finish()
    };
    first.digest = both(&first.digest, &again.digest);
    first.nameless = both(&first.nameless, &again.nameless);
    for edge in again.edges {
        if !first.edges.contains(&edge) {
            first.edges.push(edge);
        }
    }
    first.edges.sort_by(|a, b| a.alias.cmp(&b.alias));
    first.owner = first.owner.take().or(again.owner);
    first.system = first.system.take().or(again.system);
    // Neither text alone says what changed.
    first.text = None;
}

fn declaration(db: &Database, written: &Written, path: &Arc<str>, foreign: bool) -> Declaration {
    let decl = written.decl;
    let name = declaration_name(db, decl);
    let is_node = decl.kind(db).is_instance() || decl.kind(db) == ItemKind::System;
    let fact = |fact: &str| {
        if is_node {
            facts::named(db, decl, fact)
        } else {
            written_fact(db, decl, fact).map(|name| name.as_str().into())
        }
    };
    Declaration {
        source: Some(Source {
            path: Arc::clone(path),
            line: written.line,
            declaration: name.clone(),
            foreign,
        }),
        owner: fact("owner"),
        system: fact("system"),
        capability: declared_capability(db, decl)
            .map(|capability| capability.name(db).as_str().into()),
        edges: edges(db, decl),
        digest: written.digest,
        nameless: written.nameless,
        text: Some(Arc::clone(&written.text)),
        name,
    }
}

/// Whether an environment exists once per key, and nobody said which.
fn is_without_key(db: &Database, environment: DeclId) -> bool {
    let keys = Project::get(db).environment_keys(db);
    exists_per_key(db, environment) && !keys.iter().any(|(name, _)| name == environment.name(db))
}

fn is_production(db: &Database, environment: DeclId) -> bool {
    let trace = trace_place(db, environment, environment, &["production"]);
    trace.is_some_and(|trace| trace.value.as_deref() == Some("true"))
}

fn edges(db: &Database, decl: DeclId) -> Vec<Edge> {
    if !decl.kind(db).is_instance() {
        return Vec::new();
    }
    let declared = edges_of(plat_semantics::hir::body(db, decl));
    let mut edges: Vec<Edge> = declared
        .iter()
        .zip(edge_signatures(db, decl))
        .filter_map(|(edge, signature)| {
            let target = match signature.target {
                Some(target) => target.name(db).as_str().into(),
                None if signature.owned => {
                    format!("{}/{}", decl.name(db), signature.alias).into_boxed_str()
                }
                None => return None,
            };
            let only = edge.only.iter().flat_map(|only| &only.environments);
            let mut environments: Vec<Box<str>> = only
                .filter_map(|path| environments::resolve(db, decl, path))
                .map(|environment| environment.name(db).as_str().into())
                .collect();
            environments.sort();
            Some(Edge {
                alias: signature.alias.as_str().into(),
                kind: match edge.target {
                    EdgeTarget::Call(_) => "calls".into(),
                    _ => "needs".into(),
                },
                target,
                environments,
            })
        })
        .collect();
    edges.sort_by(|a, b| a.alias.cmp(&b.alias));
    edges
}

/// The name of a declaration of the fleet.
fn fact_name(db: &Database, decl: DeclId) -> DeclarationName {
    DeclarationName {
        kind: decl.kind(db).word().into(),
        name: decl.name(db).as_str().into(),
    }
}

/// The name by which a declaration is told from all others: facts are known everywhere by their own, others within their module.
pub(super) fn declaration_name(db: &Database, decl: DeclId) -> DeclarationName {
    if decl.kind(db).is_fact() {
        return fact_name(db, decl);
    }
    let module = Folder::of(db, decl.file(db).module(db)).text(db);
    let own = Project::get(db).root(db).name(db).as_str();
    let below = match module.strip_prefix(own) {
        Some("") => "",
        Some(rest) => rest.strip_prefix('.').unwrap_or(&module),
        None => &module,
    };
    let mut name = decl.name(db).to_string();
    if !below.is_empty() {
        name = if decl.kind(db).is_named_after_target() {
            format!("{name} ({below})")
        } else {
            format!("{below}.{name}")
        };
    }
    if decl.nth(db) > 0 {
        name = format!("{name}#{}", decl.nth(db) + 1);
    }
    DeclarationName {
        kind: decl.kind(db).word().into(),
        name: name.into(),
    }
}
