//! The names of Kubernetes: labels of DNS, keys and values of labels, environment variables, ports.

use super::TextError;
use super::scan::{first_outside, name_of, parts, require_length, require_some, span_of};

const LABEL_RULE: &str =
    "lower-case letters, digits and `-`; it begins and ends with a letter or digit";

pub(super) fn check_label(text: &str) -> Result<(), TextError> {
    check_dns_label(text, "this name")
}

pub(super) fn check_rfc1035_label(text: &str) -> Result<(), TextError> {
    check_label(text)?;
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(TextError::new(0..1, "this name must begin with a letter"));
    }
    Ok(())
}

pub(super) fn check_subdomain(text: &str) -> Result<(), TextError> {
    require_some(text, "this name")?;
    for (range, label) in parts(text, '.') {
        if label.is_empty() {
            return Err(empty_label(text, range.start));
        }
        // Only host names limit each part; object names limit the whole.
        check_label_characters(label, "each part of this name")
            .map_err(|error| error.shifted(range.start))?;
    }
    require_length(text, 253, "this name")
}

/// The error for nothing between two dots, or before or after all of them; `at` is where the part should stand.
pub(super) fn empty_label(text: &str, at: usize) -> TextError {
    // The dot that is too many: the one before, but for a name that begins with one.
    let dot = if at == 0 { 0..1 } else { at - 1..at };
    let message = if at == 0 {
        "this name begins with a dot"
    } else if at == text.len() {
        "this name ends with a dot"
    } else {
        "there is nothing between the dots"
    };
    let error = TextError::new(dot, message);
    if text == "." {
        error
    } else {
        error.with_suggestion("")
    }
}

pub(super) fn check_dns_label(text: &str, noun: &str) -> Result<(), TextError> {
    require_some(text, noun)?;
    check_label_characters(text, noun)?;
    require_length(text, 63, noun)
}

fn check_label_characters(text: &str, noun: &str) -> Result<(), TextError> {
    let allowed = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    };
    if let Some(found) = first_outside(text, allowed) {
        return Err(outside_label(text, found, noun));
    }
    check_ends(text, "-", noun).map_err(|error| error.with_help(format!("{noun} has {LABEL_RULE}")))
}

/// A character that no label has; capitals and `_` have one answer.
fn outside_label(text: &str, found: (usize, char), noun: &str) -> TextError {
    let (start, character) = found;
    if character.is_ascii_uppercase() {
        let run = text[start..]
            .bytes()
            .take_while(u8::is_ascii_uppercase)
            .count();
        let capitals = &text[start..start + run];
        return TextError::new(start..start + run, format!("{noun} has no capital letters"))
            .with_help(format!("{noun} has {LABEL_RULE}"))
            .with_suggestion(capitals.to_ascii_lowercase());
    }
    let error = TextError::new(
        span_of(found),
        format!("{noun} cannot have {}", name_of(character)),
    )
    .with_help(format!("{noun} has {LABEL_RULE}"));
    let inside = start > 0 && start + character.len_utf8() < text.len();
    if inside && matches!(character, '_' | ' ') {
        error.with_suggestion("-")
    } else {
        error
    }
}

/// Names may have these inside, not at either end.
fn check_ends(text: &str, inner: &str, noun: &str) -> Result<(), TextError> {
    let is_inner = |character: char| inner.contains(character);
    let leading = text.len() - text.trim_start_matches(is_inner).len();
    if leading > 0 {
        let error = TextError::new(
            0..leading,
            format!("{noun} must begin with a letter or digit"),
        );
        return Err(if leading < text.len() {
            error.with_suggestion("")
        } else {
            error
        });
    }
    let trailing = text.trim_end_matches(is_inner).len();
    if trailing < text.len() {
        let error = TextError::new(
            trailing..text.len(),
            format!("{noun} must end with a letter or digit"),
        );
        return Err(error.with_suggestion(""));
    }
    Ok(())
}

pub(super) fn check_label_key(text: &str) -> Result<(), TextError> {
    let Some((prefix, name)) = text.split_once('/') else {
        return check_label_name(text, "a label key");
    };
    if prefix.is_empty() {
        return Err(TextError::new(0..1, "there is no domain before the `/`").with_suggestion(""));
    }
    check_subdomain(prefix)?;
    let name_start = prefix.len() + 1;
    if name.is_empty() {
        return Err(TextError::new(
            text.len()..text.len(),
            "there is no name after the `/`",
        ));
    }
    if let Some(slash) = name.find('/') {
        let range = name_start + slash..text.len();
        return Err(TextError::new(
            range,
            "a label key has one `/`, between its domain and its name",
        ));
    }
    check_label_name(name, "the name in a label key").map_err(|error| error.shifted(name_start))
}

