//! A small database for tests: files from one text, and what a driver keeps up to date.
//!
//! ```text
//! --- payments/checkout.plat ---
//! service checkout: HttpService { }
//! --- @std/prelude.plat ---
//! pub capability HttpService { }
//! ```
//!
//! A path that starts with `@name/` is a file of the package `name`, on which every package depends; the others are files of the
//! package `acme`. What does not end in `.plat` is what `file()` and `manifests()` read, for the latter as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use plat_diagnostics::{Diagnostic, FileId};
use plat_model::schema::{Schema, SchemaId, Schemas, Shape, VersionId};
use rustc_hash::FxHashMap;
use salsa::Setter;

use crate::db::{
    Asset, AssetKey, Db, DeclId, Fleet, Module, Name, Package, Project, SchemaStore, SourceFile,
};
use crate::items::{AssetKind, ItemKind, item_tree, syntax_errors};
use crate::problem::Problem;
use crate::{hir, scope};

/// A database that remembers which queries ran.
#[salsa::db]
#[derive(Clone)]
pub struct TestDb {
    storage: salsa::Storage<Self>,
    fleet: Fleet,
    executed: Arc<Mutex<Vec<String>>>,
}

#[salsa::db]
impl salsa::Database for TestDb {}

#[salsa::db]
impl Db for TestDb {
    fn fleet(&self) -> &Fleet {
        &self.fleet
    }
}

impl TestDb {
    fn new() -> Self {
        let executed = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&executed);
        let on_event = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                let key = format!("{database_key:?}");
                let query = key.split('(').next().unwrap_or_default().to_owned();
                log.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(query);
            }
        };
        Self {
            storage: salsa::Storage::new(Some(Box::new(on_event))),
            fleet: Fleet::default(),
            executed,
        }
    }
}

/// A target without types.
#[derive(Debug)]
pub struct NoSchemas(Schema);

impl Default for NoSchemas {
    fn default() -> Self {
        Self(Schema {
            shape: Shape::Any,
            object: None,
        })
    }
}

impl Schemas for NoSchemas {
    fn root(&self) -> &'static str {
        "kubernetes"
    }

    fn versions(&self) -> &[String] {
        &[]
    }

    fn resolve(&self, _: VersionId, _: &str) -> Option<SchemaId> {
        None
    }

    fn paths(&self, _: VersionId) -> Vec<&str> {
        Vec::new()
    }

    fn schema(&self, _: SchemaId) -> &Schema {
        &self.0
    }

    fn path(&self, _: SchemaId) -> Option<&str> {
        None
    }
}

/// The files of a package by folder: paths below the package, and texts.
type Sources<'t> = BTreeMap<Vec<Name>, Vec<(String, &'t str)>>;

/// The modules of a package with their files.
type Layout = Vec<(Module, Vec<SourceFile>)>;

/// A project in memory.
pub struct Fixture {
    /// The database.
    pub db: TestDb,
    /// The files by path, those of other packages with `@name/`.
    pub files: BTreeMap<String, SourceFile>,
    /// The texts that are no sources, by path.
    assets: BTreeMap<String, Arc<str>>,
}

