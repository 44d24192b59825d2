//! Paths as relative URI references.

use std::fmt::Write as _;

/// Percent-encodes a path with `/` between its folders, as RFC 3986 wants it in a relative reference.
pub(crate) fn from_path(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    // A first segment with a colon would read as a scheme.
    let first = path.split('/').next().unwrap_or_default();
    if first.contains(':') {
        result.push_str("./");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'@'
            | b':'
            | b'+' => {
                result.push(char::from(byte));
            }
            _ => {
                let _ = write!(result, "%{byte:02X}");
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::from_path;

    #[test]
    fn only_safe_bytes_stay() {
        assert_eq!(from_path("shop/main.plat"), "shop/main.plat");
        assert_eq!(from_path("a b/ä?#%.plat"), "a%20b/%C3%A4%3F%23%25.plat");
        assert_eq!(from_path("c:x/y"), "./c:x/y");
    }
}
