//! Kubernetes' `resource.Quantity`: the text the API server would write, and any text that it reads.

use std::fmt;

use nom::branch::alt;
use nom::character::complete::{char, digit0, digit1, one_of};
use nom::combinator::{all_consuming, eof, fail, opt, recognize, rest, verify};
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser};

use super::Quantity;
use super::dimension::Dimension;
use super::rational::{ArithmeticError, Rational, Rounding};
use super::sink::{Rounded, SinkError};

/// Decimal suffixes from `n` = 10⁻⁹ to `E` = 10¹⁸, a thousand apart.
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
/// The power of ten of the first of `DECIMAL`.
const SMALLEST_EXPONENT: i32 = -9;
/// Binary suffixes from 2¹⁰, 1024 apart.
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Why a text is no Kubernetes quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KubernetesQuantityError {
    /// It is not a number with one of the suffixes.
    Malformed,
    /// It is too large or too small to be kept exactly.
    TooLarge,
}

impl fmt::Display for KubernetesQuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KubernetesQuantityError::Malformed => {
                "not a Kubernetes quantity, which is a number with one of the suffixes n u m k M G T P E Ki Mi Gi Ti Pi Ei, \
                 an exponent such as e3, or neither"
            }
            KubernetesQuantityError::TooLarge => "the number is too large or too small to be kept exactly",
        })
    }
}

impl std::error::Error for KubernetesQuantityError {}

impl Quantity {
    /// The text of a `resource.Quantity`, as the API server would write it: `250m`, `2`, `256Mi`, `5G`.
    ///
    /// Rounds to what Kubernetes can use: thousandths of a core, whole bytes, thousandths of a rate or plain number.
    pub fn kubernetes_text(self) -> Result<Rounded<String>, SinkError> {
        let dimension = self.dimension();
        if dimension == Dimension::BYTES {
            let bytes = self.value().round(Rounding::HalfEven);
            let exact = self.value().is_whole();
            return Ok(Rounded {
                value: bytes_text(bytes)?,
                exact,
            });
        }
        if [Dimension::CPU, Dimension::RATE, Dimension::NONE].contains(&dimension) {
            return kubernetes_number(self.value());
        }
        Err(SinkError::NoKubernetesQuantity(dimension))
    }
}

/// The text of a `resource.Quantity` for a plain number, rounded to thousandths.
pub fn kubernetes_number(number: Rational) -> Result<Rounded<String>, SinkError> {
    let thousandths = number.checked_mul(Rational::whole(1_000))?;
    let value = decimal_text(thousandths.round(Rounding::HalfEven), -3);
    // Whoever reads a quantity takes it as a 64-bit integer in the end.
    if number.abs() > Rational::whole(i64::MAX) {
        return Err(ArithmeticError::Overflow.into());
    }
    Ok(Rounded {
        value,
        exact: thousandths.is_whole(),
    })
}

