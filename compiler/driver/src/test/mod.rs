//! Tests: those of a project, run in parallel in its database. Nothing is written into it, and no test sees another's declarations.

mod judge;
mod snapshots;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use plat_diagnostics::{Diagnostic, Report};
use plat_semantics::db::{DeclId, SourceFile};
use plat_semantics::items::item_tree;
use rayon::prelude::*;

use crate::Workspace;
use crate::atomic::FileError;
use crate::check::checked_files;

/// Which tests run, and what becomes of their snapshots.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Part of `file: title`; without one, all tests run.
    pub filter: Option<String>,
    /// Whether snapshots that differ are written anew.
    pub update: bool,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that it expects holds.
    Passed,
    /// Something does not, or something else is wrong with what it declares.
    Failed,
    /// There is a mistake in the test itself, so that it could not run.
    Broken,
}

/// A test that has run.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// The path of its file, as people read it.
    pub path: String,
    /// What it tests.
    pub title: String,
    /// Where its title stands, counted from 1.
    pub line: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The environments in which it was judged.
    pub environments: Vec<String>,
    /// How many expectations were judged, each once per environment.
    pub judged: usize,
    /// What is wrong.
    pub report: Report,
    /// How long it took.
    pub took: Duration,
}

/// A snapshot file that was written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// Its path, as people read it.
    pub path: String,
    /// Whether it was removed.
    pub removed: bool,
}

/// What came of all tests.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// The tests that ran, by file and line.
    pub results: Vec<TestResult>,
    /// How many tests the filter left out.
    pub left_out: usize,
    /// What is wrong beside the tests: snapshots that no test takes, files that cannot be written.
    pub report: Report,
    /// The snapshots that were written or removed, by path.
    pub updated: Vec<Updated>,
    /// How long all of it took.
    pub took: Duration,
}

impl TestRun {
    /// How many tests came to that.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        let results = self.results.iter();
        results.filter(|result| result.outcome == outcome).count()
    }

    /// Whether all tests passed and nothing else is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.count(Outcome::Passed) == self.results.len() && !self.report.has_errors()
    }
}

/// A test before it runs.
#[derive(Clone, Debug)]
struct Test {
    decl: DeclId,
    file: SourceFile,
    path: String,
    title: String,
}

/// Runs the tests of the project's own package, in parallel; the results do not depend on how many threads there are.
#[must_use]
pub fn run(workspace: &Workspace, options: &TestOptions) -> TestRun {
    let start = Instant::now();
    let all = tests(workspace);
    let found = all.len();
    let wanted = |test: &Test| {
        let name = format!("{}: {}", test.path, test.title);
        { options.filter.as_ref() }.is_none_or(|filter| name.contains(filter.as_str()))
    };
    let chosen: Vec<Test> = all.into_iter().filter(wanted).collect();
    let judged: Vec<judge::TestOutcome> = chosen
        .par_iter()
        .map_with(workspace.db().clone(), |db, test| judge::judge(db, test))
        .collect();
    let mut store = snapshots::Store::new(workspace, options.update);
    let mut results = Vec::new();
    for (test, mut judgement) in chosen.iter().zip(judged) {
        let changed = store.compare(test, &judgement);
        judgement.problems.extend(changed);
        results.push(result(workspace, test, &judgement));
    }
    let complete = chosen.len() == found
        && results
            .iter()
            .all(|result| result.outcome == Outcome::Passed);
    let mut findings = Vec::new();
    if complete {
        findings.extend(store.unused());
    }
    let (updated, failures) = store.write();
    findings.extend(failures.iter().map(FileError::finding));
    TestRun {
        left_out: found - results.len(),
        results,
        report: Report::new(findings, workspace.files()),
        updated,
        took: start.elapsed(),
    }
}

/// The tests of the project's own package, by file and line.
fn tests(workspace: &Workspace) -> Vec<Test> {
    let db = workspace.db();
    let mut files = checked_files(workspace, true);
    files.retain(|file| !workspace.paths().is_foreign(*file));
    files
        .into_iter()
        .flat_map(|file| {
            let tests = item_tree(db, file).tests.iter();
            tests.map(move |items| (file, items.test))
        })
        .map(|(file, decl)| Test {
            decl,
            file,
            path: workspace.path(file).to_owned(),
            title: decl.name(db).to_string(),
        })
        .collect()
}

fn result(workspace: &Workspace, test: &Test, judgement: &judge::TestOutcome) -> TestResult {
    let findings: Vec<Diagnostic> = workspace.resolve(&judgement.problems);
    let report = Report::new(findings, workspace.files());
    let outcome = match (judgement.broken, report.has_errors()) {
        (true, _) => Outcome::Broken,
        (false, true) => Outcome::Failed,
        (false, false) => Outcome::Passed,
    };
    let line = judge::line_of(workspace.db(), test.decl);
    TestResult {
        path: test.path.clone(),
        title: test.title.clone(),
        line,
        outcome,
        environments: judgement.environments.clone(),
        judged: judgement.judged,
        report,
        took: judgement.took,
    }
}

/// The folder with the snapshots of a source.
fn snapshot_folder(workspace: &Workspace, file: SourceFile) -> Option<PathBuf> {
    let source = workspace.disk_path(file)?;
    let stem = source.file_stem()?;
    Some(source.parent()?.join(snapshots::FOLDER).join(stem))
}
