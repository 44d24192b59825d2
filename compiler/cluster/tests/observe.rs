//! Against a small API server in this process: discovery, reads, and tried server-side applies with field managers.

mod shown;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use expect_test::{Expect, expect};
use http::{Method, Request, Response};
use kube::Client;
use kube::client::Body;
use plat_cluster::{FIELD_MANAGER, Observed, Options, observe};
use plat_kubernetes::change::Changes;
use plat_model::tree::{SourceId, Tree, TreeValue};
use plat_plan::state::{DeclarationName, Environment, Instance, ObjectState, Source, State};
use serde_json::{Value, json};
use shown::text;

/// What the server has: objects by path, and who besides the compiler owns which field of them.
#[derive(Default)]
struct Server {
    objects: BTreeMap<String, Value>,
    owned: Vec<(&'static str, &'static str, &'static str)>,
    requests: Vec<String>,
}

impl Server {
    fn answer(&mut self, method: &Method, path: &str, query: &str, body: &Value) -> (u16, Value) {
        self.requests.push(format!("{method} {path}?{query}"));
        match path {
            "/version" => {
                return (
                    200,
                    json!({ "major": "1", "minor": "36", "gitVersion": "v1.36.0",
                    "gitCommit": "", "gitTreeState": "", "buildDate": "", "goVersion": "", "compiler": "", "platform": "" }),
                );
            }
            "/api/v1" => return (200, resources("v1", &[("ConfigMap", "configmaps")])),
            "/apis/apps/v1" => {
                return (200, resources("apps/v1", &[("Deployment", "deployments")]));
            }
            _ => {}
        }
        if let Some(collection) = list_of(path) {
            let items: Vec<&Value> = self
                .objects
                .iter()
                .filter(|(known, _)| known.starts_with(collection))
                .map(|(_, object)| object)
                .filter(|object| {
                    object["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "platc"
                })
                .collect();
            return (
                200,
                json!({ "kind": "List", "apiVersion": "v1", "metadata": {}, "items": items }),
            );
        }
        let found = self.objects.get(path);
        match *method {
            Method::GET => found.map_or_else(missing, |object| (200, object.clone())),
            Method::PATCH => {
                assert!(
                    query.contains("dryRun=All"),
                    "nothing may be written: {query}"
                );
                assert!(query.contains("fieldManager=platc"));
                if body["metadata"]["name"] == "refused" {
                    return (
                        422,
                        status(422, "Invalid", "spec.replicas: must not be negative", &[]),
                    );
                }
                let mut merged = found.cloned().unwrap_or_else(|| json!({}));
                let conflicts: Vec<Value> = self
                    .owned
                    .iter()
                    .filter(|(of, pointer, _)| {
                        let wanted = body.pointer(pointer);
                        *of == path && wanted.is_some() && wanted != merged.pointer(pointer)
                    })
                    .map(|(_, pointer, manager)| {
                        json!({ "reason": "FieldManagerConflict", "field": pointer.replace('/', "."),
                            "message": format!("conflict with \"{manager}\" using apps/v1") })
                    })
                    .collect();
                if !conflicts.is_empty() && !query.contains("force=true") {
                    return (409, status(409, "Conflict", "Apply failed", &conflicts));
                }
                merge(&mut merged, body);
                // A default that the server fills in.
                if merged["kind"] == "Deployment" {
                    merged["spec"]["revisionHistoryLimit"] = json!(10);
                }
                (200, merged)
            }
            _ => (
                405,
                status(405, "MethodNotAllowed", "only asking is allowed", &[]),
            ),
        }
    }
}

fn list_of(path: &str) -> Option<&str> {
    path.ends_with("deployments")
        .then_some(path)
        .or_else(|| path.ends_with("configmaps").then_some(path))
}

fn missing() -> (u16, Value) {
    (404, status(404, "NotFound", "not found", &[]))
}

fn status(code: u16, reason: &str, message: &str, causes: &[Value]) -> Value {
    json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message,
        "details": { "causes": causes } })
}

fn resources(group_version: &str, kinds: &[(&str, &str)]) -> Value {
    let resources: Vec<Value> = kinds
        .iter()
        .map(|(kind, plural)| {
            json!({ "name": plural, "singularName": "", "namespaced": true, "kind": kind, "verbs": ["get", "list", "patch"] })
        })
        .collect();
    json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources })
}

