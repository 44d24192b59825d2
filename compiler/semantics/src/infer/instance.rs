//! What a service, resource, fact or `defaults` says: the values it sets, its edges and exposures, its patches and extra objects.

use plat_diagnostics::codes;

use super::block::Target;
use super::{Checker, EdgeSig, EmitType, edges, members, provided};
use crate::db::{Db, DeclId, Project};
use crate::hir::{
    self, BodyKind, EdgeDecl, EdgeTarget, EmitDecl, Entry, ExposeDecl, ExtraEmit, PatchDecl,
    Segment, SegmentKind,
};
use crate::items::ItemKind;
use crate::names;
use crate::problem::{Anchor, Problem};
use crate::program::{Layout, contract_signature, fact_schema, layout, signature};
use crate::ty::{self, FieldType, Type};

impl Checker<'_> {
    /// Entries at the top of a declaration: facts, inputs, and what edges take.
    pub(super) fn settings(&mut self, entries: &[Entry]) {
        if entries.is_empty() {
            return;
        }
        let edges = super::edge_signatures(self.db, self.decl);
        let (kind, capability) = self.set_on();
        let layout = layout(self.db, kind, capability);
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
            let Some(target) = self.setting_root(first, edges, layout) else {
                continue;
            };
            if let Some(target) = self.descend(target, rest) {
                self.entry_value(entry, &target, false);
            }
        }
    }

    fn setting_root(
        &mut self,
        segment: &Segment,
        edges: &[EdgeSig],
        layout: &Layout,
    ) -> Option<Target> {
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
        if let Some(sig) = edges.iter().find(|sig| sig.alias == *name) {
            return Some(Target::of(edge_block_type(db, sig)));
        }
        if let Some(place) = layout.root(name) {
            return Some(Target::of(layout.place(place).field.ty.clone()));
        }
        // Nothing can be said of the inputs of a capability that does not exist; that it does not is a finding already.
        if self.set_on().1.is_none() && self.names_capability() {
            return None;
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

    fn names_capability(&self) -> bool {
        match &self.body.kind {
            BodyKind::Service(service) => service.capability.is_some(),
            BodyKind::Fact(fact) => fact.capability.is_some(),
            _ => false,
        }
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
    pub(super) fn settable(&self) -> Vec<FieldType> {
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

    pub(super) fn edges_and_blocks(&mut self, edges: &[EdgeDecl]) {
        for edge in edges {
            let mut problems = Vec::new();
            let sig = edges::edge_signature(self.db, self.decl, edge, &mut problems);
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

    pub(super) fn exposures(&mut self, exposes: &[ExposeDecl]) {
        if exposes.is_empty() {
            return;
        }
        let ty = provided::exposure_type(self.db);
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

    pub(super) fn patches(&mut self, patches: &[PatchDecl]) {
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

    pub(super) fn extra_emits(&mut self, emits: &[ExtraEmit]) {
        for extra in emits {
            self.only(extra.only.as_ref());
            self.emission(&extra.emit);
        }
    }
}

/// What the block of an edge takes: the edge's fields, and for an owned one its inputs.
fn edge_block_type(db: &dyn Db, sig: &EdgeSig) -> Type {
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
fn emits_of(db: &dyn Db, capability: DeclId) -> Vec<(DeclId, EmitDecl)> {
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
    for &decl in Project::get(db).implementations(db) {
        if contract_signature(db, decl) == Some(capability) {
            add(decl);
        }
    }
    found
}
