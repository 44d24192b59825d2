//! Kleene logic: what a condition comes to when some values are known only later.

use plat_model::Value;

use super::super::{Cx, Session};
use crate::hir::{BinaryOp, Expr, ExprId, UnaryOp};
use crate::infer::{Builtin, Meaning, Member};

/// What a condition comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It does not hold.
    False,
    /// That depends on what is known only later.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl<'a> Session<'a> {
    /// What a condition comes to. One unknown part does not make the whole unknown where the others decide.
    pub(in crate::eval) fn truth(&mut self, cx: Cx<'a>, id: ExprId) -> Truth {
        if self.burn(1).is_err() {
            return Truth::Unknown;
        }
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Binary {
                op: BinaryOp::And,
                left,
                right,
            } => match self.truth(cx, *left) {
                Truth::False => Truth::False,
                Truth::True => self.truth(cx, *right),
                Truth::Unknown => match self.truth(cx, *right) {
                    Truth::False => Truth::False,
                    _ => Truth::Unknown,
                },
            },
            Expr::Binary {
                op: BinaryOp::Or,
                left,
                right,
            } => match self.truth(cx, *left) {
                Truth::True => Truth::True,
                Truth::False => self.truth(cx, *right),
                Truth::Unknown => match self.truth(cx, *right) {
                    Truth::True => Truth::True,
                    _ => Truth::Unknown,
                },
            },
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.truth(cx, *operand).not(),
            Expr::If {
                condition,
                then,
                otherwise,
            } => match self.truth(cx, *condition) {
                Truth::True => self.truth(cx, *then),
                Truth::False => self.truth(cx, *otherwise),
                Truth::Unknown => {
                    let then = self.truth(cx, *then);
                    if then == self.truth(cx, *otherwise) {
                        then
                    } else {
                        Truth::Unknown
                    }
                }
            },
            Expr::CallFor {
                callee,
                body,
                clauses,
            } if !self.is_aggregate(cx, id) => {
                let decides = match cx.unit.infer.meanings[callee.0 as usize] {
                    Meaning::Builtin(Builtin::All) => Truth::False,
                    Meaning::Builtin(Builtin::Any) => Truth::True,
                    _ => return self.truth_of_value(cx, id),
                };
                let mut all = decides.not();
                let walked = self.walk(cx, clauses, &mut |session| {
                    let one = session.truth(cx, *body);
                    if one == decides || (one == Truth::Unknown && all != decides) {
                        all = one;
                    }
                    Ok(())
                });
                match walked {
                    Ok(()) => all,
                    Err(_) if all == decides => all,
                    Err(_) => Truth::Unknown,
                }
            }
            Expr::Name(_) => {
                if let Meaning::Member(index) = &cx.unit.infer.meanings[id.0 as usize]
                    && let Member::Let(index) = cx.unit.infer.members[*index as usize]
                    && let Some(guardrail) = self.guardrail(cx.unit.decl)
                    && let Some(binding) = guardrail.lets.get(index as usize)
                    && let Some(subject) = self.locals.get(self.local_base).copied()
                {
                    return self
                        .with_locals(&[subject], |session| session.truth(cx, binding.value));
                }
                self.truth_of_value(cx, id)
            }
            _ => self.truth_of_value(cx, id),
        }
    }

    fn truth_of_value(&mut self, cx: Cx<'a>, id: ExprId) -> Truth {
        match self.eval(cx, id).map(|node| node.value) {
            Ok(Value::Bool(true)) => Truth::True,
            Ok(Value::Bool(false)) => Truth::False,
            _ => Truth::Unknown,
        }
    }
}
