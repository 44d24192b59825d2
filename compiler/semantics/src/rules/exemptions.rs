//! What is waived on a day, and by which waiver.

use plat_model::Date;
use rustc_hash::FxHashMap;

use super::waivers::{Waiver, is_sound, waiver};
use crate::db::{Db, DeclId, Project};

/// The waivers of the package that is compiled, by what they are for.
#[derive(Debug)]
pub struct Exemptions<'db> {
    all: Vec<Exemption<'db>>,
    by_guardrail: FxHashMap<DeclId, Vec<usize>>,
}

/// A waiver on a day.
#[derive(Clone, Copy, Debug)]
pub struct Exemption<'db> {
    /// The waiver.
    pub waiver: &'db Waiver,
    /// Whether it is complete and approved.
    pub is_sound: bool,
    /// Whether it is so, and has not ended.
    pub counts: bool,
}

impl<'db> Exemptions<'db> {
    /// The waivers on a day. Without one, none has ended.
    #[must_use]
    pub fn on(db: &'db dyn Db, today: Option<Date>) -> Self {
        let project = Project::get(db);
        let root = project.root(db);
        let own = project
            .waivers(db)
            .iter()
            .filter(|decl| decl.file(db).module(db).package(db) == root);
        let all: Vec<Exemption<'db>> = own
            .map(|decl| {
                let waiver = waiver(db, *decl);
                let is_sound = is_sound(db, waiver);
                Exemption {
                    waiver,
                    is_sound,
                    counts: is_sound && waiver.is_alive(today),
                }
            })
            .collect();
        let mut by_guardrail: FxHashMap<DeclId, Vec<usize>> = FxHashMap::default();
        for (index, exemption) in all.iter().enumerate() {
            if let Some(guardrail) = exemption.waiver.guardrail {
                by_guardrail.entry(guardrail).or_default().push(index);
            }
        }
        Self { all, by_guardrail }
    }

    /// All of them, sorted.
    #[must_use]
    pub fn all(&self) -> &[Exemption<'db>] {
        &self.all
    }

    /// Those of a guardrail, whatever they are for.
    pub fn of(&self, guardrail: DeclId) -> impl Iterator<Item = &Exemption<'db>> {
        self.places(guardrail).map(|place| &self.all[place])
    }

    /// The places in [`all`](Self::all) of those that speak of a subject, whether they count or not.
    pub fn covering(&self, guardrail: DeclId, subject: &str) -> impl Iterator<Item = usize> {
        self.places(guardrail)
            .filter(move |place| self.all[*place].waiver.covers(guardrail, subject))
    }

    /// The waiver that lets a subject break a rule, if there is one.
    #[must_use]
    pub fn waiving(&self, guardrail: DeclId, subject: &str) -> Option<&'db Waiver> {
        self.covering(guardrail, subject)
            .map(|place| self.all[place])
            .find(|exemption| exemption.counts)
            .map(|exemption| exemption.waiver)
    }

    fn places(&self, guardrail: DeclId) -> impl Iterator<Item = usize> {
        let places = self.by_guardrail.get(&guardrail);
        places.into_iter().flatten().copied()
    }
}
