//! The kinds of the Gateway API ship with the compiler: a project needs no definitions to write routes.

use plat_kubernetes::Store;
use plat_model::schema::{ListIdentity, Schema, Schemas, Shape, VersionId};

const GROUP: &str = "gateway.networking.k8s.io";

/// The kinds of the standard channel, their versions, and whether they live in a namespace.
const KINDS: &[(&str, &[&str], bool)] = &[
    ("BackendTLSPolicy", &["v1"], true),
    ("GRPCRoute", &["v1"], true),
    ("Gateway", &["v1", "v1beta1"], true),
    ("GatewayClass", &["v1", "v1beta1"], false),
    ("HTTPRoute", &["v1", "v1beta1"], true),
    ("ListenerSet", &["v1"], true),
    ("ReferenceGrant", &["v1", "v1beta1"], true),
    ("TLSRoute", &["v1"], true),
];

fn kind<'s>(store: &'s Store, kind: &str) -> &'s Schema {
    let id = store.resolve(store.newest(), &format!("{GROUP}.v1.{kind}"));
    store.schema(id.unwrap_or_else(|| panic!("no {kind}")))
}

/// The type of a field, through lists and maps on the way but not at the end.
fn field<'s>(store: &'s Store, path: &str) -> &'s Schema {
    let (first, fields) = path.split_once('.').unwrap();
    let mut schema = kind(store, first);
    for name in fields.split('.') {
        schema = inner(store, schema);
        let field = schema.shape.field(name);
        schema = store.schema(field.unwrap_or_else(|| panic!("no {name} in {path}")).ty);
    }
    schema
}

fn inner<'s>(store: &'s Store, mut schema: &'s Schema) -> &'s Schema {
    while let Shape::List { element: inner, .. } | Shape::Map { value: inner } = &schema.shape {
        schema = store.schema(*inner);
    }
    schema
}

fn choices(store: &Store, path: &str) -> Vec<String> {
    let Shape::Text(rules) = &inner(store, field(store, path)).shape else {
        panic!("{path} is no text")
    };
    rules.one_of.iter().map(ToString::to_string).collect()
}

fn required(schema: &Schema) -> Vec<&str> {
    let Shape::Record { fields, .. } = &schema.shape else {
        panic!("not a record")
    };
    fields
        .iter()
        .filter(|field| field.required)
        .map(|field| &*field.name)
        .collect()
}

#[test]
fn every_version_of_kubernetes_has_the_standard_channel() {
    let store = Store::new();
    let expected: Vec<String> = {
        let paths = KINDS.iter().flat_map(|(kind, versions, _)| {
            versions
                .iter()
                .map(move |version| format!("{GROUP}.{version}.{kind}"))
        });
        let mut paths: Vec<String> = paths.collect();
        paths.sort();
        paths
    };
    for version in (0..4).map(VersionId) {
        let known: Vec<&str> = store
            .paths(version)
            .into_iter()
            .filter(|path| path.starts_with(GROUP))
            .collect();
        assert_eq!(known, expected);
    }
}

#[test]
fn kinds_are_objects() {
    let store = Store::new();
    for (kind, versions, namespaced) in KINDS {
        for api_version in versions.iter().map(|version| format!("{GROUP}/{version}")) {
            for version in (0..4).map(VersionId) {
                let id = store
                    .object(version, &api_version, kind)
                    .unwrap_or_else(|| panic!("no {api_version} {kind}"));
                let schema = store.schema(id);
                let object = schema.object.as_ref().unwrap();
                assert_eq!(
                    (&*object.api_version, &*object.kind, object.namespaced),
                    (&*api_version, *kind, *namespaced)
                );
                let metadata = schema.shape.field("metadata").unwrap().ty;
                assert_eq!(
                    Some(metadata),
                    store.resolve(version, "meta.v1.ObjectMeta"),
                    "{kind}"
                );
                assert_eq!(required(schema), ["spec"], "{kind}");
                let status = schema.shape.field("status");
                assert!(status.is_none_or(|status| status.read_only), "{kind}");
            }
        }
    }
}

#[test]
fn fields_are_those_of_the_definitions() {
    let store = Store::new();
    let rule = inner(&store, field(&store, "HTTPRoute.spec.rules"));
    let Shape::Record {
        fields,
        open: false,
    } = &rule.shape
    else {
        panic!("{rule:?}")
    };
    let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
    assert_eq!(
        names,
        ["name", "matches", "filters", "backendRefs", "timeouts"],
        "the experimental `retry` and `sessionPersistence` are not of the standard channel"
    );
    for (path, expected) in [
        ("HTTPRoute.spec", &[][..]),
        ("HTTPRoute.spec.parentRefs", &["name"]),
        ("HTTPRoute.spec.rules.backendRefs", &["name"]),
        ("HTTPRoute.spec.rules.filters", &["type"]),
        ("HTTPRoute.spec.rules.matches.headers", &["name", "value"]),
        ("GRPCRoute.spec.rules.backendRefs", &["name"]),
        ("Gateway.spec", &["gatewayClassName", "listeners"]),
        ("Gateway.spec.listeners", &["name", "port", "protocol"]),
        ("GatewayClass.spec", &["controllerName"]),
        ("ReferenceGrant.spec", &["from", "to"]),
        ("ReferenceGrant.spec.from", &["kind", "namespace", "group"]),
    ] {
        let mut known = required(inner(&store, field(&store, path)));
        let mut expected = expected.to_vec();
        known.sort_unstable();
        expected.sort_unstable();
        assert_eq!(known, expected, "{path}");
    }
}

