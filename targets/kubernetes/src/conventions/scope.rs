//! Which built-in kinds live in no namespace, and which are questions to the API server rather than objects to keep.

/// Built-in kinds without a namespace. The published schemas do not say it.
const CLUSTER_SCOPED: &[&str] = &[
    "admissionregistration.v1.MutatingAdmissionPolicy",
    "admissionregistration.v1.MutatingAdmissionPolicyBinding",
    "admissionregistration.v1.MutatingWebhookConfiguration",
    "admissionregistration.v1.ValidatingAdmissionPolicy",
    "admissionregistration.v1.ValidatingAdmissionPolicyBinding",
    "admissionregistration.v1.ValidatingWebhookConfiguration",
    "apiextensions.v1.CustomResourceDefinition",
    "apiregistration.v1.APIService",
    "apiserverinternal.v1alpha1.StorageVersion",
    "certificates.v1.CertificateSigningRequest",
    "certificates.v1.ClusterTrustBundle",
    "core.v1.ComponentStatus",
    "core.v1.Namespace",
    "core.v1.Node",
    "core.v1.PersistentVolume",
    "flowcontrol.v1.FlowSchema",
    "flowcontrol.v1.PriorityLevelConfiguration",
    "networking.v1.IPAddress",
    "networking.v1.IngressClass",
    "networking.v1.ServiceCIDR",
    "node.v1.RuntimeClass",
    "rbac.v1.ClusterRole",
    "rbac.v1.ClusterRoleBinding",
    "resource.v1.DeviceClass",
    "resource.v1.DeviceTaintRule",
    "resource.v1.ResourcePoolStatusRequest",
    "resource.v1.ResourceSlice",
    "scheduling.v1.PriorityClass",
    "storage.v1.CSIDriver",
    "storage.v1.CSINode",
    "storage.v1.StorageClass",
    "storage.v1.VolumeAttachment",
    "storage.v1.VolumeAttributesClass",
    "storagemigration.v1.StorageVersionMigration",
];

/// Kinds that are posted to ask or to act, and never kept: nothing to write into a manifest.
const REQUESTS: &[&str] = &[
    "Binding",
    "Eviction",
    "LocalSubjectAccessReview",
    "Scale",
    "SelfSubjectAccessReview",
    "SelfSubjectReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
    "TokenRequest",
    "TokenReview",
];

/// Whether the built-in kind at `path` lives in no namespace. Its alpha and beta versions are scoped as the stable one is.
#[must_use]
pub fn is_cluster_scoped(path: &str) -> bool {
    let mut parts = path.split('.');
    let (Some(group), Some(_), Some(kind)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    CLUSTER_SCOPED.iter().any(|known| {
        let mut known = known.split('.');
        known.next() == Some(group) && known.nth(1) == Some(kind)
    })
}

/// Whether `path` is a request such as `authentication.v1.TokenReview` rather than an object.
#[must_use]
pub fn is_request(path: &str) -> bool {
    // `lifecycle.v1alpha1.Eviction` is an object of its own; the older `policy.v1.Eviction` is a subresource.
    let kind = path.rsplit('.').next().unwrap_or(path);
    REQUESTS.contains(&kind) && !path.starts_with("lifecycle.")
}

#[cfg(test)]
mod tests {
    use super::{is_cluster_scoped, is_request};

    #[test]
    fn scope_follows_the_kind_not_its_version() {
        for path in [
            "core.v1.Namespace",
            "rbac.v1.ClusterRole",
            "resource.v1beta2.DeviceClass",
            "storage.v1.StorageClass",
        ] {
            assert!(is_cluster_scoped(path), "{path}");
        }
        for path in [
            "core.v1.Pod",
            "rbac.v1.Role",
            "apps.v1.Deployment",
            "events.v1.Event",
            "resource.v1.ResourceClaim",
            "x",
            "",
        ] {
            assert!(!is_cluster_scoped(path), "{path}");
        }
    }

    #[test]
    fn requests_are_no_objects() {
        assert!(is_request("authorization.v1.SubjectAccessReview"));
        assert!(is_request("policy.v1.Eviction"));
        assert!(!is_request("lifecycle.v1alpha1.Eviction"));
        assert!(!is_request("apps.v1.Deployment"));
    }
}
