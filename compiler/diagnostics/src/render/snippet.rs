//! The source lines that a finding shows, cut out of their files.
//!
//! miette reads a whole text for each label, prints lines of any length as they are, and knows one file per
//! finding. So it gets a small text of its own instead: the lines around the labels of all files, clipped to the
//! width, without characters that a terminal would obey, and each label's place in that text.

use std::collections::BTreeMap;
use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::diagnostic::Label;
use crate::position::{Positions, floor_boundary};
use crate::span::{FileId, Span};
use crate::wrap::{printable, steers_terminal};

/// Lines before and after a label.
const CONTEXT: usize = 1;

/// A label over more lines than this shows its first line only.
const MAX_LABEL_LINES: usize = 8;

/// The columns between the middle of a mark and the text of its label.
pub(crate) const LABEL_LINE: usize = 5;

/// What a tab is shown as.
const TAB: &str = "    ";

/// The lines around the labels of one finding.
#[derive(Debug, Default)]
pub(crate) struct Snippet {
    text: String,
    blocks: Vec<Block>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Block {
    path: String,
    /// The number of the first line in its file, from 0.
    first_line: usize,
    /// Where the lines begin in the snippet's text; never empty.
    starts: Vec<usize>,
    end: usize,
    /// The columns, from 0 and in the file, of the places where labels begin.
    columns: BTreeMap<usize, usize>,
}

/// The place of a label in the snippet's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Placed {
    /// Where it begins.
    pub(crate) start: usize,
    /// How many bytes it covers there.
    pub(crate) length: usize,
    /// How many characters stand before the place where its text hangs.
    pub(crate) column: usize,
}

/// What is shown of a label: whole lines of a file, and the bytes that are marked.
struct Shown {
    /// Which label it is, in the order given.
    index: usize,
    file: FileId,
    /// The label's own span.
    span: Span,
    lines: Range<usize>,
    bytes: Range<usize>,
    /// The characters of the label's text and of the line that leads to it.
    text_width: usize,
}

impl Snippet {
    /// Cuts out the lines around the labels, the first label's block first. `width` is the room for a line.
    pub(crate) fn new(
        labels: &[&Label],
        positions: &mut Positions<'_>,
        width: usize,
        ellipsis: &str,
    ) -> (Self, Vec<Placed>) {
        let mut snippet = Self::default();
        let mut placed = vec![
            Placed {
                start: 0,
                length: 0,
                column: 0
            };
            labels.len()
        ];
        let shown = labels
            .iter()
            .enumerate()
            .map(|(index, label)| shown(index, label, positions))
            .collect();
        for group in groups(shown, positions) {
            let margin = Margin::of(&group, positions, width);
            snippet.push(&group, positions, margin, ellipsis, &mut placed);
        }
        (snippet, placed)
    }

