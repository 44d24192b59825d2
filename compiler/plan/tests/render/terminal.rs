//! What a terminal shows.

use expect_test::expect_file;
use plat_plan::plan::Plan;
use plat_plan::render::{Detail, TerminalOptions, terminal};
use unicode_width::UnicodeWidthStr as _;

use crate::plans;

fn show(plan: &Plan, detail: Detail) -> String {
    let text = terminal(
        plan,
        &TerminalOptions {
            detail,
            width: 80,
            colour: false,
        },
    );
    for line in text.lines() {
        assert!(line.width() <= 80, "{line}");
        assert_eq!(line.trim_end(), line, "a line ends with spaces");
    }
    text
}

#[test]
fn a_plan_without_changes() {
    expect_file!["snapshots/empty.txt"].assert_eq(&show(&plans::empty(), Detail::Summary));
}

#[test]
fn an_image_is_bumped() {
    expect_file!["snapshots/image-bump.txt"].assert_eq(&show(&plans::image_bump(), Detail::Owner));
}

#[test]
fn a_capability_shows_once_whom_it_reaches() {
    expect_file!["snapshots/capability-default.txt"]
        .assert_eq(&show(&plans::capability_default(), Detail::Summary));
}

#[test]
fn data_loss_comes_first() {
    expect_file!["snapshots/data-loss.txt"].assert_eq(&show(&plans::data_loss(), Detail::Full));
}

#[test]
fn deletions_and_renames() {
    expect_file!["snapshots/delete-and-rename.txt"]
        .assert_eq(&show(&plans::delete_and_rename(), Detail::Full));
}

#[test]
fn what_is_unknown_and_what_is_secret() {
    expect_file!["snapshots/unknown-and-secret.txt"]
        .assert_eq(&show(&plans::unknown_and_secret(), Detail::Full));
}

#[test]
fn nothing_breaks_out_of_a_line() {
    let text = show(&plans::hostile(), Detail::Full);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    expect_file!["snapshots/hostile.txt"].assert_eq(&text);
}

#[test]
fn without_colour_nothing_is_lost() {
    for plan in [
        plans::data_loss(),
        plans::hostile(),
        plans::delete_and_rename(),
    ] {
        for detail in [Detail::Summary, Detail::Owner, Detail::Full] {
            let options = |colour| TerminalOptions {
                detail,
                width: 80,
                colour,
            };
            let coloured = terminal(&plan, &options(true));
            assert!(coloured.contains('\u{1b}'));
            let mut plain = String::new();
            let mut rest = coloured.as_str();
            while let Some((before, after)) = rest.split_once('\u{1b}') {
                plain.push_str(before);
                rest = after.split_once('m').expect("a style").1;
            }
            plain.push_str(rest);
            assert_eq!(plain, terminal(&plan, &options(false)));
        }
    }
}
