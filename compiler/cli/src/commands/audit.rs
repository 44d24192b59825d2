//! `platc audit`.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use plat_diagnostics::render::Format;
use plat_driver::audit::{
    self, Audit, AuditOptions, Catalogue, Counts, Csv, Failure, JsonLines, Row, Status, Totals,
};
use plat_driver::guardrails::Standing;
use plat_driver::{FileError, PendingFile, Workspace};

use super::{check_options, counted, load};
use crate::args::{self, AuditFormat, Global};
use crate::console::{Console, DEFAULT_WIDTH};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::table::table;

pub(super) fn run(arguments: &args::Audit, global: &Global, console: &Console) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let options = AuditOptions {
        environments: arguments.environments.iter().cloned().collect(),
        check: check_options(global),
    };
    let out = arguments.out.as_deref();
    let written = Audit::new(&workspace, &options)
        .and_then(|audit| write(&audit, arguments.format, out, console));
    match written {
        Ok(totals) => {
            if let Some(out) = out {
                let all = totals.all();
                let shown = plat_driver::shown_path(out);
                console.say(&format!("wrote `{shown}`: {}", summary(all)))?;
            }
            Ok(Exit::Fine)
        }
        Err(failure) => failed(failure, &workspace, out, console),
    }
}

/// Judges, and writes what was asked for.
fn write(
    audit: &Audit<'_>,
    format: AuditFormat,
    out: Option<&Path>,
    console: &Console,
) -> Result<Totals, Failure> {
    match out {
        Some(path) => {
            let mut file = PendingFile::create(path)?;
            let totals = write_into(audit, format, &mut file, DEFAULT_WIDTH)?;
            file.commit()?;
            Ok(totals)
        }
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            let width = console.result_width().unwrap_or(DEFAULT_WIDTH);
            let totals = write_into(audit, format, &mut out, width)?;
            out.flush()?;
            Ok(totals)
        }
    }
}

fn write_into(
    audit: &Audit<'_>,
    format: AuditFormat,
    out: &mut dyn Write,
    width: usize,
) -> Result<Totals, Failure> {
    let catalogue = audit.catalogue();
    let _progress = Progress::start("judging");
    match format {
        AuditFormat::Csv => {
            let mut csv = Csv::new(out);
            let totals = audit.run(&mut |row| csv.row(catalogue, row))?;
            csv.finish()?;
            Ok(totals)
        }
        AuditFormat::Jsonl => {
            let mut lines = JsonLines::new(out);
            let totals = audit.run(&mut |row| lines.row(catalogue, row))?;
            lines.finish()?;
            Ok(totals)
        }
        AuditFormat::Human => {
            let totals = audit.run(&mut |_| Ok(()))?;
            out.write_all(text(catalogue, &totals, width).as_bytes())?;
            Ok(totals)
        }
        AuditFormat::Json | AuditFormat::Html => {
            let mut rows: Vec<Row> = Vec::new();
            let totals = audit.run(&mut |row| {
                if row.status != Status::Holds {
                    rows.push(row.clone());
                }
                Ok(())
            })?;
            let text = match format {
                AuditFormat::Html => audit::html(catalogue, &totals, &rows),
                _ => audit::json(catalogue, &totals, &rows),
            };
            out.write_all(text.as_bytes())?;
            Ok(totals)
        }
    }
}

fn failed(
    failure: Failure,
    workspace: &Workspace,
    out: Option<&Path>,
    console: &Console,
) -> io::Result<Exit> {
    match failure {
        Failure::Refused(refused) => console.finding(refused.finding())?,
        Failure::Unsound(report) => {
            console.findings(&report, workspace.files(), Format::Human)?;
        }
        Failure::Output(error) => match out {
            None => return Err(error),
            Some(path) => {
                let error = FileError {
                    verb: "write",
                    path: path.to_path_buf(),
                    error,
                };
                console.finding(error.finding())?;
            }
        },
    }
    Ok(Exit::Failure)
}

/// `2 broken, 1 waived, 130 hold`.
fn summary(all: Counts) -> String {
    let parts = [
        (all.broken, "broken"),
        (all.waived, "waived"),
        (all.unverified, "unverified"),
    ];
    let mut parts: Vec<String> = { parts.into_iter() }
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    parts.push(match all.holds {
        1 => "1 holds".to_owned(),
        number => format!("{number} hold"),
    });
    parts.join(", ")
}

