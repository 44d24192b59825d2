//! What may have been meant by a name that means nothing.
//!
//! This looks at every folder and at the names of the whole fleet, so it runs when a finding is shown and never within a query.

use std::collections::BTreeSet;

use text_size::TextRange;

use super::distance::nearest;
use super::folder::{Folder, folders};
use super::unresolved::{respell, use_line};
use super::{Namespace, Site, file_imports, module_scope, prelude_scope};
use super::{builtins, resolve};
use crate::db::{Db, Name, Package, SourceFile};
use crate::items::{self, item_tree};
use crate::problem::{Anchor, ProblemFix, UsePart};

/// A name that means nothing, kept with the finding until it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hint {
    /// Where the name is written.
    pub site: Site,
    /// The name as written.
    pub written: Name,
    /// Where it stands.
    pub at: Anchor,
    /// What is wanted there.
    pub wanted: Namespace,
    /// The folder that was looked into; `None` for everything in scope.
    pub folder: Option<Folder>,
    /// Names nearer than the folder's: binders, lets, members, fields.
    pub locals: Vec<Name>,
}

impl Hint {
    /// A name that was looked for in everything in scope.
    #[must_use]
    pub fn new(site: Site, written: Name, at: Anchor, wanted: Namespace) -> Self {
        Self {
            site,
            written,
            at,
            wanted,
            folder: None,
            locals: Vec::new(),
        }
    }

    /// The same for a name that was looked for in one folder.
    #[must_use]
    pub fn within(mut self, folder: Option<Folder>) -> Self {
        self.folder = folder;
        self
    }

    /// The same with names nearer than the folder's.
    #[must_use]
    pub fn locals(mut self, locals: impl IntoIterator<Item = Name>) -> Self {
        self.locals.extend(locals);
        self
    }
}

/// What to say about a hint.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Suggestions {
    /// Lines of help.
    pub help: Vec<String>,
    /// Changes.
    pub fixes: Vec<ProblemFix>,
}

/// Looks for what was meant.
#[must_use]
pub fn look_up(db: &dyn Db, hint: &Hint) -> Suggestions {
    let elsewhere = if hint.folder.is_none() {
        declared_elsewhere(db, hint)
    } else {
        Vec::new()
    };
    match elsewhere.as_slice() {
        [] => {}
        [path] => {
            let line = use_line(path);
            return Suggestions {
                help: vec![format!(
                    "`{}` is declared in another folder: add `{line}`",
                    hint.written
                )],
                fixes: vec![add_use(db, hint.site.file, path)],
            };
        }
        several => {
            let lines: Vec<String> = several
                .iter()
                .take(3)
                .map(|path| format!("`{}`", use_line(path)))
                .collect();
            let fixes = several
                .iter()
                .take(3)
                .map(|path| add_use(db, hint.site.file, path).maybe())
                .collect();
            return Suggestions {
                help: vec![format!(
                    "other folders declare it: add {}",
                    lines.join(" or ")
                )],
                fixes,
            };
        }
    }
    let candidates = candidates(db, hint);
    match nearest(&hint.written, candidates.iter().map(Name::as_str)) {
        Some(name) => Suggestions {
            help: vec![format!("did you mean `{name}`?")],
            fixes: vec![respell(&hint.at, name)],
        },
        None => Suggestions::default(),
    }
}

/// Every name that could stand where the hint's does.
fn candidates(db: &dyn Db, hint: &Hint) -> BTreeSet<Name> {
    let reader = hint.site.file.module(db).package(db);
    let mut names: BTreeSet<Name> = hint.locals.iter().cloned().collect();
    if let Some(folder) = &hint.folder {
        names.extend(folder.children(db).into_iter().cloned());
        if let Some(module) = folder.module(db) {
            let scope = module_scope(db, module);
            let visible = scope
                .names
                .iter()
                .filter(|(_, entry)| entry.public || folder.package == reader);
            names.extend(visible.map(|(name, _)| name.clone()));
            names.extend(scope.reexports.keys().cloned());
            names.extend(scope.facts.keys().cloned());
        }
        if folder.path.is_empty() {
            names.insert(reader.name(db).clone());
            names.extend(reader.dependencies(db).iter().map(|(name, _)| name.clone()));
        }
        return names;
    }
    for kind in hint.wanted.facts() {
        names.extend(db.fleet().names(db, *kind));
    }
    let own = hint
        .site
        .test
        .map_or(&[][..], |test| items::items_of_test(db, test));
    names.extend(own.iter().map(|item| item.name.clone()));
    let scope = module_scope(db, hint.site.file.module(db));
    names.extend(scope.names.keys().cloned());
    names.extend(file_imports(db, hint.site.file).names.keys().cloned());
    names.extend(prelude_scope(db).keys().cloned());
    match hint.wanted {
        Namespace::Type => names.extend(builtins::TYPES.iter().map(|ty| Name::new_static(ty.name))),
        Namespace::Value => names.extend(
            builtins::FUNCTIONS
                .iter()
                .map(|function| Name::new_static(function.name)),
        ),
        _ => {}
    }
    names.retain(|name| {
        hint.locals.contains(name)
            || resolve(db, hint.site, std::slice::from_ref(name), hint.wanted).is_ok()
    });
    names
}

/// The paths under which folders that the file does not use declare exactly this name, sorted.
fn declared_elsewhere(db: &dyn Db, hint: &Hint) -> Vec<Vec<Name>> {
    let reader = hint.site.file.module(db).package(db);
    let mut packages: Vec<(Option<&Name>, Package)> = vec![(None, reader)];
    packages.extend(
        reader
            .dependencies(db)
            .iter()
            .map(|(name, package)| (Some(name), *package)),
    );
    let mut paths = Vec::new();
    for (name, package) in packages {
        for (path, module) in folders(db, package) {
            let Some(module) = *module else { continue };
            let found = module_scope(db, module)
                .names
                .get(&hint.written)
                .filter(|entry| entry.public || package == reader)
                .is_some_and(|entry| hint.wanted.accepts(entry.decl.kind(db)));
            if found && module != hint.site.file.module(db) {
                paths.push(
                    name.into_iter()
                        .chain(path)
                        .chain([&hint.written])
                        .cloned()
                        .collect(),
                );
            }
        }
    }
    paths.sort();
    paths
}

/// A fix that brings a declaration of another folder into scope: into the braces of a `use` of that folder, or with one of its own.
fn add_use(db: &dyn Db, file: SourceFile, path: &[Name]) -> ProblemFix {
    let title = format!("add `{}`", use_line(path));
    let tree = item_tree(db, file);
    if let Some((name, folder)) = path.split_last()
        && let Some(item) = tree
            .uses
            .iter()
            .find(|item| item.path == folder && item.group.is_some())
    {
        let last = item.group.as_ref().map_or(0, Vec::len).saturating_sub(1);
        let part = UsePart::Name(u32::try_from(last).unwrap_or(u32::MAX));
        return ProblemFix::insert_after(
            Anchor::Use(file, item.index, part),
            format!(", {name}"),
            title,
        );
    }
    match tree.uses.last() {
        Some(item) => {
            let at = Anchor::Use(file, item.index, UsePart::Whole);
            ProblemFix::insert_after(at, format!("\n{}", use_line(path)), title)
        }
        None => {
            let start = Anchor::File(file, TextRange::empty(items::first_offset(db, file)));
            ProblemFix::insert_before(start, format!("{}\n\n", use_line(path)), title)
        }
    }
}
