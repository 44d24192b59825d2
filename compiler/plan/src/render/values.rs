//! Values as people read them: on one line, cut in the middle with a count, or as a line diff. Secrets are never shown, nor
//! their digests.

use std::fmt::Write as _;

use plat_model::output::MAX_DEPTH;
use plat_model::tree::{Tree, TreeValue};
use similar::{ChangeTag, TextDiff};

use crate::plan::FieldChange;

/// What a changed value looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Before and after, each on one line; `None` when absent.
    Values(Option<String>, Option<String>),
    /// A value that is never shown, and what happened to it.
    Secret(&'static str),
    /// A text of several lines.
    Lines(Vec<DiffLine>),
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DiffLine {
    /// What happened to it.
    pub kind: LineKind,
    /// The line; of [`LineKind::Skipped`], how many are left out.
    pub text: String,
}

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// It is the same.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands for lines that are not shown.
    Skipped,
}

impl LineKind {
    /// What stands before it.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Same | Self::Skipped => ' ',
            Self::Added => '+',
            Self::Removed => '-',
        }
    }
}

/// How many equal lines stand around a changed one.
const CONTEXT: usize = 2;

/// Longer texts are cut instead of compared, since comparing two that have little in common takes the square of their length.
const MOST_LINES: usize = 5_000;

/// A changed value. Values of more than `width` characters are cut, and diffs of more than `height` lines.
pub(super) fn shown(field: &FieldChange, width: usize, height: usize) -> Shown {
    let (before, after) = (&field.before, &field.after);
    if let (Some(before), Some(after)) = (before, after)
        && is_secret(before)
        && is_secret(after)
    {
        return Shown::Secret(SECRET_CHANGED);
    }
    if let (Some(before), Some(after)) = (text(before), text(after))
        && (before.contains('\n') || after.contains('\n'))
        && before.lines().count() + after.lines().count() <= MOST_LINES
    {
        return Shown::Lines(line_diff(before, after, width, height));
    }
    let (before, after) = cut_pair(before.as_ref().map(whole), after.as_ref().map(whole), width);
    Shown::Values(before, after)
}

/// What stands for two different secrets.
pub(super) const SECRET_CHANGED: &str = "(secret, changed)";

/// Whether a value as a whole is never shown.
pub(super) fn is_secret(tree: &Tree) -> bool {
    matches!(tree.value, TreeValue::Secret(_))
}

fn text(tree: &Option<Tree>) -> Option<&str> {
    tree.as_ref()?.as_text()
}

/// A value on one line, of at most about `width` characters.
pub(super) fn inline(tree: &Tree, width: usize) -> String {
    cut(&whole(tree), width)
}

/// A value on one line, whole.
pub(super) fn whole(tree: &Tree) -> String {
    let mut out = String::new();
    write(&mut out, tree, MAX_DEPTH);
    out
}

/// Writes a value on one line, whole. Equal texts are equal values, but for secrets.
pub(super) fn write(out: &mut String, tree: &Tree, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        out.push_str("(too deep to show)");
        return;
    };
    match &tree.value {
        TreeValue::Null => out.push_str("null"),
        TreeValue::Bool(value) => push(out, value),
        TreeValue::Int(value) => push(out, value),
        TreeValue::Float(value) => push(out, value),
        TreeValue::Text(text) => write_text(out, text),
        TreeValue::Secret(_) => out.push_str("(secret)"),
        TreeValue::Unknown(because) => {
            push(out, format_args!("(unknown because {})", visible(because)))
        }
        TreeValue::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write(out, item, depth);
            }
            out.push(']');
        }
        TreeValue::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_text(out, key);
                out.push_str(": ");
                write(out, value, depth);
            }
            out.push('}');
        }
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    // Writing into a string does not fail.
    let _ = write!(out, "{value}");
}

/// Text as it is where nobody could read it as anything else, otherwise in quotes.
fn write_text(out: &mut String, text: &str) {
    let reads_as_other = matches!(text, "" | "null" | "true" | "false")
        || text.parse::<f64>().is_ok()
        || text.starts_with(['"', '[', '{', '(', ' '])
        || text.ends_with(' ')
        || text.contains(", ")
        || text.contains(['\n', '}', ']']);
    if reads_as_other {
        out.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => out.extend(['\\', character]),
                '\n' => out.push_str("\\n"),
                _ => push_visible(out, character),
            }
        }
        out.push('"');
    } else {
        text.chars()
            .for_each(|character| push_visible(out, character));
    }
}

/// A text in which nothing hides: control characters and those that turn the direction of writing are spelt out.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars()
        .for_each(|character| push_visible(&mut out, character));
    out
}

