//! The diagnostic, its registry of codes, and its renderers.
//!
//! A compiler phase makes a [`Diagnostic`] from a registered [code](codes) and hands it up. The rim of the
//! program collects them into a [`Report`] (sorted, merged, capped) and picks a renderer from [`render`];
//! [`apply_fixes`] turns machine-applicable fixes into new file contents.
//!
//! This crate does **not** know the language: spans are byte ranges in files that somebody else holds
//! ([`Sources`]), and it reads no file, no clock and no environment.

pub mod codes;
mod diagnostic;
mod explain;
mod fixes;
mod page;
mod position;
mod registry;
pub mod render;
mod report;
mod rule;
mod span;
mod wrap;

pub use diagnostic::{Applicability, Diagnostic, Edit, Fault, Fix, Label, Severity, Tag};
pub use explain::{explain, render_docs, render_index, render_page};
pub use fixes::{FixedFile, Fixes, apply_fixes};
pub use page::{Example, ExampleFile, Examples, Page, PageError, Verdict};
pub use position::{LineIndex, Position};
pub use registry::{CodeInfo, all, lookup, nearest};
pub use report::{Counts, Report};
pub use rule::{Rule, RuleTally, Waived};
pub use span::{FileId, Sources, Span};
