//! Objects as text: YAML as people write it by hand, or JSON, with a map from each line to what made it.
//!
//! Both writers append to the caller's buffer, make nothing per node, and give the same bytes for the same value.

pub mod json;
pub mod yaml;

mod scalar;
mod source_map;

use std::fmt;

use crate::{Node, Origin, Value};

pub use source_map::{LineOrigin, SourceMap};

/// How deep a value may be nested. Values of the language are never as deep; the limit keeps a writer's stack bounded.
pub const MAX_DEPTH: usize = 1000;

/// A value that has no text in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// What is wrong with it.
    pub reason: Reason,
    /// What made it.
    pub origin: Origin,
}

/// Why a value has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is of the language, not of a manifest: [`Value::kind_name`].
    NotASinkValue(&'static str),
    /// It is infinite or not a number.
    NotFinite,
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASinkValue(kind) => write!(f, "{kind} cannot be written into a manifest"),
            Self::NotFinite => write!(
                f,
                "a number that is infinite or undefined cannot be written"
            ),
            Self::TooDeep => write!(
                f,
                "values nested deeper than {MAX_DEPTH} levels cannot be written"
            ),
        }
    }
}

/// Whether a value is written at all: an absent one is left out with its key.
fn is_present(node: &Node<'_>) -> bool {
    !matches!(node.value, Value::None)
}

/// Output that can be taken back.
struct Sink<'o> {
    out: &'o mut Vec<u8>,
    map: Option<&'o mut SourceMap>,
    /// The line that is being written, from 1.
    line: u32,
}

impl<'o> Sink<'o> {
    fn new(out: &'o mut Vec<u8>, map: Option<&'o mut SourceMap>) -> Self {
        Self { out, map, line: 1 }
    }

    #[inline]
    fn push(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    #[inline]
    fn indent(&mut self, columns: usize) {
        const SPACES: [u8; 64] = [b' '; 64];
        let mut left = columns;
        while left > SPACES.len() {
            self.push(&SPACES);
            left -= SPACES.len();
        }
        self.push(&SPACES[..left]);
    }

    /// Ends the line, which `origin` made.
    #[inline]
    fn end_line(&mut self, origin: Origin) {
        self.out.push(b'\n');
        if let Some(map) = &mut self.map {
            map.record(self.line, origin);
        }
        self.line += 1;
    }

    /// Runs `write`, and leaves the output as it was when it fails.
    fn all_or_nothing(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        let (len, line) = (self.out.len(), self.line);
        let written = write(self);
        if written.is_err() {
            self.out.truncate(len);
            self.line = line;
            if let Some(map) = &mut self.map {
                map.forget_from(line);
            }
        }
        written
    }
}
