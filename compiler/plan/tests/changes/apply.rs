//! Reported changes, applied: what the laws need to say that a report is complete.

use plat_model::change::Step;
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::FieldChange;

type Below<'c> = (&'c [Step], &'c FieldChange);

/// An object after the changes. Where a list has keys, what is new comes last.
pub fn apply(before: &Tree, changes: &[FieldChange]) -> Tree {
    let changes: Vec<Below<'_>> = changes
        .iter()
        .map(|change| (&*change.path.0, change))
        .collect();
    below(Some(before), &changes).expect("an object")
}

fn below(tree: Option<&Tree>, changes: &[Below<'_>]) -> Option<Tree> {
    let (here, deeper): (Vec<Below<'_>>, Vec<Below<'_>>) =
        changes.iter().partition(|(path, _)| path.is_empty());
    let order = here
        .iter()
        .find(|(_, change)| tree.is_some_and(|tree| is_order(tree, change)));
    match (here.first(), order) {
        (Some((_, change)), None) => return change.after.clone(),
        (None, _) if deeper.is_empty() => return tree.cloned(),
        _ => {}
    }
    let tree = tree.expect("something that changes");
    let mut changed = Tree::new(match &tree.value {
        TreeValue::Map(entries) => TreeValue::Map(map(entries, &deeper)),
        TreeValue::List(items) => TreeValue::List(list(items, &deeper)),
        other => panic!("changes below {other:?}"),
    });
    if let Some((_, change)) = order {
        reorder(&mut changed, change);
    }
    Some(changed)
}

fn of<'c>(changes: &[Below<'c>], wanted: impl Fn(&Step) -> bool) -> Vec<Below<'c>> {
    changes
        .iter()
        .filter(|(path, _)| wanted(&path[0]))
        .map(|(path, change)| (&path[1..], *change))
        .collect()
}

