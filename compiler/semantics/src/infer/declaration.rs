//! Declarations: each part checked in the order in which a reader meets it.

use plat_diagnostics::codes;

use super::block::Target;
use super::{Checker, EdgeSig, EmitType, members};
use crate::db::DeclId;
use crate::hir::{
    self, BodyKind, EdgeDecl, EdgeTarget, EmitDecl, Entry, ExposeDecl, ExtraEmit, InBlock, LetDecl,
    Members, NodeId, Only, PatchDecl, Path, RequireDecl, Segment, SegmentKind,
};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::{
    capability_facts, contract_signature, fact_schema, foreign_member, layout, signature,
};
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
        let kind = self.decl.kind(db);
        for field in &fact_schema(db, kind).fields {
            let Some(input) = signature(db, capability).input(&field.name) else {
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

    fn environment(&mut self, path: &Path) {
        if let Err(Some(problem)) = names::fact(
            self.db,
            self.decl,
            path,
            Namespace::Fact(ItemKind::Environment),
        ) {
            self.problem(*problem);
        }
    }

    fn only(&mut self, only: Option<&Only>) {
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

    /// Entries at the top of a declaration: facts, inputs, and what edges take.
    fn settings(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.guard(entry.guard);
            let Some((first, rest)) = entry.path.split_first() else {
                self.problem(
                    Problem::new(
                        &codes::UNKNOWN_FIELD,
                        "`..` stands at the top of a record, not of a declaration",
                    )
                    .at_node(self.decl, entry.node, "nothing to spread into"),
                );
                continue;
            };
            let Some(target) = self.setting_root(first) else {
                continue;
            };
            if let Some(target) = self.descend(target, rest) {
                self.entry_value(entry, &target, false);
            }
        }
    }

    fn setting_root(&mut self, segment: &Segment) -> Option<Target> {
        let SegmentKind::Name(name) = &segment.kind else {
            self.problem(
                Problem::new(&codes::UNKNOWN_FIELD, "a field has a fixed name here").at_node(
                    self.decl,
                    segment.node,
                    "a computed key",
                ),
            );
            return None;
        };
        let (db, decl) = (self.db, self.decl);
        if let Some(sig) = members::edge_signatures(db, decl)
            .iter()
            .find(|sig| sig.alias == *name)
        {
            return Some(Target::of(edge_block_type(db, sig)));
        }
        let (kind, capability) = self.set_on();
        let layout = layout(db, kind, capability);
        if let Some(place) = layout.root(name) {
            return Some(Target::of(layout.place(place).field.ty.clone()));
        }
        let what = match &self.body.kind {
            BodyKind::Defaults(defaults) => format!("`{}`", defaults.target.text()),
            _ => match members::declared_capability(db, decl) {
                Some(capability) => format!("`{}`", capability.name(db)),
                None => decl.kind(db).a_word().to_owned(),
            },
        };
        let names: Vec<_> = self
            .settable()
            .into_iter()
            .map(|field| field.name)
            .collect();
        let problem = Problem::new(
            &codes::UNKNOWN_FIELD,
            format!("{what} has no input or fact `{name}`"),
        )
        .at_node(decl, segment.node, "unknown field");
        let at = Anchor::Node(decl, segment.node);
        let problem = self.suggest_field(
            problem,
            at,
            name,
            names.iter().map(smol_str::SmolStr::as_str),
        );
        let output =
            members::declared_capability(db, decl).and_then(|c| signature(db, c).output(name));
        let problem = match output {
            Some(output) => problem.also_node(
                output.declared.0,
                output.declared.1,
                "an output: the capability computes it",
            ),
            None => problem,
        };
        self.problem(problem);
        None
    }

    /// The kind and capability whose places this declaration sets.
    fn set_on(&self) -> (ItemKind, Option<DeclId>) {
        let (db, decl) = (self.db, self.decl);
        match &self.body.kind {
            BodyKind::Defaults(defaults) => (
                ItemKind::Service,
                names::capability(db, decl, &defaults.target).ok(),
            ),
            _ => (decl.kind(db), members::declared_capability(db, decl)),
        }
    }

    /// What this declaration may set: facts of its kind and inputs of its capability.
    fn settable(&self) -> Vec<FieldType> {
        let db = self.db;
        let (kind, capability) = self.set_on();
        let mut fields = fact_schema(db, kind).fields.clone();
        if let Some(capability) = capability {
            fields.extend(
                signature(db, capability)
                    .inputs
                    .iter()
                    .map(|input| input.field.clone()),
            );
        }
        fields
    }

    fn edges_and_blocks(&mut self, edges: &[EdgeDecl]) {
        for edge in edges {
            let mut problems = Vec::new();
            let sig = members::edge_signature(self.db, self.decl, edge, &mut problems);
            self.out.problems.append(&mut problems);
            self.only(edge.only.as_ref());
            if let (EdgeTarget::Call(_), Some(target)) = (&edge.target, sig.target)
                && target == self.decl
            {
                self.problem(
                    Problem::new(&codes::WRONG_EDGE, "a service does not call itself").at_node(
                        self.decl,
                        edge.node,
                        "this is the service itself",
                    ),
                );
            }
            let ty = edge_block_type(self.db, &sig);
            let aliases = self.out.problems.len();
            self.check_block(&edge.entries, &ty, edge.node, false);
            self.inputs_of_shared(&sig, aliases);
        }
    }

    /// Unknown fields of a shared target's edge that are inputs of the target say so.
    fn inputs_of_shared(&mut self, sig: &EdgeSig, from: usize) {
        let (Some(capability), false) = (sig.capability, sig.owned) else {
            return;
        };
        for index in from..self.out.problems.len() {
            let problem = &self.out.problems[index];
            if !std::ptr::eq(problem.code, &codes::UNKNOWN_FIELD) {
                continue;
            }
            let named = signature(self.db, capability).inputs.iter().find(|input| {
                problem
                    .message
                    .ends_with(&format!("`{}`", input.field.name))
            });
            if let Some(input) = named {
                let message = format!(
                    "`{}` is an input of `{}`, which others use too",
                    input.field.name, sig.alias
                );
                let mut new = Problem::new(&codes::INPUT_OF_SHARED, message)
                    .help("set it where the shared thing is declared; an edge takes only the fields of edges");
                new.primary.clone_from(&problem.primary);
                self.out.problems[index] = new;
            }
        }
    }

    fn exposures(&mut self, exposes: &[ExposeDecl]) {
        let ty = members::exposure_type(self.db);
        for expose in exposes {
            if !matches!(expose.visibility.as_str(), "public" | "internal") {
                let problem = Problem::new(
                    &codes::UNKNOWN_VARIANT,
                    format!(
                        "`expose {}` is neither public nor internal",
                        expose.visibility
                    ),
                )
                .at_node(self.decl, expose.node, "write `public` or `internal`");
                let at = Anchor::Node(self.decl, expose.node);
                let problem = self.suggest_field(
                    problem,
                    at,
                    &expose.visibility,
                    ["public", "internal"].into_iter(),
                );
                self.problem(problem);
            }
            if let Some(host) = expose.host {
                self.check_expr(host, &Type::STRING);
            }
            self.only(expose.only.as_ref());
            self.check_block(&expose.entries, &ty, expose.node, false);
        }
    }

    fn patches(&mut self, patches: &[PatchDecl]) {
        for patch in patches {
            self.only(patch.only.as_ref());
            let Some(ty) = self.patched_type(patch) else {
                continue;
            };
            self.check_block(&patch.entries, &ty, patch.node, false);
        }
    }

    /// The type of the object that a patch changes: the path goes through compositions.
    fn patched_type(&mut self, patch: &PatchDecl) -> Option<Type> {
        let db = self.db;
        let mut at = members::declared_capability(db, self.decl)?;
        let own: Vec<_> = match &self.body.kind {
            BodyKind::Service(service) => service
                .emits
                .iter()
                .map(|extra| extra.emit.clone())
                .collect(),
            _ => Vec::new(),
        };
        let mut ty = None;
        for (index, (name, node)) in patch.target.segments.iter().enumerate() {
            let candidates = emits_of(db, at);
            let mut found = candidates
                .iter()
                .find(|(_, emit)| emit.name == *name)
                .cloned();
            if index == 0 && found.is_none() {
                found = own
                    .iter()
                    .find(|emit| emit.name == *name)
                    .map(|emit| (self.decl, emit.clone()));
            }
            let Some((owner, emit)) = found else {
                let problem = Problem::new(
                    &codes::PATCH_MISSES,
                    format!("`{}` emits no `{name}`", at.name(db)),
                )
                .at_node(self.decl, *node, "no such object");
                let at = Anchor::Node(self.decl, *node);
                let names: Vec<_> = candidates
                    .iter()
                    .map(|(_, emit)| emit.name.clone())
                    .collect();
                let problem = self.suggest_field(
                    problem,
                    at,
                    name,
                    names.iter().map(smol_str::SmolStr::as_str),
                );
                self.problem(problem);
                return None;
            };
            match names::emit_type(db, owner, &emit.ty) {
                Ok((EmitType::Capability(capability), _)) => at = capability,
                Ok((_, emitted)) => ty = emitted,
                Err(_) => return None,
            }
        }
        if ty.is_none() {
            self.problem(
                Problem::new(
                    &codes::PATCH_MISSES,
                    format!("`{}` is not one object", patch.target.text()),
                )
                .at_node(self.decl, patch.node, "a whole capability")
                .help("name one of its objects: `server.deployment`"),
            );
        }
        ty
    }

    fn extra_emits(&mut self, emits: &[ExtraEmit]) {
        for extra in emits {
            self.only(extra.only.as_ref());
            self.emission(&extra.emit);
        }
    }

    /// The members of a capability or implementation. `contract` is the capability whose name outputs are known by.
    fn members(&mut self, members: &Members, contract: DeclId) {
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
            .extend(crate::program::emission_ring_problem(self.db, self.decl));
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

    fn emission(&mut self, emit: &EmitDecl) {
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
            self.bind(&each.key.0, key);
            self.bind(&each.value.0, value);
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

    fn all_lets(&mut self, lets: &[LetDecl]) {
        for binding in lets {
            let ty = match binding.ty {
                Some(_) => self.typed_value(binding),
                None => self.inferred_member(&binding.name, binding.node, binding.value),
            };
            self.out.declared.insert(binding.node, ty);
        }
    }

    fn typed_value(&mut self, binding: &LetDecl) -> Type {
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
    fn defaults_of(&mut self, fields: &[FieldType]) {
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
    fn type_defaults(&mut self, id: hir::TypeRefId) {
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

    fn implementation_condition(&mut self, when: Option<hir::ExprId>) {
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
    fn promised_outputs(&mut self, contract: DeclId, members: &Members) {
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
        for ring in super::rings::member_rings(self.body, &self.out, members) {
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

/// What the block of an edge takes: the edge's fields, and for an owned one its inputs.
fn edge_block_type(db: &dyn crate::db::Db, sig: &EdgeSig) -> Type {
    if sig.external {
        return ty::named_record(&sig.alias, Vec::new());
    }
    let Some(capability) = sig.capability else {
        return Type::ERROR;
    };
    let signature = signature(db, capability);
    let mut fields = signature.edge.clone();
    if sig.owned {
        fields.extend(signature.inputs.iter().map(|input| input.field.clone()));
    }
    ty::named_record(&sig.alias, fields)
}

/// The emissions of a capability and of its implementations, with the declaration that holds each.
fn emits_of(db: &dyn crate::db::Db, capability: DeclId) -> Vec<(DeclId, EmitDecl)> {
    let mut found = Vec::new();
    let mut add = |decl: DeclId| match &hir::body(db, decl).kind {
        BodyKind::Capability(body) => {
            found.extend(body.members.emits.iter().map(|emit| (decl, emit.clone())))
        }
        BodyKind::Implementation(body) => {
            found.extend(body.members.emits.iter().map(|emit| (decl, emit.clone())))
        }
        _ => {}
    };
    add(capability);
    for &decl in crate::db::Project::get(db).implementations(db) {
        if contract_signature(db, decl) == Some(capability) {
            add(decl);
        }
    }
    found
}
