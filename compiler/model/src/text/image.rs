//! Image references, by the reference grammar of the distribution project.

use super::TextError;
use super::ip::check_bracketed;
use super::scan::{
    check_port, first_outside, name_of, parts, require_length, require_some, span_of,
};
use super::url::split_port;

/// The pieces of an image reference: `registry/repository:tag@digest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageParts<'a> {
    /// The registry's host and port, if the reference names one.
    pub registry: Option<&'a str>,
    /// The path within the registry.
    pub repository: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
    /// The digest, such as `sha256:…`.
    pub digest: Option<&'a str>,
}

/// Where an image without a registry comes from.
const DEFAULT_REGISTRY: &str = "docker.io";

impl<'a> ImageParts<'a> {
    /// Splits and checks a reference.
    pub fn parse(text: &'a str) -> Result<ImageParts<'a>, TextError> {
        require_some(text, "an image reference")?;
        if let Some(end) = text.find("://").map(|start| start + 3) {
            return Err(
                TextError::new(0..end, "an image reference has no scheme").with_suggestion("")
            );
        }
        if let Some(found) = first_outside(text, |character| character.is_ascii_graphic()) {
            return Err(TextError::new(
                span_of(found),
                format!("an image reference cannot have {}", name_of(found.1)),
            ));
        }
        if text.starts_with('[') && !text.contains('/') {
            return Err(
                TextError::new(text.len()..text.len(), "the name of the image is missing")
                    .with_help(
                        "an address in brackets is a registry, and the image follows after a `/`",
                    ),
            );
        }
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => {
                check_digest(digest).map_err(|error| error.shifted(named.len() + 1))?;
                (named, Some(digest))
            }
            None => (text, None),
        };
        let (path_and_tag_start, registry) = match registry_of(named) {
            Some(registry) => {
                check_registry(registry)?;
                (registry.len() + 1, Some(registry))
            }
            None => (0, None),
        };
        let (repository, tag) = split_tag(&named[path_and_tag_start..])
            .map_err(|error| error.shifted(path_and_tag_start))?;
        check_repository(repository).map_err(|error| error.shifted(path_and_tag_start))?;
        require_length(
            &named[..path_and_tag_start + repository.len()],
            255,
            "the name of an image",
        )?;
        if registry.is_none()
            && repository.len() == 64
            && repository.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Err(TextError::new(
                0..64,
                "64 hexadecimal digits are an image's identifier, which no registry can look up",
            ));
        }
        Ok(ImageParts {
            registry,
            repository,
            tag,
            digest,
        })
    }

    /// The registry that the image comes from: Docker Hub where none is named.
    pub fn registry_or_default(self) -> &'a str {
        self.registry.unwrap_or(DEFAULT_REGISTRY)
    }
}

/// What stands before the first `/`, where it is a host: it has a dot, a port or capitals, or is `localhost`.
fn registry_of(named: &str) -> Option<&str> {
    let (first, _) = named.split_once('/')?;
    let is_host = first == "localhost"
        || first.contains(['.', ':', '['])
        || (first.bytes().any(|byte| byte.is_ascii_uppercase())
            && !named[first.len() + 1..].is_empty());
    is_host.then_some(first)
}

fn check_registry(registry: &str) -> Result<(), TextError> {
    let (host, port) = split_port(registry);
    if let Some(port) = port {
        check_port(port).map_err(|error| error.shifted(registry.len() - port.len()))?;
    }
    if host.starts_with('[') {
        // Other than elsewhere, no IPv4 address stands in its last place.
        if let Some(dot) = host.find('.') {
            return Err(TextError::new(
                dot..dot + 1,
                "the address of a registry has no `.` in brackets",
            ));
        }
        return check_bracketed(host);
    }
    if host.is_empty() {
        return Err(TextError::new(0..0, "the registry's host is missing"));
    }
    for (range, label) in parts(host, '.') {
        if label.is_empty() {
            return Err(super::names::empty_label(host, range.start));
        }
        let outside = first_outside(label, |character| {
            character.is_ascii_alphanumeric() || character == '-'
        });
        if let Some(found) = outside {
            let message = format!("a registry's host cannot have {}", name_of(found.1));
            return Err(TextError::new(span_of(found), message).shifted(range.start));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(TextError::new(
                range,
                "each part of a host name begins and ends with a letter or digit",
            ));
        }
    }
    Ok(())
}

