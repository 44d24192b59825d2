//! Schedules of five fields, as Kubernetes reads them.

use std::ops::{Range, RangeInclusive};

use super::TextError;
use super::scan::{name_of, parts, require_some};
use crate::quantity::Rational;

/// A field of a schedule.
struct Field {
    name: &'static str,
    range: RangeInclusive<u8>,
    /// Names of its values, from the smallest.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 5] = [
    Field {
        name: "minute",
        range: 0..=59,
        names: &[],
    },
    Field {
        name: "hour",
        range: 0..=23,
        names: &[],
    },
    Field {
        name: "day of the month",
        range: 1..=31,
        names: &[],
    },
    Field {
        name: "month",
        range: 1..=12,
        names: &MONTHS,
    },
    Field {
        name: "day of the week",
        range: 0..=6,
        names: &DAYS,
    },
];

const DAY_OF_MONTH: usize = 2;
const MONTH: usize = 3;
const DAY_OF_WEEK: usize = 4;

/// The most days that a month ever has.
const LONGEST: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const MACROS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

const SHAPE: &str =
    "a schedule is `minute hour day-of-month month day-of-week`, such as `30 2 * * MON-FRI`";

pub(super) fn check(text: &str) -> Result<(), TextError> {
    require_some(text, "a schedule")?;
    if text.starts_with('@') {
        return check_macro(text);
    }
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        let end = text.find(' ').map_or(text.len(), |space| space + 1);
        return Err(TextError::new(
            0..end,
            "the time zone does not stand in the schedule: Kubernetes has a field of its own for it",
        ));
    }
    let words: Vec<(Range<usize>, &str)> = words(text).collect();
    if let Some((extra, _)) = words.get(FIELDS.len()) {
        return Err(too_many(text, &words, extra.start));
    }
    let mut values = [Set(0); FIELDS.len()];
    for ((field, (range, word)), slot) in FIELDS.iter().zip(&words).zip(&mut values) {
        *slot = field
            .parse(word)
            .map_err(|error| error.shifted(range.start))?;
    }
    if let Some(missing) = FIELDS.get(words.len()) {
        let message = format!(
            "a schedule has five fields: the {} is missing",
            missing.name
        );
        return Err(TextError::new(text.len()..text.len(), message).with_help(SHAPE));
    }
    check_that_it_comes(&words, &values)
}

/// The words between white space.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.split_ascii_whitespace().map(|word| {
        // Words are slices of the text, so the distance between the starts is the offset.
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        (start..start + word.len(), word)
    })
}

fn too_many(text: &str, words: &[(Range<usize>, &str)], extra: usize) -> TextError {
    let end = text.trim_ascii_end().len();
    let (first, second) = (&words[0], &words[1]);
    if words.len() == FIELDS.len() + 1 && first.1 == "0" {
        return TextError::new(
            first.0.start..second.0.start,
            "a schedule of Kubernetes has no seconds: it begins with the minute",
        )
        .with_help(SHAPE)
        .with_suggestion("");
    }
    TextError::new(
        extra..end,
        format!(
            "a schedule has five fields, and this one has {}",
            words.len()
        ),
    )
    .with_help(SHAPE)
}

fn check_macro(text: &str) -> Result<(), TextError> {
    if MACROS.contains(&text) {
        return Ok(());
    }
    if let Some(interval) = text.strip_prefix("@every ") {
        let pattern = is_go_duration(interval);
        let message = "`@every` takes a duration such as `1h30m`";
        return if pattern {
            Ok(())
        } else {
            Err(TextError::new(7..text.len(), message))
        };
    }
    let error = TextError::new(0..text.len(), "there is no such schedule").with_help(format!(
        "known are {} and `@every 1h`",
        MACROS.map(|name| format!("`{name}`")).join(", ")
    ));
    let lower = text.to_ascii_lowercase();
    let known = MACROS.iter().find(|name| **name == lower);
    Err(match known {
        Some(name) => error.with_suggestion(*name),
        None => error,
    })
}

