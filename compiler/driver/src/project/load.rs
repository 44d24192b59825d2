//! From a folder to the texts of all packages of a project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plat_diagnostics::{Diagnostic, FileId, Span, codes};
use rayon::prelude::*;
use text_size::TextSize;

use super::STDLIB_PREFIX;
use super::manifest::{self, Dependency, MANIFEST, Manifest, STD};
use super::paths::{normalized, relative};
use super::read::{self, Unreadable};
use super::walk::{self, WalkProblem};
use crate::embedded;
use crate::files::Files;
use crate::shown_path;

/// A project as it stands on disk.
#[derive(Debug)]
pub struct ProjectSource {
    /// The packages: the root first, the others by name, the standard library last.
    pub packages: Vec<PackageSource>,
    /// All texts that findings point into.
    pub files: Files,
    /// What was wrong on the way.
    pub findings: Vec<Diagnostic>,
}

/// A package as it stands on disk.
#[derive(Debug)]
pub struct PackageSource {
    /// Its name, unique within the project.
    pub name: String,
    /// Its folder; none for the standard library, which is part of the compiler.
    pub root: Option<PathBuf>,
    /// How the paths of its files begin for people.
    pub prefix: String,
    /// What its `plat.toml` says.
    pub manifest: Manifest,
    /// Its sources, sorted by path.
    pub sources: Vec<SourceText>,
    /// The packages that it depends on, as places in [`ProjectSource::packages`], sorted by name; without the standard library.
    pub dependencies: Vec<usize>,
}

/// A source.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Its path below the package, with `/`.
    pub path: String,
    /// Its text; what is no text in it is replaced.
    pub text: Arc<str>,
    /// Its number in [`ProjectSource::files`].
    pub file: FileId,
    /// Whether it is not what stands on disk, so that findings within it would say nothing.
    pub broken: bool,
}

/// There is no project: the folder in which the search began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProject {
    /// The folder.
    pub from: PathBuf,
}

impl NoProject {
    /// The finding about it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let message = match shown_path(&self.from).as_str() {
            "." => format!("there is no `{MANIFEST}` here or in any folder above"),
            shown if self.from.exists() => {
                format!("there is no `{MANIFEST}` in `{shown}` or in any folder above it")
            }
            shown => format!("there is no folder `{shown}`"),
        };
        Diagnostic::new(&codes::NO_PROJECT, message)
            .help("go to the project or name its folder; `platc new project NAME` begins one")
    }
}

/// The nearest folder with a `plat.toml`, upwards; a file stands for the folder that it lies in.
///
/// # Errors
/// When there is none.
pub fn find(from: &Path) -> Result<PathBuf, NoProject> {
    let absolute = std::path::absolute(from).unwrap_or_else(|_| from.to_path_buf());
    let absolute = normalized(&absolute);
    let start = if absolute.is_file() {
        absolute.parent()
    } else {
        Some(absolute.as_path()).filter(|folder| folder.is_dir())
    };
    let found = start.and_then(|start| {
        start
            .ancestors()
            .find(|folder| folder.join(MANIFEST).is_file())
    });
    found.map(Path::to_path_buf).ok_or_else(|| NoProject {
        from: from.to_path_buf(),
    })
}

/// A copy of a folder at another place: what lies in the copy is read there, what paths lead out of the folder is read where they
/// lead.
#[derive(Clone, Debug)]
pub(crate) struct StandIn {
    /// Where the copy is.
    pub(crate) copy: PathBuf,
    /// What it is a copy of.
    pub(crate) original: PathBuf,
}

impl StandIn {
    /// Where a folder of the copy would really be.
    fn real(&self, folder: &Path) -> PathBuf {
        match folder.strip_prefix(&self.copy) {
            Ok(below) => self.original.join(below),
            Err(_) => folder.to_path_buf(),
        }
    }

    /// Where to read a folder.
    fn copied(&self, folder: &Path) -> PathBuf {
        match folder.strip_prefix(&self.original) {
            Ok(below) => self.copy.join(below),
            Err(_) => folder.to_path_buf(),
        }
    }
}

