//! Looking over one service's objects: by the rules, by their schemas, and for the order of their fields.

mod service;

use bumpalo::Bump;
use divan::{Bencher, black_box};
use plat_kubernetes::check::{self, Checker};
use plat_kubernetes::{Store, arrange};
use plat_model::schema::{ObjectKind, SchemaId, Schemas};
use plat_model::{Node, Value, field};

fn main() {
    divan::main();
}

/// The objects with their types.
fn typed(store: &Store) -> Vec<(SchemaId, ObjectKind, Node<'static>)> {
    let text = |body: &Node<'static>, key| match field(body.value.fields().unwrap(), key)
        .unwrap()
        .node
        .value
    {
        Value::Str(text) => text,
        _ => unreachable!("the objects of the benchmark have an apiVersion and a kind"),
    };
    let typed = |body: Node<'static>| {
        let id = store
            .object(
                store.newest(),
                text(&body, "apiVersion"),
                text(&body, "kind"),
            )
            .unwrap();
        (id, store.schema(id).object.clone().unwrap(), body)
    };
    service::objects().into_iter().map(typed).collect()
}

#[divan::bench]
fn rules(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    let objects = typed(&store);
    bencher.bench_local(|| {
        objects
            .iter()
            .map(|(_, kind, body)| check::object(kind, black_box(body)).len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn schemas(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    let objects = typed(&store);
    let mut checker = Checker::new(&store);
    bencher.bench_local(|| {
        objects
            .iter()
            .map(|(id, _, body)| checker.conforms(*id, black_box(body)).len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn order(bencher: Bencher<'_, '_>) {
    let store = Store::new();
    let objects = typed(&store);
    let arena = Bump::new();
    let arranged: Vec<_> = objects
        .iter()
        .map(|(id, _, body)| (*id, arrange(&store, *id, *body, &arena)))
        .collect();
    bencher.bench_local(|| {
        for (id, body) in &arranged {
            black_box(arrange(&store, *id, black_box(*body), &arena));
        }
    });
}
