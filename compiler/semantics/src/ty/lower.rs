//! From types as written to types: paths resolved, bounds computed, patterns compiled once to see that they are patterns.

use std::sync::Arc;

use plat_diagnostics::codes;
use plat_model::quantity::{Dimension, Rational};
use plat_model::text::TextKind;
use plat_model::{Stage, text};

use super::{Bounds, FieldType, FnSignature, RecordType, Type, TypeKind, VariantType};
use crate::db::{Db, DeclId, Name};
use crate::hir::{
    self, Body, BodyKind, Expr, ExprId, FieldDecl, NodeId, TypeRef, TypeRefId, UnaryOp,
};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::{drawn, ring_through};
use crate::scope::Resolution;

/// A type and what was wrong with how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered<T> {
    /// The result; [`TypeKind::Error`] where something was wrong.
    pub value: T,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// Lowers type references of one declaration, collecting problems.
pub struct TypeLowering<'db> {
    db: &'db dyn Db,
    decl: DeclId,
    body: &'db Body,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// The type behind a `type` declaration.
#[salsa::tracked(cycle_result = alias_ring)]
pub fn alias(db: &dyn Db, decl: DeclId) -> Lowered<Type> {
    let body = hir::body(db, decl);
    let mut lowering = TypeLowering::new(db, decl);
    let mut value = match body.kind {
        BodyKind::Type(id) => lowering.lower(id),
        _ => Type::ERROR,
    };
    if let TypeKind::Record(record) = &mut value.kind {
        Arc::make_mut(record).name = Some(decl.name(db).clone());
    }
    Lowered {
        value,
        problems: lowering.problems,
    }
}

fn alias_ring(db: &dyn Db, _id: salsa::Id, decl: DeclId) -> Lowered<Type> {
    Lowered {
        value: Type::ERROR,
        problems: type_ring(db, decl).into_iter().collect(),
    }
}

/// The ring of types through one, reported at the one whose name comes first.
fn type_ring(db: &dyn Db, decl: DeclId) -> Option<Problem> {
    let ring = ring_through(decl, |at| types_named(db, at))?;
    if ring.iter().any(|other| other.name(db) < decl.name(db)) {
        return None;
    }
    let what = decl.kind(db).word();
    let problem = Problem::new(
        &codes::RECURSIVE_TYPE,
        format!("{what} `{}` contains itself", decl.name(db)),
    )
    .at(Anchor::name(decl), "a value of this type would never end");
    let problem = ring[1..].iter().fold(problem, |problem, step| {
        problem.also(Anchor::name(*step), "on the way")
    });
    Some(
        problem
            .note(format!("the ring: {}", drawn(db, &ring)))
            .help("break the ring: refer to the other thing by its name, or spell the inner type out to the depth you need"),
    )
}

/// The declared types and enums that the types written in a declaration name.
fn types_named(db: &dyn Db, decl: DeclId) -> Vec<DeclId> {
    let paths = hir::body(db, decl).types.iter().filter_map(|ty| match ty {
        TypeRef::Path(path, _) => Some(path),
        _ => None,
    });
    paths
        .filter_map(|path| names::path(db, decl, path, Namespace::Type).ok())
        .filter_map(|resolution| match resolution {
            Resolution::Decl(named) => Some(named),
            _ => None,
        })
        .filter(|named| matches!(named.kind(db), ItemKind::Type | ItemKind::Enum))
        .collect()
}

/// The type behind a `type` declaration, without its problems.
pub fn alias_type(db: &dyn Db, decl: DeclId) -> Type {
    alias(db, decl).value.clone()
}

/// The members of an enum.
#[salsa::tracked(cycle_result = enum_ring)]
pub fn enum_variants(db: &dyn Db, decl: DeclId) -> Lowered<Vec<VariantType>> {
    let body = hir::body(db, decl);
    let mut lowering = TypeLowering::new(db, decl);
    let value = match &body.kind {
        BodyKind::Enum(variants) => variants
            .iter()
            .map(|variant| VariantType {
                name: variant.name.clone(),
                payload: lowering.fields(&variant.payload),
                doc: variant.doc.clone(),
            })
            .collect(),
        _ => Vec::new(),
    };
    Lowered {
        value,
        problems: lowering.problems,
    }
}

