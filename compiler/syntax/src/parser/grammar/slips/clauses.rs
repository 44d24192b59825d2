//! Slips in declarations and clauses: words that are misspelt or misplaced, and what is left out.

use super::super::*;
use super::yaml_list;
use crate::near;

/// The words of declarations, for "did you mean".
const DECLARATIONS: &[&str] = &[
    "use",
    "team",
    "system",
    "environment",
    "service",
    "resource",
    "external",
    "capability",
    "implementation",
    "defaults",
    "extend",
    "guardrail",
    "enforce",
    "waiver",
    "pipeline",
    "migration",
    "test",
    "type",
    "enum",
    "let",
    "fn",
];

/// Words of other languages for declarations.
const SYNONYMS: &[(&str, Word)] = &[
    ("var", Word::Let),
    ("const", Word::Let),
    ("val", Word::Let),
    ("local", Word::Let),
    ("import", Word::Use),
    ("include", Word::Use),
    ("from", Word::Use),
    ("func", Word::Fn),
    ("function", Word::Fn),
    ("def", Word::Fn),
    ("struct", Word::Type),
    ("env", Word::Environment),
    ("app", Word::Service),
    ("application", Word::Service),
    ("component", Word::Service),
    ("policy", Word::Guardrail),
    ("rule", Word::Guardrail),
    ("exception", Word::Waiver),
];

/// The declaration that a word stands for which is none: reported, and read as the one that was meant.
pub(in crate::parser::grammar) fn misspelt_declaration(p: &mut Parser<'_>) -> Option<Word> {
    if !p.at(IDENT) || !matches!(p.next(), IDENT | STR_START) {
        return None;
    }
    let text = p.text_of(p.pos);
    let meant = match SYNONYMS.iter().find(|(synonym, _)| *synonym == text) {
        Some((_, word)) => *word,
        None => Word::of(near::nearest(text, DECLARATIONS.iter().copied())?),
    };
    p.report(|p| {
        SyntaxError::new(
            codes::UNKNOWN_CLAUSE,
            p.range_of(p.pos),
            format!("`{text}` is not a kind of declaration"),
        )
        .label(format!("did you mean `{}`?", meant.text()))
        .replace_with(format!("write `{}`", meant.text()), meant.text())
    });
    Some(meant)
}

/// The clause at the current token; a misspelt one is reported and read as the one that was meant.
pub(in crate::parser::grammar) fn clause_or_misspelt(p: &mut Parser<'_>, clauses: &[Word]) -> Word {
    let word = fields::clause(p);
    if clauses.contains(&word) {
        return word;
    }
    if !p.at(IDENT) || p.next() != IDENT || matches!(p.nth(2), EQ_EQ | PLUS_EQ) {
        return Word::Other;
    }
    let text = p.text_of(p.pos);
    let synonym = match text {
        "var" | "const" | "val" | "local" => Some(Word::Let),
        "uses" | "requires" | "depends_on" | "depends-on" => Some(Word::Needs),
        "call" => Some(Word::Calls),
        _ => None,
    };
    let near = || near::nearest(text, clauses.iter().map(|word| word.text())).map(Word::of);
    let Some(meant) = synonym.filter(|word| clauses.contains(word)).or_else(near) else {
        return Word::Other;
    };
    // A clause that exists, but elsewhere, is told by the entry that stands here instead.
    if word != Word::Other {
        return Word::Other;
    }
    p.report(|p| {
        SyntaxError::new(
            codes::UNKNOWN_CLAUSE,
            p.range_of(p.pos),
            format!("`{text}` starts no clause"),
        )
        .label(format!("did you mean `{}`?", meant.text()))
        .replace_with(format!("write `{}`", meant.text()), meant.text())
    });
    meant
}

/// Two words in a row where a field should be: no clause of this block. Reports and passes it.
pub(in crate::parser::grammar) fn starts_unknown_clause(p: &mut Parser<'_>) -> bool {
    if !matches!(p.next(), IDENT | STR_START) {
        return false;
    }
    let text = p.text_of(p.pos);
    let word = p.word();
    p.report_once_a_line(|p| {
        let range = p.range_of(p.pos);
        if word != Word::Other {
            return SyntaxError::new(
                codes::UNKNOWN_CLAUSE,
                range,
                format!("`{text}` cannot stand here"),
            )
            .help("in this block there are only fields: `name = value` or `name { … }`");
        }
        if p.next() == STR_START {
            return SyntaxError::new(
                codes::UNKNOWN_CLAUSE,
                range,
                format!("`{text}` needs `=` before its value"),
            )
            .fix(
                "insert `=`",
                vec![(range_at(usize::from(range.end()), 0), " =".to_owned())],
            );
        }
        SyntaxError::new(
            codes::UNKNOWN_CLAUSE,
            range,
            format!("`{text}` starts no clause here"),
        )
        .help("a field is `name = value` or `name { … }`")
    });
    p.skip_entry();
    true
}

