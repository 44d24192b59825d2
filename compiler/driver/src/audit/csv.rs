//! Every row as a line of CSV (RFC 4180), written while the project is judged.

use std::io::{self, Write};

use super::{Catalogue, Row};

const COLUMNS: &str =
    "environment,guardrail,requirement,subject,owner,level,status,waiver,approved_by,until,message";

/// Writes rows.
#[derive(Debug)]
pub struct Csv<W> {
    out: W,
    /// What is to be written next.
    line: String,
}

impl<W: Write> Csv<W> {
    /// Writes into something; nothing before the first row.
    pub fn new(out: W) -> Self {
        Self {
            out,
            line: format!("{COLUMNS}\n"),
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn row(&mut self, catalogue: &Catalogue, row: &Row) -> io::Result<()> {
        let guardrail = &catalogue.guardrails[row.guardrail];
        let standing = guardrail.standings[row.environment].as_ref();
        let waiver = row.waiver.map(|waiver| &catalogue.waivers[waiver]);
        let requirement = match row.subject.is_empty() {
            true => String::new(),
            false => (row.require + 1).to_string(),
        };
        let cells = [
            catalogue.environments[row.environment].as_str(),
            &guardrail.name,
            &requirement,
            &row.subject,
            row.owner.as_ref().map_or("", |owner| owner.as_str()),
            standing.map_or("", |standing| standing.level.word()),
            row.status.word(),
            waiver.map_or("", |waiver| &waiver.name),
            waiver.map_or("", |waiver| &waiver.approved_by),
            waiver.map_or("", |waiver| &waiver.until),
            row.message.as_deref().unwrap_or_default(),
        ];
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.line.push(',');
            }
            push_cell(&mut self.line, cell);
        }
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(self.line.as_bytes())?;
        self.out.flush()
    }
}

fn push_cell(line: &mut String, cell: &str) {
    if !cell.contains([',', '"', '\n', '\r']) {
        line.push_str(cell);
        return;
    }
    line.push('"');
    line.push_str(&cell.replace('"', "\"\""));
    line.push('"');
}
