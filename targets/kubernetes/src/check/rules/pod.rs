//! Pods and the templates of pods.

use plat_model::text::TextKind;

use super::{At, Problem, ProblemKind, check_text, check_unique, container, selector};

/// What makes the pods: it decides how they may restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Nothing: the pod itself is the object.
    Alone,
    /// A workload that keeps its pods running.
    Service,
    /// A job, whose pods end.
    Job,
}

/// Checks a pod's spec. `claims` are the names of the volumes that its stateful set adds.
pub(super) fn check(spec: At<'_, '_>, owner: Owner, claims: &[&str], problems: &mut Vec<Problem>) {
    check_restart(spec, owner, problems);
    if owner != Owner::Alone
        && let Some(ephemeral) = spec.get("ephemeralContainers")
    {
        problems.push(ephemeral.problem(
            ProblemKind::Contradiction,
            "a template has no ephemeral containers",
        ));
    }
    check_container_names(spec, problems);
    if let Some(volumes) = spec.get("volumes") {
        check_volumes(volumes, problems);
    }
    for (list, is_init) in [("initContainers", true), ("containers", false)] {
        let Some(containers) = spec.get(list) else {
            continue;
        };
        for container in containers.elements() {
            container::check(container, spec, is_init, claims, problems);
        }
        if !is_init && containers.elements().next().is_none() {
            problems.push(
                containers.problem(ProblemKind::WrongValue, "a pod has at least one container"),
            );
        }
    }
    check_host_ports(spec, problems);
    if let Some(account) = spec.get("serviceAccountName") {
        check_text(account, TextKind::DnsSubdomain, problems);
    }
    if spec.text_of("dnsPolicy") == Some("None") {
        let servers = spec.get("dnsConfig").and_then(|config| {
            config
                .get("nameservers")
                .map(|list| list.elements().count())
        });
        if servers.unwrap_or(0) == 0 {
            problems.push(spec.problem_at(
                "dnsConfig",
                ProblemKind::MissingField,
                "`dnsPolicy: None` needs `dnsConfig.nameservers`",
            ));
        }
    }
    check_placement(spec, problems);
}

fn check_restart(spec: At<'_, '_>, owner: Owner, problems: &mut Vec<Problem>) {
    let policy = spec.text_of("restartPolicy");
    let (allowed, help): (&[&str], _) = match owner {
        Owner::Alone => return,
        Owner::Service => (&["Always"], "Pods that end are the pods of a Job."),
        Owner::Job => (
            &["OnFailure", "Never"],
            "A job's pods end, so `Always`, the default, is not allowed.",
        ),
    };
    let message = match policy {
        None if owner == Owner::Job => {
            "a job's pods need a `restartPolicy`: `OnFailure` or `Never`".to_owned()
        }
        Some(policy) if !allowed.contains(&policy) => {
            format!("the pods of this kind do not restart `{policy}`")
        }
        _ => return,
    };
    let mut problem = spec.problem_at("restartPolicy", ProblemKind::Contradiction, message);
    problem.help(help);
    if let [only] = allowed {
        problem.suggest(*only);
    }
    problems.push(problem);
}

/// Containers of all three lists share one space of names.
fn check_container_names(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];
    for (at_list, list) in LISTS.iter().enumerate() {
        let Some(containers) = spec.get(list) else {
            continue;
        };
        check_unique(containers, "name", "containers", problems);
        for container in containers.elements() {
            let Some(name) = container.get("name") else {
                continue;
            };
            check_text(name, TextKind::DnsLabel, problems);
            for earlier in &LISTS[..at_list] {
                let Some(others) = spec.get(earlier) else {
                    continue;
                };
                if let Some(first) = others
                    .elements()
                    .find(|other| other.text_of("name") == name.text())
                {
                    let message = format!(
                        "two containers are called `{}`",
                        name.text().unwrap_or_default()
                    );
                    let mut problem = name.problem(ProblemKind::Contradiction, message);
                    problem.related(&first, "the first one is here");
                    problems.push(problem);
                }
            }
        }
    }
}

fn check_volumes(volumes: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_unique(volumes, "name", "volumes", problems);
    for volume in volumes.elements() {
        if let Some(name) = volume.get("name") {
            check_text(name, TextKind::DnsLabel, problems);
        }
        let mut sources = volume.entries().filter(|(key, _)| *key != "name");
        let (first, second) = (sources.next(), sources.next());
        match (first, second) {
            (None, _) => {
                let mut problem = volume.problem(
                    ProblemKind::MissingField,
                    "this volume does not say what it is",
                );
                problem.help("Give it one of `configMap`, `secret`, `emptyDir`, `persistentVolumeClaim` and others.");
                problems.push(problem);
            }
            (Some((first, at_first)), Some((second, at_second))) => {
                let message =
                    format!("this volume is both `{first}` and `{second}`; it can be one");
                let mut problem = at_second.problem(ProblemKind::Contradiction, message);
                problem.related(&at_first, format!("`{first}` is here"));
                problems.push(problem);
            }
            _ => {}
        }
    }
}

