//! Exact rational numbers.

use std::cmp::Ordering;
use std::fmt;

/// An exact fraction of two 128-bit integers, always reduced.
///
/// Every operation either gives the exact result or says that it does not fit: nothing wraps, rounds or panics.
//
// Invariants: `denominator > 0`, the two are coprime, and `numerator != i128::MIN`, so that negation is total.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i128,
    denominator: i128,
}

/// Why an exact calculation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticError {
    /// The exact result needs more than 128 bits (64 for a conversion to `i64`).
    Overflow,
    /// The divisor is zero.
    DivisionByZero,
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ArithmeticError::Overflow => "the result is too large to be kept exactly",
            ArithmeticError::DivisionByZero => "division by zero",
        })
    }
}

impl std::error::Error for ArithmeticError {}

/// How a fraction becomes a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Towards negative infinity.
    Floor,
    /// Towards positive infinity.
    Ceil,
    /// To the nearest, ties to the even neighbour: what every output does.
    HalfEven,
}

impl Rational {
    /// Zero.
    pub const ZERO: Rational = Rational::whole(0);
    /// One.
    pub const ONE: Rational = Rational::whole(1);

    /// A whole number.
    pub const fn whole(value: i64) -> Rational {
        Rational {
            numerator: value as i128,
            denominator: 1,
        }
    }

    /// `1 / denominator`.
    pub(super) const fn one_over(denominator: u32) -> Rational {
        assert!(denominator != 0, "only called with constants");
        Rational {
            numerator: 1,
            denominator: denominator as i128,
        }
    }

    /// The reduced fraction `numerator / denominator`.
    pub fn new(numerator: i128, denominator: i128) -> Result<Rational, ArithmeticError> {
        let negative = (numerator < 0) != (denominator < 0);
        Rational::from_magnitudes(
            negative,
            numerator.unsigned_abs(),
            denominator.unsigned_abs(),
        )
    }

    /// The reduced fraction of two magnitudes with a sign.
    pub(super) fn from_magnitudes(
        negative: bool,
        numerator: u128,
        denominator: u128,
    ) -> Result<Rational, ArithmeticError> {
        if denominator == 0 {
            return Err(ArithmeticError::DivisionByZero);
        }
        let divisor = gcd(numerator, denominator);
        let fits =
            |part: u128| i128::try_from(part / divisor).map_err(|_| ArithmeticError::Overflow);
        let (numerator, denominator) = (fits(numerator)?, fits(denominator)?);
        Ok(Rational {
            numerator: if negative { -numerator } else { numerator },
            denominator,
        })
    }

    /// The numerator of the reduced fraction; it carries the sign.
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator of the reduced fraction, always positive.
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is a whole number.
    pub const fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// The value without its sign.
    #[must_use]
    pub const fn abs(self) -> Rational {
        Rational {
            numerator: self.numerator.abs(),
            denominator: self.denominator,
        }
    }

    /// The sum.
    pub fn checked_add(self, other: Rational) -> Result<Rational, ArithmeticError> {
        let shared = gcd(
            self.denominator.unsigned_abs(),
            other.denominator.unsigned_abs(),
        ) as i128;
        let (left_scale, right_scale) = (other.denominator / shared, self.denominator / shared);
        let left = checked_product(self.numerator, left_scale)?;
        let right = checked_product(other.numerator, right_scale)?;
        let numerator = left.checked_add(right).ok_or(ArithmeticError::Overflow)?;
        // The part of the denominator that can cancel lies in `shared`: cancel before multiplying.
        let cancel = gcd(numerator.unsigned_abs(), shared.unsigned_abs()).max(1) as i128;
        let denominator = checked_product(self.denominator / cancel, left_scale)?;
        Rational::new(numerator / cancel, denominator)
    }

    /// The difference.
    pub fn checked_sub(self, other: Rational) -> Result<Rational, ArithmeticError> {
        self.checked_add(-other)
    }

    /// The product.
    pub fn checked_mul(self, other: Rational) -> Result<Rational, ArithmeticError> {
        // Cancelling crosswise first keeps every intermediate value as small as the result.
        let left = Rational::new(self.numerator, other.denominator)?;
        let right = Rational::new(other.numerator, self.denominator)?;
        Ok(Rational {
            numerator: checked_product(left.numerator, right.numerator)?,
            denominator: checked_product(left.denominator, right.denominator)?,
        })
    }

