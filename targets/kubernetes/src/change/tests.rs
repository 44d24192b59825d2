//! The tables against the types of Kubernetes: a misspelt field would be a rule that never speaks.

use std::collections::BTreeSet;

use plat_model::schema::{ObjectKind, SchemaId, Schemas as _, Shape, VersionId};

use super::rule::Rule;
use super::site::Kind;
use super::{defaults, rules};
use crate::Store;
use crate::conventions::is_request;

/// Every kind of object that ships, once, with its newest type.
fn kinds(store: &Store) -> Vec<(ObjectKind, SchemaId)> {
    let mut seen = BTreeSet::new();
    let mut kinds = Vec::new();
    for version in (0..store.versions().len()).rev() {
        let version = VersionId(u16::try_from(version).expect("few versions"));
        for path in store.paths(version) {
            let id = store.resolve(version, path).expect("a listed path");
            if let Some(object) = &store.schema(id).object
                && !is_request(path)
                && !object.kind.ends_with("List")
                && seen.insert((object.api_version.clone(), object.kind.clone()))
            {
                kinds.push((object.clone(), id));
            }
        }
    }
    kinds
}

fn kind_of(object: &ObjectKind) -> Kind<'_> {
    let group = object.api_version.split_once('/');
    Kind {
        group: group.map_or("", |(group, _)| group),
        name: &object.kind,
    }
}

/// Whether a path of fields leads to something. `*` is any field.
fn leads(store: &Store, id: SchemaId, fields: &[&str]) -> bool {
    match &store.schema(id).shape {
        Shape::List { element, .. } => leads(store, *element, fields),
        shape => {
            let [field, rest @ ..] = fields else {
                return true;
            };
            match shape {
                Shape::Map { value } => leads(store, *value, rest),
                Shape::Any => true,
                _ => shape
                    .field(field)
                    .is_some_and(|field| leads(store, field.ty, rest)),
            }
        }
    }
}

fn split(path: &str) -> Vec<&str> {
    path.split('.').filter(|field| !field.is_empty()).collect()
}

/// Kinds of which nothing is said but that nothing is known: they are young, or nobody writes them.
const UNKNOWN: &[&str] = &[
    "ComponentStatus",
    "CompositePodGroup",
    "Eviction",
    "EvictionRequest",
    "PodGroup",
    "ResourcePoolStatusRequest",
    "StorageVersion",
    "Workload",
];

/// Fields that are in no standard definition, but in the experimental one.
const EXPERIMENTAL: &[&str] = &["spec.rules.retry", "spec.rules.sessionPersistence"];

#[test]
fn every_kind_has_rules() {
    let store = Store::new();
    let kinds = kinds(&store);
    let without: BTreeSet<&str> = kinds
        .iter()
        .filter(|(object, _)| rules::of(kind_of(object)).is_none())
        .map(|(object, _)| &*object.kind)
        .collect();
    assert_eq!(Vec::from_iter(without), UNKNOWN);
}

#[test]
fn every_rule_is_about_a_field() {
    let store = Store::new();
    let mut wrong = BTreeSet::new();
    let mut right = BTreeSet::new();
    let mut look = |rule: &Rule, prefix: &str, object: &ObjectKind, id| {
        let place = (rule.path, std::ptr::from_ref(rule) as usize);
        let is_there = leads(&store, id, &split(&format!("{prefix}.{}", rule.path)));
        if is_there || EXPERIMENTAL.contains(&rule.path) {
            right.insert(place);
        } else {
            wrong.insert((place, object.kind.clone()));
        }
    };
    for (object, id) in &kinds(&store) {
        for rule in rules::of(kind_of(object)).unwrap_or_default() {
            look(rule, "", object, *id);
        }
        for rule in rules::EVERY_KIND {
            look(rule, "", object, *id);
        }
        if &*object.kind == "Deployment" {
            for rule in rules::POD_TEMPLATE {
                look(rule, "spec.template", object, *id);
            }
            for rule in rules::CONTAINER {
                look(rule, "spec.template.spec.containers", object, *id);
            }
        }
    }
    // A rule that is there for several kinds, or for several versions of one, has to fit one of them.
    wrong.retain(|(place, _)| !right.contains(place));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_field_has_a_rule() {
    let store = Store::new();
    let mut without = BTreeSet::new();
    for (object, id) in &kinds(&store) {
        let Some(table) = rules::of(kind_of(object)) else {
            continue;
        };
        let mut look = |prefix: &[&str], id| {
            let Shape::Record { fields, .. } = &store.schema(id).shape else {
                return;
            };
            for field in fields.iter().filter(|field| !field.read_only) {
                let mut path = prefix.to_vec();
                path.push(&field.name);
                let is_head = prefix.is_empty()
                    && matches!(&*field.name, "apiVersion" | "kind" | "metadata" | "spec");
                let is_known = table.iter().any(|rule| rule.is_about(&path));
                if !is_head && !is_known {
                    without.insert(format!("{} {}", object.kind, path.join(".")));
                }
            }
        };
        look(&[], *id);
        if let Some(spec) = store.schema(*id).shape.field("spec") {
            look(&["spec"], spec.ty);
        }
    }
    assert_eq!(Vec::from_iter(without), Vec::<String>::new());
}

#[test]
fn every_default_is_of_a_field() {
    let store = Store::new();
    let mut wrong = BTreeSet::new();
    let mut right = BTreeSet::new();
    for (object, id) in &kinds(&store) {
        for path in defaults::paths(kind_of(object)) {
            if leads(&store, *id, &split(&path)) {
                right.insert(path);
            } else {
                wrong.insert((path, object.api_version.clone(), object.kind.clone()));
            }
        }
    }
    wrong.retain(|(path, ..)| !right.contains(path));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
