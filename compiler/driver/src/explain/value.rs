//! Values: what each layer says, and what comes of it.

use plat_diagnostics::{Diagnostic, Span, codes};
use plat_semantics::db::DeclId;
use plat_semantics::eval::{LayerEntry, PlaceTrace, trace_place};
use plat_semantics::hir::{self, NodeId};
use plat_semantics::items::ItemKind;
use plat_semantics::program::{Layer, signature};
use plat_semantics::scope::distance::nearest;
use plat_syntax::Address;

use super::address::Found;
use super::{LayerOfValue, Place, Value, first_paragraph, members};
use crate::Workspace;

pub(super) fn explain(
    workspace: &Workspace,
    address: &Address,
    found: &Found,
) -> Result<Vec<Value>, Box<Diagnostic>> {
    let db = workspace.db();
    let path: Vec<&str> = address.value.iter().map(String::as_str).collect();
    if found.decl.kind(db) == ItemKind::Capability {
        return input(workspace, address, found.decl).map(|value| vec![value]);
    }
    let values = of_path(workspace, found.decl, &found.environments, &path);
    if values.is_empty() {
        let message = format!(
            "`{}` has no value `{}`",
            found.decl.name(db),
            path.join(".")
        );
        let span = workspace.span(found.decl, NodeId::NAME);
        let name = found.decl.name(db);
        let near = members::unknown(db, found.decl, &path).and_then(|unknown| unknown.nearest);
        let help = match near {
            Some(near) => format!("did you mean `{name}:{near}`?"),
            None => format!("`platc explain {name}` shows what it is"),
        };
        return Err(Box::new(
            Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
                .at(span, "declared here")
                .help(help),
        ));
    }
    Ok(values)
}

/// A value in some environments; those in which the same layers give the same are put together.
pub(super) fn of_path(
    workspace: &Workspace,
    decl: DeclId,
    environments: &[DeclId],
    path: &[&str],
) -> Vec<Value> {
    let db = workspace.db();
    let mut values: Vec<Value> = Vec::new();
    for environment in environments {
        let Some(trace) = trace_place(db, decl, *environment, path) else {
            continue;
        };
        if trace.value.is_none() && members::unknown(db, decl, path).is_some() {
            continue;
        }
        let value = value(workspace, decl, &trace);
        let same = values.iter_mut().find(|known| {
            (&known.value, &known.layers, &known.ty) == (&value.value, &value.layers, &value.ty)
        });
        let name = environment.name(db).to_string();
        match same {
            Some(known) => known.environments.push(name),
            None => values.push(Value {
                environments: vec![name],
                ..value
            }),
        }
    }
    values
}

fn value(workspace: &Workspace, decl: DeclId, trace: &PlaceTrace) -> Value {
    Value {
        address: format!("{}:{}", decl.name(workspace.db()), trace.path),
        environments: Vec::new(),
        ty: trace.ty.clone(),
        value: trace.value.clone(),
        doc: first_paragraph(trace.doc.as_deref()),
        layers: trace
            .layers
            .iter()
            .filter(|entry| concerns(&entry.path, &trace.path))
            .map(|entry| layer(workspace, trace, entry))
            .collect(),
    }
}

/// Whether what sets one path has a say in another: it is the same, around it, or within it.
fn concerns(set: &str, asked: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    within(set, asked) || within(asked, set)
}

fn layer(workspace: &Workspace, trace: &PlaceTrace, entry: &LayerEntry) -> LayerOfValue {
    let db = workspace.db();
    let span = Span::new(workspace.file_id(entry.at.file(db)), entry.at.range(db));
    LayerOfValue {
        layer: entry.layer.number(),
        name: name_of(entry.layer).to_owned(),
        place: Place::of(workspace, span),
        operator: entry.operator.to_owned(),
        path: (entry.path != trace.path).then(|| entry.path.clone()),
        value: entry.value.clone(),
        wins: entry.wins,
    }
}

fn name_of(layer: Layer) -> &'static str {
    match layer {
        Layer::Default => "default",
        Layer::Defaults => "defaults for",
        Layer::Own => "the declaration",
        Layer::In => "in the environment",
        Layer::Patch => "patch",
    }
}

/// An input of a capability: what it is before anybody sets it.
fn input(workspace: &Workspace, address: &Address, decl: DeclId) -> Result<Value, Box<Diagnostic>> {
    let db = workspace.db();
    let name = address
        .value
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let signature = signature(db, decl);
    let Some(input) = signature.input(name) else {
        let known = signature
            .inputs
            .iter()
            .map(|input| input.field.name.as_str());
        let message = format!("`{}` has no input `{name}`", decl.name(db));
        let finding = Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
            .at(workspace.span(decl, NodeId::NAME), "declared here");
        return Err(Box::new(match nearest(name, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!(
                "`platc explain {}` lists its inputs",
                decl.name(db)
            )),
        }));
    };
    let layers: Vec<LayerOfValue> = input
        .defaults
        .iter()
        .rev()
        .enumerate()
        .map(|(steps, (owner, value))| {
            let node = hir::body(db, *owner).expr_nodes[value.0 as usize];
            LayerOfValue {
                layer: Layer::Default.number(),
                name: format!("default of {}", owner.name(db)),
                place: Place::of(workspace, workspace.span(*owner, node)),
                operator: "=".to_owned(),
                path: None,
                value: Some(workspace.source_text(*owner, node)),
                wins: steps == 0,
            }
        })
        .collect();
    Ok(Value {
        address: format!("{}:{name}", decl.name(db)),
        environments: Vec::new(),
        ty: input.field.ty.text(db),
        value: layers.first().and_then(|layer| layer.value.clone()),
        doc: first_paragraph(input.field.doc.as_deref()),
        layers,
    })
}
