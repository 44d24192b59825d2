//! SARIF 2.1.0, for code-scanning services.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Edit, Fault, Fix, Label, Severity};
use crate::position::Positions;
use crate::registry::CodeInfo;
use crate::render::uri;
use crate::report::Report;
use crate::rule::{Rule as ProjectRule, Waived};
use crate::span::{FileId, Sources, Span};

/// Renders one SARIF log with one run that ends with a newline.
#[must_use]
pub fn sarif(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let shown = report.findings().iter().chain(report.waived());
    let mut rules: BTreeMap<String, Rule> = shown
        .clone()
        .map(|finding| (rule_id(finding), rule_of(finding)))
        .collect();
    for tally in report.rules() {
        rules.insert(guardrail_id(&tally.rule), guardrail(&tally.rule));
    }
    let ids: Vec<String> = rules.keys().cloned().collect();
    let mut fingerprints = Fingerprints::default();
    let results = shown
        .map(|finding| {
            let fingerprint = fingerprints.of(finding, &positions);
            result(finding, &ids, fingerprint, &mut positions)
        })
        .collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "platc",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.into_values().collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BTreeMap::from([(
                BASE,
                BaseId {
                    description: text("the folder of plat.toml"),
                },
            )]),
            properties: RunProperties {
                hidden_findings: report.counts().hidden,
            },
            results,
        }],
    };
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    let mut out = serde_json::to_string_pretty(&log).unwrap_or_default();
    out.push('\n');
    out
}

/// The symbolic name of the folder that paths are relative to.
const BASE: &str = "PROJECT";

/// A broken guardrail is a rule of its own: whoever reads the results wants to group by it, and to find its reason.
fn rule_id(finding: &Diagnostic) -> String {
    match &finding.rule {
        Some(rule) => guardrail_id(rule),
        None => finding.code.code.to_owned(),
    }
}

fn guardrail_id(rule: &ProjectRule) -> String {
    format!("guardrail/{}", rule.name)
}

fn rule_of(finding: &Diagnostic) -> Rule {
    match &finding.rule {
        Some(rule) => guardrail(rule),
        None => code(finding.code),
    }
}

fn code(code: &CodeInfo) -> Rule {
    Rule {
        id: code.code.to_owned(),
        name: camel_case(code.name),
        short_description: text(code.summary),
        full_description: None,
        help: code.page().ok().map(|page| Help {
            text: plain(page.explanation),
            markdown: page.explanation.to_owned(),
        }),
        help_uri: None,
        default_configuration: Configuration {
            level: level(code.severity),
        },
        properties: RuleProperties {
            tags: [code.area()],
            sponsor: None,
        },
    }
}

fn guardrail(rule: &ProjectRule) -> Rule {
    let short = rule.summary.as_deref().unwrap_or(&rule.name);
    let because = rule.because.as_str();
    Rule {
        id: guardrail_id(rule),
        name: rule.name.clone(),
        short_description: text(short),
        full_description: (!because.is_empty()).then(|| text(because)),
        help: (!because.is_empty()).then(|| Help {
            text: because.to_owned(),
            markdown: because.to_owned(),
        }),
        help_uri: { rule.docs.clone() }
            .filter(|docs| docs.starts_with("https://") || docs.starts_with("http://")),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: ["guardrail"],
            sponsor: rule.sponsor.clone(),
        },
    }
}

