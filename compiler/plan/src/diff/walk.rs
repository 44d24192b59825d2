//! The walk through two versions of an object.

use plat_model::change::{Impact, ObjectRef, Path, Step, Verdict};
use plat_model::output::MAX_DEPTH;
use plat_model::schema::{SchemaId, Shape};
use plat_model::tree::{Tree, TreeValue};

use super::{Comparison, meaning, secret};
use crate::plan::FieldChange;

/// Where a comparison is, and what it has found.
pub(super) struct Walk<'a> {
    pub(super) comparison: Comparison<'a>,
    pub(super) objects: (ObjectRef<'a>, ObjectRef<'a>),
    pub(super) path: Path,
    pub(super) changes: Vec<FieldChange>,
    /// Set while two values are only compared in meaning: how they differ is not told then.
    probe: Option<Probe>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Probe {
    Same,
    Different,
}

impl<'a> Walk<'a> {
    pub(super) fn new(comparison: Comparison<'a>, objects: (ObjectRef<'a>, ObjectRef<'a>)) -> Self {
        Self {
            comparison,
            objects,
            path: Path::default(),
            changes: Vec::new(),
            probe: None,
        }
    }

    /// The shape of a type; free data has none.
    pub(super) fn shape(&self, schema: Option<SchemaId>) -> Option<&'a Shape> {
        match &self.comparison.schemas.schema(schema?).shape {
            Shape::Any => None,
            shape => Some(shape),
        }
    }

    /// Does something one step deeper.
    pub(super) fn below(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.path.0.push(step);
        walk(self);
        self.path.0.pop();
    }

    /// Compares two values of which either may be absent.
    pub(super) fn value(
        &mut self,
        schema: Option<SchemaId>,
        before: Option<&Tree>,
        after: Option<&Tree>,
    ) {
        match (before, after) {
            (Some(before), Some(after)) => self.both(schema, before, after),
            (None, None) => {}
            _ => self.one(schema, before, after),
        }
    }

    /// Compares two values.
    pub(super) fn both(&mut self, schema: Option<SchemaId>, before: &Tree, after: &Tree) {
        if before == after || self.probe == Some(Probe::Different) {
            return;
        }
        if self.path.0.len() >= MAX_DEPTH {
            return self.differ(Some(before), Some(after));
        }
        let shape = self.shape(schema);
        // Free data may mean something by a null, such as "delete what is there".
        if shape.is_some() && (before.is_null() || after.is_null()) {
            return self.one(schema, Some(before), Some(after));
        }
        match (&before.value, &after.value) {
            (TreeValue::Map(old), TreeValue::Map(new)) => self.entries(shape, old, new),
            _ if self.is_secret() => {
                if secret::digest(before) != secret::digest(after) {
                    self.differ(Some(before), Some(after));
                }
            }
            (TreeValue::List(old), TreeValue::List(new)) => {
                self.lists(shape, (before, old), (after, new));
            }
            (TreeValue::Secret(_), TreeValue::Text(_))
            | (TreeValue::Text(_), TreeValue::Secret(_))
                if secret::digest(before) == secret::digest(after) => {}
            _ => match self.scalars(shape, before, after) {
                Some(words) => self.alike(Some(before), Some(after), || words),
                None => self.differ(Some(before), Some(after)),
            },
        }
    }

    fn scalars(&self, shape: Option<&Shape>, before: &Tree, after: &Tree) -> Option<String> {
        let is_duration = || {
            let rules = self.comparison.rules;
            rules.is_duration(self.objects.1, &self.path)
        };
        meaning::same(shape, is_duration, before, after)
    }

    /// Compares a value with none. A null is none where the type of the value is known.
    fn one(&mut self, schema: Option<SchemaId>, before: Option<&Tree>, after: Option<&Tree>) {
        // An element of a list is there or not, whatever it says.
        let is_field = matches!(self.path.0.last(), Some(Step::Field(_) | Step::Entry(_)));
        if !is_field {
            return self.differ(before, after);
        }
        let is_typed = self.shape(schema).is_some();
        let present =
            |tree: Option<&'_ Tree>| tree.is_some_and(|tree| !(is_typed && tree.is_null()));
        let (is_new, present, absent_in) = match (present(before), present(after)) {
            (false, false) => return self.alike(before, after, || "null means absent".to_owned()),
            (true, false) => (false, before, self.objects.1),
            (_, true) => (true, after, self.objects.0),
        };
        let Some(present) = present else { return };
        let rules = self.comparison.rules;
        if matches!(present.value, TreeValue::Unknown(_)) {
            return self.differ(before, after);
        }
        if let Some(default) = rules.default_of(absent_in, &self.path) {
            let pair = if is_new {
                (&default, present)
            } else {
                (present, &default)
            };
            if self.mean_the_same(schema, pair) {
                return self.alike(before, after, || meaning::default_words(&default));
            }
        }
        if self.is_empty_container(schema, present) && rules.empty_is_absent(absent_in, &self.path)
        {
            return self.alike(before, after, || "empty means absent".to_owned());
        }
        self.differ(before, after);
    }

    /// Whether it is a list or a free map with nothing in it. A record without fields is something: `emptyDir: {}`.
    fn is_empty_container(&self, schema: Option<SchemaId>, tree: &Tree) -> bool {
        match self.shape(schema) {
            Some(Shape::List { .. }) => tree.items().is_some_and(<[_]>::is_empty),
            Some(Shape::Map { .. }) => tree.entries().is_some_and(<[_]>::is_empty),
            _ => false,
        }
    }

    /// Whether two values differ at most in how they are written.
    pub(super) fn mean_the_same(
        &mut self,
        schema: Option<SchemaId>,
        (before, after): (&Tree, &Tree),
    ) -> bool {
        let outer = self.probe.replace(Probe::Same);
        self.both(schema, before, after);
        let same = self.probe == Some(Probe::Same);
        self.probe = outer;
        same
    }

    fn is_secret(&self) -> bool {
        let object = self.objects.1;
        let rules = self.comparison.rules;
        rules.is_secret(object.api_version, object.kind, &self.path)
    }

    /// Records that something is only written differently.
    pub(super) fn alike(
        &mut self,
        before: Option<&Tree>,
        after: Option<&Tree>,
        words: impl FnOnce() -> String,
    ) {
        if self.probe.is_none() {
            let equal = if self.is_secret() {
                "it means the same".to_owned()
            } else {
                words()
            };
            self.record(before, after, Some(equal), Verdict::new(Impact::None, ""));
        }
    }

    /// Records a change.
    pub(super) fn differ(&mut self, before: Option<&Tree>, after: Option<&Tree>) {
        if self.probe.is_some() {
            self.probe = Some(Probe::Different);
            return;
        }
        let unknown = [after, before]
            .into_iter()
            .flatten()
            .find_map(|tree| match &tree.value {
                TreeValue::Unknown(reason) => Some(reason.clone()),
                _ => None,
            });
        let verdict = match unknown {
            Some(reason) => Verdict {
                impact: Impact::Unknown,
                replaces: false,
                reason: String::from(reason).into(),
            },
            None => {
                let rules = self.comparison.rules;
                rules.changed(self.objects, &self.path, before, after)
            }
        };
        self.record(before, after, None, verdict);
    }

    fn record(
        &mut self,
        before: Option<&Tree>,
        after: Option<&Tree>,
        equal: Option<String>,
        verdict: Verdict,
    ) {
        let rules = self.comparison.rules;
        let shown = |object, tree: Option<&Tree>| {
            tree.map(|tree| secret::redacted(rules, object, &self.path, tree))
        };
        self.changes.push(FieldChange {
            path: self.path.clone(),
            before: shown(self.objects.0, before),
            after: shown(self.objects.1, after),
            equal,
            verdict,
            why: Vec::new(),
        });
    }
}
