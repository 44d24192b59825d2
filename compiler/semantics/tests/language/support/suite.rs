//! Runs the cases of a subject, and compares or writes what comes of them.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::case::{Case, Outcome};
use super::document::{self, Section};

/// The blocks that a run fills in.
const RESULTS: [&str; 4] = ["findings", "values", "layers", "objects"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/language")
}

/// The subjects by their files, sorted.
pub fn files() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the suite is there");
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".md")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

/// Runs the cases of a subject.
///
/// # Panics
/// If something else comes of a case than its file says.
pub fn run(subject: &str) {
    let path = folder().join(format!("{subject}.md"));
    let text = std::fs::read_to_string(&path).expect("the subject has a file");
    let sections = document::sections(&text);
    let shared: String = sections[0]
        .blocks
        .iter()
        .filter(|block| block.info == "plat shared")
        .map(|block| block.text.as_str())
        .collect();
    let wanted = std::env::var("LANGUAGE_CASE").unwrap_or_default();
    let (mut failures, mut changes) = (String::new(), Vec::new());
    for section in sections[1..]
        .iter()
        .filter(|section| section.title.contains(&wanted))
    {
        let outcome = match catch_unwind(AssertUnwindSafe(|| outcome(section, &shared))) {
            Ok(outcome) => outcome,
            Err(_) => {
                let _ = writeln!(failures, "{}: the compiler panicked", section.title);
                continue;
            }
        };
        for (info, expected, line, found) in compare(section, outcome) {
            if expected != found {
                let _ = writeln!(
                    failures,
                    "── {subject}.md:{}: {}\nexpected {info}:\n{expected}\nfound:\n{found}",
                    line + 1,
                    section.title
                );
                changes.push((line, info, found));
            }
        }
    }
    if std::env::var_os("UPDATE_LANGUAGE").is_some() && !changes.is_empty() {
        std::fs::write(&path, document::rewrite(&text, &changes))
            .expect("the subject can be written");
    } else {
        assert!(failures.is_empty(), "{failures}");
    }
}

fn outcome(section: &Section, shared: &str) -> Outcome {
    let of = |kind: &str| {
        section
            .blocks
            .iter()
            .find(|block| block.info == kind)
            .map_or("", |block| block.text.as_str())
    };
    let source = section
        .blocks
        .iter()
        .find(|block| block.info.split(' ').next() == Some("plat"));
    let source = source.unwrap_or_else(|| panic!("`{}` has no sources", section.title));
    let keys = || {
        let pairs = source.info.split(' ').skip(1);
        pairs.filter_map(|pair| pair.split_once('='))
    };
    let case = Case::new(shared, &source.text, keys());
    let outcome = Outcome {
        findings: case.findings(),
        values: case.values(of("values")),
        layers: case.layers(of("layers")),
        objects: case.objects(of("objects")),
    };
    case.assert_environments_apart(&section.title);
    // What a project comes to does not depend on what its files are called.
    let renamed = Case::renamed(shared, &source.text, keys());
    assert_eq!(
        renamed.values(of("values")),
        outcome.values,
        "`{}`, renamed",
        section.title
    );
    assert_eq!(
        renamed.objects(of("objects")),
        outcome.objects,
        "`{}`, renamed",
        section.title
    );
    outcome
}

/// Kind, expectation, line and result of each block.
fn compare(section: &Section, outcome: Outcome) -> Vec<(&'static str, String, usize, String)> {
    let results = [
        outcome.findings,
        outcome.values,
        outcome.layers,
        outcome.objects,
    ];
    for block in &section.blocks {
        let kind = block.info.split(' ').next().unwrap_or_default();
        assert!(
            kind == "plat" || RESULTS.contains(&kind),
            "`{}` has a block of unknown kind `{kind}`",
            section.title
        );
    }
    RESULTS
        .into_iter()
        .zip(results)
        .map(
            |(info, found)| match section.blocks.iter().find(|block| block.info == info) {
                Some(block) => (info, block.text.clone(), block.line, found),
                None => (info, String::new(), section.end, found),
            },
        )
        .collect()
}
