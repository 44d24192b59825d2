//! What strings say: escapes and indentation resolved, with a map back to the source.

use std::ops::Range;

use rowan::{TextRange, TextSize, ast::AstNode};

use super::{Interpolation, Str, support::token};
use crate::{SyntaxElement, SyntaxKind::*, error::range_at};

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StrPart {
    /// Text that is known.
    Text(DecodedText),
    /// A value that is put in.
    Interpolation(Interpolation),
}

/// Decoded text of a string and where each byte of it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecodedText {
    /// The text.
    pub text: String,
    /// Runs of text: the offset in the text and in the source, and how much of either. Sorted, without gaps in the text.
    runs: Vec<Run>,
}

/// A piece of decoded text and the piece of source that says it: of equal length if it is said literally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    decoded: usize,
    source: usize,
    source_len: usize,
    literal: bool,
}

impl DecodedText {
    /// The source of a range of the decoded text, so that an error inside of a string can be underlined.
    /// A range that cuts through an escape covers all of it; one beyond the end is moved to it.
    #[must_use]
    pub fn source_range(&self, range: Range<usize>) -> TextRange {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else {
            return TextRange::empty(TextSize::new(0));
        };
        let (first, end) = (first.source, last.source + last.source_len);
        let start = self.run_at(range.start).map_or(end, |run| {
            if run.literal {
                run.source + (range.start - run.decoded)
            } else {
                run.source
            }
        });
        if range.end <= range.start {
            return range_at(start, 0);
        }
        let last_byte = range.end - 1;
        let stop = self.run_at(last_byte).map_or(end, |run| {
            if run.literal {
                run.source + (last_byte - run.decoded) + 1
            } else {
                run.source + run.source_len
            }
        });
        range_at(start.max(first), stop.max(start) - start)
    }

    fn run_at(&self, decoded: usize) -> Option<&Run> {
        if decoded >= self.text.len() {
            return None;
        }
        let index = self.runs.partition_point(|run| run.decoded <= decoded);
        self.runs.get(index.checked_sub(1)?)
    }

    fn push_literal(&mut self, text: &str, source: usize) {
        if text.is_empty() {
            return;
        }
        self.runs.push(Run {
            decoded: self.text.len(),
            source,
            source_len: text.len(),
            literal: true,
        });
        self.text.push_str(text);
    }

    fn push_escape(&mut self, text: &str, source: usize, source_len: usize) {
        self.runs.push(Run {
            decoded: self.text.len(),
            source,
            source_len,
            literal: false,
        });
        self.text.push_str(text);
    }
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    triple: bool,
    raw: bool,
}

impl Str {
    /// The range between the quotes.
    pub fn inner_range(&self) -> TextRange {
        let range = self.syntax().text_range();
        let start =
            token(self.syntax(), STR_START).map_or(range.start(), |token| token.text_range().end());
        let end =
            token(self.syntax(), STR_END).map_or(range.end(), |token| token.text_range().start());
        TextRange::new(start, end.max(start))
    }

    /// `"""…"""`: over several lines, without their common indentation.
    pub fn is_triple(&self) -> bool {
        self.style().triple
    }

    /// `#"…"#`: without escapes.
    pub fn is_raw(&self) -> bool {
        self.style().raw
    }

    fn style(&self) -> Style {
        let start = token(self.syntax(), STR_START);
        let quotes = start.as_ref().map_or("", |token| token.text());
        Style {
            triple: quotes.ends_with("\"\"\""),
            raw: quotes.starts_with('#'),
        }
    }

    /// The interpolations, in order.
    pub fn interpolations(&self) -> rowan::ast::AstChildren<Interpolation> {
        super::support::children(self.syntax())
    }

    /// The decoded text, if the string has no interpolations.
    pub fn plain(&self) -> Option<DecodedText> {
        let mut parts = self.decode();
        match (parts.pop(), parts.pop()) {
            (None, _) => {
                let mut empty = DecodedText::default();
                empty.push_escape("", usize::from(self.inner_range().start()), 0);
                Some(empty)
            }
            (Some(StrPart::Text(text)), None) => Some(text),
            _ => None,
        }
    }

