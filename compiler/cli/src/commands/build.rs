//! `platc build`.

use std::collections::BTreeSet;
use std::io;

use plat_diagnostics::render::Format;
use plat_diagnostics::{Diagnostic, Severity, codes};
use plat_driver::build::{self, Admission, Folder, Plan, RenderOptions, Rendered, Written};
use plat_driver::plan;
use serde::Serialize;

use super::{check_options, counted, load};
use crate::args::{ArtifactFormat, Build, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(arguments: &Build, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let mut environments: BTreeSet<String> = arguments.environments.iter().cloned().collect();
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => workspace.root().join(&workspace.manifest().output),
    };
    if let Some(file) = &arguments.plan {
        match plan::agreed(&workspace, file, &out, &environments) {
            Ok(planned) => environments = planned,
            Err(finding) => {
                console.finding(*finding)?;
                return Ok(Exit::Failure);
            }
        }
    }
    let options = RenderOptions {
        environments,
        format: match arguments.format {
            ArtifactFormat::Yaml => build::ArtifactFormat::Yaml,
            ArtifactFormat::Json => build::ArtifactFormat::Json,
        },
        source_maps: arguments.source_maps,
        check: check_options(global),
    };
    let progress = Progress::start("building");
    let rendered = build::render(&workspace, &options);
    drop(progress);
    let rendered = match rendered {
        Ok(rendered) => rendered,
        Err(refused) => {
            console.finding(refused.finding())?;
            return Ok(Exit::Failure);
        }
    };
    console.findings(&rendered.report, workspace.files(), Format::Human)?;
    if arguments.environments.is_empty() && arguments.report == TextFormat::Human {
        for name in &rendered.without_key {
            console.say(&format!(
                "left out `{name}`: there is one per key, such as `--key {name}=pr-12`"
            ))?;
        }
    }
    if rendered.report.has_errors() {
        return Ok(Exit::Failure);
    }
    let progress = Progress::start("writing");
    let scope = rendered.scope();
    let done = Folder::open(&out).and_then(|folder| {
        let plan = folder.plan(&rendered.artifacts, scope.as_deref())?;
        if arguments.check {
            return Ok((plan, None));
        }
        let written = folder.apply(&plan, scope.as_deref())?;
        Ok((plan, Some(written)))
    });
    drop(progress);
    let shown = plat_driver::shown_path(&out);
    match done {
        Err(error) => {
            console.finding(error.finding())?;
            Ok(Exit::Failure)
        }
        Ok((plan, None)) => checked(&plan, &shown, arguments, &rendered, console),
        Ok((plan, Some(written))) => {
            match arguments.report {
                TextFormat::Human => {
                    console.say(&said(written, &rendered, &shown))?;
                    if let Some(admission) = rendered.admission {
                        console.say(&kept(admission))?;
                    }
                }
                TextFormat::Json => console.result(&document(&plan, &rendered, &shown, true))?,
            }
            for (path, difference) in &plan.differences {
                console.detail(&format!("{:8} {path}", difference.word()));
            }
            Ok(Exit::Fine)
        }
    }
}

/// What `--check` says.
fn checked(
    plan: &Plan<'_>,
    out: &str,
    arguments: &Build,
    rendered: &Rendered,
    console: &Console,
) -> io::Result<Exit> {
    if arguments.report == TextFormat::Json {
        console.result(&document(plan, rendered, out, false))?;
    }
    if plan.is_up_to_date() {
        if arguments.report == TextFormat::Human {
            console.say(&format!(
                "`{out}` is up to date: {}",
                counted(plan.unchanged, "file")
            ))?;
        }
        return Ok(Exit::Fine);
    }
    if arguments.report == TextFormat::Human {
        for (path, difference) in &plan.differences {
            console.result(&format!("{:8} {path}\n", difference.word()))?;
        }
    }
    let number = counted(plan.differences.len(), "file");
    let finding = Diagnostic::new(
        &codes::OUT_OF_DATE,
        format!("`{out}` is out of date: {number} would change"),
    )
    .severity(Severity::Error)
    .help("run `platc build` and commit the result");
    console.finding(finding)?;
    Ok(Exit::Different)
}

fn said(written: Written, rendered: &Rendered, out: &str) -> String {
    let objects: usize = rendered
        .artifacts
        .iter()
        .map(|artifact| artifact.objects)
        .sum();
    let environments = rendered.environments.join(", ");
    let environments = if environments.is_empty() {
        "no environment".to_owned()
    } else {
        environments
    };
    let objects = format!("{} for {environments}", counted(objects, "object"));
    if written.written + written.removed == 0 {
        return format!(
            "`{out}` is up to date: {}, {objects}",
            counted(written.unchanged, "file")
        );
    }
    let mut parts = vec![format!("wrote {}", counted(written.written, "file"))];
    if written.removed > 0 {
        parts.push(format!("removed {}", written.removed));
    }
    if written.unchanged > 0 {
        parts.push(format!("kept {}", written.unchanged));
    }
    format!("{} in `{out}`: {objects}", parts.join(", "))
}

/// What clusters keep of the guardrails.
fn kept(admission: Admission) -> String {
    let policies = match admission.policies {
        1 => "1 admission policy".to_owned(),
        many => format!("{many} admission policies"),
    };
    match admission.gaps {
        0 => format!("{policies}: clusters keep every guardrail over objects"),
        gaps => format!(
            "{policies}; {} cannot be kept in whole by a cluster: see the findings",
            counted(gaps, "guardrail")
        ),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    out: &'a str,
    environments: &'a [String],
    without_key: &'a [String],
    written: bool,
    up_to_date: bool,
    unchanged: usize,
    objects: usize,
    differences: Vec<DifferenceDto<'a>>,
}

#[derive(Serialize)]
struct DifferenceDto<'a> {
    path: &'a str,
    difference: &'static str,
}

fn document(plan: &Plan<'_>, rendered: &Rendered, out: &str, written: bool) -> String {
    let differences = plan.differences.iter();
    super::json(&Document {
        schema: "platc.build/1",
        out,
        environments: &rendered.environments,
        without_key: &rendered.without_key,
        written,
        up_to_date: written || plan.is_up_to_date(),
        unchanged: plan.unchanged,
        objects: rendered
            .artifacts
            .iter()
            .map(|artifact| artifact.objects)
            .sum(),
        differences: differences
            .map(|(path, difference)| DifferenceDto {
                path,
                difference: difference.word(),
            })
            .collect(),
    })
}
