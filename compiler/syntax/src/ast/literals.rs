//! What literals say.

use rowan::{TextRange, ast::AstNode};

use super::{
    AddressLit, Literal, Pattern, Str,
    support::{child, telling_token, token, tokens},
};
use crate::{Address, SyntaxKind::*, SyntaxToken, error::range_at, lexer::Date};

/// The value of a [`Literal`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LiteralValue {
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as exact decimal text without `_`.
    Float(String),
    /// A number with a unit.
    Quantity(Quantity),
    /// A day.
    Date(Date),
    /// `true` or `false`.
    Bool(bool),
    /// `none`
    None,
    /// Malformed or too large; an error of the parse tells about it.
    Bad,
}

/// A number and its unit, as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// The number as exact decimal text without `_`.
    pub number: String,
    /// The unit: `Mi`, `%`, `EUR`.
    pub unit: String,
    /// Where the unit stands.
    pub unit_range: TextRange,
}

impl Literal {
    /// The token.
    pub fn token(&self) -> Option<SyntaxToken> {
        telling_token(self.syntax())
    }

    /// The value.
    pub fn value(&self) -> LiteralValue {
        let Some(token) = self.token() else {
            return LiteralValue::Bad;
        };
        let text = token.text();
        match (token.kind(), text) {
            (INT, _) => int_value(text).map_or(LiteralValue::Bad, LiteralValue::Int),
            (FLOAT, _) => LiteralValue::Float(text.replace('_', "")),
            (QUANTITY, _) => LiteralValue::Quantity(quantity(&token)),
            (DATE, _) => Date::parse(text).map_or(LiteralValue::Bad, LiteralValue::Date),
            (KEYWORD, "true") => LiteralValue::Bool(true),
            (KEYWORD, "false") => LiteralValue::Bool(false),
            (KEYWORD, "none") => LiteralValue::None,
            _ => LiteralValue::Bad,
        }
    }
}

/// The value of an `INT` token; nothing if it is too large.
pub(crate) fn int_value(text: &str) -> Option<i64> {
    match text.strip_prefix("0o") {
        Some(octal) => i64::from_str_radix(octal, 8).ok(),
        None if text.contains('_') => text.replace('_', "").parse().ok(),
        None => text.parse().ok(),
    }
}

fn quantity(token: &SyntaxToken) -> Quantity {
    let text = token.text();
    let split = text
        .find(|c: char| c.is_ascii_alphabetic() || c == '%')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    Quantity {
        number: number.replace('_', ""),
        unit: unit.to_owned(),
        unit_range: range_at(usize::from(token.text_range().start()) + split, unit.len()),
    }
}

impl AddressLit {
    /// The token.
    pub fn token(&self) -> Option<SyntaxToken> {
        token(self.syntax(), ADDRESS)
    }

    /// Its parts.
    pub fn address(&self) -> Option<Address> {
        Address::parse(self.token()?.text())
    }
}

/// What a [`Pattern`] matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PatternKind {
    /// A variant, or `_`, or a name for whatever comes; with the names of the payload.
    Name(SyntaxToken, Vec<SyntaxToken>),
    /// A whole number; nothing if it is malformed or too large.
    Int(Option<i64>),
    /// A text.
    Str(Str),
}

impl Pattern {
    /// What it matches.
    pub fn kind(&self) -> Option<PatternKind> {
        if let Some(string) = child(self.syntax()) {
            return Some(PatternKind::Str(string));
        }
        if let Some(number) = token(self.syntax(), INT) {
            return Some(PatternKind::Int(int_value(number.text())));
        }
        if token(self.syntax(), BAD_LITERAL).is_some() {
            return Some(PatternKind::Int(None));
        }
        let mut names = tokens(self.syntax(), IDENT);
        let name = names.next()?;
        Some(PatternKind::Name(name, names.collect()))
    }
}
