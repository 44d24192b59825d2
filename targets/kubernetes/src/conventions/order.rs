//! The order in which people write fields. A schema lists them alphabetically, which puts `image` before `name`.

/// Stands for every field that a list does not name, in alphabetical order.
const REST: &str = "*";

/// For records without a list of their own.
const ANY: &str = "apiVersion kind metadata group name generateName namespace labels annotations type \
     key operator parentRefs matches filters backendRefs * spec status";

/// Whole objects: what they are, then what they say.
const OBJECT: &str = "apiVersion kind metadata type * spec status";

const PROBE: &str = "httpGet tcpSocket grpc exec initialDelaySeconds periodSeconds timeoutSeconds \
     successThreshold failureThreshold *";

const CONTAINER: &str = "name image imagePullPolicy restartPolicy command args workingDir ports envFrom env \
     resources startupProbe readinessProbe livenessProbe lifecycle volumeMounts \
     volumeDevices securityContext *";

/// Lists for records that people write differently, by path.
const BY_PATH: &[(&str, &str)] = &[
    (
        "apiextensions.v1.JSONSchemaProps",
        "type description * properties required",
    ),
    (
        "apps.v1.DaemonSetSpec",
        "minReadySeconds revisionHistoryLimit updateStrategy * selector template",
    ),
    (
        "apps.v1.DeploymentSpec",
        "replicas revisionHistoryLimit progressDeadlineSeconds minReadySeconds paused \
     strategy * selector template",
    ),
    (
        "apps.v1.ReplicaSetSpec",
        "replicas minReadySeconds * selector template",
    ),
    (
        "apps.v1.StatefulSetSpec",
        "serviceName replicas podManagementPolicy updateStrategy revisionHistoryLimit \
     minReadySeconds * selector template volumeClaimTemplates",
    ),
    (
        "autoscaling.v2.CrossVersionObjectReference",
        "apiVersion kind name",
    ),
    (
        "autoscaling.v2.HorizontalPodAutoscalerSpec",
        "scaleTargetRef minReplicas maxReplicas metrics behavior",
    ),
    (
        "autoscaling.v2.MetricTarget",
        "type averageUtilization averageValue value",
    ),
    (
        "batch.v1.CronJobSpec",
        "schedule timeZone concurrencyPolicy startingDeadlineSeconds suspend \
     successfulJobsHistoryLimit failedJobsHistoryLimit * jobTemplate",
    ),
    (
        "batch.v1.JobSpec",
        "parallelism completions completionMode backoffLimit activeDeadlineSeconds \
     ttlSecondsAfterFinished * selector template",
    ),
    ("core.v1.Container", CONTAINER),
    (
        "core.v1.ContainerPort",
        "name containerPort hostIP hostPort protocol",
    ),
    ("core.v1.EnvVar", "name value valueFrom"),
    ("core.v1.EphemeralContainer", CONTAINER),
    ("core.v1.HTTPGetAction", "path port scheme host httpHeaders"),
    (
        "core.v1.LimitRangeItem",
        "type default defaultRequest max min *",
    ),
    (
        "core.v1.PersistentVolumeClaimSpec",
        "accessModes storageClassName volumeMode resources *",
    ),
    (
        "core.v1.PodSpec",
        "restartPolicy serviceAccountName automountServiceAccountToken imagePullSecrets \
     priorityClassName runtimeClassName enableServiceLinks terminationGracePeriodSeconds \
     activeDeadlineSeconds hostNetwork hostPID hostIPC dnsPolicy * securityContext \
     initContainers containers ephemeralContainers volumes nodeSelector affinity \
     tolerations topologySpreadConstraints",
    ),
    ("core.v1.Probe", PROBE),
    ("core.v1.ResourceRequirements", "requests limits *"),
    (
        "core.v1.ServicePort",
        "name port targetPort nodePort protocol appProtocol",
    ),
    ("core.v1.ServiceSpec", "type clusterIP * selector ports"),
    ("core.v1.Taint", "key value effect *"),
    (
        "core.v1.Toleration",
        "key operator value effect tolerationSeconds",
    ),
    (
        "core.v1.TopologySpreadConstraint",
        "maxSkew topologyKey whenUnsatisfiable labelSelector *",
    ),
    (
        "core.v1.VolumeMount",
        "name mountPath subPath subPathExpr readOnly *",
    ),
    ("meta.v1.LabelSelector", "matchLabels matchExpressions"),
    ("meta.v1.LabelSelectorRequirement", "key operator values"),
    (
        "meta.v1.ObjectMeta",
        "name generateName namespace labels annotations *",
    ),
    ("networking.v1.HTTPIngressPath", "path pathType backend"),
    ("networking.v1.IngressRule", "host http"),
    (
        "networking.v1.IngressSpec",
        "ingressClassName defaultBackend tls rules",
    ),
    ("networking.v1.IngressTLS", "hosts secretName"),
    ("networking.v1.NetworkPolicyEgressRule", "to ports"),
    ("networking.v1.NetworkPolicyIngressRule", "from ports"),
    (
        "networking.v1.NetworkPolicyPeer",
        "namespaceSelector podSelector ipBlock",
    ),
    ("networking.v1.NetworkPolicyPort", "protocol port endPort"),
    (
        "networking.v1.NetworkPolicySpec",
        "podSelector policyTypes ingress egress",
    ),
    (
        "policy.v1.PodDisruptionBudgetSpec",
        "minAvailable maxUnavailable selector *",
    ),
    (
        "rbac.v1.ClusterRoleBinding",
        "apiVersion kind metadata roleRef subjects",
    ),
    (
        "rbac.v1.PolicyRule",
        "apiGroups resources resourceNames nonResourceURLs verbs",
    ),
    (
        "rbac.v1.RoleBinding",
        "apiVersion kind metadata roleRef subjects",
    ),
    ("rbac.v1.RoleRef", "apiGroup kind name"),
    ("rbac.v1.Subject", "apiGroup kind name namespace"),
];

