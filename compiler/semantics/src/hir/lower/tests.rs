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
    ..base
    "quoted key" = "v"
    [key(1)] = "computed"
    A = "x" when debug
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
        &expect![[r#"
            == service checkout
            doc "Takes an order from basket to receipt.\nTwice."
            service only in [staging, prod]
              capability HttpService
              renamed from basket
              owner = payments
              tier = critical
              resources
                cpu = <250m>
                memory = <256Mi>
              scale.max = 10
              slo
                availability = <ratio 999/1000>
              env
                ..base
                quoted key = "v"
                [key(1)] = "computed"
                A = "x" when debug
              files.at("/etc/a").mode += [420]
              let greeting: string = "hi"
              needs orders: Postgres
                size = small
                storage = <20Gi>
              needs receipts = receipt-archive
                access = [write]
              needs replica: PostgresReplica only in [prod]
                of = orders
              needs cache = shop.cache@dev
              calls inventory as inventory
                timeout = <2s>
              calls a.paypal as pay
              expose public at str("checkout." environment.domain) only in [prod]
                paths = ["/"]
              in [prod]
                scale.min = 4
                patch deployment because "why" until 2027-03-01
                  spec.paused = none
              in [staging, prod]
                env.A = "b"
              patch server.deployment because "old header" until 2027-03-01 only in [prod]
                spec.containers.at("checkout").args = ["--legacy"]
              emit extra: kubernetes.core.v1.ConfigMap because "needed" until 2026-12-31
                data
                  a = "b"
        "#]],
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
        &expect![[r#"
            == capability Page
            doc "A page."
            @stable(since = "1.0")
            capability is [Workload, std.Other]
              operated_by = platform
              runbook = "https://docs.acme.dev"
              input port: Port = 8080 // Where it listens.
              input extra: (map<string, list<int>>)?
              output url: Url = str("http://" name ":" port)
              output parts
              let both = (Add port 1)
              edge timeout: Duration = <10s>
              edge retries: (int in 0..5) = 2
              require (Greater port 80) else "too \"small\"" fix port = 81 fix scale.min = 2
              emit volume: kubernetes.core.v1.Volume for k, v in volumes when (Greater v.size <1Gi>)
                metadata.name = k
              emit server: HttpService
                ..inputs
                args = ["--model", model]
              needs db: Postgres
                size = small
            == implementation Here
            implementation of Page when (And environment.production (Not environment.small))
              output url = "x"
            == extend environment
            extend environment
              field account: (string matching "^[0-9]{12}$")
              field domain: (Hostname)? = none
            == defaults Page
            defaults for Page in [prod]
              port = 80
            -- findings
            main.plat:8:15 `use` error[PLT0212]: `@deprecated` has no argument `use`
              main.plat:8:15 `use`: no such argument
              help: write `@deprecated(because = "…", since = "…", use_instead = "…")`, or some of that
            main.plat:8:29 `1` error[PLT0212]: an argument of `@deprecated` has a name
              main.plat:8:29 `1`: without a name
              help: write `@deprecated(because = "…", since = "…", use_instead = "…")`, or some of that
        "#]],
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
let record = { ..f, a = 1, b.c = 2, d { e = 3 } }
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
        &expect![[r#"
            == let precedence
            let precedence = (Or (And (Equal (Add a (Divide (Multiply b (Negate c)) (Concat d e))) f) (Not g)) (In h i))
            == let not_in
            let not_in = (NotIn a b)
            == let optional
            let optional = (Coalesce a?.b.c["d"] e[0])
            == let branch
            let branch = (if a then b else (if c then d else e))
            == let choice
            let choice = (match a { none | b => 1; http(path, port) => 2; "x" => 3; 4 => 5; _ => 6 })
            == let listed
            let listed = [1, ..a, b when c, [d for x in xs where (Greater x 1) for y in ys]]
            == let mapped
            let mapped = {[k] = v for k, v in m}
            == let record
            let record = {..f; a = 1; b.c = 2; d; e = 3}
            == let called
            let called = f(1, b = 2, g())
            == let all
            let all = all(p(x) for x in xs where q)
            == let range
            let range = (1..n)
            == let numbers
            let numbers = [0, 1000, 493, 1.5, (Negate 3), <ratio 7/10>, <250m>, <1536Mi>, <30s>, <120USD>, <50rps>, 2026-12-31]
            == let words
            let words = [true, false, none]
            == let texts
            let texts = ["", "a\tbé", str("a" b "c"), "\\d+", "two\n  lines\n"]
            == let address
            let address = <checkout@prod/deployment>
        "#]],
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
        &expect![[r#"
            == type A
            type { a: int, b: (string)? = none, c: { d: list<A> } }
            == type B
            type "x" | "y"
            == type C
            type (Bytes in <10Gi>..<16Ti>)
            == type D
            type (string matching "^a$")
            == type E
            type (map<string, secret<string>>)?
            == type F
            type ((int in 1..limit))?
            == enum Probe
            enum
              member http
                payload path: string
                payload port: int = 80
              member exec
                payload command: list<string>
              member none
            == fn f
            fn: list<int> = [a]
              param a: int
              param b: string = "x"
        "#]],
    );
}

#[test]
fn numbers_that_do_not_fit() {
    check(
        "let a = 9223372036854775808\nlet b = 99999999999999999999999999999999999999999Gi\n",
        &expect![[r#"
            == let a
            let a = ?!
            == let b
            let b = ?!
            -- findings
            main.plat:1:9 `9223372036854775808` error[PLT0005]: this number is too large
              help: the largest whole number is `9223372036854775807`; put identifiers in quotes
            main.plat:2:9 `99999999999999999999999999999999999999999Gi` error[PLT0308]: this number is too large
              main.plat:2:9 `99999999999999999999999999999999999999999Gi`: cannot be represented
              help: write it in a larger unit
        "#]],
    );
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
        &expect![[r#"
            == capability Page
            capability is []
              input text: string
              output text: string = "x"
              let l = 1
              edge a: int
              edge b: int
              edge b: int
              emit l: kubernetes.core.v1.ConfigMap
            == service shop
            service
              capability Page
              renamed from old
              let a = 1
              calls a as a
            == type T
            type { a: int, a: string }
            == enum E
            enum
              member a
              member b
              member a
            == fn f
            fn: int = x
              param x: int
              param x: int
            -- findings
            main.plat:4:10 `text` error[PLT0103]: `text` is an input and an output of one declaration
              main.plat:4:10 `text`: an output of this name
              main.plat:3:9 `text`: an input of this name
              help: rename one of them: members are read by their bare names
            main.plat:6:3 `edge { b: int, b: int }` error[PLT0103]: a capability has one `edge` block
              main.plat:6:3 `edge { b: int, b: int }`: a second one
              main.plat:5:3 `edge { a: int }`: the first one
              help: put all fields of its edges into one block
            main.plat:6:18 `b` error[PLT0103]: two fields are called `b`
              main.plat:6:18 `b`: again here
              main.plat:6:10 `b`: first here
              help: rename or remove one of them
            main.plat:8:8 `l` error[PLT0103]: `l` is a `let` and an object of one declaration
              main.plat:8:8 `l`: an object of this name
              main.plat:7:7 `l`: a `let` of this name
              help: rename one of them: members are read by their bare names
            main.plat:12:9 `a` error[PLT0103]: `a` is a `let` and an edge of one declaration
              main.plat:12:9 `a`: an edge of this name
              main.plat:11:7 `a`: a `let` of this name
              help: rename one of them: members are read by their bare names
            main.plat:14:16 `older` error[PLT0103]: `renamed from` stands twice in one declaration
              main.plat:14:16 `older`: again here
              main.plat:13:16 `old`: first here
              help: a declaration has one former name: keep the last one that was deployed
            main.plat:16:20 `a` error[PLT0103]: two fields are called `a`
              main.plat:16:20 `a`: again here
              main.plat:16:12 `a`: first here
              help: rename or remove one of them
            main.plat:17:16 `a` error[PLT0103]: two members are called `a`
              main.plat:17:16 `a`: again here
              main.plat:17:10 `a`: first here
              help: rename or remove one of them
            main.plat:18:14 `x` error[PLT0103]: two parameters are called `x`
              main.plat:18:14 `x`: again here
              main.plat:18:6 `x`: first here
              help: rename or remove one of them
        "#]],
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
capability Page {
  @depricated
  output text: string
}
let x = match y { "a\(b)" => 1 }
"#,
        &expect![[r#"
            == service shop
            service
              capability Page
              needs a = b@prod
              patch page because "" until 2027-03-01
              patch page because " " until 2027-03-01
            == type T
            type string
            == type U
            type ?!
            == capability Page
            @stabel(since = "1")
            @nonsense()
            capability is []
              output text: string
            == let x
            let x = (match y {  => 1 })
            -- findings
            main.plat:3:22 `"ticket \(1)"` error[PLT0117]: a reason is plain text: it cannot be computed
              main.plat:3:22 `"ticket \(1)"`: holds an interpolation
              help: write the text out, without `\(…)`
            main.plat:4:22 `" "` error[PLT0117]: this reason says nothing
              main.plat:4:22 `" "`: empty
              help: say in a few words why the exception is needed: whoever removes it will want to know
            main.plat:5:13 `b@prod/deployment` error[PLT0503]: `needs` leads to a whole resource, not into it
              main.plat:5:13 `b@prod/deployment`: this address goes on behind the environment
              fix (MachineApplicable): write `b@prod`
                main.plat:5:13 `b@prod/deployment` -> "b@prod"
            main.plat:7:26 `"a\(b)"` error[PLT0117]: a pattern of a type is plain text: it cannot be computed
              main.plat:7:26 `"a\(b)"`: holds an interpolation
              help: write the text out, without `\(…)`
            main.plat:8:10 `"a\(b)"` error[PLT0117]: a type is plain text: it cannot be computed
              main.plat:8:10 `"a\(b)"`: holds an interpolation
              help: write the text out, without `\(…)`
            main.plat:9:2 `stabel` error[PLT0112]: there is no annotation `@stabel`
              main.plat:9:2 `stabel`: not known
              help: did you mean `@stable`?
              fix (MaybeIncorrect): write `@stable`
                main.plat:9:2 `stabel` -> "stable"
            main.plat:10:2 `nonsense` error[PLT0112]: there is no annotation `@nonsense`
              main.plat:10:2 `nonsense`: not known
              help: annotations are `@deprecated`, `@experimental` and `@stable`
            main.plat:12:4 `depricated` error[PLT0112]: there is no annotation `@depricated`
              main.plat:12:4 `depricated`: not known
              help: did you mean `@deprecated`?
              fix (MaybeIncorrect): write `@deprecated`
                main.plat:12:4 `depricated` -> "deprecated"
            main.plat:15:19 `"a\(b)"` error[PLT0117]: a pattern is plain text: it cannot be computed
              main.plat:15:19 `"a\(b)"`: holds an interpolation
              help: write the text out, without `\(…)`
        "#]],
    );
}

/// What the parser reports, lowering does not report again; what is whole beside it is lowered.
#[test]
fn what_is_broken_is_reported_once_and_the_rest_stands() {
    let fixture = Fixture::new(
        "
service shop: Page {
  image = ,
  port = 80
  needs
  env { A = }
}
let a = ,
let b = 1
fn f( = 1
",
    );
    let db = &fixture.db;
    let mut out = String::new();
    for item in &item_tree(db, fixture.file("main.plat")).items {
        out.push_str(&dump::dump(hir::body(db, item.id)));
        assert_eq!(hir::body_problems(db, item.id), []);
    }
    expect![[r#"
        service
          capability Page
          image = ?!
          port = 80
          needs = ?!
          env
            A = ?!
        let a = ?!
        let b = 1
        fn: ?! = ?!
    "#]]
    .assert_eq(&out);
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
            of(hir::string_piece_range(
                &fixture.db,
                decl,
                NodeId::NAME,
                0..1,
            )),
        ]
    };
    let expected = ["shop", "\"a\\tb\\u{e9}cd\"", "\\t", "\\u{e9}", "cd", "shop"];
    assert_eq!(seen(&fixture), expected);
    fixture.edit("main.plat", |text| {
        format!("// more above\nlet x = 1\n{text}")
    });
    assert_eq!(seen(&fixture), expected);
}

const SAMPLE: &str = r#"
use a.b.{C, D} as e
/// doc
@stable(since = "1.0")
pub capability P is Q, r.S {
  input a: map<string, int in 1..5>? = { b = 1 }
  output u: Url = "x\(a["k"] ?? 1)y"
  edge { t: Duration = 10s }
  require all(x > 1 for x in xs where not y) else "no" fix a.b["c"] = 2
  emit o: k.v1.O for k, v in m when c { ..g when h, [k] = v, d.e += [1, ..f] }
}
service s: P only in [x, y] {
  needs n = r.q@dev/o["k"]:v
  calls z as w { t = 2s } only in prod
  expose public at "h" { p = [1] }
  in x { i.j = match v { a(b, c) | "d" => if 1 == 2 then -3 else none, _ => {} } }
  patch o because "w" until 2027-03-01 { a = """
    text
    """ }
}
enum E { a, b(c: list<string>) }
fn f(a: int, b: string = "x"): "u" | "v" = { [k] = v for k, v in m }
defaults for P in x { a = 99.9% }
test "t" { expect 1 == 1 }
"#;

/// Whatever is cut off or cut out, lowering ends, every node stands within its file, and findings can be shown.
#[test]
fn broken_texts_are_lowered_too() {
    for (turn, (at, _)) in SAMPLE.char_indices().enumerate() {
        let (before, after) = SAMPLE.split_at(at);
        // Each place is broken one way or the other.
        if turn % 2 == 0 {
            lowers(before);
        } else {
            lowers(&format!(
                "{before}{}",
                after.chars().skip(3).collect::<String>()
            ));
        }
    }
}

fn lowers(text: &str) {
    let fixture = Fixture::new(text);
    let db = &fixture.db;
    let _ = fixture.findings();
    for item in &item_tree(db, fixture.file("main.plat")).items {
        let body = hir::body(db, item.id);
        dump::dump(body);
        let nodes = u32::try_from(hir::source_map(db, item.id).ranges.len()).expect("few");
        let mut used = body.expr_nodes.iter().chain(&body.type_nodes);
        assert!(used.all(|node| node.0 < nodes), "{text}");
        for node in (0..nodes).map(NodeId) {
            let end = hir::node_range(db, item.id, node).end();
            assert!(usize::from(end) <= text.len(), "{text}");
        }
    }
}

#[test]
fn deep_nesting_needs_no_stack() {
    let depth = 20_000;
    let texts = [
        format!("let a = {}1{}", "(".repeat(depth), ")".repeat(depth)),
        format!("let a = {}1{}", "[".repeat(depth), "]".repeat(depth)),
        format!("let a = {}1{}", "{ a = ".repeat(depth), "}".repeat(depth)),
        format!("type A = {}int{}", "list<".repeat(depth), ">".repeat(depth)),
        format!("team a {}{}", "{ b ".repeat(depth), "}".repeat(depth)),
        format!("let a = {}1", "1 + ".repeat(depth)),
        format!("let a = {}1", "- ".repeat(depth)),
        format!("let a = b{}", ".c".repeat(depth)),
        format!("let a = {}1{}", "\"\\(".repeat(depth), ")\"".repeat(depth)),
    ];
    // As much stack as a thread of a test or of rayon has, and no more.
    std::thread::scope(|scope| {
        for text in &texts {
            let worker = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn_scoped(scope, || {
                    let fixture = Fixture::new(text);
                    let decl = item_tree(&fixture.db, fixture.file("main.plat")).items[0].id;
                    assert!(!hir::source_map(&fixture.db, decl).ranges.is_empty());
                    assert!(
                        fixture.findings().contains("PLT0009"),
                        "too deep: {}",
                        &text[..20]
                    );
                });
            worker.expect("a thread").join().expect("no panic");
        }
    });
}
