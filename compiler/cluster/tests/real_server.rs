//! Against a real API server, of whatever version: what `observe.rs` believes of one holds.

mod server;
mod shown;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use plat_cluster::{FIELD_MANAGER, Observed, Options, Unreachable, observe};
use plat_kubernetes::change::Changes;
use plat_model::tree::{SourceId, Tree, TreeValue};
use plat_plan::state::{DeclarationName, Environment, Instance, ObjectState, Source, State};
use serde_json::{Value, json};
use server::{Server, User, runtime, server};
use shown::text;

/// Somebody else who applies.
const OTHER: &str = "somebody";

/// The objects of a namespace that a test has for itself.
struct Shop {
    server: &'static Server,
    namespace: &'static str,
}

impl Shop {
    async fn open(server: &'static Server, namespace: &'static str) -> Self {
        let object =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        let path = format!("/api/v1/namespaces/{namespace}");
        server.apply(OTHER, &path, &object.to_string()).await;
        Self { server, namespace }
    }

    fn collection(&self, plural: &str) -> String {
        format!("/apis/apps/v1/namespaces/{}/{plural}", self.namespace)
    }

    /// Applies a Deployment and means it.
    async fn has(&self, manager: &str, deployment: &Value) {
        let name = deployment["metadata"]["name"].as_str().expect("a name");
        let path = format!("{}/{name}", self.collection("deployments"));
        let text = deployment.to_string();
        self.server.apply(manager, &path, &text).await;
    }

    fn deployment(&self, name: &str, replicas: i64) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": { "name": name, "namespace": self.namespace,
                "labels": { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "platc" } },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app.kubernetes.io/name": name } },
                "template": {
                    "metadata": { "labels": { "app.kubernetes.io/name": name } },
                    "spec": { "containers": [{ "name": "main", "image": "registry.example/a:1",
                        "ports": [{ "name": "http", "containerPort": 8080, "protocol": "TCP" }] }] },
                },
            },
        })
    }

    /// The versions of everything here: they tell of any write.
    async fn versions(&self) -> BTreeMap<String, String> {
        let mut versions = BTreeMap::new();
        for plural in ["deployments", "replicasets", "statefulsets", "daemonsets"] {
            let list = self.server.get(&self.collection(plural)).await;
            let list = list.expect("a list");
            for item in list["items"].as_array().expect("items") {
                let meta = &item["metadata"];
                versions.insert(
                    format!("{plural}/{}", meta["name"]),
                    meta["resourceVersion"].to_string(),
                );
            }
        }
        versions
    }

    async fn observe(&self, user: User, objects: &[Value]) -> Result<Observed, Unreachable> {
        let versions = self.versions().await;
        let client = self.server.client(user).await;
        let options = Options {
            field_manager: FIELD_MANAGER.to_owned(),
            label: "the cluster".to_owned(),
        };
        let observed = observe(&client, &wanted(objects), "prod", &Changes, &options).await;
        assert_eq!(self.versions().await, versions, "nothing is written");
        observed
    }

    async fn check(&self, objects: &[Value], expected: &Expect) {
        let observed = self.observe(User::Admin, objects).await;
        expected.assert_eq(&without_version(observed.expect("the server answers")));
    }
}

/// The plan, whatever the server's version.
fn without_version(mut observed: Observed) -> String {
    assert!(observed.base.label.starts_with("the cluster (v"));
    observed.base.label = "the cluster".to_owned();
    text(observed)
}

