//! Emitted objects.

use plat_diagnostics::{Diagnostic, codes};
use plat_kubernetes::output::yaml;
use plat_model::{Node, Origin, field};
use plat_semantics::eval::{Emission, emit};
use plat_semantics::hir::NodeId;
use plat_semantics::scope::distance::nearest;
use plat_syntax::Address;

use super::address::Found;
use super::{Object, Place};
use crate::Workspace;

pub(super) fn explain(
    workspace: &Workspace,
    address: &Address,
    found: &Found,
) -> Result<Object, Box<Diagnostic>> {
    let db = workspace.db();
    let Some(&environment) = found.environments.first() else {
        return Err(Box::new(Diagnostic::new(
            &codes::UNKNOWN_ADDRESS,
            "an object exists in an environment: `name@env/object`",
        )));
    };
    let path = object_path(address);
    let mut result = None;
    let problems = emit(db, found.decl, environment, &mut |emission| {
        result = Some(in_emission(workspace, address, &path, emission));
    });
    match result {
        Some(result) => result,
        None => {
            let finding = workspace
                .resolve(&problems)
                .into_iter()
                .find(Diagnostic::is_error);
            let nothing = || {
                let message = format!(
                    "`{}` emits nothing in `{}`",
                    found.decl.name(db),
                    environment.name(db)
                );
                Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
            };
            Err(Box::new(finding.unwrap_or_else(nothing)))
        }
    }
}

/// `server/volume["x"]`.
fn object_path(address: &Address) -> String {
    let steps = address.object.iter().map(|step| match &step.key {
        Some(key) => format!("{}[{key:?}]", step.name),
        None => step.name.clone(),
    });
    steps.collect::<Vec<_>>().join("/")
}

fn in_emission(
    workspace: &Workspace,
    address: &Address,
    path: &str,
    emission: &Emission<'_>,
) -> Result<Object, Box<Diagnostic>> {
    let Some(object) = emission.objects.iter().find(|object| object.path == path) else {
        let known = emission.objects.iter().map(|object| object.path);
        let finding = Diagnostic::new(
            &codes::UNKNOWN_ADDRESS,
            format!("there is no object `{path}`"),
        );
        let help = match nearest(path, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "there are {}",
                known
                    .map(|path| format!("`{path}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        return Err(Box::new(finding.help(help)));
    };
    let mut node = object.body;
    for (depth, name) in address.value.iter().enumerate() {
        let inner = node.value.fields().and_then(|fields| field(fields, name));
        node = inner
            .map(|field| field.node)
            .ok_or_else(|| Box::new(no_field(&node, address, depth)))?;
    }
    let mut bytes = Vec::new();
    // What cannot be written has no text; the build reports it.
    let _ = yaml::Writer::new(&mut bytes, None).document(&node);
    Ok(Object {
        address: address.to_string(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
        origin: place(workspace, emission, node.origin),
    })
}

fn no_field(node: &Node<'_>, address: &Address, depth: usize) -> Diagnostic {
    let name = &address.value[depth];
    let at = address.value[..depth].join(".");
    let at = if at.is_empty() {
        "the object".to_owned()
    } else {
        format!("`{at}`")
    };
    let finding = Diagnostic::new(
        &codes::UNKNOWN_ADDRESS,
        format!("{at} has no field `{name}`"),
    );
    let known: Vec<&str> = node
        .value
        .fields()
        .unwrap_or_default()
        .iter()
        .map(|field| field.key)
        .collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => finding,
        None => finding.help(format!(
            "it has {}",
            known
                .iter()
                .map(|key| format!("`{key}`"))
                .collect::<Vec<_>>()
                .join(", ")
        )),
    }
}

fn place(workspace: &Workspace, emission: &Emission<'_>, origin: Origin) -> Option<Place> {
    let decl = *emission
        .bodies
        .get((origin.body as usize).checked_sub(1)?)?;
    Some(Place::of(
        workspace,
        workspace.span(decl, NodeId(origin.node)),
    ))
}
