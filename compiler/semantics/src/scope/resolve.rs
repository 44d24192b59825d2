//! From a name as written to what it stands for.

use super::folder::Folder;
use super::walk::{Walked, is_in_folder, walk, walk_from};
use super::{
    Namespace, Resolution, Site, Unresolved, builtin_fn, builtin_type, facts_named, file_imports,
    module_scope, prelude_scope,
};
use crate::db::{Db, DeclId, Name, Package};

/// A name that stands for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What it stands for.
    pub resolution: Resolution,
    /// How many segments of the path stand for it. In an expression the rest are members of the value; elsewhere there is no rest.
    pub consumed: usize,
}

/// What a path means at a site, below binders, lets and members. For facts, [`resolve_fact`] gives the declarations alone.
///
/// # Errors
/// When it means nothing, or nothing of the wanted kind.
pub fn resolve(
    db: &dyn Db,
    site: Site,
    path: &[Name],
    wanted: Namespace,
) -> Result<Resolved, Unresolved> {
    let Some(first) = path.first() else {
        return Err(Unresolved::Reported);
    };
    if !matches!(
        wanted,
        Namespace::Type
            | Namespace::Capability
            | Namespace::Emission
            | Namespace::Value
            | Namespace::Guardrail
            | Namespace::Rules
    ) {
        return resolve_fact(db, site, path, wanted).map(|facts| Resolved {
            resolution: Resolution::Facts(facts),
            consumed: path.len(),
        });
    }
    let package = site.file.module(db).package(db);
    let walked = match first_segment(db, site, package, first, wanted)? {
        Some(Resolution::Folder(folder)) if path.len() > 1 => {
            let below = walk_from(db, package, folder, &path[1..])
                .map_err(|unresolved| unresolved.shifted(1))?;
            Walked {
                resolution: below.resolution,
                consumed: below.consumed + 1,
            }
        }
        // `use kubernetes.core.v1` makes `v1.PodSpec` a type.
        Some(Resolution::Schema(above)) if path.len() > 1 => {
            let below = std::iter::once(above.as_str()).chain(path[1..].iter().map(Name::as_str));
            let below: Vec<&str> = below.collect();
            Walked {
                resolution: Resolution::Schema(below.join(".").into()),
                consumed: path.len(),
            }
        }
        // In an expression the rest of the path are members; elsewhere a longer path leads through folders.
        Some(resolution) if path.len() == 1 || wanted == Namespace::Value => Walked {
            resolution,
            consumed: 1,
        },
        Some(found) => match walk(db, package, path) {
            Err(Unresolved::Unknown { index: 0, .. }) => {
                return Err(Unresolved::NotAFolder { index: 0, found });
            }
            walked => walked?,
        },
        None if path.len() > 1 || wanted == Namespace::Rules => walk(db, package, path)?,
        None => {
            return Err(Unresolved::Unknown {
                index: 0,
                folder: None,
            });
        }
    };
    if walked.consumed < path.len() && wanted != Namespace::Value {
        return Err(Unresolved::NotAFolder {
            index: walked.consumed - 1,
            found: walked.resolution,
        });
    }
    if fits(db, &walked.resolution, wanted) {
        Ok(Resolved {
            resolution: walked.resolution,
            consumed: walked.consumed,
        })
    } else {
        Err(Unresolved::WrongKind {
            index: walked.consumed - 1,
            found: walked.resolution,
        })
    }
}

