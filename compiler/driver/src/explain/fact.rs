//! Declarations: services and other facts, and capabilities.

use plat_semantics::db::{DeclId, Name};
use plat_semantics::eval::evaluate;
use plat_semantics::graph::Graph;
use plat_semantics::hir::{self, BodyKind, NodeId};
use plat_semantics::infer::declared_capability;
use plat_semantics::items::ItemKind;
use plat_semantics::program::signature;
use plat_syntax::Address;

use super::address::Found;
use super::{Declaration, Emitted, Member, Place, first_paragraph};
use crate::Workspace;

pub(super) fn explain(workspace: &Workspace, address: &Address, found: &Found) -> Declaration {
    let db = workspace.db();
    let decl = found.decl;
    let body = hir::body(db, decl);
    let is_capability = decl.kind(db) == ItemKind::Capability;
    let capability = match &body.kind {
        BodyKind::Capability(capability) if !capability.is.is_empty() => Some(
            capability
                .is
                .iter()
                .map(hir::Path::text)
                .collect::<Vec<_>>()
                .join(", "),
        ),
        _ => declared_capability(db, decl).map(|capability| {
            format!(
                "{}.{}",
                workspace.module_text(capability),
                capability.name(db)
            )
        }),
    };
    let (depends_on, used_by) = neighbours(workspace, decl);
    let (inputs, outputs) = members(workspace, decl);
    let address = match &address.environment {
        Some(environment) => format!("{}@{environment}", decl.name(db)),
        None if is_capability => format!("{}.{}", workspace.module_text(decl), decl.name(db)),
        None => decl.name(db).to_string(),
    };
    Declaration {
        address,
        kind: decl.kind(db).word().to_owned(),
        doc: first_paragraph(body.doc.as_deref()),
        declared: Place::of(workspace, workspace.span(decl, NodeId::NAME)),
        capability,
        depends_on,
        used_by,
        inputs,
        outputs,
        objects: if is_capability {
            Vec::new()
        } else {
            emitted(workspace, found)
        },
    }
}

fn emitted(workspace: &Workspace, found: &Found) -> Vec<Emitted> {
    let db = workspace.db();
    let keys = &evaluate(db, found.decl).objects;
    let in_environment = |environment: &DeclId| Emitted {
        environment: environment.name(db).to_string(),
        objects: keys
            .iter()
            .filter(|key| key.environment == *environment)
            .map(|key| (key.path.to_string(), key.kind.to_string()))
            .collect(),
    };
    let all = found.environments.iter().map(in_environment);
    all.filter(|emitted| !emitted.objects.is_empty()).collect()
}

/// What a declaration depends on and what depends on it, with the kind of edge.
fn neighbours(workspace: &Workspace, decl: DeclId) -> (Vec<String>, Vec<String>) {
    let graph = Graph::build(workspace.db());
    let (nodes, edges) = graph.listed();
    let Some(own) = nodes
        .iter()
        .position(|node| node.decl == decl && !node.address.contains('/'))
    else {
        return (Vec::new(), Vec::new());
    };
    let line = |word: &str, other: usize, alias: &Name, environments: &[Name]| {
        let node = nodes[other];
        let mut line = format!("{word} {}", node.address);
        if !node.address.ends_with(alias.as_str()) {
            line += &format!(" as {alias}");
        }
        if let (true, Some(capability)) = (node.address.contains('/'), &node.capability) {
            line += &format!(": {capability}");
        }
        if !environments.is_empty() {
            line += &format!(
                " only in {}",
                environments
                    .iter()
                    .map(Name::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
        line
    };
    let mut to = Vec::new();
    let mut from = Vec::new();
    for (consumer, target, edge) in edges {
        if consumer == own {
            to.push(line(
                edge.kind.word(),
                target,
                &edge.alias,
                &edge.environments,
            ));
        }
        if target == own {
            from.push(format!(
                "{} {} it",
                nodes[consumer].address,
                edge.kind.word()
            ));
        }
    }
    (to, from)
}

/// The inputs and outputs of a capability, those of its contracts included.
fn members(workspace: &Workspace, decl: DeclId) -> (Vec<Member>, Vec<Member>) {
    let db = workspace.db();
    if decl.kind(db) != ItemKind::Capability {
        return (Vec::new(), Vec::new());
    }
    let signature = signature(db, decl);
    let owner = |owner: Option<DeclId>| {
        owner
            .filter(|owner| *owner != decl)
            .map(|owner| owner.name(db).to_string())
    };
    let inputs = signature.inputs.iter().map(|input| {
        let default = input.defaults.last().map(|(owner, value)| {
            workspace.source_text(*owner, hir::body(db, *owner).expr_nodes[value.0 as usize])
        });
        Member {
            name: input.field.name.to_string(),
            ty: input.field.ty.text(db),
            value: default,
            from: owner(input.field.declared.map(|(decl, _)| decl)),
            doc: first_paragraph(input.field.doc.as_deref()),
        }
    });
    let outputs = signature.outputs.iter().map(|output| Member {
        name: output.name.to_string(),
        ty: output
            .ty
            .as_ref()
            .map_or_else(String::new, |ty| ty.text(db)),
        value: None,
        from: owner(Some(output.declared.0)),
        doc: first_paragraph(output.doc.as_deref()),
    });
    (inputs.collect(), outputs.collect())
}
