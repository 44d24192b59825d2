//! Paths of a declaration's body, resolved to the kind of thing that is wanted there, with a finding when they are not.

use std::sync::Arc;

use plat_diagnostics::codes;
use plat_model::schema::{SchemaId, VersionId};

pub use crate::scope::Namespace;

use crate::db::{Db, DeclId, Name, Project};
use crate::hir::{NodeId, Path};
use crate::infer::EmitType;
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::distance::nearest;
use crate::scope::{self, Resolution, Resolved, Site, Unresolved, module_scope, prelude_scope};
use crate::ty::{Type, TypeKind, alias_type};

/// Why a path leads nowhere; without a problem when another place is to blame and reports it.
pub type Failure = Option<Box<Problem>>;

/// What a whole path means.
///
/// # Errors
/// When it means nothing of the wanted kind.
pub fn path(
    db: &dyn Db,
    decl: DeclId,
    path: &Path,
    wanted: Namespace,
) -> Result<Resolution, Failure> {
    prefix(db, decl, &segments(path), &anchors(decl, path), wanted)
        .map(|resolved| resolved.resolution)
}

/// What the beginning of a path means, and how much of it that takes.
///
/// # Errors
/// When it means nothing of the wanted kind.
pub fn prefix(
    db: &dyn Db,
    decl: DeclId,
    names: &[Name],
    anchors: &[Anchor],
    wanted: Namespace,
) -> Result<Resolved, Failure> {
    scope::resolve(db, Site::of(db, decl), names, wanted)
        .map_err(|unresolved| failure(db, decl, &unresolved, names, anchors, wanted))
}

/// The finding for a name that means nothing.
pub fn failure(
    db: &dyn Db,
    decl: DeclId,
    unresolved: &Unresolved,
    names: &[Name],
    anchors: &[Anchor],
    wanted: Namespace,
) -> Failure {
    unresolved
        .problem(db, Site::of(db, decl), names, anchors, wanted)
        .map(Box::new)
}

fn segments(path: &Path) -> Vec<Name> {
    path.segments.iter().map(|(name, _)| name.clone()).collect()
}

fn anchors(decl: DeclId, path: &Path) -> Vec<Anchor> {
    path.segments
        .iter()
        .map(|(_, node)| Anchor::Node(decl, *node))
        .collect()
}

/// The capability that a path names.
///
/// # Errors
/// When it names none.
pub fn capability(db: &dyn Db, decl: DeclId, at: &Path) -> Result<DeclId, Failure> {
    match path(db, decl, at, Namespace::Capability)? {
        Resolution::Decl(found) => Ok(found),
        _ => Err(None),
    }
}

/// The fact that a path names; where several have the name, each in other environments, the first.
///
/// # Errors
/// When it names none.
pub fn fact(db: &dyn Db, decl: DeclId, at: &Path, wanted: Namespace) -> Result<DeclId, Failure> {
    scope::resolve_fact(db, Site::of(db, decl), &segments(at), wanted)
        .map(|facts| facts[0])
        .map_err(|unresolved| {
            failure(
                db,
                decl,
                &unresolved,
                &segments(at),
                &anchors(decl, at),
                wanted,
            )
        })
}

/// The fact of a name.
///
/// # Errors
/// When there is none.
pub fn fact_named(
    db: &dyn Db,
    decl: DeclId,
    name: &Name,
    node: NodeId,
    wanted: Namespace,
) -> Result<DeclId, Failure> {
    let path = Path {
        node,
        segments: vec![(name.clone(), node)],
    };
    fact(db, decl, &path, wanted)
}

/// What an emit makes, and the type of the result.
///
/// # Errors
/// When there is no such object type or capability.
pub fn emit_type(
    db: &dyn Db,
    decl: DeclId,
    at: &Path,
) -> Result<(EmitType, Option<Type>), Failure> {
    if let Some((below, id)) = schema_path(db, decl, at)? {
        let store = &Project::get(db).kubernetes(db).0;
        if store.schema(id).object.is_none() {
            return Err(Some(Box::new(
                Problem::new(
                    &codes::UNKNOWN_OBJECT_TYPE,
                    format!("`{}` is a part of objects, not an object", at.text()),
                )
                .at_node(decl, at.node, "cannot be emitted by itself")
                .help("emit the object that contains it; a `fn` may return this type"),
            )));
        }
        return Ok((
            EmitType::Object(below.into()),
            Some(Type::of(TypeKind::Schema(id))),
        ));
    }
    match path(db, decl, at, Namespace::Emission)? {
        Resolution::Decl(found) => Ok((
            EmitType::Capability(found),
            Some(Type::of(TypeKind::Face(found))),
        )),
        _ => Err(None),
    }
}

/// A path below a target's root, such as `kubernetes.apps.v1.Deployment`: the path below the root and the type in the newest
/// version that has it. `None` if the path does not begin with a root.
///
/// # Errors
/// An unknown type, with the nearest one that exists.
pub fn schema_path(
    db: &dyn Db,
    decl: DeclId,
    path: &Path,
) -> Result<Option<(String, SchemaId)>, Failure> {
    let store = &Project::get(db).kubernetes(db).0;
    if path.segments.len() < 2 || path.segments[0].0 != store.root() {
        return Ok(None);
    }
    let text = path.text();
    let below = text[store.root().len() + 1..].to_owned();
    let versions = (0..store.versions().len())
        .rev()
        .map(|index| VersionId(index as u16));
    for version in versions.clone() {
        if let Some(id) = store.resolve(version, &below) {
            return Ok(Some((below, id)));
        }
    }
    let mut problem = Problem::new(
        &codes::UNKNOWN_OBJECT_TYPE,
        format!("`{text}` is no type of {}", store.root()),
    )
    .at_node(decl, path.node, "unknown type");
    let paths = versions
        .map(|version| store.paths(version))
        .next()
        .unwrap_or_default();
    problem = match nearest(&below, paths.iter().copied()) {
        Some(near) => {
            let text = format!("{}.{near}", store.root());
            let fix = ProblemFix::replace(Anchor::Node(decl, path.node), text.clone(), format!("write `{text}`")).maybe();
            problem.help(format!("the nearest is `{text}`")).fix(fix)
        }
        None => problem.help("custom resources are known once `plat.toml` names their files: `[kubernetes] crds = [\"crds/*.yaml\"]`"),
    };
    Err(Some(Box::new(problem)))
}

/// A record type that the prelude declares.
pub fn prelude_type(db: &dyn Db, name: &str) -> Option<Type> {
    match prelude_scope(db).get(name)? {
        Resolution::Decl(decl) if decl.kind(db) == ItemKind::Type => Some(alias_type(db, *decl)),
        _ => None,
    }
}

/// A record type that any module of the standard library declares.
pub fn std_type(db: &dyn Db, name: &str) -> Option<Type> {
    prelude_type(db, name).or_else(|| {
        let std = Project::get(db).std(db);
        std.modules(db).iter().find_map(|module| {
            let entry = module_scope(db, *module).names.get(name)?;
            (entry.decl.kind(db) == ItemKind::Type).then(|| alias_type(db, entry.decl))
        })
    })
}

/// A shared name.
#[must_use]
pub fn shared(name: &str) -> Arc<str> {
    Arc::from(name)
}
