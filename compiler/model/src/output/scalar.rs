//! Scalars: which text may stand bare in YAML, and the text of numbers and quoted strings.
//!
//! Readers of YAML 1.1 (Go's, Python's, Ruby's) take `no`, `1e3`, `012`, `12:30`, `1_000`, `2026-01-01` and many more for something
//! other than text. Instead of listing those, [`is_plain`] accepts only text that no implicit type of any YAML version can be:
//!
//! - One that begins with a letter, `_`, `/` or `$` is text unless it is one of the few reserved words.
//! - One that begins with a digit is text when it holds a byte that occurs in no number and no timestamp.
//! - One that begins with `-` and a letter, or `--` and a letter, as command-line options do, is text.
//!
//! Within it only bytes that are never syntax may occur, besides spaces, colons and hashes in places where they are not.

use std::io::Write as _;

/// May not occur within plain text.
const OUTER: u8 = 1;
/// Occurs in no number or timestamp of any YAML version, so that text with it is text.
const NOT_NUMERIC: u8 = 2;
/// `t` and `T`: in timestamps only, all of which have a `-`.
const TEE: u8 = 4;
/// Space, colon, hash: harmless only between the right neighbours.
const CAREFUL: u8 = 8;
/// Begins plain text, whatever follows.
const START: u8 = 16;
/// Must be escaped in double quotes, or may begin a character that must.
const ESCAPE: u8 = 32;
/// `-` and `:`: of timestamps.
const TIMELIKE: u8 = 64;
/// Begins one of the reserved words.
const RESERVED: u8 = 128;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "counts bytes")]
        let b = byte as u8;
        class[byte] = match b {
            b't' | b'T' => START | TEE,
            // Hexadecimal digits, radix marks, exponents, `Z` and the letters of `inf` and `nan`.
            b'a'..=b'f'
            | b'A'..=b'F'
            | b'x'
            | b'X'
            | b'o'
            | b'O'
            | b'z'
            | b'Z'
            | b'i'
            | b'I'
            | b'n'
            | b'N' => START,
            b'a'..=b'z' | b'A'..=b'Z' => START | NOT_NUMERIC,
            b'/' | b'$' => START | NOT_NUMERIC,
            b'_' => START,
            b'0'..=b'9' | b'.' | b'+' | b',' => 0,
            b'-' => TIMELIKE,
            b'@' | b'=' | b'(' | b')' | b'~' | b';' | b'%' => NOT_NUMERIC,
            b' ' | b'#' => CAREFUL,
            b':' => CAREFUL | TIMELIKE,
            0..=0x1f | b'"' | b'\\' | 0x7f => OUTER | ESCAPE,
            // First bytes of U+0080…U+00BF, U+0600…U+063F, U+2000…U+2FFF, U+F000…U+FFFF and U+C0000…U+FFFFF.
            0xc2 | 0xd8 | 0xe2 | 0xef | 0xf3 => OUTER | ESCAPE,
            _ => OUTER,
        };
        if matches!(
            b.to_ascii_lowercase(),
            b'y' | b'n' | b'o' | b'i' | b't' | b'f'
        ) {
            class[byte] |= RESERVED;
        }
        byte += 1;
    }
    class
}

/// Whether text can stand bare as a value in block style and is read back as that text by readers of every YAML version.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else {
        return false;
    };
    let mut any = 0;
    for &byte in bytes {
        any |= CLASS[usize::from(byte)];
    }
    if any & OUTER != 0 || (any & CAREFUL != 0 && !is_careful(bytes)) {
        return false;
    }
    if CLASS[usize::from(first)] & START != 0 {
        return !is_reserved(bytes);
    }
    match first {
        b'0'..=b'9' => any & NOT_NUMERIC != 0 || (any & TEE != 0 && any & TIMELIKE == 0),
        b'-' => match bytes {
            [b'-', b'-', letter, ..] => letter.is_ascii_alphabetic(),
            [b'-', letter, ..] => letter.is_ascii_alphabetic() && !is_reserved(&bytes[1..]),
            _ => false,
        },
        _ => false,
    }
}

