//! Which files belong to a package: the same ones on every machine.
//!
//! A `.gitignore` of the package counts, also without a repository; those of the machine, of the user and of folders above the
//! package do not, since what a package builds may depend on its own files only.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::gitignore::Gitignore;
use ignore::{DirEntry, Match, WalkBuilder};
use plat_diagnostics::{CodeInfo, Severity, codes};
use rustc_hash::FxHashMap;

use super::manifest::MANIFEST;
use super::paths::slashed;

/// What a walk found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Paths below the package, with `/`, sorted.
    pub(crate) files: Vec<String>,
    /// What is wrong with the folder, sorted by path.
    pub(crate) problems: Vec<WalkProblem>,
}

/// Something wrong with a path of the package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WalkProblem {
    /// The path below the package.
    pub(crate) path: String,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: &'static str,
    /// Why that is a problem.
    pub(crate) kind: WalkProblemKind,
}

/// The kinds of [`WalkProblem`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WalkProblemKind {
    /// A source lies outside the package.
    SourceOutside,
    /// A link to a folder outside the package; nothing says that there are sources in it.
    FolderOutside,
    /// Two paths differ in case only.
    Case,
    /// The system refuses.
    Unreadable,
}

impl WalkProblemKind {
    pub(crate) fn code(self) -> &'static CodeInfo {
        match self {
            Self::SourceOutside | Self::FolderOutside => &codes::OUTSIDE_PROJECT,
            Self::Case => &codes::CASE_COLLISION,
            Self::Unreadable => &codes::CANNOT_READ,
        }
    }

    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::FolderOutside => Severity::Warning,
            Self::SourceOutside | Self::Case | Self::Unreadable => Severity::Error,
        }
    }
}

/// The `.plat` files of the package at `root`, without its output folder and without packages of their own below it.
pub(crate) fn sources(root: &Path, output: &Path) -> Walked {
    let mut walked = Walked::default();
    for entry in walker(root, output).build() {
        match entry {
            Ok(entry) => source(root, &entry, &mut walked),
            Err(error) => walked.problems.push(unreadable(root, &error)),
        }
    }
    walked.files.sort_unstable();
    case_collisions(&mut walked);
    walked.problems.sort();
    walked
}

/// The files of the package that match a pattern with `/`, `*`, `**`, `?`, `[…]` and `{…}`, taken from the package's root; sorted.
///
/// # Errors
/// What is wrong with the pattern.
pub(crate) fn files_matching(
    root: &Path,
    output: &Path,
    pattern: &str,
) -> Result<Vec<String>, String> {
    let matcher = matcher(pattern)?;
    let fixed: PathBuf = pattern
        .split('/')
        .take_while(|segment| !segment.contains(['*', '?', '[', '{']))
        .collect();
    let start = root.join(&fixed);
    let mut walker = walker(root, output);
    let inside = start.clone();
    let (root_path, output_path) = (root.to_path_buf(), output.to_path_buf());
    walker.filter_entry(move |entry| {
        let on_the_way = inside.starts_with(entry.path()) || entry.path().starts_with(&inside);
        on_the_way && is_of_package(&root_path, &output_path, entry)
    });
    let mut files: Vec<String> = walker
        .build()
        .filter_map(Result::ok)
        .filter(|entry| is_file_within(root, entry))
        .filter_map(|entry| slashed(entry.path().strip_prefix(root).ok()?))
        .filter(|path| matcher.is_match(path))
        .collect();
    files.sort_unstable();
    Ok(files)
}

fn matcher(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(false)
        .build();
    Ok(glob
        .map_err(|error| error.kind().to_string())?
        .compile_matcher())
}

/// Whether a path below a package is one that a pattern, as in [`files_matching`], stands for.
pub(crate) fn pattern_matches(pattern: &str, path: &str) -> bool {
    let pattern = super::below("", pattern);
    pattern.is_some_and(|pattern| matcher(&pattern).is_ok_and(|matcher| matcher.is_match(path)))
}

