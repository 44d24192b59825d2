//! Chores of this repository: `cargo xtask <chore>`. One module per chore; this file only sends to them.

mod bench_project;
mod codegen;
mod docs;
mod guardrails;

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
    /// Write a project of N services in three environments
    BenchProject(bench_project::Arguments),
    /// Make the tables of Kubernetes' types from its published schemas
    Codegen(codegen::Arguments),
    /// Make the documents that come from tables of the compiler
    Docs(docs::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::BenchProject(arguments) => bench_project::run(&arguments),
        Chore::Codegen(arguments) => codegen::run(&arguments),
        Chore::Docs(arguments) => docs::run(&arguments),
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