/// Whichever of `5G` and `256Mi` has fewer digits; binary when they have the same.
fn bytes_text(bytes: i128) -> Result<String, SinkError> {
    if i64::try_from(bytes).is_err() {
        return Err(ArithmeticError::Overflow.into());
    }
    let decimal = decimal_text(bytes, 0);
    let mut number = bytes;
    let mut suffix = "";
    for next in BINARY {
        if number == 0 || number % 1024 != 0 {
            break;
        }
        number /= 1024;
        suffix = next;
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let binary = format!("{number}{suffix}");
    Ok(
        if !suffix.is_empty() && digits(&binary) <= digits(&decimal) {
            binary
        } else {
            decimal
        },
    )
}

/// `number × 10^exponent` with the largest suffix that leaves a whole number.
fn decimal_text(mut number: i128, mut exponent: i32) -> String {
    if number == 0 {
        return "0".to_owned();
    }
    let largest = SMALLEST_EXPONENT + 3 * (DECIMAL.len() as i32 - 1);
    while number % 1000 == 0 && exponent < largest {
        number /= 1000;
        exponent += 3;
    }
    let index = usize::try_from((exponent - SMALLEST_EXPONENT) / 3).unwrap_or_default();
    format!("{number}{}", DECIMAL[index])
}

/// Reads any text that the API server takes for a quantity, such as `1000m`, `1Gi`, `1e3`, `.5`, to the value it has there.
///
/// As there, what is finer than 10⁻⁹ is rounded away from zero. Unlike there, nothing is capped: values beyond 64 bits are
/// told apart as long as they fit 128.
pub fn parse_kubernetes(text: &str) -> Result<Rational, KubernetesQuantityError> {
    let too_large = |_| KubernetesQuantityError::TooLarge;
    let (_, parts) = all_consuming(parts)
        .parse(text)
        .map_err(|_| KubernetesQuantityError::Malformed)?;
    let number =
        Rational::from_decimal(&parts.decimal()).map_err(|_| KubernetesQuantityError::TooLarge)?;
    let scale = parts
        .suffix
        .factor()
        .ok_or(KubernetesQuantityError::TooLarge)?;
    let exact = number.checked_mul(scale).map_err(too_large)?;
    let billionths = exact
        .checked_mul(Rational::whole(1_000_000_000))
        .map_err(too_large)?;
    let away = if exact.is_negative() {
        Rounding::Floor
    } else {
        Rounding::Ceil
    };
    Rational::new(billionths.round(away), 1_000_000_000).map_err(too_large)
}

/// The pieces of a Kubernetes quantity.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: Suffix,
}

#[derive(Clone, Copy)]
enum Suffix {
    PowerOfTen(i32),
    PowerOf1024(u32),
}

impl Parts<'_> {
    fn decimal(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let or_zero = |digits: &str| {
            if digits.is_empty() {
                "0".to_owned()
            } else {
                digits.to_owned()
            }
        };
        format!("{sign}{}.{}", or_zero(self.whole), or_zero(self.fraction))
    }
}

impl Suffix {
    fn factor(self) -> Option<Rational> {
        let power = |base: i128, exponent: u32| base.checked_pow(exponent);
        match self {
            Suffix::PowerOfTen(exponent) if exponent < 0 => {
                Rational::new(1, power(10, exponent.unsigned_abs())?).ok()
            }
            Suffix::PowerOfTen(exponent) => {
                Rational::new(power(10, exponent.unsigned_abs())?, 1).ok()
            }
            Suffix::PowerOf1024(exponent) => Rational::new(power(1024, exponent)?, 1).ok(),
        }
    }
}

fn parts(input: &str) -> IResult<&str, Parts<'_>> {
    let sign = opt(one_of("+-"));
    let fraction = opt(preceded(char('.'), digit0));
    let number = verify(
        pair(digit0, fraction),
        |(whole, fraction): &(&str, Option<&str>)| {
            !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty())
        },
    );
    let (input, (sign, (whole, fraction), suffix)) = (sign, number, suffix).parse(input)?;
    Ok((
        input,
        Parts {
            negative: sign == Some('-'),
            whole,
            fraction: fraction.unwrap_or(""),
            suffix,
        },
    ))
}

/// An exponent is tried first: `1E` is 10¹⁸ and `1E3` is a thousand.
fn suffix(input: &str) -> IResult<&str, Suffix> {
    alt((exponent, named_suffix)).parse(input)
}

fn exponent(input: &str) -> IResult<&str, Suffix> {
    let digits = terminated(recognize(pair(opt(one_of("+-")), digit1)), eof);
    let (input, digits) = preceded(one_of("eE"), digits).parse(input)?;
    // An exponent beyond 32 bits saturates: the result is too large either way.
    let saturated = if digits.starts_with('-') {
        i32::MIN
    } else {
        i32::MAX
    };
    Ok((
        input,
        Suffix::PowerOfTen(digits.parse().unwrap_or(saturated)),
    ))
}

