//! Every rule beyond the schema, by the cases in `rules/*.yaml`. `UPDATE_RULES=1` writes what is found into the cases.

mod support;

use std::fs;
use std::path::Path;

use bumpalo::Bump;
use plat_kubernetes::check::{self, Problem, ProblemKind};
use plat_kubernetes::manifest::read_objects;
use plat_kubernetes::path::{Dotted, Segment};
use plat_kubernetes::{Store, check::manifest};
use plat_model::schema::{ObjectKind, Schemas};
use plat_model::{Node, Origin};
use serde_json::json;
use support::node;

/// All that is wrong with the one object of a text, a line each.
fn found(store: &Store, text: &str) -> Vec<String> {
    let (objects, faults) = read_raw(text);
    assert_eq!(faults, Vec::<String>::new(), "{text}");
    let (api_version, kind, body) = objects;
    let id = store
        .object(store.newest(), &api_version, &kind)
        .unwrap_or_else(|| panic!("{api_version} {kind}"));
    let line = |problem: &Problem| {
        // The words for text of a certain form are not this crate's.
        let message = match (problem.kind, &problem.range) {
            (ProblemKind::WrongName, Some(_)) => "wrong name",
            (ProblemKind::WrongValue, Some(_)) => "wrong value",
            (ProblemKind::WrongName, None) => {
                problem.message.split(": ").next().unwrap_or_default()
            }
            _ => &problem.message,
        };
        format!("{}: {message}", Dotted(&problem.path))
    };
    manifest(store, id, &body).iter().map(line).collect()
}

