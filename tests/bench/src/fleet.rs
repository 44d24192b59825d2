//! What a fleet of N services consists of, as plain data. The sources and the floor's documents are both made from it, so that
//! they say the same.

use std::ops::RangeInclusive;

/// An environment of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: &'static str,
    /// Whether real users depend on it.
    pub production: bool,
    /// Where in the world it runs.
    pub region: &'static str,
}

/// The environments of every fleet.
pub const ENVIRONMENTS: [Environment; 3] = [
    Environment {
        name: "dev",
        production: false,
        region: "eu-west-1",
    },
    Environment {
        name: "prod",
        production: true,
        region: "eu-central-1",
    },
    Environment {
        name: "staging",
        production: false,
        region: "eu-central-1",
    },
];

/// The environment in which some services say something else.
pub const OVERRIDDEN: &str = "prod";

/// What hangs on a service, in the words of the prelude.
const TIERS: [&str; 3] = ["critical", "standard", "experimental"];

/// N services and the teams that own them. The same ones for every N on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleet {
    services: usize,
    teams: usize,
}

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its number, from 0.
    pub index: usize,
    /// The number of the team that owns it.
    pub team: usize,
    /// What hangs on it.
    pub tier: &'static str,
    /// The port that it listens on.
    pub port: u16,
    /// CPU that it can count on, in thousandths of a core.
    pub millicpu: u32,
    /// Memory that it can count on, in MiB.
    pub mebibytes: u32,
    /// How many copies run at least.
    pub min: u32,
    /// How many copies run at most.
    pub max: u32,
    /// Whether it says something else in [`OVERRIDDEN`].
    pub overridden: bool,
}

impl Service {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("svc-{:05}", self.index)
    }

    /// Its image.
    #[must_use]
    pub fn image(&self) -> String {
        format!(
            "ghcr.io/acme/{}:1.{}.{}",
            self.name(),
            self.index % 40,
            self.index % 7
        )
    }

    /// How many copies run at least in an environment.
    #[must_use]
    pub fn min_in(&self, environment: &Environment) -> u32 {
        if self.differs_in(environment) {
            self.min + 2
        } else {
            self.min
        }
    }

    /// How much it writes into its log in an environment.
    #[must_use]
    pub fn log_level_in(&self, environment: &Environment) -> &'static str {
        if self.differs_in(environment) {
            "warn"
        } else {
            "info"
        }
    }

    /// The text of its configuration file.
    #[must_use]
    pub fn settings(&self) -> String {
        format!(
            "cache:\n  entries: {}\n  seconds: 30\nlisten: 0.0.0.0:{}\n",
            1000 + self.index,
            self.port
        )
    }

    fn differs_in(&self, environment: &Environment) -> bool {
        self.overridden && environment.name == OVERRIDDEN
    }
}

impl Fleet {
    /// A fleet of so many services in about √N teams.
    #[must_use]
    pub fn new(services: usize) -> Self {
        Self {
            services,
            teams: services.isqrt().max(1),
        }
    }

    /// How many services there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.services
    }

    /// Whether there is no service.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.services == 0
    }

    /// How many instances there are: services in environments.
    #[must_use]
    pub fn instances(&self) -> usize {
        self.services * ENVIRONMENTS.len()
    }

    /// The numbers of the teams.
    pub fn teams(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.teams
    }

    /// The services.
    pub fn services(&self) -> impl Iterator<Item = Service> + use<> {
        let fleet = *self;
        (0..fleet.services).map(move |index| fleet.service(index))
    }

    /// The service of a number.
    #[must_use]
    pub fn service(&self, index: usize) -> Service {
        Service {
            index,
            team: index % self.teams,
            tier: TIERS[index % TIERS.len()],
            port: 8000 + (index % 100) as u16,
            millicpu: 50 * (1 + (index % 10) as u32),
            mebibytes: 64 * (1 + (index % 8) as u32),
            min: 2,
            max: 6 + (index % 5) as u32,
            overridden: index % 10 == 3,
        }
    }

    /// The services that one calls: two, where there are two others.
    #[must_use]
    pub fn called_by(&self, index: usize) -> Vec<usize> {
        // One call stays near, the other goes across the fleet.
        let far = |others: usize| 2 + (index * index * 31 + index * 17) % (others - 1);
        let steps = match self.services.saturating_sub(1) {
            0 => vec![],
            1 => vec![1],
            others => vec![1, far(others)],
        };
        steps
            .into_iter()
            .map(|step| (index + step) % self.services)
            .collect()
    }

    /// For each service the numbers of those that call it, in order.
    #[must_use]
    pub fn callers(&self) -> Vec<Vec<usize>> {
        let mut callers = vec![Vec::new(); self.services];
        for caller in 0..self.services {
            for called in self.called_by(caller) {
                callers[called].push(caller);
            }
        }
        callers
    }
}

/// The name of a team, of its folder, and of its system.
#[must_use]
pub fn team_name(team: usize) -> String {
    format!("team-{team:03}")
}

/// The name of a team's system, whose name is that of its namespace.
#[must_use]
pub fn system_name(team: usize) -> String {
    format!("apps-{team:03}")
}

/// Sizes that make sense: up to a hundred thousand services.
pub const SIZES: RangeInclusive<usize> = 1..=100_000;
