//! Late values: secrets of the cluster, and texts put together from them.

use plat_diagnostics::codes;
use plat_model::{Late, LateForm, Node, Origin, Stage, Value};

use super::{Cx, Eval, Poison, Session};
use crate::hir::ExprId;
use crate::problem::Problem;

impl<'a> Session<'a> {
    /// `secret("name/key")`: a key of a secret that exists in the store.
    pub(super) fn secret(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        path: Node<'a>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let Value::Str(path) = path.value else {
            return Err(Poison);
        };
        let Some((name, key)) = path
            .rsplit_once('/')
            .filter(|(name, key)| !name.is_empty() && !key.is_empty())
        else {
            return self.fail(
                Problem::new(
                    &codes::MALFORMED_TEXT,
                    format!("{path:?} names no key of a secret"),
                )
                .at_node(
                    cx.unit.decl,
                    cx.unit.body.expr_nodes[id.0 as usize],
                    "the secret and its key, with `/` between them",
                )
                .help("write `secret(\"database/password\")`"),
            );
        };
        let form = LateForm::Reference {
            store: "secret",
            name,
            key,
        };
        let late = self.arena.alloc(Late {
            stage: Stage::Store,
            secret: true,
            form,
        });
        Ok(Node::new(Value::Late(late), origin))
    }

    /// Texts with a separator; late ones make the whole late.
    pub(super) fn join(
        &mut self,
        items: &[Node<'a>],
        separator: &'a str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let (mut stage, mut secret) = (Stage::Source, false);
        let mut parts: Vec<Node<'a>> = Vec::new();
        let mut known = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                known.push_str(separator);
            }
            let Value::Late(late) = item.value else {
                self.write_text(item, &mut known)?;
                continue;
            };
            stage = stage.max(late.stage);
            secret |= late.secret;
            if !known.is_empty() {
                let text = self.text(&known)?;
                parts.push(Node::new(Value::Str(text), origin));
                known.clear();
            }
            match late.form {
                LateForm::Text(inner) => parts.extend_from_slice(inner),
                _ => parts.push(*item),
            }
        }
        if parts.is_empty() {
            let text = self.text(&known)?;
            return Ok(Node::new(Value::Str(text), origin));
        }
        if !known.is_empty() {
            let text = self.text(&known)?;
            parts.push(Node::new(Value::Str(text), origin));
        }
        let parts = self.slice(&parts)?;
        Ok(Node::new(
            Value::Late(self.arena.alloc(Late {
                stage,
                secret,
                form: LateForm::Text(parts),
            })),
            origin,
        ))
    }
}
