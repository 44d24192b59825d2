//! Sinks: values that flow into a target's object are checked against its schema, at the place in the source.
//!
//! A sink says how a quantity is written: seconds, percent, Kubernetes' own quantities. What depends on computed values is checked
//! again when the object is made.

use plat_diagnostics::codes;
use plat_model::quantity::Dimension;
use plat_model::schema::{FieldSchema, Schema, SchemaId, Shape, SinkUnit, TextRules};

use super::block::Target;
use super::report::listed;
use super::{Checker, fields_of};
use crate::db::{Db, Name, Project};
use crate::hir::{Expr, ExprId, NodeId};
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::distance::nearest;
use crate::ty::{FieldType, Subject, Type, TypeKind, enum_variants};

fn schema(db: &dyn Db, id: SchemaId) -> &Schema {
    Project::get(db).kubernetes(db).0.schema(id)
}

/// The language's type for reading a value of a schema.
#[must_use]
pub fn schema_value_type(db: &dyn Db, id: SchemaId) -> Type {
    match &schema(db, id).shape {
        Shape::Bool => Type::BOOL,
        Shape::Int { .. } => Type::INT,
        Shape::Number { .. } => Type::FLOAT,
        Shape::Text(_) | Shape::Quantity => Type::STRING,
        Shape::Any
        | Shape::IntOrText
        | Shape::List { .. }
        | Shape::Map { .. }
        | Shape::Record { .. } => Type::of(TypeKind::Schema(id)),
    }
}

/// The fields of a schema's record, as one reads them: what need not be there is optional.
pub(super) fn schema_fields(db: &dyn Db, id: SchemaId) -> Vec<FieldType> {
    let Shape::Record { fields, .. } = &schema(db, id).shape else {
        return Vec::new();
    };
    let typed = |field: &FieldSchema| FieldType::builtin(&field.name, read_type(db, field));
    fields.iter().map(typed).collect()
}

/// The type of a field of a target's record.
pub(super) fn schema_field(db: &dyn Db, id: SchemaId, name: &str) -> Option<Type> {
    match &schema(db, id).shape {
        Shape::Record { fields, .. } => {
            let field = fields.iter().find(|field| *field.name == *name)?;
            Some(read_type(db, field))
        }
        Shape::Map { value } => Some(Type::optional(schema_value_type(db, *value))),
        Shape::Any => Some(Type::optional(Type::of(TypeKind::Schema(id)))),
        _ => None,
    }
}

/// The type of a field of an object that is read: it may not be there.
fn read_type(db: &dyn Db, field: &FieldSchema) -> Type {
    let ty = schema_value_type(db, field.ty);
    if field.required || &*field.name == "metadata" {
        ty
    } else {
        Type::optional(ty)
    }
}

/// What walking a schema's list or map yields: index or key, and element.
pub(super) fn element_type(db: &dyn Db, id: SchemaId) -> Option<(Type, Type)> {
    match &schema(db, id).shape {
        Shape::List { element, .. } => Some((Type::INT, schema_value_type(db, *element))),
        Shape::Map { value } => Some((Type::STRING, schema_value_type(db, *value))),
        Shape::Any => Some((Type::ERROR, Type::ERROR)),
        _ => None,
    }
}