/// Whether a path below a package would be one of its [`sources`] if a `.plat` file stood there: what is hidden, ignored, written
/// by a build or part of another package is not.
pub(crate) fn would_be_source(root: &Path, output: &Path, path: &str) -> bool {
    let full = root.join(path);
    let folders = || {
        full.ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(root))
    };
    let hidden = path.split('/').any(|segment| segment.starts_with('.'));
    let elsewhere = folders()
        .any(|folder| folder == output || (folder != root && folder.join(MANIFEST).is_file()));
    // The nearest folder that has a say decides.
    let ignored = folders().find_map(|folder| {
        let (rules, _) = Gitignore::new(folder.join(".gitignore"));
        match rules.matched_path_or_any_parents(&full, false) {
            Match::None => None,
            found => Some(found.is_ignore()),
        }
    });
    !hidden && !elsewhere && ignored != Some(true)
}

fn walker(root: &Path, output: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(false)
        .hidden(true)
        .git_ignore(true)
        .require_git(false);
    let (root, output) = (root.to_path_buf(), output.to_path_buf());
    builder.filter_entry(move |entry| is_of_package(&root, &output, entry));
    builder
}

/// Whether an entry is neither the output nor a package of its own.
fn is_of_package(root: &Path, output: &Path, entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    !is_folder
        || entry.path() == root
        || (entry.path() != output && !entry.path().join(MANIFEST).is_file())
}

fn source(root: &Path, entry: &DirEntry, walked: &mut Walked) {
    let Ok(below) = entry.path().strip_prefix(root) else {
        return;
    };
    let is_plat = below
        .extension()
        .is_some_and(|extension| extension == "plat");
    let is_link = entry.path_is_symlink();
    if !is_link && (!is_plat || !entry.file_type().is_some_and(|kind| kind.is_file())) {
        return;
    }
    let Some(path) = slashed(below) else {
        walked.problems.push(WalkProblem {
            path: below.to_string_lossy().into_owned(),
            message: format!("the name of `{}` is no text", below.to_string_lossy()),
            help: "rename it: names of sources are UTF-8",
            kind: WalkProblemKind::Unreadable,
        });
        return;
    };
    if is_link {
        link(root, entry.path(), path, is_plat, walked);
    } else {
        walked.files.push(path);
    }
}

/// Takes a link to a source within the package for the source; says what becomes of one that leaves it.
fn link(root: &Path, link: &Path, path: String, is_plat: bool, walked: &mut Walked) {
    let target = link.canonicalize();
    let inside = target.as_ref().is_ok_and(|target| {
        root.canonicalize()
            .is_ok_and(|root| target.starts_with(root))
    });
    let kind = match &target {
        Ok(target) if target.is_dir() => WalkProblemKind::FolderOutside,
        Ok(_) if is_plat => WalkProblemKind::SourceOutside,
        Err(_) if is_plat => WalkProblemKind::Unreadable,
        _ => return,
    };
    let (message, help) = match kind {
        WalkProblemKind::FolderOutside if inside => return,
        WalkProblemKind::SourceOutside if inside => {
            walked.files.push(path);
            return;
        }
        WalkProblemKind::FolderOutside => (
            format!("the link `{path}` leads out of the project and is not followed"),
            "if there are sources behind it, make that folder a package and depend on it",
        ),
        WalkProblemKind::Unreadable => (
            format!("the link `{path}` leads nowhere"),
            "remove it, or create the file that it names",
        ),
        _ => (
            format!("the link `{path}` leads out of the project"),
            "copy the file into the project, or make the other folder a package and depend on it",
        ),
    };
    walked.problems.push(WalkProblem {
        path,
        message,
        help,
        kind,
    });
}

