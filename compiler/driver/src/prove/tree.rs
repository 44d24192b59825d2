//! Proof by cases: what a rule's outcome was decided by says which services come to the same. What is left open is divided until
//! every service belongs to a case that has been judged.

use std::collections::BTreeMap;

use plat_semantics::db::DeclId;
use plat_semantics::eval::Influence;
use plat_semantics::program::PlaceId;
use plat_semantics::rules::Outcome;

use super::prober::Prober;
use super::region::{Choice, Need, Split, split};
use super::subject::{Settings, Written};

/// What is known of a rule in an environment.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The rule.
    pub(super) rule: DeclId,
    /// A service that breaks it.
    pub(super) broken_by: Option<Settings>,
    /// Why some cases could not be decided, in words.
    pub(super) open: Vec<String>,
    /// The places that its outcome depends on.
    pub(super) places: Vec<PlaceId>,
    /// How many cases it was divided into.
    pub(super) cases: usize,
}

impl State {
    fn of(rule: DeclId) -> Self {
        Self {
            rule,
            broken_by: None,
            open: Vec::new(),
            places: Vec::new(),
            cases: 0,
        }
    }

    fn leave_open(&mut self, why: String) {
        if !self.open.contains(&why) {
            self.open.push(why);
        }
    }
}

/// A case: what its services have in common.
type Case = BTreeMap<PlaceId, Choice>;

/// Divides into cases until every rule is decided for each of them, or `limit` services have been tried.
pub(super) fn decide(
    prober: &mut Prober<'_>,
    environment: DeclId,
    rules: &[DeclId],
    limit: usize,
) -> Vec<State> {
    let mut states: Vec<State> = rules.iter().map(|rule| State::of(*rule)).collect();
    // Each case with the rules, by their places, that are not decided in it.
    let mut cases: BTreeMap<Case, Vec<usize>> = BTreeMap::new();
    cases.insert(Case::new(), (0..rules.len()).collect());
    let end = prober.tried + limit;
    while !cases.is_empty() {
        cases.values_mut().for_each(|rules| {
            rules.retain(|rule| states[*rule].broken_by.is_none());
        });
        cases.retain(|_, rules| !rules.is_empty());
        if prober.tried >= end {
            for rule in cases.values().flatten() {
                let why = "there are more cases than were looked at";
                states[*rule].leave_open(why.to_owned());
            }
            break;
        }
        let subject = prober.subject(environment);
        let written: Vec<Written> = cases.keys().map(|case| subject.written(case)).collect();
        drop(subject);
        let services = written.iter().filter_map(|written| match written {
            Written::By(settings) => Some(settings.clone()),
            Written::Nobody | Written::Unknown => None,
        });
        let all: Vec<Settings> = services.collect();
        prober.try_all(environment, &all);
        let mut next: BTreeMap<Case, Vec<usize>> = BTreeMap::new();
        for ((case, rules), written) in std::mem::take(&mut cases).into_iter().zip(written) {
            for rule in rules {
                let state = &mut states[rule];
                match &written {
                    Written::Nobody => {}
                    Written::Unknown => {
                        state.leave_open("no example of some values is known".to_owned());
                    }
                    Written::By(settings) => {
                        for case in look(prober, environment, &case, settings, state) {
                            next.entry(case).or_default().push(rule);
                        }
                    }
                }
            }
        }
        cases = next;
    }
    states
}

/// Looks at a rule in one case: the cases that it has to be divided into.
fn look(
    prober: &Prober<'_>,
    environment: DeclId,
    case: &Case,
    settings: &Settings,
    state: &mut State,
) -> Vec<Case> {
    let Some(probe) = prober.result(environment, settings) else {
        state.leave_open("a service could not be tried".to_owned());
        return Vec::new();
    };
    let probed = probe
        .rules
        .iter()
        .find(|probed| probed.guardrail == state.rule);
    let Some(probed) = probed else {
        state.leave_open(match probe.errors.first() {
            Some(error) => format!("an example is refused: {}", error.message),
            None => "it is not judged".to_owned(),
        });
        return Vec::new();
    };
    if state.broken_by.is_some() {
        return Vec::new();
    }
    if probed.outcome == Outcome::Broken && probe.errors.is_empty() {
        state.broken_by = Some(settings.clone());
        return Vec::new();
    }
    let subject = prober.subject(environment);
    let mut needs: BTreeMap<PlaceId, Need> = BTreeMap::new();
    let mut beyond: Option<&str> = None;
    for influence in &probed.influences {
        match influence {
            Influence::Set(place)
            | Influence::Presence(place)
            | Influence::Order(place, _)
            | Influence::Length(place, _)
            | Influence::Value(place) => needs.entry(*place).or_default().add(influence),
            Influence::Beyond(what) => beyond = Some(what),
        }
    }
    for place in needs.keys() {
        if !state.places.contains(place) {
            state.places.push(*place);
        }
    }
    if let Some(what) = beyond {
        state.leave_open(format!("it depends on {what}"));
        return Vec::new();
    }
    let mut endless = Vec::new();
    for (place, need) in &needs {
        let Some(domain) = subject.domain(*place) else {
            endless.push(*place);
            continue;
        };
        let kind = (subject.is_required(*place), subject.is_optional(*place));
        match split(domain, kind, case.get(place), need) {
            Split::Settled => {}
            Split::Endless => endless.push(*place),
            Split::Into(choices) => {
                let cases = choices.into_iter().map(|choice| {
                    let mut case = case.clone();
                    case.insert(*place, choice);
                    case
                });
                return cases.collect();
            }
        }
    }
    state.cases += 1;
    if let Some(place) = endless.first() {
        state.leave_open(format!(
            "it depends on `{}`, which may be anything",
            subject.path(*place)
        ));
    } else if !probe.complete {
        state.leave_open(match probe.errors.first() {
            Some(error) => format!("an example is refused: {}", error.message),
            None => "an example is refused".to_owned(),
        });
    } else if probed.outcome == Outcome::Broken {
        state.leave_open(
            "the services that would break it are refused, as far as was tried".to_owned(),
        );
    } else if probed.outcome == Outcome::Unverified {
        state.leave_open("it asks for what is known only later".to_owned());
    }
    Vec::new()
}
