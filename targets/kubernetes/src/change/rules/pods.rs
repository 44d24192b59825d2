//! Pods: what more than a restart a change of their template does. Paths lead from the template.

use plat_model::change::{Impact, Verdict};
use plat_model::tree::{Tree, TreeValue};

use super::super::rule::{Effect, Rule, apply_to, at};
use super::super::site::Site;
use Effect::{By, Comes, Flag, Is};
use Impact::{DataLoss, Exposure, Permission};

/// What a change of a pod's own settings does beyond replacing the pod.
#[rustfmt::skip]
pub(in super::super) const POD_TEMPLATE: &[Rule] = &[
    at("spec.hostNetwork", Flag(Permission, "its pods share the network of their node", "its pods no longer share the network of their node")),
    at("spec.hostPID", Flag(Permission, "its pods see all processes of their node", "its pods no longer see all processes of their node")),
    at("spec.hostIPC", Flag(Permission, "its pods share memory with processes of their node", "its pods no longer share memory with processes of their node")),
    at("spec.hostUsers", Is(Permission, "whether root in its pods is root on their node")),
    at("spec.shareProcessNamespace", Is(Permission, "whether its containers see each other's processes")),
    at("spec.serviceAccountName", Is(Permission, "its pods act as another service account")),
    at("spec.serviceAccount", Is(Permission, "its pods act as another service account")),
    at("spec.automountServiceAccountToken", By(token)),
    at("spec.runtimeClassName", Is(Permission, "its pods are isolated by another runtime")),
    at("spec.securityContext", Is(Permission, "what its processes may do")),
    at("spec.volumes.hostPath", Comes(Permission, "its pods see files of their node", "its pods no longer see these files of their node", "its pods see other files of their node")),
    at("spec.volumes.persistentVolumeClaim.claimName", By(claim)),
    at("spec.containers", By(container)),
    at("spec.initContainers", By(container)),
    at("spec.ephemeralContainers", By(container)),
];

/// Containers of all sorts. Paths lead from the container.
#[rustfmt::skip]
pub(in super::super) const CONTAINER: &[Rule] = &[
    at("ports.hostPort", Comes(Exposure, "it can be reached at a port of its node", "it can no longer be reached at a port of its node", "it can be reached at another port of its node")),
    at("securityContext.privileged", Flag(Permission, "the container has full access to its node", "the container no longer has full access to its node")),
    at("securityContext.allowPrivilegeEscalation", Flag(Permission, "its processes may gain more rights than they start with", "its processes may no longer gain more rights than they start with")),
    at("securityContext.capabilities.add", Is(Permission, "which rights of root its processes have")),
    at("securityContext.capabilities.drop", Is(Permission, "which rights of root its processes lose")),
    at("securityContext.runAsNonRoot", Flag(Permission, "it may no longer run as root", "it may run as root")),
    at("securityContext.runAsUser", Is(Permission, "it runs as another user")),
    at("securityContext.runAsGroup", Is(Permission, "it runs as another group")),
    at("securityContext.readOnlyRootFilesystem", Flag(Permission, "it may no longer write to its own files", "it may write to its own files")),
    at("securityContext", Is(Permission, "what its processes may do")),
    at("volumeDevices", Is(Permission, "which devices it may use")),
];

fn container(site: &Site<'_>) -> Verdict {
    let is_list = |field: &&str| {
        matches!(
            *field,
            "containers" | "initContainers" | "ephemeralContainers"
        )
    };
    let from = site.fields.iter().position(is_list).map_or(0, |at| at + 1);
    // A container that comes or goes changes what others may do only by what it is given.
    let comes_or_goes = site.path.fields().len() <= from && site.fields.len() > from;
    if comes_or_goes
        && !site
            .after
            .or(site.before)
            .is_some_and(|tree| is_grant(&site.fields, tree))
    {
        return Verdict::new(Impact::None, "");
    }
    if site.fields.last() == Some(&"initContainers")
        && site.before.is_some()
        && site.after.is_some()
    {
        return Verdict::new(Impact::Restart, "init containers run in another order");
    }
    match apply_to(CONTAINER, site, &site.fields[from..]) {
        Some(gravest) => gravest.verdict(),
        None => Verdict::new(Impact::None, ""),
    }
}

fn token(site: &Site<'_>) -> Verdict {
    let is_off = site
        .after
        .is_some_and(|after| matches!(after.value, TreeValue::Bool(false)));
    Verdict::new(
        Permission,
        if is_off {
            "its pods no longer hold a token of their service account"
        } else {
            "its pods hold a token of their service account"
        },
    )
}

fn claim(site: &Site<'_>) -> Verdict {
    if site.is_added() {
        Verdict::new(Impact::Restart, "its pods see what is stored in the claim")
    } else {
        Verdict::new(
            DataLoss,
            "its pods no longer see what is stored in the claim",
        )
    }
}

/// Whether a setting gives a pod more than others have: it is on where it is off by default.
pub(in super::super) fn is_grant(fields: &[&str], tree: &Tree) -> bool {
    use TreeValue::{Bool, Int};
    match fields.last().copied() {
        Some("hostNetwork" | "hostPID" | "hostIPC" | "privileged" | "allowPrivilegeEscalation") => {
            matches!(tree.value, Bool(true))
        }
        Some("hostPort") => true,
        Some("hostPath") => tree.entries().is_some(),
        Some("runAsUser") => matches!(tree.value, Int(0)),
        Some("add") => fields.iter().rev().nth(1) == Some(&"capabilities"),
        _ => false,
    }
}
