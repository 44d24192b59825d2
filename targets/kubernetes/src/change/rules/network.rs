//! What can be reached, and where.

use plat_model::change::{Impact, Verdict};
use plat_model::tree::Tree;

use super::super::rule::{Effect, Rule, at};
use super::super::site::Site;
use Effect::{By, Comes, Fixed, Is};
use Impact::{Exposure, Metadata, Replace};

#[rustfmt::skip]
pub(super) const SERVICE: &[Rule] = &[
    at("spec.type", By(service_type)),
    at("spec.selector", Is(Exposure, "it leads to other pods")),
    at("spec.clusterIP", By(cluster_ip)),
    at("spec.clusterIPs", Fixed(Replace, "the addresses of a Service cannot be changed")),
    at("spec.ipFamilies", Is(Exposure, "which sort of addresses it has; the first one cannot be changed")),
    at("spec.ipFamilyPolicy", Is(Exposure, "which sort of addresses it has")),
    at("spec.ports", By(service_port)),
    at("spec.externalName", Is(Exposure, "its name leads elsewhere")),
    at("spec.externalIPs", Is(Exposure, "at which addresses outside of the cluster it can be reached")),
    at("spec.loadBalancerIP", Is(Exposure, "at which address outside of the cluster it can be reached")),
    at("spec.loadBalancerSourceRanges", Is(Exposure, "from which addresses it can be reached")),
    at("spec.loadBalancerClass", By(balancer_class)),
    at("spec.allocateLoadBalancerNodePorts", Is(Exposure, "whether it can be reached at ports of the nodes")),
    at("spec.healthCheckNodePort", Fixed(Replace, "the port for health checks cannot be changed")),
    at("spec.externalTrafficPolicy", Is(Exposure, "over which nodes it can be reached, and whether it sees who calls")),
    at("spec.internalTrafficPolicy", Is(Exposure, "whether pods of other nodes are called")),
    at("spec.publishNotReadyAddresses", Is(Exposure, "whether pods are called that are not ready")),
    at("spec.trafficDistribution", Is(Metadata, "which pods are preferred")),
    at("spec.sessionAffinity", Is(Metadata, "whether a caller stays with one pod")),
    at("spec.sessionAffinityConfig", Is(Metadata, "whether a caller stays with one pod")),
];

#[rustfmt::skip]
pub(super) const ENDPOINTS: &[Rule] = &[
    at("subsets", Is(Exposure, "its Service leads to other addresses")),
];

#[rustfmt::skip]
pub(super) const ENDPOINT_SLICE: &[Rule] = &[
    at("addressType", Fixed(Replace, "the sort of its addresses cannot be changed")),
    at("endpoints", Is(Exposure, "its Service leads to other addresses")),
    at("ports", Is(Exposure, "its Service leads to other ports")),
];

#[rustfmt::skip]
pub(super) const INGRESS: &[Rule] = &[
    at("spec.rules.host", By(|site| host(site, site.before, site.after))),
    at("spec.rules", By(ingress_rules)),
    at("spec.defaultBackend", Is(Exposure, "what answers when no rule fits")),
    at("spec.tls", Comes(Exposure, "connections are encrypted", "connections are no longer encrypted", "which certificate is shown for which host")),
    at("spec.ingressClassName", Is(Exposure, "another controller makes it reachable, at another address")),
];

#[rustfmt::skip]
pub(super) const INGRESS_CLASS: &[Rule] = &[
    at("spec.controller", Fixed(Replace, "the controller of a class cannot be changed")),
    at("spec.parameters", Is(Exposure, "how every Ingress of this class is made reachable")),
];

#[rustfmt::skip]
pub(super) const SERVICE_CIDR: &[Rule] = &[
    at("spec.cidrs", Fixed(Replace, "the ranges of addresses cannot be changed")),
];

#[rustfmt::skip]
pub(super) const IP_ADDRESS: &[Rule] = &[
    at("spec.parentRef", Fixed(Replace, "whose address it is cannot be changed")),
];