    /// The quotient.
    pub fn checked_div(self, other: Rational) -> Result<Rational, ArithmeticError> {
        self.checked_mul(Rational::new(other.denominator, other.numerator)?)
    }

    /// The whole number next to it, in the given direction.
    pub const fn round(self, rounding: Rounding) -> i128 {
        let floor = self.numerator.div_euclid(self.denominator);
        let rest = self.numerator.rem_euclid(self.denominator);
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::Ceil => rest != 0,
            // `rest < denominator`, so the subtraction stays in range where doubling would not.
            Rounding::HalfEven => {
                let to_next = self.denominator - rest;
                rest > to_next || (rest == to_next && floor % 2 != 0)
            }
        };
        // With a fraction left the floor is far below the maximum, so the increment cannot overflow.
        if up { floor + 1 } else { floor }
    }

    /// The largest whole number that is not above it.
    pub fn floor(self) -> Result<i64, ArithmeticError> {
        self.round_to_i64(Rounding::Floor)
    }

    /// The smallest whole number that is not below it.
    pub fn ceil(self) -> Result<i64, ArithmeticError> {
        self.round_to_i64(Rounding::Ceil)
    }

    /// The nearest whole number, ties to even.
    pub fn round_half_even(self) -> Result<i64, ArithmeticError> {
        self.round_to_i64(Rounding::HalfEven)
    }

    fn round_to_i64(self, rounding: Rounding) -> Result<i64, ArithmeticError> {
        i64::try_from(self.round(rounding)).map_err(|_| ArithmeticError::Overflow)
    }

    /// The nearest IEEE double, ties to even: the same bits on every machine.
    pub fn to_f64(self) -> f64 {
        /// More bits than a double's 53 and its two rounding bits.
        const BITS: u32 = 66;
        let denominator = self.denominator.unsigned_abs();
        let magnitude = self.numerator.unsigned_abs();
        if magnitude == 0 {
            return 0.0;
        }
        let (mut quotient, mut rest) = (magnitude / denominator, magnitude % denominator);
        let mut shift = 0u64;
        while rest != 0 && quotient < 1 << (BITS - 1) {
            rest *= 2;
            let bit = rest >= denominator;
            if bit {
                rest -= denominator;
            }
            quotient = quotient * 2 + u128::from(bit);
            shift += 1;
        }
        // Whatever is left only decides a tie, so one sticky bit stands for all of it.
        quotient |= u128::from(rest != 0);
        // At most 127 leading zero bits and 66 wanted ones: `shift` stays far from the subnormal range.
        let scale = f64::from_bits((1023 - shift) << 52);
        let value = quotient as f64 * scale;
        if self.is_negative() { -value } else { value }
    }
}

fn checked_product(left: i128, right: i128) -> Result<i128, ArithmeticError> {
    left.checked_mul(right)
        .filter(|product| *product != i128::MIN)
        .ok_or(ArithmeticError::Overflow)
}

/// Greatest common divisor; `gcd(0, n) == n`.
fn gcd(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        if let (Ok(small_left), Ok(small_right)) = (u64::try_from(left), u64::try_from(right)) {
            return u128::from(gcd_small(small_left, small_right));
        }
        (left, right) = (right, left % right);
    }
    left
}

/// The common case: 64-bit division is many times faster than 128-bit division.
fn gcd_small(mut left: u64, mut right: u64) -> u64 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

impl std::ops::Neg for Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        Rational {
            numerator: -self.numerator,
            denominator: self.denominator,
        }
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Rational {
        Rational::whole(value)
    }
}

impl Default for Rational {
    fn default() -> Rational {
        Rational::ZERO
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Rational) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Rational) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let crosswise = (
            self.numerator.checked_mul(other.denominator),
            other.numerator.checked_mul(self.denominator),
        );
        match crosswise {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => compare_by_continued_fraction(*self, *other),
        }
    }
}

