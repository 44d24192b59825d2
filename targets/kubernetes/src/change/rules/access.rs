//! Who may do what.

use plat_model::change::{Impact, Step, Verdict};
use plat_model::tree::Tree;

use super::super::rule::{Effect, Rule, at};
use super::super::site::Site;
use Effect::{By, Comes, Fixed, Is};
use Impact::{Metadata, Permission, Replace};

#[rustfmt::skip]
pub(super) const SERVICE_ACCOUNT: &[Rule] = &[
    at("automountServiceAccountToken", Is(Permission, "whether its pods hold a token to call the API server")),
    at("secrets", Is(Permission, "which Secrets its pods may mount")),
    at("imagePullSecrets", Is(Permission, "with which credentials images are pulled")),
];

#[rustfmt::skip]
pub(super) const ROLE: &[Rule] = &[
    at("rules", By(role_rules)),
    at("aggregationRule", Is(Permission, "of which other roles it is made up")),
];

#[rustfmt::skip]
pub(super) const BINDING: &[Rule] = &[
    at("roleRef", Fixed(Permission, "the role of a binding cannot be changed")),
    at("subjects", Comes(Permission, "somebody more has this role", "somebody no longer has this role", "somebody else has this role")),
];

#[rustfmt::skip]
pub(super) const SIGNING_REQUEST: &[Rule] = &[
    at("spec", Fixed(Replace, "a request cannot be changed")),
];

#[rustfmt::skip]
pub(super) const TRUST_BUNDLE: &[Rule] = &[
    at("spec.signerName", Fixed(Replace, "the signer of a bundle cannot be changed")),
    at("spec.trustBundle", Is(Permission, "whom its readers trust")),
];

/// `ReferenceGrant` of the Gateway API.
#[rustfmt::skip]
pub(super) const REFERENCE_GRANT: &[Rule] = &[
    at("spec.from", Comes(Permission, "more namespaces may refer to what is here", "fewer namespaces may refer to what is here", "other namespaces may refer to what is here")),
    at("spec.to", Comes(Permission, "more of what is here may be referred to", "less of what is here may be referred to", "other things here may be referred to")),
    at("", Is(Metadata, "")),
];

/// A rule allows its verbs on its resources; without names of resources it is about all of them.
fn role_rules(site: &Site<'_>) -> Verdict {
    let is_element = matches!(site.path.0.last(), Some(Step::Index(_)));
    // The first name takes away: before, every name was meant.
    let is_first_name = site.fields.last() == Some(&"resourceNames") && !is_element;
    let (more, less) = match (site.before, site.after) {
        (None, _) => (!is_first_name, is_first_name),
        (_, None) => (is_first_name, !is_first_name),
        (Some(before), Some(after)) => (covers(after, before), covers(before, after)),
    };
    let reason = match (more, less) {
        (true, false) => "whoever has this role may do more",
        (false, true) => "whoever has this role may do less",
        _ => "whoever has this role may do other things",
    };
    Verdict::new(Permission, reason)
}

/// Whether a list of verbs, resources or groups has everything that another one has.
fn covers(all: &Tree, some: &Tree) -> bool {
    let (Some(all), Some(some)) = (all.items(), some.items()) else {
        return false;
    };
    let is_everything = all.iter().any(|item| item.as_text() == Some("*"));
    is_everything || some.iter().all(|item| all.contains(item))
}
