//! Host names.

use super::TextError;
use super::names::{check_dns_label, empty_label};
use super::scan::{parts, require_length, require_some};

pub(super) fn check_hostname(text: &str) -> Result<(), TextError> {
    if text.starts_with("*.") {
        return Err(TextError::new(
            0..1,
            "a wildcard cannot stand here: this is the name of one host",
        ));
    }
    check_name(text)
}

pub(super) fn check_wildcard(text: &str) -> Result<(), TextError> {
    let Some(name) = text.strip_prefix('*') else {
        return check_name(text);
    };
    let Some(name) = name.strip_prefix('.') else {
        return Err(TextError::new(
            0..1,
            "a wildcard stands for one whole part in front: `*.` and a host name",
        ));
    };
    if name.is_empty() {
        return Err(TextError::new(2..2, "a host name must follow the wildcard"));
    }
    check_name(name).map_err(|error| error.shifted(2))
}

fn check_name(text: &str) -> Result<(), TextError> {
    require_some(text, "a host name")?;
    reject_url_pieces(text)?;
    check_labels(text)?;
    if looks_like_ipv4(text) {
        return Err(TextError::new(
            0..text.len(),
            "this is an IP address, not a host name",
        ));
    }
    Ok(())
}

/// The labels of a host name in lower case.
pub(super) fn check_labels(text: &str) -> Result<(), TextError> {
    for (range, label) in parts(text, '.') {
        if label.is_empty() {
            return Err(empty_label(text, range.start));
        }
        check_dns_label(label, "each part of a host name")
            .map_err(|error| error.shifted(range.start))?;
    }
    require_length(text, 253, "a host name")
}

/// Names whose last part is a number are read as IPv4 addresses everywhere.
pub(super) fn looks_like_ipv4(text: &str) -> bool {
    text.rsplit('.')
        .next()
        .is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// People paste URLs where a host is asked for.
fn reject_url_pieces(text: &str) -> Result<(), TextError> {
    if let Some(end) = text.find("://").map(|start| start + 3) {
        return Err(TextError::new(0..end, "a host name has no scheme").with_suggestion(""));
    }
    if let Some(start) = text.find('/') {
        return Err(
            TextError::new(start..text.len(), "a host name has no path").with_suggestion("")
        );
    }
    if let Some(start) = text.find(':') {
        let is_port = text[start + 1..].bytes().all(|byte| byte.is_ascii_digit());
        let message = if is_port {
            "a host name has no port"
        } else {
            "a host name has no `:`"
        };
        let error = TextError::new(start..text.len(), message);
        return Err(if is_port {
            error.with_suggestion("")
        } else {
            error
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn hosts() {
        good(
            TextKind::Hostname,
            &[
                "localhost",
                "shop.acme.dev",
                "xn--bcher-kva.example",
                "3com.com",
                "a.b-c.d",
            ],
        );
        bad(
            TextKind::Hostname,
            &[
                ("«»", "a host name cannot be empty", ""),
                (
                    "«https://»shop.acme.dev",
                    "a host name has no scheme",
                    "shop.acme.dev",
                ),
                (
                    "shop.acme.dev«/api»",
                    "a host name has no path",
                    "shop.acme.dev",
                ),
                (
                    "shop.acme.dev«:443»",
                    "a host name has no port",
                    "shop.acme.dev",
                ),
                ("shop«:a»", "a host name has no `:`", ""),
            ],
        );
        bad(
            TextKind::Hostname,
            &[
                (
                    "shop«.».acme",
                    "there is nothing between the dots",
                    "shop.acme",
                ),
                (
                    "shop.acme.dev«.»",
                    "this name ends with a dot",
                    "shop.acme.dev",
                ),
                (
                    "«S»hop.acme.dev",
                    "each part of a host name has no capital letters",
                    "shop.acme.dev",
                ),
                (
                    "my«_»shop.dev",
                    "each part of a host name cannot have `_`",
                    "my-shop.dev",
                ),
                (
                    "b«ü»cher.example",
                    "each part of a host name cannot have `ü`",
                    "",
                ),
                ("«10.0.0.1»", "this is an IP address, not a host name", ""),
                (
                    "«*».acme.dev",
                    "a wildcard cannot stand here: this is the name of one host",
                    "",
                ),
                (
                    &format!("{}«a».dev", "a".repeat(63)),
                    "each part of a host name has at most 63 characters, and this one has 64",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn wildcards() {
        good(
            TextKind::WildcardHostname,
            &["*.acme.dev", "acme.dev", "*.dev"],
        );
        bad(
            TextKind::WildcardHostname,
            &[
                (
                    "«*»",
                    "a wildcard stands for one whole part in front: `*.` and a host name",
                    "",
                ),
                (
                    "«*»acme.dev",
                    "a wildcard stands for one whole part in front: `*.` and a host name",
                    "",
                ),
                ("*.«»", "a host name must follow the wildcard", ""),
                ("*.«*».dev", "each part of a host name cannot have `*`", ""),
                ("a.«*».dev", "each part of a host name cannot have `*`", ""),
                ("*.acme«:80»", "a host name has no port", "*.acme"),
            ],
        );
    }
}
