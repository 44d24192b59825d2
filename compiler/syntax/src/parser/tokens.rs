//! The parser's view of the tokens: without trivia, with the line ends that mean something as flags.

use super::words::Word;
use crate::{
    SyntaxKind::{self, *},
    lexer::Lexed,
};

/// What the lexer reported between two tokens, as far as it matters for the line end there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stray {
    None,
    /// An operator of another language: the line goes on, as with the right one.
    Operator,
    /// Anything else, at the end of the line.
    Other,
}

/// A token that the grammar sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    pub(super) kind: SyntaxKind,
    /// The role its text may have; [`Word::Other`] for all but names.
    pub(super) word: Word,
    /// A line ends before it, in a way that ends an entry of a block [A15].
    pub(super) ends_line: bool,
    /// It starts a line and surely a declaration: a word and the shape that only a declaration has. No bracket that is
    /// still open can reach over it.
    pub(super) starts_item: bool,
    /// A line ends before it, whatever that means.
    pub(super) on_new_line: bool,
    /// Text that the lexer reported stands between the token before it and this one.
    pub(super) after_error: bool,
    /// What of it matters for a line end before this token.
    stray: Stray,
    /// White space or more stands before it.
    pub(super) spaced: bool,
    /// Its index among all tokens.
    pub(super) raw: u32,
    /// Where it starts.
    pub(super) start: u32,
    /// Its length.
    pub(super) len: u32,
}

/// All tokens that the grammar sees, ended by an `EOF`.
pub(super) struct Inputs {
    pub(super) tokens: Vec<Input>,
    /// Per `INTERP_START`, in their order: the index of the token that ends the interpolation.
    pub(super) interpolation_ends: Vec<(usize, usize)>,
}

/// Drops the trivia and decides which line ends count.
pub(super) fn inputs(text: &str, lexed: &Lexed) -> Inputs {
    let mut tokens: Vec<Input> = Vec::with_capacity(lexed.tokens.len() / 2 + 1);
    let mut interpolation_ends = Vec::with_capacity(lexed.interpolations.len());
    let mut closes: Vec<(u32, usize)> = Vec::new();
    let mut opened = lexed.interpolations.iter();
    let mut next_opened = opened.next();
    let mut start = 0u32;
    let (mut on_new_line, mut after_error, mut spaced) = (false, false, false);
    // What the lexer reported around the line end decides about the line, not the tokens further away.
    let mut stray = Stray::None;
    let end = crate::lexer::Token { kind: EOF, len: 0 };
    for (raw, token) in lexed.tokens.iter().chain([&end]).enumerate() {
        let raw = u32::try_from(raw).unwrap_or(u32::MAX);
        // An interpolation closed by force may end before a line end or an error, so look at every token.
        while let Some(&(close, slot)) = closes.last()
            && close <= raw
        {
            closes.pop();
            if let Some((_, end)) = interpolation_ends.get_mut(slot) {
                *end = tokens.len();
            }
        }
        match token.kind {
            NEWLINE => on_new_line = true,
            ERROR_TOKEN => {
                after_error = true;
                let from = start as usize;
                stray = match &text[from..from + token.len as usize] {
                    "&&" | "||" => Stray::Operator,
                    _ if on_new_line => stray,
                    _ => Stray::Other,
                };
            }
            kind if kind.is_trivia() => {}
            kind => {
                let from = start as usize;
                let word = match kind {
                    IDENT => Word::of(&text[from..from + token.len as usize]),
                    _ => Word::Other,
                };
                if let Some(interpolation) = next_opened
                    && interpolation.open == raw
                {
                    closes.push((interpolation.close, interpolation_ends.len()));
                    interpolation_ends.push((tokens.len(), usize::MAX));
                    next_opened = opened.next();
                }
                let input = Input {
                    stray,
                    kind,
                    word,
                    ends_line: false,
                    starts_item: false,
                    on_new_line,
                    after_error,
                    spaced,
                    raw,
                    start,
                    len: token.len,
                };
                tokens.push(input);
                (on_new_line, after_error, spaced) = (false, false, false);
                stray = Stray::None;
                start += token.len;
                continue;
            }
        }
        spaced = true;
        start += token.len;
    }
    join_lines(text, &mut tokens);
    Inputs {
        tokens,
        interpolation_ends,
    }
}

