//! Scalars that are written differently and mean the same.

use plat_model::quantity::{Rational, parse_kubernetes};
use plat_model::schema::Shape;
use plat_model::tree::{Tree, TreeValue};

/// Why two different scalars are the same, such as `1000m is 1`; `None` when they are not.
pub(super) fn same(
    shape: Option<&Shape>,
    is_duration: impl FnOnce() -> bool,
    before: &Tree,
    after: &Tree,
) -> Option<String> {
    let same = match shape {
        Some(Shape::Quantity) => agree(quantity(before), quantity(after)),
        Some(Shape::IntOrText) => agree(percent(before), percent(after)),
        Some(Shape::Text(rules)) => {
            let mut declared = rules.format.as_deref() == Some("duration");
            declared |= rules.pattern.as_deref().is_some_and(is_duration_pattern);
            let (old, new) = (before.as_text()?, after.as_text()?);
            (declared || is_duration()) && agree(duration(old), duration(new))
        }
        _ => match (&before.value, &after.value) {
            (TreeValue::Text(old), TreeValue::Text(new)) => {
                is_duration() && agree(duration(old), duration(new))
            }
            _ => agree(number(before), number(after)),
        },
    };
    same.then(|| match (words(before), words(after)) {
        (old, new) if old == new => format!("{} is {}", exact(before), exact(after)),
        (old, new) => format!("{old} is {new}"),
    })
}

/// A scalar as it tells its type.
fn exact(tree: &Tree) -> String {
    match &tree.value {
        TreeValue::Text(text) => format!("{text:?}"),
        TreeValue::Float(value) => format!("{value:?}"),
        _ => words(tree),
    }
}

/// What to say of an absent value that stands for a default.
pub(super) fn default_words(default: &Tree) -> String {
    match &default.value {
        TreeValue::List(_) | TreeValue::Map(_) => "absent means the same".to_owned(),
        _ => format!("absent means {}", words(default)),
    }
}

fn agree<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && a == b
}

/// A scalar in a sentence. Text that would be lost in it is quoted.
fn words(tree: &Tree) -> String {
    match &tree.value {
        TreeValue::Text(text) if text.is_empty() || text.contains(char::is_whitespace) => {
            format!("{text:?}")
        }
        _ => scalar_text(tree).unwrap_or_else(|| "that".to_owned()),
    }
}

/// The text of a scalar that may be shown.
pub(super) fn scalar_text(tree: &Tree) -> Option<String> {
    Some(match &tree.value {
        TreeValue::Null => "null".to_owned(),
        TreeValue::Bool(value) => value.to_string(),
        TreeValue::Int(value) => value.to_string(),
        TreeValue::Float(value) => value.to_string(),
        TreeValue::Text(text) => text.to_string(),
        TreeValue::List(_) | TreeValue::Map(_) | TreeValue::Secret(_) | TreeValue::Unknown(_) => {
            return None;
        }
    })
}

fn quantity(tree: &Tree) -> Option<Rational> {
    match &tree.value {
        TreeValue::Text(text) => parse_kubernetes(text).ok(),
        TreeValue::Int(value) => Some(Rational::whole(*value)),
        TreeValue::Float(value) => parse_kubernetes(&value.to_string()).ok(),
        _ => None,
    }
}

/// A percentage as text. A plain number is none: `25` and `25%` are two things.
fn percent(tree: &Tree) -> Option<u32> {
    let digits = tree.as_text()?.strip_suffix('%')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// A number that may be written as a whole or a binary one.
fn number(tree: &Tree) -> Option<f64> {
    match tree.value {
        // Beyond this not every whole number is a binary one.
        TreeValue::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(value as f64),
        TreeValue::Float(value) => Some(value),
        _ => None,
    }
}

/// Whether a pattern is that of the Gateway API's durations: `^([0-9]{1,5}(h|m|s|ms)){1,4}$`.
fn is_duration_pattern(pattern: &str) -> bool {
    pattern.contains("(h|m|s|ms)") || pattern.contains("(ns|us|µs|ms|s|m|h)")
}

/// A duration in seconds, as Go reads it (`1h30m`, `1.5h`, `-2s`), with Prometheus' days, weeks and years.
fn duration(text: &str) -> Option<Rational> {
    const UNITS: [(&str, i128, i128); 10] = [
        ("ns", 1, 1_000_000_000),
        ("us", 1, 1_000_000),
        ("µs", 1, 1_000_000),
        ("ms", 1, 1_000),
        ("s", 1, 1),
        ("m", 60, 1),
        ("h", 3_600, 1),
        ("d", 86_400, 1),
        ("w", 604_800, 1),
        ("y", 31_536_000, 1),
    ];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Rational::whole(0));
    }
    let mut total = Rational::whole(0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        let (_, numerator, denominator) = UNITS.into_iter().find(|known| known.0 == unit)?;
        let unit = Rational::new(numerator, denominator).ok()?;
        let part = Rational::from_decimal(number)
            .ok()?
            .checked_mul(unit)
            .ok()?;
        total = total.checked_add(part).ok()?;
        rest = after;
    }
    let is_empty = text.trim_start_matches(['-', '+']).is_empty();
    (!is_empty).then(|| total.checked_mul(Rational::whole(sign)).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_by_value() {
        let same = [
            ("60s", "1m"),
            ("1h30m", "90m"),
            ("1.5h", "1h30m"),
            ("1500ms", "1s500ms"),
            ("0", "0s"),
            ("1d", "24h"),
            ("1us", "1µs"),
            ("-1m", "-60s"),
            ("+1m", "60s"),
        ];
        for (a, b) in same {
            assert!(agree(duration(a), duration(b)), "{a} {b}");
        }
        for other in ["", "-", "5", "m", "1x", "1m ", "1.2.3s", "٣s"] {
            assert_eq!(duration(other), None, "{other}");
        }
    }
}
