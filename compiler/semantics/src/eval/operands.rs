//! The parts of an expression with their values: why a condition is what it is.

use plat_model::{Node, Value};

use super::{Cx, Session};
use crate::db::{Db, DeclId};
use crate::hir::{Expr, ExprId, NodeId, UnaryOp};
use crate::infer::Meaning;
use crate::problem::Anchor;

/// The longest text of a value in a message.
const MAX_TEXT: usize = 72;

impl<'a> Session<'a> {
    /// The parts of an expression that are worth a word, with their values.
    pub(super) fn operands(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        whole: bool,
        parts: &mut Vec<(ExprId, String)>,
    ) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            match &cx.unit.body.exprs[id.0 as usize] {
                Expr::Field { base, .. } | Expr::Index { base, .. } => {
                    // Of a way that ends early, the end is what matters.
                    let ends = self.value_of(cx, *base);
                    if ends.is_some_and(|node| matches!(node.value, Value::None)) {
                        self.operands(cx, *base, false, parts);
                    } else {
                        self.operand(cx, id, parts);
                    }
                }
                Expr::Name(_) => self.operand(cx, id, parts),
                Expr::Unary { op, operand } => {
                    self.operands(cx, *operand, false, parts);
                    if *op == UnaryOp::Negate && !whole {
                        self.operand(cx, id, parts);
                    }
                }
                Expr::Binary { left, right, .. } => {
                    self.operands(cx, *left, false, parts);
                    self.operands(cx, *right, false, parts);
                    if !whole {
                        self.operand(cx, id, parts);
                    }
                }
                Expr::If { condition, .. } => {
                    self.operands(cx, *condition, false, parts);
                    self.operand(cx, id, parts);
                }
                Expr::Call { callee, args } => {
                    if let Meaning::Test(function) = cx.unit.infer.meanings[callee.0 as usize] {
                        let text = self.found_by(cx, function, args);
                        parts.extend(text.map(|text| (id, text)));
                        return;
                    }
                    for arg in args {
                        self.operands(cx, arg.value, false, parts);
                    }
                    if !whole {
                        self.operand(cx, id, parts);
                    }
                }
                Expr::CallFor { clauses, .. } | Expr::ListFor { clauses, .. } => {
                    if let Some(clause) = clauses.first() {
                        self.operands(cx, clause.source, false, parts);
                    }
                    if !whole {
                        self.operand(cx, id, parts);
                    }
                }
                Expr::Interpolation(_) | Expr::Match { .. } => self.operand(cx, id, parts),
                _ => {}
            }
        });
    }

    fn operand(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<(ExprId, String)>) {
        let is_name = matches!(cx.unit.infer.meanings[id.0 as usize], Meaning::Variant(..));
        if is_name {
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
