//! Capabilities and implementations.

use std::collections::BTreeMap;

use plat_diagnostics::codes;
use plat_syntax::ast::{AstNodeExt, HasAnnotations, HasDocs, HasGuard, HasName};
use plat_syntax::{AstNode, ast};

use super::Lowering;
use super::types::doc;
use crate::db::Name;
use crate::hir::{
    BodyKind, CapabilityBody, EmitDecl, EmitEach, FieldDecl, ImplementationBody, LetDecl, Members,
    NodeId, OutputDecl, RequireDecl,
};
use crate::problem::Problem;

impl Lowering {
    /// `capability C is … { … }`.
    pub(super) fn capability(&mut self, item: &ast::Capability) -> BodyKind {
        let is = item.contracts().map(|path| self.path(&path)).collect();
        BodyKind::Capability(CapabilityBody {
            is,
            members: self.members(item.body()),
        })
    }

    /// `implementation X of C when … { … }`.
    pub(super) fn implementation(&mut self, item: &ast::Implementation) -> BodyKind {
        let Some(of) = item.of() else {
            return BodyKind::Broken;
        };
        BodyKind::Implementation(ImplementationBody {
            of: self.path(&of),
            when: self.guard(item.guard()),
            members: self.members(item.body()),
        })
    }

    fn members(&mut self, body: Option<ast::CapBody>) -> Members {
        let mut members = Members::default();
        let mut edge: Option<NodeId> = None;
        for entry in body.into_iter().flat_map(|body| body.all()) {
            match &entry {
                ast::CapEntry::Field(field) => {
                    self.misplaced_annotations(field.annotations(), "a fact of operation");
                }
                ast::CapEntry::Spread(spread) => {
                    self.misplaced_annotations(spread.annotations(), "a `..`");
                }
                ast::CapEntry::Require(require) => {
                    self.misplaced_annotations(require.annotations(), "a requirement");
                }
                ast::CapEntry::Needs(needs) => {
                    self.misplaced_annotations(needs.annotations(), "a need");
                }
                ast::CapEntry::Edge(edge) => {
                    self.misplaced_annotations(edge.annotations(), "the fields of edges");
                }
                _ => {}
            }
            match entry {
                ast::CapEntry::Field(field) => members.fields.extend(self.entry(&field.into())),
                ast::CapEntry::Spread(spread) => members.fields.extend(self.entry(&spread.into())),
                ast::CapEntry::Let(item) => {
                    let annotations = self.lower_annotations(item.annotations());
                    members
                        .lets
                        .extend(self.let_decl(&item).map(|binding| LetDecl {
                            annotations,
                            ..binding
                        }));
                }
                ast::CapEntry::Input(input) => members.inputs.extend(self.input(&input)),
                ast::CapEntry::Output(output) => members.outputs.extend(self.output(&output)),
                ast::CapEntry::Require(require) => members.requires.extend(self.require(&require)),
                ast::CapEntry::Emit(emit) => members.emits.extend(self.emit(&emit)),
                ast::CapEntry::Needs(needs) => members.needs.extend(self.needs(&needs)),
                ast::CapEntry::Edge(block) => {
                    let node = self.node(block.range());
                    self.one_edge_block(&mut edge, node);
                    if let Some(record) = block.record() {
                        members.edge.extend(self.record_type(&record));
                    }
                }
            }
        }
        self.distinct_members(
            members
                .inputs
                .iter()
                .map(|input| ("an input", &input.name, input.node))
                .chain(
                    members
                        .outputs
                        .iter()
                        .map(|output| ("an output", &output.name, output.node)),
                )
                .chain(
                    members
                        .lets
                        .iter()
                        .map(|item| ("a `let`", &item.name, item.node)),
                )
                .chain(
                    members
                        .needs
                        .iter()
                        .map(|needs| ("a need", &needs.alias, needs.node)),
                )
                .chain(
                    members
                        .emits
                        .iter()
                        .map(|emit| ("an object", &emit.name, emit.node)),
                ),
        );
        members
    }