fn is_file_within(root: &Path, entry: &DirEntry) -> bool {
    if entry.path_is_symlink() {
        let (Ok(root), Ok(target)) = (root.canonicalize(), entry.path().canonicalize()) else {
            return false;
        };
        return target.is_file() && target.starts_with(root);
    }
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// Finds paths, or folders on their way, that a machine without case would take for one.
fn case_collisions(walked: &mut Walked) {
    let mut known: FxHashMap<String, &str> = FxHashMap::default();
    let mut problems = Vec::new();
    let mut reported = None;
    for path in &walked.files {
        let ends = path
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([path.len()]);
        for end in ends {
            let prefix = &path[..end];
            let other = *known.entry(prefix.to_lowercase()).or_insert(prefix);
            if other == prefix || reported == Some(prefix) {
                continue;
            }
            reported = Some(prefix);
            problems.push(WalkProblem {
                path: path.clone(),
                message: format!("`{prefix}` and `{other}` differ only in case"),
                help: "rename one of them: on many machines they are one path",
                kind: WalkProblemKind::Case,
            });
            break;
        }
    }
    walked.problems.append(&mut problems);
}

fn unreadable(root: &Path, error: &ignore::Error) -> WalkProblem {
    let path = path_of(error)
        .and_then(|path| slashed(path.strip_prefix(root).unwrap_or(path)))
        .unwrap_or_default();
    let why = error
        .io_error()
        .map_or_else(|| error.to_string(), super::read::reason);
    let what = if path.is_empty() {
        "the project's folder".to_owned()
    } else {
        format!("`{path}`")
    };
    WalkProblem {
        path,
        message: format!("{what} cannot be read: {why}"),
        help: "check its permissions",
        kind: WalkProblemKind::Unreadable,
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
            fs::write(
                path,
                if *file == ".gitignore" {
                    "ignored/\n"
                } else {
                    ""
                },
            )
            .expect("written");
        }
        folder
    }

    #[test]
    fn sources_are_found_in_order_and_nothing_else() {
        let folder = project(&[
            ".gitignore",
            "b.plat",
            "a/z.plat",
            "a/notes.txt",
            "out/x.plat",
            ".hidden/x.plat",
            "ignored/x.plat",
            "nested/plat.toml",
            "nested/x.plat",
            "plat.toml",
        ]);
        let walked = sources(folder.path(), &folder.path().join("out"));
        assert_eq!(walked.files, ["a/z.plat", "b.plat"]);
        assert_eq!(walked.problems, []);
    }

    #[test]
    fn paths_that_differ_in_case_collide_once() {
        let mut walked = Walked {
            files: ["Pay/a.plat", "pay/b.plat", "pay/c.plat", "x.plat"]
                .map(str::to_owned)
                .to_vec(),
            problems: Vec::new(),
        };
        case_collisions(&mut walked);
        let messages: Vec<&str> = walked
            .problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(messages, ["`pay` and `Pay` differ only in case"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_may_not_leave_the_package() {
        use std::os::unix::fs::symlink;

        let outside = project(&["secret.plat", "folder/x.plat"]);
        let folder = project(&["a.plat", "inner/b.plat"]);
        let at = |name: &str| folder.path().join(name);
        symlink(outside.path().join("secret.plat"), at("leaves.plat")).expect("linked");
        symlink(outside.path().join("folder"), at("elsewhere")).expect("linked");
        symlink("nothing.plat", at("broken.plat")).expect("linked");
        symlink("a.plat", at("same.plat")).expect("linked");
        symlink("inner", at("also-inner")).expect("linked");
        let walked = sources(folder.path(), &at("out"));
        assert_eq!(walked.files, ["a.plat", "inner/b.plat", "same.plat"]);
        let found: Vec<_> = walked
            .problems
            .iter()
            .map(|problem| (problem.path.as_str(), problem.kind))
            .collect();
        assert_eq!(
            found,
            [
                ("broken.plat", WalkProblemKind::Unreadable),
                ("elsewhere", WalkProblemKind::FolderOutside),
                ("leaves.plat", WalkProblemKind::SourceOutside),
            ]
        );
    }

    #[test]
    fn patterns_match_below_the_package() {
        let folder = project(&[
            "crds/a.yaml",
            "crds/deep/b.yaml",
            "crds/c.json",
            "d.yaml",
            "out/e.yaml",
        ]);
        let matching =
            |pattern: &str| files_matching(folder.path(), &folder.path().join("out"), pattern);
        assert_eq!(matching("crds/*.yaml"), Ok(vec!["crds/a.yaml".to_owned()]));
        assert_eq!(
            matching("crds/**/*.yaml"),
            Ok(vec![
                "crds/a.yaml".to_owned(),
                "crds/deep/b.yaml".to_owned()
            ])
        );
        assert_eq!(matching("**/*.yaml").map(|files| files.len()), Ok(3));
        assert_eq!(matching("nowhere/*.yaml"), Ok(Vec::new()));
        assert!(matching("a[").is_err());
    }
}
