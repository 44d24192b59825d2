//! From a line of output to the expression that made it.

use crate::Origin;

/// A line and what made it and the lines after it, up to the next entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// The line, from 1.
    pub line: u32,
    /// What made it.
    pub origin: Origin,
}

/// What made each line of a text. Lines of one origin that follow each other share an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    entries: Vec<LineOrigin>,
}

impl SourceMap {
    /// A map of no lines.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// What made a line (from 1).
    #[must_use]
    pub fn origin(&self, line: u32) -> Option<Origin> {
        let after = self.entries.partition_point(|entry| entry.line <= line);
        after.checked_sub(1).map(|at| self.entries[at].origin)
    }

    /// The entries, by line.
    #[must_use]
    pub fn entries(&self) -> &[LineOrigin] {
        &self.entries
    }

    /// Lines are recorded in order.
    #[inline]
    pub(super) fn record(&mut self, line: u32, origin: Origin) {
        if self.entries.last().is_none_or(|last| last.origin != origin) {
            self.entries.push(LineOrigin { line, origin });
        }
    }

    pub(super) fn forget_from(&mut self, line: u32) {
        let keep = self.entries.partition_point(|entry| entry.line < line);
        self.entries.truncate(keep);
    }
}
