//! The same bytes with one thread and with many, in any order of files, and for one environment as for all.

use std::collections::BTreeMap;
use std::fs;

use plat_driver::build::{RenderOptions, render};
use plat_driver::test::{TestOptions, TestResult, run as run_tests};
use plat_driver::{Arguments, CheckOptions, Workspace, check};
use plat_tests::{Scratch, artifacts, examples, repository};

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(64 << 20)
        .build();
    pool.expect("a pool of threads").install(work)
}

#[test]
fn artifacts_do_not_depend_on_threads() {
    for example in examples() {
        let one = with_threads(1, || artifacts(&example));
        let many = with_threads(8, || artifacts(&example));
        assert_eq!(one, many, "{}", example.display());
    }
}

#[test]
fn tests_come_to_the_same_with_one_thread_and_with_many() {
    let results = |threads| {
        with_threads(threads, || {
            let folder = repository().join("stdlib");
            let workspace = Workspace::load(&folder, &Arguments::default());
            let run = run_tests(&workspace, &TestOptions::default());
            let lines = run.results.iter().map(|result| {
                let text = plat_diagnostics::render::concise(&result.report, workspace.files());
                let TestResult { path, title, .. } = result;
                format!(
                    "{:?} {path}: {title} {}\n{text}",
                    result.outcome, result.judged
                )
            });
            let lines: Vec<String> = lines.collect();
            assert!(lines.len() >= 10, "only {} ran", lines.len());
            assert!(run.passed(), "{}", lines.concat());
            lines
        })
    };
    assert_eq!(results(1), results(8));
}

#[test]
fn findings_do_not_depend_on_threads_or_on_the_order_of_files() {
    let bad = "service a: HttpService { owner = nobody, image = 5, prot = 80 }\nlet x = y\n";
    let files: Vec<(String, String)> = (0..20)
        .map(|number| {
            (
                format!("f{number}/s.plat"),
                bad.replace("service a", &format!("service a{}", number % 7)),
            )
        })
        .collect();
    let forward = Scratch::new(
        files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    let backward = Scratch::new(
        files
            .iter()
            .rev()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    let json = |scratch: &Scratch, threads| {
        with_threads(threads, || {
            let checked = scratch.check();
            plat_diagnostics::render::json(&checked.report, checked.workspace.files())
        })
    };
    let expected = json(&forward, 1);
    assert!(expected.matches("\"code\"").count() > 40, "{expected}");
    assert_eq!(json(&forward, 8), expected);
    assert_eq!(json(&backward, 1), expected);
    assert_eq!(json(&backward, 8), expected);
}

#[test]
fn one_environment_has_the_bytes_that_it_has_among_all() {
    for example in examples() {
        let all = artifacts(&example);
        let workspace = Workspace::load(&example, &Arguments::default());
        let names: Vec<String> = all
            .keys()
            .filter_map(|path| Some(path.split('/').nth(1)?.to_owned()))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        assert!(
            names.len() > 1,
            "{} has several environments",
            example.display()
        );
        for name in names {
            let options = RenderOptions {
                environments: [name.clone()].into(),
                ..RenderOptions::default()
            };
            let one = render(&workspace, &options).expect("the environment exists");
            let one: BTreeMap<String, String> = one
                .artifacts
                .into_iter()
                .map(|artifact| {
                    (
                        artifact.path,
                        String::from_utf8(artifact.bytes).expect("text"),
                    )
                })
                .collect();
            let prefix = format!("kubernetes/{name}/");
            let expected: BTreeMap<String, String> = all
                .iter()
                .filter(|(path, _)| path.starts_with(&prefix))
                .map(|(path, text)| (path.clone(), text.clone()))
                .collect();
            assert_eq!(one, expected, "{} in {name}", example.display());
        }
    }
}

#[test]
fn an_edited_workspace_finds_what_a_fresh_one_finds() {
    let example = examples()
        .into_iter()
        .find(|path| path.ends_with("platform"))
        .expect("it ships");
    let scratch = Scratch::new([]);
    copy(&example, scratch.path());
    let path = "payments/checkout.plat";
    let good = fs::read_to_string(scratch.path().join(path)).expect("it ships");
    let bad = good.replacen("image", "imgae", 1);
    let mut workspace = scratch.load();
    let findings = |workspace: &Workspace| {
        let report = check(workspace, &CheckOptions::default());
        plat_diagnostics::render::concise(&report, workspace.files())
    };
    let clean = findings(&workspace);
    workspace.open(path, &bad).expect("it is a source");
    scratch.write(path, &bad);
    assert_eq!(findings(&workspace), findings(&scratch.load()));
    assert_ne!(findings(&workspace), clean);
    workspace.edit(path, &good).expect("it is a source");
    assert_eq!(findings(&workspace), clean);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in fs::read_dir(from)
        .expect("it is a folder")
        .filter_map(Result::ok)
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("made");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
