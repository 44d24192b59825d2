//! Workloads: what keeps or runs pods.

use plat_model::text::TextKind;

use super::pod::{self, Owner};
use super::{At, Problem, ProblemKind, check_int_or_percent, check_text, metadata, selector};

pub(super) fn deployment(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_template(spec, Owner::Service, &[], problems);
    check_selector(spec, problems);
    if let Some(strategy) = spec.get("strategy") {
        let rolling = strategy.get("rollingUpdate");
        if let Some(rolling) = rolling.filter(|_| strategy.text_of("type") == Some("Recreate")) {
            let message = "`Recreate` replaces all pods at once: it takes no `rollingUpdate`";
            problems.push(rolling.problem(ProblemKind::Contradiction, message));
        }
        if let Some(rolling) = rolling {
            let unavailable = rolling
                .get("maxUnavailable")
                .map(|at| check_int_or_percent(at, Some(100), problems));
            let surge = rolling
                .get("maxSurge")
                .map(|at| check_int_or_percent(at, None, problems));
            if unavailable == Some(true) && surge == Some(true) {
                let message =
                    "no pod can be replaced when `maxUnavailable` and `maxSurge` are both 0";
                problems.push(rolling.problem_at(
                    "maxUnavailable",
                    ProblemKind::Contradiction,
                    message,
                ));
            }
        }
    }
    let ready = spec.int_of("minReadySeconds").unwrap_or(0);
    if let Some(deadline) = spec.get("progressDeadlineSeconds")
        && deadline.int().is_some_and(|seconds| seconds <= ready)
    {
        let message = format!(
            "a rollout cannot make progress sooner than its pods are ready, after {ready} seconds"
        );
        problems.push(deadline.problem(ProblemKind::Contradiction, message));
    }
}

pub(super) fn replica_set(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_template(spec, Owner::Service, &[], problems);
    check_selector(spec, problems);
}

pub(super) fn stateful_set(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let templates = spec.get("volumeClaimTemplates");
    let claims: Vec<&str> = templates
        .iter()
        .flat_map(At::elements)
        .filter_map(|claim| {
            claim
                .get("metadata")
                .and_then(|metadata| metadata.text_of("name"))
        })
        .collect();
    check_template(spec, Owner::Service, &claims, problems);
    check_selector(spec, problems);
    if let Some(templates) = &templates {
        for claim in templates.elements() {
            claim.with(&["metadata", "name"], &mut |name| {
                check_text(name, TextKind::DnsLabel, problems);
            });
            claim.with(&["spec"], &mut |spec| super::storage::claim(spec, problems));
        }
    }
    if let Some(service) = spec
        .get("serviceName")
        .filter(|at| at.text().is_some_and(|text| !text.is_empty()))
    {
        check_text(service, TextKind::Rfc1035Label, problems);
    }
    check_on_delete(spec, problems);
}

pub(super) fn daemon_set(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_template(spec, Owner::Service, &[], problems);
    check_selector(spec, problems);
    check_on_delete(spec, problems);
    spec.with(&["updateStrategy", "rollingUpdate"], &mut |rolling| {
        let unavailable = rolling.get("maxUnavailable").map(|at| check_int_or_percent(at, Some(100), problems));
        let surge = rolling.get("maxSurge").map(|at| check_int_or_percent(at, Some(100), problems));
        let message = match (unavailable, surge) {
            (Some(true), None | Some(true)) => "no pod can be replaced when `maxUnavailable` and `maxSurge` are both 0",
            (Some(false) | None, Some(false)) => "a daemon set replaces pods either before or after it ends them: with `maxSurge`, `maxUnavailable` is 0",
            _ => return,
        };
        problems.push(rolling.problem_at("maxUnavailable", ProblemKind::Contradiction, message));
    });
}

