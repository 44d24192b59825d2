//! A quick yes for the usual names, of which an object has dozens. What it does not take is for the exact check to judge.

use plat_model::text::TextKind;

/// Whether text is of a kind beyond doubt.
pub(super) fn is_surely(kind: TextKind, text: &str) -> bool {
    let begins_with_letter = || !text.starts_with(|first: char| first.is_ascii_digit());
    match kind {
        TextKind::DnsLabel => text.len() <= 63 && is_of(LABEL, text),
        TextKind::Rfc1035Label => text.len() <= 63 && is_of(LABEL, text) && begins_with_letter(),
        TextKind::DnsSubdomain => text.len() <= 253 && is_of(SUBDOMAIN, text),
        TextKind::LabelValue | TextKind::ConfigKey => text.len() <= 63 && is_of(WIDE, text),
        TextKind::EnvName => is_of(VARIABLE, text) && begins_with_letter(),
        TextKind::LabelKey => {
            let name = match text.bytes().position(|byte| byte == b'/') {
                Some(slash) if slash <= 253 && is_of(SUBDOMAIN, &text[..slash]) => {
                    &text[slash + 1..]
                }
                Some(_) => return false,
                None => text,
            };
            name.len() <= 63 && is_of(WIDE, name)
        }
        _ => false,
    }
}

/// Lower-case letters, digits and `-` inside.
const LABEL: u8 = 1;
/// Labels with dots between them.
const SUBDOMAIN: u8 = 2;
/// Letters and digits, and inside `-`, `_` and dots.
const WIDE: u8 = 4;
/// Letters and digits, and inside `-` and `_`.
const VARIABLE: u8 = 8;

/// Whether text has one of these forms. All of them can be told from pairs of neighbours alone.
fn is_of(form: u8, text: &str) -> bool {
    let (mut broken, mut before) = (0, EDGE);
    for byte in text.bytes() {
        let here = CLASS[usize::from(byte)];
        broken |= BROKEN[before | here];
        before = here << 3;
    }
    (broken | BROKEN[before | EDGE]) & form == 0
}

// Classes of characters: what stands before the first and behind the last one is one of them.
const EDGE: usize = 0;
const SMALL: usize = 1;
const CAPITAL: usize = 2;
const DASH: usize = 3;
const UNDERSCORE: usize = 4;
const DOT: usize = 5;
const OTHER: usize = 6;

static CLASS: [usize; 256] = {
    let mut class = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'-' => DASH,
            b'_' => UNDERSCORE,
            b'.' => DOT,
            _ => OTHER,
        };
        byte += 1;
    }
    class
};

/// The forms that two neighbours break: the class of the first one times eight, and that of the second.
static BROKEN: [u8; 64] = {
    let mut broken = [0; 64];
    let mut pair = 0;
    while pair < 64 {
        broken[pair] = broken_by(pair >> 3, pair & 7);
        pair += 1;
    }
    broken
};

const fn broken_by(before: usize, after: usize) -> u8 {
    let no_letter = matches!(before, EDGE | DASH | UNDERSCORE | DOT)
        && matches!(after, EDGE | DASH | UNDERSCORE | DOT);
    let broken = match after {
        EDGE | SMALL | DASH => 0,
        CAPITAL | UNDERSCORE => LABEL | SUBDOMAIN,
        DOT => LABEL | VARIABLE,
        _ => LABEL | SUBDOMAIN | WIDE | VARIABLE,
    };
    match (before, after) {
        (EDGE, _) | (_, EDGE) if no_letter => LABEL | SUBDOMAIN | WIDE | VARIABLE,
        (DOT, _) | (_, DOT) if no_letter => broken | SUBDOMAIN,
        _ => broken,
    }
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