/// Numbers with units, as Go reads them; not nothing.
fn is_go_duration(text: &str) -> bool {
    let mut rest = text;
    let mut is_positive = false;
    while !rest.is_empty() {
        let after_number =
            rest.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
        let after_unit =
            after_number.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        let number = &rest[..rest.len() - after_number.len()];
        let unit = &after_number[..after_number.len() - after_unit.len()];
        // Seven digits of hours do not fit a duration of Go.
        let number = Rational::from_decimal(number)
            .ok()
            .filter(|number| *number < Rational::whole(1_000_000));
        let Some(number) = number.filter(|_| matches!(unit, "ns" | "us" | "ms" | "s" | "m" | "h"))
        else {
            return false;
        };
        is_positive |= !number.is_zero();
        rest = after_unit;
    }
    is_positive
}

/// The values that a field takes, a bit each.
#[derive(Clone, Copy)]
struct Set(u64);

impl Set {
    fn contains(self, value: u8) -> bool {
        self.0 & (1 << value) != 0
    }

    fn insert_range(&mut self, first: u8, last: u8, step: u8) {
        for value in (first..=last).step_by(usize::from(step)) {
            self.0 |= 1 << value;
        }
    }
}

impl Field {
    fn parse(&self, word: &str) -> Result<Set, TextError> {
        let mut set = Set(0);
        for (range, item) in parts(word, ',') {
            if item.is_empty() {
                // The comma that has nothing on one of its sides.
                let comma = if range.start == 0 {
                    0..1
                } else {
                    range.start - 1..range.start
                };
                let error = TextError::new(
                    comma,
                    format!("there is nothing beside this `,` in the {}", self.name),
                );
                return Err(if word.bytes().all(|byte| byte == b',') {
                    error
                } else {
                    error.with_suggestion("")
                });
            }
            self.parse_item(item, &mut set)
                .map_err(|error| error.shifted(range.start))?;
        }
        Ok(set)
    }

    /// `*`, `5`, `1-5`, each maybe with `/step`.
    fn parse_item(&self, item: &str, set: &mut Set) -> Result<(), TextError> {
        let (span, step) = match item.split_once('/') {
            Some((span, step)) => {
                let start = span.len() + 1;
                (
                    span,
                    Some(
                        self.parse_step(step)
                            .map_err(|error| error.shifted(start))?,
                    ),
                )
            }
            None => (item, None),
        };
        let (smallest, largest) = (*self.range.start(), *self.range.end());
        let (first, last) = match span.split_once('-') {
            _ if span == "*" || span == "?" => (smallest, largest),
            Some((first_text, last_text)) => {
                let last_start = first_text.len() + 1;
                let first = self.parse_value(first_text)?;
                let last = self
                    .parse_value(last_text)
                    .map_err(|error| error.shifted(last_start))?;
                if first > last {
                    return Err(self.backwards(span, (first, first_text), (last, last_text), step));
                }
                (first, last)
            }
            None => {
                let value = self.parse_value(span)?;
                (value, if step.is_some() { largest } else { value })
            }
        };
        // Legal, and never what was meant: `*/90` minutes is once an hour.
        if step.is_some_and(|step| u16::from(first) + u16::from(step) > u16::from(last)) {
            return Err(TextError::new(
                0..item.len(),
                "a step longer than its range takes the first value only",
            )
            .with_suggestion(first.to_string()));
        }
        set.insert_range(first, last, step.unwrap_or(1));
        Ok(())
    }

