//! Tests: what they expect. What they declare is lowered as the declarations that it is.

use plat_syntax::ast;
use plat_syntax::ast::{AstNodeExt, HasOnly};

use super::Lowering;
use crate::hir::{BodyKind, ExpectDecl, TestBody};

impl Lowering {
    /// `test "…" { … }`.
    pub(super) fn test(&mut self, item: &ast::Test) -> BodyKind {
        let mut test = TestBody {
            lets: Vec::new(),
            expects: Vec::new(),
        };
        for entry in item.body().into_iter().flat_map(|body| body.all()) {
            match entry {
                ast::TestEntry::Let(item) => test.lets.extend(self.let_decl(&item)),
                ast::TestEntry::Expect(expect) => test.expects.extend(self.expect(&expect)),
                ast::TestEntry::Service(_)
                | ast::TestEntry::Resource(_)
                | ast::TestEntry::External(_)
                | ast::TestEntry::Environment(_)
                | ast::TestEntry::Fact(_)
                | ast::TestEntry::Enforce(_) => {}
            }
        }
        let lets = test.lets.iter();
        self.distinct_members(lets.map(|binding| ("a `let`", &binding.name, binding.node)));
        BodyKind::Test(test)
    }

    fn expect(&mut self, expect: &ast::Expect) -> Option<ExpectDecl> {
        let condition = self.lower_expr(&expect.condition()?);
        let only = self.only(expect.only());
        let otherwise = expect.message().map(|message| self.lower_expr(&message));
        let word = expect.keyword().map(|token| token.text_range());
        Some(ExpectDecl {
            node: self.node(word.unwrap_or_else(|| expect.range())),
            condition,
            only,
            otherwise,
        })
    }
}
