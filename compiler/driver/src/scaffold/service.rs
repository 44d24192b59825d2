//! The start of a service: what its capability and the project ask for, and nothing else.

use std::fmt::Write as _;
use std::path::Path;

use plat_diagnostics::{Diagnostic, codes};
use plat_model::text::TextKind;
use plat_semantics::db::{Db as _, DeclId, Project};
use plat_semantics::hir;
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::program::{fact_schema, signature};
use plat_semantics::scope::distance::nearest;
use plat_semantics::ty::{FieldType, Type, TypeKind};

use crate::project::find;
use crate::{Arguments, Workspace};

/// Inputs that a service shows even where they have a default: a reader looks for them.
const SHOWN: [&str; 2] = ["image", "port"];

/// The text of a service's file in the project around a folder.
pub(super) fn text(name: &str, capability: &str, into: &Path) -> Result<String, Box<Diagnostic>> {
    let root = nearest_folder(into).and_then(|folder| find(folder).ok());
    let Some(root) = root else {
        let message = format!("there is no project around `{}`", crate::shown_path(into));
        return Err(Box::new(
            Diagnostic::new(&codes::NO_PROJECT, message)
                .help("begin one: `platc new project NAME`"),
        ));
    };
    let workspace = Workspace::load(&root, &Arguments::default());
    let decl = find_capability(&workspace, capability)?;
    Ok(service(&workspace, name, decl, into))
}

/// The folder itself, or the nearest one above it that exists.
fn nearest_folder(into: &Path) -> Option<&Path> {
    let folders = into.ancestors().map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    });
    folders.into_iter().find(|folder| folder.is_dir())
}

fn find_capability(workspace: &Workspace, written: &str) -> Result<DeclId, Box<Diagnostic>> {
    let db = workspace.db();
    let (module, name) = written.rsplit_once('.').unwrap_or(("", written));
    let mut known = Vec::new();
    for file in workspace.sources() {
        for item in item_tree(db, file)
            .items
            .iter()
            .filter(|item| item.kind == ItemKind::Capability)
        {
            let at = workspace.module_text(item.id);
            if item.name == name
                && (module.is_empty() || at == module || at.ends_with(&format!(".{module}")))
            {
                return Ok(item.id);
            }
            known.push(item.name.as_str());
        }
    }
    let finding = Diagnostic::new(
        &codes::UNKNOWN_NAME,
        format!("there is no capability `{written}`"),
    );
    Err(Box::new(match nearest(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("`platc list capabilities` lists them"),
    }))
}

fn service(workspace: &Workspace, name: &str, capability: DeclId, into: &Path) -> String {
    let db = workspace.db();
    let mut text = import(workspace, capability, into);
    let teams = db.fleet().names(db, ItemKind::Team);
    let owner = teams.first().map_or("owners", |team| team.as_str());
    if teams.is_empty() {
        text.push_str("team owners {}\n\n");
    }
    let _ = writeln!(text, "/// What {name} does, in one sentence.");
    let _ = writeln!(text, "service {name}: {} {{", capability.name(db));
    for field in &fact_schema(db, ItemKind::Service).fields {
        if field.name == "owner" {
            let _ = writeln!(text, "  owner = {owner}");
        } else if is_required(field) {
            let _ = writeln!(
                text,
                "  {} = {}",
                field.name,
                sample(workspace, name, field)
            );
        }
    }
    for input in &signature(db, capability).inputs {
        let field = &input.field;
        let required = input.defaults.is_empty() && is_required(field);
        if required || SHOWN.contains(&field.name.as_str()) {
            let _ = writeln!(
                text,
                "  {} = {}",
                field.name,
                sample(workspace, name, field)
            );
        }
    }
    text.push_str("}\n");
    text
}

