//! All findings of a run: sorted, merged, counted, capped.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::{Rule, RuleTally};
use crate::span::{Sources, Span};

/// The findings of a run in the one order in which every renderer shows them.
///
/// The order is path, offset, code, message; findings without a place come first. It does not depend on the
/// order in which they were found, nor on the numbers of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Diagnostic>,
    counts: Counts,
    waived: Vec<Diagnostic>,
    rules: Vec<RuleTally>,
}

/// How many findings there are, shown or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Files that a finding points into.
    pub files: usize,
    /// Findings that a cap took away; the counts above include them.
    pub hidden: usize,
}

impl Report {
    /// Sorts the findings and merges those that say the same about the same place for several subjects.
    #[must_use]
    pub fn new(findings: Vec<Diagnostic>, sources: &dyn Sources) -> Self {
        let findings = merged(findings, sources);
        let counts = count(&findings, sources);
        Self {
            findings,
            counts,
            waived: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// The same report with the rules that were judged, broken or not, and what would be findings if nobody had waived it. Neither
    /// changes the counts.
    #[must_use]
    pub fn judged_by(
        mut self,
        rules: Vec<Rule>,
        waived: Vec<Diagnostic>,
        sources: &dyn Sources,
    ) -> Self {
        self.waived = merged(waived, sources);
        let of = |findings: &[Diagnostic], rule: &Rule, severity: Option<Severity>| {
            let of_rule = findings.iter().filter(|finding| {
                let known = finding.rule.as_ref();
                known.is_some_and(|known| known.name == rule.name)
                    && severity.is_none_or(|severity| finding.severity == severity)
            });
            of_rule.count()
        };
        let tally = |rule: Rule| RuleTally {
            errors: of(&self.findings, &rule, Some(Severity::Error)),
            warnings: of(&self.findings, &rule, Some(Severity::Warning)),
            infos: of(&self.findings, &rule, Some(Severity::Info)),
            waived: of(&self.waived, &rule, None),
            rule: Arc::new(rule),
        };
        let mut rules: Vec<RuleTally> = rules.into_iter().map(tally).collect();
        rules.sort_by(|a, b| a.rule.cmp(&b.rule));
        rules.dedup_by(|later, kept| later.rule.name == kept.rule.name);
        self.rules = rules;
        self
    }

    /// The same report with at most that many findings; errors stay before warnings, warnings before notes.
    #[must_use]
    pub fn capped(mut self, max: usize) -> Self {
        let excess = self.findings.len().saturating_sub(max);
        if excess == 0 {
            return self;
        }
        let mut ranks: Vec<usize> = (0..self.findings.len()).collect();
        ranks.sort_by_key(|place| (std::cmp::Reverse(self.findings[*place].severity), *place));
        let shown: BTreeSet<usize> = ranks.into_iter().take(max).collect();
        let mut place = 0;
        self.findings.retain(|_| {
            place += 1;
            shown.contains(&(place - 1))
        });
        self.counts.hidden += excess;
        self
    }

    /// The findings to show.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// What would be findings if nobody had waived it.
    #[must_use]
    pub fn waived(&self) -> &[Diagnostic] {
        &self.waived
    }

    /// The rules that were judged, by name.
    #[must_use]
    pub fn rules(&self) -> &[RuleTally] {
        &self.rules
    }

    /// How many there are, shown or not.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether a run with these findings fails.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.counts.errors > 0
    }
}

/// One line: `3 errors, 1 warning in 2 files; 12 more not shown`.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.infos, "note"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| counted(number, word))
            .collect();
        if parts.is_empty() {
            return f.write_str("no findings");
        }
        f.write_str(&parts.join(", "))?;
        if self.files > 0 {
            write!(f, " in {}", counted(self.files, "file"))?;
        }
        if self.hidden > 0 {
            write!(f, "; {} more not shown", self.hidden)?;
        }
        Ok(())
    }
}

fn counted(number: usize, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// The order of reports. What follows the message only makes the order total, so that the input's order never
/// shows.
fn key<'a>(finding: &'a Diagnostic, sources: &'a dyn Sources) -> impl Ord + use<'a> {
    (
        finding.span().map(|span| place(span, sources)),
        finding.code.code,
        finding.message.as_str(),
        (finding.rule.as_deref(), finding.waived.as_ref()),
        std::cmp::Reverse(finding.severity),
        finding.subjects.as_slice(),
        finding.notes.as_slice(),
        finding.help.as_deref(),
        finding
            .secondary
            .iter()
            .map(|label| (place(label.span, sources), label.text.as_str()))
            .collect::<Vec<_>>(),
    )
}

fn place(span: Span, sources: &dyn Sources) -> (&str, u32, u32) {
    (
        sources.path(span.file),
        span.start().into(),
        span.end().into(),
    )
}

/// Sorted, those that say the same about the same place as one.
fn merged(findings: Vec<Diagnostic>, sources: &dyn Sources) -> Vec<Diagnostic> {
    let mut findings = findings;
    findings.sort_by(|a, b| key(a, sources).cmp(&key(b, sources)));
    findings.dedup_by(|later, kept| {
        let same = same_finding(later, kept);
        if same {
            absorb(kept, later);
        }
        same
    });
    for finding in &mut findings {
        finding.subjects.sort();
        finding.subjects.dedup();
    }
    findings
}

fn same_finding(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.code == b.code
        && a.severity == b.severity
        && a.span() == b.span()
        && a.message == b.message
        && a.rule == b.rule
        && a.waived == b.waived
}

/// Keeps what the other finding says beyond this one.
fn absorb(kept: &mut Diagnostic, other: &mut Diagnostic) {
    kept.subjects.append(&mut other.subjects);
    absorb_list(&mut kept.secondary, &mut other.secondary);
    absorb_list(&mut kept.notes, &mut other.notes);
    absorb_list(&mut kept.fixes, &mut other.fixes);
    absorb_list(&mut kept.tags, &mut other.tags);
    kept.help = kept.help.take().or_else(|| other.help.take());
    kept.fault = kept.fault.or(other.fault);
}

fn absorb_list<T: PartialEq>(kept: &mut Vec<T>, other: &mut Vec<T>) {
    for item in other.drain(..) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
}

fn count(findings: &[Diagnostic], sources: &dyn Sources) -> Counts {
    let of = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let files: BTreeSet<&str> = findings
        .iter()
        .filter_map(Diagnostic::span)
        .map(|span| sources.path(span.file))
        .collect();
    Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        files: files.len(),
        hidden: 0,
    }
}
