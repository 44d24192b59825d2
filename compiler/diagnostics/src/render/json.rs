//! The documented machine format `platc.check/1`. Its page is `docs/reference/check-json.md`, its JSON Schema
//! `docs/reference/check.schema.json`; a change that could break a reader is a new number.

use serde::Serialize;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fault, Fix, Label, Severity, Tag};
use crate::position::Positions;
use crate::report::{Counts, Report};
use crate::rule::{Rule, RuleTally};
use crate::span::{Sources, Span};

/// The name and version of the schema.
pub const SCHEMA: &str = "platc.check/1";

/// Renders one JSON document that ends with a newline.
#[must_use]
pub fn json(report: &Report, sources: &dyn Sources) -> String {
    let mut positions = Positions::new(sources);
    let document = Document {
        schema: SCHEMA,
        tool: Tool {
            name: "platc",
            version: env!("CARGO_PKG_VERSION"),
        },
        summary: summary(report.counts()),
        findings: { report.findings().iter() }
            .map(|finding| finding_of(finding, &mut positions))
            .collect(),
        waived: { report.waived().iter() }
            .map(|finding| finding_of(finding, &mut positions))
            .collect(),
        guardrails: report.rules().iter().map(tally_of).collect(),
    };
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    summary: Summary,
    findings: Vec<FindingDto<'a>>,
    waived: Vec<FindingDto<'a>>,
    guardrails: Vec<TallyDto<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    files: usize,
    hidden: usize,
}

#[derive(Serialize)]
struct FindingDto<'a> {
    code: &'static str,
    severity: &'static str,
    summary: &'static str,
    message: &'a str,
    primary: Option<LabelDto<'a>>,
    secondary: Vec<LabelDto<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fixes: Vec<FixDto<'a>>,
    fault: Option<&'static str>,
    subjects: &'a [String],
    tags: Vec<&'static str>,
    guardrail: Option<GuardrailDto<'a>>,
    waiver: Option<WaiverDto<'a>>,
}

#[derive(Serialize)]
struct GuardrailDto<'a> {
    name: &'a str,
    summary: Option<&'a str>,
    because: &'a str,
    docs: Option<&'a str>,
    sponsor: Option<&'a str>,
    level: &'static str,
}

#[derive(Serialize)]
struct WaiverDto<'a> {
    name: &'a str,
    because: &'a str,
    approved_by: &'a str,
    until: &'a str,
}

#[derive(Serialize)]
struct TallyDto<'a> {
    #[serde(flatten)]
    guardrail: GuardrailDto<'a>,
    errors: usize,
    warnings: usize,
    unverified: usize,
    waived: usize,
}

#[derive(Serialize)]
struct LabelDto<'a> {
    path: &'a str,
    range: RangeDto,
    text: &'a str,
}

#[derive(Serialize)]
struct FixDto<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditDto<'a>>,
}

#[derive(Serialize)]
struct EditDto<'a> {
    path: &'a str,
    range: RangeDto,
    text: &'a str,
}

#[derive(Serialize)]
struct RangeDto {
    start: PositionDto,
    end: PositionDto,
}

#[derive(Serialize)]
struct PositionDto {
    line: u32,
    column: u32,
    offset: u32,
}

fn summary(counts: Counts) -> Summary {
    Summary {
        errors: counts.errors,
        warnings: counts.warnings,
        infos: counts.infos,
        files: counts.files,
        hidden: counts.hidden,
    }
}

fn finding_of<'a>(finding: &'a Diagnostic, positions: &mut Positions<'a>) -> FindingDto<'a> {
    FindingDto {
        code: finding.code.code,
        severity: Severity::word(finding.severity),
        summary: finding.code.summary,
        message: &finding.message,
        primary: finding
            .primary
            .as_ref()
            .map(|label| label_of(label, positions)),
        secondary: finding
            .secondary
            .iter()
            .map(|label| label_of(label, positions))
            .collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| fix_of(fix, positions))
            .collect(),
        fault: finding.fault.map(Fault::word),
        subjects: &finding.subjects,
        tags: finding.tags.iter().copied().map(Tag::word).collect(),
        guardrail: finding.rule.as_deref().map(guardrail_of),
        waiver: finding.waived.as_ref().map(|waived| WaiverDto {
            name: &waived.waiver,
            because: &waived.because,
            approved_by: &waived.approved_by,
            until: &waived.until,
        }),
    }
}

fn guardrail_of(rule: &Rule) -> GuardrailDto<'_> {
    GuardrailDto {
        name: &rule.name,
        summary: rule.summary.as_deref(),
        because: &rule.because,
        docs: rule.docs.as_deref(),
        sponsor: rule.sponsor.as_deref(),
        level: match rule.severity {
            Severity::Error => "deny",
            Severity::Warning => "warn",
            Severity::Info => "off",
        },
    }
}

fn tally_of(tally: &RuleTally) -> TallyDto<'_> {
    TallyDto {
        guardrail: guardrail_of(&tally.rule),
        errors: tally.errors,
        warnings: tally.warnings,
        unverified: tally.infos,
        waived: tally.waived,
    }
}

fn label_of<'a>(label: &'a Label, positions: &mut Positions<'a>) -> LabelDto<'a> {
    LabelDto {
        path: positions.path(label.span.file),
        range: range_of(label.span, positions),
        text: &label.text,
    }
}

fn fix_of<'a>(fix: &'a Fix, positions: &mut Positions<'a>) -> FixDto<'a> {
    FixDto {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::MachineApplicable => "machine-applicable",
            Applicability::MaybeIncorrect => "maybe-incorrect",
        },
        edits: fix
            .edits
            .iter()
            .map(|edit| edit_of(edit, positions))
            .collect(),
    }
}

fn edit_of<'a>(edit: &'a Edit, positions: &mut Positions<'a>) -> EditDto<'a> {
    EditDto {
        path: positions.path(edit.span.file),
        range: range_of(edit.span, positions),
        text: &edit.text,
    }
}

fn range_of(span: Span, positions: &mut Positions<'_>) -> RangeDto {
    let (start, end) = positions.range(span);
    let dto = |position: crate::position::Position, offset: text_size::TextSize| PositionDto {
        line: position.line,
        column: position.column,
        offset: offset.into(),
    };
    RangeDto {
        start: dto(start, span.start()),
        end: dto(end, span.end()),
    }
}
