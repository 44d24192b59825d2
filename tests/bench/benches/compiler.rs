//! Time of the compiler's jobs on fleets of several sizes, beside the floor. `--example phase` runs one job alone, which is what
//! counts for memory and for cold starts.

use std::fs;
use std::path::Path;

use divan::Bencher;
use plat_bench::fleet::Fleet;
use plat_bench::{floor, rules, sources};
use plat_driver::build::{RenderOptions, render};
use plat_driver::{Arguments, CheckOptions, Workspace, check};
use plat_semantics::checks::declaration_problems;
use plat_semantics::eval::evaluate;
use plat_semantics::items::item_tree;
use tempfile::TempDir;

/// Services, each in three environments.
const SIZES: [usize; 3] = [3, 100, 1000];
/// Guardrails, where there are any.
const GUARDRAILS: usize = 100;

/// What is measured is the command, so this has its allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn project(services: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    sources::write(&Fleet::new(services), folder.path()).expect("the project is written");
    folder
}

fn guarded(services: usize) -> TempDir {
    let folder = project(services);
    fs::write(folder.path().join(rules::PATH), rules::text(GUARDRAILS))
        .expect("the rules are written");
    folder
}

fn load(folder: &Path) -> Workspace {
    Workspace::load(folder, &Arguments::default())
}

/// Building, serialising: nothing else. Not written, as in `cold_render`.
#[divan::bench(args = SIZES)]
fn floor_documents(services: usize) {
    let done = floor::run(&Fleet::new(services), |_, bytes| {
        divan::black_box(bytes);
        Ok(())
    });
    done.expect("nothing is written");
}

/// From files on disk to a database that knows what is declared.
#[divan::bench(args = SIZES, sample_count = 10)]
fn cold_load(bencher: Bencher<'_, '_>, services: usize) {
    let folder = project(services);
    bencher.bench_local(|| load(folder.path()));
}

/// From files on disk to all findings of all environments.
#[divan::bench(args = SIZES, sample_count = 10)]
fn cold_check(bencher: Bencher<'_, '_>, services: usize) {
    let folder = project(services);
    bencher.bench_local(|| check(&load(folder.path()), &CheckOptions::default()));
}

/// The same with a hundred guardrails.
#[divan::bench(args = SIZES, sample_count = 10)]
fn cold_check_guarded(bencher: Bencher<'_, '_>, services: usize) {
    let folder = guarded(services);
    bencher.bench_local(|| check(&load(folder.path()), &CheckOptions::default()));
}

/// From files on disk to all manifests in memory, with all checks.
#[divan::bench(args = SIZES, sample_count = 10)]
fn cold_render(bencher: Bencher<'_, '_>, services: usize) {
    let folder = project(services);
    bencher.bench_local(|| {
        render(&load(folder.path()), &RenderOptions::default())
            .expect("all environments are rendered")
    });
}

/// From a change in an open source to the findings of its declarations, everything else being known.
#[divan::bench(args = SIZES, sample_count = 20)]
fn warm_edit(bencher: Bencher<'_, '_>, services: usize) {
    edits(bencher, services, &project(services));
}

/// The same with a hundred guardrails, judged with the edited service.
#[divan::bench(args = SIZES, sample_count = 20)]
fn warm_edit_guarded(bencher: Bencher<'_, '_>, services: usize) {
    edits(bencher, services, &guarded(services));
}

fn edits(bencher: Bencher<'_, '_>, services: usize, folder: &TempDir) {
    let fleet = Fleet::new(services);
    let mut workspace = load(folder.path());
    let service = fleet.service(0);
    let (path, text) = (
        sources::service_path(&service),
        sources::service_text(&fleet, &service),
    );
    workspace
        .open(&path, &text)
        .expect("a source of the project");
    let _ = check(&workspace, &CheckOptions::default());
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let edited = text.replacen("min = 2", &format!("min = {}", 2 + number % 4), 1);
        workspace.edit(&path, &edited).expect("the source is open");
        let db = workspace.db();
        let file = workspace.source(&path).expect("a source of the project");
        let items = &item_tree(db, file).items;
        let findings = items.iter().map(|item| {
            declaration_problems(db, item.id).len() + evaluate(db, item.id).problems.len()
        });
        findings.sum::<usize>()
    });
}
