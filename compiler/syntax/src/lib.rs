//! Text to lossless tree: lexer, parser, typed views and formatter of the Plat language.
//!
//! ```
//! let parse = plat_syntax::parse("let answer = 42\n");
//! assert!(parse.errors.is_empty());
//! assert_eq!(parse.syntax().text().to_string(), "let answer = 42\n");
//! ```
//!
//! Every byte of every text is in its tree, also of a broken one; [`parse`] never fails and never panics.
//! The way of a text: [`lexer`] (nom, total) → [`parse`] (recursive descent over events) → [`SyntaxNode`] (rowan) →
//! [`ast`] (typed views).
//!
//! This crate does not know what any name means, which fields exist, or that there are other files.

mod address;
pub mod ast;
mod error;
pub mod format;
mod kind;
pub mod lexer;
mod near;
mod parser;

pub use address::{Address, AddressStep};
pub use error::{SyntaxError, SyntaxFix, codes};
pub use kind::{Plat, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodePtr, SyntaxToken};
pub use parser::{MAX_NESTING, Parse, parse};
pub use rowan::{
    GreenNode, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent, ast::AstNode,
};

/// The longest text that [`parse`] reads, in bytes.
pub const MAX_SOURCE_LEN: usize = 1 << 30;