    fn push(
        &mut self,
        group: &Group,
        positions: &mut Positions<'_>,
        margin: Margin,
        ellipsis: &str,
        placed: &mut [Placed],
    ) {
        let text = positions.text(group.file);
        let index = positions.index(group.file);
        let mut starts = Vec::new();
        let mut columns = BTreeMap::new();
        for number in group.lines.clone() {
            let begin = self.text.len();
            starts.push(begin);
            let source = index.text(text, number);
            let offset = index.start(number).unwrap_or(text.len());
            let line = margin.line(source, ellipsis);
            line.write(&mut self.text);
            self.text.push('\n');
            for shown in &group.shown {
                let mark = &mut placed[shown.index];
                if shown.lines.start == number {
                    let (bytes, column) = line.place(shown.bytes.start - offset);
                    mark.start = begin + bytes;
                    mark.column = column;
                    let real = index.position(text, shown.span.start()).column as usize;
                    columns.entry(mark.start).or_insert(real - 1);
                }
                if shown.lines.end == number + 1 {
                    let (bytes, column) = line.place(shown.bytes.end - offset);
                    mark.length = (begin + bytes).saturating_sub(mark.start);
                    mark.column = match shown.lines.len() {
                        1 => mark.column.midpoint(column),
                        _ => 0,
                    };
                }
            }
        }
        self.blocks.push(Block {
            path: printable(positions.path(group.file)),
            first_line: group.lines.start,
            starts,
            end: self.text.len(),
            columns,
        });
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let place = self
            .blocks
            .partition_point(|block| block.end <= span.offset());
        let block = self.blocks.get(place).ok_or(MietteError::OutOfBounds)?;
        let end = span.offset() + span.len();
        // Refusing spans over several blocks is what keeps the blocks apart. No label holds the line end that
        // closes a block, so one that ends behind it begins in the next block.
        if end >= block.end {
            return Err(MietteError::OutOfBounds);
        }
        let line = |offset: usize| {
            block
                .starts
                .partition_point(|start| *start <= offset)
                .saturating_sub(1)
        };
        let first = line(span.offset()).saturating_sub(context_before);
        let last = line(end.saturating_sub(1).max(span.offset())) + context_after;
        let last = last.min(block.starts.len() - 1);
        let start = block.starts[first];
        let stop = block.starts.get(last + 1).copied().unwrap_or(block.end);
        let column = match context_before {
            0 => block.columns.get(&span.offset()).copied().unwrap_or(0),
            _ => 0,
        };
        Ok(Box::new(MietteSpanContents::new_named(
            block.path.clone(),
            &self.text.as_bytes()[start..stop],
            (start, stop - start).into(),
            block.first_line + first,
            column,
            last - first + 1,
        )))
    }
}

/// The lines and bytes to show of a label.
fn shown(index: usize, label: &Label, positions: &mut Positions<'_>) -> Shown {
    let span = label.span;
    let text = positions.text(span.file);
    let lines = positions.index(span.file);
    let start = usize::from(span.start()).min(text.len());
    let mut end = usize::from(span.end()).min(text.len());
    let first = lines.line(offset(start));
    let mut last = lines.line(offset(end));
    // What ends right behind a line end ends, for a reader, on the line before.
    if last > first && lines.start(last) == Some(end) {
        end -= 1;
        last -= 1;
    }
    if last - first >= MAX_LABEL_LINES {
        last = first;
        end = lines.start(first).unwrap_or(0) + lines.text(text, first).len();
    }
    Shown {
        index,
        file: span.file,
        span,
        lines: first..last + 1,
        bytes: start..end.max(start),
        text_width: match label.text.chars().count() {
            0 => 0,
            count => count + LABEL_LINE,
        },
    }
}

/// Labels whose lines, with their context, touch.
struct Group {
    file: FileId,
    lines: Range<usize>,
    shown: Vec<Shown>,
}

/// Sorts labels into groups: the first label's own, then the others of its file, then those of other files.
fn groups(mut shown: Vec<Shown>, positions: &mut Positions<'_>) -> Vec<Group> {
    let first_file = shown.first().map(|shown| shown.file);
    shown.sort_by_key(|shown| {
        let other = Some(shown.file) != first_file;
        (
            other,
            positions.path(shown.file),
            shown.file,
            shown.lines.start,
            shown.index,
        )
    });
    let mut groups: Vec<Group> = Vec::new();
    for shown in shown {
        let text = positions.text(shown.file);
        // The empty line behind the last line end is no context; only a label makes it visible.
        let count = positions.index(shown.file).lines() - usize::from(text.ends_with('\n'));
        let start = shown.lines.start.saturating_sub(CONTEXT);
        let end = (shown.lines.end + CONTEXT).min(count).max(shown.lines.end);
        match groups.last_mut() {
            Some(group) if group.file == shown.file && start <= group.lines.end => {
                group.lines.end = group.lines.end.max(end);
                group.shown.push(shown);
            }
            _ => groups.push(Group {
                file: shown.file,
                lines: start..end,
                shown: vec![shown],
            }),
        }
    }
    groups.sort_by_key(|group| !group.shown.iter().any(|shown| shown.index == 0));
    groups
}