fn result(
    finding: &Diagnostic,
    rules: &[String],
    fingerprint: String,
    positions: &mut Positions<'_>,
) -> ResultDto {
    let rule_id = rule_id(finding);
    let related = finding.secondary.iter().enumerate();
    ResultDto {
        rule_index: rules.binary_search(&rule_id).unwrap_or_default(),
        rule_id,
        level: level(finding.severity),
        message: text(message(finding)),
        locations: finding
            .primary
            .iter()
            .map(|label| location(label, None, positions))
            .collect(),
        related_locations: related
            .map(|(id, label)| location(label, Some(id), positions))
            .collect(),
        fixes: finding
            .fixes
            .iter()
            .map(|offered| fix(offered, positions))
            .collect(),
        partial_fingerprints: BTreeMap::from([("platcFinding/v1", fingerprint)]),
        suppressions: finding.waived.iter().map(suppression).collect(),
        properties: ResultProperties {
            code: finding.rule.is_some().then_some(finding.code.code),
            sponsor: { finding.rule.as_ref() }.and_then(|rule| rule.sponsor.clone()),
            fault: finding.fault.map(Fault::word),
            subjects: finding.subjects.clone(),
        },
    }
}

fn suppression(waived: &Waived) -> Suppression {
    Suppression {
        kind: "inSource",
        status: "accepted",
        justification: format!(
            "waiver `{}` until {}, approved by `{}`: {}",
            waived.waiver, waived.until, waived.approved_by, waived.because
        ),
    }
}

/// The services show one text per result, so notes and help go into it.
fn message(finding: &Diagnostic) -> String {
    let mut lines = vec![finding.message.clone()];
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn location(label: &Label, id: Option<usize>, positions: &mut Positions<'_>) -> Location {
    Location {
        id,
        message: (!label.text.is_empty()).then(|| text(label.text.as_str())),
        physical_location: PhysicalLocation {
            artifact_location: artifact(label.span.file, positions),
            region: region(label.span, positions),
        },
    }
}

fn artifact(file: FileId, positions: &Positions<'_>) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri::from_path(positions.path(file)),
        uri_base_id: BASE,
    }
}

fn region(span: Span, positions: &mut Positions<'_>) -> Region {
    let (start, end) = positions.range(span);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_offset: span.start().into(),
        byte_length: span.range.len().into(),
    }
}

fn fix(fix: &Fix, positions: &mut Positions<'_>) -> FixDto {
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(*file));
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
        ArtifactChange {
            artifact_location: artifact(file, positions),
            replacements: edits.map(|edit| replacement(edit, positions)).collect(),
        }
    });
    FixDto {
        artifact_changes: changes.collect(),
        description: text(fix.title.as_str()),
    }
}

fn replacement(edit: &Edit, positions: &mut Positions<'_>) -> Replacement {
    Replacement {
        deleted_region: region(edit.span, positions),
        inserted_content: text(edit.text.as_str()),
    }
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `UNKNOWN_NAME` as `UnknownName`, the form that SARIF recommends.
fn camel_case(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{first}{}", rest.to_ascii_lowercase())
        })
        .collect()
}

/// Markdown without the marks that would disturb a reader of plain text.
fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

/// Identities that survive a move to another line, so that a service knows an old finding when it sees it.
#[derive(Default)]
struct Fingerprints {
    seen: BTreeMap<u64, u32>,
}

impl Fingerprints {
    fn of(&mut self, finding: &Diagnostic, positions: &Positions<'_>) -> String {
        let path = finding.span().map_or("", |span| positions.path(span.file));
        let rule = rule_id(finding);
        let parts = [rule.as_str(), path, finding.message.as_str()];
        let hash = fnv1a(parts.into_iter().flat_map(|part| part.bytes().chain([0])));
        let repeated = self.seen.entry(hash).or_default();
        *repeated += 1;
        format!("{hash:016x}:{repeated}")
    }
}

/// The 64-bit FNV-1a hash: stable across machines and versions, which the standard library's hashes are not.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

// The part of SARIF that is written. Structs, since the order of a `serde_json` map depends on a feature that any
// dependency can turn on.

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, BaseId>,
    properties: RunProperties,
    results: Vec<ResultDto>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct BaseId {
    description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties {
    hidden_findings: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    short_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    sponsor: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultDto {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixDto>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: ResultProperties,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct ResultProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sponsor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    byte_offset: u32,
    byte_length: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixDto {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
}
