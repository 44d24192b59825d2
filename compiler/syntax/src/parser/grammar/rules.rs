//! Guardrails, where they are in force, waivers, tests, migrations and pipelines.

use super::*;

const GUARDRAIL_ENTRIES: Body = Body::of(
    "a field, `input`, `let`, `for` or `require`",
    &[Word::Input, Word::Let, Word::For, Word::Require],
);
const MIGRATION_ENTRIES: Body = Body::of(
    "a field, `rename`, `move`, `drop` or `set`",
    &[Word::Rename, Word::Move, Word::Drop, Word::Set],
);
const PIPELINE_ENTRIES: Body = Body::of(
    "a field, `stage`, `step` or `slot`",
    &[Word::Stage, Word::Step, Word::Slot],
);
const TEST_CLAUSES: [Word; 9] = [
    Word::Let,
    Word::Expect,
    Word::Service,
    Word::Resource,
    Word::External,
    Word::Environment,
    Word::Team,
    Word::System,
    Word::Enforce,
];
const TEST_ENTRIES: Body = Body {
    what: "`let`, a declaration or `expect`",
    clauses: &[Word::Let, Word::Expect],
    items: &[
        Word::Service,
        Word::Resource,
        Word::External,
        Word::Environment,
        Word::Team,
        Word::System,
        Word::Enforce,
    ],
};

/// `guardrail ::= 'guardrail' IDENT '{' sep? ( ruleent ( sep ruleent )* sep? )? '}'`
pub(super) fn guardrail(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "guardrail");
    if fields::expect_brace(p, "`{` and the rule") {
        let body = p.start();
        p.nested(|p| {
            blocks::block(p, &GUARDRAIL_ENTRIES, |p| match fields::clause(p) {
                Word::Input => in_node(p, capability::input),
                Word::Let => in_node(p, types::let_),
                Word::For => expressions::for_clause(p),
                Word::Require => in_node(p, capability::require),
                _ => fields::field(p),
            });
        });
        p.complete(body, GUARDRAIL_BODY);
    }
    GUARDRAIL
}

/// `enforce ::= 'enforce' path ( 'in' paths )? fields?`
pub(super) fn enforce(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    path(p, "a guardrail, or a folder of them, after `enforce`");
    if p.eat_word(Word::In) {
        paths(p, "an environment");
    }
    fields::optional_fields(p);
    ENFORCE
}

/// `waiver ::= 'waiver' IDENT fields`
pub(super) fn waiver(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "waiver");
    fields::fields(p, "`{` and the fields");
    WAIVER
}

/// `test ::= 'test' string '{' sep? ( testent ( sep testent )* sep? )? '}'`
pub(super) fn test(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    strings::expect_string(p, "what is tested, in quotes");
    if fields::expect_brace(p, "`{` and the test") {
        let body = p.start();
        p.nested(|p| blocks::block(p, &TEST_ENTRIES, test_entry));
        p.complete(body, TEST_BODY);
    }
    TEST
}

/// `testent ::= let | service | resource | external | environment | fact | enforce | 'expect' expr only? ( 'else' expr )?`
fn test_entry(p: &mut Parser<'_>) {
    match slips::clause_or_misspelt(p, &TEST_CLAUSES) {
        word @ (Word::Let
        | Word::Service
        | Word::Resource
        | Word::External
        | Word::Environment
        | Word::Team
        | Word::System
        | Word::Enforce) => {
            let marker = p.start();
            match items::by_word(p, word) {
                Some(kind) => p.complete(marker, kind),
                None => return,
            };
        }
        Word::Expect => {
            let marker = p.start();
            p.bump_keyword();
            expressions::value(p, "a condition after `expect`");
            service::only(p);
            if p.eat_word(Word::Else) {
                expressions::value(p, "a message after `else`");
            }
            p.complete(marker, EXPECT);
        }
        _ => {}
    }
}

/// `migration ::= 'migration' IDENT 'for' path '{' sep? ( migent ( sep migent )* sep? )? '}'`
pub(super) fn migration(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "migration");
    if p.expect_word(Word::For, "`for` and a capability") {
        path(p, "a capability after `for`");
    }
    if fields::expect_brace(p, "`{` and the steps") {
        let body = p.start();
        p.nested(|p| {
            blocks::block(p, &MIGRATION_ENTRIES, migration_entry);
        });
        p.complete(body, MIGRATION_BODY);
    }
    MIGRATION
}

/// `migent ::= field | ( 'rename' | 'move' ) keypath 'to' keypath | 'drop' keypath | 'set' keypath '=' expr`
fn migration_entry(p: &mut Parser<'_>) {
    let word = fields::clause(p);
    if !matches!(word, Word::Rename | Word::Move | Word::Drop | Word::Set) {
        return fields::field(p);
    }
    let marker = p.start();
    p.bump_keyword();
    fields::keypath(p);
    match word {
        Word::Rename | Word::Move if p.expect_word(Word::To, "`to` and the new path") => {
            if fields::at_key(p, 0) {
                fields::keypath(p);
            } else {
                p.expected("the new path");
            }
        }
        Word::Set => fields::expect_value(p, "the path"),
        _ => {}
    }
    p.complete(marker, MIGRATION_STEP);
}

/// `pipeline ::= 'pipeline' IDENT ( ':' path )? pipebody`
pub(super) fn pipeline(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump_keyword();
    slips::expect_declared_name(p, "pipeline");
    capability_clause(p);
    pipeline_body(p);
    PIPELINE
}

/// `pipebody ::= '{' sep? ( pipeent ( sep pipeent )* sep? )? '}'`
fn pipeline_body(p: &mut Parser<'_>) {
    if fields::expect_brace(p, "`{` and the stages") {
        let body = p.start();
        p.nested(|p| blocks::block(p, &PIPELINE_ENTRIES, pipeline_entry));
        p.complete(body, PIPE_BODY);
    }
}

/// `pipeent ::= field | ( 'stage' | 'step' | 'slot' ) IDENT guard? pipebody`
fn pipeline_entry(p: &mut Parser<'_>) {
    if !matches!(fields::clause(p), Word::Stage | Word::Step | Word::Slot) {
        return fields::field(p);
    }
    let marker = p.start();
    p.bump_keyword();
    p.expect_name("a name");
    fields::guard(p);
    pipeline_body(p);
    p.complete(marker, STAGE);
}