fn check_label_name(text: &str, noun: &str) -> Result<(), TextError> {
    require_some(text, noun)?;
    check_label_text(text, noun)
}

pub(super) fn check_label_value(text: &str) -> Result<(), TextError> {
    check_label_text(text, "a label value")
}

fn check_label_text(text: &str, noun: &str) -> Result<(), TextError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let rule = || {
        format!(
            "{noun} has letters, digits, `-`, `_` and `.`; it begins and ends with a letter or digit"
        )
    };
    if let Some(found) = first_outside(text, allowed) {
        let error = TextError::new(
            span_of(found),
            format!("{noun} cannot have {}", name_of(found.1)),
        )
        .with_help(rule());
        let inside = found.0 > 0 && found.0 + found.1.len_utf8() < text.len();
        return Err(if inside && matches!(found.1, ' ' | '/' | ':') {
            error.with_suggestion("-")
        } else {
            error
        });
    }
    check_ends(text, "-_.", noun).map_err(|error| error.with_help(rule()))?;
    require_length(text, 63, noun)
}

pub(super) fn check_env_name(text: &str) -> Result<(), TextError> {
    let noun = "the name of an environment variable";
    require_some(text, noun)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if let Some(found) = first_outside(text, allowed) {
        let error = TextError::new(
            span_of(found),
            format!("{noun} cannot have {}", name_of(found.1)),
        )
        .with_help(format!("{noun} has letters, digits, `_`, `-` and `.`"));
        return Err(if found.1 == ' ' {
            error.with_suggestion("_")
        } else {
            error
        });
    }
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(TextError::new(
            0..1,
            format!("{noun} cannot begin with a digit"),
        ));
    }
    reject_dots(text, noun)
}

pub(super) fn check_config_key(text: &str) -> Result<(), TextError> {
    let noun = "a key of a config map or secret";
    require_some(text, noun)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if let Some(found) = first_outside(text, allowed) {
        let error = TextError::new(
            span_of(found),
            format!("{noun} cannot have {}", name_of(found.1)),
        )
        .with_help(format!("{noun} has letters, digits, `-`, `_` and `.`"));
        return Err(if matches!(found.1, ' ' | '/') {
            error.with_suggestion("-")
        } else {
            error
        });
    }
    reject_dots(text, noun)?;
    require_length(text, 253, noun)
}

/// Kubernetes mounts these names as files, where `.` and `..` mean something else.
fn reject_dots(text: &str, noun: &str) -> Result<(), TextError> {
    if text == "." || text.starts_with("..") {
        let dots = text.len() - text.trim_start_matches('.').len();
        return Err(TextError::new(
            0..dots,
            format!("{noun} cannot be `.` or begin with `..`"),
        ));
    }
    Ok(())
}

