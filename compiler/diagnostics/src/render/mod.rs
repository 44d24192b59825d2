//! One report, many readers. Every renderer is a function from a [`Report`] to text.

mod concise;
mod github;
mod human;
mod json;
pub mod junit;
mod sarif;
mod snippet;
mod uri;

use crate::diagnostic::Diagnostic;
use crate::report::Report;
use crate::span::Sources;

pub use concise::concise;
pub use github::github;
pub use human::{Charset, Terminal, human};
pub use json::{SCHEMA as JSON_SCHEMA, json};
pub use junit::junit;
pub use sarif::sarif;

/// Who reads the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A person at a terminal: source lines, labels, notes.
    Human,
    /// A person or a tool that wants one line per finding: `path:line:col: error[PLT0101]: message`.
    Concise,
    /// A program: the documented schema `platc.check/1`.
    Json,
    /// A code-scanning service: SARIF 2.1.0.
    Sarif,
    /// A CI system that knows tests: JUnit XML.
    Junit,
    /// GitHub Actions: workflow commands that annotate a pull request.
    Github,
}

impl Format {
    /// Every format, with the name that selects it on the command line.
    pub const ALL: [(&'static str, Self); 6] = [
        ("human", Self::Human),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
    ];
}

/// Renders the report for a reader. The terminal matters to [`Format::Human`] only.
#[must_use]
pub fn render(
    report: &Report,
    sources: &dyn Sources,
    format: Format,
    terminal: &Terminal,
) -> String {
    match format {
        Format::Human => human(report, sources, terminal),
        Format::Concise => concise(report, sources),
        Format::Json => json(report, sources),
        Format::Sarif => sarif(report, sources),
        Format::Junit => junit(report, sources),
        Format::Github => github(report, sources),
    }
}

/// How many subjects of one finding a person wants to read.
const MAX_SUBJECTS: usize = 8;

/// The subjects of a finding in words: a mistake in a capability concerns all of a fleet. Formats for programs list them all.
fn subjects(finding: &Diagnostic) -> String {
    match finding.subjects.split_at_checked(MAX_SUBJECTS) {
        Some((shown, more)) if more.len() > 1 => {
            format!("{} and {} more", shown.join(", "), more.len())
        }
        _ => finding.subjects.join(", "),
    }
}
