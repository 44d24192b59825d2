//! The types of the Kubernetes target: those that ship with the compiler and those of a project's custom resources.

use std::sync::Arc;

use globset::GlobBuilder;
use plat_diagnostics::{Diagnostic, FileId, Span, codes};
use plat_kubernetes::Store;
use plat_semantics::db::SchemaStore;
use text_size::{TextRange, TextSize};

use crate::embedded;
use crate::files::Files;
use crate::project::{PackageSource, below, files_matching, read_text};

/// The types for all packages.
pub(super) fn load(
    packages: &[PackageSource],
    files: &mut Files,
    findings: &mut Vec<Diagnostic>,
) -> SchemaStore {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut ids: Vec<FileId> = Vec::new();
    for package in packages {
        for (path, text) in definitions(package, files, findings) {
            ids.push(files.add(path.as_str(), Arc::from(text.as_str())));
            texts.push((path, text));
        }
    }
    let (store, errors) = Store::with_crds(&texts);
    for error in errors {
        let place = texts.iter().position(|(path, _)| *path == error.path);
        let mut finding = Diagnostic::new(&codes::BAD_CUSTOM_RESOURCE, error.message);
        if let Some(place) = place {
            finding = finding.at(span(ids[place], &texts[place].1, error.span), "");
        }
        if let Some(help) = error.help {
            finding = finding.help(help);
        }
        findings.push(finding);
    }
    SchemaStore(Arc::new(store))
}

/// A byte range of a text that another reader made.
pub(super) fn span(file: FileId, text: &str, range: std::ops::Range<usize>) -> Span {
    let size = |offset: usize| TextSize::try_from(offset.min(text.len())).unwrap_or_default();
    Span::new(
        file,
        TextRange::new(size(range.start), size(range.end.max(range.start))),
    )
}

/// Path for people and text of the definitions that a package names.
fn definitions(
    package: &PackageSource,
    files: &mut Files,
    findings: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (pattern, at) in &package.manifest.crds {
        let Some(root) = &package.root else {
            found.extend(embedded_definitions(pattern));
            continue;
        };
        let output = root.join(&package.manifest.output);
        let Some(clean) = below("", pattern) else {
            findings.push(
                Diagnostic::new(
                    &codes::OUTSIDE_PROJECT,
                    format!("`{pattern}` leads out of the package"),
                )
                .at(*at, "")
                .help("copy the definitions into the package"),
            );
            continue;
        };
        match files_matching(root, &output, &clean) {
            Err(why) => {
                findings.push(
                    Diagnostic::new(
                        &codes::BAD_MANIFEST,
                        format!("`{pattern}` is no pattern: {why}"),
                    )
                    .at(*at, ""),
                );
            }
            Ok(paths) if paths.is_empty() => {
                findings.push(
                    Diagnostic::new(
                        &codes::FILE_NOT_FOUND,
                        format!("no file matches `{pattern}`"),
                    )
                    .at(*at, "nothing is there")
                    .help("paths start at the folder of this `plat.toml`"),
                );
            }
            Ok(paths) => {
                for path in paths {
                    let shown = format!("{}{path}", package.prefix);
                    match read_text(&root.join(&path)) {
                        Ok(text) => found.push((shown, text)),
                        Err(unreadable) => {
                            let file =
                                files.add(shown.as_str(), Arc::from(unreadable.lossy.as_str()));
                            findings.push(unreadable.finding(&shown, file));
                        }
                    }
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn embedded_definitions(pattern: &str) -> Vec<(String, String)> {
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    let matching = embedded::STDLIB
        .iter()
        .filter(|(path, _)| matcher.is_match(path));
    matching
        .map(|(path, text)| {
            (
                format!("{}{path}", crate::project::STDLIB_PREFIX),
                (*text).to_owned(),
            )
        })
        .collect()
}
