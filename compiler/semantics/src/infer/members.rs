//! What a bare name may mean within a declaration: its inputs, facts, lets, outputs, edges, emissions, and what the compiler
//! provides (level 3 of `grammar.ebnf`).

use plat_diagnostics::codes;
use rustc_hash::FxHashMap;

use super::provided::{
    caller_record, edge_record, exposure_type, external_record, outputs, parts_record, pod_type,
};
use super::{Checker, Context, EmitType, Meaning, edge_signatures, edges_of, output_type};
use crate::db::{Db, DeclId, Name};
use crate::hir::{self, BodyKind, EmitDecl, ExprId, LetDecl, Members, NodeId};
use crate::items::ItemKind;
use crate::names;
use crate::problem::{Anchor, Problem};
use crate::program::{contract_signature, fact_schema, signature};
use crate::ty::{FieldType, Type, TypeKind, lower_type};

/// A member of a declaration, as its expressions refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Member {
    /// A fact or input: a place of the layout.
    Place(Name),
    /// A let: the how-manyth of the declaration.
    Let(u32),
    /// An output of the capability.
    Output(Name),
    /// An edge, by its alias: the how-manyth of the declaration.
    Edge(u32),
    /// An emission.
    Emit(Name),
    /// A parameter of a guardrail: the how-manyth.
    Parameter(u32),
}

/// An entry of the member scope.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ScopeEntry {
    /// A member of a known type.
    Member(Member, Type),
    /// A member whose type its expression tells: asked for when it is needed.
    Inferred(Member, NodeId, ExprId),
    /// What the compiler provides.
    Context(Context, Type),
}

/// The capability that a fact, service or resource is declared with.
#[salsa::tracked(returns(copy))]
pub fn declared_capability(db: &dyn Db, decl: DeclId) -> Option<DeclId> {
    let path = match &hir::body(db, decl).kind {
        BodyKind::Service(service) => service.capability.as_ref(),
        BodyKind::Fact(fact) => fact.capability.as_ref(),
        _ => None,
    }?;
    names::capability(db, decl, path).ok()
}

/// Members by name.
pub(super) type Scope = FxHashMap<Name, ScopeEntry>;

/// The members that every service, resource, fact or `defaults` with a capability has, before its own edges and lets: built once
/// per capability, not once per service.
#[salsa::tracked]
pub(super) fn shared_scope(db: &dyn Db, kind: ItemKind, capability: Option<DeclId>) -> Scope {
    let mut scope = ScopeBuilder {
        db,
        map: Scope::default(),
    };
    if kind.is_instance() {
        if let Some(capability) = capability {
            scope.outputs(capability);
            if let BodyKind::Capability(body) = &hir::body(db, capability).kind {
                scope.emits(capability, &body.members.emits);
            }
        }
        scope.provide("pod", Context::Pod, pod_type());
    }
    if let Some(capability) = capability {
        scope.inputs(capability);
        if kind.is_instance() {
            // An edge may hide an input of its name; `self.x` still reads the input.
            let own = Type::of(TypeKind::Instance(capability));
            scope.provide("self", Context::SelfInstance, own);
        }
    }
    scope.facts(if kind == ItemKind::Defaults {
        ItemKind::Service
    } else {
        kind
    });
    scope.context(kind != ItemKind::Environment);
    scope.map
}

/// Fills a member scope.
struct ScopeBuilder<'db> {
    db: &'db dyn Db,
    map: Scope,
}

