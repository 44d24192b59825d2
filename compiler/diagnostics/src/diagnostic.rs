//! One finding, as every phase of the compiler makes it and every renderer reads it.

use std::sync::Arc;

use crate::registry::CodeInfo;
use crate::rule::{Rule, Waived};
use crate::span::Span;

/// How bad a finding is. Ordered: an error is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing needs to be done.
    Info,
    /// Probably not what was meant; the output is made all the same.
    Warning,
    /// The output would be wrong or cannot be made.
    Error,
}

impl Severity {
    /// The word that people and machines read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Whose declaration has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The person who wrote the service or another fact.
    Consumer,
    /// The author of the capability, its defaults or its implementation.
    Capability,
    /// The owner of the environment, the cluster or the cloud behind it.
    Provider,
}

impl Fault {
    /// The word that people and machines read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Capability => "capability",
            Self::Provider => "provider",
        }
    }
}

/// What an editor may do to the text of the primary span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// It has no effect: fade it out.
    Unnecessary,
    /// It will go away: strike it through.
    Deprecated,
}

impl Tag {
    /// The word that machines read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unnecessary => "unnecessary",
            Self::Deprecated => "deprecated",
        }
    }
}

/// A span and what there is to say about it; the text may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words without a final stop, or nothing.
    pub text: String,
}

/// Whether a tool may apply a [`Fix`] without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// There is one answer and this is it.
    MachineApplicable,
    /// A good guess: offered in an editor, never applied by `check --fix`.
    MaybeIncorrect,
}

/// One replacement; an empty span inserts, an empty text deletes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change to the sources that resolves the finding: all edits or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What the change does, as an imperative: ``write `image` ``.
    pub title: String,
    /// The replacements; they may not overlap.
    pub edits: Vec<Edit>,
    /// Whether a tool may apply it without asking.
    pub applicability: Applicability,
}

impl Fix {
    /// A machine-applicable fix of one replacement.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
            applicability: Applicability::MachineApplicable,
        }
    }

    /// A machine-applicable fix that inserts text before the span's first byte.
    #[must_use]
    pub fn insert_before(span: Span, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::replace(Span::empty(span.file, span.start()), text, title)
    }

    /// A machine-applicable fix that inserts text after the span's last byte.
    #[must_use]
    pub fn insert_after(span: Span, text: impl Into<String>, title: impl Into<String>) -> Self {
        Self::replace(Span::empty(span.file, span.end()), text, title)
    }

    /// A machine-applicable fix that deletes the span.
    #[must_use]
    pub fn delete(span: Span, title: impl Into<String>) -> Self {
        Self::replace(span, "", title)
    }

    /// The same fix with one replacement more.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit {
            span,
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
}

/// One finding.
///
/// ```
/// use plat_diagnostics::{Diagnostic, Fault, FileId, Fix, Span, codes};
/// let span = Span::new(FileId(0), text_size::TextRange::new(3.into(), 9.into()));
/// let finding = Diagnostic::new(&codes::UNKNOWN_NAME, "nothing here is called `invntory`")
///     .at(span, "not found")
///     .help("did you mean `inventory`?")
///     .fix(Fix::replace(span, "inventory", "write `inventory`"))
///     .fault(Fault::Consumer);
/// assert_eq!(finding.code.code, "PLT0101");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// What kind of finding this is.
    pub code: &'static CodeInfo,
    /// How bad it is: the code's level unless the finding says otherwise.
    pub severity: Severity,
    /// One sentence without a final stop; names in backticks.
    pub message: String,
    /// The user's value; none for a finding about the whole project or the command line.
    pub primary: Option<Label>,
    /// Places that explain the primary one: the rule, the other definition, the steps of a ring.
    pub secondary: Vec<Label>,
    /// Why: background that stands on its own.
    pub notes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
    /// Changes that resolve it, the best one first.
    pub fixes: Vec<Fix>,
    /// Whose declaration has to change, where that is known.
    pub fault: Option<Fault>,
    /// Addresses such as `checkout@prod` for which it was found, sorted.
    pub subjects: Vec<String>,
    /// Hints for editors.
    pub tags: Vec<Tag>,
    /// The rule of the project that is broken, or cannot be verified.
    pub rule: Option<Arc<Rule>>,
    /// Why it does not count, if it does not.
    pub waived: Option<Waived>,
}

impl Diagnostic {
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
            subjects: Vec::new(),
            tags: Vec::new(),
            rule: None,
            waived: None,
        }
    }

    /// Sets the primary place: what the user wrote.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a place that explains the primary one.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
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
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Says whose declaration has to change.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Adds an address for which this was found.
    #[must_use]
    pub fn subject(mut self, address: impl Into<String>) -> Self {
        let address = address.into();
        if let Err(place) = self.subjects.binary_search(&address) {
            self.subjects.insert(place, address);
        }
        self
    }

    /// Adds a hint for editors.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
        self
    }

    /// Overrides the code's own level, as a guardrail does that only warns until a date.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The primary span, where there is one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|label| label.span)
    }

    /// Whether this finding fails a run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
