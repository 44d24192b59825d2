//! Custom resources that are widely used.

use plat_model::change::{Impact, Verdict};

use super::super::rule::{Effect, Rule, at};
use super::super::site::{Kind, Site};
use super::{access, network, workloads};
use Effect::{By, Flag, Is, Pods};
use Impact::{DataLoss, Metadata, Permission, Replace, Restart, Scale};

/// The table of a custom resource.
pub(super) fn of(kind: Kind<'_>) -> Option<&'static [Rule]> {
    Some(match (kind.group, kind.name) {
        ("gateway.networking.k8s.io", name) => match name {
            "Gateway" | "ListenerSet" => network::GATEWAY,
            "GatewayClass" => network::GATEWAY_CLASS,
            "ReferenceGrant" => access::REFERENCE_GRANT,
            "BackendTLSPolicy" => network::BACKEND_TLS,
            _ if name.ends_with("Route") => network::ROUTE,
            _ => return None,
        },
        ("gateway.networking.x-k8s.io", "XListenerSet") => network::GATEWAY,
        ("keda.sh", "ScaledObject") => SCALED_OBJECT,
        ("keda.sh", "ScaledJob") => SCALED_JOB,
        ("keda.sh", "TriggerAuthentication" | "ClusterTriggerAuthentication") => TRIGGER_ACCESS,
        ("external-secrets.io", "ExternalSecret" | "ClusterExternalSecret") => EXTERNAL_SECRET,
        ("external-secrets.io", "SecretStore" | "ClusterSecretStore") => SECRET_STORE,
        ("external-secrets.io", "PushSecret") => PUSH_SECRET,
        ("cert-manager.io", "Certificate") => CERTIFICATE,
        ("cert-manager.io", "Issuer" | "ClusterIssuer") => ISSUER,
        ("monitoring.coreos.com", _) => MONITORING,
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") => VERTICAL_AUTOSCALER,
        ("argoproj.io", "Rollout") => ROLLOUT,
        ("snapshot.storage.k8s.io", "VolumeSnapshot" | "VolumeSnapshotContent") => SNAPSHOT,
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass") => SNAPSHOT_CLASS,
        ("kustomize.config.k8s.io", _) => KUSTOMIZATION,
        _ => return None,
    })
}

#[rustfmt::skip]
const SCALED_OBJECT: &[Rule] = &[
    at("spec.scaleTargetRef.envSourceContainerName", Is(Metadata, "from which container triggers read variables")),
    at("spec.scaleTargetRef", Is(Scale, "it scales something else; what it scaled stays as large as it is")),
    at("spec.minReplicaCount", By(workloads::replicas_at_least)),
    at("spec.maxReplicaCount", Is(Scale, "up to how many it may scale")),
    at("spec.idleReplicaCount", Is(Scale, "how many run when there is nothing to do")),
    at("spec.triggers", Is(Scale, "when it scales")),
    at("spec.cooldownPeriod", Is(Scale, "how fast it scales down")),
    at("spec.pollingInterval", Is(Scale, "how fast it scales")),
    at("spec", Is(Scale, "how it scales")),
];

#[rustfmt::skip]
const SCALED_JOB: &[Rule] = &[
    at("spec.jobTargetRef.template", Pods(|_| Verdict::new(Restart, "for runs that start from now on"))),
    at("spec", Is(Scale, "how many run, and when")),
];

#[rustfmt::skip]
const TRIGGER_ACCESS: &[Rule] = &[
    at("spec", Is(Permission, "with which credentials triggers read")),
];

#[rustfmt::skip]
const EXTERNAL_SECRET: &[Rule] = &[
    at("spec.target.name", Is(Replace, "its Secret gets another name, and the one of the old name is deleted")),
    at("spec.target.deletionPolicy", Is(Metadata, "what happens when the source is gone")),
    at("spec.refreshInterval", Is(Metadata, "how often the source is read")),
    at("spec.refreshPolicy", Is(Metadata, "how often the source is read")),
    at("spec.secretStoreRef", Is(Permission, "its values come from another store; pods see them when they start again")),
    at("spec", Is(Restart, "its Secret gets other values; pods see them when they start again")),
];

#[rustfmt::skip]
const SECRET_STORE: &[Rule] = &[
    at("spec.refreshInterval", Is(Metadata, "how often the store is checked")),
    at("spec", Is(Permission, "from where and as whom secrets are read")),
];

#[rustfmt::skip]
const PUSH_SECRET: &[Rule] = &[
    at("spec.refreshInterval", Is(Metadata, "how often it is written")),
    at("spec", Is(Permission, "which secrets are copied where")),
];

#[rustfmt::skip]
const CERTIFICATE: &[Rule] = &[
    at("spec.secretName", Is(Replace, "the certificate moves to another Secret; the old one is no longer renewed")),
    at("spec.renewBefore", Is(Metadata, "when it is renewed")),
    at("spec.revisionHistoryLimit", Is(Metadata, "")),
    at("spec", Is(Restart, "a new certificate is issued; who reads it at start sees it then")),
];

#[rustfmt::skip]
const ISSUER: &[Rule] = &[
    at("spec", Is(Permission, "who signs certificates, and as whom they are asked for")),
];

#[rustfmt::skip]
const MONITORING: &[Rule] = &[
    at("", Is(Metadata, "what is watched, and when somebody is told")),
];

#[rustfmt::skip]
const VERTICAL_AUTOSCALER: &[Rule] = &[
    at("spec", Is(Restart, "pods may be restarted with other resources")),
];

#[rustfmt::skip]
const ROLLOUT: &[Rule] = &[
    at("spec.selector", Is(Replace, "pods that it no longer selects are left to themselves")),
    at("spec.template", Pods(|_| Verdict::new(Restart, "in the steps of its strategy"))),
    at("spec.replicas", By(workloads::replicas)),
    at("spec.paused", Flag(Metadata, "rollouts wait until it is resumed", "a rollout that waited goes on")),
    at("spec", Is(Metadata, "how its next rollout goes")),
];

#[rustfmt::skip]
const SNAPSHOT: &[Rule] = &[
    at("spec.deletionPolicy", By(snapshot_policy)),
    at("deletionPolicy", By(snapshot_policy)),
    at("spec", Effect::Fixed(DataLoss, "a snapshot cannot be changed: it is deleted and taken again")),
];

#[rustfmt::skip]
const SNAPSHOT_CLASS: &[Rule] = &[
    at("deletionPolicy", By(snapshot_policy)),
    at("", Is(Metadata, "for snapshots that are taken from now on")),
];

#[rustfmt::skip]
const KUSTOMIZATION: &[Rule] = &[
    at("", Is(Metadata, "which files are applied together; what they say is listed by itself")),
];

fn snapshot_policy(site: &Site<'_>) -> Verdict {
    if site.after.and_then(plat_model::tree::Tree::as_text) == Some("Retain") {
        Verdict::new(Metadata, "its data stays when the snapshot is deleted")
    } else {
        Verdict::new(
            DataLoss,
            "from now on its data is deleted with the snapshot",
        )
    }
}
