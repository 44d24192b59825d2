//! Services, the resources they share, and the platform's defaults for them.

use super::*;

const SERVICE_ENTRIES: Body = Body::of(
    "a field or a clause like `needs`",
    &[
        Word::Needs,
        Word::Calls,
        Word::Expose,
        Word::In,
        Word::Patch,
        Word::Emit,
        Word::Renamed,
        Word::Let,
    ],
);

const IN_ENTRIES: Body = Body::of("a field or `patch`", &[Word::Patch]);

/// `'service' IDENT ':' path only? servicebody`, and `resource` likewise.
pub(super) fn service(p: &mut Parser<'_>, kind: SyntaxKind) -> SyntaxKind {
    p.bump_keyword();
    let word = if kind == SERVICE {
        "service"
    } else {
        "resource"
    };
    slips::expect_declared_name(p, word);
    if p.eat(COLON) {
        path(p, "a capability");
    } else if matches!(p.current(), L_BRACE | NEWLINE | EOF) || p.at_word(Word::Only) {
        slips::no_capability(p, word);
    } else {
        p.expected("`:` and a capability");
    }
    only(p);
    if fields::expect_brace(p, "`{` and what the declaration says") {
        let body = p.start();
        p.nested(|p| blocks::block(p, &SERVICE_ENTRIES, entry));
        p.complete(body, SERVICE_BODY);
    }
    kind
}

/// `serviceent ::= field | let | needs | calls | expose | inblock | patch | extra | renamed`
fn entry(p: &mut Parser<'_>) {
    match slips::clause_or_misspelt(p, SERVICE_ENTRIES.clauses) {
        Word::Needs => in_node(p, needs),
        Word::Calls => calls(p),
        Word::Expose => expose(p),
        Word::In => in_block(p),
        Word::Patch => patch(p),
        Word::Emit => extra(p),
        Word::Renamed => renamed(p),
        Word::Let => in_node(p, types::let_),
        _ => fields::field(p),
    }
}

/// `only ::= 'only' 'in' paths`, if it stands here.
pub(super) fn only(p: &mut Parser<'_>) {
    if !p.at_word(Word::Only) {
        return;
    }
    let marker = p.start();
    p.bump_keyword();
    if p.expect_word(Word::In, "`in` and environments after `only`") {
        paths(p, "an environment");
    }
    p.complete(marker, ONLY);
}

/// `needs ::= 'needs' IDENT ( ':' path | '=' ( path | ADDRESS ) ) fields? only?`
pub(super) fn needs(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for what is needed");
    match p.current() {
        COLON => {
            p.bump();
            path(p, "a capability");
        }
        EQ => {
            p.bump();
            if p.at(ADDRESS) {
                let address = p.start();
                p.bump();
                p.complete(address, ADDRESS_LIT);
            } else {
                path(p, "a resource");
            }
        }
        _ => slips::needs_nothing(p),
    }
    fields::optional_fields(p);
    only(p);
    NEEDS
}

/// `calls ::= 'calls' path ( 'as' IDENT )? fields? only?`
fn calls(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    path(p, "what is called");
    slips::several_called(p);
    if p.at_word(Word::As) {
        items::alias(p);
    }
    fields::optional_fields(p);
    only(p);
    p.complete(marker, CALLS);
}

/// `expose ::= 'expose' IDENT ( 'at' expr )? fields? only?`
fn expose(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    p.expect_name("`public` or `internal`");
    if p.eat_word(Word::At) {
        expressions::value(p, "a host after `at`");
    } else if p.at(STR_START) {
        slips::host_without_at(p);
    }
    fields::optional_fields(p);
    only(p);
    p.complete(marker, EXPOSE);
}

/// `inblock ::= 'in' paths '{' sep? ( inent ( sep inent )* sep? )? '}'`
pub(super) fn in_block(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    paths(p, "an environment");
    slips::paths_without_brackets(p);
    if fields::expect_brace(p, "`{` and the values") {
        let body = p.start();
        p.nested(|p| {
            blocks::block(p, &IN_ENTRIES, |p| match fields::clause(p) {
                Word::Patch => patch(p),
                word @ (Word::Needs | Word::Calls | Word::Expose) => slips::edge_in_block(p, word),
                _ => fields::field(p),
            });
        });
        p.complete(body, IN_BODY);
    }
    p.complete(marker, IN_BLOCK);
}

/// `patch ::= 'patch' path 'because' string 'until' DATE only? fields`
fn patch(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    path(p, "the emitted object to change");
    because_until(p);
    only(p);
    fields::fields(p, "`{` and the changes");
    p.complete(marker, PATCH);
}

/// `extra ::= 'emit' IDENT ':' path 'because' string 'until' DATE only? fields`
fn extra(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    p.expect_name("a name for the object");
    if p.expect(COLON, "`:` and the type of the object") {
        path(p, "a type");
    }
    because_until(p);
    only(p);
    fields::fields(p, "`{` and the object");
    p.complete(marker, EXTRA);
}

/// `'because' string 'until' DATE`: the reason and the end of every exception.
fn because_until(p: &mut Parser<'_>) {
    if p.at_word(Word::Because) {
        p.bump_keyword();
        strings::expect_string(p, "the reason in quotes");
    } else {
        slips::no_reason(p);
    }
    if p.at_word(Word::Until) {
        p.bump_keyword();
        if !p.eat(DATE) && !p.eat(BAD_LITERAL) {
            p.expected("a date like `2027-03-01`");
        }
    } else {
        slips::no_end(p);
    }
}

/// `renamed ::= 'renamed' 'from' path`
fn renamed(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    p.expect_word(Word::From, "`from` and the former name");
    path(p, "the former name");
    p.complete(marker, RENAMED);
}

/// `defaults ::= 'defaults' 'for' path ( 'in' paths )? '{' sep? ( defent ( sep defent )* sep? )? '}'`
pub(super) fn defaults(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_word(Word::For, "`for` and a capability");
    path(p, "a capability");
    if p.eat_word(Word::In) {
        paths(p, "an environment");
    }
    if fields::expect_brace(p, "`{` and the values") {
        let body = p.start();
        p.nested(|p| blocks::block(p, &fields::FIELD_ENTRIES, fields::field));
        p.complete(body, DEFAULTS_BODY);
    }
    DEFAULTS
}
