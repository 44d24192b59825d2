//! `platc explain`.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use plat_diagnostics::render::Format;
use plat_diagnostics::{CodeInfo, Diagnostic, Report, codes, lookup, nearest};
use plat_driver::audit::Counts;
use plat_driver::explain::{
    self, Declaration, Explanation, Guardrail, LayerOfValue, Member, OutputLine, Place, SourceLine,
    Value,
};
use plat_driver::guardrails::Parameter;
use serde::Serialize;

use super::{check_options, load};
use crate::args::{Explain, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &Explain, global: &Global, console: &Console) -> io::Result<Exit> {
    let subject = arguments.subject.trim();
    if is_code(subject) {
        return code(subject, arguments.format, console);
    }
    let line = file_and_line(subject);
    // A file says which project it belongs to, unless the command does.
    let folder = arguments.project.project.clone().or_else(|| {
        let (file, _) = line.as_ref()?;
        Some(
            file.parent()
                .filter(|parent| !parent.as_os_str().is_empty())?
                .to_path_buf(),
        )
    });
    let workspace = match load(folder.as_deref(), &arguments.project.keys, global) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let explained = match &line {
        Some((file, line)) => explain::explain_line(&workspace, file, *line),
        None => explain::explain(&workspace, subject).or_else(|unknown| {
            let options = check_options(global);
            let guardrail = explain::explain_guardrail(&workspace, subject, options);
            guardrail.map(Explanation::Guardrail).ok_or(unknown)
        }),
    };
    match explained {
        Err(finding) => {
            let files = workspace.files();
            console.findings(&Report::new(vec![*finding], files), files, Format::Human)?;
            Ok(Exit::Failure)
        }
        Ok(explanation) => {
            match arguments.format {
                TextFormat::Human => console.result(&text(&explanation))?,
                TextFormat::Json => console.result(&document(&explanation))?,
            }
            Ok(Exit::Fine)
        }
    }
}

/// `PLT0101`, `plt101`, `0101`: codes are the only subjects that are digits.
fn is_code(subject: &str) -> bool {
    let digits = match subject.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("plt") => &subject[3..],
        _ => subject,
    };
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `FILE:LINE`, if there is such a file; a column behind it is what other tools print.
fn file_and_line(subject: &str) -> Option<(PathBuf, u32)> {
    let (rest, last) = subject.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    if let Some((file, line)) = rest.rsplit_once(':')
        && let Ok(line) = line.parse()
        && PathBuf::from(file).is_file()
    {
        return Some((PathBuf::from(file), line));
    }
    PathBuf::from(rest)
        .is_file()
        .then(|| (PathBuf::from(rest), last))
}

fn code(subject: &str, format: TextFormat, console: &Console) -> io::Result<Exit> {
    let Some(code) = lookup(subject) else {
        let finding = Diagnostic::new(
            &codes::UNKNOWN_CODE,
            format!("there is no code `{subject}`"),
        );
        let finding = match nearest(subject) {
            Some(near) => finding.help(format!("did you mean `{}`: {}?", near.code, near.summary)),
            None => finding.help("`platc list codes` lists all of them"),
        };
        console.finding(finding)?;
        return Ok(Exit::Failure);
    };
    match format {
        TextFormat::Human => console.result(&plat_diagnostics::explain(code))?,
        TextFormat::Json => console.result(&code_document(code))?,
    }
    Ok(Exit::Fine)
}

const SCHEMA: &str = "platc.explain/1";

