//! JUnit XML, for CI systems that show tests.

use std::fmt::Write as _;

use super::subjects;
use crate::diagnostic::{Diagnostic, Severity};
use crate::position::Positions;
use crate::report::Report;
use crate::span::Sources;

/// Renders one test case per finding: an error is a failed one, any other a passed one with output. A report
/// without findings is one passed test case, since an empty suite reads as "nothing ran".
#[must_use]
pub fn junit(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let findings = report.findings();
    let failures = findings.iter().filter(|finding| finding.is_error()).count();
    let tests = findings.len().max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"");
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"platc check\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"platc check\" {counts}>");
    if findings.is_empty() {
        out.push_str("    <testcase classname=\"project\" name=\"no findings\"/>\n");
    }
    for finding in findings {
        case(&mut out, finding, &mut positions);
    }
    if report.counts().hidden > 0 {
        let _ = writeln!(
            out,
            "    <system-out>{}</system-out>",
            escaped(&report.counts().to_string())
        );
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, finding: &Diagnostic, positions: &mut Positions<'_>) {
    let (class, place) = match finding.span() {
        Some(span) => {
            let at = positions.start(span);
            let path = positions.path(span.file);
            (path, format!("{path}:{}:{}", at.line, at.column))
        }
        None => ("project", String::from("project")),
    };
    let name = format!("{} at {place}", finding.code.code);
    let _ = writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\">",
        escaped(class),
        escaped(&name)
    );
    let body = escaped(&body(finding, &place));
    if finding.severity == Severity::Error {
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{body}</failure>",
            finding.code.code,
            escaped(&finding.message)
        );
    } else {
        let _ = writeln!(out, "      <system-out>{body}</system-out>");
    }
    out.push_str("    </testcase>\n");
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
