//! What is wrong with an object, as an API server would find it, without one.
//!
//! [`conforms`] compares an object with its schema: fields, types, choices, bounds. [`object`] finds what no schema says and
//! an API server refuses all the same, or accepts and can never run: a selector that matches nothing, a request above its limit, a
//! probe of a port that is not there. [`manifest`] does both.

mod at;
mod nearest;
mod rules;
mod schema;
mod selector;

use std::ops::Range;

use plat_model::schema::{ObjectKind, SchemaId, Schemas};
use plat_model::{Node, Origin};

use crate::Store;
use crate::path::Segment;
use at::At;

pub use schema::Checker;

/// Something wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of thing is wrong.
    pub kind: ProblemKind,
    /// Where in the object. For a field that is missing, where it should be.
    pub path: Vec<Segment>,
    /// What made the value there, or the nearest one around it.
    pub origin: Origin,
    /// Which bytes of the value are wrong, when it is text and not all of it is.
    pub range: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What to write instead of the value, or instead of the field's name for an unknown field.
    pub suggestion: Option<String>,
    /// The other place that it is about.
    pub related: Option<Related>,
}

/// Another place that a problem is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where in the object.
    pub path: Vec<Segment>,
    /// What made the value there.
    pub origin: Origin,
    /// What it has to do with the problem.
    pub label: String,
}

/// What sort of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The type has no such field.
    UnknownField,
    /// The type has this field in another version of Kubernetes, which the help names.
    OtherVersion,
    /// Only the cluster writes this field.
    ReadOnlyField,
    /// A field that must be there is not.
    MissingField,
    /// The value is of another type.
    WrongType,
    /// The type is right, the value is none of those allowed.
    WrongValue,
    /// A name, label or key breaks the rules for such names.
    WrongName,
    /// Each value may be right, together they are not.
    Contradiction,
}

/// What is wrong with an object beyond its schema.
#[must_use]
pub fn object(kind: &ObjectKind, body: &Node<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    rules::check(kind, At::root(body), &mut problems);
    problems
}

/// All that is wrong with an object, in the order of its places. What both its schema and the rules find is told once.
#[must_use]
pub fn manifest(store: &Store, id: SchemaId, body: &Node<'_>) -> Vec<Problem> {
    let mut problems = Checker::new(store).conforms(id, body);
    if let Some(kind) = &store.schema(id).object {
        let more = object(kind, body);
        let is_told =
            |path: &[Segment], by: &[Problem]| by.iter().any(|problem| problem.path == path);
        // Of two elements that are the same, the rules speak in the words of the kind.
        problems.retain(|known| {
            known.kind != ProblemKind::Contradiction || !is_told(&known.path, &more)
        });
        let count = problems.len();
        for problem in more {
            if !is_told(&problem.path, &problems[..count]) {
                problems.push(problem);
            }
        }
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    problems
}

/// What is wrong with an object by its schema.
#[must_use]
pub fn conforms(store: &Store, id: SchemaId, body: &Node<'_>) -> Vec<Problem> {
    Checker::new(store).conforms(id, body)
}

impl Problem {
    fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    fn suggest(&mut self, suggestion: impl Into<String>) -> &mut Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    fn related(&mut self, at: &At<'_, '_>, label: impl Into<String>) -> &mut Self {
        self.related = Some(Related {
            path: at.path(),
            origin: at.origin(),
            label: label.into(),
        });
        self
    }
}
