//! What holds for any plan: no comment is too long, no secret is shown, and nothing that a user wrote is more than text.

use plat_model::change::{Impact, Verdict};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::{Action, Change, Drift, Plan, Reached, Unknown};
use plat_plan::render::{Detail, MarkdownOptions, TerminalOptions, html, json, markdown, terminal};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::plans::{self, Draft};

/// Text with what means something somewhere.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,8}",
        Just("`".to_owned()),
        Just("```".to_owned()),
        Just("\n".to_owned()),
        Just("\n- # x\n\n".to_owned()),
        Just("<!-- platc-plan id=default -->".to_owned()),
        Just("</details></summary></script>".to_owned()),
        Just("<script>alert(1)</script><img src=x>".to_owned()),
        Just("@team".to_owned()),
        Just("[x](https://example.com)".to_owned()),
        Just("| a | b |".to_owned()),
        Just("\u{1b}[2J\u{202e}".to_owned()),
        Just("漢字🦀".to_owned()),
        Just("&lt;&#64;".to_owned()),
        Just("*_~$\\".to_owned()),
        Just("    ".to_owned()),
        Just("/close\n".to_owned()),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A value; where it says secret, its digest is a text that nobody may see.
fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(TreeValue::Null),
        any::<bool>().prop_map(TreeValue::Bool),
        any::<i64>().prop_map(TreeValue::Int),
        text().prop_map(|text| TreeValue::Text(text.into())),
        text().prop_map(|text| TreeValue::Unknown(text.into())),
        Just(TreeValue::Secret(plans::SECRET)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone().prop_map(Tree::new), 0..4)
                .prop_map(TreeValue::List),
            proptest::collection::vec((text(), inner), 0..4).prop_map(|entries| {
                let entries = entries.into_iter().enumerate();
                TreeValue::Map(
                    entries
                        .map(|(index, (key, value))| {
                            (format!("{key}{index}").into(), Tree::new(value))
                        })
                        .collect(),
                )
            }),
        ]
    })
    .prop_map(Tree::new)
}

fn change() -> impl Strategy<Value = Change> {
    let fields = proptest::collection::vec(
        (
            text(),
            proptest::option::of(tree()),
            proptest::option::of(tree()),
            text(),
            0..Impact::ALL.len(),
        ),
        0..4,
    );
    (
        text(),
        0..3_usize,
        0..6_usize,
        0..Impact::ALL.len(),
        proptest::option::of(text()),
        text(),
        fields,
    )
        .prop_map(
            |(service, environment, action, impact, owner, reason, fields)| {
                let environment = ["prod", "staging", "dev"][environment];
                let mut change =
                    plans::change(&service, environment, "Deployment", Impact::ALL[impact]);
                change.action = [
                    Action::NoOp,
                    Action::Create,
                    Action::Update,
                    Action::Replace,
                    Action::Move,
                    Action::Delete,
                ][action];
                change.owner = owner.map(Into::into);
                change.reason.clone_from(&reason);
                change.why = vec![plans::source(&service, 3, "service", &reason)];
                for (path, before, after, because, impact) in fields {
                    let mut field = plans::field(
                        "spec",
                        before,
                        after,
                        Verdict::new(Impact::ALL[impact], ""),
                        plans::source(&because, 7, "capability", &because),
                    );
                    field.path = field
                        .path
                        .with(plat_model::change::Step::Entry(path.into()));
                    field.verdict.reason = because.into();
                    change.fields.push(field);
                }
                change
            },
        )
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        proptest::collection::vec(change(), 0..30),
        proptest::collection::vec(text(), 0..5),
        tree(),
    )
        .prop_map(|(changes, texts, tree)| {
            let object = plans::change("x", "prod", "Deployment", Impact::None).object;
            Draft {
                changes,
                unknown: texts
                    .iter()
                    .map(|text| Unknown {
                        what: text.clone(),
                        because: text.clone(),
                    })
                    .collect(),
                reached: texts
                    .iter()
                    .map(|text| Reached {
                        name: plans::name("service", text),
                        owner: Some(text.as_str().into()),
                        through: vec![text.as_str().into(), "x".into()],
                        impact: Impact::Restart,
                    })
                    .collect(),
                drift: texts
                    .iter()
                    .map(|text| Drift {
                        address: text.clone(),
                        object: object.clone(),
                        path: None,
                        expected: Some(tree.clone()),
                        actual: None,
                        by: Some(text.clone()),
                    })
                    .collect(),
                ..Draft::default()
            }
            .plan()
        })
}

fn comment(plan: &Plan, limit: usize) -> String {
    let options = MarkdownOptions {
        limit,
        ..MarkdownOptions::default()
    };
    markdown(plan, &options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_comment_is_too_long(plan in plan(), limit in 2_000..70_000_usize) {
        prop_assert!(comment(&plan, limit).len() <= limit);
    }

    #[test]
    fn no_secret_is_shown(plan in plan()) {
        let options = TerminalOptions { detail: Detail::Full, width: 80, colour: false };
        let secret = std::str::from_utf8(&plans::SECRET).unwrap();
        let hex: String = plans::SECRET.iter().map(|byte| format!("{byte:02x}")).collect();
        let bytes = format!("{:?}", plans::SECRET);
        let outputs = [terminal(&plan, &options), comment(&plan, 65_536), json(&plan), html(&plan)];
        for output in &outputs {
            for forbidden in [secret, hex.as_str(), bytes.as_str()] {
                prop_assert!(!output.contains(forbidden));
            }
        }
    }

    #[test]
    fn a_terminal_only_gets_text(plan in plan()) {
        for detail in [Detail::Summary, Detail::Owner, Detail::Full] {
            let text = terminal(&plan, &TerminalOptions { detail, width: 80, colour: false });
            let is_plain = !text.contains('\u{1b}') && !text.contains('\u{202e}');
            prop_assert!(is_plain);
            for line in text.lines() {
                prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{}", line);
            }
        }
    }

    #[test]
    fn what_users_wrote_is_only_text(plan in plan()) {
        let text = comment(&plan, 65_536);
        // Without a link for the rest nothing links; HTML is what the templates write, with entities for what users wrote.
        let mut in_code = false;
        for event in Parser::new_ext(&text, Options::ENABLE_GFM | Options::ENABLE_TABLES) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    let mut rest = html
                        .replace("<!-- platc-plan id=default -->", "")
                        .replace("</summary>", "")
                        .replace("</details>", "");
                    for tag in ["<details>", "<summary>", "<b>", "</b>", "<sub>", "</sub>"] {
                        rest = rest.replace(tag, "");
                    }
                    prop_assert!(!rest.contains('<') && !rest.contains('>'), "{}", html);
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    prop_assert!(false, "{}", dest_url);
                }
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::Text(text) => prop_assert!(in_code || !text.contains("@team"), "{}", text),
                _ => {}
            }
        }
    }

    #[test]
    fn a_page_only_gets_text(plan in plan()) {
        let page = html(&plan);
        prop_assert_eq!(page.matches("</script").count(), 2);
        prop_assert_eq!(page.matches("<script").count(), 2);
        prop_assert!(!page.contains("<img") && !page.contains("<!-- "));
    }
}