fn code_document(code: &CodeInfo) -> String {
    super::json(&serde_json::json!({
        "schema": SCHEMA,
        "subject": "code",
        "explanation": {
            "code": code.code,
            "severity": code.severity.word(),
            "summary": code.summary,
            "page": code.source,
        },
    }))
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

fn document(explanation: &Explanation) -> String {
    super::json(&Document {
        schema: SCHEMA,
        explanation,
    })
}

fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    match explanation {
        Explanation::Declaration(declaration) => declaration_text(&mut out, declaration),
        Explanation::Value(values) => values_text(&mut out, values),
        Explanation::Object(object) => {
            let _ = writeln!(out, "{}", object.address);
            if let Some(origin) = &object.origin {
                place_text(&mut out, "written at", origin);
            }
            let _ = write!(out, "\n{}", object.text);
        }
        Explanation::Guardrail(guardrail) => guardrail_text(&mut out, guardrail),
        Explanation::OutputLine(line) => output_line_text(&mut out, line),
        Explanation::SourceLine(line) => source_line_text(&mut out, line),
    }
    out
}

fn declaration_text(out: &mut String, declaration: &Declaration) {
    let behind = declaration
        .capability
        .as_ref()
        .map_or_else(String::new, |capability| {
            format!(
                "{}{capability}",
                if declaration.kind == "capability" {
                    " is "
                } else {
                    ": "
                }
            )
        });
    let _ = writeln!(out, "{} {}{behind}", declaration.kind, declaration.address);
    if let Some(doc) = &declaration.doc {
        let _ = writeln!(out, "{doc}");
    }
    let _ = writeln!(
        out,
        "\ndeclared at {}:{}",
        declaration.declared.path, declaration.declared.line
    );
    lines(out, "depends on", &declaration.depends_on);
    lines(out, "used by", &declaration.used_by);
    members(out, "inputs", &declaration.inputs);
    members(out, "outputs", &declaration.outputs);
    for emitted in &declaration.objects {
        let _ = writeln!(out, "\nemits in {}:", emitted.environment);
        let width = emitted
            .objects
            .iter()
            .map(|(path, _)| path.chars().count())
            .max()
            .unwrap_or_default();
        for (path, kind) in &emitted.objects {
            let _ = writeln!(out, "  {path:width$}  {kind}");
        }
    }
    if declaration.kind != "capability" {
        let name = declaration.address.split('@').next().unwrap_or_default();
        let _ = writeln!(out, "\n`platc explain {name}:PATH` explains a value of it.");
    }
}

fn lines(out: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}:");
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

fn members(out: &mut String, heading: &str, members: &[Member]) {
    if members.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}:");
    for member in members {
        let value = member
            .value
            .as_deref()
            .map_or_else(String::new, |value| format!(" = {value}"));
        let _ = writeln!(out, "  {}: {}{value}", member.name, member.ty);
        let from = member
            .from
            .as_deref()
            .map_or_else(String::new, |from| format!("(from {from})"));
        let note = [member.doc.as_deref().unwrap_or_default(), &from].join(" ");
        if !note.trim().is_empty() {
            let _ = writeln!(out, "    {}", note.trim());
        }
    }
}

fn guardrail_text(out: &mut String, guardrail: &Guardrail) {
    let _ = writeln!(out, "guardrail {}", guardrail.name);
    if let Some(doc) = &guardrail.doc {
        let _ = writeln!(out, "{doc}");
    }
    let (path, line) = (&guardrail.declared.path, guardrail.declared.line);
    let _ = writeln!(
        out,
        "\nbecause: {}\ndeclared at {path}:{line}",
        guardrail.because
    );
    lines(
        out,
        &format!("asks of {}", guardrail.walks),
        &guardrail.requirements,
    );
    if guardrail.environments.is_empty() {
        let _ = writeln!(
            out,
            "\nit is in force nowhere; `enforce {} {{ }}` turns it on",
            guardrail.name
        );
    }
    for here in &guardrail.environments {
        let standing = &here.standing;
        let _ = writeln!(out, "\nin {}: {}", here.environment, standing.declared);
        if let Some(why) = standing
            .unjudged
            .as_ref()
            .filter(|why| **why != standing.declared)
        {
            let _ = writeln!(out, "  {why}");
        }
        if let Some(totals) = here.totals.filter(|_| standing.unjudged.is_none()) {
            let subjects = counted_judgements(totals);
            let _ = writeln!(out, "  {subjects}");
        }
        if let Some(sponsor) = &standing.sponsor {
            let _ = writeln!(out, "  sponsor {sponsor}");
        }
        if let Some(docs) = &standing.docs {
            let _ = writeln!(out, "  {docs}");
        }
        for Parameter {
            name,
            value,
            set_at,
        } in &standing.parameters
        {
            let _ = writeln!(out, "  {name} = {value}, set at {set_at}");
        }
    }
    let waivers: Vec<String> = { guardrail.waivers.iter() }
        .map(|waiver| {
            let lapsed = if waiver.counts {
                ""
            } else {
                ", which does not count"
            };
            format!(
                "{}: {} until {}, approved by {}{lapsed}: {}",
                waiver.name, waiver.subject, waiver.until, waiver.approved_by, waiver.because
            )
        })
        .collect();
    lines(out, "waivers", &waivers);
}

