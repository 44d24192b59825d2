//! Where something stands: a file and a byte range in it.

use text_size::{TextRange, TextSize};

/// A file of the project, as numbered by whoever holds the texts.
///
/// Numbers carry no order that a user would see: findings are sorted by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The bytes, in the text that [`Sources::text`] gives for the file.
    pub range: TextRange,
}

impl Span {
    /// The range in the file.
    #[must_use]
    pub fn new(file: FileId, range: TextRange) -> Self {
        Self { file, range }
    }

    /// An empty span: a place between two characters.
    #[must_use]
    pub fn empty(file: FileId, offset: TextSize) -> Self {
        Self::new(file, TextRange::empty(offset))
    }

    /// The very start of a file, for findings about the file as a whole.
    #[must_use]
    pub fn start_of(file: FileId) -> Self {
        Self::empty(file, TextSize::new(0))
    }

    /// The place where the span begins.
    #[must_use]
    pub fn start(self) -> TextSize {
        self.range.start()
    }

    /// The place where the span ends.
    #[must_use]
    pub fn end(self) -> TextSize {
        self.range.end()
    }

    /// The smallest span that holds both; `self` where they stand in different files.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        if self.file == other.file {
            Self::new(self.file, self.range.cover(other.range))
        } else {
            self
        }
    }
}

/// The holder of the texts that spans point into.
pub trait Sources {
    /// The path as people write it: relative to the project, with `/` between folders.
    fn path(&self, file: FileId) -> &str;

    /// The text as it was when the spans were made.
    fn text(&self, file: FileId) -> &str;
}
