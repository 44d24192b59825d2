//! The packs of the standard library: every rule is proven by a service that breaks it and one that keeps it, and every check of the
//! linters that people know has its place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use plat_driver::test::{Outcome, TestOptions, run};
use plat_driver::{Arguments, Date, Workspace};
use plat_tests::repository;

/// The rules of a folder and of those within it, such as `images.image-tag`; those over changes need a plan and are left to its
/// own suite.
fn rules(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    let entries = fs::read_dir(folder).expect("the packs are there");
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            rules(&path, &format!("{module}{name}."), found);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a pack is readable");
        let names = text.lines().filter_map(|line| {
            let rule = line.strip_prefix("pub guardrail ")?;
            rule.split_whitespace().next()
        });
        found.extend(names.map(|rule| format!("{module}{rule}")));
    }
}

fn all_rules() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    rules(&repository().join("stdlib/guardrails"), "", &mut found);
    found
}

#[test]
fn every_rule_denies_what_it_should_and_allows_the_rest() {
    let folder = repository().join("tests/guardrails");
    let arguments = Arguments {
        today: Date::parse("2026-11-21"),
        ..Arguments::default()
    };
    let workspace = Workspace::load(&folder, &arguments);
    let run = run(&workspace, &TestOptions::default());
    let failed: Vec<String> = run
        .results
        .iter()
        .filter(|result| result.outcome != Outcome::Passed)
        .map(|result| {
            let report = plat_diagnostics::render::concise(&result.report, workspace.files());
            format!("{}: {}\n{report}", result.path, result.title)
        })
        .collect();
    assert!(run.results.len() > 90, "{} tests", run.results.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(run.passed(), "something beside the tests is wrong");
}

#[test]
fn no_rule_is_unproven() {
    let folder = repository().join("tests/guardrails");
    let entries = fs::read_dir(&folder).expect("the tests are there");
    let text: String = entries
        .filter_map(Result::ok)
        .map(|entry| fs::read_to_string(entry.path()).expect("a test is readable"))
        .collect();
    let unproven: Vec<String> = all_rules()
        .into_iter()
        .filter(|rule| !rule.starts_with("changes."))
        .filter(|rule| {
            let name = rule.rsplit('.').next().unwrap_or_default();
            let expects = |word: &str| {
                text.lines().any(|line| {
                    line.trim_start().starts_with(&format!("expect {word}("))
                        && line.contains(&format!(", {name})"))
                })
            };
            !expects("denies") || !expects("allows")
        })
        .collect();
    assert!(unproven.is_empty(), "without a pair: {unproven:?}");
}

#[test]
fn every_check_of_other_tools_has_its_place() {
    let page = repository().join("docs/guardrails/mapping.md");
    let page = fs::read_to_string(page).expect("the mapping is there");
    let known = all_rules();
    let mut wrong = Vec::new();
    for (tool, count) in [("kube-linter", 63), ("kube-score", 39), ("Polaris", 44)] {
        let section = page
            .split("\n## ")
            .find(|section| section.starts_with(&format!("{tool}\n")))
            .expect("every tool has a section");
        let rows: Vec<Vec<&str>> = section
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let checks: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(rows.len(), count, "the checks of {tool}");
        assert_eq!(checks.len(), count, "a check of {tool} stands twice");
        for row in rows {
            let [check, here, why] = row.as_slice() else {
                wrong.push(format!("{row:?}"));
                continue;
            };
            let placed = match *here {
                "said once" | "elsewhere" => !why.is_empty(),
                rules => rules
                    .split(", ")
                    .all(|rule| known.contains(rule.trim_matches('`'))),
            };
            if !placed {
                wrong.push(format!("{tool}: {check}: {here}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
