//! Absolute URLs with a host.

use super::TextError;
use super::host::looks_like_ipv4;
use super::ip::{check_bracketed, parse_address};
use super::scan::{
    check_port, first_outside, name_of, parts, require_length, require_some, span_of,
};
use super::{http, names};

pub(super) fn check(text: &str) -> Result<(), TextError> {
    require_some(text, "a URL")?;
    let Some(scheme_end) = text.find(':').filter(|end| is_scheme(&text[..*end])) else {
        return Err(without_scheme(text));
    };
    let after_scheme = &text[scheme_end + 1..];
    let Some(rest) = after_scheme.strip_prefix("//") else {
        return Err(without_slashes(text, scheme_end));
    };
    let authority_start = scheme_end + 3;
    let authority_end = authority_start + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    check_authority(&text[authority_start..authority_end])
        .map_err(|error| error.shifted(authority_start))?;

    let (target, fragment) = text[authority_end..]
        .split_once('#')
        .unwrap_or((&text[authority_end..], ""));
    http::check_characters(target, "a URL").map_err(|error| error.shifted(authority_end))?;
    let fragment_start = text.len() - fragment.len();
    if let Some(hash) = fragment.find('#') {
        let start = fragment_start + hash;
        return Err(TextError::new(
            start..text.len(),
            "a URL has one fragment, after one `#`",
        ));
    }
    http::check_characters(fragment, "a URL").map_err(|error| error.shifted(fragment_start))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn without_scheme(text: &str) -> TextError {
    let error = TextError::new(0..0, "a URL begins with a scheme such as `https://`");
    if text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        error.with_suggestion("https://")
    } else {
        error
    }
}

/// `acme.dev:443`, `https:/acme.dev`, `https:acme.dev` or `mailto:a@b`.
fn without_slashes(text: &str, colon: usize) -> TextError {
    let after = &text[colon + 1..];
    let has_port = after.starts_with(|first: char| first.is_ascii_digit());
    if has_port || text[..colon].contains('.') {
        return without_scheme(text);
    }
    let slashes = after.len() - after.trim_start_matches('/').len();
    TextError::new(
        colon..colon + 1 + slashes,
        "a URL has `://` between its scheme and its host",
    )
    .with_suggestion("://")
}

fn check_authority(text: &str) -> Result<(), TextError> {
    let host_start = text.rfind('@').map_or(0, |at| at + 1);
    let user_info = &text[..host_start.saturating_sub(1)];
    let allowed =
        |character: char| character.is_ascii_graphic() && !"\"<>\\^`{|}[]@".contains(character);
    if let Some(found) = first_outside(user_info, allowed) {
        return Err(TextError::new(
            span_of(found),
            format!("a URL cannot have {} unescaped", name_of(found.1)),
        ));
    }
    let (host, port) = split_port(&text[host_start..]);
    if host.is_empty() {
        return Err(TextError::new(host_start..host_start, "a URL needs a host"));
    }
    check_host(host).map_err(|error| error.shifted(host_start))?;
    match port {
        Some(port) => check_port(port).map_err(|error| error.shifted(text.len() - port.len())),
        None => Ok(()),
    }
}

/// The host and what follows its `:`; the colons of an IPv6 address stand in brackets.
pub(super) fn split_port(text: &str) -> (&str, Option<&str>) {
    let from = match text.rfind(']') {
        Some(bracket) => bracket + 1,
        None if text.starts_with('[') => text.len(),
        None => 0,
    };
    match text[from..].find(':') {
        Some(colon) => (&text[..from + colon], Some(&text[from + colon + 1..])),
        None => (text, None),
    }
}

fn check_host(host: &str) -> Result<(), TextError> {
    if host.starts_with('[') {
        return check_bracketed(host);
    }
    if looks_like_ipv4(host) {
        return parse_address(host).map(drop);
    }
    for (range, label) in parts(host, '.') {
        // One dot at the end makes the name absolute, which is legal here.
        if label.is_empty() && (range.start == 0 || range.end < host.len()) {
            return Err(names::empty_label(host, range.start));
        }
        // Other than a host name by itself, a URL may have capitals and `_`.
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if let Some(found) = first_outside(label, allowed) {
            let message = format!("the host of a URL cannot have {}", name_of(found.1));
            return Err(TextError::new(span_of(found), message).shifted(range.start));
        }
        require_length(label, 63, "each part of a host name")
            .map_err(|error| error.shifted(range.start))?;
    }
    require_length(host, 253, "a host name")
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn urls() {
        good(
            TextKind::Url,
            &[
                "https://docs.acme.dev/redundancy",
                "http://checkout.shop.svc.cluster.local:8080",
                "postgres://user:p%40ss@db.internal:5432/orders?sslmode=require",
                "https://[2001:db8::1]:8443/x#top",
                "https://10.0.0.1/a//b",
                "grpc+tls://my_host/",
                "HTTPS://Acme.dev.",
                "https://acme.dev?x=1#a/b?c",
            ],
        );
        bad(
            TextKind::Url,
            &[
                ("«»", "a URL cannot be empty", ""),
                (
                    "«»acme.dev/x",
                    "a URL begins with a scheme such as `https://`",
                    "https://acme.dev/x",
                ),
                (
                    "«»localhost:8080/x",
                    "a URL begins with a scheme such as `https://`",
                    "https://localhost:8080/x",
                ),
                (
                    "«»/api",
                    "a URL begins with a scheme such as `https://`",
                    "",
                ),
                (
                    "https«:/»acme.dev",
                    "a URL has `://` between its scheme and its host",
                    "https://acme.dev",
                ),
                (
                    "https«:»acme",
                    "a URL has `://` between its scheme and its host",
                    "https://acme",
                ),
                (
                    "https«:»",
                    "a URL has `://` between its scheme and its host",
                    "https://",
                ),
                ("https://«»", "a URL needs a host", ""),
                ("https://«»/x", "a URL needs a host", ""),
                (
                    "https://acme.dev:«99999»/x",
                    "a port lies between 1 and 65535",
                    "",
                ),
                ("https://acme.dev:«»/x", "the port is missing", ""),
                (
                    "https://acme.dev:80«a»/x",
                    "a port is a number: `a` does not belong",
                    "",
                ),
                (
                    "https://acme«.».dev",
                    "there is nothing between the dots",
                    "https://acme.dev",
                ),
                (
                    "https://ac« »me.dev",
                    "the host of a URL cannot have a space",
                    "",
                ),
                (
                    "https://acme.dev/a« »b",
                    "a URL cannot have a space unescaped",
                    "https://acme.dev/a%20b",
                ),
                (
                    "https://acme.dev/«%»zz",
                    "`%` begins an escape of two hexadecimal digits",
                    "",
                ),
                (
                    "https://acme.dev/#a«#b»",
                    "a URL has one fragment, after one `#`",
                    "",
                ),
                (
                    "https://10.0.0.«999»/",
                    "999 is more than 255, the most that one number of an address can be",
                    "",
                ),
                (
                    "https://[2001:«g»::1]/",
                    "an IPv6 address cannot have `g`",
                    "",
                ),
                (
                    "https://«[2001::1»/",
                    "the `]` after this address is missing, or not the last of the host",
                    "",
                ),
                ("https://«[10.0.0.1]»/", "brackets hold an IPv6 address", ""),
                ("https://a«@»b@c/", "a URL cannot have `@` unescaped", ""),
            ],
        );
    }
}
