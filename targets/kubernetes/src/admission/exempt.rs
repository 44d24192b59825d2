//! What is waived: one object, or one container of it.
//!
//! What a workload is made into is waived with it: a Deployment's ReplicaSets and their pods have names that its own begins, and
//! say whose they are.

use super::cel;

/// An object that may break a rule, or one container of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exemption {
    /// `apps/v1`
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// Its namespace, empty if it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The container that alone may break it.
    pub container: Option<String>,
}

impl Exemption {
    /// Whether the object that is judged is this one; with `made` also whether it was made of it.
    pub(super) fn condition(&self, made: bool) -> String {
        let namespace = format!(
            "object.metadata.?namespace.orValue(\"\") == {}",
            cel::quoted(&self.namespace)
        );
        let itself = format!(
            "object.apiVersion == {} && object.kind == {} && object.metadata.?name.orValue(\"\") == {}",
            cel::quoted(&self.api_version),
            cel::quoted(&self.kind),
            cel::quoted(&self.name)
        );
        let owners = match made {
            true => self.owners(),
            false => Vec::new(),
        };
        if owners.is_empty() {
            return format!("({namespace} && {itself})");
        }
        format!(
            "({namespace} && ({itself} || object.metadata.?ownerReferences.orValue([]).exists(o, {})))",
            owners.join(" || ")
        )
    }

    /// What an owner is like of which the object is known to be made of this one.
    fn owners(&self) -> Vec<String> {
        let exactly = |kind: &str| {
            format!(
                "o.kind == {} && o.name == {}",
                cel::quoted(kind),
                cel::quoted(&self.name)
            )
        };
        let between = |kind: &str, rest: &str| {
            // Names hold letters, digits, `-` and `.`, of which one means something in a pattern.
            let pattern = format!("^{}-{rest}$", self.name.replace('.', "[.]"));
            format!(
                "o.kind == {} && o.name.matches({})",
                cel::quoted(kind),
                cel::quoted(&pattern)
            )
        };
        match self.kind.as_str() {
            "Deployment" => vec![exactly("Deployment"), between("ReplicaSet", "[a-z0-9]+")],
            "CronJob" => vec![exactly("CronJob"), between("Job", "[0-9]+")],
            kind @ ("StatefulSet"
            | "DaemonSet"
            | "Job"
            | "ReplicaSet"
            | "ReplicationController") => {
                vec![exactly(kind)]
            }
            _ => Vec::new(),
        }
    }
}