/// Loads the project whose `plat.toml` lies in `root`, with all packages that it depends on.
#[must_use]
pub fn load(root: &Path) -> ProjectSource {
    load_copy(root, None)
}

/// Loads a project as [`load`] does, perhaps from a copy of the folder around it.
pub(crate) fn load_copy(root: &Path, stand_in: Option<StandIn>) -> ProjectSource {
    let mut loader = Loader {
        root: root.to_path_buf(),
        stand_in,
        ..Loader::default()
    };
    let fallback = root
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|name| manifest::is_package_name(name));
    // The standard library as a project of its own stands for itself.
    let fallback = match root.join(PRELUDE).is_file() {
        true => STD,
        false => fallback.unwrap_or("project"),
    };
    loader.package(root, fallback);
    loader.order();
    if loader.packages[0].name != STD {
        loader.standard_library();
    }
    loader.findings.append(&mut loader.ring_findings);
    ProjectSource {
        packages: loader.packages,
        files: loader.files,
        findings: loader.findings,
    }
}

/// The file of the standard library that every package sees.
const PRELUDE: &str = "prelude.plat";

#[derive(Default)]
struct Loader {
    root: PathBuf,
    stand_in: Option<StandIn>,
    packages: Vec<PackageSource>,
    files: Files,
    findings: Vec<Diagnostic>,
    ring_findings: Vec<Diagnostic>,
    /// The packages on the way to the one that is being loaded, with the place where the next one is named.
    way: Vec<(usize, Option<Span>)>,
}

impl Loader {
    /// Loads the package in a folder with what it depends on; its place.
    fn package(&mut self, folder: &Path, fallback: &str) -> usize {
        let below = relative(&self.real(&self.root), &self.real(folder));
        let prefix = if below.is_empty() { below } else { below + "/" };
        let manifest = self.manifest(folder, &prefix, fallback);
        let walked = walk::sources(folder, &folder.join(&manifest.output));
        let sources = self.sources(folder, &prefix, walked.files);
        for problem in &walked.problems {
            let finding = self.walk_finding(&prefix, problem, &sources);
            self.findings.push(finding);
        }
        let place = self.packages.len();
        let dependencies = manifest.dependencies.clone();
        self.packages.push(PackageSource {
            name: manifest.name.clone(),
            root: Some(folder.to_path_buf()),
            prefix,
            manifest,
            sources,
            dependencies: Vec::new(),
        });
        self.way.push((place, None));
        for dependency in dependencies {
            if let Some(way) = self.way.last_mut() {
                way.1 = Some(dependency.at);
            }
            if let Some(found) = self.dependency(folder, &dependency) {
                self.packages[place].dependencies.push(found);
            }
        }
        self.way.pop();
        place
    }

    /// Where a folder is as far as paths that people write and read are concerned.
    fn real(&self, folder: &Path) -> PathBuf {
        match &self.stand_in {
            Some(stand_in) => stand_in.real(folder),
            None => folder.to_path_buf(),
        }
    }

