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
pub(super) fn apply(table: &[Rule], site: &Site<'_>) -> Option<Verdict> {
    apply_to(table, site, &site.fields)
}

/// The same for a table of a part of the object: `fields` leads from there.
pub(super) fn apply_to(table: &[Rule], site: &Site<'_>, fields: &[&str]) -> Option<Verdict> {
    let (rule, depth) = table
        .iter()
        .find_map(|rule| Some((rule, depth_in(rule.path, fields)?)))?;
    Some(match &rule.effect {
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
            let mut gravest = Gravest::default();
            gravest.add(replaced(site));
            gravest.extend(apply_to(super::rules::POD_TEMPLATE, site, &fields[depth..]));
            gravest.verdict()
        }
    })
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
#[derive(Default)]
pub(super) struct Gravest {
    worst: Option<Verdict>,
    replaces: Option<Cow<'static, str>>,
}

impl Gravest {
    pub(super) fn add(&mut self, verdict: Verdict) {
        if verdict.replaces && self.replaces.is_none() {
            self.replaces = Some(verdict.reason.clone());
        }
        let is_worse = |worst: &Verdict| {
            worst.impact < verdict.impact
                || worst.impact == verdict.impact && worst.reason.is_empty()
        };
        if self.worst.as_ref().is_none_or(is_worse) {
            self.worst = Some(verdict);
        }
    }

    pub(super) fn extend(&mut self, verdicts: impl IntoIterator<Item = Verdict>) {
        verdicts.into_iter().for_each(|verdict| self.add(verdict));
    }

    pub(super) fn verdict(self) -> Verdict {
        let worst = self.worst.unwrap_or(Verdict::new(Impact::None, ""));
        let Some(because) = self.replaces else {
            return worst;
        };
        let reason = if because == worst.reason || worst.reason.is_empty() {
            because
        } else {
            format!("{because}; {}", worst.reason).into()
        };
        Verdict {
            impact: worst.impact,
            replaces: true,
            reason,
        }
    }
}