/// Sets `ends_line` where a line end is not joined away by the tokens around it, and `starts_item`.
fn join_lines(text: &str, tokens: &mut [Input]) {
    for index in 0..tokens.len() {
        if !tokens[index].on_new_line && index > 0 {
            continue;
        }
        let joined = match tokens[index].stray {
            Stray::None => index > 0 && leaves_line_open(tokens, index - 1),
            Stray::Operator => true,
            Stray::Other => false,
        };
        let starts_item = starts_item(text, tokens, index);
        tokens[index].starts_item = starts_item;
        tokens[index].ends_line = starts_item || (!joined && !continues_line(tokens, index));
    }
}

fn starts_item(text: &str, tokens: &[Input], index: usize) -> bool {
    let token = &tokens[index];
    if token.kind == AT {
        return annotation_leads_to_item(text, tokens, index);
    }
    let Some(next) = tokens.get(index + 1).filter(|next| !next.on_new_line) else {
        return false;
    };
    match token.word {
        Word::Pub => next.word.starts_named_item() || next.word == Word::Let,
        Word::Test => next.kind == STR_START,
        // `[defaults for x in xs]` is a list, and such a line is indented.
        Word::Defaults => next.word == Word::For && is_at_margin(text, token),
        word if word.starts_named_item() => next.kind == IDENT && !next.word.continues_value(),
        _ => false,
    }
}

fn is_at_margin(text: &str, token: &Input) -> bool {
    token.start == 0 || text.as_bytes().get(token.start as usize - 1) == Some(&b'\n')
}

/// Entries of capabilities have annotations too, so look behind them, but not far.
fn annotation_leads_to_item(text: &str, tokens: &[Input], at: usize) -> bool {
    let mut open = 0usize;
    for index in at..tokens.len().min(at + 64) {
        let token = &tokens[index];
        match token.kind {
            CALL_OPEN | L_PAREN => open += 1,
            R_PAREN => open = open.saturating_sub(1),
            _ if open > 0 => {}
            IDENT if tokens[index - 1].kind == AT => {}
            IDENT => return starts_item(text, tokens, index),
            AT => {}
            _ => return false,
        }
    }
    false
}

/// `>` is not in this list although a comparison may end a line with it: it also ends a type, as in `list<int>`.
/// The parser joins the line itself after the operator.
fn leaves_line_open(tokens: &[Input], index: usize) -> bool {
    let token = tokens[index];
    match token.kind {
        EQ | PLUS_EQ | COLON | COMMA | L_PAREN | CALL_OPEN | L_BRACKET | INDEX_OPEN | L_BRACE
        | FAT_ARROW | QUESTION_QUESTION | PLUS_PLUS | PLUS | MINUS | STAR | SLASH | EQ_EQ
        | NOT_EQ | LT | LT_EQ | GT_EQ | DOT | QUESTION_DOT => true,
        // A field may have such a name: in `a.in` the line is complete.
        IDENT => {
            token.word.leaves_line_open()
                && !(index > 0 && matches!(tokens[index - 1].kind, DOT | QUESTION_DOT))
        }
        _ => false,
    }
}

fn continues_line(tokens: &[Input], index: usize) -> bool {
    match tokens[index].kind {
        DOT | QUESTION_DOT | QUESTION_QUESTION | PLUS_PLUS => true,
        IDENT if tokens[index].word.continues_line() => {
            !tokens.get(index + 1).is_some_and(|next| {
                matches!(
                    next.kind,
                    EQ | PLUS_EQ | COLON | L_BRACE | DOT | FAT_ARROW | INDEX_OPEN
                )
            })
        }
        _ => false,
    }
}
