//! JUnit XML, for CI systems that show tests.

use std::fmt::Write as _;
use std::time::Duration;

use super::subjects;
use crate::diagnostic::{Diagnostic, Severity};
use crate::position::Positions;
use crate::report::Report;
use crate::rule::RuleTally;
use crate::span::Sources;

/// A suite of test cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
    /// What there is to say beside the cases.
    pub output: Option<String>,
}

/// A test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it belongs to.
    pub class: String,
    /// Its name.
    pub name: String,
    /// How long it took, if anybody knows.
    pub took: Option<Duration>,
    /// What came of it.
    pub outcome: CaseOutcome,
}

/// What came of a test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutcome {
    /// It passed, perhaps with something to say.
    Passed(Option<String>),
    /// It failed.
    Failed(Complaint),
    /// It could not run.
    Broken(Complaint),
}

/// Why a test case did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What kind of thing is wrong.
    pub kind: String,
    /// In a sentence.
    pub message: String,
    /// At length.
    pub body: String,
}

/// Writes suites.
#[must_use]
pub fn suites(name: &str, suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = suites.iter().flat_map(|suite| &suite.cases);
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" {}>",
        escaped(name),
        counts(all)
    );
    for suite in suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" {}>",
            escaped(&suite.name),
            counts(&suite.cases)
        );
        for case in &suite.cases {
            write_case(&mut out, case);
        }
        if let Some(output) = &suite.output {
            let _ = writeln!(out, "    <system-out>{}</system-out>", escaped(output));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn counts<'c>(cases: impl IntoIterator<Item = &'c Case>) -> String {
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for case in cases {
        tests += 1;
        match case.outcome {
            CaseOutcome::Passed(_) => {}
            CaseOutcome::Failed(_) => failures += 1,
            CaseOutcome::Broken(_) => errors += 1,
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\"")
}

fn write_case(out: &mut String, case: &Case) {
    let took = case.took.map_or_else(String::new, |took| {
        format!(" time=\"{:.3}\"", took.as_secs_f64())
    });
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\"{took}",
        escaped(&case.class),
        escaped(&case.name)
    );
    let (element, complaint) = match &case.outcome {
        CaseOutcome::Passed(None) => {
            out.push_str("/>\n");
            return;
        }
        CaseOutcome::Passed(Some(output)) => {
            let output = escaped(output);
            let _ = writeln!(
                out,
                ">\n      <system-out>{output}</system-out>\n    </testcase>"
            );
            return;
        }
        CaseOutcome::Failed(complaint) => ("failure", complaint),
        CaseOutcome::Broken(complaint) => ("error", complaint),
    };
    let _ = writeln!(
        out,
        ">\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>",
        escaped(&complaint.kind),
        escaped(&complaint.message),
        escaped(&complaint.body)
    );
}

/// Renders one test case per guardrail, held or not, and one per other finding: an error is a failed one, any other a passed one with
/// output. A report without findings is one passed test case, since an empty suite reads as "nothing ran".
#[must_use]
pub fn junit(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let has_a_case = |finding: &&Diagnostic| {
        let mut rules = report.rules().iter();
        rules.any(|tally| is_of(finding, tally))
    };
    let others = report.findings().iter();
    let mut cases: Vec<Case> = others
        .filter(|finding| !has_a_case(finding))
        .map(|finding| case(finding, &mut positions))
        .collect();
    if cases.is_empty() {
        cases.push(Case {
            class: "project".into(),
            name: "no findings".into(),
            took: None,
            outcome: CaseOutcome::Passed(None),
        });
    }
    let hidden = report.counts().hidden > 0;
    let name = String::from("platc check");
    let mut all = vec![Suite {
        name: name.clone(),
        cases,
        output: hidden.then(|| report.counts().to_string()),
    }];
    if !report.rules().is_empty() {
        let rules = report.rules().iter();
        all.push(Suite {
            name: "guardrails".into(),
            cases: rules
                .map(|tally| guardrail(tally, report, &mut positions))
                .collect(),
            output: None,
        });
    }
    suites(&name, &all)
}

fn is_of(finding: &Diagnostic, tally: &RuleTally) -> bool {
    let rule = finding.rule.as_ref();
    rule.is_some_and(|rule| rule.name == tally.rule.name)
}

/// A guardrail with all that is found of it.
fn guardrail(tally: &RuleTally, report: &Report, positions: &mut Positions<'_>) -> Case {
    let mut lines: Vec<String> = Vec::new();
    for finding in { report.findings().iter() }.filter(|finding| is_of(finding, tally)) {
        let (_, place) = place(finding, positions);
        lines.push(body(finding, &place));
    }
    // What a cap hides does not make a guardrail hold.
    let found = tally.errors + tally.warnings + tally.infos;
    if found > lines.len() {
        lines.push(format!("{} more not shown", found - lines.len()));
    }
    for finding in { report.waived().iter() }.filter(|finding| is_of(finding, tally)) {
        let (_, place) = place(finding, positions);
        let waiver = { finding.waived.as_ref() }.map_or("", |waived| &waived.waiver);
        lines.push(format!(
            "{place}: waived by `{waiver}`: {}",
            finding.message
        ));
    }
    let body = lines.join("\n");
    Case {
        class: "guardrails".into(),
        name: tally.rule.name.clone(),
        took: None,
        outcome: if tally.errors > 0 {
            CaseOutcome::Failed(Complaint {
                kind: "guardrail".into(),
                message: format!("{}: {}", tally.rule.name, tally.rule.because),
                body,
            })
        } else {
            CaseOutcome::Passed((!body.is_empty()).then_some(body))
        },
    }
}

/// The file of a finding, and where in it.
fn place<'a>(finding: &Diagnostic, positions: &mut Positions<'a>) -> (&'a str, String) {
    match finding.span() {
        Some(span) => {
            let at = positions.start(span);
            let path = positions.path(span.file);
            (path, format!("{path}:{}:{}", at.line, at.column))
        }
        None => ("project", String::from("project")),
    }
}

fn case(finding: &Diagnostic, positions: &mut Positions<'_>) -> Case {
    let (class, place) = place(finding, positions);
    let body = body(finding, &place);
    Case {
        class: class.into(),
        name: format!("{} at {place}", finding.code.code),
        took: None,
        outcome: match finding.severity {
            Severity::Error => CaseOutcome::Failed(Complaint {
                kind: finding.code.code.into(),
                message: finding.message.clone(),
                body,
            }),
            _ => CaseOutcome::Passed(Some(body)),
        },
    }
}

fn body(finding: &Diagnostic, place: &str) -> String {
    let mut lines = vec![format!(
        "{place}: {}[{}]: {}",
        finding.severity.word(),
        finding.code.code,
        finding.message
    )];
    if !finding.subjects.is_empty() {
        lines.push(format!("in: {}", subjects(finding)));
    }
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// Escapes text for content and attributes; what XML 1.0 cannot hold at all becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\n' => result.push_str("&#10;"),
            '\t' => result.push_str("&#9;"),
            '\r' => result.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => result.push('\u{fffd}'),
            other => result.push(other),
        }
    }
    result
}
