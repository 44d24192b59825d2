//! Declarations: what stands in the braces of each kind.

use smol_str::SmolStr;

use super::{Entry, ExprId, ForClause, NodeId, Segment, TypeRefId};
use crate::db::Name;

/// `@name(args)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// Named arguments; positional ones have no name.
    pub args: Vec<(Option<Name>, ExprId)>,
}

/// What a body declares.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyKind {
    /// `team`, `system`, `environment`, `external`.
    Fact(FactBody),
    /// `service`, `resource`.
    Service(ServiceBody),
    /// `defaults for C in e { … }`.
    Defaults(DefaultsBody),
    /// `capability C is … { … }`.
    Capability(CapabilityBody),
    /// `implementation X of C when … { … }`.
    Implementation(ImplementationBody),
    /// `extend service { … }`.
    Extend(ExtendBody),
    /// `type T = …`.
    Type(TypeRefId),
    /// `enum E { … }`.
    Enum(Vec<VariantDecl>),
    /// `let x = …` of a module.
    Let(LetDecl),
    /// `fn f(…): T = …`.
    Fn(FnBody),
    /// `guardrail G { … }`.
    Guardrail(GuardrailBody),
    /// `waiver W { … }`.
    Waiver(WaiverBody),
    /// `enforce G in e { … }`.
    Enforce(EnforceBody),
    /// `test "…" { … }`.
    Test(TestBody),
    /// `pipeline`, `migration`: parsed, kept, evaluated by later releases.
    Later,
    /// The parser could not make sense of it.
    Broken,
}

/// A dotted path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where all of it stands.
    pub node: NodeId,
    /// Its segments.
    pub segments: Vec<(Name, NodeId)>,
}

impl Path {
    /// The text with dots.
    #[must_use]
    pub fn text(&self) -> String {
        self.segments
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// `team`, `system`, `environment` or `external`.
#[derive(Clone, Debug, PartialEq)]
pub struct FactBody {
    /// The capability behind it: `system s: Tenant`.
    pub capability: Option<Path>,
    /// `like a` of an environment.
    pub like: Option<Path>,
    /// Its facts.
    pub entries: Vec<Entry>,
    /// `in e { … }`.
    pub in_blocks: Vec<InBlock>,
}

/// `service` or `resource`.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceBody {
    /// The capability; `None` when the parser found none.
    pub capability: Option<Path>,
    /// `only in …`.
    pub only: Option<Only>,
    /// Its facts and inputs.
    pub entries: Vec<Entry>,
    /// Its lets.
    pub lets: Vec<LetDecl>,
    /// Its `needs` and `calls`.
    pub edges: Vec<EdgeDecl>,
    /// Its exposures.
    pub exposes: Vec<ExposeDecl>,
    /// `in e { … }`.
    pub in_blocks: Vec<InBlock>,
    /// Its patches.
    pub patches: Vec<PatchDecl>,
    /// Its extra objects.
    pub emits: Vec<ExtraEmit>,
    /// `renamed from …`.
    pub renamed_from: Option<Path>,
}

/// `only in a` or `only in [a, b]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    /// Where it stands.
    pub node: NodeId,
    /// The environments.
    pub environments: Vec<Path>,
}

/// `in a { … }` or `in [a, b] { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct InBlock {
    /// Where the head stands.
    pub node: NodeId,
    /// The environments.
    pub environments: Vec<Path>,
    /// The values.
    pub entries: Vec<Entry>,
    /// The patches.
    pub patches: Vec<PatchDecl>,
}

/// `needs` or `calls`.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeDecl {
    /// Where the alias (or, without one, the target) stands.
    pub node: NodeId,
    /// The name under which the consumer knows it; for `calls` without `as`, the target's last segment.
    pub alias: Name,
    /// What it leads to.
    pub target: EdgeTarget,
    /// The block; inputs (owned) and the edge's fields.
    pub entries: Vec<Entry>,
    /// `only in …`.
    pub only: Option<Only>,
}

/// What an edge leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeTarget {
    /// `needs n: C`: an instance of its own.
    Owned(Path),
    /// `needs n = r`: a shared resource or service.
    Shared(Path),
    /// `needs n = r@dev`: one of another environment.
    Elsewhere {
        /// The resource.
        target: Path,
        /// The environment.
        environment: (Name, NodeId),
    },
    /// `calls s`.
    Call(Path),
}

/// `expose public at host { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposeDecl {
    /// Where the visibility stands.
    pub node: NodeId,
    /// `public`, `internal`.
    pub visibility: Name,
    /// The host.
    pub host: Option<ExprId>,
    /// The block.
    pub entries: Vec<Entry>,
    /// `only in …`.
    pub only: Option<Only>,
}

/// `patch deployment because "…" until … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchDecl {
    /// Where the path of the patched object stands.
    pub node: NodeId,
    /// The emitted object: `deployment`, `server.deployment`.
    pub target: Path,
    /// Why, and until when.
    pub licence: Licence,
    /// `only in …`.
    pub only: Option<Only>,
    /// The changes.
    pub entries: Vec<Entry>,
}

/// Why an escape hatch is open, and until when.
#[derive(Clone, Debug, PartialEq)]
pub struct Licence {
    /// The reason; an interpolated or missing one is an error of lowering.
    pub because: SmolStr,
    /// Where the date stands.
    pub until_node: NodeId,
    /// The date.
    pub until: Option<plat_model::Date>,
}

/// `emit x: T because "…" until … { … }` within a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtraEmit {
    /// The object.
    pub emit: EmitDecl,
    /// Why, and until when.
    pub licence: Licence,
    /// `only in …`.
    pub only: Option<Only>,
}

