//! IP addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::TextError;
use super::scan::{first_outside, name_of, parts, require_some, span_of};

pub(super) fn check_address(text: &str) -> Result<(), TextError> {
    require_some(text, "an IP address")?;
    if let Some(slash) = text.find('/') {
        let error = TextError::new(
            slash..text.len(),
            "an address has no prefix length: this is a network",
        );
        return Err(error.with_suggestion(""));
    }
    parse_address(text).map(drop)
}

pub(super) fn check_network(text: &str) -> Result<(), TextError> {
    require_some(text, "a network")?;
    let Some((address_text, prefix_text)) = text.split_once('/') else {
        let address = parse_address(text)?;
        let help = format!("`/{}` is this address alone", bits(address));
        let error = TextError::new(
            text.len()..text.len(),
            "a network needs a prefix length after a `/`",
        );
        return Err(error.with_help(help));
    };
    let address = parse_address(address_text)?;
    let prefix_start = address_text.len() + 1;
    let prefix =
        parse_prefix(prefix_text, bits(address)).map_err(|error| error.shifted(prefix_start))?;
    let network = network_of(address, prefix);
    if network == address {
        return Ok(());
    }
    let message = format!(
        "this address has bits set beyond the first {prefix}, which a network of that size cannot have"
    );
    Err(TextError::new(0..address_text.len(), message)
        .with_help(format!(
            "the network is `{network}/{prefix}`; the address alone is `{address}/{}`",
            bits(address)
        ))
        .with_suggestion(network.to_string()))
}

/// An IPv6 address in brackets, as it stands before a port.
pub(super) fn check_bracketed(text: &str) -> Result<(), TextError> {
    let address = text.strip_prefix('[').unwrap_or(text);
    match address.strip_suffix(']') {
        Some(address) if address.contains(':') => parse_ipv6(address)
            .map(drop)
            .map_err(|error| error.shifted(1)),
        Some(_) => Err(TextError::new(
            0..text.len(),
            "brackets hold an IPv6 address",
        )),
        None => Err(TextError::new(
            0..text.len(),
            "the `]` after this address is missing, or not the last of the host",
        )),
    }
}

pub(super) fn parse_address(text: &str) -> Result<IpAddr, TextError> {
    if text.contains(':') {
        parse_ipv6(text).map(IpAddr::V6)
    } else {
        parse_ipv4(text).map(IpAddr::V4)
    }
}

fn parse_ipv4(text: &str) -> Result<Ipv4Addr, TextError> {
    if let Some(found) = first_outside(text, |character| {
        character.is_ascii_digit() || character == '.'
    }) {
        return Err(TextError::new(
            span_of(found),
            format!("an IPv4 address cannot have {}", name_of(found.1)),
        ));
    }
    let mut octets = [0; 4];
    let mut count = 0;
    for (index, (range, part)) in parts(text, '.').enumerate() {
        if part.is_empty() {
            return Err(TextError::new(range, "a number is missing here"));
        }
        let significant = part.trim_start_matches('0');
        if part.len() > 1 && significant.len() < part.len() {
            let decimal = if significant.is_empty() {
                "0"
            } else {
                significant
            };
            return Err(TextError::new(
                range,
                "a number of an address has no leading zero: some readers take it as octal",
            )
            .with_suggestion(decimal));
        }
        let Ok(octet) = part.parse::<u8>() else {
            return Err(TextError::new(
                range,
                format!("{part} is more than 255, the most that one number of an address can be"),
            ));
        };
        let Some(slot) = octets.get_mut(index) else {
            return Err(TextError::new(
                range.start - 1..text.len(),
                "an IPv4 address has four numbers",
            ));
        };
        *slot = octet;
        count = index + 1;
    }
    if count < 4 {
        return Err(TextError::new(
            0..text.len(),
            format!("an IPv4 address has four numbers, and this one has {count}"),
        ));
    }
    Ok(Ipv4Addr::from(octets))
}

fn parse_ipv6(text: &str) -> Result<Ipv6Addr, TextError> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let allowed = |character: char| character.is_ascii_hexdigit() || matches!(character, ':' | '.');
    if let Some(found) = first_outside(text, allowed) {
        return Err(TextError::new(
            span_of(found),
            format!("an IPv6 address cannot have {}", name_of(found.1)),
        ));
    }
    let groups = || parts(text, ':').filter(|(_, group)| !group.contains('.'));
    if let Some((range, _)) = groups().find(|(_, group)| group.len() > 4) {
        return Err(TextError::new(
            range,
            "a group of an IPv6 address has at most four hexadecimal digits",
        ));
    }
    if let Some(gap) = text.find("::").map(|start| start + 2)
        && let Some(second) = text[gap..].find("::")
    {
        return Err(TextError::new(
            gap + second..gap + second + 2,
            "an IPv6 address has one `::` at most",
        ));
    }
    // An IPv4 address may stand in the last place.
    if let Some((range, last)) = parts(text, ':').last()
        && last.contains('.')
    {
        parse_ipv4(last).map_err(|error| error.shifted(range.start))?;
    }
    Err(TextError::new(
        0..text.len(),
        "an IPv6 address has eight groups, or fewer with one `::`",
    ))
}

