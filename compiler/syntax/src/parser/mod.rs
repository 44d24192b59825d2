//! Tokens to a lossless tree, by recursive descent over events.
//!
//! The grammar is in `grammar/`, one file per subject; this file is the machine under it. What keeps it total:
//! every loop passes a token or stops, nesting is counted, and an interpolation is a limit that no recovery crosses.

mod events;
mod grammar;
mod recovery;
mod tokens;
mod tree;
pub(crate) mod words;

use events::{Completed, Event, Marker};
use rowan::{GreenNode, TextRange};
use tokens::Input;
use words::Word;

use crate::{
    MAX_SOURCE_LEN,
    SyntaxKind::{self, *},
    SyntaxNode, ast,
    error::{SyntaxError, codes, range_at},
    lexer::{self, MAX_ERRORS},
};

/// How deep expressions, types and blocks may nest, and how long a chain of operators may be.
pub const MAX_NESTING: u32 = 256;

/// A parsed text: the tree of all its bytes, and what is wrong with it. Cheap to clone, `Send` and `Sync`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse {
    /// The tree, without parents and offsets.
    pub green: GreenNode,
    /// Findings, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// Where declarations stand in which something did not fit, whether or not an error tells of it.
    pub(crate) broken: Vec<TextRange>,
}

impl Parse {
    /// The root of the tree.
    #[must_use]
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The file as a typed view.
    #[must_use]
    pub fn tree(&self) -> ast::File {
        ast::File::new(self.syntax())
    }
}