fn named_suffix(input: &str) -> IResult<&str, Suffix> {
    let (after, name) = rest(input)?;
    let decimal = (SMALLEST_EXPONENT..).step_by(3).zip(DECIMAL);
    let binary = (1..).zip(BINARY);
    let found = decimal
        .map(|(exponent, known)| (known, Suffix::PowerOfTen(exponent)))
        .chain(binary.map(|(exponent, known)| (known, Suffix::PowerOf1024(exponent))))
        .find(|(known, _)| *known == name);
    match found {
        Some((_, suffix)) => Ok((after, suffix)),
        None => fail().parse(input),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::tests::quantity;

    #[test]
    fn text_is_what_the_api_server_would_write() {
        let cases = [
            ("250m", "250m"),
            ("2cpu", "2"),
            ("1.5cpu", "1500m"),
            ("1000m", "1"),
            ("2000cpu", "2k"),
            ("0cpu", "0"),
            ("256Mi", "256Mi"),
            ("5GB", "5G"),
            ("1.5Gi", "1536Mi"),
            ("1024B", "1Ki"),
            ("1000B", "1k"),
            ("512B", "512"),
            ("0Gi", "0"),
            ("1024Pi", "1Ei"),
            ("128000KB", "128M"),
            ("1000Ki", "1000Ki"),
            ("1536B", "1536"),
            ("100rps", "100"),
            ("0.5rps", "500m"),
            ("-2Mi", "-2Mi"),
        ];
        for (typed, expected) in cases {
            let text = quantity(typed).kubernetes_text().unwrap();
            assert_eq!(
                (text.value.as_str(), text.exact),
                (expected, true),
                "{typed}"
            );
            assert_eq!(
                parse_kubernetes(expected),
                Ok(quantity(typed).value()),
                "{typed}"
            );
        }
    }

    #[test]
    fn rounding_at_the_sink_is_half_even_and_said() {
        let cases = [
            ("0.5m", "0"),
            ("1.5m", "2m"),
            ("2.5m", "2m"),
            ("1.5B", "2"),
            ("0.0004cpu", "0"),
        ];
        for (typed, expected) in cases {
            let text = quantity(typed).kubernetes_text().unwrap();
            assert_eq!(
                (text.value.as_str(), text.exact),
                (expected, false),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_no_resource_quantity_is_refused() {
        let error = quantity("30s").kubernetes_text().unwrap_err();
        assert_eq!(
            error.to_string(),
            "Kubernetes has no quantity for a duration"
        );
        assert!(quantity("9000Pi").kubernetes_text().is_err());
        assert!(
            quantity("9223372036854775808cpu")
                .kubernetes_text()
                .is_err()
        );
        assert_eq!(
            quantity("9223372036854775807B")
                .kubernetes_text()
                .unwrap()
                .value,
            "9223372036854775807"
        );
    }

    #[test]
    fn every_form_is_read_by_value() {
        let cases = [
            ("1000m", 1, 1),
            ("1Gi", 1 << 30, 1),
            ("1e3", 1000, 1),
            ("1E3", 1000, 1),
            ("1E", 10i128.pow(18), 1),
            ("0.5", 1, 2),
            (".5", 1, 2),
            ("5.", 5, 1),
            ("+1k", 1000, 1),
            ("-1.5Ki", -1536, 1),
            ("1e-3", 1, 1000),
            ("12e+2", 1200, 1),
            ("100n", 1, 10_000_000),
            ("5u", 1, 200_000),
            ("007", 7, 1),
            ("0.1n", 1, 1_000_000_000),
            ("-0.1n", -1, 1_000_000_000),
            ("1Ei", 1 << 60, 1),
        ];
        for (text, numerator, denominator) in cases {
            assert_eq!(
                parse_kubernetes(text),
                Ok(Rational::new(numerator, denominator).unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn other_text_is_no_quantity() {
        for text in [
            "", ".", "-", "m", "1.5.2", "1 Gi", "1gi", "1K", "1KB", "1e", "1e3m", "1mm", "e3",
            "--1", "1_000", "٣",
        ] {
            assert_eq!(
                parse_kubernetes(text),
                Err(KubernetesQuantityError::Malformed),
                "{text}"
            );
        }
        for text in ["1e99999999999", "1e-99", "1e40", &"9".repeat(50)] {
            assert_eq!(
                parse_kubernetes(text),
                Err(KubernetesQuantityError::TooLarge),
                "{text}"
            );
        }
    }
}
