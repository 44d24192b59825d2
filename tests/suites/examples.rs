//! The examples: they have no findings, and what they come to is what stands in their `out/`.
//!
//! With `UPDATE_EXPECT=1` the suite writes `out/` instead, as `platc build` does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plat_driver::build::Folder;
use plat_driver::{Arguments, CheckOptions, Date, Workspace, check};
use plat_tests::{artifacts, examples, rendered};

#[test]
fn examples_have_no_findings() {
    // Their guardrails speak of dates.
    let arguments = Arguments {
        today: Date::parse("2026-11-21"),
        ..Arguments::default()
    };
    for example in examples() {
        let workspace = Workspace::load(&example, &arguments);
        let report = check(&workspace, &CheckOptions::default());
        let text = plat_diagnostics::render::concise(&report, workspace.files());
        assert!(
            report.findings().is_empty(),
            "{}:\n{text}",
            example.display()
        );
    }
}

#[test]
fn the_standard_library_has_no_findings() {
    let example = examples().into_iter().next().expect("there are examples");
    let workspace = Workspace::load(&example, &Arguments::default());
    let report = check(
        &workspace,
        &CheckOptions {
            standard_library: true,
            ..CheckOptions::default()
        },
    );
    let text = plat_diagnostics::render::concise(&report, workspace.files());
    assert!(report.findings().is_empty(), "{text}");
}

#[test]
fn examples_come_to_what_is_committed() {
    for example in examples() {
        let out = example.join("out");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let workspace = Workspace::load(&example, &Arguments::default());
            let rendered = rendered(&workspace);
            let folder = Folder::open(&out).expect("the output folder is ours");
            let plan = folder
                .plan(&rendered.artifacts, None)
                .expect("the output folder is ours");
            folder.apply(&plan, None).expect("it can be written");
        }
        let made = artifacts(&example);
        let committed = texts(&out);
        let name = example
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let made_paths: Vec<&String> = made.keys().collect();
        let committed_paths: Vec<&String> = committed.keys().collect();
        assert_eq!(
            made_paths, committed_paths,
            "{name}: run the tests with UPDATE_EXPECT=1"
        );
        for (path, text) in &made {
            assert_eq!(
                text, &committed[path],
                "{name}: {path}: run the tests with UPDATE_EXPECT=1"
            );
        }
    }
}

#[test]
fn sources_are_formatted() {
    let roots: Vec<_> = examples()
        .into_iter()
        .chain([plat_tests::repository().join("stdlib")])
        .collect();
    let formatted = plat_driver::formatting::format_paths(&roots).expect("the folders exist");
    assert!(
        formatted.len() > 20,
        "only {} files were found",
        formatted.len()
    );
    let changed: Vec<&str> = formatted
        .iter()
        .filter(|file| file.text() != file.before)
        .map(|file| file.shown.as_str())
        .collect();
    assert!(changed.is_empty(), "run `platc fmt` on {changed:?}");
}

/// The files of an output folder, without those of the compiler itself.
fn texts(out: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![out.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
        {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path
                    .strip_prefix(out)
                    .expect("it lies below")
                    .to_string_lossy()
                    .replace('\\', "/");
                found.insert(
                    below,
                    fs::read_to_string(&path).expect("artifacts are text"),
                );
            }
        }
    }
    found
}
