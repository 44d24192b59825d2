//! A place in an object: the node and the way there, which becomes a path only when something is wrong.

use plat_model::{Field, Node, Origin, Value, field};

use super::{Problem, ProblemKind};
use crate::path::Segment;

/// A place in an object.
#[derive(Clone, Copy)]
pub(super) struct At<'a, 'p> {
    node: &'a Node<'a>,
    step: Step<'a>,
    parent: Option<&'p At<'a, 'p>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a, 'p> At<'a, 'p> {
    pub(super) fn root(node: &'a Node<'a>) -> Self {
        Self {
            node,
            step: Step::Root,
            parent: None,
        }
    }

    pub(super) fn value(&self) -> &'a Value<'a> {
        &self.node.value
    }

    pub(super) fn origin(&self) -> Origin {
        self.node.origin
    }

    fn fields(&self) -> &'a [Field<'a>] {
        self.node.value.fields().unwrap_or_default()
    }

    /// The field of that name; an absent value counts as none.
    pub(super) fn get<'s>(&'s self, key: &str) -> Option<At<'a, 's>>
    where
        'p: 's,
    {
        let found =
            field(self.fields(), key).filter(|found| !matches!(found.node.value, Value::None))?;
        Some(At {
            node: &found.node,
            step: Step::Key(found.key),
            parent: Some(self),
        })
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Calls `act` with the place at a path of keys, if there is one.
    pub(super) fn with(&self, keys: &[&str], act: &mut dyn FnMut(At<'a, '_>)) {
        match keys {
            [] => act(*self),
            [first, rest @ ..] => {
                if let Some(next) = self.get(first) {
                    next.with(rest, act);
                }
            }
        }
    }

    /// The elements of a list.
    pub(super) fn elements<'s>(&'s self) -> impl Iterator<Item = At<'a, 's>>
    where
        'p: 's,
    {
        let elements = match self.node.value {
            Value::List(elements) => elements,
            _ => &[],
        };
        let present = elements
            .iter()
            .enumerate()
            .filter(|(_, node)| !matches!(node.value, Value::None));
        present.map(|(index, node)| At {
            node,
            step: Step::Index(index),
            parent: Some(self),
        })
    }

    /// The entries of a record or map.
    pub(super) fn entries<'s>(&'s self) -> impl Iterator<Item = (&'a str, At<'a, 's>)>
    where
        'p: 's,
    {
        let present = self
            .fields()
            .iter()
            .filter(|field| !matches!(field.node.value, Value::None));
        present.map(|field| {
            (
                field.key,
                At {
                    node: &field.node,
                    step: Step::Key(field.key),
                    parent: Some(self),
                },
            )
        })
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        match self.node.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn int(&self) -> Option<i64> {
        match self.node.value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        matches!(self.node.value, Value::Bool(true))
    }

    /// The text of a field.
    pub(super) fn text_of(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(|at| at.text())
    }

    /// The number of a field.
    pub(super) fn int_of(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(|at| at.int())
    }

    /// Whether a field is `true`.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some_and(|at| at.is_true())
    }

    /// The way here from the root.
    pub(super) fn path(&self) -> Vec<Segment> {
        let mut path = Vec::new();
        let mut at = Some(self);
        while let Some(here) = at {
            match here.step {
                Step::Root => {}
                Step::Key(key) => path.push(Segment::Key(key.into())),
                Step::Index(index) => path.push(Segment::Index(index)),
            }
            at = here.parent;
        }
        path.reverse();
        path
    }

    /// Something wrong here.
    pub(super) fn problem(&self, kind: ProblemKind, message: impl Into<String>) -> Problem {
        Problem {
            kind,
            path: self.path(),
            origin: self.node.origin,
            range: None,
            message: message.into(),
            help: None,
            suggestion: None,
            related: None,
        }
    }

    /// Something wrong with a field that may not be there.
    pub(super) fn problem_at(
        &self,
        key: &str,
        kind: ProblemKind,
        message: impl Into<String>,
    ) -> Problem {
        match self.get(key) {
            Some(at) => at.problem(kind, message),
            None => {
                let mut problem = self.problem(kind, message);
                problem.path.push(Segment::Key(key.into()));
                problem
            }
        }
    }
}
