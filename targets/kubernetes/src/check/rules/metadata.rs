//! Names, namespaces, labels and annotations of every object.

use plat_model::schema::ObjectKind;
use plat_model::text::{self, TextKind};

use super::plain::is_surely;
use super::{At, Problem, ProblemKind, check_key, check_text, selector};

/// What the annotations of an object may come to, keys and values together.
const MAX_ANNOTATION_BYTES: usize = 256 * 1024;

/// Checks `metadata`.
pub(super) fn check(kind: &ObjectKind, at: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(metadata) = at.get("metadata") else {
        let mut problem = at.problem_at(
            "metadata",
            ProblemKind::MissingField,
            format!("this {} has no name", kind.kind),
        );
        problem.help("Set `metadata.name`.");
        problems.push(problem);
        return;
    };
    match metadata.get("name") {
        Some(name) => check_name(kind, name, problems),
        None => {
            let message = format!("this {} has no name", kind.kind);
            let mut problem = metadata.problem_at("name", ProblemKind::MissingField, message);
            if metadata.has("generateName") {
                problem.help("A generated name is another one at each deployment: give it a name of its own.");
            }
            problems.push(problem);
        }
    }
    if let Some(namespace) = metadata.get("namespace") {
        if kind.namespaced {
            check_text(namespace, TextKind::DnsLabel, problems);
        } else {
            let message = format!("a {} lives in no namespace", kind.kind);
            problems.push(namespace.problem(ProblemKind::Contradiction, message));
        }
    }
    labels_and_annotations(metadata, problems);
}

/// Checks the labels and annotations of an object or template.
pub(super) fn labels_and_annotations(metadata: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(labels) = metadata.get("labels") {
        selector::check_labels(labels, problems);
    }
    let Some(annotations) = metadata.get("annotations") else {
        return;
    };
    let mut size = 0;
    for (key, value) in annotations.entries() {
        // Capitals in a prefix are refused for labels only.
        let is_fine = is_surely(TextKind::LabelKey, key)
            || text::check(TextKind::LabelKey, &key.to_lowercase()).is_ok();
        if !is_fine {
            check_key(value, TextKind::LabelKey, key, problems);
        }
        size += key.len() + value.text().map_or(0, str::len);
    }
    if size > MAX_ANNOTATION_BYTES {
        let message =
            format!("these annotations come to {size} bytes; {MAX_ANNOTATION_BYTES} are allowed");
        problems.push(annotations.problem(ProblemKind::WrongValue, message));
    }
}

fn check_name(kind: &ObjectKind, at: At<'_, '_>, problems: &mut Vec<Problem>) {
    let Some(name) = at.text() else { return };
    let group = kind
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    let before = problems.len();
    match (group, &*kind.kind) {
        ("rbac.authorization.k8s.io", _) => check_path_segment(at, name, problems),
        ("", "Service") => check_text(at, TextKind::Rfc1035Label, problems),
        ("", "Namespace") => check_text(at, TextKind::DnsLabel, problems),
        _ => check_text(at, TextKind::DnsSubdomain, problems),
    }
    if problems.len() > before {
        return;
    }
    if let Some((longest, why)) = longest_name(group, &kind.kind)
        && name.len() > longest
    {
        let message = format!(
            "this name has {} characters; a {} has at most {longest}",
            name.len(),
            kind.kind
        );
        let mut problem = at.problem(ProblemKind::WrongName, message);
        problem.help(why);
        problems.push(problem);
    }
}

/// Kinds whose names must be shorter than their form allows.
fn longest_name(group: &str, kind: &str) -> Option<(usize, &'static str)> {
    Some(match (group, kind) {
        ("batch", "CronJob") => (
            52,
            "Kubernetes appends 11 characters for the name of each job, which has 63.",
        ),
        ("batch", "Job") => (63, "Its pods carry the name as a label."),
        ("apps", "StatefulSet") => (
            52,
            "Its pods carry the name and a checksum as a label of 63 characters.",
        ),
        _ => return None,
    })
}

/// The names of roles and bindings go into a URL and may otherwise be anything.
fn check_path_segment(at: At<'_, '_>, name: &str, problems: &mut Vec<Problem>) {
    if matches!(name, "" | "." | "..") || name.contains(['/', '%']) {
        let mut problem = at.problem(ProblemKind::WrongName, format!("`{name}` cannot be a name"));
        problem.help("It may be neither `.` nor `..` nor contain `/` or `%`.");
        problems.push(problem);
    }
}
