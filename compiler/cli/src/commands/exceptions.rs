//! `platc waivers` and `platc patches`.

use std::io;

use plat_diagnostics::render::Format;
use plat_driver::exceptions::{self, Exception, Filter, Listed};
use plat_driver::{Date, Workspace};
use serde::Serialize;

use super::{day, load};
use crate::args::{Exceptions, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::table::table;

/// What differs between the two.
struct Listing {
    what: &'static str,
    find: fn(&Workspace, &Filter) -> Listed,
    document: fn(&[Exception], Option<Date>) -> String,
    columns: &'static [&'static str],
    row: fn(&Exception) -> Vec<String>,
}

pub(super) fn waivers(
    arguments: &Exceptions,
    global: &Global,
    console: &Console,
) -> io::Result<Exit> {
    let listing = Listing {
        what: "waivers",
        find: exceptions::waivers,
        document: waivers_document,
        columns: &["subject", "guardrail", "approver", "owner"],
        row: |exception| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![
                exception.subject.clone(),
                text(&exception.guardrail),
                text(&exception.approver),
                text(&exception.owner),
            ]
        },
    };
    list(&listing, arguments, global, console)
}

pub(super) fn patches(
    arguments: &Exceptions,
    global: &Global,
    console: &Console,
) -> io::Result<Exit> {
    let listing = Listing {
        what: "patches",
        find: exceptions::patches,
        document: patches_document,
        columns: &["what", "subject", "object", "environments", "owner"],
        row: |exception| {
            let environments = match exception.environments.as_slice() {
                [] => "all".to_owned(),
                some => some.join(", "),
            };
            vec![
                exception.kind.word().to_owned(),
                exception.subject.clone(),
                exception.name.clone(),
                environments,
                exception.owner.clone().unwrap_or_default(),
            ]
        },
    };
    list(&listing, arguments, global, console)
}

fn list(
    listing: &Listing,
    arguments: &Exceptions,
    global: &Global,
    console: &Console,
) -> io::Result<Exit> {
    let workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let today = day(global);
    let found = match (listing.find)(&workspace, &filter(arguments, today)) {
        Ok(found) => found,
        Err(finding) => {
            console.finding(*finding)?;
            return Ok(Exit::Failure);
        }
    };
    match arguments.format {
        TextFormat::Json => console.result(&(listing.document)(&found, today))?,
        TextFormat::Human if found.is_empty() => console.say(&format!("no {}", listing.what))?,
        TextFormat::Human => console.result(&dated(listing, &found, today, console))?,
    }
    Ok(Exit::Fine)
}

fn filter(arguments: &Exceptions, today: Option<Date>) -> Filter {
    Filter {
        team: arguments.owner.clone(),
        ended_by: today.filter(|_| arguments.expired),
    }
}

/// A table of exceptions: columns of their own, then the dates and the reason. Columns without any date are left out.
fn dated(listing: &Listing, found: &[Exception], today: Option<Date>, console: &Console) -> String {
    let aged = found.iter().any(|exception| exception.since.is_some());
    let mut columns = listing.columns.to_vec();
    columns.push("until");
    if today.is_some() {
        columns.push("left");
    }
    if aged {
        columns.push("since");
    }
    columns.push("because");
    let shown = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let rows: Vec<Vec<String>> = { found.iter() }
        .map(|exception| {
            let mut row = (listing.row)(exception);
            row.push(shown(exception.until));
            if let Some(today) = today {
                row.push(left(exception, today));
            }
            if aged {
                row.push(shown(exception.since));
            }
            row.push(exception.because.clone());
            row
        })
        .collect();
    table(&columns, &rows, console.result_width())
}

/// How long an exception still holds: its last day counts.
fn left(exception: &Exception, today: Date) -> String {
    let Some(until) = exception.until else {
        return String::new();
    };
    match today.days_until(until) {
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        days @ 2.. => format!("{days} days"),
        -1 => "1 day over".to_owned(),
        days => format!("{} days over", -days),
    }
}

#[derive(Serialize)]
struct Waivers<'a> {
    schema: &'static str,
    today: Option<String>,
    waivers: Vec<WaiverDto<'a>>,
}

#[derive(Serialize)]
struct WaiverDto<'a> {
    name: &'a str,
    subject: &'a str,
    guardrail: Option<&'a str>,
    approver: Option<&'a str>,
    owner: Option<&'a str>,
    #[serde(flatten)]
    term: Term<'a>,
}

fn waivers_document(found: &[Exception], today: Option<Date>) -> String {
    let waivers = found.iter().map(|exception| WaiverDto {
        name: &exception.name,
        subject: &exception.subject,
        guardrail: exception.guardrail.as_deref(),
        approver: exception.approver.as_deref(),
        owner: exception.owner.as_deref(),
        term: term(exception, today),
    });
    super::json(&Waivers {
        schema: "platc.waivers/1",
        today: today.map(|today| today.to_string()),
        waivers: waivers.collect(),
    })
}

#[derive(Serialize)]
struct Patches<'a> {
    schema: &'static str,
    today: Option<String>,
    patches: Vec<PatchDto<'a>>,
}

#[derive(Serialize)]
struct PatchDto<'a> {
    kind: &'static str,
    subject: &'a str,
    object: &'a str,
    environments: &'a [String],
    owner: Option<&'a str>,
    #[serde(flatten)]
    term: Term<'a>,
}

fn patches_document(found: &[Exception], today: Option<Date>) -> String {
    let patches = found.iter().map(|exception| PatchDto {
        kind: exception.kind.word(),
        subject: &exception.subject,
        object: &exception.name,
        environments: &exception.environments,
        owner: exception.owner.as_deref(),
        term: term(exception, today),
    });
    super::json(&Patches {
        schema: "platc.patches/1",
        today: today.map(|today| today.to_string()),
        patches: patches.collect(),
    })
}

/// Why and how long.
#[derive(Serialize)]
struct Term<'a> {
    because: &'a str,
    until: Option<String>,
    days_left: Option<i64>,
    since: Option<String>,
    declared: &'a str,
}

fn term(exception: &Exception, today: Option<Date>) -> Term<'_> {
    Term {
        because: &exception.because,
        until: exception.until.map(|until| until.to_string()),
        days_left: { today.zip(exception.until) }.map(|(today, until)| today.days_until(until)),
        since: exception.since.map(|since| since.to_string()),
        declared: &exception.declared,
    }
}
