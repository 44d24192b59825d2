//! Config maps and secrets.

use plat_model::text::TextKind;

use super::{At, Problem, ProblemKind, check_key};
use crate::check::schema::is_base64;

/// What the values of a config map or secret may come to.
const MAX_BYTES: usize = 1024 * 1024;

/// Types of secrets and the keys that they must have.
const TYPES: &[(&str, &[&str])] = &[
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
];

pub(super) fn config_map(at: At<'_, '_>, problems: &mut Vec<Problem>) {
    let mut size = 0;
    for list in ["data", "binaryData"] {
        let Some(data) = at.get(list) else { continue };
        for (key, value) in data.entries() {
            check_key(value, TextKind::ConfigKey, key, problems);
            let length = value.text().map_or(0, str::len);
            size += if list == "binaryData" {
                length / 4 * 3
            } else {
                length
            };
            if list == "binaryData" {
                check_base64(value, problems);
                refuse_second(at, "data", key, value, problems);
            }
        }
    }
    check_size(at, "data", size, "config map", problems);
}

pub(super) fn secret(at: At<'_, '_>, problems: &mut Vec<Problem>) {
    let mut size = 0;
    for list in ["data", "stringData"] {
        let Some(data) = at.get(list) else { continue };
        for (key, value) in data.entries() {
            check_key(value, TextKind::ConfigKey, key, problems);
            let length = value.text().map_or(0, str::len);
            if list == "data" {
                check_base64(value, problems);
                size += length / 4 * 3;
            } else {
                size += length;
                refuse_second(at, "data", key, value, problems);
            }
        }
    }
    check_size(at, "data", size, "secret", problems);
    let kind = at.text_of("type").unwrap_or_default();
    let Some((_, keys)) = TYPES.iter().find(|(name, _)| *name == kind) else {
        return;
    };
    for key in *keys {
        let has = |list: &str| {
            at.get(list)
                .is_some_and(|data| data.entries().any(|(known, _)| known == *key))
        };
        if !has("data") && !has("stringData") {
            let message = format!("a secret of type `{kind}` needs the key `{key}`");
            problems.push(at.problem_at("data", ProblemKind::MissingField, message));
        }
    }
}

fn check_base64(value: At<'_, '_>, problems: &mut Vec<Problem>) {
    if value.text().is_some_and(|text| !is_base64(text)) {
        // Never shown: it may be a secret that somebody forgot to encode.
        let mut problem = value.problem(ProblemKind::WrongValue, "this value is not base64");
        problem.help("Plain text belongs into `stringData` of a secret or `data` of a config map.");
        problems.push(problem);
    }
}

fn refuse_second(
    at: At<'_, '_>,
    list: &str,
    key: &str,
    value: At<'_, '_>,
    problems: &mut Vec<Problem>,
) {
    let Some(data) = at.get(list) else { return };
    let Some((_, first)) = data.entries().find(|(known, _)| *known == key) else {
        return;
    };
    let mut problem = value.problem(
        ProblemKind::Contradiction,
        format!("the key `{key}` stands in two lists"),
    );
    problem.related(&first, format!("in `{list}` too"));
    problems.push(problem);
}

fn check_size(at: At<'_, '_>, list: &str, size: usize, noun: &str, problems: &mut Vec<Problem>) {
    if size > MAX_BYTES {
        let message = format!("this {noun} holds {size} bytes; {MAX_BYTES} are allowed");
        problems.push(at.problem_at(list, ProblemKind::WrongValue, message));
    }
}
