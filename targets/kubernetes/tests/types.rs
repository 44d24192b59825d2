//! The embedded tables: every type of every version decodes, and says what Kubernetes' API says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use plat_kubernetes::Store;
use plat_model::schema::{
    ListIdentity, Schema, SchemaId, Schemas, Shape, SinkUnit, TextRules, VersionId,
};

fn at<'s>(store: &'s Store, path: &str) -> &'s Schema {
    let id = store
        .resolve(store.newest(), path)
        .unwrap_or_else(|| panic!("no {path}"));
    store.schema(id)
}

/// The type of a field, through lists and maps.
fn field<'s>(store: &'s Store, path: &str, fields: &str) -> &'s Schema {
    let mut schema = at(store, path);
    for name in fields.split('.') {
        while let Shape::List { element: inner, .. } | Shape::Map { value: inner } = &schema.shape {
            schema = store.schema(*inner);
        }
        schema = store.schema(
            schema
                .shape
                .field(name)
                .unwrap_or_else(|| panic!("no {name} in {path}"))
                .ty,
        );
    }
    schema
}

fn field_names(schema: &Schema) -> Vec<&str> {
    let Shape::Record { fields, .. } = &schema.shape else {
        panic!("not a record")
    };
    fields.iter().map(|field| &*field.name).collect()
}

#[test]
fn four_versions_are_known() {
    let store = Store::new();
    assert_eq!(store.versions(), ["1.34", "1.35", "1.36", "1.37"]);
    assert_eq!(store.version("1.36"), Some(VersionId(2)));
    assert_eq!(store.version("1.3"), None);
    assert_eq!(store.newest(), VersionId(3));
}

#[test]
fn every_type_of_every_version_is_whole() {
    let store = Store::new();
    for version in (0..4).map(VersionId) {
        let paths = store.paths(version);
        assert!(paths.len() > 700, "{}", paths.len());
        assert!(paths.is_sorted());
        let mut seen = BTreeSet::new();
        let mut open: Vec<SchemaId> = Vec::new();
        for path in paths {
            let id = store.resolve(version, path).unwrap();
            assert_eq!(store.path(id), Some(path));
            open.push(id);
        }
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match &store.schema(id).shape {
                Shape::List {
                    element, identity, ..
                } => {
                    if let ListIdentity::Map(keys) = identity {
                        let element = store.schema(*element);
                        for key in keys {
                            assert!(
                                element.shape.field(key).is_some(),
                                "{id:?} lists by {key}, which its elements lack"
                            );
                        }
                    }
                    open.push(*element);
                }
                Shape::Map { value } => open.push(*value),
                Shape::Record { fields, open: more } => {
                    assert!(!more);
                    let names: BTreeSet<_> = fields.iter().map(|field| &field.name).collect();
                    assert_eq!(names.len(), fields.len());
                    open.extend(fields.iter().map(|field| field.ty));
                }
                _ => {}
            }
        }
        // `Any` stands for few types; a converter that gave up more often would show here.
        let any = seen
            .iter()
            .filter(|id| matches!(store.schema(**id).shape, Shape::Any))
            .count();
        assert!(any <= 9, "{any} types take anything");
    }
}

#[test]
fn groups_resolve_by_short_and_full_name() {
    let store = Store::new();
    for (short, full) in [
        ("networking.v1.Ingress", "networking.k8s.io.v1.Ingress"),
        ("rbac.v1.Role", "rbac.authorization.k8s.io.v1.Role"),
        (
            "flowcontrol.v1.FlowSchema",
            "flowcontrol.apiserver.k8s.io.v1.FlowSchema",
        ),
        (
            "apiextensions.v1.CustomResourceDefinition",
            "apiextensions.k8s.io.v1.CustomResourceDefinition",
        ),
    ] {
        let id = store.resolve(store.newest(), short);
        assert!(id.is_some(), "{short}");
        assert_eq!(id, store.resolve(store.newest(), full), "{full}");
    }
    for unknown in [
        "",
        "v1.Pod",
        "core.v1.Pods",
        "networking.k8s.io",
        "networking.k8s.iov1.Ingress",
        "apps.v1beta1.Deployment",
    ] {
        assert_eq!(store.resolve(store.newest(), unknown), None, "{unknown}");
    }
}

