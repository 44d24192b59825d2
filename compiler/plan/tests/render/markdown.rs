//! What a reviewer reads.

use expect_test::expect_file;
use plat_plan::plan::Plan;
use plat_plan::render::{MarkdownError, MarkdownOptions, markdown};

use crate::plans;

fn comment(plan: &Plan) -> String {
    let text = markdown(plan, &MarkdownOptions::default()).unwrap();
    assert!(text.starts_with("<!-- platc-plan id=default -->\n"));
    assert!(text.len() <= 65_536);
    text
}

#[test]
fn a_plan_without_changes() {
    expect_file!["snapshots/empty.md"].assert_eq(&comment(&plans::empty()));
}

#[test]
fn an_image_is_bumped() {
    expect_file!["snapshots/image-bump.md"].assert_eq(&comment(&plans::image_bump()));
}

#[test]
fn a_capability_shows_once_whom_it_reaches() {
    expect_file!["snapshots/capability-default.md"]
        .assert_eq(&comment(&plans::capability_default()));
}

#[test]
fn data_loss_comes_first() {
    let options = MarkdownOptions {
        source_link: Some("https://git.example.com/shop/blob/abc/{path}#L{line}".to_owned()),
        link: Some("https://ci.example.com/1 (2)".to_owned()),
        id: "a shop --> x".to_owned(),
        ..MarkdownOptions::default()
    };
    let text = markdown(&plans::data_loss(), &options).unwrap();
    expect_file!["snapshots/data-loss.md"].assert_eq(&text);
}

#[test]
fn deletions_and_renames() {
    expect_file!["snapshots/delete-and-rename.md"].assert_eq(&comment(&plans::delete_and_rename()));
}

#[test]
fn what_is_unknown_and_what_is_secret() {
    expect_file!["snapshots/unknown-and-secret.md"]
        .assert_eq(&comment(&plans::unknown_and_secret()));
}

#[test]
fn nothing_breaks_out_of_an_entry() {
    expect_file!["snapshots/hostile.md"].assert_eq(&comment(&plans::hostile()));
}

#[test]
fn what_has_no_room_is_counted() {
    let plan = plans::huge(40);
    for limit in [2_000, 6_000] {
        let options = MarkdownOptions {
            limit,
            ..MarkdownOptions::default()
        };
        let text = markdown(&plan, &options).unwrap();
        assert!(text.len() <= limit);
        expect_file![format!("snapshots/huge-{limit}.md")].assert_eq(&text);
    }
}

#[test]
fn a_team_may_say_it_in_its_own_words() {
    let options = MarkdownOptions {
        templates: vec![
            (
                "header.md".to_owned(),
                "# Ours: {{ headline }}\n".to_owned(),
            ),
            (
                "change.md".to_owned(),
                "* {{ objects }} {{ done }}\n".to_owned(),
            ),
        ],
        ..MarkdownOptions::default()
    };
    let text = markdown(&plans::image_bump(), &options).unwrap();
    assert!(
        text.contains("# Ours: 1 object of service checkout changes in prod\n"),
        "{text}"
    );
    assert!(text.contains("\n* Deployment updated\n"), "{text}");
}

#[test]
fn a_broken_template_says_where() {
    let with = |name: &str, text: &str| {
        let options = MarkdownOptions {
            templates: vec![(name.to_owned(), text.to_owned())],
            ..MarkdownOptions::default()
        };
        markdown(&plans::image_bump(), &options).unwrap_err()
    };
    expect_test::expect![[r#"
        error: Unexpected end of input
         --> header.md:1:18
          |
        1 | {% if headline %}
          |                  ^"#]]
    .assert_eq(&with("header.md", "{% if headline %}").to_string());
    expect_test::expect![[r#"
        error: Variable `nothing` is not defined. Available variables: address, addresses, done, fields, hidden, impact, kind, objects, previous, reason, sign
         --> change.md:2:4
          |
        2 | {{ nothing.like.it }}
          |    ^^^^^^^"#]]
        .assert_eq(&with("change.md", "a\n{{ nothing.like.it }}").to_string());
    expect_test::expect!["there is no template called `heading.md`; there are `header.md`, `section.md`, `risk.md`, `broken.md`, `unknown.md`, `cause.md`, `drift.md`, `declaration.md`, `reached.md`, `group.md`, `change.md`, `footer.md`"].assert_eq(&with("heading.md", "").to_string());
    let long = "x".repeat(70_000);
    assert!(
        matches!(with("header.md", &long), MarkdownError::NoRoom { needed, limit: 65_536 } if needed > 70_000)
    );
}

#[test]
fn a_template_that_grows_does_not_break_the_limit() {
    let options = MarkdownOptions {
        limit: 8_000,
        templates: vec![(
            "section.md".to_owned(),
            "{{ body | safe }}\n{{ body | safe }}".to_owned(),
        )],
        ..MarkdownOptions::default()
    };
    let text = markdown(&plans::huge(40), &options).unwrap();
    assert!(text.len() <= 8_000);
    assert!(text.contains("service-00000"));
}

#[test]
fn the_template_of_the_guide_works() {
    let guide = include_str!("../../../../docs/guides/pull-requests.md");
    let (_, template) = guide.split_once("```jinja\n").unwrap();
    let (template, _) = template.split_once("```").unwrap();
    let text = |plan: &Plan| {
        let options = MarkdownOptions {
            templates: vec![("header.md".to_owned(), template.to_owned())],
            ..MarkdownOptions::default()
        };
        markdown(plan, &options).unwrap()
    };
    assert!(text(&plans::data_loss()).contains("Call the storage team"));
    assert!(!text(&plans::image_bump()).contains("Call the storage team"));
    assert!(!text(&plans::empty()).contains("Call the storage team"));
}
