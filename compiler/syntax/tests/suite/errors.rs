//! What errors say: each slip has its own advice, is told once, and its fix repairs the line.

use expect_test::{Expect, expect};

#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&crate::told(text));
}

/// The text as the body of a service.
#[track_caller]
fn in_service(body: &str, expected: Expect) {
    expected.assert_eq(&crate::told(&format!("service s: X {{\n  {body}\n}}\n")));
}

#[test]
fn setting_values() {
    in_service("image: \"x\"", expect![]);
    in_service("port == 80", expect![]);
    in_service("port 80", expect![]);
    in_service("image \"x\"", expect![]);
    in_service("port", expect![]);
    in_service("port =", expect![]);
    in_service("a = 1 b = 2", expect![]);
    in_service("a = b c", expect![]);
    in_service("a = = 1", expect![]);
    in_service("a.1 = 1", expect![]);
}

#[test]
fn operators_of_other_languages() {
    in_service("a = b && c", expect![]);
    in_service("a = b || c", expect![]);
    in_service("a = !b", expect![]);
    in_service("a = b % c", expect![]);
    in_service("a = 7%b", expect![]);
    in_service("a = b ? c : d", expect![]);
    in_service("a = b -> c", expect![]);
    in_service("a = b < c < d", expect![]);
    in_service("a = b +", expect![]);
    in_service("a = if b { c } else { d }", expect![]);
    in_service("a = if b then c", expect![]);
    in_service("a = b == not c", expect![]);
}

#[test]
fn the_minus_sign() {
    in_service("a = b -c", expect![]);
    in_service("a = b- c", expect![]);
    in_service("a = - 5", expect![]);
    in_service("a = 3-2", expect![]);
    in_service("a = f(b)-1", expect![]);
}

#[test]
fn numbers() {
    in_service("a = 0755", expect![]);
    in_service("a = 1e3", expect![]);
    in_service("a = 0x1f", expect![]);
    in_service("a = 0O17", expect![]);
    in_service("a = 1_", expect![]);
    in_service("a = .5", expect![]);
    in_service("a = 1.2.3", expect![]);
    in_service("a = 10.0.0.0/8", expect![]);
    in_service("a = 99999999999999999999", expect![]);
    in_service("a = 10sx", expect![]);
    in_service("a = 256MiB", expect![]);
    in_service("a = 30sec", expect![]);
    in_service("a = 5gb", expect![]);
    in_service("a = 2027-13-01", expect![]);
    in_service("a = 2027-2-3", expect![]);
    in_service("a = 2027-02-30", expect![]);
}

#[test]
fn strings() {
    in_service("a = \"open\n  b = 1", expect![]);
    in_service("a = f(\"open)\n  b = 1", expect![]);
    in_service("a = \"x \\(y\"\n  b = 1", expect![]);
    in_service("a = \"x \\(y", expect![]);
    in_service("a = 'single'", expect![]);
    in_service("a = \"\\q \\$ \\r\"", expect![]);
    in_service("a = \"\\u12 \\u{110000}\"", expect![]);
    in_service("a = \"\\(b // c)\"", expect![]);
    in_service("a = \"\\()\"", expect![]);
    in_service("a = \"\\(b c)\"", expect![]);
    in_service("a = b.\"c\"", expect![]);
    check("let a = \"\"\"\n  never closed\n", expect![]);
    check("let a = \"\"\"\n  a \\\n  b\n  \"\"\"\n", expect![]);
}

#[test]
fn spellings_of_other_languages() {
    in_service("a = null", expect![]);
    in_service("a = True", expect![]);
    in_service("# comment", expect![]);
    in_service("/* comment */", expect![]);
    in_service("a = 1;", expect![]);
    in_service("a = ${b}", expect![]);
    in_service("a:\n    - b\n    - c", expect![]);
    in_service("a:\n    b: 1", expect![]);
    in_service("var a = 1", expect![]);
    check(
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n}\n",
        expect![],
    );
    check("variable \"x\" {\n  type = string\n}\n", expect![]);
    check("import std.data\n", expect![]);
    check("func f(a: int): int = a\n", expect![]);
    check("let a: int[] = b\n", expect![]);
    check("let a: [int] = b\n", expect![]);
}

#[test]
fn words_that_were_meant() {
    check("servce a: HttpService {\n  port = 80\n}\n", expect![]);
    check("frobnicate a {\n  port = 80\n}\nlet b = 1\n", expect![]);
    in_service("need orders: Postgres", expect![]);
    in_service("needs orders Postgres", expect![]);
    in_service("needs orders", expect![]);
    in_service("wibble wobble", expect![]);
    in_service("in prod {\n    needs a: B\n  }", expect![]);
    in_service("env { needs a: B }", expect![]);
    check(
        "capability C {\n  port: Port = 80\n  inputs: int\n}\n",
        expect![],
    );
    check("capability C: D {}\n", expect![]);
    check("service a {\n  port = 80\n}\n", expect![]);
    check("service: X {}\n", expect![]);
}

#[test]
fn brackets() {
    check(
        "service a: X {\n  b {\n    c = 1\n}\nservice d: X {}\n",
        expect![],
    );
    check("service a: X {\n  b = [1, 2\n  c = 1\n}\n", expect![]);
    check("service a: X {\n  b = (1, 2\n  c = 1\n}\n", expect![]);
    check("service a: X {\n  b = f(1,\n  c = 1\n}\n", expect![]);
    check("service a: X {\n  b = [1 2]\n}\n", expect![]);
    check("service a: X {\n  b = [1, 2)\n}\n", expect![]);
    check("service a: X {\n  b = f([1, 2)\n}\n", expect![]);
    check("service a: X {\n  b = 1)\n}\n", expect![]);
    check("service a: X\n{\n  b = 1\n}\n", expect![]);
    check(
        "service a: X {\n  b = 1\n}\n}\nc = 1\nd {\n  e = 2\n}\nlet f = 1\n",
        expect![],
    );
    check("let a = [1, , 2]\n", expect![]);
    check("let a: list<int = 1\n", expect![]);
    check("let a: list<int>= 1\n", expect![]);
    check("service a: X {", expect![]);
}

#[test]
fn characters() {
    check("let größe = 1\n", expect![]);
    check("let а = 1\n", expect![]);
    check("let a = “x”\n", expect![]);
    check("let a\u{a0}= 1\n", expect![]);
    check("let a = 1 – 2\n", expect![]);
    check("let a = \0\n", expect![]);
    check("let a = ~1\n", expect![]);
}

#[test]
fn exceptions_and_rules() {
    in_service("patch deployment { a = 1 }", expect![]);
    in_service("patch deployment because \"x\" { a = 1 }", expect![]);
    in_service(
        "patch deployment because x until 2027-01-01 { a = 1 }",
        expect![],
    );
    in_service("@deprecated a = 1", expect![]);
    check(
        "capability C {\n  require\n  emit a { b = 1 }\n  output\n}\n",
        expect![],
    );
    check("enum E { a, 1, b(c) }\n", expect![]);
    check("let a = match b { c = 1 }\n", expect![]);
    check("let a = [x for in xs]\n", expect![]);
    check("extend environment { a = string }\n", expect![]);
    check("test \"x\" { expct a }\n", expect![]);
}
