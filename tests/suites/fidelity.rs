//! The examples against the manifests that they are ports of: every field of the original is in ours, with the same meaning.
//!
//! The originals are not part of this repository. Where they are not at hand the suite says so and passes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use plat_tests::{artifacts, repository};
use serde_json::Value;

/// Objects by kind and name.
type Objects = BTreeMap<(String, String), Value>;

fn objects(text: &str, found: &mut Objects) {
    let documents: Vec<Value> = serde_saphyr::from_multiple(text).expect("manifests are YAML");
    for document in documents {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = text(&document["kind"]);
        if !kind.is_empty() && kind != "Kustomization" {
            found.insert((kind, text(&document["metadata"]["name"])), document);
        }
    }
}

/// Where two objects differ: fields of the original that are not in ours.
fn compare(path: &str, original: &Value, ours: &Value, out: &mut Vec<String>) {
    match (original, ours) {
        (Value::Object(fields), Value::Object(have)) => {
            for (key, value) in fields {
                match have.get(key) {
                    Some(other) => compare(&format!("{path}.{key}"), value, other, out),
                    None => out.push(format!("{path}.{key} is {value}, and ours has none")),
                }
            }
        }
        // The words of a command are in order; everything else is a set or keyed.
        (Value::Array(items), Value::Array(have))
            if path.ends_with(".command") || path.ends_with(".args") =>
        {
            if items != have {
                out.push(format!("{path} is {original}, ours {ours}"));
            }
        }
        (Value::Array(items), Value::Array(have)) => {
            for (index, item) in items.iter().enumerate() {
                match counterpart(item, items, have) {
                    Some(other) => compare(&format!("{path}[{index}]"), item, other, out),
                    None => out.push(format!("{path}[{index}] is {item}, and ours has none")),
                }
            }
        }
        _ if original == ours => {}
        _ => out.push(format!("{path} is {original}, ours {ours}")),
    }
}

/// The element of ours that stands for one of the original: the one with its key, or an equal one.
fn counterpart<'v>(item: &Value, items: &[Value], have: &'v [Value]) -> Option<&'v Value> {
    for key in ["mountPath", "containerPort", "port", "name"] {
        if let Some(value) = item.get(key)
            && items
                .iter()
                .filter(|other| other.get(key) == Some(value))
                .count()
                == 1
            && let Some(found) = have.iter().find(|other| other.get(key) == Some(value))
        {
            return Some(found);
        }
    }
    have.iter()
        .find(|other| *other == item)
        .or(match (items.len(), have) {
            (1, [only]) => Some(only),
            _ => None,
        })
}

#[allow(clippy::print_stdout, reason = "a suite that did not run says so")]
fn ported(example: &str, originals: &[&str], left_out: &[(&str, &str)]) {
    let folder = repository().join("../shared/workloads");
    if !folder.is_dir() {
        println!("SKIPPED: the original manifests of {example} are not at hand");
        return;
    }
    let mut wanted = Objects::new();
    for file in originals {
        objects(
            &fs::read_to_string(folder.join(file)).expect("an original"),
            &mut wanted,
        );
    }
    assert!(wanted.len() > 10, "the originals of {example} are read");
    let artifacts = artifacts(&repository().join("examples").join(example));
    let mut environments: Vec<&str> = artifacts
        .keys()
        .filter_map(|path| path.strip_prefix("kubernetes/")?.split('/').next())
        .collect();
    environments.dedup();
    assert!(environments.len() > 1, "{example} has environments");
    for environment in environments {
        let mut ours = Objects::new();
        for (path, text) in &artifacts {
            if path.contains(&format!("/{environment}/"))
                && Path::new(path).extension().is_some_and(|e| e == "yaml")
            {
                objects(text, &mut ours);
            }
        }
        let mut differences = String::new();
        for ((kind, name), original) in &wanted {
            if left_out.contains(&(kind.as_str(), name.as_str())) {
                continue;
            }
            let Some(object) = ours.get(&(kind.clone(), name.clone())) else {
                let _ = writeln!(differences, "{kind} {name} is missing");
                continue;
            };
            let mut found = Vec::new();
            compare("", original, object, &mut found);
            for difference in found {
                let _ = writeln!(differences, "{kind} {name}: {difference}");
            }
        }
        assert!(
            differences.is_empty(),
            "{example} in {environment}:\n{differences}"
        );
    }
}

#[test]
fn online_boutique() {
    ported(
        "online-boutique",
        &[
            "online-boutique.yaml",
            "online-boutique-network-policies.yaml",
        ],
        &[],
    );
}

#[test]
fn emojivoto() {
    ported("emojivoto", &["emojivoto.yaml"], &[]);
}

/// The secret of the database exists in the cluster: a password does not belong into a repository.
#[test]
fn bookinfo() {
    ported(
        "bookinfo",
        &["bookinfo.yaml"],
        &[("Secret", "mysql-credentials")],
    );
}

/// Ten lines a service: what consumers write of the online boutique stays short, without escape hatches.
#[test]
fn consumers_write_little() {
    let root = repository().join("examples/online-boutique");
    let mut lines = 0;
    for folder in ["catalog", "orders", "storefront"] {
        for entry in fs::read_dir(root.join(folder)).expect("a team's folder") {
            let path = entry.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|extension| extension == "plat")
            {
                let text = fs::read_to_string(&path).expect("a source");
                assert!(
                    !text.contains("patch "),
                    "{} patches nothing",
                    path.display()
                );
                lines += text.lines().count();
            }
        }
    }
    assert!((100..=260).contains(&lines), "{lines} lines");
}
