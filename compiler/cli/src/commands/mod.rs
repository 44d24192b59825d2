//! One module per command.

mod affected;
mod audit;
mod build;
mod check;
mod codeowners;
mod exceptions;
mod explain;
mod fmt;
mod graph;
mod impact;
mod list;
mod new;
mod plan;
mod prove;
mod shell;
mod snapshot;
mod test;

use std::io;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use plat_diagnostics::Report;
use plat_diagnostics::render::Format;
use plat_driver::project::{self, NoProject};
use plat_driver::{Arguments, CheckOptions, Files, Workspace};
use serde::Serialize;

use crate::args::{Cli, Command, Global};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::today;

/// Runs a command. When nobody reads its output any more, that is nobody's fault.
pub(crate) fn run(cli: &Cli) -> Exit {
    let console = Console::new(&cli.global);
    match dispatch(cli, &console) {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
        Err(_) => Exit::Failure,
    }
}

fn dispatch(cli: &Cli, console: &Console) -> io::Result<Exit> {
    match &cli.command {
        Command::New(arguments) => new::run(arguments, console),
        Command::Check(arguments) => check::run(arguments, &cli.global, console),
        Command::Test(arguments) => test::run(arguments, &cli.global, console),
        Command::Build(arguments) => build::run(arguments, &cli.global, console),
        Command::Plan(arguments) => plan::run(arguments, &cli.global, console),
        Command::Impact(arguments) => impact::run(arguments, &cli.global, console),
        Command::Prove(arguments) => prove::run(arguments, &cli.global, console),
        Command::Affected(arguments) => affected::run(arguments, &cli.global, console),
        Command::Snapshot(arguments) => snapshot::run(arguments, &cli.global, console),
        Command::Explain(arguments) => explain::run(arguments, &cli.global, console),
        Command::Fmt(arguments) => fmt::run(arguments, console),
        Command::Graph(arguments) => graph::run(arguments, &cli.global, console),
        Command::List(arguments) => list::run(arguments, &cli.global, console),
        Command::Audit(arguments) => audit::run(arguments, &cli.global, console),
        Command::Waivers(arguments) => exceptions::waivers(arguments, &cli.global, console),
        Command::Patches(arguments) => exceptions::patches(arguments, &cli.global, console),
        Command::Codeowners(arguments) => codeowners::run(arguments, &cli.global, console),
        Command::Completions(arguments) => shell::completions(arguments, console),
        Command::Man(arguments) => shell::man(arguments, console),
    }
}

/// Loads the project that the arguments mean. It is never dropped: the process ends soon, and gives back all of it at once.
fn load(
    folder: Option<&Path>,
    keys: &[(String, String)],
    global: &Global,
) -> Result<ManuallyDrop<Workspace>, NoProject> {
    let from = folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let root = project::find(&from)?;
    let _progress = Progress::start("reading");
    let arguments = Arguments {
        environment_keys: keys.iter().cloned().collect(),
        today: day(global),
    };
    Ok(ManuallyDrop::new(Workspace::load(&root, &arguments)))
}

/// What findings depend on besides the sources.
fn check_options(global: &Global) -> CheckOptions {
    CheckOptions {
        today: day(global),
        standard_library: false,
    }
}

/// The day by which findings are judged.
fn day(global: &Global) -> Option<plat_driver::Date> {
    global.today.or_else(today::today)
}

/// `1 file`, `2 files`.
fn counted(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

/// Says that there is no project.
fn no_project(none: &NoProject, format: Format, console: &Console) -> io::Result<Exit> {
    let files = Files::default();
    console.findings(&Report::new(vec![none.finding()], &files), &files, format)?;
    Ok(Exit::Failure)
}

/// A JSON document for programs.
fn json(document: &impl Serialize) -> String {
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