impl ScopeBuilder<'_> {
    fn member(&mut self, name: &Name, member: Member, ty: Type) {
        self.map
            .insert(name.clone(), ScopeEntry::Member(member, ty));
    }

    fn provide(&mut self, name: &'static str, context: Context, ty: Type) {
        let taken = matches!(
            self.map.get(name),
            Some(ScopeEntry::Member(..) | ScopeEntry::Inferred(..))
        );
        if !taken {
            self.map
                .insert(Name::new_static(name), ScopeEntry::Context(context, ty));
        }
    }

    fn context(&mut self, environment: bool) {
        self.provide("name", Context::Name, Type::STRING);
        if environment {
            self.provide(
                "environment",
                Context::Environment,
                Type::of(TypeKind::Fact(ItemKind::Environment)),
            );
        }
    }

    fn facts(&mut self, kind: ItemKind) {
        for field in &fact_schema(self.db, kind).fields {
            self.member(
                &field.name,
                Member::Place(field.name.clone()),
                field.ty.clone(),
            );
        }
    }

    fn inputs(&mut self, capability: DeclId) {
        for input in &signature(self.db, capability).inputs {
            self.member(
                &input.field.name,
                Member::Place(input.field.name.clone()),
                input.field.ty.clone(),
            );
        }
    }

    fn outputs(&mut self, capability: DeclId) {
        for field in outputs(self.db, capability) {
            self.member(
                &field.name,
                Member::Output(field.name.clone()),
                field.ty.clone(),
            );
        }
    }

    /// Emissions, as values; `owner` is the declaration that holds them.
    fn emits(&mut self, owner: DeclId, emits: &[EmitDecl]) {
        for emit in emits {
            let ty = match names::emit_type(self.db, owner, &emit.ty) {
                Ok((_, Some(ty))) if emit.each.is_some() => Type::map(ty),
                Ok((_, Some(ty))) => ty,
                _ => Type::ERROR,
            };
            let ty = if emit.when.is_some() && emit.each.is_none() {
                Type::optional(ty)
            } else {
                ty
            };
            if !self.map.contains_key(&emit.name) {
                self.member(&emit.name, Member::Emit(emit.name.clone()), ty);
            }
        }
    }

    /// The members of a capability itself.
    fn contract(&mut self, decl: DeclId, members: &Members) {
        self.inputs(decl);
        for output in &signature(self.db, decl).outputs {
            if let Some(ty) = &output.ty {
                self.member(
                    &output.name,
                    Member::Output(output.name.clone()),
                    ty.clone(),
                );
            } else if output.declared.0 != decl {
                let ty = output_type(self.db, decl, &output.name).unwrap_or(Type::ERROR);
                self.member(&output.name, Member::Output(output.name.clone()), ty);
            }
        }
        for output in members.outputs.iter().filter(|output| output.ty.is_none()) {
            if let (Some(value), None) = (output.value, self.map.get(&output.name)) {
                let entry =
                    ScopeEntry::Inferred(Member::Output(output.name.clone()), output.node, value);
                self.map.insert(output.name.clone(), entry);
            }
        }
    }

    fn contract_context(&mut self, capability: DeclId) {
        self.context(true);
        self.provide(
            "self",
            Context::SelfInstance,
            Type::of(TypeKind::Instance(capability)),
        );
        let inputs = signature(self.db, capability)
            .inputs
            .iter()
            .map(|input| FieldType {
                ty: Type::optional(input.field.ty.clone()),
                default: None,
                ..input.field.clone()
            })
            .collect();
        self.provide("inputs", Context::Inputs, Type::record(inputs));
        self.provide(
            "edges",
            Context::Edges,
            Type::list(edge_record(self.db, None)),
        );
        self.provide(
            "callers",
            Context::Callers,
            Type::list(caller_record(self.db, capability, None)),
        );
        self.provide(
            "externals",
            Context::Externals,
            Type::list(external_record()),
        );
        self.provide(
            "exposures",
            Context::Exposures,
            Type::list(exposure_type(self.db)),
        );
        self.provide("parts", Context::Parts, Type::list(parts_record(self.db)));
        self.provide("pod", Context::Pod, pod_type());
    }
}

