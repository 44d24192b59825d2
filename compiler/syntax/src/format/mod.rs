//! The one style of Plat sources.
//!
//! - Two spaces of indentation, nothing aligned, no trailing white space, one line end at the end of the file.
//! - One entry per line in a block, without commas. A block that was on one line and fits into [`MAX_WIDTH`] columns
//!   stays there, with commas.
//! - Lists, arguments and parameters likewise; over several lines each element has its line and its comma. Brackets
//!   around a single record, list or call hug it.
//! - Line breaks inside of expressions and clauses stay where they are, indented once.
//! - At most one blank line in a row, none at the edges of a block. Nothing is sorted, no comment is lost.
//! - Strings stay as they are, but for the spacing of expressions in ordinary ones.
//! - A declaration with a syntax error stays byte for byte.
//!
//! Formatting twice is formatting once, and the tokens stay the same but for commas: both are checked, the second on
//! every run, so that a mistake here can never damage a file.

mod layout;
mod printer;
mod source;
mod spacing;

use std::fmt;

use crate::{Parse, SyntaxKind, lexer, parse};

/// How long a line may become by keeping something on one line.
pub const MAX_WIDTH: usize = 100;

/// The formatter would have changed more than white space and commas: a mistake of this crate, and the text is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    /// The token that would have been changed.
    pub token: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "formatting would change `{}`; the file is left as it is",
            self.token
        )
    }
}

impl std::error::Error for FormatError {}

/// Formats the text of a file.
///
/// # Errors
/// If the result would not say the same as the text.
pub fn format(text: &str) -> Result<String, FormatError> {
    format_parsed(text, &parse(text))
}

/// Formats the text of a file that is parsed already. `parse` must be of this very `text`.
///
/// # Errors
/// If the result would not say the same as the text.
pub fn format_parsed(text: &str, parse: &Parse) -> Result<String, FormatError> {
    let mut formatted = format_once(text, parse)?;
    if parse.errors.is_empty() {
        return Ok(formatted);
    }
    // What one pass lays out anew around something broken can make the parser recover elsewhere, so that another pass would see
    // other declarations as whole: go on until nothing changes.
    for _ in 0..MAX_PASSES {
        let again = format_once(&formatted, &crate::parse(&formatted))?;
        if again == formatted {
            return Ok(formatted);
        }
        formatted = again;
    }
    Ok(text.to_owned())
}

/// How often a file with errors is laid out before it is left as it is.
const MAX_PASSES: u32 = 8;

fn format_once(text: &str, parse: &Parse) -> Result<String, FormatError> {
    // Nothing is known about a text that was not read to its end.
    let unread = |code| code == crate::codes::FILE_TOO_LARGE || code == crate::codes::TOO_MANY;
    if parse.errors.last().is_some_and(|error| unread(error.code)) {
        return Ok(text.to_owned());
    }
    let before = lexer::lex(text);
    let source = source::Source::new(text, parse, before.ends_open);
    let formatted = printer::print(text, &layout::layout(&source), source.ends_as_it_is);
    check_same((text, &before.tokens), &formatted)?;
    Ok(formatted)
}

/// Both texts have the same tokens and comments, but for commas.
fn check_same(before: (&str, &[lexer::Token]), after: &str) -> Result<(), FormatError> {
    let new = lexer::lex(after);
    let mut new = significant(after, &new.tokens);
    for token in significant(before.0, before.1) {
        if new.next() != Some(token) {
            return Err(FormatError {
                token: token.to_owned(),
            });
        }
    }
    match new.next() {
        Some(token) => Err(FormatError {
            token: token.to_owned(),
        }),
        None => Ok(()),
    }
}

fn significant<'t>(text: &'t str, tokens: &'t [lexer::Token]) -> impl Iterator<Item = &'t str> {
    let mut offset = 0;
    tokens.iter().filter_map(move |token| {
        let start = offset;
        offset += token.len as usize;
        match token.kind {
            SyntaxKind::WHITESPACE | SyntaxKind::NEWLINE | SyntaxKind::COMMA | SyntaxKind::BOM => {
                None
            }
            kind if kind.is_comment() => Some(text[start..offset].trim_end()),
            _ => Some(&text[start..offset]),
        }
    })
}
