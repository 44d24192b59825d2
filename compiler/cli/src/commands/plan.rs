//! `platc plan`.

use std::io;
use std::path::Path;

use plat_diagnostics::render::Format;
use plat_diagnostics::{Diagnostic, Report};
use plat_driver::plan::plan::Plan;
use plat_driver::plan::render::{self, MarkdownOptions, TerminalOptions};
use plat_driver::plan::{self, Failure, Request, States};
use plat_driver::{Files, Workspace};

use super::{check_options, load};
use crate::args::{self, Detail, Global, PlanFormat};
use crate::console::{Console, DEFAULT_WIDTH};
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(arguments: &args::Plan, global: &Global, console: &Console) -> io::Result<Exit> {
    let mut workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let request = Request {
        base: arguments.base.clone(),
        environments: arguments.environments.iter().cloned().collect(),
        check: check_options(global),
    };
    let compared = if arguments.live {
        live(&workspace, &request, arguments)
    } else {
        states(&mut workspace, &request, arguments.against.as_deref())
    };
    let mut states = match compared {
        Ok(states) => states,
        Err(failure) => return failed(failure, &workspace, console),
    };
    if let Some(path) = &arguments.terraform_plan
        && let Err(finding) = states.take_terraform(path)
    {
        return failed(finding.into(), &workspace, console);
    }
    let mut plan = states.plan(&workspace);
    states.judge(
        &workspace,
        &mut plan,
        &arguments.acknowledge,
        request.check.today,
    );
    console.findings(&states.report, workspace.files(), Format::Human)?;
    let text = match shown(&plan, &workspace, arguments, console) {
        Ok(text) => text,
        Err(finding) => {
            console.finding(*finding)?;
            return Ok(Exit::Failure);
        }
    };
    match &arguments.out {
        None => console.result(&text)?,
        Some(out) => {
            if let Err(error) = plat_driver::replace_file(out, text.as_bytes()) {
                console.finding(error.finding())?;
                return Ok(Exit::Failure);
            }
        }
    }
    if states.report.has_errors() {
        return Ok(Exit::Failure);
    }
    judged(&plan, arguments, console)
}

/// The states that are compared.
pub(super) fn states(
    workspace: &mut Workspace,
    request: &Request,
    against: Option<&Path>,
) -> Result<States, Failure> {
    let _progress = Progress::start("comparing");
    match against {
        Some(path) => plan::since_files(workspace, request, path),
        None => plan::since_commit(workspace, request, &|name| std::env::var(name).ok()),
    }
}

/// The states of a cluster.
#[cfg(feature = "live")]
fn live(
    workspace: &Workspace,
    request: &Request,
    arguments: &args::Plan,
) -> Result<States, Failure> {
    let _progress = Progress::start("asking the cluster");
    let cluster = plan::Cluster {
        context: arguments.context.clone(),
        field_manager: arguments.field_manager.clone(),
    };
    plan::since_cluster(workspace, request, &cluster)
}

/// This binary knows no clusters.
#[cfg(not(feature = "live"))]
fn live(
    _workspace: &Workspace,
    _request: &Request,
    _arguments: &args::Plan,
) -> Result<States, Failure> {
    let finding = Diagnostic::new(
        &plat_diagnostics::codes::NO_BASE,
        "this `platc` was built without the client of clusters",
    )
    .help("take a released binary, or build it with `--features live`; to compare without a cluster: `--base REF`, `--against PATH`");
    Err(Failure::Finding(Box::new(finding)))
}

/// Says why there is nothing to show.
pub(super) fn failed(
    failure: Failure,
    workspace: &Workspace,
    console: &Console,
) -> io::Result<Exit> {
    match failure {
        Failure::Finding(finding) => {
            let files = Files::default();
            console.findings(&Report::new(vec![*finding], &files), &files, Format::Human)?;
        }
        Failure::Errors(report) => {
            console.findings(&report, workspace.files(), Format::Human)?;
        }
    }
    Ok(Exit::Failure)
}

/// The plan as it was asked for.
fn shown(
    plan: &Plan,
    workspace: &Workspace,
    arguments: &args::Plan,
    console: &Console,
) -> Result<String, Box<Diagnostic>> {
    Ok(match arguments.format {
        PlanFormat::Human => {
            let options = TerminalOptions {
                detail: match arguments.detail {
                    Detail::Summary => render::Detail::Summary,
                    Detail::Owner => render::Detail::Owner,
                    Detail::Full => render::Detail::Full,
                },
                width: console.result_width().unwrap_or(DEFAULT_WIDTH),
                colour: arguments.out.is_none() && console.result_colour(),
            };
            render::terminal(plan, &options)
        }
        PlanFormat::Json => render::json(plan),
        PlanFormat::Html => render::html(plan),
        PlanFormat::Markdown => {
            let templates = match &arguments.template {
                Some(folder) => plan::templates(folder)?,
                None => Vec::new(),
            };
            let id = arguments.comment_id.as_ref();
            let options = MarkdownOptions {
                id: id.unwrap_or(&workspace.manifest().name).clone(),
                link: arguments.link.clone(),
                source_link: arguments.source_link.clone(),
                templates,
                ..MarkdownOptions::default()
            };
            render::markdown(plan, &options).map_err(|error| plan::broken_template(&error))?
        }
    })
}

/// What a plan comes to for a script: gates first.
fn judged(plan: &Plan, arguments: &args::Plan, console: &Console) -> io::Result<Exit> {
    let failed: Vec<&str> = arguments
        .fail_on
        .iter()
        .filter(|impact| plan.effective().any(|change| change.impact == **impact))
        .map(|impact| impact.name())
        .collect();
    if !failed.is_empty() {
        let message = format!("the plan has changes of impact {}", failed.join(", "));
        console.finding(
            Diagnostic::new(&plat_diagnostics::codes::GATE_FAILED, message).help(
                "`--fail-on` names these impacts: have them agreed on, or take the changes back",
            ),
        )?;
        return Ok(Exit::Failure);
    }
    let empty = plan.is_empty() && plan.unknown.is_empty();
    if arguments.expect_empty && !empty {
        let message = if plan.is_empty() {
            "nothing is known to change, but not everything could be compared"
        } else {
            "the plan is not empty"
        };
        console.finding(
            Diagnostic::new(&plat_diagnostics::codes::GATE_FAILED, message).help(
                "`--expect-empty` asks that nothing changes; the plan says what does, and why",
            ),
        )?;
        return Ok(Exit::Failure);
    }
    Ok(if empty { Exit::Fine } else { Exit::Different })
}
