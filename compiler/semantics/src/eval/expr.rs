//! Expressions.

use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::{Field, Late, LateForm, Node, Origin, Stage, Value, field};
use rustc_hash::FxHashSet;

use super::{Cx, Eval, Poison, Session};
use crate::hir::{Arm, Element, Expr, ExprId, ForClause, PatternKind, StrPart, UnaryOp};
use crate::infer::PatternMeaning;
use crate::problem::Problem;

impl<'a> Session<'a> {
    /// The value of an expression, to be looked at.
    #[inline]
    pub(crate) fn eval(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<Node<'a>> {
        let node = self.eval_apart(cx, id)?;
        self.look_through(&node);
        Ok(node)
    }

    /// The value of an expression, with no regard to who looks at it.
    pub(super) fn eval_now(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<Node<'a>> {
        self.burn(1)?;
        let origin = Self::origin(cx, id);
        let value = match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Name(_) => {
                return self.meaning(cx, &cx.unit.infer.meanings[id.0 as usize], origin);
            }
            Expr::Field {
                base,
                name,
                optional,
                ..
            } => return self.field_access(cx, id, *base, name, *optional, origin),
            Expr::Call { callee, args } => return self.call(cx, id, *callee, args, origin),
            Expr::Binary { op, left, right } => {
                return self.binary(cx, id, *op, *left, *right, origin);
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let branch = if self.holds_now(cx, *condition)? {
                    *then
                } else {
                    *otherwise
                };
                return self.eval_apart(cx, branch);
            }
            Expr::Record(entries) => return self.record_literal(cx, id, entries, origin),
            Expr::List(elements) => return self.list(cx, elements, origin),
            Expr::ListFor { body, clauses } => {
                if let Some(value) = self.aggregate(cx, id, origin) {
                    return value;
                }
                return self.list_for(cx, *body, clauses, origin);
            }
            Expr::MapFor {
                key,
                value,
                clauses,
            } => return self.map_for(cx, *key, *value, clauses, origin),
            Expr::Match { scrutinee, arms } => return self.match_expr(cx, *scrutinee, arms),
            Expr::Interpolation(parts) => return self.interpolation(cx, parts, origin),
            Expr::Unary { op, operand } => return self.unary(cx, id, *op, *operand, origin),
            Expr::Index { base, index } => return self.index(cx, *base, *index, origin),
            Expr::CallFor {
                callee,
                body,
                clauses,
            } => return self.call_for(cx, id, *callee, *body, clauses, origin),
            Expr::Range { from, to } => return self.range(cx, *from, *to, origin),
            other => literal(other).ok_or(Poison)?,
        };
        Ok(Node::new(value, origin))
    }

    #[inline(never)]
    fn unary(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        op: UnaryOp,
        operand: ExprId,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let node = self.eval(cx, operand)?;
        match (op, node.value) {
            (UnaryOp::Not, Value::Bool(value)) => Ok(Node::new(Value::Bool(!value), origin)),
            (UnaryOp::Not, _) => Err(Poison),
            (UnaryOp::Negate, _) => self.negate(cx, id, node, origin),
        }
    }

    #[inline(never)]
    fn list(&mut self, cx: Cx<'a>, elements: &'a [Element], origin: Origin) -> Eval<Node<'a>> {
        let mut items = self.list_of(elements.len());
        let mut failed = false;
        for element in elements {
            failed |= self.element_of(cx, element, &mut items).is_err();
        }
        if failed {
            return Err(Poison);
        }
        Ok(Node::new(Value::List(self.keep(items)?), origin))
    }

    fn element_of(
        &mut self,
        cx: Cx<'a>,
        element: &'a Element,
        items: &mut ArenaVec<'a, Node<'a>>,
    ) -> Eval<()> {
        if let Some(guard) = element.guard
            && !self.holds_now(cx, guard)?
        {
            return Ok(());
        }
        let node = self.eval_apart(cx, element.value)?;
        if element.spread {
            self.look_shape(&node);
        } else {
            self.look_presence_of(&node, &cx.unit.infer.types[element.value.0 as usize]);
        }
        match (element.spread, node.value) {
            (true, Value::List(more)) => {
                self.burn(more.len() as u64)?;
                items.extend_from_slice(more);
            }
            (true, Value::None) => {}
            (true, _) => return Err(Poison),
            (false, _) => items.push(node),
        }
        Ok(())
    }

    #[inline(never)]
    fn list_for(
        &mut self,
        cx: Cx<'a>,
        body: ExprId,
        clauses: &'a [ForClause],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut items = self.list_of(0);
        self.walk(cx, clauses, &mut |session| {
            let node = session.eval_apart(cx, body)?;
            session.look_presence_of(&node, &cx.unit.infer.types[body.0 as usize]);
            items.push(node);
            Ok(())
        })?;
        Ok(Node::new(Value::List(self.keep(items)?), origin))
    }

    #[inline(never)]
    fn map_for(
        &mut self,
        cx: Cx<'a>,
        key: ExprId,
        value: ExprId,
        clauses: &'a [ForClause],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut entries: ArenaVec<'a, Field<'a>> = self.list_of(0);
        let mut seen = SeenKeys::default();
        self.walk(cx, clauses, &mut |session| {
            let key_text = session.key(cx, key)?;
            let node = session.eval_apart(cx, value)?;
            session.look_presence_of(&node, &cx.unit.infer.types[value.0 as usize]);
            if !seen.insert(key_text, &entries) {
                let mut problem = Problem::new(
                    &codes::DUPLICATE_KEY,
                    format!("two entries have the key `{key_text}`"),
                );
                if let Some(at) = session.anchor(Session::origin(cx, key)) {
                    problem = problem.at(at, "gives one key twice");
                }
                return session.fail(problem);
            }
            entries.push(Field {
                key: key_text,
                node,
            });
            Ok(())
        })?;
        entries.sort_by_key(|field| field.key);
        Ok(Node::new(Value::Map(self.keep(entries)?), origin))
    }

    #[inline(never)]
    fn range(&mut self, cx: Cx<'a>, from: ExprId, to: ExprId, origin: Origin) -> Eval<Node<'a>> {
        let (Value::Int(from), Value::Int(to)) =
            (self.eval(cx, from)?.value, self.eval(cx, to)?.value)
        else {
            return Err(Poison);
        };
        // The check comes before the memory.
        self.burn(u64::try_from(i128::from(to) - i128::from(from)).unwrap_or(0))?;
        let mut items = self.list_of(0);
        items.extend((from..=to).map(|value| Node::new(Value::Int(value), origin)));
        Ok(Node::new(Value::List(self.keep(items)?), origin))
    }

    /// Walks nested clauses, calling `each` with everything bound.
    pub(super) fn walk(
        &mut self,
        cx: Cx<'a>,
        clauses: &'a [ForClause],
        each: &mut dyn FnMut(&mut Self) -> Eval<()>,
    ) -> Eval<()> {
        let Some((clause, rest)) = clauses.split_first() else {
            return each(self);
        };
        let source = self.eval_apart(cx, clause.source)?;
        self.look_shape(&source);
        let source = self.open(source)?;
        let depth = self.locals.len();
        let count = match source.value {
            Value::List(items) => items.len(),
            Value::Map(fields) | Value::Record(fields) => fields.len(),
            Value::None => 0,
            _ => return Err(Poison),
        };
        for index in 0..count {
            let (key, value) = match source.value {
                Value::List(items) => (Value::Int(index as i64), items[index]),
                Value::Map(fields) | Value::Record(fields) => {
                    (Value::Str(fields[index].key), fields[index].node)
                }
                _ => break,
            };
            let key = Node::new(key, value.origin);
            self.burn(1)?;
            if clause.second.is_some() {
                self.locals.push(key);
            }
            self.locals.push(value);
            let result = match clause.filter {
                Some(filter) => match self.holds_now(cx, filter) {
                    Ok(true) => self.walk(cx, rest, each),
                    Ok(false) => Ok(()),
                    Err(poison) => Err(poison),
                },
                None => self.walk(cx, rest, each),
            };
            self.locals.truncate(depth);
            result?;
        }
        Ok(())
    }

    #[inline(never)]
    fn match_expr(&mut self, cx: Cx<'a>, scrutinee: ExprId, arms: &'a [Arm]) -> Eval<Node<'a>> {
        let node = self.eval(cx, scrutinee)?;
        let depth = self.locals.len();
        for arm in arms {
            for pattern in &arm.patterns {
                let matched = match &pattern.kind {
                    PatternKind::Wildcard => Some(Vec::new()),
                    PatternKind::Int(value) => {
                        matches!(node.value, Value::Int(have) if have == *value).then(Vec::new)
                    }
                    PatternKind::Str(text) => {
                        matches!(node.value, Value::Str(have) if have == text).then(Vec::new)
                    }
                    PatternKind::Variant(_, _) => {
                        let meaning = cx.unit.infer.patterns.get(&pattern.node);
                        self.matches(meaning, node)?
                    }
                };
                if let Some(bound) = matched {
                    if let PatternKind::Variant(_, binders) = &pattern.kind {
                        self.locals.extend(bound.into_iter().take(binders.len()));
                    }
                    let result = self.eval_apart(cx, arm.value);
                    self.locals.truncate(depth);
                    return result;
                }
            }
        }
        Err(Poison)
    }

    /// What a pattern binds, if it matches.
    fn matches(
        &mut self,
        meaning: Option<&PatternMeaning>,
        node: Node<'a>,
    ) -> Eval<Option<Vec<Node<'a>>>> {
        let Some(meaning) = meaning else {
            return Err(Poison);
        };
        Ok(match (meaning, node.value) {
            (PatternMeaning::Variant(name), Value::Variant(variant)) => (variant.name == name)
                .then(|| variant.payload.iter().map(|field| field.node).collect()),
            (PatternMeaning::Known, Value::Late(_)) => None,
            (PatternMeaning::Known, _) => Some(vec![node]),
            (
                PatternMeaning::Reference,
                Value::Late(Late {
                    form: LateForm::Reference { store, name, key },
                    ..
                }),
            ) => {
                let text = |key, value| Field {
                    key,
                    node: Node::new(Value::Str(value), node.origin),
                };
                let record =
                    self.slice(&[text("store", store), text("name", name), text("key", key)])?;
                Some(vec![Node::new(Value::Record(record), node.origin)])
            }
            (
                PatternMeaning::Field,
                Value::Late(Late {
                    form: LateForm::Field(path),
                    ..
                }),
            ) => Some(vec![Node::new(Value::Str(path), node.origin)]),
            (
                PatternMeaning::Template,
                Value::Late(Late {
                    form: LateForm::Text(parts),
                    ..
                }),
            ) => Some(vec![Node::new(Value::List(parts), node.origin)]),
            _ => None,
        })
    }

    /// Text with values in it. As soon as one of them is late, the whole is late, and keeps its parts.
    #[inline(never)]
    fn interpolation(
        &mut self,
        cx: Cx<'a>,
        parts: &'a [StrPart],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        // A nested one finds no buffer, and makes its own.
        let mut known = std::mem::take(&mut self.text_buffer);
        known.clear();
        let result = self.interpolated(cx, parts, origin, &mut known);
        self.text_buffer = known;
        result
    }

    fn interpolated(
        &mut self,
        cx: Cx<'a>,
        parts: &'a [StrPart],
        origin: Origin,
        known: &mut String,
    ) -> Eval<Node<'a>> {
        let mut late: ArenaVec<'a, Node<'a>> = self.list_of(0);
        let (mut stage, mut secret) = (Stage::Source, false);
        for part in parts {
            match part {
                StrPart::Text(text) => known.push_str(text),
                StrPart::Expr(id) => {
                    let node = self.eval(cx, *id)?;
                    match node.value {
                        Value::Late(value) => {
                            stage = stage.max(value.stage);
                            secret |= value.secret;
                            if !known.is_empty() {
                                let text = self.text(known)?;
                                late.push(Node::new(Value::Str(text), origin));
                                known.clear();
                            }
                            match value.form {
                                LateForm::Text(inner) => late.extend_from_slice(inner),
                                _ => late.push(node),
                            }
                        }
                        _ => self.write_text(&node, known)?,
                    }
                }
            }
        }
        if late.is_empty() {
            let text = self.text(known)?;
            return Ok(Node::new(Value::Str(text), origin));
        }
        if !known.is_empty() {
            let text = self.text(known)?;
            late.push(Node::new(Value::Str(text), origin));
        }
        let parts = self.keep(late)?;
        let value = self.arena.alloc(Late {
            stage,
            secret,
            form: LateForm::Text(parts),
        });
        Ok(Node::new(Value::Late(value), origin))
    }
}

/// The value of a literal.
pub(super) fn literal(expr: &Expr) -> Option<Value<'_>> {
    Some(match expr {
        Expr::Int(value) => Value::Int(*value),
        Expr::Float(value) => Value::Float(*value),
        Expr::Bool(value) => Value::Bool(*value),
        Expr::Date(value) => Value::Date(*value),
        Expr::None => Value::None,
        Expr::Quantity(value) => Value::Quantity(value),
        Expr::Ratio(value) => Value::Ratio(value),
        Expr::Str(text) | Expr::Address(text) => Value::Str(text),
        _ => return None,
    })
}

/// The keys of a map that is being made.
#[derive(Default)]
struct SeenKeys<'a>(FxHashSet<&'a str>);

impl<'a> SeenKeys<'a> {
    /// Up to so many, going through them takes less than remembering them.
    const FEW: usize = 8;

    /// Adds a key to those of the entries; false if they have it.
    fn insert(&mut self, key: &'a str, entries: &[Field<'a>]) -> bool {
        if entries.len() < Self::FEW {
            return field(entries, key).is_none();
        }
        if self.0.is_empty() {
            self.0.extend(entries.iter().map(|entry| entry.key));
        }
        self.0.insert(key)
    }
}
