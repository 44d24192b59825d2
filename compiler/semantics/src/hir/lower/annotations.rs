//! Annotations: `@stable(since = "1.0")`.

use plat_diagnostics::codes;
use plat_syntax::ast::HasName;
use plat_syntax::{AstNode, ast};

use super::Lowering;
use crate::db::Name;
use crate::hir::{Annotation, Expr, ExprId, NodeId};
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::distance::nearest;

/// Every annotation with the names of its arguments, sorted.
const KNOWN: [(&str, &[&str]); 3] = [
    ("deprecated", &["because", "since", "use_instead"]),
    ("experimental", &[]),
    ("stable", &["since"]),
];

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

    /// Annotations where they say nothing: nobody builds on what stands there.
    pub(super) fn misplaced_annotations(
        &mut self,
        annotations: impl IntoIterator<Item = ast::Annotation>,
        what: &str,
    ) {
        for annotation in annotations {
            let Some(token) = annotation.name() else {
                continue;
            };
            let (name, node) = self.named(&token);
            let problem = Problem::new(
                &codes::UNEXPECTED,
                format!("`@{name}` says nothing about {what}"),
            )
            .at(self.at(node), "cannot stand here")
            .help("annotations are about what others build on: capabilities with their inputs, outputs, lets and objects, implementations, types, enums, values and functions");
            self.problem(problem);
        }
    }

    fn annotation(&mut self, annotation: &ast::Annotation) -> Option<Annotation> {
        let (name, node) = self.named(&annotation.name()?);
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        if known.is_none() {
            self.unknown_annotation(&name, node);
        }
        let mut args = Vec::new();
        for arg in annotation.args().iter().flat_map(ast::ArgList::args) {
            let value = self.optional_expr(arg.value(), arg.syntax().text_range());
            let name = arg.name().map(|token| self.named(&token));
            if let Some((annotation, params)) = known {
                self.annotation_argument(annotation, params, name.as_ref(), value);
            }
            args.push((name.map(|(name, _)| name), value));
        }
        Some(Annotation { node, name, args })
    }

    fn unknown_annotation(&mut self, name: &Name, node: NodeId) {
        let problem = Problem::new(
            &codes::UNKNOWN_ANNOTATION,
            format!("there is no annotation `@{name}`"),
        )
        .at(self.at(node), "not known");
        let at: Anchor = self.at(node);
        let problem = match nearest(name, KNOWN.iter().map(|(known, _)| *known)) {
            Some(near) => problem
                .help(format!("did you mean `@{near}`?"))
                .fix(ProblemFix::replace(at, near, format!("write `@{near}`")).maybe()),
            None => problem.help("annotations are `@deprecated`, `@experimental` and `@stable`"),
        };
        self.problem(problem);
    }

    /// An argument has a name that the annotation knows, and is plain text.
    fn annotation_argument(
        &mut self,
        annotation: &str,
        params: &[&str],
        name: Option<&(Name, NodeId)>,
        value: ExprId,
    ) {
        let value_node = self.expr_nodes[value.0 as usize];
        let (message, node, label) = match name {
            Some((name, node)) if !params.contains(&name.as_str()) => (
                format!("`@{annotation}` has no argument `{name}`"),
                *node,
                "no such argument",
            ),
            None => (
                format!("an argument of `@{annotation}` has a name"),
                value_node,
                "without a name",
            ),
            Some(_) => match self.exprs[value.0 as usize] {
                Expr::Str(_) | Expr::Missing => return,
                _ => (
                    format!("an argument of `@{annotation}` is plain text"),
                    value_node,
                    "not a text in quotes",
                ),
            },
        };
        let problem = Problem::new(&codes::WRONG_ARGUMENTS, message).at(self.at(node), label);
        let written: Vec<String> = params
            .iter()
            .map(|param| format!("{param} = \"…\""))
            .collect();
        let help = match written.is_empty() {
            true => format!("write `@{annotation}`"),
            false => format!(
                "write `@{annotation}({})`, or some of that",
                written.join(", ")
            ),
        };
        self.problem(problem.help(help));
    }
}
