//! `platc codeowners`.

use std::io;

use plat_diagnostics::render::Format;
use plat_diagnostics::{Diagnostic, Severity, codes};
use plat_driver::codeowners::{self, Approvals, Failure, Forge, Request, Rule};
use plat_driver::shown_path;
use serde::Serialize;

use super::{counted, load};
use crate::args::{self, Codeowners, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &Codeowners, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let request = Request {
        forge: arguments.format.map(|format| match format {
            args::Forge::GitHub => Forge::GitHub,
            args::Forge::GitLab => Forge::GitLab,
        }),
        file: arguments.out.clone(),
    };
    let wanted = match codeowners::codeowners(&workspace, &request) {
        Ok(wanted) => wanted,
        Err(Failure::Errors(report)) => {
            console.findings(&report, workspace.files(), Format::Human)?;
            return Ok(Exit::Failure);
        }
        Err(Failure::Finding(finding)) => {
            console.finding(*finding)?;
            return Ok(Exit::Failure);
        }
    };
    console.findings(&wanted.report, workspace.files(), Format::Human)?;
    let shown = shown_path(&wanted.file);
    let mut written = false;
    if !arguments.check {
        written = match wanted.write() {
            Ok(written) => written,
            Err(error) => {
                console.finding(error.finding())?;
                return Ok(Exit::Failure);
            }
        };
    }
    let up_to_date = written || wanted.is_up_to_date();
    let holds = format!(
        "{} for {}",
        counted(wanted.rules.len(), "rule"),
        counted(wanted.sources.len(), "source")
    );
    match arguments.report {
        TextFormat::Json => console.result(&document(&wanted, written, up_to_date))?,
        TextFormat::Human if written => console.say(&format!("wrote `{shown}`: {holds}"))?,
        TextFormat::Human if up_to_date => {
            console.say(&format!("`{shown}` is up to date: {holds}"))?;
        }
        TextFormat::Human => {}
    }
    if up_to_date {
        return Ok(Exit::Fine);
    }
    let finding = Diagnostic::new(&codes::OUT_OF_DATE, format!("`{shown}` is out of date"))
        .severity(Severity::Error)
        .note(format!("the sources come to {holds}"))
        .help("run `platc codeowners` and commit the result");
    console.finding(finding)?;
    Ok(Exit::Different)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: String,
    forge: &'static str,
    written: bool,
    up_to_date: bool,
    rules: Vec<RuleDto<'a>>,
    sources: Vec<SourceDto<'a>>,
}

#[derive(Serialize)]
struct RuleDto<'a> {
    section: Option<&'a str>,
    pattern: &'a str,
    owners: &'a [String],
}

#[derive(Serialize)]
struct SourceDto<'a> {
    path: &'a str,
    approvals: Vec<ApprovalDto<'a>>,
}

#[derive(Serialize)]
struct ApprovalDto<'a> {
    team: &'a str,
    handle: Option<&'a str>,
    role: &'static str,
    kind: &'static str,
    name: &'a str,
    declared: &'a str,
}

fn document(wanted: &codeowners::Codeowners, written: bool, up_to_date: bool) -> String {
    super::json(&Document {
        schema: "platc.codeowners/1",
        file: shown_path(&wanted.file),
        forge: wanted.forge.word(),
        written,
        up_to_date,
        rules: wanted.rules.iter().map(rule).collect(),
        sources: wanted.sources.iter().map(source).collect(),
    })
}

fn rule(rule: &Rule) -> RuleDto<'_> {
    RuleDto {
        section: rule.section.as_deref(),
        pattern: &rule.pattern,
        owners: &rule.owners,
    }
}

fn source(source: &Approvals) -> SourceDto<'_> {
    let approvals = source.approvals.iter();
    SourceDto {
        path: &source.path,
        approvals: approvals
            .map(|approval| ApprovalDto {
                team: &approval.team,
                handle: approval.handle.as_deref(),
                role: approval.role.word(),
                kind: approval.kind,
                name: &approval.name,
                declared: &approval.declared,
            })
            .collect(),
    }
}