/// Which columns of the lines of a group are shown.
#[derive(Clone, Copy)]
struct Margin {
    left: usize,
    width: usize,
}

/// How much of a clipped line stays visible before the most important label.
const LEAD: usize = 8;

/// The columns that a label's text has at least, if it is that long.
const LABEL_ROOM: usize = 28;

impl Margin {
    /// Shows as much as possible to the left of the labels while they and their texts fit.
    fn of(group: &Group, positions: &mut Positions<'_>, width: usize) -> Self {
        let text = positions.text(group.file);
        let index = positions.index(group.file);
        let column_of = |place: usize| {
            let start = index.start(index.line(offset(place))).unwrap_or(0);
            let before = text
                .get(start..floor_boundary(text, place))
                .unwrap_or_default();
            text_width(before)
        };
        let reach = group
            .shown
            .iter()
            .map(|shown| column_of(shown.bytes.end) + shown.text_width.min(LABEL_ROOM) + 1)
            .max()
            .unwrap_or(0);
        let focus = group.shown.iter().min_by_key(|shown| shown.index);
        let focus = focus.map_or(0, |shown| column_of(shown.bytes.start));
        Self {
            left: reach.saturating_sub(width).min(focus.saturating_sub(LEAD)),
            width,
        }
    }

    /// The visible part of a line.
    fn line<'a>(self, source: &'a str, ellipsis: &'a str) -> VisibleLine<'a> {
        let mark = ellipsis.chars().count();
        let left = if self.left == 0 { 0 } else { self.left + mark };
        let right = self.left + self.width;
        let mut start = source.len();
        let mut end = source.len();
        // Of a line of megabytes, what stands before the margin is not walked through if each byte is a column.
        let skipped = source
            .get(..self.left)
            .filter(|skipped| is_plain(skipped))
            .map_or(0, str::len);
        let mut column = skipped;
        for (byte, character) in source[skipped..].char_indices() {
            let byte = skipped + byte;
            if column >= left {
                start = start.min(byte);
            }
            if column + mark <= right {
                end = byte;
            }
            column += shown_width(character);
            if column > right {
                break;
            }
        }
        let clipped = column > right;
        if !clipped {
            end = source.len();
        }
        VisibleLine {
            source,
            bytes: start.min(end)..end,
            before: if self.left == 0 { "" } else { ellipsis },
            after: if clipped { ellipsis } else { "" },
        }
    }
}

/// A line of a file as it is shown: a part of its bytes, and what stands for those left out.
struct VisibleLine<'a> {
    source: &'a str,
    bytes: Range<usize>,
    before: &'a str,
    after: &'a str,
}

impl VisibleLine<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(self.before);
        write_printable(out, &self.source[self.bytes.clone()]);
        out.push_str(self.after);
    }

    /// How many bytes and how many characters of what is written stand before a byte of the line.
    fn place(&self, byte: usize) -> (usize, usize) {
        let byte = floor_boundary(self.source, byte);
        let mut written = String::from(self.before);
        write_printable(
            &mut written,
            &self.source[self.bytes.start..byte.clamp(self.bytes.start, self.bytes.end)],
        );
        (written.len(), written.chars().count())
    }
}

fn shown_width(character: char) -> usize {
    if character == '\t' { TAB.len() } else { 1 }
}

fn text_width(text: &str) -> usize {
    if is_plain(text) {
        text.len()
    } else {
        text.chars().map(shown_width).sum()
    }
}

/// Whether each byte of the text is shown as one column.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.as_bytes().contains(&b'\t')
}

fn write_printable(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\t' => out.push_str(TAB),
            c if steers_terminal(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

fn offset(place: usize) -> text_size::TextSize {
    text_size::TextSize::new(u32::try_from(place).unwrap_or(u32::MAX))
}
