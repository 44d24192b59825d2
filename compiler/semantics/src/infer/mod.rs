//! The checker: gives every expression of a declaration its type and meaning, once per declaration, used or not.
//!
//! Evaluation reads the result and never resolves a name itself. What depends on an instance's values (a bound that a computed
//! value must keep, a key that must exist) is left to evaluation; everything else is found here.

mod access;
mod block;
mod builtins;
mod calls;
mod capability;
mod collections;
mod declaration;
mod edges;
mod expectations;
mod expr;
mod instance;
mod literals;
mod members;
mod operators;
mod patterns;
mod provided;
mod report;
mod rings;
mod rules;
mod sink;
mod subjects;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::db::{Db, DeclId, Name};
use crate::hir::{self, Body, Expr, ExprId, NodeId};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::{drawn, ring_through};
use crate::scope::Resolution;
use crate::ty::{FieldType, Type, TypeKind, lower_type};

pub use builtins::Builtin;
pub use collections::{Collection, Walked};
pub use edges::{EdgeSig, edge_signatures, edges_of};
pub use expectations::TestFn;
pub use members::{Member, declared_capability};
pub use provided::POD_FIELDS;
pub use rules::Aggregate;
pub(crate) use rules::{entry_name, named_guardrail, path_of};
pub use sink::{describe, literal_misfit, schema_value_type};
pub(crate) use subjects::capability_record;
pub use subjects::{Relation, contracts_with, target_type};

/// What the checker found out about a declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The type of each expression, parallel to the body's.
    pub types: Vec<Type>,
    /// What each name, field access or callee means, parallel to the body's expressions.
    pub meanings: Vec<Meaning>,
    /// What `Meaning::Member` indices mean.
    pub members: Vec<Member>,
    /// What patterns mean, by their node.
    pub patterns: FxHashMap<NodeId, PatternMeaning>,
    /// The resolved types of emits, by the node of their name.
    pub emits: FxHashMap<NodeId, EmitType>,
    /// The types of lets and outputs, by the node of their name.
    pub declared: FxHashMap<NodeId, Type>,
    /// The collections that a rule walks, by the source of the `for`.
    pub walked: FxHashMap<ExprId, Walked>,
    /// The contracts whose instances alone a rule speaks of, beside what its `for` says.
    pub narrowed: Vec<DeclId>,
    /// What a rule asks of whole collections.
    pub aggregates: Vec<Aggregate>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What an emit makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmitType {
    /// An object of a target, by the path of its type below the target's root.
    Object(Arc<str>),
    /// An instance of a capability.
    Capability(DeclId),
    /// Nothing that exists; reported.
    Unknown,
}

/// What a name, field access or callee means.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Meaning {
    /// Not a name, or one that was reported.
    #[default]
    Nothing,
    /// A binder or parameter, by its depth.
    Local(u32),
    /// A member of the enclosing declaration: an index into [`Inference::members`].
    Member(u32),
    /// What the compiler provides.
    Context(Context),
    /// A `let` of a module.
    Let(DeclId),
    /// A `fn`.
    Function(DeclId),
    /// A function that is built in.
    Builtin(Builtin),
    /// A function that only tests have.
    Test(TestFn),
    /// Facts of that kind and name; evaluation takes the one of the environment.
    Fact(ItemKind, Name),
    /// A member of an enum: its position.
    Variant(DeclId, u32),
    /// A field of a record that stands at this position in its declared type.
    FieldAt(u32),
    /// A capability, as an argument of `edges(C)`.
    Capability(DeclId),
    /// A guardrail, as an argument of `denies(app, G)`.
    Guardrail(DeclId),
    /// A step from what a rule speaks of to something else.
    Relation(Relation),
    /// A field of what a rule speaks of, by its bare name: a relation, or a field of the value.
    Opened(Name, Option<Relation>),
}

/// What the compiler provides under a fixed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// `name`
    Name,
    /// `environment`
    Environment,
    /// `self`
    SelfInstance,
    /// `inputs`
    Inputs,
    /// `edges`
    Edges,
    /// `callers`
    Callers,
    /// `externals`
    Externals,
    /// `exposures`
    Exposures,
    /// `parts`
    Parts,
    /// `edge`, within the output `parts`
    Edge,
    /// `consumer`, within the output `parts`
    Consumer,
    /// `pod`
    Pod,
    /// A collection of the model, in a rule.
    Collection(Collection),
    /// `today`, in a rule.
    Today,
}

/// What a pattern means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternMeaning {
    /// A member of an enum, by its name.
    Variant(Name),
    /// `known(x)`: a value that is known.
    Known,
    /// `reference(r)`: an entry of a store.
    Reference,
    /// `field(p)`: a field of the running pod.
    Field,
    /// `template(parts)`: text with late parts.
    Template,
}

/// Checks a declaration.
#[salsa::tracked(cycle_result = untypable)]
pub fn infer(db: &dyn Db, decl: DeclId) -> Inference {
    let mut checker = Checker::new(db, decl);
    checker.declaration();
    checker.out
}

/// Declarations that need each other's inferred types: `let`s that are a ring, or others that have to say their types.
fn untypable(db: &dyn Db, _id: salsa::Id, decl: DeclId) -> Inference {
    let body = hir::body(db, decl);
    let problem = match ring_through(decl, |at| lets_named(db, at)) {
        Some(ring) if ring.iter().any(|other| other.name(db) < decl.name(db)) => None,
        Some(ring) => Some(let_ring_problem(db, &ring)),
        None => Some(
            Problem::new(
                &plat_diagnostics::codes::MEMBER_RING,
                format!(
                    "the types of `{}` and of what it uses depend on each other",
                    decl.name(db)
                ),
            )
            .at(Anchor::name(decl), "cannot be decided")
            .help("write the type: `let x: T = …`, `output x: T = …`"),
        ),
    };
    Inference {
        types: vec![Type::ERROR; body.exprs.len()],
        meanings: vec![Meaning::Nothing; body.exprs.len()],
        members: Vec::new(),
        patterns: FxHashMap::default(),
        emits: FxHashMap::default(),
        declared: FxHashMap::default(),
        walked: FxHashMap::default(),
        narrowed: Vec::new(),
        aggregates: Vec::new(),
        problems: problem.into_iter().collect(),
    }
}

