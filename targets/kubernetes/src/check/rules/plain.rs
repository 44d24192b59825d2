//! A quick yes for the usual names, of which an object has dozens. What it does not take is for the exact check to judge.

use plat_model::text::TextKind;

/// Whether text is of a kind beyond doubt.
pub(super) fn is_surely(kind: TextKind, text: &str) -> bool {
    let length = text.len();
    match kind {
        TextKind::DnsLabel => length <= 63 && is_name(text, false, false),
        TextKind::Rfc1035Label => {
            length <= 63
                && is_name(text, false, false)
                && text.starts_with(|first: char| first.is_ascii_lowercase())
        }
        TextKind::DnsSubdomain => length <= 253 && is_name(text, true, false),
        TextKind::LabelValue | TextKind::ConfigKey => length <= 63 && is_name(text, true, true),
        TextKind::EnvName => {
            is_name(text, false, true) && !text.starts_with(|first: char| first.is_ascii_digit())
        }
        TextKind::LabelKey => match text.split_once('/') {
            Some((prefix, name)) => {
                prefix.len() <= 253
                    && is_name(prefix, true, false)
                    && name.len() <= 63
                    && is_name(name, true, true)
            }
            None => length <= 63 && is_name(text, true, true),
        },
        _ => false,
    }
}

/// Whether text is lower-case letters, digits and `-`, beginning and ending with a letter or digit. `dots` may stand between
/// those too; in a `wide` name letters may be capitals and `_` is as `-` is.
fn is_name(text: &str, dots: bool, wide: bool) -> bool {
    let (mut after_letter, mut after_dot) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => (after_letter, after_dot) = (true, false),
            b'A'..=b'Z' if wide => (after_letter, after_dot) = (true, false),
            b'-' if !after_dot => after_letter = false,
            b'_' if wide && !after_dot => after_letter = false,
            b'.' if dots && after_letter => (after_letter, after_dot) = (false, true),
            _ => return false,
        }
    }
    after_letter
}

#[cfg(test)]
mod tests {
    use plat_model::text::{TextKind, check};
    use proptest::prelude::prop;
    use proptest::proptest;

    use super::is_surely;

    #[test]
    fn usual_names_are_taken() {
        for (kind, text) in [
            (TextKind::DnsLabel, "shop-2"),
            (TextKind::Rfc1035Label, "shop"),
            (TextKind::DnsSubdomain, "a.b-c.d"),
            (TextKind::LabelKey, "app.kubernetes.io/part-of"),
            (TextKind::LabelKey, "app"),
            (TextKind::LabelValue, "v1.42.0_A"),
            (TextKind::ConfigKey, "rules.json"),
            (TextKind::EnvName, "LOG_LEVEL"),
        ] {
            assert!(is_surely(kind, text), "{text}");
        }
        assert!(!is_surely(TextKind::Rfc1035Label, "2shop"));
        assert!(!is_surely(TextKind::EnvName, "2SHOP"));
        assert!(!is_surely(TextKind::DnsLabel, ""));
    }

    proptest! {
        #[test]
        fn it_never_takes_what_the_exact_check_refuses(
            text in "([a-cA-C0-9._/-]{0,8}|[a-z]{60,66}|.{0,4})",
            kind in prop::sample::select(&TextKind::ALL[..]),
        ) {
            if is_surely(kind, &text) {
                assert_eq!(check(kind, &text), Ok(()), "{text:?} as {kind:?}");
            }
        }
    }
}
