//! YAML that others wrote, as plain data with the place of every node in the text.
//!
//! It is read as Kubernetes' own tools read it, whose reader follows YAML 1.1 in part: a bare `yes` is a boolean, `0o17` and `017`
//! are fifteen. What such tools refuse (two equal keys, foreign tags) is refused here.

mod events;
mod objects;
mod scalar;
mod tree;

use std::fmt;
use std::ops::Range;

pub use events::read_documents;
pub use objects::{ManifestObject, read_objects};
pub use tree::{Entry, Tree, TreeValue};

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
