//! `platc graph`.

use std::io;

use plat_diagnostics::render::Format;
use plat_driver::graph;

use super::load;
use crate::args::{Global, Graph, GraphFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &Graph, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let language = match arguments.format {
        GraphFormat::Mermaid => graph::Language::Mermaid,
        GraphFormat::Dot => graph::Language::Dot,
        GraphFormat::Json => graph::Language::Json,
    };
    match graph::draw(&workspace, language, arguments.focus.as_deref()) {
        Ok(text) => {
            console.result(&text)?;
            Ok(Exit::Fine)
        }
        Err(finding) => {
            console.finding(*finding)?;
            Ok(Exit::Failure)
        }
    }
}
