//! Manifests of others: read as Kubernetes' tools read them, with places, and never a panic.

use std::fmt::Write as _;

use bumpalo::Bump;
use plat_kubernetes::manifest::{Tree, TreeValue, read_documents, read_objects};
use plat_kubernetes::output::yaml;
use plat_kubernetes::path::Segment;
use plat_model::Origin;
use proptest::prelude::{any, prop};
use proptest::proptest;

/// What a text holds, or its faults, in short.
fn outline(text: &str) -> String {
    let (objects, faults) = read_objects(text);
    let mut out = String::new();
    for object in &objects {
        writeln!(
            out,
            "{} {} {}/{}",
            object.api_version, object.kind, object.namespace, object.name
        )
        .unwrap();
    }
    for fault in &faults {
        let line = text[..fault.span.start].matches('\n').count() + 1;
        writeln!(
            out,
            "{line}: {} [{}]",
            fault.message,
            &text[fault.span.clone()]
        )
        .unwrap();
    }
    out
}

#[test]
fn many_documents_lists_and_nothing() {
    let text = "\
# a comment
---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
---
# nothing
---
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: b}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
---
apiVersion: acme.dev/v1
kind: AllowList
metadata: {name: d}
items: [x]
";
    assert_eq!(
        outline(text),
        "v1 Service shop/a\napps/v1 Deployment /b\nv1 ConfigMap /c\nacme.dev/v1 AllowList /d\n"
    );
}

#[test]
fn a_fault_costs_its_document_only() {
    let text = "\
apiVersion: v1
kind: Service
metadata: {name: a}
---
apiVersion: v1
kind: [
---
kind: Service
metadata: {name: b}
---
- a
---
apiVersion: v1
kind: Service
metadata: {name: 7}
---
apiVersion: v1
kind: Service
metadata: {name: z}
";
    let outline = outline(text);
    assert!(
        outline.starts_with("v1 Service /a\nv1 Service /z\n6: this is not YAML: "),
        "{outline}"
    );
    assert!(
        outline.contains("8: this object has no `apiVersion` [kind: Service]\n"),
        "{outline}"
    );
    assert!(
        outline.contains(
            "11: a manifest is a map with `apiVersion` and `kind`; this is a list [- a]\n"
        ),
        "{outline}"
    );
    assert!(
        outline.ends_with("15: `metadata.name` must be text, not a whole number [7]\n"),
        "{outline}"
    );
}

#[test]
fn what_kubernetes_tools_refuse_is_refused() {
    for (text, message) in [
        ("a: 1\na: 2\n", "the key `a` stands twice in this map"),
        (
            "a: !custom x\n",
            "the tag `!custom` means nothing to Kubernetes",
        ),
        ("a: !!int x\n", "`x` is not of its tag `!!int`"),
        ("? [a]\n: 1\n", "a list cannot be a key"),
        (
            "a: .nan\n",
            "`.nan` is not a number that a manifest can hold",
        ),
        ("a: &a [*a]\n", "this alias stands within what it names"),
        ("<<: 1\n", "only a map can be merged with `<<`"),
    ] {
        let (documents, faults) = read_documents(text);
        assert!(documents.is_empty(), "{text}");
        assert_eq!(faults.len(), 1, "{text}");
        assert_eq!(faults[0].message, message);
        assert!(!text[faults[0].span.clone()].is_empty(), "{text}");
    }
    let (_, faults) = read_documents("a: *nowhere\n");
    assert!(
        faults[0].message.starts_with("this is not YAML"),
        "{faults:?}"
    );
}

#[test]
fn anchors_merges_and_tags_are_understood() {
    let text = "base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\nlist: {<<: [*base, {c: 4}]}\nagain: *base\ntext: !!str 1\nfloat: !!float 1\n8080: x\nyes: y\n1.50: z\n";
    let (documents, faults) = read_documents(text);
    assert_eq!(faults, []);
    let arena = Bump::new();
    let mut out = Vec::new();
    yaml::Writer::new(&mut out, None)
        .document(&documents[0].node(&arena, Origin::COMPILER))
        .unwrap();
    assert_eq!(
        std::str::from_utf8(&out).unwrap(),
        "base:\n  a: 1\n  b: 2\nown:\n  b: 3\n  a: 1\nlist:\n  a: 1\n  b: 2\n  c: 4\nagain:\n  a: 1\n  b: 2\ntext: \"1\"\nfloat: 1.0\n\"8080\": x\n\"true\": \"y\"\n\"1.50\": z\n"
    );
}

#[test]
fn every_node_has_its_place() {
    let text = "spec:\n  ports:\n  - name: http\n    port: 80\n  empty:\n  text: |\n    a\n    b\nlast: 'x'\n";
    let (documents, _) = read_documents(text);
    let root = &documents[0];
    let slice = |tree: &Tree| &text[tree.span.clone()];
    let port = &root.at(&["spec", "ports"]).unwrap().elements()[0];
    assert_eq!(slice(port), "name: http\n    port: 80");
    assert_eq!(slice(port.get("port").unwrap()), "80");
    assert_eq!(slice(root.get("last").unwrap()), "'x'");
    assert_eq!(root.at(&["spec", "empty"]).unwrap().value, TreeValue::Null);
    let key = |key: &str| Segment::Key(key.into());
    let place = |path: &[Segment]| &text[root.locate(path)];
    assert_eq!(
        place(&[key("spec"), key("ports"), Segment::Index(0), key("port")]),
        "80"
    );
    assert_eq!(place(&[key("spec"), key("ports")]), "ports");
    assert_eq!(place(&[key("spec"), key("missing"), key("x")]), "spec");
}

#[test]
fn fields_of_the_cluster_are_left_out() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  creationTimestamp: null\n  uid: x\nspec: {}\nstatus: {phase: Running}\n";
    let (objects, faults) = read_objects(text);
    assert_eq!(faults, []);
    let tree = &objects[0].tree;
    assert!(tree.get("status").is_none() && tree.get("spec").is_some());
    assert_eq!(tree.get("metadata").unwrap().entries().len(), 1);
}

