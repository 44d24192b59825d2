//! What a quantity measures: exponents of CPU, bytes, seconds and currencies.

use std::fmt;

use super::currency::Currency;

/// The dimension of a quantity, such as bytes, or bytes per second.
///
/// Two currencies may stand in one dimension, because an exchange rate is `USD / EUR`; three are an error.
//
// Invariant: the slots of `money` hold no exponent of zero, are sorted by currency, and the empty ones stand last, so
// that derived equality and hashing are equality of dimensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension {
    cpu: i8,
    byte: i8,
    second: i8,
    money: [Option<(Currency, i8)>; 2],
}

/// Why two dimensions have no product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DimensionError {
    /// An exponent would leave -127..127.
    ExponentTooLarge,
    /// The product would speak of three currencies.
    TooManyCurrencies,
}

impl fmt::Display for DimensionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DimensionError::ExponentTooLarge => "the same unit is multiplied more than 127 times",
            DimensionError::TooManyCurrencies => "the result would mix three currencies",
        })
    }
}

impl std::error::Error for DimensionError {}

/// A factor of a dimension: what the exponents count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaseUnit {
    /// One core.
    Cpu,
    /// One byte.
    Byte,
    /// One second.
    Second,
    /// One unit of a currency.
    Money(Currency),
}

impl Dimension {
    /// A plain number.
    pub const NONE: Dimension = Dimension {
        cpu: 0,
        byte: 0,
        second: 0,
        money: [None, None],
    };
    /// `Cpu`: cores.
    pub const CPU: Dimension = Dimension {
        cpu: 1,
        ..Dimension::NONE
    };
    /// `Bytes`.
    pub const BYTES: Dimension = Dimension {
        byte: 1,
        ..Dimension::NONE
    };
    /// `Duration`: seconds.
    pub const DURATION: Dimension = Dimension {
        second: 1,
        ..Dimension::NONE
    };
    /// `Rate`: per second.
    pub const RATE: Dimension = Dimension {
        second: -1,
        ..Dimension::NONE
    };

    /// `Money` in one currency.
    pub const fn money(currency: Currency) -> Dimension {
        Dimension {
            money: [Some((currency, 1)), None],
            ..Dimension::NONE
        }
    }

    /// Whether it is a plain number.
    pub fn is_none(self) -> bool {
        self == Dimension::NONE
    }

    /// The currency, if this is money in one.
    pub fn currency(self) -> Option<Currency> {
        match self.money {
            [Some((currency, 1)), None] if self == Dimension::money(currency) => Some(currency),
            _ => None,
        }
    }

    /// The named type whose values have this dimension, if there is one.
    pub fn named(self) -> Option<NamedDimension> {
        NamedDimension::ALL
            .into_iter()
            .find(|named| named.contains(self))
    }

    /// The dimension of a product.
    pub fn checked_mul(self, other: Dimension) -> Result<Dimension, DimensionError> {
        let add = |left: i8, right: i8| match left.checked_add(right) {
            None | Some(i8::MIN) => Err(DimensionError::ExponentTooLarge),
            Some(sum) => Ok(sum),
        };
        let mut terms: [Option<(Currency, i8)>; 4] = [None; 4];
        for (currency, exponent) in self.money.into_iter().chain(other.money).flatten() {
            let same = |term: &&mut Option<(Currency, i8)>| {
                term.is_none_or(|(known, _)| known == currency)
            };
            // Four slots hold the two terms of either side, so one is always found.
            if let Some(term) = terms.iter_mut().find(same) {
                *term = Some((currency, add(term.map_or(0, |(_, known)| known), exponent)?));
            }
        }
        for term in &mut terms {
            *term = term.filter(|(_, exponent)| *exponent != 0);
        }
        terms.sort_unstable_by_key(|term| (term.is_none(), *term));
        let [first, second, None, _] = terms else {
            return Err(DimensionError::TooManyCurrencies);
        };
        let money = [first, second];
        Ok(Dimension {
            cpu: add(self.cpu, other.cpu)?,
            byte: add(self.byte, other.byte)?,
            second: add(self.second, other.second)?,
            money,
        })
    }

    /// The dimension of a quotient.
    pub fn checked_div(self, other: Dimension) -> Result<Dimension, DimensionError> {
        self.checked_mul(other.recip())
    }

