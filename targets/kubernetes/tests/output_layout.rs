//! The writers' layout, source maps and refusals.

mod support;

use bumpalo::Bump;
use plat_kubernetes::output::{MAX_DEPTH, Reason, SourceMap, json, yaml};
use plat_kubernetes::{Store, arrange};
use plat_model::schema::Schemas;
use plat_model::{Date, Field, Node, Origin, Value};
use serde_json::json;
use support::node;

fn yaml_of(root: &Node<'_>) -> String {
    let mut out = Vec::new();
    yaml::Writer::new(&mut out, None).document(root).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn yaml_looks_as_people_write_it() {
    let root = node(&json!({
        "apiVersion": "apps/v1",
        "metadata": { "labels": {}, "name": "checkout" },
        "spec": {
            "args": [],
            "containers": [
                { "command": ["sh", "-c", "echo hi\nexit 0\n"], "image": "ghcr.io/acme/checkout:1.42.0", "ports": [{ "containerPort": 8080 }] },
                { "env": [{ "name": "ON", "value": "yes" }, { "name": "WHEN", "value": "2026-01-01" }], "extra": null },
            ],
            "matrix": [[1, 2], [], [[true]]],
            "none": null,
            "ratio": 0.5,
            "script": "a\n\nb",
        },
    }));
    assert_eq!(
        yaml_of(&root),
        r#"apiVersion: apps/v1
metadata:
  labels: {}
  name: checkout
spec:
  args: []
  containers:
  - command:
    - sh
    - -c
    - |
      echo hi
      exit 0
    image: ghcr.io/acme/checkout:1.42.0
    ports:
    - containerPort: 8080
  - env:
    - name: "ON"
      value: "yes"
    - name: WHEN
      value: "2026-01-01"
  matrix:
  - - 1
    - 2
  - []
  - - - true
  ratio: 0.5
  script: |-
    a

    b
"#
    );
}

#[test]
fn json_is_indented_and_keeps_the_order() {
    let fields = [
        Field {
            key: "b",
            node: node(&json!([1, { "x": "é\"" }, []])),
        },
        Field {
            key: "none",
            node: node(&json!(null)),
        },
        Field {
            key: "a",
            node: node(&json!({})),
        },
    ];
    let mut out = Vec::new();
    json::write(
        &mut out,
        None,
        &Node::new(Value::Record(&fields), Origin::COMPILER),
    )
    .unwrap();
    let expected = "{\n  \"b\": [\n    1,\n    {\n      \"x\": \"é\\\"\"\n    },\n    []\n  ],\n  \"a\": {}\n}\n";
    assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
}

#[test]
fn every_line_knows_what_made_it() {
    let at = |node| Origin { body: 1, node };
    let text = |text, origin| Node::new(Value::Str(text), at(origin));
    let item = [
        Field {
            key: "name",
            node: text("x", 5),
        },
        Field {
            key: "run",
            node: text("a\nb", 6),
        },
    ];
    let list = [Node::new(Value::Record(&item), at(4)), text("y", 7)];
    let fields = [
        Field {
            key: "one",
            node: text("1", 1),
        },
        Field {
            key: "two",
            node: text("2", 1),
        },
        Field {
            key: "list",
            node: Node::new(Value::List(&list), at(3)),
        },
        Field {
            key: "empty",
            node: Node::new(Value::List(&[]), at(8)),
        },
    ];
    let root = Node::new(Value::Record(&fields), at(9));
    let mut out = Vec::new();
    let mut map = SourceMap::new();
    let mut writer = yaml::Writer::new(&mut out, Some(&mut map));
    writer.comment("Made by platc.\n\nDo not edit\u{202e}.");
    writer.document(&root).unwrap();
    writer.document(&root).unwrap();
    let lines: Vec<(&str, u32)> = (1..)
        .zip(std::str::from_utf8(&out).unwrap().lines())
        .map(|(number, line)| (line, map.origin(number).unwrap().node))
        .collect();
    let body = [
        ("one: \"1\"", 1),
        ("two: \"2\"", 1),
        ("list:", 3),
        ("- name: x", 5),
        ("  run: |-", 6),
        ("    a", 6),
        ("    b", 6),
        ("- \"y\"", 7),
        ("empty: []", 8),
    ];
    assert_eq!(
        lines[..3],
        [
            ("# Made by platc.", 0),
            ("#", 0),
            ("# \"Do not edit\\u202e.\"", 0)
        ]
    );
    assert_eq!(lines[3..12], body);
    assert_eq!(lines[12], ("---", 9));
    assert_eq!(lines[13..], body);
    assert_eq!(map.origin(0), None);
    // Lines 4 and 5 share an entry, as do the comment's three and the block's three.
    assert_eq!(map.entries().len(), 1 + 6 + 1 + 6);

    let mut out = Vec::new();
    let mut map = SourceMap::new();
    json::write(&mut out, Some(&mut map), &root).unwrap();
    let made: Vec<(&str, u32)> = (1..)
        .zip(std::str::from_utf8(&out).unwrap().lines())
        .map(|(number, line)| (line.trim_start(), map.origin(number).unwrap().node))
        .collect();
    assert_eq!(
        made,
        [
            ("{", 9),
            ("\"one\": \"1\",", 1),
            ("\"two\": \"2\",", 1),
            ("\"list\": [", 3),
            ("{", 4),
            ("\"name\": \"x\",", 5),
            ("\"run\": \"a\\nb\"", 6),
            ("},", 4),
            ("\"y\"", 7),
            ("],", 3),
            ("\"empty\": []", 8),
            ("}", 9),
        ]
    );
}

#[test]
fn what_has_no_text_is_refused_and_leaves_nothing_behind() {
    let origin = Origin { body: 7, node: 8 };
    let cases = [
        (Value::Float(f64::NAN), Reason::NotFinite),
        (
            Value::Date(Date::parse("2026-01-01").unwrap()),
            Reason::NotASinkValue("a date"),
        ),
        (Value::Entity(1), Reason::NotASinkValue("a declaration")),
    ];
    for (value, reason) in cases {
        let fields = [
            Field {
                key: "good",
                node: node(&json!("x")),
            },
            Field {
                key: "bad",
                node: Node::new(value, origin),
            },
        ];
        let root = Node::new(Value::Record(&fields), Origin::COMPILER);
        let mut out = b"before\n".to_vec();
        let mut map = SourceMap::new();
        let refused = yaml::Writer::new(&mut out, Some(&mut map))
            .document(&root)
            .unwrap_err();
        assert_eq!((refused.reason, refused.origin), (reason, origin));
        assert!(!refused.reason.to_string().is_empty());
        assert_eq!(
            json::write(&mut out, Some(&mut map), &root)
                .unwrap_err()
                .reason,
            reason
        );
        assert_eq!((&out[..], map.entries()), (&b"before\n"[..], &[][..]));
    }
    assert!(
        yaml::Writer::new(&mut Vec::new(), None)
            .document(&node(&json!(null)))
            .is_err()
    );
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert!(yaml_of(&node(&nested(MAX_DEPTH))).ends_with("- 1\n"));
    let too_deep = node(&nested(MAX_DEPTH + 1));
    assert_eq!(
        yaml::Writer::new(&mut Vec::new(), None)
            .document(&too_deep)
            .unwrap_err()
            .reason,
        Reason::TooDeep
    );
    assert_eq!(
        json::write(&mut Vec::new(), None, &too_deep)
            .unwrap_err()
            .reason,
        Reason::TooDeep
    );
}

#[test]
fn roots_of_any_kind_are_documents() {
    for (value, text) in [
        (json!("x"), "x\n"),
        (json!("a\nb\n"), "|\n  a\n  b\n"),
        (json!([1, 2]), "- 1\n- 2\n"),
        (json!({}), "{}\n"),
        (json!([]), "[]\n"),
        (json!([null]), "[]\n"),
    ] {
        assert_eq!(yaml_of(&node(&value)), text);
    }
}

#[test]
fn objects_are_arranged_as_people_write_them() {
    let store = Store::new();
    let id = store.resolve(store.newest(), "apps.v1.Deployment").unwrap();
    let arena = Bump::new();
    let body = node(&json!({
        "metadata": { "labels": { "b": "1", "a": "2" }, "name": "x" },
        "spec": {
            "template": { "spec": { "containers": [{ "env": [{ "value": "1", "name": "A" }], "image": "i", "name": "web" }], "unknown": 1 } },
            "replicas": 2,
        },
        "zzz": { "b": 1, "a": 2 },
    }));
    let arranged = arrange(&store, id, body, &arena);
    assert_eq!(
        yaml_of(&arranged),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n  labels:\n    a: \"2\"\n    b: \"1\"\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n      - name: web\n        image: i\n        env:\n        - name: A\n          value: \"1\"\n      unknown: 1\nzzz:\n  a: 2\n  b: 1\n"
    );
    // A second time there is nothing to do, and nothing is copied.
    let again = arrange(&store, id, arranged, &arena);
    assert!(std::ptr::eq(
        again.value.fields().unwrap(),
        arranged.value.fields().unwrap()
    ));

    let port = store
        .resolve(store.newest(), "core.v1.ContainerPort")
        .unwrap();
    let port = arrange(
        &store,
        port,
        node(&json!({ "protocol": "TCP", "containerPort": 1, "name": "a" })),
        &arena,
    );
    assert_eq!(yaml_of(&port), "name: a\ncontainerPort: 1\nprotocol: TCP\n");

    let own = [
        Field {
            key: "kind",
            node: node(&json!("Deployment")),
        },
        Field {
            key: "apiVersion",
            node: node(&json!("apps/v1")),
        },
    ];
    for fields in [&own[..], &own[1..], &own[..1], &[]] {
        let arranged = arrange(
            &store,
            id,
            Node::new(Value::Record(fields), Origin::COMPILER),
            &arena,
        );
        assert_eq!(
            yaml_of(&arranged),
            "apiVersion: apps/v1\nkind: Deployment\n"
        );
    }
}