/// The repository and the tag, which is checked.
fn split_tag(text: &str) -> Result<(&str, Option<&str>), TextError> {
    let last_start = text.rfind('/').map_or(0, |slash| slash + 1);
    if let Some(colon) = text[..last_start].find(':') {
        let end = colon + text[colon..].find('/').unwrap_or(0);
        return Err(TextError::new(
            colon..end,
            "a tag stands at the end of the reference, after the last `/`",
        ));
    }
    let Some(colon) = text[last_start..].find(':').map(|colon| last_start + colon) else {
        return Ok((text, None));
    };
    let (repository, tag) = (&text[..colon], &text[colon + 1..]);
    check_tag(tag)
        .map_err(|error| error.shifted(colon + 1))
        .map_err(|error| {
            if tag.is_empty() {
                TextError {
                    range: colon..colon + 1,
                    ..error
                }
            } else {
                error
            }
        })?;
    Ok((repository, Some(tag)))
}

fn check_tag(tag: &str) -> Result<(), TextError> {
    if tag.is_empty() {
        return Err(TextError::new(0..0, "the tag after this `:` is missing"));
    }
    if let Some(colon) = tag.find(':') {
        let digits = &tag[colon + 1..];
        let is_digest = tag.starts_with("sha")
            && digits.len() >= 32
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_digest {
            return Err(TextError::new(
                colon..tag.len(),
                "a tag has no `:`: a digest is joined by `@`, not by `:`",
            ));
        }
        return Err(TextError::new(
            colon..tag.len(),
            "an image reference has one tag, and this is a second",
        )
        .with_help("a reference is `registry/path:tag`, and may end in `@` and a digest"));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    if let Some(found) = first_outside(tag, allowed) {
        let error = TextError::new(
            span_of(found),
            format!("a tag cannot have {}", name_of(found.1)),
        )
        .with_help("a tag has letters, digits, `_`, `.` and `-`");
        return Err(if found.1 == '+' {
            error.with_suggestion("_")
        } else {
            error
        });
    }
    if tag.starts_with(['.', '-']) {
        return Err(TextError::new(
            0..1,
            "a tag begins with a letter, a digit or `_`",
        ));
    }
    require_length(tag, 128, "a tag")
}

fn check_repository(repository: &str) -> Result<(), TextError> {
    if repository.is_empty() {
        return Err(TextError::new(0..0, "the name of the image is missing"));
    }
    for (range, component) in parts(repository, '/') {
        if component.is_empty() {
            let error = if range.start == 0 {
                TextError::new(0..1, "the name of an image does not begin with `/`")
                    .with_suggestion("")
            } else if range.start == repository.len() {
                TextError::new(
                    range.start - 1..range.start,
                    "the name of an image does not end with `/`",
                )
                .with_suggestion("")
            } else {
                TextError::new(
                    range.start - 1..range.start + 1,
                    "the name of an image has one `/` at a time",
                )
                .with_suggestion("/")
            };
            return Err(if repository.bytes().all(|byte| byte == b'/') {
                TextError {
                    suggestion: None,
                    ..error
                }
            } else {
                error
            });
        }
        check_component(component).map_err(|error| error.shifted(range.start))?;
    }
    Ok(())
}

/// Lower-case words joined by `.`, `_`, `__` or any number of `-`.
fn check_component(component: &str) -> Result<(), TextError> {
    let is_word = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let is_joint = |character: char| matches!(character, '.' | '_' | '-');
    if let Some(found) = first_outside(component, |character| {
        is_word(character) || is_joint(character)
    }) {
        if found.1.is_ascii_uppercase() {
            let run = component[found.0..]
                .bytes()
                .take_while(u8::is_ascii_uppercase)
                .count();
            let range = found.0..found.0 + run;
            let lower = component[range.clone()].to_ascii_lowercase();
            return Err(
                TextError::new(range, "the name of an image has no capital letters")
                    .with_suggestion(lower),
            );
        }
        return Err(TextError::new(
            span_of(found),
            format!("the name of an image cannot have {}", name_of(found.1)),
        ));
    }
    let rule =
        "words of letters and digits are joined by one `.`, one or two `_`, or any number of `-`";
    let mut rest = component;
    loop {
        let start = component.len() - rest.len();
        let word = rest.trim_start_matches(is_word);
        if word.len() == rest.len() {
            return Err(TextError::new(
                start..start + 1,
                "each part of an image's name begins with a letter or digit",
            )
            .with_help(rule));
        }
        if word.is_empty() {
            return Ok(());
        }
        let after = word.trim_start_matches(is_joint);
        let joint = &word[..word.len() - after.len()];
        let range = component.len() - word.len()..component.len() - after.len();
        if after.is_empty() {
            return Err(TextError::new(
                range,
                "each part of an image's name ends with a letter or digit",
            )
            .with_help(rule)
            .with_suggestion(""));
        }
        if !(matches!(joint, "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-')) {
            return Err(TextError::new(
                range,
                format!("`{joint}` cannot join two words of an image's name"),
            )
            .with_help(rule));
        }
        rest = after;
    }
}

fn check_digest(digest: &str) -> Result<(), TextError> {
    let Some((algorithm, digits)) = digest.split_once(':') else {
        return Err(TextError::new(
            0..digest.len(),
            "a digest is an algorithm, `:` and hexadecimal digits",
        )
        .with_help("for example `@sha256:` and 64 digits"));
    };
    let digits_start = algorithm.len() + 1;
    let is_algorithm = algorithm.split(['+', '.', '-', '_']).all(|part| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if !is_algorithm {
        return Err(TextError::new(
            0..algorithm.len(),
            "this is not the name of a digest's algorithm, such as `sha256`",
        ));
    }
    let is_digit = |character: char| matches!(character, '0'..='9' | 'a'..='f');
    if let Some(found) = first_outside(digits, is_digit) {
        let range = span_of((digits_start + found.0, found.1));
        return Err(TextError::new(
            range,
            format!(
                "a digest has the digits 0-9 and a-f: {} does not belong",
                name_of(found.1)
            ),
        ));
    }
    let wanted = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if digits.len() < 32 => {
            let message = format!(
                "a digest has at least 32 digits, and this one has {}",
                digits.len()
            );
            return Err(TextError::new(digits_start..digest.len(), message));
        }
        _ => return Ok(()),
    };
    if digits.len() == wanted {
        return Ok(());
    }
    let message = format!(
        "a {algorithm} digest has {wanted} digits, and this one has {}",
        digits.len()
    );
    Err(TextError::new(digits_start..digest.len(), message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn references() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        good(
            TextKind::Image,
            &[
                "nginx",
                "nginx:1.27",
                "library/nginx",
                "ghcr.io/acme/checkout:1.42.0",
                "localhost/x",
                "localhost:5000/x:y",
                "registry:5000/a/b/c",
                "Registry.acme.dev/a",
                "a/b_c/d__e/f---g/h.i",
                "[2001:db8::1]:5000/x",
                &format!("ghcr.io/acme/checkout@{digest}"),
                &format!("ghcr.io/acme/checkout:1.42.0@{digest}"),
                "nginx:_x.Y-z",
            ],
        );
        bad(
            TextKind::Image,
            &[
                ("«»", "an image reference cannot be empty", ""),
                (
                    "ghcr.io/acme/api:latets«:1»",
                    "an image reference has one tag, and this is a second",
                    "",
                ),
                (
                    "ghcr.io/acme/«API»:1",
                    "the name of an image has no capital letters",
                    "ghcr.io/acme/api:1",
                ),
                (
                    "ghcr.io/acme«//»api",
                    "the name of an image has one `/` at a time",
                    "ghcr.io/acme/api",
                ),
                (
                    "«/»api",
                    "the name of an image does not begin with `/`",
                    "api",
                ),
                (
                    "ghcr.io/acme/api«/»",
                    "the name of an image does not end with `/`",
                    "ghcr.io/acme/api",
                ),
                ("ghcr.io/«»", "the name of the image is missing", ""),
                ("api«:»", "the tag after this `:` is missing", ""),
                ("api:«-»1", "a tag begins with a letter, a digit or `_`", ""),
                ("api:1.0«+»build", "a tag cannot have `+`", "api:1.0_build"),
                ("api« »:1", "an image reference cannot have a space", ""),
                ("ap«é»:1", "an image reference cannot have `é`", ""),
                (
                    "«https://»ghcr.io/acme/api",
                    "an image reference has no scheme",
                    "ghcr.io/acme/api",
                ),
                (
                    "ghcr.io/acme«:1»/api",
                    "a tag stands at the end of the reference, after the last `/`",
                    "",
                ),
                (
                    "ghcr.io:«0»/acme/api",
                    "a port lies between 1 and 65535",
                    "",
                ),
                (
                    "ghcr.io:«x»/acme/api",
                    "a port is a number: `x` does not belong",
                    "",
                ),
                (
                    "ghcr«.».io/acme/api",
                    "there is nothing between the dots",
                    "ghcr.io/acme/api",
                ),
                (
                    "gh«_»cr.io/acme/api",
                    "a registry's host cannot have `_`",
                    "",
                ),
                (
                    "acme/a«..»b",
                    "`..` cannot join two words of an image's name",
                    "",
                ),
                (
                    "acme/«-»a",
                    "each part of an image's name begins with a letter or digit",
                    "",
                ),
                (
                    "acme/a«_»",
                    "each part of an image's name ends with a letter or digit",
                    "acme/a",
                ),
                ("acme/a«$»{x}", "the name of an image cannot have `$`", ""),
                (
                    "api@«latest»",
                    "a digest is an algorithm, `:` and hexadecimal digits",
                    "",
                ),
                (
                    "api@sha256:«abc»",
                    "a sha256 digest has 64 digits, and this one has 3",
                    "",
                ),
                (
                    "api@sha256:ab«X»",
                    "a digest has the digits 0-9 and a-f: `X` does not belong",
                    "",
                ),
                (
                    "api@md5:«abc»",
                    "a digest has at least 32 digits, and this one has 3",
                    "",
                ),
                (
                    "api@«5»:abc",
                    "this is not the name of a digest's algorithm, such as `sha256`",
                    "",
                ),
            ],
        );
        let misjoined = format!("api:sha256«:{}»", "0a".repeat(32));
        bad(
            TextKind::Image,
            &[(
                &misjoined,
                "a tag has no `:`: a digest is joined by `@`, not by `:`",
                "",
            )],
        );
        let hash = "0a".repeat(32);
        bad(
            TextKind::Image,
            &[(
                &format!("«{hash}»"),
                "64 hexadecimal digits are an image's identifier, which no registry can look up",
                "",
            )],
        );
        bad(
            TextKind::Image,
            &[(
                &format!("a:{}«b»", "a".repeat(128)),
                "a tag has at most 128 characters, and this one has 129",
                "",
            )],
        );
    }

    #[test]
    fn registries_with_addresses() {
        good(
            TextKind::Image,
            &["10.0.0.1:5000/x", "[::1]/x:y", "[2001:db8::1]:5000/a/b"],
        );
        bad(
            TextKind::Image,
            &[
                (
                    "[::ffff:10«.»0.0.1]/x",
                    "the address of a registry has no `.` in brackets",
                    "",
                ),
                ("[::1]:5000«»", "the name of the image is missing", ""),
                ("[::1«%»eth0]:5000/x", "an IPv6 address cannot have `%`", ""),
                (
                    "fc00:«:»1:5000/x",
                    "a port is a number: `:` does not belong",
                    "",
                ),
                (
                    "«[::1»/x",
                    "the `]` after this address is missing, or not the last of the host",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn parts_of_a_reference() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let text = format!("ghcr.io:443/acme/checkout:1.42.0@{digest}");
        let expected = ImageParts {
            registry: Some("ghcr.io:443"),
            repository: "acme/checkout",
            tag: Some("1.42.0"),
            digest: Some(&digest),
        };
        assert_eq!(ImageParts::parse(&text), Ok(expected));
        let short = ImageParts::parse("acme/api").unwrap();
        assert_eq!(
            (short.registry, short.repository, short.tag, short.digest),
            (None, "acme/api", None, None)
        );
        assert_eq!(short.registry_or_default(), "docker.io");
    }
}
