//! Roles and their bindings.

use plat_model::text::TextKind;

use super::{At, Problem, ProblemKind, check_text};

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn role(at: At<'_, '_>, namespaced: bool, problems: &mut Vec<Problem>) {
    let Some(rules) = at.get("rules") else { return };
    for rule in rules.elements() {
        let has = |field: &str| {
            rule.get(field)
                .is_some_and(|list| list.elements().next().is_some())
        };
        if !has("verbs") {
            problems.push(rule.problem_at(
                "verbs",
                ProblemKind::MissingField,
                "a rule needs `verbs`",
            ));
        }
        if let Some(urls) = rule
            .get("nonResourceURLs")
            .filter(|_| has("nonResourceURLs"))
        {
            if namespaced {
                let message = "only a ClusterRole allows URLs: they belong to no namespace";
                problems.push(urls.problem(ProblemKind::Contradiction, message));
            }
            if has("resources") || has("apiGroups") {
                let message = "a rule is about resources or about URLs, not both";
                problems.push(urls.problem(ProblemKind::Contradiction, message));
            }
            continue;
        }
        for (field, help) in [
            ("apiGroups", "The core group is `\"\"`."),
            ("resources", "Such as `pods`, in the plural."),
        ] {
            if !has(field) {
                let mut problem = rule.problem_at(
                    field,
                    ProblemKind::MissingField,
                    format!("a rule needs `{field}`"),
                );
                problem.help(help);
                problems.push(problem);
            }
        }
    }
}

pub(super) fn binding(at: At<'_, '_>, kind: &str, problems: &mut Vec<Problem>) {
    if let Some(role) = at.get("roleRef") {
        if let Some(group) = role
            .get("apiGroup")
            .filter(|group| group.text() != Some(GROUP))
        {
            let mut problem = group.problem(
                ProblemKind::WrongValue,
                format!("roles are in the group `{GROUP}`"),
            );
            problem.suggest(GROUP);
            problems.push(problem);
        }
        if kind == "ClusterRoleBinding" && role.text_of("kind") == Some("Role") {
            let message =
                "a ClusterRoleBinding binds a ClusterRole: a Role holds in its namespace only";
            problems.push(role.problem_at("kind", ProblemKind::Contradiction, message));
        }
    }
    let Some(subjects) = at.get("subjects") else {
        return;
    };
    for subject in subjects.elements() {
        match subject.text_of("kind") {
            Some("ServiceAccount") => {
                if let Some(name) = subject.get("name") {
                    check_text(name, TextKind::DnsSubdomain, problems);
                }
                if !subject.has("namespace") {
                    let message = "a service account needs its `namespace`";
                    problems.push(subject.problem_at(
                        "namespace",
                        ProblemKind::MissingField,
                        message,
                    ));
                }
                if let Some(group) = subject
                    .get("apiGroup")
                    .filter(|group| group.text() != Some(""))
                {
                    problems.push(group.problem(
                        ProblemKind::Contradiction,
                        "service accounts are in the core group",
                    ));
                }
            }
            Some(kind @ ("User" | "Group")) => {
                if let Some(namespace) = subject.get("namespace") {
                    let message = format!("a {kind} lives in no namespace");
                    problems.push(namespace.problem(ProblemKind::Contradiction, message));
                }
            }
            _ => {}
        }
    }
}
