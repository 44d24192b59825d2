//! `platc test`.

use std::io;

use plat_diagnostics::render::{self, Charset, Format, Terminal, junit};
use plat_diagnostics::{Diagnostic, Report, Severity};
use plat_driver::test::{Outcome, TestOptions, TestResult, TestRun, run as run_tests};
use plat_driver::{Files, Workspace};
use serde::Serialize;
use serde_json::Value;

use super::{counted, load};
use crate::args::{Global, Test, TestFormat};
use crate::console::{Console, DEFAULT_WIDTH};
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(arguments: &Test, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let options = TestOptions {
        filter: arguments.filter.clone(),
        update: arguments.update,
    };
    let run = {
        let _progress = Progress::start("testing");
        run_tests(&workspace, &options)
    };
    match arguments.format {
        TestFormat::Human => show(&run, &workspace, console)?,
        TestFormat::Json => console.result(&json(&run, workspace.files()))?,
        TestFormat::Junit => console.result(&junit_suites(&run, workspace.files()))?,
    }
    // What could not be read may hold tests.
    let unread = Report::new(workspace.project_findings().to_vec(), workspace.files());
    console.findings(&unread, workspace.files(), Format::Human)?;
    // A filter that fits nothing is a slip, and nothing was tested.
    let nothing = run.results.is_empty() && run.left_out > 0;
    let passed = run.passed() && !nothing && !unread.has_errors();
    Ok(if passed { Exit::Fine } else { Exit::Failure })
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Broken => "broken",
    }
}

/// A line for each test, then what is wrong, then how many there were.
fn show(run: &TestRun, workspace: &Workspace, console: &Console) -> io::Result<()> {
    for result in &run.results {
        let TestResult { path, title, .. } = result;
        let took = match console.verbose {
            true => format!(" ({} ms)", result.took.as_millis()),
            false => String::new(),
        };
        let line = format!("{}  {path}: {title}{took}", word(result.outcome));
        match result.outcome {
            Outcome::Passed => console.say(&line)?,
            Outcome::Failed | Outcome::Broken => console.result(&format!("{line}\n"))?,
        }
    }
    for updated in &run.updated {
        let done = if updated.removed { "removed" } else { "wrote" };
        console.say(&format!("{done} {}", updated.path))?;
    }
    let findings = run
        .results
        .iter()
        .flat_map(|result| result.report.findings());
    let all = findings.chain(run.report.findings()).cloned().collect();
    let report = Report::new(all, workspace.files());
    console.findings(&report, workspace.files(), Format::Human)?;
    console.say(&summary(run))
}

fn summary(run: &TestRun) -> String {
    match (run.results.is_empty(), run.left_out) {
        (true, 0) => return "there are no tests".to_owned(),
        (true, left_out) => {
            return format!("none of {} fits the filter", counted(left_out, "test"));
        }
        (false, _) => {}
    }
    let mut parts = vec![format!("{} passed", run.count(Outcome::Passed))];
    for (outcome, number) in [Outcome::Failed, Outcome::Broken].map(|it| (it, run.count(it))) {
        if number > 0 {
            parts.push(format!("{number} {}", word(outcome)));
        }
    }
    if run.left_out > 0 {
        parts.push(format!("{} left out", run.left_out));
    }
    parts.join(", ")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    passed: bool,
    counts: Counts,
    tests: Vec<JsonTest<'a>>,
    findings: Value,
    updated: Vec<JsonUpdated<'a>>,
}

#[derive(Serialize)]
struct Counts {
    passed: usize,
    failed: usize,
    broken: usize,
    left_out: usize,
}

#[derive(Serialize)]
struct JsonTest<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    outcome: &'static str,
    environments: &'a [String],
    judged: usize,
    seconds: f64,
    findings: Value,
}

#[derive(Serialize)]
struct JsonUpdated<'a> {
    path: &'a str,
    removed: bool,
}

fn json(run: &TestRun, files: &Files) -> String {
    let tests = run.results.iter().map(|result| JsonTest {
        path: &result.path,
        line: result.line,
        title: &result.title,
        outcome: word(result.outcome),
        environments: &result.environments,
        judged: result.judged,
        seconds: result.took.as_secs_f64(),
        findings: findings(&result.report, files),
    });
    super::json(&Document {
        schema: "platc.test/1",
        passed: run.passed(),
        counts: Counts {
            passed: run.count(Outcome::Passed),
            failed: run.count(Outcome::Failed),
            broken: run.count(Outcome::Broken),
            left_out: run.left_out,
        },
        tests: tests.collect(),
        findings: findings(&run.report, files),
        updated: { run.updated.iter() }
            .map(|updated| JsonUpdated {
                path: &updated.path,
                removed: updated.removed,
            })
            .collect(),
    })
}

/// Findings as `platc.check/1` has them.
fn findings(report: &Report, files: &Files) -> Value {
    let document: Result<Value, _> = serde_json::from_str(&render::json(report, files));
    document.map_or(Value::Null, |mut document| document["findings"].take())
}

/// A suite per file.
fn junit_suites(run: &TestRun, files: &Files) -> String {
    let mut suites: Vec<junit::Suite> = Vec::new();
    for result in &run.results {
        if suites.last().is_none_or(|suite| suite.name != result.path) {
            suites.push(junit::Suite {
                name: result.path.clone(),
                cases: Vec::new(),
                output: None,
            });
        }
        if let Some(suite) = suites.last_mut() {
            suite.cases.push(case(result, files));
        }
    }
    let beside = run.report.findings();
    if !beside.is_empty() {
        suites.push(junit::Suite {
            name: "snapshots".to_owned(),
            cases: Vec::new(),
            output: Some(render::concise(&run.report, files)),
        });
    }
    junit::suites("platc test", &suites)
}

fn case(result: &TestResult, files: &Files) -> junit::Case {
    let report = &result.report;
    let terminal = Terminal {
        width: DEFAULT_WIDTH,
        colour: false,
        charset: Charset::Unicode,
    };
    let text = render::human(report, files, &terminal);
    let first = |finding: &&Diagnostic| finding.severity == Severity::Error;
    let complaint = || {
        let first = report.findings().iter().find(first);
        junit::Complaint {
            kind: first.map_or("", |finding| finding.code.code).to_owned(),
            message: first.map_or_else(String::new, |finding| finding.message.clone()),
            body: text.clone(),
        }
    };
    junit::Case {
        class: result.path.clone(),
        name: result.title.clone(),
        took: Some(result.took),
        outcome: match result.outcome {
            Outcome::Passed if report.findings().is_empty() => junit::CaseOutcome::Passed(None),
            Outcome::Passed => junit::CaseOutcome::Passed(Some(text)),
            Outcome::Failed => junit::CaseOutcome::Failed(complaint()),
            Outcome::Broken => junit::CaseOutcome::Broken(complaint()),
        },
    }
}