/// Whether text can stand bare as a key.
#[inline]
pub(super) fn is_plain_key(text: &str) -> bool {
    // A dash is an entry of a list to the eye.
    text.len() <= MAX_SIMPLE_KEY && text.as_bytes().first() != Some(&b'-') && is_plain(text)
}

/// Readers look for the colon of a key within 1024 characters.
pub(super) const MAX_SIMPLE_KEY: usize = 1000;

/// Whether every colon and hash has a neighbour that makes it harmless, and no space stands at an end.
fn is_careful(bytes: &[u8]) -> bool {
    let ends = bytes.first() != Some(&b' ') && !matches!(bytes.last(), Some(b' ' | b':'));
    ends && bytes
        .windows(2)
        .all(|pair| !matches!(pair, [b':', b' '] | [b' ', b'#']))
}

/// Words that some reader takes for something other than text.
fn is_reserved(bytes: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"y",
        b"n",
        b"on",
        b"no",
        b"off",
        b"yes",
        b"nan",
        b"inf",
        b"null",
        b"true",
        b"false",
        b"infinity",
    ];
    let may_be = bytes.len() <= 8
        && bytes
            .first()
            .is_some_and(|first| CLASS[usize::from(*first)] & RESERVED != 0);
    may_be && WORDS.iter().any(|word| word.eq_ignore_ascii_case(bytes))
}

/// Whether text of several lines can stand as a literal block (`|` or `|-`) and is read back as it is.
pub(super) fn is_block(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'\n') || text.ends_with("\n\n") {
        return false;
    }
    // The first line that is not empty sets the indentation, so it may begin with nothing that could be taken for it.
    let begins = bytes.iter().find(|byte| **byte != b'\n');
    if begins.is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
        return false;
    }
    let mut previous = b'\n';
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' && matches!(previous, b' ' | b'\t') {
            return false;
        }
        if CLASS[usize::from(byte)] & ESCAPE != 0
            && !matches!(byte, b'\n' | b'\t' | b'"' | b'\\')
            && (byte < 0x80 || text[at..].chars().next().is_none_or(must_escape))
        {
            return false;
        }
        previous = byte;
    }
    !matches!(previous, b' ' | b'\t')
}

/// Characters that are not printable, that some reader takes for a line break, or that are invisible or change the direction of
/// what stands around them.
fn must_escape(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '"'
            | '\\'
            | '\x7f'..='\u{a0}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// How characters beyond U+FFFF are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\U000e0001`
    Yaml,
    /// `\udb40\udc01`
    Json,
}

/// Writes text in double quotes.
pub(super) fn write_quoted(out: &mut Vec<u8>, text: &str, escapes: Escapes) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        if CLASS[usize::from(bytes[at])] & ESCAPE == 0 {
            at += 1;
            continue;
        }
        // A flagged byte begins a character: bytes within one are never flagged.
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        if must_escape(c) {
            out.extend_from_slice(&bytes[copied..at]);
            write_escape(out, c, escapes);
            copied = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

fn write_escape(out: &mut Vec<u8>, c: char, escapes: Escapes) {
    let short = match c {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\x08' => b'b',
        '\x0c' => b'f',
        _ => 0,
    };
    if short != 0 {
        out.extend_from_slice(&[b'\\', short]);
    } else if escapes == Escapes::Yaml && c > '\u{ffff}' {
        write_hex(out, b'U', u32::from(c), 8);
    } else {
        for unit in c.encode_utf16(&mut [0; 2]) {
            write_hex(out, b'u', u32::from(*unit), 4);
        }
    }
}

fn write_hex(out: &mut Vec<u8>, mark: u8, number: u32, digits: u32) {
    out.extend_from_slice(&[b'\\', mark]);
    for digit in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(number >> (4 * digit) & 0xf) as usize]);
    }
}

