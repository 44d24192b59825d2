//! Applying fixes.

use crate::common::{Texts, findings, project, range};
use plat_diagnostics::{Diagnostic, FileId, Fix, Span, apply_fixes, codes};

fn text(text: &str) -> Texts {
    Texts(vec![("a.plat", text.to_owned())])
}

fn span(start: usize, end: usize) -> Span {
    Span::new(FileId(0), range(start, end))
}

fn with(fix: Fix) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_NAME, "m")
        .at(span(0, 0), "")
        .fix(fix)
}

#[track_caller]
fn check(before: &str, fixes: Vec<Fix>, after: &str, applied: usize, skipped: usize) {
    let texts = text(before);
    let findings: Vec<_> = fixes.into_iter().map(with).collect();
    let result = apply_fixes(&findings, &texts);
    let text = result
        .files
        .first()
        .map_or(before, |fixed| fixed.text.as_str());
    assert_eq!(
        (text, result.applied, result.skipped),
        (after, applied, skipped)
    );
}

#[test]
fn only_what_needs_no_question_is_applied() {
    let texts = project();
    let result = apply_fixes(&findings(&texts), &texts);
    assert_eq!(
        (result.applied, result.skipped, result.files.len()),
        (1, 0, 1)
    );
    assert!(result.files[0].text.contains("calls inventory {"));
    assert_eq!(result.files[0].text.len(), texts.0[0].1.len() + 1);
}

#[test]
fn edits_do_not_disturb_each_other() {
    let fixes = vec![
        Fix::replace(span(4, 5), "EEE", ""),
        Fix::delete(span(1, 2), "").and(span(5, 5), "!"),
        Fix::insert_before(span(0, 3), "<", ""),
        Fix::insert_after(span(2, 4), ">", ""),
    ];
    check("abcdef", fixes, "<acd>EEE!f", 4, 0);
}

#[test]
fn of_two_that_overlap_the_first_wins_whole() {
    let fixes = vec![
        Fix::replace(span(1, 4), "X", ""),
        Fix::replace(span(5, 6), "F", "").and(span(3, 5), "Y"),
        Fix::replace(span(2, 2), "inside", ""),
    ];
    check("abcdef", fixes, "aXef", 1, 2);
}

#[test]
fn two_insertions_at_one_place_are_a_guess() {
    let fixes = vec![
        Fix::replace(span(1, 1), "x", ""),
        Fix::replace(span(1, 1), "y", ""),
    ];
    check("ab", fixes, "axb", 1, 1);
}

#[test]
fn the_same_fix_of_two_findings_is_one() {
    let fixes = vec![
        Fix::replace(span(1, 1), "x", "one"),
        Fix::replace(span(1, 1), "x", "another title"),
    ];
    check("ab", fixes, "axb", 1, 0);
}

#[test]
fn what_does_not_fit_the_text_is_skipped() {
    let fixes = vec![
        Fix::replace(span(1, 9), "x", ""),
        Fix::replace(span(2, 3), "inside a character", ""),
        Fix {
            edits: Vec::new(),
            ..Fix::delete(span(0, 1), "")
        },
        Fix::delete(span(0, 2), "").and(span(1, 3), "overlaps with itself"),
    ];
    check("aäb", fixes, "aäb", 0, 4);
}

#[test]
fn a_fix_may_touch_several_files() {
    let texts = Texts(vec![
        ("b.plat", String::from("b")),
        ("a.plat", String::from("a")),
    ]);
    let fix = Fix::replace(span(0, 1), "B", "").and(Span::new(FileId(1), range(0, 1)), "A");
    let result = apply_fixes(&[with(fix)], &texts);
    let files: Vec<_> = result
        .files
        .iter()
        .map(|fixed| (fixed.text.as_str(), fixed.applied))
        .collect();
    assert_eq!(files, [("A", 1), ("B", 1)]);
    assert_eq!(result.applied, 1);
}