/// Sorts the fields of a record type as people write them. Fields that no list names stay in alphabetical order.
///
/// `path` is the record's path, empty for an anonymous one; `name` reads a field's name.
pub fn sort_fields<T>(path: &str, is_object: bool, fields: &mut [T], name: impl Fn(&T) -> &str) {
    let listed = BY_PATH
        .binary_search_by(|(known, _)| known.cmp(&path))
        .ok()
        .map(|at| BY_PATH[at].1);
    let order = listed.unwrap_or(if is_object { OBJECT } else { ANY });
    let position = |field: &str| order.split_whitespace().position(|known| known == field);
    let rest = position(REST).unwrap_or(usize::MAX);
    fields.sort_by(|a, b| {
        let (a, b) = (name(a), name(b));
        (position(a).unwrap_or(rest), a).cmp(&(position(b).unwrap_or(rest), b))
    });
}

/// Every field of a named record with a place of its own, for code generation to check that it exists.
pub fn ordered_fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    BY_PATH
        .iter()
        .flat_map(|(path, order)| order.split_whitespace().map(|field| (*path, field)))
        .filter(|(_, field)| *field != REST)
}

#[cfg(test)]
mod tests {
    use super::{BY_PATH, sort_fields};

    fn sorted(path: &str, is_object: bool, names: &[&'static str]) -> Vec<&'static str> {
        let mut fields = names.to_vec();
        sort_fields(path, is_object, &mut fields, |field| field);
        fields
    }

    #[test]
    fn lists_are_found_by_binary_search() {
        assert!(BY_PATH.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn people_write_the_name_first() {
        assert_eq!(
            sorted(
                "core.v1.Container",
                false,
                &["image", "zeta", "args", "name"]
            ),
            ["name", "image", "args", "zeta"]
        );
        assert_eq!(
            sorted(
                "",
                true,
                &["spec", "apiVersion", "data", "status", "metadata", "kind"]
            ),
            ["apiVersion", "kind", "metadata", "data", "spec", "status"]
        );
        assert_eq!(
            sorted(
                "apps.v1.DeploymentSpec",
                false,
                &["template", "selector", "zz", "replicas"]
            ),
            ["replicas", "zz", "selector", "template"]
        );
        assert_eq!(sorted("", false, &["value", "name"]), ["name", "value"]);
        assert_eq!(
            sorted(
                "",
                false,
                &["backendRefs", "filters", "matches", "timeouts"]
            ),
            ["matches", "filters", "backendRefs", "timeouts"],
            "a route says what it takes before where it goes"
        );
    }
}