/// Compares without ever multiplying: whole parts first, then the reciprocals of what is left, in reverse.
fn compare_by_continued_fraction(left: Rational, right: Rational) -> Ordering {
    let (mut left_num, mut left_den) = (left.numerator, left.denominator);
    let (mut right_num, mut right_den) = (right.numerator, right.denominator);
    let mut reversed = false;
    loop {
        let whole = left_num
            .div_euclid(left_den)
            .cmp(&right_num.div_euclid(right_den));
        let (left_rest, right_rest) = (
            left_num.rem_euclid(left_den),
            right_num.rem_euclid(right_den),
        );
        let decided = match whole {
            Ordering::Equal if left_rest == 0 || right_rest == 0 => {
                left_rest.min(1).cmp(&right_rest.min(1))
            }
            Ordering::Equal => {
                (left_num, left_den) = (left_den, left_rest);
                (right_num, right_den) = (right_den, right_rest);
                reversed = !reversed;
                continue;
            }
            decided => decided,
        };
        return if reversed { decided.reverse() } else { decided };
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i128, denominator: i128) -> Rational {
        Rational::new(numerator, denominator).unwrap()
    }

    #[test]
    fn fractions_are_reduced_and_carry_the_sign_above() {
        assert_eq!(fraction(6, -4), fraction(-3, 2));
        assert_eq!(
            (fraction(6, -4).numerator(), fraction(6, -4).denominator()),
            (-3, 2)
        );
        assert_eq!(Rational::new(1, 0), Err(ArithmeticError::DivisionByZero));
        assert_eq!(fraction(0, -7), Rational::ZERO);
    }

    #[test]
    fn the_smallest_integer_is_refused_unless_it_reduces() {
        assert_eq!(Rational::new(i128::MIN, 1), Err(ArithmeticError::Overflow));
        assert_eq!(fraction(i128::MIN, 2).numerator(), i128::MIN / 2);
        assert_eq!(fraction(i128::MIN, i128::MIN), Rational::ONE);
    }

    #[test]
    fn overflow_is_an_error_and_never_a_wrapped_value() {
        let huge = fraction(i128::MAX, 1);
        assert_eq!(
            huge.checked_add(Rational::ONE),
            Err(ArithmeticError::Overflow)
        );
        assert_eq!(
            (-huge).checked_sub(Rational::ONE),
            Err(ArithmeticError::Overflow)
        );
        assert_eq!(
            huge.checked_mul(Rational::whole(2)),
            Err(ArithmeticError::Overflow)
        );
        assert_eq!(
            huge.checked_div(fraction(1, 2)),
            Err(ArithmeticError::Overflow)
        );
        assert_eq!(
            Rational::ONE.checked_div(Rational::ZERO),
            Err(ArithmeticError::DivisionByZero)
        );
        assert_eq!(huge.floor(), Err(ArithmeticError::Overflow));
    }

    #[test]
    fn products_cancel_before_they_grow() {
        let huge = fraction(i128::MAX, 3);
        assert_eq!(huge.checked_mul(fraction(3, i128::MAX)), Ok(Rational::ONE));
    }

    #[test]
    fn rounding_goes_where_it_says() {
        let cases = [
            (5, 2, 2, 3, 2),
            (7, 2, 3, 4, 4),
            (-5, 2, -3, -2, -2),
            (-7, 2, -4, -3, -4),
            (8, 3, 2, 3, 3),
            (4, 1, 4, 4, 4),
        ];
        for (numerator, denominator, floor, ceil, half_even) in cases {
            let value = fraction(numerator, denominator);
            assert_eq!(value.floor(), Ok(floor), "floor of {value:?}");
            assert_eq!(value.ceil(), Ok(ceil), "ceil of {value:?}");
            assert_eq!(
                value.round_half_even(),
                Ok(half_even),
                "nearest of {value:?}"
            );
        }
    }

    #[test]
    fn comparison_survives_values_whose_product_does_not_fit() {
        let below = fraction(i128::MAX - 1, i128::MAX);
        let above = fraction(i128::MAX, i128::MAX - 1);
        assert!(below < Rational::ONE && Rational::ONE < above && below < above);
        assert!(-above < -below && -above < above);
        let third = fraction(i128::MAX / 3, i128::MAX - 2);
        assert_eq!(third.cmp(&third), Ordering::Equal);
        assert!(fraction(i128::MAX - 2, i128::MAX - 1) < below);
    }

    #[test]
    fn doubles_are_correctly_rounded() {
        let cases = [
            (1, 3, 1.0 / 3.0),
            (1, 10, 0.1),
            (-7, 10, -0.7),
            (0, 1, 0.0),
            (9_007_199_254_740_993, 1, 9_007_199_254_740_992.0),
        ];
        for (numerator, denominator, expected) in cases {
            assert_eq!(
                fraction(numerator, denominator).to_f64().to_bits(),
                f64::to_bits(expected)
            );
        }
        assert_eq!(fraction(1, i128::MAX).to_f64(), 2f64.powi(-127));
        assert_eq!(fraction(i128::MAX, 1).to_f64(), 2f64.powi(127));
    }
}
