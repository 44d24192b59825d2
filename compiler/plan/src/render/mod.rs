//! Plans for people and programs.
//!
//! | | for | |
//! |---|---|---|
//! | [`terminal()`] | who works on the change | compact, coloured |
//! | [`markdown()`] | who reviews it, in one comment | never longer than the limit |
//! | [`json()`] | programs | complete, versioned |
//! | [`html()`] | who looks around | one page, with filters and a graph |
//!
//! Those for people say the same in the same order, from one outline: what happens to whom and how grave it is, what is risky, why
//! it happens, who depends on it, and the details. Whatever is folded or left out is counted.

pub mod html;
pub mod json;
pub mod markdown;
pub mod terminal;

mod outline;
mod values;
mod words;

pub use html::html;
pub use json::json;
pub use markdown::{MarkdownError, MarkdownOptions, markdown};
pub use terminal::{Detail, TerminalOptions, terminal};
