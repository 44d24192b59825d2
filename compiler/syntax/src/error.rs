//! What lexer and parser have to say about a text.

use rowan::{TextRange, TextSize};

/// A finding about the text of one file. Codes are `PLT00xx`; a renderer of another crate turns it into a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The stable code.
    pub code: &'static str,
    /// Where it is; never empty unless the file ends there.
    pub range: TextRange,
    /// What is wrong, in one sentence.
    pub message: String,
    /// A few words to stand under the range.
    pub label: Option<String>,
    /// What to do next.
    pub help: Option<String>,
    /// Other places that explain the error.
    pub secondary: Vec<(TextRange, String)>,
    /// A change that repairs the text.
    pub fix: Option<SyntaxFix>,
}

/// A change that repairs the text: a title for a menu, and what to put in place of which ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What the change does, as an instruction.
    pub title: String,
    /// The edits, sorted and without overlap.
    pub edits: Vec<(TextRange, String)>,
}

impl SyntaxError {
    /// An error with a message and nothing else yet.
    pub(crate) fn new(code: &'static str, range: TextRange, message: impl Into<String>) -> Self {
        SyntaxError {
            code,
            range,
            message: message.into(),
            label: None,
            help: None,
            secondary: Vec::new(),
            fix: None,
        }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn also(mut self, range: TextRange, text: impl Into<String>) -> Self {
        self.secondary.push((range, text.into()));
        self
    }

    pub(crate) fn fix(mut self, title: impl Into<String>, edits: Vec<(TextRange, String)>) -> Self {
        self.fix = Some(SyntaxFix {
            title: title.into(),
            edits,
        });
        self
    }

    /// The commonest fix: other text in place of the range of the error itself.
    pub(crate) fn replace_with(self, title: impl Into<String>, text: impl Into<String>) -> Self {
        let range = self.range;
        self.fix(title, vec![(range, text.into())])
    }
}

/// The range of `len` bytes from `start`. Callers have checked the file against [`crate::MAX_SOURCE_LEN`].
pub(crate) fn range_at(start: usize, len: usize) -> TextRange {
    TextRange::at(size(start), size(len))
}

/// A byte offset as rowan counts it.
pub(crate) fn size(offset: usize) -> TextSize {
    TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX))
}

/// The codes of this crate. Their explanations live with the diagnostics.
pub mod codes {
    /// Something else was expected here.
    pub const UNEXPECTED: &str = "PLT0001";
    /// A bracket is never closed.
    pub const UNCLOSED: &str = "PLT0002";
    /// A string or interpolation is never closed.
    pub const UNCLOSED_STRING: &str = "PLT0003";
    /// A character that has no meaning.
    pub const STRAY_CHARACTER: &str = "PLT0004";
    /// A malformed number.
    pub const BAD_NUMBER: &str = "PLT0005";
    /// A unit that does not exist.
    pub const UNKNOWN_UNIT: &str = "PLT0006";
    /// A malformed or impossible date.
    pub const BAD_DATE: &str = "PLT0007";
    /// An escape that does not exist.
    pub const BAD_ESCAPE: &str = "PLT0008";
    /// Nesting or an operator chain beyond the bound.
    pub const TOO_DEEP: &str = "PLT0009";
    /// `:` where `=` belongs, or the reverse.
    pub const COLON_OR_EQUALS: &str = "PLT0010";
    /// An operator of another language.
    pub const FOREIGN_OPERATOR: &str = "PLT0011";
    /// A minus sign that could be part of a name, a prefix or a subtraction.
    pub const MINUS_SPACING: &str = "PLT0012";
    /// A word that starts no declaration or clause here.
    pub const UNKNOWN_CLAUSE: &str = "PLT0013";
    /// The spelling of another language.
    pub const FOREIGN_SYNTAX: &str = "PLT0014";
    /// A name with characters outside ASCII.
    pub const NON_ASCII_NAME: &str = "PLT0015";
    /// `a < b < c`, `a..b..c`
    pub const CHAINED_COMPARISON: &str = "PLT0016";
    /// Two entries without a new line or comma between them.
    pub const NOT_SEPARATED: &str = "PLT0017";
    /// A closing bracket that closes nothing.
    pub const STRAY_CLOSER: &str = "PLT0018";
    /// A `{` on a line of its own.
    pub const BRACE_ON_NEXT_LINE: &str = "PLT0019";
    /// Something that may not stand inside `\(…)`.
    pub const IN_INTERPOLATION: &str = "PLT0020";
    /// More errors than are worth listing.
    pub const TOO_MANY: &str = "PLT0022";
    /// The text is longer than what can be addressed.
    pub const FILE_TOO_LARGE: &str = "PLT0709";
}
