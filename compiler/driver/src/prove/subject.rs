//! What can be written of a service with a capability, and the text of one that says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use plat_semantics::db::DeclId;
use plat_semantics::items::ItemKind;
use plat_semantics::program::{Base, Layout, PlaceId, PlaceKind, base, layout};

use super::domain::Domain;
use super::region::{Choice, example};
use crate::Database;

/// What can be written of a service with a capability in an environment.
pub(super) struct Subject<'db> {
    pub(super) layout: &'db Layout,
    base: &'db Base,
    /// By place; none for records, which are set field by field.
    domains: Vec<Option<Domain>>,
}

/// Who makes some choices.
pub(super) enum Written {
    /// A service that says this.
    By(Settings),
    /// None can: what one of them leaves out, another one makes necessary.
    Nobody,
    /// Some do, and no example of them is known.
    Unknown,
}

/// What a service says, by place.
pub(super) type Settings = BTreeMap<PlaceId, String>;

impl<'db> Subject<'db> {
    pub(super) fn new(db: &'db Database, capability: DeclId, environment: DeclId) -> Self {
        let layout = layout(db, ItemKind::Service, Some(capability));
        let base = base(db, ItemKind::Service, Some(capability), Some(environment));
        let domains = layout.places.iter().map(|place| {
            let leaf = place.kind == PlaceKind::Leaf;
            leaf.then(|| Domain::of(db, place.field.ty.unwrapped()))
        });
        Self {
            layout,
            base,
            domains: domains.collect(),
        }
    }

    /// The places that can be set.
    pub(super) fn places(&self) -> impl Iterator<Item = PlaceId> {
        let leaf = |(index, domain): (usize, &Option<Domain>)| {
            domain.as_ref().map(|_| PlaceId(index as u32))
        };
        self.domains.iter().enumerate().filter_map(leaf)
    }

    pub(super) fn domain(&self, place: PlaceId) -> Option<&Domain> {
        self.domains.get(place.0 as usize)?.as_ref()
    }

    /// The path of a place.
    pub(super) fn path(&self, place: PlaceId) -> String {
        self.layout.path(place)
    }

    pub(super) fn is_optional(&self, place: PlaceId) -> bool {
        self.layout.place(place).field.ty.is_optional()
    }

    /// Whether no layer below gives a place a value that it must have.
    fn lacks_value(&self, place: PlaceId) -> bool {
        let set = |at: PlaceId| self.base.heads[at.0 as usize] != 0;
        !self.is_optional(place) && !self.layout.outwards(place).any(set)
    }

    /// Whether every service must set a place.
    pub(super) fn is_required(&self, place: PlaceId) -> bool {
        let optional = |at: PlaceId| self.layout.place(at).kind == PlaceKind::OptionalRecord;
        self.lacks_value(place) && !self.layout.outwards(place).any(optional)
    }

    /// Examples of what may be written for a place, the simplest first.
    pub(super) fn samples(&self, place: PlaceId) -> Vec<String> {
        let mut samples = self.domain(place).map(Domain::samples).unwrap_or_default();
        if self.is_optional(place) {
            samples.push("none".to_owned());
        }
        samples
    }

    /// What a service says that makes these choices, and nothing that it need not.
    pub(super) fn written(&self, choices: &BTreeMap<PlaceId, Choice>) -> Written {
        let mut settings = Settings::new();
        for (place, choice) in choices {
            if *choice == Choice::Unset {
                continue;
            }
            let domain = self.domain(*place);
            match domain.and_then(|domain| example(domain, choice)) {
                Some(value) => settings.insert(*place, value),
                None => return Written::Unknown,
            };
        }
        self.complete(&mut settings);
        let unset = |place: &PlaceId| choices.get(place) == Some(&Choice::Unset);
        if settings.keys().any(unset) {
            Written::Nobody
        } else {
            Written::By(settings)
        }
    }

    /// Adds what must be set, too.
    pub(super) fn complete(&self, settings: &mut Settings) {
        let required: Vec<PlaceId> = self
            .places()
            .filter(|place| self.lacks_value(*place) && !settings.contains_key(place))
            .filter(|place| {
                let around = self.layout.outwards(*place).skip(1);
                let mut optional = around
                    .filter(|at| self.layout.place(*at).kind == PlaceKind::OptionalRecord)
                    .peekable();
                // The innermost record that may be absent is there if something within it is set.
                optional.peek().is_none_or(|record| {
                    let within = |set: &PlaceId| self.layout.outwards(*set).any(|at| at == *record);
                    settings.keys().any(within)
                })
            })
            .collect();
        for place in required {
            if let Some(first) = self.samples(place).into_iter().next() {
                settings.insert(place, first);
            }
        }
    }

    /// The text of a service.
    pub(super) fn declaration(&self, name: &str, capability: &str, settings: &Settings) -> String {
        let mut text = format!("service {name}: {capability} {{\n");
        for (place, value) in settings {
            let _ = writeln!(text, "  {} = {value}", self.path(*place));
        }
        text.push_str("}\n");
        text
    }
}
