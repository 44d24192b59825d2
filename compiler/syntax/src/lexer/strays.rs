//! Characters and spellings that Plat does not have, told apart so that each gets advice that fits.

use super::{Lexer, is_word_byte, span};
use crate::{
    SyntaxKind::*,
    error::{SyntaxError, codes, range_at},
};

impl Lexer<'_> {
    /// A word with a letter outside ASCII, as one token.
    pub(super) fn non_ascii_name(&mut self) {
        let rest = &self.text[self.pos..];
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        let word = &rest[..len];
        let range = range_at(self.pos, len);
        self.report(|| {
            let odd = word.chars().find(|c| !c.is_ascii()).unwrap_or(' ');
            SyntaxError::new(codes::NON_ASCII_NAME, range, format!("the name `{word}` contains `{odd}` (U+{:04X})", u32::from(odd)))
                .help("names are ASCII letters, digits, `_` and `-`, so that no two of them look alike; any text may stand in quotes")
        });
        self.emit(ERROR_TOKEN, len);
    }

    /// `&&`, `||`, `!`: there is a word for it.
    pub(super) fn foreign_operator(&mut self, len: usize, word: &str) {
        let range = range_at(self.pos, len);
        let operator = &self.text[self.pos..self.pos + len];
        let spaced_before = matches!(
            self.previous,
            Some(WHITESPACE | NEWLINE | L_PAREN | CALL_OPEN | L_BRACKET | INDEX_OPEN) | None
        );
        let spaced_after = matches!(self.byte(len), b' ' | b'\t' | b'\n');
        let replacement = format!(
            "{}{word}{}",
            if spaced_before { "" } else { " " },
            if spaced_after { "" } else { " " }
        );
        self.report(|| {
            SyntaxError::new(
                codes::FOREIGN_OPERATOR,
                range,
                format!("`{operator}` is written `{word}`"),
            )
            .replace_with(format!("write `{word}`"), replacement)
        });
        self.emit(ERROR_TOKEN, len);
    }

    /// `# …` is read as the comment that was meant.
    pub(super) fn hash_comment(&mut self) {
        let len = span(|b| b != b'\n' && b != b'\r', self.rest());
        if self.in_interpolation() {
            return self.stray();
        }
        let range = range_at(self.pos, 1);
        self.report(|| {
            SyntaxError::new(codes::FOREIGN_SYNTAX, range, "comments start with `//`")
                .replace_with("write `//`", "//")
        });
        self.emit(COMMENT, len);
    }

    /// `/* … */` is read as the comment that was meant.
    pub(super) fn block_comment(&mut self) {
        let range = range_at(self.pos, 2);
        let end = if self.pos >= self.no_block_end_after {
            None
        } else {
            self.text[self.pos..].find("*/")
        };
        let len = match end {
            Some(at) => at + 2,
            None => {
                self.no_block_end_after = self.no_block_end_after.min(self.pos);
                span(|b| b != b'\n' && b != b'\r', self.rest())
            }
        };
        self.report(|| {
            SyntaxError::new(
                codes::FOREIGN_SYNTAX,
                range,
                "comments are `//` up to the end of the line",
            )
            .help("begin each line of the comment with `//`")
        });
        self.emit(COMMENT, len);
    }

    /// Characters that start no token, a run of them at once.
    pub(super) fn stray(&mut self) {
        let rest = &self.text[self.pos..];
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first.is_alphabetic() {
            return self.non_ascii_name();
        }
        let len = if first.is_ascii_graphic() {
            rest.bytes().take_while(|b| char::from(*b) == first).count()
        } else {
            rest.find(|c: char| {
                c.is_ascii_graphic() || c.is_alphabetic() || matches!(c, ' ' | '\t' | '\n')
            })
            .unwrap_or(rest.len())
            .max(first.len_utf8())
        };
        // A lone carriage return before a line end belongs to the run; the pair `\r\n` does not.
        let len = match rest[..len].strip_suffix('\r') {
            Some(shorter) if !shorter.is_empty() && rest[len..].starts_with('\n') => shorter.len(),
            _ => len,
        };
        if !self.line_has_stray {
            self.line_has_stray = true;
            let range = range_at(self.pos, len);
            let before_word = rest[len..].bytes().next().is_some_and(is_word_byte);
            self.report(|| stray_character(first, range, before_word));
        }
        self.emit(ERROR_TOKEN, len);
    }
}

#[cold]
fn stray_character(first: char, range: rowan::TextRange, before_word: bool) -> SyntaxError {
    let plain = |message: String| SyntaxError::new(codes::STRAY_CHARACTER, range, message);
    match first {
        '%' => SyntaxError::new(
            codes::FOREIGN_OPERATOR,
            range,
            "`%` is only a unit, as in `70%`",
        )
        .help("the remainder of a division is `mod(a, b)`"),
        '&' => SyntaxError::new(codes::FOREIGN_OPERATOR, range, "`&` is not an operator")
            .help("write `and`"),
        '^' => SyntaxError::new(codes::FOREIGN_OPERATOR, range, "`^` is not an operator")
            .help("multiply with `*`"),
        ';' => SyntaxError::new(
            codes::FOREIGN_SYNTAX,
            range,
            "entries end with the line or a `,`, not with `;`",
        )
        .replace_with("use a comma", ","),
        '$' if before_word => SyntaxError::new(codes::FOREIGN_SYNTAX, range, "names have no `$`")
            .help("write the bare name; in a string `\\(name)`")
            .replace_with("remove it", ""),
        '$' => SyntaxError::new(codes::FOREIGN_SYNTAX, range, "`$` has no meaning here")
            .help("a value in a string is `\\(name)`"),
        '\'' | '`' => SyntaxError::new(codes::FOREIGN_SYNTAX, range, "strings have double quotes"),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => {
            plain(format!("`{first}` is a typographic quote"))
                .help("strings have straight double quotes: `\"`")
        }
        '\u{2013}' | '\u{2014}' | '\u{2212}' => plain(format!("`{first}` is not a minus sign"))
            .help("use the plain `-`")
            .replace_with("use `-`", "-"),
        '\u{a0}' => {
            plain("this is a no-break space".to_owned()).replace_with("use a plain space", " ")
        }
        '\0' => plain("the file contains NUL bytes".to_owned())
            .help("source files are UTF-8 text; this one may be binary or UTF-16"),
        '\u{feff}' => plain("a byte order mark stands in the middle of the file".to_owned())
            .replace_with("remove it", ""),
        '\r' => plain("a carriage return stands alone".to_owned())
            .help("lines end with `\\n` or `\\r\\n`"),
        c if c.is_control() || c.is_whitespace() => plain(format!(
            "the character U+{:04X} has no meaning here",
            u32::from(c)
        ))
        .help("it is invisible: delete and retype this place"),
        c => plain(format!("`{c}` has no meaning here")).help("text stands in double quotes"),
    }
}
