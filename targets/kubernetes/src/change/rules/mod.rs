//! What changes of fields do, kind by kind.

mod access;
mod cluster;
mod config;
mod custom;
mod network;
mod pods;
mod policy;
mod storage;
mod workloads;

use plat_model::change::Impact;

use super::rule::{Effect, Rule, at};
use super::site::Kind;

pub(super) use network::hosts;
#[cfg(test)]
pub(super) use pods::CONTAINER;
pub(super) use pods::{POD_TEMPLATE, is_grant};
pub(super) use workloads::loses_claims;

/// What holds for every object.
pub(super) const EVERY_KIND: &[Rule] = &[
    at(
        "apiVersion",
        Effect::Is(
            Impact::None,
            "the same object, written in another version of its API",
        ),
    ),
    at(
        "metadata.name",
        Effect::Fixed(Impact::Replace, "a name cannot be changed"),
    ),
    at(
        "metadata.namespace",
        Effect::Fixed(
            Impact::Replace,
            "an object cannot move to another namespace",
        ),
    ),
    at("metadata.labels", Effect::By(config::label)),
    at("metadata.annotations", Effect::By(config::annotation)),
    at(
        "metadata.finalizers",
        Effect::Is(
            Impact::Metadata,
            "who has to agree before it can be deleted",
        ),
    ),
    at(
        "metadata.ownerReferences",
        Effect::Is(Impact::Metadata, "with what it is deleted"),
    ),
    at("metadata", Effect::Is(Impact::Metadata, "")),
];

/// The table of a kind; none for kinds of which nothing is known.
pub(super) fn of(kind: Kind<'_>) -> Option<&'static [Rule]> {
    Some(match (kind.group, kind.name) {
        ("apps", "Deployment") => workloads::DEPLOYMENT,
        ("apps", "StatefulSet") => workloads::STATEFUL_SET,
        ("apps", "DaemonSet") => workloads::DAEMON_SET,
        ("apps", "ReplicaSet") => workloads::REPLICA_SET,
        ("apps", "ControllerRevision") => workloads::CONTROLLER_REVISION,
        ("", "ReplicationController") => workloads::REPLICATION_CONTROLLER,
        ("", "Pod") => workloads::POD,
        ("", "PodTemplate") => workloads::NAMED_POD_TEMPLATE,
        ("batch", "Job") => workloads::JOB,
        ("batch", "CronJob") => workloads::CRON_JOB,
        ("autoscaling", "HorizontalPodAutoscaler") => workloads::AUTOSCALER,
        ("policy", "PodDisruptionBudget") => workloads::DISRUPTION_BUDGET,

        ("", "Service") => network::SERVICE,
        ("", "Endpoints") => network::ENDPOINTS,
        ("discovery.k8s.io", "EndpointSlice") => network::ENDPOINT_SLICE,
        ("networking.k8s.io", "Ingress") => network::INGRESS,
        ("networking.k8s.io", "IngressClass") => network::INGRESS_CLASS,
        ("networking.k8s.io", "NetworkPolicy") => policy::NETWORK_POLICY,
        ("networking.k8s.io", "ServiceCIDR") => network::SERVICE_CIDR,
        ("networking.k8s.io", "IPAddress") => network::IP_ADDRESS,

        ("", "PersistentVolumeClaim") => storage::CLAIM,
        ("", "PersistentVolume") => storage::VOLUME,
        ("storage.k8s.io", "StorageClass") => storage::CLASS,
        ("storage.k8s.io", "VolumeAttributesClass") => storage::ATTRIBUTES_CLASS,
        ("storage.k8s.io", "VolumeAttachment") => storage::ATTACHMENT,
        ("storage.k8s.io", "CSIDriver") => storage::DRIVER,
        ("storage.k8s.io", "CSINode" | "CSIStorageCapacity") => storage::REPORTED,

        ("", "ConfigMap") => config::CONFIG_MAP,
        ("", "Secret") => config::SECRET,
        ("", "Namespace") => config::NAMESPACE,
        ("", "ResourceQuota") => config::QUOTA,
        ("", "LimitRange") => config::LIMIT_RANGE,

        ("", "ServiceAccount") => access::SERVICE_ACCOUNT,
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => access::ROLE,
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => access::BINDING,
        ("certificates.k8s.io", "CertificateSigningRequest" | "PodCertificateRequest") => {
            access::SIGNING_REQUEST
        }
        ("certificates.k8s.io", "ClusterTrustBundle") => access::TRUST_BUNDLE,

        ("", "Node") => cluster::NODE,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => cluster::DEFINITION,
        ("apiregistration.k8s.io", "APIService") => cluster::API_SERVICE,
        ("admissionregistration.k8s.io", _) => cluster::ADMISSION,
        ("scheduling.k8s.io", "PriorityClass") => cluster::PRIORITY_CLASS,
        ("node.k8s.io", "RuntimeClass") => cluster::RUNTIME_CLASS,
        ("coordination.k8s.io", "Lease" | "LeaseCandidate") => cluster::LEASE,
        ("flowcontrol.apiserver.k8s.io", _) => cluster::FLOW_CONTROL,
        ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate") => cluster::DEVICE_CLAIM,
        ("resource.k8s.io", "DeviceClass") => cluster::DEVICE_CLASS,
        ("resource.k8s.io", "DeviceTaintRule") => cluster::DEVICE_TAINT,
        ("resource.k8s.io", "ResourceSlice") => cluster::REPORTED,
        ("events.k8s.io" | "", "Event") => cluster::REPORTED,
        ("storagemigration.k8s.io", "StorageVersionMigration") => cluster::MIGRATION,

        _ => return custom::of(kind),
    })
}
