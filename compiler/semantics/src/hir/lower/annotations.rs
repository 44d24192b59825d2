//! Annotations: `@stable(since = "1.0")`.

use plat_diagnostics::codes;
use plat_syntax::ast::HasName;
use plat_syntax::{AstNode, ast};

use super::Lowering;
use crate::db::Name;
use crate::hir::Annotation;
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::distance::nearest;

/// Every annotation, sorted.
const KNOWN: &[&str] = &["deprecated", "experimental", "stable"];

impl Lowering {
    /// Lowers annotations; unknown ones are reported and kept.
    pub(super) fn lower_annotations(
        &mut self,
        annotations: impl IntoIterator<Item = ast::Annotation>,
    ) -> Vec<Annotation> {
        annotations
            .into_iter()
            .filter_map(|annotation| self.annotation(&annotation))
            .collect()
    }

    fn annotation(&mut self, annotation: &ast::Annotation) -> Option<Annotation> {
        let (name, node) = self.named(&annotation.name()?);
        if KNOWN.binary_search(&name.as_str()).is_err() {
            let problem = Problem::new(
                &codes::UNKNOWN_ANNOTATION,
                format!("there is no annotation `@{name}`"),
            )
            .at(self.at(node), "not known");
            let at: Anchor = self.at(node);
            self.problem(match nearest(&name, KNOWN.iter().copied()) {
                Some(near) => problem
                    .help(format!("did you mean `@{near}`?"))
                    .fix(ProblemFix::replace(at, near, format!("write `@{near}`")).maybe()),
                None => {
                    problem.help("annotations are `@deprecated`, `@experimental` and `@stable`")
                }
            });
        }
        let args = annotation
            .args()
            .iter()
            .flat_map(ast::ArgList::args)
            .map(|arg| {
                let value = self.optional_expr(arg.value(), arg.syntax().text_range());
                (arg.name().map(|token| Name::new(token.text())), value)
            })
            .collect();
        Some(Annotation { node, name, args })
    }
}
