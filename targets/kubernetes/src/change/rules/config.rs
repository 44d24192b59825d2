//! Settings that pods read, and the namespaces they live in.

use plat_model::change::{Impact, Verdict};

use super::super::rule::{Effect, Rule, at};
use super::super::site::{Site, is_true};
use Effect::{By, Fixed, Is};
use Impact::{Exposure, Metadata, Permission, Replace, Restart, Scale};

const READ_AT_START: &str =
    "pods see it when they start again; mounted files follow within minutes";

#[rustfmt::skip]
pub(super) const CONFIG_MAP: &[Rule] = &[
    at("data", By(data)),
    at("binaryData", By(data)),
    at("immutable", By(immutable)),
];

#[rustfmt::skip]
pub(super) const SECRET: &[Rule] = &[
    at("data", By(data)),
    at("stringData", By(data)),
    at("immutable", By(immutable)),
    at("type", Fixed(Replace, "the type of a Secret cannot be changed")),
];

#[rustfmt::skip]
pub(super) const NAMESPACE: &[Rule] = &[
    at("spec.finalizers", Is(Metadata, "who has to agree before it can be deleted")),
];

#[rustfmt::skip]
pub(super) const QUOTA: &[Rule] = &[
    at("spec.hard", Is(Scale, "how much the namespace may use; what runs stays")),
    at("spec.scopes", Fixed(Replace, "what a quota counts cannot be changed")),
    at("spec.scopeSelector", Is(Scale, "what the quota counts")),
];

#[rustfmt::skip]
pub(super) const LIMIT_RANGE: &[Rule] = &[
    at("spec.limits", Is(Scale, "what pods get that are made from now on")),
];

fn data(site: &Site<'_>) -> Verdict {
    if is_true(site.objects.0.body.get("immutable")) {
        Verdict::replace(Replace, "it is immutable: it is deleted and made again")
    } else {
        Verdict::new(Restart, READ_AT_START)
    }
}

fn immutable(site: &Site<'_>) -> Verdict {
    if is_true(site.before) {
        Verdict::replace(Replace, "what is immutable cannot be made changeable")
    } else {
        Verdict::new(Metadata, "it can no longer be changed")
    }
}

/// A label of any object. Some mean something to the cluster.
pub(super) fn label(site: &Site<'_>) -> Verdict {
    let key = site.fields.get(2).copied().unwrap_or_default();
    let (impact, reason) = match (site.kind().name, key) {
        ("Namespace", _) if key.starts_with("pod-security.kubernetes.io/") => {
            (Permission, "what pods of this namespace may do")
        }
        ("Namespace", "istio-injection" | "istio.io/rev" | "linkerd.io/inject") => (
            Restart,
            "whether pods of this namespace get a proxy when they start again",
        ),
        ("Namespace", key) if !key.is_empty() && !is_description(key) => (
            Exposure,
            "which network policies and gateways select this namespace",
        ),
        ("ClusterRole", _) if key.starts_with("rbac.authorization.k8s.io/aggregate-to-") => {
            (Permission, "to which other roles its rules belong")
        }
        ("Node", key) if !key.is_empty() => (Scale, "which pods may be placed on this node"),
        ("Pod", key) if !key.is_empty() => (
            Exposure,
            "which Services and network policies select this pod",
        ),
        _ => (Metadata, ""),
    };
    Verdict::new(impact, reason)
}

/// An annotation of any object. Some are settings in disguise.
pub(super) fn annotation(site: &Site<'_>) -> Verdict {
    let key = site.fields.get(2).copied().unwrap_or_default();
    let domain = key.split_once('/').map_or("", |(domain, _)| domain);
    let (impact, reason) = match (site.kind().name, domain) {
        ("ServiceAccount", _) if is_cloud_identity(key) => {
            (Permission, "its pods act as another identity of the cloud")
        }
        ("Ingress" | "Service" | "Gateway", _) if is_reach(domain) => (
            Exposure,
            "a controller decides by it how this can be reached",
        ),
        ("Namespace", "linkerd.io" | "config.linkerd.io" | "sidecar.istio.io") => (
            Restart,
            "whether pods of this namespace get a proxy when they start again",
        ),
        ("StorageClass", "storageclass.kubernetes.io") => {
            (Metadata, "for new claims that name no storage class")
        }
        _ => (Metadata, ""),
    };
    Verdict::new(impact, reason)
}

/// Whether a label only describes: by convention, nothing is selected by it.
fn is_description(key: &str) -> bool {
    let domain = key.split_once('/').map_or("", |(domain, _)| domain);
    matches!(domain, "app.kubernetes.io" | "helm.sh" | "plat.dev")
}

fn is_cloud_identity(key: &str) -> bool {
    matches!(
        key,
        "eks.amazonaws.com/role-arn" | "iam.gke.io/gcp-service-account"
    ) || key.starts_with("azure.workload.identity/")
}

/// Whether annotations of a domain are read by what makes something reachable.
fn is_reach(domain: &str) -> bool {
    domain.ends_with("ingress.kubernetes.io")
        || domain.ends_with("beta.kubernetes.io")
        || domain.starts_with("external-dns.")
        || matches!(
            domain,
            "networking.gke.io" | "cloud.google.com" | "haproxy.org" | "konghq.com" | "metallb.io"
        )
}
