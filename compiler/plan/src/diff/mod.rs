//! Objects compared value by value, in the shape of their schema.

use plat_model::change::{ChangeRules, Path};
use plat_model::schema::Schemas;

use crate::plan::FieldChange;
use crate::state::ObjectState;

/// What two objects are compared with.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// The schemas that both objects' types belong to.
    pub schemas: &'a dyn Schemas,
    /// What the target knows of changes.
    pub rules: &'a dyn ChangeRules,
}

impl Comparison<'_> {
    /// The changed values of two versions of one object, in the order of the object.
    #[must_use]
    pub fn fields(&self, before: &ObjectState, after: &ObjectState) -> Vec<FieldChange> {
        if before.body == after.body {
            return Vec::new();
        }
        let path = Path::default();
        let verdict = self.rules.changed(
            (before.as_ref(), after.as_ref()),
            &path,
            Some(&before.body),
            Some(&after.body),
        );
        vec![FieldChange {
            path,
            before: Some(before.body.clone()),
            after: Some(after.body.clone()),
            equal: None,
            verdict,
            why: Vec::new(),
        }]
    }
}