    /// The parts, in order: no two texts stand next to each other, and no text is empty.
    ///
    /// In a `"""` string the line end after the opening quotes is dropped, the indentation that all lines share (that of
    /// the closing quotes included, if they stand on a line of their own) too, and `\r\n` is `\n`. The line end before
    /// closing quotes on a line of their own stays.
    pub fn decode(&self) -> Vec<StrPart> {
        let style = self.style();
        let indentation = if style.triple { self.indentation() } else { 0 };
        let mut parts: Vec<StrPart> = Vec::new();
        let mut at_line_start = style.triple;
        let mut first = true;
        let mut texts = self.syntax().children_with_tokens().peekable();
        while let Some(element) = texts.next() {
            match element {
                SyntaxElement::Token(token) if token.kind() == STR_TEXT => {
                    let mut source = usize::from(token.text_range().start());
                    let mut text = token.text();
                    if style.triple && first {
                        let blank = blank_first_line(text);
                        source += blank;
                        text = &text[blank..];
                        at_line_start = blank > 0;
                    }
                    let last = !matches!(texts.peek(), Some(SyntaxElement::Node(_)));
                    let mut decoded = DecodedText::default();
                    if style.triple {
                        let cut = if last {
                            closing_indentation(text, at_line_start)
                        } else {
                            0
                        };
                        decode_lines(
                            &text[..text.len() - cut],
                            source,
                            style,
                            indentation,
                            at_line_start,
                            &mut decoded,
                        );
                    } else {
                        decode_text(text, source, style, &mut decoded);
                    }
                    at_line_start = false;
                    if !decoded.text.is_empty() {
                        parts.push(StrPart::Text(decoded));
                    }
                    first = false;
                }
                SyntaxElement::Node(node) => {
                    if let Some(interpolation) = Interpolation::cast(node) {
                        parts.push(StrPart::Interpolation(interpolation));
                    }
                    at_line_start = false;
                    first = false;
                }
                SyntaxElement::Token(_) => {}
            }
        }
        parts
    }

    /// How many bytes of white space all lines of a `"""` string begin with.
    fn indentation(&self) -> usize {
        let mut least: Option<usize> = None;
        let mut first = true;
        for element in self.syntax().children_with_tokens() {
            let SyntaxElement::Token(token) = element else {
                first = false;
                continue;
            };
            if token.kind() != STR_TEXT {
                continue;
            }
            let mut lines = token.text().split('\n').peekable();
            // The text before the first line end stands behind the quotes or an interpolation.
            let head = lines.next().unwrap_or("");
            if first && !head.trim().is_empty() {
                least = Some(0);
            }
            first = false;
            while let Some(line) = lines.next() {
                let is_last = lines.peek().is_none();
                let width = line.len() - line.trim_start_matches([' ', '\t']).len();
                let blank = line.trim().is_empty();
                // A blank line says nothing, but the line of the closing quotes or of an interpolation does.
                if !blank || is_last {
                    least = Some(least.map_or(width, |least| least.min(width)));
                }
            }
        }
        least.unwrap_or(0)
    }
}

/// The length of a blank rest of the line behind opening `"""`, with its line end.
fn blank_first_line(text: &str) -> usize {
    match text.find('\n') {
        Some(end) if text[..end].trim().is_empty() => end + 1,
        _ => 0,
    }
}

/// The length of the white space before closing `"""` that stand on a line of their own.
fn closing_indentation(text: &str, at_line_start: bool) -> usize {
    let line = match text.rfind('\n') {
        Some(end) => &text[end + 1..],
        None if at_line_start => text,
        None => return 0,
    };
    if line.chars().all(|c| c == ' ' || c == '\t') {
        line.len()
    } else {
        0
    }
}

fn decode_lines(
    text: &str,
    source: usize,
    style: Style,
    indentation: usize,
    mut at_line_start: bool,
    decoded: &mut DecodedText,
) {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let mut content = line;
        if at_line_start {
            let width = content.len() - content.trim_start_matches([' ', '\t']).len();
            content = &content[width.min(indentation)..];
        }
        let start = offset + (line.len() - content.len());
        match content.strip_suffix("\r\n") {
            Some(body) => {
                decode_text(body, source + start, style, decoded);
                decoded.push_escape("\n", source + start + body.len(), 2);
            }
            None => decode_text(content, source + start, style, decoded),
        }
        offset += line.len();
        at_line_start = true;
    }
}

fn decode_text(text: &str, source: usize, style: Style, decoded: &mut DecodedText) {
    if style.raw {
        return decoded.push_literal(text, source);
    }
    let mut rest = text;
    let mut at = source;
    while let Some(backslash) = rest.find('\\') {
        decoded.push_literal(&rest[..backslash], at);
        at += backslash;
        rest = &rest[backslash..];
        let (len, value) = escape(rest);
        match value {
            Some(value) => decoded.push_escape(value.encode_utf8(&mut [0; 4]), at, len),
            // Reported by the lexer; the text stands for itself.
            None => decoded.push_literal(&rest[..len], at),
        }
        at += len;
        rest = &rest[len..];
    }
    decoded.push_literal(rest, at);
}

/// The escape at the start of a text: its length and, if there is such an escape, its value.
fn escape(text: &str) -> (usize, Option<char>) {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('n') => (2, Some('\n')),
        Some('t') => (2, Some('\t')),
        Some(c @ ('"' | '\\')) => (2, Some(c)),
        Some('u') => {
            let digits = text[2..]
                .strip_prefix('{')
                .and_then(|rest| rest.split_once('}'))
                .map(|(digits, _)| digits);
            match digits {
                Some(digits)
                    if (1..=6).contains(&digits.len())
                        && digits.bytes().all(|b| b.is_ascii_hexdigit()) =>
                {
                    (
                        4 + digits.len(),
                        u32::from_str_radix(digits, 16)
                            .ok()
                            .and_then(char::from_u32),
                    )
                }
                _ => (2, None),
            }
        }
        Some(c) => (1 + c.len_utf8(), None),
        None => (1, None),
    }
}
