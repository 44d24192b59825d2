//! What all blocks and lists share: entries, what separates them, and how an unclosed one is told.

use super::*;
use crate::parser::recovery::closer_of;

/// What a kind of block consists of.
pub(super) struct Body {
    /// What an entry is called in an error.
    pub(super) what: &'static str,
    /// The words that start an entry other than a field.
    pub(super) clauses: &'static [Word],
    /// The declarations that may stand in it.
    pub(super) items: &'static [Word],
}

impl Body {
    /// A block without declarations in it.
    pub(super) const fn of(what: &'static str, clauses: &'static [Word]) -> Self {
        Body {
            what,
            clauses,
            items: &[],
        }
    }
}

/// `'{' sep? ( entry ( sep entry )* sep? )? '}'`, when the current token is `{`.
/// An `entry` that takes no token is passed over with an error.
pub(super) fn block(
    p: &mut Parser<'_>,
    body: &'static Body,
    mut entry: impl FnMut(&mut Parser<'_>),
) {
    let open = p.pos;
    p.bump();
    let outer = p.set_in_block(true);
    p.closers.push(R_BRACE);
    p.clauses.push(body.clauses);
    loop {
        p.pass_separators();
        if p.at(R_BRACE) || p.at_end() || wanted_outside(p) {
            break;
        }
        if ends_unclosed(p, body, open) {
            break;
        }
        let before = p.pos;
        entry(p);
        if p.pos == before {
            slips::not_an_entry(p, body.what);
        }
        end_of_entry(p, Some(open));
        if p.pos == before {
            p.bump_as_error();
        }
    }
    p.clauses.pop();
    p.closers.pop();
    close(p, open);
    p.set_in_block(outer);
}

/// The closing brace of this block was forgotten: what stands here belongs further out. That is so for declarations,
/// and for clauses that an outer block takes, if they are indented no further than the line of the opening brace.
fn ends_unclosed(p: &Parser<'_>, body: &Body, open: usize) -> bool {
    if p.at_item_start() {
        return !body.items.contains(&p.word());
    }
    if p.word() == Word::Other || !p.token().on_new_line {
        return false;
    }
    let word = fields::clause(p);
    word != Word::Other
        && !body.clauses.contains(&word)
        && p.clauses.iter().any(|outer| outer.contains(&word))
        && indentation(p, p.pos) <= indentation(p, open)
}

/// Takes the closing bracket of the one at `open`, or reports that it is missing.
pub(super) fn close(p: &mut Parser<'_>, open: usize) {
    let closer = closer_of(p.tokens[open].kind);
    if p.token().kind == closer && !p.at_end() {
        p.pass_line_end();
        p.bump();
        return;
    }
    p.report_behind_stray(|p| {
        let (opening, closing) = (p.text_of(open), closing_text(closer));
        let error = SyntaxError::new(
            codes::UNCLOSED,
            p.range_of(open),
            format!("this `{opening}` is never closed"),
        )
        .label("opened here");
        let help = format!("add the `{closing}` that closes it");
        if p.pos >= p.tokens.len() - 1 {
            error.help(format!("{help}; the file ends first"))
        } else {
            let (range, found) = p.found();
            error
                .help(help)
                .also(range, format!("expected `{closing}` before {found}"))
        }
    });
}

fn closing_text(kind: SyntaxKind) -> &'static str {
    match kind {
        R_BRACE => "}",
        R_BRACKET => "]",
        _ => ")",
    }
}

/// An entry is over: a line end, a comma or the end of the block must come. `block` is the bracket of the block.
pub(super) fn end_of_entry(p: &mut Parser<'_>, block: Option<usize>) {
    match p.current() {
        NEWLINE | COMMA | EOF => {}
        R_BRACE if block.is_some() => {}
        R_BRACE | R_PAREN | R_BRACKET if wanted_outside(p) => {}
        R_BRACE | R_PAREN | R_BRACKET => stray_closer(p),
        // The entry is complete, so a line end that an open word joined away separates it all the same.
        _ if p.token().on_new_line => {}
        _ => {
            slips::not_separated(p);
        }
    }
}

