//! Names, and the addresses that begin like one.

use nom::{
    Parser,
    bytes::complete::{tag, take_while},
    character::complete::char,
    combinator::{opt, recognize},
    multi::many0_count,
    sequence::{delimited, preceded},
};

use super::{Lexer, is_word_byte, matched, span};
use crate::SyntaxKind::{ADDRESS, IDENT};

impl Lexer<'_> {
    /// A name, or an address, or a name that is none because of a letter outside ASCII.
    pub(super) fn word(&mut self) {
        let rest = self.rest();
        let len = matched(name, rest).unwrap_or(1);
        match rest.get(len) {
            Some(b'@' | b'.') => {
                if let Some(len) = self.address_len(len) {
                    return self.emit(ADDRESS, len);
                }
            }
            Some(0x80..) if self.text[self.pos + len..].starts_with(char::is_alphanumeric) => {
                return self.non_ascii_name();
            }
            _ => {}
        }
        self.emit(IDENT, len);
    }

    /// The length of the address that starts here with a name of `name_len` bytes.
    fn address_len(&mut self, name_len: usize) -> Option<usize> {
        if self.pos < self.no_address_before {
            return None;
        }
        let rest = self.rest();
        let dotted = name_len + matched(dotted_names, &rest[name_len..]).unwrap_or(0);
        match matched(address_tail, &rest[dotted..]) {
            Some(tail) => Some(dotted + tail),
            None => {
                self.no_address_before = self.pos + dotted;
                None
            }
        }
    }
}

type Bytes<'i> = &'i [u8];
type Recognised<'i> = nom::IResult<Bytes<'i>, Bytes<'i>, ()>;

/// `IDENT`: a `-` glued between word characters belongs to the word.
fn name(input: Bytes<'_>) -> Recognised<'_> {
    let starts = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    if !input.first().is_some_and(starts) {
        return Err(nom::Err::Error(()));
    }
    let mut len = span(is_word_byte, input);
    while let Some([b'-', rest @ ..]) = input.get(len..) {
        match span(is_word_byte, rest) {
            0 => break,
            more => len += 1 + more,
        }
    }
    let (name, rest) = input.split_at(len);
    Ok((rest, name))
}

/// The length of the name at the start of a text.
pub(crate) fn name_len(text: &str) -> Option<usize> {
    matched(name, text.as_bytes())
}

/// `.b.c` after a name.
fn dotted_names(input: Bytes<'_>) -> Recognised<'_> {
    recognize(many0_count((char('.'), name))).parse(input)
}

/// `@prod/server/volume["x"]:spec.a` after the dotted names of an address.
fn address_tail(input: Bytes<'_>) -> Recognised<'_> {
    let key = delimited(
        tag(&b"[\""[..]),
        take_while(|b| b != b'"' && b != b'\n'),
        tag(&b"\"]"[..]),
    );
    let step = (char('/'), name, opt(key));
    let values = (char(':'), name, dotted_names);
    recognize(preceded(char('@'), (name, many0_count(step), opt(values)))).parse(input)
}