    fn dependency(&mut self, folder: &Path, dependency: &Dependency) -> Option<usize> {
        let target = normalized(&self.real(folder).join(&dependency.path));
        let target = match &self.stand_in {
            Some(stand_in) => stand_in.copied(&target),
            None => target,
        };
        if !target.join(MANIFEST).is_file() {
            let missing = if target.is_dir() {
                "has no `plat.toml`"
            } else {
                "does not exist"
            };
            self.findings.push(
                Diagnostic::new(
                    &codes::DEPENDENCY_NOT_FOUND,
                    format!("there is no package at `{}`", dependency.path),
                )
                .at(dependency.at, format!("this folder {missing}"))
                .help("correct the path: it starts at the folder of this `plat.toml`"),
            );
            return None;
        }
        let known = self
            .packages
            .iter()
            .position(|package| package.root.as_deref() == Some(target.as_path()));
        let place = match known {
            Some(place) => {
                if let Some(step) = self
                    .way
                    .iter()
                    .position(|(on_the_way, _)| *on_the_way == place)
                {
                    self.ring(step, dependency);
                    return None;
                }
                place
            }
            None => {
                if let Some(other) = self
                    .packages
                    .iter()
                    .find(|package| package.name == dependency.name)
                {
                    let message = format!(
                        "two packages of this project are called `{}`",
                        dependency.name
                    );
                    let mut finding = Diagnostic::new(&codes::DEPENDENCY_NOT_FOUND, message)
                        .at(dependency.at, "a second one")
                        .help("all packages of a project have names of their own: rename one");
                    if let Some(at) = other.manifest.name_at {
                        finding = finding.also(at, "the first one");
                    }
                    self.findings.push(finding);
                    return None;
                }
                // What is deeper than this is a mistake, and each level is a call.
                if self.way.len() >= MAX_DEPTH {
                    self.findings.push(
                        Diagnostic::new(
                            &codes::DEPENDENCY_RING,
                            "packages depend on each other through too many steps",
                        )
                        .at(dependency.at, format!("the {MAX_DEPTH}th step")),
                    );
                    return None;
                }
                self.package(&target, &dependency.name)
            }
        };
        let package = &self.packages[place];
        if package.name != dependency.name {
            let mut finding = Diagnostic::new(
                &codes::DEPENDENCY_NOT_FOUND,
                format!(
                    "the package at `{}` is called `{}`, not `{}`",
                    dependency.path, package.name, dependency.name
                ),
            )
            .at(dependency.at, "another package")
            .help(format!(
                "write `{} = {{ path = \"{}\" }}`, or correct the path",
                package.name, dependency.path
            ));
            if let Some(at) = package.manifest.name_at {
                finding = finding.also(at, "its name");
            }
            self.findings.push(finding);
            return None;
        }
        Some(place)
    }

    /// Reports packages that need each other, at the line that closes the ring.
    fn ring(&mut self, first: usize, last: &Dependency) {
        let steps = &self.way[first..];
        let names: Vec<&str> = steps
            .iter()
            .chain([&steps[0]])
            .map(|(place, _)| self.packages[*place].name.as_str())
            .collect();
        let mut finding = Diagnostic::new(
            &codes::DEPENDENCY_RING,
            format!("the package `{}` depends on itself", names[0]),
        )
        .at(last.at, "this closes the ring")
        .note(format!("the ring: {}", names.join(" → ")))
        .help("move what both need into a package of its own");
        for (place, at) in steps {
            if let Some(at) = at.filter(|at| *at != last.at) {
                finding = finding.also(at, format!("needed by `{}`", self.packages[*place].name));
            }
        }
        self.ring_findings.push(finding);
    }

    fn manifest(&mut self, folder: &Path, prefix: &str, fallback: &str) -> Manifest {
        let path = format!("{prefix}{MANIFEST}");
        let text = match read::read_text(&folder.join(MANIFEST)) {
            Ok(text) => text,
            Err(unreadable) => {
                let (file, finding) = self.unreadable(&path, &unreadable);
                self.findings.push(finding);
                return manifest::read(
                    file,
                    &format!("[package]\nname = {fallback:?}\n"),
                    fallback,
                    &mut Vec::new(),
                );
            }
        };
        let file = self.files.add(path, Arc::from(text.as_str()));
        manifest::read(file, &text, fallback, &mut self.findings)
    }

    /// Reads the sources, in parallel.
    fn sources(&mut self, folder: &Path, prefix: &str, paths: Vec<String>) -> Vec<SourceText> {
        let texts: Vec<(String, Result<String, Unreadable>)> = paths
            .into_par_iter()
            .map(|path| {
                let text = read::read_text(&folder.join(&path));
                (path, text)
            })
            .collect();
        let mut sources = Vec::with_capacity(texts.len());
        for (path, text) in texts {
            let shown = format!("{prefix}{path}");
            let (text, file, broken) = match text {
                Ok(text) => {
                    let text: Arc<str> = Arc::from(text);
                    let file = self.files.add(shown, Arc::clone(&text));
                    (text, file, false)
                }
                Err(unreadable) => {
                    let (file, finding) = self.unreadable(&shown, &unreadable);
                    self.findings.push(finding);
                    (Arc::from(unreadable.lossy), file, true)
                }
            };
            sources.push(SourceText {
                path,
                text,
                file,
                broken,
            });
        }
        sources
    }

