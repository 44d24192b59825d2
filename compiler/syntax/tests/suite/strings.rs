//! What strings say, and where each byte of it stands in the source.

use plat_syntax::ast::{AstNode, Expr, Item, Str, StrPart};

fn string(text: &str) -> (plat_syntax::Parse, Str) {
    let parse = plat_syntax::parse(&format!("let x = {text}"));
    let string = match parse.tree().items().next() {
        Some(Item::Let(item)) => item.value().and_then(|value| match value {
            Expr::Str(string) => Some(string),
            _ => None,
        }),
        _ => None,
    };
    let string = string.unwrap_or_else(|| panic!("{text} is a string"));
    (parse, string)
}

/// The parts of a string: text as it is, values in angle brackets.
fn decoded(text: &str) -> String {
    let (_, string) = string(text);
    string
        .decode()
        .into_iter()
        .map(|part| match part {
            StrPart::Text(text) => text.text,
            StrPart::Interpolation(it) => format!(
                "<{}>",
                it.expr()
                    .map_or(String::new(), |it| it.syntax().text().to_string())
            ),
        })
        .collect()
}

#[test]
fn escapes_and_quotes() {
    for (source, expected) in [
        (r#""""#, ""),
        (r#""plain""#, "plain"),
        (r#""a\"b\\c\nd\te\u{e9}f""#, "a\"b\\c\nd\te\u{e9}f"),
        (r#""a\(b)c\(d.e)""#, "a<b>c<d.e>"),
        (r#""\(a)""#, "<a>"),
        (
            r##"#"raw \n \(a) "quoted" \#(b)"#"##,
            "raw \\n \\(a) \"quoted\" <b>",
        ),
        (r#""bad \q stays""#, "bad \\q stays"),
        ("'single'", "single"),
    ] {
        assert_eq!(decoded(source), expected, "{source}");
    }
}

#[test]
fn triple_quotes_strip_the_indentation_that_all_lines_share() {
    for (source, expected) in [
        ("\"\"\"one line\"\"\"", "one line"),
        ("\"\"\"\n  a\n    b\n  \"\"\"", "a\n  b\n"),
        ("\"\"\"\n  a\n    b\"\"\"", "a\n  b"),
        ("\"\"\"\n    a\n  \"\"\"", "  a\n"),
        ("\"\"\"\n  a\n\n  b\n  \"\"\"", "a\n\nb\n"),
        ("\"\"\"\n  a\n   \n  b\n  \"\"\"", "a\n \nb\n"),
        ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "a\nb\n"),
        ("\"\"\"\n  \\(x)\n  y \\(z)\n  \"\"\"", "<x>\ny <z>\n"),
        ("\"\"\"\n    a\n  \\(x)\n    \"\"\"", "  a\n<x>\n"),
        ("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "a\n\tb\n"),
        ("\"\"\"\n  a\\tb\n  \"\"\"", "a\tb\n"),
        ("#\"\"\"\n  a\\n\n  \"\"\"#", "a\\n\n"),
        ("\"\"\"\n\"\"\"", ""),
        ("\"\"\"a\n  b\"\"\"", "a\n  b"),
        ("\"\"\"\n  a \"quoted\" b\n  \"\"\"", "a \"quoted\" b\n"),
    ] {
        assert_eq!(decoded(source), expected, "{source}");
    }
}

/// What stands in the source for a range of the decoded text.
fn underlined(source: &str, what: &str) -> String {
    let (parse, string) = string(source);
    let text = string.plain().expect("a string without interpolations");
    let start = text
        .text
        .find(what)
        .unwrap_or_else(|| panic!("{what} in {:?}", text.text));
    let range = text.source_range(start..start + what.len());
    let all = parse.syntax().text().to_string();
    all[range].to_owned()
}

#[test]
fn an_error_inside_of_a_string_is_underlined_there() {
    assert_eq!(underlined(r#""ghcr.io/acme/api:latets:1""#, ":1"), ":1");
    assert_eq!(underlined(r#""a\tb\nc""#, "b\nc"), r"b\nc");
    assert_eq!(underlined(r#""a\u{e9}b""#, "\u{e9}"), r"\u{e9}");
    assert_eq!(
        underlined("\"\"\"\n    first\n    second\n    \"\"\"", "second"),
        "second"
    );
    assert_eq!(
        underlined("\"\"\"\n    first\n    second\n    \"\"\"", "first\nsec"),
        "first\n    sec"
    );
    assert_eq!(
        underlined("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "a\nb"),
        "a\r\n  b"
    );
}

#[test]
fn ranges_outside_of_the_text_are_moved_into_it() {
    let (_, string) = string(r#""abc""#);
    let text = string.plain().expect("plain");
    assert_eq!(text.source_range(1..100).len(), 2.into());
    assert_eq!(text.source_range(100..200).len(), 0.into());
    assert_eq!(text.source_range(2..2).len(), 0.into());
    let (_, empty) = self::string(r#""""#);
    assert_eq!(
        empty.plain().expect("plain").source_range(0..0).start(),
        empty.inner_range().start()
    );
}

#[test]
fn only_strings_without_values_are_plain() {
    assert!(string(r#""a\(b)""#).1.plain().is_none());
    assert_eq!(
        string(r#""""#).1.plain().map(|it| it.text),
        Some(String::new())
    );
}