impl Checker<'_> {
    /// The type of what an index leads to in a target's list or map: an element by its place or its key (`containers["app"]`), an
    /// entry by its key.
    pub(super) fn element_at(&mut self, id: SchemaId, index: ExprId) -> Option<Type> {
        let db = self.db;
        match &schema(db, id).shape {
            Shape::List { element, .. } => {
                let by = self.infer_expr(index);
                if !by.is_text() {
                    self.expect(index, &by, &Type::INT);
                }
                Some(schema_value_type(db, *element))
            }
            Shape::Map { value } => {
                self.check_expr(index, &Type::STRING);
                Some(schema_value_type(db, *value))
            }
            Shape::Any => {
                self.infer_expr(index);
                Some(Type::of(TypeKind::Schema(id)))
            }
            _ => None,
        }
    }

    /// The field of a target's record, for a path.
    pub(super) fn sink_field(
        &mut self,
        id: SchemaId,
        ty: &Type,
        name: &Name,
        node: NodeId,
    ) -> Option<Target> {
        let shape = self.shape(id);
        match shape {
            Shape::Record { fields, open } => {
                if let Some(field) = fields.iter().find(|field| *field.name == **name) {
                    let mut target =
                        Target::of(Type::optional(Type::of(TypeKind::Schema(field.ty))));
                    target.unit = field.unit;
                    return Some(target);
                }
                if *open {
                    return None;
                }
                let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
                let text = ty.text(self.db);
                let problem = Problem::new(
                    &codes::UNKNOWN_OBJECT_FIELD,
                    format!("`{text}` has no field `{name}`"),
                )
                .at_node(self.decl, node, "unknown field");
                let at = Anchor::Node(self.decl, node);
                let problem = self.suggest_field(problem, at, name, names.into_iter());
                self.problem(problem);
                None
            }
            Shape::Map { value } => Some(Target::of(Type::optional(Type::of(TypeKind::Schema(
                *value,
            ))))),
            Shape::Any => Some(Target::of(Type::optional(ty.clone()))),
            Shape::List { .. } => {
                let text = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::UNKNOWN_OBJECT_FIELD,
                        format!("`{text}` is a list: `{name}` is no field of it"),
                    )
                    .at_node(self.decl, node, "leads nowhere")
                    .help("name the element by its key: `containers[\"app\"]`"),
                );
                None
            }
            _ => {
                let text = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::UNKNOWN_OBJECT_FIELD,
                        format!("`{text}` has no fields, so no `{name}`"),
                    )
                    .at_node(self.decl, node, "leads nowhere"),
                );
                None
            }
        }
    }

    /// Checks an expression against a target's type.
    pub(super) fn check_sink(
        &mut self,
        id: ExprId,
        schema: SchemaId,
        unit: Option<SinkUnit>,
        optional: bool,
    ) -> Type {
        let expected = Type::of(TypeKind::Schema(schema));
        let shape = self.shape(schema).clone();
        let body = self.body;
        match (&body.exprs[id.0 as usize], &shape) {
            (Expr::Missing, _) => return Type::ERROR,
            (
                Expr::If {
                    condition,
                    then,
                    otherwise,
                },
                _,
            ) => {
                self.condition(*condition);
                for branch in [*then, *otherwise] {
                    let ty = self.check_sink(branch, schema, unit, optional);
                    self.set_type(branch, ty);
                }
                return expected;
            }
            (Expr::Match { scrutinee, arms }, _) => {
                let wanted = if optional {
                    Type::optional(expected)
                } else {
                    expected
                };
                return self.match_expr(*scrutinee, arms, Some(&wanted));
            }
            (Expr::Record(entries), Shape::Record { .. } | Shape::Map { .. } | Shape::Any) => {
                let entries = entries.clone();
                self.check_block(&entries, &expected, self.node(id), true);
                return expected;
            }
            (Expr::List(elements), Shape::List { element, .. }) => {
                for item in elements {
                    self.guard(item.guard);
                    if item.spread {
                        self.check_expr(item.value, &expected);
                    } else {
                        let ty = self.check_sink(item.value, *element, None, true);
                        self.set_type(item.value, ty);
                    }
                }
                return expected;
            }
            (Expr::ListFor { body, clauses }, Shape::List { element, .. }) => {
                let depth = self.clauses(clauses);
                let ty = self.check_sink(*body, *element, None, true);
                self.set_type(*body, ty);
                self.locals.truncate(depth);
                return expected;
            }
            (
                Expr::MapFor {
                    key,
                    value,
                    clauses,
                },
                Shape::Map { value: element },
            ) => {
                let depth = self.clauses(clauses);
                self.check_expr(*key, &Type::STRING);
                let ty = self.check_sink(*value, *element, None, true);
                self.set_type(*value, ty);
                self.locals.truncate(depth);
                return expected;
            }
            (Expr::Call { callee, args }, _) => {
                let wanted = if optional {
                    Type::optional(expected)
                } else {
                    expected
                };
                let ty = self.call(id, *callee, args, Some(&wanted));
                self.sink_value(id, &ty, schema, &shape, unit, optional);
                return ty;
            }
            _ => {}
        }
        let ty = self.infer_expr(id);
        self.sink_value(id, &ty, schema, &shape, unit, optional);
        ty
    }

    /// Whether a value of a type may flow into a sink.
    fn sink_value(
        &mut self,
        id: ExprId,
        ty: &Type,
        schema: SchemaId,
        shape: &Shape,
        unit: Option<SinkUnit>,
        optional: bool,
    ) {
        if ty.is_error() {
            return;
        }
        if ty.is_optional() && !optional {
            let wanted = Type::of(TypeKind::Schema(schema));
            self.expect(id, ty, &wanted);
            return;
        }
        let value = ty.unwrapped();
        if value.secret || ty.secret {
            self.problem(
                Problem::new(&codes::SECRET_EXPOSED, "a secret would be readable here")
                    .at_node(self.decl, self.node(id), format!("this is `{}`", ty.text(self.db)))
                    .note("objects are written into files that everybody with access to the repository can read")
                    .help("take it apart: `match v { reference(r) => …, known(x) => …, _ => … }` and write a reference to it"),
            );
            return;
        }
        if value.stage != plat_model::Stage::Source {
            self.problem(
                Problem::new(
                    &codes::KNOWN_TOO_LATE,
                    "this value is not known when the object is written",
                )
                .at_node(
                    self.decl,
                    self.node(id),
                    format!("this is `{}`", ty.text(self.db)),
                )
                .help("take it apart: `match v { field(path) => …, known(x) => …, _ => … }`"),
            );
            return;
        }
        if let TypeKind::Schema(have) = value.kind
            && have == schema
        {
            return;
        }
        if let Err(wanted) = self.accepts(value, shape, unit) {
            let have = value.text(self.db);
            let mut problem = Problem::new(
                &codes::TYPE_MISMATCH,
                format!("expected {wanted}, found `{have}`"),
            )
            .at_node(self.decl, self.node(id), format!("this is `{have}`"));
            if matches!(shape, Shape::Text(_))
                && matches!(
                    value.base().kind,
                    TypeKind::Int | TypeKind::Float | TypeKind::Bool | TypeKind::Quantity(_)
                )
            {
                problem = problem
                    .help("this field is text: write it in quotes, or convert it with `text(…)`");
            }
            self.problem(problem);
            return;
        }
        if let (Shape::Text(rules), Some(text)) = (shape, self.literal_text(id))
            && let Some((message, near)) = literal_misfit(rules, text)
        {
            let mut problem = Problem::new(&codes::BAD_OBJECT_VALUE, message).at_node(
                self.decl,
                self.node(id),
                "not allowed here",
            );
            if let Some(near) = near {
                let fix = format!("{near:?}");
                problem = problem.fix(
                    ProblemFix::replace(self.anchor(id), fix.clone(), format!("write {fix}"))
                        .maybe(),
                );
            }
            self.problem(problem);
        }
    }

    /// Whether a shape takes values of a type; if not, what it takes.
    fn accepts(&self, ty: &Type, shape: &Shape, unit: Option<SinkUnit>) -> Result<(), String> {
        use TypeKind as K;
        let base = ty.base();
        let ok = match (shape, &base.kind) {
            (_, K::Error | K::None) => true,
            (Shape::Any, K::Face(_) | K::Instance(_) | K::Fact(_)) => false,
            (Shape::Any, _) => true,
            (Shape::Bool, K::Bool) => true,
            (Shape::Int { .. }, K::Int) => true,
            (Shape::Int { .. }, K::Ratio) => unit == Some(SinkUnit::Percent),
            (Shape::Int { .. }, K::Quantity(dimension)) => match unit {
                Some(SinkUnit::Seconds | SinkUnit::Milliseconds) => {
                    *dimension == Dimension::DURATION
                }
                Some(SinkUnit::Bytes) => *dimension == Dimension::BYTES,
                _ => false,
            },
            (Shape::Number { .. }, K::Int | K::Float) => true,
            (Shape::Text(_), K::String | K::Date) => true,
            (Shape::Text(rules), K::Quantity(dimension)) => {
                rules.format.as_deref() == Some("duration") && *dimension == Dimension::DURATION
            }
            (Shape::Text(rules), K::Enum(decl)) => {
                enum_variants(self.db, *decl).value.iter().all(|variant| {
                    variant.payload.is_empty()
                        && (rules.one_of.is_empty()
                            || rules.one_of.iter().any(|t| **t == *variant.name))
                })
            }
            (Shape::IntOrText, K::Int | K::String | K::Ratio) => true,
            // How custom resources declare quantities.
            (Shape::IntOrText, K::Quantity(dimension)) => {
                *dimension == Dimension::CPU || *dimension == Dimension::BYTES
            }
            (Shape::Quantity, K::Quantity(dimension)) => {
                *dimension == Dimension::CPU || *dimension == Dimension::BYTES
            }
            (Shape::Quantity, K::Int | K::Float | K::String) => true,
            (Shape::List { .. }, K::List(_)) => true,
            (Shape::Map { .. }, K::Map(_) | K::Record(_)) => true,
            (Shape::Record { .. }, K::Record(_) | K::Map(_)) => true,
            (
                _,
                K::Schema(other)
                | K::Subject(Subject::Object(Some(other)) | Subject::Container(other)),
            ) => return self.same_shape(*other, shape),
            _ => false,
        };
        if ok {
            Ok(())
        } else {
            Err(describe(shape, unit))
        }
    }

    fn same_shape(&self, have: SchemaId, want: &Shape) -> Result<(), String> {
        use std::mem::discriminant;
        let have = self.shape(have);
        match (have, want) {
            (Shape::Any, _) | (_, Shape::Any) => Ok(()),
            _ if discriminant(have) == discriminant(want) => Ok(()),
            _ => Err(describe(want, None)),
        }
    }

    /// `..e` into a target's record or map.
    pub(super) fn sink_spread(&mut self, value: ExprId, ty: &Type, schema: SchemaId) {
        if let TypeKind::Schema(have) = ty.kind
            && have == schema
        {
            return;
        }
        let target = Type::of(TypeKind::Schema(schema));
        match self.shape(schema).clone() {
            Shape::Record {
                fields,
                open: false,
            } => {
                for field in fields_of(self.db, ty) {
                    if !fields.iter().any(|known| *known.name == *field.name) {
                        let text = target.text(self.db);
                        self.problem(
                            Problem::new(
                                &codes::UNKNOWN_OBJECT_FIELD,
                                format!(
                                    "`{text}` has no field `{}`, which `..` brings",
                                    field.name
                                ),
                            )
                            .at_node(
                                self.decl,
                                self.node(value),
                                "brings a field too many",
                            ),
                        );
                    }
                }
            }
            Shape::Map { .. } | Shape::Any | Shape::Record { .. } => {}
            shape => {
                let have = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::TYPE_MISMATCH,
                        format!("expected {}, found `{have}`", describe(&shape, None)),
                    )
                    .at_node(
                        self.decl,
                        self.node(value),
                        "cannot be spread here",
                    ),
                );
            }
        }
    }
}