/// An entry that no rule takes.
pub(in crate::parser::grammar) fn not_an_entry(p: &mut Parser<'_>, what: &str) {
    match p.current() {
        MINUS | NEG => yaml_list(p),
        AT => p.report(|p| {
            SyntaxError::new(
                codes::UNEXPECTED,
                p.range_of(p.pos),
                "an annotation cannot stand here",
            )
            .help("annotations stand before declarations and before the entries of a capability")
        }),
        _ => p.expected(what),
    }
    p.skip_entry();
}

/// A key, and then nothing that sets it.
pub(in crate::parser::grammar) fn key_without_value(p: &mut Parser<'_>) {
    let last = p.pos.saturating_sub(1);
    let (text, word) = (p.text_of(last), p.token_at(last).word);
    let ends = matches!(p.current(), NEWLINE | COMMA | R_BRACE | EOF);
    let clause = ends
        && p.clauses
            .last()
            .is_some_and(|clauses| clauses.contains(&word));
    p.report_once_a_line(|p| {
        let (range, found) = p.found();
        if clause {
            return SyntaxError::new(
                codes::UNEXPECTED,
                p.range_of(last),
                format!("`{text}` says nothing yet"),
            )
            .help(format!("write {}", example_of(word)));
        }
        let error = SyntaxError::new(
            codes::UNEXPECTED,
            range,
            format!("expected `=` or `{{` after the key, found {found}"),
        );
        if ends {
            error.help(format!("every field says its value: `{text} = …`"))
        } else {
            error
        }
    });
}

/// What a clause looks like.
fn example_of(word: Word) -> &'static str {
    match word {
        Word::Needs => "`needs name: Capability` or `needs name = resource`",
        Word::Calls => "`calls service`",
        Word::Expose => "`expose public` or `expose internal`",
        Word::In => "`in environment { … }`",
        Word::Patch => "`patch object because \"…\" until 2027-03-01 { … }`",
        Word::Emit => "`emit name: Type { … }`",
        Word::Renamed => "`renamed from name`",
        Word::Let => "`let name = value`",
        Word::Input => "`input name: Type` or `input name: Type = default`",
        Word::Output => "`output name: Type = value`",
        Word::Edge => "`edge { name: Type }`",
        Word::Require => "`require condition else \"message\"`",
        Word::For => "`for name in collection`",
        Word::Expect => "`expect condition`",
        Word::Stage | Word::Step | Word::Slot => "the name and a block: `stage build { … }`",
        Word::Rename | Word::Move => "`rename old to new`",
        Word::Drop => "`drop field`",
        Word::Set => "`set field = value`",
        _ => "what belongs to it",
    }
}

/// The name of a declaration; HCL's quoted labels are read as the name.
pub(in crate::parser::grammar) fn expect_declared_name(p: &mut Parser<'_>, word: &str) {
    if !p.at(STR_START) {
        p.expect_name(&format!("a name for the {word}"));
        return;
    }
    p.report(|p| {
        SyntaxError::new(
            codes::FOREIGN_SYNTAX,
            p.range_of(p.pos),
            "names of declarations have no quotes",
        )
        .help(format!("write `{word} name: Capability {{ … }}`"))
    });
    let labels = p.start();
    while p.at(STR_START) {
        strings::string(p);
    }
    p.complete(labels, ERROR);
    if !p.at(L_BRACE) {
        return;
    }
    p.last_error_at = p.pos;
}

/// `service a {`: what it is was not said.
pub(in crate::parser::grammar) fn no_capability(p: &mut Parser<'_>, word: &str) {
    p.report(|p| {
        let (range, found) = p.found();
        let example = if word == "service" {
            "HttpService"
        } else {
            "Postgres"
        };
        SyntaxError::new(
            codes::UNEXPECTED,
            range,
            format!("expected `:` and a capability, found {found}"),
        )
        .help(format!(
            "say what the {word} is: `{word} name: {example} {{ … }}`"
        ))
    });
}

/// `capability A: B`
pub(in crate::parser::grammar) fn colon_for_is(p: &mut Parser<'_>) {
    p.report(|p| {
        let text = if p.token().spaced { "is" } else { " is" };
        SyntaxError::new(
            codes::COLON_OR_EQUALS,
            p.range_of(p.pos),
            "a capability names its contracts after `is`",
        )
        .replace_with("write `is`", text)
    });
    let contracts = p.start();
    p.bump_as_error();
    path(p, "a capability");
    while p.eat(COMMA) {
        path(p, "a capability after `,`");
    }
    p.complete(contracts, CONTRACTS);
}

