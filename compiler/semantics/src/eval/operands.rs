//! The parts of an expression with their values: why a condition is what it is.

use plat_model::{Node, Value};

use super::{Cx, Session};
use crate::db::{Db, DeclId};
use crate::hir::{BinaryOp, Expr, ExprId, ForClause, NodeId, UnaryOp};
use crate::infer::{Builtin, Meaning};
use crate::problem::Anchor;

/// The longest text of a value in a message.
const MAX_TEXT: usize = 72;

impl<'a> Session<'a> {
    /// The parts of a condition that decide it, each with its value: no part lies within another.
    pub(super) fn operands(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<(ExprId, String)>) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            match &cx.unit.body.exprs[id.0 as usize] {
                Expr::Field { base, .. } | Expr::Index { base, .. }
                    if self.leads_nowhere(cx, *base) =>
                {
                    self.operands(cx, *base, parts);
                }
                Expr::Unary {
                    op: UnaryOp::Not,
                    operand,
                } => self.operands(cx, *operand, parts),
                Expr::Binary { op, left, right } if is_question(*op) => {
                    self.operands(cx, *left, parts);
                    self.operands(cx, *right, parts);
                }
                Expr::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    for part in [condition, then, otherwise] {
                        self.operands(cx, *part, parts);
                    }
                }
                Expr::Call { callee, args } => match cx.unit.infer.meanings[callee.0 as usize] {
                    Meaning::Test(function) => {
                        let text = self.found_by(cx, function, args);
                        parts.extend(text.map(|text| (id, text)));
                    }
                    _ => self.operand(cx, id, parts),
                },
                Expr::CallFor {
                    callee,
                    body,
                    clauses,
                } => {
                    let meaning = &cx.unit.infer.meanings[callee.0 as usize];
                    match self.first_against(cx, *body, clauses) {
                        Some(text) if *meaning == Meaning::Builtin(Builtin::All) => {
                            parts.push((*body, shortened(&format!("not for {text}"))));
                        }
                        _ => self.operand(cx, id, parts),
                    }
                }
                Expr::Str(_)
                | Expr::Int(_)
                | Expr::Float(_)
                | Expr::Bool(_)
                | Expr::Date(_)
                | Expr::None
                | Expr::Quantity(_)
                | Expr::Ratio(_)
                | Expr::Address(_)
                | Expr::Missing
                | Expr::Range { .. } => {}
                _ => self.operand(cx, id, parts),
            }
        });
    }

    /// Of a way that ends early, the end is what matters.
    fn leads_nowhere(&mut self, cx: Cx<'a>, base: ExprId) -> bool {
        { self.value_of(cx, base) }.is_some_and(|node| matches!(node.value, Value::None))
    }

    /// The first element for which the body of a loop does not hold.
    fn first_against(
        &mut self,
        cx: Cx<'a>,
        body: ExprId,
        clauses: &'a [ForClause],
    ) -> Option<String> {
        let mut found = None;
        let walked = self.with_locals(&[], |session| {
            session.walk(cx, clauses, &mut |session| {
                if found.is_none() && !session.holds_now(cx, body)? {
                    let element = session.locals.last().copied();
                    found = element.and_then(|node| session.plat_text(&node));
                }
                Ok(())
            })
        });
        walked.ok().and(found)
    }

    fn operand(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<(ExprId, String)>) {
        if let Meaning::Variant(..) = cx.unit.infer.meanings[id.0 as usize] {
            return;
        }
        let text = match self.value_of(cx, id) {
            // Its name stands there already.
            Some(node) if matches!(node.value, Value::Entity(_)) => return,
            Some(node) => self.plat_text(&node),
            None => Some("not known".to_owned()),
        };
        let text = text.unwrap_or_else(|| "not known".to_owned());
        parts.push((id, shortened(&format!("is {text}"))));
    }

    pub(super) fn value_of(&mut self, cx: Cx<'a>, id: ExprId) -> Option<Node<'a>> {
        self.with_locals(&[], |session| session.eval(cx, id)).ok()
    }
}

/// Whether an operator asks something of its operands, so that they are what is of interest.
fn is_question(op: BinaryOp) -> bool {
    use BinaryOp as B;
    !matches!(
        op,
        B::Add | B::Subtract | B::Multiply | B::Divide | B::Concat | B::Coalesce
    )
}

/// The source of a node on one line, for a message.
pub(super) fn source_text(db: &dyn Db, decl: DeclId, node: NodeId) -> String {
    let anchor = Anchor::Node(decl, node);
    let text = anchor
        .file(db)
        .text(db)
        .get(std::ops::Range::from(anchor.range(db)));
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    shortened(&words.join(" "))
}

pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= MAX_TEXT {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MAX_TEXT - 1).collect();
    format!("{kept}…")
}
