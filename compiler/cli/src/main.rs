//! The command `platc`.
//!
//! Arguments in, exit code out: findings go to standard error, results to standard output. It does not know how anything is
//! compiled; all of that is the driver's.

mod args;
mod commands;
mod console;
mod crash;
mod exit;
mod progress;
#[cfg(test)]
mod reference;
mod table;
mod today;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::exit::Exit;

/// A compiler makes and drops small things in great numbers, which the allocator of the system is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of the threads that parse and evaluate. Both bound their depth; this is what that depth takes, and it is only
/// reserved, not used.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    crash::install();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let exit = if usage.use_stderr() {
                Exit::Usage
            } else {
                Exit::Fine
            };
            // Printing can only fail when nobody reads.
            let _ = usage.print();
            return exit.into();
        }
    };
    // It fails only when there is a pool already, and nobody else in this program makes one.
    let _ = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK)
        .build_global();
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || commands::run(&cli));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit.into(),
        // The hook has said what happened.
        Ok(Err(_)) | Err(_) => Exit::Failure.into(),
    }
}
