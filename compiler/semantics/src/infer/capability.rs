//! The members of a capability or implementation: outputs, requirements, objects, and what a contract promises.

use plat_diagnostics::codes;

use super::block::Target;
use super::{Checker, EmitType, rings};
use crate::db::DeclId;
use crate::hir::{EmitDecl, Entry, ExprId, Members, NodeId, RequireDecl, SegmentKind};
use crate::problem::{Anchor, Problem};
use crate::program::{capability_facts, emission_ring_problem, foreign_member, signature};
use crate::ty::{self, Type, TypeKind, TypeLowering, lower_type};

impl Checker<'_> {
    /// The members of a capability or implementation. `contract` is the capability whose name outputs are known by.
    pub(super) fn members(&mut self, members: &Members, contract: DeclId) {
        self.operation(&members.fields);
        let mut lowering = TypeLowering::new(self.db, self.decl);
        let inputs = lowering.fields(&members.inputs);
        let edge = lowering.fields(&members.edge);
        let mut problems = std::mem::take(&mut lowering.problems);
        self.out.problems.append(&mut problems);
        self.defaults_of(&inputs);
        self.defaults_of(&edge);
        self.all_lets(&members.lets);
        for output in &members.outputs {
            let parts = output.name == "parts";
            if parts {
                self.enter_parts(contract);
            }
            let ty = match (output.value, output.ty) {
                (Some(value), Some(ty)) => {
                    let ty = lower_type(self.db, self.decl, ty);
                    self.check_expr(value, &ty);
                    self.keeps_promise(contract, &output.name, output.node, &ty);
                    ty
                }
                (Some(value), None) => match signature(self.db, contract)
                    .output(&output.name)
                    .and_then(|o| o.ty.clone())
                {
                    Some(ty) => {
                        self.check_expr(value, &ty);
                        ty
                    }
                    None => self.inferred_member(&output.name, output.node, value),
                },
                (None, Some(ty)) => lower_type(self.db, self.decl, ty),
                (None, None) => {
                    self.problem(
                        Problem::new(&codes::OUTPUT_MISSING, format!("output `{}` has neither type nor value", output.name))
                            .at_node(self.decl, output.node, "what is it?")
                            .help("a contract promises a type, `output x: T`; whoever provides it gives the value, `output x = …`"),
                    );
                    Type::ERROR
                }
            };
            self.out.declared.insert(output.node, ty);
            if parts {
                self.leave_parts();
            }
        }
        self.edges_and_blocks(&members.needs);
        for require in &members.requires {
            self.requirement(require);
        }
        for emit in &members.emits {
            self.emission(emit);
        }
        self.rings(members);
        self.out
            .problems
            .extend(emission_ring_problem(self.db, self.decl));
    }

    /// What a capability says about its operation.
    fn operation(&mut self, fields: &[Entry]) {
        let ty = Type::record(capability_facts(self.db).fields.clone());
        self.check_block(fields, &ty, NodeId::NAME, false);
    }

    fn requirement(&mut self, require: &RequireDecl) {
        self.condition(require.condition);
        if let Some(message) = require.otherwise {
            self.check_expr(message, &Type::STRING);
        }
        for (path, value) in &require.fixes {
            let Some((first, rest)) = path.split_first() else {
                continue;
            };
            let SegmentKind::Name(name) = &first.kind else {
                continue;
            };
            let Some((_, ty)) = self.local_or_member(name) else {
                self.unknown_field(first.node, name, &Type::record(self.settable()));
                continue;
            };
            if let Some(target) = self.descend(Target::of(ty), rest) {
                self.check_expr(*value, &target.ty);
            }
        }
    }

    pub(super) fn emission(&mut self, emit: &EmitDecl) {
        let (emitted, ty) = self.emit_type(emit);
        let depth = self.locals.len();
        if let Some(each) = &emit.each {
            let source = self.infer_expr(each.map);
            if !source.is_known() && !source.is_error() {
                self.too_late(each.map, &source, "a loop");
            }
            let (key, value) = self.elements_of(each.map, &source);
            if matches!(source.kind, TypeKind::List(_)) {
                self.problem(
                    Problem::new(
                        &codes::WRONG_OPERANDS,
                        "objects are named by key: a map is needed here",
                    )
                    .at_node(self.decl, self.node(each.map), "a list")
                    .help("make a map of it: `{ [x.name] = x for x in xs }`"),
                );
            }
            self.loop_binder(&each.key, key);
            self.loop_binder(&each.value, value);
        }
        self.guard(emit.when);
        match emitted {
            EmitType::Object(_) => self.check_block(&emit.entries, &ty, emit.node, true),
            EmitType::Capability(capability) => {
                let inputs = signature(self.db, capability)
                    .inputs
                    .iter()
                    .map(|input| input.field.clone())
                    .collect();
                self.check_block(
                    &emit.entries,
                    &ty::named_record(capability.name(self.db), inputs),
                    emit.node,
                    false,
                );
            }
            EmitType::Unknown => self.check_block(&emit.entries, &Type::ERROR, emit.node, false),
        }
        self.locals.truncate(depth);
    }

    pub(super) fn implementation_condition(&mut self, when: Option<ExprId>) {
        let Some(when) = when else { return };
        self.condition(when);
        if let Some(node) = foreign_member(self.db, self.decl, &self.out, when) {
            self.problem(
                Problem::new(
                    &codes::CONDITION_NOT_ENVIRONMENT,
                    "the condition of an implementation reads the environment and nothing else",
                )
                .at_node(self.decl, node, "not the environment")
                .help("decide by a fact of the environment: `when environment.cloud == aws`"),
            );
        }
    }

    /// What an implementation gives is what its contract promises, or earlier or narrower.
    fn keeps_promise(&mut self, contract: DeclId, name: &str, node: NodeId, given: &Type) {
        if contract == self.decl {
            return;
        }
        let Some(promise) = signature(self.db, contract).output(name) else {
            return;
        };
        if let Some(promised) = &promise.ty
            && ty::fits(self.db, given, promised).is_err()
        {
            let (have, want) = (given.text(self.db), promised.text(self.db));
            self.problem(
                Problem::new(
                    &codes::TYPE_MISMATCH,
                    format!("output `{name}` is `{have}`, and the contract promises `{want}`"),
                )
                .at_node(self.decl, node, "does not keep the promise")
                .also_node(promise.declared.0, promise.declared.1, "promised here")
                .help("consumers see the contract's type: give that, or something known earlier or narrower"),
            );
        }
    }

    /// An implementation gives every output that its contract promises.
    pub(super) fn promised_outputs(&mut self, contract: DeclId, members: &Members) {
        for output in &signature(self.db, contract).outputs {
            let given = members
                .outputs
                .iter()
                .any(|own| own.name == output.name && own.value.is_some());
            if output.value.is_none()
                && !given
                && !output.ty.as_ref().is_some_and(Type::is_optional)
            {
                self.problem(
                    Problem::new(
                        &codes::OUTPUT_MISSING,
                        format!(
                            "`{}` gives no output `{}`",
                            self.decl.name(self.db),
                            output.name
                        ),
                    )
                    .at(Anchor::name(self.decl), "promised by the contract")
                    .also_node(output.declared.0, output.declared.1, "promised here")
                    .help(format!("add `output {} = …`", output.name)),
                );
            }
        }
    }

    fn rings(&mut self, members: &Members) {
        for ring in rings::member_rings(self.body, &self.out, members) {
            if self
                .out
                .problems
                .iter()
                .any(|problem| std::ptr::eq(problem.code, &codes::MEMBER_RING))
            {
                return;
            }
            self.report_ring(&ring);
        }
    }
}
