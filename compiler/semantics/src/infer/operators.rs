//! Infix operators: which types they take and what they give.
//!
//! Dimensions multiply, divide and compare as in physics. Arithmetic also works on values that are known after apply; looking at a
//! value (comparison, conditions) needs it known now, and never works on secrets (S5, S10).

use plat_diagnostics::codes;
use plat_model::Stage;
use plat_model::quantity::Dimension;
use plat_model::schema::Shape;

use super::Checker;
use crate::hir::{BinaryOp, Expr, ExprId};
use crate::names::{self, Namespace};
use crate::problem::Problem;
use crate::ty::{Misfit, Type, TypeKind, fits, join};

impl Checker<'_> {
    pub(super) fn binary(&mut self, id: ExprId, op: BinaryOp, left: ExprId, right: ExprId) -> Type {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                self.condition(left);
                self.condition(right);
                Type::BOOL
            }
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                let (a, b) = (self.infer_expr(left), self.infer_expr(right));
                self.arithmetic(id, op, left, right, &a, &b)
            }
            BinaryOp::Concat => self.concat(left, right),
            BinaryOp::Coalesce => {
                let a = self.infer_expr(left);
                let b = self.check_like(right, a.unwrapped());
                if !a.is_optional() && !a.is_error() {
                    self.problem(
                        Problem::new(
                            &codes::WRONG_OPERANDS,
                            "this value is always there, so the right side of `??` is never used",
                        )
                        .severity(plat_diagnostics::Severity::Warning)
                        .at_node(
                            self.decl,
                            self.node(left),
                            "never `none`",
                        ),
                    );
                }
                let inner = if matches!(a.kind, TypeKind::None) {
                    Type::ERROR
                } else {
                    a.unwrapped().clone().joined(&a)
                };
                self.joined(&inner, &b, right, "the sides of `??`")
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                self.equality(left, right);
                Type::BOOL
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                let (a, b) = (self.infer_expr(left), self.infer_expr(right));
                self.comparison(id, left, right, &a, &b);
                Type::BOOL
            }
            BinaryOp::In | BinaryOp::NotIn => {
                self.membership(left, right);
                Type::BOOL
            }
        }
    }

    /// Checks against a type if it says something; a lone name may be an enum's member then.
    fn check_like(&mut self, id: ExprId, like: &Type) -> Type {
        let lone = matches!(
            &self.body.exprs[id.0 as usize],
            Expr::Name(_) | Expr::Record(_) | Expr::List(_)
        );
        match like.kind {
            TypeKind::Enum(_)
            | TypeKind::Fact(_)
            | TypeKind::Record(_)
            | TypeKind::List(_)
            | TypeKind::Map(_)
                if lone =>
            {
                self.check_expr(id, &like.plain())
            }
            // `labels ?? {}`: no record without fields, but a map without entries.
            TypeKind::Schema(schema)
                if matches!(self.expr(id), Expr::Record(_))
                    && matches!(self.shape(schema), Shape::Map { .. }) =>
            {
                self.check_expr(id, &like.plain())
            }
            _ => self.infer_expr(id),
        }
    }

    fn arithmetic(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        a: &Type,
        b: &Type,
    ) -> Type {
        use TypeKind as K;
        for (side, ty) in [(left, a), (right, b)] {
            if ty.secret || ty.stage > Stage::Apply {
                self.too_late(side, ty, "arithmetic");
                return Type::ERROR;
            }
        }
        let (x, y) = (a.base(), b.base());
        let additive = matches!(op, BinaryOp::Add | BinaryOp::Subtract);
        let divide = op == BinaryOp::Divide;
        let kind = match (&x.kind, &y.kind) {
            (K::Error, _) | (_, K::Error) => return Type::ERROR,
            (K::Int, K::Int) => {
                if divide {
                    K::Float
                } else {
                    K::Int
                }
            }
            (K::Int | K::Float, K::Int | K::Float) => K::Float,
            (K::Ratio, K::Ratio) => {
                if divide {
                    K::Float
                } else {
                    K::Ratio
                }
            }
            (K::Ratio, K::Int | K::Float) | (K::Int | K::Float, K::Ratio) if !additive => K::Float,
            (K::Ratio, K::Quantity(d)) if op == BinaryOp::Multiply => K::Quantity(*d),
            (K::Quantity(d), K::Ratio) if !additive => K::Quantity(*d),
            (K::Quantity(d), K::Int | K::Float) if !additive => K::Quantity(*d),
            (K::Int | K::Float, K::Quantity(d)) if op == BinaryOp::Multiply => K::Quantity(*d),
            (K::Int | K::Float, K::Quantity(d)) if divide => K::Quantity(d.recip()),
            (K::Quantity(d), K::Quantity(e)) if additive => {
                if d != e {
                    self.problem(
                        Problem::new(
                            &codes::DIMENSION_MISMATCH,
                            format!("{d} and {e} do not add up"),
                        )
                        .at_node(self.decl, self.node(left), format!("this is {d}"))
                        .also(self.anchor(right), format!("this is {e}"))
                        .help("only quantities of one dimension can be added or subtracted"),
                    );
                    return Type::ERROR;
                }
                K::Quantity(*d)
            }
            (K::Quantity(d), K::Quantity(e)) => {
                let result = if divide {
                    d.checked_div(*e)
                } else {
                    d.checked_mul(*e)
                };
                match result {
                    Ok(dimension) if dimension.is_none() => K::Float,
                    Ok(dimension) => K::Quantity(dimension),
                    Err(error) => {
                        self.problem(
                            Problem::new(&codes::DIMENSION_MISMATCH, error.to_string()).at_node(
                                self.decl,
                                self.node(id),
                                "no such dimension",
                            ),
                        );
                        return Type::ERROR;
                    }
                }
            }
            (K::Date, K::Date) if op == BinaryOp::Subtract => K::Quantity(Dimension::DURATION),
            (K::Date, K::Quantity(d)) if additive && *d == Dimension::DURATION => K::Date,
            (K::Money, K::Money) if additive => K::Money,
            (K::Money, K::Int | K::Float | K::Ratio) if !additive => K::Money,
            (K::Int | K::Float | K::Ratio, K::Money) if op == BinaryOp::Multiply => K::Money,
            _ => {
                self.wrong_operands(id, op, left, right, a, b);
                return Type::ERROR;
            }
        };
        Type::of(kind).joined(a).joined(b)
    }

    fn wrong_operands(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        a: &Type,
        b: &Type,
    ) {
        let (x, y) = (a.text(self.db), b.text(self.db));
        let symbol = symbol(op);
        let problem = Problem::new(
            &codes::WRONG_OPERANDS,
            format!("`{symbol}` does not take `{x}` and `{y}`"),
        )
        .at_node(self.decl, self.node(id), "cannot be computed")
        .also(self.anchor(left), format!("`{x}`"))
        .also(self.anchor(right), format!("`{y}`"));
        self.problem(if op == BinaryOp::Add && a.is_text() {
            problem.help(r#"texts are put together by interpolation: "\(a)\(b)""#)
        } else if op == BinaryOp::Add && matches!(a.kind, TypeKind::List(_)) {
            problem.help("lists are put together with `++`")
        } else if a.is_optional() || b.is_optional() {
            problem.help("an operand may be `none`: say what holds without it: `(… ?? value)`")
        } else {
            problem
        });
    }

    fn concat(&mut self, left: ExprId, right: ExprId) -> Type {
        let a = self.infer_expr(left);
        let b = match &a.kind {
            TypeKind::List(element) if !element.is_error() => self.check_like(right, &a),
            _ => self.infer_expr(right),
        };
        match (&a.kind, &b.kind) {
            (TypeKind::List(x), TypeKind::List(y)) => {
                let element = self.joined(x, y, right, "the elements of these lists");
                Type::list(element).joined(&a).joined(&b)
            }
            (TypeKind::Error, _) | (_, TypeKind::Error) => Type::ERROR,
            _ => {
                let (wrong, ty) = if matches!(a.kind, TypeKind::List(_)) {
                    (right, b)
                } else {
                    (left, a)
                };
                let text = ty.text(self.db);
                let problem = Problem::new(&codes::WRONG_OPERANDS, "`++` puts lists together")
                    .at_node(self.decl, self.node(wrong), format!("this is `{text}`"));
                self.problem(if ty.is_text() {
                    problem.help(r#"texts are put together by interpolation: "\(a)\(b)""#)
                } else {
                    problem
                });
                Type::ERROR
            }
        }
    }

    /// `a == b`: the side that is not a lone name is typed first and says what the other may be.
    fn equality(&mut self, left: ExprId, right: ExprId) {
        let lone = |id: ExprId| matches!(self.body.exprs[id.0 as usize], Expr::Name(_));
        let (mut first, mut second) = if lone(left) && !lone(right) {
            (right, left)
        } else {
            (left, right)
        };
        // What means nothing by itself can only mean a member of the other side's enum.
        if self.is_meaningless(first) && !self.is_meaningless(second) {
            (first, second) = (second, first);
        }
        let a = self.infer_expr(first);
        let b = match &a.unwrapped().kind {
            TypeKind::Enum(_) | TypeKind::Fact(_) => self.check_kindly(second, a.unwrapped()),
            _ => self.infer_expr(second),
        };
        for (side, ty) in [(first, &a), (second, &b)] {
            if !self.may_compare(ty) {
                self.too_late(side, ty, "a comparison");
                return;
            }
        }
        if join(self.db, &a, &b).is_none() {
            let (x, y) = (a.text(self.db), b.text(self.db));
            let problem = Problem::new(
                &codes::WRONG_OPERANDS,
                format!("`{x}` and `{y}` are never equal"),
            )
            .at_node(self.decl, self.node(first), format!("`{x}`"))
            .also(self.anchor(second), format!("`{y}`"));
            self.problem(problem);
        } else if let Some(text) = self.impossible_literal(&a, &b) {
            self.problem(
                Problem::new(
                    &codes::WRONG_OPERANDS,
                    format!("{text:?} is not among the values that this can have"),
                )
                .at_node(self.decl, self.node(second), "never equal"),
            );
        }
    }

    /// A lone name next to an enum or fact is its member, unless it means a value of another type.
    fn check_kindly(&mut self, id: ExprId, like: &Type) -> Type {
        match &self.body.exprs[id.0 as usize] {
            Expr::Name(name) => {
                let name = name.clone();
                if let (TypeKind::Enum(_), Some((_, ty))) =
                    (&like.kind, self.local_or_member(&name))
                    && fits(self.db, &ty, like) != Err(Misfit::Shape)
                {
                    return self.infer_expr(id);
                }
                self.check_expr(id, &like.plain())
            }
            Expr::Call { .. } if self.is_meaningless(id) => self.check_expr(id, &like.plain()),
            _ => self.infer_expr(id),
        }
    }

    /// Whether an expression is a name that nothing in scope has, a call of one, or a list with one of these.
    fn is_meaningless(&mut self, id: ExprId) -> bool {
        let body = self.body;
        match &body.exprs[id.0 as usize] {
            Expr::Name(name) => {
                let at = [self.anchor(id)];
                let name = std::slice::from_ref(name);
                self.local_or_member(&name[0]).is_none()
                    && names::prefix(self.db, self.decl, name, &at, Namespace::Value).is_err()
            }
            Expr::Call { callee, .. } => {
                let named = matches!(body.exprs[callee.0 as usize], Expr::Name(_));
                named && self.is_meaningless(*callee)
            }
            Expr::List(elements) => elements
                .iter()
                .any(|element| !element.spread && self.is_meaningless(element.value)),
            _ => false,
        }
    }

    /// Whether a value may be compared: known now, or by a rule, which then is unverified.
    fn may_compare(&self, ty: &Type) -> bool {
        ty.is_error() || ty.is_known() || (self.is_rule() && !ty.secret)
    }

    fn impossible_literal<'t>(&self, a: &'t Type, b: &'t Type) -> Option<&'t str> {
        match (&a.unwrapped().kind, &b.unwrapped().kind) {
            (TypeKind::Literals(x), TypeKind::Literals(y))
                if x.len() > 1 && y.len() == 1 && !x.contains(&y[0]) =>
            {
                Some(&y[0])
            }
            (TypeKind::Literals(x), TypeKind::Literals(y))
                if y.len() > 1 && x.len() == 1 && !y.contains(&x[0]) =>
            {
                Some(&x[0])
            }
            _ => None,
        }
    }

    fn comparison(&mut self, id: ExprId, left: ExprId, right: ExprId, a: &Type, b: &Type) {
        use TypeKind as K;
        for (side, ty) in [(left, a), (right, b)] {
            if !self.may_compare(ty) {
                self.too_late(side, ty, "a comparison");
                return;
            }
        }
        let (x, y) = (a.base(), b.base());
        let ok = match (&x.kind, &y.kind) {
            (K::Error, _) | (_, K::Error) => true,
            (K::Int | K::Float, K::Int | K::Float)
            | (K::Ratio, K::Ratio)
            | (K::Date, K::Date)
            | (K::Money, K::Money) => true,
            (K::String, K::String) => true,
            (K::Quantity(d), K::Quantity(e)) if d == e => true,
            (K::Quantity(d), K::Money) | (K::Money, K::Quantity(d)) => d.currency().is_some(),
            (K::Quantity(d), K::Quantity(e)) => {
                self.problem(
                    Problem::new(
                        &codes::DIMENSION_MISMATCH,
                        format!("{d} and {e} cannot be compared"),
                    )
                    .at_node(self.decl, self.node(left), format!("this is {d}"))
                    .also(self.anchor(right), format!("this is {e}")),
                );
                return;
            }
            (K::Ratio, K::Int | K::Float) => {
                self.ratio_as_number(right);
                return;
            }
            _ => false,
        };
        if !ok {
            self.wrong_operands(id, BinaryOp::Less, left, right, a, b);
        }
    }

    fn membership(&mut self, left: ExprId, right: ExprId) {
        if self.is_meaningless(right) && !self.is_meaningless(left) {
            let wanted = self.infer_expr(left);
            if let TypeKind::Enum(_) = wanted.unwrapped().kind {
                self.check_expr(right, &Type::list(wanted.unwrapped().plain()));
                if !self.may_compare(&wanted) {
                    self.too_late(left, &wanted, "a comparison");
                }
                return;
            }
        }
        let mut ty = self.infer_expr(right);
        // What is not there has nothing in it, for a rule.
        if self.is_rule()
            && let TypeKind::Optional(inner) = &ty.kind
        {
            ty = inner.as_ref().clone();
        }
        let element = match &ty.kind {
            TypeKind::List(element) => element.as_ref().clone(),
            TypeKind::Map(_) => Type::STRING,
            TypeKind::Schema(id) => match self.shape(*id) {
                Shape::List { element, .. } => super::sink::schema_value_type(self.db, *element),
                Shape::Map { .. } => Type::STRING,
                _ => Type::ERROR,
            },
            TypeKind::Error => Type::ERROR,
            _ => {
                let text = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::WRONG_OPERANDS,
                        format!("`in` looks into lists and maps, not into `{text}`"),
                    )
                    .at_node(
                        self.decl,
                        self.node(right),
                        "neither a list nor a map",
                    ),
                );
                ty = Type::ERROR;
                Type::ERROR
            }
        };
        let wanted = match element.kind {
            TypeKind::Enum(_) | TypeKind::Fact(_) => self.check_kindly(left, &element),
            _ => self.infer_expr(left),
        };
        if !self.may_compare(&wanted) {
            self.too_late(left, &wanted, "a comparison");
            return;
        }
        if !ty.is_error() && join(self.db, &wanted, &element).is_none() {
            let (x, y) = (wanted.text(self.db), element.text(self.db));
            self.problem(
                Problem::new(
                    &codes::WRONG_OPERANDS,
                    format!("`{x}` is never in a list of `{y}`"),
                )
                .at_node(self.decl, self.node(left), format!("this is `{x}`")),
            );
        }
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Concat => "++",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => "<",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Coalesce => "??",
    }
}
