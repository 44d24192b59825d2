//! Which paths a pattern of CODEOWNERS stands for.
//!
//! GitHub reads patterns as gitignore does, without `!` and `[ ]`; GitLab as Ruby's `File.fnmatch` does, with its flags
//! `FNM_PATHNAME` and `FNM_DOTMATCH`. Both become globs over paths below the repository, without a `/` in front.

use globset::{Glob, GlobBuilder};

use super::Forge;

/// The globs of a pattern, of which any may match; nothing for one that the forge does not understand.
pub(super) fn globs(pattern: &str, forge: Forge) -> Option<Vec<Glob>> {
    let globs = match forge {
        Forge::GitHub => github(pattern)?,
        Forge::GitLab => vec![gitlab(pattern)?],
    };
    globs.iter().map(|glob| compiled(glob)).collect()
}

/// A path as a pattern that stands for it alone, from the top of the repository. What no forge lets one escape is left to a
/// wildcard for one character.
pub(super) fn of_path(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len() + 1);
    pattern.push('/');
    for character in path.chars() {
        match character {
            ' ' | '\\' | '*' | '?' | '[' | ']' => pattern.extend(['\\', character]),
            other if cannot_be_escaped(other) => pattern.push('?'),
            other => pattern.push(other),
        }
    }
    pattern
}

/// For how many of its characters the pattern of a path has wildcards.
pub(super) fn wildcards(path: &str) -> usize {
    path.chars()
        .filter(|character| cannot_be_escaped(*character))
        .count()
}

/// What begins a comment, or ends the line or the pattern.
fn cannot_be_escaped(character: char) -> bool {
    character == '#' || character.is_ascii_control()
}

fn compiled(glob: &str) -> Option<Glob> {
    let glob = GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    glob.ok()
}

/// A pattern with `/` in front or within stands for paths from the top, any other for names anywhere; a folder stands for
/// everything below it.
fn github(pattern: &str) -> Option<Vec<String>> {
    if pattern.is_empty() || pattern.starts_with('!') || pattern.contains("***") {
        return None;
    }
    let mut segments: Vec<&str> = pattern.split('/').collect();
    let anchored = segments.len() > 2 || (segments.len() == 2 && !segments[1].is_empty());
    if segments.len() > 1 && segments[0].is_empty() {
        segments.remove(0);
    }
    let is_folder = segments.len() > 1 && segments.last().is_some_and(|last| last.is_empty());
    if is_folder {
        segments.pop();
    }
    let mut globs: Vec<String> = Vec::with_capacity(segments.len() + 2);
    if !anchored && segments[0] != "**" {
        globs.push("**".to_owned());
    }
    for segment in &segments {
        let glob = github_segment(segment)?;
        if glob != "**" || globs.last().is_none_or(|last| last != "**") {
            globs.push(glob);
        }
    }
    let itself = globs.join("/");
    let below = format!("{itself}/**");
    let last = globs.last().map(String::as_str);
    Some(match last {
        // Whatever is below a folder, in whatever depth.
        Some("**") => vec![itself],
        _ if is_folder => vec![below],
        // `docs/*` does not reach below the folders of `docs`; `*` alone is every name, so it need not.
        Some("*") => vec![itself],
        _ => vec![itself, below],
    })
}

/// A segment as a glob; nothing if it has brackets, which GitHub refuses.
fn github_segment(segment: &str) -> Option<String> {
    if segment == "**" {
        return Some(segment.to_owned());
    }
    let mut glob = String::with_capacity(segment.len());
    let mut characters = segment.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => literal(characters.next()?, &mut glob),
            '[' | ']' => return None,
            '*' => star(&mut glob),
            '?' => glob.push('?'),
            other => literal(other, &mut glob),
        }
    }
    Some(glob)
}

/// A pattern without `/` in front stands for paths anywhere; only one with `/` behind stands for what is below it.
fn gitlab(pattern: &str) -> Option<String> {
    if pattern.is_empty() {
        return None;
    }
    if pattern == "*" {
        return Some("**".to_owned());
    }
    let (below, prefix) = match pattern.strip_prefix('/') {
        Some(below) => (below, ""),
        None => (pattern, "**/"),
    };
    let (below, suffix) = match below.strip_suffix('/') {
        Some(below) => (below, "/**/*"),
        None => (below, ""),
    };
    let last = below.split('/').count() - 1;
    let segments: Option<Vec<String>> = below
        .split('/')
        .enumerate()
        .map(|(place, segment)| {
            // Only `**/` goes through folders.
            if segment == "**" && (place < last || !suffix.is_empty()) {
                Some(segment.to_owned())
            } else {
                gitlab_segment(segment)
            }
        })
        .collect();
    Some(format!("{prefix}{}{suffix}", segments?.join("/")))
}

