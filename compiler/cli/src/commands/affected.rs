//! `platc affected`.

use std::collections::BTreeSet;
use std::io;

use plat_diagnostics::render::Format;
use plat_driver::plan::Request;
use serde::Serialize;

use super::{check_options, load};
use crate::args::{Affected, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &Affected, global: &Global, console: &Console) -> io::Result<Exit> {
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
    let states = super::plan::states(&mut workspace, &request, arguments.against.as_deref());
    let states = match states {
        Ok(states) => states,
        Err(failure) => return super::plan::failed(failure, &workspace, console),
    };
    let plan = states.plan(&workspace);
    let is_service = |kind: &str| kind == "service";
    let changed: BTreeSet<&str> = plan
        .effective()
        .filter(|change| is_service(&change.declaration.kind))
        .map(|change| &*change.declaration.name)
        .collect();
    let reached: BTreeSet<&str> = { &plan.reached }
        .iter()
        .filter(|reached| !arguments.changed && is_service(&reached.name.kind))
        .map(|reached| &*reached.name.name)
        .collect();
    let unknown: Vec<&str> = plan.unknown.iter().map(|unknown| &*unknown.what).collect();
    match arguments.format {
        TextFormat::Human => {
            let all: BTreeSet<&str> = changed.union(&reached).copied().collect();
            let lines: String = all.iter().map(|name| format!("{name}\n")).collect();
            console.result(&lines)?;
            for unknown in &plan.unknown {
                console.detail(&format!(
                    "{} is unknown because {}",
                    unknown.what, unknown.because
                ));
            }
        }
        TextFormat::Json => console.result(&super::json(&Document {
            schema: "platc.affected/1",
            base: &plan.base.label,
            changed,
            reached,
            unknown,
        }))?,
    }
    Ok(Exit::Fine)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    base: &'a str,
    changed: BTreeSet<&'a str>,
    reached: BTreeSet<&'a str>,
    unknown: Vec<&'a str>,
}
