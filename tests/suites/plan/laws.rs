//! What holds of all plans.

use std::collections::BTreeSet;
use std::fs;

use plat_driver::plan::plan::{Action, Plan};
use plat_driver::plan::{Request, States, Tree, TreeValue, present, since_files, snapshot};
use plat_driver::{Arguments, Workspace};
use plat_tests::Scratch;

use super::edits::EDITS;
use super::{commit, example, planned, project};

/// The plan from one project to another, through a snapshot of the first.
fn between(before: &Scratch, after: &Scratch) -> Plan {
    let workspace = before.load();
    let (state, _) = present(&workspace, &Request::default()).expect("it has no errors");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("before.json");
    fs::write(&path, snapshot(&state)).expect("written");
    let workspace = after.load();
    let states: States =
        since_files(&workspace, &Request::default(), &path).expect("it has no errors");
    states.plan(&workspace)
}

#[track_caller]
fn assert_empty(plan: &Plan) {
    let changes: Vec<&str> = plan.effective().map(|change| &*change.address).collect();
    assert!(plan.is_empty(), "{changes:?}");
    assert_eq!(plan.unknown, []);
}

#[test]
fn nothing_changes_from_a_state_to_itself() {
    let scratch = project(&example());
    let plan = between(&scratch, &scratch);
    assert_empty(&plan);
    assert_eq!(plan.base.hash, plan.head.hash);
    commit(scratch.path());
    let plan = planned(scratch.path());
    assert_empty(&plan);
    assert_eq!(plan.base.hash, plan.head.hash);
    assert_eq!(plan.declarations, []);
}

#[test]
fn nothing_changes_from_the_own_output() {
    for example in plat_tests::examples() {
        let workspace = Workspace::load(&example, &Arguments::default());
        let states = since_files(&workspace, &Request::default(), &example.join("out"))
            .expect("the example has no errors and its output");
        let loaded = states.head.instances.iter();
        let differing: Vec<String> = loaded
            .filter(|instance| instance.objects.is_some())
            .map(|instance| format!("{}@{}", instance.declaration.name, instance.environment))
            .collect();
        assert_empty(&states.plan(&workspace));
        // What is read back is digested as what was written.
        assert_eq!(differing, Vec::<String>::new(), "{}", example.display());
    }
}

#[test]
fn a_snapshot_is_the_same_text_each_time() {
    let scratch = project(&example());
    let written = || {
        let workspace = scratch.load();
        snapshot(
            &present(&workspace, &Request::default())
                .expect("it has no errors")
                .0,
        )
    };
    let first = written();
    assert_eq!(first, written());
    assert!(first.starts_with("{\"schema\":\"platc.snapshot/1\""));
    assert!(first.len() > 10_000);
}

/// The declarations of a text, each with the comments above it; the last line of each is a brace at the left.
fn chunks(text: &str) -> Vec<String> {
    let mut chunks = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let last = chunks.last_mut().expect("there is one");
        last.push_str(line);
        if line.trim_end() == "}" {
            chunks.push(String::new());
        }
    }
    chunks
}

#[test]
fn the_order_of_declarations_and_the_names_of_files_are_nothing() {
    let files = example();
    let before = project(&files);
    commit(before.path());
    let mut moved = 0;
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".plat")) {
        let mut parts = chunks(text);
        moved += parts.len() - 1;
        parts.reverse();
        fs::remove_file(before.path().join(path)).expect("it is there");
        before.write(&path.replace(".plat", "-again.plat"), parts.join("\n"));
    }
    assert!(moved > 20, "only {moved} declarations were moved");
    assert_empty(&planned(before.path()));
}

#[test]
fn the_way_back_is_the_way_mirrored() {
    for edit in &EDITS {
        let (before, after) = edit.files();
        let (before, after) = (project(&before), project(&after));
        let there = between(&before, &after);
        let back = between(&after, &before);
        assert_eq!(ways(&there, false), ways(&back, true), "{}", edit.name);
        let is_refactoring = edit.name.ends_with("refactoring");
        assert_eq!(there.is_empty(), is_refactoring, "{}", edit.name);
    }
}

/// What a plan does, or if `mirrored` what it takes back. What is made anew one way may be changed in place the other: storage
/// grows and does not shrink.
fn ways(plan: &Plan, mirrored: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for change in plan.effective() {
        let previous = change.previous.as_ref().map(|previous| &previous.address);
        let (from, to) = (previous.unwrap_or(&change.address), &change.address);
        let (from, to) = if mirrored { (to, from) } else { (from, to) };
        let action = match (change.action, mirrored) {
            (Action::Create, false) | (Action::Delete, true) => "comes",
            (Action::Delete, false) | (Action::Create, true) => "goes",
            (Action::Move, _) => "moves",
            (Action::Update | Action::Replace | Action::NoOp, _) => "changes",
        };
        found.insert(format!("{action} {from} {to}"));
        for field in change.fields.iter().filter(|field| field.equal.is_none()) {
            let value = |tree: &Option<Tree>| tree.as_ref().map_or("nothing".to_owned(), text);
            let (old, new) = (value(&field.before), value(&field.after));
            let (old, new) = if mirrored { (new, old) } else { (old, new) };
            found.insert(format!("{from} {}: {old} → {new}", field.path));
        }
    }
    found
}

/// A value, wherever it was made.
fn text(tree: &Tree) -> String {
    match &tree.value {
        TreeValue::List(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        TreeValue::Map(entries) => {
            let entries: BTreeSet<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", text(value)))
                .collect();
            format!("{entries:?}")
        }
        scalar => format!("{scalar:?}"),
    }
}
