//! One case: a project in memory, and what can be asked of it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use plat_diagnostics::codes;
use plat_kubernetes::Store;
use plat_model::output::yaml;
use plat_model::{Date, Node, Value};
use plat_semantics::db::{DeclId, Project, SourceFile};
use plat_semantics::problem::Problem;
use plat_semantics::testing::Fixture;
use plat_semantics::{checks, eval, items, rules, scope, tested};

/// The standard library as files of a fixture.
static STDLIB: LazyLock<String> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let mut text = String::new();
    read_folder(&root, &root, &mut text);
    text
});

static SCHEMAS: LazyLock<Arc<Store>> = LazyLock::new(|| Arc::new(Store::with_crds(&[]).0));

fn read_folder(root: &Path, folder: &Path, text: &mut String) {
    let entries = std::fs::read_dir(folder).expect("the standard library is there");
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(root, &path, text);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "plat")
        {
            let below = path.strip_prefix(root).expect("below the root");
            let source = std::fs::read_to_string(&path).expect("a source is text");
            let _ = writeln!(text, "--- @std/{} ---\n{source}", below.display());
        }
    }
}

/// What comes of a case.
pub struct Outcome {
    /// The findings.
    pub findings: String,
    /// The values that were asked for.
    pub values: String,
    /// The layers that were asked for.
    pub layers: String,
    /// The objects that were asked for.
    pub objects: String,
}

/// A project in memory.
pub struct Case {
    fixture: Fixture,
}