    fn parse_step(&self, text: &str) -> Result<u8, TextError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TextError::new(
                0..text.len(),
                format!("a step in the {} is a number", self.name),
            ));
        }
        match text.parse() {
            Ok(0) => Err(TextError::new(0..text.len(), "a step of 0 never moves on")),
            Ok(step) => Ok(step),
            Err(_) => Err(TextError::new(
                0..text.len(),
                format!(
                    "a step in the {} is {} at most",
                    self.name,
                    self.range.end()
                ),
            )),
        }
    }

    fn parse_value(&self, text: &str) -> Result<u8, TextError> {
        let whole = 0..text.len();
        let (smallest, largest) = (*self.range.start(), *self.range.end());
        if text.is_empty() {
            return Err(
                TextError::new(whole, format!("a value of the {} is missing", self.name))
                    .with_help(SHAPE),
            );
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse::<u8>() {
                Ok(value) if self.range.contains(&value) => Ok(value),
                parsed => {
                    let message =
                        format!("the {} lies between {smallest} and {largest}", self.name);
                    let error = TextError::new(whole, message);
                    let is_sunday = parsed == Ok(7) && largest == 6;
                    Err(if is_sunday {
                        error
                            .with_help("Sunday is `0` or `SUN`")
                            .with_suggestion("0")
                    } else {
                        error
                    })
                }
            };
        }
        let upper = text.to_ascii_uppercase();
        if let Some(index) = (smallest..)
            .zip(self.names)
            .find(|(_, name)| **name == upper)
            .map(|(value, _)| value)
        {
            return Ok(index);
        }
        Err(self.unknown_word(text, &upper))
    }

    fn unknown_word(&self, text: &str, upper: &str) -> TextError {
        let whole = 0..text.len();
        if upper
            .chars()
            .any(|character| matches!(character, 'L' | 'W' | '#'))
            && upper
                .chars()
                .all(|character| character.is_ascii_digit() || "LW#".contains(character))
        {
            return TextError::new(
                whole,
                format!("`{text}` is Quartz's: Kubernetes does not know `L`, `W` and `#`"),
            );
        }
        let abbreviated = upper
            .get(..3)
            .and_then(|start| self.names.iter().find(|name| **name == start));
        if let Some(name) = abbreviated {
            return TextError::new(
                whole,
                format!("names in the {} have three letters", self.name),
            )
            .with_suggestion(*name);
        }
        let (smallest, largest) = (self.range.start(), self.range.end());
        let message = match text
            .chars()
            .find(|character| !character.is_ascii_alphanumeric())
        {
            Some(odd) => format!("the {} cannot have {}", self.name, name_of(odd)),
            None => format!("`{text}` is not a value of the {}", self.name),
        };
        let error = TextError::new(whole, message);
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => error.with_help(format!(
                "it is {smallest} to {largest}, or {first} to {last}"
            )),
            _ => error.with_help(format!(
                "it is {smallest} to {largest}, `*`, a range `a-b`, a list `a,b`, or a step `*/n`"
            )),
        }
    }

    /// A range that runs over the end of the week or year: two ranges, in the words of the author.
    fn backwards(
        &self,
        span: &str,
        first: (u8, &str),
        last: (u8, &str),
        step: Option<u8>,
    ) -> TextError {
        let message = format!("this range of the {} ends before it begins", self.name);
        let error = TextError::new(0..span.len(), message);
        if step.is_some() || self.names.is_empty() {
            return error;
        }
        let (smallest, largest) = (*self.range.start(), *self.range.end());
        let named = |value: u8, like: &str| match self.names.get(usize::from(value - smallest)) {
            Some(name) if !like.bytes().all(|byte| byte.is_ascii_digit()) => (*name).to_owned(),
            _ => value.to_string(),
        };
        let join = |from: u8, to: u8, like: &str| {
            if from == to {
                named(from, like)
            } else {
                format!("{}-{}", named(from, like), named(to, like))
            }
        };
        if first.0 == last.0 + 1 {
            return error.with_suggestion("*");
        }
        error.with_suggestion(format!(
            "{},{}",
            join(smallest, last.0, last.1),
            join(first.0, largest, first.1)
        ))
    }
}

