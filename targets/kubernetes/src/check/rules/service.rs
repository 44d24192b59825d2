//! Services.

use plat_model::text::TextKind;

use super::{
    At, Problem, ProblemKind, check_port, check_text, check_unique, check_unique_ports, selector,
};

pub(super) fn check(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let kind = spec.text_of("type").unwrap_or("ClusterIP");
    let headless = spec.text_of("clusterIP") == Some("None");
    if let Some(labels) = spec.get("selector") {
        selector::check_labels(labels, problems);
    }
    if kind == "ExternalName" {
        match spec.get("externalName") {
            Some(name) => check_text(name, TextKind::DnsSubdomain, problems),
            None => {
                let message = "a service of type `ExternalName` needs an `externalName`";
                problems.push(spec.problem_at("externalName", ProblemKind::MissingField, message));
            }
        }
    } else if !headless
        && spec
            .get("ports")
            .is_none_or(|ports| ports.elements().next().is_none())
    {
        let mut problem =
            spec.problem_at("ports", ProblemKind::MissingField, "a service needs a port");
        problem.help(
            "Only one without an address of its own, with `clusterIP: None`, can do without.",
        );
        problems.push(problem);
    }
    let outside = matches!(kind, "NodePort" | "LoadBalancer");
    if headless && outside {
        let message =
            format!("a service of type `{kind}` needs an address: `clusterIP` cannot be `None`");
        problems.push(spec.problem_at("clusterIP", ProblemKind::Contradiction, message));
    }
    for field in [
        "externalTrafficPolicy",
        "healthCheckNodePort",
        "allocateLoadBalancerNodePorts",
        "loadBalancerClass",
        "loadBalancerSourceRanges",
    ] {
        let allowed = if field == "externalTrafficPolicy" {
            outside || spec.has("externalIPs")
        } else {
            kind == "LoadBalancer"
        };
        if let Some(at) = spec.get(field).filter(|_| !allowed) {
            let wanted = if field == "externalTrafficPolicy" {
                "`NodePort` or `LoadBalancer`"
            } else {
                "`LoadBalancer`"
            };
            problems.push(at.problem(
                ProblemKind::Contradiction,
                format!("`{field}` is for services of type {wanted}"),
            ));
        }
    }
    if let Some(config) = spec
        .get("sessionAffinityConfig")
        .filter(|_| spec.text_of("sessionAffinity") != Some("ClientIP"))
    {
        problems.push(config.problem(
            ProblemKind::Contradiction,
            "`sessionAffinityConfig` needs `sessionAffinity: ClientIP`",
        ));
    }
    if let Some(ports) = spec.get("ports") {
        check_ports(ports, outside, problems);
    }
}

fn check_ports(ports: At<'_, '_>, outside: bool, problems: &mut Vec<Problem>) {
    check_unique(ports, "name", "ports", problems);
    check_unique_ports(ports, "port", "service", problems);
    let several = ports.elements().nth(1).is_some();
    for port in ports.elements() {
        match port.get("name") {
            Some(name) => check_text(name, TextKind::DnsLabel, problems),
            None if several => {
                let message = "a service with several ports needs a name for each";
                problems.push(port.problem_at("name", ProblemKind::MissingField, message));
            }
            None => {}
        }
        if let Some(target) = port.get("targetPort") {
            check_port(target, problems);
        }
        if let Some(node) = port
            .get("nodePort")
            .filter(|node| !outside && node.int() != Some(0))
        {
            let message = "`nodePort` is for services of type `NodePort` or `LoadBalancer`";
            problems.push(node.problem(ProblemKind::Contradiction, message));
        }
    }
}
