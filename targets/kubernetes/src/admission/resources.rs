//! Which requests a policy is about.

use std::collections::BTreeMap;

use plat_model::Node;
use plat_model::rule::Subject;

use super::Make;

/// Objects of one kind, as requests name them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub(super) group: String,
    pub(super) version: String,
    /// In the plural.
    pub(super) name: String,
}

/// Pods and everything that Kubernetes makes pods of. Debug containers come to a pod by a resource of their own.
const WITH_PODS: [(&str, &str, &str); 10] = [
    ("", "v1", "pods"),
    ("", "v1", "pods/ephemeralcontainers"),
    ("", "v1", "podtemplates"),
    ("", "v1", "replicationcontrollers"),
    ("apps", "v1", "daemonsets"),
    ("apps", "v1", "deployments"),
    ("apps", "v1", "replicasets"),
    ("apps", "v1", "statefulsets"),
    ("batch", "v1", "cronjobs"),
    ("batch", "v1", "jobs"),
];

/// What a rule is about; `kinds` are those that the project has.
pub(super) fn of(subject: &Subject, kinds: &[(String, String)]) -> Vec<Resource> {
    let mut found: Vec<Resource> = match subject {
        Subject::Kind { api_version, kind } => vec![resource(api_version, kind)],
        Subject::Objects => kinds
            .iter()
            .map(|(api_version, kind)| resource(api_version, kind))
            .collect(),
        Subject::Pods | Subject::Containers => WITH_PODS
            .iter()
            .map(|(group, version, name)| Resource {
                group: (*group).to_owned(),
                version: (*version).to_owned(),
                name: (*name).to_owned(),
            })
            .collect(),
    };
    found.sort();
    found.dedup();
    found
}

fn resource(api_version: &str, kind: &str) -> Resource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        name: plural(kind),
    }
}

/// The plural of a kind, as Kubernetes and the makers of resource definitions form it.
fn plural(kind: &str) -> String {
    let name = kind.to_ascii_lowercase();
    let before_y = name.strip_suffix('y');
    match before_y {
        _ if name.ends_with("endpoints") => name,
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if name.ends_with(['s', 'x']) || name.ends_with("ch") || name.ends_with("sh") => {
            format!("{name}es")
        }
        _ => format!("{name}s"),
    }
}

/// The same as rules of a policy: one for each group and version.
pub(super) fn rules<'a>(make: Make<'a>, resources: &[Resource]) -> Node<'a> {
    let mut groups: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in resources {
        groups
            .entry((&one.group, &one.version))
            .or_default()
            .push(&one.name);
    }
    let rules: Vec<Node<'a>> = groups
        .into_iter()
        .map(|((group, version), names)| {
            make.record(&[
                ("apiGroups", make.texts([group])),
                ("apiVersions", make.texts([version])),
                ("operations", make.texts(["CREATE", "UPDATE"])),
                ("resources", make.texts(names)),
            ])
        })
        .collect();
    make.list(&rules)
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn plurals_are_those_of_kubernetes() {
        for (kind, name) in [
            ("Deployment", "deployments"),
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Endpoints", "endpoints"),
            ("StorageClass", "storageclasses"),
            ("Gateway", "gateways"),
            ("HTTPRoute", "httproutes"),
            ("EndpointSlice", "endpointslices"),
        ] {
            assert_eq!(plural(kind), name);
        }
    }
}
