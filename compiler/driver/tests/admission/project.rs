//! A project to build: an example, with more in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plat_driver::build::{ArtifactFormat, RenderOptions, Rendered, render};
use plat_driver::{Arguments, CheckOptions, Date, Workspace};
use serde_json::Value as Json;
use tempfile::TempDir;

/// A project and what it comes to.
pub struct Built {
    pub workspace: Workspace,
    pub rendered: Rendered,
    _folder: TempDir,
}

impl Built {
    /// The example `golden-paths`, with a file of rules more, its guardrails kept by clusters.
    pub fn golden_paths(rules: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/golden-paths");
        copy(&example, folder.path());
        let manifest = folder.path().join("plat.toml");
        let text = fs::read_to_string(&manifest).expect("the example has one");
        fs::write(&manifest, text + "\n[kubernetes]\nadmission = true\n").expect("written");
        fs::write(folder.path().join("rules.plat"), rules).expect("written");
        let workspace = Workspace::load(folder.path(), &Arguments::default());
        let options = RenderOptions {
            format: ArtifactFormat::Json,
            check: CheckOptions {
                today: Date::parse("2026-11-21"),
                ..CheckOptions::default()
            },
            ..RenderOptions::default()
        };
        let rendered = render(&workspace, &options).expect("nothing was asked for");
        let findings = rendered.report.findings();
        let errors: Vec<_> = findings
            .iter()
            .filter(|finding| finding.is_error())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        Self {
            workspace,
            rendered,
            _folder: folder,
        }
    }

    /// The policies of an environment with their bindings, by the names of the guardrails, and its other objects.
    pub fn of_environment(&self, environment: &str) -> (BTreeMap<String, Json>, Vec<Json>) {
        let (mut policies, mut objects) = (BTreeMap::new(), Vec::new());
        let folder = format!("kubernetes/{environment}/");
        for artifact in &self.rendered.artifacts {
            let Some(file) = artifact.path.strip_prefix(&folder) else {
                continue;
            };
            if file.starts_with("kustomization") {
                continue;
            }
            let document: Json = serde_json::from_slice(&artifact.bytes).expect("JSON");
            match file.strip_suffix(".guardrail.json") {
                Some(name) => {
                    policies.insert(name.to_owned(), document);
                }
                None => {
                    let items = document["items"].as_array().expect("a list");
                    objects.extend(items.iter().cloned());
                }
            }
        }
        (policies, objects)
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            if entry.file_name() != "out" {
                fs::create_dir_all(&to).expect("made");
                copy(&path, &to);
            }
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}
