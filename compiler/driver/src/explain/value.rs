//! Values: what each layer says, and what comes of it.

use plat_diagnostics::{Diagnostic, Span, codes};
use plat_semantics::db::DeclId;
use plat_semantics::eval::{LayerEntry, PlaceTrace, trace_place};
use plat_semantics::hir::{self, BodyKind, NodeId};
use plat_semantics::items::ItemKind;
use plat_semantics::program::Layer;
use plat_syntax::Address;

use super::address::Found;
use super::{LayerOfValue, Place, Value, first_paragraph};
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
        return Err(Box::new(
            Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
                .at(span, "declared here")
                .help(format!(
                    "`platc explain {}` shows what it is",
                    found.decl.name(db)
                )),
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
            .map(|entry| layer(workspace, trace, entry))
            .collect(),
    }
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
    let unknown = || {
        let message = format!("`{}` declares no input `{name}`", decl.name(db));
        Box::new(
            Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
                .at(workspace.span(decl, NodeId::NAME), "declared here")
                .help(format!(
                    "`platc explain {}` lists its inputs",
                    decl.name(db)
                )),
        )
    };
    let BodyKind::Capability(capability) = &hir::body(db, decl).kind else {
        return Err(unknown());
    };
    let field = capability
        .members
        .inputs
        .iter()
        .find(|input| input.name == name)
        .ok_or_else(unknown)?;
    let place = Place::of(workspace, workspace.span(decl, field.node));
    let (ty, default) = match place.text.trim_start_matches("input ").split_once(':') {
        Some((_, rest)) => match rest.split_once(" = ") {
            Some((ty, default)) => (ty.trim().to_owned(), Some(default.trim().to_owned())),
            None => (rest.trim().to_owned(), None),
        },
        None => (String::new(), None),
    };
    Ok(Value {
        address: format!("{}:{name}", decl.name(db)),
        environments: Vec::new(),
        ty,
        value: default.clone(),
        doc: first_paragraph(field.doc.as_deref()),
        layers: vec![LayerOfValue {
            layer: 1,
            name: name_of(Layer::Default).to_owned(),
            place,
            operator: "=".to_owned(),
            path: None,
            value: default,
            wins: true,
        }],
    })
}
