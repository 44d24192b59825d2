//! Expressions: inferred where nothing is known of what they should be, checked against a type where something is.

use plat_diagnostics::codes;
use plat_model::Stage;

use super::{Checker, Meaning, fields_of, members};
use crate::db::Name;
use crate::hir::{Element, Expr, ExprId, ForClause, NodeId, StrPart, UnaryOp};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::Resolution;
use crate::ty::{FieldType, Type, TypeKind, enum_variants, join};

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
            let source = self.infer_expr(clause.source);
            if !source.is_known() && !source.is_error() {
                self.too_late(clause.source, &source, "a loop");
            }
            let (key, value) = self.elements_of(clause.source, &source);
            match &clause.second {
                Some(second) => {
                    self.bind(&clause.first.0, key);
                    self.bind(&second.0, value);
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
                    self.bind(&clause.first.0, value);
                }
            }
            self.guard(clause.filter);
        }
        depth
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

    /// A bare name, innermost meaning first.
    fn name(&mut self, id: ExprId, name: &Name) -> Type {
        if let Some((meaning, ty)) = self.local_or_member(name) {
            self.set_meaning(id, meaning);
            return ty;
        }
        match names::prefix(
            self.db,
            self.decl,
            std::slice::from_ref(name),
            &[self.anchor(id)],
            Namespace::Value,
        ) {
            Ok(resolved) => self.resolution(id, name, &resolved.resolution),
            Err(failure) => self.unresolved(failure),
        }
    }

    fn unresolved(&mut self, failure: names::Failure) -> Type {
        if let Some(mut problem) = failure {
            if let Some(hint) = &mut problem.hint {
                let mut locals = self.member_names();
                locals.extend(self.locals.iter().map(|(name, _)| name.clone()));
                locals.sort();
                hint.locals.extend(locals);
                let name = hint.written.clone();
                if self.is_fact_of_self(&name) {
                    *problem = Problem {
                        hint: None,
                        ..problem.help(format!("a fact of the instance: write `self.{name}`"))
                    };
                }
            }
            self.problem(*problem);
        }
        Type::ERROR
    }

    /// Whether a name is a fact that a capability reads through `self`.
    fn is_fact_of_self(&self, name: &str) -> bool {
        self.is_member("self")
            && crate::program::fact_schema(self.db, ItemKind::Service)
                .fields
                .iter()
                .any(|field| field.name == name)
    }

    pub(super) fn local_or_member(&mut self, name: &Name) -> Option<(Meaning, Type)> {
        if let Some(depth) = self.locals.iter().rposition(|(local, _)| local == name) {
            return Some((Meaning::Local(depth as u32), self.locals[depth].1.clone()));
        }
        self.scope_member(name)
    }

    fn resolution(&mut self, id: ExprId, name: &Name, resolution: &Resolution) -> Type {
        match resolution {
            Resolution::Decl(decl) => match decl.kind(self.db) {
                ItemKind::Let => {
                    self.set_meaning(id, Meaning::Let(*decl));
                    super::let_type(self.db, *decl)
                }
                ItemKind::Fn => {
                    self.not_a_value(
                        id,
                        &format!("`{name}` is a function"),
                        "call it: write its arguments in `( )`",
                    );
                    Type::ERROR
                }
                ItemKind::Enum => {
                    self.not_a_value(
                        id,
                        &format!("`{name}` is an enum"),
                        &format!("name a member: `{name}.…`"),
                    );
                    Type::ERROR
                }
                kind => {
                    let what = format!("`{name}` is {}", kind.a_word());
                    self.not_a_value(id, &what, "a value is needed here");
                    Type::ERROR
                }
            },
            Resolution::Facts(facts) => self.fact_value(id, name, facts),
            Resolution::Function(_) => {
                self.not_a_value(
                    id,
                    &format!("`{name}` is a function"),
                    "call it: write its arguments in `( )`",
                );
                Type::ERROR
            }
            _ => {
                self.not_a_value(
                    id,
                    &format!("`{name}` is not a value"),
                    "a value is needed here",
                );
                Type::ERROR
            }
        }
    }

    fn fact_value(&mut self, id: ExprId, name: &Name, facts: &[crate::db::DeclId]) -> Type {
        let fact = facts[0];
        let kind = fact.kind(self.db);
        self.set_meaning(id, Meaning::Fact(kind, name.clone()));
        match (
            kind.is_instance(),
            members::declared_capability(self.db, fact),
        ) {
            (true, Some(capability)) => Type::of(TypeKind::Face(capability)),
            _ => Type::of(TypeKind::Fact(kind)),
        }
    }

    /// A name where a fact is expected: a value in scope of that type, else the fact of that name.
    fn fact_name(&mut self, id: ExprId, name: &Name, kind: ItemKind, expected: &Type) -> Type {
        if let Some((meaning, ty)) = self.local_or_member(name)
            && crate::ty::fits(self.db, &ty, expected).is_ok()
        {
            self.set_meaning(id, meaning);
            return ty;
        }
        match names::fact_named(
            self.db,
            self.decl,
            name,
            self.node(id),
            Namespace::Fact(kind),
        ) {
            Ok(_) => {
                self.set_meaning(id, Meaning::Fact(kind, name.clone()));
                Type::of(TypeKind::Fact(kind))
            }
            Err(failure) => self.unresolved(failure),
        }
    }

    /// Whether a bare name is a member of the enum that is expected, without payload.
    fn variant(&mut self, id: ExprId, decl: crate::db::DeclId, name: &Name) -> bool {
        let variants = &enum_variants(self.db, decl).value;
        if let Some(index) = variants.iter().position(|variant| variant.name == *name) {
            if !variants[index].payload.is_empty() {
                let fields: Vec<&str> = variants[index]
                    .payload
                    .iter()
                    .map(|field| field.name.as_str())
                    .collect();
                self.problem(
                    Problem::new(
                        &codes::WRONG_ARGUMENTS,
                        format!("`{name}` carries values: {}", fields.join(", ")),
                    )
                    .at_node(self.decl, self.node(id), "written without them")
                    .help(format!(
                        "write `{name}({})`",
                        fields
                            .iter()
                            .map(|f| format!("{f} = …"))
                            .collect::<Vec<_>>()
                            .join(", ")
                    )),
                );
            }
            self.ambiguous_member(id, decl, name);
            self.set_meaning(id, Meaning::Variant(decl, index as u32));
            return true;
        }
        if self.local_or_member(name).is_some() {
            return false;
        }
        let known = names::prefix(
            self.db,
            self.decl,
            std::slice::from_ref(name),
            &[self.anchor(id)],
            Namespace::Value,
        );
        if known.is_ok() {
            return false;
        }
        self.unknown_variant(id, decl, name);
        true
    }

    /// A member of the expected enum and a value in scope have one name: nobody should have to know which one is meant. Facts do
    /// not count: a stranger's team must not break what stands here.
    fn ambiguous_member(&mut self, id: ExprId, decl: crate::db::DeclId, name: &Name) {
        let member = self.local_or_member(name).is_some();
        let declared = match names::prefix(
            self.db,
            self.decl,
            std::slice::from_ref(name),
            &[self.anchor(id)],
            Namespace::Value,
        ) {
            Ok(resolved) => match resolved.resolution {
                Resolution::Decl(found) if found.kind(self.db) == ItemKind::Let => Some(found),
                _ => None,
            },
            Err(_) => None,
        };
        if !member && declared.is_none() {
            return;
        }
        let problem = Problem::new(
            &codes::AMBIGUOUS_NAME,
            format!(
                "`{name}` is a member of `{}` and a value in scope",
                decl.name(self.db)
            ),
        )
        .at_node(self.decl, self.node(id), "which one is meant?")
        .help(format!(
            "write `{}.{name}` for the member, or rename the value",
            decl.name(self.db)
        ));
        self.problem(match declared {
            Some(found) => problem.also(Anchor::name(found), "the value"),
            None => problem,
        });
    }

    pub(super) fn anchor(&self, id: ExprId) -> Anchor {
        Anchor::Node(self.decl, self.node(id))
    }

    /// `x.y`: a member of a value, or the rest of a path through folders.
    fn field(
        &mut self,
        id: ExprId,
        base: ExprId,
        name: &Name,
        name_node: NodeId,
        optional: bool,
    ) -> Type {
        if !optional && let Some(ty) = self.folder_path(id) {
            return ty;
        }
        let base_ty = self.infer_expr(base);
        if base_ty.is_error() {
            return Type::ERROR;
        }
        let inner = match (&base_ty.kind, optional) {
            (TypeKind::Optional(inner), true) => inner.as_ref().clone().joined(&base_ty),
            (TypeKind::Optional(inner), false) => {
                self.optional_access(base, name_node, &base_ty);
                if self.field_type(id, inner, name).is_none() {
                    self.unknown_field(name_node, name, inner);
                }
                return Type::ERROR;
            }
            (_, true) => {
                self.problem(
                    Problem::new(&codes::WRONG_OPERANDS, "this value is always there")
                        .severity(plat_diagnostics::Severity::Warning)
                        .at_node(
                            self.decl,
                            name_node,
                            "`?.` is for values that may be `none`",
                        )
                        .help("write `.`"),
                );
                base_ty.clone()
            }
            (_, false) => base_ty.clone(),
        };
        let Some(ty) = self.field_type(id, &inner, name) else {
            self.unknown_field(name_node, name, &inner);
            return Type::ERROR;
        };
        if optional && base_ty.is_optional() {
            Type::optional(ty)
        } else {
            ty
        }
    }

    /// The type of a field, and its position where the record's shape is fixed.
    fn field_type(&mut self, id: ExprId, base: &Type, name: &Name) -> Option<Type> {
        match &base.kind {
            TypeKind::Record(record) => {
                let position = record.position(name)?;
                self.set_meaning(id, Meaning::FieldAt(position as u32));
                Some(record.fields[position].ty.clone().joined(base))
            }
            TypeKind::Map(value) => Some(Type::optional(value.as_ref().clone().joined(base))),
            TypeKind::Fact(_) | TypeKind::Instance(_) | TypeKind::Face(_) | TypeKind::Schema(_) => {
                fields_of(self.db, base)
                    .into_iter()
                    .find(|field| field.name == *name)
                    .map(|field| field.ty)
            }
            _ => None,
        }
    }

    /// A path through folders, such as `platform.region`; `None` when the expression is something else.
    fn folder_path(&mut self, id: ExprId) -> Option<Type> {
        let mut chain = Vec::new();
        let mut at = id;
        loop {
            match &self.body.exprs[at.0 as usize] {
                Expr::Field {
                    base,
                    name,
                    name_node,
                    optional: false,
                } => {
                    chain.push((name.clone(), *name_node));
                    at = *base;
                }
                Expr::Name(name) => {
                    if self.locals.iter().any(|(local, _)| local == name) || self.is_member(name) {
                        return None;
                    }
                    chain.push((name.clone(), self.node(at)));
                    break;
                }
                _ => return None,
            }
        }
        chain.reverse();
        let path: Vec<Name> = chain.iter().map(|(name, _)| name.clone()).collect();
        let anchors: Vec<Anchor> = chain
            .iter()
            .map(|(_, node)| Anchor::Node(self.decl, *node))
            .collect();
        // An enum before its member.
        if let Ok(resolved) = names::prefix(
            self.db,
            self.decl,
            &path[..path.len() - 1],
            &anchors,
            Namespace::Value,
        ) && resolved.consumed == path.len() - 1
        {
            if let Resolution::Decl(decl) = resolved.resolution
                && decl.kind(self.db) == ItemKind::Enum
            {
                let member = &path[path.len() - 1];
                if !self.variant(id, decl, member) {
                    self.unknown_variant(id, decl, member);
                }
                return Some(Type::of(TypeKind::Enum(decl)));
            }
            return None;
        }
        match names::prefix(self.db, self.decl, &path, &anchors, Namespace::Value) {
            Ok(resolved) if resolved.consumed == path.len() => {
                Some(self.resolution(id, &path[path.len() - 1], &resolved.resolution))
            }
            Ok(_) => None,
            // An unknown first name is reported as a name, with the members in reach.
            Err(_) => {
                match names::prefix(self.db, self.decl, &path[..1], &anchors, Namespace::Value) {
                    Ok(_) => None,
                    Err(failure) => Some(self.unresolved(failure)),
                }
            }
        }
    }

    fn index(&mut self, base: ExprId, index: ExprId) -> Type {
        let base_ty = self.infer_expr(base);
        match &base_ty.kind {
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
            _ => {
                self.infer_expr(index);
                let text = base_ty.text(self.db);
                self.problem(
                    Problem::new(&codes::WRONG_OPERANDS, format!("`{text}` has no elements"))
                        .at_node(self.decl, self.node(base), "neither a list nor a map"),
                );
                Type::ERROR
            }
        }
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
