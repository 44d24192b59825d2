//! What judging a rule for a subject comes to.

use plat_diagnostics::Fault;
use plat_model::Date;
use plat_model::quantity::{Quantity, Rational};
use smol_str::SmolStr;

use crate::db::DeclId;
use crate::problem::{Anchor, ProblemFix};

/// What judging a rule for a subject comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It needs a value that is known only later.
    Unverified,
    /// It does not hold.
    Broken,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Unverified => "unverified",
            Self::Broken => "broken",
        }
    }
}

/// A rule and a subject, and what came of it: for whoever wants to know of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict<'a> {
    /// The rule.
    pub guardrail: DeclId,
    /// Which of its requirements.
    pub require: u32,
    /// Where.
    pub environment: DeclId,
    /// The declaration that the subject is, or that it is part of.
    pub of: DeclId,
    /// The address of the subject.
    pub subject: &'a str,
    /// What came of it.
    pub outcome: Outcome,
    /// The details, unless it holds.
    pub judged: Option<&'a Judged>,
}

/// A rule that does not hold for a subject, or cannot be verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The rule.
    pub guardrail: DeclId,
    /// Which of its requirements.
    pub require: u32,
    /// Where.
    pub environment: DeclId,
    /// The address of the subject.
    pub subject: SmolStr,
    /// Broken or unverified.
    pub outcome: Outcome,
    /// The rule's message for this subject.
    pub message: String,
    /// The value that decided, and where it was set.
    pub decided: Option<Decided>,
    /// The parts of the condition with their values.
    pub values: Vec<(String, String)>,
    /// The smallest change that repairs it.
    pub fix: Option<ProblemFix>,
    /// The same in words, where there is no one change.
    pub help: Option<String>,
}

/// The value that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Where it was set, or where what lacks it was made.
    pub at: Anchor,
    /// What is to be said there.
    pub label: String,
    /// Whose declaration has to change.
    pub fault: Fault,
}

/// What an element gives to what a rule asks of its whole collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The rule.
    pub guardrail: DeclId,
    /// Which of the things that it asks.
    pub aggregate: u32,
    /// Where.
    pub environment: DeclId,
    /// By what the subject finds it.
    pub keys: Box<[Datum]>,
    /// What is asked of the element; `None` when that cannot be known.
    pub value: Option<Datum>,
}

/// A value that outlives the evaluation that made it.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(SmolStr),
    /// A date.
    Date(Date),
    /// A percentage.
    Ratio(Rational),
    /// A quantity.
    Quantity(Quantity),
    /// A member of an enum without payload.
    Member(SmolStr),
    /// A fact, service or resource, by its declaration.
    Fact(DeclId),
}
