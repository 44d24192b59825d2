//! The same decisions as the Python package `kubernetes-validate --strict`, on good objects and on each of them with one thing
//! changed: a field added, removed or of another type. Skipped when `python3` has no such package.

mod support;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bumpalo::Bump;
use plat_kubernetes::check::{self, ProblemKind};
use plat_kubernetes::manifest::{Tree, TreeValue, read_documents};
use plat_kubernetes::{Store, output};
use plat_model::Origin;
use plat_model::schema::Schemas;
use serde_json::{Map, Value as Json, json};
use support::{node, skipped};

/// Good objects in many shapes; the cases of the rules add those without a problem.
const GOOD: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: a, labels: { a: b }, ownerReferences: [{ apiVersion: v1, kind: Pod, name: a, uid: u }] }
spec:
  serviceName: a
  replicas: 2
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec:
      containers:
      - name: a
        image: a
        args: [x]
        ports: [{ name: http, containerPort: 80 }]
        env: [{ name: A, valueFrom: { secretKeyRef: { name: s, key: k, optional: true } } }]
        resources: { limits: { cpu: 1, memory: 1Gi } }
        livenessProbe: { httpGet: { path: /, port: http }, periodSeconds: 5 }
        securityContext: { runAsNonRoot: true, capabilities: { drop: [ALL] } }
      volumes: [{ name: v, projected: { sources: [{ serviceAccountToken: { path: p, expirationSeconds: 600 } }] } }]
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: a, operator: Exists }] } }] } }
  volumeClaimTemplates: [{ metadata: { name: d }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: as.b.c }
spec:
  group: b.c
  names: { kind: A, plural: as }
  scope: Cluster
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { a: { type: array, items: { type: string } } } } } }]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: a }
provisioner: x
parameters: { a: b }
allowVolumeExpansion: true
"#;

/// How many changed objects are compared.
const SAMPLE: usize = 300;

const SCRIPT: &str = r#"
import json, sys
try:
    import kubernetes_validate as kv
except ImportError:
    sys.exit(3)
for line in sys.stdin:
    version, document = json.loads(line)
    try:
        kv.validate(document, version, strict=True)
        print("good")
    except Exception as why:
        print("bad " + str(why).splitlines()[0])
"#;

fn good_documents() -> Vec<Json> {
    let arena = Bump::new();
    let json = |tree: &Tree| -> Json {
        let mut out = Vec::new();
        output::json::write(&mut out, None, &tree.node(&arena, Origin::COMPILER)).unwrap();
        serde_json::from_slice(&out).unwrap()
    };
    let mut documents: Vec<Json> = read_documents(GOOD).0.iter().map(json).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for case in text
            .split("\n---\n")
            .filter(|case| !case.lines().any(|line| line.starts_with("#! ")))
        {
            let whole = read_documents(case).0;
            documents.extend(
                whole
                    .iter()
                    .filter(|tree| matches!(tree.value, TreeValue::Map(_)))
                    .map(json),
            );
        }
    }
    documents
}

/// A document with one thing changed, for every thing in it.
fn changed(document: &Json) -> Vec<Json> {
    let mut all = Vec::new();
    for (pointer, value) in nodes(document) {
        let mut replace = |with: Json| {
            let mut copy = document.clone();
            if let Some(place) = copy.pointer_mut(&pointer) {
                *place = with;
                all.push(copy);
            }
        };
        match value {
            Json::Object(map) => {
                let mut more = map.clone();
                more.insert("unknownField".to_owned(), json!(7));
                replace(Json::Object(more));
                for key in map.keys() {
                    let fewer: Map<String, Json> = map
                        .iter()
                        .filter(|(k, _)| *k != key)
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect();
                    replace(Json::Object(fewer));
                }
                replace(json!([]));
            }
            Json::Array(_) => replace(json!({ "a": "b" })),
            Json::String(_) => {
                replace(json!(7));
                replace(json!([]));
            }
            Json::Number(_) => {
                replace(json!("x"));
                replace(json!(true));
            }
            _ => replace(json!("x")),
        }
    }
    all
}

fn nodes(document: &Json) -> Vec<(String, &Json)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Json::Object(map) => {
                open.extend(map.iter().map(|(key, value)| {
                    (
                        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
                        value,
                    )
                }));
            }
            Json::Array(list) => open.extend(
                list.iter()
                    .enumerate()
                    .map(|(at, value)| (format!("{pointer}/{at}"), value)),
            ),
            _ => {}
        }
        found.push((pointer, value));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// What we say of an object's fields and types; the other validator knows no more.
fn our_verdict(store: &Store, version: &str, document: &Json) -> Option<String> {
    let field = |key: &str| document.get(key).and_then(Json::as_str);
    let (Some(api_version), Some(kind)) = (field("apiVersion"), field("kind")) else {
        return Some("no kind".to_owned());
    };
    let Some(id) = store.object(store.version(version).unwrap(), api_version, kind) else {
        return Some("unknown kind".to_owned());
    };
    let problems = check::conforms(store, id, &node(document));
    let told = [
        ProblemKind::UnknownField,
        ProblemKind::OtherVersion,
        ProblemKind::MissingField,
        ProblemKind::WrongType,
    ];
    problems
        .iter()
        .find(|problem| told.contains(&problem.kind))
        .map(|problem| problem.message.clone())
}

#[test]
fn decides_as_kubernetes_validate_does() {
    let store = Store::new();
    let good = good_documents();
    assert!(good.len() > 10);
    let all: Vec<Json> = good.iter().flat_map(changed).collect();
    let step = (all.len() / SAMPLE).max(1);
    let versions = store.versions();
    let documents: Vec<(&str, Json)> = good
        .iter()
        .chain(all.iter().step_by(step))
        .enumerate()
        .map(|(at, document)| (&*versions[at % versions.len()], document.clone()))
        .collect();

    let child = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        return skipped("there is no python3");
    };
    let mut input = String::new();
    for document in &documents {
        input += &serde_json::to_string(document).unwrap();
        input.push('\n');
    }
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // Python may stop at once, when it lacks the package.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    if output.status.code() == Some(3) {
        return skipped("python3 has no kubernetes-validate");
    }
    let theirs = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(theirs.lines().count(), documents.len());
    let bad = theirs
        .lines()
        .filter(|line| line.starts_with("bad "))
        .count();
    assert!(
        bad > 150 && documents.len() - bad > 50,
        "{bad} of {}",
        documents.len()
    );
    let mut differences = String::new();
    for ((version, document), theirs) in documents.iter().zip(theirs.lines()) {
        let ours = our_verdict(&store, version, document);
        if ours.is_none() != (theirs == "good") {
            differences += &format!("{version}: ours {ours:?}, theirs {theirs}\n{document}\n\n");
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
