//! Expressions: inferred where nothing is known of what they should be, checked against a type where something is.

use plat_diagnostics::codes;
use plat_model::Stage;

use super::{Checker, fields_of};
use crate::db::Name;
use crate::hir::{Element, Expr, ExprId, ForClause, NodeId, StrPart, UnaryOp};
use crate::problem::{Problem, ProblemFix};
use crate::ty::{FieldType, Type, TypeKind, join};

impl Checker<'_> {
    /// The type of an expression of which nothing is expected.
    pub(super) fn infer_expr(&mut self, id: ExprId) -> Type {
        let ty = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.infer_kind(id));
        self.set_type(id, ty)
    }

    fn infer_kind(&mut self, id: ExprId) -> Type {
        let body = self.body;
        match &body.exprs[id.0 as usize] {
            Expr::Missing => Type::ERROR,
            Expr::Int(_) => Type::INT,
            Expr::Float(_) => Type::FLOAT,
            Expr::Bool(_) => Type::BOOL,
            Expr::Date(_) => Type::of(TypeKind::Date),
            Expr::None => Type::of(TypeKind::None),
            Expr::Quantity(quantity) => Type::of(TypeKind::Quantity(quantity.dimension())),
            Expr::Ratio(_) => Type::of(TypeKind::Ratio),
            Expr::Str(text) => Type::of(TypeKind::Literals([text.clone()].into())),
            Expr::Address(_) => Type::STRING,
            Expr::Interpolation(parts) => self.interpolation(parts),
            Expr::Name(name) => self.name(id, name),
            Expr::Field {
                base,
                name,
                name_node,
                optional,
            } => self.field(id, *base, name, *name_node, *optional),
            Expr::Index { base, index } => self.index(*base, *index),
            Expr::Call { callee, args } => self.call(id, *callee, args, None),
            Expr::CallFor {
                callee,
                body,
                clauses,
            } => self.call_for(id, *callee, *body, clauses),
            Expr::Unary { op, operand } => {
                let ty = self.infer_expr(*operand);
                self.unary(*op, *operand, &ty)
            }
            Expr::Binary { op, left, right } => self.binary(id, *op, *left, *right),
            Expr::Range { from, to } => {
                self.check_expr(*from, &Type::INT);
                self.check_expr(*to, &Type::INT);
                Type::list(Type::INT)
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                self.condition(*condition);
                let (a, b) = (self.infer_expr(*then), self.infer_expr(*otherwise));
                self.joined(&a, &b, *otherwise, "the branches of an `if`")
            }
            Expr::Match { scrutinee, arms } => self.match_expr(*scrutinee, arms, None),
            Expr::List(elements) => self.list(elements),
            Expr::ListFor { body, clauses } => {
                let depth = self.clauses(clauses);
                let element = self.infer_expr(*body);
                self.locals.truncate(depth);
                Type::list(element)
            }
            Expr::Record(entries) => self.anonymous_record(entries),
            Expr::MapFor {
                key,
                value,
                clauses,
            } => {
                let depth = self.clauses(clauses);
                self.check_expr(*key, &Type::STRING);
                let value = self.infer_expr(*value);
                self.locals.truncate(depth);
                Type::map(value)
            }
        }
    }

    /// Checks an expression against what is expected, and says where it does not fit. The result is the type it has there.
    pub(super) fn check_expr(&mut self, id: ExprId, expected: &Type) -> Type {
        let ty = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.check_kind(id, expected));
        self.set_type(id, ty)
    }

    fn check_kind(&mut self, id: ExprId, expected: &Type) -> Type {
        if let TypeKind::Schema(schema) = expected.unwrapped().kind {
            return self.check_sink(id, schema, None, expected.is_optional());
        }
        let body = self.body;
        let wanted = expected.unwrapped();
        match (&body.exprs[id.0 as usize], &wanted.kind) {
            (Expr::Missing, _) => Type::ERROR,
            (
                Expr::If {
                    condition,
                    then,
                    otherwise,
                },
                _,
            ) => {
                self.condition(*condition);
                let then = self.check_expr(*then, expected);
                let otherwise = self.check_expr(*otherwise, expected);
                join(self.db, &then, &otherwise).unwrap_or_else(|| expected.clone())
            }
            (Expr::Match { scrutinee, arms }, _) => {
                self.match_expr(*scrutinee, arms, Some(expected))
            }
            (Expr::Name(name), TypeKind::Enum(decl)) if self.variant(id, *decl, name) => {
                wanted.clone()
            }
            (Expr::Name(name), TypeKind::Fact(kind)) => self.fact_name(id, name, *kind, expected),
            (Expr::Call { callee, args }, TypeKind::Enum(decl))
                if self.variant_call(*callee, *decl, args) =>
            {
                wanted.clone()
            }
            (Expr::Call { callee, args }, _) => {
                let ty = self.call(id, *callee, args, Some(expected));
                self.expect(id, &ty, expected)
            }
            (Expr::List(elements), TypeKind::List(element)) => {
                for item in elements {
                    self.guard(item.guard);
                    if item.spread {
                        self.check_expr(item.value, &Type::list(element.as_ref().clone()));
                    } else {
                        self.check_expr(item.value, element);
                    }
                }
                wanted.clone()
            }
            (Expr::ListFor { body, clauses }, TypeKind::List(element)) => {
                let depth = self.clauses(clauses);
                self.check_expr(*body, element);
                self.locals.truncate(depth);
                wanted.clone()
            }
            (
                Expr::MapFor {
                    key,
                    value,
                    clauses,
                },
                TypeKind::Map(expected),
            ) => {
                let depth = self.clauses(clauses);
                self.check_expr(*key, &Type::STRING);
                self.check_expr(*value, expected);
                self.locals.truncate(depth);
                wanted.clone()
            }
            (Expr::Record(entries), TypeKind::Record(_) | TypeKind::Map(_)) => {
                self.check_block(entries, wanted, self.node(id), true);
                wanted.clone()
            }
            (Expr::Float(_) | Expr::Int(_), TypeKind::Ratio) => {
                self.infer_expr(id);
                self.ratio_as_number(id);
                expected.clone()
            }
            (
                Expr::Binary {
                    op: crate::hir::BinaryOp::Coalesce,
                    left,
                    right,
                },
                _,
            ) => {
                let left = self.check_expr(*left, &Type::optional(expected.clone()));
                let right = self.check_expr(*right, expected);
                join(self.db, left.unwrapped(), &right).unwrap_or_else(|| expected.clone())
            }
            _ => {
                let ty = self.infer_expr(id);
                self.expect(id, &ty, expected)
            }
        }
    }

    /// A condition: known now.
    pub(super) fn condition(&mut self, id: ExprId) {
        self.check_expr(id, &Type::BOOL);
    }

    pub(super) fn guard(&mut self, guard: Option<ExprId>) {
        if let Some(guard) = guard {
            self.condition(guard);
        }
    }

    /// Text with values in it: as late and as secret as the latest and most secret of them.
    fn interpolation(&mut self, parts: &[StrPart]) -> Type {
        let mut ty = Type::STRING;
        for part in parts {
            let StrPart::Expr(id) = part else { continue };
            let part = self.infer_expr(*id);
            ty = ty.joined(&part);
            match &part.base().kind {
                TypeKind::Quantity(_) | TypeKind::Money | TypeKind::Ratio => {
                    self.implicit_text(*id, &part)
                }
                TypeKind::Error
                | TypeKind::Int
                | TypeKind::Float
                | TypeKind::String
                | TypeKind::Date
                | TypeKind::Bool => {}
                TypeKind::Enum(_) => {}
                TypeKind::Optional(_) | TypeKind::None => {
                    self.may_be_none(*id, &part, "an absent value has no text")
                }
                _ => self.no_text(*id, &part),
            }
        }
        ty
    }

    fn list(&mut self, elements: &[Element]) -> Type {
        let mut element: Option<Type> = None;
        for item in elements {
            self.guard(item.guard);
            let ty = self.infer_expr(item.value);
            let ty = match (&ty.kind, item.spread) {
                (TypeKind::List(inner), true) => inner.as_ref().clone(),
                (TypeKind::Error, _) => Type::ERROR,
                (_, true) => {
                    let list = Type::list(Type::ERROR);
                    self.expect(item.value, &ty, &list);
                    Type::ERROR
                }
                (_, false) => ty,
            };
            element = Some(match element {
                None => ty,
                Some(before) => self.joined(&before, &ty, item.value, "the elements of a list"),
            });
        }
        // The element type of `[]` is whatever is wanted.
        Type::list(element.unwrap_or(Type::ERROR))
    }

    /// The type of two branches; an error when there is none.
    pub(super) fn joined(&mut self, a: &Type, b: &Type, at: ExprId, what: &str) -> Type {
        join(self.db, a, b).unwrap_or_else(|| {
            let (a, b) = (a.text(self.db), b.text(self.db));
            self.problem(
                Problem::new(
                    &codes::TYPE_MISMATCH,
                    format!("{what} have different types: `{a}` and `{b}`"),
                )
                .at_node(self.decl, self.node(at), format!("this is `{b}`")),
            );
            Type::ERROR
        })
    }

    /// Binds what clauses bind; gives the depth to return to.
    pub(super) fn clauses(&mut self, clauses: &[ForClause]) -> usize {
        let depth = self.locals.len();
        for clause in clauses {
            let source = match self.walked(clause.source) {
                Some(_) => self.out.types[clause.source.0 as usize].clone(),
                None => self.infer_expr(clause.source),
            };
            if !source.is_known() && !source.is_error() {
                self.too_late(clause.source, &source, "a loop");
            }
            // Where a rule walks nothing, there is nothing to find fault with.
            let source = match source.kind {
                TypeKind::Optional(ref inner) if self.is_rule() => inner.as_ref().clone(),
                _ => source,
            };
            let (key, value) = self.elements_of(clause.source, &source);
            match &clause.second {
                Some(second) => {
                    self.loop_binder(&clause.first, key);
                    self.loop_binder(second, value);
                }
                None => {
                    let map = matches!(source.kind, TypeKind::Map(_) | TypeKind::Record(_));
                    if map {
                        self.problem(
                            Problem::new(
                                &codes::WRONG_OPERANDS,
                                "a map is walked by key and value",
                            )
                            .at_node(self.decl, clause.first.1, "one name for two things")
                            .help(format!(
                                "write `for key, {} in …`, or walk `values(…)`",
                                clause.first.0
                            )),
                        );
                    }
                    self.loop_binder(&clause.first, value);
                }
            }
            self.guard(clause.filter);
        }
        depth
    }

    /// Binds a name of a `for`, and warns where it hides a member.
    pub(super) fn loop_binder(&mut self, (name, node): &(Name, NodeId), ty: Type) {
        if self.hides_member(name) {
            self.problem(
                Problem::new(
                    &codes::SHADOWED_MEMBER,
                    format!("`for {name}` hides the member `{name}`"),
                )
                .at_node(self.decl, *node, "within this loop, the name means this")
                .help("give it another name"),
            );
        }
        self.bind(name, ty);
    }

    pub(super) fn bind(&mut self, name: &Name, ty: Type) {
        self.locals.push((name.clone(), ty));
    }

    /// What walking a value yields: index or key, and element.
    pub(super) fn elements_of(&mut self, at: ExprId, source: &Type) -> (Type, Type) {
        match &source.kind {
            TypeKind::List(element) => (Type::INT, element.as_ref().clone()),
            TypeKind::Map(value) => (Type::STRING, value.as_ref().clone()),
            TypeKind::Record(record) => {
                let mut value: Option<Type> = None;
                for field in &record.fields {
                    value = Some(match value {
                        None => field.ty.clone(),
                        Some(before) => join(self.db, &before, &field.ty).unwrap_or(Type::ERROR),
                    });
                }
                (Type::STRING, value.unwrap_or(Type::ERROR))
            }
            TypeKind::Schema(id) => match super::sink::element_type(self.db, *id) {
                Some(pair) => pair,
                None => (Type::ERROR, Type::ERROR),
            },
            TypeKind::Error => (Type::ERROR, Type::ERROR),
            TypeKind::Optional(_) => {
                self.may_be_none(at, source, "there may be nothing to walk");
                (Type::ERROR, Type::ERROR)
            }
            _ => {
                let text = source.text(self.db);
                self.problem(
                    Problem::new(&codes::WRONG_OPERANDS, format!("`{text}` cannot be walked"))
                        .at_node(self.decl, self.node(at), "neither a list nor a map"),
                );
                (Type::ERROR, Type::ERROR)
            }
        }
    }

    fn index(&mut self, base: ExprId, index: ExprId) -> Type {
        let base_ty = self.infer_expr(base);
        // What a test expects of something that is not there does not hold.
        let base_ty = match &base_ty.kind {
            TypeKind::Optional(inner) if self.is_test() => inner.as_ref().clone(),
            _ => base_ty,
        };
        match &base_ty.kind {
            TypeKind::Schema(id) => match self.element_at(*id, index) {
                Some(element) => Type::optional(element),
                None => self.no_elements(base, index, &base_ty),
            },
            TypeKind::List(element) => {
                self.check_expr(index, &Type::INT);
                Type::optional(element.as_ref().clone().joined(&base_ty))
            }
            TypeKind::Map(value) => {
                self.check_expr(index, &Type::STRING);
                Type::optional(value.as_ref().clone().joined(&base_ty))
            }
            TypeKind::Error => {
                self.infer_expr(index);
                Type::ERROR
            }
            TypeKind::Optional(_) => {
                self.infer_expr(index);
                self.may_be_none(base, &base_ty, "there may be nothing to look into");
                Type::ERROR
            }
            _ => self.no_elements(base, index, &base_ty),
        }
    }

    fn no_elements(&mut self, base: ExprId, index: ExprId, ty: &Type) -> Type {
        self.infer_expr(index);
        let text = ty.text(self.db);
        self.problem(
            Problem::new(&codes::WRONG_OPERANDS, format!("`{text}` has no elements")).at_node(
                self.decl,
                self.node(base),
                "neither a list nor a map",
            ),
        );
        Type::ERROR
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId, ty: &Type) -> Type {
        match op {
            UnaryOp::Not => {
                self.expect(operand, ty, &Type::BOOL);
                Type::BOOL
            }
            UnaryOp::Negate => match ty.base().kind {
                TypeKind::Int
                | TypeKind::Float
                | TypeKind::Ratio
                | TypeKind::Quantity(_)
                | TypeKind::Money => {
                    if ty.stage > Stage::Apply || ty.secret {
                        self.too_late(operand, ty, "arithmetic");
                    }
                    ty.base()
                }
                TypeKind::Error => Type::ERROR,
                _ => {
                    let text = ty.text(self.db);
                    self.problem(
                        Problem::new(&codes::WRONG_OPERANDS, format!("`{text}` has no negative"))
                            .at_node(self.decl, self.node(operand), "not a number"),
                    );
                    Type::ERROR
                }
            },
        }
    }

    /// A record literal of which nothing is expected: its type is what stands in it.
    fn anonymous_record(&mut self, entries: &[crate::hir::Entry]) -> Type {
        use crate::hir::{EntryOp, SegmentKind};
        let mut fields: Vec<FieldType> = Vec::new();
        let mut computed: Option<Type> = None;
        for entry in entries {
            self.guard(entry.guard);
            let (ty, name) = match (&entry.op, entry.path.as_slice()) {
                (EntryOp::Spread(value), _) => {
                    let spread = self.infer_expr(*value);
                    match &spread.kind {
                        TypeKind::Map(value) => computed = Some(value.as_ref().clone()),
                        TypeKind::Error => return Type::ERROR,
                        _ => fields.extend(fields_of(self.db, &spread)),
                    }
                    continue;
                }
                (EntryOp::Set(value) | EntryOp::Append(value), [segment]) => {
                    let ty = self.infer_expr(*value);
                    match &segment.kind {
                        SegmentKind::Name(name) => (ty, name.clone()),
                        SegmentKind::Computed(key) | SegmentKind::Index(key) => {
                            self.check_expr(*key, &Type::STRING);
                            computed = Some(match computed {
                                None => ty,
                                Some(before) => {
                                    self.joined(&before, &ty, *value, "the values of a map")
                                }
                            });
                            continue;
                        }
                    }
                }
                (EntryOp::Into(inner), [segment]) => match &segment.kind {
                    SegmentKind::Name(name) => (self.anonymous_record(inner), name.clone()),
                    _ => (Type::ERROR, Name::default()),
                },
                _ => {
                    self.problem(
                        Problem::new(
                            &codes::UNKNOWN_FIELD,
                            "a dotted path needs a type to go into",
                        )
                        .at_node(self.decl, entry.node, "nothing says what this record is")
                        .help("write nested braces, or give the value a type: `let x: T = …`"),
                    );
                    continue;
                }
            };
            let ty = if entry.guard.is_some() {
                Type::optional(ty)
            } else {
                ty
            };
            match fields.iter_mut().find(|field| field.name == name) {
                Some(known) => known.ty = ty,
                None => fields.push(FieldType::builtin(&name, ty)),
            }
        }
        match computed {
            Some(value) => {
                let value = fields.iter().fold(value, |value, field| {
                    join(self.db, &value, &field.ty).unwrap_or(Type::ERROR)
                });
                Type::map(value)
            }
            None => Type::record(fields),
        }
    }

    pub(super) fn ratio_as_number(&mut self, id: ExprId) {
        let suggestion = match &self.body.exprs[id.0 as usize] {
            Expr::Float(value) => Some(format!("{}%", value * 100.0)),
            Expr::Int(value) => Some(format!("{value}%")),
            _ => None,
        };
        let mut problem = Problem::new(&codes::RATIO_AS_NUMBER, "a ratio is written with `%`")
            .at_node(self.decl, self.node(id), "a plain number");
        if let Some(text) = suggestion {
            problem = problem.fix(ProblemFix::replace(
                self.anchor(id),
                text.clone(),
                format!("write `{text}`"),
            ));
        }
        self.problem(problem);
    }
}