/// `port: Port = 8080` in a capability: an input whose word was forgotten.
pub(in crate::parser::grammar) fn undeclared_input(p: &mut Parser<'_>) -> bool {
    if !p.at(IDENT) || p.next() != COLON {
        return false;
    }
    p.report(|p| {
        let range = p.range_of(p.pos);
        let text = p.text_of(p.pos);
        SyntaxError::new(
            codes::UNKNOWN_CLAUSE,
            range,
            format!("`{text}: …` declares nothing"),
        )
        .help("a capability declares `input`s and `output`s; a field of its own is set with `=`")
        .fix(
            "make it an input",
            vec![(range_at(usize::from(range.start()), 0), "input ".to_owned())],
        )
    });
    p.bump();
    types::type_annotation(p, "the name");
    fields::optional_default(p);
    true
}

/// `needs` in an `in` block.
pub(in crate::parser::grammar) fn edge_in_block(p: &mut Parser<'_>, word: Word) {
    p.report(|p| {
        let text = word.text();
        SyntaxError::new(
            codes::UNKNOWN_CLAUSE,
            p.range_of(p.pos),
            format!("`{text}` cannot stand in an `in` block"),
        )
        .help(format!(
            "put it into the service, with `only in` behind it: `{text} … only in prod`"
        ))
    });
    p.skip_entry();
}

/// Text between declarations.
pub(in crate::parser::grammar) fn outside_of_declaration(p: &mut Parser<'_>) {
    let text = p.text_of(p.pos);
    p.report(|p| {
        let range = p.range_of(p.pos);
        if p.next() == COLON && matches!(text, "apiVersion" | "kind") {
            return SyntaxError::new(codes::FOREIGN_SYNTAX, range, "this is a Kubernetes manifest in YAML").help(
                "keep it in a `.yaml` file and read it with `manifests(\"…\")`: its objects are typed, checked and patchable",
            );
        }
        if matches!(p.next(), EQ | PLUS_EQ | COLON | DOT | L_BRACE) {
            SyntaxError::new(codes::UNKNOWN_CLAUSE, range, format!("`{text}` stands outside of a declaration"))
                .help("was the `}` before it meant to stand further down? A value of the folder is `let name = …`")
        } else {
            SyntaxError::new(codes::UNKNOWN_CLAUSE, range, format!("`{text}` is not a kind of declaration"))
                .help(format!("declarations are {}", DECLARATIONS.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" ")))
        }
    });
}

/// `needs orders Postgres`, `needs orders`
pub(in crate::parser::grammar) fn needs_nothing(p: &mut Parser<'_>) {
    let lone_name = p.at(IDENT) && !matches!(p.word(), Word::Only);
    p.report(|p| {
        let (range, found) = p.found();
        let error = SyntaxError::new(codes::UNEXPECTED, range, format!("expected `:` or `=` after the name, found {found}"))
            .help("`needs name: Capability` is a resource of its own, `needs name = resource` a shared one");
        if lone_name {
            error.fix("insert `:`", vec![(range_at(p.end_of_previous(), 0), ":".to_owned())])
        } else {
            error
        }
    });
    if lone_name {
        path(p, "a capability");
    }
}

/// `patch x { … }`: an exception that does not say why, or until when.
pub(in crate::parser::grammar) fn no_reason(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.found().0,
            "an exception says why it is needed",
        )
        .label("the reason is missing here")
        .help("write `because \"…\"`, with the ticket if there is one")
    });
}

/// `patch x because "…" { … }`
pub(in crate::parser::grammar) fn no_end(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.found().0,
            "an exception says when it ends",
        )
        .label("the date is missing here")
        .help("write `until` and a date, like `until 2027-03-01`")
    });
}

/// `calls a, b`
pub(in crate::parser::grammar) fn several_called(p: &mut Parser<'_>) {
    let another = |p: &Parser<'_>| {
        p.at(COMMA) && p.next() == IDENT && matches!(p.nth(2), NEWLINE | COMMA | R_BRACE | EOF)
    };
    if !another(p) {
        return;
    }
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.range_of(p.pos + 1),
            "each call has a clause of its own",
        )
        .fix(
            "write `calls` before it",
            vec![(p.range_of(p.pos), ", calls".to_owned())],
        )
    });
    while another(p) {
        p.bump_as_error();
        p.bump_as_error();
    }
}

/// `expose public "host"`
pub(in crate::parser::grammar) fn host_without_at(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.range_of(p.pos),
            "the host stands behind `at`",
        )
        .fix(
            "insert `at`",
            vec![(range_at(p.end_of_previous(), 0), " at".to_owned())],
        )
    });
    expressions::value(p, "a host");
}

/// `in a, b {`
pub(in crate::parser::grammar) fn paths_without_brackets(p: &mut Parser<'_>) {
    if !p.at(COMMA) {
        return;
    }
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.range_of(p.pos),
            "several environments stand in brackets",
        )
        .help("write `in [a, b] { … }`")
    });
    while p.at(COMMA) && p.next() == IDENT {
        p.bump_as_error();
        path(p, "an environment");
    }
}
