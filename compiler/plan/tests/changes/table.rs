//! The cases in `cases/*.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use plat_kubernetes::change::Changes;
use plat_model::change::{ChangeRules as _, Verdict};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::FieldChange;

use crate::support::{comparison, object, yaml};

/// A case, as it stands in its file.
struct Case<'t> {
    name: &'t str,
    /// `apps/v1 Deployment`.
    kind: &'t str,
    before: Option<String>,
    after: Option<String>,
    says: String,
}

#[test]
fn every_change_is_told_as_the_table_says() {
    let update = std::env::var_os("UPDATE_CHANGES").is_some();
    let mut count = 0;
    let mut wrong = String::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let mut written = String::new();
        for block in split_keeping(&text, "## ") {
            let Some(case) = parse(block) else {
                written.push_str(block);
                continue;
            };
            count += 1;
            let says = said(&case);
            if says != case.says {
                writeln!(
                    wrong,
                    "{}: {}\nexpected\n{}found\n{says}",
                    path.display(),
                    case.name,
                    case.says
                )
                .expect("a text");
            }
            let head = block.split_once("\nsays:").map_or(block, |(head, _)| head);
            write!(written, "{}\nsays:\n{says}\n", head.trim_end()).expect("a text");
        }
        if update {
            let written = format!("{}\n", written.trim_end());
            if written != text {
                std::fs::write(&path, written).expect("a writable file");
            }
        }
    }
    assert!(count >= 150, "only {count} cases");
    assert!(update || wrong.is_empty(), "{wrong}");
}

#[test]
fn no_case_stands_twice() {
    let texts: Vec<String> = files()
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a readable file"))
        .collect();
    let mut names: Vec<&str> = texts
        .iter()
        .flat_map(|text| split_keeping(text, "## "))
        .filter_map(|block| Some(parse(block)?.name))
        .collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes/cases");
    let entries = std::fs::read_dir(folder).expect("the folder of the cases");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// The pieces of a text that begin with a line that begins so, and what comes before them.
fn split_keeping<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let mut cuts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(start) && at > 0 {
            cuts.push(at);
        }
        at += line.len();
    }
    cuts.push(text.len());
    cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect()
}

fn parse(block: &str) -> Option<Case<'_>> {
    let (name, rest) = block.strip_prefix("## ")?.split_once('\n')?;
    let mut case = Case {
        name,
        kind: "",
        before: None,
        after: None,
        says: String::new(),
    };
    for part in split_keeping_keys(rest) {
        let (key, value) = part.split_once(':')?;
        match key {
            "kind" => case.kind = value.trim(),
            "before" => case.before = Some(value.to_owned()),
            "after" => case.after = Some(value.to_owned()),
            "says" => case.says = value.trim_start_matches('\n').trim_end().to_owned() + "\n",
            other => panic!("{name}: `{other}` is no part of a case"),
        }
    }
    assert!(!case.kind.is_empty(), "{name}: no kind");
    Some(case)
}

/// Parts that begin with a word at the start of a line.
fn split_keeping_keys(text: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            cuts.push(at);
        }
        at += line.len();
    }
    cuts.push(text.len());
    cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect()
}

fn said(case: &Case<'_>) -> String {
    let (api_version, kind) = case.kind.split_once(' ').expect("apiVersion and kind");
    let body = |text: &str| {
        let head = [("apiVersion", api_version), ("kind", kind)];
        let head = head.map(|(key, value)| (key.into(), Tree::text(value)));
        let TreeValue::Map(rest) = yaml(text).value else {
            panic!("{}: no map", case.name);
        };
        let own: Vec<_> = rest.iter().map(|(key, _)| key.clone()).collect();
        let head = head.into_iter().filter(|(key, _)| !own.contains(key));
        Tree::new(TreeValue::Map(head.chain(rest).collect()))
    };
    let state = |text: &String| {
        let body = body(text);
        let own = |field: &str, given: &str| {
            let text = body.get(field).and_then(Tree::as_text);
            text.unwrap_or(given).to_owned()
        };
        let (api_version, kind) = (own("apiVersion", api_version), own("kind", kind));
        object(&api_version, &kind, body)
    };
    match (
        case.before.as_ref().map(state),
        case.after.as_ref().map(state),
    ) {
        (Some(before), Some(after)) => {
            let changes = comparison().fields(&before, &after);
            let lines: String = changes.iter().map(line).collect();
            if lines.is_empty() {
                "  nothing\n".to_owned()
            } else {
                lines
            }
        }
        (None, Some(after)) => format!("  created{}\n", judged(&Changes.created(after.as_ref()))),
        (Some(before), None) => format!("  deleted{}\n", judged(&Changes.deleted(before.as_ref()))),
        (None, None) => panic!("{}: neither before nor after", case.name),
    }
}

fn line(change: &FieldChange) -> String {
    let value = |tree: &Option<Tree>| tree.as_ref().map_or("∅".to_owned(), flow);
    let effect = match &change.equal {
        Some(words) => {
            assert_eq!(change.verdict, Verdict::new(Default::default(), ""));
            format!(" [equal] {words}")
        }
        None => judged(&change.verdict),
    };
    format!(
        "  {}: {} → {}{effect}\n",
        change.path,
        value(&change.before),
        value(&change.after),
    )
}

fn judged(verdict: &Verdict) -> String {
    let replaces = if verdict.replaces { ", made anew" } else { "" };
    let reason = match &*verdict.reason {
        "" => String::new(),
        reason => format!(" {reason}"),
    };
    format!(" [{}{replaces}]{reason}", verdict.impact.name())
}

/// A value on one line.
fn flow(tree: &Tree) -> String {
    match &tree.value {
        TreeValue::Null => "null".to_owned(),
        TreeValue::Bool(value) => value.to_string(),
        TreeValue::Int(value) => value.to_string(),
        TreeValue::Float(value) => format!("{value:?}"),
        TreeValue::Text(text) => {
            let is_plain = |c: char| c.is_alphanumeric() || "-_./%:@=".contains(c);
            if !text.is_empty()
                && text.chars().all(is_plain)
                && text.starts_with(char::is_alphabetic)
                && !matches!(&**text, "true" | "false" | "null")
            {
                text.to_string()
            } else {
                format!("{text:?}")
            }
        }
        TreeValue::List(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        TreeValue::Map(entries) => {
            let entry = |(key, value): &(Box<str>, Tree)| format!("{key}: {}", flow(value));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        TreeValue::Secret(_) => "(secret)".to_owned(),
        TreeValue::Unknown(why) => format!("(unknown: {why})"),
    }
}
