//! Laws of comparing, over made trees and over changed objects of the examples.

use std::path::Path;
use std::sync::OnceLock;

use plat_kubernetes::change::Changes;
use plat_kubernetes::manifest::read_documents;
use plat_model::change::{ChangeRules as _, Impact, Step, Verdict};
use plat_model::output::MAX_DEPTH;
use plat_model::schema::{ListIdentity, SchemaId, Schemas as _, Shape};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::FieldChange;
use plat_plan::state::ObjectState;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::apply::apply;
use crate::support::{comparison, object, store, tree, yaml};

/// Every object of the examples' outputs.
fn examples() -> &'static [ObjectState] {
    static OBJECTS: OnceLock<Vec<ObjectState>> = OnceLock::new();
    OBJECTS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let mut files = Vec::new();
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "yaml")
                    && path.components().any(|part| part.as_os_str() == "out")
                {
                    files.push(path);
                }
            }
        }
        files.sort();
        let mut objects = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a readable file");
            for document in read_documents(&text).0 {
                let body = tree(&document);
                let text = |field: &str| body.get(field).and_then(Tree::as_text);
                if let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) {
                    objects.push(object(api_version, kind, body.clone()));
                }
            }
        }
        assert!(objects.len() > 300, "{} objects", objects.len());
        objects
    })
}

fn with(object: &ObjectState, body: Tree) -> ObjectState {
    ObjectState {
        body,
        ..object.clone()
    }
}

fn is_effective(change: &FieldChange) -> bool {
    change.equal.is_none()
}

/// Whether two lists hold the same names in another order: where a new element stands is not told.
fn is_order(change: &FieldChange) -> bool {
    let names = |tree: &Option<Tree>| {
        let items = tree.as_ref().and_then(Tree::items).unwrap_or_default();
        let mut names: Vec<Option<String>> = items
            .iter()
            .map(|item| item.as_text().map(str::to_owned))
            .collect();
        names.sort();
        names
    };
    !names(&change.before).is_empty() && names(&change.before) == names(&change.after)
}

#[test]
fn an_object_does_not_differ_from_itself() {
    for object in examples() {
        assert!(comparison().fields(object, object).is_empty());
    }
}

#[test]
fn values_may_be_as_deep_as_they_come() {
    let deep = |leaf: &str| {
        (0..MAX_DEPTH - 10).fold(Tree::text(leaf), |inner, at| {
            Tree::new(if at % 2 == 0 {
                TreeValue::Map(vec![("a".into(), inner)])
            } else {
                TreeValue::List(vec![inner])
            })
        })
    };
    let (a, b) = (thing(deep("a")), thing(deep("b")));
    assert_eq!(comparison().fields(&a, &b).len(), 1);
    let none = thing(Tree::new(TreeValue::Map(Vec::new())));
    assert_eq!(comparison().fields(&none, &b).len(), 1);
    check(&a, &b);
}

/// What a change says, whichever way it is looked at. The index of a changed element is the later one's.
fn said(change: &FieldChange, mirrored: bool) -> String {
    let mut path = change.path.clone();
    for step in &mut path.0 {
        if matches!(step, Step::Index(_)) {
            *step = Step::Index(0);
        }
    }
    let (before, after) = if mirrored {
        (&change.after, &change.before)
    } else {
        (&change.before, &change.after)
    };
    format!("{path}: {before:?} {after:?} {}", is_effective(change))
}

fn all_said(changes: &[FieldChange], mirrored: bool) -> Vec<String> {
    let mut said: Vec<String> = changes
        .iter()
        .map(|change| said(change, mirrored))
        .collect();
    said.sort();
    said
}

/// What has to hold for every two versions of an object.
fn check(before: &ObjectState, after: &ObjectState) {
    let forth = comparison().fields(before, after);
    let back = comparison().fields(after, before);
    assert_eq!(all_said(&forth, false), all_said(&back, true));
    for change in &forth {
        let Verdict {
            impact,
            replaces,
            reason,
        } = &change.verdict;
        assert!(!replaces || *impact >= Impact::Replace, "{change:#?}");
        assert!(!replaces || !reason.is_empty(), "{change:#?}");
        assert!(
            is_effective(change) || *impact == Impact::None,
            "{change:#?}"
        );
    }
    let applied = with(before, apply(&before.body, &forth));
    let left = comparison().fields(&applied, after);
    assert!(
        left.iter()
            .all(|change| !is_effective(change) || is_order(change)),
        "left over: {left:#?}\nof {forth:#?}"
    );
    let effective: Vec<FieldChange> = forth
        .iter()
        .filter(|change| is_effective(change))
        .cloned()
        .collect();
    let applied = with(before, apply(&before.body, &effective));
    let left = comparison().fields(&applied, after);
    assert!(
        left.iter()
            .all(|change| !is_effective(change) || is_order(change)),
        "effects left over: {left:#?}\nof {effective:#?}"
    );
}