fn gitlab_segment(segment: &str) -> Option<String> {
    let mut glob = String::with_capacity(segment.len());
    let mut characters = segment.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => literal(characters.next()?, &mut glob),
            '*' => star(&mut glob),
            '?' => glob.push('?'),
            '[' => {
                let (class, rest) = characters.as_str().split_once(']')?;
                glob.push('[');
                glob.push_str(class);
                glob.push(']');
                characters = rest.chars();
            }
            other => literal(other, &mut glob),
        }
    }
    Some(glob)
}

fn literal(character: char, glob: &mut String) {
    if "?*[]{}\\".contains(character) {
        glob.push('\\');
    }
    glob.push(character);
}

/// Two stars within a name are one.
fn star(glob: &mut String) {
    if !glob.ends_with('*') || glob.ends_with("\\*") {
        glob.push('*');
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ignore::gitignore::GitignoreBuilder;
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, path: &str, forge: Forge) -> bool {
        let globs = globs(pattern, forge).unwrap_or_default();
        globs
            .iter()
            .any(|glob| glob.compile_matcher().is_match(path))
    }

    fn check(forge: Forge, table: &[(&str, &[&str], &[&str])]) {
        for (pattern, yes, no) in table {
            for path in *yes {
                assert!(matches(pattern, path, forge), "`{pattern}` is for `{path}`");
            }
            for path in *no {
                assert!(
                    !matches(pattern, path, forge),
                    "`{pattern}` is not for `{path}`"
                );
            }
        }
    }

    /// The examples of GitHub's page about code owners, and those of gitignore's about what it refers to.
    #[test]
    fn github_reads_patterns_as_it_documents() {
        check(
            Forge::GitHub,
            &[
                ("*", &["a", "a/b", ".hidden/x"], &[]),
                ("*.js", &["a.js", "x/y/a.js", "a.js/b"], &["a.jsx", "js"]),
                (
                    "/build/logs/",
                    &["build/logs/a", "build/logs/x/y"],
                    &["build/logs", "a/build/logs/b"],
                ),
                (
                    "docs/*",
                    &["docs/getting-started.md"],
                    &["docs/build-app/troubleshooting.md", "a/docs/b"],
                ),
                (
                    "apps/",
                    &["apps/a", "x/apps/a", "x/apps/y/z"],
                    &["apps", "x/apps"],
                ),
                ("/docs/", &["docs/a", "docs/x/y"], &["docs", "a/docs/b"]),
                ("/scripts/", &["scripts/a"], &["x/scripts/a"]),
                (
                    "**/logs",
                    &["logs/a", "build/logs/a", "deeply/nested/logs/x/y", "logs"],
                    &["blogs/a"],
                ),
                (
                    "/apps/github",
                    &["apps/github", "apps/github/a"],
                    &["apps/githubs", "x/apps/github"],
                ),
                (
                    "foo",
                    &["foo", "foo/bar", "bar/foo", "bar/foo/baz"],
                    &["foo.txt", "bar/foo.txt"],
                ),
                (
                    "foo/bar",
                    &["foo/bar", "foo/bar/baz"],
                    &["baz/foo/bar", "foo/bart"],
                ),
                ("f*", &["foo", "foo/bar", "bar/foo"], &["xfoo"]),
                ("/*", &["foo"], &["foo/bar"]),
                ("/*/", &["foo/bar", "foo/bar/baz"], &["foo"]),
                ("/f*", &["foo", "foo/bar"], &["bar/foo"]),
                (
                    "foo/*.txt",
                    &["foo/a.txt"],
                    &["foo/bar/a.txt", "x/foo/a.txt"],
                ),
                ("foo/*/baz", &["foo/bar/baz", "foo/bar/baz/x"], &["foo/baz"]),
                ("f?o", &["foo"], &["fo", "fooo", "f/o"]),
                ("foo/**", &["foo/bar", "foo/bar/baz"], &["foo", "x/foo/bar"]),
                ("foo/**/", &["foo/bar", "foo/bar/baz"], &["foo"]),
                (
                    "foo/**/bar",
                    &["foo/bar", "foo/x/bar", "foo/x/y/bar/z"],
                    &["x/foo/bar"],
                ),
                ("**/*bar*", &["bar", "foo/barrio", "foo/x/rebar"], &["foo"]),
                ("f\\*o", &["f*o"], &["foo"]),
                ("a\\ b", &["a b", "x/a b/c"], &["a"]),
                ("/a\\[b\\]", &["a[b]"], &["ab"]),
                ("/a{b,c}", &["a{b,c}"], &["ab"]),
                ("/a**b", &["axb"], &["a/b"]),
            ],
        );
    }

    #[test]
    fn github_refuses_what_it_does_not_know() {
        for pattern in ["", "!a", "/a[bc]", "a]", "/a***", "a\\"] {
            assert!(globs(pattern, Forge::GitHub).is_none(), "{pattern}");
        }
    }

    /// The examples of GitLab's reference of CODEOWNERS.
    #[test]
    fn gitlab_reads_patterns_as_it_documents() {
        check(
            Forge::GitLab,
            &[
                ("*", &["a", "a/b", ".hidden/x"], &[]),
                ("/README.md", &["README.md"], &["docs/README.md"]),
                ("/docs/README.md", &["docs/README.md"], &["README.md"]),
                (
                    "README.md",
                    &["README.md", "internal/README.md", "app/lib/README.md"],
                    &["README.mdx"],
                ),
                (
                    "internal/README.md",
                    &["internal/README.md", "docs/api/internal/README.md"],
                    &["README.md"],
                ),
                ("/docs/", &["docs/a", "docs/x/y"], &["a/docs/b", "docs"]),
                ("lib/", &["lib/a", "x/lib/y/z"], &["lib"]),
                ("/docs/*.md", &["docs/a.md"], &["docs/x/a.md"]),
                (
                    "/docs/index.*",
                    &["docs/index.md", "docs/index.html"],
                    &["docs/x/index.md"],
                ),
                (
                    "/docs/*spec*",
                    &["docs/qa_specs.rb", "docs/runtime.spec"],
                    &["docs/x/spec"],
                ),
                (
                    "/docs/*/README.md",
                    &["docs/api/README.md"],
                    &["docs/README.md", "docs/a/b/README.md"],
                ),
                (
                    "/docs/**/index.md",
                    &["docs/index.md", "docs/api/index.md", "docs/api/x/index.md"],
                    &["index.md"],
                ),
                // A folder without `/` behind it is not what is below it, and `**` behind is only `*`.
                ("/docs", &["docs"], &["docs/a"]),
                ("/docs/**", &["docs/a"], &["docs/a/b"]),
                ("/a[bc]", &["ab", "ac"], &["ad", "a[bc]"]),
                ("/a\\[b\\]", &["a[b]"], &["ab"]),
                (
                    "path\\ with\\ spaces/",
                    &["path with spaces/a"],
                    &["path/a"],
                ),
            ],
        );
    }

    #[test]
    fn a_path_as_a_pattern_stands_for_itself() {
        let paths = [
            "a.plat",
            "payments/checkout.plat",
            "with space/[x] {y},*?.plat",
            "back\\slash/#hash.plat",
            "ünï/cödé\u{a0}x.plat",
            "new\nline\ttab",
            "!not/a]b",
        ];
        for forge in [Forge::GitHub, Forge::GitLab] {
            for path in paths {
                let pattern = of_path(path);
                assert!(matches(&pattern, path, forge), "{forge:?} {pattern}");
                assert!(
                    !pattern.contains('#') && !pattern.contains('\n'),
                    "{pattern}"
                );
                for other in paths.iter().filter(|other| **other != path) {
                    assert!(
                        !matches(&pattern, other, forge),
                        "{forge:?} {pattern} {other}"
                    );
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// What GitHub documents differs from gitignore in one point: a `*` behind the last `/` is not for what is below folders.
        #[test]
        fn github_reads_patterns_as_gitignore_does(
            pattern in "/?((a|b|\\*|a\\*|\\?b|\\*\\*)/){0,3}(a|ab|a\\*|\\*b|\\?|\\*|\\*\\*)/?",
            path in "([ab]{1,2}/){0,3}[ab]{1,2}",
        ) {
            // Which of them `a/**/` stands for, implementations disagree.
            prop_assume!(!pattern.ends_with("**/"));
            let mut builder = GitignoreBuilder::new("");
            builder.add_line(None, &pattern).expect("it is one");
            let ignore = builder.build().expect("it is one");
            let last_is_star = pattern.contains('/') && pattern.ends_with("/*");
            let itself = ignore.matched(&path, false).is_ignore();
            let mut folders = Path::new(&path).ancestors().skip(1).filter(|folder| *folder != Path::new(""));
            let below = !last_is_star && folders.any(|folder| ignore.matched(folder, true).is_ignore());
            let expected = itself || below;
            prop_assert_eq!(matches(&pattern, &path, Forge::GitHub), expected);
        }
    }
}
