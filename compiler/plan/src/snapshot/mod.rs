//! Recorded states: a project as it was, in one JSON document that needs neither its sources nor a compiler of the same version.
//!
//! A snapshot is a function of its state: no times, no machine, nothing in an order that could be another. Values that are never
//! shown stand in it as digests only.

mod body;
mod document;

use std::fmt;

use plat_model::change::ChangeRules;

use crate::state::State;
use document::Document;

/// The name and version of the format.
pub const SCHEMA: &str = "platc.snapshot/1";

/// Why a text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no JSON, or not of this shape.
    Malformed(String),
    /// It says that it is something else.
    Schema(String),
    /// It contradicts itself.
    Inconsistent(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) | Self::Inconsistent(why) => f.write_str(why),
            Self::Schema(found) => {
                write!(f, "its schema is `{found}`, and `{SCHEMA}` is known")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// Writes a state whose objects are loaded.
#[must_use]
pub fn write(state: &State, rules: &dyn ChangeRules) -> String {
    // Only maps with other than text keys make this fail; there are none.
    let mut text = serde_json::to_string(&Document::of(state, rules)).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a state.
///
/// # Errors
/// When the text is no snapshot of a version that is known.
pub fn read(text: &str) -> Result<State, ReadError> {
    let malformed = |error: serde_json::Error| ReadError::Malformed(error.to_string());
    // What it is comes first: a document of another sort is not a bad one of this.
    let head: document::Head = serde_json::from_str(text).map_err(malformed)?;
    if head.schema != SCHEMA {
        return Err(ReadError::Schema(head.schema.to_string()));
    }
    let document: Document<'_> = serde_json::from_str(text).map_err(malformed)?;
    document.state()
}
