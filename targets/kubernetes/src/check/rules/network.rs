//! Network policies and ingresses.

use plat_model::text::{self, TextKind};

use super::{At, Problem, ProblemKind, check_one_of, check_port, check_text, selector};

pub(super) fn policy(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(own) = spec.get("podSelector") {
        selector::check(own, problems);
    }
    for (direction, peers, policy_type) in
        [("ingress", "from", "Ingress"), ("egress", "to", "Egress")]
    {
        let Some(rules) = spec.get(direction) else {
            continue;
        };
        let types = spec.get("policyTypes");
        let is_listed = |types: At<'_, '_>| {
            types
                .elements()
                .any(|name| name.text() == Some(policy_type))
        };
        if rules.elements().next().is_some() && types.is_some_and(|types| !is_listed(types)) {
            let message =
                format!("`{direction}` has no effect: `policyTypes` does not list `{policy_type}`");
            problems.push(rules.problem(ProblemKind::Contradiction, message));
        }
        for rule in rules.elements() {
            if let Some(peers) = rule.get(peers) {
                peers.elements().for_each(|peer| check_peer(peer, problems));
            }
            if let Some(ports) = rule.get("ports") {
                ports
                    .elements()
                    .for_each(|port| check_policy_port(port, problems));
            }
        }
    }
}

fn check_peer(peer: At<'_, '_>, problems: &mut Vec<Problem>) {
    let selectors = ["podSelector", "namespaceSelector"];
    for name in selectors {
        if let Some(own) = peer.get(name) {
            selector::check(own, problems);
        }
    }
    let Some(block) = peer.get("ipBlock") else {
        if selectors.iter().all(|name| !peer.has(name)) {
            let message = "a peer needs one of `podSelector`, `namespaceSelector`, `ipBlock`";
            problems.push(peer.problem(ProblemKind::MissingField, message));
        }
        return;
    };
    if let Some(own) = selectors.iter().find_map(|name| peer.get(name)) {
        let message = "a peer is either a block of addresses or selected pods";
        let mut problem = own.problem(ProblemKind::Contradiction, message);
        problem.related(&block, "`ipBlock` is here");
        problems.push(problem);
    }
    let mut check_network = |at: At<'_, '_>| {
        let before = problems.len();
        check_text(at, TextKind::Cidr, problems);
        problems[before..]
            .iter_mut()
            .for_each(|problem| problem.kind = ProblemKind::WrongValue);
    };
    if let Some(cidr) = block.get("cidr") {
        check_network(cidr);
    }
    if let Some(except) = block.get("except") {
        except.elements().for_each(check_network);
    }
}

fn check_policy_port(port: At<'_, '_>, problems: &mut Vec<Problem>) {
    let first = port.get("port");
    if let Some(first) = first {
        check_port(first, problems);
    }
    let Some(end) = port.get("endPort") else {
        return;
    };
    match first.map(|first| first.int()) {
        Some(Some(first)) if end.int().is_some_and(|end| end < first) => {
            problems.push(end.problem(
                ProblemKind::Contradiction,
                format!("this range ends before it begins, at {first}"),
            ));
        }
        Some(Some(_)) => {}
        _ => problems.push(end.problem(
            ProblemKind::Contradiction,
            "`endPort` needs a `port` that is a number",
        )),
    }
}

pub(super) fn ingress(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let has_rules = spec
        .get("rules")
        .is_some_and(|rules| rules.elements().next().is_some());
    let default = spec.get("defaultBackend");
    if !has_rules && default.is_none() {
        let message = "an ingress needs `rules` or a `defaultBackend`";
        problems.push(spec.problem_at("rules", ProblemKind::MissingField, message));
    }
    if let Some(backend) = default {
        check_backend(backend, problems);
    }
    if let Some(class) = spec.get("ingressClassName") {
        check_text(class, TextKind::DnsSubdomain, problems);
    }
    if let Some(tls) = spec.get("tls") {
        for entry in tls.elements() {
            if let Some(hosts) = entry.get("hosts") {
                hosts.elements().for_each(|host| check_host(host, problems));
            }
            if let Some(secret) = entry.get("secretName") {
                check_text(secret, TextKind::DnsSubdomain, problems);
            }
        }
    }
    let Some(rules) = spec.get("rules") else {
        return;
    };
    for rule in rules.elements() {
        if let Some(host) = rule.get("host") {
            check_host(host, problems);
        }
        rule.with(&["http", "paths"], &mut |paths| {
            paths.elements().for_each(|path| check_path(path, problems));
        });
    }
}

fn check_host(host: At<'_, '_>, problems: &mut Vec<Problem>) {
    if host
        .text()
        .is_some_and(|text| text.parse::<std::net::IpAddr>().is_ok())
    {
        problems.push(host.problem(
            ProblemKind::WrongValue,
            "an ingress has names of hosts, not addresses",
        ));
    } else if host.text().is_some_and(|text| !text.is_empty()) {
        check_text(host, TextKind::WildcardHostname, problems);
    }
}

fn check_path(at: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(backend) = at.get("backend") {
        check_backend(backend, problems);
    }
    let kind = at.text_of("pathType");
    let Some(path) = at.get("path") else {
        if matches!(kind, Some("Exact" | "Prefix")) {
            let message = format!(
                "a path of type `{}` needs a `path`",
                kind.unwrap_or_default()
            );
            problems.push(at.problem_at("path", ProblemKind::MissingField, message));
        }
        return;
    };
    let Some(text) = path
        .text()
        .filter(|_| matches!(kind, Some("Exact" | "Prefix")))
    else {
        return;
    };
    let wrong = if !text.starts_with('/') {
        Some("a path begins with `/`".to_owned())
    } else {
        ["//", "/./", "/../", "%2f", "%2F"]
            .iter()
            .find(|part| text.contains(*part))
            .map(|part| format!("a path has no `{part}`"))
    };
    if let Some(message) = wrong {
        let mut problem = path.problem(ProblemKind::WrongValue, message);
        let rooted = format!("/{text}");
        if text::check(TextKind::HttpPath, &rooted).is_ok() && !text.starts_with('/') {
            problem.suggest(rooted);
        }
        problems.push(problem);
    }
}

fn check_backend(backend: At<'_, '_>, problems: &mut Vec<Problem>) {
    check_one_of(
        backend,
        &["service", "resource"],
        format_args!("a backend"),
        problems,
    );
    let Some(service) = backend.get("service") else {
        return;
    };
    if let Some(name) = service.get("name") {
        check_text(name, TextKind::Rfc1035Label, problems);
    }
    match service.get("port") {
        Some(port) => check_one_of(
            port,
            &["name", "number"],
            format_args!("the port of a service"),
            problems,
        ),
        None => problems.push(service.problem_at(
            "port",
            ProblemKind::MissingField,
            "a backend needs the service's `port`",
        )),
    }
}
