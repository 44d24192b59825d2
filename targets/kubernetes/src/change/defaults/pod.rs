//! Pods and their containers: `SetDefaults_PodSpec`, `SetDefaults_Container`, `SetDefaults_Probe` and others of
//! `pkg/apis/core/v1/defaults.go`. Also what an absent field means where Kubernetes writes nothing for its zero.

use plat_model::tree::{Tree, TreeValue};

use super::Default::{By, Empty, Flag, Int, Text};
use super::{Beside, Row};

/// Fields of a pod's spec.
pub(super) const POD_SPEC: &[Row] = &[
    ("dnsPolicy", Text("ClusterFirst")),
    ("restartPolicy", Text("Always")),
    ("securityContext", Empty),
    ("terminationGracePeriodSeconds", Int(30)),
    ("schedulerName", Text("default-scheduler")),
    ("enableServiceLinks", Flag(true)),
    ("hostNetwork", Flag(false)),
    ("hostPID", Flag(false)),
    ("hostIPC", Flag(false)),
    ("serviceAccountName", Text("")),
    ("priorityClassName", Text("")),
    ("nodeName", Text("")),
    ("hostname", Text("")),
    ("subdomain", Text("")),
    ("tolerations.operator", Text("Equal")),
    ("volumes.emptyDir", By(only_source)),
    ("volumes.emptyDir.medium", Text("")),
    ("volumes.hostPath.type", Text("")),
    ("volumes.secret.defaultMode", Int(0o644)),
    ("volumes.configMap.defaultMode", Int(0o644)),
    ("volumes.downwardAPI.defaultMode", Int(0o644)),
    ("volumes.projected.defaultMode", Int(0o644)),
    ("volumes.downwardAPI.items.fieldRef.apiVersion", Text("v1")),
    (
        "volumes.projected.sources.downwardAPI.items.fieldRef.apiVersion",
        Text("v1"),
    ),
    (
        "volumes.projected.sources.serviceAccountToken.expirationSeconds",
        Int(3_600),
    ),
    ("volumes.persistentVolumeClaim.readOnly", Flag(false)),
    ("volumes.csi.readOnly", Flag(false)),
    ("volumes.nfs.readOnly", Flag(false)),
    (
        "volumes.ephemeral.volumeClaimTemplate.spec.volumeMode",
        Text("Filesystem"),
    ),
    ("volumes.iscsi.iscsiInterface", Text("default")),
    ("volumes.rbd.pool", Text("rbd")),
    ("volumes.rbd.user", Text("admin")),
    ("volumes.rbd.keyring", Text("/etc/ceph/keyring")),
    ("volumes.azureDisk.cachingMode", Text("ReadWrite")),
    ("volumes.azureDisk.kind", Text("Shared")),
    ("volumes.azureDisk.fsType", Text("ext4")),
    ("volumes.azureDisk.readOnly", Flag(false)),
];

/// Fields of a container.
pub(super) const CONTAINER: &[Row] = &[
    ("imagePullPolicy", By(pull_policy)),
    ("terminationMessagePath", Text("/dev/termination-log")),
    ("terminationMessagePolicy", Text("File")),
    ("resources", Empty),
    ("workingDir", Text("")),
    ("stdin", Flag(false)),
    ("stdinOnce", Flag(false)),
    ("tty", Flag(false)),
    ("ports.protocol", Text("TCP")),
    ("ports.name", Text("")),
    ("ports.hostIP", Text("")),
    ("env.value", By(empty_value)),
    ("env.valueFrom.fieldRef.apiVersion", Text("v1")),
    ("envFrom.prefix", Text("")),
    ("volumeMounts.readOnly", Flag(false)),
    ("volumeMounts.subPath", Text("")),
    ("volumeMounts.subPathExpr", Text("")),
    ("livenessProbe.timeoutSeconds", Int(1)),
    ("livenessProbe.periodSeconds", Int(10)),
    ("livenessProbe.successThreshold", Int(1)),
    ("livenessProbe.failureThreshold", Int(3)),
    ("livenessProbe.initialDelaySeconds", Int(0)),
    ("livenessProbe.httpGet.path", Text("/")),
    ("livenessProbe.httpGet.scheme", Text("HTTP")),
    ("livenessProbe.grpc.service", Text("")),
    ("readinessProbe.timeoutSeconds", Int(1)),
    ("readinessProbe.periodSeconds", Int(10)),
    ("readinessProbe.successThreshold", Int(1)),
    ("readinessProbe.failureThreshold", Int(3)),
    ("readinessProbe.initialDelaySeconds", Int(0)),
    ("readinessProbe.httpGet.path", Text("/")),
    ("readinessProbe.httpGet.scheme", Text("HTTP")),
    ("readinessProbe.grpc.service", Text("")),
    ("startupProbe.timeoutSeconds", Int(1)),
    ("startupProbe.periodSeconds", Int(10)),
    ("startupProbe.successThreshold", Int(1)),
    ("startupProbe.failureThreshold", Int(3)),
    ("startupProbe.initialDelaySeconds", Int(0)),
    ("startupProbe.httpGet.path", Text("/")),
    ("startupProbe.httpGet.scheme", Text("HTTP")),
    ("startupProbe.grpc.service", Text("")),
    ("lifecycle.postStart.httpGet.path", Text("/")),
    ("lifecycle.postStart.httpGet.scheme", Text("HTTP")),
    ("lifecycle.preStop.httpGet.path", Text("/")),
    ("lifecycle.preStop.httpGet.scheme", Text("HTTP")),
];

/// An image is pulled each time if it is, or is understood to be, the latest.
fn pull_policy(beside: &Beside<'_>) -> Option<Tree> {
    let image = beside.text("image")?;
    let (name, digest) = image
        .split_once('@')
        .map_or((image, false), |(name, _)| (name, true));
    let tag = name.rsplit('/').next()?.split_once(':').map(|(_, tag)| tag);
    let is_latest = match tag {
        Some(tag) => tag == "latest",
        None => !digest,
    };
    Some(Tree::text(if is_latest {
        "Always"
    } else {
        "IfNotPresent"
    }))
}

/// A variable without a source is empty.
fn empty_value(beside: &Beside<'_>) -> Option<Tree> {
    let has_source = beside.record?.get("valueFrom").is_some();
    (!has_source).then(|| Tree::text(""))
}

/// A volume that says nothing is an empty folder.
fn only_source(beside: &Beside<'_>) -> Option<Tree> {
    let entries = beside.record?.entries()?;
    let is_bare = entries
        .iter()
        .all(|(key, value)| &**key == "name" || value.is_null());
    is_bare.then(|| Tree::new(TreeValue::Map(Vec::new())))
}
