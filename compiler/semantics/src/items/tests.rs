//! Item trees: what is in them, and what leaves them as they are.

use expect_test::{Expect, expect};

use super::{ItemKind, item_tree};
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
            out.push_str(&format!("{path}: {public}{} {:?} #{}", item.kind.word(), item.name.as_str(), item.id.nth(db)));
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
        for asset in &tree.assets {
            out.push_str(&format!("{path}: {:?} {:?}\n", asset.kind, asset.literal.as_str()));
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
        &expect![[""]],
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
        &expect![[""]],
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
        &expect![[""]],
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
