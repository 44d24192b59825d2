//! Regions: parts of what may be written for a place, within which a rule cannot tell values apart.

use plat_model::quantity::Rational;
use plat_semantics::eval::Influence;

use super::domain::{Domain, Scale};

/// What a declaration says of a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Choice {
    /// Nothing.
    Unset,
    /// `none`.
    Absent,
    /// Any value at all.
    Anything,
    /// One of finitely many.
    One(usize),
    /// A value of a range.
    Within(Range),
    /// A list or map with so many elements, or with so many and more.
    Sized { length: u32, and_more: bool },
}

/// A part of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Range {
    low: Option<Rational>,
    /// Whether the lower end belongs to it.
    from: bool,
    high: Option<Rational>,
    /// Whether the upper end belongs to it.
    to: bool,
}

/// What a rule's outcome takes from a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Need {
    /// Its value, whatever is made of it.
    value: bool,
    /// How it compares with these.
    cuts: Vec<Rational>,
    /// How its length compares with these.
    lengths: Vec<i64>,
}

impl Need {
    /// Adds an influence of the place.
    pub(super) fn add(&mut self, influence: &Influence) {
        match influence {
            Influence::Value(_) => self.value = true,
            Influence::Order(_, constant) => self.cuts.push(*constant),
            Influence::Length(_, constant) => self.lengths.push(*constant),
            Influence::Set(_) | Influence::Presence(_) | Influence::Beyond(_) => {}
        }
    }
}

/// What is to be done about a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Split {
    /// The choice made so far says all that the rule asks.
    Settled,
    /// These are to be looked at one by one; together they are all that was left open.
    Into(Vec<Choice>),
    /// There is more than could be looked at.
    Endless,
}

/// Ranges of so many whole numbers are looked at one by one.
const FEW: i64 = 64;

/// How what is left open of a place is to be divided.
pub(super) fn split(
    domain: &Domain,
    (required, optional): (bool, bool),
    choice: Option<&Choice>,
    need: &Need,
) -> Split {
    match choice {
        None => {
            let unset = (!required).then_some(Choice::Unset);
            let absent = optional.then_some(Choice::Absent);
            let some = (!domain.samples().is_empty()).then_some(Choice::Anything);
            let all = [unset, absent, some];
            match some_missing(domain) {
                true => Split::Endless,
                false => Split::Into(all.into_iter().flatten().collect()),
            }
        }
        Some(Choice::Unset | Choice::Absent | Choice::One(_)) => Split::Settled,
        Some(Choice::Anything) => match domain {
            Domain::Finite(all) if need.value || !need.cuts.is_empty() => {
                Split::Into((0..all.len()).map(Choice::One).collect())
            }
            Domain::Ordered(scale) => Range::of(scale).split(scale, need),
            Domain::Many(_) => sizes(need, 0),
            Domain::Open(_) if need.value || !need.cuts.is_empty() || !need.lengths.is_empty() => {
                Split::Endless
            }
            Domain::Finite(_) | Domain::Open(_) => Split::Settled,
        },
        Some(Choice::Sized { length, and_more }) => match domain {
            // There is one list without elements.
            Domain::Many(_) if *length == 0 && !and_more => Split::Settled,
            Domain::Many(_) if *and_more => sizes(need, *length),
            Domain::Many(_) if !need.value => Split::Settled,
            _ => Split::Endless,
        },
        Some(Choice::Within(range)) => match domain {
            Domain::Ordered(scale) => range.split(scale, need),
            Domain::Finite(_) | Domain::Many(_) | Domain::Open(_) => Split::Endless,
        },
    }
}

/// Longer lists than these have no example.
const LONGEST: u32 = 8;

/// Lists of at least a length by what is asked of their length. A longer one is the same as one longer than all that is asked.
fn sizes(need: &Need, from: u32) -> Split {
    if need.value && from == 0 {
        let empty = Choice::Sized {
            length: 0,
            and_more: false,
        };
        let more = Choice::Sized {
            length: 1,
            and_more: true,
        };
        return Split::Into(vec![empty, more]);
    }
    if need.value {
        return Split::Endless;
    }
    let Some(last) = need.lengths.iter().max() else {
        return Split::Settled;
    };
    let Ok(end) = u32::try_from((*last).max(-1) + 1) else {
        return Split::Endless;
    };
    if end <= from {
        return Split::Settled;
    }
    if end > LONGEST {
        return Split::Endless;
    }
    let exact = (from..end).map(|length| Choice::Sized {
        length,
        and_more: false,
    });
    let more = Choice::Sized {
        length: end,
        and_more: true,
    };
    Split::Into(exact.chain([more]).collect())
}

/// Whether there are values of which not even an example is known.
fn some_missing(domain: &Domain) -> bool {
    match domain {
        Domain::Open(samples) => samples.is_empty(),
        Domain::Many(_) | Domain::Finite(_) | Domain::Ordered(_) => false,
    }
}

