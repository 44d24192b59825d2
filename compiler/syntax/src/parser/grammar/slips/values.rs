//! Slips in values, types and what separates them.

use super::super::*;

/// `- item` lines: all of them are passed with one error.
pub(in crate::parser::grammar) fn yaml_list(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn not_separated(p: &mut Parser<'_>) {
    let starts_field = matches!(p.current(), IDENT | STR_START)
        && matches!(p.next(), EQ | PLUS_EQ | L_BRACE | DOT);
    if !starts_field && unit_apart(p) {
        return p.skip_entry();
    }
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
            CALL_OPEN => {
                error.help("the inputs of a capability stand in a block: `Capability { … }`")
            }
            L_BRACE => {
                error.help("a block follows a name directly: `name { … }`, or `name = { … }`")
            }
            _ => error,
        }
    });
    p.skip_entry();
}

/// Something follows an element that is neither `,` nor the closing bracket.
pub(in crate::parser::grammar) fn missing_comma(p: &mut Parser<'_>, closer: SyntaxKind) {
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
pub(in crate::parser::grammar) fn brace_on_next_line(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn colon_for_equals(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn equals_for_colon(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn double_equals(p: &mut Parser<'_>) {
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

/// `a =` at the end of a line, before the next field.
pub(in crate::parser::grammar) fn value_left_out(p: &mut Parser<'_>, what: &str) {
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
pub(in crate::parser::grammar) fn no_value(p: &mut Parser<'_>, what: &str) {
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
pub(in crate::parser::grammar) fn ternary(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn foreign_value(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn no_field_name(p: &mut Parser<'_>) {
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
    if matches!(p.current(), INT | FLOAT | QUANTITY | BAD_LITERAL) {
        return p.report(|p| {
            SyntaxError::new(
                codes::BAD_NUMBER,
                p.range_of(p.pos),
                "a field has no number for a name",
            )
            .help("versions, hosts and other text need quotes; an element of a list is `list[0]`")
        });
    }
    p.expected("the name of a field after the dot");
}

/// No type where one must stand.
pub(in crate::parser::grammar) fn no_type(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn bracketed_type(p: &mut Parser<'_>) {
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

/// `if c { a } else { b }`
pub(in crate::parser::grammar) fn no_then(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn no_else(p: &mut Parser<'_>) {
    p.report(|p| {
        let (range, found) = p.found();
        SyntaxError::new(codes::UNEXPECTED, range, format!("expected `else`, found {found}"))
            .help("both sides need a value; a field or element that may be absent has `when condition` behind it")
    });
}

/// `pattern = value`, `pattern: value` in a `match`.
pub(in crate::parser::grammar) fn no_arrow(p: &mut Parser<'_>) {
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
pub(in crate::parser::grammar) fn not_closed_here(p: &mut Parser<'_>, closer: SyntaxKind) {
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

/// `[a, b for x in xs]`, `[..a for x in xs]`
pub(in crate::parser::grammar) fn comprehension_not_alone(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.range_of(p.pos),
            "a comprehension stands alone in its brackets",
        )
        .help("write `[value for x in xs]`, and put lists together with `++`")
    });
}

/// `5 minutes`: a number and its unit are one word.
fn unit_apart(p: &mut Parser<'_>) -> bool {
    let number = p.pos.checked_sub(1).map(|last| p.token_at(last).kind);
    if !p.at(IDENT) || !matches!(number, Some(INT | FLOAT)) {
        return false;
    }
    let Some(unit) = crate::lexer::meant_unit(p.text_of(p.pos)) else {
        return false;
    };
    p.report(|p| {
        let value = p.text_of(p.pos - 1);
        let both = p.range_of(p.pos - 1).cover(p.range_of(p.pos));
        SyntaxError::new(
            codes::UNKNOWN_UNIT,
            both,
            "a number and its unit are one word",
        )
        .replace_with(format!("write `{value}{unit}`"), format!("{value}{unit}"))
    });
    true
}
