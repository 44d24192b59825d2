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
//!
//! # What the grammar leaves open
//!
//! - `>` at the end of a line leaves it open only as an operator: it also ends a type, as in `list<int>`.
//! - Where a declaration surely begins (a word and the shape that only it has, at the start of a line), every bracket
//!   before it ends: an open `[` or `(` never hides the next declaration.
//! - A row of four or more slashes is an ordinary comment, not documentation.
//! - `not(a)` and `in[a]` are read as if a space stood before the bracket; the formatter puts it there.
//! - Whole numbers fit into 64 bits with a sign. Names that another language would use for `none`, `true` and `false`
//!   (`null`, `True`) are errors as values, but not as keys.
//! - `"""` strings: a blank line behind the opening quotes is dropped; so is the indentation that all lines share, the
//!   line of the closing quotes included; the line end before closing quotes on a line of their own stays; `\r\n` is `\n`.
//! - What is plainly a comment (`#`, `/* */`) or a string (`'…'`) of another language is read as one, with an error.

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
    GreenNode, GreenNodeData, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent,
    ast::AstNode,
};

/// The longest text that [`parse`] reads, in bytes.
pub const MAX_SOURCE_LEN: usize = 64 << 20;
