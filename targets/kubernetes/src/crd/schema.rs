//! A structural schema as types.

use plat_model::schema::{FieldSchema, ListIdentity, Schema, SchemaId, Shape, TextRules};

use super::{CustomType, text_at};
use crate::conventions;
use crate::manifest::{Entry, Fault, Tree, TreeValue};

/// How controller-gen writes the type `resource.Quantity`: an int-or-string whose pattern begins so.
const QUANTITY_PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))";

/// Schemas nested deeper describe nothing that a person could fill in.
const MAX_DEPTH: usize = 128;

/// Makes types, adding them to a list.
pub(super) struct Converter<'c> {
    pub(super) types: &'c mut Vec<CustomType>,
    /// The id of the first type of the list.
    pub(super) first: u32,
    /// The type of the metadata of embedded resources.
    pub(super) metadata: SchemaId,
    pub(super) faults: &'c mut Vec<Fault>,
}

impl Converter<'_> {
    /// Adds a type without fields.
    pub(super) fn add(&mut self, shape: Shape, doc: &str) -> SchemaId {
        self.push(shape, doc, Box::default())
    }

    /// A field of a record, with its description. `of_object` says whether the record is a whole object.
    pub(super) fn field(
        &mut self,
        record: &Tree,
        property: &Entry,
        of_object: bool,
    ) -> (FieldSchema, Box<str>) {
        self.field_at(record, property, of_object, 1)
    }

    fn field_at(
        &mut self,
        record: &Tree,
        property: &Entry,
        of_object: bool,
        depth: usize,
    ) -> (FieldSchema, Box<str>) {
        let name = &*property.key;
        let ty = self.schema(&property.tree, depth);
        let required = record
            .get("required")
            .map(Tree::elements)
            .unwrap_or_default();
        // A default is filled in before the check for what is required.
        let required = required.iter().any(|known| known.text() == Some(name))
            && property.tree.get("default").is_none();
        let at = (ty.0 - self.first) as usize;
        let is_number = matches!(
            self.types[at].schema.shape,
            Shape::Int { .. } | Shape::Number { .. }
        );
        let field = FieldSchema {
            name: name.into(),
            ty,
            required,
            unit: conventions::sink_unit(name).filter(|_| is_number),
            read_only: conventions::is_read_only("", of_object, name),
        };
        (field, description(&property.tree))
    }

    fn push(&mut self, shape: Shape, doc: &str, field_docs: Box<[Box<str>]>) -> SchemaId {
        let id = self
            .first
            .saturating_add(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(CustomType {
            schema: Schema {
                shape,
                object: None,
            },
            path: None,
            doc: doc.into(),
            field_docs,
        });
        SchemaId(id)
    }

    fn schema(&mut self, schema: &Tree, depth: usize) -> SchemaId {
        let doc = description(schema);
        if depth > MAX_DEPTH {
            self.faults.push(Fault::new(
                schema.span.clone(),
                format!("this schema is nested deeper than {MAX_DEPTH} levels"),
            ));
            return self.add(Shape::Any, &doc);
        }
        let is = |key: &str| {
            schema
                .get(key)
                .is_some_and(|tree| tree.value == TreeValue::Bool(true))
        };
        if is("x-kubernetes-int-or-string") {
            let pattern = text_at(schema, &["pattern"]).unwrap_or_default();
            let shape = if pattern.starts_with(QUANTITY_PATTERN) {
                Shape::Quantity
            } else {
                Shape::IntOrText
            };
            return self.add(shape, &doc);
        }
        let free = is("x-kubernetes-preserve-unknown-fields");
        let embedded = is("x-kubernetes-embedded-resource");
        let shape = match text_at(schema, &["type"]) {
            Some("boolean") => Shape::Bool,
            Some("integer") => self.int(schema),
            Some("number") => Shape::Number {
                min: number(schema.get("minimum")),
                max: number(schema.get("maximum")),
            },
            Some("string") => self.text(schema),
            Some("array") => self.list(schema, depth),
            Some("object") if embedded || schema.get("properties").is_some() => {
                return self.record(schema, embedded, free, &doc, depth);
            }
            Some("object") => match schema.get("additionalProperties") {
                Some(Tree {
                    value: TreeValue::Map(_),
                    ..
                }) => {
                    let values = schema
                        .get("additionalProperties")
                        .map_or(SchemaId(0), |values| self.schema(values, depth + 1));
                    Shape::Map { value: values }
                }
                Some(Tree {
                    value: TreeValue::Bool(true),
                    ..
                }) => Shape::Map {
                    value: self.add(Shape::Any, ""),
                },
                _ => Shape::Record {
                    fields: Box::default(),
                    open: free,
                },
            },
            None if free => Shape::Any,
            Some(other) => {
                let place = schema
                    .get("type")
                    .map_or(schema.span.clone(), |tree| tree.span.clone());
                self.faults.push(Fault::new(
                    place,
                    format!("`{other}` is no type of a schema"),
                ));
                Shape::Any
            }
            None => {
                self.faults.push(
                    Fault::new(super::first_key(schema), "this schema is not structural: it has no `type`")
                        .help("The API server would refuse the definition too. Without a type, anything is allowed here."),
                );
                Shape::Any
            }
        };
        self.add(shape, &doc)
    }

    fn record(
        &mut self,
        schema: &Tree,
        embedded: bool,
        free: bool,
        doc: &str,
        depth: usize,
    ) -> SchemaId {
        let properties = schema
            .get("properties")
            .map(Tree::entries)
            .unwrap_or_default();
        let mut fields = Vec::new();
        for property in properties {
            if !(embedded && matches!(&*property.key, "apiVersion" | "kind" | "metadata")) {
                fields.push(self.field_at(schema, property, embedded, depth + 1));
            }
        }
        if embedded {
            let text = self.add(Shape::Text(TextRules::default()), "");
            for (name, ty, required) in [
                ("apiVersion", text, true),
                ("kind", text, true),
                ("metadata", self.metadata, false),
            ] {
                let field = FieldSchema {
                    name: name.into(),
                    ty,
                    required,
                    unit: None,
                    read_only: false,
                };
                fields.push((field, Box::default()));
            }
        }
        let also = schema
            .get("additionalProperties")
            .is_some_and(|tree| tree.value != TreeValue::Bool(false));
        conventions::sort_fields("", embedded, &mut fields, |(field, _)| &field.name);
        let (fields, docs): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        self.push(
            Shape::Record {
                fields: fields.into(),
                open: free || also,
            },
            doc,
            docs.into(),
        )
    }

    fn list(&mut self, schema: &Tree, depth: usize) -> Shape {
        let element = match schema.get("items") {
            Some(items) => self.schema(items, depth + 1),
            None => {
                self.faults.push(Fault::new(
                    super::first_key(schema),
                    "this list does not say of what: it has no `items`",
                ));
                self.add(Shape::Any, "")
            }
        };
        let keys: Box<[Box<str>]> = schema
            .get("x-kubernetes-list-map-keys")
            .map(Tree::elements)
            .unwrap_or_default()
            .iter()
            .filter_map(|key| key.text().map(Into::into))
            .collect();
        let element_shape = &self.types[(element.0 - self.first) as usize].schema.shape;
        let identity = match text_at(schema, &["x-kubernetes-list-type"]) {
            Some("set") => ListIdentity::Set,
            Some("map")
                if !keys.is_empty()
                    && keys.iter().all(|key| element_shape.field(key).is_some()) =>
            {
                ListIdentity::Map(keys)
            }
            _ => ListIdentity::Atomic,
        };
        Shape::List {
            element,
            identity,
            min_items: count(schema.get("minItems")),
            max_items: count(schema.get("maxItems")),
        }
    }

    fn int(&mut self, schema: &Tree) -> Shape {
        let (low, high) = match text_at(schema, &["format"]) {
            Some("int32") => (Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
            _ => (None, None),
        };
        let exclusive = |key: &str| {
            i64::from(
                schema
                    .get(key)
                    .is_some_and(|tree| tree.value == TreeValue::Bool(true)),
            )
        };
        let min =
            int(schema.get("minimum")).map(|min| min.saturating_add(exclusive("exclusiveMinimum")));
        let max =
            int(schema.get("maximum")).map(|max| max.saturating_sub(exclusive("exclusiveMaximum")));
        // A choice of numbers is narrowed to its ends.
        let choices: Vec<i64> = schema
            .get("enum")
            .map(Tree::elements)
            .unwrap_or_default()
            .iter()
            .filter_map(|tree| int(Some(tree)))
            .collect();
        Shape::Int {
            min: [low, min, choices.iter().min().copied()]
                .into_iter()
                .flatten()
                .max(),
            max: [high, max, choices.iter().max().copied()]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    fn text(&mut self, schema: &Tree) -> Shape {
        let choices = schema.get("enum").map(Tree::elements).unwrap_or_default();
        Shape::Text(TextRules {
            one_of: choices
                .iter()
                .filter_map(|choice| choice.text().map(Into::into))
                .collect(),
            pattern: text_at(schema, &["pattern"]).map(Into::into),
            format: text_at(schema, &["format"]).map(Into::into),
            min_length: count(schema.get("minLength")),
            max_length: count(schema.get("maxLength")),
        })
    }
}

fn description(schema: &Tree) -> Box<str> {
    text_at(schema, &["description"])
        .unwrap_or_default()
        .trim()
        .into()
}

fn count(tree: Option<&Tree>) -> Option<u32> {
    int(tree).and_then(|number| u32::try_from(number).ok())
}

fn int(tree: Option<&Tree>) -> Option<i64> {
    match tree?.value {
        TreeValue::Int(number) => Some(number),
        // Generators write whole bounds with a point or exponent too.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole, and far below the limits of an i64"
        )]
        TreeValue::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(number as i64)
        }
        _ => None,
    }
}

fn number(tree: Option<&Tree>) -> Option<f64> {
    match tree?.value {
        #[expect(clippy::cast_precision_loss, reason = "bounds are small")]
        TreeValue::Int(number) => Some(number as f64),
        TreeValue::Float(number) => Some(number),
        _ => None,
    }
}
