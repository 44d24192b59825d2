//! Strings: opening and closing quotes, escapes, interpolations, and what happens when one stays open.

use super::{Interpolation, Lexer, MAX_INTERPOLATION_DEPTH, Mode, span};
use crate::{
    SyntaxKind::*,
    error::{SyntaxError, codes, range_at},
};

/// How a string is quoted, and where it was opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    pub(super) open_at: usize,
    pub(super) triple: bool,
    pub(super) raw: bool,
}

impl Quotes {
    fn opening_len(self) -> usize {
        self.closing().len()
    }

    /// The closing quotes; the opening ones have the same length.
    fn closing(self) -> &'static [u8] {
        match (self.triple, self.raw) {
            (false, false) => b"\"",
            (false, true) => b"\"#",
            (true, false) => b"\"\"\"",
            (true, true) => b"\"\"\"#",
        }
    }

    /// What starts an interpolation.
    fn interpolation(self) -> &'static [u8] {
        if self.raw { b"\\#(" } else { b"\\(" }
    }
}

impl Lexer<'_> {
    /// `"` or `"""` outside the text of a string.
    pub(super) fn open_string(&mut self) {
        let triple = self.rest().starts_with(b"\"\"\"");
        if triple && self.in_interpolation() {
            return self.triple_quote_in_interpolation(3);
        }
        self.open(Quotes {
            open_at: self.pos,
            triple,
            raw: false,
        });
    }

    /// `#"` opens a raw string; any other `#` is a comment of another language.
    pub(super) fn hash(&mut self) {
        if self.byte(1) != b'"' {
            return self.hash_comment();
        }
        let triple = self.rest().starts_with(b"#\"\"\"");
        if triple && self.in_interpolation() {
            return self.triple_quote_in_interpolation(4);
        }
        self.open(Quotes {
            open_at: self.pos,
            triple,
            raw: true,
        });
    }

    fn open(&mut self, quotes: Quotes) {
        self.modes.push(Mode::Text(quotes));
        self.emit(STR_START, quotes.opening_len());
    }

    /// The next token of a string that is open: text, an interpolation, or the closing quotes.
    pub(super) fn string_piece(&mut self, quotes: Quotes) {
        let text_len = self.text_len(quotes);
        if text_len > 0 {
            self.emit(STR_TEXT, text_len);
        }
        let rest = self.rest();
        if rest.starts_with(quotes.closing()) {
            self.modes.pop();
            return self.emit(STR_END, quotes.closing().len());
        }
        if rest.starts_with(quotes.interpolation()) {
            let index = self.out.interpolations.len();
            let open = u32::try_from(self.out.tokens.len()).unwrap_or(u32::MAX);
            self.out.interpolations.push(Interpolation {
                open,
                close: u32::MAX,
            });
            self.modes.push(Mode::Interpolation {
                open_at: self.pos,
                index,
                parens: 0,
            });
            return self.emit(INTERP_START, quotes.interpolation().len());
        }
        if !rest.is_empty() {
            self.close_at_line_end();
        }
    }

    /// How much of the rest is literal text of this string.
    fn text_len(&mut self, quotes: Quotes) -> usize {
        let rest = self.rest();
        let mut len = 0;
        loop {
            len += span(|b| !matches!(b, b'"' | b'\\' | b'\n' | b'\r'), &rest[len..]);
            let at = &rest[len..];
            match at.first() {
                None => return len,
                Some(b'"') if at.starts_with(quotes.closing()) => return len,
                Some(b'\n') if !quotes.triple => return len,
                Some(b'\r') if !quotes.triple && at.starts_with(b"\r\n") => return len,
                Some(b'\\') if at.starts_with(quotes.interpolation()) => {
                    if self.interpolation_depth() < MAX_INTERPOLATION_DEPTH {
                        return len;
                    }
                    let range = range_at(self.pos + len, quotes.interpolation().len());
                    self.report(|| {
                        SyntaxError::new(codes::TOO_DEEP, range, "strings are nested too deep")
                            .help("name the inner strings with `let`")
                    });
                    len += quotes.interpolation().len();
                }
                Some(b'\\') if !quotes.raw => len += self.escape(self.pos + len, quotes),
                Some(_) => len += 1,
            }
        }
    }

    fn interpolation_depth(&self) -> usize {
        self.modes
            .iter()
            .filter(|mode| matches!(mode, Mode::Interpolation { .. }))
            .count()
    }

    /// The length of the escape at `at`, which is reported if there is no such escape.
    fn escape(&mut self, at: usize, quotes: Quotes) -> usize {
        let rest = &self.text.as_bytes()[at..];
        match rest.get(1) {
            Some(b'"' | b'\\' | b'n' | b't') => 2,
            Some(b'u') => self.unicode_escape(at),
            None => 1,
            Some(b'\n' | b'\r') if rest[1] == b'\n' || rest.get(2) == Some(&b'\n') => {
                // The end of the line ends a string on one line too, and that is reported already.
                if quotes.triple {
                    let range = range_at(at, 1);
                    self.report(|| {
                        SyntaxError::new(codes::BAD_ESCAPE, range, "a backslash does not join lines")
                            .help("a backslash itself is `\\\\`; in a raw string `#\"\"\"…\"\"\"#` nothing is escaped")
                            .replace_with("double the backslash", "\\\\")
                    });
                }
                1
            }
            Some(_) => {
                let escaped = self.text[at + 1..].chars().next().unwrap_or(' ');
                let len = 1 + escaped.len_utf8();
                let range = range_at(at, len);
                self.report(|| unknown_escape(range, escaped));
                len
            }
        }
    }

    fn unicode_escape(&mut self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at + 2..];
        let digits = match rest.first() {
            Some(b'{') => span(|b| b.is_ascii_hexdigit(), &rest[1..]),
            _ => 0,
        };
        let closed = digits > 0 && rest.get(1 + digits) == Some(&b'}');
        let len = if closed { 4 + digits } else { 2 };
        let valid = closed
            && digits <= 6
            && u32::from_str_radix(&self.text[at + 3..at + 3 + digits], 16)
                .ok()
                .and_then(char::from_u32)
                .is_some();
        if !valid {
            let range = range_at(at, len);
            let message = if closed {
                "this is not a Unicode character"
            } else {
                "`\\u` needs braces"
            };
            self.report(|| {
                SyntaxError::new(codes::BAD_ESCAPE, range, message)
                    .help("a character by number is written `\\u{e9}`, with one to six hexadecimal digits")
            });
        }
        len
    }

    /// Records where an interpolation ends: at the token that comes next.
    pub(super) fn end_interpolation(&mut self, index: usize) {
        let next = u32::try_from(self.out.tokens.len()).unwrap_or(u32::MAX);
        if let Some(interpolation) = self.out.interpolations.get_mut(index) {
            interpolation.close = next;
        }
    }

    /// The line ends: closes every interpolation and single-line string, with one error. A triple-quoted string goes on.
    pub(super) fn close_at_line_end(&mut self) {
        let keep = self
            .modes
            .iter()
            .position(|mode| !matches!(mode, Mode::Text(quotes) if quotes.triple))
            .unwrap_or(self.modes.len());
        self.force_close(keep);
    }

    /// The file ends: closes everything, with one error.
    pub(super) fn close_at_end_of_file(&mut self) {
        if !self.modes.is_empty() {
            self.out.ends_open = true;
            self.force_close(0);
        }
    }

    /// Drops the modes from `keep` on and reports the one that most likely was meant to be closed.
    fn force_close(&mut self, keep: usize) {
        let culprit = self.modes[keep..]
            .iter()
            .find(|mode| matches!(mode, Mode::Interpolation { .. }))
            .or_else(|| self.modes.get(keep))
            .copied();
        while self.modes.len() > keep {
            if let Some(Mode::Interpolation { index, .. }) = self.modes.pop() {
                self.end_interpolation(index);
            }
        }
        let end = self.pos;
        match culprit {
            Some(Mode::Text(quotes)) => {
                let text = &self.text[quotes.open_at..end];
                self.report(|| unclosed_string(quotes, text, end));
            }
            Some(Mode::Interpolation { open_at, .. }) => {
                self.report(|| unclosed_interpolation(open_at));
            }
            None => {}
        }
    }

    /// `"""` inside `\(…)`: the end of the string around it, if that is a triple-quoted one, and else a slip.
    fn triple_quote_in_interpolation(&mut self, len: usize) {
        let around = self
            .modes
            .iter()
            .rposition(|mode| matches!(mode, Mode::Text(quotes) if quotes.triple));
        match around {
            Some(index) => self.force_close(index + 1),
            None => {
                let range = range_at(self.pos, len);
                self.report(|| {
                    SyntaxError::new(
                        codes::IN_INTERPOLATION,
                        range,
                        "a `\"\"\"` string cannot stand inside `\\(…)`",
                    )
                    .help("name it with `let`, or use a string on one line")
                });
                self.emit(ERROR_TOKEN, len);
            }
        }
    }

    /// `'…'` is read as the string that was meant.
    pub(super) fn single_quoted(&mut self) {
        let inner = span(
            |b| !matches!(b, b'\'' | b'\n' | b'"' | b'\\'),
            &self.rest()[1..],
        );
        if self.byte(1 + inner) != b'\'' {
            return self.stray();
        }
        let range = range_at(self.pos, inner + 2);
        let double_quoted = format!("\"{}\"", &self.text[self.pos + 1..self.pos + 1 + inner]);
        self.report(|| {
            SyntaxError::new(codes::FOREIGN_SYNTAX, range, "strings have double quotes")
                .help(format!("write {double_quoted}"))
                .replace_with("use double quotes", double_quoted)
        });
        self.emit(STR_START, 1);
        if inner > 0 {
            self.emit(STR_TEXT, inner);
        }
        self.emit(STR_END, 1);
    }
}