fn enum_ring(db: &dyn Db, _id: salsa::Id, decl: DeclId) -> Lowered<Vec<VariantType>> {
    Lowered {
        value: Vec::new(),
        problems: type_ring(db, decl).into_iter().collect(),
    }
}

/// The parameters and result of a declared function.
#[salsa::tracked]
pub fn fn_signature(db: &dyn Db, decl: DeclId) -> Lowered<FnSignature> {
    let mut lowering = TypeLowering::new(db, decl);
    let value = match &hir::body(db, decl).kind {
        BodyKind::Fn(function) => FnSignature {
            params: lowering.fields(&function.params),
            result: lowering.lower(function.result),
        },
        _ => FnSignature {
            params: Vec::new(),
            result: Type::ERROR,
        },
    };
    Lowered {
        value,
        problems: lowering.problems,
    }
}

/// The fields that one `extend` adds.
#[salsa::tracked]
pub fn extension_fields(db: &dyn Db, decl: DeclId) -> Lowered<Vec<FieldType>> {
    let mut lowering = TypeLowering::new(db, decl);
    let value = match &hir::body(db, decl).kind {
        BodyKind::Extend(extend) => lowering.fields(&extend.fields),
        _ => Vec::new(),
    };
    Lowered {
        value,
        problems: lowering.problems,
    }
}

/// Lowers one type reference; problems are dropped, since whoever owns the declaration reports them.
pub fn lower_type(db: &dyn Db, decl: DeclId, id: TypeRefId) -> Type {
    TypeLowering::new(db, decl).lower(id)
}

impl<'db> TypeLowering<'db> {
    /// For the type references of one declaration.
    pub fn new(db: &'db dyn Db, decl: DeclId) -> Self {
        Self {
            db,
            decl,
            body: hir::body(db, decl),
            problems: Vec::new(),
        }
    }

    /// Field declarations: of a record type, inputs, parameters, an edge.
    pub fn fields(&mut self, fields: &[FieldDecl]) -> Vec<FieldType> {
        fields
            .iter()
            .map(|field| FieldType {
                name: field.name.clone(),
                ty: self.lower(field.ty),
                default: field.default.map(|expr| (self.decl, expr)),
                declared: Some((self.decl, field.node)),
                doc: field.doc.clone(),
            })
            .collect()
    }

    /// One type reference. Depth is bounded by the parser.
    pub fn lower(&mut self, id: TypeRefId) -> Type {
        let node = self.body.type_nodes[id.0 as usize];
        match &self.body.types[id.0 as usize] {
            TypeRef::Missing => Type::ERROR,
            TypeRef::Path(path, args) => self.path(path, args),
            TypeRef::Optional(inner) => Type::optional(self.lower(*inner)),
            TypeRef::Literal(text) => Type::of(TypeKind::Literals([text.clone()].into())),
            TypeRef::Union(members) => self.union(members),
            TypeRef::Record(fields) => Type::record(self.fields(fields)),
            TypeRef::Bounded { base, low, high } => self.bounded(*base, *low, *high, node),
            TypeRef::Matching {
                base,
                pattern,
                pattern_node,
            } => {
                let base = self.lower(*base);
                if !base.is_error() && !base.is_text() {
                    let text = base.text(self.db);
                    self.report(
                        &codes::WRONG_KIND,
                        node,
                        format!("`matching` refines text, not `{text}`"),
                        "only a string can match",
                    );
                    return Type::ERROR;
                }
                if let Err(error) = text::check(TextKind::Regex, pattern) {
                    let at = Anchor::InString(
                        self.decl,
                        *pattern_node,
                        error.range.start as u32..error.range.end as u32,
                    );
                    self.problems.push(
                        Problem::new(&codes::MALFORMED_TEXT, "this is not a regular expression")
                            .at(at, error.message),
                    );
                    return Type::STRING;
                }
                Type::of(TypeKind::Matching(pattern.clone()))
            }
        }
    }

