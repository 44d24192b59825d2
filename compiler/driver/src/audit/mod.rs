//! Evidence: every guardrail, requirement and subject, and what came of it.
//!
//! Rows are handed over while the project is evaluated, in an order that depends on the sources alone, and nothing of them is kept
//! here: three million of them take no more memory than a few thousand.

mod csv;
mod html;
mod json;
mod judge;
mod totals;

use std::io;

use plat_diagnostics::Report;
use plat_model::Date;
use plat_semantics::db::{DeclId, Name};
use plat_semantics::rules::{Exemptions, Waiver, waived};
use smol_str::SmolStr;

use crate::Workspace;
use crate::build::environments::{self, Chosen, Refused};
use crate::check::{self, CheckOptions};
use crate::guardrails::{self, Guardrail};

pub use csv::Csv;
pub use html::html;
pub use json::{JsonLines, json};
pub use totals::{Counts, Totals};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct AuditOptions {
    /// The environments; when there are none, all that can be built.
    pub environments: std::collections::BTreeSet<String>,
    /// How findings are judged.
    pub check: CheckOptions,
}

/// What rows speak of: they name it by its place here.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The day by which levels and waivers count.
    pub today: Option<Date>,
    /// The environments, sorted.
    pub environments: Vec<String>,
    /// Every guardrail that holds in one of them, at whatever level, by name.
    pub guardrails: Vec<Guardrail>,
    /// The waivers of the project.
    pub waivers: Vec<WaiverEntry>,
}

/// A waiver as rows name it.
#[derive(Clone, Debug)]
pub struct WaiverEntry {
    decl: DeclId,
    /// Its name.
    pub name: String,
    /// Why.
    pub because: String,
    /// The team that gave its word.
    pub approved_by: String,
    /// Its last day.
    pub until: String,
    /// Where it stands.
    pub declared: String,
}

/// What came of a requirement for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It does not hold.
    Broken,
    /// It does not hold, and somebody gave leave.
    Waived,
    /// It needs a value that is known only later.
    Unverified,
    /// It holds.
    Holds,
    /// The rule is not judged.
    Off,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Waived => "waived",
            Self::Unverified => "unverified",
            Self::Holds => "holds",
            Self::Off => "off",
        }
    }
}

/// One requirement of one guardrail, for one subject. A guardrail that is not judged has one row without a subject per environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The place of the environment.
    pub environment: usize,
    /// The place of the guardrail.
    pub guardrail: usize,
    /// Which of its requirements, from 0.
    pub require: usize,
    /// The address of the subject.
    pub subject: SmolStr,
    /// The team that owns it.
    pub owner: Option<Name>,
    /// What came of it.
    pub status: Status,
    /// The place of the waiver that lets it pass.
    pub waiver: Option<usize>,
    /// What the rule says of a subject that breaks it, or why nobody knows.
    pub message: Option<Box<str>>,
}

/// Why there is no audit.
#[derive(Debug)]
pub enum Failure {
    /// An environment cannot be had.
    Refused(Refused),
    /// The sources have errors.
    Unsound(Report),
    /// Nobody takes the rows.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// An audit that can be run.
#[derive(Debug)]
pub struct Audit<'w> {
    workspace: &'w Workspace,
    environments: Vec<DeclId>,
    check: CheckOptions,
    catalogue: Catalogue,
}

impl<'w> Audit<'w> {
    /// Looks what there is to judge.
    ///
    /// # Errors
    /// When an environment is asked for that cannot be had.
    pub fn new(workspace: &'w Workspace, options: &AuditOptions) -> Result<Self, Failure> {
        let db = workspace.db();
        let chosen = environments::choose(db, &options.environments).map_err(Failure::Refused)?;
        let Chosen { environments, .. } = chosen;
        let today = options.check.today;
        let mut guardrails = guardrails::all(workspace, &environments, today);
        guardrails.retain(|guardrail| guardrail.standings.iter().any(Option::is_some));
        let names = environments.iter();
        let exemptions = Exemptions::on(db, today);
        let waivers = exemptions.all().iter();
        let catalogue = Catalogue {
            today,
            environments: names.map(|decl| decl.name(db).to_string()).collect(),
            guardrails,
            waivers: waivers
                .map(|exemption| waiver_entry(workspace, exemption.waiver))
                .collect(),
        };
        Ok(Self {
            workspace,
            environments,
            check: options.check,
            catalogue,
        })
    }

    /// What rows speak of.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Judges everything and hands over each row, in the order of the sources; then the rows of rules over the fleet.
    ///
    /// # Errors
    /// When the sources have errors, those of rules included, or the receiver has one. What is broken is none.
    pub fn run(&self, each: &mut dyn FnMut(&Row) -> io::Result<()>) -> Result<Totals, Failure> {
        let workspace = self.workspace;
        let files = check::checked_files(workspace, self.check.standard_library);
        let problems = check::text_problems(workspace, &files, self.check.today);
        let report = check::report(workspace, &problems);
        if report.has_errors() {
            return Err(Failure::Unsound(report));
        }
        let declarations = check::evaluated(workspace, &files);
        let mut totals = Totals::new(&self.catalogue);
        let mut take = |row: &Row| {
            totals.add(row);
            each(row)
        };
        for row in self.unjudged() {
            take(&row)?;
        }
        let problems = judge::all(self, &declarations, &mut take)?;
        let report = check::report(workspace, &problems);
        match report.has_errors() {
            true => Err(Failure::Unsound(report)),
            false => Ok(totals),
        }
    }

    /// A row for each guardrail that is not judged where it would hold.
    fn unjudged(&self) -> impl Iterator<Item = Row> {
        let guardrails = self.catalogue.guardrails.iter().enumerate();
        guardrails.flat_map(|(guardrail, known)| {
            let standings = known.standings.iter().enumerate();
            standings.filter_map(move |(environment, standing)| {
                let why = standing.as_ref()?.unjudged.as_deref()?;
                Some(Row {
                    environment,
                    guardrail,
                    require: 0,
                    subject: SmolStr::default(),
                    owner: None,
                    status: Status::Off,
                    waiver: None,
                    message: Some(why.into()),
                })
            })
        })
    }
}

fn waiver_entry(workspace: &Workspace, waiver: &Waiver) -> WaiverEntry {
    let said = waived(workspace.db(), waiver);
    WaiverEntry {
        decl: waiver.decl,
        name: said.waiver,
        because: said.because,
        approved_by: said.approved_by,
        until: said.until,
        declared: workspace.place(waiver.decl),
    }
}
