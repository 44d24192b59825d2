//! Reading one file: bounded, and as UTF-8.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use plat_diagnostics::{CodeInfo, codes};

/// The largest file that is read, in bytes. A source of that size is something else.
pub(crate) const LIMIT: u64 = 8 << 20;

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Which kind of finding this is.
    pub(crate) code: &'static CodeInfo,
    /// What is wrong, after the name of the file: `is not UTF-8: …`.
    pub(crate) why: String,
    /// Where it stops being text.
    pub(crate) offset: Option<usize>,
    /// What can be shown of it: bytes that are no text are replaced.
    pub(crate) lossy: String,
}

/// Reads a file.
pub(crate) fn read_text(path: &Path) -> Result<String, Unreadable> {
    match read_bytes(path) {
        Ok(Some(bytes)) => text_of_bytes(bytes),
        Ok(None) => Err(Unreadable {
            code: &codes::FILE_TOO_LARGE,
            why: format!("is larger than {} MiB", LIMIT >> 20),
            offset: None,
            lossy: String::new(),
        }),
        Err(error) => Err(Unreadable {
            code: &codes::CANNOT_READ,
            why: format!("cannot be read: {}", reason(&error)),
            offset: None,
            lossy: String::new(),
        }),
    }
}

/// The bytes of a file as text.
pub(crate) fn text_of_bytes(bytes: Vec<u8>) -> Result<String, Unreadable> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
        Unreadable {
            code: &codes::NOT_UTF8,
            why: format!("is not UTF-8: byte 0x{byte:02x} at offset {offset}"),
            offset: Some(offset),
            lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    })
}

/// The bytes, or nothing if there are too many; the size that the system reports is not trusted.
fn read_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LIMIT {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LIMIT).then_some(bytes))
}

/// What the operating system says, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::from("unknown reason"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_is_no_text_is_named() {
        let unreadable = text_of_bytes(b"let a = \"\xff\"".to_vec()).expect_err("it is no text");
        assert_eq!(unreadable.why, "is not UTF-8: byte 0xff at offset 9");
        assert_eq!(unreadable.code, &codes::NOT_UTF8);
        assert_eq!(unreadable.lossy, "let a = \"\u{fffd}\"");
    }

    #[test]
    fn reasons_have_no_numbers() {
        let error = io::Error::from_raw_os_error(13);
        assert_eq!(reason(&error), "permission denied");
    }
}
