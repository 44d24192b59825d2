//! Plans as reviewers get them: ten edits of an example and the comment of each, what holds of all plans, and what
//! they start from.

mod bases;
mod edits;
mod laws;

use std::fs;
use std::path::Path;
use std::process::Command;

use plat_driver::plan::plan::Plan;
use plat_driver::plan::{Request, since_commit};
use plat_driver::{Arguments, Workspace};
use plat_tests::{Scratch, repository};

/// The example that is edited.
const EXAMPLE: &str = "examples/online-boutique";

/// Its sources, by path.
fn example() -> Vec<(String, String)> {
    let root = repository().join(EXAMPLE);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() && !path.ends_with("out") {
                folders.push(path);
            } else if path.is_file() {
                let below = path.strip_prefix(&root).expect("it lies below");
                let below = below.to_string_lossy().replace('\\', "/");
                found.push((below, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    found.sort();
    found
}

/// A project of these files.
fn project(files: &[(String, String)]) -> Scratch {
    Scratch::new(
        files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    )
}

/// Runs git in a folder, with nothing of the machine's own settings.
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.com"),
            ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
        ])
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Makes everything in a folder the first commit of its repository.
fn commit(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "before"]);
}

/// The plan from the last commit to what stands in a folder.
fn planned(folder: &Path) -> Plan {
    let mut workspace = Workspace::load(folder, &Arguments::default());
    let mut states = since_commit(&mut workspace, &Request::default(), &|_| None)
        .unwrap_or_else(|failure| panic!("there is no plan: {failure:?}"));
    // Which commit it is changes with every change of the example.
    states.base.label = "main".to_owned();
    states.plan(&workspace)
}
