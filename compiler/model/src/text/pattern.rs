//! Regular expressions.
//!
//! Both this compiler and Kubernetes (RE2) match in linear time, so neither has look-around or back-references.

use regex_syntax::Error;

use super::TextError;

const RULE: &str =
    "patterns are those of RE2, which Kubernetes uses: no look-around, no back-references";

pub(super) fn check(text: &str) -> Result<(), TextError> {
    if let Err(error) = regex_syntax::parse(text) {
        let (span, message) = match &error {
            Error::Parse(error) => (*error.span(), error.kind().to_string()),
            Error::Translate(error) => (*error.span(), error.kind().to_string()),
            other => return Err(TextError::new(0..text.len(), other.to_string()).with_help(RULE)),
        };
        // An operator without an operand has an empty span in front of it.
        let next = text[span.start.offset..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        let end = if span.is_empty() {
            span.start.offset + next
        } else {
            span.end.offset
        };
        return Err(TextError::new(span.start.offset..end, message).with_help(RULE));
    }
    match regex::Regex::new(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(TextError::new(
            0..text.len(),
            "this pattern needs too much memory to be matched",
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn patterns() {
        good(
            TextKind::Regex,
            &[
                "",
                "^[0-9]{12}$",
                "(?i)a|b",
                r"\p{Greek}+",
                r"^(?P<x>\d+)\.$",
            ],
        );
        bad(
            TextKind::Regex,
            &[
                ("a«(»b", "unclosed group", ""),
                ("a«[»b", "unclosed character class", ""),
                ("«*»a", "repetition operator missing expression", ""),
                (
                    "a«(?=»b)",
                    "look-around, including look-ahead and look-behind, is not supported",
                    "",
                ),
                ("(a)«\\1»", "backreferences are not supported", ""),
            ],
        );
        bad(
            TextKind::Regex,
            &[(
                "«(a{1000}){1000}{1000}»",
                "this pattern needs too much memory to be matched",
                "",
            )],
        );
    }
}
