//! An object against its schema.

use std::net::{Ipv4Addr, Ipv6Addr};

use plat_model::quantity::parse_kubernetes;
use plat_model::schema::{ListIdentity, Schema, SchemaId, Schemas, Shape, TextRules};
use plat_model::{Node, Value};
use regex::Regex;
use rustc_hash::FxHashMap;

use super::at::At;
use super::nearest::nearest;
use super::{Problem, ProblemKind};
use crate::Store;
use crate::output::MAX_DEPTH;

/// Compares objects with their schemas. Keeps the patterns that it has compiled.
#[derive(Debug)]
pub struct Checker<'s> {
    store: &'s Store,
    /// Patterns of schemas; none for one that this compiler's engine cannot read.
    patterns: FxHashMap<&'s str, Option<Regex>>,
}

impl<'s> Checker<'s> {
    /// A checker for the types of a store.
    #[must_use]
    pub fn new(store: &'s Store) -> Self {
        Self {
            store,
            patterns: FxHashMap::default(),
        }
    }

    /// What is wrong with an object by its schema, in the order of its nodes.
    #[must_use]
    pub fn conforms(&mut self, id: SchemaId, body: &Node<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.value(id, At::root(body), 0, &mut problems);
        problems
    }

    fn value(&mut self, id: SchemaId, at: At<'_, '_>, depth: usize, problems: &mut Vec<Problem>) {
        if depth > MAX_DEPTH {
            problems.push(at.problem(
                ProblemKind::WrongValue,
                format!("this is nested deeper than {MAX_DEPTH} levels"),
            ));
            return;
        }
        let schema = self.store.schema(id);
        match (&schema.shape, at.value()) {
            (Shape::Any, _) | (Shape::Bool, Value::Bool(_)) => {}
            (Shape::IntOrText, Value::Int(_) | Value::Str(_)) => {}
            (Shape::Int { min, max }, Value::Int(number)) => {
                check_bounds(at, *number, *min, *max, problems);
            }
            // JSON has one kind of number: `1.0` is a whole one.
            (Shape::Int { min, max }, Value::Float(number))
                if number.fract() == 0.0 && number.abs() < 9e15 =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "whole and far below the limits"
                )]
                check_bounds(at, *number as i64, *min, *max, problems);
            }
            (Shape::Number { min, max }, Value::Float(number)) => {
                check_bounds(at, *number, *min, *max, problems);
            }
            #[expect(clippy::cast_precision_loss, reason = "compared with small bounds")]
            (Shape::Number { min, max }, Value::Int(number)) => {
                check_bounds(at, *number as f64, *min, *max, problems);
            }
            (Shape::Text(rules), Value::Str(text)) => self.text(rules, text, at, problems),
            (Shape::Quantity, Value::Int(_) | Value::Float(_)) => {}
            (Shape::Quantity, Value::Str(text)) => {
                if let Err(why) = parse_kubernetes(text) {
                    problems
                        .push(at.problem(ProblemKind::WrongValue, format!("`{text}` is {why}")));
                }
            }
            (
                Shape::List {
                    element,
                    identity,
                    min_items,
                    max_items,
                },
                Value::List(_),
            ) => {
                let count = at.elements().count();
                check_count(at, count, *min_items, *max_items, "element", problems);
                for inner in at.elements() {
                    self.value(*element, inner, depth + 1, problems);
                }
                check_identity(identity, at, problems);
            }
            (Shape::Map { value }, Value::Map(_) | Value::Record(_)) => {
                for (_, inner) in at.entries() {
                    self.value(*value, inner, depth + 1, problems);
                }
            }
            (Shape::Record { fields, open }, Value::Map(_) | Value::Record(_)) => {
                for (key, inner) in at.entries() {
                    match fields.iter().find(|field| &*field.name == key) {
                        Some(field) if field.read_only => {
                            let message = format!("only the cluster writes `{key}`");
                            problems.push(inner.problem(ProblemKind::ReadOnlyField, message));
                        }
                        Some(field) => self.value(field.ty, inner, depth + 1, problems),
                        None if *open => {}
                        None => problems.push(self.unknown_field(id, schema, key, inner)),
                    }
                }
                for field in fields {
                    if field.required && !at.has(&field.name) {
                        let message = format!("`{}` is missing", field.name);
                        problems.push(at.problem_at(
                            &field.name,
                            ProblemKind::MissingField,
                            message,
                        ));
                    }
                }
            }
            (shape, value) => {
                let message = format!("this must be {}, not {}", wanted(shape), value.kind_name());
                problems.push(at.problem(ProblemKind::WrongType, message));
            }
        }
    }

    fn unknown_field(&self, id: SchemaId, schema: &Schema, key: &str, at: At<'_, '_>) -> Problem {
        let owner = match (&schema.object, self.store.path(id)) {
            (Some(object), _) => &object.kind,
            (None, Some(path)) => path.rsplit('.').next().unwrap_or(path),
            (None, None) => "this",
        };
        let mut problem = at.problem(
            ProblemKind::UnknownField,
            format!("{owner} has no field `{key}`"),
        );
        if let Some(path) = self.store.path(id) {
            let versions = self.store.field_in_versions(path, key);
            if let [first, ..] = versions[..] {
                problem.kind = ProblemKind::OtherVersion;
                problem.help(format!("Kubernetes {first} has it."));
                return problem;
            }
        }
        let Shape::Record { fields, .. } = &schema.shape else {
            return problem;
        };
        if let Some(meant) = nearest(key, fields.iter().map(|field| &*field.name)) {
            problem
                .help(format!("Did you mean `{meant}`?"))
                .suggest(meant);
        }
        problem
    }

    fn text(
        &mut self,
        rules: &'s TextRules,
        text: &str,
        at: At<'_, '_>,
        problems: &mut Vec<Problem>,
    ) {
        let mut wrong =
            |message: String| problems.push(at.problem(ProblemKind::WrongValue, message));
        if !rules.one_of.is_empty() {
            if rules.one_of.iter().all(|choice| &**choice != text) {
                let choices: Vec<String> = rules
                    .one_of
                    .iter()
                    .map(|choice| format!("`{choice}`"))
                    .collect();
                wrong(format!("`{text}` is not one of {}", choices.join(", ")));
                if let (Some(problem), Some(meant)) = (
                    problems.last_mut(),
                    nearest(text, rules.one_of.iter().map(|choice| &**choice)),
                ) {
                    problem.suggest(meant);
                }
            }
            return;
        }
        if let Some(pattern) = rules.pattern.as_deref() {
            let regex = self
                .patterns
                .entry(pattern)
                .or_insert_with(|| Regex::new(pattern).ok());
            if regex.as_ref().is_some_and(|regex| !regex.is_match(text)) {
                wrong(format!("`{text}` does not match `{pattern}`"));
            }
        }
        if let Some(format) = rules.format.as_deref()
            && !has_format(format, text)
        {
            wrong(format!("`{text}` is not of the format `{format}`"));
        }
        if rules.min_length.is_some() || rules.max_length.is_some() {
            check_count(
                at,
                text.chars().count(),
                rules.min_length,
                rules.max_length,
                "character",
                problems,
            );
        }
    }
}