    fn unreadable(&mut self, path: &str, unreadable: &Unreadable) -> (FileId, Diagnostic) {
        let file = self.files.add(path, Arc::from(unreadable.lossy.as_str()));
        (file, unreadable.finding(path, file))
    }

    fn walk_finding(
        &mut self,
        prefix: &str,
        problem: &WalkProblem,
        sources: &[SourceText],
    ) -> Diagnostic {
        let finding = Diagnostic::new(problem.kind.code(), problem.message.clone())
            .severity(problem.kind.severity())
            .help(problem.help);
        let known = sources
            .iter()
            .find(|source| source.path == problem.path)
            .map(|source| source.file);
        let file = known.unwrap_or_else(|| {
            self.files
                .add(format!("{prefix}{}", problem.path), Arc::from(""))
        });
        finding.at(Span::start_of(file), "")
    }

    /// Brings the packages other than the root into the order of their names.
    fn order(&mut self) {
        let mut order: Vec<usize> = (0..self.packages.len()).collect();
        order[1..].sort_by(|a, b| self.packages[*a].name.cmp(&self.packages[*b].name));
        let mut places = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            places[*old] = new;
        }
        let mut packages: Vec<Option<PackageSource>> = std::mem::take(&mut self.packages)
            .into_iter()
            .map(Some)
            .collect();
        self.packages = order
            .iter()
            .filter_map(|old| packages[*old].take())
            .collect();
        for package in &mut self.packages {
            for dependency in &mut package.dependencies {
                *dependency = places[*dependency];
            }
            package.dependencies.sort_unstable();
        }
    }

    fn standard_library(&mut self) {
        let text = embedded::text(MANIFEST).unwrap_or_default();
        let path = format!("{STDLIB_PREFIX}{MANIFEST}");
        let file = self.files.add(path, Arc::from(text));
        let manifest = manifest::read(file, text, STD, &mut self.findings);
        let sources = embedded::STDLIB
            .iter()
            .filter(|(path, _)| path.ends_with(".plat"))
            .map(|(path, text)| {
                let text: Arc<str> = Arc::from(*text);
                let file = self
                    .files
                    .add(format!("{STDLIB_PREFIX}{path}"), Arc::clone(&text));
                SourceText {
                    path: (*path).to_owned(),
                    text,
                    file,
                    broken: false,
                }
            });
        let sources = sources.collect();
        self.packages.push(PackageSource {
            name: STD.to_owned(),
            root: None,
            prefix: STDLIB_PREFIX.to_owned(),
            manifest,
            sources,
            dependencies: Vec::new(),
        });
    }
}

/// The longest chain of packages of which each needs the next.
const MAX_DEPTH: usize = 100;

impl Unreadable {
    /// The finding about a file that has no text.
    pub(crate) fn finding(&self, path: &str, file: FileId) -> Diagnostic {
        let at = self
            .offset
            .and_then(|offset| TextSize::try_from(offset).ok())
            .unwrap_or_default();
        let label = if self.offset.is_some() {
            "the first byte that is no text"
        } else {
            ""
        };
        let help = match self.code.name {
            "NOT_UTF8" => "save the file as UTF-8",
            "FILE_TOO_LARGE" => "move it out of the project, or split it",
            _ => "check its permissions",
        };
        Diagnostic::new(self.code, format!("`{path}` {}", self.why))
            .at(Span::empty(file, at), label)
            .help(help)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use plat_diagnostics::Sources;

    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        folder
    }

