//! Slips that people make, each with its own advice: habits from other languages, and what was probably meant.

use super::*;
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
pub(super) fn misspelt_declaration(p: &mut Parser<'_>) -> Option<Word> {
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
pub(super) fn clause_or_misspelt(p: &mut Parser<'_>, clauses: &[Word]) -> Word {
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
pub(super) fn starts_unknown_clause(p: &mut Parser<'_>) -> bool {
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
pub(super) fn not_an_entry(p: &mut Parser<'_>, what: &str) {
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

/// `- item` lines: all of them are passed with one error.
pub(super) fn yaml_list(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::FOREIGN_SYNTAX,
            p.range_of(p.pos),
            "lists are written in brackets",
        )
        .label("an item of YAML")
        .help("write `name = [a, b]`, on one line or several")
    });
    loop {
        p.skip_entry();
        if !(p.at(NEWLINE) && matches!(p.token().kind, MINUS | NEG)) {
            return;
        }
        p.pass_line_end();
    }
}

/// Something follows an entry on its line.
pub(super) fn not_separated(p: &mut Parser<'_>) {
    let starts_field = matches!(p.current(), IDENT | STR_START)
        && matches!(p.next(), EQ | PLUS_EQ | L_BRACE | DOT);
    if starts_field || fields::clause(p) != Word::Other {
        return p.report(|p| {
            let end = p.end_of_previous();
            SyntaxError::new(
                codes::NOT_SEPARATED,
                p.range_of(p.pos),
                "two entries on one line need a comma between them",
            )
            .fix("insert a comma", vec![(range_at(end, 0), ",".to_owned())])
        });
    }
    p.report_once_a_line(|p| {
        let (range, found) = p.found();
        let error = SyntaxError::new(
            codes::NOT_SEPARATED,
            range,
            format!("expected the end of the line or `,`, found {found}"),
        );
        match p.current() {
            EQ => error.help("comparing is `==`; a field is set at the start of its line"),
            COLON => error.help("values are set with `=`; `:` stands before a type or capability"),
            FAT_ARROW => error.help("`=>` belongs into the arms of a `match`"),
            L_BRACE => {
                error.help("a block follows a name directly: `name { … }`, or `name = { … }`")
            }
            _ => error,
        }
    });
    p.skip_entry();
}

/// Something follows an element that is neither `,` nor the closing bracket.
pub(super) fn missing_comma(p: &mut Parser<'_>, closer: SyntaxKind) {
    if expressions::can_start(p.current()) && !p.word().is_never_a_name() {
        return p.report(|p| {
            let end = p.end_of_previous();
            SyntaxError::new(
                codes::NOT_SEPARATED,
                p.range_of(p.pos),
                "a comma is missing before this",
            )
            .fix("insert a comma", vec![(range_at(end, 0), ",".to_owned())])
        });
    }
    p.expected(if closer == R_BRACKET {
        "`,` or `]`"
    } else {
        "`,` or `)`"
    });
    p.skip_while(|_, kind| kind != closer);
}

/// `{` on a line of its own: told, and taken as if it stood where it belongs.
pub(super) fn brace_on_next_line(p: &mut Parser<'_>) {
    p.report(|p| {
        let gap = range_at(
            p.end_of_previous(),
            p.token().start as usize - p.end_of_previous(),
        );
        let error = SyntaxError::new(
            codes::BRACE_ON_NEXT_LINE,
            p.range_of(p.pos),
            "the `{` belongs on the line before",
        )
        .help("a new line ends the entry, so a block opens on the line of its name");
        // A comment in between must not be lost.
        if p.text[gap].trim().is_empty() {
            error.fix("move it up", vec![(gap, " ".to_owned())])
        } else {
            error
        }
    });
    p.pass_line_end();
}

/// `name: value`
pub(super) fn colon_for_equals(p: &mut Parser<'_>) {
    let yaml_block = p.token_at(p.pos + 1).on_new_line;
    p.report(|p| {
        let range = p.range_of(p.pos);
        if yaml_block {
            return SyntaxError::new(codes::FOREIGN_SYNTAX, range, "a block stands in braces")
                .help("write `name { … }`; indentation has no meaning");
        }
        let text = if p.token().spaced { "=" } else { " =" };
        SyntaxError::new(codes::COLON_OR_EQUALS, range, "values are set with `=`")
            .help("`:` stands before a type or capability")
            .replace_with("write `=`", text)
    });
    p.bump_as_error();
    if yaml_block {
        return;
    }
    expressions::value(p, "a value");
    fields::guard(p);
}

/// `a = int` in a record type.
pub(super) fn equals_for_colon(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::COLON_OR_EQUALS,
            p.range_of(p.pos),
            "a field is declared with `:` and its type",
        )
        .help("write `name: type`, or `name: type = default`")
    });
    p.bump();
    expressions::value(p, "a value");
}