fn merge(target: &mut Value, from: &Value) {
    match (target, from) {
        (Value::Object(target), Value::Object(from)) => {
            for (key, value) in from {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, from) => *target = from.clone(),
    }
}

fn client(server: &Arc<Mutex<Server>>) -> Client {
    let server = Arc::clone(server);
    let service = tower::service_fn(move |request: Request<Body>| {
        let server = Arc::clone(&server);
        async move {
            let (parts, body) = request.into_parts();
            let bytes = body.collect_bytes().await?;
            let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            let mut server = server.lock().expect("no test panicked with it");
            let query = parts.uri.query().unwrap_or_default();
            let (code, answer) = server.answer(&parts.method, parts.uri.path(), query, &body);
            let answer = Response::builder()
                .status(code)
                .body(Body::from(answer.to_string().into_bytes()))
                .expect("it is a response");
            Ok::<_, kube::Error>(answer)
        }
    });
    Client::new(service, "default")
}

/// A wanted Deployment of `checkout`.
fn deployment(name: &str, replicas: i64, image: &str) -> ObjectState {
    let text = |key: &str, value: &str| (key.into(), Tree::text(value));
    let map = |entries| Tree::new(TreeValue::Map(entries));
    let replicas = Tree {
        value: TreeValue::Int(replicas),
        source: Some(SourceId(0)),
    };
    ObjectState {
        path: "deployment".into(),
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: "shop".into(),
        name: name.into(),
        schema: None,
        body: map(vec![
            text("apiVersion", "apps/v1"),
            text("kind", "Deployment"),
            (
                "metadata".into(),
                map(vec![text("name", name), text("namespace", "shop")]),
            ),
            (
                "spec".into(),
                map(vec![
                    ("replicas".into(), replicas),
                    ("image".into(), Tree::text(image)),
                ]),
            ),
        ]),
    }
}

fn wanted(objects: Vec<ObjectState>) -> State {
    let declaration = DeclarationName {
        kind: "service".into(),
        name: "checkout".into(),
    };
    State {
        label: "the working tree".to_owned(),
        environments: vec![Environment {
            name: "prod".into(),
            production: true,
        }],
        sources: vec![Source {
            path: "shop/checkout.plat".into(),
            line: 7,
            declaration: declaration.clone(),
            foreign: false,
        }],
        instances: vec![Instance {
            declaration,
            environment: "prod".into(),
            digest: [0; 16],
            objects: Some(objects),
            reads: Vec::new(),
        }],
        ..State::default()
    }
}

const CHECKOUT: &str = "/apis/apps/v1/namespaces/shop/deployments/checkout";

fn live(name: &str, replicas: i64, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": name, "namespace": "shop", "uid": "1", "resourceVersion": "7", "generation": 3,
            "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": [],
            "labels": { "app.kubernetes.io/managed-by": "platc", "app.kubernetes.io/name": name } },
        "spec": { "replicas": replicas, "image": image, "revisionHistoryLimit": 10 },
        "status": { "replicas": replicas },
    })
}

fn run(server: Server, wanted: &State) -> (Observed, Vec<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let server = Arc::new(Mutex::new(server));
    let options = Options {
        field_manager: FIELD_MANAGER.to_owned(),
        label: "cluster test".to_owned(),
    };
    let observed = runtime.block_on(async {
        let client = client(&server);
        observe(&client, wanted, "prod", &Changes, &options).await
    });
    let requests = std::mem::take(&mut server.lock().expect("no test panicked").requests);
    (observed.expect("the server answers"), requests)
}

fn check(server: Server, objects: Vec<ObjectState>, expected: &Expect) {
    expected.assert_eq(&text(run(server, &wanted(objects)).0));
}

#[test]
fn what_the_server_fills_in_is_no_change() {
    let mut server = Server::default();
    server
        .objects
        .insert(CHECKOUT.to_owned(), live("checkout", 2, "a:1"));
    check(
        server,
        vec![deployment("checkout", 2, "a:1")],
        &expect!["cluster test (v1.36.0) -> the working tree"],
    );
}

