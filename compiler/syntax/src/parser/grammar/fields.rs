//! Fields, key paths and guards: a block goes into, `=` replaces, `+=` appends.

use super::*;

pub(super) const FIELD_ENTRIES: Body = Body::of("a field", &[]);

/// `fields ::= '{' sep? ( field ( sep field )* sep? )? '}'`
pub(super) fn fields(p: &mut Parser<'_>, what: &str) -> bool {
    if !expect_brace(p, what) {
        return false;
    }
    let marker = p.start();
    p.nested(|p| blocks::block(p, &FIELD_ENTRIES, field));
    p.complete(marker, FIELDS);
    true
}

/// `fields?`
pub(super) fn optional_fields(p: &mut Parser<'_>) {
    if p.at(L_BRACE) {
        fields(p, "");
    }
}

/// The current token is `{`, or an error says that it is missing. A `{` on the next line is told and taken.
pub(super) fn expect_brace(p: &mut Parser<'_>, what: &str) -> bool {
    if p.at(L_BRACE) {
        return true;
    }
    if p.at(NEWLINE) && p.token().kind == L_BRACE {
        slips::brace_on_next_line(p);
        return true;
    }
    p.expected(what);
    false
}

/// `field ::= keypath ( '=' | '+=' ) expr guard? | keypath fields guard? | '..' expr guard?`
pub(super) fn field(p: &mut Parser<'_>) {
    let marker = p.start();
    if let Some(kind) = field_in_node(p) {
        p.complete(marker, kind);
    }
}

/// A field, in a node that is open already; none if the current token starts no field.
pub(super) fn field_in_node(p: &mut Parser<'_>) -> Option<SyntaxKind> {
    match p.current() {
        DOT_DOT => {
            p.bump();
            expressions::value(p, "a record after `..`");
            guard(p);
            Some(SPREAD)
        }
        IDENT if slips::starts_unknown_clause(p) => None,
        IDENT | STR_START | L_BRACKET | INDEX_OPEN => {
            keypath(p);
            setting(p);
            Some(FIELD)
        }
        _ => None,
    }
}

/// What a field says after its key path.
fn setting(p: &mut Parser<'_>) {
    match p.current() {
        EQ | PLUS_EQ => {
            p.bump();
            expressions::value(p, "a value");
            guard(p);
        }
        L_BRACE => {
            fields(p, "");
            guard(p);
        }
        NEWLINE if p.token().kind == L_BRACE => {
            slips::brace_on_next_line(p);
            fields(p, "");
            guard(p);
        }
        COLON => slips::colon_for_equals(p),
        EQ_EQ => slips::double_equals(p),
        _ => slips::key_without_value(p),
    }
}

/// `guard ::= 'when' expr`, if one stands here.
pub(super) fn guard(p: &mut Parser<'_>) {
    if !p.at_word(Word::When) {
        return;
    }
    let marker = p.start();
    p.bump_keyword();
    expressions::value(p, "a condition after `when`");
    p.complete(marker, GUARD);
}

/// `keypath ::= key ( '.' plainkey | INDEX_OPEN expr ']' )*`
pub(super) fn keypath(p: &mut Parser<'_>) {
    let marker = p.start();
    if matches!(p.current(), L_BRACKET | INDEX_OPEN) {
        bracket_key(p, COMPUTED_KEY);
    } else {
        plain_key(p);
    }
    loop {
        match p.current() {
            DOT => {
                p.bump();
                if !plain_key(p) {
                    p.expected("a key after `.`");
                    break;
                }
            }
            INDEX_OPEN => bracket_key(p, INDEX_KEY),
            _ => break,
        }
    }
    p.complete(marker, KEYPATH);
}

/// `plainkey ::= IDENT | string`
fn plain_key(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    match p.current() {
        IDENT => {
            p.bump();
            p.complete(marker, NAME_KEY);
            true
        }
        STR_START => {
            strings::string(p);
            p.complete(marker, STRING_KEY);
            true
        }
        _ => false,
    }
}

fn bracket_key(p: &mut Parser<'_>, kind: SyntaxKind) {
    let marker = p.start();
    expressions::in_brackets(p, "a key");
    p.complete(marker, kind);
}

/// The current token starts a key path.
pub(super) fn at_key(p: &Parser<'_>, ahead: usize) -> bool {
    matches!(p.nth(ahead), IDENT | STR_START | L_BRACKET)
}

/// `'=' expr`, if it stands here.
pub(super) fn optional_default(p: &mut Parser<'_>) {
    if p.eat(EQ) {
        expressions::value(p, "a value");
    }
}

/// `'=' expr`
pub(super) fn expect_value(p: &mut Parser<'_>, after: &str) {
    if p.at(COLON) {
        return slips::colon_for_equals(p);
    }
    if p.expect(EQ, &format!("`=` and a value after {after}")) {
        expressions::value(p, "a value");
    }
}

/// `a = 1`, `a.b = 1`, `a {`: the words of clauses are fields if one of these follows.
pub(super) fn followed_as_field(p: &Parser<'_>) -> bool {
    matches!(p.next(), EQ | PLUS_EQ | COLON | L_BRACE | DOT | INDEX_OPEN)
}

/// The current token starts a field or clause and no value: said of a line that brackets or an operator leave open.
pub(in crate::parser) fn reads_as_field(p: &Parser<'_>) -> bool {
    let next = p.token_at(p.pos + 1);
    p.at(IDENT)
        && !p.word().is_never_a_name()
        && !next.on_new_line
        && !next.word.continues_value()
        && (matches!(p.next(), EQ | PLUS_EQ | L_BRACE) || clause(p) != Word::Other)
}

/// The clause whose word is the current token, if that word starts one here: what follows must be able to go on with it.
pub(super) fn clause(p: &Parser<'_>) -> Word {
    use Word::*;
    let word = p.word();
    if word == Other || (word != Edge && followed_as_field(p)) {
        return Other;
    }
    let next = p.next();
    let starts = match word {
        Needs | Calls | Expose | Patch | Emit | Let | Input | Output | Service | Resource
        | External | Environment | Team | System | Enforce | Stage | Step | Slot | For => {
            next == IDENT
        }
        In => matches!(next, IDENT | L_BRACKET),
        Renamed => p.nth_word(1) == From,
        Edge => next == L_BRACE,
        Require | Expect => expressions::can_start(next),
        Rename | Move | Drop | Set => at_key(p, 1),
        _ => false,
    };
    if starts { word } else { Other }
}
