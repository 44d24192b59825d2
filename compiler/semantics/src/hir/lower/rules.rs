//! Guardrails and waivers.

use plat_diagnostics::codes;
use plat_syntax::ast;
use plat_syntax::ast::AstNodeExt;

use super::Lowering;
use crate::hir::{BodyKind, EnforceBody, ForClause, GuardrailBody, WaiverBody};
use crate::problem::Problem;

impl Lowering {
    /// `guardrail G { … }`.
    pub(super) fn guardrail(&mut self, item: &ast::Guardrail) -> BodyKind {
        let mut guardrail = GuardrailBody {
            fields: Vec::new(),
            inputs: Vec::new(),
            lets: Vec::new(),
            each: None,
            requires: Vec::new(),
        };
        for entry in item.body().into_iter().flat_map(|body| body.all()) {
            match entry {
                ast::RuleEntry::Field(field) => guardrail.fields.extend(self.entry(&field.into())),
                ast::RuleEntry::Spread(spread) => {
                    guardrail.fields.extend(self.entry(&spread.into()));
                }
                ast::RuleEntry::Input(input) => guardrail.inputs.extend(self.input(&input)),
                ast::RuleEntry::Let(item) => guardrail.lets.extend(self.let_decl(&item)),
                ast::RuleEntry::ForClause(clause) => {
                    let range = clause.range();
                    if let Some(clause) = self.for_clause(&clause) {
                        self.one_clause(&mut guardrail.each, clause, range);
                    }
                }
                ast::RuleEntry::Require(require) => {
                    guardrail.requires.extend(self.require(&require));
                }
            }
        }
        self.distinct_members(
            guardrail
                .inputs
                .iter()
                .map(|input| ("an input", &input.name, input.node))
                .chain(
                    guardrail
                        .lets
                        .iter()
                        .map(|item| ("a `let`", &item.name, item.node)),
                ),
        );
        BodyKind::Guardrail(guardrail)
    }

    fn one_clause(
        &mut self,
        known: &mut Option<ForClause>,
        clause: ForClause,
        range: plat_syntax::TextRange,
    ) {
        let Some(first) = known else {
            *known = Some(clause);
            return;
        };
        let first = first.first.1;
        let node = self.node(range);
        let problem = Problem::new(&codes::BAD_GUARDRAIL, "a guardrail has one `for`")
            .at(self.at(node), "a second one")
            .also(self.at(first), "the first one")
            .help("reach other things through relations (`s.callers`) or in a comprehension: `count(true for x in services where x.owner == t)`");
        self.problem(problem);
    }

    /// `enforce G in e { … }`.
    pub(super) fn enforce(&mut self, item: &ast::Enforce) -> BodyKind {
        let Some(target) = item.target() else {
            return BodyKind::Broken;
        };
        BodyKind::Enforce(EnforceBody {
            target: self.path(&target),
            environments: self.paths(item.environments()),
            entries: self.fields(item.body()),
        })
    }

    /// `waiver W { … }`.
    pub(super) fn waiver(&mut self, item: &ast::Waiver) -> BodyKind {
        BodyKind::Waiver(WaiverBody {
            entries: self.fields(item.body()),
        })
    }
}
