//! The parts of `terraform show -json` that a plan is made of. Unknown fields are of newer minor versions, and ignored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) format_version: String,
    #[serde(default)]
    pub(super) resource_changes: Vec<ResourceChange>,
    #[serde(default)]
    pub(super) output_changes: BTreeMap<String, ValueChange>,
    #[serde(default)]
    pub(super) resource_drift: Vec<ResourceChange>,
    #[serde(default)]
    pub(super) deferred_changes: Vec<DeferredChange>,
    pub(super) complete: Option<bool>,
    #[serde(default)]
    pub(super) errored: bool,
}

#[derive(Deserialize)]
pub(super) struct DeferredChange {
    #[serde(default)]
    pub(super) reason: String,
    pub(super) resource_change: ResourceChange,
}

#[derive(Deserialize)]
pub(super) struct ResourceChange {
    pub(super) address: String,
    pub(super) previous_address: Option<String>,
    pub(super) module_address: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: String,
    /// A number for `count`, a text for `for_each`.
    pub(super) index: Option<Value>,
    #[serde(default)]
    pub(super) provider_name: String,
    pub(super) change: ValueChange,
    pub(super) action_reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ValueChange {
    pub(super) actions: Vec<String>,
    #[serde(default)]
    pub(super) before: Value,
    #[serde(default)]
    pub(super) after: Value,
    /// `true` where the value after is not known, in the shape of the value.
    #[serde(default)]
    pub(super) after_unknown: Value,
    /// `true` where the value is sensitive, in the shape of the value.
    #[serde(default)]
    pub(super) before_sensitive: Value,
    #[serde(default)]
    pub(super) after_sensitive: Value,
    /// The paths that make Terraform replace the resource: names and indices.
    #[serde(default)]
    pub(super) replace_paths: Vec<Vec<Value>>,
    pub(super) importing: Option<Value>,
}

impl ResourceChange {
    /// An output as a resource with one attribute, `value`.
    pub(super) fn output(name: &str, change: &ValueChange) -> Self {
        let wrapped = |value: &Value| json!({ "value": value });
        let present = |value: &Value, unknown: &Value| {
            if value.is_null() && *unknown != Value::Bool(true) {
                Value::Null
            } else {
                wrapped(value)
            }
        };
        Self {
            address: format!("output.{name}"),
            previous_address: None,
            module_address: None,
            kind: super::rules::OUTPUT.to_owned(),
            name: name.to_owned(),
            index: None,
            provider_name: String::new(),
            change: ValueChange {
                actions: change.actions.clone(),
                before: present(&change.before, &Value::Null),
                after: present(&change.after, &change.after_unknown),
                after_unknown: wrapped(&change.after_unknown),
                before_sensitive: wrapped(&change.before_sensitive),
                after_sensitive: wrapped(&change.after_sensitive),
                replace_paths: Vec::new(),
                importing: None,
            },
            action_reason: None,
        }
    }
}
