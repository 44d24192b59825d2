//! GitHub Actions workflow commands, which annotate the lines of a pull request.

use std::fmt::Write as _;

use super::subjects;
use crate::diagnostic::{Diagnostic, Severity};
use crate::position::Positions;
use crate::report::Report;
use crate::span::Sources;
use crate::wrap::printable;

/// Renders one workflow command per finding, then the count as a plain line.
#[must_use]
pub fn github(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let mut out = String::new();
    for finding in report.findings() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let about = match &finding.rule {
            Some(rule) => &rule.name,
            None => finding.code.summary,
        };
        let title = format!("{}: {about}", finding.code.code);
        let _ = write!(out, "::{command} title={}", property(&title));
        if let Some(span) = finding.span() {
            let (start, end) = positions.range(span);
            let path = property(positions.path(span.file));
            let _ = write!(out, ",file={path},line={},endLine={}", start.line, end.line);
            // The service refuses columns of an annotation over several lines.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let _ = writeln!(out, "::{}", data(&printable(&body(finding))));
    }
    let _ = writeln!(out, "{}", report.counts());
    out
}

fn body(finding: &Diagnostic) -> String {
    let mut lines = vec![finding.message.clone()];
    if !finding.subjects.is_empty() {
        lines.push(format!("in {}", subjects(finding)));
    }
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
