//! The unit suffixes of the grammar.

use std::fmt;

use super::currency::Currency;
use super::dimension::{BaseUnit, Dimension};
use super::rational::Rational;

/// A unit suffix of a quantity literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `cpu`: cores.
    Cpu,
    /// `m`: thousandths of a core.
    Millicpu,
    /// `B`: bytes.
    Byte,
    /// `KB`: 10³ bytes.
    Kilobyte,
    /// `MB`: 10⁶ bytes.
    Megabyte,
    /// `GB`: 10⁹ bytes.
    Gigabyte,
    /// `TB`: 10¹² bytes.
    Terabyte,
    /// `PB`: 10¹⁵ bytes.
    Petabyte,
    /// `Ki`: 2¹⁰ bytes.
    Kibibyte,
    /// `Mi`: 2²⁰ bytes.
    Mebibyte,
    /// `Gi`: 2³⁰ bytes.
    Gibibyte,
    /// `Ti`: 2⁴⁰ bytes.
    Tebibyte,
    /// `Pi`: 2⁵⁰ bytes.
    Pebibyte,
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `min`
    Minute,
    /// `h`
    Hour,
    /// `d`: 24 hours.
    Day,
    /// `%`: hundredths, of a ratio.
    Percent,
    /// `rps`: per second.
    PerSecond,
    /// A currency's ISO 4217 code.
    Money(Currency),
}

/// Every unit but money, each family from its smallest.
pub(super) const UNITS: [Unit; 20] = [
    Unit::Millicpu,
    Unit::Cpu,
    Unit::Byte,
    Unit::Kilobyte,
    Unit::Kibibyte,
    Unit::Megabyte,
    Unit::Mebibyte,
    Unit::Gigabyte,
    Unit::Gibibyte,
    Unit::Terabyte,
    Unit::Tebibyte,
    Unit::Petabyte,
    Unit::Pebibyte,
    Unit::Millisecond,
    Unit::Second,
    Unit::Minute,
    Unit::Hour,
    Unit::Day,
    Unit::Percent,
    Unit::PerSecond,
];

impl Unit {
    /// The unit of that suffix.
    pub fn from_symbol(symbol: &str) -> Option<Unit> {
        UNITS
            .into_iter()
            .find(|unit| unit.symbol() == symbol)
            .or_else(|| Currency::from_code(symbol).map(Unit::Money))
    }

