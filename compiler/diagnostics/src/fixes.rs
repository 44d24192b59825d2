//! Applying machine-applicable fixes.

use std::collections::{BTreeMap, HashSet};

use text_size::TextSize;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::span::{FileId, Sources};

/// A file with its fixes applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFile {
    /// Which file.
    pub file: FileId,
    /// Its whole new text.
    pub text: String,
    /// How many fixes changed it.
    pub applied: usize,
}

/// What became of the fixes of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixes {
    /// The files that change, by path.
    pub files: Vec<FixedFile>,
    /// How many fixes were applied.
    pub applied: usize,
    /// How many were left out because they touch what another one changes, or do not fit the text.
    pub skipped: usize,
}

/// Applies the first machine-applicable fix of each finding, in the order given.
///
/// A fix is applied whole or not at all. One that overlaps with an earlier one is skipped; a second run of the
/// command sees the text after the first and can apply it then. Equal fixes of several findings count once.
#[must_use]
pub fn apply_fixes(findings: &[Diagnostic], sources: &dyn Sources) -> Fixes {
    let mut taken = Taken::default();
    let mut applied: BTreeMap<FileId, usize> = BTreeMap::new();
    let mut seen: HashSet<&[Edit]> = HashSet::new();
    let mut result = Fixes::default();
    for fix in findings.iter().filter_map(best_fix) {
        if !seen.insert(&fix.edits) {
            continue;
        }
        if fix.edits.is_empty() || !in_text(fix, sources) || !taken.accept(fix) {
            result.skipped += 1;
            continue;
        }
        result.applied += 1;
        let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
        files.sort_unstable();
        files.dedup();
        for file in files {
            *applied.entry(file).or_default() += 1;
        }
    }
    result.files = applied
        .into_iter()
        .map(|(file, applied)| FixedFile {
            file,
            text: taken.apply(file, sources.text(file)),
            applied,
        })
        .filter(|fixed| fixed.text != sources.text(fixed.file))
        .collect();
    result
        .files
        .sort_by(|a, b| sources.path(a.file).cmp(sources.path(b.file)));
    result
}

fn best_fix(finding: &Diagnostic) -> Option<&Fix> {
    finding
        .fixes
        .iter()
        .find(|fix| fix.applicability == Applicability::MachineApplicable)
}

fn in_text(fix: &Fix, sources: &dyn Sources) -> bool {
    fix.edits.iter().all(|edit| {
        let (start, end) = (usize::from(edit.span.start()), usize::from(edit.span.end()));
        sources.text(edit.span.file).get(start..end).is_some()
    })
}

/// The accepted edits, by file and place. No two of them conflict, so their ends ascend with their starts.
#[derive(Default)]
struct Taken<'a> {
    edits: BTreeMap<FileId, BTreeMap<(TextSize, TextSize), &'a Edit>>,
}

impl<'a> Taken<'a> {
    /// Takes all edits of the fix, or none if one of them conflicts with another of its own or one taken before.
    fn accept(&mut self, fix: &'a Fix) -> bool {
        let free = fix.edits.iter().enumerate().all(|(place, edit)| {
            let own = &fix.edits[..place];
            !self.conflicts(edit) && !own.iter().any(|own| conflict(edit, own))
        });
        if free {
            for edit in &fix.edits {
                let edits = self.edits.entry(edit.span.file).or_default();
                edits.insert((edit.span.start(), edit.span.end()), edit);
            }
        }
        free
    }

    fn conflicts(&self, edit: &Edit) -> bool {
        let Some(edits) = self.edits.get(&edit.span.file) else {
            return false;
        };
        edits
            .range(..=(edit.span.end(), TextSize::new(u32::MAX)))
            .rev()
            .take_while(|((_, end), _)| *end >= edit.span.start())
            .any(|(_, other)| conflict(edit, other))
    }

    fn apply(&self, file: FileId, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut at = 0;
        for ((start, end), edit) in self.edits.get(&file).into_iter().flatten() {
            result.push_str(&text[at..usize::from(*start)]);
            result.push_str(&edit.text);
            at = usize::from(*end);
        }
        result.push_str(&text[at..]);
        result
    }
}

/// Two edits conflict if they share a byte, if one inserts inside the other, or if both insert at one place,
/// where the order of the texts would be a guess.
fn conflict(a: &Edit, b: &Edit) -> bool {
    if a.span.file != b.span.file {
        return false;
    }
    let (a, b) = (a.span.range, b.span.range);
    a == b || a.start() < b.end() && b.start() < a.end()
}