impl Case {
    /// The project of a case's sources.
    pub fn new<'k>(
        shared: &str,
        sources: &str,
        keys: impl Iterator<Item = (&'k str, &'k str)>,
    ) -> Self {
        Self::of(&project(shared, sources), keys)
    }

    /// The same with other names of files, so that they come in another order.
    pub fn renamed<'k>(
        shared: &str,
        sources: &str,
        keys: impl Iterator<Item = (&'k str, &'k str)>,
    ) -> Self {
        let mut text = String::new();
        for line in project(shared, sources).split_inclusive('\n') {
            let path = line
                .strip_prefix("--- ")
                .and_then(|line| line.strip_suffix(".plat ---\n"));
            match path {
                Some(path) => {
                    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                    let name: String = name.chars().rev().collect();
                    let slash = if folder.is_empty() { "" } else { "/" };
                    let _ = writeln!(text, "--- {folder}{slash}{name}.plat ---");
                }
                None => text.push_str(line),
            }
        }
        Self::of(&text, keys)
    }

    fn of<'k>(project: &str, keys: impl Iterator<Item = (&'k str, &'k str)>) -> Self {
        let text = format!("{}{project}", *STDLIB);
        let mut fixture = Fixture::with_schemas(&text, Arc::clone(&*SCHEMAS) as _);
        for (environment, key) in keys {
            fixture.set_environment_key(environment, key);
        }
        Self { fixture }
    }

    fn sources(&self) -> impl Iterator<Item = SourceFile> {
        self.fixture
            .files
            .iter()
            .filter(|(path, _)| !path.starts_with("@std/"))
            .map(|(_, file)| *file)
    }

    fn facts(&self) -> Vec<DeclId> {
        let items = self
            .sources()
            .flat_map(|file| &items::item_tree(&self.fixture.db, file).items);
        items
            .filter(|item| item.kind.is_fact())
            .map(|item| item.id)
            .collect()
    }

    /// What guardrails and waivers find, on a day that never changes.
    fn rule_findings(&self) -> Vec<Problem> {
        let db = &self.fixture.db;
        let (facts, environments) = (self.facts(), Project::get(db).environments(db));
        let mut judgement = eval::Judgement::default();
        let mut columns = eval::Columns::default();
        for fact in &facts {
            let evaluation = eval::evaluate(db, *fact);
            judgement.judged.extend(evaluation.judged.iter().cloned());
            for contribution in &evaluation.contributions {
                columns.add(contribution);
            }
        }
        for environment in environments {
            eval::judge_fleet(db, None, *environment, &columns, &facts, &mut judgement);
        }
        let scope = rules::Scope {
            environments,
            complete: true,
        };
        let mut problems = judgement.problems;
        let today = Date::new(2026, 11, 21);
        problems.extend(rules::findings(db, &judgement.judged, scope, today).problems);
        problems
    }

    /// All findings of the case's own sources and of their instances. What is found for several instances alike is listed once.
    pub fn findings(&self) -> String {
        let db = &self.fixture.db;
        let mut problems: Vec<Problem> = checks::schema_problems(db);
        for file in self.sources() {
            problems.extend(items::syntax_errors(db, file).iter().cloned());
            problems.extend(scope::file_problems(db, file).iter().cloned());
            for items in &items::item_tree(db, file).tests {
                problems.extend(tested::unexpected_problems(db, items.test));
            }
            for item in &items::item_tree(db, file).items {
                problems.extend(checks::declaration_problems(db, item.id).iter().cloned());
                if item.kind.is_fact() {
                    problems.extend(eval::evaluate(db, item.id).problems.iter().cloned());
                }
            }
        }
        problems.extend(self.rule_findings());
        let mut merged: Vec<Problem> = Vec::new();
        for mut problem in problems {
            let subjects = std::mem::take(&mut problem.subjects);
            let subject = match subjects.is_empty() {
                true => problem.subject.take(),
                false => Some(subjects.join(", ")),
            };
            let known = merged.iter_mut().find(|known| {
                Problem {
                    subject: None,
                    ..(**known).clone()
                } == problem
            });
            match (known, subject) {
                (Some(known), Some(subject)) => {
                    let subjects = known.subject.get_or_insert_default();
                    if subjects.split(", ").all(|known| known != subject) {
                        subjects.push_str(if subjects.is_empty() { "" } else { ", " });
                        subjects.push_str(&subject);
                    }
                }
                (Some(_), None) => {}
                (None, subject) => merged.push(Problem { subject, ..problem }),
            }
        }
        self.fixture.render(&merged)
    }

    /// `checkout@prod:scale.min = 4`, with what the places come to behind `=`.
    pub fn values(&self, lines: &str) -> String {
        let mut out = String::new();
        for line in lines.lines() {
            let address = line.split_once(" = ").map_or(line, |(address, _)| address);
            let value = match self.trace(address) {
                Ok(trace) => trace.value.unwrap_or_else(|| "<no value>".to_owned()),
                Err(why) => why,
            };
            let _ = writeln!(out, "{address} = {value}");
        }
        out
    }

    /// Each place with what the layers say.
    pub fn layers(&self, lines: &str) -> String {
        let mut out = String::new();
        for address in lines.lines().filter(|line| !line.starts_with([' ', '*'])) {
            let _ = writeln!(out, "{address}");
            match self.trace(address) {
                Ok(trace) => {
                    for entry in trace.layers {
                        let mark = if entry.wins { '*' } else { ' ' };
                        let value = entry
                            .value
                            .map(|value| format!(" {value}"))
                            .unwrap_or_default();
                        let file = entry.at.file(&self.fixture.db);
                        let text = file.text(&self.fixture.db);
                        let line = text[..usize::from(entry.at.range(&self.fixture.db).start())]
                            .matches('\n')
                            .count()
                            + 1;
                        let place = file.path(&self.fixture.db);
                        let layer = entry.layer.number();
                        let _ = writeln!(
                            out,
                            "{mark} {layer} {} {}{value} ({place}:{line})",
                            entry.path, entry.operator
                        );
                    }
                }
                Err(why) => {
                    let _ = writeln!(out, "  {why}");
                }
            }
        }
        out
    }

    /// Compares what each declaration comes to in each environment alone with what it comes to there after all of them, when much
    /// of it has been made before.
    pub fn assert_environments_apart(&self, title: &str) {
        let db = &self.fixture.db;
        let environments = Project::get(db).environments(db).repeat(2);
        let explodes = |problem: &Problem| std::ptr::eq(problem.code, &codes::OUT_OF_FUEL);
        for decl in self.facts() {
            // What takes all the steps that there are takes as long six times over, and is made anew each time.
            if eval::evaluate(db, decl).problems.iter().any(explodes) {
                continue;
            }
            let mut together: Vec<Whole> = Vec::new();
            let problems = eval::emit_each(db, decl, &environments, None, &mut |_, emission| {
                let mut whole = Whole::default();
                whole.take(emission);
                together.push(whole);
            });
            for ((whole, problems), environment) in
                together.iter_mut().zip(problems).zip(&environments)
            {
                whole.problems = problems;
                let mut alone = Whole::default();
                alone.problems = eval::emit(db, decl, *environment, &mut |emission| {
                    alone.take(emission);
                });
                let name = decl.name(db);
                let place = environment.name(db);
                assert_eq!(*whole, alone, "`{title}`: {name}@{place}, with others");
            }
        }
    }

    fn trace(&self, address: &str) -> Result<eval::PlaceTrace, String> {
        let unknown = || format!("<no such place: {address}>");
        let (instance, path) = address.split_once(':').ok_or_else(unknown)?;
        let (decl, environment) = self.instance(instance).ok_or_else(unknown)?;
        let path = segments(path);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        eval::trace_place(&self.fixture.db, decl, environment, &path).ok_or_else(unknown)
    }

    /// The declaration and environment of `checkout@prod`.
    fn instance(&self, address: &str) -> Option<(DeclId, DeclId)> {
        let db = &self.fixture.db;
        let (name, environment) = address.split_once('@')?;
        let environment = *Project::get(db)
            .environments(db)
            .iter()
            .find(|known| *known.name(db) == environment)?;
        let mut named = self
            .facts()
            .into_iter()
            .filter(|decl| *decl.name(db) == name);
        let first = named.next()?;
        // Several of one name: the one that is present there.
        let decl = [first]
            .into_iter()
            .chain(named)
            .find(|decl| plat_semantics::environments::declared_in(db, *decl, environment))
            .unwrap_or(first);
        Some((decl, environment))
    }

    /// The objects of each address.
    pub fn objects(&self, lines: &str) -> String {
        let mut out = String::new();
        for address in lines.lines().filter_map(|line| line.strip_prefix("# ")) {
            let _ = writeln!(out, "# {address}");
            let (instance, path) = address
                .split_once('/')
                .map_or((address, None), |(instance, path)| (instance, Some(path)));
            let Some((decl, environment)) = self.instance(instance) else {
                let _ = writeln!(out, "<no such instance>");
                continue;
            };
            eval::emit(&self.fixture.db, decl, environment, &mut |emission| {
                for object in &emission.objects {
                    if path.is_none() {
                        let _ = writeln!(out, "--- {}", object.path);
                    } else if path != Some(object.path) {
                        continue;
                    }
                    let mut bytes = Vec::new();
                    yaml::Writer::new(&mut bytes, None)
                        .document(&object.body)
                        .expect("memory can be written");
                    out.push_str(&String::from_utf8_lossy(&bytes));
                }
            });
        }
        out
    }
}

