//! The rules of a project that findings are about, and the exceptions from them: plain data for machine formats.

use crate::diagnostic::Severity;

/// A rule of the project, as its sponsor wrote it: a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Its name with its folder: `acme.platform.redundancy`.
    pub name: String,
    /// What it says: the first paragraph of its documentation.
    pub summary: Option<String>,
    /// Why it is there.
    pub because: String,
    /// Where it is explained.
    pub docs: Option<String>,
    /// The team that stands behind it.
    pub sponsor: Option<String>,
    /// How bad it is to break it.
    pub severity: Severity,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Waived {
    /// The name of the waiver.
    pub waiver: String,
    /// Its reason.
    pub because: String,
    /// The team that gave its word.
    pub approved_by: String,
    /// Its last day: `2026-12-31`.
    pub until: String,
}

/// How a rule is kept in all of a run, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTally {
    /// The rule.
    pub rule: std::sync::Arc<Rule>,
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// What cannot be verified.
    pub infos: usize,
    /// Findings that are waived.
    pub waived: usize,
}
