//! The documented machine format `platc.audit/1`: one document with totals and what does not simply hold, or a line for each row.
//! Its page is `docs/reference/audit-json.md`, its schema `docs/reference/audit.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use super::{Catalogue, Counts, Row, Status, Totals};
use crate::guardrails::{Guardrail, Standing};

const SCHEMA: &str = "platc.audit/1";

/// The document. The rows are those that do not simply hold; others are left out.
#[must_use]
pub fn json(catalogue: &Catalogue, totals: &Totals, rows: &[Row]) -> String {
    let shown = |row: &&Row| !matches!(row.status, Status::Holds | Status::Off);
    let document = Document {
        schema: SCHEMA,
        today: catalogue.today.map(|today| today.to_string()),
        totals: totals.all(),
        environments: { catalogue.environments.iter().enumerate() }
            .map(|(place, name)| Place {
                environment: name,
                totals: totals.of_environment(place),
            })
            .collect(),
        guardrails: { catalogue.guardrails.iter().enumerate() }
            .map(|(place, known)| guardrail(catalogue, known, totals.of_guardrail(place)))
            .collect(),
        owners: totals
            .owners()
            .map(|(owner, counts)| Owner {
                owner,
                totals: counts.iter().copied().sum(),
                environments: { catalogue.environments.iter().zip(counts) }
                    .map(|(environment, counts)| Place {
                        environment,
                        totals: *counts,
                    })
                    .collect(),
            })
            .collect(),
        waivers: { catalogue.waivers.iter() }
            .map(|waiver| WaiverDto {
                name: &waiver.name,
                because: &waiver.because,
                approved_by: &waiver.approved_by,
                until: &waiver.until,
                declared: &waiver.declared,
            })
            .collect(),
        subjects: { rows.iter().filter(shown) }
            .map(|row| dto(catalogue, row))
            .collect(),
    };
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes every row as a line of its own, of the same shape as the subjects of the document.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// Writes into something.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn row(&mut self, catalogue: &Catalogue, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &dto(catalogue, row))?;
        self.out.write_all(b"\n")
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    today: Option<String>,
    totals: Counts,
    environments: Vec<Place<'a>>,
    guardrails: Vec<GuardrailDto<'a>>,
    owners: Vec<Owner<'a>>,
    waivers: Vec<WaiverDto<'a>>,
    subjects: Vec<RowDto<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    environment: &'a str,
    totals: Counts,
}

#[derive(Serialize)]
struct GuardrailDto<'a> {
    name: &'a str,
    pack: &'a str,
    summary: Option<&'a str>,
    because: &'a str,
    walks: &'a str,
    requirements: &'a [String],
    declared: &'a str,
    environments: Vec<Stands<'a>>,
}

#[derive(Serialize)]
struct Stands<'a> {
    environment: &'a str,
    #[serde(flatten)]
    standing: &'a Standing,
    totals: Counts,
}

#[derive(Serialize)]
struct Owner<'a> {
    owner: Option<&'a str>,
    totals: Counts,
    environments: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct WaiverDto<'a> {
    name: &'a str,
    because: &'a str,
    approved_by: &'a str,
    until: &'a str,
    declared: &'a str,
}

#[derive(Serialize)]
struct RowDto<'a> {
    environment: &'a str,
    guardrail: &'a str,
    /// From 1; nothing for a guardrail that is not judged.
    requirement: Option<usize>,
    subject: Option<&'a str>,
    owner: Option<&'a str>,
    level: Option<&'static str>,
    status: &'static str,
    waiver: Option<&'a str>,
    message: Option<&'a str>,
}

fn guardrail<'a>(
    catalogue: &'a Catalogue,
    known: &'a Guardrail,
    counts: &'a [Counts],
) -> GuardrailDto<'a> {
    let environments = catalogue.environments.iter().zip(&known.standings);
    GuardrailDto {
        name: &known.name,
        pack: &known.pack,
        summary: known.summary.as_deref(),
        because: &known.because,
        walks: &known.walks,
        requirements: &known.requirements,
        declared: &known.declared,
        environments: environments
            .zip(counts)
            .filter_map(|((environment, standing), totals)| {
                Some(Stands {
                    environment,
                    standing: standing.as_ref()?,
                    totals: *totals,
                })
            })
            .collect(),
    }
}

fn dto<'a>(catalogue: &'a Catalogue, row: &'a Row) -> RowDto<'a> {
    let guardrail = &catalogue.guardrails[row.guardrail];
    let standing = guardrail.standings[row.environment].as_ref();
    let judged = row.status != Status::Off;
    RowDto {
        environment: &catalogue.environments[row.environment],
        guardrail: &guardrail.name,
        requirement: judged.then_some(row.require + 1),
        subject: judged.then_some(row.subject.as_str()),
        owner: row.owner.as_ref().map(|owner| owner.as_str()),
        level: standing.map(|standing| standing.level.word()),
        status: row.status.word(),
        waiver: row
            .waiver
            .map(|waiver| catalogue.waivers[waiver].name.as_str()),
        message: row.message.as_deref(),
    }
}