/// `defaults for C in e { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultsBody {
    /// The capability, contract or fact kind.
    pub target: Path,
    /// The environments; empty for everywhere.
    pub environments: Vec<Path>,
    /// The values.
    pub entries: Vec<Entry>,
}

/// `capability C is … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct CapabilityBody {
    /// The contracts it takes over.
    pub is: Vec<Path>,
    /// What stands in its braces.
    pub members: Members,
}

/// `implementation X of C when … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplementationBody {
    /// The contract.
    pub of: Path,
    /// The condition.
    pub when: Option<ExprId>,
    /// What stands in its braces.
    pub members: Members,
}

/// The members of a capability or implementation, each kind in the order of the sources.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Members {
    /// How it is operated: `operated_by`, `runbook` …, by the prelude's schema.
    pub fields: Vec<Entry>,
    /// Inputs.
    pub inputs: Vec<FieldDecl>,
    /// Outputs: `output x: T = e`.
    pub outputs: Vec<OutputDecl>,
    /// Lets.
    pub lets: Vec<LetDecl>,
    /// Fields of the edges that lead to it.
    pub edge: Vec<FieldDecl>,
    /// Requirements.
    pub requires: Vec<RequireDecl>,
    /// Objects.
    pub emits: Vec<EmitDecl>,
    /// What it needs itself.
    pub needs: Vec<EdgeDecl>,
}

/// `name: T = default`: an input, a field of a record type, a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeRefId,
    /// The default.
    pub default: Option<ExprId>,
    /// `///` text.
    pub doc: Option<SmolStr>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
}

/// `output x: T = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type; without one, the expression's.
    pub ty: Option<TypeRefId>,
    /// The value; a contract without one leaves it to its implementations.
    pub value: Option<ExprId>,
    /// `///` text.
    pub doc: Option<SmolStr>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
}

/// `let x: T = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct LetDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Option<TypeRefId>,
    /// The value.
    pub value: ExprId,
    /// `///` text.
    pub doc: Option<SmolStr>,
    /// Annotations; those of a module's `let` are its declaration's.
    pub annotations: Vec<Annotation>,
}

/// `require c else "…" fix p = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct RequireDecl {
    /// Where it stands.
    pub node: NodeId,
    /// The condition.
    pub condition: ExprId,
    /// The message.
    pub otherwise: Option<ExprId>,
    /// The fixes: path and value.
    pub fixes: Vec<(Vec<Segment>, ExprId)>,
}

/// `test "…" { … }`. What it declares are declarations of their own, which only the test sees.
#[derive(Clone, Debug, PartialEq)]
pub struct TestBody {
    /// Its lets.
    pub lets: Vec<LetDecl>,
    /// What must hold.
    pub expects: Vec<ExpectDecl>,
}

/// `expect c only in e else "…"`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectDecl {
    /// Where the word `expect` stands.
    pub node: NodeId,
    /// The condition.
    pub condition: ExprId,
    /// The environments in which it must hold; `None` for all.
    pub only: Option<Only>,
    /// The message.
    pub otherwise: Option<ExprId>,
}

/// `emit x: T for k, v in m when c { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct EmitDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// The object type or capability.
    pub ty: Path,
    /// `for k, v in m`.
    pub each: Option<EmitEach>,
    /// `when c`.
    pub when: Option<ExprId>,
    /// Its fields.
    pub entries: Vec<Entry>,
    /// `///` text.
    pub doc: Option<SmolStr>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
}

/// `for k, v in m` of an emit.
#[derive(Clone, Debug, PartialEq)]
pub struct EmitEach {
    /// The key's binder.
    pub key: (Name, NodeId),
    /// The value's binder.
    pub value: (Name, NodeId),
    /// The map.
    pub map: ExprId,
}

/// `extend service { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtendBody {
    /// The fact kind, as written: `service`, `environment`, or `capability` for the facts of operation.
    pub target: (Name, NodeId),
    /// The fields.
    pub fields: Vec<FieldDecl>,
}

/// A member of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantDecl {
    /// Where the name stands.
    pub node: NodeId,
    /// The name.
    pub name: Name,
    /// Its payload.
    pub payload: Vec<FieldDecl>,
    /// `///` text.
    pub doc: Option<SmolStr>,
}

/// `fn f(a: T): U = e`.
#[derive(Clone, Debug, PartialEq)]
pub struct FnBody {
    /// Parameters.
    pub params: Vec<FieldDecl>,
    /// The result's type.
    pub result: TypeRefId,
    /// The result.
    pub value: ExprId,
}

/// `guardrail G { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardrailBody {
    /// Who stands behind it, why, from when: by the prelude's schema.
    pub fields: Vec<Entry>,
    /// Its parameters, which `enforce` may set.
    pub inputs: Vec<FieldDecl>,
    /// Its lets; they see the binder.
    pub lets: Vec<LetDecl>,
    /// `for s in instances where …`.
    pub each: Option<ForClause>,
    /// What must hold, each judged by itself.
    pub requires: Vec<RequireDecl>,
}

/// `waiver W { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct WaiverBody {
    /// Of what, for whom, why, by whom, until when.
    pub entries: Vec<Entry>,
}

/// `enforce G in e { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct EnforceBody {
    /// A guardrail, or a folder of them.
    pub target: Path,
    /// The environments; empty for everywhere.
    pub environments: Vec<Path>,
    /// What is said otherwise than the guardrail says it.
    pub entries: Vec<Entry>,
}
