//! For a person at a terminal: source lines with labels, drawn by miette.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};

use super::subjects;
use crate::diagnostic::{Applicability, Diagnostic, Fault, Label, Severity};
use crate::position::Positions;
use crate::render::snippet::{LABEL_LINE, Placed, Snippet};
use crate::report::Report;
use crate::span::Sources;
use crate::wrap::{printable, wrap};

/// What the lines are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Box-drawing characters.
    Unicode,
    /// Nothing beyond ASCII, apart from what stands in the sources.
    Ascii,
}

/// What the reader's terminal can do. The caller finds out; this crate asks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns; too small a number is taken for 40.
    pub width: usize,
    /// Whether to write colours.
    pub colour: bool,
    /// What to draw with.
    pub charset: Charset,
}

impl Default for Terminal {
    /// 80 columns, no colours, Unicode: what tests and files get.
    fn default() -> Self {
        Self {
            width: 80,
            colour: false,
            charset: Charset::Unicode,
        }
    }
}

/// Renders every finding with its source lines, an empty line behind each, then the count. Nothing for an
/// empty report: what to say then is the command's to know.
#[must_use]
pub fn human(report: &Report, sources: &dyn Sources, terminal: &Terminal) -> String {
    if report.findings().is_empty() {
        return String::new();
    }
    let painter = Painter::new(terminal);
    let mut positions = Positions::new(sources);
    let mut out = String::new();
    for finding in report.findings() {
        painter.finding(&mut out, finding, &mut positions);
        out.push('\n');
    }
    let worst = report
        .findings()
        .iter()
        .map(|finding| finding.severity)
        .max();
    let style = worst.map_or(Style::new(), severity_style);
    painter.painted(&mut out, style.bold(), &report.counts().to_string());
    out.push('\n');
    out
}

const MIN_WIDTH: usize = 40;
const HELP: Style = AnsiColor::Cyan.on_default();

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Info => HELP,
    }
}

struct Painter {
    width: usize,
    colour: bool,
    charset: Charset,
}

impl Painter {
    fn new(terminal: &Terminal) -> Self {
        Self {
            width: terminal.width.max(MIN_WIDTH),
            colour: terminal.colour,
            charset: terminal.charset,
        }
    }

    fn finding(&self, out: &mut String, finding: &Diagnostic, positions: &mut Positions<'_>) {
        let code = format!("{}[{}]", finding.severity.word(), finding.code.code);
        self.painted(out, severity_style(finding.severity).bold(), &code);
        out.push('\n');
        let drawing = self.drawing(finding, positions);
        let handler = GraphicalReportHandler::new_themed(self.theme(finding, &drawing))
            .with_width(self.width)
            .with_wrap_lines(false)
            .with_urls(false);
        // Writing into a text does not fail, and the snippet holds every label that it was made from.
        if handler.render_report(out, &drawing).is_err() {
            let _ = writeln!(out, "{}", drawing.message);
        }
        self.footer(out, finding);
    }

