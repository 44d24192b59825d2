//! Values.

use super::{
    operators::{Operand, Power, binary},
    *,
};

/// `expr`, or an error that says what should stand here.
pub(super) fn value(p: &mut Parser<'_>, what: &str) {
    if p.in_block && p.token().on_new_line && reads_as_field(p) {
        // `a =` and then the next field: the line end that `=` joins away was meant.
        slips::value_left_out(p, what);
    } else if !expression(p) {
        slips::no_value(p, what);
    }
}

/// `expr ::= 'if' expr 'then' expr 'else' expr | or`; false if no expression starts here.
pub(super) fn expression(p: &mut Parser<'_>) -> bool {
    let before = p.pos;
    let mut found = false;
    p.nested(|p| {
        found = match p.word() {
            Word::If => if_expression(p).is_some(),
            _ => binary(p, Power::Or).is_some(),
        };
    });
    if found {
        slips::ternary(p);
    }
    found || p.pos > before
}

/// `or`: an expression that is not an `if`.
pub(super) fn operand(p: &mut Parser<'_>, what: &str) {
    let before = p.pos;
    p.nested(|p| {
        binary(p, Power::Or);
    });
    if p.pos == before {
        slips::no_value(p, what);
    }
}

/// `sum`: the bounds of a range.
pub(super) fn bound(p: &mut Parser<'_>, what: &str) {
    let before = p.pos;
    p.nested(|p| {
        binary(p, Power::Sum);
    });
    if p.pos == before {
        p.expected(what);
    }
}

pub(super) fn if_expression(p: &mut Parser<'_>) -> Option<Operand> {
    let (node, height) = p.measured(if_then_else);
    Some(Operand { node, height })
}

fn if_then_else(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump_keyword();
    value(p, "a condition after `if`");
    if p.eat_word(Word::Then) {
        value(p, "a value after `then`");
        if p.eat_word(Word::Else) {
            value(p, "a value after `else`");
        } else {
            slips::no_else(p);
        }
    } else {
        slips::no_then(p);
    }
    p.complete(marker, IF_EXPR)
}

/// A token that can start an expression.
pub(super) fn can_start(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        IDENT
            | INT
            | FLOAT
            | QUANTITY
            | DATE
            | BAD_LITERAL
            | ADDRESS
            | STR_START
            | L_PAREN
            | CALL_OPEN
            | L_BRACKET
            | INDEX_OPEN
            | L_BRACE
            | NEG
    )
}

/// `postfix ::= primary ( '.' IDENT | '?.' IDENT | INDEX_OPEN expr ']' | call )*`
pub(super) fn postfix(p: &mut Parser<'_>) -> Option<Operand> {
    let (node, mut height) = p.measured(primary);
    let mut node = node?;
    loop {
        let kind = p.current();
        if !matches!(kind, DOT | QUESTION_DOT | INDEX_OPEN | CALL_OPEN) {
            break;
        }
        if p.depth + height >= crate::MAX_NESTING {
            p.skip_too_deep();
            break;
        }
        let marker = p.precede(node);
        let (kind, step_height) = p.measured(|p| match kind {
            INDEX_OPEN => {
                in_brackets(p, "an index or key");
                INDEX_EXPR
            }
            CALL_OPEN => {
                arguments(p);
                CALL_EXPR
            }
            _ => {
                p.bump();
                if !p.eat(IDENT) {
                    slips::no_field_name(p);
                }
                FIELD_ACCESS
            }
        });
        node = p.complete(marker, kind);
        height = 1 + height.max(step_height);
        p.height = p.height.max(height);
    }
    Some(Operand { node, height })
}

/// `'[' expr ']'`
pub(super) fn in_brackets(p: &mut Parser<'_>, what: &str) {
    blocks::enclosed(p, R_BRACKET, |p| value(p, what));
}

/// `call ::= CALL_OPEN ( expr forclause+ | arg ( ',' arg )* ','? )? ')'`
pub(super) fn arguments(p: &mut Parser<'_>) {
    let marker = p.start();
    let mut alone = Alone::default();
    blocks::bracketed(p, R_PAREN, "an argument", |p| {
        alone.element(p);
        let argument = p.start();
        let named = p.at(IDENT) && p.next() == EQ;
        if named {
            p.bump();
            p.bump();
        }
        value(p, "an argument");
        p.complete(argument, ARG);
        alone.for_clauses(p, !named);
    });
    p.complete(marker, ARG_LIST);
}

/// A comprehension stands alone in its brackets.
#[derive(Default)]
struct Alone {
    elements: u32,
    comprehension: bool,
}

impl Alone {
    /// An element begins.
    fn element(&mut self, p: &mut Parser<'_>) {
        self.elements += 1;
        if self.comprehension {
            slips::comprehension_not_alone(p);
        }
    }

    /// `forclause*` behind an element, which must be the only one, and `plain`: a value and nothing else.
    fn for_clauses(&mut self, p: &mut Parser<'_>, plain: bool) {
        while p.at_word(Word::For) {
            if self.elements > 1 || !plain {
                slips::comprehension_not_alone(p);
            }
            self.comprehension = true;
            for_clause(p);
        }
    }
}

