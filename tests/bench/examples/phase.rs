//! One phase of the compiler over one project, alone in its process: what `measure` runs, and what profilers are pointed at.
//!
//! `phase load|check|render|build|edit|plan|replan PROJECT [OUT]` prints milliseconds, findings and the peak of resident memory.
#![allow(clippy::print_stdout, reason = "this is a command")]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use plat_driver::build::{Folder, RenderOptions, Rendered, render};
use plat_driver::plan::{Request, since_commit};
use plat_driver::{Arguments, CheckOptions, Workspace, check};
use plat_semantics::checks::declaration_problems;
use plat_semantics::eval::evaluate;
use plat_semantics::items::{item_tree, syntax_errors};
use plat_semantics::scope::file_problems;

/// What is measured is the command, so this has its allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let start = Instant::now();
    let (findings, took) = match arguments.as_slice() {
        ["load", project] => {
            let workspace = load(project);
            let took = start.elapsed();
            std::mem::forget(workspace);
            (0, took)
        }
        ["check", project] => {
            let workspace = load(project);
            let report = check(&workspace, &CheckOptions::default());
            let took = start.elapsed();
            std::mem::forget(workspace);
            (report.findings().len(), took)
        }
        ["render", project] => {
            let workspace = load(project);
            let rendered = rendered(&workspace);
            let took = start.elapsed();
            std::mem::forget(workspace);
            (rendered.report.findings().len(), took)
        }
        ["build", project, out] => {
            let workspace = load(project);
            let rendered = rendered(&workspace);
            let folder = Folder::open(Path::new(out)).expect("the output folder can be read");
            let plan = folder
                .plan(&rendered.artifacts, None)
                .expect("the output folder is ours");
            folder
                .apply(&plan, None)
                .expect("the output folder can be written");
            let took = start.elapsed();
            std::mem::forget(workspace);
            (rendered.report.findings().len(), took)
        }
        ["edit", project, source] => edit(project, source),
        ["plan", project] => {
            let mut workspace = load(project);
            let changes = planned(&mut workspace);
            let took = start.elapsed();
            std::mem::forget(workspace);
            (changes, took)
        }
        ["replan", project, source] => replan(project, source),
        _ => {
            println!(
                "phase load|check|render PROJECT, phase build PROJECT OUT, phase edit PROJECT SOURCE, phase plan PROJECT, phase replan PROJECT SOURCE"
            );
            return ExitCode::from(64);
        }
    };
    println!(
        "{:.2} {findings} {}",
        took.as_secs_f64() * 1000.0,
        peak_kilobytes()
    );
    ExitCode::SUCCESS
}

fn load(project: &str) -> Workspace {
    Workspace::load(Path::new(project), &Arguments::default())
}

fn rendered(workspace: &Workspace) -> Rendered {
    render(workspace, &RenderOptions::default()).expect("all environments are rendered")
}

/// The most memory that this process has held, in kB; 0 where the system does not say.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

/// How often a source is edited; what one edit takes is the median.
const EDITS: usize = 21;

/// From a keystroke in an open source to the findings of its file, with everything else computed before.
fn edit(project: &str, source: &str) -> (usize, Duration) {
    let mut workspace = load(project);
    let text =
        std::fs::read_to_string(Path::new(project).join(source)).expect("the source can be read");
    workspace
        .open(source, &text)
        .expect("the source is one of the project's");
    let _ = check(&workspace, &CheckOptions::default());
    let mut findings = 0;
    let mut times: Vec<Duration> = (1..=EDITS)
        .map(|number| {
            let edited = text.replacen("min = 2", &format!("min = {}", 2 + number % 4), 1);
            let start = Instant::now();
            workspace.edit(source, &edited).expect("the source is open");
            findings = findings_of(&workspace, source);
            start.elapsed()
        })
        .collect();
    times.sort();
    std::mem::forget(workspace);
    (findings, times[EDITS / 2])
}

/// The plan from the last commit to the working tree: how many changes it has.
fn planned(workspace: &mut Workspace) -> usize {
    let request = Request {
        base: Some("HEAD".to_owned()),
        ..Request::default()
    };
    let states = since_commit(workspace, &request, &|_| None);
    let states = states.expect("the project is committed and has no errors");
    states.plan(workspace).changes.len()
}

/// From a keystroke in an open source to a plan since the last commit, with everything else computed before.
fn replan(project: &str, source: &str) -> (usize, Duration) {
    let mut workspace = load(project);
    let path = Path::new(project).join(source);
    let text = std::fs::read_to_string(path).expect("the source can be read");
    workspace
        .open(source, &text)
        .expect("the source is one of the project's");
    let mut changes = planned(&mut workspace);
    let mut times: Vec<Duration> = (1..=EDITS)
        .map(|number| {
            let edited = text.replacen("min = 2", &format!("min = {}", 3 + number % 4), 1);
            let start = Instant::now();
            workspace.edit(source, &edited).expect("the source is open");
            changes = planned(&mut workspace);
            start.elapsed()
        })
        .collect();
    times.sort();
    std::mem::forget(workspace);
    (changes, times[EDITS / 2])
}

/// The findings of one file, of what is written and of its instances in all environments.
fn findings_of(workspace: &Workspace, source: &str) -> usize {
    let db = workspace.db();
    let file = workspace
        .source(source)
        .expect("the source is one of the project's");
    let mut problems = syntax_errors(db, file).to_vec();
    problems.extend(file_problems(db, file).iter().cloned());
    for item in &item_tree(db, file).items {
        problems.extend(declaration_problems(db, item.id).iter().cloned());
        if item.kind.is_fact() {
            problems.extend(evaluate(db, item.id).problems.iter().cloned());
        }
    }
    workspace.resolve(&problems).len()
}