    /// The dimension of a power.
    pub fn checked_pow(self, power: i8) -> Result<Dimension, DimensionError> {
        if power == 0 {
            return Ok(Dimension::NONE);
        }
        let scale = |exponent: i8| match exponent.checked_mul(power) {
            None | Some(i8::MIN) => Err(DimensionError::ExponentTooLarge),
            Some(product) => Ok(product),
        };
        let mut money = self.money;
        for (_, exponent) in money.iter_mut().flatten() {
            *exponent = scale(*exponent)?;
        }
        Ok(Dimension {
            cpu: scale(self.cpu)?,
            byte: scale(self.byte)?,
            second: scale(self.second)?,
            money,
        })
    }

    /// The dimension of `1 / x`.
    #[must_use]
    pub fn recip(self) -> Dimension {
        // Exponents never reach `i8::MIN`, so negation is total.
        let money = self
            .money
            .map(|term| term.map(|(currency, exponent)| (currency, -exponent)));
        Dimension {
            cpu: -self.cpu,
            byte: -self.byte,
            second: -self.second,
            money,
        }
    }

    /// The factors with their exponents, none of them zero: money, CPU, bytes, seconds.
    pub fn factors(self) -> impl Iterator<Item = (BaseUnit, i8)> {
        let money = self
            .money
            .into_iter()
            .flatten()
            .map(|(currency, exponent)| (BaseUnit::Money(currency), exponent));
        let others = [
            (BaseUnit::Cpu, self.cpu),
            (BaseUnit::Byte, self.byte),
            (BaseUnit::Second, self.second),
        ];
        money.chain(others).filter(|(_, exponent)| *exponent != 0)
    }
}

/// In words, for messages: `CPU`, `bytes`, `a duration`, `money in USD`, `a rate`, `bytes per second`, `a plain number`.
impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named() {
            Some(NamedDimension::Cpu) => return f.write_str("CPU"),
            Some(NamedDimension::Bytes) => return f.write_str("bytes"),
            Some(NamedDimension::Duration) => return f.write_str("a duration"),
            Some(NamedDimension::Rate) => return f.write_str("a rate"),
            Some(NamedDimension::Money) | None => {}
        }
        if let Some(currency) = self.currency() {
            return write!(f, "money in {currency}");
        }
        if self.is_none() {
            return f.write_str("a plain number");
        }
        let mut between = "";
        for (unit, exponent) in self.factors().filter(|(_, exponent)| *exponent > 0) {
            write!(f, "{between}{}{}", unit.words().1, Power(exponent))?;
            between = " times ";
        }
        if between.is_empty() {
            f.write_str("a number")?;
        }
        between = " per ";
        for (unit, exponent) in self.factors().filter(|(_, exponent)| *exponent < 0) {
            write!(f, "{between}{}{}", unit.words().0, Power(exponent))?;
            between = " and ";
        }
        Ok(())
    }
}

impl BaseUnit {
    /// Singular and plural.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            BaseUnit::Cpu => ("CPU", "CPU"),
            BaseUnit::Byte => ("byte", "bytes"),
            BaseUnit::Second => ("second", "seconds"),
            BaseUnit::Money(currency) => (currency.code(), currency.code()),
        }
    }

    /// The dimension of one of it.
    pub const fn dimension(self) -> Dimension {
        match self {
            BaseUnit::Cpu => Dimension::CPU,
            BaseUnit::Byte => Dimension::BYTES,
            BaseUnit::Second => Dimension::DURATION,
            BaseUnit::Money(currency) => Dimension::money(currency),
        }
    }
}

struct Power(i8);

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.unsigned_abs() {
            1 => Ok(()),
            2 => f.write_str(" squared"),
            3 => f.write_str(" cubed"),
            other => write!(f, " to the power of {other}"),
        }
    }
}

/// The dimensions that have a name in the language; as types they are what a field can be declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedDimension {
    /// Cores.
    Cpu,
    /// Bytes.
    Bytes,
    /// Time.
    Duration,
    /// An amount in any one currency.
    Money,
    /// Per second.
    Rate,
}

impl NamedDimension {
    /// All of them.
    pub const ALL: [NamedDimension; 5] = [
        NamedDimension::Cpu,
        NamedDimension::Bytes,
        NamedDimension::Duration,
        NamedDimension::Money,
        NamedDimension::Rate,
    ];

