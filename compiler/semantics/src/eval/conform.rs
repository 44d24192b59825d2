//! Conformance: an emitted value brought into the shape of its object's schema, in the order in which people write its fields.
//!
//! Quantities are written as the sink wants them, absent optionals are left out, and everything that the checker could not know
//! is checked here, so that no object leaves the compiler that its schema does not allow.

use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::quantity::{Rational, Unit, kubernetes_number, ratio_in_percent};
use plat_model::schema::{FieldSchema, SchemaId, Schemas, Shape, SinkUnit, TextRules};
use plat_model::{Field, Node, Origin, Value};

use super::{Eval, Poison, Session};
use crate::infer::{describe, literal_misfit};
use crate::problem::Problem;
use crate::scope::distance::nearest;

/// The object that is being brought into shape: for messages.
pub(super) struct Sink<'a> {
    pub(super) store: &'a dyn Schemas,
    /// The path of its type below the target's root.
    pub(super) kind: &'a str,
    pub(super) version: &'a str,
}

impl<'a> Session<'a> {
    /// A value in the shape of a schema; `None` when nothing is left of it.
    pub(super) fn conform(
        &mut self,
        sink: &Sink<'a>,
        node: Node<'a>,
        id: SchemaId,
        unit: Option<SinkUnit>,
    ) -> Eval<Option<Node<'a>>> {
        self.burn(1)?;
        let origin = node.origin;
        let shape: &'a Shape = &sink.store.schema(id).shape;
        let value = match (shape, node.value) {
            (_, Value::None) => return Ok(None),
            (_, Value::Late(_) | Value::Entity(_)) => return self.late_in_object(node),
            (Shape::Any, value) => return self.conform_any(value, origin).map(Some),
            (Shape::Record { fields, open }, Value::Record(have) | Value::Map(have)) => {
                return self
                    .conform_record(sink, have, fields, *open, id, origin)
                    .map(Some);
            }
            (Shape::Map { value }, Value::Record(have) | Value::Map(have)) => {
                let mut list = self.list_of(have.len());
                let mut origin = origin;
                for field in have {
                    match self.conform(sink, field.node, *value, None)? {
                        Some(node) => list.push(Field {
                            key: field.key,
                            node,
                        }),
                        None => origin = self.origin_lacking(origin, field),
                    }
                }
                list.sort_by_key(|field: &Field<'a>| field.key);
                return Ok(Some(Node::new(Value::Map(self.keep(list)?), origin)));
            }
            (
                Shape::List {
                    element,
                    min_items,
                    max_items,
                    ..
                },
                Value::List(have),
            ) => {
                let mut list = self.list_of(have.len());
                let mut origin = origin;
                for item in have {
                    let conformed = self.conform(sink, *item, *element, None)?;
                    if conformed.is_none() {
                        origin = self.origin_without(origin, item);
                    }
                    list.extend(conformed);
                }
                if min_items.is_some_and(|min| list.len() < min as usize)
                    || max_items.is_some_and(|max| list.len() > max as usize)
                {
                    let message = format!(
                        "{} elements, where {} to {} are allowed",
                        list.len(),
                        min_items.unwrap_or(0),
                        max_items.map_or("any number".to_owned(), |max| max.to_string())
                    );
                    return self.bad_value(message, origin);
                }
                return Ok(Some(Node::new(Value::List(self.keep(list)?), origin)));
            }
            (Shape::Bool, Value::Bool(_)) => node.value,
            (Shape::Int { min, max }, value) => match self.whole_number(value, unit, origin)? {
                Some(number) => {
                    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
                        let bounds = (
                            min.map_or("…".into(), |v| v.to_string()),
                            max.map_or("…".into(), |v| v.to_string()),
                        );
                        return self.bad_value(
                            format!("{number} is not between {} and {}", bounds.0, bounds.1),
                            origin,
                        );
                    }
                    Value::Int(number)
                }
                None => return self.wrong_shape(shape, unit, &value, origin),
            },
            (Shape::Number { .. }, Value::Int(_) | Value::Float(_)) => node.value,
            (Shape::Text(rules), value) => {
                return self.conform_text(rules, value, shape, origin).map(Some);
            }
            (Shape::IntOrText, Value::Int(_) | Value::Str(_)) => node.value,
            (Shape::IntOrText, Value::Ratio(ratio)) => {
                let percent = self.percent(*ratio, origin)?;
                Value::Str(self.text(&format!("{percent}%"))?)
            }
            (Shape::IntOrText, Value::Quantity(_)) => match self.quantity_text(node.value)? {
                Some(text) => Value::Str(text),
                None => return self.wrong_shape(shape, unit, &node.value, origin),
            },
            (Shape::Quantity, value) => match self.quantity_text(value)? {
                Some(text) => Value::Str(text),
                None => return self.wrong_shape(shape, unit, &value, origin),
            },
            (_, value) => return self.wrong_shape(shape, unit, &value, origin),
        };
        Ok(Some(Node::new(value, origin)))
    }

    fn conform_record(
        &mut self,
        sink: &Sink<'a>,
        have: &'a [Field<'a>],
        fields: &'a [FieldSchema],
        open: bool,
        id: SchemaId,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut list: ArenaVec<'a, (usize, Field<'a>)> = self.list_of(have.len());
        let mut failed = false;
        let mut next = 0;
        let mut origin = origin;
        for field in have {
            let found = position(fields, field.key, next);
            next = found.map_or(next, |index| index + 1);
            match found {
                Some(index)
                    if fields[index].read_only && !matches!(field.node.value, Value::None) =>
                {
                    let message = format!("`{}` is written by the cluster alone", field.key);
                    let problem = Problem::new(&codes::READ_ONLY_FIELD, message)
                        .help("leave it out: it says what the cluster found out about the object");
                    self.blame_at(problem, field.node.origin, "set here");
                    failed = true;
                }
                Some(index) => {
                    match self.conform(sink, field.node, fields[index].ty, fields[index].unit) {
                        Ok(Some(node)) => list.push((
                            index,
                            Field {
                                key: field.key,
                                node,
                            },
                        )),
                        Ok(None) => origin = self.origin_lacking(origin, field),
                        Err(Poison) => failed = true,
                    }
                }
                None if matches!(field.node.value, Value::None) => {
                    origin = self.origin_lacking(origin, field);
                }
                None if open => {
                    let node = self.conform_any(field.node.value, field.node.origin)?;
                    list.push((
                        usize::MAX,
                        Field {
                            key: field.key,
                            node,
                        },
                    ));
                }
                None => {
                    self.unknown_field(sink, id, field, fields);
                    failed = true;
                }
            }
        }
        list.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.key.cmp(b.1.key)));
        let required = |known: &&'a FieldSchema| {
            known.required && !matches!(&*known.name, "apiVersion" | "kind")
        };
        for known in fields.iter().filter(required) {
            let given = plat_model::field(have, &known.name);
            // What was given and is wrong has its finding; what was removed, is missing where that was said.
            if given.is_some_and(|field| !matches!(field.node.value, Value::None)) {
                continue;
            }
            let origin = given.map_or(origin, |field| field.node.origin);
            let problem = Problem::new(
                &codes::MISSING_OBJECT_FIELD,
                format!(
                    "`{}` needs `{}`, which has no value here",
                    path_of(sink, id),
                    known.name
                ),
            );
            self.blame_at(problem, origin, "something is missing here");
            failed = true;
        }
        if failed {
            return Err(Poison);
        }
        let mut ordered = self.list_of(list.len());
        ordered.extend(list.into_iter().map(|(_, field)| field));
        Ok(Node::new(Value::Record(self.keep(ordered)?), origin))
    }

    fn unknown_field(
        &mut self,
        sink: &Sink<'a>,
        id: SchemaId,
        field: &Field<'a>,
        fields: &[FieldSchema],
    ) {
        let path = path_of(sink, id);
        let said = format!("has no field `{}`", field.key);
        if self.checker_reports(|known| known.message.contains(&said)) {
            return;
        }
        let others: Vec<&str> = sink
            .store
            .versions()
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                let version = plat_model::schema::VersionId(*index as u16);
                sink.store
                    .resolve(version, &path)
                    .is_some_and(|other| sink.store.schema(other).shape.field(field.key).is_some())
            })
            .map(|(_, version)| version.as_str())
            .collect();
        let problem = if others.is_empty() {
            let problem = Problem::new(
                &codes::UNKNOWN_OBJECT_FIELD,
                format!("`{path}` has no field `{}`", field.key),
            );
            match nearest(field.key, fields.iter().map(|known| &*known.name)) {
                Some(near) => problem.help(format!("the nearest is `{near}`")),
                None => problem,
            }
        } else {
            Problem::new(
                &codes::FIELD_OF_OTHER_VERSION,
                format!("`{path}` has no field `{}` in Kubernetes {}", field.key, sink.version),
            )
            .note(format!("it exists in {}", others.join(", ")))
            .help("leave it out where the environment's version does not have it, or raise `kubernetes` of the environment")
        };
        self.blame_at(problem, field.node.origin, "unknown field");
    }

    fn conform_any(&mut self, value: Value<'a>, mut origin: Origin) -> Eval<Node<'a>> {
        self.burn(1)?;
        let value = match value {
            Value::Late(_) | Value::Entity(_) => {
                return self.late_in_object(Node::new(value, origin));
            }
            Value::Record(fields) | Value::Map(fields) => {
                let sorted = matches!(value, Value::Map(_));
                let mut list = Vec::with_capacity(fields.len());
                for field in fields {
                    if matches!(field.node.value, Value::None) {
                        origin = self.origin_lacking(origin, field);
                        continue;
                    }
                    list.push(Field {
                        key: field.key,
                        node: self.conform_any(field.node.value, field.node.origin)?,
                    });
                }
                let list = self.slice(&list)?;
                if sorted {
                    Value::Map(list)
                } else {
                    Value::Record(list)
                }
            }
            Value::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    if matches!(item.value, Value::None) {
                        origin = self.origin_without(origin, item);
                        continue;
                    }
                    list.push(self.conform_any(item.value, item.origin)?);
                }
                Value::List(self.slice(&list)?)
            }
            Value::Variant(variant) => Value::Str(variant.name),
            Value::Quantity(_) | Value::Ratio(_) | Value::Date(_) => {
                let mut text = String::new();
                self.write_text(&Node::new(value, origin), &mut text)?;
                Value::Str(self.text(&text)?)
            }
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => value,
        };
        Ok(Node::new(value, origin))
    }

    fn conform_text(
        &mut self,
        rules: &'a TextRules,
        value: Value<'a>,
        shape: &Shape,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let text = match value {
            Value::Str(text) => text,
            Value::Variant(variant) if variant.payload.is_empty() => variant.name,
            Value::Date(date) => self.text(&date.to_string())?,
            Value::Quantity(quantity) if rules.format.as_deref() == Some("duration") => {
                match quantity.go_duration() {
                    Ok(rounded) => self.text(&rounded.value)?,
                    Err(_) => return self.wrong_shape(shape, None, &value, origin),
                }
            }
            _ => return self.wrong_shape(shape, None, &value, origin),
        };
        let misfit = if rules
            .pattern
            .as_ref()
            .is_some_and(|pattern| !crate::patterns::is_match(pattern, text))
        {
            let pattern = rules.pattern.as_deref().unwrap_or_default();
            Some(format!("{text:?} does not match the pattern `{pattern}`"))
        } else if rules.one_of.is_empty()
            && rules.max_length.is_none()
            && rules.min_length.is_none()
        {
            None
        } else {
            literal_misfit(rules, text).map(|(message, _)| message)
        };
        match misfit {
            None => Ok(Node::new(Value::Str(text), origin)),
            Some(message) => self.bad_value(message, origin),
        }
    }

    /// A whole number in the unit of the sink.
    fn whole_number(
        &mut self,
        value: Value<'a>,
        unit: Option<SinkUnit>,
        origin: Origin,
    ) -> Eval<Option<i64>> {
        Ok(match (value, unit) {
            (Value::Int(number), _) => Some(number),
            (Value::Ratio(ratio), Some(SinkUnit::Percent)) => Some(self.percent(*ratio, origin)?),
            (Value::Quantity(quantity), Some(unit)) => {
                let unit = match unit {
                    SinkUnit::Seconds => Unit::Second,
                    SinkUnit::Milliseconds => Unit::Millisecond,
                    SinkUnit::Bytes => Unit::Byte,
                    SinkUnit::Percent => return Ok(None),
                };
                quantity.in_unit(unit).ok().map(|rounded| rounded.value)
            }
            _ => None,
        })
    }

    fn percent(&mut self, ratio: Rational, origin: Origin) -> Eval<i64> {
        match ratio_in_percent(ratio) {
            Ok(rounded) => Ok(rounded.value),
            Err(_) => self.bad_value("this ratio is too large".to_owned(), origin),
        }
    }

    fn quantity_text(&mut self, value: Value<'a>) -> Eval<Option<&'a str>> {
        let text = match value {
            Value::Str(text) => return Ok(Some(text)),
            Value::Quantity(quantity) => {
                quantity.kubernetes_text().ok().map(|rounded| rounded.value)
            }
            _ => super::operators::exact(&value)
                .and_then(|number| kubernetes_number(number).ok())
                .map(|rounded| rounded.value),
        };
        match text {
            Some(text) => self.text(&text).map(Some),
            None => Ok(None),
        }
    }

    fn wrong_shape<T>(
        &mut self,
        shape: &Shape,
        unit: Option<SinkUnit>,
        value: &Value<'a>,
        origin: Origin,
    ) -> Eval<T> {
        let problem = Problem::new(
            &codes::TYPE_MISMATCH,
            format!(
                "expected {}, found {}",
                describe(shape, unit),
                value.kind_name()
            ),
        );
        self.blame_at(problem, origin, "made here");
        Err(Poison)
    }

    fn bad_value<T>(&mut self, message: String, origin: Origin) -> Eval<T> {
        self.blame_at(
            Problem::new(&codes::BAD_OBJECT_VALUE, message),
            origin,
            "made here",
        );
        Err(Poison)
    }

    fn late_in_object<T>(&mut self, node: Node<'a>) -> Eval<T> {
        // The checker follows late values to the objects; only what has no type there is found here.
        let late = [&codes::SECRET_EXPOSED, &codes::KNOWN_TOO_LATE];
        if self.checker_reports(|known| late.iter().any(|code| std::ptr::eq(known.code, *code))) {
            return Err(Poison);
        }
        let problem = match node.value {
            Value::Late(late) if late.secret => Problem::new(
                &codes::SECRET_EXPOSED,
                "a secret would be written into an object",
            ),
            Value::Late(_) => Problem::new(
                &codes::KNOWN_TOO_LATE,
                "this value is not known when the object is written",
            ),
            _ => Problem::new(
                &codes::TYPE_MISMATCH,
                "an instance cannot be written into an object",
            ),
        };
        self.blame_at(problem, node.origin, "made here");
        Err(Poison)
    }
}

fn path_of(sink: &Sink<'_>, id: SchemaId) -> String {
    sink.store.path(id).unwrap_or(sink.kind).to_owned()
}

/// Where a field stands in its schema: most follow each other in the order in which the schema has them.
fn position(fields: &[FieldSchema], key: &str, next: usize) -> Option<usize> {
    let named = |known: &FieldSchema| *known.name == *key;
    let after = fields[next..].iter().position(named);
    after
        .map(|index| index + next)
        .or_else(|| fields[..next].iter().position(named))
}
