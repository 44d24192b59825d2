//! What the checks share: finding and naming the first character that does not belong.

use std::ops::Range;

use super::TextError;

/// The first character that is not allowed.
pub(super) fn first_outside(text: &str, allowed: impl Fn(char) -> bool) -> Option<(usize, char)> {
    text.char_indices()
        .find(|(_, character)| !allowed(*character))
}

/// The bytes of one character.
pub(super) fn span_of((start, character): (usize, char)) -> Range<usize> {
    start..start + character.len_utf8()
}

/// A character as a message names it.
pub(super) fn name_of(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        character if character.is_control() => {
            format!("the control character U+{:04X}", u32::from(character))
        }
        character => format!("`{character}`"),
    }
}

/// An error when the text is empty.
pub(super) fn require_some(text: &str, noun: &str) -> Result<(), TextError> {
    if text.is_empty() {
        Err(TextError::new(0..0, format!("{noun} cannot be empty")))
    } else {
        Ok(())
    }
}

/// An error over what exceeds the most bytes allowed.
pub(super) fn require_length(text: &str, most: usize, noun: &str) -> Result<(), TextError> {
    if text.len() <= most {
        return Ok(());
    }
    let start = text.floor_char_boundary(most);
    let message = format!(
        "{noun} has at most {most} characters, and this one has {}",
        text.chars().count()
    );
    Err(TextError::new(start..text.len(), message))
}

/// The first `%` that does not begin a percent escape, with what follows it up to two characters.
pub(super) fn bad_escape(text: &str) -> Option<Range<usize>> {
    text.match_indices('%').find_map(|(start, _)| {
        let mut after = text[start + 1..].chars();
        let digits = after
            .by_ref()
            .take(2)
            .take_while(char::is_ascii_hexdigit)
            .count();
        (digits < 2).then(|| start..start + 1 + digits)
    })
}

/// The bytes of every part between separators, with their text.
pub(super) fn parts(text: &str, separator: char) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = 0;
    text.split(separator).map(move |part| {
        let range = start..start + part.len();
        start = range.end + separator.len_utf8();
        (range, part)
    })
}

/// A port number from 1 to 65535.
pub(super) fn check_port(digits: &str) -> Result<(), TextError> {
    if digits.is_empty() {
        return Err(TextError::new(0..0, "the port is missing"));
    }
    if let Some(found) = first_outside(digits, |character| character.is_ascii_digit()) {
        return Err(TextError::new(
            span_of(found),
            format!("a port is a number: {} does not belong", name_of(found.1)),
        ));
    }
    match digits.parse::<u16>() {
        Ok(1..) => Ok(()),
        _ => Err(TextError::new(
            0..digits.len(),
            "a port lies between 1 and 65535",
        )),
    }
}