fn counted_judgements(totals: Counts) -> String {
    match totals.judged() {
        0 => "no subject".to_owned(),
        number => format!(
            "{number} judged: {} broken, {} waived, {} unverified, {} hold",
            totals.broken, totals.waived, totals.unverified, totals.holds
        ),
    }
}

fn values_text(out: &mut String, values: &[Value]) {
    for (number, value) in values.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let shown = value.value.as_deref().unwrap_or("(cannot be computed)");
        let place = if value.environments.is_empty() {
            String::new()
        } else {
            format!("  in {}", value.environments.join(", "))
        };
        let _ = writeln!(out, "{} = {shown}{place}", value.address);
        let doc = value
            .doc
            .as_ref()
            .map_or_else(String::new, |doc| format!(": {doc}"));
        let _ = writeln!(out, "  {}{doc}", value.ty);
        let rows: Vec<[String; 3]> = value.layers.iter().map(layer_row).collect();
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths = [width(0), width(1).min(MAX_GIVEN)];
        for row in rows {
            let [what, given, at] = row;
            let _ = writeln!(out, "  {what:0$}  {given:1$}  {at}", widths[0], widths[1]);
        }
    }
}

/// Values longer than this do not push the places of the others to the right.
const MAX_GIVEN: usize = 40;

/// What a layer is, what it gives, and where.
fn layer_row(layer: &LayerOfValue) -> [String; 3] {
    let mark = if layer.wins { '>' } else { ' ' };
    let path = layer
        .path
        .as_deref()
        .map_or_else(String::new, |path| format!("{path} "));
    let given = layer.value.as_deref().unwrap_or_default();
    [
        format!("{mark} {} {}", layer.layer, layer.name),
        format!("{path}{} {given}", layer.operator)
            .trim_end()
            .to_owned(),
        format!("{}:{}", layer.place.path, layer.place.line),
    ]
}

fn output_line_text(out: &mut String, line: &OutputLine) {
    let _ = writeln!(out, "{}\n  {}\n", line.at, line.text.trim());
    match &line.origin {
        Some(origin) => {
            place_text(out, "written at", origin);
            if let Some(holder) = &line.holder
                && !line.instance.starts_with(&format!("{holder}@"))
            {
                let _ = writeln!(out, "part of    {holder}");
            }
        }
        None => out.push_str("written by the compiler itself\n"),
    }
    let _ = writeln!(
        out,
        "instance   {}, declared at {}:{}",
        line.instance, line.declared.path, line.declared.line
    );
}

fn place_text(out: &mut String, word: &str, place: &Place) {
    let _ = writeln!(
        out,
        "{word} {}:{}:{}\n  {}",
        place.path, place.line, place.column, place.text
    );
}

fn source_line_text(out: &mut String, line: &SourceLine) {
    let _ = writeln!(out, "{}\npart of {} {}", line.at, line.kind, line.address);
    if !line.values.is_empty() {
        out.push('\n');
        values_text(out, &line.values);
    }
}
