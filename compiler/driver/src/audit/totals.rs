//! How many rows there are of each kind.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use plat_semantics::db::Name;
use serde::Serialize;

use super::{Catalogue, Row, Status};

/// How many rows there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Broken.
    pub broken: u64,
    /// Broken with leave.
    pub waived: u64,
    /// Known only later.
    pub unverified: u64,
    /// As they should be.
    pub holds: u64,
    /// Guardrails that are not judged.
    pub off: u64,
}

impl Counts {
    fn add(&mut self, status: Status) {
        let count = match status {
            Status::Broken => &mut self.broken,
            Status::Waived => &mut self.waived,
            Status::Unverified => &mut self.unverified,
            Status::Holds => &mut self.holds,
            Status::Off => &mut self.off,
        };
        *count += 1;
    }

    /// How many requirements were judged.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.broken + self.waived + self.unverified + self.holds
    }

    /// By what the worst comes first: what is broken, what is waived, what nobody knows.
    #[must_use]
    pub fn gravity(&self) -> (u64, u64, u64) {
        (self.broken, self.waived, self.unverified)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.broken += other.broken;
        self.waived += other.waived;
        self.unverified += other.unverified;
        self.holds += other.holds;
        self.off += other.off;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut sum, counts| {
            sum += counts;
            sum
        })
    }
}

/// How many rows there are, by guardrail and environment, and by owner and environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    environments: usize,
    cells: Vec<Counts>,
    owners: BTreeMap<Option<Name>, Vec<Counts>>,
}

impl Totals {
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let environments = catalogue.environments.len();
        Self {
            environments,
            cells: vec![Counts::default(); catalogue.guardrails.len() * environments],
            owners: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, row: &Row) {
        self.cells[row.guardrail * self.environments + row.environment].add(row.status);
        if row.status == Status::Off {
            return;
        }
        if !self.owners.contains_key(&row.owner) {
            let none = vec![Counts::default(); self.environments];
            self.owners.insert(row.owner.clone(), none);
        }
        if let Some(counts) = self.owners.get_mut(&row.owner) {
            counts[row.environment].add(row.status);
        }
    }

    /// Those of a guardrail, by environment.
    #[must_use]
    pub fn of_guardrail(&self, guardrail: usize) -> &[Counts] {
        &self.cells[guardrail * self.environments..(guardrail + 1) * self.environments]
    }

    /// Those of an environment.
    #[must_use]
    pub fn of_environment(&self, environment: usize) -> Counts {
        let cells = self.cells.iter().skip(environment);
        cells.step_by(self.environments).copied().sum()
    }

    /// Those of each team, by environment; of no team first.
    pub fn owners(&self) -> impl Iterator<Item = (Option<&str>, &[Counts])> {
        let owners = self.owners.iter();
        owners.map(|(owner, counts)| (owner.as_ref().map(Name::as_str), counts.as_slice()))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Counts {
        self.cells.iter().copied().sum()
    }
}
