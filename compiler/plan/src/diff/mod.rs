//! Objects compared value by value, in the shape of their schema.
//!
//! Records are compared by field and maps by entry. Lists are compared as their schema tells their elements apart: by keys, as
//! sets, or in order, where an inserted element is one change and moves no other. What is added or removed whole is one change
//! at its root. Two values that are written differently and mean the same are told as such, without effect.

mod align;
mod entries;
mod lists;
mod meaning;
mod secret;
mod walk;

use plat_model::change::ChangeRules;
use plat_model::schema::Schemas;

use crate::plan::FieldChange;
use crate::state::ObjectState;

pub use secret::digest;

/// What two objects are compared with.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// The schemas that both objects' types belong to.
    pub schemas: &'a dyn Schemas,
    /// What the target knows of changes.
    pub rules: &'a dyn ChangeRules,
}

impl Comparison<'_> {
    /// The changed values of two versions of one object, in the order of the object. Who decided them is left open.
    ///
    /// An element of a list without keys is named by its index: a removed one as it was, all others as they are.
    #[must_use]
    pub fn fields(&self, before: &ObjectState, after: &ObjectState) -> Vec<FieldChange> {
        let mut walk = walk::Walk::new(*self, (before.as_ref(), after.as_ref()));
        let schema = after.schema.or(before.schema);
        walk.both(schema, &before.body, &after.body);
        walk.changes
    }
}