/// Gateways and routes of the Gateway API.
#[rustfmt::skip]
pub(super) const GATEWAY: &[Rule] = &[
    at("spec.listeners.hostname", By(|site| host(site, site.before, site.after))),
    at("spec.listeners.allowedRoutes", Is(Exposure, "whose routes it takes")),
    at("spec.listeners.tls", Is(Exposure, "how connections are encrypted")),
    at("spec.listeners", Comes(Exposure, "it listens at one port more", "it listens at one port less", "where it listens")),
    at("spec.addresses", Is(Exposure, "at which addresses it listens")),
    at("spec.gatewayClassName", Is(Exposure, "another controller makes it reachable, at another address")),
    at("spec.allowedListeners", Is(Exposure, "whose listeners it takes")),
    at("spec.infrastructure", Is(Exposure, "by what it is made reachable")),
    at("spec.parentRef", Is(Exposure, "to which gateway its listeners belong")),
    at("spec", Is(Exposure, "how it listens")),
];

/// Routes of all protocols.
#[rustfmt::skip]
pub(super) const ROUTE: &[Rule] = &[
    at("spec.hostnames", By(hostnames)),
    at("spec.parentRefs", Comes(Exposure, "it can be reached through another gateway, too", "it can no longer be reached through this gateway", "through which gateway it is reached")),
    at("spec.rules.backendRefs", Is(Exposure, "what answers")),
    at("spec.rules.matches", Is(Exposure, "what of it can be reached")),
    at("spec.rules.filters", Is(Exposure, "what is done to requests on their way")),
    at("spec.rules.timeouts", Is(Metadata, "how long an answer may take")),
    at("spec.rules.retry", Is(Metadata, "how often a request is tried again")),
    at("spec.rules.sessionPersistence", Is(Metadata, "whether a caller stays with one pod")),
    at("spec.rules.name", Is(Metadata, "")),
    at("spec.rules", Comes(Exposure, "more can be reached", "less can be reached", "what of it can be reached")),
    at("spec", Is(Exposure, "how it is reached")),
];

#[rustfmt::skip]
pub(super) const GATEWAY_CLASS: &[Rule] = &[
    at("spec.controllerName", Fixed(Replace, "the controller of a class cannot be changed")),
    at("spec.parametersRef", Is(Exposure, "how every gateway of this class is made reachable")),
    at("spec.description", Is(Metadata, "")),
];

#[rustfmt::skip]
pub(super) const BACKEND_TLS: &[Rule] = &[
    at("spec", Is(Exposure, "whom a gateway trusts when it calls what is behind it")),
];

fn said(impact: Impact, reason: String) -> Verdict {
    Verdict {
        impact,
        replaces: false,
        reason: reason.into(),
    }
}

fn service_type(site: &Site<'_>) -> Verdict {
    let kind = |tree: Option<&'_ Tree>| match tree.and_then(Tree::as_text) {
        Some("NodePort") => 1,
        Some("LoadBalancer") => 2,
        Some("ExternalName") => 3,
        _ => 0,
    };
    let reason = match (kind(site.before), kind(site.after)) {
        (_, 3) => "its name leads out of the cluster",
        (_, 2) => "it can be reached from outside of the cluster, through a load balancer",
        (2, 1) => "its load balancer goes away; it can be reached at a port of every node",
        (_, 1) => "it can be reached from outside of the cluster, at a port of every node",
        (3, _) => "its name leads into the cluster",
        _ => "it can no longer be reached from outside of the cluster",
    };
    Verdict::new(Exposure, reason)
}

/// It is chosen together with the type, and only then.
fn balancer_class(site: &Site<'_>) -> Verdict {
    let (before, after) = site.both_at(&["spec", "type"]);
    if before == after {
        Verdict::replace(Exposure, "the class of a load balancer cannot be changed")
    } else {
        Verdict::new(Exposure, "which load balancer makes it reachable")
    }
}

fn cluster_ip(site: &Site<'_>) -> Verdict {
    let is_headless = |tree: Option<&Tree>| tree.and_then(Tree::as_text) == Some("None");
    let reason = match (is_headless(site.before), is_headless(site.after)) {
        (false, true) => "a Service cannot give up its address: its name will lead to its pods",
        (true, false) => {
            "a Service without an address cannot get one: its name will lead to that address"
        }
        _ => "the address of a Service cannot be changed",
    };
    Verdict::replace(Replace, reason)
}

