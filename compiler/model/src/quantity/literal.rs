//! Quantity literals as they stand in the sources: `250m`, `1.5GB`, `99.9%`.

use std::fmt;
use std::ops::Range;

use super::dimension::NamedDimension;
use super::rational::Rational;
use super::unit::Unit;
use super::{DecimalError, Quantity};

/// A literal that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// What it stands for.
    pub value: LiteralValue,
    /// The unit that was written.
    pub unit: Unit,
}

/// What a literal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiteralValue {
    /// A number with a dimension.
    Quantity(Quantity),
    /// A percentage: `70%` is 7/10.
    Ratio(Rational),
}

/// Why a text is no quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralError {
    /// The bytes of the literal that are wrong; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong.
    pub kind: LiteralErrorKind,
    /// The whole literal as it was probably meant.
    pub suggestion: Option<String>,
}

/// What is wrong with a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiteralErrorKind {
    /// It does not start with a number.
    NoNumber,
    /// Its number is not written as the language writes numbers.
    MalformedNumber,
    /// Its number starts with a zero that means nothing.
    LeadingZero,
    /// Its number has too many digits to be kept exactly.
    TooLarge,
    /// There is a number and nothing else.
    NoUnit,
    /// There is no such unit.
    UnknownUnit(String),
}

impl LiteralError {
    /// What to do next, in one sentence.
    pub fn help(&self) -> String {
        match (&self.kind, &self.suggestion) {
            (_, Some(suggestion)) => format!("did you mean `{suggestion}`?"),
            (LiteralErrorKind::NoUnit | LiteralErrorKind::UnknownUnit(_), None) => {
                "units are `m` and `cpu` (CPU); `B`, `KB` to `PB` and `Ki` to `Pi` (bytes); `ms`, `s`, `min`, `h` and `d` (time); \
                 `%`; `rps` (per second); and currencies such as `USD`"
                    .to_owned()
            }
            (LiteralErrorKind::TooLarge, None) => "write it in a larger unit".to_owned(),
            (_, None) => "write digits, at most one point with digits on both sides, and a unit, such as `1.5GB`".to_owned(),
        }
    }
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            LiteralErrorKind::NoNumber => f.write_str("a quantity starts with a number"),
            LiteralErrorKind::MalformedNumber => f.write_str("this is not how a number is written"),
            LiteralErrorKind::LeadingZero => f.write_str("a number does not start with `0`"),
            LiteralErrorKind::TooLarge => DecimalError::TooLarge.fmt(f),
            LiteralErrorKind::NoUnit => f.write_str("a quantity needs a unit"),
            LiteralErrorKind::UnknownUnit(unit) => write!(f, "there is no unit `{unit}`"),
        }
    }
}

impl std::error::Error for LiteralError {}