#[test]
fn small_texts_cannot_ask_for_large_memory() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{inner}]").unwrap();
    }
    let (documents, faults) = read_documents(&laughs);
    assert!(documents.is_empty());
    assert_eq!(
        faults[0].message,
        "the aliases of this file copy more than 100000 values"
    );

    let mut deep = String::from("a0: &a0 x\n");
    for level in 1..10 {
        writeln!(
            deep,
            "a{level}: &a{level} {}*a{}{}",
            "[".repeat(100),
            level - 1,
            "]".repeat(100)
        )
        .unwrap();
    }
    let (_, faults) = read_documents(&deep);
    assert_eq!(
        faults[0].message,
        "this alias nests values deeper than 512 levels"
    );

    for text in [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "{a: ".repeat(50_000),
        "a:\n".repeat(10_000),
    ] {
        let (documents, faults) = read_documents(&text);
        assert!(
            documents.is_empty() && faults.len() == 1,
            "{:?}",
            &text[..20]
        );
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_all_places_are_within_it(text in "(([a-z\"'|>&*!%@`#?:,{}\\[\\]-]|: |- |\n|\n  |---\n|<<|\u{feff}|é|\t|\r){0,40}|.{0,60})") {
        check_places(&text);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        check_places(&String::from_utf8_lossy(&bytes));
    }
}

fn check_places(text: &str) {
    let (documents, faults) = read_documents(text);
    for fault in faults {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
    }
    let mut open: Vec<&Tree> = documents.iter().collect();
    while let Some(tree) = open.pop() {
        assert!(text.get(tree.span.clone()).is_some(), "{tree:?}");
        open.extend(tree.elements());
        open.extend(tree.entries().iter().map(|entry| &entry.tree));
    }
    let _ = read_objects(text);
}