    fn union(&mut self, members: &[TypeRefId]) -> Type {
        let mut texts = Vec::new();
        for member in members {
            let ty = self.lower(*member);
            match ty.kind {
                TypeKind::Literals(more) => texts.extend(more.iter().cloned()),
                TypeKind::Error => return Type::ERROR,
                _ => {
                    let node = self.body.type_nodes[member.0 as usize];
                    self.problems.push(
                        Problem::new(&codes::WRONG_KIND, "a union has only texts as members")
                            .at_node(self.decl, node, "not a literal text")
                            .help("declare an `enum`, whose members may carry values of any type"),
                    );
                    return Type::ERROR;
                }
            }
        }
        Type::of(TypeKind::Literals(texts.into()))
    }

    fn bounded(&mut self, base: TypeRefId, low: ExprId, high: ExprId, node: NodeId) -> Type {
        let base = self.lower(base);
        if base.is_error() {
            return base;
        }
        if !matches!(
            base.kind,
            TypeKind::Int | TypeKind::Float | TypeKind::Ratio | TypeKind::Quantity(_)
        ) {
            let text = base.text(self.db);
            self.report(
                &codes::WRONG_KIND,
                node,
                format!("`in` bounds numbers and quantities, not `{text}`"),
                "cannot be bounded",
            );
            return Type::ERROR;
        }
        let (Some(low), Some(high)) = (self.bound(low, &base), self.bound(high, &base)) else {
            return base;
        };
        if low > high {
            self.report(
                &codes::OUT_OF_RANGE,
                node,
                "these bounds allow nothing: the first is larger".into(),
                "no value is in it",
            );
            return base;
        }
        Type::of(TypeKind::Bounded(Arc::new(Bounds { base, low, high })))
    }

    /// A bound: a literal, possibly negative, of the base's own kind.
    fn bound(&mut self, id: ExprId, base: &Type) -> Option<Rational> {
        let node = self.body.expr_nodes[id.0 as usize];
        let (mut expr, mut negative) = (&self.body.exprs[id.0 as usize], false);
        while let Expr::Unary {
            op: UnaryOp::Negate,
            operand,
        } = expr
        {
            negative = !negative;
            expr = &self.body.exprs[operand.0 as usize];
        }
        let value = match (expr, &base.kind) {
            (Expr::Missing, _) => return None,
            (Expr::Int(value), TypeKind::Int | TypeKind::Float) => Some(Rational::whole(*value)),
            (Expr::Float(value), TypeKind::Float) => {
                Rational::from_decimal(&value.to_string()).ok()
            }
            (Expr::Ratio(value), TypeKind::Ratio) => Some(*value),
            (Expr::Quantity(value), TypeKind::Quantity(dimension))
                if value.dimension() == *dimension =>
            {
                Some(value.value())
            }
            _ => None,
        };
        let Some(value) = value else {
            let text = base.text(self.db);
            self.report(
                &codes::TYPE_MISMATCH,
                node,
                format!("a bound of `{text}` is a literal of that type"),
                "not such a literal",
            );
            return None;
        };
        if negative {
            Rational::ZERO.checked_sub(value).ok()
        } else {
            Some(value)
        }
    }

    fn path(&mut self, path: &hir::Path, args: &[TypeRefId]) -> Type {
        if let [(name, _)] = path.segments.as_slice()
            && let Some(ty) = self.generic(name, args, path.node)
        {
            return ty;
        }
        if !args.is_empty() {
            let text = path.text();
            self.report(
                &codes::WRONG_ARGUMENTS,
                path.node,
                format!("`{text}` takes no type arguments"),
                "no `<…>` here",
            );
            return Type::ERROR;
        }
        match self.resolve(path) {
            Ok(ty) => ty,
            Err(failure) => {
                self.problems.extend(failure.map(|problem| *problem));
                Type::ERROR
            }
        }
    }

