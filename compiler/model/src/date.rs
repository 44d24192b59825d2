//! Calendar dates: they occur in sources (`until 2026-12-31`) and are compared, never computed from a clock.

use std::fmt;

/// A date of the proleptic Gregorian calendar. Orders as dates do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, 0 to 9999.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// A date, or `None` if the calendar has no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (year <= 9999 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// Reads `2026-12-31`; `None` for another shape or a day that does not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The date so many days after 1970-01-01, or before it; `None` outside of the years 0 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Option<Self> {
        let days = u64::try_from(days.checked_add(TO_MARCH_0)?).ok()?;
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
        let year = u16::try_from((year + era * 400 + next).checked_sub(400)?).ok()?;
        Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// How many days after 1970-01-01 it is; negative before.
    #[must_use]
    pub fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) + 400 - i64::from(month <= 2);
        let month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        365 * year + year / 4 - year / 100 + year / 400 + day_of_year - TO_MARCH_0
    }

    /// How many days after this one another is; negative if it is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        other.days() - self.days()
    }
}

// The calendar repeats every 400 years; years begin in March, so that the odd day comes last. Counting starts an era before the
// year 0, so that no number is negative.
const ERA: u64 = 146_097;
/// Days from the first of March, 400 years before the year 0, to 1970-01-01.
const TO_MARCH_0: i64 = 719_468 + 146_097;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (20_778, "2026-11-21"),
            (20_818, "2026-12-31"),
            (-719_528, "0000-01-01"),
            (2_932_896, "9999-12-31"),
        ] {
            let date = Date::from_days(days).expect("the calendar has it");
            assert_eq!((date.to_string().as_str(), date.days()), (text, days));
        }
        for beyond in [-719_529, 2_932_897, i64::MIN, i64::MAX] {
            assert_eq!(Date::from_days(beyond), None, "{beyond}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = Date::from_days(-719_528).expect("the first one");
        for days in -719_527..=2_932_896 {
            let date = Date::from_days(days).expect("there is one");
            assert!(date > before && date.days() == days && before.days_until(date) == 1);
            before = date;
        }
    }

    #[test]
    fn only_days_that_exist() {
        assert!(Date::parse("2024-02-29").is_some());
        for bad in [
            "2023-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026-04-31",
            "2026-04-00",
            "x",
            "2026-04-01-02",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        assert!(Date::parse("2026-07-01") > Date::parse("2026-06-30"));
        assert_eq!(
            Date::parse("0099-01-02").map(|d| d.to_string()).as_deref(),
            Some("0099-01-02")
        );
    }
}
