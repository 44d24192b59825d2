//! Input that nobody means: a diagnostic each, nothing lost, no panic, no overflow of the stack.

use std::fmt::Write as _;

use plat_tests::{Checked, Scratch};

const GOOD: &str = "team web { }\nservice good: HttpService { owner = nobody }\n";

/// Checks a project with a bad file beside a good one, whose finding must not be hidden.
fn check_beside_good(bad: impl AsRef<[u8]>) -> Checked {
    let scratch = Scratch::new([("good/good.plat", GOOD)]);
    scratch.write("bad/bad.plat", bad);
    let checked = scratch.check();
    let hidden = !checked.lines().iter().any(|line| line.contains("nobody"));
    assert!(
        !hidden,
        "the finding in the good file is hidden: {:?}",
        checked.lines()
    );
    checked
}

#[track_caller]
fn assert_code(checked: &Checked, code: &str) {
    let lines: Vec<String> = checked.lines().into_iter().take(10).collect();
    assert!(checked.has(code), "{code} is not among {lines:#?}");
}

#[test]
fn bytes_that_are_no_text() {
    let checked = check_beside_good(b"team a { email = \"\xff\xfe\" }\n");
    assert_code(&checked, "PLT0704");
    assert!(
        checked
            .lines()
            .iter()
            .any(|line| line.starts_with("bad/bad.plat:1:19 PLT0704")),
        "{:?}",
        checked.lines()
    );
    assert_eq!(
        checked
            .lines()
            .iter()
            .filter(|line| line.starts_with("bad/"))
            .count(),
        1,
        "one finding is enough"
    );
}

#[test]
fn nul_bytes() {
    let checked = check_beside_good(b"team a\0b { }\n");
    assert!(
        checked
            .lines()
            .iter()
            .any(|line| line.starts_with("bad/bad.plat:1:7")),
        "{:?}",
        checked.lines()
    );
}

#[test]
fn a_byte_order_mark_and_carriage_returns_mean_nothing() {
    let checked = check_beside_good("\u{feff}team a {\r\n  chat = \"#a\"\r\n}\r\n");
    assert!(
        !checked.lines().iter().any(|line| line.starts_with("bad/")),
        "{:?}",
        checked.lines()
    );
}

#[test]
fn a_file_of_fifty_megabytes() {
    let checked = check_beside_good("// x\n".repeat(10_000_000));
    assert_code(&checked, "PLT0709");
}

#[test]
fn a_file_of_almost_eight_megabytes_is_read() {
    let mut text = String::new();
    for number in 0..100_000 {
        let _ = writeln!(
            text,
            "let a{number} = {number} + {number} * {number} - {number}"
        );
    }
    let checked = check_beside_good(text);
    assert!(
        !checked.lines().iter().any(|line| line.starts_with("bad/")),
        "{:?}",
        checked.lines()
    );
}