fn map(entries: &[(Box<str>, Tree)], changes: &[Below<'_>]) -> Vec<(Box<str>, Tree)> {
    let key = |step: &Step| match step {
        Step::Field(name) | Step::Entry(name) => name.clone(),
        other => panic!("{other:?} in a map"),
    };
    let mut changed: Vec<(Box<str>, Tree)> = Vec::new();
    for (name, value) in entries {
        let value = below(Some(value), &of(changes, |step| key(step) == *name));
        changed.extend(value.map(|value| (name.clone(), value)));
    }
    for (path, _) in changes {
        let name = key(&path[0]);
        let is_known = |all: &[(Box<str>, Tree)]| all.iter().any(|(known, _)| *known == name);
        if !is_known(entries) && !is_known(&changed) {
            let value = below(None, &of(changes, |step| key(step) == name));
            changed.extend(value.map(|value| (name, value)));
        }
    }
    changed
}

fn list(items: &[Tree], changes: &[Below<'_>]) -> Vec<Tree> {
    if changes
        .iter()
        .any(|(path, _)| !matches!(path[0], Step::Index(_)))
    {
        return keyed(items, changes);
    }
    let index = |path: &[Step]| match path[0] {
        Step::Index(index) => index,
        _ => unreachable!("looked at above"),
    };
    let whole = |wanted: fn(&FieldChange) -> bool| -> Vec<usize> {
        let of = changes
            .iter()
            .filter(|(path, change)| path.len() == 1 && wanted(change));
        of.map(|(path, _)| index(path)).collect()
    };
    let removed = whole(|change| change.after.is_none());
    let added = whole(|change| change.before.is_none());
    let mut kept = (0..items.len()).filter(|at| !removed.contains(at));
    let count = items.len() - removed.len() + added.len();
    let element = |at: usize| {
        let own = of(changes, |step| *step == Step::Index(at));
        let own: Vec<Below<'_>> = own
            .into_iter()
            .filter(|(path, change)| !(path.is_empty() && change.after.is_none()))
            .collect();
        let known = if added.contains(&at) {
            None
        } else {
            kept.next().map(|known| &items[known])
        };
        below(known, &own).expect("an element")
    };
    (0..count).map(element).collect()
}

/// Lists of which the elements have keys, or are members of a set.
fn keyed(items: &[Tree], changes: &[Below<'_>]) -> Vec<Tree> {
    let mut steps: Vec<&Step> = changes.iter().map(|(path, _)| &path[0]).collect();
    steps.dedup();
    let mut changed: Vec<Option<Tree>> = items.iter().cloned().map(Some).collect();
    let mut new = Vec::new();
    for step in steps {
        let own = of(changes, |other| other == step);
        // Of a new element, and of one that goes: the step is the whole path.
        let is_new = own
            .iter()
            .any(|(path, change)| path.is_empty() && change.before.is_none());
        match find(items, step).filter(|_| !is_new) {
            Some(at) => changed[at] = below(Some(&items[at]), &own),
            None => new.extend(below(None, &own)),
        }
    }
    changed.into_iter().flatten().chain(new).collect()
}

fn find(items: &[Tree], step: &Step) -> Option<usize> {
    let text = |tree: &Tree| match &tree.value {
        TreeValue::Text(text) => text.to_string(),
        TreeValue::Int(value) => value.to_string(),
        TreeValue::Bool(value) => value.to_string(),
        other => panic!("{other:?} as a key"),
    };
    match step {
        Step::Index(at) => Some(*at),
        Step::Member(wanted) => items.iter().position(|item| text(item) == **wanted),
        Step::Element(keys) => {
            let at = |item: &Tree, path: &str| -> Option<String> {
                let mut names = path.split('.');
                let found = names.try_fold(item.clone(), |tree, name| tree.get(name).cloned());
                found.map(|tree| text(&tree))
            };
            let fits = |item: &Tree| {
                let has = |(key, value): &(Box<str>, Box<str>)| {
                    at(item, key).as_deref() == Some(&**value)
                };
                keys.iter().all(has)
            };
            let mut fitting: Vec<usize> = (0..items.len()).filter(|at| fits(&items[*at])).collect();
            // What the step leaves out is absent or the default.
            let leaves_out = |name: &str, default: &str, item: &Tree| {
                let is_named = keys.iter().any(|(key, _)| **key == *name);
                is_named || at(item, name).is_none_or(|value| value == default)
            };
            if fitting.len() > 1 {
                fitting.retain(|at| {
                    leaves_out("protocol", "TCP", &items[*at])
                        && leaves_out("person", "", &items[*at])
                });
            }
            fitting.first().copied()
        }
        other => panic!("{other:?} in a list"),
    }
}

/// Whether a change only tells the names of a list's elements, in another order.
fn is_order(tree: &Tree, change: &FieldChange) -> bool {
    let names = |tree: &Option<Tree>| {
        let items = tree.as_ref().and_then(Tree::items);
        items.is_some_and(|items| items.iter().all(|item| item.as_text().is_some()))
    };
    let is_of_maps = tree.items().is_some_and(|items| {
        !items.is_empty() && items.iter().all(|item| item.entries().is_some())
    });
    is_of_maps && names(&change.before) && names(&change.after)
}

fn reorder(tree: &mut Tree, change: &FieldChange) {
    let TreeValue::List(items) = &mut tree.value else {
        return;
    };
    let name = |item: &Tree| {
        let own = item.get("name").or_else(|| item.at(&["metadata", "name"]));
        own.and_then(Tree::as_text).map(str::to_owned)
    };
    let order: Vec<String> = change
        .after
        .as_ref()
        .and_then(Tree::items)
        .expect("names")
        .iter()
        .map(|item| item.as_text().expect("a name").to_owned())
        .collect();
    let find = |wanted: &String| {
        items
            .iter()
            .find(|item| name(item).as_ref() == Some(wanted))
    };
    let mut sorted = order
        .iter()
        .map(|name| find(name).expect("an element that stays").clone())
        .collect::<Vec<_>>()
        .into_iter();
    for item in items.iter_mut() {
        if name(item).is_some_and(|name| order.contains(&name)) {
            *item = sorted.next().expect("as many as there are names");
        }
    }
}
