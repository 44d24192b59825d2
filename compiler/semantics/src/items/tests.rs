//! Item trees: what is in them, and what leaves them as they are.

use expect_test::{Expect, expect};

use super::{ItemKind, item_tree};
use crate::hir::source::decl_range;
use crate::testing::Fixture;

fn check(text: &str, expected: &Expect) {
    let fixture = Fixture::new(text);
    let db = &fixture.db;
    let mut out = String::new();
    for (path, file) in &fixture.files {
        let tree = item_tree(db, *file);
        for item in &tree.uses {
            out.push_str(&format!("{path}: use {item:?}\n"));
        }
        for item in &tree.items {
            let public = if item.public { "pub " } else { "" };
            out.push_str(&format!(
                "{path}: {public}{} {:?} #{}",
                item.kind.word(),
                item.name.as_str(),
                item.id.nth(db)
            ));
            if let Some(only) = &item.only {
                out.push_str(&format!(" only {only:?}"));
            }
            if let Some(like) = &item.like {
                out.push_str(&format!(" like {like}"));
            }
            for edge in &item.edges {
                out.push_str(&format!("\n  {edge:?}"));
            }
            out.push('\n');
        }
        for own in &tree.tests {
            for item in &own.items {
                assert_eq!(item.id.test(db), Some(own.test));
                out.push_str(&format!(
                    "{path}: in {:?}: {} {:?} #{} {:?}\n",
                    own.test.name(db).as_str(),
                    item.kind.word(),
                    item.name.as_str(),
                    item.id.nth(db),
                    decl_range(db, item.id),
                ));
            }
        }
        for asset in &tree.assets {
            out.push_str(&format!(
                "{path}: {:?} {:?}\n",
                asset.kind,
                asset.literal.as_str()
            ));
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn every_kind_of_item() {
    check(
        r#"
use std.workload.{HttpService, Worker}
pub use platform.helper as help
team payments { email = "payments@acme.dev" }
system shop: Tenant { owner = payments }
environment prod { }
environment preview like prod { }
external paypal { host = "api.paypal.com" }
pub capability Page is Workload { }
implementation PageHere of Page when environment.production { }
resource archive: Bucket only in [staging, prod] { }
defaults for HttpService { port = 80 }
defaults for HttpService in prod { port = 81 }
defaults for std.workload.Worker { }
extend environment { domain: Hostname }
extend environment { account: string }
guardrail redundancy { }
waiver single { }
pipeline main { }
migration m for Page { }
test "a page" { }
type Port8 = int in 1..8
enum Size { small, large }
pub let region = "eu"
fn twice(x: int): int = x * 2
service checkout: HttpService only in prod { rules = file("rules.json") }
service checkout: Page { rules = file("rules.json"), all = manifests("vendor/*.yaml"), no = file("a\(1)") }
"#,
        &expect![[r#"
            main.plat: use UseItem { index: 0, path: ["std", "workload"], group: Some(["HttpService", "Worker"]), alias: None, public: false, mentioned: [true, false] }
            main.plat: use UseItem { index: 1, path: ["platform", "helper"], group: None, alias: Some("help"), public: true, mentioned: [false] }
            main.plat: team "payments" #0
            main.plat: system "shop" #0
            main.plat: environment "prod" #0
            main.plat: environment "preview" #0 like prod
            main.plat: external "paypal" #0
            main.plat: pub capability "Page" #0
            main.plat: implementation "PageHere" #0
            main.plat: resource "archive" #0 only ["staging", "prod"]
            main.plat: defaults "HttpService" #0
            main.plat: defaults "HttpService" #1
            main.plat: defaults "std.workload.Worker" #0
            main.plat: extend "environment" #0
            main.plat: extend "environment" #1
            main.plat: guardrail "redundancy" #0
            main.plat: waiver "single" #0
            main.plat: pipeline "main" #0
            main.plat: migration "m" #0
            main.plat: test "a page" #0
            main.plat: type "Port8" #0
            main.plat: enum "Size" #0
            main.plat: pub let "region" #0
            main.plat: fn "twice" #0
            main.plat: service "checkout" #0 only ["prod"]
            main.plat: service "checkout" #1
            main.plat: File "rules.json"
            main.plat: Manifests "vendor/*.yaml"
        "#]],
    );
}

#[test]
fn edges_to_other_facts() {
    check(
        "
service checkout: HttpService {
  needs orders: Postgres { size = small }
  needs receipts = receipt-archive { access = [write] }
  needs cache = shop.cache@dev only in prod
  calls inventory { timeout = 2s }
  calls payments.stock as stock only in [staging, prod]
  in prod { scale.min = 4 }
}
",
        &expect![[r#"
            main.plat: service "checkout" #0
              EdgeItem { target: "receipt-archive", path: "receipt-archive", calls: false, elsewhere: None, only: None }
              EdgeItem { target: "cache", path: "shop.cache", calls: false, elsewhere: Some("dev"), only: Some(["prod"]) }
              EdgeItem { target: "inventory", path: "inventory", calls: true, elsewhere: None, only: None }
              EdgeItem { target: "stock", path: "payments.stock", calls: true, elsewhere: None, only: Some(["staging", "prod"]) }
        "#]],
    );
}

#[test]
fn what_a_test_declares_is_apart() {
    check(
        "
service a: C { }
test \"t\" {
  let a = 1
  /// Its own.
  service a: C { calls b }
  team a { }
  service a: C only in prod { }
  expect a == 1
}
test \"t\" { service a: C { } }
",
        &expect![[r#"
            main.plat: service "a" #0
            main.plat: test "t" #0
            main.plat: test "t" #1
            main.plat: in "t": service "a" #0 43..82
            main.plat: in "t": team "a" #0 85..95
            main.plat: in "t": service "a" #1 98..127
            main.plat: in "t": service "a" #0 157..173
        "#]],
    );
}

#[test]
fn broken_items_keep_their_place() {
    check(
        "
service : HttpService { }
let
fn ( ): int = 1
service b HttpService { }
type = int
let z = 1
",
        &expect![[r#"
            main.plat: service "" #0
            main.plat: let "" #0
            main.plat: fn "" #0
            main.plat: service "b" #0
            main.plat: type "" #0
            main.plat: let "z" #0
        "#]],
    );
}

#[test]
fn keywords_are_those_of_the_grammar() {
    let words: Vec<&str> = ItemKind::ALL.iter().map(|kind| kind.word()).collect();
    for word in &words {
        let text = match *word {
            "service" | "resource" => format!("{word} x: C {{ }}"),
            "implementation" => "implementation x of C { }".to_owned(),
            "defaults" => "defaults for C { }".to_owned(),
            "enforce" => "enforce x in e { }".to_owned(),
            "migration" => "migration x for C { }".to_owned(),
            "test" => "test \"x\" { }".to_owned(),
            "type" => "type x = int".to_owned(),
            "enum" => "enum x { a }".to_owned(),
            "let" => "let x = 1".to_owned(),
            "fn" => "fn x(): int = 1".to_owned(),
            _ => format!("{word} x {{ }}"),
        };
        let fixture = Fixture::new(&text);
        let tree = item_tree(&fixture.db, fixture.file("main.plat"));
        assert_eq!(tree.items.len(), 1, "{text}");
        assert_eq!(tree.items[0].kind.word(), *word, "{text}");
    }
}
