//! Literals against refined types: checked where they stand, down to the character within a text.

use plat_diagnostics::codes;
use plat_model::quantity::{Rational, ratio_text};
use plat_model::text::{self, TextError};

use super::Checker;
use crate::hir::{Expr, ExprId, UnaryOp};
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::ty::{Bounds, Type, TypeKind};

impl Checker<'_> {
    /// Checks a literal against the refinement of the type that is expected.
    pub(super) fn check_literal(&mut self, id: ExprId, expected: &Type) {
        match &expected.unwrapped().kind {
            TypeKind::Bounded(bounds) => self.literal_bounds(id, bounds, expected),
            TypeKind::Text(kind) => {
                if let Some(text) = self.literal_text(id)
                    && let Err(error) = text::check(*kind, text)
                {
                    let message = format!("{text:?} is not {}", kind.noun());
                    self.malformed(id, message, &error);
                }
            }
            TypeKind::Matching(pattern) => {
                if let Some(text) = self.literal_text(id)
                    && !crate::patterns::is_match(pattern, text)
                {
                    self.problem(
                        Problem::new(
                            &codes::MALFORMED_TEXT,
                            format!("{text:?} does not match `{pattern}`"),
                        )
                        .at_node(
                            self.decl,
                            self.node(id),
                            "another form is required",
                        ),
                    );
                }
            }
            _ => {}
        }
    }

    fn malformed(&mut self, id: ExprId, message: String, error: &TextError) {
        let at = Anchor::InString(
            self.decl,
            self.node(id),
            error.range.start as u32..error.range.end as u32,
        );
        let mut problem =
            Problem::new(&codes::MALFORMED_TEXT, message).at(at.clone(), error.message.clone());
        if let Some(help) = &error.help {
            problem = problem.help(help.clone());
        }
        if let Some(suggestion) = &error.suggestion {
            problem = problem.fix(
                ProblemFix::replace(at, suggestion.clone(), format!("write `{suggestion}`"))
                    .maybe(),
            );
        }
        self.problem(problem);
    }

    fn literal_bounds(&mut self, id: ExprId, bounds: &Bounds, expected: &Type) {
        let Some(value) = self.literal_number(id) else {
            return;
        };
        if value < bounds.low || value > bounds.high {
            let text = expected.unwrapped().text(self.db);
            let written = match &self.body.exprs[id.0 as usize] {
                Expr::Quantity(quantity) => quantity.to_string(),
                Expr::Ratio(ratio) => ratio_text(*ratio),
                _ => value.to_string(),
            };
            self.problem(
                Problem::new(
                    &codes::OUT_OF_RANGE,
                    format!("{written} is not in `{text}`"),
                )
                .at_node(self.decl, self.node(id), "out of range"),
            );
        }
    }

    /// The value of a literal number, ratio or quantity, in base units.
    fn literal_number(&self, id: ExprId) -> Option<Rational> {
        match &self.body.exprs[id.0 as usize] {
            Expr::Int(value) => Some(Rational::whole(*value)),
            Expr::Float(value) => Rational::from_decimal(&value.to_string()).ok(),
            Expr::Ratio(value) => Some(*value),
            Expr::Quantity(value) => Some(value.value()),
            Expr::Unary {
                op: UnaryOp::Negate,
                operand,
            } => Some(-self.literal_number(*operand)?),
            _ => None,
        }
    }
}
