//! The names that the `use`s of a file bring into scope.

use std::collections::BTreeMap;

use plat_diagnostics::codes;

use super::walk::walk;
use super::{Namespace, Resolution, Unresolved};
use crate::db::{Db, Name, SourceFile};
use crate::items::item_tree;
use crate::problem::{Anchor, Problem, ProblemFix, UsePart};

/// The imports of a file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Imports {
    /// By the name in this file.
    pub names: BTreeMap<Name, Import>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}

/// A name that a `use` brings into scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What it stands for; `None` if that has been reported.
    pub resolution: Option<Resolution>,
    /// Which `use` of the file.
    pub index: u32,
    /// Where in it.
    pub part: UsePart,
}

/// Resolves the `use`s of a file.
#[salsa::tracked(returns(ref))]
pub fn file_imports(db: &dyn Db, file: SourceFile) -> Imports {
    let package = file.module(db).package(db);
    let mut imports = Imports::default();
    for item in &item_tree(db, file).uses {
        let at = |part| Anchor::Use(file, item.index, part);
        if item.group.is_some() && item.alias.is_some() {
            imports.problems.push(
                Problem::new(
                    &codes::USELESS_ALIAS,
                    "`as` renames one name, and this `use` brings several",
                )
                .at(at(UsePart::Alias), "no name gets this one")
                .help("give the name that needs another one a `use` of its own: `use a.b as c`"),
            );
        }
        for binding in item.bindings() {
            let import = match walk(db, package, &binding.path) {
                Ok(walked) if walked.consumed == binding.path.len() => Some(walked.resolution),
                Ok(walked) => {
                    let name = &binding.path[walked.consumed - 1];
                    let part = item.part_of(&binding, walked.consumed - 1);
                    imports.problems.push(
                        Problem::new(
                            &codes::UNKNOWN_MODULE,
                            format!("`{name}` is not a folder, so nothing can be taken out of it"),
                        )
                        .at(at(part), "a declaration, not a folder"),
                    );
                    None
                }
                // The `pub use`s of the ring say so.
                Err(Unresolved::Ring { .. }) if !item.public => None,
                Err(unresolved) => {
                    let anchors: Vec<Anchor> = (0..binding.path.len())
                        .map(|index| at(item.part_of(&binding, index)))
                        .collect();
                    imports.problems.extend(unresolved.problem(
                        db,
                        file.into(),
                        &binding.path,
                        &anchors,
                        Namespace::Value,
                    ));
                    None
                }
            };
            let part = if item.alias.is_some() && item.group.is_none() {
                UsePart::Alias
            } else {
                binding.part
            };
            let import = Import {
                resolution: import,
                index: item.index,
                part,
            };
            match imports.names.get(&binding.name) {
                None => {
                    imports.names.insert(binding.name, import);
                }
                // One that failed has its finding.
                Some(_) if import.resolution.is_none() => {}
                Some(first) => {
                    let first_at = Anchor::Use(file, first.index, first.part);
                    let message = format!("two `use`s bring the name `{}`", binding.name);
                    let problem = Problem::new(&codes::DUPLICATE_NAME, message)
                        .at(at(part), "again here")
                        .also(first_at, "this one holds");
                    let same = first.resolution == import.resolution;
                    imports.problems.push(match (same, item.group.is_none()) {
                        (true, true) => {
                            problem.fix(ProblemFix::delete(at(UsePart::Line), "remove this `use`"))
                        }
                        (true, false) => problem,
                        (false, _) => problem.help(format!(
                            "rename one of them: `use {} as …`",
                            dotted(&binding.path)
                        )),
                    });
                }
            }
        }
    }
    imports
}

/// The path with dots.
pub(super) fn dotted(path: &[Name]) -> String {
    path.iter().map(Name::as_str).collect::<Vec<_>>().join(".")
}

impl Import {
    /// What it stands for, or that somebody has said why it stands for nothing.
    pub(super) fn get(&self) -> Result<&Resolution, Unresolved> {
        self.resolution.as_ref().ok_or(Unresolved::Reported)
    }
}
