//! What runs, and how much of it.

use plat_model::change::{Impact, Verdict};

use super::super::rule::{Effect, Rule, at};
use super::super::site::{Site, int, is_true};
use Effect::{By, Fixed, Flag, Is, Pods};
use Impact::{DataLoss, Metadata, Replace, Restart, Scale};

const SELECTOR: &str = "a selector cannot be changed";
const NEXT_ROLLOUT: &str = "how its next rollout goes";
const OLD_REVISIONS: &str = "to how many old versions it can be rolled back";

#[rustfmt::skip]
pub(super) const DEPLOYMENT: &[Rule] = &[
    at("spec.selector", Fixed(Replace, SELECTOR)),
    at("spec.template", Pods(deployment_pods)),
    at("spec.replicas", By(replicas)),
    at("spec.strategy", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.minReadySeconds", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.progressDeadlineSeconds", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.paused", Flag(Metadata, "rollouts wait until it is resumed", "a rollout that waited goes on")),
    at("spec.revisionHistoryLimit", Is(Metadata, OLD_REVISIONS)),
];

#[rustfmt::skip]
pub(super) const STATEFUL_SET: &[Rule] = &[
    at("spec.replicas", By(stateful_replicas)),
    at("spec.template", Pods(stateful_pods)),
    at("spec.updateStrategy", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.minReadySeconds", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.revisionHistoryLimit", Is(Metadata, OLD_REVISIONS)),
    at("spec.persistentVolumeClaimRetentionPolicy", By(retention)),
    at("spec.ordinals", Is(Replace, "its pods are numbered otherwise: those with other numbers are deleted, and new ones have other claims")),
    at("spec.selector", Fixed(Replace, SELECTOR)),
    at("spec.serviceName", By(|site| stateful_anew(site, "the name of its Service cannot be changed"))),
    at("spec.podManagementPolicy", By(|site| stateful_anew(site, "its pod management policy cannot be changed"))),
    at("spec.volumeClaimTemplates", By(claim_templates)),
];

#[rustfmt::skip]
pub(super) const DAEMON_SET: &[Rule] = &[
    at("spec.selector", Fixed(Replace, SELECTOR)),
    at("spec.template", Pods(daemon_pods)),
    at("spec.updateStrategy", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.minReadySeconds", Is(Metadata, NEXT_ROLLOUT)),
    at("spec.revisionHistoryLimit", Is(Metadata, OLD_REVISIONS)),
];

#[rustfmt::skip]
pub(super) const REPLICA_SET: &[Rule] = &[
    at("spec.selector", Fixed(Replace, SELECTOR)),
    at("spec.template", Pods(|_| Verdict::new(Metadata, "pods that run stay as they are"))),
    at("spec.replicas", By(replicas)),
    at("spec.minReadySeconds", Is(Metadata, "")),
];

#[rustfmt::skip]
pub(super) const REPLICATION_CONTROLLER: &[Rule] = &[
    at("spec.selector", Is(Replace, "pods that it no longer selects go on without it")),
    at("spec.template", Pods(|_| Verdict::new(Metadata, "pods that run stay as they are"))),
    at("spec.replicas", By(replicas)),
    at("spec.minReadySeconds", Is(Metadata, "")),
];

#[rustfmt::skip]
pub(super) const CONTROLLER_REVISION: &[Rule] = &[
    at("data", Fixed(Replace, "a recorded revision cannot be changed")),
    at("revision", Is(Metadata, "")),
];

#[rustfmt::skip]
pub(super) const POD: &[Rule] = &[
    at("spec.containers.image", Is(Restart, "the container restarts in its pod")),
    at("spec.initContainers.image", Is(Restart, "the container restarts in its pod")),
    at("spec.activeDeadlineSeconds", Is(Metadata, "when the pod is ended")),
    at("spec.schedulingGates", Is(Metadata, "when the pod may be placed on a node")),
    at("spec.tolerations", By(tolerations)),
    at("", Pods(|_| Verdict::replace(Replace, "a pod cannot be changed: it is deleted and started again"))),
];

#[rustfmt::skip]
pub(super) const NAMED_POD_TEMPLATE: &[Rule] = &[
    at("template", Pods(|_| Verdict::new(Metadata, "pods that were made from it stay as they are"))),
];

#[rustfmt::skip]
pub(super) const JOB: &[Rule] = &[
    at("spec.template", Pods(|_| Verdict::replace(Replace, "a Job's pods cannot be changed: it is deleted and runs again"))),
    at("spec.selector", Fixed(Replace, SELECTOR)),
    at("spec.completions", By(completions)),
    at("spec.completionMode", Fixed(Replace, "how a Job counts its completions cannot be changed")),
    at("spec.podFailurePolicy", Fixed(Replace, "a Job's policy for failures cannot be changed")),
    at("spec.successPolicy", Fixed(Replace, "a Job's policy for success cannot be changed")),
    at("spec.backoffLimitPerIndex", Fixed(Replace, "a Job's limit of retries per index cannot be changed")),
    at("spec.managedBy", Fixed(Replace, "a Job's controller cannot be changed")),
    at("spec.manualSelector", Fixed(Replace, SELECTOR)),
    at("spec.parallelism", By(replicas)),
    at("spec.scheduling", Is(Impact::Unknown, "whether how its pods are placed together can be changed depends on the version")),
    at("spec.suspend", By(suspend_job)),
    at("spec.activeDeadlineSeconds", Is(Metadata, "after what time it is given up")),
    at("spec.backoffLimit", Is(Metadata, "how often it is tried again")),
    at("spec.maxFailedIndexes", Is(Metadata, "how often it is tried again")),
    at("spec.ttlSecondsAfterFinished", Is(Metadata, "when it is cleaned up")),
    at("spec.podReplacementPolicy", Is(Metadata, "when a failed pod is replaced")),
];

#[rustfmt::skip]
pub(super) const CRON_JOB: &[Rule] = &[
    at("spec.schedule", Is(Scale, "it runs at other times")),
    at("spec.timeZone", Is(Scale, "it runs at other times")),
    at("spec.suspend", Flag(Scale, "it no longer runs", "it runs again")),
    at("spec.concurrencyPolicy", Is(Scale, "what happens when a run is due and the last one still goes on")),
    at("spec.startingDeadlineSeconds", Is(Metadata, "how late a run may start")),
    at("spec.successfulJobsHistoryLimit", Is(Metadata, "how many finished runs are kept")),
    at("spec.failedJobsHistoryLimit", Is(Metadata, "how many failed runs are kept")),
    at("spec.jobTemplate.spec.template", Pods(|_| Verdict::new(Restart, "from its next run on"))),
    at("spec.jobTemplate.metadata", Is(Metadata, "from its next run on")),
    at("spec.jobTemplate.spec.parallelism", Is(Scale, "from its next run on")),
    at("spec.jobTemplate.spec.completions", Is(Scale, "from its next run on")),
    at("spec.jobTemplate.spec.suspend", Flag(Scale, "its next runs wait until somebody resumes them", "its next runs start at once")),
    at("spec.jobTemplate", Is(Metadata, "from its next run on")),
];

#[rustfmt::skip]
pub(super) const AUTOSCALER: &[Rule] = &[
    at("spec.minReplicas", By(|site| bound(site, "more keep running", "it may run with fewer"))),
    at("spec.maxReplicas", By(|site| bound(site, "it may grow further", "it may grow less far"))),
    at("spec.scaleTargetRef", Is(Scale, "it scales something else; what it scaled stays as large as it is")),
    at("spec.metrics", Is(Scale, "it scales at another point")),
    at("spec.behavior", Is(Scale, "it scales at another speed")),
    at("spec.targetCPUUtilizationPercentage", Is(Scale, "it scales at another point")),
];

#[rustfmt::skip]
pub(super) const DISRUPTION_BUDGET: &[Rule] = &[
    at("spec.minAvailable", Is(Metadata, "how many pods the drain of a node may take at once")),
    at("spec.maxUnavailable", Is(Metadata, "how many pods the drain of a node may take at once")),
    at("spec.selector", Is(Metadata, "which pods it protects from the drain of a node")),
    at("spec.unhealthyPodEvictionPolicy", Is(Metadata, "whether pods that are not ready hold up the drain of a node")),
];

pub(super) fn replicas(site: &Site<'_>) -> Verdict {
    let reason = match (int(site.before), int(site.after)) {
        (_, Some(0)) => "nothing runs any more",
        (Some(0), Some(_)) => "it starts to run",
        (_, None) if site.is_removed() => "one runs, unless something else scales it",
        _ => "",
    };
    Verdict::new(Scale, reason)
}

fn bound(site: &Site<'_>, more: &'static str, fewer: &'static str) -> Verdict {
    // An absent minimum is one.
    let number = |tree| int(tree).unwrap_or(1);
    let (before, after) = (number(site.before), number(site.after));
    let reason = match after {
        0 => "nothing may be left running",
        _ if after > before => more,
        _ => fewer,
    };
    Verdict::new(Scale, reason)
}

/// The least that a ScaledObject keeps running: without a word, nothing.
pub(super) fn replicas_at_least(site: &Site<'_>) -> Verdict {
    let number = |tree| int(tree).unwrap_or(0);
    let (before, after) = (number(site.before), number(site.after));
    let reason = match after {
        0 => "nothing may be left running",
        _ if after > before => "more keep running",
        _ => "it may run with fewer",
    };
    Verdict::new(Scale, reason)
}

fn completions(site: &Site<'_>) -> Verdict {
    // An indexed Job may grow together with its parallelism.
    if site.text_at(&["spec", "completionMode"]) == Some("Indexed")
        && site.objects.1.body.at(&["spec", "parallelism"]) == site.after
    {
        return Verdict::new(Scale, "it runs another number of times");
    }
    Verdict::replace(
        Replace,
        "how often a Job has to succeed cannot be changed: it is deleted and runs again",
    )
}

fn suspend_job(site: &Site<'_>) -> Verdict {
    let reason = if is_true(site.after) {
        "its pods are deleted until somebody resumes it"
    } else {
        "it starts to run"
    };
    Verdict::new(Scale, reason)
}

fn tolerations(site: &Site<'_>) -> Verdict {
    if site.is_added() {
        Verdict::new(Metadata, "the pod stays where it is")
    } else {
        Verdict::replace(
            Replace,
            "a toleration of a pod cannot be taken away: it is deleted and started again",
        )
    }
}

fn deployment_pods(site: &Site<'_>) -> Verdict {
    let body = site.objects.1.body;
    let is_none = |tree| int(tree) == Some(0);
    let (before, after) = site.both_at(&["spec", "replicas"]);
    if is_none(before) && is_none(after) {
        Verdict::new(Metadata, "nothing runs of it")
    } else if is_true(body.at(&["spec", "paused"])) {
        Verdict::new(Restart, "it is paused: this waits until it is resumed")
    } else if site.text_at(&["spec", "strategy", "type"]) == Some("Recreate") {
        Verdict::new(
            Replace,
            "all its pods stop before new ones start (strategy Recreate)",
        )
    } else {
        Verdict::new(Restart, "")
    }
}

fn stateful_pods(site: &Site<'_>) -> Verdict {
    let strategy = site.objects.1.body.at(&["spec", "updateStrategy"]);
    let partition = strategy.and_then(|strategy| strategy.at(&["rollingUpdate", "partition"]));
    if site.text_at(&["spec", "updateStrategy", "type"]) == Some("OnDelete") {
        Verdict::new(
            Restart,
            "each pod changes when somebody deletes it (strategy OnDelete)",
        )
    } else if int(partition).is_some_and(|partition| partition > 0) {
        Verdict::new(Restart, "only pods from the partition's number on change")
    } else {
        Verdict::new(Restart, "")
    }
}

fn daemon_pods(site: &Site<'_>) -> Verdict {
    if site.text_at(&["spec", "updateStrategy", "type"]) == Some("OnDelete") {
        Verdict::new(
            Restart,
            "each pod changes when somebody deletes it (strategy OnDelete)",
        )
    } else {
        Verdict::new(Restart, "")
    }
}

/// Whether the claims of a StatefulSet go away with it (`whenDeleted`) or when it shrinks (`whenScaled`).
pub(in super::super) fn loses_claims(body: &plat_model::tree::Tree, when: &str) -> bool {
    let policy = body.at(&["spec", "persistentVolumeClaimRetentionPolicy", when]);
    policy.and_then(plat_model::tree::Tree::as_text) == Some("Delete")
}

fn stateful_replicas(site: &Site<'_>) -> Verdict {
    let number = |tree| int(tree).unwrap_or(1);
    let shrinks = number(site.after) < number(site.before);
    if shrinks && loses_claims(site.objects.1.body, "whenScaled") {
        return Verdict::new(
            DataLoss,
            "the claims of the pods that go away are deleted with them",
        );
    }
    replicas(site)
}

fn retention(site: &Site<'_>) -> Verdict {
    let deletes = |tree: Option<&plat_model::tree::Tree>| {
        tree.and_then(plat_model::tree::Tree::as_text) == Some("Delete")
    };
    if deletes(site.after) {
        Verdict::new(
            DataLoss,
            "from now on claims and their data are deleted with the pods that use them",
        )
    } else {
        Verdict::new(Metadata, "claims and their data stay when pods go away")
    }
}

/// Another StatefulSet under the same name.
fn stateful_anew(site: &Site<'_>, reason: &'static str) -> Verdict {
    if loses_claims(site.objects.0.body, "whenDeleted") {
        let reason = format!("{reason}; its claims and their data are deleted with it");
        return Verdict {
            impact: DataLoss,
            replaces: true,
            reason: reason.into(),
        };
    }
    Verdict::replace(Replace, reason)
}

fn claim_templates(site: &Site<'_>) -> Verdict {
    if loses_claims(site.objects.0.body, "whenDeleted") {
        return stateful_anew(site, "the templates of claims cannot be changed");
    }
    let reason = if site.fields.last() == Some(&"storage") {
        "the templates of claims cannot be changed; claims that exist keep their data and their size, which is set on the claims themselves"
    } else {
        "the templates of claims cannot be changed; claims that exist keep their data and stay as they are"
    };
    Verdict::replace(Replace, reason)
}
