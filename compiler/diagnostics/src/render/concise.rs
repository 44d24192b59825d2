//! One line per finding, for people who scan and for tools that know compilers.

use std::fmt::Write as _;

use super::subjects;
use crate::position::Positions;
use crate::report::Report;
use crate::span::Sources;
use crate::wrap::printable;

/// Renders `path:line:col: error[PLT0101]: message [checkout@prod]`, one line per finding, then the count.
#[must_use]
pub fn concise(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let mut out = String::new();
    for finding in report.findings() {
        if let Some(span) = finding.span() {
            let at = positions.start(span);
            let path = one_line(positions.path(span.file));
            let _ = write!(out, "{path}:{}:{}: ", at.line, at.column);
        }
        let _ = write!(
            out,
            "{}[{}]: {}",
            finding.severity.word(),
            finding.code.code,
            one_line(&finding.message)
        );
        if !finding.subjects.is_empty() {
            let _ = write!(out, " [{}]", one_line(&subjects(finding)));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", report.counts());
    out
}

fn one_line(text: &str) -> String {
    printable(text).lines().collect::<Vec<_>>().join(" ")
}
