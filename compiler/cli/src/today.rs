//! What day it is. Findings may depend on it, artifacts never do.

use std::time::{SystemTime, UNIX_EPOCH};

use plat_driver::Date;

const SECONDS_A_DAY: u64 = 86_400;

/// Today, in UTC; nothing on a machine without a clock.
pub(crate) fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    date(seconds / SECONDS_A_DAY)
}

/// The date so many days after 1970-01-01.
fn date(days: u64) -> Option<Date> {
    // The calendar repeats every 400 years; years begin in March, so that the odd day comes last.
    const ERA: u64 = 146_097;
    let days = days.checked_add(719_468)?;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = u16::try_from(year + era * 400 + next).ok()?;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_are_counted_from_1970() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_778, "2026-11-21"),
            (20_818, "2026-12-31"),
        ] {
            assert_eq!(
                date(days).map(|date| date.to_string()).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(date(u64::MAX), None);
    }
}
