//! Objects for tests, from YAML.

use std::sync::OnceLock;

use plat_kubernetes::Store;
use plat_kubernetes::change::Changes;
use plat_kubernetes::manifest::{self, read_documents};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::diff::Comparison;
use plat_plan::state::ObjectState;

/// A custom resource with lists of all sorts.
const CRD: &str = include_str!("crd.yaml");

/// The types of Kubernetes and of the custom resource of these tests.
pub fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let (store, errors) = Store::with_crds(&[("crd.yaml".to_owned(), CRD.to_owned())]);
        assert!(errors.is_empty(), "{errors:?}");
        store
    })
}

/// Compares with the schemas and rules of Kubernetes.
pub fn comparison() -> Comparison<'static> {
    Comparison {
        schemas: store(),
        rules: &Changes,
    }
}

/// A document as a tree. `<unknown: why>` and `<secret: text>` stand for what YAML cannot say.
pub fn tree(document: &manifest::Tree) -> Tree {
    use manifest::TreeValue as Yaml;
    Tree::new(match &document.value {
        Yaml::Null => TreeValue::Null,
        Yaml::Bool(value) => TreeValue::Bool(*value),
        Yaml::Int(value) => TreeValue::Int(*value),
        Yaml::Float(value) => TreeValue::Float(*value),
        Yaml::Text(text) => special(text),
        Yaml::List(items) => TreeValue::List(items.iter().map(tree).collect()),
        Yaml::Map(entries) => TreeValue::Map(
            entries
                .iter()
                .map(|entry| (entry.key.clone(), tree(&entry.tree)))
                .collect(),
        ),
    })
}

fn special(text: &str) -> TreeValue {
    let inner = |start: &str| text.strip_prefix(start)?.strip_suffix('>');
    if let Some(why) = inner("<unknown: ") {
        TreeValue::Unknown(why.into())
    } else if let Some(secret) = inner("<secret: ") {
        TreeValue::Secret(plat_plan::diff::digest(&Tree::text(secret)))
    } else {
        TreeValue::Text(text.into())
    }
}

/// The one document of a text.
pub fn yaml(text: &str) -> Tree {
    let (documents, faults) = read_documents(text);
    assert!(faults.is_empty(), "{faults:?}\n{text}");
    match &documents[..] {
        [document] => tree(document),
        other => panic!("{} documents\n{text}", other.len()),
    }
}

/// An object from its body. What identifies it is read from there.
pub fn object(api_version: &str, kind: &str, body: Tree) -> ObjectState {
    let meta = |field| body.at(&["metadata", field]).and_then(Tree::as_text);
    ObjectState {
        path: "".into(),
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: meta("namespace").unwrap_or_default().into(),
        name: meta("name").unwrap_or_default().into(),
        schema: store().object(store().newest(), api_version, kind),
        body,
    }
}
