//! Manifests of real applications: every field is known, nothing is refused, and what is written reads back the same.
//!
//! They are not part of this repository. They are looked for in `../shared/workloads` beside the checkout.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use plat_kubernetes::manifest::{Tree, TreeValue, read_documents, read_objects};
use plat_kubernetes::output::yaml;
use plat_kubernetes::path::Dotted;
use plat_kubernetes::{Store, check};
use plat_model::Origin;
use plat_model::schema::VersionId;
use support::skipped;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/workloads");
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml"))
        .collect();
    files.sort();
    if files.is_empty() {
        skipped("there is no ../shared/workloads");
    }
    files
}

#[test]
fn every_object_is_known_and_right_in_every_version() {
    let store = Store::new();
    let mut count = 0;
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        let (objects, faults) = read_objects(&text);
        assert_eq!(faults, [], "{}", file.display());
        for object in objects {
            count += 1;
            let arena = Bump::new();
            let body = object.tree.node(&arena, Origin::COMPILER);
            for version in (0..4).map(VersionId) {
                let id = store
                    .object(version, &object.api_version, &object.kind)
                    .unwrap();
                let problems: Vec<String> = check::manifest(&store, id, &body)
                    .iter()
                    .map(|problem| {
                        let span = object.tree.locate(&problem.path);
                        let line = text[..span.start].matches('\n').count() + 1;
                        format!(
                            "{}:{line}: {}: {}",
                            file.display(),
                            Dotted(&problem.path),
                            problem.message
                        )
                    })
                    .collect();
                assert_eq!(
                    problems,
                    Vec::<String>::new(),
                    "{} {}",
                    object.kind,
                    object.name
                );
            }
        }
    }
    assert!(count == 0 || count > 70, "{count}");
}

#[test]
fn every_document_is_written_as_it_was_meant() {
    for file in files() {
        let (documents, _) = read_documents(&fs::read_to_string(&file).unwrap());
        let arena = Bump::new();
        let mut out = Vec::new();
        let mut writer = yaml::Writer::new(&mut out, None);
        let written: Vec<&Tree> = documents
            .iter()
            .filter(|tree| tree.value != TreeValue::Null)
            .collect();
        for document in &written {
            writer
                .document(&document.node(&arena, Origin::COMPILER))
                .unwrap();
        }
        let (again, faults) = read_documents(std::str::from_utf8(&out).unwrap());
        assert_eq!(faults, []);
        assert_eq!(again.len(), written.len());
        for (document, again) in written.iter().zip(&again) {
            assert!(same(document, again), "{}", file.display());
        }
    }
}

/// Whether two trees mean the same, wherever they stand.
fn same(a: &Tree, b: &Tree) -> bool {
    match (&a.value, &b.value) {
        (TreeValue::List(_), TreeValue::List(_)) => {
            a.elements().len() == b.elements().len()
                && a.elements()
                    .iter()
                    .zip(b.elements())
                    .all(|(a, b)| same(a, b))
        }
        (TreeValue::Map(_), TreeValue::Map(_)) => {
            // An absent value is left out.
            let present = |tree: &Tree| {
                tree.entries()
                    .iter()
                    .filter(|e| e.tree.value != TreeValue::Null)
                    .count()
            };
            present(a) == present(b)
                && b.entries().iter().all(|entry| {
                    a.get(&entry.key)
                        .is_some_and(|value| same(value, &entry.tree))
                })
        }
        (a, b) => a == b,
    }
}
