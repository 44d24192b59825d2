//! Paths as text, without asking the file system.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and `..`, as far as names alone tell.
pub(crate) fn normalized(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => {
                    result.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => result.push(".."),
            },
            _ => result.push(component),
        }
    }
    result
}

/// A path written in a source or project file, with `/`, taken from a folder of the package: below the package's root, or nothing
/// if it leaves it or is absolute.
pub(crate) fn below(folder: &str, written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains(['\\', '\0']) || has_drive(written) {
        return None;
    }
    let mut segments: Vec<&str> = folder
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    for segment in written.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

fn has_drive(written: &str) -> bool {
    let bytes = written.as_bytes();
    bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

/// How one folder is reached from another, with `/`; both are absolute and normalized.
pub(crate) fn relative(from: &Path, to: &Path) -> String {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n(String::from(".."), from.len() - shared);
    let down = to[shared..]
        .iter()
        .map(|component| component.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The path with `/` between its folders.
pub(crate) fn slashed(path: &Path) -> Option<String> {
    let segments: Option<Vec<&str>> = path
        .components()
        .map(|component| component.as_os_str().to_str())
        .collect();
    segments.map(|segments| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_paths_stay_below_the_package() {
        assert_eq!(
            below("payments", "rules.json").as_deref(),
            Some("payments/rules.json")
        );
        assert_eq!(
            below("payments", "./a/../b.json").as_deref(),
            Some("payments/b.json")
        );
        assert_eq!(
            below("payments", "../shared/b.json").as_deref(),
            Some("shared/b.json")
        );
        assert_eq!(below("", "b.json").as_deref(), Some("b.json"));
        for outside in [
            "../../etc/hosts",
            "/etc/hosts",
            "C:/hosts",
            "a\\b",
            "a/../../../b",
            "a\0b",
        ] {
            assert_eq!(below("payments", outside), None, "{outside}");
        }
    }

    #[test]
    fn folders_are_reached_from_each_other() {
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/c/d")), "../c/d");
        assert_eq!(relative(Path::new("/a"), Path::new("/a/b")), "b");
        assert_eq!(relative(Path::new("/a"), Path::new("/a")), "");
    }

    #[test]
    fn dots_are_resolved_by_name() {
        assert_eq!(normalized(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normalized(Path::new("../a/..")), Path::new(".."));
        assert_eq!(normalized(Path::new("/../a")), Path::new("/a"));
    }
}
