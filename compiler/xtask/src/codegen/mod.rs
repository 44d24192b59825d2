//! `cargo xtask codegen`: the committed tables in `targets/kubernetes/schemas` from the schemas that Kubernetes publishes
//! and the bindings of the Gateway API.

mod convert;
mod gateway;
mod merge;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use plat_kubernetes::table;

/// How many minor versions ship, counted from the newest.
const VERSIONS: usize = 4;

/// Arguments of `cargo xtask codegen`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write nothing; fail when a committed file is not what would be written
    #[arg(long)]
    check: bool,
    /// An unpacked copy of the PyPI package `kubernetes-validate`, instead of downloading it
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
    /// An unpacked copy of the crate `gateway-api`, instead of downloading it
    #[arg(long, value_name = "DIR")]
    gateway_api: Option<PathBuf>,
}

/// Makes the tables, and writes or compares them.
pub fn run(arguments: &Arguments) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .ok_or("the checkout has no root")?;
    let sources = match &arguments.schemas {
        Some(folder) => source::newest(folder, VERSIONS)?,
        None => source::newest(&source::download(&root.join("target/codegen"))?, VERSIONS)?,
    };
    let mut versions = Vec::new();
    for source in &sources {
        let text = fs::read_to_string(&source.definitions)
            .map_err(|why| format!("{}: {why}", source.definitions.display()))?;
        let definitions = serde_json::from_str(&text)
            .map_err(|why| format!("{}: {why}", source.definitions.display()))?;
        versions.push(convert::version(&source.version, &definitions)?);
    }
    let gateway = match &arguments.gateway_api {
        Some(folder) => gateway::Types::read(folder)?,
        None => gateway::Types::read(&gateway::download()?)?,
    };
    for version in &mut versions {
        gateway.add_to(version)?;
    }
    convert::check_conventions(&versions)?;
    let (types, docs) = table::encode(&merge::merge(&versions));

    let folder = root.join("targets/kubernetes/schemas");
    let mut stale = Vec::new();
    for (name, bytes) in [("types.bin", types), ("docs.bin", docs)] {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            continue;
        }
        if arguments.check {
            stale.push(name);
            continue;
        }
        fs::write(&path, bytes).map_err(|why| format!("{}: {why}", path.display()))?;
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} in {} is stale: run `cargo xtask codegen`",
        stale.join(", "),
        folder.display()
    ))
}