/// Parses the text of a file. Never fails: the tree has every byte of the text, and the errors say what did not fit.
/// A text longer than [`MAX_SOURCE_LEN`] gives an empty tree and one error.
#[must_use]
pub fn parse(text: &str) -> Parse {
    if text.len() > MAX_SOURCE_LEN {
        let error = SyntaxError::new(codes::FILE_TOO_LARGE, range_at(0, 0), "the file is too long to be read")
            .help("a source file has at most 64 MiB; data belongs in files of its own, read with `file(\"…\")`");
        return Parse {
            green: tree::empty(),
            errors: vec![error],
            broken: Vec::new(),
        };
    }
    let lexed = lexer::lex(text);
    let inputs = tokens::inputs(text, &lexed);
    let mut parser = Parser::new(text, &inputs);
    grammar::file(&mut parser);
    let (events, mut errors, broken) = (parser.events, parser.errors, parser.broken);
    let green = tree::build(text, &lexed.tokens, &inputs.tokens, events);
    errors.extend(lexed.errors);
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    if errors.len() > MAX_ERRORS {
        errors.truncate(MAX_ERRORS);
        errors.push(
            SyntaxError::new(
                codes::TOO_MANY,
                range_at(text.len(), 0),
                "the file has more errors; only the first are listed",
            )
            .help("is this a `.plat` file?"),
        );
    }
    Parse {
        green,
        errors,
        broken,
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Input],
    interpolation_ends: &'t [(usize, usize)],
    pos: usize,
    /// Tokens from here on look like the end of the file: the end of the interpolation that is being parsed.
    limit: usize,
    /// Line ends count: the innermost open bracket is `{` or there is none.
    in_block: bool,
    /// The line end before the current token has been passed.
    line_end_passed: bool,
    /// The clauses of the blocks that are open, outermost first.
    clauses: Vec<&'static [Word]>,
    /// The closing brackets that are still to come, outermost first.
    closers: Vec<SyntaxKind>,
    depth: u32,
    /// How many levels the highest construct has that ended in the current one. Together with `depth` it bounds the
    /// tree, as chains of operators grow upwards, around what is already there.
    height: u32,
    too_deep_reported: bool,
    /// The token at which the last error was reported: a second one there would be a consequence of the first.
    last_error_at: usize,
    /// An error was reported on the line of the last token.
    line_has_error: bool,
    /// Errors are not kept while this is above zero.
    muted: u32,
    /// Something did not fit since this was last reset, whether or not an error tells of it.
    slipped: bool,
    /// See [`Parse::broken`].
    broken: Vec<TextRange>,
    events: Vec<Event>,
    errors: Vec<SyntaxError>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, inputs: &'t tokens::Inputs) -> Self {
        Parser {
            text,
            tokens: &inputs.tokens,
            interpolation_ends: &inputs.interpolation_ends,
            pos: 0,
            limit: inputs.tokens.len() - 1,
            in_block: true,
            line_end_passed: true,
            clauses: Vec::new(),
            closers: Vec::new(),
            depth: 0,
            height: 0,
            too_deep_reported: false,
            last_error_at: usize::MAX,
            line_has_error: false,
            muted: 0,
            slipped: false,
            broken: Vec::new(),
            events: Vec::with_capacity(inputs.tokens.len() * 3),
            errors: Vec::new(),
        }
    }

    // ---- looking

    /// The current token, or `NEWLINE` if a line end that counts stands before it.
    fn current(&self) -> SyntaxKind {
        if self.pos >= self.limit {
            return EOF;
        }
        let token = &self.tokens[self.pos];
        if !self.line_end_passed && self.line_end_counts(token) {
            NEWLINE
        } else {
            token.kind
        }
    }

    /// In brackets line ends mean nothing, but no bracket reaches over the start of a declaration.
    fn line_end_counts(&self, token: &Input) -> bool {
        if self.in_block {
            token.ends_line
        } else {
            token.starts_item
        }
    }

    fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    fn at_end(&self) -> bool {
        self.pos >= self.limit
    }

    /// The token after the current one; `NEWLINE` if a line ends in between.
    fn next(&self) -> SyntaxKind {
        self.nth(1)
    }

    fn nth(&self, n: usize) -> SyntaxKind {
        if n > 0 && self.current() == NEWLINE {
            return NEWLINE;
        }
        for ahead in 1..=n {
            if self.pos + ahead >= self.limit {
                return EOF;
            }
            if self.line_end_counts(&self.tokens[self.pos + ahead]) {
                return NEWLINE;
            }
        }
        if n == 0 {
            self.current()
        } else {
            self.tokens[self.pos + n].kind
        }
    }

    /// The role that the current word may have.
    fn word(&self) -> Word {
        if self.current() == IDENT {
            self.tokens[self.pos].word
        } else {
            Word::Other
        }
    }

    fn nth_word(&self, n: usize) -> Word {
        if self.nth(n) == IDENT {
            self.tokens[self.pos + n].word
        } else {
            Word::Other
        }
    }

    fn at_word(&self, word: Word) -> bool {
        self.word() == word
    }

    /// The token that stands here, whatever line it is on.
    fn token(&self) -> &'t Input {
        &self.tokens[self.pos.min(self.tokens.len() - 1)]
    }

    fn token_at(&self, index: usize) -> &'t Input {
        &self.tokens[index.min(self.tokens.len() - 1)]
    }

    fn range_of(&self, index: usize) -> TextRange {
        let token = self.token_at(index);
        range_at(token.start as usize, token.len as usize)
    }

    fn text_of(&self, index: usize) -> &'t str {
        let token = self.token_at(index);
        &self.text[token.start as usize..(token.start + token.len) as usize]
    }

    /// Just behind the token before the current one.
    fn end_of_previous(&self) -> usize {
        match self.pos.checked_sub(1) {
            Some(previous) => {
                let token = self.token_at(previous);
                (token.start + token.len) as usize
            }
            None => 0,
        }
    }

    // ---- moving

    fn start(&mut self) -> Marker {
        Marker::open(&mut self.events)
    }

    fn complete(&mut self, marker: Marker, kind: SyntaxKind) -> Completed {
        marker.complete(&mut self.events, kind)
    }

    fn precede(&mut self, completed: Completed) -> Marker {
        completed.precede(&mut self.events)
    }

    /// Takes the current token as what it is.
    fn bump(&mut self) {
        if self.pos < self.limit {
            let kind = self.tokens[self.pos].kind;
            self.bump_as(kind);
        }
    }

    /// Takes the current token as another kind: a word as a keyword.
    fn bump_as(&mut self, kind: SyntaxKind) {
        if self.pos < self.limit {
            let token = &self.tokens[self.pos];
            if token.on_new_line || token.after_error {
                self.line_has_error = token.after_error;
            }
            self.events.push(Event::Token(kind));
            self.pos += 1;
            self.line_end_passed = false;
        }
    }

    fn bump_keyword(&mut self) {
        self.bump_as(KEYWORD);
    }

    fn eat(&mut self, kind: SyntaxKind) -> bool {
        let here = self.at(kind);
        if here {
            self.bump();
        }
        here
    }

    fn eat_word(&mut self, word: Word) -> bool {
        let here = self.at_word(word);
        if here {
            self.bump_keyword();
        }
        here
    }

    /// Passes a line end, if one stands here.
    fn pass_line_end(&mut self) {
        self.line_end_passed = true;
    }

    /// Passes a line end that an operator before it leaves open.
    fn join_line(&mut self) {
        if !self.at_item_start() {
            self.line_end_passed = true;
        }
    }

    /// Passes line ends and commas.
    fn pass_separators(&mut self) {
        loop {
            self.pass_line_end();
            if !self.eat(COMMA) {
                return;
            }
        }
    }

    /// Sets whether line ends count, and returns what held before.
    fn set_in_block(&mut self, in_block: bool) -> bool {
        std::mem::replace(&mut self.in_block, in_block)
    }

    // ---- reporting

    /// Reports an error, unless one was reported for the same place: by the parser at the current token, or by the
    /// lexer directly before it.
    fn report(&mut self, error: impl FnOnce(&Self) -> SyntaxError) {
        let already = self.last_error_at == self.pos || self.token().after_error;
        self.keep(already, error);
    }

    fn keep(&mut self, already: bool, error: impl FnOnce(&Self) -> SyntaxError) {
        self.slipped = true;
        self.last_error_at = self.pos;
        self.line_has_error = true;
        if !already && self.muted == 0 && self.errors.len() <= MAX_ERRORS {
            let error = error(self);
            self.errors.push(error);
        }
    }

    /// As [`Self::report`], for errors that do not follow from what the lexer told.
    fn report_behind_stray(&mut self, error: impl FnOnce(&Self) -> SyntaxError) {
        let already = self.last_error_at == self.pos;
        self.keep(already, error);
    }

    /// As [`Self::report`], for errors without advice of their own: on a line that is wrong already they say nothing new.
    fn report_once_a_line(&mut self, error: impl FnOnce(&Self) -> SyntaxError) {
        if self.line_has_error && !self.token().on_new_line {
            self.last_error_at = self.pos;
        }
        self.report(error);
    }

    /// Something else was expected here. `what` says in words what the reader would put here.
    fn expected(&mut self, what: &str) {
        self.report_once_a_line(|p| {
            let (range, found) = p.found();
            SyntaxError::new(
                codes::UNEXPECTED,
                range,
                format!("expected {what}, found {found}"),
            )
        });
    }

    /// Where the current token is and how to speak of it. A missing thing at the end of a line is shown behind it.
    fn found(&self) -> (TextRange, String) {
        let line_end = || {
            let end = self.end_of_previous();
            let width = self.text[end..]
                .bytes()
                .next()
                .map_or(0, |byte| usize::from(byte == b' ' || byte == b'\t'));
            range_at(end, width)
        };
        let on_next_line = self.in_block && !self.line_end_passed && self.token().on_new_line;
        match self.current() {
            // Also if an operator before it joins the lines: what is missing is missing there.
            _ if on_next_line && !self.at_end() => {
                (behind(line_end(), self), "the end of the line".to_owned())
            }
            NEWLINE => (behind(line_end(), self), "the end of the line".to_owned()),
            EOF if self.limit < self.tokens.len() - 1 => (
                behind(line_end(), self),
                "the end of the interpolation".to_owned(),
            ),
            EOF => (behind(line_end(), self), "the end of the file".to_owned()),
            STR_START => (self.range_of(self.pos), "a string".to_owned()),
            _ => (
                self.range_of(self.pos),
                format!("`{}`", self.text_of(self.pos)),
            ),
        }
    }

    /// Takes `kind`, or reports that it is missing.
    fn expect(&mut self, kind: SyntaxKind, what: &str) -> bool {
        let here = self.eat(kind);
        if !here {
            self.expected(what);
        }
        here
    }

    /// Takes a name, or reports that it is missing.
    fn expect_name(&mut self, what: &str) -> bool {
        self.expect(IDENT, what)
    }

    /// Takes a keyword, or reports that it is missing.
    fn expect_word(&mut self, word: Word, what: &str) -> bool {
        let here = self.eat_word(word);
        if !here {
            self.expected(what);
        }
        here
    }

    /// Runs `inner` one level deeper, or passes the construct flat if that is too deep.
    fn nested(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_NESTING {
            return self.skip_too_deep();
        }
        self.depth += 1;
        self.measured(inner);
        self.depth -= 1;
    }

    /// Runs `inner` and says how many levels high the part of the tree is that it made.
    fn measured<R>(&mut self, inner: impl FnOnce(&mut Self) -> R) -> (R, u32) {
        let outer = std::mem::replace(&mut self.height, 0);
        let result = inner(self);
        let height = self.height + 1;
        self.height = outer.max(height);
        (result, height)
    }
}

/// The end of a line as a range that can be seen: the last character before it if nothing follows.
fn behind(range: TextRange, parser: &Parser<'_>) -> TextRange {
    if !range.is_empty() || parser.pos == 0 {
        return range;
    }
    let last = parser.range_of(parser.pos - 1);
    let text = parser.text_of(parser.pos - 1);
    let width = text.chars().next_back().map_or(0, char::len_utf8);
    range_at(usize::from(last.end()) - width, width)
}