/// A state with these objects. The line that decides replicas is known.
fn wanted(objects: &[Value]) -> State {
    let declaration = DeclarationName {
        kind: "service".into(),
        name: "checkout".into(),
    };
    let text = |object: &Value, pointer: &str| -> Box<str> {
        let text = object.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_default().into()
    };
    let objects = objects
        .iter()
        .map(|object| ObjectState {
            path: format!(
                "{}/{}",
                text(object, "/kind"),
                text(object, "/metadata/name")
            )
            .into(),
            api_version: text(object, "/apiVersion"),
            kind: text(object, "/kind"),
            namespace: text(object, "/metadata/namespace"),
            name: text(object, "/metadata/name"),
            schema: None,
            body: tree(object),
        })
        .collect();
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

fn tree(value: &Value) -> Tree {
    Tree::new(match value {
        Value::Null => TreeValue::Null,
        Value::Bool(value) => TreeValue::Bool(*value),
        Value::Number(number) => TreeValue::Int(number.as_i64().expect("an integer")),
        Value::String(text) => TreeValue::Text(text.as_str().into()),
        Value::Array(items) => TreeValue::List(items.iter().map(tree).collect()),
        Value::Object(fields) => TreeValue::Map(
            fields
                .iter()
                .map(|(key, field)| {
                    let mut tree = tree(field);
                    tree.source = (key == "replicas").then_some(SourceId(0));
                    (key.as_str().into(), tree)
                })
                .collect(),
        ),
    })
}

/// Runs a test in a namespace of its own, where there is a server.
fn with_shop(namespace: &'static str, test: impl AsyncFnOnce(Shop)) {
    if let Some(server) = server() {
        runtime().block_on(async { test(Shop::open(server, namespace).await).await });
    }
}

#[test]
fn what_is_as_it_was_applied_is_no_change() {
    with_shop("equal", async |shop| {
        let deployment = shop.deployment("checkout", 2);
        shop.has(FIELD_MANAGER, &deployment).await;
        shop.check(&[deployment], &expect!["the cluster -> the working tree"])
            .await;
    });
}

#[test]
fn a_changed_value_is_one_change_with_its_source() {
    with_shop("changed", async |shop| {
        shop.has(FIELD_MANAGER, &shop.deployment("checkout", 2))
            .await;
        shop.check(
            &[shop.deployment("checkout", 3)],
            &expect![[r#"
            the cluster -> the working tree
            update checkout@prod/Deployment/checkout
              spec.replicas Some(Int(2)) -> Some(Int(3)) shop/checkout.plat:7"#]],
        )
        .await;
    });
}

#[test]
fn a_field_that_is_no_longer_written_goes() {
    with_shop("removed", async |shop| {
        let mut deployment = shop.deployment("checkout", 2);
        deployment["spec"]["template"]["spec"]["containers"][0]["env"] =
            json!([{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }]);
        shop.has(FIELD_MANAGER, &deployment).await;
        deployment["spec"]["template"]["spec"]["containers"][0]["env"] =
            json!([{ "name": "B", "value": "2" }]);
        shop.check(&[deployment], &expect![[r#"
            the cluster -> the working tree
            update checkout@prod/Deployment/checkout
              spec.template.spec.containers[name=main].env[name=A] Some(Map([("name", Tree { value: Text("A"), source: None }), ("value", Tree { value: Text("1"), source: None })])) -> None "#]]).await;
    });
}

#[test]
fn what_another_manager_took_is_drift() {
    with_shop("taken", async |shop| {
        shop.has(FIELD_MANAGER, &shop.deployment("checkout", 2))
            .await;
        let mut taken = shop.deployment("checkout", 9);
        taken["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry.example/b:9");
        taken["metadata"]["labels"]["app.kubernetes.io/name"] = json!("other");
        shop.has(OTHER, &taken).await;
        let mut deployment = shop.deployment("checkout", 2);
        deployment["spec"]["minReadySeconds"] = json!(5);
        shop.check(&[deployment], &expect![[r#"
            the cluster -> the working tree
            update checkout@prod/Deployment/checkout
              spec.minReadySeconds None -> Some(Int(5)) 
            drift checkout@prod/Deployment/checkout Some("metadata.labels.app.kubernetes.io/name") wants Some(Text("checkout")), has Some(Text("other")), by Some("somebody")
            drift checkout@prod/Deployment/checkout Some("spec.replicas") wants Some(Int(2)), has Some(Int(9)), by Some("somebody")
            drift checkout@prod/Deployment/checkout Some("spec.template.spec.containers[name=main].image") wants Some(Text("registry.example/a:1")), has Some(Text("registry.example/b:9")), by Some("somebody")"#]]).await;
    });
}

#[test]
fn what_is_not_there_is_created_and_what_nothing_makes_is_deleted() {
    with_shop("others", async |shop| {
        shop.has(FIELD_MANAGER, &shop.deployment("legacy", 1)).await;
        let mut unmarked = shop.deployment("foreign", 1);
        unmarked["metadata"]["labels"] = json!({ "app.kubernetes.io/name": "foreign" });
        shop.has(OTHER, &unmarked).await;
        shop.check(
            &[shop.deployment("checkout", 2)],
            &expect![[r#"
            the cluster -> the working tree
            delete legacy@prod/Deployment/legacy
            create checkout@prod/Deployment/checkout"#]],
        )
        .await;
    });
}

#[test]
fn what_is_in_a_namespace_that_is_not_there_is_created() {
    with_shop("elsewhere", async |shop| {
        let mut deployment = shop.deployment("checkout", 2);
        deployment["metadata"]["namespace"] = json!("nowhere");
        shop.check(
            &[deployment],
            &expect![[r#"
            the cluster -> the working tree
            create checkout@prod/Deployment/checkout"#]],
        )
        .await;
    });
}

#[test]
fn a_kind_that_the_server_does_not_have_is_unknown() {
    with_shop("kinds", async |shop| {
        let widget = |api_version: &str| {
            json!({ "apiVersion": api_version, "kind": "Widget",
                "metadata": { "name": api_version.replace('/', "."), "namespace": "kinds" } })
        };
        let objects = ["example.dev/v1", "apps/v1", "apps/v0"].map(widget);
        shop.check(&objects, &expect![[r#"
            the cluster -> the working tree
            checkout@prod/Widget/apps.v0 is unknown because the cluster has no `Widget` of `apps/v0`
            checkout@prod/Widget/apps.v1 is unknown because the cluster has no `Widget` of `apps/v1`
            checkout@prod/Widget/example.dev.v1 is unknown because the cluster has no `Widget` of `example.dev/v1`"#]]).await;
    });
}

#[test]
fn what_the_server_refuses_is_unknown_with_its_words() {
    with_shop("invalid", async |shop| {
        let there = shop.deployment("there", 2);
        shop.has(FIELD_MANAGER, &there).await;
        let broken = ["there", "new"].map(|name| {
            let mut broken = shop.deployment(name, 2);
            let container = &mut broken["spec"]["template"]["spec"]["containers"][0];
            container["ports"][0]["containerPort"] = json!(99999);
            broken
        });
        let observed = shop.observe(User::Admin, &broken).await;
        let unknown = observed.expect("the server answers").taken.unknown;
        let words: Vec<&str> = unknown.iter().map(|unknown| &*unknown.because).collect();
        assert_eq!(words.len(), 2, "{words:?}");
        for words in words {
            let expected = "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535";
            assert!(words.contains(expected), "{words}");
        }
    });
}

/// The role that the guide tells to copy.
fn role_of_the_guide() -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/live.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let (_, rest) = guide.split_once("```yaml\n").expect("a role in the guide");
    let (role, _) = rest.split_once("```").expect("its end");
    role.to_owned()
}

#[test]
fn the_role_of_the_guide_is_enough() {
    with_shop("rights", async |shop| {
        let roles = "/apis/rbac.authorization.k8s.io/v1";
        let role = format!("{roles}/clusterroles/platc-plan");
        shop.server.apply(OTHER, &role, &role_of_the_guide()).await;
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": { "name": "platc-plan" },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "platc-plan" },
            "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": User::Planner.name() }],
        });
        let path = format!("{roles}/clusterrolebindings/platc-plan");
        shop.server.apply(OTHER, &path, &binding.to_string()).await;
        shop.has(FIELD_MANAGER, &shop.deployment("checkout", 2))
            .await;
        let objects = [shop.deployment("checkout", 3), shop.deployment("new", 1)];
        let observed = shop.observe(User::Planner, &objects).await;
        expect![[r#"
            the cluster -> the working tree
            update checkout@prod/Deployment/checkout
              spec.replicas Some(Int(2)) -> Some(Int(3)) shop/checkout.plat:7
            create checkout@prod/Deployment/new"#]]
        .assert_eq(&without_version(observed.expect("the server answers")));
    });
}

#[test]
fn without_rights_there_is_no_plan() {
    with_shop("closed", async |shop| {
        let mut widget = shop.deployment("widget", 3);
        widget["apiVersion"] = json!("example.dev/v1");
        let objects = [widget, shop.deployment("checkout", 3)];
        let observed = shop.observe(User::Stranger, &objects).await;
        let Err(Unreachable::Forbidden(words)) = observed else {
            panic!("{observed:?}");
        };
        assert!(
            words.contains("User \"stranger\" cannot get resource \"deployments\""),
            "{words}"
        );
    });
}
