//! Findings as the queries make them: located by declaration and node, without offsets, so that a finding stays equal when the
//! text around it moves. [`Problem::resolve`] turns one into a [`Diagnostic`] when it is shown.

use std::ops::Range;
use std::sync::Arc;

use plat_diagnostics::{
    Applicability, CodeInfo, Diagnostic, Edit, Fault, FileId, Fix, Rule, Severity, Span, Tag,
    Waived,
};
use text_size::{TextRange, TextSize};

use crate::db::{Db, DeclId, SourceFile};
use crate::hir::NodeId;
use crate::hir::source;
use crate::items;
use crate::scope::suggest::{self, Hint};

/// A place that a finding talks about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// A node of a declaration.
    Node(DeclId, NodeId),
    /// Bytes of the decoded text of a string; the node is the string's.
    InString(DeclId, NodeId, Range<u32>),
    /// A piece of a `use`: the how-manyth of its file, and which piece.
    Use(SourceFile, u32, UsePart),
    /// A range of a file, for what is found in the text itself.
    File(SourceFile, TextRange),
}

/// A piece of a `use`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UsePart {
    /// All of it.
    Whole,
    /// All of it with the end of its line.
    Line,
    /// A segment of its path.
    Segment(u32),
    /// A name between its braces.
    Name(u32),
    /// The same with the comma that keeps it from its neighbour.
    NameAndComma(u32),
    /// The name behind `as`.
    Alias,
}

impl Anchor {
    /// The name of a declaration.
    #[must_use]
    pub fn name(decl: DeclId) -> Self {
        Self::Node(decl, NodeId::NAME)
    }

    /// The file it lies in.
    #[must_use]
    pub fn file(&self, db: &dyn Db) -> SourceFile {
        match self {
            Self::Node(decl, _) | Self::InString(decl, _, _) => decl.file(db),
            Self::Use(file, _, _) | Self::File(file, _) => *file,
        }
    }

    /// Where it stands now; an empty range at the start of the file if it is gone.
    #[must_use]
    pub fn range(&self, db: &dyn Db) -> TextRange {
        match self {
            Self::Node(decl, node) => source::node_range(db, *decl, *node),
            Self::InString(decl, node, bytes) => source::string_piece_range(
                db,
                *decl,
                *node,
                bytes.start as usize..bytes.end as usize,
            ),
            Self::Use(file, index, part) => items::use_range(db, *file, *index, *part),
            Self::File(_, range) => *range,
        }
    }
}

/// A place and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProblemLabel {
    /// The place.
    pub at: Anchor,
    /// A few words, or nothing.
    pub text: String,
}

/// Where a replacement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EditMode {
    /// In place of the anchor.
    Replace,
    /// Before its first byte.
    Before,
    /// After its last byte.
    After,
    /// As an entry of its own after the entry that ends with the anchor: on a line of its own where that one ends its line.
    Entry,
}

/// One replacement of a fix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProblemEdit {
    /// The place.
    pub at: Anchor,
    /// How the text stands to it.
    pub mode: EditMode,
    /// The text.
    pub text: String,
}

/// A change that resolves the finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProblemFix {
    /// What it does, as an imperative.
    pub title: String,
    /// The replacements.
    pub edits: Vec<ProblemEdit>,
    /// Whether a tool may apply it without asking.
    pub applicability: Applicability,
}

impl ProblemFix {
    /// A machine-applicable fix of one replacement.
    #[must_use]
    pub fn replace(at: Anchor, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::edit(at, EditMode::Replace, text, title)
    }

    /// A machine-applicable fix that inserts text before the anchor.
    #[must_use]
    pub fn insert_before(at: Anchor, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::edit(at, EditMode::Before, text, title)
    }

    /// A machine-applicable fix that inserts text after the anchor.
    #[must_use]
    pub fn insert_after(at: Anchor, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::edit(at, EditMode::After, text, title)
    }

