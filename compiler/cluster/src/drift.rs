//! What other field managers own, from the conflicts that the API server reports.
//!
//! A conflict names a path as structured-merge-diff writes it: `.spec.template.spec.containers[name="app"].image`,
//! `.metadata.labels.app.kubernetes.io/name`. Where a key with dots in it ends only the object can tell.

use plat_model::change::{Path, Step};
use plat_model::tree::{Tree, TreeValue};

/// A value that another manager owns and that is not what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The path as the API server writes it.
    pub(crate) field: String,
    /// Who owns it.
    pub(crate) manager: Option<String>,
}

impl Conflict {
    pub(crate) fn new(field: &str, message: &str) -> Self {
        // conflict with "kubectl-edit" using apps/v1
        let manager = message.split('"').nth(1).filter(|name| !name.is_empty());
        Self {
            field: field.to_owned(),
            manager: manager.map(str::to_owned),
        }
    }
}

/// The steps of a conflict's path within an object that has it. `None` where the object has nothing there.
pub(crate) fn locate(field: &str, object: &Tree) -> Option<Path> {
    let mut rest = field;
    let mut at = object;
    let mut path = Path::default();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']')?;
            let (selector, after) = (&inner[..end], &inner[end + 1..]);
            let (step, next) = element(selector, at)?;
            path.0.push(step);
            (at, rest) = (next, after);
            continue;
        }
        let names = rest.strip_prefix('.')?;
        let entries = at.entries()?;
        // The longest key that the rest begins with, followed by another step or nothing.
        let (key, next) = entries
            .iter()
            .filter(|(key, _)| {
                names
                    .strip_prefix(&**key)
                    .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']))
            })
            .max_by_key(|(key, _)| key.len())
            .map(|(key, tree)| (key, tree))?;
        path.0.push(Step::Field(key.clone()));
        (at, rest) = (next, &names[key.len()..]);
    }
    Some(path)
}

/// `name="app"`, `containerPort=80,protocol="TCP"`, `="value"` or `0`.
fn element<'t>(selector: &str, list: &'t Tree) -> Option<(Step, &'t Tree)> {
    let items = list.items()?;
    if let Ok(index) = selector.parse::<usize>() {
        return items.get(index).map(|item| (Step::Index(index), item));
    }
    if let Some(member) = selector.strip_prefix('=') {
        let wanted = member.trim_matches('"');
        let item = items.iter().find(|item| text(item) == wanted)?;
        return Some((Step::Member(wanted.into()), item));
    }
    let keys: Vec<(Box<str>, Box<str>)> = selector
        .split(',')
        .map(|part| {
            let (key, value) = part.split_once('=')?;
            Some((key.into(), value.trim_matches('"').into()))
        })
        .collect::<Option<_>>()?;
    let item = items.iter().find(|item| {
        keys.iter()
            .all(|(key, value)| item.get(key).is_some_and(|own| text(own) == **value))
    })?;
    Some((Step::Element(keys.into()), item))
}

fn text(tree: &Tree) -> String {
    match &tree.value {
        TreeValue::Text(text) => text.to_string(),
        TreeValue::Int(number) => number.to_string(),
        TreeValue::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

/// What lies at a located path.
pub(crate) fn at<'t>(object: &'t Tree, path: &Path) -> Option<&'t Tree> {
    path.0
        .iter()
        .try_fold(object, |tree, step| next(tree, step))
}

fn next<'t>(tree: &'t Tree, step: &Step) -> Option<&'t Tree> {
    match step {
        Step::Field(name) | Step::Entry(name) => tree.get(name),
        _ => tree.items()?.get(place(tree, step)?),
    }
}

/// The place of an element among its like.
fn place(list: &Tree, step: &Step) -> Option<usize> {
    let items = list.items()?;
    match step {
        Step::Index(index) => Some(*index),
        Step::Member(wanted) => items.iter().position(|item| text(item) == **wanted),
        Step::Element(keys) => items.iter().position(|item| {
            keys.iter()
                .all(|(key, value)| item.get(key).is_some_and(|own| text(own) == **value))
        }),
        Step::Field(_) | Step::Entry(_) => None,
    }
}

/// Puts a value where another one is.
pub(crate) fn put(object: &mut Tree, path: &Path, value: Tree) {
    let mut at = object;
    for step in &path.0 {
        let found = match step {
            Step::Field(name) | Step::Entry(name) => match &mut at.value {
                TreeValue::Map(entries) => entries
                    .iter_mut()
                    .find(|(key, _)| key == name)
                    .map(|(_, tree)| tree),
                _ => None,
            },
            _ => match (place(at, step), &mut at.value) {
                (Some(place), TreeValue::List(items)) => items.get_mut(place),
                _ => None,
            },
        };
        match found {
            Some(tree) => at = tree,
            None => return,
        }
    }
    *at = value;
}
