//! What it does that an object is new, or goes away.

use plat_model::change::{Impact, ObjectRef, Path, Verdict};
use plat_model::tree::Tree;

use super::rule::{Gravest, apply_to};
use super::rules::{POD_TEMPLATE, hosts, is_grant, loses_claims};
use super::site::{Kind, Site};
use Impact::{DataLoss, Exposure, Metadata, Permission, Replace, Restart, Scale};

/// What a new object does.
pub(super) fn created(object: ObjectRef<'_>) -> Verdict {
    let kind = Kind::of(object);
    let (impact, reason) = match (kind.group, kind.name) {
        ("apps", _) | ("batch", "Job" | "CronJob") | ("", "Pod" | "ReplicationController") => {
            return new_workload(object);
        }
        ("argoproj.io", "Rollout") => (Scale, "it starts to run"),
        ("", "Service") => new_service(object),
        ("networking.k8s.io", "Ingress") => {
            return at_hosts(object, "it can be reached from outside of the cluster");
        }
        ("networking.k8s.io", "NetworkPolicy") => (
            Exposure,
            "of its pods, only what policies name may be connected from now on",
        ),
        ("networking.k8s.io", "IngressClass") => (Impact::None, "nothing uses it yet"),
        ("gateway.networking.k8s.io", "ReferenceGrant") => {
            (Permission, "other namespaces may refer to what is here")
        }
        ("gateway.networking.k8s.io", "GatewayClass") => (Impact::None, "nothing uses it yet"),
        ("gateway.networking.k8s.io", _) => {
            return at_hosts(object, "it can be reached through a gateway");
        }
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => {
            (Permission, "nobody has it before it is bound")
        }
        ("rbac.authorization.k8s.io", _) => {
            (Permission, "its subjects may do what its role allows")
        }
        ("", "ServiceAccount") => (Impact::None, "nothing acts as it yet"),
        ("", "ConfigMap" | "Secret") => (Impact::None, "nothing reads it yet"),
        ("", "PersistentVolumeClaim" | "PersistentVolume") => {
            (Impact::None, "nothing is stored in it yet")
        }
        ("", "Namespace") => (Impact::None, "it is empty"),
        ("", "ResourceQuota") => (
            Scale,
            "the namespace may use no more than this; what runs stays",
        ),
        ("", "LimitRange") => (Scale, "for pods that are made from now on"),
        ("autoscaling" | "keda.sh" | "autoscaling.k8s.io", _) if is_scaler(kind.name) => {
            (Scale, "from now on it decides how many run")
        }
        ("keda.sh", _) => (Permission, "triggers may read with these credentials"),
        ("policy", _) => (Metadata, "the drain of a node takes fewer pods at once"),
        ("admissionregistration.k8s.io", _) => (
            Permission,
            "it decides which requests to the API are refused or changed",
        ),
        ("apiregistration.k8s.io", _) => {
            (Permission, "somebody else answers for a part of the API")
        }
        ("external-secrets.io", "SecretStore" | "ClusterSecretStore" | "PushSecret")
        | ("cert-manager.io", "Issuer" | "ClusterIssuer") => {
            (Permission, "the cluster may act with other credentials")
        }
        ("external-secrets.io" | "cert-manager.io", _) => {
            (Impact::None, "nothing reads its Secret yet")
        }
        ("monitoring.coreos.com", _) => (Metadata, "more is watched"),
        ("snapshot.storage.k8s.io", _) => (Impact::None, ""),
        ("kustomize.config.k8s.io", _) => (Impact::None, "it lists what is applied together"),
        (
            "apiextensions.k8s.io"
            | "scheduling.k8s.io"
            | "storage.k8s.io"
            | "node.k8s.io"
            | "coordination.k8s.io"
            | "discovery.k8s.io"
            | "resource.k8s.io",
            _,
        ) => (Impact::None, "nothing uses it yet"),
        _ => return super::unknown(kind),
    };
    Verdict::new(impact, reason)
}

