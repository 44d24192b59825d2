//! The Kubernetes objects of a text.

use std::ops::Range;

use super::{Fault, Tree, TreeValue, read_documents};

/// An object that someone else wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestObject {
    /// `apps/v1`.
    pub api_version: Box<str>,
    /// `Deployment`.
    pub kind: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.namespace`; empty when absent.
    pub namespace: Box<str>,
    /// The whole object.
    pub tree: Tree,
}

/// Reads the objects of a text with one or many documents, in order. Empty documents are passed over, and the items of a
/// `List` stand for themselves. Fields that only a cluster writes (`status`, `metadata.creationTimestamp: null`) are left out, since
/// generators leave them behind.
#[must_use]
pub fn read_objects(text: &str) -> (Vec<ManifestObject>, Vec<Fault>) {
    let (documents, mut faults) = read_documents(text);
    let mut objects = Vec::new();
    for document in documents {
        let items = if is_list(&document) {
            items(document)
        } else {
            vec![document]
        };
        for tree in items {
            match object(tree) {
                Ok(object) => objects.extend(object),
                Err(fault) => faults.push(fault),
            }
        }
    }
    faults.sort_by_key(|fault| fault.span.start);
    (objects, faults)
}

/// A list as `kubectl get -o yaml` prints it. A custom resource may be called a list too, but has a name.
fn is_list(document: &Tree) -> bool {
    document
        .get("kind")
        .and_then(Tree::text)
        .is_some_and(|kind| kind.ends_with("List"))
        && document.at(&["metadata", "name"]).is_none()
        && document
            .get("items")
            .is_some_and(|items| matches!(items.value, TreeValue::List(_)))
}

fn items(mut document: Tree) -> Vec<Tree> {
    let TreeValue::Map(entries) = &mut document.value else {
        return Vec::new();
    };
    let items = entries.iter_mut().find(|entry| &*entry.key == "items");
    match items.map(|entry| std::mem::replace(&mut entry.tree.value, TreeValue::Null)) {
        Some(TreeValue::List(items)) => items,
        _ => Vec::new(),
    }
}

fn object(mut tree: Tree) -> Result<Option<ManifestObject>, Fault> {
    if tree.value == TreeValue::Null {
        return Ok(None);
    }
    if !matches!(tree.value, TreeValue::Map(_)) {
        return Err(Fault::new(
            first_line(&tree),
            format!(
                "a manifest is a map with `apiVersion` and `kind`; this is {}",
                tree.kind_name()
            ),
        ));
    }
    drop_cluster_fields(&mut tree);
    let api_version = required_text(&tree, &["apiVersion"])?;
    let kind = required_text(&tree, &["kind"])?;
    let name = required_text(&tree, &["metadata", "name"])?;
    let namespace = tree
        .at(&["metadata", "namespace"])
        .and_then(Tree::text)
        .unwrap_or_default()
        .into();
    Ok(Some(ManifestObject {
        api_version,
        kind,
        name,
        namespace,
        tree,
    }))
}

fn required_text(tree: &Tree, path: &[&str]) -> Result<Box<str>, Fault> {
    let dotted = path.join(".");
    match tree.at(path) {
        Some(Tree {
            value: TreeValue::Text(text),
            ..
        }) if !text.is_empty() => Ok(text.clone()),
        Some(other) => Err(Fault::new(
            other.span.clone(),
            format!("`{dotted}` must be text, not {}", other.kind_name()),
        )),
        None => {
            let fault = Fault::new(first_line(tree), format!("this object has no `{dotted}`"));
            let is_helm = tree.entries().iter().any(|entry| entry.key.contains("{{"));
            Err(if is_helm {
                fault.help("This looks like a template: give the rendered manifest.")
            } else {
                fault
            })
        }
    }
}

/// Where an object begins: its first key, which is what a person recognises it by.
fn first_line(tree: &Tree) -> Range<usize> {
    match tree.entries() {
        [first, ..] => first.key_span.start..first.tree.span.end.max(first.key_span.end),
        [] => tree.span.clone(),
    }
}

fn drop_cluster_fields(tree: &mut Tree) {
    let TreeValue::Map(entries) = &mut tree.value else {
        return;
    };
    entries.retain(|entry| &*entry.key != "status");
    let Some(metadata) = entries.iter_mut().find(|entry| &*entry.key == "metadata") else {
        return;
    };
    if let TreeValue::Map(fields) = &mut metadata.tree.value {
        fields.retain(|field| {
            !crate::conventions::is_read_only("meta.v1.ObjectMeta", false, &field.key)
        });
    }
}