/// A change of some value of a tree.
#[derive(Clone, Debug)]
enum Edit {
    Set(Scalar),
    Remove,
    Duplicate,
    Swap,
    Rename,
    Nest,
}

#[derive(Clone, Debug)]
enum Scalar {
    Text(String),
    Int(i64),
    Bool(bool),
    Empty,
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        "(a|b|1|1000m|1Gi|1024Mi|25%|60s|1m|TCP|UDP|Always|10.0.0.0/8|)".prop_map(Scalar::Text),
        (0_i64..3).prop_map(Scalar::Int),
        any::<bool>().prop_map(Scalar::Bool),
        Just(Scalar::Empty),
    ]
}

fn edit() -> impl Strategy<Value = (Index, Edit)> {
    let edit = prop_oneof![
        4 => scalar().prop_map(Edit::Set),
        3 => Just(Edit::Remove),
        2 => Just(Edit::Duplicate),
        1 => Just(Edit::Swap),
        2 => Just(Edit::Rename),
        1 => Just(Edit::Nest),
    ];
    (any::<Index>(), edit)
}

fn size(tree: &Tree) -> usize {
    let entries = tree.entries().unwrap_or_default().iter();
    let items = tree.items().unwrap_or_default().iter();
    1 + entries.map(|(_, value)| size(value)).sum::<usize>() + items.map(size).sum::<usize>()
}

/// The value with that number, counted depth first.
fn nth<'t>(tree: &'t mut Tree, number: &mut usize) -> Option<&'t mut Tree> {
    if *number == 0 {
        return Some(tree);
    }
    *number -= 1;
    match &mut tree.value {
        TreeValue::Map(entries) => entries.iter_mut().find_map(|(_, value)| nth(value, number)),
        TreeValue::List(items) => items.iter_mut().find_map(|item| nth(item, number)),
        _ => None,
    }
}

fn edited(body: &Tree, edits: &[(Index, Edit)]) -> Tree {
    let mut body = body.clone();
    for (place, edit) in edits {
        let mut number = 1 + place.index(size(&body).saturating_sub(1).max(1));
        let Some(tree) = nth(&mut body, &mut number) else {
            continue;
        };
        change(tree, edit, place);
    }
    body
}

fn change(tree: &mut Tree, edit: &Edit, place: &Index) {
    match (edit, &mut tree.value) {
        (Edit::Set(scalar), value) => {
            *value = match scalar {
                Scalar::Text(text) => TreeValue::Text(text.as_str().into()),
                Scalar::Int(number) => TreeValue::Int(*number),
                Scalar::Bool(flag) => TreeValue::Bool(*flag),
                Scalar::Empty => TreeValue::Map(Vec::new()),
            }
        }
        (Edit::Remove, TreeValue::Map(entries)) if !entries.is_empty() => {
            entries.remove(place.index(entries.len()));
        }
        (Edit::Remove, TreeValue::List(items)) if !items.is_empty() => {
            items.remove(place.index(items.len()));
        }
        (Edit::Duplicate, TreeValue::List(items)) if !items.is_empty() => {
            let at = place.index(items.len());
            let mut copy = items[at].clone();
            if let TreeValue::Map(entries) = &mut copy.value
                && let Some((_, value)) = entries.first_mut()
            {
                *value = Tree::text("copy");
            }
            items.insert(at, copy);
        }
        (Edit::Duplicate, TreeValue::Map(entries))
            if entries.iter().all(|(key, _)| &**key != "extra") =>
        {
            entries.push(("extra".into(), Tree::text("more")));
        }
        (Edit::Swap, TreeValue::List(items)) => items.reverse(),
        (Edit::Swap, TreeValue::Map(entries)) => entries.reverse(),
        (Edit::Rename, TreeValue::Text(text)) => *text = format!("{text}-x").into(),
        (Edit::Rename, TreeValue::Int(number)) => *number += 1,
        (Edit::Nest, value) => {
            let inner = Tree::new(value.clone());
            *value = TreeValue::List(vec![inner]);
        }
        _ => {}
    }
}