fn primary(p: &mut Parser<'_>) -> Option<Completed> {
    let node = match p.current() {
        INT | FLOAT | QUANTITY | DATE | BAD_LITERAL => {
            let marker = p.start();
            p.bump();
            p.complete(marker, LITERAL)
        }
        IDENT => match p.word() {
            Word::True | Word::False | Word::None => {
                let marker = p.start();
                p.bump_keyword();
                p.complete(marker, LITERAL)
            }
            Word::Match => match_expression(p),
            word if word.is_never_a_name() => return None,
            _ => {
                slips::foreign_value(p);
                let marker = p.start();
                p.bump();
                p.complete(marker, NAME_REF)
            }
        },
        ADDRESS => {
            let marker = p.start();
            p.bump();
            p.complete(marker, ADDRESS_LIT)
        }
        STR_START => strings::string(p),
        // `not(a)`, `in[a]`: glued to a word that is an operator, the bracket opens a value all the same.
        L_PAREN | CALL_OPEN => {
            let marker = p.start();
            blocks::enclosed(p, R_PAREN, |p| value(p, "a value between the parentheses"));
            p.complete(marker, PAREN_EXPR)
        }
        L_BRACKET | INDEX_OPEN => list(p),
        L_BRACE => record(p),
        _ => return None,
    };
    Some(node)
}

/// `list ::= '[' ( expr forclause+ | element ( ',' element )* ','? )? ']'`
fn list(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let mut alone = Alone::default();
    blocks::bracketed(p, R_BRACKET, "an element", |p| {
        alone.element(p);
        let element = p.start();
        let mut plain = !p.eat(DOT_DOT);
        value(p, "an element");
        plain &= !p.at_word(Word::When);
        fields::guard(p);
        p.complete(element, LIST_ELEMENT);
        alone.for_clauses(p, plain);
    });
    p.complete(marker, LIST_EXPR)
}

/// `record ::= fields | '{' sep? '[' expr ']' '=' expr ( NL* forclause )+ sep? '}'`
fn record(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let mut alone = Alone::default();
    p.nested(|p| {
        blocks::block(p, &fields::FIELD_ENTRIES, |p| {
            alone.element(p);
            let computed = p.at(L_BRACKET);
            fields::field(p);
            while at_for_on_any_line(p) && computed {
                p.pass_line_end();
                alone.for_clauses(p, true);
            }
        });
    });
    p.complete(
        marker,
        if alone.comprehension {
            RECORD_COMPREHENSION
        } else {
            RECORD_EXPR
        },
    )
}

fn at_for_on_any_line(p: &Parser<'_>) -> bool {
    p.pos + 1 < p.limit && p.token().word == Word::For && p.tokens[p.pos + 1].kind == IDENT
}

/// `forclause ::= 'for' NAME ( ',' NAME )? 'in' or ( 'where' expr )?`
pub(super) fn for_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_keyword();
    binders(p);
    if p.expect_word(Word::In, "`in` and what to go through") {
        operand(p, "what to go through, after `in`");
    }
    if p.eat_word(Word::Where) {
        value(p, "a condition after `where`");
    }
    p.complete(marker, FOR_CLAUSE);
}

/// `NAME ( ',' NAME )?`
pub(super) fn binders(p: &mut Parser<'_>) {
    binder(p);
    if p.eat(COMMA) {
        binder(p);
    }
}

fn binder(p: &mut Parser<'_>) {
    if p.word().is_never_a_name() {
        p.expected("a name for each element");
    } else {
        p.expect_name("a name for each element");
    }
}

const ARMS: Body = Body::of("an arm like `pattern => value`", &[]);

/// `match ::= 'match' or '{' sep? arm ( sep arm )* sep? '}'`
fn match_expression(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump_keyword();
    operand(p, "a value after `match`");
    if fields::expect_brace(p, "`{` and the arms of the `match`") {
        p.nested(|p| blocks::block(p, &ARMS, arm));
    }
    p.complete(marker, MATCH_EXPR)
}

/// `arm ::= pattern ( '|' pattern )* '=>' expr`
fn arm(p: &mut Parser<'_>) {
    if !matches!(p.current(), IDENT | INT | BAD_LITERAL | STR_START) {
        return;
    }
    let marker = p.start();
    pattern(p);
    while p.eat(PIPE) {
        pattern(p);
    }
    if p.eat(FAT_ARROW) {
        value(p, "a value after `=>`");
    } else {
        slips::no_arrow(p);
    }
    p.complete(marker, MATCH_ARM);
}

/// `pattern ::= IDENT ( CALL_OPEN IDENT ( ',' IDENT )* ')' )? | INT | string`
fn pattern(p: &mut Parser<'_>) {
    let marker = p.start();
    match p.current() {
        IDENT => {
            p.bump();
            if p.at(CALL_OPEN) {
                blocks::bracketed(p, R_PAREN, "a name for the payload", |p| {
                    p.eat(IDENT);
                });
            }
        }
        INT | BAD_LITERAL => p.bump(),
        STR_START => {
            strings::string(p);
        }
        _ => return p.expected("a pattern: a variant, a number or a string"),
    }
    p.complete(marker, PATTERN);
}
