//! Instructions to text: decides which groups fit on their line.

use std::ops::Range;

use super::MAX_WIDTH;

const INDENTATION: usize = 2;

/// An instruction for the printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// A piece of the source.
    Text(Range<usize>),
    /// A comment, which ends its line.
    Comment(Range<usize>),
    /// Text of the formatter's own.
    Str(&'static str),
    /// A group opens: all its lines break, or none does. They must if it is `forced`. A line in which a group with
    /// `own_line` follows another is broken there first.
    Begin {
        forced: bool,
        own_line: bool,
    },
    End,
    Indent,
    Dedent,
    /// An entry begins. All its lines after the first are indented once, from the first `Continue` on.
    ScopeStart,
    /// The same for what stands in broken parentheses: all its lines are indented by them already.
    LevelScopeStart,
    ScopeEnd,
    /// A line of the innermost entry breaks.
    Continue,
    /// Lines of the innermost entry break if the group is broken.
    ContinueIfBroken,
    /// The lines that follow are no longer indented as lines of the innermost entry.
    Settle,
    /// A line break if the group is broken, and else this text.
    Line {
        flat: &'static str,
        blank: bool,
    },
    /// A line break.
    Newline {
        blank: bool,
    },
    IfBroken(&'static str),
    IfFlat(&'static str),
}

/// Prints the instructions; ranges in them are of `source`.
pub(super) fn print(source: &str, ops: &[Op], ends_as_it_is: bool) -> String {
    let mut printer = Printer {
        source,
        out: String::with_capacity(source.len()),
        column: 0,
        depth: 0,
        line_depth: 0,
        scopes: Vec::new(),
        at_line_start: true,
        token_end: 0,
    };
    // Whether the groups that are open are broken, the innermost last.
    let mut broken: Vec<bool> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let in_broken = broken.last().copied().unwrap_or(true);
        match op {
            Op::Text(range) => {
                printer.text(&source[range.clone()]);
                printer.token_end = printer.out.len();
            }
            Op::Comment(range) => printer.text(source[range.clone()].trim_end()),
            Op::Str(text) => printer.text(text),
            Op::Begin { forced, .. } => {
                broken.push(in_broken && (*forced || !printer.fits(&ops[index + 1..])));
            }
            Op::End => {
                broken.pop();
            }
            Op::Indent => printer.depth += 1,
            Op::Dedent => printer.depth = printer.depth.saturating_sub(1),
            Op::ScopeStart => printer.scopes.push(Scope::FirstLine),
            Op::LevelScopeStart => printer.scopes.push(Scope::Level),
            Op::ScopeEnd => {
                printer.settle();
                printer.scopes.pop();
            }
            Op::Continue => printer.continue_entry(),
            Op::ContinueIfBroken if in_broken => printer.continue_entry(),
            Op::Settle => printer.settle(),
            Op::Line { blank, .. } if in_broken => printer.newline(*blank),
            Op::Line { flat, .. } => printer.text(flat),
            Op::Newline { blank } => printer.newline(*blank),
            Op::IfBroken(text) if in_broken => printer.text(text),
            Op::IfFlat(text) if !in_broken => printer.text(text),
            Op::IfBroken(_) | Op::IfFlat(_) | Op::ContinueIfBroken => {}
        }
    }
    printer.finish(ends_as_it_is)
}

/// How the lines of an entry are indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// It has one line so far.
    FirstLine,
    /// Its lines after the first are indented.
    Indented,
    /// All its lines are on one level.
    Level,
}

struct Printer<'s> {
    source: &'s str,
    out: String,
    column: usize,
    depth: usize,
    /// The entries that are open.
    scopes: Vec<Scope>,
    /// The depth at which the current line began.
    line_depth: usize,
    at_line_start: bool,
    /// Where the last piece of the source ends.
    token_end: usize,
}

impl Printer<'_> {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.at_line_start {
            self.at_line_start = false;
            self.column = self.line_depth * INDENTATION;
            self.out.extend(std::iter::repeat_n(' ', self.column));
        }
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(end) => self.column = width(&text[end + 1..]),
            None => self.column += width(text),
        }
    }

    /// Ends the line. A token that ends with a carriage return would lose it to the line end: the pair is one.
    fn end_line(&mut self) {
        if self.out.ends_with('\r') {
            self.out.push('\r');
        }
        self.out.push('\n');
    }

    fn newline(&mut self, blank: bool) {
        self.end_line();
        if blank {
            self.out.push('\n');
        }
        self.at_line_start = true;
        self.line_depth = self.depth;
    }

    fn continue_entry(&mut self) {
        if let Some(scope @ Scope::FirstLine) = self.scopes.last_mut() {
            *scope = Scope::Indented;
            self.depth += 1;
        }
    }

    fn settle(&mut self) {
        if let Some(scope @ Scope::Indented) = self.scopes.last_mut() {
            *scope = Scope::FirstLine;
            self.depth = self.depth.saturating_sub(1);
        }
    }

    /// The group whose instructions these are fits on the line, with what follows up to the next line break.
    fn fits(&self, ops: &[Op]) -> bool {
        let mut column = if self.at_line_start {
            self.line_depth * INDENTATION
        } else {
            self.column
        };
        // How many groups are open in this one, itself counted, and then of those behind it.
        let (mut open, mut behind) = (1usize, 0usize);
        for op in ops {
            let flat = open > 0 || behind > 0;
            match op {
                Op::Text(range) => {
                    let text = &self.source[range.clone()];
                    match text.find('\n') {
                        Some(end) => return column + width(&text[..end]) <= MAX_WIDTH,
                        None => column += width(text),
                    }
                }
                Op::Str(text) => column += width(text),
                Op::Line { flat: text, .. } | Op::IfFlat(text) if flat => column += width(text),
                Op::IfBroken(text) if !flat => column += width(text),
                // A comment ends the line and may be as long as it is.
                Op::Line { .. }
                | Op::Newline { .. }
                | Op::Comment(_)
                | Op::Begin { forced: true, .. } => break,
                Op::Begin { .. } if open > 0 => open += 1,
                Op::Begin { own_line: true, .. } => break,
                Op::Begin { .. } => behind += 1,
                Op::End if open > 0 => open -= 1,
                Op::End => behind = behind.saturating_sub(1),
                _ => {}
            }
            if column > MAX_WIDTH {
                return false;
            }
        }
        column <= MAX_WIDTH
    }

    /// The file ends with one line end. White space that a token ends with is not the formatter's.
    fn finish(mut self, ends_as_it_is: bool) -> String {
        if !ends_as_it_is {
            let end = self.out.trim_end_matches(['\n', '\r', ' ', '\t']).len();
            self.out.truncate(end.max(self.token_end));
            if !self.out.is_empty() {
                self.end_line();
            }
        }
        self.out
    }
}

/// The columns that a text takes.
fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}
