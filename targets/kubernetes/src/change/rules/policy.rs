//! Network policies: who may connect to whom.
//!
//! A policy allows what its rules name. A rule that names no peers or no ports allows all of them, so that adding the first peer
//! takes something away and adding the second gives.

use std::net::IpAddr;

use plat_model::change::{Impact, Step, Verdict};
use plat_model::tree::Tree;

use super::super::rule::{Effect, Rule, at};
use super::super::site::Site;

#[rustfmt::skip]
pub(super) const NETWORK_POLICY: &[Rule] = &[
    at("spec.ingress", Effect::By(ingress)),
    at("spec.egress", Effect::By(egress)),
    at("spec.podSelector", Effect::Is(Impact::Exposure, "which pods it is about: those that no policy is about may be reached by all, and reach all")),
    at("spec.policyTypes", Effect::By(types)),
];

/// Whether a change allows more, less, or something else.
enum Direction {
    More,
    Less,
    Other,
}

fn ingress(site: &Site<'_>) -> Verdict {
    let reason = match direction(site) {
        Direction::More => "more may connect to it",
        Direction::Less => "fewer may connect to it",
        Direction::Other => "others may connect to it",
    };
    Verdict::new(Impact::Exposure, reason)
}

fn egress(site: &Site<'_>) -> Verdict {
    let reason = match direction(site) {
        Direction::More => "it may connect to more",
        Direction::Less => "it may connect to less",
        Direction::Other => "it may connect to others",
    };
    Verdict::new(Impact::Exposure, reason)
}

fn direction(site: &Site<'_>) -> Direction {
    let added = match (site.is_added(), site.is_removed()) {
        (true, _) => true,
        (_, true) => false,
        _ if site.fields.last() == Some(&"cidr") => return range(site),
        _ if site.fields.last() == Some(&"except") => return holes(site),
        _ => return Direction::Other,
    };
    let is_element = matches!(site.path.0.last(), Some(Step::Index(_) | Step::Element(_)));
    let allows = match site.fields[2..] {
        // A rule, or all of them.
        [] => added,
        // A peer or port beside others; or the first one, where all were allowed.
        ["from" | "to" | "ports"] => added == is_element,
        // What the range leaves out.
        ["from" | "to", "ipBlock", "except"] => !added,
        // A port range.
        ["ports", "endPort"] => added,
        // Another condition that a peer or port has to meet.
        _ => !added,
    };
    if allows {
        Direction::More
    } else {
        Direction::Less
    }
}

/// Whether a range of addresses lies within another.
fn range(site: &Site<'_>) -> Direction {
    let read = |tree: Option<&Tree>| Range::read(tree?.as_text()?);
    match (read(site.before), read(site.after)) {
        (Some(before), Some(after)) if after.contains(before) => Direction::More,
        (Some(before), Some(after)) if before.contains(after) => Direction::Less,
        _ => Direction::Other,
    }
}

/// Whether fewer ranges are left out than before.
fn holes(site: &Site<'_>) -> Direction {
    let items = |tree: Option<&'_ Tree>| tree.and_then(Tree::items).map(<[Tree]>::to_vec);
    let (Some(before), Some(after)) = (items(site.before), items(site.after)) else {
        return Direction::Other;
    };
    if after.iter().all(|range| before.contains(range)) {
        Direction::More
    } else if before.iter().all(|range| after.contains(range)) {
        Direction::Less
    } else {
        Direction::Other
    }
}

/// A range of addresses: its bits, of which the first ones count.
#[derive(Clone, Copy)]
struct Range {
    bits: u128,
    length: u32,
    is_v6: bool,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (bits, width) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let length = length.parse().ok().filter(|length| *length <= width)?;
        Some(Self {
            bits,
            length,
            is_v6: width == 128,
        })
    }

    fn contains(self, other: Self) -> bool {
        let same = (self.bits ^ other.bits).leading_zeros();
        self.is_v6 == other.is_v6 && self.length <= other.length && same >= self.length
    }
}

fn types(site: &Site<'_>) -> Verdict {
    let says = |tree: Option<&Tree>, kind: &str| {
        let items = tree.and_then(Tree::items).unwrap_or_default();
        items.iter().any(|item| item.as_text() == Some(kind))
    };
    let (before, after) = site.both_at(&["spec", "policyTypes"]);
    let reason = match (says(before, "Egress"), says(after, "Egress")) {
        (false, true) => "it may connect only to what the policy names",
        (true, false) => "it may connect to everything",
        _ => "whether the policy is about connections to it, from it, or both",
    };
    Verdict::new(Impact::Exposure, reason)
}
