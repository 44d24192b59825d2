//! Expressions.

use plat_diagnostics::codes;
use plat_syntax::ast::{AstNodeExt, HasFields, HasGuard, HasName};
use plat_syntax::{AstNode, TextRange, ast};

use super::Lowering;
use crate::hir::{
    Arg, Arm, BinaryOp, Element, Expr, ExprId, ForClause, Pattern, PatternKind, StrPart, UnaryOp,
};
use crate::problem::Problem;

/// Stack to keep in reserve, and how much to take at once: the parser bounds the nesting, not the size of a frame.
const RED_ZONE: usize = 64 * 1024;
const STACK: usize = 1024 * 1024;

impl Lowering {
    /// Lowers an expression; a missing one becomes [`Expr::Missing`] at `fallback`.
    pub(super) fn optional_expr(&mut self, expr: Option<ast::Expr>, fallback: TextRange) -> ExprId {
        match expr {
            Some(expr) => self.lower_expr(&expr),
            None => self.expr(Expr::Missing, fallback),
        }
    }

    /// Lowers an expression.
    pub(super) fn lower_expr(&mut self, expr: &ast::Expr) -> ExprId {
        stacker::maybe_grow(RED_ZONE, STACK, || self.lower_expr_here(expr))
    }

    fn lower_expr_here(&mut self, expr: &ast::Expr) -> ExprId {
        let range = expr.syntax().text_range();
        let lowered = match expr {
            ast::Expr::ParenExpr(paren) => return self.optional_expr(paren.inner(), range),
            ast::Expr::Str(string) => return self.lower_string(string),
            ast::Expr::NameRef(name) => name
                .name()
                .map_or(Expr::Missing, |token| Expr::Name(token.text().into())),
            ast::Expr::Literal(literal) => self.lower_literal(literal),
            ast::Expr::AddressLit(address) => address
                .token()
                .map_or(Expr::Missing, |token| Expr::Address(token.text().into())),
            ast::Expr::FieldAccess(field) => {
                let base = self.optional_expr(field.receiver(), range);
                match field.field() {
                    Some(token) => {
                        let (name, name_node) = self.named(&token);
                        Expr::Field {
                            base,
                            name,
                            name_node,
                            optional: field.is_optional(),
                        }
                    }
                    None => Expr::Missing,
                }
            }
            ast::Expr::IndexExpr(index) => Expr::Index {
                base: self.optional_expr(index.base(), range),
                index: self.optional_expr(index.index(), range),
            },
            ast::Expr::CallExpr(call) => self.lower_call(call, range),
            ast::Expr::UnaryExpr(unary) => {
                let operand = self.optional_expr(unary.operand(), range);
                let op = match unary.op() {
                    ast::UnaryOp::Neg => UnaryOp::Negate,
                    ast::UnaryOp::Not => UnaryOp::Not,
                };
                Expr::Unary { op, operand }
            }
            ast::Expr::BinaryExpr(binary) => {
                let left = self.optional_expr(binary.left(), range);
                let right = self.optional_expr(binary.right(), range);
                match binary.op() {
                    Some(op) => Expr::Binary {
                        op: binary_op(op),
                        left,
                        right,
                    },
                    None => Expr::Missing,
                }
            }
            ast::Expr::RangeExpr(bounds) => Expr::Range {
                from: self.optional_expr(bounds.low(), range),
                to: self.optional_expr(bounds.high(), range),
            },
            ast::Expr::IfExpr(branch) => Expr::If {
                condition: self.optional_expr(branch.condition(), range),
                then: self.optional_expr(branch.then_value(), range),
                otherwise: self.optional_expr(branch.else_value(), range),
            },
            ast::Expr::MatchExpr(choice) => Expr::Match {
                scrutinee: self.optional_expr(choice.scrutinee(), range),
                arms: choice.arms().map(|arm| self.lower_arm(&arm)).collect(),
            },
            ast::Expr::ListExpr(list) => self.lower_list(list, range),
            ast::Expr::RecordExpr(record) => {
                let entries = self.entries(record.entries());
                self.distinct_fields(&entries);
                Expr::Record(entries)
            }
            ast::Expr::RecordComprehension(record) => self.lower_map(record, range),
        };
        self.expr(lowered, range)
    }

    /// Lowers a string: text alone, or pieces with expressions between them.
    pub(super) fn lower_string(&mut self, string: &ast::Str) -> ExprId {
        let range = string.syntax().text_range();
        let mut parts: Vec<StrPart> = string
            .decode()
            .into_iter()
            .map(|part| match part {
                ast::StrPart::Text(decoded) => StrPart::Text(decoded.text.into()),
                ast::StrPart::Interpolation(value) => {
                    StrPart::Expr(self.optional_expr(value.expr(), range))
                }
            })
            .collect();
        let lowered = match parts.as_mut_slice() {
            [] => Expr::Str(String::new().into()),
            [StrPart::Text(text)] => Expr::Str(std::mem::take(text)),
            _ => Expr::Interpolation(parts),
        };
        self.expr(lowered, range)
    }

