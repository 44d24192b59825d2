//! `platc completions` and `platc man`.

use std::io;

use clap::CommandFactory as _;
use plat_diagnostics::{Diagnostic, codes};

use crate::args::{Cli, Completions, Man};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn completions(arguments: &Completions, console: &Console) -> io::Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "platc", &mut text);
    console.result(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Fine)
}

pub(super) fn man(arguments: &Man, console: &Console) -> io::Result<Exit> {
    let command = Cli::command();
    let Some(folder) = &arguments.into else {
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text)?;
        console.result(&String::from_utf8_lossy(&text))?;
        return Ok(Exit::Fine);
    };
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    if let Err(error) = written {
        let message = format!(
            "cannot write the manual pages into `{}`: {error}",
            folder.display()
        );
        console.finding(Diagnostic::new(&codes::CANNOT_WRITE, message))?;
        return Ok(Exit::Failure);
    }
    Ok(Exit::Fine)
}