#[test]
fn a_changed_value_is_one_change_with_its_source() {
    let mut server = Server::default();
    server
        .objects
        .insert(CHECKOUT.to_owned(), live("checkout", 2, "a:1"));
    check(
        server,
        vec![deployment("checkout", 3, "a:1")],
        &expect![[r#"
            cluster test (v1.36.0) -> the working tree
            update checkout@prod/deployment
              spec.replicas Some(Int(2)) -> Some(Int(3)) shop/checkout.plat:7"#]],
    );
}

#[test]
fn what_another_manager_owns_is_drift() {
    let mut server = Server::default();
    server
        .objects
        .insert(CHECKOUT.to_owned(), live("checkout", 9, "a:1"));
    server
        .owned
        .push((CHECKOUT, "/spec/replicas", "kubectl-scale"));
    check(
        server,
        vec![deployment("checkout", 2, "a:2")],
        &expect![[r#"
            cluster test (v1.36.0) -> the working tree
            update checkout@prod/deployment
              spec.image Some(Text("a:1")) -> Some(Text("a:2")) 
            drift checkout@prod/deployment Some("spec.replicas") wants Some(Int(2)), has Some(Int(9)), by Some("kubectl-scale")"#]],
    );
}

#[test]
fn what_is_not_there_is_created_and_what_nothing_makes_is_deleted() {
    let mut server = Server::default();
    let old = CHECKOUT.replace("checkout", "legacy");
    server.objects.insert(old, live("legacy", 1, "a:1"));
    check(
        server,
        vec![deployment("checkout", 2, "a:1")],
        &expect![[r#"
            cluster test (v1.36.0) -> the working tree
            delete legacy@prod/Deployment/legacy
            create checkout@prod/deployment"#]],
    );
}

#[test]
fn what_the_server_refuses_or_does_not_know_is_unknown() {
    let mut server = Server::default();
    let refused = CHECKOUT.replace("checkout", "refused");
    server.objects.insert(refused, live("refused", 1, "a:1"));
    let mut other = deployment("x", 1, "a:1");
    other.api_version = "example.dev/v1".into();
    other.kind = "Widget".into();
    other.path = "widget".into();
    let mut secret = deployment("secret", 1, "a:1");
    secret.body = Tree::new(TreeValue::Secret([0; 16]));
    secret.path = "secret".into();
    let objects = vec![deployment("refused", -1, "a:1"), other, secret];
    check(
        server,
        objects,
        &expect![[r#"
        cluster test (v1.36.0) -> the working tree
        checkout@prod/deployment is unknown because the cluster would refuse it: spec.replicas: must not be negative
        checkout@prod/secret is unknown because its values are secret, and are not sent to be compared
        checkout@prod/widget is unknown because the cluster has no `Widget` of `example.dev/v1`"#]],
    );
}

#[test]
fn nothing_is_written() {
    let mut server = Server::default();
    server
        .objects
        .insert(CHECKOUT.to_owned(), live("checkout", 2, "a:1"));
    let (_, requests) = run(server, &wanted(vec![deployment("checkout", 3, "a:2")]));
    let patches = requests
        .iter()
        .filter(|request| request.starts_with("PATCH"));
    assert!(patches.clone().count() > 0);
    assert!(
        patches
            .clone()
            .all(|request| request.contains("dryRun=All"))
    );
    assert!(
        requests
            .iter()
            .all(|request| request.starts_with("GET") || request.starts_with("PATCH"))
    );
}

#[test]
fn what_kubectl_remembers_is_not_told() {
    let mut server = Server::default();
    for name in ["checkout", "legacy"] {
        let mut object = live(name, 1, "a:1");
        object["metadata"]["annotations"] =
            json!({ "kubectl.kubernetes.io/last-applied-configuration": "remembered" });
        server
            .objects
            .insert(CHECKOUT.replace("checkout", name), object);
    }
    let (observed, _) = run(server, &wanted(vec![deployment("checkout", 2, "a:1")]));
    let seen = format!("{observed:?}");
    assert!(seen.contains("legacy") && seen.contains("checkout"));
    assert!(!seen.contains("remembered"), "{seen}");
    assert!(!seen.contains("annotations"), "{seen}");
}
