//! Types and what they are declared with.

use super::*;

const DECLARED_FIELDS: Body = Body::of("a field like `name: type`", &[]);
const VARIANTS: Body = Body::of("a variant", &[]);

/// `':' type`, when a type must stand here.
pub(super) fn type_annotation(p: &mut Parser<'_>, after: &str) {
    if p.expect(COLON, &format!("`:` and a type after {after}")) {
        type_(p);
    }
}

/// `type ::= typeatom '?'? ( 'in' sum '..' sum | 'matching' string )?`
pub(super) fn type_(p: &mut Parser<'_>) {
    p.nested(|p| {
        if !at_type(p) {
            return slips::no_type(p);
        }
        let marker = p.start();
        simple_type(p);
        while p.eat(PIPE) {
            if at_type(p) {
                simple_type(p);
            } else {
                p.expected("a type after `|`");
            }
        }
        p.eat(QUESTION);
        refinement(p);
        p.complete(marker, TYPE);
    });
}

fn at_type(p: &Parser<'_>) -> bool {
    matches!(p.current(), IDENT | STR_START | L_BRACE)
}

/// `simpletype ::= path ( '<' type ( ',' type )* '>' )? | recordtype | string`
fn simple_type(p: &mut Parser<'_>) {
    let marker = p.start();
    match p.current() {
        STR_START => {
            strings::string(p);
            p.complete(marker, LITERAL_TYPE);
        }
        L_BRACE => record_type(p),
        _ => {
            path(p, "a type");
            if p.at(LT) {
                type_arguments(p);
            } else if p.at(INDEX_OPEN) {
                slips::bracketed_type(p);
            }
            p.complete(marker, PATH_TYPE);
        }
    }
}

fn type_arguments(p: &mut Parser<'_>) {
    let marker = p.start();
    let open = p.pos;
    p.bump();
    loop {
        type_(p);
        if !p.eat(COMMA) {
            break;
        }
    }
    if !p.eat(GT) {
        p.report(|p| {
            let (range, found) = p.found();
            let error = SyntaxError::new(
                codes::UNCLOSED,
                range,
                format!("expected `>` after the type, found {found}"),
            )
            .also(p.range_of(open), "this `<` is open");
            if p.at(GT_EQ) {
                error
                    .help("put a space between `>` and `=`")
                    .replace_with("put a space", "> =")
            } else {
                error
            }
        });
    }
    p.complete(marker, TYPE_ARGS);
}

fn refinement(p: &mut Parser<'_>) {
    let marker = p.start();
    match p.word() {
        Word::In => {
            p.bump_keyword();
            expressions::bound(p, "the lower bound, as in `in 1..50`");
            if p.expect(DOT_DOT, "`..` and the upper bound, as in `in 1..50`") {
                expressions::bound(p, "the upper bound");
            }
            p.complete(marker, IN_REFINEMENT);
        }
        Word::Matching => {
            p.bump_keyword();
            strings::expect_string(p, "a regular expression in quotes");
            p.complete(marker, MATCHING_REFINEMENT);
        }
        _ => {}
    }
}

/// `recordtype ::= '{' sep? ( fielddecl ( sep fielddecl )* sep? )? '}'`
pub(super) fn record_type(p: &mut Parser<'_>) {
    let marker = p.start();
    p.nested(|p| blocks::block(p, &DECLARED_FIELDS, field_declaration));
    p.complete(marker, RECORD_TYPE);
}

/// `fielddecl ::= IDENT ':' type ( '=' expr )?`
fn field_declaration(p: &mut Parser<'_>) {
    if !p.at(IDENT) {
        return;
    }
    let marker = p.start();
    p.bump();
    if p.at(EQ) {
        slips::equals_for_colon(p);
    } else {
        type_annotation(p, "the name of the field");
        fields::optional_default(p);
    }
    p.complete(marker, FIELD_DECL);
}

/// `'type' IDENT '=' type`
pub(super) fn type_declaration(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the type");
    if p.expect(EQ, "`=` and a type") {
        type_(p);
    }
    TYPE_DECL
}

/// `'enum' IDENT '{' sep? variant ( sep variant )* sep? '}'`
pub(super) fn enumeration(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the enum");
    if fields::expect_brace(p, "`{` and the variants") {
        let body = p.start();
        blocks::block(p, &VARIANTS, variant);
        p.complete(body, ENUM_BODY);
    }
    ENUM
}

/// `variant ::= IDENT ( CALL_OPEN param ( ',' param )* ','? ')' )?`
fn variant(p: &mut Parser<'_>) {
    if !p.at(IDENT) {
        return;
    }
    let marker = p.start();
    p.bump();
    if matches!(p.current(), CALL_OPEN | L_PAREN) {
        parameters(p);
    }
    p.complete(marker, VARIANT);
}

/// `'let' IDENT ( ':' type )? '=' expr`
pub(super) fn let_(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name after `let`");
    if p.eat(COLON) {
        type_(p);
    }
    fields::expect_value(p, "the name");
    LET
}

/// `'fn' IDENT CALL_OPEN ( param ( ',' param )* ','? )? ')' ':' type '=' expr`
pub(super) fn function(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    p.expect_name("a name for the function");
    if matches!(p.current(), CALL_OPEN | L_PAREN) {
        parameters(p);
    } else {
        p.expected("`(` and the parameters");
    }
    type_annotation(p, "the parameters");
    fields::expect_value(p, "the type");
    FN
}

fn parameters(p: &mut Parser<'_>) {
    let marker = p.start();
    blocks::bracketed(p, R_PAREN, "a parameter like `name: type`", parameter);
    p.complete(marker, PARAM_LIST);
}

/// `param ::= IDENT ':' type ( '=' expr )?`
fn parameter(p: &mut Parser<'_>) {
    if !p.at(IDENT) || p.word().is_never_a_name() {
        return;
    }
    let marker = p.start();
    p.bump();
    type_annotation(p, "the name of the parameter");
    fields::optional_default(p);
    p.complete(marker, PARAM);
}
