//! Quantities as outputs want them: whole numbers of a unit, Go durations. Rounded half-even, and said when rounded.

use std::fmt;

use super::Quantity;
use super::dimension::Dimension;
use super::rational::{ArithmeticError, Rational};
use super::unit::Unit;

/// A value on its way out, and whether it is exactly what the sources say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rounded<T> {
    /// The value as it is written.
    pub value: T,
    /// Whether nothing was lost.
    pub exact: bool,
}

/// Why a quantity cannot be written where it should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SinkError {
    /// The sink takes another dimension.
    Mismatch {
        /// What the sink takes; nothing if it takes a ratio.
        wanted: Option<Dimension>,
        /// What came.
        found: Dimension,
    },
    /// Kubernetes' quantities are CPU, bytes and plain numbers.
    NoKubernetesQuantity(Dimension),
    /// The number is too large for the sink.
    Arithmetic(ArithmeticError),
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SinkError::Mismatch {
                wanted: Some(wanted),
                found,
            } => write!(f, "this takes {wanted}, and not {found}"),
            SinkError::Mismatch {
                wanted: None,
                found,
            } => write!(f, "this takes a percentage, and not {found}"),
            SinkError::NoKubernetesQuantity(found) => {
                write!(f, "Kubernetes has no quantity for {found}")
            }
            SinkError::Arithmetic(ArithmeticError::Overflow) => {
                f.write_str("the number is too large for the output")
            }
            SinkError::Arithmetic(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SinkError {}

impl From<ArithmeticError> for SinkError {
    fn from(error: ArithmeticError) -> SinkError {
        SinkError::Arithmetic(error)
    }
}

impl Quantity {
    /// How many of that unit it is, as a whole number.
    pub fn in_unit(self, unit: Unit) -> Result<Rounded<i64>, SinkError> {
        if unit.dimension() != Some(self.dimension()) {
            return Err(SinkError::Mismatch {
                wanted: unit.dimension(),
                found: self.dimension(),
            });
        }
        whole(self.value().checked_div(unit.factor())?)
    }

    /// A duration as Go reads it, in the form people write: `30s`, `5m`, `1h30m`, `1500ms`.
    ///
    /// Never with a decimal point, so that stricter readers (Gateway API, Prometheus) take it too.
    pub fn go_duration(self) -> Result<Rounded<String>, SinkError> {
        if self.dimension() != Dimension::DURATION {
            return Err(SinkError::Mismatch {
                wanted: Some(Dimension::DURATION),
                found: self.dimension(),
            });
        }
        let nanoseconds = whole(self.value().checked_mul(Rational::whole(1_000_000_000))?)?;
        Ok(Rounded {
            value: go_text(nanoseconds.value),
            exact: nanoseconds.exact,
        })
    }
}

/// A ratio as a whole percentage: 7/10 is 70.
pub fn ratio_in_percent(ratio: Rational) -> Result<Rounded<i64>, SinkError> {
    whole(ratio.checked_div(Unit::Percent.factor())?)
}

fn whole(number: Rational) -> Result<Rounded<i64>, SinkError> {
    Ok(Rounded {
        value: number.round_half_even()?,
        exact: number.is_whole(),
    })
}

/// Go's units in nanoseconds, largest first.
const GO_UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

fn go_text(nanoseconds: i64) -> String {
    /// The longest number that the strictest reader, the Gateway API, takes.
    const MOST_DIGITS: u64 = 99_999;
    if nanoseconds == 0 {
        return "0s".to_owned();
    }
    let mut text = if nanoseconds < 0 {
        "-".to_owned()
    } else {
        String::new()
    };
    let mut left = nanoseconds.unsigned_abs();
    // One number reads better than a sum where a fraction of a second is left: `1500ms`, not `1s500ms`.
    let finest = GO_UNITS
        .into_iter()
        .find(|(_, size)| left.is_multiple_of(*size));
    if let Some((unit, size)) =
        finest.filter(|(_, size)| *size < 1_000_000_000 && left / size <= MOST_DIGITS)
    {
        text.push_str(&format!("{}{unit}", left / size));
        return text;
    }
    for (unit, size) in GO_UNITS {
        if left >= size {
            text.push_str(&format!("{}{unit}", left / size));
            left %= size;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::tests::quantity;

    #[test]
    fn whole_numbers_of_a_unit() {
        let cases = [
            ("30s", Unit::Second, 30, true),
            ("1.5min", Unit::Second, 90, true),
            ("300ms", Unit::Second, 0, false),
            ("500ms", Unit::Second, 0, false),
            ("1500ms", Unit::Second, 2, false),
            ("2500ms", Unit::Second, 2, false),
            ("1.5s", Unit::Millisecond, 1500, true),
            ("1Gi", Unit::Mebibyte, 1024, true),
            ("1GB", Unit::Mebibyte, 954, false),
            ("2cpu", Unit::Millicpu, 2000, true),
            ("5Ki", Unit::Byte, 5120, true),
            ("1d", Unit::Hour, 24, true),
        ];
        for (typed, unit, value, exact) in cases {
            assert_eq!(
                quantity(typed).in_unit(unit),
                Ok(Rounded { value, exact }),
                "{typed} in {unit}"
            );
        }
    }

    #[test]
    fn sinks_refuse_other_dimensions() {
        let cases = [
            (
                quantity("1Gi").in_unit(Unit::Second),
                "this takes a duration, and not bytes",
            ),
            (
                quantity("1cpu").in_unit(Unit::Percent),
                "this takes a percentage, and not CPU",
            ),
            (
                quantity("9999Pi").in_unit(Unit::Byte),
                "the number is too large for the output",
            ),
        ];
        for (result, message) in cases {
            assert_eq!(result.unwrap_err().to_string(), message);
        }
        assert!(quantity("1Gi").go_duration().is_err());
        assert!(quantity("400000d").go_duration().is_err());
    }

    #[test]
    fn percentages_are_whole() {
        let percent = |numerator, denominator| {
            ratio_in_percent(Rational::new(numerator, denominator).unwrap())
        };
        assert_eq!(
            percent(7, 10),
            Ok(Rounded {
                value: 70,
                exact: true
            })
        );
        assert_eq!(
            percent(999, 1000),
            Ok(Rounded {
                value: 100,
                exact: false
            })
        );
    }

    #[test]
    fn durations_as_people_write_them_in_go() {
        let cases = [
            ("30s", "30s"),
            ("5min", "5m"),
            ("90s", "1m30s"),
            ("90min", "1h30m"),
            ("1d", "24h"),
            ("3600s", "1h"),
            ("3601s", "1h1s"),
            ("300ms", "300ms"),
            ("1.5s", "1500ms"),
            ("0.25ms", "250us"),
            ("0.000001ms", "1ns"),
            ("0s", "0s"),
            ("-90s", "-1m30s"),
            ("7200.5s", "2h500ms"),
            ("1.0005s", "1s500us"),
        ];
        for (typed, expected) in cases {
            assert_eq!(
                quantity(typed).go_duration(),
                Ok(Rounded {
                    value: expected.to_owned(),
                    exact: true
                }),
                "{typed}"
            );
        }
        let tiny = quantity("0.0000005ms").go_duration().unwrap();
        assert_eq!(
            tiny,
            Rounded {
                value: "0s".to_owned(),
                exact: false
            }
        );
    }
}
