//! Evidence of a project on disk: what is written agrees with itself, whatever the format, and takes no memory for what it writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use plat_driver::audit::{Audit, AuditOptions, Csv, Failure, JsonLines, Row, Status, html, json};
use plat_driver::explain::explain_guardrail;
use plat_driver::inventory::{self, Listing};
use plat_driver::{Arguments, CheckOptions, Date, Workspace};
use serde_json::Value;
use tempfile::TempDir;

const FACTS: &str = r#"
environment prod    { production = true }
environment staging { }
team payments { handle = "@acme/payments" }
team sre      { handle = "@acme/sre" }
system shop   { owner = payments }
"#;

const GUARDRAILS: &str = r#"
/// Services survive the loss of a node.
guardrail redundancy {
  sponsor = sre
  because = "</script><b>a node, \"drained\""
  docs    = "https://acme.example/redundancy"
  input at_least: int = 2
  for s in instances where s.environment.production
  require s.scale.min >= at_least else "\(s.name) runs \(s.scale.min), not \(at_least)"
  require s.owner != none
}
guardrail later {
  because = "next year"
  level { deny = 2027-01-01 }
  for o in objects
  require o.kind != "Service"
}
guardrail crowd {
  because = "a team cannot look after more"
  level   = warn
  for t in teams
  require count(true for s in services where s.owner == t) <= 1 else "\(t.name) has too much"
}
"#;

/// A project of so many services, every third of them with too few copies, the first with a waiver.
fn project(services: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    write(
        "plat.toml",
        "[package]\nname = \"acme\"\nversion = \"0.1.0\"\n",
    );
    write("platform/facts.plat", FACTS);
    write("platform/guardrails.plat", GUARDRAILS);
    let mut text = String::from(
        "waiver legacy {\n  guardrail = redundancy\n  subject = s0@prod\n  because = \"a queue\"\n  approved_by = sre\n  until = 2026-12-31\n}\n",
    );
    for number in 0..services {
        let min = if number % 3 == 0 { 1 } else { 2 };
        let _ = writeln!(
            text,
            "service s{number}: HttpService {{ owner = payments, image = \"example.com/s:1\", scale {{ min = {min} }} }}"
        );
    }
    write("shop/services.plat", &text);
    folder
}

fn today() -> Option<Date> {
    Date::parse("2026-11-21")
}

fn options(environments: &[&str]) -> AuditOptions {
    AuditOptions {
        environments: environments.iter().map(ToString::to_string).collect(),
        check: CheckOptions {
            today: today(),
            ..CheckOptions::default()
        },
    }
}

fn load(folder: &TempDir) -> Workspace {
    let arguments = Arguments {
        today: today(),
        ..Arguments::default()
    };
    Workspace::load(folder.path(), &arguments)
}

