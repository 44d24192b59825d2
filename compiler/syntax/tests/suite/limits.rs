//! Inputs that no person writes: nothing panics, nothing is lost, nothing takes long.

use std::time::{Duration, Instant};

use plat_syntax::{MAX_NESTING, SyntaxNode, lexer::lex, parse};

/// Parses, checks that every byte is in the tree, and that it does not take absurdly long.
#[track_caller]
fn survives(text: &str) -> plat_syntax::Parse {
    let started = Instant::now();
    let lexed: usize = lex(text)
        .tokens
        .iter()
        .map(|token| token.len as usize)
        .sum();
    assert_eq!(lexed, text.len());
    let parse = parse(text);
    assert!(parse.syntax().text() == text, "the tree has every byte");
    let allowed = Duration::from_secs(10)
        + Duration::from_micros(20) * u32::try_from(text.len() / 10).unwrap_or(u32::MAX);
    assert!(
        started.elapsed() < allowed,
        "{:?} for {} bytes",
        started.elapsed(),
        text.len()
    );
    parse
}

fn depth(root: &SyntaxNode) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for event in root.preorder() {
        match event {
            plat_syntax::WalkEvent::Enter(_) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            plat_syntax::WalkEvent::Leave(_) => depth -= 1,
        }
    }
    deepest
}

#[test]
fn nesting_is_bounded_and_told_once() {
    const MANY: usize = 100_000;
    let deep = [
        format!(
            "let a = {}1{}\nlet b = 2\n",
            "[".repeat(MANY),
            "]".repeat(MANY)
        ),
        format!(
            "let a = {}1{}\nlet b = 2\n",
            "(".repeat(MANY),
            ")".repeat(MANY)
        ),
        format!("let a = {}\nlet b = 2\n", "[".repeat(MANY)),
        format!("let a = {}\nlet b = 2\n", "{ a = ".repeat(MANY)),
        format!(
            "let a = {}1{}\nlet b = 2\n",
            "f(".repeat(MANY),
            ")".repeat(MANY)
        ),
        format!(
            "let a = {}1\nlet b = 2\n",
            "- ".repeat(MANY).replace(' ', "")
        ),
        format!("let a = {}1\nlet b = 2\n", "not ".repeat(MANY)),
        format!("let a = {}1\nlet b = 2\n", "if a then b else ".repeat(MANY)),
        format!("let a = {}1\nlet b = 2\n", "if ".repeat(MANY)),
        format!("let a = 1{}\nlet b = 2\n", " + 1".repeat(MANY)),
        format!("let a = x{}\nlet b = 2\n", ".y".repeat(MANY)),
        format!("let a = x{}\nlet b = 2\n", "[0]".repeat(MANY)),
        format!("let a = x{}\nlet b = 2\n", "()".repeat(MANY)),
        format!(
            "type a = {}int{}\nlet b = 2\n",
            "list<".repeat(MANY),
            ">".repeat(MANY)
        ),
        format!("type a = {}\nlet b = 2\n", "{ a: ".repeat(MANY)),
        format!("let a = {}1\nlet b = 2\n", "match a { b => ".repeat(MANY)),
        format!("pipeline p {}\nlet b = 2\n", "{ stage a ".repeat(MANY)),
        format!("let a = {}\nlet b = 2\n", "\"\\(".repeat(MANY)),
        format!("waiver w {}\nlet b = 2\n", "{ a ".repeat(MANY)),
        format!("test \"a\" {}\nlet b = 2\n", "{ service s: X ".repeat(MANY)),
    ];
    for text in deep {
        let parse = survives(&text);
        let about_depth = parse
            .errors
            .iter()
            .filter(|error| error.code == "PLT0009")
            .count();
        let start = &text[..40];
        assert!(
            about_depth <= 1 || start.contains('"'),
            "{start}: {about_depth}"
        );
        assert!(
            depth(&parse.syntax()) < 8 * MAX_NESTING as usize,
            "{start}: {}",
            depth(&parse.syntax())
        );
    }
}

#[test]
fn chains_on_every_level_cannot_add_up() {
    let mut text = "x".to_owned();
    for _ in 0..300 {
        text = format!("({text}){}", ".y".repeat(200));
    }
    let parse = survives(&format!("let a = {text}\n"));
    assert!(depth(&parse.syntax()) < 8 * MAX_NESTING as usize);
    assert_eq!(
        parse
            .errors
            .iter()
            .filter(|error| error.code == "PLT0009")
            .count(),
        1
    );
}

#[test]
fn what_is_allowed_is_allowed() {
    let nested = format!("let a = {}1{}\n", "[".repeat(200), "]".repeat(200));
    crate::parse_clean(&nested);
    crate::parse_clean(&format!("let a = 1{}\n", " + 1".repeat(200)));
    crate::parse_clean(&format!("let a = [{}]\n", "1, ".repeat(10_000)));
    crate::parse_clean(&"let a = 1\n".repeat(10_000));
}

#[test]
fn odd_bytes_are_kept() {
    for text in [
        "",
        "\n",
        "\r",
        "\r\n",
        "\u{feff}",
        "\u{feff}let a = 1\r\nlet b = \"x\"\r\n// c\r\n",
        "\0",
        "let a\0 = \0 1",
        "\0\0\0\0let",
        "let a = \"\0\"",
        "let a = \u{a0}1",
        "let größe = 1",
        "let a = “x”",
        "\u{202e}let a = 1",
        "let a = \"\r\"\r",
        "\"\"\"",
        "\"\"\"\r\n \\\r\n\"\"\"",
        "#\"",
        "#\"\"\"\"#",
        "\"\\",
        "\"\\u",
        "\"\\u{",
        "\"\\u{110000}\"",
        "\"\\(",
        "\"\\(\"\\(\"\\(",
        "\"\"\"\\(\"\"\"\n\\(a\n)\"\"\"",
        "'",
        "/*",
        "/* */ */",
        "@",
        "a@",
        "a@b/",
        "a@b/c[\"",
        "a@b/c[\"x\"",
        "0",
        "0o",
        "0o9",
        "0x1f",
        "1e",
        "1_",
        "1.",
        "1.2.",
        "1..",
        "99999999999999999999999999999999999999999",
        "}",
        ")]}([{",
        "service",
        "service ",
        "service a",
        "service a:",
        "service a: B {",
        "pub",
        "@a",
        "@a(",
        "use a.{",
        "enum",
        "fn f(",
        "match",
        "if",
        "\u{1F980}",
        "a\u{301}",
    ] {
        survives(text);
    }
}

#[test]
fn errors_are_capped() {
    let parse = survives(&"$ ; `\n".repeat(100_000));
    assert!(parse.errors.len() <= 501);
    assert_eq!(parse.errors.last().map(|error| error.code), Some("PLT0022"));
}

#[test]
fn long_inputs_are_linear() {
    let big = 400_000;
    for unit in [
        "a.a.",
        "a ",
        "\"",
        "\"\\(",
        "#",
        "/*",
        "\n",
        "{",
        "}",
        "(",
        ")",
        "let a = 1\n",
        "@",
        "a@b/c[\"",
        "1-",
        "-",
        "'",
        "a\n",
        "x {\n",
        "- a\n",
        "\u{e9}",
        "\0",
        "for ",
        "service a\n",
        "[1\n",
        "f(a = 1\n",
        "@a(",
        "a: ",
        "\"\"\"",
        "#\"",
        ".",
        "=\n",
    ] {
        survives(&unit.repeat(big / unit.len()));
    }
}

#[test]
fn a_parse_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + Eq>(_: &T) {}
    shared(&parse("let a = 1\n"));
}
