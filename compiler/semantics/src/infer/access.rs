//! Names: what a bare name, an access or a path through folders means and is, and members of the enum that is expected.

use plat_diagnostics::codes;

use super::{Checker, Context, Meaning, members, provided, sink};
use crate::db::{DeclId, Name};
use crate::hir::{Expr, ExprId, NodeId};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::scope::Resolution;
use crate::ty::{Subject, Type, TypeKind, enum_variants};

impl Checker<'_> {
    /// A bare name, innermost meaning first.
    pub(super) fn name(&mut self, id: ExprId, name: &Name) -> Type {
        if let Some(ty) = self.opened(id, name) {
            return ty;
        }
        if let Some((meaning, ty)) = self.local_or_member(name) {
            if let Meaning::Context(Context::Collection(collection)) = meaning {
                return self.unwalked(id, collection);
            }
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
                locals.extend(self.opened_fields());
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

    fn fact_value(&mut self, id: ExprId, name: &Name, facts: &[DeclId]) -> Type {
        let fact = facts[0];
        let kind = fact.kind(self.db);
        self.set_meaning(id, Meaning::Fact(kind, name.clone()));
        match (
            kind.is_instance(),
            members::declared_capability(self.db, fact),
        ) {
            // A test looks into what it declares.
            (true, Some(capability)) if self.is_test() => {
                Type::of(TypeKind::Subject(Subject::Instance(Some(capability))))
            }
            (true, Some(capability)) => Type::of(TypeKind::Face(capability)),
            _ => Type::of(TypeKind::Fact(kind)),
        }
    }

    /// A name where a fact is expected: a value in scope of that type, else the fact of that name.
    pub(super) fn fact_name(
        &mut self,
        id: ExprId,
        name: &Name,
        kind: ItemKind,
        expected: &Type,
    ) -> Type {
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
    pub(super) fn variant(&mut self, id: ExprId, decl: DeclId, name: &Name) -> bool {
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
        if self.means_something(name, id) {
            return false;
        }
        self.unknown_variant(id, decl, name);
        true
    }

    /// Whether a bare name is a local, a member, or declared anywhere that can be seen.
    pub(super) fn means_something(&mut self, name: &Name, id: ExprId) -> bool {
        self.local_or_member(name).is_some()
            || names::prefix(
                self.db,
                self.decl,
                std::slice::from_ref(name),
                &[self.anchor(id)],
                Namespace::Value,
            )
            .is_ok()
    }

    /// A member of the expected enum and a value in scope have one name: nobody should have to know which one is meant. Facts do
    /// not count: a stranger's team must not break what stands here.
    fn ambiguous_member(&mut self, id: ExprId, decl: DeclId, name: &Name) {
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

    /// `x.y`: a member of a value, or the rest of a path through folders.
    pub(super) fn field(
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
        // What a test expects of something that is not there does not hold, whether or not it says `?.`.
        let lenient = self.is_test() && base_ty.is_optional();
        let inner = match (&base_ty.kind, optional || lenient) {
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
        let found = match inner.kind {
            TypeKind::Subject(subject) => self.subject_member(id, base, subject, name),
            _ => self.field_type(id, &inner, name),
        };
        let Some(ty) = found else {
            self.unknown_field(name_node, name, &inner);
            return Type::ERROR;
        };
        if (optional || lenient) && base_ty.is_optional() {
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
            TypeKind::Fact(kind) => provided::fact_field(self.db, *kind, name),
            TypeKind::Instance(capability) => provided::instance_field(self.db, *capability, name),
            TypeKind::Face(capability) => provided::face_field(self.db, *capability, name),
            TypeKind::Schema(id) => sink::schema_field(self.db, *id, name),
            _ => None,
        }
    }

    /// A path through folders, such as `platform.region`; `None` when the expression is something else.
    fn folder_path(&mut self, id: ExprId) -> Option<Type> {
        if let Some(Expr::Name(root)) = self.accessed(id).last().map(|at| self.expr(at))
            && (self.locals.iter().any(|(local, _)| local == root)
                || self.is_member(root)
                || self.is_opened_field(root))
        {
            return None;
        }
        let Dotted {
            names: path,
            anchors,
        } = self.dotted(id)?;
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

    /// An expression and what its plain accesses go into, outermost first: `a.b.c`, `a.b`, `a`.
    pub(super) fn accessed(&self, id: ExprId) -> impl Iterator<Item = ExprId> {
        std::iter::successors(Some(id), |at| match self.expr(*at) {
            Expr::Field {
                base,
                optional: false,
                ..
            } => Some(*base),
            _ => None,
        })
    }

    /// The path that an expression is as it is written; `None` when it begins with something else than a name.
    pub(super) fn dotted(&self, id: ExprId) -> Option<Dotted> {
        let mut dotted = Dotted::default();
        for at in self.accessed(id) {
            let (name, node) = match self.expr(at) {
                Expr::Field {
                    name, name_node, ..
                } => (name, *name_node),
                Expr::Name(name) => (name, self.node(at)),
                _ => return None,
            };
            dotted.names.push(name.clone());
            dotted.anchors.push(Anchor::Node(self.decl, node));
        }
        dotted.names.reverse();
        dotted.anchors.reverse();
        Some(dotted)
    }
}

/// Names with dots between them, and where each stands.
#[derive(Default)]
pub(super) struct Dotted {
    pub(super) names: Vec<Name>,
    pub(super) anchors: Vec<Anchor>,
}