    /// The type's name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            NamedDimension::Cpu => "Cpu",
            NamedDimension::Bytes => "Bytes",
            NamedDimension::Duration => "Duration",
            NamedDimension::Money => "Money",
            NamedDimension::Rate => "Rate",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<NamedDimension> {
        NamedDimension::ALL
            .into_iter()
            .find(|named| named.name() == name)
    }

    /// Whether a quantity of that dimension is one of these.
    pub fn contains(self, dimension: Dimension) -> bool {
        match self {
            NamedDimension::Cpu => dimension == Dimension::CPU,
            NamedDimension::Bytes => dimension == Dimension::BYTES,
            NamedDimension::Duration => dimension == Dimension::DURATION,
            NamedDimension::Money => dimension.currency().is_some(),
            NamedDimension::Rate => dimension == Dimension::RATE,
        }
    }

    /// Literals of this type, for help texts: `250m or 2cpu`.
    pub const fn examples(self) -> &'static str {
        match self {
            NamedDimension::Cpu => "`250m` or `2cpu`",
            NamedDimension::Bytes => "`256Mi`, `20Gi` or `5GB`",
            NamedDimension::Duration => "`300ms`, `30s`, `5min`, `12h` or `14d`",
            NamedDimension::Money => "`120USD`",
            NamedDimension::Rate => "`50rps`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(code: &str) -> Dimension {
        Dimension::money(Currency::from_code(code).unwrap())
    }

    #[test]
    fn dimensions_speak_in_words() {
        let per_second = Dimension::BYTES.checked_div(Dimension::DURATION).unwrap();
        let area = Dimension::DURATION.checked_pow(2).unwrap();
        let price = money("USD")
            .checked_div(Dimension::BYTES.checked_mul(Dimension::DURATION).unwrap())
            .unwrap();
        let cases = [
            (Dimension::NONE, "a plain number"),
            (Dimension::CPU, "CPU"),
            (Dimension::BYTES, "bytes"),
            (Dimension::DURATION, "a duration"),
            (Dimension::RATE, "a rate"),
            (money("EUR"), "money in EUR"),
            (per_second, "bytes per second"),
            (area, "seconds squared"),
            (area.recip(), "a number per second squared"),
            (price, "USD per byte and second"),
            (
                Dimension::CPU.checked_mul(Dimension::DURATION).unwrap(),
                "CPU times seconds",
            ),
            (
                money("USD").checked_div(money("EUR")).unwrap(),
                "USD per EUR",
            ),
        ];
        for (dimension, words) in cases {
            assert_eq!(dimension.to_string(), words);
        }
    }

    #[test]
    fn exchange_rates_cancel_and_third_currencies_are_refused() {
        let rate = money("USD").checked_div(money("EUR")).unwrap();
        assert_eq!(money("EUR").checked_mul(rate), Ok(money("USD")));
        assert_eq!(
            rate.checked_mul(money("JPY")),
            Err(DimensionError::TooManyCurrencies)
        );
        assert_eq!(rate.checked_mul(rate.recip()), Ok(Dimension::NONE));
        assert_eq!(
            money("JPY").checked_mul(money("CHF")),
            money("CHF").checked_mul(money("JPY"))
        );
    }

    #[test]
    fn exponents_do_not_wrap() {
        let large = Dimension::BYTES.checked_pow(127).unwrap();
        assert_eq!(
            large.checked_mul(Dimension::BYTES),
            Err(DimensionError::ExponentTooLarge)
        );
        assert_eq!(
            large.recip().checked_div(Dimension::BYTES),
            Err(DimensionError::ExponentTooLarge)
        );
        assert_eq!(large.checked_pow(2), Err(DimensionError::ExponentTooLarge));
        assert_eq!(
            Dimension::BYTES.checked_pow(-128),
            Err(DimensionError::ExponentTooLarge)
        );
        assert_eq!(large.checked_pow(0), Ok(Dimension::NONE));
    }

    #[test]
    fn names_and_dimensions_agree() {
        for named in NamedDimension::ALL {
            assert_eq!(NamedDimension::from_name(named.name()), Some(named));
        }
        assert_eq!(money("USD").named(), Some(NamedDimension::Money));
        assert_eq!(money("USD").checked_pow(2).unwrap().named(), None);
        assert_eq!(NamedDimension::from_name("Ratio"), None);
    }
}
