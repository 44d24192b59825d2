//! Which queries run again after an edit.

use expect_test::expect;

use crate::hir;
use crate::items::item_tree;
use crate::scope::file_problems;
use crate::testing::Fixture;

/// Three services in two folders and a platform; everything asked once.
fn project() -> Fixture {
    let fixture = Fixture::new(
        "--- a/a.plat ---
use platform.Page

/// First.
service one: Page {
  port = 80
}

// between

service two: Page { port = 81 }
--- a/b.plat ---
service three: Page { calls one }
--- platform/p.plat ---
capability Page { input port: int = 1 }
",
    );
    ask(&fixture);
    fixture.executed();
    fixture
}

fn ask(fixture: &Fixture) {
    for &file in fixture.files.values() {
        file_problems(&fixture.db, file);
        for item in &item_tree(&fixture.db, file).items {
            hir::body(&fixture.db, item.id);
        }
    }
}

fn after(change: impl FnOnce(&str) -> String) -> String {
    let mut fixture = project();
    fixture.edit("a/a.plat", change);
    ask(&fixture);
    fixture.executed().join("\n")
}

#[test]
fn a_comment_between_items_lowers_nothing() {
    expect![[r#"
        decl_green: 2
        item_places: 1
        item_tree: 1
        parse: 1"#]]
    .assert_eq(&after(|text| {
        text.replace("// between", "// here and\n// there")
    }));
}

#[test]
fn a_comment_above_an_item_leaves_its_body_equal() {
    expect![[r#"
        body: 1
        decl_green: 2
        item_places: 1
        item_tree: 1
        lower: 1
        parse: 1"#]]
    .assert_eq(&after(|text| {
        text.replace("service two", "// more\nservice two")
    }));
}

#[test]
fn a_value_lowers_one_declaration() {
    expect![[r#"
        body: 1
        decl_green: 2
        item_places: 1
        item_tree: 1
        lower: 1
        parse: 1"#]]
    .assert_eq(&after(|text| text.replace("port = 80", "port = 90")));
}

#[test]
fn what_a_test_declares_is_lowered_apart_from_the_test() {
    let mut fixture = Fixture::new(
        "
team core { }
test \"t\" {
  service one: Page { port = 80 }
  service two: Page { port = 81 }
  expect one.port == 80
}
capability Page { input port: int = 1 }
",
    );
    let ask = |fixture: &Fixture| {
        let tree = item_tree(&fixture.db, fixture.file("main.plat"));
        let own = tree.tests.iter().flat_map(|own| &own.items);
        for item in tree.items.iter().chain(own) {
            hir::body(&fixture.db, item.id);
        }
    };
    ask(&fixture);
    fixture.executed();
    fixture.edit("main.plat", |text| text.replace("port = 81", "port = 82"));
    ask(&fixture);
    // The test itself is lowered, and comes to the same; of what it declares, one.
    expect![[r#"
        body: 2
        decl_green: 5
        item_places: 1
        item_tree: 1
        lower: 2
        parse: 1"#]]
    .assert_eq(&fixture.executed().join("\n"));
}

#[test]
fn a_new_declaration_changes_the_names_of_the_folder_only() {
    expect![[r#"
        body: 1
        decl_green: 3
        file_imports: 1
        file_problems: 2
        item_places: 1
        item_tree: 1
        lower: 1
        module_scope: 1
        parse: 1"#]]
    .assert_eq(&after(|text| format!("{text}\nlet extra = 1\n")));
}

#[test]
fn a_renamed_fact_changes_two_names_of_the_fleet() {
    expect![[r#"
        body: 1
        decl_green: 2
        file_imports: 1
        file_problems: 2
        item_places: 1
        item_tree: 1
        lower: 1
        module_scope: 1
        parse: 1"#]]
    .assert_eq(&after(|text| text.replace("service two", "service deux")));
}