    fn lower_call(&mut self, call: &ast::CallExpr, range: TextRange) -> Expr {
        let callee = self.optional_expr(call.callee(), range);
        let Some(list) = call.arg_list() else {
            return Expr::Call {
                callee,
                args: Vec::new(),
            };
        };
        let mut clauses = list.for_clauses().peekable();
        if clauses.peek().is_some() {
            let body = list.args().next().and_then(|arg| arg.value());
            let body = self.optional_expr(body, range);
            return Expr::CallFor {
                callee,
                body,
                clauses: self.for_clauses(clauses),
            };
        }
        let args = list
            .args()
            .map(|arg| {
                let name = arg.name().map(|token| self.named(&token));
                Arg {
                    name,
                    value: self.optional_expr(arg.value(), arg.syntax().text_range()),
                }
            })
            .collect();
        Expr::Call { callee, args }
    }

    fn lower_list(&mut self, list: &ast::ListExpr, range: TextRange) -> Expr {
        let mut clauses = list.for_clauses().peekable();
        if clauses.peek().is_some() {
            let body = list.elements().next().and_then(|element| element.value());
            let body = self.optional_expr(body, range);
            return Expr::ListFor {
                body,
                clauses: self.for_clauses(clauses),
            };
        }
        let elements = list
            .elements()
            .map(|element| Element {
                spread: element.is_spread(),
                value: self.optional_expr(element.value(), element.range()),
                guard: self.guard(element.guard()),
            })
            .collect();
        Expr::List(elements)
    }

    fn lower_map(&mut self, record: &ast::RecordComprehension, range: TextRange) -> Expr {
        let field = record.field();
        if let Some(guard) = field.as_ref().and_then(HasGuard::guard) {
            let node = self.node(guard.syntax().text_range());
            let problem = Problem::new(
                &codes::UNEXPECTED,
                "the condition of a comprehension stands at its end",
            )
            .at(self.at(node), "cannot stand before `for`")
            .help("write `{ [k] = v for k, v in m where … }`");
            self.problem(problem);
        }
        let key = field.as_ref().and_then(ast::Field::path).and_then(|path| {
            match path.segments().next()? {
                ast::KeySegment::ComputedKey(key) => key.expr(),
                _ => None,
            }
        });
        Expr::MapFor {
            key: self.optional_expr(key, range),
            value: self.optional_expr(field.and_then(|field| field.value()), range),
            clauses: self.for_clauses(record.for_clauses()),
        }
    }

    fn for_clauses(&mut self, clauses: impl IntoIterator<Item = ast::ForClause>) -> Vec<ForClause> {
        clauses
            .into_iter()
            .filter_map(|clause| self.for_clause(&clause))
            .collect()
    }

    /// A clause without a binder has been reported, and binds nothing.
    pub(super) fn for_clause(&mut self, clause: &ast::ForClause) -> Option<ForClause> {
        let first = self.named(&clause.first()?);
        let second = clause.second().map(|token| self.named(&token));
        let source = self.optional_expr(clause.source(), clause.syntax().text_range());
        let filter = clause.condition().map(|filter| self.lower_expr(&filter));
        Some(ForClause {
            first,
            second,
            source,
            filter,
        })
    }

    fn lower_arm(&mut self, arm: &ast::MatchArm) -> Arm {
        Arm {
            patterns: arm
                .patterns()
                .filter_map(|pattern| self.lower_pattern(&pattern))
                .collect(),
            value: self.optional_expr(arm.value(), arm.range()),
        }
    }

    fn lower_pattern(&mut self, pattern: &ast::Pattern) -> Option<Pattern> {
        let range = pattern.syntax().text_range();
        let kind = match pattern.kind()? {
            ast::PatternKind::Name(token, _) if token.text() == "_" => PatternKind::Wildcard,
            ast::PatternKind::Name(token, binders) => {
                let binders = binders.iter().map(|binder| self.named(binder)).collect();
                PatternKind::Variant(token.text().into(), binders)
            }
            ast::PatternKind::Int(Some(value)) => PatternKind::Int(value),
            ast::PatternKind::Int(None) => {
                self.too_large_int(range);
                return None;
            }
            ast::PatternKind::Str(string) => {
                PatternKind::Str(self.plain_text(&string, "a pattern")?.into())
            }
        };
        Some(Pattern {
            node: self.node(range),
            kind,
        })
    }
}

fn binary_op(op: ast::BinaryOp) -> BinaryOp {
    match op {
        ast::BinaryOp::Add => BinaryOp::Add,
        ast::BinaryOp::Sub => BinaryOp::Subtract,
        ast::BinaryOp::Mul => BinaryOp::Multiply,
        ast::BinaryOp::Div => BinaryOp::Divide,
        ast::BinaryOp::Concat => BinaryOp::Concat,
        ast::BinaryOp::Eq => BinaryOp::Equal,
        ast::BinaryOp::Ne => BinaryOp::NotEqual,
        ast::BinaryOp::Lt => BinaryOp::Less,
        ast::BinaryOp::Le => BinaryOp::LessEqual,
        ast::BinaryOp::Gt => BinaryOp::Greater,
        ast::BinaryOp::Ge => BinaryOp::GreaterEqual,
        ast::BinaryOp::In => BinaryOp::In,
        ast::BinaryOp::NotIn => BinaryOp::NotIn,
        ast::BinaryOp::And => BinaryOp::And,
        ast::BinaryOp::Or => BinaryOp::Or,
        ast::BinaryOp::Coalesce => BinaryOp::Coalesce,
    }
}
