//! Bodies as text, and what lowering reports.

use expect_test::{Expect, expect};

use crate::hir::{self, NodeId, dump};
use crate::items::item_tree;
use crate::testing::Fixture;

fn check(text: &str, expected: &Expect) {
    let fixture = Fixture::new(text);
    let mut out = String::new();
    for item in &item_tree(&fixture.db, fixture.file("main.plat")).items {
        out.push_str(&format!("== {} {}\n", item.kind.word(), item.name));
        out.push_str(&dump::dump(hir::body(&fixture.db, item.id)));
    }
    let findings = fixture.findings();
    if !findings.is_empty() {
        out.push_str("-- findings\n");
        out.push_str(&findings);
    }
    expected.assert_eq(&out);
}

#[test]
fn a_service_with_every_clause() {
    check(
        r#"
/// Takes an order from basket to receipt.
/// Twice.
service checkout: HttpService only in [staging, prod] {
  owner = payments, tier = critical
  resources { cpu = 250m, memory = 256Mi }
  scale.max = 10
  slo { availability = 99.9% }
  renamed from basket
  let greeting: string = "hi"
  needs orders: Postgres { size = small, storage = 20Gi }
  needs receipts = receipt-archive { access = [write] }
  needs replica: PostgresReplica { of = orders } only in prod
  needs cache = shop.cache@dev
  calls inventory { timeout = 2s }
  calls a.paypal as pay
  expose public at "checkout.\(environment.domain)" { paths = ["/"] } only in prod
  env {
    "quoted key" = "v"
    [key(1)] = "computed"
    A = "x" when debug
    ..base
  }
  files["/etc/a"].mode += [0o644]
  in prod {
    scale.min = 4
    patch deployment because "why" until 2027-03-01 { spec.paused = none }
  }
  in [staging, prod] { env.A = "b" }
  patch server.deployment because "old header" until 2027-03-01 only in prod {
    spec.containers["checkout"].args = ["--legacy"]
  }
  emit extra: kubernetes.core.v1.ConfigMap because "needed" until 2026-12-31 { data { a = "b" } }
}
"#,
        &expect![[""]],
    );
}

#[test]
fn a_capability_with_every_clause() {
    check(
        r#"
/// A page.
@stable(since = "1.0")
pub capability Page is Workload, std.Other {
  operated_by = platform
  runbook     = "https://docs.acme.dev"
  /// Where it listens.
  @deprecated(use = "http", 1)
  input port: Port = 8080
  input extra: map<string, list<int>>?
  output url: Url = "http://\(name):\(port)"
  output parts
  let both = port + 1
  needs db: Postgres { size = small }
  edge { timeout: Duration = 10s, retries: int in 0..5 = 2 }
  require port > 80 else "too \"small\"" fix port = 81 fix scale.min = 2
  emit volume: kubernetes.core.v1.Volume for k, v in volumes when v.size > 1Gi { metadata.name = k }
  emit server: HttpService { ..inputs, args = ["--model", model] }
}
implementation Here of Page when environment.production and not environment.small {
  output url = "x"
}
extend environment { account: string matching "^[0-9]{12}$", domain: Hostname? = none }
defaults for Page in prod { port = 80 }
"#,
        &expect![[""]],
    );
}

#[test]
fn expressions() {
    check(
        r##"
let precedence = a + b * -c / (d ++ e) == f and not g or h in i
let not_in = a not in b
let optional = a?.b.c["d"] ?? e[0]
let branch = if a then b else if c then d else e
let choice = match a { none | b => 1, http(path, port) => 2, "x" => 3, 4 => 5, _ => 6 }
let listed = [1, ..a, b when c, [d for x in xs where x > 1 for y in ys]]
let mapped = { [k] = v for k, v in m }
let record = { a = 1, b.c = 2, d { e = 3 }, ..f }
let called = f(1, b = 2, g())
let all = all(p(x) for x in xs where q)
let range = 1..n
let numbers = [0, 1_000, 0o755, 1.5, -3, 70%, 250m, 1.5Gi, 30s, 120USD, 50rps, 2026-12-31]
let words = [true, false, none]
let texts = ["", "a\tb\u{e9}", "a\(b)c", #"\d+"#, """
  two
    lines
  """]
let address = checkout@prod/deployment
"##,
        &expect![[""]],
    );
}

#[test]
fn types() {
    check(
        r#"
type A = { a: int, b: string? = none, c: { d: list<A> } }
type B = "x" | "y"
type C = Bytes in 10Gi..16Ti
type D = string matching "^a$"
type E = map<string, secret<string>>?
type F = int? in 1..limit
enum Probe { http(path: string, port: int = 80), exec(command: list<string>), none }
fn f(a: int, b: string = "x"): list<int> = [a]
"#,
        &expect![[""]],
    );
}

#[test]
fn numbers_that_do_not_fit() {
    check("let a = 9223372036854775808\nlet b = 99999999999999999999999999999999999999999Gi\n", &expect![[""]]);
}

#[test]
fn two_members_of_one_name() {
    check(
        "
capability Page {
  input text: string
  output text: string = \"x\"
  edge { a: int }
  edge { b: int, b: int }
  let l = 1
  emit l: kubernetes.core.v1.ConfigMap { }
}
service shop: Page {
  let a = 1
  calls a
  renamed from old
  renamed from older
}
type T = { a: int, a: string }
enum E { a, b, a }
fn f(x: int, x: int): int = x
",
        &expect![[""]],
    );
}

#[test]
fn texts_that_must_be_plain() {
    check(
        r#"
service shop: Page {
  patch page because "ticket \(1)" until 2027-03-01 { }
  patch page because " " until 2027-03-01 { }
  needs a = b@prod/deployment
}
type T = string matching "a\(b)"
type U = "a\(b)"
@stabel(since = "1")
@nonsense
let x = match y { "a\(b)" => 1 }
"#,
        &expect![[""]],
    );
}

#[test]
fn what_is_broken_says_so_once_and_the_rest_stands() {
    check(
        "
service shop: Page {
  image =
  port = 80
  needs
  env { A = }
}
let a =
let b = 1
fn f( = 1
",
        &expect![[""]],
    );
}

#[test]
fn nodes_lead_back_to_the_text() {
    let text = "\n// about it\n/// doc\nservice shop: Page {\n  image = \"a\\tb\\u{e9}cd\"\n}\n";
    let mut fixture = Fixture::new(text);
    let decl = fixture.decl("shop");
    let seen = |fixture: &Fixture| {
        let text = fixture.file("main.plat").text(&fixture.db).clone();
        let body = hir::body(&fixture.db, decl);
        let literal = body.expr_nodes[0];
        let of = |range: text_size::TextRange| text[range].to_owned();
        [
            of(hir::node_range(&fixture.db, decl, NodeId::NAME)),
            of(hir::node_range(&fixture.db, decl, literal)),
            // The decoded text is `a⇥bécd`.
            of(hir::string_piece_range(&fixture.db, decl, literal, 1..2)),
            of(hir::string_piece_range(&fixture.db, decl, literal, 3..5)),
            of(hir::string_piece_range(&fixture.db, decl, literal, 5..7)),
            of(hir::string_piece_range(&fixture.db, decl, NodeId::NAME, 0..1)),
        ]
    };
    let expected = ["shop", "\"a\\tb\\u{e9}cd\"", "\\t", "\\u{e9}", "cd", "shop"];
    assert_eq!(seen(&fixture), expected);
    fixture.edit("main.plat", |text| format!("// more above\nlet x = 1\n{text}"));
    assert_eq!(seen(&fixture), expected);
}
