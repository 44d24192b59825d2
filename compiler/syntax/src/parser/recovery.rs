//! Finding the way back after an error: what may be skipped, and where a declaration surely begins.

use super::{Parser, grammar};
use crate::{
    SyntaxKind::{self, *},
    error::{SyntaxError, codes},
};

impl Parser<'_> {
    /// A declaration starts at the current token. No entry of a body looks like this, so a body in which it stands was
    /// not closed.
    pub(super) fn at_item_start(&self) -> bool {
        self.token().starts_item && self.pos < self.limit
    }

    /// Puts the rest of a broken entry into an error node: up to the end of its line, a comma, the end of the block
    /// around it or the next declaration. Brackets are skipped with what is in them.
    pub(super) fn skip_entry(&mut self) {
        self.skip_while(|_, _| true);
    }

    /// As [`Self::skip_entry`], and also up to any token that `go_on` refuses outside of brackets.
    pub(super) fn skip_while(&mut self, go_on: impl Fn(&Self, SyntaxKind) -> bool) {
        let marker = self.start();
        let mut open: Vec<SyntaxKind> = Vec::new();
        while !self.at_end() {
            let kind = self.token().kind;
            let outside = open.is_empty();
            if outside && (self.at(NEWLINE) || kind == COMMA || !go_on(self, kind)) {
                break;
            }
            let on_later_line = self.token().on_new_line && !marker.is_empty(&self.events);
            if on_later_line
                && (self.at_item_start()
                    || (outside && self.in_block && grammar::reads_as_field(self)))
            {
                break;
            }
            match kind {
                L_BRACE | L_BRACKET | INDEX_OPEN | L_PAREN | CALL_OPEN => {
                    open.push(closer_of(kind));
                }
                R_BRACE | R_BRACKET | R_PAREN => {
                    match open.iter().rposition(|closer| *closer == kind) {
                        Some(index) => open.truncate(index),
                        None => break,
                    }
                }
                _ => {}
            }
            self.bump_with_interpolation();
        }
        if !marker.is_empty(&self.events) {
            self.complete(marker, ERROR);
        }
    }

    /// Takes the current token; an interpolation with all that is in it.
    fn bump_with_interpolation(&mut self) {
        let end = if self.token().kind == INTERP_START {
            self.interpolation_end(self.pos)
        } else {
            self.pos
        };
        self.bump();
        while self.pos < end && !self.at_end() {
            self.bump();
        }
    }

    /// The token that ends the interpolation that starts at `index`.
    pub(super) fn interpolation_end(&self, index: usize) -> usize {
        let found = self
            .interpolation_ends
            .binary_search_by_key(&index, |(open, _)| *open);
        let end = found.map_or(self.limit, |slot| self.interpolation_ends[slot].1);
        end.min(self.limit)
    }

    /// Puts one token that fits nowhere into an error node.
    pub(super) fn bump_as_error(&mut self) {
        let marker = self.start();
        self.bump_with_interpolation();
        self.complete(marker, ERROR);
    }

    /// The current token opens one level too many: reports it once per file and passes the construct without recursion.
    pub(super) fn skip_too_deep(&mut self) {
        if !self.too_deep_reported {
            self.too_deep_reported = true;
            self.report(|p| {
                SyntaxError::new(
                    codes::TOO_DEEP,
                    p.range_of(p.pos),
                    "this is nested too deep",
                )
                .label(format!("level {}", super::MAX_NESTING + 1))
                .help("give the inner parts names with `let`")
            });
        } else {
            self.last_error_at = self.pos;
        }
        if self.at(NEWLINE) {
            return;
        }
        let before = self.pos;
        self.skip_while(|_, kind| !matches!(kind, STR_TEXT | STR_END | INTERP_END));
        if self.pos > before {
            self.last_error_at = self.pos;
        }
    }
}

/// The bracket that closes this one.
pub(super) fn closer_of(opener: SyntaxKind) -> SyntaxKind {
    match opener {
        L_BRACE => R_BRACE,
        L_BRACKET | INDEX_OPEN => R_BRACKET,
        _ => R_PAREN,
    }
}