#[test]
fn a_hundred_thousand_brackets() {
    for (open, close) in [
        ("[", "]"),
        ("{", "}"),
        ("(", ")"),
        ("{ a = ", "}"),
        ("f(", ")"),
        ("\"\\(", ")\""),
        ("not ", ""),
        ("-", ""),
    ] {
        let closed = format!(
            "let x = {}1{}\n",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert!(check_beside_good(&closed).report.has_errors(), "{open}");
        let unclosed = format!("let x = {}\n", open.repeat(100_000));
        assert!(check_beside_good(&unclosed).report.has_errors(), "{open}");
    }
}

#[test]
fn types_nested_without_end() {
    let text = format!(
        "type T = {}int{}\n",
        "list<".repeat(50_000),
        ">".repeat(50_000)
    );
    assert!(check_beside_good(&text).report.has_errors());
}

#[test]
fn long_chains_of_operators() {
    let sums = format!("let x = 1{}\n", " + 1".repeat(50_000));
    check_beside_good(&sums);
    let fields = format!("let x = a{}\n", ".b".repeat(50_000));
    assert!(check_beside_good(&fields).report.has_errors());
}

#[test]
fn everything_unterminated() {
    for text in [
        "let x = \"",
        "let x = \"\"\"",
        "let x = #\"",
        "let x = \"\\(",
        "let x = \"\\(a",
        "service s: HttpService {",
        "service s",
        "service",
        "use ",
        "use a.{",
        "enum E {",
        "let x = [",
        "let x = f(",
        "let x = if a then",
        "let x = match a {",
        "fn f(",
        "capability C { emit a: ",
        "patch",
        "in prod {",
        "@",
        "@a(",
        "///",
        "let x = 1 +",
    ] {
        let checked = check_beside_good(text);
        assert!(
            checked.lines().iter().any(|line| line.starts_with("bad/")) || text == "///",
            "{text:?}: {:?}",
            checked.lines()
        );
    }
}

#[test]
fn a_broken_declaration_does_not_hide_the_next_one() {
    let checked = check_beside_good(
        "service broken: HttpService { image = = \n\nteam after { emial = \"a@b.example\" }\n",
    );
    assert!(
        checked.lines().iter().any(|line| line.contains("emial")),
        "{:?}",
        checked.lines()
    );
}

#[test]
fn names_that_kubernetes_does_not_allow() {
    for (name, code) in [
        ("a".repeat(64), "PLT0606"),
        ("Checkout".to_owned(), "PLT0606"),
    ] {
        let text = format!(
            "environment prod {{ }}\nteam t {{ }}\nservice {name}: HttpService {{ owner = t, image = \"example.com/a:1\", port = 8080 }}\n"
        );
        assert_code(&check_beside_good(&text), code);
    }
}

#[test]
fn paths_that_leave_the_project() {
    let checked =
        check_beside_good("let a = file(\"../../../etc/passwd\")\nlet b = file(\"/etc/passwd\")\n");
    let found = checked
        .lines()
        .iter()
        .filter(|line| line.starts_with("bad/"))
        .count();
    assert_eq!(found, 2, "{:?}", checked.lines());
    assert!(
        !checked.human().contains("root:"),
        "nothing of the file is read"
    );
}

#[test]
fn programs_that_would_explode() {
    let mut doubling = String::from("let b0 = [1, 2]\n");
    for number in 1..60 {
        let _ = writeln!(
            doubling,
            "let b{number} = b{} ++ b{}",
            number - 1,
            number - 1
        );
    }
    let use_of = |value: &str| {
        format!(
            "environment prod {{ }}\nteam t {{ }}\ncapability C {{\n  emit c: kubernetes.core.v1.ConfigMap {{\n    metadata {{ name = name }}\n    data {{ x = json({value}) }}\n  }}\n}}\nservice s: C {{ owner = t }}\n"
        )
    };
    for text in [
        doubling + &use_of("b59"),
        use_of("[1 for a in 0..100000 for b in 0..100000 for c in 0..100000]"),
        use_of("sum(x for x in 0..9000000000000000000)"),
        use_of(
            "join([\"x\" for a in 0..900000], \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\")",
        ),
    ] {
        assert_code(&check_beside_good(&text), "PLT0306");
    }
}

#[test]
fn rings_of_every_kind() {
    for (text, code) in [
        ("let a = b\nlet b = c\nlet c = a\n", "PLT0305"),
        (
            "fn f(x: int): int = g(x)\nfn g(x: int): int = f(x)\nlet a = f(1)\n",
            "PLT0113",
        ),
        ("type A = { b: B }\ntype B = { a: A }\n", "PLT0114"),
        ("capability A is B { }\ncapability B is A { }\n", "PLT0115"),
        (
            "environment a like b { }\nenvironment b like a { }\n",
            "PLT0116",
        ),
    ] {
        assert_code(&check_beside_good(text), code);
    }
}