fn parse_prefix(text: &str, most: u8) -> Result<u8, TextError> {
    if text.is_empty() {
        return Err(TextError::new(0..0, "the prefix length is missing"));
    }
    if let Some(found) = first_outside(text, |character| character.is_ascii_digit()) {
        let message = format!(
            "a prefix length is a number from 0 to {most}: {} does not belong",
            name_of(found.1)
        );
        return Err(TextError::new(span_of(found), message));
    }
    let significant = text.trim_start_matches('0');
    if text.len() > 1 && significant.len() < text.len() {
        let decimal = if significant.is_empty() {
            "0"
        } else {
            significant
        };
        return Err(
            TextError::new(0..text.len(), "a prefix length has no leading zero")
                .with_suggestion(decimal),
        );
    }
    match text.parse::<u8>() {
        Ok(prefix) if prefix <= most => Ok(prefix),
        _ => Err(TextError::new(
            0..text.len(),
            format!("a prefix length lies between 0 and {most} here"),
        )),
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn network_of(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn addresses() {
        good(
            TextKind::IpAddress,
            &[
                "10.0.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "::",
                "::1",
                "2001:db8::1",
                "::ffff:10.0.0.1",
            ],
        );
        bad(
            TextKind::IpAddress,
            &[
                ("«»", "an IP address cannot be empty", ""),
                (
                    "10.0.«256».1",
                    "256 is more than 255, the most that one number of an address can be",
                    "",
                ),
                (
                    "10.0.«010».1",
                    "a number of an address has no leading zero: some readers take it as octal",
                    "10.0.10.1",
                ),
                (
                    "10.0.«00».1",
                    "a number of an address has no leading zero: some readers take it as octal",
                    "10.0.0.1",
                ),
                (
                    "«10.0.1»",
                    "an IPv4 address has four numbers, and this one has 3",
                    "",
                ),
                ("10.0.0.1«.2»", "an IPv4 address has four numbers", ""),
                ("10.0.«».1", "a number is missing here", ""),
                ("10.0.0.«x»", "an IPv4 address cannot have `x`", ""),
                (
                    "10.0.0.0«/8»",
                    "an address has no prefix length: this is a network",
                    "10.0.0.0",
                ),
                (
                    "2001:«12345»::1",
                    "a group of an IPv6 address has at most four hexadecimal digits",
                    "",
                ),
                ("2001::1«::»2", "an IPv6 address has one `::` at most", ""),
                ("2001:«g»::1", "an IPv6 address cannot have `g`", ""),
                (
                    "«1:2:3»",
                    "an IPv6 address has eight groups, or fewer with one `::`",
                    "",
                ),
                (
                    "::ffff:10.0.0.«300»",
                    "300 is more than 255, the most that one number of an address can be",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn networks() {
        good(
            TextKind::Cidr,
            &[
                "10.0.0.0/8",
                "0.0.0.0/0",
                "10.1.2.3/32",
                "2001:db8::/32",
                "::/0",
                "::1/128",
            ],
        );
        let beyond = "this address has bits set beyond the first 8, which a network of that size cannot have";
        let beyond_v6 = "this address has bits set beyond the first 32, which a network of that size cannot have";
        bad(
            TextKind::Cidr,
            &[
                ("«10.0.0.1»/8", beyond, "10.0.0.0/8"),
                ("«2001:db8::1»/32", beyond_v6, "2001:db8::/32"),
                (
                    "10.0.«300».0/8",
                    "300 is more than 255, the most that one number of an address can be",
                    "",
                ),
                (
                    "10.0.0.0/«33»",
                    "a prefix length lies between 0 and 32 here",
                    "",
                ),
                (
                    "::/«129»",
                    "a prefix length lies between 0 and 128 here",
                    "",
                ),
                (
                    "10.0.0.0/«08»",
                    "a prefix length has no leading zero",
                    "10.0.0.0/8",
                ),
                ("10.0.0.0/«»", "the prefix length is missing", ""),
                (
                    "10.0.0.0«»",
                    "a network needs a prefix length after a `/`",
                    "",
                ),
                (
                    "10.0.0.0/8«/»9",
                    "a prefix length is a number from 0 to 32: `/` does not belong",
                    "",
                ),
                (
                    "10.0.0.0/«-»1",
                    "a prefix length is a number from 0 to 32: `-` does not belong",
                    "",
                ),
            ],
        );
    }
}
