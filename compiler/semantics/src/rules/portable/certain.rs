//! What is certain before there is an object: what depends on the environment alone.

use plat_model::rule::{Expr as Said, Item};
use plat_model::{Node, Value};

use super::Translator;
use super::terms::Term;
use crate::hir::{self, Expr, ExprId, walk};
use crate::infer::{Meaning, Member, Relation, infer};

impl Translator<'_> {
    /// Whether an expression asks nothing of the subject but its environment.
    pub(super) fn is_certain(&self, id: ExprId) -> bool {
        let decl = self.decl();
        let (body, infer) = (
            hir::body(self.session.db, decl),
            infer(self.session.db, decl),
        );
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let (mut certain, mut lets) = (true, Vec::new());
            let mut of_environment: Vec<ExprId> = Vec::new();
            walk::expressions(body, id, &mut |at, expr| {
                let meaning = &infer.meanings[at.0 as usize];
                if let (Expr::Field { base, .. }, Meaning::Relation(Relation::Environment)) =
                    (expr, meaning)
                    && infer.meanings[base.0 as usize] == Meaning::Local(0)
                {
                    of_environment.push(*base);
                }
                certain &= match meaning {
                    Meaning::Local(_) => self.is_in_rule() && of_environment.contains(&at),
                    Meaning::Member(index) => match infer.members[*index as usize] {
                        Member::Let(index) => {
                            lets.push(index);
                            true
                        }
                        Member::Parameter(_) => true,
                        _ => false,
                    },
                    Meaning::Context(_) => false,
                    _ => true,
                };
            });
            if !certain {
                return false;
            }
            let values = lets
                .iter()
                .map(|index| self.body.lets[*index as usize].value);
            todo.extend(values);
        }
        true
    }
}

/// A value as it is written.
pub(super) fn literal(node: &Node<'_>) -> Option<Term> {
    if let Value::None = node.value {
        return Some(Term::optional(Said::Absent));
    }
    data(node).map(Term::value)
}

fn data(node: &Node<'_>) -> Option<Said> {
    Some(match node.value {
        Value::Bool(value) => Said::Bool(value),
        Value::Int(value) => Said::Int(value),
        Value::Str(text) => Said::Text(text.to_owned()),
        Value::Variant(variant) if variant.payload.is_empty() => {
            Said::Text(variant.name.to_owned())
        }
        Value::List(items) => {
            let items = items.iter().map(|item| {
                Some(Item {
                    value: data(item)?,
                    spread: false,
                    when: None,
                })
            });
            Said::List(items.collect::<Option<_>>()?)
        }
        Value::Record(fields) | Value::Map(fields) => {
            let entries = fields
                .iter()
                .map(|field| Some((field.key.to_owned(), data(&field.node)?)));
            Said::Map(entries.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
