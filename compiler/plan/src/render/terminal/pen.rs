//! Writing styled words into lines of a width.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

/// Text that grows line by line.
#[derive(Debug)]
pub(super) struct Pen {
    out: String,
    width: usize,
    colour: bool,
}

/// A line, or several if it does not fit into one, of styled parts.
#[derive(Debug, Default)]
pub(super) struct Line {
    indent: usize,
    hanging: usize,
    parts: Vec<(Style, String)>,
}

impl Line {
    /// A line that begins in column `indent`; what does not fit goes on in column `hanging`.
    pub fn new(indent: usize, hanging: usize) -> Self {
        Self {
            indent,
            hanging,
            parts: Vec::new(),
        }
    }

    /// Adds text without a style.
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.styled(Style::new(), text)
    }

    /// Adds styled text.
    pub fn styled(mut self, style: Style, text: impl Into<String>) -> Self {
        self.parts.push((style, text.into()));
        self
    }

    /// Adds a colon and a space to the text so far.
    pub fn colon(mut self) -> Self {
        if let Some((_, text)) = self.parts.last_mut() {
            text.push_str(": ");
        }
        self
    }

    /// Adds text that fills up to a column.
    pub fn column(self, style: Style, text: &str, width: usize) -> Self {
        let fill = width.saturating_sub(text.width());
        self.styled(style, text).plain(" ".repeat(fill))
    }
}

impl Pen {
    pub fn new(width: usize, colour: bool) -> Self {
        Self {
            out: String::new(),
            width: width.max(40),
            colour,
        }
    }

    /// How many columns remain after an indent.
    pub fn room(&self, indent: usize) -> usize {
        self.width.saturating_sub(indent).max(20)
    }

    pub fn blank(&mut self) {
        self.out.push('\n');
    }

    pub fn finish(self) -> String {
        self.out
    }

    /// Writes a line, broken between words where it is too long. Words of more than a line are broken anywhere.
    pub fn line(&mut self, line: &Line) {
        self.out.push_str(&" ".repeat(line.indent));
        let mut column = line.indent;
        let mut is_fresh = true;
        // Spaces are written before the next word of their line only, so that no line ends with one.
        let mut spaces = 0;
        for (style, text) in &line.parts {
            let mut open = false;
            for word in words(text) {
                if word.starts_with(' ') {
                    spaces += word.len();
                    continue;
                }
                let wide = word.width();
                if column + spaces + wide > self.width {
                    if !is_fresh {
                        self.close(*style, &mut open);
                        self.break_line(line.hanging, &mut column);
                    }
                    spaces = 0;
                }
                if is_fresh || spaces > 0 {
                    self.out.push_str(&" ".repeat(spaces));
                    column += spaces;
                    spaces = 0;
                }
                is_fresh = false;
                self.open(*style, &mut open);
                let first = self.width.saturating_sub(column);
                let others = self.width.saturating_sub(line.hanging);
                for (index, piece) in pieces(word, first, others).enumerate() {
                    if index > 0 {
                        self.close(*style, &mut open);
                        self.break_line(line.hanging, &mut column);
                        self.open(*style, &mut open);
                    }
                    self.out.push_str(piece);
                    column += piece.width();
                }
            }
            self.close(*style, &mut open);
        }
        self.out.push('\n');
    }

    fn break_line(&mut self, hanging: usize, column: &mut usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(hanging));
        *column = hanging;
    }

    fn open(&mut self, style: Style, open: &mut bool) {
        if self.colour && !*open && style != Style::new() {
            self.out.push_str(&style.render().to_string());
            *open = true;
        }
    }

    fn close(&mut self, style: Style, open: &mut bool) {
        if *open {
            self.out.push_str(&style.render_reset().to_string());
            *open = false;
        }
    }
}

/// Words and the spaces between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_space = rest.starts_with(' ');
        let end = rest
            .find(|character: char| (character == ' ') != is_space)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// A word in pieces that are no wider than what is left of a line and then a line, broken after punctuation if there is any.
fn pieces(word: &str, first: usize, others: usize) -> impl Iterator<Item = &str> {
    let mut rest = word;
    let mut width = first;
    std::iter::from_fn(move || {
        let mut used = 0;
        let mut end = rest.len();
        let mut after_punctuation = None;
        for (at, character) in rest.char_indices() {
            used += unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
            if at > 0 && used > width {
                end = after_punctuation.unwrap_or(at);
                break;
            }
            if matches!(character, '.' | '/' | ']' | ',' | ':') {
                after_punctuation = Some(at + character.len_utf8());
            }
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        width = others;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use anstyle::{AnsiColor, Style};

    use super::{Line, Pen};

    #[test]
    fn lines_break_between_words_and_hang() {
        let mut pen = Pen::new(40, false);
        pen.line(
            &Line::new(2, 6)
                .column(Style::new(), "key", 8)
                .plain("some words that do not fit into a line of forty columns"),
        );
        assert_eq!(
            pen.finish(),
            "  key     some words that do not fit\n      into a line of forty columns\n"
        );
    }

    #[test]
    fn long_words_and_wide_letters_stay_inside() {
        let mut pen = Pen::new(40, false);
        pen.line(&Line::new(0, 2).plain("漢".repeat(30)));
        let text = pen.finish();
        assert!(
            text.lines()
                .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 40),
            "{text}"
        );
        assert_eq!(text.matches('漢').count(), 30);
    }

    #[test]
    fn styles_end_before_a_line_does() {
        let mut pen = Pen::new(40, true);
        let red = AnsiColor::Red.on_default();
        pen.line(&Line::new(0, 2).styled(red, "word ".repeat(12)));
        for line in pen.finish().lines() {
            assert_eq!(
                line.matches("\u{1b}[31m").count(),
                line.matches("\u{1b}[0m").count()
            );
        }
    }
}