fn push_visible(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => {
            out.extend(character.escape_unicode());
        }
        _ if character.is_control() => out.extend(character.escape_unicode()),
        _ => out.push(character),
    }
}

/// The text, or its beginning and end with a count between them.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.len() <= width {
        return text.to_owned();
    }
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let note = |hidden: usize| format!("…({hidden} more)…");
    let room = width.saturating_sub(note(length).chars().count()).max(8);
    if length <= room {
        return text.to_owned();
    }
    let (head, tail) = (room - room / 3, room / 3);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}{}{end}", note(length - room))
}

/// Two texts, each cut so that it shows where they differ.
pub(super) fn cut_pair(
    before: Option<String>,
    after: Option<String>,
    width: usize,
) -> (Option<String>, Option<String>) {
    match (before, after) {
        (Some(before), Some(after)) => {
            let common = before
                .char_indices()
                .zip(after.chars())
                .find(|((_, one), other)| one != other)
                .map_or(before.len().min(after.len()), |((at, _), _)| at);
            (
                Some(cut_around(&before, common, width)),
                Some(cut_around(&after, common, width)),
            )
        }
        (before, after) => (
            before.map(|text| cut(&text, width)),
            after.map(|text| cut(&text, width)),
        ),
    }
}

/// How many characters are shown before the first difference.
const LEAD: usize = 12;

/// The text, or what stands around the byte `at`, with counts of what is left out before and after.
fn cut_around(text: &str, at: usize, width: usize) -> String {
    let length = text.chars().count();
    let lead = text[..at].chars().count();
    if length <= width || lead <= width / 2 {
        return cut(text, width);
    }
    let note = |hidden: usize| format!("…({hidden} more)…");
    let room = width.saturating_sub(note(length).chars().count());
    // All of the end if there is room for it, otherwise a little of what comes before the difference.
    let hidden = length.saturating_sub(room).min(lead - LEAD.min(width / 4));
    let rest: String = text.chars().skip(hidden).collect();
    let note = note(hidden);
    format!("{note}{}", cut(&rest, room))
}

fn line_diff(before: &str, after: &str, width: usize, height: usize) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    let mut next = 0;
    let total = before.lines().count();
    for hunk in diff.grouped_ops(CONTEXT) {
        let start = hunk.first().map_or(0, |op| op.old_range().start);
        skipped(&mut lines, start.saturating_sub(next), "equal line");
        for op in &hunk {
            next = op.old_range().end;
            for change in diff.iter_changes(op) {
                let kind = match change.tag() {
                    ChangeTag::Equal => LineKind::Same,
                    ChangeTag::Insert => LineKind::Added,
                    ChangeTag::Delete => LineKind::Removed,
                };
                let line = change.value();
                let mut text = cut(&visible(line.strip_suffix('\n').unwrap_or(line)), width);
                if change.missing_newline() && kind != LineKind::Same {
                    text.push_str(" (no newline at the end)");
                }
                lines.push(DiffLine { kind, text });
            }
        }
    }
    skipped(&mut lines, total.saturating_sub(next), "equal line");
    if lines.len() > height {
        let rest = lines.split_off(height.saturating_sub(1));
        skipped(&mut lines, rest.len(), "more line");
    }
    lines
}

fn skipped(lines: &mut Vec<DiffLine>, number: usize, noun: &str) {
    if number > 0 {
        lines.push(DiffLine {
            kind: LineKind::Skipped,
            text: format!("… {}", super::words::count(number, noun)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, cut_pair};

    #[test]
    fn what_is_cut_is_counted() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(
            cut("0123456789012345678901234567890123456789", 24),
            "012345678…(27 more)…6789"
        );
    }

    #[test]
    fn a_pair_shows_where_it_differs() {
        let image = |tag: &str| {
            Some(format!(
                "registry.example.com/a/long/way/down/shop/checkout:{tag}"
            ))
        };
        let (before, after) = cut_pair(image("1.4.2"), image("1.5.0"), 36);
        assert_eq!(
            before.as_deref(),
            Some("…(31 more)…/down/shop/checkout:1.4.2")
        );
        assert_eq!(
            after.as_deref(),
            Some("…(31 more)…/down/shop/checkout:1.5.0")
        );
        let long = |middle: &str| Some(format!("{}{middle}{}", "a".repeat(90), "b".repeat(90)));
        let (before, _) = cut_pair(long("X"), long("Y"), 40);
        assert!(before.is_some_and(|text| text.contains("aaX") || text.contains("aX")));
    }
}