/// The CSV, the lines of JSON, the document and the page of the same audit.
fn written(workspace: &Workspace) -> [String; 4] {
    let audit = Audit::new(workspace, &options(&[])).expect("nothing in particular is asked for");
    let catalogue = audit.catalogue();
    let (mut csv, mut lines) = (Vec::new(), Vec::new());
    let mut rows: Vec<Row> = Vec::new();
    let totals = {
        let mut table = Csv::new(&mut csv);
        let mut objects = JsonLines::new(&mut lines);
        let totals = audit.run(&mut |row| {
            rows.push(row.clone());
            table.row(catalogue, row)?;
            objects.row(catalogue, row)
        });
        table.finish().expect("written");
        objects.finish().expect("written");
        totals.expect("the sources are sound")
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    [
        text(csv),
        text(lines),
        json(catalogue, &totals, &rows),
        html(catalogue, &totals, &rows),
    ]
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_format_says_the_same() {
    let folder = project(9);
    let [csv, lines, document, page] = written(&load(&folder));
    let document = parsed(&document);
    let mut by_status: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines.lines() {
        let status = parsed(line)["status"].as_str().expect("a word").to_owned();
        *by_status.entry(status).or_default() += 1;
    }
    let expected: BTreeMap<String, u64> = [("broken", 4), ("waived", 1), ("holds", 17), ("off", 2)]
        .map(|(word, number)| (word.to_owned(), number))
        .into();
    assert_eq!(by_status, expected);
    assert_eq!(csv.lines().count(), lines.lines().count() + 1);
    for status in ["broken", "waived", "unverified", "holds", "off"] {
        let number = by_status.get(status).copied().unwrap_or_default();
        assert_eq!(document["totals"][status], number, "{status}");
        let marked = csv
            .lines()
            .filter(|line| line.contains(&format!(",{status},")));
        assert_eq!(marked.count() as u64, number, "{status}");
        let sum = |list: &str, below: &str| -> u64 {
            let list = document[list].as_array().expect("a list");
            let entries = list.iter().flat_map(|entry| match below {
                "" => vec![entry],
                below => entry[below].as_array().expect("a list").iter().collect(),
            });
            entries
                .filter_map(|entry| entry["totals"][status].as_u64())
                .sum()
        };
        assert_eq!(sum("environments", ""), number, "{status}");
        assert_eq!(sum("guardrails", "environments"), number, "{status}");
        if status != "off" {
            assert_eq!(sum("owners", ""), number, "{status}");
            assert_eq!(sum("owners", "environments"), number, "{status}");
        }
    }
    let subjects = document["subjects"].as_array().expect("a list");
    assert_eq!(subjects.len(), 5);
    assert!(page.contains("<b>4</b> broken") && page.contains("<b>17</b> hold"));
    assert!(
        csv.contains(",waived,legacy,sre,2026-12-31,\"s0 runs 1, not 2\"\n"),
        "{csv}"
    );
}

#[test]
fn the_document_is_as_the_schema_says() {
    let folder = project(4);
    let [_, lines, document, _] = written(&load(&folder));
    let schema = include_str!("../../../docs/reference/audit.schema.json");
    let schema = parsed(schema);
    jsonschema::draft202012::meta::validate(&schema).expect("a schema");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let document = parsed(&document);
    let errors: Vec<String> = { validator.iter_errors(&document) }
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let row = serde_json::json!({ "$defs": schema["$defs"], "$ref": "#/$defs/row" });
    let row = jsonschema::draft202012::new(&row).expect("a schema");
    for line in lines.lines() {
        assert!(row.is_valid(&parsed(line)), "{line}");
    }
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    // More than are judged at once.
    let folder = project(300);
    assert_eq!(written(&load(&folder)), written(&load(&folder)));
}

#[test]
fn the_page_cannot_be_broken_out_of() {
    let folder = project(1);
    let [_, _, _, page] = written(&load(&folder));
    assert!(page.contains("&lt;/script&gt;&lt;b&gt;a node"));
    assert_eq!(
        page.matches("</script>").count(),
        2,
        "its data and its script"
    );
}

#[test]
fn rows_come_while_the_rest_is_judged() {
    let folder = project(600);
    let workspace = load(&folder);
    let audit = Audit::new(&workspace, &options(&["prod"])).expect("prod is there");
    // Whoever takes no more ends it: what is not yet judged then never is.
    let mut taken = 0;
    let failure = audit.run(&mut |_| {
        taken += 1;
        match taken {
            100 => Err(std::io::ErrorKind::BrokenPipe.into()),
            _ => Ok(()),
        }
    });
    assert!(matches!(failure, Err(Failure::Output(_))));
    assert_eq!(taken, 100);
}

#[test]
fn sources_with_errors_have_no_evidence() {
    let folder = project(1);
    fs::write(
        folder.path().join("shop/more.plat"),
        "service broken: Nothing { }\n",
    )
    .expect("written");
    let workspace = load(&folder);
    let audit = Audit::new(&workspace, &options(&[])).expect("nothing in particular is asked for");
    let mut rows = 0;
    let failure = audit.run(&mut |_| {
        rows += 1;
        Ok(())
    });
    assert!(matches!(failure, Err(Failure::Unsound(_))));
    assert_eq!(rows, 0);
}

#[test]
fn the_day_decides_what_is_judged_and_waived() {
    let folder = project(1);
    let workspace = load(&folder);
    let status_on = |day: &str| {
        let mut options = options(&["prod"]);
        options.check.today = Date::parse(day);
        let audit = Audit::new(&workspace, &options).expect("prod is there");
        let mut found: Vec<(usize, Status)> = Vec::new();
        let taken = audit.run(&mut |row| {
            if row.status != Status::Holds {
                found.push((row.guardrail, row.status));
            }
            Ok(())
        });
        taken.expect("the sources are sound");
        found
    };
    // By name: crowd, later, redundancy.
    assert_eq!(
        status_on("2026-12-31"),
        [(1, Status::Off), (2, Status::Waived)]
    );
    assert_eq!(
        status_on("2027-01-01"),
        [(2, Status::Broken), (1, Status::Broken)]
    );
}

#[test]
fn guardrails_are_listed_and_explained() {
    let folder = project(3);
    let workspace = load(&folder);
    let listed = inventory::list(&workspace, Listing::Guardrails);
    let row: Vec<&str> = { listed.rows.iter() }
        .find(|row| row[0] == "redundancy" && row[5] == "acme.platform")
        .expect("it is listed")
        .iter()
        .map(String::as_str)
        .collect();
    let says = "Services survive the loss of a node.";
    assert_eq!(
        row,
        [
            "redundancy",
            "deny",
            "all",
            "sre",
            "instances",
            "acme.platform",
            says
        ]
    );
    let mut standard = listed.rows.iter().filter(|row| row[5].starts_with("std."));
    assert!(
        standard.all(|row| row[2].is_empty()),
        "nobody enforces them"
    );
    let check = options(&[]).check;
    let found = explain_guardrail(&workspace, "redundancy", check).expect("it is known");
    assert_eq!(found.name, "acme.platform.redundancy");
    let counts: Vec<_> = { found.environments.iter() }
        .map(|here| {
            here.totals
                .map(|totals| (totals.broken, totals.waived, totals.holds))
        })
        .collect();
    assert_eq!(counts, [Some((0, 1, 5)), Some((0, 0, 0))]);
    assert!(found.waivers[0].counts);
    assert!(explain_guardrail(&workspace, "nothing", check).is_none());
}