/// Free data: few keys and values, so that much is the same.
fn free() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        "(a|b|c|1|60s)".prop_map(|text| Tree::text(&text)),
        (0_i64..3).prop_map(|number| Tree::new(TreeValue::Int(number))),
        Just(Tree::new(TreeValue::Null)),
        Just(Tree::new(TreeValue::Float(1.0))),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let entry = ("(a|b|c|name|x.y)", inner.clone());
        let map = proptest::collection::vec(entry, 0..5).prop_map(|entries| {
            let mut kept: Vec<(Box<str>, Tree)> = Vec::new();
            for (key, value) in entries {
                if kept.iter().all(|(known, _)| **known != *key) {
                    kept.push((key.into(), value));
                }
            }
            Tree::new(TreeValue::Map(kept))
        });
        let named =
            proptest::collection::vec(("(p|q|r|s)", inner.clone()), 0..5).prop_map(|parts| {
                let part = |(name, value): (String, Tree)| {
                    let entries = vec![("name".into(), Tree::text(&name)), ("v".into(), value)];
                    Tree::new(TreeValue::Map(entries))
                };
                Tree::new(TreeValue::List(parts.into_iter().map(part).collect()))
            });
        let list = proptest::collection::vec(inner, 0..12)
            .prop_map(|items| Tree::new(TreeValue::List(items)));
        prop_oneof![map, list, named]
    })
}

fn thing(spec: Tree) -> ObjectState {
    let body = Tree::new(TreeValue::Map(vec![("spec".into(), spec)]));
    object("other.example/v1", "Thing", body)
}

/// Writes maps, sets and keyed lists in another order, where their order means nothing.
fn shuffled(schema: Option<SchemaId>, tree: &Tree, by: usize) -> Tree {
    let shape = schema.map(|id| &store().schema(id).shape);
    let below = |schema, tree: &Tree| shuffled(schema, tree, by);
    let value = match &tree.value {
        TreeValue::Map(entries) => {
            let mut entries: Vec<(Box<str>, Tree)> = entries
                .iter()
                .map(|(key, value)| {
                    let schema = match shape {
                        Some(Shape::Map { value }) => Some(*value),
                        // Init containers run in order.
                        Some(_) if &**key == "initContainers" => None,
                        Some(shape) => shape.field(key).map(|field| field.ty),
                        None => None,
                    };
                    (key.clone(), below(schema, value))
                })
                .collect();
            let middle = by % entries.len().max(1);
            entries.rotate_left(middle);
            TreeValue::Map(entries)
        }
        TreeValue::List(items) => {
            let element = match shape {
                Some(Shape::List { element, .. }) => Some(*element),
                _ => None,
            };
            let mut items: Vec<Tree> = items.iter().map(|item| below(element, item)).collect();
            if let Some(Shape::List { identity, .. }) = shape
                && *identity != ListIdentity::Atomic
            {
                items.reverse();
            }
            TreeValue::List(items)
        }
        other => other.clone(),
    };
    Tree::new(value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_of_real_objects_are_told_whole_and_both_ways(
        chosen in any::<Index>(),
        edits in proptest::collection::vec(edit(), 1..6),
    ) {
        let before = chosen.get(examples());
        let after = with(before, edited(&before.body, &edits));
        check(before, &after);
    }

    #[test]
    fn whatever_an_object_says_something_is_said_of_it(
        chosen in any::<Index>(),
        edits in proptest::collection::vec(edit(), 0..6),
    ) {
        let object = chosen.get(examples());
        let object = with(object, edited(&object.body, &edits));
        let created = Changes.created(object.as_ref());
        let deleted = Changes.deleted(object.as_ref());
        prop_assert!(!created.replaces && !deleted.replaces);
        prop_assert!(!created.reason.is_empty() && !deleted.reason.is_empty());
    }

    #[test]
    fn secrets_never_leave_their_object(
        edits in proptest::collection::vec(edit(), 1..6),
        more in proptest::collection::vec(edit(), 0..4),
    ) {
        let body = "{metadata: {name: s}, data: {a: hunter2, b: hunter2 is long, c: hunter22}, stringData: {d: hunter2}}";
        let before = object("v1", "Secret", edited(&yaml(body), &more));
        let after = with(&before, edited(&before.body, &edits));
        let changes = comparison().fields(&before, &after);
        prop_assert!(!format!("{changes:?}").contains("hunter"), "{changes:#?}");
    }

    #[test]
    fn changes_of_free_data_are_told_whole_and_both_ways(before in free(), after in free()) {
        check(&thing(before), &thing(after));
    }

    #[test]
    fn few_changes_of_free_data_are_told_whole_and_both_ways(
        before in free(),
        edits in proptest::collection::vec(edit(), 1..4),
    ) {
        let before = thing(before);
        let after = with(&before, edited(&before.body, &edits));
        check(&before, &after);
    }

    #[test]
    fn order_that_means_nothing_is_no_change(chosen in any::<Index>(), by in 1_usize..50) {
        let before = chosen.get(examples());
        let after = with(before, shuffled(before.schema, &before.body, by));
        let changes = comparison().fields(before, &after);
        prop_assert!(changes.is_empty(), "{changes:#?}");
    }
}
