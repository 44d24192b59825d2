//! A fleet as a project: what its people would have written.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::fleet::{ENVIRONMENTS, Fleet, OVERRIDDEN, Service, system_name, team_name};

/// A file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path below the project's folder, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// All files of a fleet's project, sorted by path.
#[must_use]
pub fn sources(fleet: &Fleet) -> Vec<Source> {
    let mut sources = vec![
        Source {
            path: "plat.toml".to_owned(),
            text: MANIFEST.to_owned(),
        },
        Source {
            path: "platform/environments.plat".to_owned(),
            text: platform(),
        },
    ];
    sources.extend(fleet.teams().map(|team| Source {
        path: format!("{}/team.plat", team_name(team)),
        text: team_text(team),
    }));
    sources.extend(fleet.services().map(|service| Source {
        path: service_path(&service),
        text: service_text(fleet, &service),
    }));
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Where a service is declared.
#[must_use]
pub fn service_path(service: &Service) -> String {
    format!("{}/{}.plat", team_name(service.team), service.name())
}

/// Writes a fleet's project into a folder. Files that are there are replaced, others stay.
///
/// # Errors
/// When the system refuses.
pub fn write(fleet: &Fleet, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("platform"))?;
    for team in fleet.teams() {
        fs::create_dir_all(folder.join(team_name(team)))?;
    }
    for source in sources(fleet) {
        fs::write(folder.join(source.path), source.text)?;
    }
    Ok(())
}

const MANIFEST: &str = "[package]\nname = \"fleet\"\nversion = \"0.1.0\"\nedition = \"2026\"\n";

fn platform() -> String {
    let mut text = String::from("// Where the fleet runs, and what all of it has in common.\n");
    for environment in ENVIRONMENTS {
        let _ = write!(text, "\nenvironment {} {{\n", environment.name);
        if environment.production {
            text.push_str("  production = true\n");
        }
        let _ = write!(
            text,
            "  cloud = aws\n  region = \"{}\"\n}}\n",
            environment.region
        );
    }
    text.push_str("\ndefaults for Workload { env.REGION = environment.region ?? \"nowhere\" }\n");
    text
}

fn team_text(team: usize) -> String {
    let (name, system) = (team_name(team), system_name(team));
    format!(
        "team {name} {{\n  email = \"{name}@acme.dev\"\n  chat  = \"#{name}\"\n}}\n\nsystem {system} {{ owner = {name} }}\n"
    )
}

/// The declaration of a service, as its team would write it.
#[must_use]
pub fn service_text(fleet: &Fleet, service: &Service) -> String {
    let called: Vec<String> = fleet
        .called_by(service.index)
        .into_iter()
        .map(|other| fleet.service(other).name())
        .collect();
    let mut text = String::with_capacity(1024);
    let _ = write!(
        text,
        "/// One of the fleet.\nservice {}: HttpService {{\n  system = {}\n  owner  = {}\n  tier   = {}\n  image  = \"{}\"\n  port   = {}\n\n",
        service.name(),
        system_name(service.team),
        team_name(service.team),
        service.tier,
        service.image(),
        service.port
    );
    let _ = write!(
        text,
        "  resources {{ cpu = {}m, memory = {}Mi }}\n  scale     {{ min = {}, max = {}, target_cpu = 70% }}\n\n",
        service.millicpu, service.mebibytes, service.min, service.max
    );
    for name in &called {
        let _ = writeln!(text, "  calls {name} {{ timeout = 2s }}");
    }
    text.push_str("\n  env {\n    LOG_LEVEL = \"info\"\n");
    for (number, name) in called.iter().enumerate() {
        let _ = writeln!(text, "    UPSTREAM_{number} = {name}.url");
    }
    text.push_str("    POD_IP = pod.ip\n  }\n  files {\n    \"/etc/app/settings.yaml\" = \"\"\"\n");
    for line in service.settings().lines() {
        let _ = writeln!(text, "      {line}");
    }
    text.push_str("      \"\"\"\n  }\n");
    if service.overridden {
        let _ = write!(
            text,
            "\n  in {OVERRIDDEN} {{\n    scale.min     = {}\n    env.LOG_LEVEL = \"warn\"\n  }}\n",
            service.min + 2
        );
    }
    text.push_str("}\n");
    text
}