/// What a shape takes, in words.
pub fn describe(shape: &Shape, unit: Option<SinkUnit>) -> String {
    match shape {
        Shape::Any => "any plain value".into(),
        Shape::Bool => "a `bool`".into(),
        Shape::Int { .. } => match unit {
            Some(SinkUnit::Seconds) => "an `int` (seconds) or a `Duration`".into(),
            Some(SinkUnit::Milliseconds) => "an `int` (milliseconds) or a `Duration`".into(),
            Some(SinkUnit::Percent) => "an `int` (percent) or a `Ratio`".into(),
            Some(SinkUnit::Bytes) => "an `int` (bytes) or `Bytes`".into(),
            None => "an `int`".into(),
        },
        Shape::Number { .. } => "a number".into(),
        Shape::Text(rules) if !rules.one_of.is_empty() => {
            format!(
                "one of {}",
                listed(rules.one_of.iter().map(|text| format!("{text:?}")))
            )
        }
        Shape::Text(_) => "a `string`".into(),
        Shape::IntOrText => "an `int`, a `string` or a `Ratio`".into(),
        Shape::Quantity => "`Cpu`, `Bytes` or a number".into(),
        Shape::List { .. } => "a list".into(),
        Shape::Map { .. } => "a map".into(),
        Shape::Record { .. } => "a record".into(),
    }
}

/// Why a text is not allowed by a sink, and the nearest one that is.
#[must_use]
pub fn literal_misfit(rules: &TextRules, text: &str) -> Option<(String, Option<String>)> {
    if !rules.one_of.is_empty() && !rules.one_of.iter().any(|allowed| **allowed == *text) {
        let near = nearest(text, rules.one_of.iter().map(|t| &**t)).map(str::to_owned);
        let allowed = listed(rules.one_of.iter().map(|text| format!("{text:?}")));
        return Some((
            format!("{text:?} is not allowed; it is one of {allowed}"),
            near,
        ));
    }
    let length = text.chars().count();
    if let Some(max) = rules.max_length
        && length > max as usize
    {
        return Some((
            format!("{length} characters, and at most {max} are allowed"),
            None,
        ));
    }
    if let Some(min) = rules.min_length
        && length < min as usize
    {
        return Some((
            format!("{length} characters, and at least {min} are needed"),
            None,
        ));
    }
    if let Some(pattern) = &rules.pattern
        && let Ok(regex) = regex::Regex::new(pattern)
        && !regex.is_match(text)
    {
        return Some((
            format!("{text:?} does not match the pattern `{pattern}`"),
            None,
        ));
    }
    None
}
