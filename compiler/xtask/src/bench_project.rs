//! `cargo xtask bench-project N --out DIR`: a project of N services, to measure and to try things on.

use std::fs;
use std::path::PathBuf;

use plat_bench::fleet::{Fleet, SIZES};
use plat_bench::sources;

/// What the chore is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many services there are, each in three environments
    services: usize,
    /// The folder to write the project into; it must be empty or not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the project.
pub fn run(arguments: &Arguments) -> Result<(), String> {
    let Arguments { services, out } = arguments;
    if !SIZES.contains(services) {
        return Err(format!(
            "a project has {} to {} services, not {services}",
            SIZES.start(),
            SIZES.end()
        ));
    }
    let in_the_way = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some());
    if in_the_way {
        return Err(format!("`{}` is not empty", out.display()));
    }
    sources::write(&Fleet::new(*services), out).map_err(|why| format!("{}: {why}", out.display()))
}