#[test]
fn objects_know_their_address() {
    let store = Store::new();
    for (path, api_version, kind, namespaced) in [
        ("apps.v1.Deployment", "apps/v1", "Deployment", true),
        ("core.v1.Namespace", "v1", "Namespace", false),
        ("core.v1.Service", "v1", "Service", true),
        (
            "rbac.v1.ClusterRole",
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            false,
        ),
        (
            "autoscaling.v2.HorizontalPodAutoscaler",
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            true,
        ),
    ] {
        let object = at(&store, path).object.as_ref().unwrap();
        assert_eq!(
            (&*object.api_version, &*object.kind, object.namespaced),
            (api_version, kind, namespaced)
        );
        assert_eq!(
            store.object(store.newest(), api_version, kind),
            store.resolve(store.newest(), path)
        );
    }
    for none in [
        "core.v1.PodSpec",
        "apps.v1.DeploymentList",
        "authentication.v1.TokenReview",
        "meta.v1.DeleteOptions",
        "core.v1.Binding",
    ] {
        assert_eq!(at(&store, none).object, None, "{none}");
    }
    assert_eq!(store.object(store.newest(), "v1", "PodSpec"), None);
    assert_eq!(
        store.object(store.newest(), "policy/v1beta1", "PodDisruptionBudget"),
        None
    );
}

#[test]
fn fields_stand_as_people_write_them() {
    let store = Store::new();
    assert_eq!(
        field_names(at(&store, "apps.v1.Deployment")),
        ["apiVersion", "kind", "metadata", "spec", "status"]
    );
    assert_eq!(
        field_names(at(&store, "meta.v1.ObjectMeta"))[..5],
        ["name", "generateName", "namespace", "labels", "annotations"]
    );
    assert_eq!(
        field_names(at(&store, "core.v1.Container"))[..6],
        [
            "name",
            "image",
            "imagePullPolicy",
            "restartPolicy",
            "command",
            "args"
        ]
    );
    assert_eq!(
        field_names(at(&store, "core.v1.EnvVar")),
        ["name", "value", "valueFrom"]
    );
    assert_eq!(
        field_names(at(&store, "rbac.v1.Role")),
        ["apiVersion", "kind", "metadata", "rules"]
    );
    assert_eq!(
        field_names(at(&store, "core.v1.ConfigMap")),
        [
            "apiVersion",
            "kind",
            "metadata",
            "binaryData",
            "data",
            "immutable"
        ]
    );
}

#[test]
fn shapes_are_what_the_api_takes() {
    let store = Store::new();
    let container = "core.v1.Container";
    assert_eq!(
        field(&store, "core.v1.ServicePort", "targetPort").shape,
        Shape::IntOrText
    );
    assert!(
        matches!(&field(&store, container, "resources.limits").shape, Shape::Map { value } if store.schema(*value).shape == Shape::Quantity)
    );
    assert_eq!(
        field(&store, "core.v1.ContainerPort", "containerPort").shape,
        Shape::Int {
            min: Some(1),
            max: Some(65_535)
        }
    );
    assert_eq!(
        field(&store, "apps.v1.Deployment", "spec.replicas").shape,
        Shape::Int {
            min: Some(0),
            max: Some(i64::from(i32::MAX))
        }
    );
    assert_eq!(
        field(&store, "meta.v1.ObjectMeta", "generation").shape,
        Shape::Int {
            min: None,
            max: None
        }
    );
    assert_eq!(
        field(
            &store,
            "admissionregistration.v1.ParamRef",
            "selector.matchLabels"
        )
        .shape,
        field(&store, "core.v1.PodSpec", "nodeSelector").shape
    );
    let time = field(&store, "meta.v1.ObjectMeta", "creationTimestamp");
    assert!(
        matches!(&time.shape, Shape::Text(TextRules { format: Some(format), .. }) if &**format == "date-time")
    );
    let protocol = field(&store, "core.v1.Service", "spec.ports.protocol");
    assert!(
        matches!(&protocol.shape, Shape::Text(rules) if rules.one_of.iter().map(|s| &**s).eq(["TCP", "UDP", "SCTP"]))
    );
    let kind = field(&store, "batch.v1.CronJob", "kind");
    assert!(
        matches!(&kind.shape, Shape::Text(rules) if rules.one_of.iter().map(|s| &**s).eq(["CronJob"]))
    );
    assert!(matches!(
        field(
            &store,
            "apiextensions.v1.CustomResourceDefinition",
            "spec.versions.schema.openAPIV3Schema.default"
        )
        .shape,
        Shape::Any
    ));
}