    /// `list<T>` and its kin; `None` for another name.
    fn generic(&mut self, name: &str, args: &[TypeRefId], node: NodeId) -> Option<Type> {
        let wanted = match name {
            "list" | "secret" | "deferred" | "runtime" | "late" => 1,
            "map" => 2,
            _ => return None,
        };
        if args.len() != wanted {
            let shape = if wanted == 2 {
                "map<string, T>".to_owned()
            } else {
                format!("{name}<T>")
            };
            self.report(
                &codes::WRONG_ARGUMENTS,
                node,
                format!("`{name}` is written `{shape}`"),
                "arguments missing or too many",
            );
            return Some(Type::ERROR);
        }
        let last = self.lower(args[wanted - 1]);
        let wrapped = |stage: Stage, secret: bool| Type {
            kind: last.kind.clone(),
            stage: last.stage.max(stage),
            secret: last.secret || secret,
        };
        Some(match name {
            "list" => Type::list(last),
            "secret" => wrapped(Stage::Store, true),
            "deferred" => wrapped(Stage::Apply, false),
            "runtime" => wrapped(Stage::Run, false),
            "late" => wrapped(Stage::Run, true),
            _ => {
                let key = self.lower(args[0]);
                if !key.is_text() && !key.is_error() {
                    let at = self.body.type_nodes[args[0].0 as usize];
                    self.report(
                        &codes::TYPE_MISMATCH,
                        at,
                        "the keys of a map are text".into(),
                        "write `string`",
                    );
                }
                Type::map(last)
            }
        })
    }

    fn resolve(&self, path: &hir::Path) -> Result<Type, names::Failure> {
        if let Some((_, id)) = names::schema_path(self.db, self.decl, path)? {
            return Ok(Type::of(TypeKind::Schema(id)));
        }
        Ok(
            match names::path(self.db, self.decl, path, Namespace::Type)? {
                Resolution::Decl(decl) => match decl.kind(self.db) {
                    ItemKind::Type => alias_type(self.db, decl),
                    ItemKind::Enum => Type::of(TypeKind::Enum(decl)),
                    ItemKind::Capability => Type::of(TypeKind::Instance(decl)),
                    _ => Type::ERROR,
                },
                Resolution::Type(ty) => builtin(ty.name).unwrap_or(Type::ERROR),
                _ => Type::ERROR,
            },
        )
    }

    fn report(
        &mut self,
        code: &'static plat_diagnostics::CodeInfo,
        node: NodeId,
        message: String,
        label: &str,
    ) {
        self.problems
            .push(Problem::new(code, message).at_node(self.decl, node, label));
    }
}

/// The type behind a builtin name without arguments.
#[must_use]
pub fn builtin(name: &str) -> Option<Type> {
    let kind = match name {
        "bool" => TypeKind::Bool,
        "int" => TypeKind::Int,
        "float" => TypeKind::Float,
        "string" => TypeKind::String,
        "date" => TypeKind::Date,
        "Ratio" => TypeKind::Ratio,
        "Money" => TypeKind::Money,
        "Rate" => TypeKind::Quantity(Dimension::RATE),
        "Port" => TypeKind::Bounded(Arc::new(Bounds {
            base: Type::INT,
            low: Rational::ONE,
            high: Rational::whole(65_535),
        })),
        "team" => TypeKind::Fact(ItemKind::Team),
        "system" => TypeKind::Fact(ItemKind::System),
        "environment" => TypeKind::Fact(ItemKind::Environment),
        "service" => TypeKind::Fact(ItemKind::Service),
        "resource" => TypeKind::Fact(ItemKind::Resource),
        "external" => TypeKind::Fact(ItemKind::External),
        "Cpu" => TypeKind::Quantity(Dimension::CPU),
        "Bytes" => TypeKind::Quantity(Dimension::BYTES),
        "Duration" => TypeKind::Quantity(Dimension::DURATION),
        _ => TypeKind::Text(TextKind::from_name(name)?),
    };
    Some(Type::of(kind))
}

/// The fields of a record type called `name`, for compiler-made records.
#[must_use]
pub fn named_record(name: &str, fields: Vec<FieldType>) -> Type {
    Type::of(TypeKind::Record(Arc::new(RecordType {
        name: Some(Name::from(name)),
        fields,
    })))
}
