//! Label selectors: whether they are sound, and what they match.

use plat_model::Value;
use plat_model::text::TextKind;

use super::at::At;
use super::rules::check_text;
use super::{Problem, ProblemKind};

/// Whether a selector selects everything: it has no condition.
pub(super) fn is_empty(selector: At<'_, '_>) -> bool {
    selector
        .get("matchLabels")
        .is_none_or(|labels| labels.entries().next().is_none())
        && selector
            .get("matchExpressions")
            .is_none_or(|list| list.elements().next().is_none())
}

/// Checks a selector of `matchLabels` and `matchExpressions`.
pub(super) fn check(selector: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(labels) = selector.get("matchLabels") {
        check_labels(labels, problems);
    }
    let Some(expressions) = selector.get("matchExpressions") else {
        return;
    };
    for expression in expressions.elements() {
        check_requirement(expression, problems);
    }
}

/// Checks the keys and values of labels.
pub(super) fn check_labels(labels: At<'_, '_>, problems: &mut Vec<Problem>) {
    for (key, value) in labels.entries() {
        super::rules::check_key(value, TextKind::LabelKey, key, problems);
        check_text(value, TextKind::LabelValue, problems);
    }
}

/// Checks one expression: which operators take values.
pub(super) fn check_requirement(expression: At<'_, '_>, problems: &mut Vec<Problem>) {
    if let Some(key) = expression.get("key") {
        check_text(key, TextKind::LabelKey, problems);
    }
    let count = expression
        .get("values")
        .map_or(0, |values| values.elements().count());
    let message = match expression.text_of("operator") {
        Some(operator @ ("In" | "NotIn")) if count == 0 => format!("`{operator}` needs `values`"),
        Some(operator @ ("Exists" | "DoesNotExist")) if count > 0 => {
            format!("`{operator}` takes no `values`")
        }
        Some(operator @ ("Gt" | "Lt")) if count != 1 => {
            format!("`{operator}` takes exactly one of `values`")
        }
        _ => return,
    };
    problems.push(expression.problem_at("values", ProblemKind::Contradiction, message));
}

/// The first condition of a selector that labels do not meet.
pub(super) fn unmet<'a>(selector: At<'a, '_>, labels: Option<At<'_, '_>>) -> Option<Unmet<'a>> {
    let label = |key: &str| labels.and_then(|labels| labels.text_of(key));
    if let Some(wanted) = selector.get("matchLabels") {
        for (key, value) in wanted.entries() {
            let found = label(key);
            if found.is_none() || found != value.text() {
                return Some(Unmet {
                    key,
                    wanted: value.text().map(str::to_owned),
                });
            }
        }
    }
    let expressions = selector.get("matchExpressions")?;
    for expression in expressions.elements() {
        let key = expression.text_of("key").unwrap_or_default();
        let found = label(key);
        let among = || {
            let is_found = |value: &Value<'_>| matches!((value, found), (Value::Str(text), Some(found)) if *text == found);
            expression
                .get("values")
                .is_some_and(|values| values.elements().any(|value| is_found(value.value())))
        };
        let met = match expression.text_of("operator") {
            Some("In") => found.is_some() && among(),
            Some("NotIn") => found.is_none() || !among(),
            Some("Exists") => found.is_some(),
            Some("DoesNotExist") => found.is_none(),
            _ => true,
        };
        if !met {
            return Some(Unmet { key, wanted: None });
        }
    }
    None
}

/// A condition that labels do not meet.
pub(super) struct Unmet<'a> {
    /// The label that it is about.
    pub(super) key: &'a str,
    /// The one value that it may have.
    pub(super) wanted: Option<String>,
}