/// What it does that an object goes away.
pub(super) fn deleted(object: ObjectRef<'_>) -> Verdict {
    let kind = Kind::of(object);
    let (impact, reason) = match (kind.group, kind.name) {
        ("apps", "StatefulSet") if loses_claims(object.body, "whenDeleted") => (
            DataLoss,
            "it stops running, and its claims and their data are deleted with it",
        ),
        ("apps", "StatefulSet") if object.body.at(&["spec", "volumeClaimTemplates"]).is_some() => {
            (Replace, "it stops running; its claims and their data stay")
        }
        ("apps", "ControllerRevision") => (Metadata, "it can no longer be rolled back to"),
        ("apps" | "argoproj.io", _) | ("", "Pod" | "ReplicationController") => {
            (Replace, "it stops running")
        }
        ("batch", "CronJob") => (
            Replace,
            "it no longer runs, and runs that go on are stopped",
        ),
        ("batch", _) => (Replace, "it is stopped if it still runs"),
        ("", "Service") => (Replace, "its name no longer resolves"),
        ("", "Endpoints") | ("discovery.k8s.io", _) => (Exposure, "its Service leads nowhere"),
        ("networking.k8s.io", "Ingress") => {
            return at_hosts(
                object,
                "it can no longer be reached from outside of the cluster",
            );
        }
        ("networking.k8s.io", "NetworkPolicy") => (
            Exposure,
            "pods that no other policy is about may be reached by all, and reach all",
        ),
        ("networking.k8s.io", "IngressClass") => {
            (Exposure, "what uses this class can no longer be reached")
        }
        ("gateway.networking.k8s.io", "ReferenceGrant") => (
            Permission,
            "other namespaces may no longer refer to what is here",
        ),
        ("gateway.networking.k8s.io", "BackendTLSPolicy") => (
            Exposure,
            "a gateway calls what is behind it without encryption",
        ),
        ("gateway.networking.k8s.io", _) => {
            return at_hosts(object, "it can no longer be reached through a gateway");
        }
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => {
            (Permission, "whoever has this role may do less")
        }
        ("rbac.authorization.k8s.io", _) => (Permission, "its subjects no longer have its role"),
        ("", "ServiceAccount") => (
            Permission,
            "its tokens end, and pods that act as it cannot start",
        ),
        ("", "ConfigMap" | "Secret") => (Replace, "pods that read it cannot start again"),
        ("", "PersistentVolumeClaim") => (
            DataLoss,
            "its data is deleted, unless its volume is retained",
        ),
        ("", "PersistentVolume") => (DataLoss, "what is stored in it can no longer be used"),
        ("", "Namespace") => (DataLoss, "everything in it is deleted"),
        ("", "ResourceQuota") => (Scale, "the namespace may use as much as there is"),
        ("", "LimitRange") => (Scale, "for pods that are made from now on"),
        ("", "Node") => (Restart, "its pods move to other nodes"),
        ("autoscaling" | "keda.sh" | "autoscaling.k8s.io", _) if is_scaler(kind.name) => {
            (Scale, "what it scaled stays as large as it is")
        }
        ("keda.sh", _) => (
            Permission,
            "triggers can no longer read with these credentials",
        ),
        ("policy", _) => (Metadata, "the drain of a node may take all pods at once"),
        ("admissionregistration.k8s.io", _) => (
            Permission,
            "requests to the API are no longer refused or changed by it",
        ),
        ("apiregistration.k8s.io", _) => (Replace, "a part of the API is gone"),
        ("apiextensions.k8s.io", _) => (
            DataLoss,
            "every object of the kind that it defines is deleted",
        ),
        ("external-secrets.io", "ExternalSecret" | "ClusterExternalSecret") => {
            (Replace, "the Secret that it makes is deleted with it")
        }
        ("external-secrets.io", "PushSecret") => (Permission, "secrets are no longer copied"),
        ("external-secrets.io", _) => (Permission, "secrets can no longer be read from it"),
        ("cert-manager.io", "Certificate") => (Replace, "its certificate is no longer renewed"),
        ("cert-manager.io", _) => (Permission, "certificates can no longer be asked of it"),
        ("monitoring.coreos.com", _) => (Metadata, "less is watched"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass") => (Metadata, ""),
        ("snapshot.storage.k8s.io", _) => (
            DataLoss,
            "the snapshot's data is deleted, unless it is retained",
        ),
        ("scheduling.k8s.io", _) => (Replace, "pods of this class cannot start again"),
        ("node.k8s.io", _) => (Replace, "pods of this class cannot start again"),
        ("storage.k8s.io", "StorageClass") => {
            (Replace, "no new volumes are made; volumes that exist stay")
        }
        ("storage.k8s.io", "CSIDriver") => (Replace, "its volumes can no longer be mounted"),
        ("kustomize.config.k8s.io", _) => (Impact::None, "it lists what is applied together"),
        ("coordination.k8s.io" | "flowcontrol.apiserver.k8s.io", _) => (Metadata, ""),
        ("resource.k8s.io", _) => (Replace, "pods that use it cannot start again"),
        _ => return super::unknown(kind),
    };
    Verdict::new(impact, reason)
}

/// What can be reached, or no longer, and at which hosts.
fn at_hosts(object: ObjectRef<'_>, words: &'static str) -> Verdict {
    let reason = match hosts(object.body) {
        Some(hosts) => format!("{words}, at {hosts}").into(),
        None => words.into(),
    };
    Verdict {
        impact: Exposure,
        replaces: false,
        reason,
    }
}

fn is_scaler(kind: &str) -> bool {
    matches!(
        kind,
        "HorizontalPodAutoscaler" | "ScaledObject" | "ScaledJob" | "VerticalPodAutoscaler"
    )
}

fn new_service(object: ObjectRef<'_>) -> (Impact, &'static str) {
    let kind = object.body.at(&["spec", "type"]).and_then(Tree::as_text);
    match kind {
        Some("LoadBalancer") => (
            Exposure,
            "it can be reached from outside of the cluster, through a load balancer",
        ),
        Some("NodePort") => (
            Exposure,
            "it can be reached from outside of the cluster, at a port of every node",
        ),
        Some("ExternalName") => (Exposure, "its name leads out of the cluster"),
        _ => (Impact::None, "nothing calls it yet"),
    }
}

/// A workload that starts, and what its pods may do that not every pod may.
fn new_workload(object: ObjectRef<'_>) -> Verdict {
    let kind = Kind::of(object);
    let (impact, reason) = match kind.name {
        "CronJob" => (Scale, "it runs when its schedule says so"),
        "ControllerRevision" => (Impact::None, ""),
        _ => (Scale, "it starts to run"),
    };
    let mut gravest = Gravest::of(Verdict::new(impact, reason));
    let template = match kind.name {
        "CronJob" => object.body.at(&["spec", "jobTemplate", "spec", "template"]),
        "Pod" => Some(object.body),
        _ => object.body.at(&["spec", "template"]),
    };
    if let Some(template) = template {
        grants(object, &mut Vec::new(), template, &mut gravest);
    }
    gravest.verdict()
}

/// What more than others a pod may do: settings that are on where they are off by default.
fn grants<'a>(
    object: ObjectRef<'a>,
    fields: &mut Vec<&'a str>,
    tree: &'a Tree,
    gravest: &mut Gravest,
) {
    if is_grant(fields, tree) {
        let site = Site {
            objects: (object, object),
            path: &Path::default(),
            fields: fields.clone(),
            before: None,
            after: Some(tree),
        };
        if let Some(more) = apply_to(POD_TEMPLATE, &site, fields) {
            gravest.add(more);
        }
    }
    for (key, value) in tree.entries().unwrap_or_default() {
        fields.push(key);
        grants(object, fields, value, gravest);
        fields.pop();
    }
    for item in tree.items().unwrap_or_default() {
        grants(object, fields, item, gravest);
    }
}

/// What is about the pods of its own instance alone. A policy without a selector is about all pods of its namespace.
pub(super) fn accompanies(object: ObjectRef<'_>) -> bool {
    let kind = Kind::of(object);
    match (kind.group, kind.name) {
        ("networking.k8s.io", "NetworkPolicy") => {
            let selector = object.body.at(&["spec", "podSelector"]);
            let entries = selector.and_then(Tree::entries).unwrap_or_default();
            entries.iter().any(|(_, labels)| {
                labels.entries().is_some_and(|labels| !labels.is_empty())
                    || labels.items().is_some_and(|rules| !rules.is_empty())
            })
        }
        ("", "ServiceAccount")
        | ("policy", "PodDisruptionBudget")
        | ("autoscaling", "HorizontalPodAutoscaler") => true,
        _ => false,
    }
}
