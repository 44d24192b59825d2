//! Emitted objects: what evaluation hands to a target.

use crate::schema::SchemaId;
use crate::{Node, Value, field};

/// One object that an instance emits.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// Its address below the instance, such as `deployment` or `server/volume["x"]`.
    pub path: &'a str,
    /// Its schema in the environment's version of the target.
    pub schema: SchemaId,
    /// The object, conforming to that schema: only sink values (bool, int, float, string, list, record, map) are left in it.
    pub body: Node<'a>,
}

/// What identifies an object in a cluster, read from its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectMetaRef<'a> {
    /// `metadata.namespace`, empty when absent.
    pub namespace: &'a str,
    /// `metadata.name`, empty when absent.
    pub name: &'a str,
}

impl<'a> Object<'a> {
    /// Name and namespace.
    #[must_use]
    pub fn meta(&self) -> ObjectMetaRef<'a> {
        let meta = self
            .body
            .value
            .fields()
            .and_then(|f| field(f, "metadata"))
            .and_then(|m| m.node.value.fields());
        let text = |key| match meta.and_then(|m| field(m, key)).map(|f| f.node.value) {
            Some(Value::Str(text)) => text,
            _ => "",
        };
        ObjectMetaRef {
            namespace: text("namespace"),
            name: text("name"),
        }
    }
}
