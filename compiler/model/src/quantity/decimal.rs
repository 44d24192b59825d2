//! Rational numbers from and to decimal text.

use std::fmt;

use super::rational::{ArithmeticError, Rational};

/// Why a text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecimalError {
    /// It is not written as digits with at most one point between them.
    Malformed,
    /// It is written well, and too long to be kept exactly.
    TooLarge,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DecimalError::Malformed => "not a decimal number",
            DecimalError::TooLarge => "the number has too many digits to be kept exactly",
        })
    }
}

impl std::error::Error for DecimalError {}

impl Rational {
    /// Reads `12`, `-0.25` or `1_000.5`: digits on both sides of the point, single `_` only between digits.
    pub fn from_decimal(text: &str) -> Result<Rational, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        if !is_digit_run(whole) || !fraction.is_none_or(is_digit_run) {
            return Err(DecimalError::Malformed);
        }
        let fraction = fraction.unwrap_or("").trim_end_matches(['0', '_']);
        let mut numerator = 0u128;
        for digit in whole
            .bytes()
            .chain(fraction.bytes())
            .filter(u8::is_ascii_digit)
        {
            numerator = numerator
                .checked_mul(10)
                .and_then(|scaled| scaled.checked_add(u128::from(digit - b'0')))
                .ok_or(DecimalError::TooLarge)?;
        }
        let places = fraction.bytes().filter(u8::is_ascii_digit).count();
        let denominator = u32::try_from(places)
            .ok()
            .and_then(|places| 10u128.checked_pow(places))
            .ok_or(DecimalError::TooLarge)?;
        Rational::from_magnitudes(negative, numerator, denominator)
            .map_err(|_: ArithmeticError| DecimalError::TooLarge)
    }

    /// The exact decimal text, or nothing when its digits never end (`1/3`).
    pub fn to_decimal(self) -> Option<String> {
        let mut rest = self.denominator();
        let mut count = |factor: i128| {
            let mut times = 0;
            while rest % factor == 0 {
                rest /= factor;
                times += 1;
            }
            times
        };
        let places = count(2).max(count(5));
        (rest == 1).then(|| self.to_decimal_rounded(places))
    }

    /// Decimal text with at most `places` digits after the point, rounded half-even, without trailing zeros.
    pub fn to_decimal_rounded(self, places: usize) -> String {
        let denominator = self.denominator().unsigned_abs();
        let magnitude = self.numerator().unsigned_abs();
        let mut rest = magnitude % denominator;
        let mut digits = (magnitude / denominator).to_string().into_bytes();
        let whole_digits = digits.len();
        for _ in 0..places {
            if rest == 0 {
                break;
            }
            let (digit, next) = times_ten_div(rest, denominator);
            digits.push(b'0' + digit);
            rest = next;
        }
        let to_next = denominator - rest;
        let last_is_odd = digits.last().is_some_and(|digit| digit % 2 == 1);
        let carry = rest > to_next || (rest == to_next && last_is_odd);
        let overflowed = carry && !increment(&mut digits);
        let whole_digits = if overflowed {
            digits.insert(0, b'1');
            whole_digits + 1
        } else {
            whole_digits
        };
        while digits.len() > whole_digits && digits.last() == Some(&b'0') {
            digits.pop();
        }
        let mut text = String::with_capacity(digits.len() + 2);
        if self.is_negative() && digits.iter().any(|digit| *digit != b'0') {
            text.push('-');
        }
        for (index, digit) in digits.into_iter().enumerate() {
            if index == whole_digits {
                text.push('.');
            }
            text.push(char::from(digit));
        }
        text
    }
}

/// Decimal where the digits end, else the fraction: `0.25`, `1/3`.
impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_decimal() {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}/{}", self.numerator(), self.denominator()),
        }
    }
}

fn is_digit_run(text: &str) -> bool {
    text.split('_')
        .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `10 * rest / denominator` and what is left, for `rest < denominator <= i128::MAX`, where `10 * rest` may not fit.
fn times_ten_div(rest: u128, denominator: u128) -> (u8, u128) {
    if let Some(scaled) = rest.checked_mul(10) {
        // The quotient of a remainder times ten is one digit.
        return ((scaled / denominator) as u8, scaled % denominator);
    }
    let (mut digit, mut sum) = (0, 0);
    for _ in 0..10 {
        sum += rest;
        if sum >= denominator {
            sum -= denominator;
            digit += 1;
        }
    }
    (digit, sum)
}

/// Adds one to the last digit; false when the carry leaves the first one.
fn increment(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return true;
        }
        *digit = b'0';
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_is_read_exactly() {
        let cases = [
            ("0", 0, 1),
            ("-0.25", -1, 4),
            ("1_000.5", 2001, 2),
            ("007", 7, 1),
            ("0.10", 1, 10),
            ("3.000", 3, 1),
        ];
        for (text, numerator, denominator) in cases {
            assert_eq!(
                Rational::from_decimal(text),
                Ok(Rational::new(numerator, denominator).unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "1.2.3", "1__0", "_1", "1_", "1_.5", "1._5", "+1", "1e3",
            "٣", "--1", " 1",
        ] {
            assert_eq!(
                Rational::from_decimal(text),
                Err(DecimalError::Malformed),
                "{text}"
            );
        }
        let long = "9".repeat(40);
        assert_eq!(Rational::from_decimal(&long), Err(DecimalError::TooLarge));
        assert_eq!(
            Rational::from_decimal(&format!("0.{long}")),
            Err(DecimalError::TooLarge)
        );
        assert_eq!(
            Rational::from_decimal(&format!("2.{}", "0".repeat(500))),
            Ok(Rational::whole(2))
        );
    }

    #[test]
    fn decimal_text_is_exact_or_absent() {
        let text =
            |numerator, denominator| Rational::new(numerator, denominator).unwrap().to_decimal();
        assert_eq!(text(1, 4).as_deref(), Some("0.25"));
        assert_eq!(text(-3, 2).as_deref(), Some("-1.5"));
        assert_eq!(text(1200, 1).as_deref(), Some("1200"));
        assert_eq!(text(1, 3), None);
        assert_eq!(text(1, 1 << 100).map(|text| text.len()), Some(102));
        assert_eq!(Rational::new(1, 3).unwrap().to_string(), "1/3");
    }

    #[test]
    fn rounding_is_half_even_and_carries() {
        let cases = [
            (1, 3, 3, "0.333"),
            (2, 3, 3, "0.667"),
            (5, 1000, 2, "0"),
            (15, 1000, 2, "0.02"),
            (25, 1000, 2, "0.02"),
            (-5, 1000, 2, "0"),
            (-2, 3, 1, "-0.7"),
            (9999, 1000, 2, "10"),
            (5, 2, 0, "2"),
            (7, 2, 0, "4"),
            (199, 200, 1, "1"),
        ];
        for (numerator, denominator, places, expected) in cases {
            let value = Rational::new(numerator, denominator).unwrap();
            assert_eq!(
                value.to_decimal_rounded(places),
                expected,
                "{value:?} to {places}"
            );
        }
        let near_one = Rational::new(i128::MAX - 1, i128::MAX).unwrap();
        assert_eq!(near_one.to_decimal_rounded(20), "1");
        assert_eq!(
            Rational::new(i128::MAX / 3, i128::MAX)
                .unwrap()
                .to_decimal_rounded(4),
            "0.3333"
        );
    }
}