fn service_port(site: &Site<'_>) -> Verdict {
    let last = site.fields.last().copied().unwrap_or_default();
    let (impact, reason) = match (last, site.is_added(), site.is_removed()) {
        ("name", ..) => (
            Metadata,
            "whoever refers to this port by its name has to follow",
        ),
        ("appProtocol", ..) => (Metadata, "what proxies take its protocol for"),
        ("nodePort", ..) => (Exposure, "at which port of the nodes it can be reached"),
        ("targetPort", ..) => (Exposure, "it leads to another port of its pods"),
        ("protocol", ..) => (Exposure, "it can be reached with another protocol only"),
        ("port", false, false) => (Exposure, "it can be reached at another port only"),
        ("ports", true, _) => (Exposure, "it can be reached at one port more"),
        ("ports", _, true) => (Exposure, "it can no longer be reached at this port"),
        _ => (Exposure, "at which ports it can be reached"),
    };
    Verdict::new(impact, reason)
}

/// A host that is answered for. Without one, every host is.
fn host(site: &Site<'_>, before: Option<&Tree>, after: Option<&Tree>) -> Verdict {
    let text = |tree: Option<&Tree>| tree.and_then(Tree::as_text).map(str::to_owned);
    let reason = match (text(before), text(after)) {
        (Some(before), Some(after)) => {
            format!("it can be reached at `{after}`, and no longer at `{before}`")
        }
        (None, Some(after)) if is_new(site) => format!("it can be reached at `{after}`"),
        (Some(before), None) if is_new(site) => {
            format!("it can no longer be reached at `{before}`")
        }
        (None, Some(after)) => format!("it can be reached at `{after}` only"),
        (Some(_), None) => "it can be reached at every host".to_owned(),
        (None, None) => String::new(),
    };
    said(Exposure, reason)
}

/// Whether the change is about more than the value: a whole rule that comes or goes.
fn is_new(site: &Site<'_>) -> bool {
    site.path.fields().len() < site.fields.len()
}

fn ingress_rules(site: &Site<'_>) -> Verdict {
    let host = |tree: &'_ Tree| tree.get("host")?.as_text().map(str::to_owned);
    let reason = match (site.before, site.after) {
        (None, Some(after)) => match host(after) {
            Some(host) => format!("it can be reached at `{host}`"),
            None => "more can be reached from outside of the cluster".to_owned(),
        },
        (Some(before), None) => match host(before) {
            Some(host) => format!("it can no longer be reached at `{host}`"),
            None => "less can be reached from outside of the cluster".to_owned(),
        },
        _ => "what can be reached from outside of the cluster".to_owned(),
    };
    said(Exposure, reason)
}

/// The hosts at which an Ingress or a route answers, for a sentence; nothing when it answers at every host.
pub(in super::super) fn hosts(body: &Tree) -> Option<String> {
    let quoted = |tree: &Tree| Some(format!("`{}`", tree.as_text()?));
    let list = |path: &[&str]| body.at(path).and_then(Tree::items).unwrap_or_default();
    let rules = list(&["spec", "rules"]).iter();
    let of_rules = rules.filter_map(|rule| quoted(rule.get("host")?));
    let names = list(&["spec", "hostnames"]).iter().filter_map(quoted);
    let hosts: Vec<String> = of_rules.chain(names).collect();
    (!hosts.is_empty()).then(|| hosts.join(", "))
}

fn hostnames(site: &Site<'_>) -> Verdict {
    let texts = |tree: Option<&'_ Tree>| -> Vec<String> {
        let items = tree.and_then(Tree::items).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| Some(format!("`{}`", item.as_text()?)))
            .collect()
    };
    let (before, after) = (texts(site.before), texts(site.after));
    let less = |all: &[String], known: &[String]| {
        let new: Vec<&str> = all
            .iter()
            .filter(|host| !known.contains(host))
            .map(|host| &**host)
            .collect();
        new.join(", ")
    };
    let (new, gone) = (less(&after, &before), less(&before, &after));
    let reason = match (&*new, &*gone) {
        ("", "") => match (&site.before, &site.after) {
            (Some(before), None) if before.as_text().is_some() => {
                "it can no longer be reached at this host".to_owned()
            }
            (None, Some(after)) if after.as_text().is_some() => {
                "it can be reached at one host more".to_owned()
            }
            _ => "at which hosts it can be reached".to_owned(),
        },
        (new, "") if site.is_added() => format!("it can be reached at {new} only"),
        (new, "") => format!("it can be reached at {new}"),
        ("", _) if site.is_removed() => "it can be reached at every host of its gateway".to_owned(),
        ("", gone) => format!("it can no longer be reached at {gone}"),
        (new, gone) => format!("it can be reached at {new}, and no longer at {gone}"),
    };
    said(Exposure, reason)
}
