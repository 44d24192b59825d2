//! Strings and the expressions inside them.

use super::*;

/// `string ::= STR_START ( STR_TEXT | INTERP_START expr INTERP_END )* STR_END`
pub(super) fn string(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    // A string that stays open ends where the lexer closed it; that is reported already.
    while !p.at_end() {
        match p.token().kind {
            STR_TEXT => p.bump(),
            INTERP_START => interpolation(p),
            STR_END => {
                p.bump();
                break;
            }
            _ => break,
        }
    }
    p.complete(marker, STRING)
}

fn interpolation(p: &mut Parser<'_>) {
    let marker = p.start();
    let end = p.interpolation_end(p.pos);
    p.bump();
    let outer_limit = std::mem::replace(&mut p.limit, end);
    let outer_closers = std::mem::take(&mut p.closers);
    let outer_block = p.set_in_block(false);
    let closed = p.token_at(end).kind == INTERP_END;
    if !closed {
        // The lexer told that it stays open; what is missing or left over in it follows from that.
        p.muted += 1;
    }
    p.nested(|p| expressions::value(p, "a value between `\\(` and `)`"));
    if !p.at_end() {
        p.expected("`)` after the value");
        let rest = p.start();
        while !p.at_end() {
            p.bump();
        }
        p.complete(rest, ERROR);
    }
    if !closed {
        p.muted -= 1;
    }
    p.set_in_block(outer_block);
    p.closers = outer_closers;
    p.limit = outer_limit;
    if closed && p.pos == end {
        p.bump();
    }
    p.complete(marker, INTERPOLATION);
}

/// A string, or an error that says what should stand here.
pub(super) fn expect_string(p: &mut Parser<'_>, what: &str) -> bool {
    if p.at(STR_START) {
        string(p);
        return true;
    }
    p.expected(what);
    false
}