fn check_bounds<N: Copy + PartialOrd + std::fmt::Display>(
    at: At<'_, '_>,
    number: N,
    min: Option<N>,
    max: Option<N>,
    problems: &mut Vec<Problem>,
) {
    let message = match (min, max) {
        (Some(min), Some(max)) if number < min || number > max => {
            format!("{number} is not within {min} and {max}")
        }
        (Some(min), None) if number < min => format!("{number} is less than {min}"),
        (None, Some(max)) if number > max => format!("{number} is more than {max}"),
        _ => return,
    };
    problems.push(at.problem(ProblemKind::WrongValue, message));
}

fn check_count(
    at: At<'_, '_>,
    count: usize,
    min: Option<u32>,
    max: Option<u32>,
    noun: &str,
    problems: &mut Vec<Problem>,
) {
    let (limit, words) = match (min, max) {
        (Some(min), _) if count < min as usize => (min, "at least"),
        (_, Some(max)) if count > max as usize => (max, "at most"),
        _ => return,
    };
    let plural = if limit == 1 { "" } else { "s" };
    let message = format!("this has {count} {noun}s; it takes {words} {limit} {noun}{plural}");
    problems.push(at.problem(ProblemKind::WrongValue, message));
}

/// Finds two elements with one identity.
fn check_identity(identity: &ListIdentity, list: At<'_, '_>, problems: &mut Vec<Problem>) {
    let mut seen: FxHashMap<String, At<'_, '_>> = FxHashMap::default();
    for at in list.elements() {
        let name = match identity {
            ListIdentity::Atomic => return,
            ListIdentity::Set => scalar_text(at),
            ListIdentity::Map(keys) => {
                let value = |key: &str| {
                    at.get(key)
                        .map_or_else(|| default_key(key).to_owned(), scalar_text)
                };
                keys.iter()
                    .map(|key| value(key))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        };
        if let Some(first) = seen.get(&name) {
            let mut problem = match identity {
                ListIdentity::Map(keys) => {
                    let message = format!(
                        "two elements have the same `{}`: {name}",
                        keys.join("` and `")
                    );
                    at.problem_at(
                        keys.first().map_or("", |key| &**key),
                        ProblemKind::Contradiction,
                        message,
                    )
                }
                _ => at.problem(
                    ProblemKind::Contradiction,
                    format!("{name} stands twice in this list"),
                ),
            };
            problem.related(first, "the first one is here");
            problems.push(problem);
        } else {
            seen.insert(name, at);
        }
    }
}

/// The value that the API server fills in for a key before it compares elements.
fn default_key(key: &str) -> &'static str {
    if key == "protocol" { "TCP" } else { "" }
}

