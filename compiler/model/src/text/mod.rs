//! Text with a meaning, checked where the literal stands: images, hosts, schedules, the names of Kubernetes.
//!
//! A check that fails says which bytes of the text are wrong, why, and, where there is one answer, what to write instead.

mod cron;
mod email;
mod host;
mod http;
mod image;
mod ip;
mod names;
mod pattern;
mod scan;
#[cfg(test)]
mod testing;
mod url;
mod version;

use std::fmt;
use std::ops::Range;

pub use image::ImageParts;

/// The kinds of text that the language knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// An image reference, as container registries define it: `ghcr.io/acme/api:1.42.0`.
    Image,
    /// An absolute URL: `https://docs.acme.dev/checkout`.
    Url,
    /// A host name without port or wildcard: `shop.acme.dev`.
    Hostname,
    /// A host name, or `*.` and a host name.
    WildcardHostname,
    /// A mail address: `payments@acme.dev`.
    Email,
    /// An IPv4 or IPv6 address: `10.0.0.1`.
    IpAddress,
    /// A network: `10.0.0.0/8`, without host bits.
    Cidr,
    /// A schedule of five fields, as Kubernetes reads it: `*/5 * * * MON-FRI`.
    Cron,
    /// A semantic version: `1.42.0-rc.1`.
    SemVer,
    /// A regular expression without look-around and back-references.
    Regex,
    /// A name of at most 63 lower-case letters, digits and `-` (RFC 1123 label).
    DnsLabel,
    /// The same, beginning with a letter (RFC 1035 label): the names of services.
    Rfc1035Label,
    /// Labels joined by dots, 253 characters at most: the names of most objects.
    DnsSubdomain,
    /// A Kubernetes label or annotation key: `app.kubernetes.io/name`.
    LabelKey,
    /// A Kubernetes label value.
    LabelValue,
    /// The name of an environment variable.
    EnvName,
    /// A key of a config map or secret: `rules.json`.
    ConfigKey,
    /// A port's name: 15 characters at most.
    PortName,
    /// The path of a route, without a query: `/api/orders`.
    HttpPath,
    /// What a request asks for: a path, and maybe a query: `/healthz?full=1`.
    HttpTarget,
    /// The name of an HTTP header.
    HeaderName,
}

impl TextKind {
    /// All of them.
    pub const ALL: [TextKind; 21] = [
        TextKind::Image,
        TextKind::Url,
        TextKind::Hostname,
        TextKind::WildcardHostname,
        TextKind::Email,
        TextKind::IpAddress,
        TextKind::Cidr,
        TextKind::Cron,
        TextKind::SemVer,
        TextKind::Regex,
        TextKind::DnsLabel,
        TextKind::Rfc1035Label,
        TextKind::DnsSubdomain,
        TextKind::LabelKey,
        TextKind::LabelValue,
        TextKind::EnvName,
        TextKind::ConfigKey,
        TextKind::PortName,
        TextKind::HttpPath,
        TextKind::HttpTarget,
        TextKind::HeaderName,
    ];

    /// The type's name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            TextKind::Image => "Image",
            TextKind::Url => "Url",
            TextKind::Hostname => "Hostname",
            TextKind::WildcardHostname => "WildcardHostname",
            TextKind::Email => "Email",
            TextKind::IpAddress => "IpAddress",
            TextKind::Cidr => "Cidr",
            TextKind::Cron => "Cron",
            TextKind::SemVer => "SemVer",
            TextKind::Regex => "Regex",
            TextKind::DnsLabel => "DnsLabel",
            TextKind::Rfc1035Label => "Rfc1035Label",
            TextKind::DnsSubdomain => "DnsSubdomain",
            TextKind::LabelKey => "LabelKey",
            TextKind::LabelValue => "LabelValue",
            TextKind::EnvName => "EnvName",
            TextKind::ConfigKey => "ConfigKey",
            TextKind::PortName => "PortName",
            TextKind::HttpPath => "HttpPath",
            TextKind::HttpTarget => "HttpTarget",
            TextKind::HeaderName => "HeaderName",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<TextKind> {
        TextKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it is, with an article, for messages: `an image reference`.
    pub const fn noun(self) -> &'static str {
        match self {
            TextKind::Image => "an image reference",
            TextKind::Url => "a URL",
            TextKind::Hostname => "a host name",
            TextKind::WildcardHostname => "a host name or a wildcard",
            TextKind::Email => "a mail address",
            TextKind::IpAddress => "an IP address",
            TextKind::Cidr => "a network",
            TextKind::Cron => "a schedule",
            TextKind::SemVer => "a version",
            TextKind::Regex => "a regular expression",
            TextKind::DnsLabel | TextKind::Rfc1035Label => "a DNS label",
            TextKind::DnsSubdomain => "a DNS name",
            TextKind::LabelKey => "a label key",
            TextKind::LabelValue => "a label value",
            TextKind::EnvName => "the name of an environment variable",
            TextKind::ConfigKey => "a key of a config map or secret",
            TextKind::PortName => "the name of a port",
            TextKind::HttpPath => "a path",
            TextKind::HttpTarget => "a path with or without a query",
            TextKind::HeaderName => "the name of a header",
        }
    }