pub(super) fn check_port_name(text: &str) -> Result<(), TextError> {
    let noun = "the name of a port";
    check_dns_label(text, noun)?;
    require_length(text, 15, noun)?;
    if let Some(start) = text.find("--") {
        let error = TextError::new(
            start..start + 2,
            format!("{noun} cannot have two `-` in a row"),
        );
        return Err(error.with_suggestion("-"));
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err(TextError::new(
            0..text.len(),
            format!("{noun} has at least one letter"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn labels() {
        good(
            TextKind::DnsLabel,
            &["a", "checkout-api", "9-lives", "x--y", &"a".repeat(63)],
        );
        bad(
            TextKind::DnsLabel,
            &[
                ("«»", "this name cannot be empty", ""),
                ("my«_»api", "this name cannot have `_`", "my-api"),
                ("my-«API»2", "this name has no capital letters", "my-api2"),
                (
                    "«-»api",
                    "this name must begin with a letter or digit",
                    "api",
                ),
                (
                    "api«--»",
                    "this name must end with a letter or digit",
                    "api",
                ),
                ("«--»", "this name must begin with a letter or digit", ""),
                ("shop«.»api", "this name cannot have `.`", ""),
                ("caf«é»", "this name cannot have `é`", ""),
                (
                    &format!("{}«bc»", "a".repeat(63)),
                    "this name has at most 63 characters, and this one has 65",
                    "",
                ),
            ],
        );
        good(TextKind::Rfc1035Label, &["a9", "checkout-api"]);
        bad(
            TextKind::Rfc1035Label,
            &[
                ("«9»lives", "this name must begin with a letter", ""),
                ("a«_»b", "this name cannot have `_`", "a-b"),
            ],
        );
    }

    #[test]
    fn subdomains() {
        good(
            TextKind::DnsSubdomain,
            &["a", "shop.acme.dev", "1.2", &"a".repeat(253)],
        );
        bad(
            TextKind::DnsSubdomain,
            &[
                (
                    "shop«.».dev",
                    "there is nothing between the dots",
                    "shop.dev",
                ),
                ("«.»dev", "this name begins with a dot", "dev"),
                ("dev«.»", "this name ends with a dot", "dev"),
                ("«.»", "this name begins with a dot", ""),
                (
                    "shop.«A»cme",
                    "each part of this name has no capital letters",
                    "shop.acme",
                ),
                (
                    "shop.«-»acme",
                    "each part of this name must begin with a letter or digit",
                    "shop.acme",
                ),
                (
                    &format!("{}«a»", "a.".repeat(126) + "a"),
                    "this name has at most 253 characters, and this one has 254",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn label_keys_and_values() {
        good(
            TextKind::LabelKey,
            &["app", "app.kubernetes.io/name", "acme.dev/Cost_Center.1"],
        );
        bad(
            TextKind::LabelKey,
            &[
                ("«»", "a label key cannot be empty", ""),
                ("«/»name", "there is no domain before the `/`", "name"),
                ("acme.dev/«»", "there is no name after the `/`", ""),
                (
                    "acme.dev/a«/b»",
                    "a label key has one `/`, between its domain and its name",
                    "",
                ),
                (
                    "«A»cme.dev/a",
                    "each part of this name has no capital letters",
                    "acme.dev/a",
                ),
                (
                    "acme.dev/cost« »center",
                    "the name in a label key cannot have a space",
                    "acme.dev/cost-center",
                ),
                (
                    "name«.»",
                    "a label key must end with a letter or digit",
                    "name",
                ),
            ],
        );
        good(TextKind::LabelValue, &["", "a", "1.42.0", "Team_A"]);
        bad(
            TextKind::LabelValue,
            &[
                ("a«/»b", "a label value cannot have `/`", "a-b"),
                (
                    "«_»a",
                    "a label value must begin with a letter or digit",
                    "a",
                ),
            ],
        );
        bad(
            TextKind::LabelValue,
            &[("a«\n»", "a label value cannot have a line break", "")],
        );
        bad(
            TextKind::LabelValue,
            &[(
                &format!("{}«b»", "a".repeat(63)),
                "a label value has at most 63 characters, and this one has 64",
                "",
            )],
        );
    }

    #[test]
    fn variables_keys_and_ports() {
        good(
            TextKind::EnvName,
            &["LOG_LEVEL", "a.b-c", "_x", "spring.datasource.url"],
        );
        bad(
            TextKind::EnvName,
            &[
                (
                    "«1»ST",
                    "the name of an environment variable cannot begin with a digit",
                    "",
                ),
                (
                    "A« »B",
                    "the name of an environment variable cannot have a space",
                    "A_B",
                ),
                (
                    "A«=»B",
                    "the name of an environment variable cannot have `=`",
                    "",
                ),
                (
                    "«..»A",
                    "the name of an environment variable cannot be `.` or begin with `..`",
                    "",
                ),
            ],
        );
        good(
            TextKind::ConfigKey,
            &["rules.json", ".dockerconfigjson", "a..b"],
        );
        bad(
            TextKind::ConfigKey,
            &[
                (
                    "conf«/»rules.json",
                    "a key of a config map or secret cannot have `/`",
                    "conf-rules.json",
                ),
                (
                    "«.»",
                    "a key of a config map or secret cannot be `.` or begin with `..`",
                    "",
                ),
                (
                    "«..»data",
                    "a key of a config map or secret cannot be `.` or begin with `..`",
                    "",
                ),
            ],
        );
        good(TextKind::PortName, &["http", "grpc-web", "h2"]);
        bad(
            TextKind::PortName,
            &[
                ("«8080»", "the name of a port has at least one letter", ""),
                (
                    "prometheus-metr«ics»",
                    "the name of a port has at most 15 characters, and this one has 18",
                    "",
                ),
                (
                    "a«--»b",
                    "the name of a port cannot have two `-` in a row",
                    "a-b",
                ),
                (
                    "«HTTP»",
                    "the name of a port has no capital letters",
                    "http",
                ),
            ],
        );
    }
}