/// A day that none of the months has never comes. With a day of the week given, either of the two is enough.
fn check_that_it_comes(words: &[(Range<usize>, &str)], values: &[Set; 5]) -> Result<(), TextError> {
    let is_any = |index: usize| words[index].1.starts_with(['*', '?']);
    if is_any(DAY_OF_MONTH) || !is_any(DAY_OF_WEEK) {
        return Ok(());
    }
    let comes = (1..).zip(LONGEST).any(|(month, longest)| {
        values[MONTH].contains(month) && (1..=longest).any(|day| values[DAY_OF_MONTH].contains(day))
    });
    if comes {
        return Ok(());
    }
    let range = words[DAY_OF_MONTH].0.start..words[MONTH].0.end;
    Err(TextError::new(
        range,
        "this day never comes: no month of these is that long",
    ))
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn schedules() {
        good(
            TextKind::Cron,
            &[
                "* * * * *",
                "*/5 * * * *",
                "30 2 * * MON-FRI",
                "0 0 1,15 jan-Mar ?",
                "5/15 0-6/2 * * 0",
                "0 0 29 2 *",
                "0 0 31 * *",
                "0  0 31 2 MON",
                "@daily",
                "@every 1h30m",
                "@every 1.5h",
                "@hourly",
            ],
        );
        bad(
            TextKind::Cron,
            &[
                ("«»", "a schedule cannot be empty", ""),
                ("«61» * * * *", "the minute lies between 0 and 59", ""),
                ("0 «24» * * *", "the hour lies between 0 and 23", ""),
                (
                    "0 0 «0» * *",
                    "the day of the month lies between 1 and 31",
                    "",
                ),
                ("0 0 * «13» *", "the month lies between 1 and 12", ""),
                (
                    "0 0 * * «7»",
                    "the day of the week lies between 0 and 6",
                    "0 0 * * 0",
                ),
                (
                    "0 0 * * 1-«7»",
                    "the day of the week lies between 0 and 6",
                    "0 0 * * 1-0",
                ),
                (
                    "0 0 * * «MONDAY»",
                    "names in the day of the week have three letters",
                    "0 0 * * MON",
                ),
                ("0 0 * «MON» *", "`MON` is not a value of the month", ""),
                ("«MON» 0 * * *", "`MON` is not a value of the minute", ""),
                (
                    "0 0 * * «FRI-MON»",
                    "this range of the day of the week ends before it begins",
                    "0 0 * * SUN-MON,FRI-SAT",
                ),
                (
                    "0 0 * * «MON-SUN»",
                    "this range of the day of the week ends before it begins",
                    "0 0 * * *",
                ),
                (
                    "0 0 * * «6-0»",
                    "this range of the day of the week ends before it begins",
                    "0 0 * * 0,6",
                ),
                (
                    "«30-10» * * * *",
                    "this range of the minute ends before it begins",
                    "",
                ),
                ("*/«0» * * * *", "a step of 0 never moves on", ""),
                ("*/«x» * * * *", "a step in the minute is a number", ""),
                ("*/«» * * * *", "a step in the minute is a number", ""),
                (
                    "«*/90» * * * *",
                    "a step longer than its range takes the first value only",
                    "0 * * * *",
                ),
                (
                    "0 «8/24» * * *",
                    "a step longer than its range takes the first value only",
                    "0 8 * * *",
                ),
                ("*/«900» * * * *", "a step in the minute is 59 at most", ""),
                (
                    "1«,»,2 * * * *",
                    "there is nothing beside this `,` in the minute",
                    "1,2 * * * *",
                ),
                (
                    "1«,» * * * *",
                    "there is nothing beside this `,` in the minute",
                    "1 * * * *",
                ),
                ("1-«» * * * *", "a value of the minute is missing", ""),
                (
                    "0 0 «L» * *",
                    "`L` is Quartz's: Kubernetes does not know `L`, `W` and `#`",
                    "",
                ),
                (
                    "0 0 * * «5#2»",
                    "`5#2` is Quartz's: Kubernetes does not know `L`, `W` and `#`",
                    "",
                ),
                (
                    "0 0 * *«»",
                    "a schedule has five fields: the day of the week is missing",
                    "",
                ),
                (
                    "«0 »0 2 * * MON",
                    "a schedule of Kubernetes has no seconds: it begins with the minute",
                    "0 2 * * MON",
                ),
                (
                    "5 0 2 * * «MON»",
                    "a schedule has five fields, and this one has 6",
                    "",
                ),
                (
                    "0 0 «30 2» *",
                    "this day never comes: no month of these is that long",
                    "",
                ),
                (
                    "0 0 «31 4,6» *",
                    "this day never comes: no month of these is that long",
                    "",
                ),
                ("«@dayly»", "there is no such schedule", ""),
                ("«@Daily»", "there is no such schedule", "@daily"),
                (
                    "@every «0s»",
                    "`@every` takes a duration such as `1h30m`",
                    "",
                ),
                (
                    "@every «1»",
                    "`@every` takes a duration such as `1h30m`",
                    "",
                ),
                ("@every «»", "`@every` takes a duration such as `1h30m`", ""),
                (
                    "«10-20/15» * * * *",
                    "a step longer than its range takes the first value only",
                    "10 * * * *",
                ),
                (
                    "@every «1d»",
                    "`@every` takes a duration such as `1h30m`",
                    "",
                ),
                (
                    "«CRON_TZ=UTC »0 0 * * *",
                    "the time zone does not stand in the schedule: Kubernetes has a field of its own for it",
                    "",
                ),
                ("«é» * * * *", "the minute cannot have `é`", ""),
                ("«1.5» * * * *", "the minute cannot have `.`", ""),
            ],
        );
    }
}