/// The `let`s of modules that the value of one names, found without types.
fn lets_named(db: &dyn Db, decl: DeclId) -> Vec<DeclId> {
    let body = hir::body(db, decl);
    let hir::BodyKind::Let(binding) = &body.kind else {
        return Vec::new();
    };
    let mut found = Vec::new();
    hir::walk::expressions(body, binding.value, &mut |id, expr| {
        if let Expr::Name(name) = expr {
            let at = [Anchor::Node(decl, body.expr_nodes[id.0 as usize])];
            let name = std::slice::from_ref(name);
            if let Ok(resolved) = names::prefix(db, decl, name, &at, Namespace::Value)
                && let Resolution::Decl(other) = resolved.resolution
                && other.kind(db) == ItemKind::Let
            {
                found.push(other);
            }
        }
    });
    found
}

/// The finding about `let`s whose values need each other.
pub(crate) fn let_ring_problem(db: &dyn Db, ring: &[DeclId]) -> Problem {
    let problem = Problem::new(
        &plat_diagnostics::codes::MEMBER_RING,
        format!("`{}` needs itself", ring[0].name(db)),
    )
    .at(Anchor::name(ring[0]), "its value needs …");
    let problem = ring[1..].iter().fold(problem, |problem, step| {
        problem.also(
            Anchor::name(*step),
            format!("… `{}`, which needs …", step.name(db)),
        )
    });
    problem
        .note(format!("the ring: {}", drawn(db, ring)))
        .help("give one of them a value of its own")
}

/// The type of a module's `let`.
pub fn let_type(db: &dyn Db, decl: DeclId) -> Type {
    if let hir::BodyKind::Let(binding) = &hir::body(db, decl).kind
        && let Some(ty) = binding.ty
    {
        return lower_type(db, decl, ty);
    }
    infer(db, decl)
        .declared
        .get(&NodeId::NAME)
        .cloned()
        .unwrap_or(Type::ERROR)
}

/// The type of an output, as consumers see it.
pub fn output_type(db: &dyn Db, capability: DeclId, name: &str) -> Option<Type> {
    let output = crate::program::signature(db, capability).output(name)?;
    if let Some(ty) = &output.ty {
        return Some(ty.clone());
    }
    let (decl, node) = output.declared;
    Some(
        infer(db, decl)
            .declared
            .get(&node)
            .cloned()
            .unwrap_or(Type::ERROR),
    )
}

/// Walks one declaration.
struct Checker<'db> {
    db: &'db dyn Db,
    decl: DeclId,
    body: &'db Body,
    /// Binders and parameters, innermost last.
    locals: Vec<(Name, Type)>,
    /// Members of the declaration by name.
    scope: members::Scope,
    /// Members that all declarations with its capability share.
    shared: Option<&'db members::Scope>,
    /// Members whose type is being found out, to see rings.
    pending: Vec<(Name, NodeId)>,
    /// What the guardrail that is checked speaks of.
    subject: Option<(Name, Type)>,
    out: Inference,
}

impl<'db> Checker<'db> {
    fn new(db: &'db dyn Db, decl: DeclId) -> Self {
        let body = hir::body(db, decl);
        let out = Inference {
            types: vec![Type::ERROR; body.exprs.len()],
            meanings: vec![Meaning::Nothing; body.exprs.len()],
            members: Vec::new(),
            patterns: FxHashMap::default(),
            emits: FxHashMap::default(),
            declared: FxHashMap::default(),
            walked: FxHashMap::default(),
            narrowed: Vec::new(),
            aggregates: Vec::new(),
            problems: Vec::new(),
        };
        let mut checker = Self {
            db,
            decl,
            body,
            locals: Vec::new(),
            scope: members::Scope::default(),
            shared: None,
            pending: Vec::new(),
            subject: None,
            out,
        };
        checker.fill_scope();
        checker
    }

    fn expr(&self, id: ExprId) -> &'db Expr {
        &self.body.exprs[id.0 as usize]
    }

    fn node(&self, expr: ExprId) -> NodeId {
        self.body.expr_nodes[expr.0 as usize]
    }

    fn anchor(&self, id: ExprId) -> Anchor {
        Anchor::Node(self.decl, self.node(id))
    }

    fn set_type(&mut self, expr: ExprId, ty: Type) -> Type {
        self.out.types[expr.0 as usize] = ty.clone();
        ty
    }

    fn set_meaning(&mut self, expr: ExprId, meaning: Meaning) {
        self.out.meanings[expr.0 as usize] = meaning;
    }
}

/// A field access on a type that knows its fields: for names of members and for suggestions.
pub fn fields_of(db: &dyn Db, ty: &Type) -> Vec<FieldType> {
    match &ty.kind {
        TypeKind::Record(record) => record.fields.clone(),
        TypeKind::Fact(kind) => provided::fact_fields(db, *kind),
        TypeKind::Instance(capability) => provided::instance_fields(db, *capability),
        TypeKind::Face(capability) => provided::face_fields(db, *capability),
        TypeKind::Schema(id) => sink::schema_fields(db, *id),
        TypeKind::Subject(subject) => subjects::subject_fields(db, *subject),
        TypeKind::Optional(inner) => fields_of(db, inner),
        _ => Vec::new(),
    }
}
