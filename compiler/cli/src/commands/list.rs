//! `platc list`.

use std::io;

use plat_diagnostics::render::Format;
use plat_driver::filter;
use plat_driver::inventory::{self, Listing, Table};
use serde::Serialize;
use serde_json::{Map, Value};

use super::load;
use crate::args::{self, Global, List, TextFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::table::table;

pub(super) fn run(arguments: &List, global: &Global, console: &Console) -> io::Result<Exit> {
    let (name, listing) = listing(arguments.what);
    let mut workspace = match load(
        arguments.project.project.as_deref(),
        &arguments.project.keys,
        global,
    ) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let rows = match &arguments.condition {
        None => None,
        Some(condition) => match filter::matching(&mut workspace, listing, condition) {
            Ok(rows) => Some(rows),
            Err(report) => {
                console.findings(&report, workspace.files(), Format::Human)?;
                return Ok(Exit::Failure);
            }
        },
    };
    let mut found = inventory::list(&workspace, listing);
    if let Some(rows) = rows {
        found
            .rows
            .retain(|row| row.first().is_some_and(|name| rows.contains(name)));
    }
    match arguments.format {
        TextFormat::Json => console.result(&document(name, &found))?,
        TextFormat::Human if found.rows.is_empty() => console.say(&format!("no {name}"))?,
        TextFormat::Human => {
            console.result(&table(found.columns, &found.rows, console.result_width()))?
        }
    }
    Ok(Exit::Fine)
}

fn listing(what: args::Listing) -> (&'static str, Listing) {
    match what {
        args::Listing::Services => ("services", Listing::Services),
        args::Listing::Resources => ("resources", Listing::Resources),
        args::Listing::Externals => ("externals", Listing::Externals),
        args::Listing::Environments => ("environments", Listing::Environments),
        args::Listing::Systems => ("systems", Listing::Systems),
        args::Listing::Teams => ("teams", Listing::Teams),
        args::Listing::Capabilities => ("capabilities", Listing::Capabilities),
        args::Listing::Implementations => ("implementations", Listing::Implementations),
        args::Listing::Objects => ("objects", Listing::Objects),
        args::Listing::Guardrails => ("guardrails", Listing::Guardrails),
        args::Listing::Waivers => ("waivers", Listing::Waivers),
        args::Listing::Codes => ("codes", Listing::Codes),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    listed: &'a str,
    rows: Vec<Value>,
}

fn document(what: &str, found: &Table) -> String {
    let row = |row: &Vec<String>| {
        let cells = found.columns.iter().zip(row).map(|(column, cell)| {
            let value = if cell.is_empty() {
                Value::Null
            } else {
                Value::String(cell.clone())
            };
            (column.replace(' ', "_"), value)
        });
        Value::Object(cells.collect::<Map<String, Value>>())
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    super::json(&Document {
        schema: "platc.list/1",
        listed: what,
        rows,
    })
}