fn scalar_text(at: At<'_, '_>) -> String {
    match at.value() {
        Value::Str(text) => (*text).to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(bool) => bool.to_string(),
        // Collections are no keys; two of them are never taken for one.
        _ => format!("{:?}", at.path()),
    }
}

/// Whether text has a format; one that is not known here is the API server's to check.
fn has_format(format: &str, text: &str) -> bool {
    match format {
        "byte" => is_base64(text),
        "date-time" => is_date_time(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        _ => true,
    }
}

/// Standard base64 with padding; line breaks may occur.
pub(super) fn is_base64(text: &str) -> bool {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\n' | b'\r'))
        .collect();
    let padding = digits
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.len().is_multiple_of(4)
        && padding <= 2
        && digits[..digits.len() - padding].iter().all(is_digit)
}

/// `2026-01-02T03:04:05Z`, with a fraction or an offset.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let digits = |text: &str, len: usize| {
        text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (clock, zone) = match time.strip_suffix('Z') {
        Some(clock) => (clock, None),
        None => match time.rfind(['+', '-']) {
            Some(at) => (&time[..at], Some(&time[at + 1..])),
            None => return false,
        },
    };
    let (clock, fraction) = clock
        .split_once('.')
        .map_or((clock, "0"), |(clock, fraction)| (clock, fraction));
    let parts = |text: &str| text.split(':').all(|part| digits(part, 2));
    plat_model::Date::parse(date).is_some()
        && clock.len() == 8
        && parts(clock)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && zone.is_none_or(|zone| zone.len() == 5 && parts(zone))
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any => "anything",
        Shape::Bool => "`true` or `false`",
        Shape::Int { .. } => "a whole number",
        Shape::Number { .. } => "a number",
        Shape::Text(_) => "text",
        Shape::IntOrText => "a whole number or text",
        Shape::Quantity => "a quantity such as `250m` or `1Gi`",
        Shape::List { .. } => "a list",
        Shape::Map { .. } => "a map",
        Shape::Record { .. } => "a record",
    }
}

#[cfg(test)]
mod tests {
    use super::{has_format, is_base64};

    #[test]
    fn formats() {
        for (text, good) in [
            ("", true),
            ("YQ==", true),
            ("YWI=", true),
            ("YWJj", true),
            ("YQ", false),
            ("Y===", false),
            ("YQ=a", false),
            ("a b=", false),
            ("YWJj\nYQ==", true),
        ] {
            assert_eq!(is_base64(text), good, "{text}");
        }
        for (text, good) in [
            ("2026-01-02T03:04:05Z", true),
            ("2026-01-02T03:04:05.123+02:00", true),
            ("2026-01-02", false),
            ("2026-02-30T03:04:05Z", false),
            ("2026-01-02T3:04:05Z", false),
            ("2026-01-02T03:04:05", false),
            ("2026-01-02T03:04:05.Z", false),
        ] {
            assert_eq!(has_format("date-time", text), good, "{text}");
        }
        assert!(has_format("ipv4", "10.0.0.1") && !has_format("ipv4", "10.0.0.256"));
        assert!(has_format("ipv6", "::1") && !has_format("ipv6", "::g"));
        assert!(has_format("something-new", "?"));
    }
}
