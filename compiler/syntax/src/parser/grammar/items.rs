//! Declarations at the top of a file, and the facts among them.

use super::*;

const USED_NAMES: Body = Body::of("a name", &[]);
const FACT_ENTRIES: Body = Body::of("a field or `in`", &[Word::In]);

/// `item ::= annotation* 'pub'? decl`
pub(super) fn item(p: &mut Parser<'_>) {
    let marker = p.start();
    while p.at(AT) {
        annotation(p);
    }
    let led_in = p.eat_word(Word::Pub) || !marker.is_empty(&p.events);
    match declaration(p) {
        Some(kind) => {
            p.complete(marker, kind);
        }
        None if led_in => {
            p.expected("a declaration");
            p.complete(marker, ERROR);
        }
        None => {}
    }
}

/// `annotation ::= '@' IDENT call? NL*`
pub(super) fn annotation(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.expect_name("the name of an annotation after `@`");
    if p.at(CALL_OPEN) {
        expressions::arguments(p);
    }
    p.complete(marker, ANNOTATION);
    p.pass_line_end();
}

/// `decl`, by its first word. At the top of a file there are no fields, so the word alone decides.
fn declaration(p: &mut Parser<'_>) -> Option<SyntaxKind> {
    let word = match p.word() {
        Word::Other => slips::misspelt_declaration(p)?,
        word => word,
    };
    by_word(p, word)
}

/// The declaration that `word` starts, when the current token is that word or a misspelling of it.
pub(super) fn by_word(p: &mut Parser<'_>, word: Word) -> Option<SyntaxKind> {
    let kind = match word {
        Word::Use => use_(p),
        Word::Team | Word::System => fact(p, FACT),
        Word::External => fact(p, EXTERNAL),
        Word::Environment => environment(p),
        Word::Service => service::service(p, SERVICE),
        Word::Resource => service::service(p, RESOURCE),
        Word::Capability => capability::capability(p),
        Word::Implementation => capability::implementation(p),
        Word::Defaults => service::defaults(p),
        Word::Extend => extend(p),
        Word::Guardrail => rules::guardrail(p),
        Word::Enforce => rules::enforce(p),
        Word::Waiver => rules::waiver(p),
        Word::Pipeline => rules::pipeline(p),
        Word::Migration => rules::migration(p),
        Word::Test => rules::test(p),
        Word::Type => types::type_declaration(p),
        Word::Enum => types::enumeration(p),
        Word::Let => types::let_(p),
        Word::Fn => types::function(p),
        _ => return None,
    };
    Some(kind)
}

/// Passes what is no declaration, with an error.
pub(super) fn not_an_item(p: &mut Parser<'_>, first_of_run: bool) {
    if !first_of_run {
        // One forgotten or extra brace puts a whole body here: it is told at its first line.
        p.last_error_at = p.pos;
    }
    match p.current() {
        R_BRACE | R_BRACKET | R_PAREN => return,
        IDENT => slips::outside_of_declaration(p),
        MINUS | NEG => slips::yaml_list(p),
        _ => p.expected("a declaration, like `service` or `let`"),
    }
    p.skip_entry();
}

/// `use ::= 'use' path ( '.' '{' sep? IDENT ( sep IDENT )* sep? '}' )? ( 'as' IDENT )?`
fn use_(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    path(p, "what to use, like `std.data.Postgres`");
    if p.at(DOT) && p.next() == L_BRACE {
        p.bump();
        let group = p.start();
        blocks::block(p, &USED_NAMES, |p| {
            p.eat(IDENT);
        });
        p.complete(group, USE_GROUP);
    }
    if p.at_word(Word::As) {
        alias(p);
    }
    USE
}

/// `'as' IDENT`
pub(super) fn alias(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    p.expect_name("a name after `as`");
    p.complete(marker, ALIAS);
}

/// `fact ::= ( 'team' | 'system' ) IDENT ( ':' path )? factbody`, and `external` likewise.
fn fact(p: &mut Parser<'_>, kind: SyntaxKind) -> SyntaxKind {
    let word = p.word().text();
    p.bump_keyword();
    slips::expect_declared_name(p, word);
    capability_clause(p);
    if fields::expect_brace(p, "`{` and the fields") {
        let body = p.start();
        p.nested(|p| {
            blocks::block(p, &FACT_ENTRIES, |p| match fields::clause(p) {
                Word::In => service::in_block(p),
                _ => fields::field(p),
            });
        });
        p.complete(body, FACT_BODY);
    }
    kind
}

/// `environment ::= 'environment' IDENT ( ':' path )? ( 'like' path )? fields`
fn environment(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "environment");
    capability_clause(p);
    if p.at_word(Word::Like) {
        let like = p.start();
        p.bump_keyword();
        path(p, "an environment after `like`");
        p.complete(like, LIKE);
    }
    fields::fields(p, "`{` and the fields");
    ENVIRONMENT
}

/// `extend ::= 'extend' IDENT recordtype`
fn extend(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("the fact to extend, like `environment`");
    if fields::expect_brace(p, "`{` and the fields") {
        types::record_type(p);
    }
    EXTEND
}