impl Fixture {
    /// The project of a text such as the module's documentation shows, without types of a target.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::with_schemas(text, Arc::new(NoSchemas::default()))
    }

    /// The same with types of a target.
    #[must_use]
    pub fn with_schemas(text: &str, schemas: Arc<dyn Schemas>) -> Self {
        let db = TestDb::new();
        let mut packages: BTreeMap<Name, Sources<'_>> =
            [(ROOT, BTreeMap::new()), (STD, BTreeMap::new())]
                .map(|(name, files)| (Name::new(name), files))
                .into();
        let mut assets = BTreeMap::new();
        for (path, text) in split(text) {
            if !path.ends_with(".plat") {
                assets.insert(path.to_owned(), Arc::from(text));
                continue;
            }
            let (package, below) =
                match path.strip_prefix('@').and_then(|path| path.split_once('/')) {
                    Some((package, below)) => (package, below),
                    None => (ROOT, path),
                };
            let folder = below.rsplit_once('/').map_or(Vec::new(), |(folder, _)| {
                folder.split('/').map(Name::new).collect()
            });
            let modules = packages.entry(Name::new(package)).or_default();
            modules
                .entry(folder)
                .or_default()
                .push((below.to_owned(), text));
        }

        let mut files = BTreeMap::new();
        let mut layout: Vec<(Package, Layout)> = Vec::new();
        for (name, folders) in packages {
            let package = Package::new(&db, name.clone(), Vec::new(), Vec::new());
            let mut modules = Vec::new();
            for (path, mut sources) in folders {
                let module = Module::new(&db, package, path, Vec::new());
                sources.sort();
                let mut module_files = Vec::new();
                for (below, text) in sources {
                    let file = SourceFile::new(&db, below.clone(), Arc::from(text), module);
                    module_files.push(file);
                    files.insert(
                        if name == ROOT {
                            below
                        } else {
                            format!("@{name}/{below}")
                        },
                        file,
                    );
                }
                modules.push((module, module_files));
            }
            layout.push((package, modules));
        }
        let mut fixture = Self { db, files, assets };
        fixture.link(layout, SchemaStore(schemas));
        fixture.refresh();
        fixture.executed();
        fixture
    }

    /// The file at a path.
    ///
    /// # Panics
    /// If the fixture has none.
    #[must_use]
    pub fn file(&self, path: &str) -> SourceFile {
        *self
            .files
            .get(path)
            .unwrap_or_else(|| panic!("the fixture has no file `{path}`"))
    }

    /// The first declaration of that name, in the order of paths.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn decl(&self, name: &str) -> DeclId {
        let mut items = self
            .files
            .values()
            .flat_map(|file| &item_tree(&self.db, *file).items);
        items
            .find(|item| item.name == name)
            .unwrap_or_else(|| panic!("nothing is called `{name}`"))
            .id
    }

    /// Changes a file, as a driver does: nothing is written that is equal already.
    pub fn edit(&mut self, path: &str, change: impl FnOnce(&str) -> String) {
        let file = self.file(path);
        let text = change(file.text(&self.db));
        assert_ne!(text, **file.text(&self.db), "the edit changes nothing");
        file.set_text(&mut self.db).to(Arc::from(text));
        self.refresh();
    }

    /// Gives an environment that is made `per` something its key, as an argument of the command does.
    pub fn set_environment_key(&mut self, environment: &str, key: &str) {
        let project = Project::get(&self.db);
        let mut keys = project.environment_keys(&self.db).clone();
        keys.push((Name::new(environment), Name::new(key)));
        project.set_environment_keys(&mut self.db).to(keys);
    }

    /// The queries that ran since the last call, with how often: `lower: 2`.
    pub fn executed(&self) -> Vec<String> {
        let mut log = self
            .db
            .executed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for query in log.drain(..) {
            *counts.entry(query).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(query, count)| format!("{query}: {count}"))
            .collect()
    }

    /// The findings of syntax, lowering and names, a line or more each, in the order of paths and lines.
    #[must_use]
    pub fn findings(&self) -> String {
        let db = &self.db;
        let mut problems: Vec<Problem> = Vec::new();
        for &file in self.files.values() {
            problems.extend(syntax_errors(db, file).iter().cloned());
            problems.extend(scope::file_problems(db, file).iter().cloned());
            for item in &item_tree(db, file).items {
                problems.extend(hir::body_problems(db, item.id).iter().cloned());
            }
        }
        self.render(&problems)
    }

    /// Findings as text: place, level, code, message; then labels, notes, help and fixes.
    #[must_use]
    pub fn render(&self, problems: &[Problem]) -> String {
        let paths: Vec<&String> = self.files.keys().collect();
        let number = |file: SourceFile| {
            let place = self
                .files
                .values()
                .position(|known| *known == file)
                .unwrap_or(usize::MAX);
            FileId(u32::try_from(place).unwrap_or(u32::MAX))
        };
        let mut found: Vec<Diagnostic> = problems
            .iter()
            .map(|problem| problem.resolve(&self.db, &mut |file| number(file)))
            .collect();
        found.sort_by_key(|diagnostic| {
            let span = diagnostic.span();
            (
                span.map(|span| (span.file, span.start())),
                diagnostic.code.code,
                diagnostic.message.clone(),
            )
        });
        let place = |span: plat_diagnostics::Span| {
            let path = paths[span.file.0 as usize];
            let text = self.file(path).text(&self.db);
            let before = &text[..usize::from(span.start())];
            let line = before.matches('\n').count() + 1;
            let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
            format!("{path}:{line}:{column} `{}`", &text[span.range])
        };
        let mut out = String::new();
        for diagnostic in found {
            let at = diagnostic.span().map_or_else(String::new, place);
            let (level, code) = (diagnostic.severity.word(), diagnostic.code.code);
            let _ = writeln!(out, "{at} {level}[{code}]: {}", diagnostic.message);
            if !diagnostic.subjects.is_empty() {
                let _ = writeln!(out, "  for: {}", diagnostic.subjects.join(", "));
            }
            for label in diagnostic
                .primary
                .iter()
                .chain(&diagnostic.secondary)
                .filter(|label| !label.text.is_empty())
            {
                let _ = writeln!(out, "  {}: {}", place(label.span), label.text);
            }
            for note in &diagnostic.notes {
                let _ = writeln!(out, "  note: {note}");
            }
            for help in diagnostic.help.iter().flat_map(|help| help.lines()) {
                let _ = writeln!(out, "  help: {help}");
            }
            for fix in &diagnostic.fixes {
                let _ = writeln!(out, "  fix ({:?}): {}", fix.applicability, fix.title);
                for edit in &fix.edits {
                    let _ = writeln!(out, "    {} -> {:?}", place(edit.span), edit.text);
                }
            }
        }
        out
    }

    fn link(&mut self, layout: Vec<(Package, Layout)>, schemas: SchemaStore) {
        let db = &mut self.db;
        let named: Vec<(Name, Package)> = layout
            .iter()
            .map(|(package, _)| (package.name(db).clone(), *package))
            .collect();
        for (package, modules) in layout {
            for (module, files) in &modules {
                module.set_files(db).to(files.clone());
            }
            package
                .set_modules(db)
                .to(modules.into_iter().map(|(module, _)| module).collect());
            let others = named
                .iter()
                .filter(|(_, other)| *other != package)
                .cloned()
                .collect();
            package.set_dependencies(db).to(others);
        }
        let of = |wanted: &str| {
            named
                .iter()
                .find(|(name, _)| name == wanted)
                .expect("every fixture has it")
                .1
        };
        let (root, std) = (of(ROOT), of(STD));
        let mut packages = vec![root];
        packages.extend(
            named
                .iter()
                .map(|(_, package)| *package)
                .filter(|package| *package != root),
        );
        let none = Vec::<DeclId>::new;
        Project::new(
            db,
            root,
            std,
            packages,
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            plat_model::Date::new(2026, 11, 21),
            schemas,
            Arc::default(),
            Vec::new(),
        );
    }

    /// Writes the inputs that follow from the item trees, where they changed.
    fn refresh(&mut self) {
        let mut facts: BTreeMap<(ItemKind, Name), Vec<DeclId>> = BTreeMap::new();
        let mut consumers: BTreeMap<Name, Vec<DeclId>> = BTreeMap::new();
        let mut kinds: BTreeMap<ItemKind, Vec<DeclId>> = BTreeMap::new();
        for file in self.files.values() {
            for item in &item_tree(&self.db, *file).items {
                kinds.entry(item.kind).or_default().push(item.id);
                if item.kind.is_fact() {
                    facts
                        .entry((item.kind, item.name.clone()))
                        .or_default()
                        .push(item.id);
                }
                for edge in &item.edges {
                    let known = consumers.entry(edge.target.clone()).or_default();
                    if !known.contains(&item.id) {
                        known.push(item.id);
                    }
                }
            }
        }
        let fleet = self.db.fleet.clone();
        for kind in ItemKind::FACTS {
            for name in fleet.names(&self.db, kind) {
                facts.entry((kind, name)).or_default();
            }
        }
        for ((kind, name), declarations) in facts {
            let entry = fleet.name_entry(&self.db, kind, &name);
            if *entry.declarations(&self.db) != declarations {
                entry.set_declarations(&mut self.db).to(declarations);
            }
        }
        for (name, mut known) in consumers {
            known.sort_by(|a, b| a.name(&self.db).cmp(b.name(&self.db)));
            let entry = fleet.inbound(&self.db, &name);
            if *entry.consumers(&self.db) != known {
                entry.set_consumers(&mut self.db).to(known);
            }
        }
        let project = Project::get(&self.db);
        let of = |kind| kinds.get(&kind).cloned().unwrap_or_default();
        if *project.environments(&self.db) != of(ItemKind::Environment) {
            project
                .set_environments(&mut self.db)
                .to(of(ItemKind::Environment));
        }
        if *project.extensions(&self.db) != of(ItemKind::Extend) {
            project
                .set_extensions(&mut self.db)
                .to(of(ItemKind::Extend));
        }
        if *project.defaults(&self.db) != of(ItemKind::Defaults) {
            project
                .set_defaults(&mut self.db)
                .to(of(ItemKind::Defaults));
        }
        if *project.implementations(&self.db) != of(ItemKind::Implementation) {
            project
                .set_implementations(&mut self.db)
                .to(of(ItemKind::Implementation));
        }
        macro_rules! write {
            ($kind:ident, $get:ident, $set:ident) => {
                if *project.$get(&self.db) != of(ItemKind::$kind) {
                    project.$set(&mut self.db).to(of(ItemKind::$kind));
                }
            };
        }
        write!(Capability, capabilities, set_capabilities);
        write!(Guardrail, guardrails, set_guardrails);
        write!(Enforce, enforcements, set_enforcements);
        write!(Waiver, waivers, set_waivers);
        write!(Test, tests, set_tests);
        let assets = self.named_assets();
        if **project.assets(&self.db) != assets {
            project.set_assets(&mut self.db).to(Arc::new(assets));
        }
    }

    /// The files that the sources name by literals.
    fn named_assets(&self) -> FxHashMap<AssetKey, Asset> {
        let mut named = FxHashMap::default();
        for &from in self.files.values() {
            let folder = from
                .path(&self.db)
                .rsplit_once('/')
                .map_or(String::new(), |(folder, _)| format!("{folder}/"));
            for item in &item_tree(&self.db, from).assets {
                let mut asset = Asset::default();
                let (before, after) = item.literal.split_once('*').unwrap_or((&item.literal, ""));
                for (path, text) in &self.assets {
                    let below = path.strip_prefix(&folder).unwrap_or_default();
                    if below == item.literal
                        || below
                            .strip_prefix(before)
                            .is_some_and(|rest| !after.is_empty() && rest.ends_with(after))
                    {
                        asset.files.push((path.clone(), Arc::clone(text)));
                    }
                }
                if item.kind == AssetKind::Manifests {
                    let texts = asset
                        .files
                        .iter()
                        .flat_map(|(_, text)| serde_json::Deserializer::from_str(text).into_iter());
                    asset.objects = texts
                        .map(|object| object.expect("the fixture's manifests are JSON"))
                        .collect();
                }
                if !asset.files.is_empty() {
                    named.insert(
                        AssetKey {
                            from,
                            literal: item.literal.clone(),
                        },
                        asset,
                    );
                }
            }
        }
        named
    }
}

const ROOT: &str = "acme";
const STD: &str = "std";

/// The files of a fixture's text; text before the first line that names one is `main.plat`.
fn split(text: &str) -> Vec<(&str, &str)> {
    let mut files = Vec::new();
    let (mut path, mut start, mut offset) = ("main.plat", 0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(next) = line
            .trim_end()
            .strip_prefix("--- ")
            .and_then(|line| line.strip_suffix(" ---"))
        {
            if offset > start || path != "main.plat" {
                files.push((path, &text[start..offset]));
            }
            (path, start) = (next, offset + line.len());
        }
        offset += line.len();
    }
    files.push((path, &text[start..]));
    files
}