    fn messages(project: &ProjectSource) -> Vec<String> {
        let lines = project.findings.iter().map(|finding| {
            let at = finding
                .span()
                .map_or("", |span| project.files.path(span.file));
            format!("{at}: {} {}", finding.code.code, finding.message)
        });
        lines.collect()
    }

    #[test]
    fn packages_come_with_what_they_depend_on() {
        let folder = project(&[
            (
                "app/plat.toml",
                "[package]\nname = \"app\"\n[dependencies]\nzoo = { path = \"../zoo\" }\nbase = { path = \"base\" }\n",
            ),
            ("app/main.plat", "// app\n"),
            ("app/base/plat.toml", "[package]\nname = \"base\"\n"),
            ("app/base/b.plat", "// base\n"),
            (
                "zoo/plat.toml",
                "[package]\nname = \"zoo\"\n[dependencies]\nbase = { path = \"../app/base\" }\n",
            ),
        ]);
        let loaded = load(&folder.path().join("app"));
        assert_eq!(messages(&loaded), Vec::<String>::new());
        let packages: Vec<_> = loaded
            .packages
            .iter()
            .map(|package| {
                (
                    &*package.name,
                    &*package.prefix,
                    package.dependencies.clone(),
                )
            })
            .collect();
        assert_eq!(
            packages,
            [
                ("app", "", vec![1, 2]),
                ("base", "base/", vec![]),
                ("zoo", "../zoo/", vec![1]),
                ("std", "<std>/", vec![])
            ]
        );
        assert_eq!(loaded.packages[0].sources.len(), 1);
        assert_eq!(
            loaded.files.path(loaded.packages[1].sources[0].file),
            "base/b.plat"
        );
    }

    #[test]
    fn rings_and_missing_packages_are_reported_where_they_are_named() {
        let folder = project(&[
            (
                "plat.toml",
                "[package]\nname = \"a\"\n[dependencies]\nb = { path = \"b\" }\nc = { path = \"c\" }\nd = { path = \"b\" }\n",
            ),
            (
                "b/plat.toml",
                "[package]\nname = \"b\"\n[dependencies]\na = { path = \"..\" }\n",
            ),
        ]);
        let loaded = load(folder.path());
        assert_eq!(
            messages(&loaded),
            [
                "plat.toml: PLT0707 there is no package at `c`",
                "plat.toml: PLT0707 the package at `b` is called `b`, not `d`",
                "b/plat.toml: PLT0708 the package `a` depends on itself",
            ]
        );
        assert_eq!(loaded.findings[2].notes, ["the ring: a → b → a"]);
    }

    #[test]
    fn a_file_that_is_no_text_hides_nothing_else() {
        let folder = project(&[
            ("plat.toml", "[package]\nname = \"a\"\n"),
            ("a.plat", "let a = 1\n"),
        ]);
        fs::write(folder.path().join("b.plat"), b"let b = \"\xfe\"\n").expect("written");
        let big = fs::File::create(folder.path().join("c.plat")).expect("created");
        big.set_len(read::LIMIT + 1).expect("grown");
        let loaded = load(folder.path());
        assert_eq!(
            messages(&loaded),
            [
                "b.plat: PLT0704 `b.plat` is not UTF-8: byte 0xfe at offset 9",
                "c.plat: PLT0709 `c.plat` is larger than 8 MiB",
            ]
        );
        let broken: Vec<bool> = loaded.packages[0]
            .sources
            .iter()
            .map(|source| source.broken)
            .collect();
        assert_eq!(broken, [false, true, true]);
    }

    #[test]
    fn the_nearest_project_upwards_is_found() {
        let folder = project(&[
            ("plat.toml", "[package]\nname = \"a\"\n"),
            ("deep/er/a.plat", ""),
        ]);
        assert_eq!(
            find(&folder.path().join("deep/er")),
            Ok(folder.path().to_path_buf())
        );
        let nowhere = find(&folder.path().join("missing")).expect_err("there is no such folder");
        assert!(nowhere.finding().message.contains("there is no folder"));
    }
}
