//! What a command pays for Kubernetes' types: opening the store, the first type, a type that is known.

use divan::{Bencher, black_box};
use plat_kubernetes::Store;
use plat_model::schema::{SchemaId, Schemas, Shape};

fn main() {
    divan::main();
}

#[divan::bench]
fn open() -> Store {
    Store::new()
}

#[divan::bench]
fn resolve(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    bencher.bench_local(|| store.resolve(store.newest(), black_box("apps.v1.Deployment")));
}

#[divan::bench]
fn first_deployment_alone(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(Store::new).bench_local_values(|store| {
        let id = store.resolve(store.newest(), "apps.v1.Deployment").unwrap();
        black_box(store.schema(id));
        store
    });
}

/// A Deployment with every type below it: more than any one project uses.
#[divan::bench]
fn first_deployment_with_all_below(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(Store::new).bench_local_values(|store| {
        let id = store.resolve(store.newest(), "apps.v1.Deployment").unwrap();
        black_box(reach(&store, id));
        store
    });
}

#[divan::bench]
fn known_deployment(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    let id = store.resolve(store.newest(), "apps.v1.Deployment").unwrap();
    bencher.bench_local(|| black_box(store.schema(black_box(id)).object.is_some()));
}

#[divan::bench]
fn description_of_a_field(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    let id = store.resolve(store.newest(), "core.v1.Container").unwrap();
    bencher.bench_local(|| store.field_doc(id, black_box("image")));
}

fn reach(store: &Store, root: SchemaId) -> usize {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match &store.schema(id).shape {
            Shape::List { element: inner, .. } | Shape::Map { value: inner } => open.push(*inner),
            Shape::Record { fields, .. } => open.extend(fields.iter().map(|field| field.ty)),
            _ => {}
        }
    }
    seen.len()
}
