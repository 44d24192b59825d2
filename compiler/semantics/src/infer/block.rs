//! Blocks: entries that set fields of a record, keys of a map, fields of a target's object.

use plat_diagnostics::codes;
use plat_model::schema::{ListIdentity, SchemaId, Shape};

use super::report::listed;
use super::{Checker, Context, Meaning};
use crate::db::{Name, Project};
use crate::hir::{Entry, EntryOp, Expr, ExprId, NodeId, Segment, SegmentKind};
use crate::problem::{Anchor, Problem};
use crate::ty::{RecordType, Type, TypeKind, fits};

/// What a path leads to: a type, or a type of a target with the unit that the field wants.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) ty: Type,
    pub(super) unit: Option<plat_model::schema::SinkUnit>,
    /// Whether `none` may be written to remove it.
    removable: bool,
}

impl Target {
    pub(super) fn of(ty: Type) -> Self {
        Self {
            ty,
            unit: None,
            removable: false,
        }
    }
}

impl Checker<'_> {
    /// Checks the entries of a block against the type that they make. `complete`: whether what they leave out is missing.
    pub(super) fn check_block(
        &mut self,
        entries: &[Entry],
        ty: &Type,
        node: NodeId,
        complete: bool,
    ) {
        let mut spread = false;
        for entry in entries {
            self.guard(entry.guard);
            if let EntryOp::Spread(value) = &entry.op {
                spread = true;
                self.spread(*value, ty);
                continue;
            }
            if let Some(target) = self.descend(Target::of(ty.clone()), &entry.path) {
                self.entry_value(entry, &target, complete);
            }
        }
        if complete && !spread {
            self.required(entries, ty, node);
        }
    }

    /// Checks what one entry puts where its path leads.
    pub(super) fn entry_value(&mut self, entry: &Entry, target: &Target, complete: bool) {
        match &entry.op {
            EntryOp::Set(value) => {
                let expected = if target.removable {
                    Type::optional(target.ty.clone())
                } else {
                    target.ty.clone()
                };
                match expected.unwrapped().kind {
                    TypeKind::Schema(id) => {
                        let ty = self.check_sink(*value, id, target.unit, expected.is_optional());
                        self.set_type(*value, ty);
                    }
                    _ => {
                        self.check_expr(*value, &expected);
                    }
                }
            }
            EntryOp::Append(value) => self.append(entry, *value, target),
            EntryOp::Into(inner) => {
                let ty = target.ty.unwrapped().clone();
                match &ty.kind {
                    TypeKind::Record(_) | TypeKind::Map(_) | TypeKind::Error => {
                        self.check_block(inner, &ty, entry.node, complete)
                    }
                    TypeKind::Schema(id) if self.goes_into(*id) => {
                        self.check_block(inner, &ty, entry.node, complete)
                    }
                    _ => {
                        let text = ty.text(self.db);
                        self.problem(
                            Problem::new(
                                &codes::TYPE_MISMATCH,
                                format!("`{text}` has no fields to go into"),
                            )
                            .at_node(self.decl, entry.node, "neither a record nor a map")
                            .help("set it whole: `… = value`"),
                        );
                    }
                }
            }
            EntryOp::Spread(value) => self.spread(*value, &target.ty),
        }
    }

    fn append(&mut self, entry: &Entry, value: ExprId, target: &Target) {
        let ty = target.ty.unwrapped().clone();
        let list = match &ty.kind {
            TypeKind::List(_) | TypeKind::Error => true,
            TypeKind::Schema(id) => matches!(self.shape(*id), Shape::List { .. } | Shape::Any),
            _ => false,
        };
        if list {
            self.check_expr(value, &ty);
        } else {
            self.infer_expr(value);
            let text = ty.text(self.db);
            self.problem(
                Problem::new(
                    &codes::CANNOT_APPEND,
                    format!("`+=` appends to a list, and this is `{text}`"),
                )
                .at_node(self.decl, entry.node, "not a list")
                .help("maps and records combine with `{ … }`; `=` replaces"),
            );
        }
    }

    pub(super) fn shape(&self, id: SchemaId) -> &Shape {
        &Project::get(self.db).kubernetes(self.db).0.schema(id).shape
    }

    fn goes_into(&self, id: SchemaId) -> bool {
        matches!(
            self.shape(id),
            Shape::Record { .. } | Shape::Map { .. } | Shape::Any
        )
    }

    /// `..e`: a record or map whose fields the block may have.
    fn spread(&mut self, value: ExprId, ty: &Type) {
        let spread = self.infer_expr(value);
        // `..inputs` passes on what both declare.
        if self.out.meanings[value.0 as usize] == Meaning::Context(Context::Inputs) {
            self.passed_inputs(value, &spread, ty);
            return;
        }
        let unwrapped = spread.unwrapped().clone();
        match (&unwrapped.kind, &ty.kind) {
            (TypeKind::Error, _) | (_, TypeKind::Error) => {}
            (TypeKind::Record(from), TypeKind::Record(into)) => {
                for field in &from.fields {
                    match into.field(&field.name) {
                        Some(known) => {
                            let have = Type::optional(field.ty.clone());
                            let want = Type::optional(known.ty.clone());
                            self.expect(value, &have, &want);
                        }
                        None => {
                            let text = ty.text(self.db);
                            self.problem(
                                Problem::new(
                                    &codes::UNKNOWN_FIELD,
                                    format!("`{text}` has no `{}`, which `..` brings", field.name),
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
            }
            (TypeKind::Map(_) | TypeKind::Record(_), TypeKind::Map(_)) => {
                self.expect(value, &unwrapped, ty);
            }
            (_, TypeKind::Schema(id)) => {
                let id = *id;
                self.sink_spread(value, &unwrapped, id);
            }
            _ => {
                self.expect(value, &unwrapped, ty);
            }
        }
    }

    /// What `..inputs` passes has to fit where it arrives; values are checked per instance.
    fn passed_inputs(&mut self, value: ExprId, inputs: &Type, ty: &Type) {
        let (TypeKind::Record(from), TypeKind::Record(into)) = (&inputs.kind, &ty.kind) else {
            return;
        };
        for field in &from.fields {
            let Some(wanted) = into.field(&field.name) else {
                continue;
            };
            if fits(self.db, &field.ty, &Type::optional(wanted.ty.clone())).is_ok() {
                continue;
            }
            let (have, want) = (field.ty.unwrapped().text(self.db), wanted.ty.text(self.db));
            let mut problem = Problem::new(
                &codes::TYPE_MISMATCH,
                format!(
                    "`..inputs` passes `{}`, which is `{have}` here and `{want}` there",
                    field.name
                ),
            )
            .at_node(self.decl, self.node(value), "passed here")
            .help("give one of them another name, or set it in this block");
            if let Some((decl, node)) = wanted.declared {
                problem = problem.also_node(decl, node, "where it would arrive");
            }
            self.problem(problem);
        }
    }

    /// Follows a path from a type; says where it leads nowhere.
    pub(super) fn descend(&mut self, from: Target, path: &[Segment]) -> Option<Target> {
        let mut at = from;
        for segment in path {
            let ty = at.ty.unwrapped().clone();
            at = match &segment.kind {
                SegmentKind::Name(name) => self.named_segment(&ty, name, segment.node)?,
                SegmentKind::Computed(key) => {
                    self.check_expr(*key, &Type::STRING);
                    self.keyed_segment(&ty, segment.node)?
                }
                SegmentKind::Index(key) => {
                    let key_ty = match self.list_key(&ty) {
                        Some(key_ty) => key_ty,
                        None => Type::STRING,
                    };
                    self.check_expr(*key, &key_ty);
                    self.keyed_segment(&ty, segment.node)?
                }
            };
        }
        Some(at)
    }

    /// The type of the key of a target's keyed list.
    fn list_key(&self, ty: &Type) -> Option<Type> {
        let TypeKind::Schema(id) = ty.kind else {
            return None;
        };
        let Shape::List {
            element,
            identity: ListIdentity::Map(keys),
            ..
        } = self.shape(id)
        else {
            return None;
        };
        let key = self.shape(*element).field(keys.first()?)?;
        Some(super::sink::schema_value_type(self.db, key.ty))
    }

    fn named_segment(&mut self, ty: &Type, name: &Name, node: NodeId) -> Option<Target> {
        match &ty.kind {
            TypeKind::Error => None,
            TypeKind::Record(record) => match record.field(name) {
                Some(field) => Some(Target::of(field.ty.clone())),
                None => {
                    self.unknown_block_field(record, ty, name, node);
                    None
                }
            },
            TypeKind::Map(value) => Some(Target {
                ty: value.as_ref().clone(),
                unit: None,
                removable: true,
            }),
            TypeKind::Schema(id) => self.sink_field(*id, ty, name, node),
            _ => {
                let text = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::UNKNOWN_FIELD,
                        format!("`{text}` has no fields, so no `{name}`"),
                    )
                    .at_node(self.decl, node, "leads nowhere"),
                );
                None
            }
        }
    }

    fn unknown_block_field(&mut self, record: &RecordType, ty: &Type, name: &str, node: NodeId) {
        let text = ty.text(self.db);
        let problem = Problem::new(
            &codes::UNKNOWN_FIELD,
            format!("`{text}` has no field `{name}`"),
        )
        .at_node(self.decl, node, "unknown field");
        let at = Anchor::Node(self.decl, node);
        let problem = self.suggest_field(
            problem,
            at,
            name,
            record.fields.iter().map(|field| field.name.as_str()),
        );
        self.problem(problem);
    }

    fn keyed_segment(&mut self, ty: &Type, node: NodeId) -> Option<Target> {
        match &ty.kind {
            TypeKind::Error => None,
            TypeKind::Map(value) => Some(Target {
                ty: value.as_ref().clone(),
                unit: None,
                removable: true,
            }),
            TypeKind::Schema(id) => match self.shape(*id) {
                Shape::Map { value } => Some(Target {
                    ty: Type::of(TypeKind::Schema(*value)),
                    unit: None,
                    removable: true,
                }),
                Shape::List {
                    element,
                    identity: ListIdentity::Map(_),
                    ..
                } => Some(Target {
                    ty: Type::of(TypeKind::Schema(*element)),
                    unit: None,
                    removable: true,
                }),
                Shape::Any => Some(Target {
                    ty: ty.clone(),
                    unit: None,
                    removable: true,
                }),
                _ => {
                    self.not_keyed(ty, node);
                    None
                }
            },
            _ => {
                self.not_keyed(ty, node);
                None
            }
        }
    }

    fn not_keyed(&mut self, ty: &Type, node: NodeId) {
        let text = ty.text(self.db);
        self.problem(
            Problem::new(&codes::UNKNOWN_FIELD, format!("`{text}` has no keys")).at_node(
                self.decl,
                node,
                "a key needs a map, or a list whose elements have keys",
            ),
        );
    }

    /// Says what a complete record leaves out.
    fn required(&mut self, entries: &[Entry], ty: &Type, node: NodeId) {
        let missing: Vec<String> = match &ty.kind {
            TypeKind::Record(record) => record
                .fields
                .iter()
                .filter(|field| {
                    field.required() && !mentions(entries, &field.name) && !has_defaults(&field.ty)
                })
                .map(|field| format!("`{}`", field.name))
                .collect(),
            TypeKind::Schema(id) => match self.shape(*id) {
                Shape::Record { fields, .. } => fields
                    .iter()
                    .filter(|field| {
                        field.required
                            && !mentions(entries, &field.name)
                            && !is_type_meta(&field.name)
                    })
                    .map(|field| format!("`{}`", field.name))
                    .collect(),
                _ => return,
            },
            _ => return,
        };
        if missing.is_empty() {
            return;
        }
        let code = if matches!(ty.kind, TypeKind::Schema(_)) {
            &codes::MISSING_OBJECT_FIELD
        } else {
            &codes::MISSING_VALUE
        };
        let text = ty.text(self.db);
        self.problem(
            Problem::new(
                code,
                format!("`{text}` also needs {}", listed(missing.into_iter())),
            )
            .at_node(self.decl, node, "something is missing here"),
        );
    }

    /// The text of a string literal, if the expression is one.
    pub(super) fn literal_text(&self, id: ExprId) -> Option<&str> {
        match &self.body.exprs[id.0 as usize] {
            Expr::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// `apiVersion` and `kind` are written by the compiler.
pub(super) fn is_type_meta(name: &str) -> bool {
    matches!(name, "apiVersion" | "kind")
}

fn mentions(entries: &[Entry], name: &str) -> bool {
    entries.iter().any(|entry| matches!(entry.path.first().map(|s| &s.kind), Some(SegmentKind::Name(first)) if first == name))
}

/// A record all of whose fields have defaults needs no entry.
fn has_defaults(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Record(record) => record
            .fields
            .iter()
            .all(|field| !field.required() || has_defaults(&field.ty)),
        _ => false,
    }
}