    /// A machine-applicable fix that adds an entry after the entry that ends with the anchor.
    #[must_use]
    pub fn entry_after(at: Anchor, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::edit(at, EditMode::Entry, text, title)
    }

    /// A machine-applicable fix that deletes the anchor.
    #[must_use]
    pub fn delete(at: Anchor, title: impl Into<String>) -> Self {
        Self::replace(at, "", title)
    }

    /// The same fix with one replacement more.
    #[must_use]
    pub fn and(mut self, at: Anchor, mode: EditMode, text: impl Into<String>) -> Self {
        self.edits.push(ProblemEdit {
            at,
            mode,
            text: text.into(),
        });
        self
    }

    /// The same fix as a guess that a person has to confirm.
    #[must_use]
    pub fn maybe(mut self) -> Self {
        self.applicability = Applicability::MaybeIncorrect;
        self
    }

    fn edit(at: Anchor, mode: EditMode, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![ProblemEdit {
                at,
                mode,
                text: text.into(),
            }],
            applicability: Applicability::MachineApplicable,
        }
    }
}

/// How many lines a label may span.
const MAX_LINES: usize = 3;

/// One finding without offsets; built like a [`Diagnostic`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// What kind of finding this is.
    pub code: &'static CodeInfo,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a final stop; names in backticks.
    pub message: String,
    /// What the user wrote.
    pub primary: Option<ProblemLabel>,
    /// Places that explain it.
    pub secondary: Vec<ProblemLabel>,
    /// Why.
    pub notes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
    /// Changes that resolve it.
    pub fixes: Vec<ProblemFix>,
    /// Whose declaration has to change.
    pub fault: Option<Fault>,
    /// The address for which it was found.
    pub subject: Option<String>,
    /// Further addresses for which it was found.
    pub subjects: Vec<String>,
    /// Hints for editors.
    pub tags: Vec<Tag>,
    /// The rule of the project that is broken, or cannot be verified.
    pub rule: Option<Arc<Rule>>,
    /// Why it does not count, if it does not.
    pub waived: Option<Box<Waived>>,
    /// What to look for in the whole fleet once the finding is shown: suggestions must not make a query depend on everything.
    pub hint: Option<Hint>,
}

