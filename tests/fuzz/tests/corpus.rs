//! Every input that a fuzzer kept, and every source of the repository, through every target.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn run(target: &str, check: fn(&[u8]), with_repository: bool) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = Vec::new();
    sources(&here.join("corpus").join(target), &mut inputs);
    assert!(!inputs.is_empty(), "the corpus of `{target}` is there");
    if with_repository {
        for folder in ["../../stdlib", "../../examples"] {
            sources(&here.join(folder), &mut inputs);
        }
        inputs.retain(|path| path.extension().is_none_or(|extension| extension == "plat"));
    }
    for path in inputs {
        let data = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let result = std::panic::catch_unwind(|| check(&data));
        assert!(result.is_ok(), "{} fails", path.display());
    }
}

#[test]
fn parser() {
    run("parser", plat_fuzz::parser, true);
}

#[test]
fn formatter() {
    run("formatter", plat_fuzz::formatter, true);
}

#[test]
fn check() {
    run("check", plat_fuzz::check, false);
}
