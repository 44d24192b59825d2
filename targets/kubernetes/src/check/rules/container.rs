//! Containers.

use plat_model::text::TextKind;

use super::{
    At, Problem, ProblemKind, amount, check_one_of, check_port, check_text, check_unique,
    check_unique_ports, is_negative, nearest,
};

/// What a probe or a hook can do.
const PROBE_HANDLERS: &[&str] = &["exec", "grpc", "httpGet", "tcpSocket"];
const HOOK_HANDLERS: &[&str] = &["exec", "httpGet", "sleep", "tcpSocket"];
const VALUE_SOURCES: &[&str] = &[
    "configMapKeyRef",
    "fieldRef",
    "fileKeyRef",
    "resourceFieldRef",
    "secretKeyRef",
];

/// Checks a container of a pod. `claims` are the volumes that a stateful set adds.
pub(super) fn check(
    container: At<'_, '_>,
    pod: At<'_, '_>,
    is_init: bool,
    claims: &[&str],
    problems: &mut Vec<Problem>,
) {
    match container.get("image") {
        Some(image) => check_image(image, problems),
        None => problems.push(container.problem_at(
            "image",
            ProblemKind::MissingField,
            "a container needs an `image`",
        )),
    }
    check_ports(container, problems);
    check_environment(container, problems);
    check_mounts(container, pod, claims, problems);
    if let Some(resources) = container.get("resources") {
        check_resources(resources, problems);
    }
    let restarts = container.text_of("restartPolicy") == Some("Always");
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get(name) else {
            continue;
        };
        if is_init && !restarts {
            refuse_in_init(probe, name, problems);
        } else {
            check_probe(container, probe, name, problems);
        }
    }
    if let Some(lifecycle) = container.get("lifecycle") {
        if is_init && !restarts {
            refuse_in_init(lifecycle, "lifecycle", problems);
        }
        for hook in ["postStart", "preStop"] {
            if let Some(hook_at) = lifecycle.get(hook) {
                check_one_of(hook_at, HOOK_HANDLERS, format_args!("`{hook}`"), problems);
            }
        }
    }
    check_security(container, pod, problems);
}

fn refuse_in_init(at: At<'_, '_>, name: &str, problems: &mut Vec<Problem>) {
    let message = format!("an init container ends before the others start: it has no `{name}`");
    let mut problem = at.problem(ProblemKind::Contradiction, message);
    problem.help("One that keeps running, a sidecar, has `restartPolicy: Always`.");
    problems.push(problem);
}

fn check_image(image: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(text) = image.text() else { return };
    if text.is_empty() || text.trim() != text {
        problems.push(image.problem(
            ProblemKind::WrongValue,
            "an image is neither empty nor begins or ends with a space",
        ));
    }
}

fn check_ports(container: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(ports) = container.get("ports") else {
        return;
    };
    check_unique(ports, "name", "ports", problems);
    check_unique_ports(ports, "containerPort", "container", problems);
    for port in ports.elements() {
        if let Some(name) = port.get("name") {
            check_text(name, TextKind::PortName, problems);
        }
    }
}

fn check_environment(container: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(env) = container.get("env") else {
        return;
    };
    check_unique(env, "name", "variables", problems);
    for variable in env.elements() {
        if let Some(name) = variable.get("name") {
            check_text(name, TextKind::EnvName, problems);
        }
        let Some(source) = variable.get("valueFrom") else {
            continue;
        };
        if variable
            .text_of("value")
            .is_some_and(|value| !value.is_empty())
        {
            let message = "a variable has either a `value` or `valueFrom`";
            problems.push(source.problem(ProblemKind::Contradiction, message));
        }
        check_one_of(source, VALUE_SOURCES, format_args!("`valueFrom`"), problems);
    }
}

fn check_mounts(
    container: At<'_, '_>,
    pod: At<'_, '_>,
    claims: &[&str],
    problems: &mut Vec<Problem>,
) {
    for (list, path_key) in [
        ("volumeMounts", "mountPath"),
        ("volumeDevices", "devicePath"),
    ] {
        let Some(mounts) = container.get(list) else {
            continue;
        };
        for (index, mount) in mounts.elements().enumerate() {
            if let Some(name) = mount.get("name") {
                check_volume_exists(name, pod, claims, problems);
            }
            let Some(path) = mount.get(path_key) else {
                continue;
            };
            let Some(text) = path.text() else { continue };
            if text.is_empty() || text.contains(':') {
                let message = format!("`{path_key}` is a path without a colon");
                problems.push(path.problem(ProblemKind::WrongValue, message));
            }
            if let Some(first) = mounts
                .elements()
                .take(index)
                .find(|other| other.text_of(path_key) == Some(text))
            {
                let message = format!("two volumes are mounted at `{text}`");
                let mut problem = path.problem(ProblemKind::Contradiction, message);
                problem.related(&first, "the first one is here");
                problems.push(problem);
            }
            check_sub_path(mount, problems);
        }
    }
}

fn check_volume_exists(
    name: At<'_, '_>,
    pod: At<'_, '_>,
    claims: &[&str],
    problems: &mut Vec<Problem>,
) {
    let Some(wanted) = name.text() else { return };
    let volumes = pod.get("volumes");
    let named = |at: At<'_, '_>| {
        at.elements()
            .any(|volume| volume.text_of("name") == Some(wanted))
    };
    if claims.contains(&wanted) || volumes.is_some_and(named) {
        return;
    }
    let mut problem = name.problem(
        ProblemKind::Contradiction,
        format!("this pod has no volume `{wanted}`"),
    );
    let mut known: Vec<&str> = claims.to_vec();
    if let Some(volumes) = &volumes {
        known.extend(
            volumes
                .elements()
                .filter_map(|volume| volume.text_of("name")),
        );
    }
    if let Some(meant) = nearest(wanted, known.into_iter()) {
        problem
            .help(format!("Did you mean `{meant}`?"))
            .suggest(meant);
    }
    problems.push(problem);
}