impl Problem {
    /// A finding of the code's own level, so far without a place.
    #[must_use]
    pub fn new(code: &'static CodeInfo, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
            fault: None,
            subject: None,
            subjects: Vec::new(),
            tags: Vec::new(),
            rule: None,
            waived: None,
            hint: None,
        }
    }

    /// Sets the primary place.
    #[must_use]
    pub fn at(mut self, at: Anchor, text: impl Into<String>) -> Self {
        self.primary = Some(ProblemLabel {
            at,
            text: text.into(),
        });
        self
    }

    /// Sets the primary place to a node of a declaration.
    #[must_use]
    pub fn at_node(self, decl: DeclId, node: NodeId, text: impl Into<String>) -> Self {
        self.at(Anchor::Node(decl, node), text)
    }

    /// Adds a place that explains the primary one.
    #[must_use]
    pub fn also(mut self, at: Anchor, text: impl Into<String>) -> Self {
        self.secondary.push(ProblemLabel {
            at,
            text: text.into(),
        });
        self
    }

    /// Adds a node that explains the primary place.
    #[must_use]
    pub fn also_node(self, decl: DeclId, node: NodeId, text: impl Into<String>) -> Self {
        self.also(Anchor::Node(decl, node), text)
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do next; a second call adds a line.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        match &mut self.help {
            Some(help) => {
                help.push('\n');
                help.push_str(&text);
            }
            None => self.help = Some(text),
        }
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(mut self, fix: ProblemFix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Says whose declaration has to change.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Sets the address for which this was found.
    #[must_use]
    pub fn subject(mut self, address: impl Into<String>) -> Self {
        self.subject = Some(address.into());
        self
    }

    /// Adds a hint for editors.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// Overrides the code's own level.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says what to look for in the fleet when the finding is shown.
    #[must_use]
    pub fn hint(mut self, hint: Hint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Whether it fails a run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The finding with offsets, as renderers read it. Not for use within a query: it reads source maps, and for a [`Hint`] the
    /// names of the whole fleet.
    pub fn resolve(&self, db: &dyn Db, files: &mut dyn FnMut(SourceFile) -> FileId) -> Diagnostic {
        let mut span = |at: &Anchor| Span::new(files(at.file(db)), at.range(db));
        // A long block is pointed at by its first line.
        let shown = |at: &Anchor, span: Span| {
            let text = at.file(db).text(db);
            let text = text
                .get(Range::<usize>::from(span.range))
                .unwrap_or_default();
            match text.find('\n') {
                Some(end) if text.lines().count() > MAX_LINES => Span::new(
                    span.file,
                    TextRange::at(span.range.start(), TextSize::of(text[..end].trim_end())),
                ),
                _ => span,
            }
        };
        let mut diagnostic =
            Diagnostic::new(self.code, self.message.clone()).severity(self.severity);
        if let Some(primary) = &self.primary {
            let span = shown(&primary.at, span(&primary.at));
            diagnostic = diagnostic.at(span, primary.text.clone());
        }
        for label in &self.secondary {
            let span = shown(&label.at, span(&label.at));
            diagnostic = diagnostic.also(span, label.text.clone());
        }
        diagnostic.notes.clone_from(&self.notes);
        diagnostic.help.clone_from(&self.help);
        diagnostic.fault = self.fault;
        diagnostic.rule.clone_from(&self.rule);
        diagnostic.waived = self.waived.as_deref().cloned();
        for tag in &self.tags {
            diagnostic = diagnostic.tag(*tag);
        }
        for subject in self.subject.iter().chain(&self.subjects) {
            diagnostic = diagnostic.subject(subject.clone());
        }
        let found = self
            .hint
            .as_ref()
            .map(|hint| suggest::look_up(db, hint))
            .unwrap_or_default();
        for help in found.help {
            diagnostic = diagnostic.help(help);
        }
        for fix in self.fixes.iter().chain(&found.fixes) {
            diagnostic = diagnostic.fix(resolve_fix(db, fix, &mut span));
        }
        diagnostic
    }
}

fn resolve_fix(db: &dyn Db, fix: &ProblemFix, span: &mut dyn FnMut(&Anchor) -> Span) -> Fix {
    let edits = fix
        .edits
        .iter()
        .map(|edit| {
            let whole = span(&edit.at);
            let (start, end) = (whole.range.start(), whole.range.end());
            let (at, text) = match edit.mode {
                EditMode::Replace => (whole, edit.text.clone()),
                EditMode::Before => (empty(whole, start), edit.text.clone()),
                EditMode::After => (empty(whole, end), edit.text.clone()),
                EditMode::Entry => {
                    let (at, text) = entry_after(edit.at.file(db).text(db), end, &edit.text);
                    (empty(whole, at), text)
                }
            };
            Edit { span: at, text }
        })
        .collect();
    Fix {
        title: fix.title.clone(),
        edits,
        applicability: fix.applicability,
    }
}

fn empty(span: Span, at: TextSize) -> Span {
    Span::new(span.file, TextRange::empty(at))
}

/// Where an entry goes after one that ends at an offset, and with what around it.
fn entry_after(text: &str, end: TextSize, entry: &str) -> (TextSize, String) {
    let (before, after) = text.split_at(usize::from(end));
    let rest = after.lines().next().unwrap_or_default();
    let behind = rest.trim_start_matches([' ', '\t', ',']);
    if !behind.is_empty() && !behind.starts_with("//") {
        return (end, format!(", {entry}"));
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indentation = &line[..line.len() - line.trim_start().len()];
    (
        end + TextSize::of(rest.trim_end()),
        format!("\n{indentation}{entry}"),
    )
}
