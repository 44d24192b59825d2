//! Pieces of HTTP: paths, request targets, header names.

use super::TextError;
use super::scan::{
    bad_escape, first_outside, name_of, parts, require_length, require_some, span_of,
};

pub(super) fn check_path(text: &str) -> Result<(), TextError> {
    require_slash(text)?;
    if let Some(start) = text.find('?') {
        return Err(
            TextError::new(start..text.len(), "the path of a route has no query")
                .with_suggestion(""),
        );
    }
    check_characters(text, "a path")?;
    for (range, segment) in parts(text, '/').skip(1) {
        // Gateways normalise these away, and Kubernetes refuses them.
        if segment == "." || segment == ".." {
            return Err(TextError::new(
                range,
                format!("a path of a route cannot have `{segment}` as a segment"),
            ));
        }
        if segment.is_empty() && range.end < text.len() {
            return Err(TextError::new(
                range.start - 1..range.start + 1,
                "a path of a route has one `/` at a time",
            )
            .with_suggestion("/"));
        }
    }
    let lower = text.to_ascii_lowercase();
    if let Some(start) = lower.find("%2f") {
        return Err(TextError::new(
            start..start + 3,
            "a path of a route cannot have an escaped `/`",
        ));
    }
    require_length(text, 1024, "a path")
}

pub(super) fn check_target(text: &str) -> Result<(), TextError> {
    require_slash(text)?;
    check_characters(text, "a path")
}

fn require_slash(text: &str) -> Result<(), TextError> {
    require_some(text, "a path")?;
    if text.starts_with('/') {
        return Ok(());
    }
    let error = TextError::new(0..0, "a path begins with `/`");
    Err(if text.contains("://") {
        error
    } else {
        error.with_suggestion("/")
    })
}

/// The characters of a path and query (RFC 3986), without a fragment.
pub(super) fn check_characters(text: &str, noun: &str) -> Result<(), TextError> {
    if let Some(start) = text.find('#') {
        return Err(TextError::new(
            start..text.len(),
            format!("{noun} that is sent to a server has no fragment"),
        ));
    }
    let allowed =
        |character: char| character.is_ascii_graphic() && !"\"<>\\^`{|}".contains(character);
    if let Some(found) = first_outside(text, allowed) {
        return Err(TextError::new(
            span_of(found),
            format!("{noun} cannot have {} unescaped", name_of(found.1)),
        )
        .with_suggestion(escaped(found.1)));
    }
    match bad_escape(text) {
        Some(range) => Err(
            TextError::new(range, "`%` begins an escape of two hexadecimal digits")
                .with_help("a literal `%` is written `%25`"),
        ),
        None => Ok(()),
    }
}

fn escaped(character: char) -> String {
    let mut buffer = [0; 4];
    character
        .encode_utf8(&mut buffer)
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect()
}

pub(super) fn check_header_name(text: &str) -> Result<(), TextError> {
    let noun = "the name of a header";
    require_some(text, noun)?;
    let allowed = |character: char| {
        character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
    };
    if let Some(start) = text.find(':') {
        return Err(
            TextError::new(start..text.len(), format!("{noun} ends before the `:`"))
                .with_suggestion(""),
        );
    }
    if let Some(found) = first_outside(text, allowed) {
        return Err(TextError::new(
            span_of(found),
            format!("{noun} cannot have {}", name_of(found.1)),
        ));
    }
    require_length(text, 256, noun)
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn paths_of_routes() {
        good(
            TextKind::HttpPath,
            &[
                "/",
                "/api/orders",
                "/api/",
                "/a%20b",
                "/v1/users:batch",
                "/@x/~y",
            ],
        );
        bad(
            TextKind::HttpPath,
            &[
                ("«»", "a path cannot be empty", ""),
                ("«»api", "a path begins with `/`", "/api"),
                ("/api«?x=1»", "the path of a route has no query", "/api"),
                (
                    "/api«#top»",
                    "a path that is sent to a server has no fragment",
                    "",
                ),
                ("/a« »b", "a path cannot have a space unescaped", "/a%20b"),
                ("/caf«é»", "a path cannot have `é` unescaped", "/caf%C3%A9"),
                (
                    "/a«%2»",
                    "`%` begins an escape of two hexadecimal digits",
                    "",
                ),
                (
                    "/100«%»-off",
                    "`%` begins an escape of two hexadecimal digits",
                    "",
                ),
                (
                    "/a/«..»/b",
                    "a path of a route cannot have `..` as a segment",
                    "",
                ),
                ("/a«//»b", "a path of a route has one `/` at a time", "/a/b"),
                (
                    "/a«%2F»b",
                    "a path of a route cannot have an escaped `/`",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn targets_and_headers() {
        good(
            TextKind::HttpTarget,
            &["/healthz", "/healthz?full=1&x=%20", "/a//b/../c"],
        );
        bad(
            TextKind::HttpTarget,
            &[
                ("«»healthz", "a path begins with `/`", "/healthz"),
                ("/x?a=«\"»", "a path cannot have `\"` unescaped", "/x?a=%22"),
            ],
        );
        good(TextKind::HeaderName, &["X-Request-Id", "x_forwarded.for"]);
        bad(
            TextKind::HeaderName,
            &[
                (
                    "X-A«: b»",
                    "the name of a header ends before the `:`",
                    "X-A",
                ),
                ("X« »A", "the name of a header cannot have a space", ""),
            ],
        );
    }
}