/// What an instance comes to, in every respect: objects with what made each node, findings, steps.
#[derive(Default, PartialEq, Debug)]
struct Whole {
    objects: String,
    steps: u64,
    problems: Vec<Problem>,
}

impl Whole {
    fn take(&mut self, emission: &eval::Emission<'_>) {
        self.steps = emission.steps;
        for object in &emission.objects {
            let _ = writeln!(self.objects, "--- {}", object.path);
            self.node(emission, &object.body);
        }
    }

    fn node(&mut self, emission: &eval::Emission<'_>, node: &Node<'_>) {
        let made_by = emission
            .bodies
            .get((node.origin.body as usize).wrapping_sub(1));
        let _ = write!(self.objects, "[{made_by:?} {}]", node.origin.node);
        match node.value {
            Value::List(items) => items.iter().for_each(|item| self.node(emission, item)),
            Value::Record(fields) | Value::Map(fields) => {
                for field in fields {
                    let _ = write!(self.objects, "{}: ", field.key);
                    self.node(emission, &field.node);
                }
            }
            leaf => {
                let _ = writeln!(self.objects, "{leaf:?}");
            }
        }
    }
}

/// The segments of a path; those with dots are quoted: `files."/etc/a.json"`.
fn segments(path: &str) -> Vec<String> {
    let (mut segments, mut quoted) = (vec![String::new()], false);
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => segments.push(String::new()),
            _ => segments.last_mut().expect("one from the start").push(c),
        }
    }
    segments
}

/// The files of a case, without the standard library.
fn project(shared: &str, sources: &str) -> String {
    let shared = match shared {
        "" => String::new(),
        _ => format!("--- shared.plat ---\n{shared}"),
    };
    let main = if sources.starts_with("--- ") {
        ""
    } else {
        "--- main.plat ---\n"
    };
    format!("{shared}{main}{sources}")
}