#[test]
fn choices_are_written_as_the_api_has_them() {
    let store = Store::new();
    let methods = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH";
    let filters = "RequestHeaderModifier ResponseHeaderModifier RequestMirror RequestRedirect URLRewrite ExtensionRef CORS";
    for (path, expected) in [
        ("HTTPRoute.spec.rules.matches.method", methods),
        (
            "HTTPRoute.spec.rules.matches.path.type",
            "Exact PathPrefix RegularExpression",
        ),
        ("HTTPRoute.spec.rules.filters.type", filters),
        (
            "HTTPRoute.spec.rules.filters.requestRedirect.scheme",
            "http https",
        ),
        (
            "GRPCRoute.spec.rules.matches.method.type",
            "Exact RegularExpression",
        ),
        (
            "Gateway.spec.listeners.allowedRoutes.namespaces.from",
            "All Selector Same",
        ),
        ("Gateway.spec.listeners.tls.mode", "Terminate Passthrough"),
    ] {
        assert_eq!(choices(&store, path).join(" "), expected, "{path}");
    }
    assert_eq!(
        field(
            &store,
            "HTTPRoute.spec.rules.filters.requestRedirect.statusCode"
        )
        .shape,
        Shape::Int {
            min: Some(301),
            max: Some(308)
        }
    );
}

#[test]
fn limits_that_bindings_cannot_say() {
    let store = Store::new();
    let int = |path| match field(&store, path).shape {
        Shape::Int { min, max } => (min, max),
        ref other => panic!("{path}: {other:?}"),
    };
    assert_eq!(
        int("HTTPRoute.spec.rules.backendRefs.port"),
        (Some(1), Some(65_535))
    );
    assert_eq!(
        int("GRPCRoute.spec.rules.backendRefs.weight"),
        (Some(0), Some(1_000_000))
    );
    let text = |path| match &inner(&store, field(&store, path)).shape {
        Shape::Text(rules) => (
            rules.pattern.as_deref().map(str::to_owned),
            rules.min_length,
            rules.max_length,
        ),
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(
        text("HTTPRoute.spec.rules.timeouts.request").0.as_deref(),
        Some("^([0-9]{1,5}(h|m|s|ms)){1,4}$")
    );
    let hostname = text("HTTPRoute.spec.hostnames");
    assert_eq!((hostname.1, hostname.2), (Some(1), Some(253)));
    assert!(hostname.0.unwrap().starts_with(r"^(\*\.)?"));
    assert_eq!(
        text("HTTPRoute.spec.parentRefs.name"),
        (None, Some(1), Some(253))
    );
    assert_eq!(
        text("HTTPRoute.spec.rules.matches.headers.name").2,
        Some(256)
    );
    let list = |path| match &field(&store, path).shape {
        Shape::List {
            identity,
            min_items,
            max_items,
            ..
        } => (identity.clone(), *min_items, *max_items),
        other => panic!("{path}: {other:?}"),
    };
    let by_name = ListIdentity::Map(Box::new(["name".into()]));
    assert_eq!(
        list("Gateway.spec.listeners"),
        (by_name.clone(), Some(1), Some(64))
    );
    assert_eq!(
        list("HTTPRoute.spec.rules.matches.headers"),
        (by_name, None, Some(16))
    );
    assert_eq!(
        list("HTTPRoute.spec.parentRefs"),
        (ListIdentity::Atomic, None, Some(32))
    );
}

#[test]
fn descriptions_ship_too() {
    let store = Store::new();
    let id = store
        .resolve(store.newest(), "gateway.networking.k8s.io.v1.HTTPRoute")
        .unwrap();
    assert_eq!(
        store.doc(id).as_deref(),
        Some("HTTPRoute of the Gateway API v1.5.1, standard channel.")
    );
    let spec = store.schema(id).shape.field("spec").unwrap().ty;
    let hostnames = store.field_doc(spec, "hostnames").unwrap();
    assert!(
        hostnames.starts_with(
            "Hostnames defines a set of hostnames that should match against the HTTP Host\nheader"
        ),
        "{hostnames}"
    );
}

#[test]
fn a_project_may_bring_its_own_definitions() {
    let text = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: httproutes.gateway.networking.k8s.io }
spec:
  group: gateway.networking.k8s.io
  names: { kind: HTTPRoute, plural: httproutes }
  scope: Namespaced
  versions: [{ name: v1, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { retry: { type: boolean } } } } } } }]
";
    let (store, errors) = Store::with_crds(&[("crds/gateway.yaml".to_owned(), text.to_owned())]);
    assert_eq!(errors, []);
    assert_eq!(field(&store, "HTTPRoute.spec.retry").shape, Shape::Bool);
    assert!(kind(&store, "GRPCRoute").object.is_some());
    let paths = store.paths(store.newest());
    assert_eq!(paths, Store::new().paths(store.newest()));
    let id = store
        .resolve(store.newest(), "gateway.networking.k8s.io.v1.HTTPRoute")
        .unwrap();
    assert_eq!(
        store.object(store.newest(), "gateway.networking.k8s.io/v1", "HTTPRoute"),
        Some(id)
    );
}