/// The facts that a path means where a fact is wanted: one, or one per environment. A longer path names the module of the fact.
///
/// # Errors
/// When there is no such fact, or there are several of different kinds.
pub fn resolve_fact(
    db: &dyn Db,
    site: Site,
    path: &[Name],
    wanted: Namespace,
) -> Result<Vec<DeclId>, Unresolved> {
    let Some((name, qualifier)) = path.split_last() else {
        return Err(Unresolved::Reported);
    };
    let index = path.len() - 1;
    let mut found = visible_facts(db, site, name, wanted);
    if qualifier.is_empty() {
        if found.is_empty()
            && let Some(import) = file_imports(db, site.file).names.get(name)
        {
            found = match import.get()? {
                Resolution::Facts(facts) => facts
                    .iter()
                    .copied()
                    .filter(|fact| wanted.accepts(fact.kind(db)))
                    .collect(),
                _ => Vec::new(),
            };
        }
    } else {
        let everywhere = found.clone();
        found.retain(|fact| is_in_folder(db, *fact, qualifier));
        if found.is_empty() && !everywhere.is_empty() {
            return Err(Unresolved::OtherFolder {
                index,
                found: everywhere,
            });
        }
    }
    match found.first() {
        None => match resolve_other(db, site, path) {
            Some(found) => Err(Unresolved::WrongKind { index, found }),
            None => Err(Unresolved::Unknown {
                index,
                folder: None,
            }),
        },
        Some(first) if found.iter().any(|fact| fact.kind(db) != first.kind(db)) => {
            Err(Unresolved::Ambiguous { index, found })
        }
        Some(_) => Ok(found),
    }
}

/// The facts with a name that can be seen here, of the kinds that fit: those of the test around it, else those of the fleet.
fn visible_facts(db: &dyn Db, site: Site, name: &Name, wanted: Namespace) -> Vec<DeclId> {
    let kinds = wanted.facts().iter();
    let mut found: Vec<DeclId> = kinds
        .flat_map(|kind| facts_named(db, site.test, *kind, name))
        .copied()
        .collect();
    if found.iter().any(|fact| fact.test(db).is_some()) {
        found.retain(|fact| fact.test(db).is_some());
    }
    found
}

/// What a path that is no wanted fact stands for instead, to say so.
fn resolve_other(db: &dyn Db, site: Site, path: &[Name]) -> Option<Resolution> {
    [Namespace::Value, Namespace::Type]
        .into_iter()
        .find_map(|wanted| {
            let resolved = resolve(db, site, path, wanted).ok()?;
            (resolved.consumed == path.len()).then_some(resolved.resolution)
        })
}

/// The levels in order: the folder and the fleet, `use`, the prelude, what is built in.
fn first_segment(
    db: &dyn Db,
    site: Site,
    package: Package,
    name: &Name,
    wanted: Namespace,
) -> Result<Option<Resolution>, Unresolved> {
    let module = site.file.module(db);
    let scope = module_scope(db, module);
    if let Some(entry) = scope.names.get(name) {
        return Ok(Some(Resolution::Decl(entry.decl)));
    }
    let facts = visible_facts(db, site, name, wanted);
    if !facts.is_empty() {
        return Ok(Some(Resolution::Facts(facts)));
    }
    if let Some(import) = file_imports(db, site.file).names.get(name) {
        return import.get().cloned().map(Some);
    }
    if scope.reexports.contains_key(name) {
        let here = Folder::of(db, module);
        return walk_from(db, package, here, std::slice::from_ref(name))
            .map(|walked| Some(walked.resolution));
    }
    if let Some(resolution) = prelude_scope(db).get(name) {
        return Ok(Some(resolution.clone()));
    }
    Ok(match wanted {
        Namespace::Value => builtin_fn(name).map(Resolution::Function),
        _ => builtin_type(name).map(Resolution::Type),
    })
}

fn fits(db: &dyn Db, resolution: &Resolution, wanted: Namespace) -> bool {
    match resolution {
        Resolution::Decl(decl) => wanted.accepts(decl.kind(db)),
        Resolution::Facts(_) => !wanted.facts().is_empty(),
        Resolution::Folder(_) => wanted == Namespace::Rules,
        Resolution::Schema(_) => matches!(wanted, Namespace::Type | Namespace::Emission),
        Resolution::Type(_) => wanted == Namespace::Type,
        Resolution::Function(_) => wanted == Namespace::Value,
    }
}
