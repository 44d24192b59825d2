//! Values that a field takes, where the published schemas only say "a string" or "an int32" and the API server refuses the
//! rest. A list of choices stands here only when it is closed in every version that we ship.

/// What the API server checks of a scalar, or of every element of a list of scalars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number in inclusive bounds.
    Range(i64, i64),
}

use Rule::{OneOf, Range};

const PORT: Rule = Range(1, 65_535);
/// A port where 0 means "choose one" or "none".
const PORT_OR_NONE: Rule = Range(0, 65_535);
const NOT_NEGATIVE: Rule = Range(0, i32::MAX as i64);
const POSITIVE: Rule = Range(1, i32::MAX as i64);
const NOT_NEGATIVE_64: Rule = Range(0, i64::MAX);
const POSITIVE_64: Rule = Range(1, i64::MAX);
/// User and group ids.
const ID: Rule = Range(0, i32::MAX as i64);
/// `0o777`.
const FILE_MODE: Rule = Range(0, 511);
const WEIGHT: Rule = Range(1, 100);

const PROTOCOL: Rule = OneOf(&["TCP", "UDP", "SCTP"]);
const PULL_POLICY: Rule = OneOf(&["Always", "IfNotPresent", "Never"]);
const RESTART_POLICY: Rule = OneOf(&["Always", "OnFailure", "Never"]);
const MESSAGE_POLICY: Rule = OneOf(&["File", "FallbackToLogsOnError"]);
const PREEMPTION: Rule = OneOf(&["PreemptLowerPriority", "Never"]);
const ROLLING_OR_ON_DELETE: Rule = OneOf(&["RollingUpdate", "OnDelete"]);
const RETAIN_OR_DELETE: Rule = OneOf(&["Retain", "Delete"]);
const CLUSTER_OR_LOCAL: Rule = OneOf(&["Cluster", "Local"]);
const HONOR_OR_IGNORE: Rule = OneOf(&["Honor", "Ignore"]);
const TAINT_EFFECT: Rule = OneOf(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
const SELECTOR_OPERATOR: Rule = OneOf(&["In", "NotIn", "Exists", "DoesNotExist"]);
const PROFILE: Rule = OneOf(&["RuntimeDefault", "Localhost", "Unconfined"]);
const ACCESS_MODES: Rule = OneOf(&[
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
]);
const VOLUME_MODE: Rule = OneOf(&["Filesystem", "Block"]);
const FAILURE_POLICY: Rule = OneOf(&["Fail", "Ignore"]);
const MATCH_POLICY: Rule = OneOf(&["Exact", "Equivalent"]);
const REINVOCATION: Rule = OneOf(&["Never", "IfNeeded"]);
const RULE_SCOPE: Rule = OneOf(&["Cluster", "Namespaced", "*"]);
const OPERATIONS: Rule = OneOf(&["CREATE", "UPDATE", "DELETE", "CONNECT", "*"]);

/// Sorted by record, then field.
#[rustfmt::skip]
const RULES: &[(&str, &str, Rule)] = &[
    ("admissionregistration.v1.MatchResources", "matchPolicy", MATCH_POLICY),
    ("admissionregistration.v1.MutatingWebhook", "failurePolicy", FAILURE_POLICY),
    ("admissionregistration.v1.MutatingWebhook", "matchPolicy", MATCH_POLICY),
    ("admissionregistration.v1.MutatingWebhook", "reinvocationPolicy", REINVOCATION),
    ("admissionregistration.v1.MutatingWebhook", "sideEffects", OneOf(&["None", "NoneOnDryRun"])),
    ("admissionregistration.v1.MutatingWebhook", "timeoutSeconds", Range(1, 30)),
    ("admissionregistration.v1.NamedRuleWithOperations", "operations", OPERATIONS),
    ("admissionregistration.v1.NamedRuleWithOperations", "scope", RULE_SCOPE),
    ("admissionregistration.v1.ParamRef", "parameterNotFoundAction", OneOf(&["Allow", "Deny"])),
    ("admissionregistration.v1.RuleWithOperations", "operations", OPERATIONS),
    ("admissionregistration.v1.RuleWithOperations", "scope", RULE_SCOPE),
    ("admissionregistration.v1.ServiceReference", "port", PORT),
    ("admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec", "validationActions", OneOf(&["Deny", "Warn", "Audit"])),
    ("admissionregistration.v1.ValidatingAdmissionPolicySpec", "failurePolicy", FAILURE_POLICY),
    ("admissionregistration.v1.ValidatingWebhook", "failurePolicy", FAILURE_POLICY),
    ("admissionregistration.v1.ValidatingWebhook", "matchPolicy", MATCH_POLICY),
    ("admissionregistration.v1.ValidatingWebhook", "sideEffects", OneOf(&["None", "NoneOnDryRun"])),
    ("admissionregistration.v1.ValidatingWebhook", "timeoutSeconds", Range(1, 30)),
    ("apiextensions.v1.CustomResourceDefinitionSpec", "scope", OneOf(&["Cluster", "Namespaced"])),
    ("apps.v1.DaemonSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.DaemonSetSpec", "revisionHistoryLimit", NOT_NEGATIVE),
    ("apps.v1.DaemonSetUpdateStrategy", "type", ROLLING_OR_ON_DELETE),
    ("apps.v1.DeploymentSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "progressDeadlineSeconds", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "replicas", NOT_NEGATIVE),
    ("apps.v1.DeploymentSpec", "revisionHistoryLimit", NOT_NEGATIVE),
    ("apps.v1.DeploymentStrategy", "type", OneOf(&["RollingUpdate", "Recreate"])),
    ("apps.v1.ReplicaSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.ReplicaSetSpec", "replicas", NOT_NEGATIVE),
    ("apps.v1.RollingUpdateStatefulSetStrategy", "partition", NOT_NEGATIVE),
    ("apps.v1.StatefulSetOrdinals", "start", NOT_NEGATIVE),
    ("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted", RETAIN_OR_DELETE),
    ("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled", RETAIN_OR_DELETE),
    ("apps.v1.StatefulSetSpec", "minReadySeconds", NOT_NEGATIVE),
    ("apps.v1.StatefulSetSpec", "podManagementPolicy", OneOf(&["OrderedReady", "Parallel"])),
    ("apps.v1.StatefulSetSpec", "replicas", NOT_NEGATIVE),
    ("apps.v1.StatefulSetSpec", "revisionHistoryLimit", NOT_NEGATIVE),
    ("apps.v1.StatefulSetUpdateStrategy", "type", ROLLING_OR_ON_DELETE),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", "maxReplicas", POSITIVE),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", "minReplicas", NOT_NEGATIVE),
    ("autoscaling.v1.HorizontalPodAutoscalerSpec", "targetCPUUtilizationPercentage", POSITIVE),
    ("autoscaling.v2.HPAScalingPolicy", "periodSeconds", Range(1, 1_800)),
    ("autoscaling.v2.HPAScalingPolicy", "type", OneOf(&["Pods", "Percent"])),
    ("autoscaling.v2.HPAScalingPolicy", "value", POSITIVE),
    ("autoscaling.v2.HPAScalingRules", "selectPolicy", OneOf(&["Max", "Min", "Disabled"])),
    ("autoscaling.v2.HPAScalingRules", "stabilizationWindowSeconds", Range(0, 3_600)),
    ("autoscaling.v2.HorizontalPodAutoscalerSpec", "maxReplicas", POSITIVE),
    ("autoscaling.v2.HorizontalPodAutoscalerSpec", "minReplicas", NOT_NEGATIVE),
    ("autoscaling.v2.MetricSpec", "type", OneOf(&["Resource", "ContainerResource", "Pods", "Object", "External"])),
    ("autoscaling.v2.MetricTarget", "averageUtilization", POSITIVE),
    ("autoscaling.v2.MetricTarget", "type", OneOf(&["Utilization", "AverageValue", "Value"])),
    ("batch.v1.CronJobSpec", "concurrencyPolicy", OneOf(&["Allow", "Forbid", "Replace"])),
    ("batch.v1.CronJobSpec", "failedJobsHistoryLimit", NOT_NEGATIVE),
    ("batch.v1.CronJobSpec", "startingDeadlineSeconds", NOT_NEGATIVE_64),
    ("batch.v1.CronJobSpec", "successfulJobsHistoryLimit", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "activeDeadlineSeconds", NOT_NEGATIVE_64),
    ("batch.v1.JobSpec", "backoffLimit", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "backoffLimitPerIndex", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "completionMode", OneOf(&["NonIndexed", "Indexed"])),
    ("batch.v1.JobSpec", "completions", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "maxFailedIndexes", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "parallelism", NOT_NEGATIVE),
    ("batch.v1.JobSpec", "podReplacementPolicy", OneOf(&["TerminatingOrFailed", "Failed"])),
    ("batch.v1.JobSpec", "ttlSecondsAfterFinished", NOT_NEGATIVE),
    ("batch.v1.PodFailurePolicyOnExitCodesRequirement", "operator", OneOf(&["In", "NotIn"])),
    ("batch.v1.PodFailurePolicyRule", "action", OneOf(&["FailJob", "FailIndex", "Ignore", "Count"])),
    ("core.v1.AppArmorProfile", "type", PROFILE),
    ("core.v1.ClientIPConfig", "timeoutSeconds", Range(1, 86_400)),
    ("core.v1.ConfigMapVolumeSource", "defaultMode", FILE_MODE),
    ("core.v1.Container", "imagePullPolicy", PULL_POLICY),
    ("core.v1.Container", "restartPolicy", RESTART_POLICY),
    ("core.v1.Container", "terminationMessagePolicy", MESSAGE_POLICY),
    ("core.v1.ContainerPort", "containerPort", PORT),
    ("core.v1.ContainerPort", "hostPort", PORT_OR_NONE),
    ("core.v1.ContainerPort", "protocol", PROTOCOL),
    ("core.v1.DownwardAPIVolumeFile", "mode", FILE_MODE),
    ("core.v1.DownwardAPIVolumeSource", "defaultMode", FILE_MODE),
    ("core.v1.EndpointPort", "port", PORT),
    ("core.v1.EndpointPort", "protocol", PROTOCOL),
    ("core.v1.EphemeralContainer", "imagePullPolicy", PULL_POLICY),
    ("core.v1.EphemeralContainer", "terminationMessagePolicy", MESSAGE_POLICY),
    ("core.v1.GRPCAction", "port", PORT),
    ("core.v1.HTTPGetAction", "scheme", OneOf(&["HTTP", "HTTPS"])),
    ("core.v1.HostPathVolumeSource", "type", OneOf(&["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"])),
    ("core.v1.KeyToPath", "mode", FILE_MODE),
    ("core.v1.NodeSelectorRequirement", "operator", OneOf(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])),
    ("core.v1.PersistentVolumeClaimSpec", "accessModes", ACCESS_MODES),
    ("core.v1.PersistentVolumeClaimSpec", "volumeMode", VOLUME_MODE),
    ("core.v1.PersistentVolumeSpec", "accessModes", ACCESS_MODES),
    ("core.v1.PersistentVolumeSpec", "persistentVolumeReclaimPolicy", OneOf(&["Retain", "Delete", "Recycle"])),
    ("core.v1.PersistentVolumeSpec", "volumeMode", VOLUME_MODE),
    ("core.v1.PodSecurityContext", "fsGroup", ID),
    ("core.v1.PodSecurityContext", "fsGroupChangePolicy", OneOf(&["OnRootMismatch", "Always"])),
    ("core.v1.PodSecurityContext", "runAsGroup", ID),
    ("core.v1.PodSecurityContext", "runAsUser", ID),
    ("core.v1.PodSecurityContext", "seLinuxChangePolicy", OneOf(&["MountOption", "Recursive"])),
    ("core.v1.PodSecurityContext", "supplementalGroups", ID),
    ("core.v1.PodSecurityContext", "supplementalGroupsPolicy", OneOf(&["Merge", "Strict"])),
    ("core.v1.PodSpec", "activeDeadlineSeconds", Range(1, i32::MAX as i64)),
    ("core.v1.PodSpec", "dnsPolicy", OneOf(&["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])),
    ("core.v1.PodSpec", "preemptionPolicy", PREEMPTION),
    ("core.v1.PodSpec", "restartPolicy", RESTART_POLICY),
    ("core.v1.PodSpec", "terminationGracePeriodSeconds", NOT_NEGATIVE_64),
    ("core.v1.PreferredSchedulingTerm", "weight", WEIGHT),
    ("core.v1.Probe", "failureThreshold", NOT_NEGATIVE),
    ("core.v1.Probe", "initialDelaySeconds", NOT_NEGATIVE),
    ("core.v1.Probe", "periodSeconds", NOT_NEGATIVE),
    ("core.v1.Probe", "successThreshold", NOT_NEGATIVE),
    ("core.v1.Probe", "terminationGracePeriodSeconds", POSITIVE_64),
    ("core.v1.Probe", "timeoutSeconds", NOT_NEGATIVE),
    ("core.v1.ProjectedVolumeSource", "defaultMode", FILE_MODE),
    ("core.v1.ReplicationControllerSpec", "replicas", NOT_NEGATIVE),
    ("core.v1.ScopedResourceSelectorRequirement", "operator", SELECTOR_OPERATOR),
    ("core.v1.SeccompProfile", "type", PROFILE),
    ("core.v1.SecretVolumeSource", "defaultMode", FILE_MODE),
    ("core.v1.SecurityContext", "procMount", OneOf(&["Default", "Unmasked"])),
    ("core.v1.SecurityContext", "runAsGroup", ID),
    ("core.v1.SecurityContext", "runAsUser", ID),
    ("core.v1.ServiceAccountTokenProjection", "expirationSeconds", Range(600, 1 << 32)),
    ("core.v1.ServicePort", "nodePort", PORT_OR_NONE),
    ("core.v1.ServicePort", "port", PORT),
    ("core.v1.ServicePort", "protocol", PROTOCOL),
    ("core.v1.ServiceSpec", "externalTrafficPolicy", CLUSTER_OR_LOCAL),
    ("core.v1.ServiceSpec", "internalTrafficPolicy", CLUSTER_OR_LOCAL),
    ("core.v1.ServiceSpec", "ipFamilies", OneOf(&["IPv4", "IPv6"])),
    ("core.v1.ServiceSpec", "ipFamilyPolicy", OneOf(&["SingleStack", "PreferDualStack", "RequireDualStack"])),
    ("core.v1.ServiceSpec", "sessionAffinity", OneOf(&["None", "ClientIP"])),
    ("core.v1.ServiceSpec", "type", OneOf(&["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"])),
    ("core.v1.Taint", "effect", TAINT_EFFECT),
    ("core.v1.Toleration", "effect", OneOf(&["", "NoSchedule", "PreferNoSchedule", "NoExecute"])),
    ("core.v1.TopologySpreadConstraint", "maxSkew", POSITIVE),
    ("core.v1.TopologySpreadConstraint", "minDomains", POSITIVE),
    ("core.v1.TopologySpreadConstraint", "nodeAffinityPolicy", HONOR_OR_IGNORE),
    ("core.v1.TopologySpreadConstraint", "nodeTaintsPolicy", HONOR_OR_IGNORE),
    ("core.v1.TopologySpreadConstraint", "whenUnsatisfiable", OneOf(&["DoNotSchedule", "ScheduleAnyway"])),
    ("core.v1.VolumeMount", "mountPropagation", OneOf(&["None", "HostToContainer", "Bidirectional"])),
    ("core.v1.VolumeMount", "recursiveReadOnly", OneOf(&["Disabled", "IfPossible", "Enabled"])),
    ("core.v1.WeightedPodAffinityTerm", "weight", WEIGHT),
    ("discovery.v1.EndpointSlice", "addressType", OneOf(&["IPv4", "IPv6", "FQDN"])),
    ("meta.v1.LabelSelectorRequirement", "operator", SELECTOR_OPERATOR),
    ("networking.v1.HTTPIngressPath", "pathType", OneOf(&["Exact", "Prefix", "ImplementationSpecific"])),
    ("networking.v1.IngressClassParametersReference", "scope", OneOf(&["Cluster", "Namespace"])),
    ("networking.v1.NetworkPolicyPort", "endPort", PORT),
    ("networking.v1.NetworkPolicyPort", "protocol", PROTOCOL),
    ("networking.v1.NetworkPolicySpec", "policyTypes", OneOf(&["Ingress", "Egress"])),
    ("networking.v1.ServiceBackendPort", "number", PORT),
    ("policy.v1.PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", OneOf(&["IfHealthyBudget", "AlwaysAllow"])),
    ("rbac.v1.RoleRef", "kind", OneOf(&["Role", "ClusterRole"])),
    ("rbac.v1.Subject", "kind", OneOf(&["ServiceAccount", "User", "Group"])),
    ("scheduling.v1.PriorityClass", "preemptionPolicy", PREEMPTION),
    ("storage.v1.CSIDriverSpec", "fsGroupPolicy", OneOf(&["ReadWriteOnceWithFSType", "File", "None"])),
    ("storage.v1.StorageClass", "reclaimPolicy", OneOf(&["Delete", "Retain", "Recycle"])),
    ("storage.v1.StorageClass", "volumeBindingMode", OneOf(&["Immediate", "WaitForFirstConsumer"])),
];

/// What the API server checks of the values of a field, beyond their type.
#[must_use]
pub fn rule(record: &str, field: &str) -> Option<Rule> {
    let at = RULES
        .binary_search_by(|(r, f, _)| (*r, *f).cmp(&(record, field)))
        .ok()?;
    Some(RULES[at].2)
}

/// Every field with a rule, for code generation to check that it exists.
pub fn ruled_fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().map(|(record, field, _)| (*record, *field))
}

#[cfg(test)]
mod tests {
    use super::{RULES, Rule, rule};

    #[test]
    fn rules_are_found_by_binary_search() {
        for pair in RULES.windows(2) {
            assert!((pair[0].0, pair[0].1) < (pair[1].0, pair[1].1), "{pair:?}");
        }
        for (record, field, expected) in RULES {
            assert_eq!(rule(record, field), Some(*expected));
        }
        assert_eq!(rule("core.v1.Container", "name"), None);
    }

    #[test]
    fn choices_are_real_choices_and_ranges_are_not_empty() {
        for (record, field, rule) in RULES {
            match rule {
                Rule::OneOf(choices) => assert!(choices.len() > 1, "{record}.{field}"),
                Rule::Range(min, max) => assert!(min < max, "{record}.{field}"),
            }
        }
    }
}
