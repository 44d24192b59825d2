//! Autoscalers and disruption budgets.

use super::{At, Problem, ProblemKind, check_int_or_percent, check_one_of, selector};

/// The type of a metric and the field that describes it.
const SOURCES: [(&str, &str); 5] = [
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
    ("Pods", "pods"),
    ("Object", "object"),
    ("External", "external"),
];

/// The type of a target and its field.
const TARGETS: [(&str, &str); 3] = [
    ("Utilization", "averageUtilization"),
    ("AverageValue", "averageValue"),
    ("Value", "value"),
];

pub(super) fn autoscaler(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let most = spec.int_of("maxReplicas");
    if let (Some(min), Some(most)) = (spec.get("minReplicas"), most)
        && let Some(least) = min.int()
        && least > most
    {
        let message = format!("`minReplicas` is {least}, above `maxReplicas`, which is {most}");
        let mut problem = min.problem(ProblemKind::Contradiction, message);
        if let Some(max) = spec.get("maxReplicas") {
            problem.related(&max, "the most is set here");
        }
        problems.push(problem);
    }
    let mut outside = false;
    if let Some(metrics) = spec.get("metrics") {
        for metric in metrics.elements() {
            outside |= matches!(metric.text_of("type"), Some("Object" | "External"));
            check_metric(metric, problems);
        }
    }
    if let Some(min) = spec
        .get("minReplicas")
        .filter(|min| min.int() == Some(0) && !outside)
    {
        let mut problem = min.problem(
            ProblemKind::Contradiction,
            "from 0 replicas nothing would ever scale up",
        );
        problem.help("Scaling to 0 needs a metric that exists without pods: one of type `Object` or `External`.");
        problems.push(problem);
    }
}

fn check_metric(metric: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(kind) = metric.text_of("type") else {
        return;
    };
    let Some((_, own)) = SOURCES.iter().find(|(name, _)| *name == kind) else {
        return;
    };
    for (name, field) in SOURCES {
        if let Some(other) = metric.get(field).filter(|_| name != kind) {
            let message = format!("a metric of type `{kind}` has no `{field}`");
            problems.push(other.problem(ProblemKind::Contradiction, message));
        }
    }
    let Some(source) = metric.get(own) else {
        let message = format!("a metric of type `{kind}` needs `{own}`");
        problems.push(metric.problem_at(own, ProblemKind::MissingField, message));
        return;
    };
    let Some(target) = source.get("target") else {
        return;
    };
    let fields = TARGETS.map(|(_, field)| field);
    check_one_of(target, &fields, format_args!("`target`"), problems);
    let Some(kind) = target.text_of("type") else {
        return;
    };
    if kind == "Utilization" && !own.to_lowercase().ends_with("resource") {
        let message = format!(
            "only resources have a utilization; `{own}` is measured by `Value` or `AverageValue`"
        );
        problems.push(target.problem_at("type", ProblemKind::Contradiction, message));
        return;
    }
    for (name, field) in TARGETS {
        if let Some(other) = target.get(field).filter(|_| name != kind) {
            let message = format!("a target of type `{kind}` has no `{field}`");
            problems.push(other.problem(ProblemKind::Contradiction, message));
        }
    }
}

pub(super) fn budget(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    if spec.has("minAvailable") || spec.has("maxUnavailable") {
        check_one_of(
            spec,
            &["minAvailable", "maxUnavailable"],
            format_args!("a disruption budget"),
            problems,
        );
    }
    for field in ["minAvailable", "maxUnavailable"] {
        if let Some(at) = spec.get(field) {
            check_int_or_percent(at, Some(100), problems);
        }
    }
    if let Some(own) = spec.get("selector") {
        selector::check(own, problems);
    }
}
