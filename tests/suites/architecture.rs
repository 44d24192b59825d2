//! Which crate may see which: the walls of `docs/architecture.md`.

use std::collections::BTreeMap;
use std::process::Command;

use plat_tests::repository;
use serde_json::Value;

/// What each crate may depend on, of our own crates. `platc` and the tests are the rim.
const ALLOWED: &[(&str, &[&str])] = &[
    ("plat-bench", &["plat-model"]),
    ("plat-cluster", &["plat-model", "plat-plan"]),
    ("plat-diagnostics", &[]),
    (
        "plat-driver",
        &[
            "plat-cluster",
            "plat-diagnostics",
            "plat-kubernetes",
            "plat-model",
            "plat-plan",
            "plat-semantics",
            "plat-syntax",
        ],
    ),
    ("plat-fuzz", &["plat-driver", "plat-syntax"]),
    ("plat-kubernetes", &["plat-model"]),
    ("plat-model", &[]),
    ("plat-plan", &["plat-model"]),
    (
        "plat-semantics",
        &["plat-diagnostics", "plat-model", "plat-syntax"],
    ),
    ("plat-syntax", &[]),
    ("plat-tests", &["plat-diagnostics", "plat-driver"]),
    ("platc", &["plat-diagnostics", "plat-driver"]),
    (
        "xtask",
        &[
            "plat-bench",
            "plat-diagnostics",
            "plat-kubernetes",
            "plat-model",
            "plat-semantics",
            "plat-syntax",
        ],
    ),
];

/// Which of our crates may use a crate that stands for a decision.
const HOLDERS: &[(&str, &[&str])] = &[
    ("clap", &["platc", "xtask"]),
    ("ignore", &["plat-driver"]),
    ("kube", &["plat-cluster"]),
    ("indicatif", &["platc"]),
    ("miette", &["plat-diagnostics"]),
    ("nom", &["plat-model", "plat-semantics", "plat-syntax"]),
    ("rayon", &["plat-bench", "plat-driver", "platc"]),
    ("rowan", &["plat-syntax"]),
    ("salsa", &["plat-driver", "plat-semantics"]),
    ("toml", &["plat-driver"]),
];

/// The normal and build dependencies of each of our crates; those of its tests are its own business.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let name = |value: &Value| value["name"].as_str().expect("it has a name").to_owned();
    packages
        .iter()
        .map(|package| {
            let all = package["dependencies"].as_array().expect("a list");
            (
                name(package),
                all.iter()
                    .filter(|dependency| dependency["kind"] != "dev")
                    .map(name)
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn crates_see_only_what_they_may() {
    let dependencies = dependencies();
    let known: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    let found: Vec<&str> = dependencies.keys().map(String::as_str).collect();
    assert_eq!(
        found, known,
        "a new crate is an architectural decision: say here what it may see"
    );
    for (name, allowed) in ALLOWED {
        for dependency in dependencies[*name]
            .iter()
            .filter(|dependency| known.contains(&dependency.as_str()))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "`{name}` may not see `{dependency}`"
            );
        }
    }
}

#[test]
fn what_stands_for_a_decision_is_used_in_one_place() {
    let dependencies = dependencies();
    for (library, holders) in HOLDERS {
        let users: Vec<&str> = dependencies
            .iter()
            .filter(|(_, all)| all.iter().any(|one| one == library))
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(
            users.iter().all(|user| holders.contains(user)),
            "`{library}` is used by {users:?}, not only by {holders:?}"
        );
        assert!(
            !users.is_empty(),
            "nobody uses `{library}`: take it out of this list"
        );
    }
}

#[test]
fn every_crate_says_what_it_is_and_what_it_does_not_know() {
    for folder in [
        "compiler/syntax",
        "compiler/diagnostics",
        "compiler/model",
        "compiler/semantics",
        "compiler/driver",
        "targets/kubernetes",
    ] {
        let path = repository().join(folder).join("src/lib.rs");
        let text = std::fs::read_to_string(&path).expect("every library has a lib.rs");
        let docs: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            docs.contains(" not ")
                || docs.contains("**not**")
                || docs.contains("neither")
                || docs.contains("nothing"),
            "{}: {docs}",
            path.display()
        );
    }
}
