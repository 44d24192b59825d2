//! Which lines of a declaration changed.

use similar::{ChangeTag, TextDiff};

use crate::state::{Declaration, Source};

/// The first line of each changed part of a declaration, as it stands after the change. A part that was only removed is where it
/// was. Lines of comments alone are no change.
pub(super) fn changed(before: &Declaration, after: &Declaration) -> Vec<Source> {
    let Some(start) = &after.source else {
        return Vec::new();
    };
    let (Some(old), Some(new)) = (&before.text, &after.text) else {
        return vec![start.clone()];
    };
    // Without line ends, which an editor may have changed throughout.
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut found = Vec::new();
    // The line after the change, from 0, and whether the part that it belongs to has been noted.
    let (mut line, mut noted) = (0, false);
    for change in diff.iter_all_changes() {
        let speaks = !is_silent(change.value());
        match change.tag() {
            ChangeTag::Equal => {
                line += 1;
                noted = noted && !speaks;
            }
            tag => {
                if speaks && !noted {
                    noted = true;
                    found.push(Source {
                        line: start.line + line,
                        ..start.clone()
                    });
                }
                if tag == ChangeTag::Insert {
                    line += 1;
                }
            }
        }
    }
    if found.is_empty() {
        found.push(start.clone());
    }
    found
}

/// Whether a line says nothing: blank, or a comment.
fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//")
}