fn check_sub_path(mount: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(sub) = mount.get("subPath") else {
        return;
    };
    if mount.has("subPathExpr") {
        problems.push(sub.problem(
            ProblemKind::Contradiction,
            "a mount has either `subPath` or `subPathExpr`",
        ));
    }
    if let Some(text) = sub.text()
        && (text.starts_with('/') || text.split('/').any(|part| part == ".."))
    {
        problems.push(sub.problem(
            ProblemKind::WrongValue,
            "`subPath` is a path within the volume, without `..`",
        ));
    }
}

fn check_resources(resources: At<'_, '_>, problems: &mut Vec<Problem>) {
    for list in ["requests", "limits"] {
        let Some(amounts) = resources.get(list) else {
            continue;
        };
        for (name, value) in amounts.entries() {
            if is_negative(value) {
                problems.push(value.problem(
                    ProblemKind::WrongValue,
                    format!("this amount of {name} is less than nothing"),
                ));
            }
        }
    }
    let (Some(requests), Some(limits)) = (resources.get("requests"), resources.get("limits"))
    else {
        return;
    };
    for (name, request) in requests.entries() {
        let Some(limit) = limits.get(name) else {
            continue;
        };
        // Most requests are their limits, to the letter.
        if request.text().is_some() && request.text() == limit.text() {
            continue;
        }
        let (Some(wanted), Some(most)) = (amount(request), amount(limit)) else {
            continue;
        };
        if wanted > most {
            let message = format!("the request for {name} is above its limit");
            let mut problem = request.problem(ProblemKind::Contradiction, message);
            problem.related(&limit, "the limit is here");
            problems.push(problem);
        } else if wanted != most && must_not_overcommit(name) {
            let message =
                format!("{name} cannot be shared: its request and its limit are one amount");
            let mut problem = request.problem(ProblemKind::Contradiction, message);
            problem.related(&limit, "the limit is here");
            problems.push(problem);
        }
    }
}

/// Huge pages and extended resources, such as `nvidia.com/gpu`, are given out whole.
fn must_not_overcommit(resource: &str) -> bool {
    resource.starts_with("hugepages-")
        || (resource.contains('/') && !resource.starts_with("kubernetes.io/"))
}

fn check_probe(container: At<'_, '_>, probe: At<'_, '_>, name: &str, problems: &mut Vec<Problem>) {
    check_one_of(probe, PROBE_HANDLERS, format_args!("`{name}`"), problems);
    if name != "readinessProbe"
        && let Some(threshold) = probe.get("successThreshold")
        && threshold.int().is_some_and(|threshold| threshold > 1)
    {
        problems.push(threshold.problem(
            ProblemKind::Contradiction,
            format!("one success is enough for `{name}`"),
        ));
    }
    if name == "readinessProbe"
        && let Some(grace) = probe.get("terminationGracePeriodSeconds")
    {
        let message =
            "a container that is not ready is not ended: a `readinessProbe` has no grace period";
        problems.push(grace.problem(ProblemKind::Contradiction, message));
    }
    for handler in ["httpGet", "tcpSocket"] {
        probe.with(&[handler, "port"], &mut |port| {
            check_port(port, problems);
            check_port_exists(port, container, problems);
        });
    }
}

/// A port that is named must be one of the container's.
fn check_port_exists(port: At<'_, '_>, container: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(name) = port.text() else { return };
    let ports = container.get("ports");
    let names: Vec<&str> = ports
        .iter()
        .flat_map(At::elements)
        .filter_map(|port| port.text_of("name"))
        .collect();
    if names.contains(&name) {
        return;
    }
    let mut problem = port.problem(
        ProblemKind::Contradiction,
        format!("this container has no port `{name}`"),
    );
    if let Some(meant) = nearest(name, names.into_iter()) {
        problem
            .help(format!("Did you mean `{meant}`?"))
            .suggest(meant);
    }
    problems.push(problem);
}

fn check_security(container: At<'_, '_>, pod: At<'_, '_>, problems: &mut Vec<Problem>) {
    let own = container.get("securityContext");
    if let Some(security) = &own {
        let may_gain = security.get("allowPrivilegeEscalation");
        if let Some(at) = may_gain.filter(|at| !at.is_true()) {
            if security.is_set("privileged") {
                let message = "a privileged container cannot be kept from gaining privileges";
                problems.push(at.problem(ProblemKind::Contradiction, message));
            }
            let mut added_admin = false;
            security.with(&["capabilities", "add"], &mut |add| {
                added_admin = add
                    .elements()
                    .any(|name| matches!(name.text(), Some("SYS_ADMIN" | "CAP_SYS_ADMIN")));
            });
            if added_admin {
                let message = "a container with SYS_ADMIN cannot be kept from gaining privileges";
                problems.push(at.problem(ProblemKind::Contradiction, message));
            }
        }
    }
    let pod_security = pod.get("securityContext");
    // The container's own word counts before the pod's.
    let find = |key: &str| {
        own.as_ref()
            .and_then(|at| at.get(key))
            .or_else(|| pod_security.as_ref().and_then(|at| at.get(key)))
    };
    if let (Some(flag), Some(user)) = (find("runAsNonRoot"), find("runAsUser"))
        && flag.is_true()
        && user.int() == Some(0)
    {
        let mut problem = user.problem(
            ProblemKind::Contradiction,
            "user 0 is root, which `runAsNonRoot` forbids",
        );
        problem.related(&flag, "forbidden here");
        problems.push(problem);
    }
}