    /// The finding as miette sees it.
    fn drawing(&self, finding: &Diagnostic, positions: &mut Positions<'_>) -> Drawing {
        let labels: Vec<&Label> = finding.primary.iter().chain(&finding.secondary).collect();
        let number_width = labels
            .iter()
            .map(|label| {
                positions
                    .range(label.span)
                    .1
                    .line
                    .saturating_add(1)
                    .to_string()
                    .len()
            })
            .max()
            .unwrap_or(0);
        // A space, the number, ` │ `, and up to four columns for the arrows of labels over several lines.
        let gutter = 1
            + number_width
            + 3
            + if labels.iter().any(|label| over_lines(label, positions)) {
                4
            } else {
                0
            };
        let room = self.width.saturating_sub(gutter);
        let (snippet, placed) = Snippet::new(&labels, positions, room, self.ellipsis());
        let mut labels: Vec<Drawn> = labels
            .into_iter()
            .zip(placed)
            .enumerate()
            .map(|(index, (label, placed))| Drawn {
                placed,
                primary: finding.primary.is_some() && index == 0,
                text: label_text(&label.text, placed, room),
            })
            .collect();
        // The order in which miette gives out colours.
        labels.sort_by_key(|drawn| drawn.placed.start);
        Drawing {
            message: wrap(&printable(&finding.message), self.width - 4).join("\n"),
            severity: match finding.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
                Severity::Info => miette::Severity::Advice,
            },
            snippet,
            labels,
        }
    }

    fn footer(&self, out: &mut String, finding: &Diagnostic) {
        if !finding.subjects.is_empty() {
            self.row(out, "in", &subjects(finding));
        }
        for note in &finding.notes {
            self.row(out, "note", note);
        }
        match finding.fault {
            Some(Fault::Capability) => self.row(
                out,
                "note",
                "this is for the author of the capability to change",
            ),
            Some(Fault::Provider) => self.row(
                out,
                "note",
                "this is for the owner of the environment to change",
            ),
            Some(Fault::Consumer) | None => {}
        }
        if let Some(help) = &finding.help {
            self.row(out, "help", help);
        }
        for fix in &finding.fixes {
            match fix.applicability {
                Applicability::MachineApplicable => {
                    self.row(
                        out,
                        "fix",
                        &format!("{} (`platc check --fix` does it)", fix.title),
                    );
                }
                Applicability::MaybeIncorrect => self.row(out, "try", &fix.title),
            }
        }
    }

    /// One entry of the footer, wrapped beside its word.
    fn row(&self, out: &mut String, word: &str, text: &str) {
        const INDENT: usize = 2;
        let rest = INDENT + word.len() + 2;
        let lines = wrap(&printable(text), self.width.saturating_sub(rest));
        for (number, line) in lines.iter().enumerate() {
            if number == 0 {
                let _ = write!(out, "{:INDENT$}", "");
                self.painted(out, HELP, &format!("{word}:"));
                let _ = writeln!(out, " {line}");
            } else {
                let _ = writeln!(out, "{:rest$}{line}", "");
            }
        }
    }

    fn painted(&self, out: &mut String, style: Style, text: &str) {
        let _ = if self.colour {
            write!(out, "{style}{text}{style:#}")
        } else {
            out.write_str(text)
        };
    }

    fn theme(&self, finding: &Diagnostic, drawing: &Drawing) -> GraphicalTheme {
        let mut styles = if self.colour {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let primary = match finding.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        if !drawing.labels.is_empty() {
            let colours = drawing.labels.iter();
            styles.highlights = colours
                .map(|drawn| if drawn.primary { primary } else { styles.help })
                .collect();
        }
        GraphicalTheme {
            characters: match self.charset {
                Charset::Unicode => ThemeCharacters::unicode(),
                Charset::Ascii => ThemeCharacters::ascii(),
            },
            styles,
        }
    }

    fn ellipsis(&self) -> &'static str {
        match self.charset {
            Charset::Unicode => "…",
            Charset::Ascii => "...",
        }
    }
}

fn over_lines(label: &Label, positions: &mut Positions<'_>) -> bool {
    let (start, end) = positions.range(label.span);
    start.line != end.line
}

/// The text of a label, broken where it would leave the room to the right of its mark.
fn label_text(text: &str, placed: Placed, room: usize) -> Option<String> {
    const NARROWEST: usize = 20;
    let free = room
        .saturating_sub(placed.column + LABEL_LINE)
        .max(NARROWEST);
    let lines = wrap(&printable(text), free);
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A finding in miette's terms.
#[derive(Debug)]
struct Drawing {
    message: String,
    severity: miette::Severity,
    snippet: Snippet,
    labels: Vec<Drawn>,
}

#[derive(Debug)]
struct Drawn {
    placed: Placed,
    primary: bool,
    text: Option<String>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl miette::Diagnostic for Drawing {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|drawn| {
            let span = (drawn.placed.start, drawn.placed.length);
            if drawn.primary {
                LabeledSpan::new_primary_with_span(drawn.text.clone(), span)
            } else {
                LabeledSpan::new_with_span(drawn.text.clone(), span)
            }
        })))
    }
}
