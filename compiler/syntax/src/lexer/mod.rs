//! Text to tokens. Total: every byte of every input is in exactly one token.
//!
//! The first byte of a token selects its recogniser; the recognisers of words, numbers and white space are small nom
//! parsers over bytes. Strings are several tokens, so the lexer keeps a stack of open strings and interpolations.

mod numbers;
mod strays;
mod strings;
mod units;
mod words;

use nom::Parser;

use crate::{
    SyntaxKind::{self, *},
    error::{SyntaxError, codes, range_at},
};

pub use numbers::Date;
pub use units::UNITS;
pub(crate) use units::meant_unit;
pub(crate) use words::name_len;

/// How many interpolations may be open at once.
pub const MAX_INTERPOLATION_DEPTH: usize = 16;

/// Findings beyond this many are counted, not kept: a binary file must not fill the memory with advice.
pub(crate) const MAX_ERRORS: usize = 500;

/// One token: its kind and how many bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: SyntaxKind,
    /// Its length in bytes.
    pub len: u32,
}

/// The tokens of a text and what was wrong with them.
#[derive(Debug, Default)]
pub struct Lexed {
    /// All tokens; their lengths sum to the length of the text.
    pub tokens: Vec<Token>,
    /// Malformed tokens, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// The text ends in a string that was never closed, so that whatever is added to it would be part of the string.
    pub(crate) ends_open: bool,
    /// Where each interpolation opens and ends, in the order in which they open.
    pub(crate) interpolations: Vec<Interpolation>,
}

/// An interpolation, as indices of tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interpolation {
    /// The `INTERP_START`.
    pub(crate) open: u32,
    /// The `INTERP_END`, or the token before which the lexer closed it by force.
    pub(crate) close: u32,
}

/// Splits a text into tokens.
#[must_use]
pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer::new(text);
    lexer.run();
    lexer.out
}

/// What the lexer is inside of.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// The text of a string.
    Text(strings::Quotes),
    /// The expression of an interpolation.
    Interpolation {
        open_at: usize,
        index: usize,
        parens: u32,
    },
}