#[cold]
fn unknown_escape(range: rowan::TextRange, escaped: char) -> SyntaxError {
    let error = SyntaxError::new(
        codes::BAD_ESCAPE,
        range,
        format!("`\\{}` is not an escape", escaped.escape_debug()),
    )
    .label("unknown escape");
    match escaped {
        'r' | '0' | 'b' | 'f' | 'a' | 'v' | 'e' => {
            let number = match escaped {
                'r' => "d",
                '0' => "0",
                'b' => "8",
                'f' => "c",
                'a' => "7",
                'v' => "b",
                _ => "1b",
            };
            error
                .help(format!("write `\\u{{{number}}}`"))
                .replace_with("write it by number", format!("\\u{{{number}}}"))
        }
        '$' | '{' | '}' | '\'' | '/' | '`' => error
            .help("this character needs no backslash")
            .replace_with("remove the backslash", escaped.to_string()),
        _ => error
            .help("escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\u{…}` and `\\(…)`; a backslash itself is `\\\\`, and in a raw string `#\"…\"#` nothing is escaped")
            .replace_with("double the backslash", format!("\\\\{escaped}")),
    }
}

#[cold]
fn unclosed_string(quotes: Quotes, text: &str, end: usize) -> SyntaxError {
    let range = range_at(quotes.open_at, quotes.opening_len().min(text.len()));
    let closing = String::from_utf8_lossy(quotes.closing()).into_owned();
    if quotes.triple {
        return SyntaxError::new(codes::UNCLOSED_STRING, range, "this string is never closed")
            .label("opened here")
            .help(format!(
                "it ends at the next `{closing}`, and the file has none"
            ));
    }
    let error = SyntaxError::new(
        codes::UNCLOSED_STRING,
        range,
        "this string is not closed on its line",
    )
    .label("opened here")
    .help("a string ends on its own line; text of several lines stands in `\"\"\"`");
    // Where the quote belongs is clear only if nothing on the line could come after the string.
    let body = &text[quotes.opening_len()..];
    if body.contains(['{', '}', '(', ')', '[', ']', ',', '"']) || body.contains("//") {
        return error;
    }
    let trimmed = quotes.open_at + text.trim_end().len();
    error.fix(
        "close the string",
        vec![(range_at(trimmed.min(end), 0), closing)],
    )
}

#[cold]
fn unclosed_interpolation(open_at: usize) -> SyntaxError {
    SyntaxError::new(
        codes::UNCLOSED_STRING,
        range_at(open_at, 2),
        "this `\\(` is not closed on its line",
    )
    .label("opened here")
    .help("an interpolation is one expression and a `)`; for the text `\\(` itself write `\\\\(`")
}
