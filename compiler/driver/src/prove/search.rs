//! Search: services at the edges of what can be written, and arbitrary ones, until one breaks a rule; and the smallest that does.

use std::collections::{BTreeMap, BTreeSet};

use plat_semantics::db::DeclId;
use plat_semantics::program::PlaceId;
use plat_semantics::rules::Outcome;

use super::prober::Prober;
use super::subject::{Settings, Subject};
use super::tree::State;

/// So many places are set by an arbitrary service, at most.
const MOST_PLACES: u64 = 6;
/// So many services are tried before it is asked what they broke.
const ROUND: usize = 256;

/// Numbers in an order that nobody expects and that is always the same.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    fn of<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.below(items.len() as u64) as usize)
    }
}

/// Looks for services that break the rules that have not been broken yet, among `limit` more at most.
pub(super) fn search(
    prober: &mut Prober<'_>,
    environment: DeclId,
    states: &mut [State],
    random: &mut Random,
    limit: usize,
) {
    if states.iter().all(|state| state.broken_by.is_some()) {
        return;
    }
    let mut relevant: BTreeSet<PlaceId> = BTreeSet::new();
    let mut everything = false;
    for state in states.iter().filter(|state| state.broken_by.is_none()) {
        relevant.extend(state.places.iter().copied());
        everything |= state.places.is_empty() && !state.open.is_empty();
    }
    let subject = prober.subject(environment);
    if everything || relevant.is_empty() {
        relevant.extend(subject.places());
    }
    let relevant: Vec<PlaceId> = relevant.into_iter().collect();
    let samples: BTreeMap<PlaceId, Vec<String>> = relevant
        .iter()
        .map(|place| (*place, subject.samples(*place)))
        .collect();
    let mut edges: Vec<Settings> = Vec::new();
    for (place, samples) in &samples {
        for sample in samples {
            let mut settings = Settings::from([(*place, sample.clone())]);
            subject.complete(&mut settings);
            edges.push(settings);
        }
    }
    drop(subject);
    edges.truncate(limit);
    let mut left = limit - edges.len();
    run(prober, environment, states, &edges);
    while left > 0 {
        let count = left.min(ROUND);
        left -= count;
        let subject = prober.subject(environment);
        let all: Vec<Settings> = (0..count)
            .map(|_| arbitrary(&subject, &relevant, &samples, random))
            .collect();
        drop(subject);
        run(prober, environment, states, &all);
    }
}

fn arbitrary(
    subject: &Subject<'_>,
    places: &[PlaceId],
    samples: &BTreeMap<PlaceId, Vec<String>>,
    random: &mut Random,
) -> Settings {
    let mut settings = Settings::new();
    for _ in 0..=random.below(MOST_PLACES) {
        if let Some(place) = random.of(places)
            && let Some(value) = samples.get(place).and_then(|samples| random.of(samples))
        {
            settings.insert(*place, value.clone());
        }
    }
    subject.complete(&mut settings);
    settings
}

fn run(prober: &mut Prober<'_>, environment: DeclId, states: &mut [State], all: &[Settings]) {
    prober.try_all(environment, all);
    for settings in all {
        for state in states.iter_mut() {
            if state.broken_by.is_none() && breaks(prober, environment, settings, state.rule) {
                state.broken_by = Some(settings.clone());
            }
        }
    }
}

/// Whether a service that would be accepted breaks a rule.
fn breaks(prober: &Prober<'_>, environment: DeclId, settings: &Settings, rule: DeclId) -> bool {
    prober.result(environment, settings).is_some_and(|probe| {
        let broken = |probed: &plat_semantics::eval::Probed| {
            probed.guardrail == rule && probed.outcome == Outcome::Broken
        };
        probe.errors.is_empty() && probe.rules.iter().any(broken)
    })
}

/// The smallest service that still breaks a rule: without what it need not say, and with the simplest values.
pub(super) fn smallest(
    prober: &mut Prober<'_>,
    environment: DeclId,
    rule: DeclId,
    mut settings: Settings,
) -> Settings {
    loop {
        let subject = prober.subject(environment);
        let mut smaller: Vec<Settings> = Vec::new();
        for (place, value) in &settings {
            let mut without = settings.clone();
            without.remove(place);
            subject.complete(&mut without);
            if without != settings {
                smaller.push(without);
            }
            let samples = subject.samples(*place);
            for sample in samples.iter().take_while(|sample| *sample != value) {
                let simpler = sample.len() < value.len();
                if simpler {
                    let mut settings = settings.clone();
                    settings.insert(*place, sample.clone());
                    smaller.push(settings);
                }
            }
        }
        drop(subject);
        prober.try_all(environment, &smaller);
        let size = |settings: &Settings| {
            let text: usize = settings.values().map(String::len).sum();
            (settings.len(), text)
        };
        let found = smaller
            .into_iter()
            .filter(|smaller| size(smaller) < size(&settings))
            .find(|smaller| breaks(prober, environment, smaller, rule));
        match found {
            Some(found) => settings = found,
            None => return settings,
        }
    }
}