#[test]
fn lists_say_how_their_elements_are_told_apart() {
    let store = Store::new();
    let identity = |path: &str, name: &str| match &field(&store, path, name).shape {
        Shape::List { identity, .. } => identity.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        identity("core.v1.PodSpec", "containers"),
        ListIdentity::Map(Box::new(["name".into()]))
    );
    assert_eq!(
        identity("core.v1.Container", "ports"),
        ListIdentity::Map(Box::new(["containerPort".into(), "protocol".into()]))
    );
    assert_eq!(
        identity("core.v1.Container", "volumeMounts"),
        ListIdentity::Map(Box::new(["mountPath".into()]))
    );
    assert_eq!(identity("core.v1.Container", "args"), ListIdentity::Atomic);
    assert_eq!(
        identity("meta.v1.ObjectMeta", "finalizers"),
        ListIdentity::Set
    );
}

#[test]
fn required_read_only_and_units() {
    let store = Store::new();
    let get = |path: &str, name: &str| at(&store, path).shape.field(name).unwrap().clone();
    assert!(get("core.v1.Container", "name").required);
    assert!(!get("core.v1.Container", "image").required);
    assert!(get("apps.v1.DeploymentSpec", "selector").required);
    assert!(get("core.v1.Pod", "status").read_only);
    assert!(get("meta.v1.ObjectMeta", "uid").read_only);
    assert!(!get("meta.v1.ObjectMeta", "name").read_only);
    assert!(!get("meta.v1.Condition", "status").read_only);
    assert_eq!(
        get("core.v1.PodSpec", "terminationGracePeriodSeconds").unit,
        Some(SinkUnit::Seconds)
    );
    assert_eq!(
        get("autoscaling.v2.MetricTarget", "averageUtilization").unit,
        Some(SinkUnit::Percent)
    );
    assert_eq!(get("apps.v1.DeploymentSpec", "replicas").unit, None);
}

#[test]
fn versions_differ_where_kubernetes_does_and_share_the_rest() {
    let store = Store::new();
    assert_eq!(
        store.field_in_versions("core.v1.Pod", "spec.containers.image"),
        ["1.34", "1.35", "1.36", "1.37"]
    );
    assert!(
        store
            .field_in_versions("core.v1.Pod", "spec.containers.imagee")
            .is_empty()
    );
    assert!(store.field_in_versions("core.v1.Nope", "spec").is_empty());
    let fields = |version| {
        let id = store
            .resolve(VersionId(version), "core.v1.PodSpec")
            .unwrap();
        field_names(store.schema(id)).len()
    };
    assert!(fields(3) > fields(0), "PodSpec grew between 1.34 and 1.37");
    let shared = |path| store.resolve(VersionId(0), path) == store.resolve(VersionId(3), path);
    assert!(shared("core.v1.EnvVarSource") || shared("core.v1.ConfigMap"));
    assert!(!shared("apps.v1.Deployment"));
    assert_eq!(store.type_in_versions("apps.v1.Deployment").len(), 4);
    let newer: Vec<_> = store
        .paths(VersionId(3))
        .into_iter()
        .filter(|path| store.type_in_versions(path) == ["1.37"])
        .collect();
    assert!(!newer.is_empty());
}

#[test]
fn descriptions_come_when_asked_for() {
    let store = Store::new();
    let id = store.resolve(store.newest(), "core.v1.Container").unwrap();
    assert_eq!(
        store.doc(id).as_deref(),
        Some("A single application container that you want to run within a pod.")
    );
    assert!(
        store
            .field_doc(id, "image")
            .unwrap()
            .starts_with("Container image name.")
    );
    assert_eq!(store.field_doc(id, "imagee"), None);
    let mut documented = 0;
    for path in store.paths(VersionId(0)) {
        documented += usize::from(
            store
                .doc(store.resolve(VersionId(0), path).unwrap())
                .is_some(),
        );
    }
    assert!(documented > 600, "{documented}");
}

#[test]
fn a_store_is_shared_between_threads() {
    let store = Arc::new(Store::new());
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let store = Arc::clone(&store);
            thread::spawn(move || {
                store
                    .paths(VersionId(3))
                    .iter()
                    .map(|path| field_count(&store, path))
                    .sum::<usize>()
            })
        })
        .collect();
    let counts: BTreeSet<usize> = workers
        .into_iter()
        .map(|worker| worker.join().unwrap())
        .collect();
    assert_eq!(counts.len(), 1);
}

fn field_count(store: &Store, path: &str) -> usize {
    match &at(store, path).shape {
        Shape::Record { fields, .. } => fields.len(),
        _ => 0,
    }
}

#[test]
fn an_id_of_nothing_takes_anything() {
    let store = Store::new();
    assert_eq!(store.schema(SchemaId(u32::MAX)).shape, Shape::Any);
    assert_eq!(store.path(SchemaId(u32::MAX)), None);
    assert_eq!(store.doc(SchemaId(u32::MAX)), None);
    assert!(store.paths(VersionId(99)).is_empty());
}