pub(super) fn job(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_template(spec, Owner::Job, &[], problems);
    if let Some(own) = spec
        .get("selector")
        .filter(|_| !spec.is_set("manualSelector"))
    {
        let mut problem = own.problem(ProblemKind::Contradiction, "a job makes its own selector");
        problem.help(
            "Leave `selector` out, or set `manualSelector` and see to it that no other pods match.",
        );
        problems.push(problem);
    }
    let indexed = spec.text_of("completionMode") == Some("Indexed");
    if indexed && !spec.has("completions") {
        problems.push(spec.problem_at(
            "completions",
            ProblemKind::MissingField,
            "an indexed job needs `completions`",
        ));
    }
    for field in ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] {
        if let Some(at) = spec.get(field).filter(|_| !indexed) {
            problems.push(at.problem(
                ProblemKind::Contradiction,
                format!("`{field}` needs `completionMode: Indexed`"),
            ));
        }
    }
    if let Some(policy) = spec.get("podFailurePolicy") {
        let mut never = false;
        spec.with(&["template", "spec", "restartPolicy"], &mut |at| {
            never = at.text() == Some("Never");
        });
        if !never {
            let message = "`podFailurePolicy` needs pods with `restartPolicy: Never`";
            problems.push(policy.problem(ProblemKind::Contradiction, message));
        }
    }
}

pub(super) fn cron_job(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(schedule) = spec.get("schedule") {
        check_schedule(schedule, problems);
    }
    if let Some(zone) = spec.get("timeZone")
        && let Some(text) = zone.text()
        && (text.is_empty() || text.eq_ignore_ascii_case("local") || text.trim() != text)
    {
        let mut problem =
            zone.problem(ProblemKind::WrongValue, format!("`{text}` is no time zone"));
        problem.help("Name one of the time zone database, such as `Europe/Berlin` or `Etc/UTC`.");
        problems.push(problem);
    }
    spec.with(&["jobTemplate", "metadata"], &mut |metadata| {
        metadata::labels_and_annotations(metadata, problems);
    });
    spec.with(&["jobTemplate", "spec"], &mut |spec| job(spec, problems));
}

fn check_schedule(schedule: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(text) = schedule.text() else { return };
    if text.contains("TZ") {
        let mut problem =
            schedule.problem(ProblemKind::WrongValue, "a schedule names no time zone");
        problem.help("Set `timeZone` beside it.");
        problems.push(problem);
        return;
    }
    // Kubernetes reads these names too; `@reboot` it does not.
    let is_named = matches!(
        text,
        "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly"
    );
    let is_interval = text
        .strip_prefix("@every ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if !is_named && !is_interval {
        check_text(schedule, TextKind::Cron, problems);
        if let Some(problem) = problems
            .last_mut()
            .filter(|problem| problem.path == schedule.path())
        {
            problem.kind = ProblemKind::WrongValue;
        }
    }
}

fn check_on_delete(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(strategy) = spec.get("updateStrategy") else {
        return;
    };
    if let Some(rolling) = strategy
        .get("rollingUpdate")
        .filter(|_| strategy.text_of("type") == Some("OnDelete"))
    {
        let message = "`OnDelete` leaves replacing pods to you: it takes no `rollingUpdate`";
        problems.push(rolling.problem(ProblemKind::Contradiction, message));
    }
}

fn check_template(spec: At<'_, '_>, owner: Owner, claims: &[&str], problems: &mut Vec<Problem>) {
    spec.with(&["template", "metadata"], &mut |metadata| {
        metadata::labels_and_annotations(metadata, problems);
    });
    spec.with(&["template", "spec"], &mut |pod| {
        pod::check(pod, owner, claims, problems);
    });
}

/// The selector must have conditions, and the template's labels must meet them.
fn check_selector(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(own) = spec.get("selector") else {
        return;
    };
    selector::check(own, problems);
    if selector::is_empty(own) {
        problems.push(own.problem(
            ProblemKind::WrongValue,
            "this selector is empty: it would take every pod for its own",
        ));
        return;
    }
    let Some(template) = spec.get("template") else {
        return;
    };
    let metadata = template.get("metadata");
    let labels = metadata
        .as_ref()
        .and_then(|metadata| metadata.get("labels"));
    let Some(unmet) = selector::unmet(own, labels) else {
        return;
    };
    let key = unmet.key;
    let message = match (&unmet.wanted, labels.and_then(|labels| labels.text_of(key))) {
        (Some(wanted), Some(found)) => {
            format!("the selector wants `{key}: {wanted}`, the template has `{key}: {found}`")
        }
        (Some(wanted), None) => {
            format!("the selector wants `{key}: {wanted}`, which the template's labels lack")
        }
        (None, _) => {
            format!("the template's labels do not meet the selector's condition on `{key}`")
        }
    };
    let mut problem = own.problem(ProblemKind::Contradiction, message);
    problem.help(
        "The pods of the template must match the selector, or the workload would never find them.",
    );
    if let Some(labels) = &labels {
        problem.related(labels, "the template's labels are here");
    }
    problems.push(problem);
}
