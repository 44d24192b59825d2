//! `platc impact`.

use std::fmt::Write as _;
use std::io;

use plat_diagnostics::Report;
use plat_diagnostics::render::Format;
use plat_driver::impact::{self, Impact, Reached};
use serde::Serialize;

use super::{counted, load};
use crate::args::{self, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(
    arguments: &args::Impact,
    global: &Global,
    console: &Console,
) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let progress = Progress::start("looking");
    let found = impact::impact(&workspace, arguments.address.trim());
    drop(progress);
    match found {
        Err(finding) => {
            let files = workspace.files();
            console.findings(&Report::new(vec![*finding], files), files, Format::Human)?;
            Ok(Exit::Failure)
        }
        Ok(impact) => {
            console.result(&match arguments.format {
                TextFormat::Human => text(&impact),
                TextFormat::Json => super::json(&Document {
                    schema: "platc.impact/1",
                    impact: &impact,
                }),
            })?;
            Ok(Exit::Fine)
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    impact: &'a Impact,
}

/// Values that are listed of one object before the rest is counted.
const MAX_FIELDS: usize = 4;

fn text(impact: &Impact) -> String {
    let mut out = format!(
        "{}: {} at {}:{}\n",
        impact.address, impact.kind, impact.declared.path, impact.declared.line
    );
    if impact.reached.is_empty() {
        out.push_str("\nreaches nothing that is emitted\n");
    } else {
        let _ = writeln!(
            out,
            "\nreaches {}",
            counted(impact.reached.len(), "declaration")
        );
        for reached in &impact.reached {
            declaration(&mut out, reached);
        }
    }
    if !impact.overridden.is_empty() {
        out.push_str("\ndoes not reach, since they say otherwise\n");
        for own in &impact.overridden {
            let value = own
                .value
                .as_ref()
                .map_or_else(String::new, |value| format!(" = {value}"));
            let _ = writeln!(
                out,
                "  {}@{{{}}}{value}  {}:{}",
                own.name,
                own.environments.join(","),
                own.place.path,
                own.place.line
            );
        }
    }
    if !impact.dependents.is_empty() {
        let _ = writeln!(
            out,
            "\n{} on what is reached",
            match impact.dependents.len() {
                1 => "1 more depends".to_owned(),
                number => format!("{number} more depend"),
            }
        );
        for dependent in &impact.dependents {
            let owner = owned(dependent.owner.as_deref());
            let _ = writeln!(
                out,
                "  {}{owner}  {}",
                dependent.name,
                dependent.through.join(" → ")
            );
        }
    }
    if !impact.owners.is_empty() {
        let _ = writeln!(out, "\nask {}", impact.owners.join(", "));
    }
    out
}

fn declaration(out: &mut String, reached: &Reached) {
    let _ = writeln!(
        out,
        "  {} {}{}  in {}",
        reached.kind,
        reached.name,
        owned(reached.owner.as_deref()),
        reached.environments.join(", ")
    );
    for object in &reached.objects {
        let shown: Vec<&str> = object
            .fields
            .iter()
            .take(MAX_FIELDS)
            .map(String::as_str)
            .collect();
        let more = object.fields.len().saturating_sub(MAX_FIELDS);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "    {} {}: {}{more}",
            object.path,
            object.kind,
            shown.join(", ")
        );
    }
}

fn owned(owner: Option<&str>) -> String {
    owner.map_or_else(String::new, |owner| format!(" ({owner})"))
}
