//! Literals: numbers, dates, quantities, and text that may not be computed.

use plat_diagnostics::codes;
use plat_model::Date;
use plat_model::quantity::{LiteralErrorKind, LiteralValue, parse_quantity};
use plat_syntax::{AstNode, SyntaxKind, TextRange, ast};

use super::Lowering;
use crate::hir::Expr;
use crate::problem::Problem;

impl Lowering {
    /// Lowers a literal. What the lexer could not read it has reported.
    pub(super) fn lower_literal(&mut self, literal: &ast::Literal) -> Expr {
        let range = literal.syntax().text_range();
        match literal.value() {
            ast::LiteralValue::Int(value) => Expr::Int(value),
            ast::LiteralValue::Float(digits) => self.float(&digits, range),
            ast::LiteralValue::Quantity(quantity) => self.quantity(&quantity, range),
            ast::LiteralValue::Date(date) => {
                Date::new(date.year, date.month, date.day).map_or(Expr::Missing, Expr::Date)
            }
            ast::LiteralValue::Bool(value) => Expr::Bool(value),
            ast::LiteralValue::None => Expr::None,
            ast::LiteralValue::Bad => {
                if literal
                    .token()
                    .is_some_and(|token| token.kind() == SyntaxKind::INT)
                {
                    self.too_large_int(range);
                }
                Expr::Missing
            }
        }
    }

    /// Reports a well-formed whole number that does not fit.
    pub(super) fn too_large_int(&mut self, range: TextRange) {
        self.too_large(
            range,
            "whole numbers lie between -9223372036854775807 and 9223372036854775807",
        );
    }

    fn float(&mut self, digits: &str, range: TextRange) -> Expr {
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Expr::Float(value),
            _ => {
                self.too_large(
                    range,
                    "numbers with a fraction lie between -1.7e308 and 1.7e308",
                );
                Expr::Missing
            }
        }
    }

    fn quantity(&mut self, written: &ast::Quantity, range: TextRange) -> Expr {
        match parse_quantity(&format!("{}{}", written.number, written.unit))
            .map(|literal| literal.value)
        {
            Ok(LiteralValue::Quantity(quantity)) => Expr::Quantity(quantity),
            Ok(LiteralValue::Ratio(ratio)) => Expr::Ratio(ratio),
            Err(error) => {
                // Whatever else is wrong with a quantity, the lexer has said.
                if error.kind == LiteralErrorKind::TooLarge {
                    self.too_large(range, &error.help());
                }
                Expr::Missing
            }
        }
    }

    fn too_large(&mut self, range: TextRange, help: &str) {
        let node = self.node(range);
        let problem = Problem::new(&codes::NUMBER_TOO_LARGE, "this number is too large")
            .at(self.at(node), "cannot be represented")
            .help(help);
        self.problem(problem);
    }

    /// The text of a string in a place where it must be readable as it stands; `None` if it is computed, which is reported.
    pub(super) fn plain_text(&mut self, string: &ast::Str, place: &str) -> Option<String> {
        let mut text = String::new();
        for part in string.decode() {
            match part {
                ast::StrPart::Text(piece) => text.push_str(&piece.text),
                ast::StrPart::Interpolation(_) => {
                    let node = self.node(string.syntax().text_range());
                    let problem = Problem::new(
                        &codes::COMPUTED_TEXT,
                        format!("{place} is plain text: it cannot be computed"),
                    )
                    .at(self.at(node), "holds an interpolation")
                    .help("write the text out, without `\\(…)`");
                    self.problem(problem);
                    return None;
                }
            }
        }
        Some(text)
    }
}