/// The `use` that brings the capability, where one is needed.
fn import(workspace: &Workspace, capability: DeclId, into: &Path) -> String {
    let db = workspace.db();
    let project = Project::get(db);
    let module = capability.file(db).module(db);
    let folder = module.path(db).join("/");
    let own = module.package(db) == project.root(db);
    let here = std::path::absolute(into)
        .ok()
        .is_some_and(|into| into == workspace.root().join(&folder));
    if module.package(db) == project.std(db) || own && here {
        return String::new();
    }
    let path = workspace.module_text(capability);
    let package = format!("{}.", project.root(db).name(db));
    let path = if own {
        path.strip_prefix(&package).unwrap_or(&path).to_owned()
    } else {
        path
    };
    format!("use {path}.{}\n\n", capability.name(db))
}

fn is_required(field: &FieldType) -> bool {
    field.default.is_none() && !matches!(field.ty.kind, TypeKind::Optional(_))
}

/// A value that the type allows, for the author to replace.
fn sample(workspace: &Workspace, service: &str, field: &FieldType) -> String {
    sample_of(workspace, service, &field.ty, 0)
}

/// Records within records are filled this far; types of a person's hand are never as deep.
const MAX_DEPTH: usize = 8;

fn sample_of(workspace: &Workspace, service: &str, ty: &Type, depth: usize) -> String {
    let db = workspace.db();
    let inner = |ty: &Type| sample_of(workspace, service, ty, depth + 1);
    match &ty.kind {
        TypeKind::Bool => "false".to_owned(),
        TypeKind::Int => "1".to_owned(),
        TypeKind::Float => "1.0".to_owned(),
        TypeKind::Date => "2030-01-01".to_owned(),
        TypeKind::Ratio => "100%".to_owned(),
        TypeKind::Money => "1USD".to_owned(),
        TypeKind::Quantity(dimension) => quantity(&dimension.to_string()).to_owned(),
        TypeKind::Text(kind) => text_of_kind(*kind, service),
        TypeKind::Bounded(_) if ty.text(db).contains("65535") => "8080".to_owned(),
        TypeKind::Bounded(bounds) => bounds.low.to_string(),
        TypeKind::Literals(texts) => texts
            .first()
            .map_or_else(|| "\"\"".to_owned(), |text| format!("{text:?}")),
        TypeKind::List(_) => "[]".to_owned(),
        TypeKind::Map(_) => "{}".to_owned(),
        TypeKind::Optional(_) | TypeKind::None => "none".to_owned(),
        TypeKind::Record(record) if depth < MAX_DEPTH => {
            let fields = record.fields.iter().filter(|field| is_required(field));
            let fields: Vec<String> = fields
                .map(|field| format!("{} = {}", field.name, inner(&field.ty)))
                .collect();
            if fields.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", fields.join(", "))
            }
        }
        TypeKind::Enum(decl) => match &hir::body(db, *decl).kind {
            hir::BodyKind::Enum(variants) => variants
                .iter()
                .find(|variant| variant.payload.is_empty())
                .map_or_else(|| "none".to_owned(), |variant| variant.name.to_string()),
            _ => "none".to_owned(),
        },
        TypeKind::Fact(kind) => {
            let names = db.fleet().names(db, *kind);
            names
                .first()
                .map_or_else(|| kind.word().to_owned(), ToString::to_string)
        }
        _ => format!("\"{service}\""),
    }
}

fn quantity(dimension: &str) -> &'static str {
    match dimension {
        "Cpu" => "100m",
        "Bytes" => "1Gi",
        "Duration" => "30s",
        "Rate" => "1rps",
        _ => "1",
    }
}

fn text_of_kind(kind: TextKind, service: &str) -> String {
    let text = match kind {
        TextKind::Image => format!("registry.example.com/{service}:1.0.0"),
        TextKind::Url => "https://example.com".to_owned(),
        TextKind::Hostname | TextKind::DnsSubdomain => "example.com".to_owned(),
        TextKind::Email => "owners@example.com".to_owned(),
        TextKind::Cidr => "10.0.0.0/8".to_owned(),
        TextKind::Cron => "0 3 * * *".to_owned(),
        TextKind::SemVer => "1.0.0".to_owned(),
        TextKind::IpAddress => "10.0.0.1".to_owned(),
        TextKind::HttpPath => "/".to_owned(),
        TextKind::EnvName => "NAME".to_owned(),
        _ => service.to_owned(),
    };
    format!("{text:?}")
}