    /// The suffix.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Cpu => "cpu",
            Unit::Millicpu => "m",
            Unit::Byte => "B",
            Unit::Kilobyte => "KB",
            Unit::Megabyte => "MB",
            Unit::Gigabyte => "GB",
            Unit::Terabyte => "TB",
            Unit::Petabyte => "PB",
            Unit::Kibibyte => "Ki",
            Unit::Mebibyte => "Mi",
            Unit::Gibibyte => "Gi",
            Unit::Tebibyte => "Ti",
            Unit::Pebibyte => "Pi",
            Unit::Millisecond => "ms",
            Unit::Second => "s",
            Unit::Minute => "min",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Percent => "%",
            Unit::PerSecond => "rps",
            Unit::Money(currency) => currency.code(),
        }
    }

    /// What it measures; nothing for a percentage, which is a ratio.
    pub const fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Unit::Cpu | Unit::Millicpu => Dimension::CPU,
            Unit::Byte
            | Unit::Kilobyte
            | Unit::Megabyte
            | Unit::Gigabyte
            | Unit::Terabyte
            | Unit::Petabyte
            | Unit::Kibibyte
            | Unit::Mebibyte
            | Unit::Gibibyte
            | Unit::Tebibyte
            | Unit::Pebibyte => Dimension::BYTES,
            Unit::Millisecond | Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => {
                Dimension::DURATION
            }
            Unit::Percent => return None,
            Unit::PerSecond => Dimension::RATE,
            Unit::Money(currency) => Dimension::money(currency),
        })
    }

    /// How many base units (cores, bytes, seconds, …) one of it is.
    pub const fn factor(self) -> Rational {
        match self {
            Unit::Millicpu | Unit::Millisecond => Rational::one_over(1_000),
            Unit::Percent => Rational::one_over(100),
            Unit::Cpu | Unit::Byte | Unit::Second | Unit::PerSecond | Unit::Money(_) => {
                Rational::ONE
            }
            Unit::Kilobyte => Rational::whole(1_000),
            Unit::Megabyte => Rational::whole(1_000_000),
            Unit::Gigabyte => Rational::whole(1_000_000_000),
            Unit::Terabyte => Rational::whole(1_000_000_000_000),
            Unit::Petabyte => Rational::whole(1_000_000_000_000_000),
            Unit::Kibibyte => Rational::whole(1 << 10),
            Unit::Mebibyte => Rational::whole(1 << 20),
            Unit::Gibibyte => Rational::whole(1 << 30),
            Unit::Tebibyte => Rational::whole(1 << 40),
            Unit::Pebibyte => Rational::whole(1 << 50),
            Unit::Minute => Rational::whole(60),
            Unit::Hour => Rational::whole(3_600),
            Unit::Day => Rational::whole(86_400),
        }
    }

    /// The unit whose factor is one.
    pub(super) const fn base(of: BaseUnit) -> Unit {
        match of {
            BaseUnit::Cpu => Unit::Cpu,
            BaseUnit::Byte => Unit::Byte,
            BaseUnit::Second => Unit::Second,
            BaseUnit::Money(currency) => Unit::Money(currency),
        }
    }

    /// The unit that was probably meant by a suffix that is none.
    pub fn nearest(symbol: &str) -> Option<Unit> {
        let lower = symbol.to_lowercase();
        if let Some((_, unit)) = HABITS.iter().find(|(habit, _)| *habit == lower) {
            return Some(*unit);
        }
        if let Some(unit) = UNITS
            .into_iter()
            .find(|unit| unit.symbol().to_lowercase() == lower)
        {
            return Some(unit);
        }
        let upper = symbol.to_uppercase();
        if let Some((_, code)) = CURRENCY_SIGNS.iter().find(|(sign, _)| *sign == symbol) {
            return Currency::from_code(code).map(Unit::Money);
        }
        if let Some(currency) = Currency::from_code(&upper) {
            return Some(Unit::Money(currency));
        }
        // One slip is only evidence in a word long enough to survive it.
        let candidates = UNITS.into_iter().filter(|unit| unit.symbol().len() > 2);
        if symbol.len() < 3 {
            return None;
        }
        candidates
            .into_iter()
            .find(|unit| is_one_slip(&lower, unit.symbol()))
            .or_else(|| {
                COMMON_CURRENCIES
                    .iter()
                    .find(|code| is_one_slip(&upper, code))
                    .and_then(|code| Unit::from_symbol(code))
            })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// What people write in other tools, in lower case. `M` is a megabyte as Kubernetes reads it.
const HABITS: [(&str, Unit); 46] = [
    ("core", Unit::Cpu),
    ("cores", Unit::Cpu),
    ("cpus", Unit::Cpu),
    ("vcpu", Unit::Cpu),
    ("vcpus", Unit::Cpu),
    ("mcpu", Unit::Millicpu),
    ("millicpu", Unit::Millicpu),
    ("millicore", Unit::Millicpu),
    ("millicores", Unit::Millicpu),
    ("b", Unit::Byte),
    ("byte", Unit::Byte),
    ("bytes", Unit::Byte),
    ("k", Unit::Kilobyte),
    ("g", Unit::Gigabyte),
    ("t", Unit::Terabyte),
    ("p", Unit::Petabyte),
    ("kib", Unit::Kibibyte),
    ("mib", Unit::Mebibyte),
    ("gib", Unit::Gibibyte),
    ("tib", Unit::Tebibyte),
    ("pib", Unit::Pebibyte),
    ("msec", Unit::Millisecond),
    ("msecs", Unit::Millisecond),
    ("millis", Unit::Millisecond),
    ("milliseconds", Unit::Millisecond),
    ("sec", Unit::Second),
    ("secs", Unit::Second),
    ("second", Unit::Second),
    ("seconds", Unit::Second),
    ("mins", Unit::Minute),
    ("minute", Unit::Minute),
    ("minutes", Unit::Minute),
    ("hr", Unit::Hour),
    ("hrs", Unit::Hour),
    ("hour", Unit::Hour),
    ("hours", Unit::Hour),
    ("day", Unit::Day),
    ("days", Unit::Day),
    ("percent", Unit::Percent),
    ("pct", Unit::Percent),
    ("qps", Unit::PerSecond),
    ("tps", Unit::PerSecond),
    ("hz", Unit::PerSecond),
    ("/s", Unit::PerSecond),
    ("req/s", Unit::PerSecond),
    ("m", Unit::Megabyte),
];

const CURRENCY_SIGNS: [(&str, &str); 5] = [
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
];

/// Guessing among all currencies would find one for any three letters.
const COMMON_CURRENCIES: [&str; 5] = ["USD", "EUR", "GBP", "JPY", "CHF"];

/// Whether one insertion, deletion, replacement or swap of neighbours leads from one ASCII word to the other.
fn is_one_slip(from: &str, to: &str) -> bool {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let head = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let tail = from[head..]
        .iter()
        .rev()
        .zip(to[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (from, to) = (&from[head..from.len() - tail], &to[head..to.len() - tail]);
    match (from, to) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => from.len() <= 1 && to.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_found_and_belongs_to_one_unit() {
        for unit in UNITS.into_iter().chain(Currency::all().map(Unit::Money)) {
            assert_eq!(Unit::from_symbol(unit.symbol()), Some(unit));
        }
    }

    #[test]
    fn habits_lead_to_units() {
        let cases = [
            ("mb", "MB"),
            ("gb", "GB"),
            ("GiB", "Gi"),
            ("MIB", "Mi"),
            ("mi", "Mi"),
            ("G", "GB"),
            ("M", "MB"),
            ("K", "KB"),
            ("CPU", "cpu"),
            ("cores", "cpu"),
            ("sec", "s"),
            ("S", "s"),
            ("MS", "ms"),
            ("hrs", "h"),
            ("days", "d"),
            ("usd", "USD"),
            ("$", "USD"),
            ("€", "EUR"),
            ("UDS", "USD"),
            ("EURO", "EUR"),
            ("rsp", "rps"),
            ("mni", "min"),
            ("qps", "rps"),
        ];
        for (typed, meant) in cases {
            assert_eq!(
                Unit::nearest(typed).map(Unit::symbol),
                Some(meant),
                "{typed}"
            );
        }
        for typed in ["", "x", "zz", "parsecs", "ñ", "foo"] {
            assert_eq!(Unit::nearest(typed), None, "{typed}");
        }
    }
}
