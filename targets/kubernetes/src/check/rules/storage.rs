//! Claims of storage, and the limits and quotas of a namespace.

use super::{At, Problem, ProblemKind, amount, is_negative};

pub(super) fn claim(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    if spec
        .get("accessModes")
        .is_none_or(|modes| modes.elements().next().is_none())
    {
        let mut problem = spec.problem_at(
            "accessModes",
            ProblemKind::MissingField,
            "a claim needs `accessModes`",
        );
        problem.help("`ReadWriteOnce` is the usual one: the pods of one node may write.");
        problems.push(problem);
    }
    let mut is_positive = None;
    spec.with(&["resources", "requests", "storage"], &mut |storage| {
        is_positive = Some(amount(storage).is_none_or(|amount| amount > 0.into()));
        if is_positive == Some(false) {
            problems.push(storage.problem(
                ProblemKind::WrongValue,
                "a claim asks for more than nothing",
            ));
        }
    });
    if is_positive.is_none() {
        let message = "a claim needs `resources.requests.storage`";
        problems.push(spec.problem_at("resources", ProblemKind::MissingField, message));
    }
}

/// Pairs of fields of which the first may not be above the second.
const ASCENDING: [(&str, &str); 5] = [
    ("min", "max"),
    ("min", "default"),
    ("min", "defaultRequest"),
    ("defaultRequest", "default"),
    ("default", "max"),
];

pub(super) fn limit_range(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(limits) = spec.get("limits") else {
        return;
    };
    for limit in limits.elements() {
        for (low_name, high_name) in ASCENDING {
            let (Some(lows), Some(highs)) = (limit.get(low_name), limit.get(high_name)) else {
                continue;
            };
            for (resource, low) in lows.entries() {
                let Some(high) = highs.get(resource) else {
                    continue;
                };
                if let (Some(least), Some(most)) = (amount(low), amount(high))
                    && least > most
                {
                    let message = format!("`{low_name}` of {resource} is above `{high_name}`");
                    let mut problem = low.problem(ProblemKind::Contradiction, message);
                    problem.related(&high, format!("`{high_name}` is here"));
                    problems.push(problem);
                }
            }
        }
        if limit.text_of("type") == Some("Pod") {
            for field in ["default", "defaultRequest"] {
                if let Some(at) = limit.get(field) {
                    let message =
                        format!("a limit for pods has no `{field}`: it is for containers");
                    problems.push(at.problem(ProblemKind::Contradiction, message));
                }
            }
        }
    }
}

pub(super) fn quota(spec: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(hard) = spec.get("hard") else { return };
    for (resource, value) in hard.entries() {
        if is_negative(value) {
            problems.push(value.problem(
                ProblemKind::WrongValue,
                format!("this quota of {resource} is less than nothing"),
            ));
        }
    }
}
