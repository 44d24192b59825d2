//! Chores of this repository: `cargo xtask <chore>`. One module per chore; this file only sends to them.

mod codegen;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Make the tables of Kubernetes' types from its published schemas
    Codegen(codegen::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Codegen(arguments) => codegen::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            #[expect(clippy::print_stderr, reason = "this is a command")]
            {
                eprintln!("error: {why}");
            }
            ExitCode::FAILURE
        }
    }
}
