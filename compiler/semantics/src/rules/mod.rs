//! Guardrails: which are in force where, what is waived, and what becomes of what judging found.
//!
//! Judging itself is evaluation and lives in [`crate::eval`]; here is everything around it. No rule reads the date: levels that
//! begin at dates and waivers that end at one are decided when findings are made, so that the memo of an instance does not
//! depend on the day.

mod described;
mod exemptions;
mod filter;
mod findings;
mod in_force;
mod level;
mod outcome;
mod portable;
mod waivers;

pub use described::{because, described, full_name, judged_rules, summary, waived};
pub use exemptions::{Exemption, Exemptions};
pub use filter::{FILTER_FILE, filter, is_opened};
pub use findings::{Findings, NOTICE_DAYS, Scope, change_findings, findings};
pub use in_force::{
    InForce, RulesIn, Settings, enforce_conflicts, enforced, is_in_force, parameters, rules_for,
    rules_in, rules_of_test, standing,
};
pub use level::{DeclaredLevel, Level, level_word};
pub use outcome::{Contribution, Datum, Decided, Judged, Outcome, Verdict};
pub use portable::{Portable, portable};
pub use waivers::{Waiver, sound_waivers, waiver, waiver_problems};
