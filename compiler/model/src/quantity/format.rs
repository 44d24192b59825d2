//! Quantities as Plat text: exact, short, and read back to the same value.

use std::fmt;

use super::Quantity;
use super::dimension::{BaseUnit, Dimension};
use super::rational::Rational;
use super::unit::{UNITS, Unit};

impl Quantity {
    /// The literal for this value, such as `250m` or `20Gi`; nothing where no literal is exact: a third of a second, or a
    /// dimension without a unit.
    ///
    /// A whole number of some unit wins over a fraction, then the fewest characters of the number, then the larger unit.
    pub fn to_literal(self) -> Option<String> {
        let value = self.value();
        if let Some(currency) = self.dimension().currency() {
            return Some(format!("{}{currency}", literal_number(value)?));
        }
        let units = || {
            UNITS
                .into_iter()
                .filter(|unit| unit.dimension() == Some(self.dimension()))
        };
        if value.is_zero() {
            return units()
                .find(|unit| unit.factor() == Rational::ONE)
                .map(|unit| format!("0{unit}"));
        }
        units()
            .filter_map(|unit| {
                let number = value.checked_div(unit.factor()).ok()?;
                Some((number.is_whole(), literal_number(number)?, unit))
            })
            // `UNITS` runs from small to large, and of equals the last is taken.
            .max_by_key(|(is_whole, text, _)| (*is_whole, std::cmp::Reverse(text.len())))
            .map(|(_, number, unit)| format!("{number}{unit}"))
    }
}

/// An exact expression of the language: the literal where there is one, else a quotient such as `1s / 3` or `5GB / 1s`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(literal) = self.to_literal() {
            return f.write_str(&literal);
        }
        let dimension = self.dimension();
        let mut numerators = repeated(dimension, |exponent| exponent > 0);
        match numerators.next() {
            None => write!(f, "{}", Fraction(self.value()))?,
            Some(first) => {
                let leading = Quantity::new(self.value(), first.dimension());
                match leading.to_literal() {
                    Some(literal) => f.write_str(&literal)?,
                    None => {
                        let (value, unit) = (self.value(), Unit::base(first));
                        write!(f, "{}{unit} / {}", value.numerator(), value.denominator())?;
                    }
                }
            }
        }
        for factor in numerators {
            write!(f, " * 1{}", Unit::base(factor))?;
        }
        for factor in repeated(dimension, |exponent| exponent < 0) {
            write!(f, " / 1{}", Unit::base(factor))?;
        }
        Ok(())
    }
}

/// Decimal text that can be read back: with more digits it would not fit the numbers that the reader calculates with.
fn literal_number(value: Rational) -> Option<String> {
    const MOST_DIGITS: usize = 38;
    value
        .to_decimal()
        .filter(|text| text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS)
}

/// The base units of a dimension on one side of the fraction bar, each as often as its exponent says.
fn repeated(dimension: Dimension, side: fn(i8) -> bool) -> impl Iterator<Item = BaseUnit> {
    dimension
        .factors()
        .filter(move |(_, exponent)| side(*exponent))
        .flat_map(|(unit, exponent)| {
            std::iter::repeat_n(unit, usize::from(exponent.unsigned_abs()))
        })
}

/// A number as an expression: `0.25`, `1 / 3`.
struct Fraction(Rational);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_decimal() {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} / {}", self.0.numerator(), self.0.denominator()),
        }
    }
}

/// The percentage literal of a ratio, or nothing where none is exact: a third.
pub fn ratio_literal(ratio: Rational) -> Option<String> {
    Some(format!(
        "{}%",
        literal_number(ratio.checked_div(Unit::Percent.factor()).ok()?)?
    ))
}

/// An exact expression for a ratio: `70%`, `100% / 3`.
pub fn ratio_text(ratio: Rational) -> String {
    if let Some(literal) = ratio_literal(ratio) {
        return literal;
    }
    match ratio.checked_div(Unit::Percent.factor()) {
        Ok(percent) => format!("{}% / {}", percent.numerator(), percent.denominator()),
        Err(_) => format!("100% * {} / {}", ratio.numerator(), ratio.denominator()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::tests::quantity;

    #[test]
    fn literals_are_short_and_exact() {
        let cases = [
            ("0.25cpu", "250m"),
            ("1000m", "1cpu"),
            ("1.5cpu", "1500m"),
            ("0.0005cpu", "0.5m"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("5000MB", "5GB"),
            ("1000Ki", "1000Ki"),
            ("1024KB", "1000Ki"),
            ("1500B", "1500B"),
            ("0.5B", "0.5B"),
            ("1000ms", "1s"),
            ("90s", "90s"),
            ("60s", "1min"),
            ("7200s", "2h"),
            ("24h", "1d"),
            ("36h", "36h"),
            ("1.5min", "90s"),
            ("0.5ms", "0.5ms"),
            ("0.0Gi", "0B"),
            ("0d", "0s"),
            ("0m", "0cpu"),
            ("0USD", "0USD"),
            ("1.50USD", "1.5USD"),
            ("50rps", "50rps"),
            ("0.5rps", "0.5rps"),
            ("-90s", "-90s"),
            ("128000KB", "128MB"),
        ];
        for (typed, expected) in cases {
            assert_eq!(
                quantity(typed).to_literal().as_deref(),
                Some(expected),
                "{typed}"
            );
            assert_eq!(quantity(expected), quantity(typed), "{typed}");
        }
    }

    #[test]
    fn what_has_no_literal_is_an_exact_expression() {
        let third = Rational::new(1, 3).unwrap();
        let per_second = quantity("5GB").checked_div(quantity("1s")).unwrap();
        let price = quantity("3USD")
            .checked_div(quantity("1B").checked_mul(quantity("1s")).unwrap())
            .unwrap();
        let area = quantity("2s").checked_mul(quantity("3s")).unwrap();
        let cases = [
            (quantity("1s").checked_scale(third).unwrap(), "1s / 3"),
            (per_second, "5GB / 1s"),
            (price, "3USD / 1B / 1s"),
            (area, "6s * 1s"),
            (
                per_second.checked_scale(third).unwrap(),
                "5000000000B / 3 / 1s",
            ),
            (Quantity::new(third, Dimension::NONE), "1 / 3"),
            (
                Quantity::new(Rational::whole(7), Dimension::BYTES.recip()),
                "7 / 1B",
            ),
            (Quantity::new(third, Dimension::RATE), "1 / 3 / 1s"),
        ];
        for (value, expected) in cases {
            assert_eq!(value.to_string(), expected);
        }
    }

    #[test]
    fn ratios_are_percentages() {
        let cases = [
            (7, 10, "70%"),
            (999, 1000, "99.9%"),
            (1, 3, "100% / 3"),
            (-1, 200, "-0.5%"),
            (3, 1, "300%"),
            (0, 1, "0%"),
        ];
        for (numerator, denominator, expected) in cases {
            assert_eq!(
                ratio_text(Rational::new(numerator, denominator).unwrap()),
                expected
            );
        }
        let huge = Rational::new(i128::MAX, 1).unwrap();
        assert_eq!(ratio_text(huge), format!("100% * {} / 1", i128::MAX));
    }
}
