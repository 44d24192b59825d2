//! What is stored, and how.

use plat_model::change::{Impact, Verdict};
use plat_model::quantity::{Rational, parse_kubernetes};
use plat_model::tree::{Tree, TreeValue};

use super::super::rule::{Effect, Rule, at};
use super::super::site::Site;
use Effect::{By, Fixed, Flag, Is};
use Impact::{DataLoss, Metadata, Replace, Scale};

#[rustfmt::skip]
pub(super) const CLAIM: &[Rule] = &[
    at("spec.resources.requests.storage", By(size)),
    at("spec.volumeAttributesClassName", Is(Metadata, "how its volume performs, changed while it is in use")),
    at("spec.storageClassName", By(class)),
    at("spec.accessModes", Fixed(DataLoss, "how often a claim can be mounted cannot be changed: the new claim is empty")),
    at("spec.volumeMode", Fixed(DataLoss, "whether a volume is a file system cannot be changed: the new claim is empty")),
    at("spec.volumeName", Fixed(DataLoss, "the volume of a claim cannot be changed: the new claim has another one")),
    at("spec", Fixed(DataLoss, "a claim cannot be changed: the new claim is empty")),
];

#[rustfmt::skip]
pub(super) const VOLUME: &[Rule] = &[
    at("spec.capacity", Is(Scale, "how large the volume is said to be")),
    at("spec.persistentVolumeReclaimPolicy", By(reclaim)),
    at("spec.claimRef", Is(DataLoss, "whose volume it is")),
    at("spec.accessModes", Is(Metadata, "how often it can be mounted")),
    at("spec.mountOptions", Is(Metadata, "when it is mounted the next time")),
    at("spec.storageClassName", Is(Metadata, "which claims it fits")),
    at("spec.volumeAttributesClassName", Is(Metadata, "how the volume performs")),
    at("spec.nodeAffinity", Fixed(Replace, "from which nodes a volume can be reached cannot be changed")),
    at("spec.volumeMode", Fixed(Replace, "whether a volume is a file system cannot be changed")),
    at("spec", Fixed(DataLoss, "where a volume is stored cannot be changed: the new volume is another one")),
];

#[rustfmt::skip]
pub(super) const CLASS: &[Rule] = &[
    at("provisioner", Fixed(Replace, "the provisioner of a storage class cannot be changed; volumes that exist stay")),
    at("parameters", Fixed(Replace, "the parameters of a storage class cannot be changed; volumes that exist stay")),
    at("reclaimPolicy", Fixed(Replace, "the reclaim policy of a storage class cannot be changed; volumes that exist keep theirs")),
    at("volumeBindingMode", Fixed(Replace, "when a storage class binds volumes cannot be changed; volumes that exist stay")),
    at("allowVolumeExpansion", Flag(Metadata, "claims may grow", "claims may no longer grow")),
    at("mountOptions", Is(Metadata, "for new volumes")),
    at("allowedTopologies", Is(Metadata, "for new volumes")),
];

#[rustfmt::skip]
pub(super) const ATTRIBUTES_CLASS: &[Rule] = &[
    at("driverName", Fixed(Replace, "the driver of a class cannot be changed")),
    at("parameters", Fixed(Replace, "the parameters of a class cannot be changed")),
];

#[rustfmt::skip]
pub(super) const ATTACHMENT: &[Rule] = &[
    at("spec", Fixed(Replace, "what is attached where cannot be changed")),
];

#[rustfmt::skip]
pub(super) const DRIVER: &[Rule] = &[
    at("spec.attachRequired", Fixed(Replace, "whether a driver attaches volumes cannot be changed")),
    at("spec.volumeLifecycleModes", Fixed(Replace, "the lifecycles of a driver's volumes cannot be changed")),
    at("spec.fsGroupPolicy", Is(Impact::Permission, "whether volumes are given to the group of their pods")),
    at("spec.tokenRequests", Is(Impact::Permission, "which tokens the driver gets of the pods that use it")),
    at("spec.serviceAccountTokenInSecrets", Is(Impact::Permission, "how the driver gets tokens")),
    at("spec", Is(Metadata, "for volumes that are mounted from now on")),
];

#[rustfmt::skip]
pub(super) const REPORTED: &[Rule] = &[
    at("", Is(Metadata, "drivers write it themselves")),
];

fn bytes(tree: Option<&Tree>) -> Option<Rational> {
    match &tree?.value {
        TreeValue::Text(text) => parse_kubernetes(text).ok(),
        TreeValue::Int(value) => Some(Rational::whole(*value)),
        _ => None,
    }
}

fn size(site: &Site<'_>) -> Verdict {
    let (Some(before), Some(after)) = (bytes(site.before), bytes(site.after)) else {
        return Verdict::replace(
            DataLoss,
            "a claim cannot be changed: the new claim is empty",
        );
    };
    if after > before {
        Verdict::new(
            Scale,
            "the volume grows while it is in use, if its storage class allows it",
        )
    } else {
        Verdict::replace(
            DataLoss,
            "a volume cannot shrink: the claim and its data are deleted, the new claim is empty",
        )
    }
}

/// A claim without a class has got the cluster's default one.
fn class(site: &Site<'_>) -> Verdict {
    let is_named = |tree: &Tree| tree.as_text().is_some_and(|name| !name.is_empty());
    if site.is_added() && site.after.is_some_and(is_named) {
        return Verdict::new(
            Impact::Unknown,
            "the claim can have this storage class only if it is the cluster's default one",
        );
    }
    Verdict::replace(
        DataLoss,
        "the storage class of a claim cannot be changed: the new claim is empty",
    )
}

fn reclaim(site: &Site<'_>) -> Verdict {
    if site.after.and_then(Tree::as_text) == Some("Retain") {
        Verdict::new(Metadata, "its data stays when its claim is deleted")
    } else {
        Verdict::new(DataLoss, "from now on its data is deleted with its claim")
    }
}