/// Reads a quantity or percentage literal, without white space. A sign is taken too, so that formatted text can be read back.
pub fn parse_quantity(text: &str) -> Result<Literal, LiteralError> {
    let (number, symbol) = split_number(text);
    let unit_start = number.len();
    let error = |range, kind, suggestion| {
        Err(LiteralError {
            range,
            kind,
            suggestion,
        })
    };

    let digits = number.strip_prefix('-').unwrap_or(number);
    let digits_start = number.len() - digits.len();
    if digits.is_empty() {
        let first = text[digits_start..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        return error(
            digits_start..digits_start + first,
            LiteralErrorKind::NoNumber,
            None,
        );
    }
    let value = match Rational::from_decimal(number) {
        Ok(value) => value,
        Err(DecimalError::Malformed) => {
            return error(0..unit_start, LiteralErrorKind::MalformedNumber, None);
        }
        Err(DecimalError::TooLarge) => {
            return error(0..unit_start, LiteralErrorKind::TooLarge, None);
        }
    };
    let whole = digits.split('.').next().unwrap_or(digits);
    if whole.len() > 1 && whole.starts_with('0') {
        let zeros = digits.len() - digits.trim_start_matches(['0', '_']).len();
        // One zero stays where nothing but zeros stands before the point.
        let zeros = zeros.min(whole.len() - 1);
        let fixed = format!("{}{}{symbol}", &number[..digits_start], &digits[zeros..]);
        return error(
            digits_start..digits_start + zeros,
            LiteralErrorKind::LeadingZero,
            Some(fixed),
        );
    }
    if symbol.is_empty() {
        return error(unit_start..unit_start, LiteralErrorKind::NoUnit, None);
    }
    let Some(unit) = Unit::from_symbol(symbol) else {
        let kind = LiteralErrorKind::UnknownUnit(symbol.to_owned());
        return error(
            unit_start..text.len(),
            kind,
            respell_unknown(number, value, symbol),
        );
    };
    let base = value.checked_mul(unit.factor());
    match (base, unit.dimension()) {
        (Ok(value), Some(dimension)) => Ok(Literal {
            value: LiteralValue::Quantity(Quantity::new(value, dimension)),
            unit,
        }),
        (Ok(value), None) => Ok(Literal {
            value: LiteralValue::Ratio(value),
            unit,
        }),
        (Err(_), _) => error(0..unit_start, LiteralErrorKind::TooLarge, None),
    }
}

/// The literal that was probably meant where `text` is a good literal of another dimension: a unit that other tools
/// read differently, such as `5m` for five minutes.
pub fn respell(text: &str, wanted: NamedDimension) -> Option<String> {
    let (number, symbol) = split_number(text);
    let unit = match (wanted, symbol) {
        (NamedDimension::Duration, "m" | "M") => Unit::Minute,
        (NamedDimension::Bytes, "m" | "M") => Unit::Mebibyte,
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

/// The sign, digits, points and `_` in front, and the rest.
fn split_number(text: &str) -> (&str, &str) {
    let sign = usize::from(text.starts_with('-'));
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'_');
    let length = text.as_bytes()[sign..]
        .iter()
        .take_while(|byte| is_number(byte))
        .count();
    text.split_at(sign + length)
}

fn respell_unknown(number: &str, value: Rational, symbol: &str) -> Option<String> {
    // Units that the language has none for, where the same amount can be written in another.
    let (factor, unit) = match symbol.to_lowercase().as_str() {
        "w" | "wk" | "wks" | "week" | "weeks" => (Rational::whole(7), Unit::Day),
        "us" | "µs" | "μs" => (Rational::one_over(1_000), Unit::Millisecond),
        "ns" => (Rational::one_over(1_000_000), Unit::Millisecond),
        "rpm" => (Rational::one_over(60), Unit::PerSecond),
        _ => return Unit::nearest(symbol).map(|unit| format!("{number}{unit}")),
    };
    let number = value.checked_mul(factor).ok()?.to_decimal()?;
    Some(format!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::{Currency, Dimension};

    #[test]
    fn literals_are_read_into_base_units() {
        let usd = Dimension::money(Currency::from_code("USD").unwrap());
        let cases = [
            ("250m", Dimension::CPU, 1, 4),
            ("2cpu", Dimension::CPU, 2, 1),
            ("256Mi", Dimension::BYTES, 268_435_456, 1),
            ("5GB", Dimension::BYTES, 5_000_000_000, 1),
            ("1.5Ki", Dimension::BYTES, 1536, 1),
            ("1_000B", Dimension::BYTES, 1000, 1),
            ("300ms", Dimension::DURATION, 3, 10),
            ("5min", Dimension::DURATION, 300, 1),
            ("14d", Dimension::DURATION, 1_209_600, 1),
            ("120USD", usd, 120, 1),
            ("50rps", Dimension::RATE, 50, 1),
            ("-1h", Dimension::DURATION, -3600, 1),
        ];
        for (text, dimension, numerator, denominator) in cases {
            let expected = Quantity::new(Rational::new(numerator, denominator).unwrap(), dimension);
            assert_eq!(
                parse_quantity(text).unwrap().value,
                LiteralValue::Quantity(expected),
                "{text}"
            );
        }
        let ratio = parse_quantity("99.9%").unwrap().value;
        assert_eq!(
            ratio,
            LiteralValue::Ratio(Rational::new(999, 1000).unwrap())
        );
    }

    #[test]
    fn errors_point_at_the_piece_and_know_better() {
        let cases = [
            ("5mb", "mb", "there is no unit `mb`", Some("5MB")),
            ("256MiB", "MiB", "there is no unit `MiB`", Some("256Mi")),
            ("2w", "w", "there is no unit `w`", Some("14d")),
            ("500us", "us", "there is no unit `us`", Some("0.5ms")),
            ("120rpm", "rpm", "there is no unit `rpm`", Some("2rps")),
            ("10rpm", "rpm", "there is no unit `rpm`", None),
            ("3parsecs", "parsecs", "there is no unit `parsecs`", None),
            ("20XX", "XX", "there is no unit `XX`", None),
            ("20°", "°", "there is no unit `°`", None),
            ("012m", "0", "a number does not start with `0`", Some("12m")),
            (
                "00.5GB",
                "0",
                "a number does not start with `0`",
                Some("0.5GB"),
            ),
            (
                "-000s",
                "00",
                "a number does not start with `0`",
                Some("-0s"),
            ),
            ("1.GB", "1.", "this is not how a number is written", None),
            ("1__0s", "1__0", "this is not how a number is written", None),
            (
                "1.2.3s",
                "1.2.3",
                "this is not how a number is written",
                None,
            ),
            ("30", "", "a quantity needs a unit", None),
            ("", "", "a quantity starts with a number", None),
            ("-", "", "a quantity starts with a number", None),
            ("é5", "é", "a quantity starts with a number", None),
            ("5 s", " s", "there is no unit ` s`", None),
        ];
        for (text, piece, message, suggestion) in cases {
            let error = parse_quantity(text).unwrap_err();
            assert_eq!(&text[error.range.clone()], piece, "{text}");
            assert_eq!(error.to_string(), message, "{text}");
            assert_eq!(error.suggestion.as_deref(), suggestion, "{text}");
        }
        for huge in [
            format!("{}s", "9".repeat(60)),
            format!("{}Pi", "9".repeat(38)),
        ] {
            assert_eq!(
                parse_quantity(&huge).unwrap_err().kind,
                LiteralErrorKind::TooLarge
            );
        }
    }

    #[test]
    fn suggestions_are_literals() {
        for text in [
            "5mb", "2w", "500us", "012m", "1cores", "5$", "00s", "0_1s", "3EURO",
        ] {
            let suggestion = parse_quantity(text).unwrap_err().suggestion.unwrap();
            assert!(
                parse_quantity(&suggestion).is_ok(),
                "{text} became {suggestion}"
            );
        }
    }

    #[test]
    fn minutes_and_megabytes_are_recognised_in_a_cpu_literal() {
        assert_eq!(
            respell("5m", NamedDimension::Duration).as_deref(),
            Some("5min")
        );
        assert_eq!(
            respell("512m", NamedDimension::Bytes).as_deref(),
            Some("512Mi")
        );
        assert_eq!(respell("5s", NamedDimension::Bytes), None);
    }
}