fn stray_closer(p: &mut Parser<'_>) {
    p.report(|p| {
        let text = p.text_of(p.pos);
        SyntaxError::new(
            codes::STRAY_CLOSER,
            p.range_of(p.pos),
            format!("this `{text}` closes nothing"),
        )
        .label("no bracket is open")
        .replace_with("remove it", "")
    });
    p.bump_as_error();
}

/// `open item ( ',' item )* ','? close`, when the current token is the opening bracket. Line ends mean nothing inside.
pub(super) fn bracketed(
    p: &mut Parser<'_>,
    closer: SyntaxKind,
    what: &str,
    mut item: impl FnMut(&mut Parser<'_>),
) {
    let open = p.pos;
    let mut list = Bracketed {
        open,
        closer,
        indentation: None,
    };
    p.bump();
    let outer = p.set_in_block(false);
    p.closers.push(closer);
    while !list.ends(p) {
        let before = p.pos;
        if p.at(COMMA) {
            p.expected(what);
        } else {
            item(p);
            if p.pos == before {
                p.expected(what);
                p.skip_while(|_, kind| kind != closer);
            }
        }
        if p.eat(COMMA) {
            continue;
        }
        if list.ends(p) {
            break;
        }
        slips::missing_comma(p, closer);
        if p.pos == before {
            p.bump_as_error();
        }
    }
    list.close(p);
    p.set_in_block(outer);
}

/// `open item close`: brackets around one thing.
pub(super) fn enclosed(p: &mut Parser<'_>, closer: SyntaxKind, item: impl FnOnce(&mut Parser<'_>)) {
    let open = p.pos;
    let mut list = Bracketed {
        open,
        closer,
        indentation: None,
    };
    p.bump();
    let outer = p.set_in_block(false);
    p.closers.push(closer);
    item(p);
    if !list.ends(p) {
        slips::not_closed_here(p, closer);
        let first = p.pos;
        while !list.ends(p) && (p.pos == first || !p.token().on_new_line) {
            p.skip_while(|p, kind| kind != closer && (p.pos == first || !p.token().on_new_line));
            if !p.at(COMMA) {
                break;
            }
            p.bump_as_error();
        }
        // That the bracket stays open follows from what was told.
        p.last_error_at = p.pos;
    }
    list.close(p);
    p.set_in_block(outer);
}

/// Brackets in which line ends mean nothing, while they are open.
struct Bracketed {
    open: usize,
    closer: SyntaxKind,
    /// The indentation of the line of the opening bracket, once it was needed.
    indentation: Option<usize>,
}

impl Bracketed {
    fn ends(&mut self, p: &Parser<'_>) -> bool {
        matches!(p.current(), EOF | NEWLINE | R_BRACE | R_BRACKET | R_PAREN) || self.left_open(p)
    }

    /// The closing bracket was forgotten: the next line reads as a field or declaration. In a call `a = 1` is an
    /// argument too, so there it must also stand no further right than the line of the call.
    fn left_open(&mut self, p: &Parser<'_>) -> bool {
        if !p.token().on_new_line {
            return false;
        }
        let reads_as_field = reads_as_field(p);
        if !reads_as_field || p.tokens[self.open].kind != CALL_OPEN {
            return reads_as_field;
        }
        let outer = *self
            .indentation
            .get_or_insert_with(|| indentation(p, self.open));
        indentation(p, p.pos) <= outer
    }

    fn close(self, p: &mut Parser<'_>) {
        p.closers.pop();
        let wrong_bracket =
            matches!(p.current(), R_BRACKET | R_PAREN) && !p.at(self.closer) && !wanted_outside(p);
        close(p, self.open);
        if wrong_bracket {
            // `[1, 2)`: meant to close this one.
            p.bump_as_error();
        }
    }
}

/// How far the line is indented on which the token stands. Lines of a string that it stands behind do not count.
fn indentation(p: &Parser<'_>, index: usize) -> usize {
    let first_of_line = (0..=index)
        .rev()
        .find(|at| p.tokens[*at].on_new_line)
        .unwrap_or(0);
    let before = &p.text[..p.token_at(first_of_line).start as usize];
    before.len() - before.rfind('\n').map_or(0, |end| end + 1)
}

/// The current token closes a bracket further out.
fn wanted_outside(p: &Parser<'_>) -> bool {
    p.closers.contains(&p.current())
}