/// A table of guardrails, the worst first, then those that nobody judges.
fn text(catalogue: &Catalogue, totals: &Totals, width: usize) -> String {
    let mut out = format!(
        "{}, {}{}: {}\n",
        counted(catalogue.guardrails.len(), "guardrail"),
        counted(catalogue.environments.len(), "environment"),
        { catalogue.today }.map_or_else(String::new, |today| format!(", on {today}")),
        summary(totals.all()),
    );
    let mut order: Vec<usize> = (0..catalogue.guardrails.len()).collect();
    let sum = |guardrail: usize| -> Counts { totals.of_guardrail(guardrail).iter().copied().sum() };
    order.sort_by_key(|guardrail| {
        let denied = denied(catalogue, totals, *guardrail);
        Reverse((denied, sum(*guardrail).gravity()))
    });
    let mut rows: Vec<Vec<String>> = Vec::new();
    for guardrail in order {
        rows.extend(rows_of(catalogue, totals, guardrail));
    }
    if !rows.is_empty() {
        let columns = [
            "guardrail",
            "environments",
            "level",
            "broken",
            "waived",
            "unverified",
            "holds",
        ];
        out.push('\n');
        out.push_str(&table(&columns, &rows, Some(width)));
    }
    for (why, names) in unjudged(catalogue) {
        let _ = writeln!(out, "\n{why}: {}", names.join(", "));
    }
    out
}

/// How much of what is broken is an error.
fn denied(catalogue: &Catalogue, totals: &Totals, guardrail: usize) -> u64 {
    let standings = &catalogue.guardrails[guardrail].standings;
    let counts = standings.iter().zip(totals.of_guardrail(guardrail));
    counts
        .filter(|(standing, _)| standing.as_ref().is_some_and(Standing::denies))
        .map(|(_, counts)| counts.broken)
        .sum()
}

/// A row for each environment with subjects; a single one where the rule holds in all of them.
fn rows_of(catalogue: &Catalogue, totals: &Totals, guardrail: usize) -> Vec<Vec<String>> {
    let known = &catalogue.guardrails[guardrail];
    let counts = totals.of_guardrail(guardrail);
    let judged: Vec<(usize, &str)> = { known.standings.iter().enumerate() }
        .filter_map(|(place, standing)| {
            let standing = standing.as_ref()?;
            standing
                .unjudged
                .is_none()
                .then(|| (place, standing.level.word()))
        })
        .collect();
    let name = shown_name(catalogue, guardrail);
    let row = |environments: String, level: &str, counts: Counts| {
        vec![
            name.to_owned(),
            environments,
            level.to_owned(),
            shown(counts.broken),
            shown(counts.waived),
            shown(counts.unverified),
            shown(counts.holds),
        ]
    };
    let all: Counts = judged.iter().map(|(place, _)| counts[*place]).sum();
    let Some((_, level)) = judged.first() else {
        return Vec::new();
    };
    let environment = |place: usize| catalogue.environments[place].clone();
    if all.gravity() == (0, 0, 0) && judged.iter().all(|(_, other)| other == level) {
        let names = match judged.len() == catalogue.environments.len() {
            true => "all".to_owned(),
            false => {
                let names: Vec<String> = judged
                    .iter()
                    .map(|(place, _)| environment(*place))
                    .collect();
                names.join(", ")
            }
        };
        return vec![row(names, level, all)];
    }
    let with_subjects = judged
        .iter()
        .filter(|(place, _)| counts[*place].judged() > 0);
    with_subjects
        .map(|(place, level)| row(environment(*place), level, counts[*place]))
        .collect()
}

/// The bare name, unless several have it.
fn shown_name(catalogue: &Catalogue, guardrail: usize) -> &str {
    let known = &catalogue.guardrails[guardrail];
    let all = catalogue.guardrails.iter();
    match all.filter(|other| other.short == known.short).count() {
        1 => &known.short,
        _ => &known.name,
    }
}

fn shown(number: u64) -> String {
    match number {
        0 => "-".to_owned(),
        number => number.to_string(),
    }
}

/// The guardrails that nobody judges, by the reason.
fn unjudged(catalogue: &Catalogue) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (place, known) in catalogue.guardrails.iter().enumerate() {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (environment, standing) in catalogue.environments.iter().zip(&known.standings) {
            if let Some(why) = standing
                .as_ref()
                .and_then(|standing| standing.unjudged.as_deref())
            {
                reasons.entry(why).or_default().push(environment);
            }
        }
        for (why, environments) in reasons {
            let name = shown_name(catalogue, place);
            let name = match environments.len() == catalogue.environments.len() {
                true => name.to_owned(),
                false => format!("{name} in {}", environments.join(" and ")),
            };
            found.entry(why).or_default().push(name);
        }
    }
    found
}