impl Checker<'_> {
    /// Fills the member scope for the kind of declaration.
    pub(super) fn fill_scope(&mut self) {
        let (db, decl, body) = (self.db, self.decl, self.body);
        let kind = decl.kind(db);
        let mut scope = ScopeBuilder {
            db,
            map: Scope::default(),
        };
        match &body.kind {
            BodyKind::Fact(_) => {
                self.shared = Some(shared_scope(db, kind, declared_capability(db, decl)))
            }
            BodyKind::Defaults(defaults) => {
                self.shared = Some(shared_scope(
                    db,
                    kind,
                    names::capability(db, decl, &defaults.target).ok(),
                ));
            }
            BodyKind::Service(service) => {
                self.shared = Some(shared_scope(db, kind, declared_capability(db, decl)));
                self.edges();
                self.lets(&service.lets);
                return;
            }
            BodyKind::Capability(capability) => {
                scope.contract(decl, &capability.members);
                scope.contract_context(decl);
                scope.emits(decl, &capability.members.emits);
                self.scope = scope.map;
                self.edges();
                self.lets(&capability.members.lets);
                return;
            }
            BodyKind::Implementation(implementation) => {
                if let Some(contract) = contract_signature(db, decl) {
                    scope.inputs(contract);
                    scope.outputs(contract);
                    scope.contract_context(contract);
                }
                scope.emits(decl, &implementation.members.emits);
                self.scope = scope.map;
                self.edges();
                self.lets(&implementation.members.lets);
                return;
            }
            BodyKind::Extend(extend) => {
                if let Some(kind) = ItemKind::FACTS
                    .into_iter()
                    .find(|kind| kind.word() == extend.target.0)
                {
                    scope.facts(kind);
                    scope.context(kind != ItemKind::Environment);
                }
            }
            BodyKind::Test(test) => {
                scope.provide(
                    "environment",
                    Context::Environment,
                    Type::of(TypeKind::Fact(ItemKind::Environment)),
                );
                self.scope = scope.map;
                self.lets(&test.lets);
                return;
            }
            BodyKind::Guardrail(guardrail) => {
                for (index, input) in guardrail.inputs.iter().enumerate() {
                    let ty = lower_type(db, decl, input.ty);
                    scope.member(&input.name, Member::Parameter(index as u32), ty);
                }
                for (name, context, ty) in super::rules::rule_contexts() {
                    scope.provide(name, context, ty);
                }
                self.scope = scope.map;
                self.lets(&guardrail.lets);
                return;
            }
            BodyKind::Type(_)
            | BodyKind::Enum(_)
            | BodyKind::Let(_)
            | BodyKind::Fn(_)
            | BodyKind::Waiver(_)
            | BodyKind::Enforce(_)
            | BodyKind::Later
            | BodyKind::Broken => {}
        }
        self.scope = scope.map;
    }

    /// What a name means among the members.
    fn entry(&self, name: &str) -> Option<&ScopeEntry> {
        self.scope.get(name).or_else(|| self.shared?.get(name))
    }

    /// Whether a local of this name hides a member; what the compiler provides is no member of anybody.
    pub(super) fn hides_member(&self, name: &str) -> bool {
        matches!(
            self.entry(name),
            Some(ScopeEntry::Member(..) | ScopeEntry::Inferred(..))
        )
    }

    /// Whether a name is a member.
    pub(super) fn is_member(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The names of all members, sorted.
    pub(super) fn member_names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self
            .scope
            .keys()
            .chain(self.shared.into_iter().flat_map(Scope::keys))
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn member(&mut self, name: &Name, member: Member, ty: Type) {
        self.scope
            .insert(name.clone(), ScopeEntry::Member(member, ty));
    }

    /// Within the output `parts`: the edge and its consumer.
    pub(super) fn enter_parts(&mut self, capability: DeclId) {
        let edge = Type::record(signature(self.db, capability).edge.clone());
        let consumer = vec![
            FieldType::builtin("name", Type::STRING),
            FieldType::builtin("namespace", Type::STRING),
        ];
        for (name, context, ty) in [
            ("edge", Context::Edge, edge),
            ("consumer", Context::Consumer, Type::record(consumer)),
        ] {
            if !self.is_member(name) {
                self.scope
                    .insert(Name::new_static(name), ScopeEntry::Context(context, ty));
            }
        }
    }

    pub(super) fn leave_parts(&mut self) {
        for name in ["edge", "consumer"] {
            if let Some(ScopeEntry::Context(..)) = self.scope.get(name) {
                self.scope.remove(name);
            }
        }
    }

    fn edges(&mut self) {
        for (index, sig) in edge_signatures(self.db, self.decl).iter().enumerate() {
            let Some(edge) = edges_of(self.body).get(index) else {
                continue;
            };
            let ty = match (sig.capability, sig.external) {
                (_, true) => Type::of(TypeKind::Fact(ItemKind::External)),
                (Some(capability), _) => Type::of(TypeKind::Face(capability)),
                _ => Type::ERROR,
            };
            let ty = if sig.partial { Type::optional(ty) } else { ty };
            let input = declared_capability(self.db, self.decl)
                .and_then(|c| signature(self.db, c).input(&sig.alias));
            if let Some(input) = input {
                let mut problem = Problem::new(
                    &codes::EDGE_HIDES_INPUT,
                    format!("the edge `{0}` hides the input `{0}`", sig.alias),
                )
                .at(
                    Anchor::Node(self.decl, edge.node),
                    "this name now means the edge",
                )
                .help(format!(
                    "give the edge another name; the input itself can still be set with `{} = …`",
                    sig.alias
                ));
                if let Some((decl, node)) = input.field.declared {
                    problem = problem.also_node(decl, node, "the input");
                }
                self.out.problems.push(problem);
            }
            self.member(&sig.alias, Member::Edge(index as u32), ty);
        }
    }

    fn lets(&mut self, lets: &[LetDecl]) {
        for (index, binding) in lets.iter().enumerate() {
            let member = Member::Let(index as u32);
            // Within one declaration the two collide, which lowering says.
            let own = !matches!(self.body.kind, BodyKind::Service(_))
                || edge_signatures(self.db, self.decl)
                    .iter()
                    .any(|sig| sig.alias == binding.name)
                || lets[..index]
                    .iter()
                    .any(|earlier| earlier.name == binding.name);
            if let Some(ScopeEntry::Member(..)) = self.entry(&binding.name)
                && !own
            {
                self.out.problems.push(
                    Problem::new(
                        &codes::SHADOWED_MEMBER,
                        format!("`let {0}` hides the member `{0}`", binding.name),
                    )
                    .at(
                        Anchor::Node(self.decl, binding.node),
                        "from here on, the name means this",
                    )
                    .help("give it another name"),
                );
            }
            let entry = match binding.ty {
                Some(ty) => ScopeEntry::Member(member, lower_type(self.db, self.decl, ty)),
                None => ScopeEntry::Inferred(member, binding.node, binding.value),
            };
            self.scope.insert(binding.name.clone(), entry);
        }
    }

    /// The meaning and type of a member's name.
    pub(super) fn scope_member(&mut self, name: &Name) -> Option<(Meaning, Type)> {
        match self.entry(name)?.clone() {
            ScopeEntry::Context(context, ty) => Some((Meaning::Context(context), ty)),
            ScopeEntry::Member(member, ty) => Some((self.member_meaning(member), ty)),
            ScopeEntry::Inferred(member, node, value) => {
                let ty = self.inferred_member(name, node, value);
                Some((self.member_meaning(member), ty))
            }
        }
    }

    /// The type of a member that its expression tells; finds it out now if nobody has yet.
    pub(super) fn inferred_member(&mut self, name: &Name, node: NodeId, value: ExprId) -> Type {
        if let Some(ty) = self.out.declared.get(&node) {
            return ty.clone();
        }
        if let Some(start) = self.pending.iter().position(|(pending, _)| pending == name) {
            let ring: Vec<_> = self.pending[start..].to_vec();
            self.report_ring(&ring);
            self.out.declared.insert(node, Type::ERROR);
            return Type::ERROR;
        }
        self.pending.push((name.clone(), node));
        // The lets of a guardrail see what it speaks of.
        let around = self.subject.iter().cloned().collect();
        let locals = std::mem::replace(&mut self.locals, around);
        let ty = self.infer_expr(value);
        self.locals = locals;
        self.pending.pop();
        self.out.declared.entry(node).or_insert(ty).clone()
    }

    fn member_meaning(&mut self, member: Member) -> Meaning {
        let index = self
            .out
            .members
            .iter()
            .position(|known| *known == member)
            .unwrap_or_else(|| {
                self.out.members.push(member);
                self.out.members.len() - 1
            });
        Meaning::Member(index as u32)
    }

    /// Resolves what an emit makes and remembers it.
    pub(super) fn emit_type(&mut self, emit: &EmitDecl) -> (EmitType, Type) {
        let (emitted, ty) = match names::emit_type(self.db, self.decl, &emit.ty) {
            Ok((emitted, ty)) => (emitted, ty.unwrap_or(Type::ERROR)),
            Err(failure) => {
                self.out.problems.extend(failure.map(|problem| *problem));
                (EmitType::Unknown, Type::ERROR)
            }
        };
        self.out.emits.insert(emit.node, emitted.clone());
        (emitted, ty)
    }
}
