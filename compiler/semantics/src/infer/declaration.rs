//! Declarations: each part checked in the order in which a reader meets it.

use plat_diagnostics::codes;

use super::{Checker, members};
use crate::hir::{BodyKind, InBlock, LetDecl, NodeId, Only, Path, TypeRefId};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::{fact_schema, signature};
use crate::ty::{self, FieldType, Type, TypeKind, TypeLowering, lower_type};

impl Checker<'_> {
    /// Checks the whole declaration.
    pub(super) fn declaration(&mut self) {
        let (db, decl, body) = (self.db, self.decl, self.body);
        match &body.kind {
            BodyKind::Fact(fact) => {
                self.capability_path(fact.capability.as_ref());
                self.facts_beside_inputs();
                if let Some(like) = &fact.like {
                    self.environment(like);
                }
                self.settings(&fact.entries);
                self.in_blocks(&fact.in_blocks);
                self.out
                    .problems
                    .extend(crate::environments::like_ring(db, decl));
            }
            BodyKind::Service(service) => {
                self.capability_path(service.capability.as_ref());
                self.facts_beside_inputs();
                self.only(service.only.as_ref());
                self.all_lets(&service.lets);
                self.settings(&service.entries);
                self.edges_and_blocks(&service.edges);
                self.exposures(&service.exposes);
                self.in_blocks(&service.in_blocks);
                self.patches(&service.patches);
                self.extra_emits(&service.emits);
            }
            BodyKind::Defaults(defaults) => {
                if let Err(Some(problem)) = names::capability(db, decl, &defaults.target) {
                    self.problem(*problem);
                    return;
                }
                for path in &defaults.environments {
                    self.environment(path);
                }
                self.settings(&defaults.entries);
            }
            BodyKind::Capability(capability) => {
                self.out
                    .problems
                    .extend(signature(db, decl).problems.iter().cloned());
                self.members(&capability.members, decl);
            }
            BodyKind::Implementation(implementation) => {
                let contract = match names::capability(db, decl, &implementation.of) {
                    Ok(contract) => contract,
                    Err(failure) => {
                        self.out.problems.extend(failure.map(|problem| *problem));
                        return;
                    }
                };
                self.implementation_condition(implementation.when);
                for input in &implementation.members.inputs {
                    self.problem(
                        Problem::new(&codes::IMPLEMENTATION_ADDS_INPUT, format!("an implementation adds no inputs: `{}`", input.name))
                            .at_node(decl, input.node, "not in the contract")
                            .also(Anchor::name(contract), "the contract")
                            .help("declare it in the contract, so that consumers may set it whichever implementation is chosen"),
                    );
                }
                self.members(&implementation.members, contract);
                self.promised_outputs(contract, &implementation.members);
            }
            BodyKind::Extend(_) => {
                let lowered = ty::extension_fields(db, decl);
                self.out.problems.extend(lowered.problems.iter().cloned());
                self.defaults_of(&lowered.value.clone());
                self.extension_target();
            }
            BodyKind::Type(id) => {
                let lowered = ty::alias(db, decl);
                self.out.problems.extend(lowered.problems.iter().cloned());
                self.type_defaults(*id);
            }
            BodyKind::Enum(_) => {
                let lowered = ty::enum_variants(db, decl);
                self.out.problems.extend(lowered.problems.iter().cloned());
                for variant in lowered.value.clone() {
                    self.defaults_of(&variant.payload);
                }
            }
            BodyKind::Let(binding) => {
                let ty = self.typed_value(binding);
                self.out.declared.insert(NodeId::NAME, ty);
            }
            BodyKind::Fn(function) => {
                let lowered = ty::fn_signature(db, decl);
                self.out.problems.extend(lowered.problems.iter().cloned());
                self.defaults_of(&lowered.value.params.clone());
                for param in &lowered.value.params {
                    self.bind(&param.name, param.ty.clone());
                }
                self.check_expr(function.value, &lowered.value.result);
            }
            BodyKind::Test(test) => self.test(test),
            BodyKind::Guardrail(guardrail) => self.guardrail(guardrail),
            BodyKind::Waiver(waiver) => self.waiver(waiver),
            BodyKind::Enforce(enforce) => self.enforce(enforce),
            BodyKind::Later | BodyKind::Broken => {}
        }
    }

    fn capability_path(&mut self, path: Option<&Path>) {
        if let Some(path) = path
            && let Err(Some(problem)) = names::capability(self.db, self.decl, path)
        {
            self.problem(*problem);
        }
    }

    /// A field that an `extend` adds to a kind of fact may not be an input of a capability of such a fact: which one would be set?
    fn facts_beside_inputs(&mut self) {
        let db = self.db;
        let Some(capability) = members::declared_capability(db, self.decl) else {
            return;
        };
        let (kind, signature) = (self.decl.kind(db), signature(db, capability));
        for field in &fact_schema(db, kind).fields {
            let Some(input) = signature.input(&field.name) else {
                continue;
            };
            let mut problem = Problem::new(
                &codes::EXTEND_CONFLICT,
                format!(
                    "`{}` is a field of every {} and an input of `{}`",
                    field.name,
                    kind.word(),
                    capability.name(db)
                ),
            )
            .help("rename one of them: which one would `… = …` set?");
            if let Some((decl, node)) = field.declared {
                problem = problem.at_node(decl, node, "added here");
            }
            if let Some((decl, node)) = input.field.declared {
                problem = problem.also_node(decl, node, "the input");
            }
            self.problem(problem);
        }
    }

    pub(super) fn environment(&mut self, path: &Path) {
        if let Err(Some(problem)) = names::fact(
            self.db,
            self.decl,
            path,
            Namespace::Fact(ItemKind::Environment),
        ) {
            self.problem(*problem);
        }
    }

    pub(super) fn only(&mut self, only: Option<&Only>) {
        for path in only.into_iter().flat_map(|only| &only.environments) {
            self.environment(path);
        }
    }

    fn in_blocks(&mut self, blocks: &[InBlock]) {
        for block in blocks {
            for path in &block.environments {
                self.environment(path);
            }
            self.settings(&block.entries);
            self.patches(&block.patches);
        }
    }

    pub(super) fn all_lets(&mut self, lets: &[LetDecl]) {
        for binding in lets {
            let ty = match binding.ty {
                Some(_) => self.typed_value(binding),
                None => self.inferred_member(&binding.name, binding.node, binding.value),
            };
            self.out.declared.insert(binding.node, ty);
        }
    }

    pub(super) fn typed_value(&mut self, binding: &LetDecl) -> Type {
        match binding.ty {
            Some(ty) => {
                let mut lowering = TypeLowering::new(self.db, self.decl);
                let ty = lowering.lower(ty);
                let mut problems = std::mem::take(&mut lowering.problems);
                self.out.problems.append(&mut problems);
                self.check_expr(binding.value, &ty);
                ty
            }
            None => self.infer_expr(binding.value),
        }
    }

    /// Checks the defaults of fields that this declaration holds.
    pub(super) fn defaults_of(&mut self, fields: &[FieldType]) {
        for field in fields {
            if let Some((decl, expr)) = field.default
                && decl == self.decl
            {
                self.check_expr(expr, &field.ty);
            }
            self.nested_defaults(&field.ty, 0);
        }
    }

    /// Defaults within anonymous record types.
    fn nested_defaults(&mut self, ty: &Type, depth: u32) {
        if depth > 16 {
            return;
        }
        match &ty.kind {
            TypeKind::Record(record) if record.name.is_none() => {
                let fields = record.fields.clone();
                for field in &fields {
                    if let Some((decl, expr)) = field.default
                        && decl == self.decl
                    {
                        self.check_expr(expr, &field.ty);
                    }
                    self.nested_defaults(&field.ty, depth + 1);
                }
            }
            TypeKind::Optional(inner) | TypeKind::List(inner) | TypeKind::Map(inner) => {
                let inner = inner.as_ref().clone();
                self.nested_defaults(&inner, depth + 1);
            }
            _ => {}
        }
    }

    /// Defaults within a `type`: they see neither siblings nor members.
    fn type_defaults(&mut self, id: TypeRefId) {
        let ty = lower_type(self.db, self.decl, id);
        self.nested_defaults(&ty, 0);
    }

    fn extension_target(&mut self) {
        let BodyKind::Extend(extend) = &self.body.kind else {
            return;
        };
        let (name, node) = &extend.target;
        let known: Vec<&str> = ItemKind::FACTS
            .iter()
            .map(|kind| kind.word())
            .chain([ItemKind::Capability.word()])
            .collect();
        if known.contains(&name.as_str()) {
            return;
        }
        let problem = Problem::new(&codes::WRONG_KIND, format!("`{name}` cannot be extended"))
            .at_node(self.decl, *node, "not a fact");
        let problem = self.suggest_field(
            problem,
            Anchor::Node(self.decl, *node),
            name,
            known.into_iter(),
        );
        self.problem(problem);
    }
}
