//! From byte offsets to lines and columns.

use std::collections::BTreeMap;

use text_size::TextSize;

use crate::span::{FileId, Sources, Span};

/// A place as people count: from 1, columns in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Where the lines of a text begin. A line ends behind its `\n`.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = newlines.map(|(place, _)| saturated(place + 1));
        Self {
            starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// How many lines there are: one more than there are `\n`.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that holds the offset.
    #[must_use]
    pub fn line(&self, offset: TextSize) -> usize {
        self.starts
            .partition_point(|start| *start <= u32::from(offset))
            - 1
    }

    /// The bytes of a line, from 0, without its line end; empty for a line that does not exist.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let Some(start) = self.start(line) else {
            return "";
        };
        let end = self.start(line + 1).unwrap_or(text.len());
        let text = text.get(start..end).unwrap_or_default();
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// Where a line, from 0, begins.
    #[must_use]
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|start| *start as usize)
    }

    /// Line and column of an offset; one in the middle of a character counts as its start.
    #[must_use]
    pub fn position(&self, text: &str, offset: TextSize) -> Position {
        let line = self.line(offset);
        let start = self.starts[line] as usize;
        let end = floor_boundary(text, usize::from(offset));
        let column = text
            .get(start..end)
            .map_or(0, |before| before.chars().count());
        Position {
            line: saturated(line + 1),
            column: saturated(column + 1),
        }
    }
}

/// The greatest character boundary that is not behind the offset.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Looks up positions in many files, reading each one once.
pub(crate) struct Positions<'a> {
    sources: &'a dyn Sources,
    indices: BTreeMap<FileId, LineIndex>,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(sources: &'a dyn Sources) -> Self {
        Self {
            sources,
            indices: BTreeMap::new(),
        }
    }

    pub(crate) fn path(&self, file: FileId) -> &'a str {
        self.sources.path(file)
    }

    pub(crate) fn text(&self, file: FileId) -> &'a str {
        self.sources.text(file)
    }

    pub(crate) fn index(&mut self, file: FileId) -> &LineIndex {
        let sources = self.sources;
        self.indices
            .entry(file)
            .or_insert_with(|| LineIndex::new(sources.text(file)))
    }

    pub(crate) fn range(&mut self, span: Span) -> (Position, Position) {
        let text = self.sources.text(span.file);
        let index = self.index(span.file);
        (
            index.position(text, span.start()),
            index.position(text, span.end()),
        )
    }

    pub(crate) fn start(&mut self, span: Span) -> Position {
        let text = self.sources.text(span.file);
        self.index(span.file).position(text, span.start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let text = "a\r\nbäc\n";
        let index = LineIndex::new(text);
        let at = |offset: u32| {
            let position = index.position(text, offset.into());
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(4), (2, 2), "before ä");
        assert_eq!(at(5), (2, 2), "inside ä");
        assert_eq!(at(6), (2, 3), "behind ä");
        assert_eq!(at(8), (3, 1), "the end of the text");
        assert_eq!(at(900), (3, 1), "behind the end of the text");
        assert_eq!(
            (
                index.text(text, 0),
                index.text(text, 1),
                index.text(text, 2)
            ),
            ("a", "bäc", "")
        );
        assert_eq!(index.text(text, 7), "");
    }
}
