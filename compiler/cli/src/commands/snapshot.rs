//! `platc snapshot`.

use std::io;

use plat_diagnostics::render::Format;
use plat_driver::plan::{self, Request};

use super::{check_options, counted, load};
use crate::args::{Global, Snapshot};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(arguments: &Snapshot, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let request = Request {
        environments: arguments.environments.iter().cloned().collect(),
        check: check_options(global),
        ..Request::default()
    };
    let progress = Progress::start("recording");
    let state = plan::present(&workspace, &request);
    drop(progress);
    let state = match state {
        Ok((state, _)) => state,
        Err(failure) => return super::plan::failed(failure, &workspace, console),
    };
    let text = plan::snapshot(&state);
    match &arguments.out {
        None => console.result(&text)?,
        Some(out) => {
            if let Err(error) = plat_driver::replace_file(out, text.as_bytes()) {
                console.finding(error.finding())?;
                return Ok(Exit::Failure);
            }
            console.say(&format!(
                "wrote `{}`: {} in {}",
                plat_driver::shown_path(out),
                counted(state.instances.len(), "instance"),
                counted(state.environments.len(), "environment")
            ))?;
        }
    }
    Ok(Exit::Fine)
}
