//! The units of quantities, as text: what they measure is not known here.

/// Every unit but the currencies, which are three capital letters.
pub const UNITS: &[&str] = &[
    "cpu", "m", "B", "KB", "MB", "GB", "TB", "PB", "Ki", "Mi", "Gi", "Ti", "Pi", "ms", "s", "min",
    "h", "d", "%", "rps",
];

/// What people write, and which unit they mean.
const SPELLINGS: &[(&str, &str)] = &[
    ("k", "KB"),
    ("kib", "Ki"),
    ("mib", "Mi"),
    ("gib", "Gi"),
    ("tib", "Ti"),
    ("pib", "Pi"),
    ("g", "GB"),
    ("t", "TB"),
    ("p", "PB"),
    ("bytes", "B"),
    ("byte", "B"),
    ("core", "cpu"),
    ("cores", "cpu"),
    ("cpus", "cpu"),
    ("vcpu", "cpu"),
    ("mcpu", "m"),
    ("millicpu", "m"),
    ("msec", "ms"),
    ("millis", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("percent", "%"),
    ("pct", "%"),
    ("qps", "rps"),
    ("eur", "EUR"),
    ("usd", "USD"),
    ("gbp", "GBP"),
    ("chf", "CHF"),
    ("jpy", "JPY"),
];

/// The text after a number is a unit.
pub(super) fn is_unit(suffix: &str) -> bool {
    UNITS.contains(&suffix) || (suffix.len() == 3 && suffix.bytes().all(|b| b.is_ascii_uppercase()))
}

/// The unit that a word after a number stands for.
pub(crate) fn meant_unit(word: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .copied()
        .find(|unit| *unit == word)
        .or_else(|| nearest(word))
}

/// The unit that was probably meant.
pub(super) fn nearest(suffix: &str) -> Option<&'static str> {
    // A capital `M` may be mebibytes, megabytes or minutes; `m` alone would be a factor of a thousand million off.
    if suffix == "M" {
        return Some("MB");
    }
    let lower = suffix.to_ascii_lowercase();
    let spelled = SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == lower)
        .map(|(_, unit)| *unit);
    spelled
        .or_else(|| {
            UNITS
                .iter()
                .copied()
                .find(|unit| unit.eq_ignore_ascii_case(suffix))
        })
        .or_else(|| {
            UNITS
                .iter()
                .copied()
                .find(|unit| unit.len() > 1 && crate::near::distance(unit, suffix) == 1)
        })
}

/// All units in one line, for a message.
pub(super) fn listed() -> String {
    format!(
        "{} and currencies like `EUR`",
        UNITS
            .iter()
            .map(|unit| format!("`{unit}`"))
            .collect::<Vec<_>>()
            .join(" ")
    )
}
