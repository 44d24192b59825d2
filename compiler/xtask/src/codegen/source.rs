//! Where the published schemas are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package and version that the tables are made from. `NOTICE` names it too.
const PACKAGE: &str = "kubernetes-validate==1.37.0";

/// The schemas of one version of Kubernetes.
#[derive(Debug)]
pub struct Source {
    /// Such as `1.37`.
    pub version: String,
    /// The file that holds all definitions.
    pub definitions: PathBuf,
}

/// Fetches and unpacks the package below `folder`, unless it is there.
pub fn download(folder: &Path) -> Result<PathBuf, String> {
    let target = folder.join(PACKAGE.replace("==", "-"));
    if target.join("kubernetes_validate").is_dir() {
        return Ok(target);
    }
    let status = Command::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--target",
        ])
        .arg(&target)
        .arg(PACKAGE)
        .status()
        .map_err(|why| format!("cannot run pip: {why}; give an unpacked copy with --schemas"))?;
    if status.success() {
        Ok(target)
    } else {
        Err(format!(
            "pip could not fetch {PACKAGE}; give an unpacked copy with --schemas"
        ))
    }
}

/// The newest `count` versions in an unpacked package, oldest first.
pub fn newest(package: &Path, count: usize) -> Result<Vec<Source>, String> {
    let inner = package.join("kubernetes_validate/kubernetes-json-schema");
    let folder = if inner.is_dir() {
        inner
    } else {
        package.to_owned()
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|why| format!("{}: {why}", folder.display()))? {
        let entry = entry.map_err(|why| format!("{}: {why}", folder.display()))?;
        let name = entry.file_name();
        let minor = name.to_str().and_then(|name| {
            name.strip_prefix("v1.")?
                .strip_suffix(".0-local")?
                .parse::<u32>()
                .ok()
        });
        found.extend(minor.map(|minor| (minor, entry.path().join("_definitions.json"))));
    }
    found.sort();
    if found.len() < count {
        return Err(format!(
            "{} has the schemas of {} versions, not of {count}",
            folder.display(),
            found.len()
        ));
    }
    let newest = found.split_off(found.len() - count);
    Ok(newest
        .into_iter()
        .map(|(minor, definitions)| Source {
            version: format!("1.{minor}"),
            definitions,
        })
        .collect())
}
