//! Numbers, quantities and dates.

use nom::{
    Parser,
    bytes::complete::{tag, take_while1},
    character::complete::char,
    combinator::recognize,
    multi::many0_count,
    sequence::preceded,
};

use super::{Lexer, is_word_byte, matched, span, units};
use crate::{
    SyntaxKind::*,
    error::{SyntaxError, codes, range_at},
};

type Bytes<'i> = &'i [u8];
type Recognised<'i> = nom::IResult<Bytes<'i>, Bytes<'i>, ()>;

impl Lexer<'_> {
    /// Anything that starts with a digit.
    pub(super) fn number(&mut self) {
        let rest = self.rest();
        let digits = span(|b| b.is_ascii_digit(), rest);
        if rest.get(digits) == Some(&b'-') && rest.get(digits + 1).is_some_and(u8::is_ascii_digit) {
            return self.date_or_dashes();
        }
        if let Some(len) = matched(octal, rest)
            && !rest.get(len).copied().is_some_and(is_word_byte)
        {
            return self.integer(len);
        }
        let int = matched(decimal, rest).unwrap_or(digits);
        let fraction_len = matched(fraction, &rest[int..]).unwrap_or(0);
        let number = int + fraction_len;
        let suffix = match rest.get(number) {
            Some(b'%') => 1 + span(is_word_byte, &rest[number + 1..]),
            _ => span(is_word_byte, &rest[number..]),
        };
        let len = number + suffix;
        let text = &self.text[self.pos..self.pos + len];
        if matched(fraction, &rest[len..]).is_some() {
            return self.version_number(len);
        }
        if int > 1 && rest[0] == b'0' {
            return self.leading_zero(len, &text[int..]);
        }
        match &text[number..] {
            "" if fraction_len == 0 => self.integer(len),
            "" => self.emit(FLOAT, len),
            unit if units::is_unit(unit) => self.emit(QUANTITY, len),
            _ => self.bad_suffix(number, len),
        }
    }

    /// A whole number, which must fit into 64 bits.
    fn integer(&mut self, len: usize) {
        let text = &self.text[self.pos..self.pos + len];
        // Eighteen digits always fit.
        if len <= 18 || crate::ast::int_value(text).is_some() {
            return self.emit(INT, len);
        }
        let range = range_at(self.pos, len);
        self.report(|| {
            SyntaxError::new(codes::BAD_NUMBER, range, "this number is too large").help(format!(
                "the largest whole number is `{}`; put identifiers in quotes",
                i64::MAX
            ))
        });
        self.emit(BAD_LITERAL, len);
    }

    /// `2027-03-01`, or digits and dashes that are no date.
    fn date_or_dashes(&mut self) {
        let rest = self.rest();
        let len = span(|b| is_word_byte(b) || b == b'-', rest);
        let text = &self.text[self.pos..self.pos + len];
        let range = range_at(self.pos, len);
        match parse_date(text) {
            Some(Ok(_)) => return self.emit(DATE, len),
            Some(Err(reason)) => self.report(|| {
                SyntaxError::new(
                    codes::BAD_DATE,
                    range,
                    format!("`{text}` is not a day: {reason}"),
                )
                .label("no such day")
                .help("dates are year-month-day, like `2027-03-01`")
            }),
            None => {
                let looks_like_date = text.split('-').count() == 3
                    && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                match looks_like_date.then(|| padded_date(text)).flatten() {
                    Some(date) => self.report(|| {
                        SyntaxError::new(codes::BAD_DATE, range, format!("`{text}` is not a date"))
                            .help(format!("dates have four, two and two digits: `{date}`"))
                            .replace_with("write the date in full", date)
                    }),
                    None => {
                        let spaced = text.split('-').collect::<Vec<_>>().join(" - ");
                        self.report(|| {
                            SyntaxError::new(codes::MINUS_SPACING, range, format!("`{text}` is neither a number nor a date"))
                                .help(format!("a subtraction has spaces, `{spaced}`; text has quotes, `\"{text}\"`"))
                        });
                    }
                }
            }
        }
        self.emit(BAD_LITERAL, len);
    }

    /// `1.2.3`, `1.0-rc1`: what people write without quotes.
    fn version_number(&mut self, len: usize) {
        let rest = self.rest();
        let len = len + span(|b| is_word_byte(b) || b == b'.' || b == b'-', &rest[len..]);
        // `1.2..5` keeps its range operator.
        let text = &self.text[self.pos..self.pos + len];
        let len = text.find("..").unwrap_or(len);
        let len = text[..len].trim_end_matches('.').len();
        // The length of the prefix of an unquoted network.
        let slash = matched(prefix_length, &rest[len..]).unwrap_or(0);
        let text = &self.text[self.pos..self.pos + len + slash];
        let range = range_at(self.pos, text.len());
        self.report(|| {
            SyntaxError::new(
                codes::BAD_NUMBER,
                range,
                format!("`{text}` is not a number"),
            )
            .help("versions and addresses are text: put them in quotes")
            .replace_with("put quotes around it", format!("\"{text}\""))
        });
        self.emit(BAD_LITERAL, text.len());
    }

    fn leading_zero(&mut self, len: usize, tail: &str) {
        let text = &self.text[self.pos..self.pos + len];
        let range = range_at(self.pos, len);
        let digits = text.len() - tail.len();
        let octal = text[..digits].bytes().all(|b| b < b'8') && tail.is_empty();
        let significant = text[..digits].trim_start_matches('0');
        let help = if octal && !significant.is_empty() {
            format!(
                "write `0o{significant}` for a file mode, `\"{text}\"` for text, `{significant}` for the number"
            )
        } else {
            format!("write `\"{text}\"` for text, or the number without its zeros")
        };
        self.report(|| {
            SyntaxError::new(
                codes::BAD_NUMBER,
                range,
                format!("`{text}` starts with a zero"),
            )
            .label("octal, text or a number?")
            .help(help)
        });
        self.emit(BAD_LITERAL, len);
    }

    /// A number with something after it that is no unit.
    fn bad_suffix(&mut self, number: usize, len: usize) {
        let text = &self.text[self.pos..self.pos + len];
        let (value, suffix) = text.split_at(number);
        let range = range_at(self.pos, len);
        let suffix_range = range_at(self.pos + number, len - number);
        self.report(|| bad_suffix_error(text, value, suffix, range, suffix_range));
        self.emit(BAD_LITERAL, len);
    }
}