/// Reads a document as it stands, with the fields that only clusters write.
fn read_raw(text: &str) -> ((String, String, Node<'static>), Vec<String>) {
    let (documents, faults) = plat_kubernetes::manifest::read_documents(text);
    let document = &documents[0];
    let arena: &'static Bump = Box::leak(Box::new(Bump::new()));
    let field = |key| {
        document
            .get(key)
            .and_then(|tree| tree.text())
            .unwrap_or_default()
            .to_owned()
    };
    let faults = faults.iter().map(ToString::to_string).collect();
    (
        (
            field("apiVersion"),
            field("kind"),
            document.node(arena, Origin::COMPILER),
        ),
        faults,
    )
}

#[test]
fn every_case_is_found_and_nothing_else() {
    let store = Store::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 4);
    let update = std::env::var_os("UPDATE_RULES").is_some();
    let mut differences = String::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut updated = Vec::new();
        for case in text.split("\n---\n") {
            let mut expected: Vec<&str> = case
                .lines()
                .filter_map(|line| line.strip_prefix("#! "))
                .collect();
            let mut found = found(&store, case);
            expected.sort_unstable();
            found.sort_unstable();
            let body = case
                .lines()
                .filter(|line| !line.starts_with("#! "))
                .map(str::to_owned);
            updated.push(
                body.chain(found.iter().map(|line| format!("#! {line}")))
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
            if found != expected && !update {
                differences += &format!(
                    "{}:\n{case}\nfound:\n#! {}\n\n",
                    file.display(),
                    found.join("\n#! ")
                );
            }
        }
        if update {
            fs::write(&file, updated.join("\n---\n") + "\n").unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn problems_point_at_what_made_the_value_and_at_the_other_place() {
    let origin = |node| Origin { body: 1, node };
    let requests = [plat_model::Field {
        key: "cpu",
        node: Node::new(plat_model::Value::Str("2"), origin(7)),
    }];
    let limits = [plat_model::Field {
        key: "cpu",
        node: Node::new(plat_model::Value::Str("1"), origin(8)),
    }];
    let resources = [
        plat_model::Field {
            key: "requests",
            node: Node::new(plat_model::Value::Map(&requests), origin(1)),
        },
        plat_model::Field {
            key: "limits",
            node: Node::new(plat_model::Value::Map(&limits), origin(2)),
        },
    ];
    let container = [
        plat_model::Field {
            key: "name",
            node: node(&json!("a")),
        },
        plat_model::Field {
            key: "image",
            node: node(&json!("a")),
        },
        plat_model::Field {
            key: "resources",
            node: Node::new(plat_model::Value::Record(&resources), origin(3)),
        },
    ];
    let containers = [Node::new(plat_model::Value::Record(&container), origin(4))];
    let spec = [plat_model::Field {
        key: "containers",
        node: Node::new(plat_model::Value::List(&containers), origin(5)),
    }];
    let pod = [
        plat_model::Field {
            key: "metadata",
            node: node(&json!({ "name": "a" })),
        },
        plat_model::Field {
            key: "spec",
            node: Node::new(plat_model::Value::Record(&spec), origin(6)),
        },
    ];
    let kind = ObjectKind {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespaced: true,
    };
    let problems = check::object(
        &kind,
        &Node::new(plat_model::Value::Record(&pod), Origin::COMPILER),
    );
    let [
        Problem {
            kind,
            origin: made,
            related: Some(related),
            ..
        },
    ] = &problems[..]
    else {
        panic!("{problems:#?}")
    };
    assert_eq!(
        (*kind, *made, related.origin),
        (ProblemKind::Contradiction, origin(7), origin(8))
    );
    assert_eq!(
        Dotted(&related.path).to_string(),
        "spec.containers[0].resources.limits.cpu"
    );
}

#[test]
fn fixes_are_offered_where_there_is_one_answer() {
    let store = Store::new();
    let fix = |text: &str, path: &str| {
        let ((api_version, kind, body), _) = read_raw(text);
        let id = store.object(store.newest(), &api_version, &kind).unwrap();
        let problems = manifest(&store, id, &body);
        let problem = problems
            .iter()
            .find(|problem| Dotted(&problem.path).to_string() == path);
        problem
            .unwrap_or_else(|| panic!("{problems:#?}"))
            .suggestion
            .clone()
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: Web }\nspec: { contaners: [], dnsPolicy: Defualt, containers: [{ name: a, image: a, volumeMounts: [{ name: fiels, mountPath: /a }] }], volumes: [{ name: files, emptyDir: {} }] }\n";
    assert_eq!(fix(pod, "metadata.name").as_deref(), Some("web"));
    assert_eq!(fix(pod, "spec.contaners").as_deref(), Some("containers"));
    assert_eq!(fix(pod, "spec.dnsPolicy").as_deref(), Some("Default"));
    assert_eq!(
        fix(pod, "spec.containers[0].volumeMounts[0].name").as_deref(),
        Some("files")
    );
}

#[test]
fn a_field_of_another_version_is_said_to_be() {
    let store = Store::new();
    // Whichever field the newest version added to pods: the oldest lacks it.
    let oldest = store.version("1.34").unwrap();
    let fields = |version| {
        let id = store.resolve(version, "core.v1.PodSpec").unwrap();
        match &store.schema(id).shape {
            plat_model::schema::Shape::Record { fields, .. } => fields
                .iter()
                .map(|field| field.name.to_string())
                .collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    let old = fields(oldest);
    let added = fields(store.newest())
        .into_iter()
        .find(|name| !old.contains(name))
        .unwrap();
    let body = node(&json!({ added.clone(): {} }));
    let problems = check::conforms(
        &store,
        store.resolve(oldest, "core.v1.PodSpec").unwrap(),
        &body,
    );
    let problem = problems
        .iter()
        .find(|problem| problem.kind == ProblemKind::OtherVersion)
        .unwrap();
    assert!(
        problem
            .help
            .as_deref()
            .is_some_and(|help| help.starts_with("Kubernetes 1.3")),
        "{problem:?}"
    );
    assert_eq!(problem.path, [Segment::Key(added.into())]);
}

#[test]
fn objects_of_any_shape_are_survived() {
    let store = Store::new();
    let shapes = [
        json!(1),
        json!("x"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({ "a": [1] }),
        json!(true),
    ];
    for path in store.paths(store.newest()) {
        let id = store.resolve(store.newest(), path).unwrap();
        let Some(kind) = store.schema(id).object.clone() else {
            continue;
        };
        for shape in &shapes {
            for body in [
                shape.clone(),
                json!({ "metadata": shape, "spec": shape, "data": shape, "rules": shape, "subjects": [shape], "roleRef": shape }),
                json!({ "spec": { "template": { "spec": shape, "metadata": shape }, "selector": shape, "jobTemplate": { "spec": shape }, "ports": shape } }),
                json!({ "spec": { "containers": [shape], "volumes": [shape], "template": { "spec": { "containers": [{ "ports": [shape], "env": [shape], "volumeMounts": [shape] }] } } } }),
            ] {
                assert!(
                    !manifest(&store, id, &node(&body)).is_empty()
                        || body == json!({})
                        || kind.kind.is_empty()
                );
                let _ = check::object(&kind, &node(&body));
            }
        }
    }
    assert!(read_objects("").0.is_empty());
}
