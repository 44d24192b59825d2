//! The documented machine format `platc.plan/1`. Its page is `docs/reference/plan-json.md`, its JSON Schema
//! `docs/reference/plan.schema.json`; a change that could break a reader is a new number.

mod document;
mod value;

pub use document::SCHEMA;

use self::document::Document;
use crate::plan::Plan;

/// A plan as one JSON document that ends with a newline. Everything is in it, but for secrets.
#[must_use]
pub fn json(plan: &Plan) -> String {
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    let mut out = serde_json::to_string_pretty(&Document::of(plan)).unwrap_or_default();
    out.push('\n');
    out
}
