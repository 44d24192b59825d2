//! The state of an output folder: what a build wrote, read back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use plat_diagnostics::{Diagnostic, codes};
use plat_kubernetes::manifest::{self, read_objects};
use plat_model::digest::{Digester, whole};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::Unknown;
use plat_plan::state::{DeclarationName, Environment, Instance, ObjectState, State};
use plat_semantics::items::ItemKind;
use rayon::prelude::*;

use crate::build::{KUBERNETES, Layout};
use crate::project::read_text;
use crate::shown_path;

/// The file that lists the others of an environment is nobody's.
const KUSTOMIZATION: &str = "kustomization";

/// The state of an output folder.
pub(super) fn state(folder: &Path, only: &BTreeSet<String>) -> Result<State, Box<Diagnostic>> {
    let files = files(folder)?;
    let read: Vec<(Option<Instance>, Vec<Unknown>)> = files
        .par_iter()
        .filter_map(|path| {
            let (environment, kind, name) = Layout::owner(path)?;
            let is_list = kind == ItemKind::Service && name == KUSTOMIZATION;
            let wanted = only.is_empty() || only.contains(environment);
            (wanted && !is_list).then(|| instance(folder, path, environment, kind, name))
        })
        .collect();
    let mut state = State {
        label: shown_path(folder),
        ..State::default()
    };
    for (instance, unknown) in read {
        state.instances.extend(instance);
        state.unknown.extend(unknown);
    }
    state
        .instances
        .sort_by(|a, b| (&a.declaration, &a.environment).cmp(&(&b.declaration, &b.environment)));
    let names: BTreeSet<Box<str>> = files
        .iter()
        .filter_map(|path| Layout::owner(path))
        .map(|(environment, _, _)| environment)
        .filter(|name| only.is_empty() || only.contains(*name))
        .map(Box::from)
        .collect();
    state.environments = names
        .into_iter()
        .map(|name| Environment {
            name,
            production: false,
        })
        .collect();
    Ok(state)
}

/// The files of all environments, below the folder, sorted.
fn files(folder: &Path) -> Result<Vec<String>, Box<Diagnostic>> {
    let top = folder.join(KUBERNETES);
    let mut found = Vec::new();
    for environment in entries(&top).map_err(|error| {
        Box::new(
            Diagnostic::new(
                &codes::NO_BASE,
                format!("`{}` is no built output", shown_path(folder)),
            )
            .note(format!(
                "`{}`: {}",
                shown_path(&top),
                crate::project::reason(&error)
            ))
            .help(
                "name the folder that `platc build` wrote, or a file that `platc snapshot` wrote",
            ),
        )
    })? {
        for file in entries(&top.join(&environment)).unwrap_or_default() {
            found.push(format!("{KUBERNETES}/{environment}/{file}"));
        }
    }
    Ok(found)
}

/// The names in a folder that are text and not hidden, sorted.
fn entries(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    Ok(names)
}

fn instance(
    folder: &Path,
    path: &str,
    environment: &str,
    kind: ItemKind,
    name: &str,
) -> (Option<Instance>, Vec<Unknown>) {
    let unknown = |because: String| Unknown {
        what: shown_path(&folder.join(path)),
        because,
    };
    let text = match read_text(&folder.join(path)) {
        Ok(text) => text,
        Err(unreadable) => return (None, vec![unknown(format!("it {}", unreadable.why))]),
    };
    let (objects, faults) = read_objects(&text);
    let faults = faults
        .iter()
        .map(|fault| unknown(format!("it holds no objects: {}", fault.message)))
        .collect();
    let objects: Vec<ObjectState> = objects
        .into_iter()
        .map(|object| ObjectState {
            path: Box::default(),
            api_version: object.api_version,
            kind: object.kind,
            namespace: object.namespace,
            name: object.name,
            schema: None,
            body: tree(&object.tree),
        })
        .collect();
    let mut digester = Digester::default();
    for object in &objects {
        digester.tree(&object.body);
    }
    let instance = Instance {
        declaration: DeclarationName {
            kind: kind.word().into(),
            name: name.into(),
        },
        environment: environment.into(),
        digest: digester.finish(),
        objects: Some(objects),
        reads: Vec::new(),
    };
    (Some(instance), faults)
}

/// A document as a tree that plans compare. Documents are nested only as deep as their reader allows.
fn tree(read: &manifest::Tree) -> Tree {
    Tree::new(match &read.value {
        manifest::TreeValue::Null => TreeValue::Null,
        manifest::TreeValue::Bool(value) => TreeValue::Bool(*value),
        manifest::TreeValue::Int(value) => TreeValue::Int(*value),
        manifest::TreeValue::Float(value) => match whole(*value) {
            Some(value) => TreeValue::Int(value),
            None => TreeValue::Float(*value),
        },
        manifest::TreeValue::Text(text) => TreeValue::Text(text.clone()),
        manifest::TreeValue::List(items) => TreeValue::List(items.iter().map(tree).collect()),
        manifest::TreeValue::Map(entries) => TreeValue::Map(
            entries
                .iter()
                .map(|entry| (entry.key.clone(), tree(&entry.tree)))
                .collect(),
        ),
    })
}