/// Two containers cannot have one port of the host; on the host's network, the host's port is the container's.
fn check_host_ports(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let on_host = spec.is_set("hostNetwork");
    let mut taken: Vec<(i64, &str, &str)> = Vec::new();
    let Some(containers) = spec.get("containers") else {
        return;
    };
    for container in containers.elements() {
        let Some(ports) = container.get("ports") else {
            continue;
        };
        for port in ports.elements() {
            let Some(host) = port.get("hostPort") else {
                continue;
            };
            let Some(number) = host.int().filter(|number| *number != 0) else {
                continue;
            };
            let protocol = port.text_of("protocol").unwrap_or("TCP");
            let address = port.text_of("hostIP").unwrap_or_default();
            if taken.contains(&(number, protocol, address)) {
                let message =
                    format!("port {number} of the host is taken by another container of this pod");
                problems.push(host.problem(ProblemKind::Contradiction, message));
            }
            taken.push((number, protocol, address));
            if let Some(own) = port
                .int_of("containerPort")
                .filter(|own| on_host && *own != number)
            {
                let message =
                    format!("on the host's network, `hostPort` is the container's own port {own}");
                problems.push(host.problem(ProblemKind::Contradiction, message));
            }
        }
    }
}

/// Tolerations, affinities and spreading.
fn check_placement(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(tolerations) = spec.get("tolerations") {
        for toleration in tolerations.elements() {
            let operator = toleration.text_of("operator").unwrap_or("Equal");
            if operator == "Exists"
                && toleration
                    .text_of("value")
                    .is_some_and(|value| !value.is_empty())
            {
                let message = "`Exists` tolerates every value: leave `value` out";
                problems.push(toleration.problem_at("value", ProblemKind::Contradiction, message));
            }
            if operator != "Exists" && toleration.text_of("key").is_none_or(str::is_empty) {
                let message =
                    "a toleration without a key tolerates everything only with `operator: Exists`";
                problems.push(toleration.problem_at(
                    "operator",
                    ProblemKind::Contradiction,
                    message,
                ));
            }
            if toleration.has("tolerationSeconds")
                && toleration.text_of("effect") != Some("NoExecute")
            {
                let message = "`tolerationSeconds` needs `effect: NoExecute`";
                problems.push(toleration.problem_at(
                    "tolerationSeconds",
                    ProblemKind::Contradiction,
                    message,
                ));
            }
        }
    }
    if let Some(constraints) = spec.get("topologySpreadConstraints") {
        for constraint in constraints.elements() {
            if let Some(selector) = constraint.get("labelSelector") {
                selector::check(selector, problems);
            }
            if constraint.has("minDomains")
                && constraint.text_of("whenUnsatisfiable") == Some("ScheduleAnyway")
            {
                let message = "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`";
                problems.push(constraint.problem_at(
                    "minDomains",
                    ProblemKind::Contradiction,
                    message,
                ));
            }
        }
    }
    let mut check_terms = |path: &[&str], act: &mut dyn FnMut(At<'_, '_>, &mut Vec<Problem>)| {
        spec.with(path, &mut |terms| {
            terms.elements().for_each(|term| act(term, problems));
        });
    };
    for kind in ["podAffinity", "podAntiAffinity"] {
        check_terms(
            &[
                "affinity",
                kind,
                "requiredDuringSchedulingIgnoredDuringExecution",
            ],
            &mut pod_term,
        );
        check_terms(
            &[
                "affinity",
                kind,
                "preferredDuringSchedulingIgnoredDuringExecution",
            ],
            &mut |weighted, problems| {
                if let Some(term) = weighted.get("podAffinityTerm") {
                    pod_term(term, problems);
                }
            },
        );
    }
    check_terms(
        &[
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ],
        &mut node_term,
    );
    check_terms(
        &[
            "affinity",
            "nodeAffinity",
            "preferredDuringSchedulingIgnoredDuringExecution",
        ],
        &mut |weighted, problems| {
            if let Some(term) = weighted.get("preference") {
                node_term(term, problems);
            }
        },
    );
}

fn pod_term(term: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(selector) = term.get("labelSelector") {
        selector::check(selector, problems);
    }
    if term.text_of("topologyKey").is_some_and(str::is_empty) {
        problems.push(term.problem_at(
            "topologyKey",
            ProblemKind::WrongValue,
            "`topologyKey` names a label of nodes",
        ));
    }
}

fn node_term(term: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(expressions) = term.get("matchExpressions") {
        for expression in expressions.elements() {
            selector::check_requirement(expression, problems);
        }
    }
}
