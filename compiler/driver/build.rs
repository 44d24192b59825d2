//! Lists the files of the standard library, so that `embedded.rs` can hold their texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = manifest.join("../../stdlib").canonicalize()?;
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();

    let mut list = String::from("&[\n");
    for file in &files {
        let below = file
            .strip_prefix(&root)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        let _ = writeln!(
            list,
            "    ({below:?}, include_str!({:?})),",
            file.display().to_string()
        );
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("stdlib.rs"), list)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// Collects the sources below a folder. Cargo watches each folder, so that a new file is noticed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_test(&path) {
            // They are run by `platc test`, and are nothing that a user could use.
        } else if path.extension().is_some_and(|extension| {
            ["plat", "toml", "yaml"]
                .iter()
                .any(|known| extension == *known)
        }) {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether a source holds the tests of its folder.
fn is_test(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".test.plat")
}
