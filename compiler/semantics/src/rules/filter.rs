//! Filters: a condition that somebody asks from outside of the sources, over the rows of a listing. It is a guardrail whose subject
//! is opened: bare names are the subject's fields.

use crate::db::{Db, DeclId};
use crate::infer::Collection;

/// The file that a filter stands in; no source can have this name.
pub const FILTER_FILE: &str = "<where>.plat";

/// The source of a filter over a collection. The condition stands on a line of its own, so that a finding shows what was asked.
#[must_use]
pub fn filter(collection: Collection, condition: &str) -> String {
    let collection = collection.name();
    format!(
        "guardrail filter {{ because = \"asked\", for row in {collection}, require (\n{condition}\n) }}\n"
    )
}

/// Whether bare names in a declaration are fields of what it speaks of.
#[must_use]
pub fn is_opened(db: &dyn Db, decl: DeclId) -> bool {
    decl.file(db).path(db) == FILTER_FILE
}
