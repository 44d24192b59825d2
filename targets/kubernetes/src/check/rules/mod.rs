//! The rules of kinds that no schema states. One module per family of kinds.

mod config;
mod container;
mod metadata;
mod network;
mod plain;
mod pod;
mod rbac;
mod scaling;
mod service;
mod storage;
mod workload;

use std::fmt;

use plat_model::schema::ObjectKind;
use plat_model::text::{self, TextKind};
use plat_model::{Value, quantity};
use quantity::{Rational, parse_kubernetes};

use super::at::At;
use super::nearest::nearest;
use super::{Problem, ProblemKind, selector};

/// Checks an object by the rules of its kind.
pub(super) fn check(kind: &ObjectKind, at: At<'_, '_>, problems: &mut Vec<Problem>) {
    metadata::check(kind, at, problems);
    let group = kind
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    let spec = |act: &mut dyn FnMut(At<'_, '_>)| at.with(&["spec"], act);
    match (group, &*kind.kind) {
        ("", "Pod") => spec(&mut |spec| pod::check(spec, pod::Owner::Alone, &[], problems)),
        ("apps", "Deployment") => spec(&mut |spec| workload::deployment(spec, problems)),
        ("apps", "ReplicaSet") => spec(&mut |spec| workload::replica_set(spec, problems)),
        ("apps", "StatefulSet") => spec(&mut |spec| workload::stateful_set(spec, problems)),
        ("apps", "DaemonSet") => spec(&mut |spec| workload::daemon_set(spec, problems)),
        ("batch", "Job") => spec(&mut |spec| workload::job(spec, problems)),
        ("batch", "CronJob") => spec(&mut |spec| workload::cron_job(spec, problems)),
        ("", "Service") => spec(&mut |spec| service::check(spec, problems)),
        ("", "ConfigMap") => config::config_map(at, problems),
        ("", "Secret") => config::secret(at, problems),
        ("", "PersistentVolumeClaim") => spec(&mut |spec| storage::claim(spec, problems)),
        ("", "LimitRange") => spec(&mut |spec| storage::limit_range(spec, problems)),
        ("", "ResourceQuota") => spec(&mut |spec| storage::quota(spec, problems)),
        ("autoscaling", "HorizontalPodAutoscaler") => {
            spec(&mut |spec| scaling::autoscaler(spec, problems));
        }
        ("policy", "PodDisruptionBudget") => spec(&mut |spec| scaling::budget(spec, problems)),
        ("networking.k8s.io", "NetworkPolicy") => spec(&mut |spec| network::policy(spec, problems)),
        ("networking.k8s.io", "Ingress") => spec(&mut |spec| network::ingress(spec, problems)),
        ("rbac.authorization.k8s.io", "Role") => rbac::role(at, true, problems),
        ("rbac.authorization.k8s.io", "ClusterRole") => rbac::role(at, false, problems),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            rbac::binding(at, &kind.kind, problems);
        }
        _ => {}
    }
}

/// Checks text that has a form of its own.
pub(super) fn check_text(at: At<'_, '_>, kind: TextKind, problems: &mut Vec<Problem>) {
    if let Some(text) = at.text() {
        problems.extend(text_problem(at, kind, text));
    }
}

/// Checks the key under which `at` stands.
pub(super) fn check_key(at: At<'_, '_>, kind: TextKind, key: &str, problems: &mut Vec<Problem>) {
    if let Some(mut problem) = text_problem(at, kind, key) {
        // The place within a key is not one within the value.
        problem.range = None;
        problem.suggestion = None;
        problem.message = format!(
            "the key `{key}` is not {}: {}",
            kind.noun(),
            problem.message
        );
        problems.push(problem);
    }
}

fn text_problem(at: At<'_, '_>, kind: TextKind, text: &str) -> Option<Problem> {
    if plain::is_surely(kind, text) {
        return None;
    }
    let error = text::check(kind, text).err()?;
    let mut problem = at.problem(ProblemKind::WrongName, error.message.clone());
    problem.suggestion = error
        .apply(text)
        .filter(|fixed| text::check(kind, fixed).is_ok());
    problem.help = error.help;
    problem.range = Some(error.range);
    Some(problem)
}

/// The number that a quantity, as text or bare, stands for.
fn amount(at: At<'_, '_>) -> Option<Rational> {
    match at.value() {
        Value::Str(text) => parse_kubernetes(text).ok(),
        Value::Int(number) => Some(Rational::from(*number)),
        _ => None,
    }
}

