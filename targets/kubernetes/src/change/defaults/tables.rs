//! Everything but pods, kind by kind.

use plat_model::tree::{Tree, TreeValue};

use super::super::site::Kind;
use super::Default::{self, By, Empty, Flag, Int, One, Record, Text};
use super::{Beside, Row};

/// The table of a kind.
pub(super) fn of(kind: Kind<'_>) -> &'static [Row] {
    match (kind.group, kind.name) {
        ("apps", "Deployment") => DEPLOYMENT,
        ("apps", "StatefulSet") => STATEFUL_SET,
        ("apps", "DaemonSet") => DAEMON_SET,
        ("apps", "ReplicaSet") => &[("spec.minReadySeconds", Int(0))],
        ("batch", "CronJob") => CRON_JOB,
        ("autoscaling", "HorizontalPodAutoscaler") => AUTOSCALER,
        ("", "Service") => SERVICE,
        ("", "Endpoints") => &[("subsets.ports.protocol", Text("TCP"))],
        ("discovery.k8s.io", "EndpointSlice") => {
            &[("ports.protocol", Text("TCP")), ("ports.name", Text(""))]
        }
        ("", "Secret") => &[("type", Text("Opaque"))],
        ("", "PersistentVolumeClaim") => &[("spec.volumeMode", Text("Filesystem"))],
        ("", "PersistentVolume") => &[
            ("spec.persistentVolumeReclaimPolicy", Text("Retain")),
            ("spec.volumeMode", Text("Filesystem")),
            ("spec.hostPath.type", Text("")),
        ],
        ("networking.k8s.io", "NetworkPolicy") => NETWORK_POLICY,
        ("networking.k8s.io", "IngressClass") => &[("spec.parameters.scope", Text("Cluster"))],
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => BINDING,
        ("storage.k8s.io", "StorageClass") => &[
            ("reclaimPolicy", Text("Delete")),
            ("volumeBindingMode", Text("Immediate")),
        ],
        ("storage.k8s.io", "CSIDriver") => DRIVER,
        ("scheduling.k8s.io", "PriorityClass") => &[
            ("preemptionPolicy", Text("PreemptLowerPriority")),
            ("globalDefault", Flag(false)),
            ("description", Text("")),
        ],
        ("admissionregistration.k8s.io", _) => ADMISSION,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => &[
            ("spec.conversion", Record(&[("strategy", Text("None"))])),
            ("spec.preserveUnknownFields", Flag(false)),
        ],
        ("gateway.networking.k8s.io", _) => GATEWAY_API,
        ("keda.sh", "ScaledObject") => SCALED_OBJECT,
        ("external-secrets.io", "ExternalSecret") => EXTERNAL_SECRET,
        ("cert-manager.io", "Certificate") => &[
            ("spec.issuerRef.kind", Text("Issuer")),
            ("spec.issuerRef.group", Text("cert-manager.io")),
        ],
        _ => &[],
    }
}

const QUARTER: Default = Text("25%");

/// `pkg/apis/apps/v1/defaults.go`.
const DEPLOYMENT: &[Row] = &[
    ("spec.strategy", By(rolling_deployment)),
    ("spec.strategy.type", Text("RollingUpdate")),
    ("spec.strategy.rollingUpdate", By(rolling_steps)),
    ("spec.strategy.rollingUpdate.maxSurge", QUARTER),
    ("spec.strategy.rollingUpdate.maxUnavailable", QUARTER),
    ("spec.revisionHistoryLimit", Int(10)),
    ("spec.progressDeadlineSeconds", Int(600)),
    ("spec.minReadySeconds", Int(0)),
    ("spec.paused", Flag(false)),
];

const STATEFUL_SET: &[Row] = &[
    ("spec.podManagementPolicy", Text("OrderedReady")),
    (
        "spec.updateStrategy",
        Record(&[
            ("type", Text("RollingUpdate")),
            ("rollingUpdate", Record(&[("partition", Int(0))])),
        ]),
    ),
    ("spec.updateStrategy.type", Text("RollingUpdate")),
    ("spec.updateStrategy.rollingUpdate", By(rolling_partition)),
    ("spec.updateStrategy.rollingUpdate.partition", Int(0)),
    (
        "spec.persistentVolumeClaimRetentionPolicy",
        Record(&[
            ("whenDeleted", Text("Retain")),
            ("whenScaled", Text("Retain")),
        ]),
    ),
    (
        "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        Text("Retain"),
    ),
    (
        "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        Text("Retain"),
    ),
    ("spec.revisionHistoryLimit", Int(10)),
    ("spec.minReadySeconds", Int(0)),
    ("spec.serviceName", Text("")),
    ("spec.volumeClaimTemplates.apiVersion", Text("v1")),
    (
        "spec.volumeClaimTemplates.kind",
        Text("PersistentVolumeClaim"),
    ),
    (
        "spec.volumeClaimTemplates.spec.volumeMode",
        Text("Filesystem"),
    ),
];

const DAEMON_SET: &[Row] = &[
    (
        "spec.updateStrategy",
        Record(&[
            ("type", Text("RollingUpdate")),
            (
                "rollingUpdate",
                Record(&[("maxUnavailable", Int(1)), ("maxSurge", Int(0))]),
            ),
        ]),
    ),
    ("spec.updateStrategy.type", Text("RollingUpdate")),
    ("spec.updateStrategy.rollingUpdate", By(rolling_nodes)),
    ("spec.updateStrategy.rollingUpdate.maxUnavailable", Int(1)),
    ("spec.updateStrategy.rollingUpdate.maxSurge", Int(0)),
    ("spec.revisionHistoryLimit", Int(10)),
    ("spec.minReadySeconds", Int(0)),
];

/// `pkg/apis/batch/v1/defaults.go`, for a Job and for those that a CronJob makes.
pub(super) const JOB_SPEC: &[Row] = &[
    ("completions", By(completions)),
    ("parallelism", Int(1)),
    ("backoffLimit", By(retries)),
    ("completionMode", Text("NonIndexed")),
    ("suspend", Flag(false)),
    ("podReplacementPolicy", By(pod_replacement)),
    ("manualSelector", Flag(false)),
];

const CRON_JOB: &[Row] = &[
    ("spec.concurrencyPolicy", Text("Allow")),
    ("spec.suspend", Flag(false)),
    ("spec.successfulJobsHistoryLimit", Int(3)),
    ("spec.failedJobsHistoryLimit", Int(1)),
];

/// `pkg/apis/autoscaling/v2/defaults.go`.
const AUTOSCALER: &[Row] = &[
    ("spec.minReplicas", Int(1)),
    ("spec.metrics", By(cpu_metric)),
    ("spec.targetCPUUtilizationPercentage", Int(80)),
    ("spec.behavior.scaleUp.selectPolicy", Text("Max")),
    ("spec.behavior.scaleUp.stabilizationWindowSeconds", Int(0)),
    ("spec.behavior.scaleDown.selectPolicy", Text("Max")),
];

const SERVICE: &[Row] = &[
    ("spec.type", Text("ClusterIP")),
    ("spec.sessionAffinity", Text("None")),
    ("spec.sessionAffinityConfig", By(client_affinity)),
    (
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
        Int(10_800),
    ),
    ("spec.ports.protocol", Text("TCP")),
    ("spec.ports.targetPort", By(same_port)),
    ("spec.ports.name", Text("")),
    ("spec.internalTrafficPolicy", By(internal_policy)),
    ("spec.externalTrafficPolicy", By(external_policy)),
    ("spec.allocateLoadBalancerNodePorts", By(node_ports)),
    ("spec.publishNotReadyAddresses", Flag(false)),
    ("spec.externalName", Text("")),
];

/// `pkg/apis/networking/v1/defaults.go`.
const NETWORK_POLICY: &[Row] = &[
    ("spec.policyTypes", By(policy_types)),
    ("spec.ingress.ports.protocol", Text("TCP")),
    ("spec.egress.ports.protocol", Text("TCP")),
];

/// `pkg/apis/rbac/v1/defaults.go`.
const BINDING: &[Row] = &[
    ("roleRef.apiGroup", Text("rbac.authorization.k8s.io")),
    ("subjects.apiGroup", By(subject_group)),
];

/// `pkg/apis/storage/v1/defaults.go`.
const DRIVER: &[Row] = &[
    ("spec.attachRequired", Flag(true)),
    ("spec.podInfoOnMount", Flag(false)),
    ("spec.storageCapacity", Flag(false)),
    ("spec.requiresRepublish", Flag(false)),
    ("spec.seLinuxMount", Flag(false)),
    ("spec.fsGroupPolicy", Text("ReadWriteOnceWithFSType")),
    ("spec.volumeLifecycleModes", One(&Text("Persistent"))),
];

/// `pkg/apis/admissionregistration/v1/defaults.go`.
const ADMISSION: &[Row] = &[
    ("webhooks.failurePolicy", Text("Fail")),
    ("webhooks.matchPolicy", Text("Equivalent")),
    ("webhooks.namespaceSelector", Empty),
    ("webhooks.objectSelector", Empty),
    ("webhooks.timeoutSeconds", Int(10)),
    ("webhooks.reinvocationPolicy", Text("Never")),
    ("webhooks.rules.scope", Text("*")),
    ("webhooks.clientConfig.service.port", Int(443)),
    ("spec.failurePolicy", Text("Fail")),
    ("spec.matchConstraints.matchPolicy", Text("Equivalent")),
    ("spec.matchConstraints.namespaceSelector", Empty),
    ("spec.matchConstraints.objectSelector", Empty),
    ("spec.matchConstraints.resourceRules.scope", Text("*")),
    ("spec.matchResources.matchPolicy", Text("Equivalent")),
    ("spec.matchResources.namespaceSelector", Empty),
    ("spec.matchResources.objectSelector", Empty),
];

const GATEWAY_GROUP: Default = Text("gateway.networking.k8s.io");
const PREFIX: Default = Record(&[("type", Text("PathPrefix")), ("value", Text("/"))]);

/// The defaults in the definitions of the Gateway API's standard channel.
const GATEWAY_API: &[Row] = &[
    ("spec.parentRefs.group", GATEWAY_GROUP),
    ("spec.parentRefs.kind", Text("Gateway")),
    ("spec.rules.backendRefs.group", Text("")),
    ("spec.rules.backendRefs.kind", Text("Service")),
    ("spec.rules.backendRefs.weight", Int(1)),
    ("spec.rules.matches", By(every_path)),
    ("spec.rules.matches.path", By(every_match)),
    ("spec.rules.matches.path.type", Text("PathPrefix")),
    ("spec.rules.matches.path.value", Text("/")),
    ("spec.rules.matches.headers.type", Text("Exact")),
    ("spec.rules.matches.queryParams.type", Text("Exact")),
    ("spec.rules.matches.method.type", Text("Exact")),
    ("spec.rules.filters.requestRedirect.statusCode", Int(302)),
    ("spec.listeners.allowedRoutes", Record(SAME_NAMESPACE)),
    (
        "spec.listeners.allowedRoutes.namespaces",
        Record(&[("from", Text("Same"))]),
    ),
    ("spec.listeners.allowedRoutes.namespaces.from", Text("Same")),
    ("spec.listeners.tls.mode", Text("Terminate")),
    ("spec.listeners.tls.certificateRefs.group", Text("")),
    ("spec.listeners.tls.certificateRefs.kind", Text("Secret")),
    ("spec.addresses.type", Text("IPAddress")),
];

const SAME_NAMESPACE: &[(&str, Default)] = &[("namespaces", Record(&[("from", Text("Same"))]))];

/// `apis/keda/v1alpha1/scaledobject_types.go`.
const SCALED_OBJECT: &[Row] = &[
    ("spec.pollingInterval", Int(30)),
    ("spec.cooldownPeriod", Int(300)),
    ("spec.initialCooldownPeriod", Int(0)),
    ("spec.minReplicaCount", Int(0)),
    ("spec.maxReplicaCount", Int(100)),
    ("spec.scaleTargetRef.apiVersion", Text("apps/v1")),
    ("spec.scaleTargetRef.kind", Text("Deployment")),
];

/// `apis/externalsecrets/v1/externalsecret_types.go`.
const EXTERNAL_SECRET: &[Row] = &[
    ("spec.refreshInterval", Text("1h")),
    ("spec.target.creationPolicy", Text("Owner")),
    ("spec.target.deletionPolicy", Text("Retain")),
    ("spec.secretStoreRef.kind", Text("SecretStore")),
    ("spec.data.remoteRef.conversionStrategy", Text("Default")),
    ("spec.data.remoteRef.decodingStrategy", Text("None")),
    ("spec.data.remoteRef.metadataPolicy", Text("None")),
    ("spec.dataFrom.extract.conversionStrategy", Text("Default")),
    ("spec.dataFrom.extract.decodingStrategy", Text("None")),
    ("spec.dataFrom.extract.metadataPolicy", Text("None")),
    ("spec.dataFrom.find.conversionStrategy", Text("Default")),
    ("spec.dataFrom.find.decodingStrategy", Text("None")),
];

fn record<const N: usize>(fields: [(&str, Tree); N]) -> Tree {
    let fields = fields.map(|(name, value)| (name.into(), value));
    Tree::new(TreeValue::Map(fields.into()))
}

fn number(value: i64) -> Tree {
    Tree::new(TreeValue::Int(value))
}

/// Whether an update strategy rolls, as it does by default.
fn rolls(beside: &Beside<'_>) -> bool {
    beside
        .text("type")
        .is_none_or(|kind| kind == "RollingUpdate")
}

fn rolling_deployment(beside: &Beside<'_>) -> Option<Tree> {
    Some(record([
        ("type", Tree::text("RollingUpdate")),
        ("rollingUpdate", rolling_quarter(beside)),
    ]))
}

fn rolling_quarter(_: &Beside<'_>) -> Tree {
    record([
        ("maxUnavailable", Tree::text("25%")),
        ("maxSurge", Tree::text("25%")),
    ])
}

fn rolling_steps(beside: &Beside<'_>) -> Option<Tree> {
    rolls(beside).then(|| rolling_quarter(beside))
}

fn rolling_partition(beside: &Beside<'_>) -> Option<Tree> {
    rolls(beside).then(|| record([("partition", number(0))]))
}

fn rolling_nodes(beside: &Beside<'_>) -> Option<Tree> {
    rolls(beside).then(|| record([("maxUnavailable", number(1)), ("maxSurge", number(0))]))
}

/// One, unless several run at once until one of them succeeds.
fn completions(beside: &Beside<'_>) -> Option<Tree> {
    beside
        .record?
        .get("parallelism")
        .is_none()
        .then(|| number(1))
}

fn retries(beside: &Beside<'_>) -> Option<Tree> {
    let per_index = beside.record?.get("backoffLimitPerIndex").is_some();
    Some(number(if per_index { i64::from(i32::MAX) } else { 6 }))
}

fn pod_replacement(beside: &Beside<'_>) -> Option<Tree> {
    let has_policy = beside.record?.get("podFailurePolicy").is_some();
    Some(Tree::text(if has_policy {
        "Failed"
    } else {
        "TerminatingOrFailed"
    }))
}

/// 80% of the CPU.
fn cpu_metric(_: &Beside<'_>) -> Option<Tree> {
    let target = record([
        ("type", Tree::text("Utilization")),
        ("averageUtilization", number(80)),
    ]);
    let resource = record([("name", Tree::text("cpu")), ("target", target)]);
    let metric = record([("type", Tree::text("Resource")), ("resource", resource)]);
    Some(Tree::new(TreeValue::List(vec![metric])))
}

fn client_affinity(beside: &Beside<'_>) -> Option<Tree> {
    (beside.text("sessionAffinity")? == "ClientIP")
        .then(|| record([("clientIP", record([("timeoutSeconds", number(10_800))]))]))
}

fn same_port(beside: &Beside<'_>) -> Option<Tree> {
    beside.record?.get("port").cloned()
}

fn service_type<'a>(beside: &'a Beside<'_>) -> &'a str {
    beside.text("type").unwrap_or("ClusterIP")
}

fn internal_policy(beside: &Beside<'_>) -> Option<Tree> {
    (service_type(beside) != "ExternalName").then(|| Tree::text("Cluster"))
}

fn external_policy(beside: &Beside<'_>) -> Option<Tree> {
    matches!(service_type(beside), "NodePort" | "LoadBalancer").then(|| Tree::text("Cluster"))
}

fn node_ports(beside: &Beside<'_>) -> Option<Tree> {
    (service_type(beside) == "LoadBalancer").then(|| Tree::new(TreeValue::Bool(true)))
}

/// A policy is about connections to its pods, and about those from them if it names any.
fn policy_types(beside: &Beside<'_>) -> Option<Tree> {
    let egress = beside.record?.get("egress").and_then(Tree::items);
    let mut types = vec![Tree::text("Ingress")];
    if egress.is_some_and(|rules| !rules.is_empty()) {
        types.push(Tree::text("Egress"));
    }
    Some(Tree::new(TreeValue::List(types)))
}

fn subject_group(beside: &Beside<'_>) -> Option<Tree> {
    Some(Tree::text(match beside.text("kind")? {
        "User" | "Group" => "rbac.authorization.k8s.io",
        _ => "",
    }))
}

fn is_http(beside: &Beside<'_>) -> bool {
    beside.kind == "HTTPRoute"
}

fn every_path(beside: &Beside<'_>) -> Option<Tree> {
    let every = record([("path", PREFIX.tree(beside)?)]);
    is_http(beside).then(|| Tree::new(TreeValue::List(vec![every])))
}

fn every_match(beside: &Beside<'_>) -> Option<Tree> {
    is_http(beside).then(|| PREFIX.tree(beside))?
}
