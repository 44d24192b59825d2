//! `platc check`.

use std::io;

use plat_diagnostics::render::Format;
use plat_diagnostics::{Report, Sources as _, apply_fixes};
use plat_driver::Workspace;

use super::{check_options, counted, load};
use crate::args::{Check, FindingFormat, Global};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;

/// A fix can make room for another one; more rounds than this would mean that they undo each other.
const MAX_ROUNDS: usize = 8;

pub(super) fn run(arguments: &Check, global: &Global, console: &Console) -> io::Result<Exit> {
    let format = format_of(arguments.format);
    let mut workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, format, console),
    };
    let options = check_options(global);
    let check = |workspace: &Workspace| {
        let _progress = Progress::start("checking");
        plat_driver::check(workspace, &options)
    };
    let mut report = check(&workspace);
    if arguments.fix {
        let mut fixed = Fixed::default();
        for _ in 0..MAX_ROUNDS {
            match fix(&workspace, &report)? {
                Ok(round) if round.fixes == 0 => break,
                Ok(round) => {
                    fixed.fixes += round.fixes;
                    fixed.files = fixed.files.max(round.files);
                }
                Err(finding) => {
                    console.finding(*finding)?;
                    return Ok(Exit::Failure);
                }
            }
            workspace = match load(
                arguments.project.project.as_deref(),
                &arguments.project.keys,
                global,
            ) {
                Ok(workspace) => workspace,
                Err(none) => return super::no_project(&none, format, console),
            };
            report = check(&workspace);
        }
        if is_for_people(format) {
            let (fixes, files) = (
                counted(fixed.fixes, "fix").replace("fixs", "fixes"),
                counted(fixed.files, "file"),
            );
            console.say(&format!("applied {fixes} in {files}"))?;
        }
    }
    console.findings(&report, workspace.files(), format)?;
    if is_for_people(format) && report.findings().is_empty() {
        console.say(&summary(&workspace))?;
    }
    Ok(if report.has_errors() {
        Exit::Failure
    } else {
        Exit::Fine
    })
}

fn format_of(format: FindingFormat) -> Format {
    match format {
        FindingFormat::Human => Format::Human,
        FindingFormat::Concise => Format::Concise,
        FindingFormat::Json => Format::Json,
        FindingFormat::Sarif => Format::Sarif,
        FindingFormat::Junit => Format::Junit,
        FindingFormat::Github => Format::Github,
    }
}

fn is_for_people(format: Format) -> bool {
    matches!(format, Format::Human | Format::Concise)
}

/// What was looked at, when there is nothing else to say.
fn summary(workspace: &Workspace) -> String {
    let size = workspace.size();
    format!(
        "no findings: {}, {} in {}",
        counted(size.files, "file"),
        counted(size.declarations, "declaration"),
        counted(size.environments, "environment"),
    )
}

#[derive(Default)]
struct Fixed {
    fixes: usize,
    files: usize,
}

/// Applies the fixes that have one answer, to the files of the project itself.
fn fix(
    workspace: &Workspace,
    report: &Report,
) -> io::Result<Result<Fixed, Box<plat_diagnostics::Diagnostic>>> {
    let files = workspace.files();
    let fixes = apply_fixes(report.findings(), files);
    let mut fixed = Fixed::default();
    for file in &fixes.files {
        let path = files.path(file.file);
        if !workspace.is_own_file(path) {
            continue;
        }
        if let Err(error) =
            plat_driver::replace_file(&workspace.root().join(path), file.text.as_bytes())
        {
            return Ok(Err(Box::new(error.finding())));
        }
        fixed.files += 1;
        fixed.fixes += file.applied;
    }
    Ok(Ok(fixed))
}
