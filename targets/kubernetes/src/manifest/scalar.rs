//! What a bare scalar means to Kubernetes' tools.

use super::TreeValue;

/// The value of a bare scalar; `None` for the infinities and not-a-number, which no manifest can hold.
pub(super) fn resolve(text: &str) -> Option<TreeValue> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(TreeValue::Null),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Some(TreeValue::Bool(true));
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Some(TreeValue::Bool(false));
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => return None,
        _ => {}
    }
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return Some(TreeValue::Text(text.into()));
    }
    Some(match (int(text), float(text)) {
        (Some(number), _) => TreeValue::Int(number),
        (None, Some(number)) => TreeValue::Float(number),
        (None, None) => TreeValue::Text(text.into()),
    })
}

/// A whole number: decimal, `0x`, `0b`, `0o`, or octal with a leading zero; underscores may stand between digits.
fn int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty()
        || !digits.chars().all(|c| c.is_digit(radix) || c == '_')
        || digits.starts_with('_')
        || digits.ends_with('_')
    {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let signed = if negative { format!("-{plain}") } else { plain };
    i64::from_str_radix(&signed, radix).ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and finite.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !part.is_empty();
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    if !has_digits || !all_digits(whole) || !all_digits(part) || !exponent_fits {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{TreeValue, resolve};

    #[test]
    fn bare_scalars_mean_what_kubernetes_tools_read() {
        let text = |text: &str| TreeValue::Text(text.into());
        for (bare, value) in [
            ("", TreeValue::Null),
            ("~", TreeValue::Null),
            ("yes", TreeValue::Bool(true)),
            ("Off", TreeValue::Bool(false)),
            ("y", text("y")),
            ("yES", text("yES")),
            ("0", TreeValue::Int(0)),
            ("-42", TreeValue::Int(-42)),
            ("+7", TreeValue::Int(7)),
            ("1_000", TreeValue::Int(1000)),
            ("0644", TreeValue::Int(0o644)),
            ("0o644", TreeValue::Int(0o644)),
            ("0x1F", TreeValue::Int(31)),
            ("0b11", TreeValue::Int(3)),
            ("08", TreeValue::Float(8.0)),
            ("9223372036854775807", TreeValue::Int(i64::MAX)),
            ("-9223372036854775808", TreeValue::Int(i64::MIN)),
            (
                "9223372036854775808",
                TreeValue::Float(9_223_372_036_854_775_808.0),
            ),
            ("1.5", TreeValue::Float(1.5)),
            (".5", TreeValue::Float(0.5)),
            ("1.", TreeValue::Float(1.0)),
            ("1e3", TreeValue::Float(1000.0)),
            ("1e999", text("1e999")),
            ("1.2.3", text("1.2.3")),
            ("250m", text("250m")),
            ("12:30", text("12:30")),
            ("2026-01-01", text("2026-01-01")),
            ("-", text("-")),
            ("_1", text("_1")),
            ("1_", text("1_")),
            ("0x", text("0x")),
            ("inf", text("inf")),
        ] {
            assert_eq!(resolve(bare), Some(value), "{bare}");
        }
        assert_eq!(resolve(".NaN"), None);
        assert_eq!(resolve("-.inf"), None);
    }
}
