//! What a code is, and how one is found.

use std::hash::{Hash, Hasher};

use crate::codes;
use crate::diagnostic::Severity;
use crate::page::{Page, PageError};

/// An entry of the registry. There is one per code, all of them statics in [`codes`].
#[derive(Debug)]
pub struct CodeInfo {
    /// The stable code: `PLT0101`.
    pub code: &'static str,
    /// The name of the static, for people who read the compiler: `UNKNOWN_NAME`.
    pub name: &'static str,
    /// The level of a finding that does not say otherwise.
    pub severity: Severity,
    /// What is wrong, in a few words, without any particular name.
    pub summary: &'static str,
    /// The page as it is written in `codes/PLT….md`; [`CodeInfo::page`] reads it.
    pub source: &'static str,
}

impl CodeInfo {
    /// The long explanation and its examples.
    ///
    /// # Errors
    /// Only where the page breaks its own rules, which a test rules out for every registered code.
    pub fn page(&self) -> Result<Page<'static>, PageError> {
        Page::parse(self.source)
    }

    /// The digits of the code: `0101`.
    #[must_use]
    pub fn digits(&self) -> &'static str {
        self.code.trim_start_matches(PREFIX)
    }

    /// The area that the code belongs to.
    #[must_use]
    pub fn area(&self) -> &'static str {
        AREAS
            .iter()
            .find(|(digits, _)| self.digits().starts_with(digits))
            .map_or("Other", |(_, title)| title)
    }
}

// Codes are unique, so they decide equality; the texts need not be compared.
impl PartialEq for CodeInfo {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for CodeInfo {}

impl Hash for CodeInfo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

const PREFIX: &str = "PLT";

/// The first two digits of a code, and what they stand for.
const AREAS: &[(&str, &str)] = &[
    ("00", "Syntax"),
    ("01", "Names and modules"),
    ("02", "Types"),
    ("03", "Values and layers"),
    ("04", "Capabilities"),
    ("05", "Edges and exposure"),
    ("06", "Kubernetes"),
    ("07", "Projects and files"),
    ("08", "Output"),
    ("09", "Command line"),
    ("10", "Guardrails, waivers and tests"),
];

/// Every code, in ascending order.
#[must_use]
pub fn all() -> &'static [&'static CodeInfo] {
    codes::ALL
}

/// The code that was written as `PLT0101`, `plt0101`, `0101` or `101`.
#[must_use]
pub fn lookup(written: &str) -> Option<&'static CodeInfo> {
    let number = number(written)?;
    let digits = format!("{number:04}");
    all()
        .binary_search_by(|info| info.digits().cmp(&digits))
        .ok()
        .map(|place| all()[place])
}

/// The registered code that was most likely meant by one that does not exist.
#[must_use]
pub fn nearest(written: &str) -> Option<&'static CodeInfo> {
    let number = number(written)?;
    let wanted = format!("{number:04}");
    all()
        .iter()
        .map(|info| {
            let different = info
                .digits()
                .bytes()
                .zip(wanted.bytes())
                .filter(|(a, b)| a != b)
                .count();
            let distance = info.digits().parse::<u32>().unwrap_or(0).abs_diff(number);
            ((different, distance), *info)
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|((different, _), info)| (different, info))
        .filter(|(different, info)| *different <= 1 || info.digits().get(..2) == wanted.get(..2))
        .map(|(_, info)| info)
}

fn number(written: &str) -> Option<u32> {
    let written = written.trim();
    let digits = match written.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &written[PREFIX.len()..],
        _ => written,
    };
    let plain =
        !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
