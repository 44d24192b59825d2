//! Snapshots: files beside the sources that hold what a value was when it was last looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::problem::Problem;
use similar::TextDiff;

use super::judge::TestOutcome;
use super::{Test, Updated, snapshot_folder};
use crate::atomic::{FileError, replace_file};
use crate::{Workspace, shown_path};

/// The folder beside a source in which its snapshots lie.
pub(super) const FOLDER: &str = "__snapshots__";

/// How many unchanged lines are shown around a changed one.
const CONTEXT: usize = 2;
/// How many lines of a difference are shown.
const MAX_LINES: usize = 60;

/// The snapshots of a run.
pub(super) struct Store<'w> {
    workspace: &'w Workspace,
    update: bool,
    /// Every snapshot that a test takes, with the test that took it first.
    taken: BTreeMap<PathBuf, Test>,
    /// What is to be written; nothing for what is to be removed.
    writes: BTreeMap<PathBuf, Option<String>>,
}

impl<'w> Store<'w> {
    pub(super) fn new(workspace: &'w Workspace, update: bool) -> Self {
        Self {
            workspace,
            update,
            taken: BTreeMap::new(),
            writes: BTreeMap::new(),
        }
    }

    /// What is wrong with the snapshots of a test.
    pub(super) fn compare(&mut self, test: &Test, judgement: &TestOutcome) -> Vec<Problem> {
        let Some(folder) = snapshot_folder(self.workspace, test.file) else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        for (environment, taken) in &judgement.snapshots {
            let file = match environment {
                Some(environment) => format!("{}@{environment}.yaml", taken.name),
                None => format!("{}.yaml", taken.name),
            };
            let path = folder.join(file);
            if let Some(other) = self.taken.insert(path.clone(), test.clone())
                && other.decl != test.decl
            {
                let problem = Problem::new(
                    &codes::BAD_EXPECTATION,
                    format!(
                        "another test of this file takes a snapshot `{}`",
                        taken.name
                    ),
                )
                .at_node(test.decl, taken.at, "of the same name")
                .note(format!("the other one is \"{}\"", other.title))
                .help("give one of them another name");
                problems.push(problem);
                continue;
            }
            let known = fs::read_to_string(&path).ok();
            if known.as_deref() == Some(taken.text.as_str()) {
                continue;
            }
            if self.update {
                self.writes.insert(path, Some(taken.text.clone()));
                continue;
            }
            let shown = shown_path(&path);
            let problem = match known {
                None => Problem::new(
                    &codes::SNAPSHOT_MISSING,
                    format!("the snapshot `{}` has not been taken", taken.name),
                )
                .note(format!("there is no {shown}"))
                .help("`platc test --update` writes it"),
                Some(known) => Problem::new(
                    &codes::SNAPSHOT_DIFFERS,
                    format!("this is not what the snapshot `{}` shows", taken.name),
                )
                .note(format!("{shown}:\n{}", difference(&known, &taken.text)))
                .help("if the change is meant, `platc test --update` writes it anew"),
            };
            let problem = problem.at_node(test.decl, taken.at, "taken here");
            problems.push(match environment {
                Some(environment) => problem.subject(environment.clone()),
                None => problem,
            });
        }
        problems
    }

    /// The files in the folders of snapshots that no test has asked for; with `update` they are removed.
    pub(super) fn unused(&mut self) -> Vec<Diagnostic> {
        let mut folders = BTreeSet::new();
        for file in self.workspace.sources() {
            let folder = snapshot_folder(self.workspace, file);
            let folder = folder.and_then(|folder| folder.parent().map(Path::to_path_buf));
            if !self.workspace.paths().is_foreign(file) {
                folders.extend(folder);
            }
        }
        let mut findings = Vec::new();
        for path in folders.iter().flat_map(|folder| below(folder)) {
            if self.taken.contains_key(&path) {
                continue;
            }
            if self.update {
                self.writes.insert(path, None);
                continue;
            }
            let shown = shown_path(&path);
            findings.push(
                Diagnostic::new(&codes::SNAPSHOT_UNUSED, format!("no test takes {shown}"))
                    .help("`platc test --update` removes it"),
            );
        }
        findings
    }

    /// Writes and removes what there is to write and remove.
    pub(super) fn write(self) -> (Vec<Updated>, Vec<FileError>) {
        let (mut updated, mut failures) = (Vec::new(), Vec::new());
        for (path, text) in self.writes {
            let done = match &text {
                Some(text) => written(&path, text),
                None => removed(&path),
            };
            match done {
                Ok(()) => updated.push(Updated {
                    path: shown_path(&path),
                    removed: text.is_none(),
                }),
                Err(error) => failures.push(error),
            }
        }
        (updated, failures)
    }
}

fn written(path: &Path, text: &str) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed("make", folder, error))?;
    }
    replace_file(path, text.as_bytes())
}

fn removed(path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(|error| failed("remove", path, error))
}

fn failed(verb: &'static str, path: &Path, error: io::Error) -> FileError {
    FileError {
        verb,
        path: path.to_path_buf(),
        error,
    }
}

/// The snapshots in the folders of a folder of snapshots, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries(folder)
        .flat_map(|source| entries(&source.path()))
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    found.sort();
    found
}

/// The lines that are gone and those that are new, with some around them.
fn difference(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(CONTEXT).to_string();
    let mut lines: Vec<&str> = text.lines().take(MAX_LINES + 1).collect();
    if lines.len() > MAX_LINES {
        lines[MAX_LINES] = "…";
    }
    lines.join("\n")
}