/// Writes a whole number.
#[inline]
pub(super) fn write_int(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a finite number as the shortest text that reads back as it, always with a point, and in an exponent with a sign: some
/// readers take `1e300` for text. Zero has no sign. `false` when it is not finite.
pub(super) fn write_float(out: &mut Vec<u8>, number: f64) -> bool {
    if !number.is_finite() {
        return false;
    }
    let number = if number == 0.0 { 0.0 } else { number };
    let start = out.len();
    let as_people_write = number == 0.0 || (1e-5..1e16).contains(&number.abs());
    // Writing to a vector does not fail.
    if as_people_write {
        let _ = write!(out, "{number}");
        if !out[start..].contains(&b'.') {
            out.extend_from_slice(b".0");
        }
        return true;
    }
    let _ = write!(out, "{number:e}");
    if let Some(exponent) = out[start..]
        .iter()
        .position(|byte| *byte == b'e')
        .map(|at| start + at)
    {
        if out[exponent + 1] != b'-' {
            out.insert(exponent + 1, b'+');
        }
        if !out[start..exponent].contains(&b'.') {
            out.splice(exponent..exponent, *b".0");
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Escapes, is_block, is_plain, is_plain_key, write_float, write_quoted};

    #[test]
    fn plain_is_what_people_leave_bare() {
        for text in [
            "checkout",
            "apps/v1",
            "ghcr.io/acme/checkout:1.42.0",
            "/etc/rules.json",
            "250m",
            "256Mi",
            "1Ti",
            "30s",
            "25%",
            "--port=8080",
            "-f",
            "http://x.svc:8080/a?",
            "$(POD_IP)",
            "0.0.0.0/0",
            "a b c",
            "kubernetes.io/metadata.name",
            "RollingUpdate",
            "a:b",
            "a#b",
            "_x",
            "1.2.3-rc1",
            "arn:aws:iam::1:role/x",
            "m@example.org",
            "no-cache",
            "5Gi",
            "1h30m",
        ] {
            assert_eq!(is_plain(text), !text.contains('?'), "{text}");
        }
        assert!(!is_plain_key("-f"));
        assert!(!is_plain_key(&"k".repeat(1001)));
        assert!(is_plain_key(&"k".repeat(1000)));
    }

    #[test]
    fn blocks_are_only_what_reads_back() {
        for text in [
            "a\nb",
            "a\nb\n",
            "\na\n",
            "a\n\n  b\n\tc",
            "é\n\"x\" \\ y",
            "#\n---\n...\n",
        ] {
            assert!(is_block(text), "{text:?}");
        }
        for text in [
            "a",
            "",
            "\n",
            "a \nb",
            "a\nb ",
            " a\nb",
            "\ta\nb",
            "\n a\n",
            "a\r\nb",
            "a\n\n",
            "a\u{2028}\nb",
            "a\n\u{feff}",
            "a\n\t\nb",
            "a\n\0",
        ] {
            assert!(!is_block(text), "{text:?}");
        }
    }

    #[test]
    fn quoted_text_is_ascii_where_it_could_deceive() {
        let quoted = |text, escapes| {
            let mut out = Vec::new();
            write_quoted(&mut out, text, escapes);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            quoted("a\"b\\c\n\t\0é…\u{85}\u{202e}\u{feff}", Escapes::Yaml),
            r#""a\"b\\c\n\t\u0000é…\u0085\u202e\ufeff""#
        );
        assert_eq!(quoted("\u{e0041}😀", Escapes::Yaml), r#""\U000e0041😀""#);
        assert_eq!(quoted("\u{e0041}😀", Escapes::Json), r#""\udb40\udc41😀""#);
    }

    #[test]
    fn floats_keep_a_point_and_signed_exponents() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (1.0, "1.0"),
            (-2.5, "-2.5"),
            (0.1, "0.1"),
            (1e15, "1000000000000000.0"),
            (1e16, "1.0e+16"),
            (1.5e300, "1.5e+300"),
            (1e-5, "0.00001"),
            (1e-7, "1.0e-7"),
            (-3.25e-9, "-3.25e-9"),
            (f64::MAX, "1.7976931348623157e+308"),
        ] {
            let mut out = b"x".to_vec();
            assert!(write_float(&mut out, number));
            assert_eq!(std::str::from_utf8(&out[1..]).unwrap(), text);
            assert_eq!(text.parse::<f64>().unwrap(), number);
        }
        assert!(!write_float(&mut Vec::new(), f64::NAN));
        assert!(!write_float(&mut Vec::new(), f64::INFINITY));
    }
}
