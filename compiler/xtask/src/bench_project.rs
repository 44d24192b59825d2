//! `cargo xtask bench-project N --out DIR`: a project of N services, to measure and to try things on.

use std::fs;
use std::path::PathBuf;

use plat_bench::fleet::{Fleet, SIZES};
use plat_bench::{rules, sources};

/// What the chore is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many services there are, each in three environments
    services: usize,
    /// The folder to write the project into; it must be empty or not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many guardrails it has
    #[arg(long, value_name = "N", default_value_t = 0)]
    guardrails: usize,
}

/// Writes the project.
pub fn run(arguments: &Arguments) -> Result<(), String> {
    let Arguments {
        services,
        out,
        guardrails,
    } = arguments;
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
    let written = sources::write(&Fleet::new(*services), out).and_then(|()| match guardrails {
        0 => Ok(()),
        number => fs::write(out.join(rules::PATH), rules::text(*number)),
    });
    written.map_err(|why| format!("{}: {why}", out.display()))
}
