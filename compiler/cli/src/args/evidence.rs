//! Commands about how rules are kept, who may break them, and who has a say.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Project, TextFormat};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc codeowners                             write the rules of who must approve what
  platc codeowners --check                     a gate: the rules are those of the sources
  platc codeowners --format gitlab --out .gitlab/CODEOWNERS")]
pub(crate) struct Codeowners {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Who reads the file [default: what the repository looks like]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Forge>,
    /// The file to write into [default: the one that the forge reads]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write nothing; exit with 2 when the file is not up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// How to say what was done
    #[arg(long, value_enum, default_value_t)]
    pub(crate) report: TextFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc audit                                  how every guardrail is kept, the worst first
  platc audit --format html --out audit.html   a page to look around in
  platc audit --format csv --out audit.csv     every row, written while it is judged
  platc audit --today 2027-01-01               what will be broken by then")]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Only this environment; may be given more than once
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AuditFormat,
    /// Write it into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How evidence is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// Each guardrail with its numbers, the worst first
    #[default]
    Human,
    /// The schema `platc.audit/1`: numbers, and every subject that does not simply hold
    Json,
    /// Every subject, a line of JSON each
    Jsonl,
    /// Every subject, for spreadsheets and databases
    Csv,
    /// One page to look around in
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct Exceptions {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Only those that this team approved, or whose subject it owns
    #[arg(long, value_name = "TEAM")]
    pub(crate) owner: Option<String>,
    /// Only those whose last day is over
    #[arg(long)]
    pub(crate) expired: bool,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// Who reads CODEOWNERS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Forge {
    /// One rule decides, any of its owners approves
    #[value(name = "github")]
    GitHub,
    /// With a section for each team, so that all of them approve
    #[value(name = "gitlab")]
    GitLab,
}