/// Whether a quantity is less than nothing.
fn is_negative(at: At<'_, '_>) -> bool {
    let may_be = at.text().is_none_or(|text| text.starts_with('-'));
    may_be && amount(at).is_some_and(|amount| amount < 0.into())
}

/// Finds texts that occur twice: `key` of each element, or the element itself when there is none.
fn check_unique(list: At<'_, '_>, key: &str, noun: &str, problems: &mut Vec<Problem>) {
    for (index, element) in list.elements().enumerate() {
        let Some(text) = element.text_of(key) else {
            continue;
        };
        if let Some(first) = list
            .elements()
            .take(index)
            .find(|other| other.text_of(key) == Some(text))
        {
            let mut problem = element.problem_at(
                key,
                ProblemKind::Contradiction,
                format!("two {noun} are called `{text}`"),
            );
            problem.related(&first, "the first one is here");
            problems.push(problem);
        }
    }
}

/// Finds ports of one number and protocol. `owner` is what has the ports.
fn check_unique_ports(ports: At<'_, '_>, number: &str, owner: &str, problems: &mut Vec<Problem>) {
    for (index, port) in ports.elements().enumerate() {
        let Some(own) = port_of(port, number) else {
            continue;
        };
        if let Some(first) = ports
            .elements()
            .take(index)
            .find(|other| port_of(*other, number) == Some(own))
        {
            let message = format!("two ports of this {owner} are {}/{}", own.0, own.1);
            let mut problem = port.problem_at(number, ProblemKind::Contradiction, message);
            problem.related(&first, "the first one is here");
            problems.push(problem);
        }
    }
}

fn port_of<'a>(port: At<'a, '_>, number: &str) -> Option<(i64, &'a str)> {
    Some((
        port.int_of(number)?,
        port.text_of("protocol").unwrap_or("TCP"),
    ))
}

/// Finds which of several fields are set, of which exactly one must be.
fn check_one_of(
    at: At<'_, '_>,
    fields: &[&str],
    what: fmt::Arguments<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut set = at.entries().filter(|(key, _)| fields.contains(key));
    match (set.next(), set.next()) {
        (Some(_), None) => {}
        (Some((first, at_first)), Some((second, at_second))) => {
            let message = format!("{what} has both `{first}` and `{second}`; it takes one");
            let mut problem = at_second.problem(ProblemKind::Contradiction, message);
            problem.related(&at_first, format!("`{first}` is here"));
            problems.push(problem);
        }
        (None, _) => {
            let choices: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            let message = format!("{what} needs one of {}", choices.join(", "));
            problems.push(at.problem(ProblemKind::MissingField, message));
        }
    }
}

/// Checks a whole number or percentage, such as `maxUnavailable`; yields whether it is zero.
fn check_int_or_percent(at: At<'_, '_>, most: Option<i64>, problems: &mut Vec<Problem>) -> bool {
    let percent = |text: &str| {
        text.strip_suffix('%')?
            .parse::<i64>()
            .ok()
            .filter(|percent| *percent >= 0)
    };
    match at.value() {
        Value::Int(number) if *number < 0 => {
            problems.push(at.problem(ProblemKind::WrongValue, format!("{number} is less than 0")));
            false
        }
        Value::Int(number) => *number == 0,
        Value::Str(text) => {
            let Some(percent) = percent(text) else {
                let mut problem = at.problem(
                    ProblemKind::WrongValue,
                    format!("`{text}` is no percentage"),
                );
                problem.help("Write a whole number, or a percentage such as `25%`.");
                problems.push(problem);
                return false;
            };
            if let Some(most) = most.filter(|most| percent > *most) {
                problems.push(at.problem(
                    ProblemKind::WrongValue,
                    format!("{percent}% is more than {most}%"),
                ));
            }
            percent == 0
        }
        _ => false,
    }
}

/// Checks a reference to a port: a number in range, or a name.
fn check_port(at: At<'_, '_>, problems: &mut Vec<Problem>) {
    match at.value() {
        Value::Int(number) if !(1..=65_535).contains(number) => {
            problems.push(at.problem(
                ProblemKind::WrongValue,
                format!("{number} is not within 1 and 65535"),
            ));
        }
        Value::Str(_) => check_text(at, TextKind::PortName, problems),
        _ => {}
    }
}