#[cold]
fn bad_suffix_error(
    text: &str,
    value: &str,
    suffix: &str,
    range: rowan::TextRange,
    suffix_range: rowan::TextRange,
) -> SyntaxError {
    if suffix.bytes().all(|b| b == b'_') {
        return SyntaxError::new(codes::BAD_NUMBER, range, format!("`{text}` ends in `_`"))
            .help("`_` stands between digits: `1_000`")
            .replace_with("remove it", value);
    }
    let exponent = suffix.trim_start_matches(['e', 'E']);
    if exponent.len() + 1 == suffix.len() && exponent.bytes().all(|b| b.is_ascii_digit()) {
        let error = SyntaxError::new(codes::BAD_NUMBER, range, "numbers have no exponent")
            .help("write the number out, with `_` to group digits: `1_000`");
        return match exponent.parse::<usize>() {
            Ok(zeros) if zeros <= 18 && !value.contains('.') => {
                let written_out = format!("{value}{}", "0".repeat(zeros));
                error.replace_with(format!("write `{written_out}`"), written_out)
            }
            _ => error,
        };
    }
    if value == "0"
        && let Some((radix, name)) = match suffix.as_bytes()[0] {
            b'x' | b'X' => Some((16, "hexadecimal")),
            b'b' | b'B' => Some((2, "binary")),
            b'o' | b'O' => Some((8, "octal")),
            _ => None,
        }
    {
        let digits = suffix[1..].replace('_', "");
        if radix == 8 {
            let error = SyntaxError::new(
                codes::BAD_NUMBER,
                range,
                format!("`{text}` is not an octal number"),
            )
            .help("octal is `0o` and digits from 0 to 7: `0o755`");
            return match i64::from_str_radix(&digits, 8) {
                Ok(_) => error.replace_with("use a small `o`", format!("0o{digits}")),
                Err(_) => error,
            };
        }
        let error = SyntaxError::new(
            codes::BAD_NUMBER,
            range,
            format!("there are no {name} numbers"),
        )
        .help("write the decimal number");
        return match i64::from_str_radix(&digits, radix) {
            Ok(decimal) => error.replace_with(format!("write `{decimal}`"), decimal.to_string()),
            Err(_) => error,
        };
    }
    if let Some(rest) = suffix.strip_prefix('%')
        && !rest.is_empty()
    {
        return SyntaxError::new(
            codes::FOREIGN_OPERATOR,
            range,
            "`%` is only a unit, as in `70%`",
        )
        .help(format!(
            "the remainder of a division is `mod({value}, {rest})`"
        ))
        .replace_with("use `mod`", format!("mod({value}, {rest})"));
    }
    let error = SyntaxError::new(
        codes::UNKNOWN_UNIT,
        suffix_range,
        format!("`{suffix}` is not a unit"),
    )
    .label("unknown unit");
    match units::nearest(suffix) {
        Some(unit) => error
            .help(format!("did you mean `{value}{unit}`?"))
            .replace_with(format!("use `{unit}`"), unit),
        None => error.help(format!(
            "units are {}; text needs quotes: `\"{text}\"`",
            units::listed()
        )),
    }
}

