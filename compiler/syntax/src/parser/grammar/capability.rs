//! Contracts and the ways to provide them.

use super::*;

const CAPABILITY_ENTRIES: Body = Body::of(
    "a field or a clause like `input`",
    &[
        Word::Input,
        Word::Output,
        Word::Let,
        Word::Edge,
        Word::Require,
        Word::Emit,
        Word::Needs,
    ],
);

/// `capability ::= 'capability' IDENT ( 'is' path ( ',' path )* )? capbody`
pub(super) fn capability(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "capability");
    if p.at_word(Word::Is) {
        let contracts = p.start();
        p.bump_keyword();
        path(p, "a capability after `is`");
        while p.eat(COMMA) {
            path(p, "a capability after `,`");
        }
        p.complete(contracts, CONTRACTS);
    } else if p.at(COLON) {
        slips::colon_for_is(p);
    }
    body(p);
    CAPABILITY
}

/// `implementation ::= 'implementation' IDENT 'of' path guard? capbody`
pub(super) fn implementation(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "implementation");
    if p.expect_word(Word::Of, "`of` and the capability that it provides") {
        path(p, "a capability after `of`");
    }
    fields::guard(p);
    body(p);
    IMPLEMENTATION
}

fn body(p: &mut Parser<'_>) {
    if fields::expect_brace(p, "`{` and what the capability says") {
        let body = p.start();
        p.nested(|p| blocks::block(p, &CAPABILITY_ENTRIES, entry));
        p.complete(body, CAP_BODY);
    }
}

/// `capent ::= annotation* ( capfield | let | input | output | edge | require | emit | needs )`
fn entry(p: &mut Parser<'_>) {
    let marker = p.start();
    while p.at(AT) {
        items::annotation(p);
    }
    let annotated = !marker.is_empty(&p.events);
    let kind = match slips::clause_or_misspelt(p, CAPABILITY_ENTRIES.clauses) {
        Word::Input => Some(input(p)),
        Word::Output => Some(output(p)),
        Word::Let => Some(types::let_(p)),
        Word::Edge => Some(edge(p)),
        Word::Require => Some(require(p)),
        Word::Emit => Some(emit(p)),
        Word::Needs => Some(service::needs(p)),
        _ if slips::undeclared_input(p) => Some(INPUT),
        _ => fields::field_in_node(p),
    };
    match kind {
        Some(kind) => {
            p.complete(marker, kind);
        }
        None if annotated => {
            p.expected("an entry after the annotation");
            p.complete(marker, ERROR);
        }
        None => {}
    }
}

/// `input ::= 'input' IDENT ':' type ( '=' expr )?`
pub(super) fn input(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the input");
    types::type_annotation(p, "the name");
    fields::optional_default(p);
    INPUT
}

/// `output ::= 'output' IDENT ( ':' type )? ( '=' expr )?`
fn output(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the output");
    if p.eat(COLON) {
        types::type_(p);
    }
    fields::optional_default(p);
    OUTPUT
}

/// `edge ::= 'edge' recordtype`
fn edge(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    types::record_type(p);
    EDGE
}

/// `emit ::= 'emit' IDENT ':' path ( 'for' NAME ',' NAME 'in' or )? guard? fields`
fn emit(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the object");
    if p.expect(COLON, "`:` and the type of the object") {
        path(p, "a type");
    }
    if p.at_word(Word::For) {
        let clause = p.start();
        p.bump_keyword();
        expressions::binders(p);
        if p.expect_word(Word::In, "`in` and a map") {
            expressions::operand(p, "a map after `in`");
        }
        p.complete(clause, EMIT_FOR);
    }
    fields::guard(p);
    fields::fields(p, "`{` and the object");
    EMIT
}

/// `require ::= 'require' expr ( 'else' expr )? ( 'fix' keypath '=' expr )*`
pub(super) fn require(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    expressions::value(p, "a condition");
    if p.eat_word(Word::Else) {
        expressions::value(p, "a message after `else`");
    }
    while p.at_word(Word::Fix) {
        let fix = p.start();
        p.bump_keyword();
        if fields::at_key(p, 0) {
            fields::keypath(p);
            fields::expect_value(p, "the path");
        } else {
            p.expected("the path of the value to set");
        }
        p.complete(fix, FIX);
    }
    REQUIRE
}
