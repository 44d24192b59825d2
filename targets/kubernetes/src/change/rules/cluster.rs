//! What belongs to the cluster as a whole.

use plat_model::change::{Impact, Verdict};

use super::super::rule::{Effect, Rule, at};
use super::super::site::Site;
use Effect::{By, Fixed, Flag, Is};
use Impact::{DataLoss, Metadata, Permission, Replace, Restart, Scale, Unknown};

#[rustfmt::skip]
pub(super) const NODE: &[Rule] = &[
    at("spec.unschedulable", Flag(Scale, "no new pods are placed on this node", "pods are placed on this node again")),
    at("spec.taints", Is(Restart, "which pods may run on this node: others may have to leave")),
    at("spec.podCIDR", Fixed(Replace, "the addresses of a node's pods cannot be changed")),
    at("spec.podCIDRs", Fixed(Replace, "the addresses of a node's pods cannot be changed")),
    at("spec.providerID", Fixed(Replace, "the machine behind a node cannot be changed")),
    at("spec.configSource", Is(Metadata, "nothing reads it any more")),
    at("spec.externalID", Is(Metadata, "nothing reads it any more")),
    at("spec.podPreemptionPolicy", Is(Scale, "which pods have to leave for more important ones")),
];

const GONE: &str = "it is deleted and made again, and with it every object of this kind";

#[rustfmt::skip]
pub(super) const DEFINITION: &[Rule] = &[
    at("spec.scope", Fixed(DataLoss, GONE)),
    at("spec.group", Fixed(DataLoss, GONE)),
    at("spec.names.plural", Fixed(DataLoss, GONE)),
    at("spec.names.kind", Fixed(DataLoss, GONE)),
    at("spec.names", Is(Metadata, "what people may call it")),
    at("spec.versions", By(versions)),
    at("spec.conversion", Is(Unknown, "how objects are read in another version")),
    at("spec.preserveUnknownFields", Is(Unknown, "whether fields that are not defined are kept")),
];

#[rustfmt::skip]
pub(super) const API_SERVICE: &[Rule] = &[
    at("spec", Is(Permission, "who answers for a part of the API")),
];

/// Webhooks and policies that see every request.
#[rustfmt::skip]
pub(super) const ADMISSION: &[Rule] = &[
    at("", Is(Permission, "which requests to the API are refused or changed")),
];

#[rustfmt::skip]
pub(super) const PRIORITY_CLASS: &[Rule] = &[
    at("value", Fixed(Replace, "the value of a priority class cannot be changed")),
    at("preemptionPolicy", Fixed(Replace, "whether a priority class preempts cannot be changed")),
    at("globalDefault", Is(Scale, "what priority pods get that are made from now on")),
    at("description", Is(Metadata, "")),
];

#[rustfmt::skip]
pub(super) const RUNTIME_CLASS: &[Rule] = &[
    at("handler", Fixed(Replace, "the handler of a runtime class cannot be changed")),
    at("overhead", Is(Scale, "what pods count that are made from now on")),
    at("scheduling", Is(Scale, "where pods are placed that are made from now on")),
];

#[rustfmt::skip]
pub(super) const LEASE: &[Rule] = &[
    at("spec", Is(Metadata, "who holds it")),
];

#[rustfmt::skip]
pub(super) const FLOW_CONTROL: &[Rule] = &[
    at("spec", Is(Metadata, "how requests to the API wait for each other")),
];

#[rustfmt::skip]
pub(super) const DEVICE_CLAIM: &[Rule] = &[
    at("spec", Fixed(Replace, "a claim to a device cannot be changed")),
];

#[rustfmt::skip]
pub(super) const DEVICE_TAINT: &[Rule] = &[
    at("spec", Is(Restart, "which pods may use which devices: others may have to leave")),
];

/// What only the parts of the cluster itself write.
#[rustfmt::skip]
pub(super) const REPORTED: &[Rule] = &[
    at("", Is(Metadata, "the cluster writes it itself")),
];

#[rustfmt::skip]
pub(super) const MIGRATION: &[Rule] = &[
    at("spec", Fixed(Replace, "what is migrated cannot be changed")),
];

#[rustfmt::skip]
pub(super) const DEVICE_CLASS: &[Rule] = &[
    at("spec", Is(Scale, "which devices claims get that are made from now on")),
];

fn versions(site: &Site<'_>) -> Verdict {
    if site.fields.len() == 2 && site.is_removed() {
        Verdict::new(
            DataLoss,
            "objects stored in this version can no longer be read",
        )
    } else if site.fields.last() == Some(&"description") {
        Verdict::new(Metadata, "")
    } else if site.fields.get(2) == Some(&"schema") {
        Verdict::new(
            Unknown,
            "objects that exist may no longer be accepted, or lose fields",
        )
    } else {
        Verdict::new(Unknown, "in which versions objects can be read and written")
    }
}
