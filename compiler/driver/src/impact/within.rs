//! What a subject has to do with one instance.

use std::fmt::Write as _;

use plat_model::{Node, Value};
use plat_semantics::db::{DeclId, Project};
use plat_semantics::eval::{Emission, emit, trace_place};
use plat_semantics::hir::NodeId;
use plat_semantics::items::ItemKind;
use plat_semantics::problem::Anchor;

use super::subject::Subject;
use super::{ReachedObject, has_input};
use crate::Database;

/// What a subject has to do with an instance.
pub(super) enum Within {
    /// Nothing.
    No,
    /// Its objects come from it; these values show it.
    Reached(Vec<ReachedObject>),
    /// They would, but for a value of its own.
    Overridden {
        value: Option<String>,
        at: (DeclId, NodeId),
    },
}

/// How deep values are looked into.
const MAX_DEPTH: usize = plat_model::output::MAX_DEPTH;

pub(super) fn within(
    db: &Database,
    subject: &Subject,
    decl: DeclId,
    environment: DeclId,
) -> Within {
    let mut reads = false;
    let mut objects = Vec::new();
    // An instance with errors is reached as far as it could be evaluated.
    let _ = emit(db, decl, environment, &mut |emission| {
        let in_it = |wanted: &DeclId| emission.bodies.contains(wanted);
        let everything_here = subject
            .decls
            .iter()
            .any(|decl| decl.kind(db) == ItemKind::Environment && *decl == environment);
        reads =
            !emission.objects.is_empty() && (everything_here || subject.decls.iter().any(in_it));
        if reads && !subject.nodes.is_empty() {
            objects = made_there(db, subject, emission);
        }
    });
    if !reads {
        return Within::No;
    }
    if subject.nodes.is_empty() && subject.input.is_none() {
        return Within::Reached(objects);
    }
    if !objects.is_empty() {
        return Within::Reached(objects);
    }
    let Some((owner, path)) = &subject.input else {
        return Within::No;
    };
    let name = path.first().map(String::as_str).unwrap_or_default();
    if !has_input(db, decl, name, *owner) {
        return Within::No;
    }
    let steps: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(trace) = trace_place(db, decl, environment, &steps) else {
        return Within::No;
    };
    let node = |anchor: &Anchor| match anchor {
        Anchor::Node(decl, node) | Anchor::InString(decl, node, _) => Some((*decl, *node)),
        Anchor::Use(..) | Anchor::File(..) => None,
    };
    let winners: Vec<_> = trace.layers.iter().filter(|layer| layer.wins).collect();
    let is_own = |at: &(DeclId, NodeId)| subject.nodes.contains(at);
    let from_here = winners
        .iter()
        .any(|layer| node(&layer.at).is_some_and(|at| is_own(&at)));
    // What no layer sets is what the type gives, which is declared with the input.
    if from_here || winners.is_empty() {
        return Within::Reached(Vec::new());
    }
    match winners.first().and_then(|layer| node(&layer.at)) {
        Some(at) => Within::Overridden {
            value: trace.value,
            at,
        },
        None => Within::No,
    }
}

/// The values of an instance's objects that are made at the subject.
fn made_there(db: &Database, subject: &Subject, emission: &Emission<'_>) -> Vec<ReachedObject> {
    let store = &Project::get(db).kubernetes(db).0;
    let made = |node: &Node<'_>| {
        let body = (node.origin.body as usize).checked_sub(1)?;
        let decl = emission.bodies.get(body)?;
        Some(subject.nodes.contains(&(*decl, NodeId(node.origin.node))))
    };
    let mut found = Vec::new();
    for object in &emission.objects {
        let mut fields = Vec::new();
        collect(
            &object.body,
            &|node| made(node) == Some(true),
            &mut String::new(),
            &mut fields,
            MAX_DEPTH,
        );
        if !fields.is_empty() {
            let kind = store.schema(object.schema).object.as_ref();
            found.push(ReachedObject {
                path: object.path.to_owned(),
                kind: kind.map(|kind| kind.kind.to_string()).unwrap_or_default(),
                fields,
            });
        }
    }
    found.sort();
    found
}

/// The paths of the outermost values that are made there.
fn collect(
    node: &Node<'_>,
    made: &dyn Fn(&Node<'_>) -> bool,
    path: &mut String,
    fields: &mut Vec<String>,
    depth: usize,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if made(node) {
        fields.push(path.clone());
        return;
    }
    let length = path.len();
    match node.value {
        Value::Record(entries) | Value::Map(entries) => {
            for entry in entries {
                if entry.key.contains(['.', '/', '"']) {
                    let _ = write!(path, "[{:?}]", entry.key);
                } else {
                    let dot = if length == 0 { "" } else { "." };
                    let _ = write!(path, "{dot}{}", entry.key);
                }
                collect(&entry.node, made, path, fields, depth);
                path.truncate(length);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(path, "[{index}]");
                collect(item, made, path, fields, depth);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
