//! The floor as a command: `floor N OUT` writes the manifests of N services without a compiler.
#![allow(clippy::print_stdout, reason = "this is a command")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use plat_bench::fleet::Fleet;
use plat_bench::floor;

/// The compiler is measured beside this, so both have the allocator of the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let start = Instant::now();
    let done = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [services] => services.parse().ok().map(|services| {
            floor::run(&Fleet::new(services), |_, bytes| {
                std::hint::black_box(bytes);
                Ok(())
            })
        }),
        [services, out] => services
            .parse()
            .ok()
            .map(|services| floor::write(&Fleet::new(services), Path::new(out))),
        _ => None,
    };
    match done {
        Some(Ok(())) => {
            println!("{:.2}", start.elapsed().as_secs_f64() * 1000.0);
            ExitCode::SUCCESS
        }
        Some(Err(why)) => {
            println!("{why}");
            ExitCode::FAILURE
        }
        None => {
            println!("floor N: makes the manifests of N services; floor N OUT: and writes them");
            ExitCode::from(64)
        }
    }
}
