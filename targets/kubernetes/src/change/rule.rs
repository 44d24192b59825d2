//! What a row of a table of rules can say.

use std::borrow::Cow;

use plat_model::change::{Impact, Verdict};

use super::site::{Site, is_true};

/// A row: the fields at a path, and what they do when they change.
pub(super) struct Rule {
    /// Fields joined by dots. It stands for everything below it; `*` stands for one field of any name.
    pub(super) path: &'static str,
    /// What happens.
    pub(super) effect: Effect,
}

impl Rule {
    /// Whether it speaks of something within these fields.
    pub(super) fn is_below(&self, fields: &[&str]) -> bool {
        let mut names = self.path.split('.');
        fields.iter().all(|field| {
            names
                .next()
                .is_some_and(|name| name == "*" || name == *field)
        })
    }

    /// Whether it speaks of these fields.
    #[cfg(test)]
    pub(super) fn is_about(&self, fields: &[&str]) -> bool {
        depth_in(self.path, fields).is_some()
    }
}

/// What happens when a field changes.
pub(super) enum Effect {
    /// This, in place.
    Is(Impact, &'static str),
    /// The API server refuses: the object is deleted and made again.
    Fixed(Impact, &'static str),
    /// This when a flag is set, and that when it is no longer.
    Flag(Impact, &'static str, &'static str),
    /// This when something comes, that when it goes, and the last when it is another.
    Comes(Impact, &'static str, &'static str, &'static str),
    /// It depends.
    By(fn(&Site<'_>) -> Verdict),
    /// As a pod template, whose pods are replaced as told. The path leads to the template.
    Pods(fn(&Site<'_>) -> Verdict),
}

/// A row of a table.
pub(super) const fn at(path: &'static str, effect: Effect) -> Rule {
    Rule { path, effect }
}

/// What the first row that fits says.
pub(super) fn apply(table: &[Rule], site: &Site<'_>) -> Option<Gravest> {
    apply_to(table, site, &site.fields)
}

/// The same for a table of a part of the object: `fields` leads from there.
pub(super) fn apply_to(table: &[Rule], site: &Site<'_>, fields: &[&str]) -> Option<Gravest> {
    let (rule, depth) = table
        .iter()
        .find_map(|rule| Some((rule, depth_in(rule.path, fields)?)))?;
    let verdict = match &rule.effect {
        Effect::Is(impact, reason) => Verdict::new(*impact, reason),
        Effect::Fixed(impact, reason) => Verdict::replace(*impact, reason),
        Effect::Flag(impact, set, unset) => {
            let reason = if is_true(site.after) { set } else { unset };
            Verdict::new(*impact, reason)
        }
        Effect::Comes(impact, comes, goes, other) => {
            let reason = match (site.is_added(), site.is_removed()) {
                (true, _) => comes,
                (_, true) => goes,
                _ => other,
            };
            Verdict::new(*impact, reason)
        }
        Effect::By(verdict) => verdict(site),
        Effect::Pods(replaced) => {
            let mut gravest = Gravest::of(replaced(site));
            if let Some(more) = apply_to(super::rules::POD_TEMPLATE, site, &fields[depth..]) {
                gravest.add(more);
            }
            return Some(gravest);
        }
    };
    Some(Gravest::of(verdict))
}

/// How many fields a pattern has, if the path begins with it.
fn depth_in(pattern: &str, fields: &[&str]) -> Option<usize> {
    let mut depth = 0;
    for name in pattern.split('.').filter(|name| !name.is_empty()) {
        let field = fields.get(depth)?;
        if name != "*" && name != *field {
            return None;
        }
        depth += 1;
    }
    Some(depth)
}

/// The gravest of several verdicts. Why something has to be made anew is always told.
pub(super) struct Gravest {
    impact: Impact,
    reason: Cow<'static, str>,
    replaces: Option<Cow<'static, str>>,
}

impl Gravest {
    pub(super) fn of(verdict: Verdict) -> Self {
        Self {
            impact: verdict.impact,
            replaces: verdict.replaces.then(|| verdict.reason.clone()),
            reason: verdict.reason,
        }
    }

    /// Adds another verdict.
    pub(super) fn add(&mut self, other: Self) {
        if self.impact < other.impact || self.impact == other.impact && self.reason.is_empty() {
            self.impact = other.impact;
            self.reason = other.reason;
        }
        if self.replaces.is_none() {
            self.replaces = other.replaces;
        }
    }

    /// Adds a verdict whose reason tells more than those of others of its class.
    pub(super) fn prefer(&mut self, other: Self) {
        if self.impact == other.impact {
            self.reason = other.reason;
        } else {
            self.add(other);
        }
    }

    pub(super) fn verdict(self) -> Verdict {
        let reason = match &self.replaces {
            Some(because) if self.reason.is_empty() => because.clone(),
            Some(because) if *because != self.reason => {
                format!("{because}; {}", self.reason).into()
            }
            _ => self.reason,
        };
        Verdict {
            impact: self.impact,
            replaces: self.replaces.is_some(),
            reason,
        }
    }
}
