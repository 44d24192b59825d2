//! Exact quantities: a rational number with a dimension.
//!
//! Nothing here rounds but the functions that write for a sink (`kubernetes_text`, `go_duration`, `in_unit`), and they say
//! whether they did.

mod currency;
mod decimal;
mod dimension;
mod format;
mod kubernetes;
#[cfg(test)]
mod laws;
mod literal;
mod rational;
mod sink;
mod unit;

use std::cmp::Ordering;
use std::fmt;

pub use currency::Currency;
pub use decimal::DecimalError;
pub use dimension::{BaseUnit, Dimension, DimensionError, NamedDimension};
pub use format::{ratio_literal, ratio_text};
pub use kubernetes::{KubernetesQuantityError, kubernetes_number, parse_kubernetes};
pub use literal::{Literal, LiteralError, LiteralErrorKind, LiteralValue, parse_quantity, respell};
pub use rational::{ArithmeticError, Rational, Rounding};
pub use sink::{Rounded, SinkError, ratio_in_percent};
pub use unit::Unit;

/// A number with a dimension, in base units: cores, bytes, seconds, units of a currency.
///
/// A percentage is none of these: it is a [`Rational`] of its own type, `Ratio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    value: Rational,
    dimension: Dimension,
}

/// Why a calculation with quantities has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuantityError {
    /// The operands measure different things.
    Mismatch {
        /// What was tried.
        operation: Operation,
        /// The dimension of the left operand.
        left: Dimension,
        /// The dimension of the right operand.
        right: Dimension,
    },
    /// The numbers have no result.
    Arithmetic(ArithmeticError),
    /// The dimensions have no product.
    Dimension(DimensionError),
}

/// The operations that need equal dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `==`, `<` and the like.
    Compare,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QuantityError::Mismatch {
                operation: Operation::Add,
                left,
                right,
            } => write!(f, "cannot add {left} and {right}"),
            QuantityError::Mismatch {
                operation: Operation::Subtract,
                left,
                right,
            } => {
                write!(f, "cannot subtract {right} from {left}")
            }
            QuantityError::Mismatch {
                operation: Operation::Compare,
                left,
                right,
            } => {
                write!(f, "cannot compare {left} with {right}")
            }
            QuantityError::Arithmetic(error) => error.fmt(f),
            QuantityError::Dimension(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for QuantityError {}

impl From<ArithmeticError> for QuantityError {
    fn from(error: ArithmeticError) -> QuantityError {
        QuantityError::Arithmetic(error)
    }
}

impl From<DimensionError> for QuantityError {
    fn from(error: DimensionError) -> QuantityError {
        QuantityError::Dimension(error)
    }
}

impl Quantity {
    /// A number of base units of that dimension.
    pub const fn new(value: Rational, dimension: Dimension) -> Quantity {
        Quantity { value, dimension }
    }

    /// The number, in base units.
    pub const fn value(self) -> Rational {
        self.value
    }

    /// What it measures.
    pub const fn dimension(self) -> Dimension {
        self.dimension
    }

    /// The sum of two of one dimension.
    pub fn checked_add(self, other: Quantity) -> Result<Quantity, QuantityError> {
        self.require_same(Operation::Add, other)?;
        Ok(Quantity {
            value: self.value.checked_add(other.value)?,
            ..self
        })
    }

    /// The difference of two of one dimension.
    pub fn checked_sub(self, other: Quantity) -> Result<Quantity, QuantityError> {
        self.require_same(Operation::Subtract, other)?;
        Ok(Quantity {
            value: self.value.checked_sub(other.value)?,
            ..self
        })
    }

    /// The product; its dimension may be none.
    pub fn checked_mul(self, other: Quantity) -> Result<Quantity, QuantityError> {
        let dimension = self.dimension.checked_mul(other.dimension)?;
        Ok(Quantity {
            value: self.value.checked_mul(other.value)?,
            dimension,
        })
    }

    /// The quotient; its dimension may be none.
    pub fn checked_div(self, other: Quantity) -> Result<Quantity, QuantityError> {
        let dimension = self.dimension.checked_div(other.dimension)?;
        Ok(Quantity {
            value: self.value.checked_div(other.value)?,
            dimension,
        })
    }

    /// As many times as much.
    pub fn checked_scale(self, factor: Rational) -> Result<Quantity, QuantityError> {
        Ok(Quantity {
            value: self.value.checked_mul(factor)?,
            ..self
        })
    }

    /// Which of two of one dimension is more. Quantities have no `Ord`, because most pairs have no order.
    pub fn compare(self, other: Quantity) -> Result<Ordering, QuantityError> {
        self.require_same(Operation::Compare, other)?;
        Ok(self.value.cmp(&other.value))
    }

    fn require_same(self, operation: Operation, other: Quantity) -> Result<(), QuantityError> {
        let (left, right) = (self.dimension, other.dimension);
        if left == right {
            Ok(())
        } else {
            Err(QuantityError::Mismatch {
                operation,
                left,
                right,
            })
        }
    }
}

impl std::ops::Neg for Quantity {
    type Output = Quantity;

    fn neg(self) -> Quantity {
        Quantity {
            value: -self.value,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn quantity(text: &str) -> Quantity {
        match parse_quantity(text).unwrap().value {
            LiteralValue::Quantity(quantity) => quantity,
            LiteralValue::Ratio(ratio) => panic!("{ratio} is a ratio"),
        }
    }

    #[test]
    fn dimensions_must_agree_where_they_are_added() {
        assert_eq!(
            quantity("1Ki").checked_add(quantity("24B")),
            Ok(quantity("1048B"))
        );
        assert_eq!(
            quantity("1min").checked_sub(quantity("90s")),
            Ok(quantity("-30s"))
        );
        let messages = [
            (
                quantity("1Gi").checked_add(quantity("30s")).unwrap_err(),
                "cannot add bytes and a duration",
            ),
            (
                quantity("1Gi").checked_sub(quantity("2cpu")).unwrap_err(),
                "cannot subtract CPU from bytes",
            ),
            (
                quantity("1USD").compare(quantity("1EUR")).unwrap_err(),
                "cannot compare money in USD with money in EUR",
            ),
        ];
        for (error, message) in messages {
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn products_and_quotients_combine_dimensions() {
        let speed = quantity("5GB").checked_div(quantity("10s")).unwrap();
        assert_eq!(speed.dimension().to_string(), "bytes per second");
        assert_eq!(speed.checked_mul(quantity("2s")), Ok(quantity("1GB")));
        let requests = quantity("50rps").checked_mul(quantity("1min")).unwrap();
        assert_eq!(
            requests,
            Quantity::new(Rational::whole(3000), Dimension::NONE)
        );
        let dollars = quantity("10EUR")
            .checked_mul(quantity("11USD").checked_div(quantity("10EUR")).unwrap());
        assert_eq!(dollars, Ok(quantity("11USD")));
        assert_eq!(
            quantity("1s").checked_div(quantity("0s")),
            Err(QuantityError::Arithmetic(ArithmeticError::DivisionByZero))
        );
    }

    #[test]
    fn order_follows_the_value_whatever_the_unit() {
        assert_eq!(quantity("1GB").compare(quantity("1Gi")), Ok(Ordering::Less));
        assert_eq!(
            quantity("1000m").compare(quantity("1cpu")),
            Ok(Ordering::Equal)
        );
        assert_eq!(quantity("1000m"), quantity("1cpu"));
    }
}