    /// A good one, for help texts and completion.
    pub const fn example(self) -> &'static str {
        match self {
            TextKind::Image => "ghcr.io/acme/checkout:1.42.0",
            TextKind::Url => "https://docs.acme.dev/checkout",
            TextKind::Hostname => "shop.acme.dev",
            TextKind::WildcardHostname => "*.acme.dev",
            TextKind::Email => "payments@acme.dev",
            TextKind::IpAddress => "10.0.0.1",
            TextKind::Cidr => "10.0.0.0/8",
            TextKind::Cron => "30 2 * * MON-FRI",
            TextKind::SemVer => "1.42.0",
            TextKind::Regex => "^[0-9]{12}$",
            TextKind::DnsLabel | TextKind::Rfc1035Label => "checkout-api",
            TextKind::DnsSubdomain => "checkout.acme.dev",
            TextKind::LabelKey => "app.kubernetes.io/name",
            TextKind::LabelValue => "checkout",
            TextKind::EnvName => "LOG_LEVEL",
            TextKind::ConfigKey => "rules.json",
            TextKind::PortName => "http",
            TextKind::HttpPath => "/api/orders",
            TextKind::HttpTarget => "/healthz?full=1",
            TextKind::HeaderName => "X-Request-Id",
        }
    }
}

/// Whether the text is of that kind; the error says which piece is not.
pub fn check(kind: TextKind, text: &str) -> Result<(), TextError> {
    match kind {
        TextKind::Image => ImageParts::parse(text).map(drop),
        TextKind::Url => url::check(text),
        TextKind::Hostname => host::check_hostname(text),
        TextKind::WildcardHostname => host::check_wildcard(text),
        TextKind::Email => email::check(text),
        TextKind::IpAddress => ip::check_address(text),
        TextKind::Cidr => ip::check_network(text),
        TextKind::Cron => cron::check(text),
        TextKind::SemVer => version::check(text),
        TextKind::Regex => pattern::check(text),
        TextKind::DnsLabel => names::check_label(text),
        TextKind::Rfc1035Label => names::check_rfc1035_label(text),
        TextKind::DnsSubdomain => names::check_subdomain(text),
        TextKind::LabelKey => names::check_label_key(text),
        TextKind::LabelValue => names::check_label_value(text),
        TextKind::EnvName => names::check_env_name(text),
        TextKind::ConfigKey => names::check_config_key(text),
        TextKind::PortName => names::check_port_name(text),
        TextKind::HttpPath => http::check_path(text),
        TextKind::HttpTarget => http::check_target(text),
        TextKind::HeaderName => http::check_header_name(text),
    }
}

/// Why a text is not of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The bytes that are wrong; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub message: String,
    /// The rule, or what to do next.
    pub help: Option<String>,
    /// What to write instead of the bytes in `range`, where there is one answer.
    pub suggestion: Option<String>,
}

impl TextError {
    fn new(range: Range<usize>, message: impl Into<String>) -> TextError {
        TextError {
            range,
            message: message.into(),
            help: None,
            suggestion: None,
        }
    }

    fn with_help(mut self, help: impl Into<String>) -> TextError {
        self.help = Some(help.into());
        self
    }

    fn with_suggestion(mut self, suggestion: impl Into<String>) -> TextError {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same error seen from a text in which the checked one begins at `offset`.
    #[must_use]
    pub fn shifted(mut self, offset: usize) -> TextError {
        self.range = self.range.start + offset..self.range.end + offset;
        self
    }

    /// The text with the suggestion in place.
    pub fn apply(&self, text: &str) -> Option<String> {
        let (before, after) = (text.get(..self.range.start)?, text.get(self.range.end..)?);
        Some(format!("{before}{}{after}", self.suggestion.as_deref()?))
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TextError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_has_a_name_and_takes_its_example() {
        for kind in TextKind::ALL {
            assert_eq!(TextKind::from_name(kind.name()), Some(kind));
            assert_eq!(check(kind, kind.example()), Ok(()), "{kind:?}");
            assert!(!kind.noun().is_empty());
        }
    }

    proptest! {
        #[test]
        fn errors_lie_within_any_text(free in "\\PC{0,30}", near in "[-a-zA-Z0-9._:/@*%\\[\\]#,?+ é\\n]{0,40}") {
            for (kind, text) in TextKind::ALL.into_iter().flat_map(|kind| [(kind, &free), (kind, &near)]) {
                if let Err(error) = check(kind, text) {
                    prop_assert!(text.get(error.range.clone()).is_some(), "{:?} {:?} {:?}", kind, text, error);
                    prop_assert!(!error.message.is_empty());
                    prop_assert!(error.suggestion.is_none() || error.apply(text).as_deref() != Some(text.as_str()));
                }
            }
        }
    }
}
