//! Completion: a value brought into the shape of its type. Gaps are filled from the type's defaults, maps are ordered, and what the
//! checker could not know is checked: bounds, forms of text, what is missing.

use plat_diagnostics::codes;
use plat_model::quantity::{Rational, ratio_text};
use plat_model::{Field, Node, Origin, Value, field, text};

use super::{Cx, Eval, Poison, Session};
use crate::problem::{Anchor, Problem};
use crate::ty::{Bounds, RecordType, Type, TypeKind};

/// Whether there is anything to check or fill at all.
fn is_plain(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Error
        | TypeKind::Bool
        | TypeKind::Int
        | TypeKind::String
        | TypeKind::Date
        | TypeKind::Ratio
        | TypeKind::Quantity(_)
        | TypeKind::Money
        | TypeKind::Enum(_)
        | TypeKind::Fact(_)
        | TypeKind::Instance(_)
        | TypeKind::Face(_)
        | TypeKind::Schema(_)
        | TypeKind::None => true,
        TypeKind::List(inner) | TypeKind::Optional(inner) => is_plain(inner),
        _ => false,
    }
}

impl<'a> Session<'a> {
    /// The value in the shape of its type.
    pub(super) fn complete(&mut self, node: Node<'a>, ty: &'a Type) -> Eval<Node<'a>> {
        if is_plain(ty) {
            return Ok(node);
        }
        if let Value::Late(_) = node.value {
            return Ok(node);
        }
        self.burn(1)?;
        match &ty.kind {
            TypeKind::Optional(inner) => match node.value {
                Value::None => Ok(node),
                _ => self.complete(node, inner),
            },
            TypeKind::Float => Ok(match node.value {
                #[allow(clippy::cast_precision_loss, reason = "an int where a float is wanted")]
                Value::Int(value) => Node::new(Value::Float(value as f64), node.origin),
                _ => node,
            }),
            TypeKind::List(inner) => {
                let Value::List(items) = node.value else {
                    return Err(Poison);
                };
                let mut list = self.list_of(items.len());
                for item in items {
                    list.push(self.complete(*item, inner)?);
                }
                Ok(Node::new(Value::List(self.keep(list)?), node.origin))
            }
            TypeKind::Map(inner) => self.complete_map(node, inner),
            TypeKind::Record(record) => self.complete_record(node, record),
            TypeKind::Bounded(bounds) => self.check_bounds(node, bounds, ty),
            TypeKind::Text(kind) => {
                let Value::Str(value) = node.value else {
                    return Ok(node);
                };
                match text::check(*kind, value) {
                    Ok(()) => Ok(node),
                    Err(error) => {
                        let message = format!("{value:?} is not {}", kind.noun());
                        let mut problem = Problem::new(&codes::MALFORMED_TEXT, message);
                        if let Some(help) = error.help {
                            problem = problem.help(help);
                        }
                        self.blame(problem, node.origin, &error.message)
                    }
                }
            }
            TypeKind::Matching(pattern) => {
                let Value::Str(value) = node.value else {
                    return Ok(node);
                };
                if self.matches_pattern(pattern, value) {
                    return Ok(node);
                }
                let problem = Problem::new(
                    &codes::MALFORMED_TEXT,
                    format!("{value:?} does not match `{pattern}`"),
                );
                self.blame(problem, node.origin, "another form is required")
            }
            TypeKind::Literals(texts) => match node.value {
                Value::Str(value) if !texts.iter().any(|text| text == value) => {
                    let allowed: Vec<String> =
                        texts.iter().map(|text| format!("{text:?}")).collect();
                    let problem = Problem::new(
                        &codes::MALFORMED_TEXT,
                        format!("{value:?} is not among the allowed values"),
                    )
                    .note(format!("allowed: {}", allowed.join(", ")));
                    self.blame(problem, node.origin, "not allowed")
                }
                _ => Ok(node),
            },
            _ => Ok(node),
        }
    }

    /// A finding at the source line that made a value.
    fn blame(&mut self, problem: Problem, origin: Origin, label: &str) -> Eval<Node<'a>> {
        let problem = match self.anchor(origin) {
            Some(at) => problem.at(at, label),
            None => problem,
        };
        self.fail(problem)
    }

    fn complete_map(&mut self, node: Node<'a>, inner: &'a Type) -> Eval<Node<'a>> {
        let node = self.open(node)?;
        let Some(fields) = node.value.fields() else {
            return Err(Poison);
        };
        let mut list = self.list_of(fields.len());
        for field in fields {
            // `none` removes an entry.
            if matches!(field.node.value, Value::None) && !inner.is_optional() {
                self.look_presence(&field.node);
                continue;
            }
            list.push(Field {
                key: field.key,
                node: self.complete(field.node, inner)?,
            });
        }
        list.sort_by_key(|field: &Field<'a>| field.key);
        Ok(Node::new(Value::Map(self.keep(list)?), node.origin))
    }

    fn complete_record(&mut self, node: Node<'a>, record: &'a RecordType) -> Eval<Node<'a>> {
        let node = self.open(node)?;
        let Some(fields) = node.value.fields() else {
            return Err(Poison);
        };
        let mut list = self.list_of(record.fields.len());
        let mut failed = false;
        for wanted in &record.fields {
            let found = field(fields, &wanted.name).map(|field| field.node);
            let value = match found {
                Some(value) if !matches!(value.value, Value::None) || wanted.ty.is_optional() => {
                    self.complete(value, &wanted.ty)
                }
                _ => self.gap(&node, record, wanted),
            };
            match value {
                Ok(value) => list.push(Field {
                    key: wanted.name.as_str(),
                    node: value,
                }),
                Err(Poison) => failed = true,
            }
        }
        if failed {
            return Err(Poison);
        }
        Ok(Node::new(Value::Record(self.keep(list)?), node.origin))
    }

    /// What a record's field is when nothing sets it, decided by what decided that.
    fn gap(
        &mut self,
        around: &Node<'a>,
        record: &RecordType,
        wanted: &'a crate::ty::FieldType,
    ) -> Eval<Node<'a>> {
        if !self.tracks() {
            return self.gap_of(around.origin, record, wanted);
        }
        self.tagging(|session| {
            session.look_at_absence(around, &wanted.name);
            session.gap_of(Origin::COMPILER, record, wanted)
        })
    }

    fn gap_of(
        &mut self,
        origin: Origin,
        record: &RecordType,
        wanted: &'a crate::ty::FieldType,
    ) -> Eval<Node<'a>> {
        if let Some((decl, expr)) = wanted.default {
            let unit = self.unit(decl);
            let node = self.with_locals(&[], |session| {
                session.eval_apart(Cx { frame: None, unit }, expr)
            })?;
            return self.complete(node, &wanted.ty);
        }
        match &wanted.ty.kind {
            TypeKind::Optional(_) => Ok(Node::new(Value::None, origin)),
            TypeKind::Record(inner) => {
                let empty = Node::new(Value::Record(&[]), origin);
                self.complete_record(empty, inner)
            }
            _ => {
                let what = record
                    .name
                    .as_ref()
                    .map_or("this record".to_owned(), |name| format!("`{name}`"));
                let problem = Problem::new(
                    &codes::MISSING_VALUE,
                    format!("{what} needs `{}`, and nothing sets it", wanted.name),
                )
                .help(format!("add `{} = …`", wanted.name));
                let problem = match wanted.declared {
                    Some((decl, node)) => {
                        problem.also_node(decl, node, "declared here without a default")
                    }
                    None => problem,
                };
                self.blame(problem, origin, "something is missing here")
            }
        }
    }

    fn check_bounds(&mut self, node: Node<'a>, bounds: &Bounds, ty: &Type) -> Eval<Node<'a>> {
        let value: Option<Rational> = match node.value {
            Value::Quantity(quantity) => Some(quantity.value()),
            _ => super::operators::exact(&node.value),
        };
        match value {
            Some(value) if value < bounds.low || value > bounds.high => {
                let written = match node.value {
                    Value::Quantity(quantity) => quantity.to_string(),
                    Value::Ratio(ratio) => ratio_text(*ratio),
                    _ => value.to_string(),
                };
                let problem = Problem::new(
                    &codes::OUT_OF_RANGE,
                    format!("{written} is not in `{}`", ty.text(self.db)),
                );
                self.blame(problem, node.origin, "out of range")
            }
            _ => Ok(node),
        }
    }

    /// Whether all of a text matches a pattern of the sources.
    pub(super) fn matches_pattern(&mut self, pattern: &str, value: &str) -> bool {
        crate::patterns::is_match(pattern, value)
    }

    /// Reports a value whose place is known, for callers outside this file.
    pub(super) fn blame_at(&mut self, problem: Problem, origin: Origin, label: &str) {
        let problem = match self.anchor(origin) {
            Some(at) => problem.at(at, label),
            None => match self.frames.first().and_then(Option::as_ref) {
                Some(frame) => problem.at(Anchor::name(frame.decl), label),
                None => problem,
            },
        };
        self.report(problem);
    }
}