struct Lexer<'t> {
    text: &'t str,
    pos: usize,
    out: Lexed,
    modes: Vec<Mode>,
    /// The kind of the token before this one, trivia included: decides what is glued.
    previous: Option<SyntaxKind>,
    /// Words before this offset are known to start no address: keeps long `a.b.c` chains linear.
    no_address_before: usize,
    /// A block comment that opens after this offset is known never to close.
    no_block_end_after: usize,
    /// One finding about stray characters per line is enough.
    line_has_stray: bool,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Self {
        let mut out = Lexed::default();
        out.tokens.reserve(text.len() / 4);
        Lexer {
            text,
            pos: 0,
            out,
            modes: Vec::new(),
            previous: None,
            no_address_before: 0,
            no_block_end_after: usize::MAX,
            line_has_stray: false,
        }
    }

    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.emit(BOM, '\u{feff}'.len_utf8());
        }
        while self.pos < self.text.len() {
            match self.modes.last() {
                Some(&Mode::Text(quotes)) => self.string_piece(quotes),
                _ => self.token(),
            }
        }
        self.close_at_end_of_file();
    }

    /// The rest of the text as bytes.
    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.pos..]
    }

    /// The byte `ahead` of the current one, or 0 past the end (a real NUL starts no token either).
    fn byte(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.pos + ahead)
            .copied()
            .unwrap_or(0)
    }

    fn emit(&mut self, kind: SyntaxKind, len: usize) {
        debug_assert!(len > 0 && self.text.is_char_boundary(self.pos + len));
        self.out.tokens.push(Token {
            kind,
            len: u32::try_from(len).unwrap_or(u32::MAX),
        });
        self.pos += len;
        self.previous = Some(kind);
    }

    fn report(&mut self, error: impl FnOnce() -> SyntaxError) {
        if self.out.errors.len() <= MAX_ERRORS {
            self.out.errors.push(error());
        }
    }

    fn in_interpolation(&self) -> bool {
        matches!(self.modes.last(), Some(Mode::Interpolation { .. }))
    }

    /// One token outside the text of a string.
    fn token(&mut self) {
        match self.byte(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b' ' | b'\t' => self.emit(WHITESPACE, span(|b| b == b' ' || b == b'\t', self.rest())),
            b'\n' => self.line_end(1),
            b'\r' if self.byte(1) == b'\n' => self.line_end(2),
            b'0'..=b'9' => self.number(),
            b'"' => self.open_string(),
            b'#' => self.hash(),
            b'\'' => self.single_quoted(),
            b'/' => self.slash(),
            b'-' => self.dash(),
            _ => self.punctuation(),
        }
    }

    fn line_end(&mut self, len: usize) {
        if self.in_interpolation() {
            self.close_at_line_end();
            if !self.modes.is_empty() {
                // A triple-quoted string goes on: the line end is its text.
                return;
            }
        }
        self.line_has_stray = false;
        self.emit(NEWLINE, len);
    }

    fn punctuation(&mut self) {
        let (kind, len) = match (self.byte(0), self.byte(1)) {
            (b'=', b'=') => (EQ_EQ, 2),
            (b'=', b'>') => (FAT_ARROW, 2),
            (b'=', _) => (EQ, 1),
            (b'+', b'=') => (PLUS_EQ, 2),
            (b'+', b'+') => (PLUS_PLUS, 2),
            (b'+', _) => (PLUS, 1),
            (b'?', b'.') => (QUESTION_DOT, 2),
            (b'?', b'?') => (QUESTION_QUESTION, 2),
            (b'?', _) => (QUESTION, 1),
            (b'!', b'=') => (NOT_EQ, 2),
            (b'<', b'=') => (LT_EQ, 2),
            (b'<', _) => (LT, 1),
            (b'>', b'=') => (GT_EQ, 2),
            (b'>', _) => (GT, 1),
            (b'.', b'.') => (DOT_DOT, 2),
            (b'.', _) => (DOT, 1),
            (b'|', b'|') => return self.foreign_operator(2, "or"),
            (b'&', b'&') => return self.foreign_operator(2, "and"),
            (b'!', _) => return self.foreign_operator(1, "not"),
            (b'|', _) => (PIPE, 1),
            (b':', _) => (COLON, 1),
            (b',', _) => (COMMA, 1),
            (b'*', _) => (STAR, 1),
            (b'@', _) => (AT, 1),
            (b'{', _) => (L_BRACE, 1),
            (b'}', _) => (R_BRACE, 1),
            (b'[', _) => (if self.glued() { INDEX_OPEN } else { L_BRACKET }, 1),
            (b']', _) => (R_BRACKET, 1),
            (b'(', _) => return self.open_paren(),
            (b')', _) => return self.close_paren(),
            _ => return self.stray(),
        };
        self.emit(kind, len);
    }

    /// A bracket here belongs to what stands directly before it.
    fn glued(&self) -> bool {
        matches!(self.previous, Some(IDENT | R_PAREN | R_BRACKET | STR_END))
    }

    fn open_paren(&mut self) {
        let kind = if self.glued() { CALL_OPEN } else { L_PAREN };
        if let Some(Mode::Interpolation { parens, .. }) = self.modes.last_mut() {
            *parens += 1;
        }
        self.emit(kind, 1);
    }

    fn close_paren(&mut self) {
        match self.modes.last_mut() {
            Some(Mode::Interpolation {
                parens: 0, index, ..
            }) => {
                let index = *index;
                self.modes.pop();
                self.end_interpolation(index);
                self.emit(INTERP_END, 1);
            }
            Some(Mode::Interpolation { parens, .. }) => {
                *parens -= 1;
                self.emit(R_PAREN, 1);
            }
            _ => self.emit(R_PAREN, 1),
        }
    }

    fn slash(&mut self) {
        match self.byte(1) {
            b'/' if self.in_interpolation() => {
                let range = range_at(self.pos, 2);
                self.report(|| {
                    SyntaxError::new(codes::IN_INTERPOLATION, range, "a comment cannot stand inside `\\(…)`")
                        .help("close the interpolation first; text with `//` in it belongs outside the parentheses")
                });
                self.emit(ERROR_TOKEN, 2);
            }
            b'/' => {
                let len = span(|b| b != b'\n', self.rest());
                let line = &self.rest()[..len];
                let len = if line.ends_with(b"\r") && self.byte(len) == b'\n' {
                    len - 1
                } else {
                    len
                };
                // A row of slashes is a ruler, not documentation.
                let is_doc = line.starts_with(b"///") && !line.starts_with(b"////");
                self.emit(if is_doc { DOC_COMMENT } else { COMMENT }, len);
            }
            b'*' if !self.in_interpolation() => self.block_comment(),
            _ => self.emit(SLASH, 1),
        }
    }

    /// `-` is a prefix, a subtraction or a slip, by the white space around it.
    fn dash(&mut self) {
        let range = range_at(self.pos, 1);
        let space_after =
            matches!(self.byte(1), b' ' | b'\t' | b'\n' | b'\r') || self.pos + 1 == self.text.len();
        let space_before = self
            .previous
            .is_none_or(|it| matches!(it, WHITESPACE | NEWLINE | BOM | COMMENT | DOC_COMMENT));
        if self.byte(1) == b'>' {
            let range = range_at(self.pos, 2);
            self.report(|| {
                SyntaxError::new(codes::FOREIGN_OPERATOR, range, "`->` is not an operator")
                    .help("a function says its result after `:`, an arm of `match` uses `=>`")
            });
            return self.emit(ERROR_TOKEN, 2);
        }
        if space_before {
            return self.emit(if space_after { MINUS } else { NEG }, 1);
        }
        let after_operand = matches!(
            self.previous,
            Some(
                IDENT
                    | INT
                    | FLOAT
                    | QUANTITY
                    | DATE
                    | BAD_LITERAL
                    | ADDRESS
                    | STR_END
                    | R_PAREN
                    | R_BRACKET
                    | R_BRACE
                    | INTERP_END
                    | ERROR_TOKEN
            )
        );
        match (after_operand, space_after) {
            (false, false) => self.emit(NEG, 1),
            (false, true) => {
                self.report(|| {
                    SyntaxError::new(
                        codes::MINUS_SPACING,
                        range,
                        "a minus sign before a value is glued to it",
                    )
                    .help("write `-5`, without a space")
                });
                self.emit(NEG, 1);
            }
            (true, _) => {
                let with_spaces = if space_after { " -" } else { " - " };
                self.report(|| {
                    SyntaxError::new(
                        codes::MINUS_SPACING,
                        range,
                        "a subtraction needs a space on both sides of `-`",
                    )
                    .help("names may contain `-`, so `a-b` is one name and `a - b` a subtraction")
                    .replace_with("put spaces around `-`", with_spaces)
                });
                self.emit(MINUS, 1);
            }
        }
    }
}

/// How many bytes at the start of `input` satisfy `test`.
fn span(test: impl Fn(u8) -> bool, input: &[u8]) -> usize {
    input
        .iter()
        .position(|byte| !test(*byte))
        .unwrap_or(input.len())
}

/// How many bytes at the start of `input` the parser takes, if it matches.
fn matched<'i, O>(
    mut parser: impl Parser<&'i [u8], Output = O, Error = ()>,
    input: &'i [u8],
) -> Option<usize> {
    parser
        .parse(input)
        .ok()
        .map(|(rest, _)| input.len() - rest.len())
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
