//! From an address to what it names.

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::db::{Db as _, DeclId, Name, Project};
use plat_semantics::environments::declared_in;
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::scope::distance::nearest;
use plat_syntax::Address;

use crate::Workspace;

/// What an address names.
#[derive(Debug)]
pub(crate) struct Found {
    /// The declaration; of several (each in other environments), the one that the environment picks, else the first.
    pub(crate) decl: DeclId,
    /// The environments that are meant and in which it is present.
    pub(crate) environments: Vec<DeclId>,
}

/// Reads an address.
pub(crate) fn parse(subject: &str) -> Result<Address, Box<Diagnostic>> {
    Address::parse(subject).ok_or_else(|| {
        Box::new(
            Diagnostic::new(
                &codes::UNKNOWN_ADDRESS,
                format!("`{subject}` is no address"),
            )
            .help("write a name, then perhaps `@environment`, `/object`, and `:path.of.a.value`")
            .help("such as `checkout@prod:scale.min` or `checkout@prod/deployment`"),
        )
    })
}

/// Finds what an address names.
pub(crate) fn find(workspace: &Workspace, address: &Address) -> Result<Found, Box<Diagnostic>> {
    let db = workspace.db();
    let all = Project::get(db).environments(db);
    let environments: Vec<DeclId> = match &address.environment {
        None => all.clone(),
        Some(wanted) => {
            let found = all
                .iter()
                .copied()
                .find(|environment| environment.name(db) == wanted.as_str());
            vec![found.ok_or_else(|| Box::new(unknown_environment(workspace, wanted)))?]
        }
    };
    let candidates = candidates(workspace, &address.path);
    let present = |decl: &DeclId| {
        environments
            .iter()
            .any(|environment| declared_in(db, *decl, *environment))
    };
    let decl = candidates
        .iter()
        .copied()
        .find(present)
        .or_else(|| candidates.first().copied());
    let decl = decl.ok_or_else(|| Box::new(unknown(workspace, &address.path)))?;
    let environments: Vec<DeclId> = environments
        .into_iter()
        .filter(|environment| declared_in(db, decl, *environment))
        .collect();
    if environments.is_empty() && address.environment.is_some() {
        let environment = address.environment.as_deref().unwrap_or_default();
        let message = format!("`{}` does not exist in `{environment}`", decl.name(db));
        let span = workspace.span(decl, plat_semantics::hir::NodeId::NAME);
        return Err(Box::new(
            Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
                .at(span, "declared for other environments"),
        ));
    }
    Ok(Found { decl, environments })
}

/// The declarations that a dotted name may mean: facts before capabilities, in the order of kinds.
fn candidates(workspace: &Workspace, path: &[String]) -> Vec<DeclId> {
    let db = workspace.db();
    let Some((name, module)) = path.split_last() else {
        return Vec::new();
    };
    let name = Name::new(name);
    const ORDER: [ItemKind; 6] = [
        ItemKind::Service,
        ItemKind::Resource,
        ItemKind::System,
        ItemKind::External,
        ItemKind::Environment,
        ItemKind::Team,
    ];
    let facts = ORDER.into_iter().flat_map(|kind| {
        db.fleet()
            .name_entry(db, kind, &name)
            .declarations(db)
            .clone()
    });
    let mut found: Vec<DeclId> = facts.collect();
    for file in workspace.sources() {
        let items = item_tree(db, file).items.iter();
        found.extend(
            items
                .filter(|item| item.kind == ItemKind::Capability && item.name == name)
                .map(|item| item.id),
        );
    }
    let module = module.join(".");
    found.retain(|decl| {
        let at = workspace.module_text(*decl);
        module.is_empty() || at == module || at.ends_with(&format!(".{module}"))
    });
    found
}

fn unknown(workspace: &Workspace, path: &[String]) -> Diagnostic {
    let db = workspace.db();
    let written = path.join(".");
    let name = path.last().map_or("", String::as_str);
    let mut known: Vec<Name> = ItemKind::FACTS
        .into_iter()
        .flat_map(|kind| db.fleet().names(db, kind))
        .collect();
    for file in workspace.sources() {
        let items = item_tree(db, file).items.iter();
        known.extend(
            items
                .filter(|item| item.kind == ItemKind::Capability)
                .map(|item| item.name.clone()),
        );
    }
    let finding = Diagnostic::new(
        &codes::UNKNOWN_ADDRESS,
        format!("nothing in the project is called `{written}`"),
    );
    match nearest(name, known.iter().map(Name::as_str)) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("`platc list services` lists what there is"),
    }
}

fn unknown_environment(workspace: &Workspace, wanted: &str) -> Diagnostic {
    let db = workspace.db();
    let known = Project::get(db)
        .environments(db)
        .iter()
        .map(|environment| environment.name(db).to_string());
    crate::build::UnknownEnvironment {
        asked: wanted.to_owned(),
        known: known.collect(),
    }
    .finding()
}