/// `a == 1` as a field.
pub(super) fn double_equals(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::COLON_OR_EQUALS,
            p.range_of(p.pos),
            "values are set with one `=`",
        )
        .replace_with("write `=`", "=")
    });
    p.bump_as_error();
    expressions::value(p, "a value");
    fields::guard(p);
}

/// A key, and then nothing that sets it.
pub(super) fn key_without_value(p: &mut Parser<'_>) {
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

/// `a =` at the end of a line, before the next field.
pub(super) fn value_left_out(p: &mut Parser<'_>, what: &str) {
    p.report(|p| {
        let range = p.range_of(p.pos.saturating_sub(1));
        SyntaxError::new(
            codes::UNEXPECTED,
            range,
            format!("expected {what}, found the end of the line"),
        )
        .also(
            p.range_of(p.pos),
            "the next line reads as an entry of its own",
        )
    });
}

/// A value should stand here.
pub(super) fn no_value(p: &mut Parser<'_>, what: &str) {
    let next = p.token();
    if next.on_new_line && matches!(next.kind, MINUS | NEG) {
        return yaml_list(p);
    }
    if p.at(DOT) && p.next() == INT {
        p.report(|p| {
            let range = p.range_of(p.pos).cover(p.range_of(p.pos + 1));
            let digits = p.text_of(p.pos + 1);
            SyntaxError::new(
                codes::BAD_NUMBER,
                range,
                format!("a number needs a digit before the dot: `0.{digits}`"),
            )
            .replace_with("write the zero", format!("0.{digits}"))
        });
        return p.skip_entry();
    }
    if p.word().is_never_a_name() {
        return p.report(|p| {
            let text = p.text_of(p.pos);
            SyntaxError::new(
                codes::UNEXPECTED,
                p.range_of(p.pos),
                format!("expected {what}, found the word `{text}`"),
            )
        });
    }
    p.expected(what);
}

/// `c ? a : b`
pub(super) fn ternary(p: &mut Parser<'_>) {
    if !p.at(QUESTION) {
        return;
    }
    p.report(|p| {
        SyntaxError::new(
            codes::FOREIGN_OPERATOR,
            p.range_of(p.pos),
            "a choice is written `if … then … else …`",
        )
        .help("`?` belongs to types: `T?` may be `none`")
    });
    p.skip_entry();
}

/// `null`, `True`: spellings of other languages for values.
pub(super) fn foreign_value(p: &mut Parser<'_>) {
    let meant = match p.text_of(p.pos) {
        "null" | "nil" | "undefined" | "None" | "NULL" => "none",
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        _ => return,
    };
    if matches!(p.next(), CALL_OPEN | DOT | INDEX_OPEN) {
        return;
    }
    p.report(|p| {
        let text = p.text_of(p.pos);
        let error = SyntaxError::new(
            codes::FOREIGN_SYNTAX,
            p.range_of(p.pos),
            format!("`{text}` is written `{meant}`"),
        )
        .replace_with(format!("write `{meant}`"), meant);
        if meant == "none" {
            error.help("only a `T?` may be `none`; an absent field is left out")
        } else {
            error
        }
    });
}

/// Nothing that can be a field name follows a dot.
pub(super) fn no_field_name(p: &mut Parser<'_>) {
    if p.at(STR_START) {
        p.report(|p| {
            SyntaxError::new(
                codes::UNEXPECTED,
                p.range_of(p.pos),
                "a quoted key stands in brackets",
            )
            .help("write `value[\"key\"]`")
        });
        return p.skip_entry();
    }
    p.expected("the name of a field after the dot");
}

/// No type where one must stand.
pub(super) fn no_type(p: &mut Parser<'_>) {
    if matches!(p.current(), L_BRACKET | INDEX_OPEN) {
        p.report(|p| {
            SyntaxError::new(
                codes::FOREIGN_SYNTAX,
                p.range_of(p.pos),
                "a list type is written `list<T>`",
            )
        });
        return p.skip_while(|_, kind| kind != EQ);
    }
    p.expected("a type");
}

/// `int[]`, `Map[string]`
pub(super) fn bracketed_type(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::FOREIGN_SYNTAX,
            p.range_of(p.pos),
            "type arguments stand between `<` and `>`",
        )
        .help("a list of `T` is `list<T>`, a map is `map<string, T>`")
    });
    p.skip_while(|_, kind| !matches!(kind, EQ | QUESTION | PIPE));
}

