//! How long it takes to compare the objects of a fleet of 3,000 services.

use divan::Bencher;
use divan::counter::ItemsCount;
use plat_kubernetes::Store;
use plat_kubernetes::change::Changes;
use plat_kubernetes::manifest::{self, read_documents};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::diff::Comparison;
use plat_plan::state::ObjectState;

const OBJECTS: usize = 21_000;

/// What a service comes to: a Deployment, a Service and five more.
const SERVICE: &str =
    include_str!("../../../examples/online-boutique/out/kubernetes/prod/checkoutservice.yaml");

fn main() {
    divan::main();
}

/// Every fortieth text of every object is another one: one to three values.
#[divan::bench]
fn all_changed(bencher: Bencher<'_, '_>) {
    compare(bencher, |number, body| {
        let mut place = number;
        change(body, &mut place);
    });
}

/// All objects are as they were.
#[divan::bench]
fn none_changed(bencher: Bencher<'_, '_>) {
    compare(bencher, |_, _| {});
}

fn compare(bencher: Bencher<'_, '_>, edit: impl Fn(usize, &mut Tree)) {
    let store = Store::new();
    let objects: Vec<ObjectState> = read_documents(SERVICE)
        .0
        .iter()
        .map(|document| object(&store, tree(document)))
        .collect();
    let pairs: Vec<(ObjectState, ObjectState)> = (0..OBJECTS)
        .map(|number| {
            let before = objects[number % objects.len()].clone();
            let mut after = before.clone();
            edit(number / objects.len(), &mut after.body);
            (before, after)
        })
        .collect();
    let comparison = Comparison {
        schemas: &store,
        rules: &Changes,
    };
    bencher
        .counter(ItemsCount::new(OBJECTS))
        .bench(|| -> usize {
            let changes = |(before, after): &(ObjectState, ObjectState)| {
                comparison.fields(before, after).len()
            };
            pairs.iter().map(changes).sum()
        });
}

/// Changes a text, and another one for another number.
fn change(tree: &mut Tree, place: &mut usize) {
    match &mut tree.value {
        TreeValue::Text(text) => {
            if place.is_multiple_of(40) {
                *text = format!("{text}-changed").into();
            }
            *place += 1;
        }
        TreeValue::List(items) => items.iter_mut().for_each(|item| change(item, place)),
        TreeValue::Map(entries) => entries
            .iter_mut()
            .filter(|(key, _)| !matches!(&**key, "apiVersion" | "kind"))
            .for_each(|(_, value)| change(value, place)),
        _ => {}
    }
}

fn tree(document: &manifest::Tree) -> Tree {
    use manifest::TreeValue as Yaml;
    Tree::new(match &document.value {
        Yaml::Null => TreeValue::Null,
        Yaml::Bool(value) => TreeValue::Bool(*value),
        Yaml::Int(value) => TreeValue::Int(*value),
        Yaml::Float(value) => TreeValue::Float(*value),
        Yaml::Text(text) => TreeValue::Text(text.clone()),
        Yaml::List(items) => TreeValue::List(items.iter().map(tree).collect()),
        Yaml::Map(entries) => TreeValue::Map(
            entries
                .iter()
                .map(|entry| (entry.key.clone(), tree(&entry.tree)))
                .collect(),
        ),
    })
}

fn object(store: &Store, body: Tree) -> ObjectState {
    let text = |field: &str| body.get(field).and_then(Tree::as_text).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    ObjectState {
        path: "".into(),
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: "".into(),
        name: "".into(),
        schema: store.object(store.newest(), api_version, kind),
        body,
    }
}
