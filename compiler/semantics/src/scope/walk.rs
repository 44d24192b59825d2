//! Dotted paths through packages and folders: `platform.Tenant`, `std.workload.HttpService`, `kubernetes.apps.v1.Deployment`.

use smol_str::SmolStr;

use super::folder::{Folder, package_named};
use super::module::module_scope;
use super::{Resolution, Unresolved};
use crate::db::{Db, DeclId, Module, Name, Package, Project};

/// A path that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// What it leads to.
    pub resolution: Resolution,
    /// How many of its segments lead there; the rest are members of it.
    pub consumed: usize,
}

/// Follows a path from a package: first from the package's root folder, then from the package that its first segment names, then
/// among the target's schemas.
pub fn walk(db: &dyn Db, from: Package, path: &[Name]) -> Result<Walked, Unresolved> {
    Walker {
        db,
        from,
        trail: Vec::new(),
    }
    .path(from, path)
}

/// Follows a path from a folder.
pub fn walk_from(
    db: &dyn Db,
    from: Package,
    folder: Folder,
    path: &[Name],
) -> Result<Walked, Unresolved> {
    Walker {
        db,
        from,
        trail: Vec::new(),
    }
    .steps(folder, path, 0)
}

/// What follows a path, for a reader in the package `from`.
struct Walker<'db> {
    db: &'db dyn Db,
    from: Package,
    /// The `pub use`s that are being followed: two that hand a name to each other end here.
    trail: Vec<(Module, Name)>,
}

impl Walker<'_> {
    fn path(&mut self, package: Package, path: &[Name]) -> Result<Walked, Unresolved> {
        let Some(first) = path.first() else {
            return Err(Unresolved::Reported);
        };
        let from_root = self.steps(Folder::root(package), path, 0);
        let Err(Unresolved::Unknown { .. }) = from_root else {
            return from_root;
        };
        if let Some(named) = package_named(self.db, package, first) {
            let root = Folder::root(named);
            return match path.len() {
                1 => Ok(Walked {
                    resolution: Resolution::Folder(root),
                    consumed: 1,
                }),
                _ => self.steps(root, path, 1),
            };
        }
        schema(self.db, path).map_or(from_root, Ok)
    }

    fn steps(
        &mut self,
        start: Folder,
        path: &[Name],
        start_index: usize,
    ) -> Result<Walked, Unresolved> {
        let mut folder = start;
        for (index, name) in path.iter().enumerate().skip(start_index) {
            let last = index + 1 == path.len();
            let child = folder.child(self.db, name);
            match (child, last) {
                // On the way, a folder is meant; at the end, a declaration before a folder.
                (Some(child), false) => folder = child,
                (child, _) => {
                    let resolution = match self.member(&folder, name, index)? {
                        Some(resolution) => resolution,
                        None => match child {
                            Some(child) => Resolution::Folder(child),
                            None => {
                                return Err(Unresolved::Unknown {
                                    index,
                                    folder: Some(folder),
                                });
                            }
                        },
                    };
                    return Ok(Walked {
                        resolution,
                        consumed: index + 1,
                    });
                }
            }
        }
        Ok(Walked {
            resolution: Resolution::Folder(folder),
            consumed: path.len(),
        })
    }

    fn member(
        &mut self,
        folder: &Folder,
        name: &Name,
        index: usize,
    ) -> Result<Option<Resolution>, Unresolved> {
        let Some(module) = folder.module(self.db) else {
            return Ok(None);
        };
        let scope = module_scope(self.db, module);
        if let Some(entry) = scope.names.get(name) {
            return if entry.public || folder.package == self.from {
                Ok(Some(Resolution::Decl(entry.decl)))
            } else {
                Err(Unresolved::Private {
                    index,
                    decl: entry.decl,
                })
            };
        }
        if let Some(reexport) = scope.reexports.get(name) {
            let step = (module, name.clone());
            if self.trail.contains(&step) || self.trail.len() >= MAX_REEXPORTS {
                return Err(Unresolved::Ring { index });
            }
            self.trail.push(step);
            // The module that hands the name on sees it with its own eyes.
            let reader = std::mem::replace(&mut self.from, folder.package);
            let walked = self.path(folder.package, &reexport.binding.path);
            self.from = reader;
            self.trail.pop();
            return match walked {
                Ok(walked) if walked.consumed == reexport.binding.path.len() => {
                    Ok(Some(walked.resolution))
                }
                Err(Unresolved::Ring { .. }) => Err(Unresolved::Ring { index }),
                // The `pub use` itself is where this is reported.
                _ => Err(Unresolved::Reported),
            };
        }
        Ok(scope.facts.get(name).cloned().map(Resolution::Facts))
    }
}

/// How many `pub use`s a name may pass through.
const MAX_REEXPORTS: usize = 32;

/// A path among the target's types, if it starts like one.
fn schema(db: &dyn Db, path: &[Name]) -> Option<Walked> {
    let store = Project::try_get(db)?.kubernetes(db);
    let (first, rest) = path.split_first()?;
    if first != store.0.root() || rest.is_empty() {
        return None;
    }
    let below = rest.iter().map(Name::as_str).collect::<Vec<_>>().join(".");
    Some(Walked {
        resolution: Resolution::Schema(SmolStr::from(below)),
        consumed: path.len(),
    })
}

/// The facts of a module with a name, as far as it has some: for a path such as `payments.checkout`.
#[must_use]
pub fn is_in_folder(db: &dyn Db, decl: DeclId, qualifier: &[Name]) -> bool {
    let folder = Folder::of(db, decl.file(db).module(db));
    if folder.path == qualifier {
        return true;
    }
    match qualifier.split_first() {
        Some((package, path)) => folder.package.name(db) == package && folder.path == path,
        None => true,
    }
}