/// `[0-9]+ ('_' [0-9]+)*`
fn decimal(input: Bytes<'_>) -> Recognised<'_> {
    let digits = || take_while1(|b: u8| b.is_ascii_digit());
    recognize((digits(), many0_count(preceded(char('_'), digits())))).parse(input)
}

/// `0o[0-7]+`
fn octal(input: Bytes<'_>) -> Recognised<'_> {
    recognize((
        tag(&b"0o"[..]),
        take_while1(|b: u8| (b'0'..=b'7').contains(&b)),
    ))
    .parse(input)
}

/// `'.' [0-9]+`: a digit is needed, so that `1..50` is a range.
fn fraction(input: Bytes<'_>) -> Recognised<'_> {
    recognize((char('.'), take_while1(|b: u8| b.is_ascii_digit()))).parse(input)
}

/// `/8` after an unquoted network.
fn prefix_length(input: Bytes<'_>) -> Recognised<'_> {
    recognize((char('/'), take_while1(|b: u8| b.is_ascii_digit()))).parse(input)
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; nothing if the text has another shape or the calendar has no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Date> {
        parse_date(text)?.ok()
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Reads `YYYY-MM-DD`: nothing if the shape is another, and a reason if the calendar has no such day.
fn parse_date(text: &str) -> Option<Result<Date, String>> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if !shape {
        return None;
    }
    let year: u16 = text[0..4].parse().ok()?;
    let month: u8 = text[5..7].parse().ok()?;
    let day: u8 = text[8..10].parse().ok()?;
    if !(1..=12).contains(&month) {
        return Some(Err(format!("there is no month {month}")));
    }
    let days = days_in_month(year, month);
    if day == 0 || day > days {
        return Some(Err(format!("that month has the days 1 to {days}")));
    }
    Some(Ok(Date { year, month, day }))
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// `2027-3-1` as `2027-03-01`, if that is a day.
fn padded_date(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = format!("{year:0>4}-{month:0>2}-{day:0>2}");
    (year.len() == 4 && Date::parse(&date).is_some()).then_some(date)
}
