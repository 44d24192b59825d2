//! Sorting, merging, capping, counting.

use crate::common::{Texts, findings, project};
use plat_diagnostics::render::concise;
use plat_diagnostics::{Diagnostic, Report, Severity, codes};

fn order(report: &Report) -> Vec<&'static str> {
    report
        .findings()
        .iter()
        .map(|finding| finding.code.code)
        .collect()
}

#[test]
fn the_order_does_not_depend_on_the_order_of_finding() {
    let texts = project();
    let expected = Report::new(findings(&texts), &texts);
    assert_eq!(
        order(&expected),
        ["PLT0701", "PLT0110", "PLT0310", "PLT0101", "PLT0303"]
    );
    for shift in 0..6 {
        let mut shuffled = findings(&texts);
        shuffled.rotate_left(shift);
        assert_eq!(Report::new(shuffled.clone(), &texts), expected);
        shuffled.reverse();
        assert_eq!(Report::new(shuffled, &texts), expected);
    }
}

#[test]
fn the_order_is_by_path_and_not_by_number() {
    let texts = Texts(vec![
        ("b.plat", String::from("x")),
        ("a.plat", String::from("x")),
    ]);
    let finding = |file| Diagnostic::new(&codes::UNKNOWN_NAME, "m").at(texts.find(file, "x"), "");
    let report = Report::new(vec![finding(0), finding(1)], &texts);
    let paths: Vec<_> = report
        .findings()
        .iter()
        .filter_map(Diagnostic::span)
        .map(|span| span.file.0)
        .collect();
    assert_eq!(paths, [1, 0]);
}

#[test]
fn one_finding_for_several_subjects_is_one() {
    let texts = project();
    let report = Report::new(findings(&texts), &texts);
    let broken = report
        .findings()
        .iter()
        .find(|finding| finding.code == &codes::REQUIREMENT_BROKEN);
    let broken = broken.expect("it is reported");
    assert_eq!(broken.subjects, ["checkout@prod", "checkout@staging"]);
    assert_eq!(broken.secondary.len(), 2, "the same labels are kept once");
}

#[test]
fn merging_keeps_what_differs() {
    let texts = project();
    let finding = |subject: &str, layer: &str| {
        Diagnostic::new(&codes::OUT_OF_RANGE, "5 is too large")
            .at(texts.find(0, "5"), "")
            .subject(subject)
            .note(format!("set by {layer}"))
    };
    let report = Report::new(
        vec![
            finding("a@prod", "`in prod`"),
            finding("a@dev", "the service"),
        ],
        &texts,
    );
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.findings()[0].subjects, ["a@dev", "a@prod"]);
    assert_eq!(
        report.findings()[0].notes,
        ["set by the service", "set by `in prod`"]
    );
}

#[test]
fn another_message_is_another_finding() {
    let texts = project();
    let finding =
        |message: &str| Diagnostic::new(&codes::OUT_OF_RANGE, message).at(texts.find(0, "5"), "");
    let twice = vec![
        finding("a"),
        finding("b"),
        finding("a"),
        finding("a").severity(Severity::Warning),
    ];
    assert_eq!(Report::new(twice, &texts).findings().len(), 3);
}

#[test]
fn counts_are_sentences() {
    let texts = project();
    let report = Report::new(findings(&texts), &texts);
    assert_eq!(
        report.counts().to_string(),
        "4 errors, 1 warning in 2 files"
    );
    assert_eq!(report.clone().capped(5), report);
    assert_eq!(
        report.capped(3).counts().to_string(),
        "4 errors, 1 warning in 2 files; 2 more not shown"
    );
    assert_eq!(
        Report::new(Vec::new(), &texts).counts().to_string(),
        "no findings"
    );
    let projectwide = Diagnostic::new(&codes::NO_PROJECT, "m").severity(Severity::Info);
    assert_eq!(
        Report::new(vec![projectwide], &texts).counts().to_string(),
        "1 note"
    );
}

#[test]
fn a_cap_hides_warnings_before_errors_and_keeps_the_order() {
    let texts = project();
    let report = Report::new(findings(&texts), &texts);
    assert_eq!(
        order(&report.clone().capped(4)),
        ["PLT0701", "PLT0310", "PLT0101", "PLT0303"]
    );
    assert_eq!(order(&report.clone().capped(2)), ["PLT0701", "PLT0310"]);
    assert_eq!(
        report.clone().capped(4).capped(2).counts(),
        report.clone().capped(2).counts()
    );
    assert!(report.clone().capped(0).findings().is_empty());
    assert!(
        report.capped(0).has_errors(),
        "a cap never makes a run succeed"
    );
}

#[test]
fn a_finding_about_a_whole_fleet_names_a_few_of_it() {
    let texts = project();
    let finding = |number: usize| {
        Diagnostic::new(&codes::MISSING_VALUE, "`B` needs `c`")
            .at(texts.end(0), "missing here")
            .subject(format!("s{number:04}@prod"))
    };
    let report = Report::new((0..3000).rev().map(finding).collect(), &texts);
    assert_eq!(report.findings()[0].subjects.len(), 3000);
    let text = concise(&report, &texts);
    assert!(
        text.contains("s0007@prod and 2992 more]") && !text.contains("s0008"),
        "{text}"
    );
}
