//! Mail addresses.

use super::TextError;
use super::names::empty_label;
use super::scan::{first_outside, name_of, parts, require_length, require_some, span_of};

pub(super) fn check(text: &str) -> Result<(), TextError> {
    require_some(text, "a mail address")?;
    if text.starts_with("mailto:") {
        return Err(TextError::new(0..7, "a mail address has no scheme").with_suggestion(""));
    }
    if let Some(found) = first_outside(text, |character| {
        character.is_ascii_graphic() && !"<>()[],;:\\\"".contains(character)
    }) {
        return Err(TextError::new(
            span_of(found),
            format!("a mail address cannot have {}", name_of(found.1)),
        )
        .with_help("write the address alone, without a name or brackets"));
    }
    let Some((local, domain)) = text.split_once('@') else {
        return Err(TextError::new(
            text.len()..text.len(),
            "a mail address has an `@` and a host name at its end",
        ));
    };
    let domain_start = local.len() + 1;
    if let Some(second) = domain.find('@') {
        let start = domain_start + second;
        return Err(TextError::new(
            start..text.len(),
            "a mail address has one `@`",
        ));
    }
    check_local(local)?;
    check_domain(domain).map_err(|error| error.shifted(domain_start))
}

fn check_local(local: &str) -> Result<(), TextError> {
    if local.is_empty() {
        return Err(TextError::new(0..0, "there is nobody before the `@`"));
    }
    for (range, part) in parts(local, '.') {
        if part.is_empty() {
            return Err(empty_label(local, range.start));
        }
    }
    require_length(local, 64, "what stands before the `@`")
}

fn check_domain(domain: &str) -> Result<(), TextError> {
    if domain.is_empty() {
        return Err(TextError::new(0..0, "there is no host name after the `@`"));
    }
    for (range, label) in parts(domain, '.') {
        if label.is_empty() {
            return Err(empty_label(domain, range.start));
        }
        let outside = first_outside(label, |character| {
            character.is_ascii_alphanumeric() || character == '-'
        });
        if let Some(found) = outside {
            let message = format!("a host name cannot have {}", name_of(found.1));
            return Err(TextError::new(span_of(found), message).shifted(range.start));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(TextError::new(
                range,
                "each part of a host name begins and ends with a letter or digit",
            ));
        }
        require_length(label, 63, "each part of a host name")
            .map_err(|error| error.shifted(range.start))?;
    }
    require_length(domain, 253, "a host name")
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn addresses() {
        good(
            TextKind::Email,
            &[
                "payments@acme.dev",
                "a.b+tag@Mail.acme.dev",
                "root@localhost",
                "o'neil@x.y",
            ],
        );
        bad(
            TextKind::Email,
            &[
                ("«»", "a mail address cannot be empty", ""),
                (
                    "payments.acme.dev«»",
                    "a mail address has an `@` and a host name at its end",
                    "",
                ),
                ("a@b«@c»", "a mail address has one `@`", ""),
                ("«»@acme.dev", "there is nobody before the `@`", ""),
                ("payments@«»", "there is no host name after the `@`", ""),
                (
                    "a«.».b@acme.dev",
                    "there is nothing between the dots",
                    "a.b@acme.dev",
                ),
                (
                    "a@acme«.».dev",
                    "there is nothing between the dots",
                    "a@acme.dev",
                ),
                ("a@ac«_»me.dev", "a host name cannot have `_`", ""),
                (
                    "a@«-acme».dev",
                    "each part of a host name begins and ends with a letter or digit",
                    "",
                ),
                ("Pay« »Team", "a mail address cannot have a space", ""),
                ("«<»a@b.c>", "a mail address cannot have `<`", ""),
                ("«mailto:»a@b.c", "a mail address has no scheme", "a@b.c"),
                ("caf«é»@b.c", "a mail address cannot have `é`", ""),
            ],
        );
    }
}