    fn one_edge_block(&mut self, known: &mut Option<NodeId>, node: NodeId) {
        match *known {
            None => *known = Some(node),
            Some(first) => {
                let problem = Problem::new(
                    &codes::DUPLICATE_MEMBER,
                    "a capability has one `edge` block",
                )
                .at(self.at(node), "a second one")
                .also(self.at(first), "the first one")
                .help("put all fields of its edges into one block");
                self.problem(problem);
            }
        }
    }

    pub(super) fn input(&mut self, input: &ast::Input) -> Option<FieldDecl> {
        let (name, node) = self.named(&input.name()?);
        let range = input.range();
        Some(FieldDecl {
            node,
            name,
            ty: self.optional_type(input.ty(), range),
            default: input.default().map(|default| self.lower_expr(&default)),
            doc: doc(input.docs()),
            annotations: self.lower_annotations(input.annotations()),
        })
    }

    fn output(&mut self, output: &ast::Output) -> Option<OutputDecl> {
        let (name, node) = self.named(&output.name()?);
        let range = output.range();
        Some(OutputDecl {
            node,
            name,
            ty: output.ty().map(|ty| self.optional_type(Some(ty), range)),
            value: output.value().map(|value| self.lower_expr(&value)),
            doc: doc(output.docs()),
            annotations: self.lower_annotations(output.annotations()),
        })
    }

    pub(super) fn require(&mut self, require: &ast::Require) -> Option<RequireDecl> {
        let condition = self.lower_expr(&require.condition()?);
        let otherwise = require.message().map(|message| self.lower_expr(&message));
        let fixes = require
            .fixes()
            .filter_map(|fix| {
                let path = self.keypath(&fix.path()?);
                Some((path, self.lower_expr(&fix.value()?)))
            })
            .collect();
        let node = self.expr_nodes[condition.0 as usize];
        Some(RequireDecl {
            node,
            condition,
            otherwise,
            fixes,
        })
    }

    fn emit(&mut self, emit: &ast::Emit) -> Option<EmitDecl> {
        let (name, node) = self.named(&emit.name()?);
        let ty = self.path(&emit.ty()?);
        let each = emit.for_clause().and_then(|each| {
            let key = self.named(&each.key()?);
            let value = self.named(&each.value()?);
            let map = self.optional_expr(each.source(), each.syntax().text_range());
            Some(EmitEach { key, value, map })
        });
        let when = self.guard(emit.guard());
        Some(EmitDecl {
            node,
            name,
            ty,
            each,
            when,
            entries: self.fields(emit.body()),
            doc: doc(emit.docs()),
            annotations: self.lower_annotations(emit.annotations()),
        })
    }

    /// Reports every member whose bare name an earlier one has.
    pub(super) fn distinct_members<'a>(
        &mut self,
        members: impl Iterator<Item = (&'static str, &'a Name, NodeId)>,
    ) {
        let mut sorted: Vec<(&str, &Name, NodeId)> = members.collect();
        // In the order of the source, whatever the order of the kinds.
        sorted.sort_by_key(|(_, _, node)| *node);
        let mut first: BTreeMap<&Name, (&str, NodeId)> = BTreeMap::new();
        for (what, name, node) in sorted {
            let (earlier, at) = *first.entry(name).or_insert((what, node));
            if at == node {
                continue;
            }
            // An input that an edge hides is another matter, and a warning.
            let message = if earlier == what {
                let kind = what.split_once(' ').map_or(what, |(_, kind)| kind);
                format!("two {kind}s are called `{name}`")
            } else {
                format!("`{name}` is {earlier} and {what} of one declaration")
            };
            let problem = Problem::new(&codes::DUPLICATE_MEMBER, message)
                .at(self.at(node), format!("{what} of this name"))
                .also(self.at(at), format!("{earlier} of this name"))
                .help("rename one of them: members are read by their bare names");
            self.problem(problem);
        }
    }
}