/// An example of a choice, as it is written; none for [`Choice::Unset`].
pub(super) fn example(domain: &Domain, choice: &Choice) -> Option<String> {
    match (choice, domain) {
        (Choice::Unset, _) => None,
        (Choice::Absent, _) => Some("none".to_owned()),
        (Choice::One(index), Domain::Finite(all)) => all.get(*index).cloned(),
        (Choice::Sized { length, .. }, Domain::Many(elements)) => elements.of_length(*length),
        (Choice::Within(range), Domain::Ordered(scale)) => scale.written(range.example(scale)?),
        (Choice::Anything | Choice::One(_) | Choice::Within(_) | Choice::Sized { .. }, _) => {
            domain.samples().into_iter().next()
        }
    }
}

impl Range {
    fn of(scale: &Scale) -> Self {
        Self {
            low: scale.low,
            from: true,
            high: scale.high,
            to: true,
        }
    }

    fn contains(&self, value: Rational) -> bool {
        let above = self
            .low
            .is_none_or(|low| low < value || self.from && low == value);
        let below = self
            .high
            .is_none_or(|high| value < high || self.to && high == value);
        above && below
    }

    fn is_point(&self) -> bool {
        self.low.is_some() && self.low == self.high
    }

    fn split(&self, scale: &Scale, need: &Need) -> Split {
        if self.is_point() {
            return Split::Settled;
        }
        if need.value {
            return match self.each(scale) {
                Some(all) => Split::Into(all),
                None => Split::Endless,
            };
        }
        let mut cuts: Vec<Rational> = need
            .cuts
            .iter()
            .copied()
            .filter(|cut| self.contains(*cut))
            .collect();
        cuts.sort();
        cuts.dedup();
        if cuts.is_empty() {
            // What has not been divided yet becomes a range, so that it has an example within.
            return Split::Settled;
        }
        let mut parts = Vec::new();
        let mut rest = *self;
        for cut in cuts {
            parts.push(Self {
                high: Some(cut),
                to: false,
                ..rest
            });
            parts.push(Self {
                low: Some(cut),
                from: true,
                high: Some(cut),
                to: true,
            });
            rest = Self {
                low: Some(cut),
                from: false,
                ..rest
            };
        }
        parts.push(rest);
        let parts = parts.into_iter().map(|part| part.tightened(scale));
        Split::Into(
            parts
                .filter(|part| !part.is_empty())
                .map(Choice::Within)
                .collect(),
        )
    }

    /// All values of a short range of whole numbers.
    fn each(&self, scale: &Scale) -> Option<Vec<Choice>> {
        let whole = self.tightened(scale);
        let (low, high) = (whole.low?.floor().ok()?, whole.high?.floor().ok()?);
        if !scale.is_whole() || high.checked_sub(low)? >= FEW {
            return None;
        }
        let point = |value| {
            let value = Some(Rational::whole(value));
            Choice::Within(Self {
                low: value,
                from: true,
                high: value,
                to: true,
            })
        };
        Some((low..=high).map(point).collect())
    }

    /// The same range of whole numbers, with ends that belong to it.
    fn tightened(self, scale: &Scale) -> Self {
        if !scale.is_whole() {
            return self;
        }
        let low = self.low.map(|low| {
            let up = low.ceil().map_or(low, Rational::whole);
            match up == low && !self.from {
                true => up.checked_add(Rational::ONE).unwrap_or(up),
                false => up,
            }
        });
        let high = self.high.map(|high| {
            let down = high.floor().map_or(high, Rational::whole);
            match down == high && !self.to {
                true => down.checked_sub(Rational::ONE).unwrap_or(down),
                false => down,
            }
        });
        Self {
            low,
            from: true,
            high,
            to: true,
        }
    }

    fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some(low), Some(high)) => low > high || low == high && !(self.from && self.to),
            _ => false,
        }
    }

    /// A value of it, a common one where there is one.
    fn example(&self, scale: &Scale) -> Option<Rational> {
        let step = scale.step();
        let two = Rational::whole(2);
        let middle = match (self.low, self.high) {
            (Some(low), Some(high)) => low
                .checked_add(high)
                .and_then(|sum| sum.checked_div(two))
                .ok(),
            (Some(low), None) => low
                .checked_mul(two)
                .and_then(|double| double.checked_add(step))
                .ok(),
            (None, Some(high)) => high.checked_div(two).ok(),
            (None, None) => Some(Rational::ONE),
        };
        let on_step = |value: Rational| {
            let steps = value.checked_div(step).ok()?.floor().ok()?;
            Rational::whole(steps).checked_mul(step).ok()
        };
        let low_end = self.low.filter(|_| self.from);
        let high_end = self.high.filter(|_| self.to);
        let above = self.low.and_then(|low| low.checked_add(step).ok());
        let below = self.high.and_then(|high| high.checked_sub(step).ok());
        [
            low_end,
            above,
            middle.and_then(on_step),
            below,
            high_end,
            middle,
        ]
        .into_iter()
        .flatten()
        .find(|value| self.contains(*value) && scale.written(*value).is_some())
    }
}
