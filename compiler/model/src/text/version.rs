//! Semantic versions.

use super::TextError;
use super::scan::{first_outside, name_of, parts, require_some, span_of};

/// The names of the three numbers.
const NUMBERS: [&str; 3] = ["major", "minor", "patch"];

pub(super) fn check(text: &str) -> Result<(), TextError> {
    require_some(text, "a version")?;
    if let Some(rest) = text
        .strip_prefix(['v', 'V', '='])
        .filter(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
    {
        return Err(TextError::new(
            0..text.len() - rest.len(),
            "a version begins with its first number",
        )
        .with_suggestion(""));
    }
    let core_end = text.find(['-', '+']).unwrap_or(text.len());
    check_core(&text[..core_end], text.len() == core_end)?;
    let (before_build, build) = match text.split_once('+') {
        Some((before, build)) => (before, Some(build)),
        None => (text, None),
    };
    if before_build.len() > core_end {
        check_identifiers(&before_build[core_end + 1..], true)
            .map_err(|error| error.shifted(core_end + 1))?;
    }
    if let Some(build) = build {
        check_identifiers(build, false).map_err(|error| error.shifted(before_build.len() + 1))?;
    }
    match semver::Version::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(TextError::new(0..text.len(), error.to_string())),
    }
}

fn check_core(core: &str, is_whole: bool) -> Result<(), TextError> {
    let mut count = 0;
    for (index, (range, part)) in parts(core, '.').enumerate() {
        let Some(name) = NUMBERS.get(index) else {
            return Err(TextError::new(
                range.start - 1..core.len(),
                "a version has three numbers",
            ));
        };
        if part.is_empty() {
            return Err(TextError::new(
                range,
                format!("the {name} number is missing"),
            ));
        }
        if let Some(found) = first_outside(part, |character| character.is_ascii_digit()) {
            let message = format!("the {name} number cannot have {}", name_of(found.1));
            return Err(TextError::new(span_of(found), message).shifted(range.start));
        }
        check_zeros(part, &format!("the {name} number"))
            .map_err(|error| error.shifted(range.start))?;
        if part.parse::<u64>().is_err() {
            return Err(TextError::new(
                range,
                format!("the {name} number is too large"),
            ));
        }
        count = index + 1;
    }
    if count == NUMBERS.len() {
        return Ok(());
    }
    let error = TextError::new(
        core.len()..core.len(),
        format!(
            "a version has three numbers: the {} number is missing",
            NUMBERS[count]
        ),
    );
    Err(if is_whole {
        error.with_suggestion(".0".repeat(NUMBERS.len() - count))
    } else {
        error
    })
}

fn check_identifiers(text: &str, is_prerelease: bool) -> Result<(), TextError> {
    let noun = if is_prerelease {
        "a pre-release"
    } else {
        "build metadata"
    };
    for (range, part) in parts(text, '.') {
        if part.is_empty() {
            return Err(TextError::new(
                range,
                format!("{noun} has something between its separators"),
            ));
        }
        if let Some(found) = first_outside(part, |character| {
            character.is_ascii_alphanumeric() || character == '-'
        }) {
            return Err(TextError::new(
                span_of(found),
                format!("{noun} cannot have {}", name_of(found.1)),
            )
            .shifted(range.start));
        }
        if is_prerelease && part.bytes().all(|byte| byte.is_ascii_digit()) {
            check_zeros(part, "a number of a pre-release")
                .map_err(|error| error.shifted(range.start))?;
        }
    }
    Ok(())
}

fn check_zeros(digits: &str, noun: &str) -> Result<(), TextError> {
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    let zeros = zeros.min(digits.len() - 1);
    if zeros == 0 {
        return Ok(());
    }
    Err(TextError::new(0..zeros, format!("{noun} has no leading zeros")).with_suggestion(""))
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn versions() {
        good(
            TextKind::SemVer,
            &[
                "0.0.0",
                "1.42.0",
                "1.0.0-rc.1",
                "1.0.0-0a.-",
                "1.0.0+build.001",
                "1.0.0-a-b+c-d",
                "1.0.0--",
            ],
        );
        bad(
            TextKind::SemVer,
            &[
                ("«»", "a version cannot be empty", ""),
                (
                    "«v»1.2.3",
                    "a version begins with its first number",
                    "1.2.3",
                ),
                (
                    "1.2«»",
                    "a version has three numbers: the patch number is missing",
                    "1.2.0",
                ),
                (
                    "1«»",
                    "a version has three numbers: the minor number is missing",
                    "1.0.0",
                ),
                (
                    "1.2«»-rc.1",
                    "a version has three numbers: the patch number is missing",
                    "",
                ),
                ("1.2.3«.4»", "a version has three numbers", ""),
                ("1.«0»2.3", "the minor number has no leading zeros", "1.2.3"),
                ("1.«0»0.3", "the minor number has no leading zeros", "1.0.3"),
                ("1.2.«x»", "the patch number cannot have `x`", ""),
                ("«l»atest", "the major number cannot have `l`", ""),
                ("«^»1.2.3", "the major number cannot have `^`", ""),
                ("1.«».3", "the minor number is missing", ""),
                (
                    "1.2.3-«»",
                    "a pre-release has something between its separators",
                    "",
                ),
                (
                    "1.2.3-rc.«0»1",
                    "a number of a pre-release has no leading zeros",
                    "1.2.3-rc.1",
                ),
                ("1.2.3-rc«_»1", "a pre-release cannot have `_`", ""),
                ("1.2.3+a«+»b", "build metadata cannot have `+`", ""),
                (
                    "1.2.«99999999999999999999»",
                    "the patch number is too large",
                    "",
                ),
            ],
        );
    }
}