/// The name of a declaration; HCL's quoted labels are read as the name.
pub(super) fn expect_declared_name(p: &mut Parser<'_>, word: &str) {
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
pub(super) fn no_capability(p: &mut Parser<'_>, word: &str) {
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
pub(super) fn colon_for_is(p: &mut Parser<'_>) {
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
pub(super) fn undeclared_input(p: &mut Parser<'_>) -> bool {
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
pub(super) fn edge_in_block(p: &mut Parser<'_>, word: Word) {
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
pub(super) fn outside_of_declaration(p: &mut Parser<'_>) {
    let text = p.text_of(p.pos);
    p.report(|p| {
        let range = p.range_of(p.pos);
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
pub(super) fn needs_nothing(p: &mut Parser<'_>) {
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

/// `if c { a } else { b }`
pub(super) fn no_then(p: &mut Parser<'_>) {
    p.report(|p| {
        let (range, found) = p.found();
        SyntaxError::new(
            codes::UNEXPECTED,
            range,
            format!("expected `then` after the condition, found {found}"),
        )
        .help("a choice is `if condition then value else value`")
    });
    if p.at(L_BRACE) {
        p.skip_entry();
    }
}

/// `if c then a`
pub(super) fn no_else(p: &mut Parser<'_>) {
    p.report(|p| {
        let (range, found) = p.found();
        SyntaxError::new(codes::UNEXPECTED, range, format!("expected `else`, found {found}"))
            .help("both sides need a value; a field or element that may be absent has `when condition` behind it")
    });
}

/// `patch x { … }`: an exception that does not say why, or until when.
pub(super) fn no_reason(p: &mut Parser<'_>) {
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
pub(super) fn no_end(p: &mut Parser<'_>) {
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

/// `pattern = value`, `pattern: value` in a `match`.
pub(super) fn no_arrow(p: &mut Parser<'_>) {
    if !matches!(p.current(), EQ | COLON) {
        return p.expected("`=>` after the pattern");
    }
    p.report(|p| {
        let text = if p.at(COLON) && !p.token().spaced {
            " =>"
        } else {
            "=>"
        };
        SyntaxError::new(
            codes::COLON_OR_EQUALS,
            p.range_of(p.pos),
            "an arm is written `pattern => value`",
        )
        .replace_with("write `=>`", text)
    });
    p.bump_as_error();
    expressions::value(p, "a value after `=>`");
}

/// `(a, b)`
pub(super) fn not_closed_here(p: &mut Parser<'_>, closer: SyntaxKind) {
    let tuple = closer == R_PAREN && p.at(COMMA);
    p.report_once_a_line(|p| {
        let (range, found) = p.found();
        let expected = if closer == R_BRACKET { "`]`" } else { "`)`" };
        let error = SyntaxError::new(
            codes::UNEXPECTED,
            range,
            format!("expected {expected}, found {found}"),
        );
        if tuple {
            error.help("parentheses hold one value; several stand in a list: `[a, b]`")
        } else {
            error
        }
    });
}
