//! The rules of `grammar.ebnf`, one function per rule, one file per subject.

mod blocks;
mod capability;
mod expressions;
mod fields;
mod items;
mod operators;
mod rules;
mod service;
mod slips;
mod strings;
mod types;

use blocks::Body;

pub(super) use fields::reads_as_field;

use super::{Parser, events::Completed, words::Word};
use rowan::TextRange;

use crate::{
    SyntaxKind::{self, *},
    error::{SyntaxError, codes, range_at, size},
};

/// `file ::= sep? ( item ( sep item )* sep? )?`
pub(super) fn file(p: &mut Parser<'_>) {
    let marker = p.start();
    let mut first_of_run = true;
    loop {
        p.pass_separators();
        if p.at_end() {
            break;
        }
        let before = p.pos;
        p.slipped = false;
        items::item(p);
        if p.pos == before {
            items::not_an_item(p, first_of_run);
            first_of_run = false;
        } else {
            first_of_run = true;
        }
        blocks::end_of_entry(p, None);
        if p.pos == before {
            p.bump_as_error();
        }
        if p.slipped {
            let start = p.range_of(before).start();
            p.broken
                .push(TextRange::new(start, size(p.end_of_previous())));
        }
    }
    p.complete(marker, FILE);
}

/// `path ::= IDENT ( '.' IDENT )*`
fn path(p: &mut Parser<'_>, what: &str) -> bool {
    if !p.at(IDENT) {
        p.expected(what);
        return false;
    }
    let marker = p.start();
    p.bump();
    // `use a.{b}` goes on with a group behind the dot.
    while p.at(DOT) && p.next() != L_BRACE {
        p.bump();
        if !p.expect_name("a name after `.`") {
            break;
        }
    }
    p.complete(marker, PATH);
    true
}

/// `paths ::= path | '[' path ( ',' path )* ','? ']'`
fn paths(p: &mut Parser<'_>, what: &str) {
    let marker = p.start();
    if matches!(p.current(), L_BRACKET | INDEX_OPEN) {
        blocks::bracketed(p, R_BRACKET, what, |p| {
            path(p, what);
        });
    } else if !path(p, what) {
        return;
    }
    p.complete(marker, PATHS);
}

/// `( ':' path )?`
fn capability_clause(p: &mut Parser<'_>) {
    if p.eat(COLON) {
        path(p, "a capability");
    }
}

/// Runs a rule that says which kind of node it made.
fn in_node(p: &mut Parser<'_>, rule: impl FnOnce(&mut Parser<'_>) -> SyntaxKind) {
    let marker = p.start();
    let kind = rule(p);
    p.complete(marker, kind);
}
