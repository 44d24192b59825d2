//! Since when an exception is there, as git remembers its lines.

use std::collections::BTreeMap;
use std::path::Path;

use plat_diagnostics::{FileId, LineIndex};
use plat_model::Date;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Found;
use crate::{Workspace, git};

const SECONDS_A_DAY: i64 = 86_400;

/// From when a line of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// It is not committed.
    New,
    /// From this day.
    Since(Date),
    /// From before what the clone knows.
    CutOff,
}

/// Dates what was found by the oldest of its lines. What git does not know keeps no date.
pub(super) fn date(workspace: &Workspace, found: &mut [Found]) {
    let db = workspace.db();
    let files: BTreeMap<FileId, (&Path, &str)> = { found.iter() }
        .filter_map(|found| {
            let folder = workspace.package_root(found.file)?;
            let path = found.file.path(db).as_str();
            Some((workspace.file_id(found.file), (folder, path)))
        })
        .collect();
    let blamed: BTreeMap<FileId, Vec<Age>> = files
        .par_iter()
        .filter_map(|(file, (folder, path))| Some((*file, blame(folder, path)?)))
        .collect();
    for found in found {
        let Some(lines) = blamed.get(&workspace.file_id(found.file)) else {
            continue;
        };
        let text = found.file.text(db);
        let index = LineIndex::new(text);
        let first = index.line(found.range.start());
        let last = index.line(found.range.end());
        // Brackets alone are often older than what stands between them.
        let says = |line: &usize| index.text(text, *line).contains(char::is_alphanumeric);
        let ages = (first..=last)
            .filter(says)
            .filter_map(|line| lines.get(line));
        found.exception.since = oldest(ages);
    }
}

/// Asks git for the lines of a file; nothing outside of a repository.
fn blame(folder: &Path, path: &str) -> Option<Vec<Age>> {
    let ask = |arguments: &[&str]| git::run(folder, arguments, &[], &[]).ok()?.ok();
    let shallow = ask(&["rev-parse", "--is-shallow-repository"])?;
    // Where history was cut off, the first commit that is there has lines of all before it; it is marked as a boundary, as the
    // very first commit would be too.
    let boundaries = if git::line(&shallow) == "true" {
        "--no-root"
    } else {
        "--root"
    };
    let answer = ask(&["blame", "--porcelain", "-w", boundaries, "--", path])?;
    Some(lines(&String::from_utf8_lossy(&answer)))
}

/// The day of the oldest line; unknown if one is older than what is known.
fn oldest<'a>(ages: impl Iterator<Item = &'a Age>) -> Option<Date> {
    let mut oldest: Option<Date> = None;
    for age in ages {
        match age {
            Age::New => {}
            Age::Since(date) => oldest = Some(oldest.map_or(*date, |known| known.min(*date))),
            Age::CutOff => return None,
        }
    }
    oldest
}

/// Reads what `git blame --porcelain` says: for each line its commit and numbers, for each commit once its headers, and the line
/// itself behind a tab.
fn lines(answer: &str) -> Vec<Age> {
    let mut ages: FxHashMap<&str, Age> = FxHashMap::default();
    let mut lines = Vec::new();
    let mut commit = "";
    for line in answer.split('\n') {
        if line.starts_with('\t') {
            lines.push(ages.get(commit).copied().unwrap_or(Age::New));
            continue;
        }
        match line.split_once(' ') {
            Some(("author-time", seconds)) if commit.bytes().any(|digit| digit != b'0') => {
                let seconds: Option<i64> = seconds.parse().ok();
                let days = seconds.map(|seconds| seconds.div_euclid(SECONDS_A_DAY));
                if let Some(date) = days.and_then(Date::from_days) {
                    ages.insert(commit, Age::Since(date));
                }
            }
            Some((word, _)) if is_object(word) => commit = word,
            None if line == "boundary" => {
                ages.insert(commit, Age::CutOff);
            }
            _ => {}
        }
    }
    lines
}

/// Whether a word is the name of a commit: no header has one as long.
fn is_object(word: &str) -> bool {
    word.len() >= 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_the_date_of_its_commit() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let none = "0".repeat(40);
        let answer = format!(
            "{one} 1 1 2\nauthor A\nauthor-time 1767225600\nsummary boundary\n\tfirst\n{one} 2 2\n\t\tauthor-time 1\n\
             {two} 1 3 1\nauthor-time 0\nboundary\nfilename x\n\tcut off\n{none} 1 4 1\nauthor-time 1767225600\n\tnew\n{one} 3 5 1\n\tlast\n"
        );
        let first = Date::new(2026, 1, 1).expect("there is one");
        let ages = lines(&answer);
        let since = Age::Since(first);
        assert_eq!(ages, [since, since, Age::CutOff, Age::New, since]);
        assert_eq!(oldest(ages[..2].iter()), Some(first));
        assert_eq!(oldest(ages[3..].iter()), Some(first));
        assert_eq!(oldest(ages.iter()), None);
    }
}
