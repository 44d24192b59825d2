//! Another commit as a project of its own, where it consists of something else than the working tree: other packages, other types
//! of custom resources, other rules about which files belong to it.
//!
//! What the commit holds of the project's packages is written into a temporary folder and loaded from there, so that the same rules
//! say what belongs to it. Packages outside of the repository are read where they are.

use std::collections::BTreeSet;
use std::path::Path;

use plat_diagnostics::{Diagnostic, FileId, codes};

use super::git::{Base, Repository};
use crate::Workspace;
use crate::atomic::FileError;
use crate::project::{MANIFEST, StandIn, normalized, read_manifest, slashed};

/// How many packages a project may consist of here: more would be a mistake that goes round in rings.
const MAX_PACKAGES: usize = 1000;

/// The project as it was at a commit; nothing if there was none.
pub(super) fn load(
    head: &Workspace,
    repository: &Repository,
    base: &Base,
) -> Result<Option<Workspace>, Box<Diagnostic>> {
    let Some(project) = repository.below(head.root()) else {
        return Ok(None);
    };
    let packages = packages(repository, base, &project)?;
    if packages.is_empty() {
        return Ok(None);
    }
    let folder = tempfile::Builder::new()
        .prefix("platc-plan-")
        .tempdir()
        .map_err(|error| cannot_write(&std::env::temp_dir(), error))?;
    // The walk compares real paths: links above the folder would be in its way.
    let copy = folder
        .path()
        .canonicalize()
        .map_err(|error| cannot_write(folder.path(), error))?;
    let folders: Vec<String> = packages.iter().map(|(folder, _)| folder.clone()).collect();
    let outputs: Vec<String> = packages.into_iter().map(|(_, output)| output).collect();
    repository.check_out(base, &folders, &outputs, &copy)?;
    let root = if project.is_empty() {
        copy.clone()
    } else {
        copy.join(&project)
    };
    let stand_in = StandIn {
        copy,
        original: repository.root.clone(),
    };
    // All texts are read now; nothing looks at the folder again.
    Ok(Some(Workspace::load_copy(
        &root,
        stand_in,
        &head.arguments(),
    )))
}

/// The folders of the project's packages within the repository, each with the folder of its output.
fn packages(
    repository: &Repository,
    base: &Base,
    project: &str,
) -> Result<Vec<(String, String)>, Box<Diagnostic>> {
    let mut seen: BTreeSet<String> = [project.to_owned()].into();
    let mut todo = vec![project.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = todo.pop().filter(|_| found.len() < MAX_PACKAGES) {
        let Some(text) = repository.text_at(base, &joined(&folder, MANIFEST))? else {
            continue;
        };
        // What is wrong with it is found when it is loaded.
        let manifest = read_manifest(FileId(0), &text, "package", &mut Vec::new());
        for dependency in &manifest.dependencies {
            let target = normalized(&repository.root.join(&folder).join(&dependency.path));
            let within = target.strip_prefix(&repository.root).ok().and_then(slashed);
            if let Some(target) = within
                && seen.insert(target.clone())
            {
                todo.push(target);
            }
        }
        let output = joined(&folder, &format!("{}/", manifest.output));
        found.push((folder, output));
    }
    Ok(found)
}

fn joined(folder: &str, below: &str) -> String {
    if folder.is_empty() {
        below.to_owned()
    } else {
        format!("{folder}/{below}")
    }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Box<Diagnostic> {
    let error = FileError {
        verb: "create",
        path: path.to_path_buf(),
        error,
    };
    Box::new(
        error
            .finding()
            .note("the project as it was is put into a temporary folder")
            .help(format!("`{}` says why that is needed", codes::NO_BASE.code)),
    )
}
