//! Expressions.

use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::{Field, Late, LateForm, Node, Origin, Stage, Value, field};

use super::draft::Draft;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::hir::{Arm, Element, Expr, ExprId, ForClause, PatternKind, StrPart, UnaryOp};
use crate::infer::{Meaning, PatternMeaning};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};
use crate::ty::{TypeKind, enum_variants};

impl<'a> Session<'a> {
    /// The value of an expression.
    pub(crate) fn eval(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<Node<'a>> {
        self.burn(1)?;
        let origin = Self::origin(cx, id);
        let value = match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Missing => return Err(Poison),
            Expr::Int(value) => Value::Int(*value),
            Expr::Float(value) => Value::Float(*value),
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Date(value) => Value::Date(*value),
            Expr::None => Value::None,
            Expr::Quantity(value) => Value::Quantity(value),
            Expr::Ratio(value) => Value::Ratio(value),
            Expr::Str(text) => Value::Str(text.as_str()),
            Expr::Address(text) => Value::Str(text.as_str()),
            Expr::Interpolation(parts) => return self.interpolation(cx, parts, origin),
            Expr::Name(_) => return self.name(cx, id, origin),
            Expr::Field {
                base,
                name,
                optional,
                ..
            } => return self.field_access(cx, id, *base, name, *optional, origin),
            Expr::Index { base, index } => return self.index(cx, *base, *index, origin),
            Expr::Call { callee, args } => return self.call(cx, id, *callee, args, origin),
            Expr::CallFor {
                callee,
                body,
                clauses,
            } => return self.call_for(cx, id, *callee, *body, clauses, origin),
            Expr::Unary { op, operand } => {
                let node = self.eval(cx, *operand)?;
                match op {
                    UnaryOp::Not => match node.value {
                        Value::Bool(value) => Value::Bool(!value),
                        _ => return Err(Poison),
                    },
                    UnaryOp::Negate => return self.negate(cx, id, node, origin),
                }
            }
            Expr::Binary { op, left, right } => {
                return self.binary(cx, id, *op, *left, *right, origin);
            }
            Expr::Range { from, to } => return self.range(cx, *from, *to, origin),
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
                return self.eval(cx, branch);
            }
            Expr::Match { scrutinee, arms } => return self.match_expr(cx, *scrutinee, arms),
            Expr::List(elements) => return self.list(cx, elements, origin),
            Expr::ListFor { body, clauses } => {
                let mut items = self.list_of(0);
                self.walk(cx, clauses, &mut |session| {
                    let node = session.eval(cx, *body)?;
                    items.push(node);
                    Ok(())
                })?;
                Value::List(self.keep(items)?)
            }
            Expr::Record(entries) => {
                let mut draft = Draft::Fields(self.list_of(entries.len()), origin);
                self.entries(cx, entries, &mut draft)?;
                let node = self.finish(draft, origin)?;
                let ty = &cx.unit.infer.types[id.0 as usize];
                return match ty.kind {
                    TypeKind::Record(_) | TypeKind::Map(_) => self.complete(node, ty),
                    _ => Ok(node),
                };
            }
            Expr::MapFor {
                key,
                value,
                clauses,
            } => return self.map_for(cx, *key, *value, clauses, origin),
        };
        Ok(Node::new(value, origin))
    }

    fn name(&mut self, cx: Cx<'a>, id: ExprId, origin: Origin) -> Eval<Node<'a>> {
        self.meaning(cx, &cx.unit.infer.meanings[id.0 as usize], origin)
    }

    fn meaning(&mut self, cx: Cx<'a>, meaning: &'a Meaning, origin: Origin) -> Eval<Node<'a>> {
        match meaning {
            Meaning::Local(depth) => self
                .locals
                .get(self.local_base + *depth as usize)
                .copied()
                .ok_or(Poison),
            Meaning::Member(index) => {
                self.member(cx, &cx.unit.infer.members[*index as usize], origin)
            }
            Meaning::Context(context) => self.context(cx, *context, origin),
            Meaning::Let(decl) => self.module_let(*decl),
            Meaning::Fact(kind, name) => self.fact(cx, *kind, name, origin),
            Meaning::Variant(decl, index) => {
                let variant = &enum_variants(self.db, *decl).value[*index as usize];
                Ok(self.variant(variant.name.as_str(), &[], origin))
            }
            Meaning::Nothing
            | Meaning::Function(_)
            | Meaning::Builtin(_)
            | Meaning::FieldAt(_)
            | Meaning::Capability(_) => Err(Poison),
        }
    }

    pub(super) fn variant(
        &mut self,
        name: &'a str,
        payload: &'a [Field<'a>],
        origin: Origin,
    ) -> Node<'a> {
        Node::new(
            Value::Variant(self.arena.alloc(plat_model::Variant { name, payload })),
            origin,
        )
    }

    /// The fact of a kind and name that is present in the environment of the reader.
    pub(super) fn fact(
        &mut self,
        cx: Cx<'a>,
        kind: ItemKind,
        name: &'a crate::db::Name,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let environment = cx
            .frame
            .map_or(self.environment, |frame| self.frame(frame).environment);
        let entry = self.db.fleet().name_entry(self.db, kind, name);
        let declarations = entry.declarations(self.db);
        let here = declarations
            .iter()
            .copied()
            .find(|decl| crate::environments::declared_in(self.db, *decl, environment));
        match here {
            Some(decl) => {
                let frame = self.fact_frame(
                    decl,
                    if kind == ItemKind::Environment {
                        decl
                    } else {
                        environment
                    },
                );
                Ok(Node::new(Value::Entity(frame.0), origin))
            }
            None => {
                let place = environment.name(self.db);
                let mut problem = Problem::new(
                    &codes::ABSENT_TARGET,
                    format!(
                        "{} `{name}` does not exist in environment `{place}`",
                        kind.word()
                    ),
                );
                if let Some(at) = self.anchor(origin) {
                    problem = problem.at(at, "needed here");
                }
                if let Some(decl) = declarations.first() {
                    problem =
                        problem.also(Anchor::name(*decl), "declared `only in` other environments");
                }
                self.fail(problem.help("say `only in` for what needs it, or let it exist here too"))
            }
        }
    }

    fn field_access(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        base: ExprId,
        name: &'a str,
        optional: bool,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        // The end of a path through folders, or an enum's member.
        let meaning = &cx.unit.infer.meanings[id.0 as usize];
        if !matches!(meaning, Meaning::Nothing | Meaning::FieldAt(_)) {
            return self.meaning(cx, meaning, origin);
        }
        if let Some(place) = self.place_of(cx, id) {
            let (frame, place) = place;
            return self.place(frame, place);
        }
        let node = self.eval(cx, base)?;
        match node.value {
            Value::None if optional => Ok(Node::new(Value::None, origin)),
            Value::Record(fields) => {
                if let Meaning::FieldAt(index) = meaning
                    && let Some(found) = fields.get(*index as usize)
                    && found.key == name
                {
                    return Ok(found.node);
                }
                Ok(field(fields, name).map_or(Node::new(Value::None, origin), |found| found.node))
            }
            Value::Map(fields) => {
                Ok(find_key(fields, name)
                    .map_or(Node::new(Value::None, origin), |found| found.node))
            }
            Value::Entity(frame) => self.entity_field(FrameId(frame), name, origin),
            _ => Err(Poison),
        }
    }

    /// The place that a chain of fields names, such as `scale.min` or `self.scale.min`: read without the rest of its record.
    fn place_of(&mut self, cx: Cx<'a>, id: ExprId) -> Option<(FrameId, crate::program::PlaceId)> {
        let frame = cx.frame?;
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Field {
                base,
                name,
                optional: false,
                ..
            } => {
                if let Expr::Name(_) = &cx.unit.body.exprs[base.0 as usize] {
                    match &cx.unit.infer.meanings[base.0 as usize] {
                        Meaning::Context(crate::infer::Context::SelfInstance) => {
                            return self.readable_root(frame, name);
                        }
                        Meaning::Local(depth) => {
                            let local = self.locals.get(self.local_base + *depth as usize)?;
                            let Value::Entity(frame) = local.value else {
                                return None;
                            };
                            return self.readable_root(FrameId(frame), name);
                        }
                        _ => {}
                    }
                }
                let (frame, parent) = self.place_of(cx, *base)?;
                let layout = self.frame(frame).layout;
                if layout.place(parent).kind != crate::program::PlaceKind::Record {
                    return None;
                }
                layout.child(parent, name).map(|place| (frame, place))
            }
            Expr::Name(_) => match &cx.unit.infer.meanings[id.0 as usize] {
                Meaning::Member(index) => match &cx.unit.infer.members[*index as usize] {
                    crate::infer::Member::Place(name) => self.readable_root(frame, name),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn readable_root(
        &mut self,
        frame: FrameId,
        name: &str,
    ) -> Option<(FrameId, crate::program::PlaceId)> {
        let known = self.frame(frame);
        let place = known.layout.root(name)?;
        if known.layout.place(place).hidden {
            return None;
        }
        if known.layout.place(place).input || known.outer.is_none() {
            return Some((frame, place));
        }
        let root = self.root_of(frame);
        self.frame(root)
            .layout
            .root(name)
            .map(|place| (root, place))
    }

    fn index(&mut self, cx: Cx<'a>, base: ExprId, index: ExprId, origin: Origin) -> Eval<Node<'a>> {
        let (base, index) = (self.eval(cx, base)?, self.eval(cx, index)?);
        let found = match (base.value, index.value) {
            (Value::List(items), Value::Int(index)) => usize::try_from(index)
                .ok()
                .and_then(|index| items.get(index).copied()),
            (Value::Map(fields) | Value::Record(fields), Value::Str(key)) => {
                field(fields, key).map(|found| found.node)
            }
            _ => return Err(Poison),
        };
        Ok(found.unwrap_or(Node::new(Value::None, origin)))
    }

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
        let node = self.eval(cx, element.value)?;
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

    fn map_for(
        &mut self,
        cx: Cx<'a>,
        key: ExprId,
        value: ExprId,
        clauses: &'a [ForClause],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut entries: ArenaVec<'a, Field<'a>> = self.list_of(0);
        let mut seen = rustc_hash::FxHashSet::default();
        self.walk(cx, clauses, &mut |session| {
            let key_text = session.key(cx, key)?;
            let node = session.eval(cx, value)?;
            if !seen.insert(key_text) {
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
        let source = self.eval(cx, clause.source)?;
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
                    let result = self.eval(cx, arm.value);
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
    fn interpolation(
        &mut self,
        cx: Cx<'a>,
        parts: &'a [StrPart],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut known = String::new();
        let mut late: Vec<Node<'a>> = Vec::new();
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
                                let text = self.text(&known)?;
                                late.push(Node::new(Value::Str(text), origin));
                                known.clear();
                            }
                            match value.form {
                                LateForm::Text(inner) => late.extend_from_slice(inner),
                                _ => late.push(node),
                            }
                        }
                        _ => self.write_text(&node, &mut known)?,
                    }
                }
            }
        }
        if late.is_empty() {
            let text = self.text(&known)?;
            return Ok(Node::new(Value::Str(text), origin));
        }
        if !known.is_empty() {
            let text = self.text(&known)?;
            late.push(Node::new(Value::Str(text), origin));
        }
        let parts = self.slice(&late)?;
        let value = self.arena.alloc(Late {
            stage,
            secret,
            form: LateForm::Text(parts),
        });
        Ok(Node::new(Value::Late(value), origin))
    }
}

/// An entry of a map, whose entries are ordered by key.
fn find_key<'a>(fields: &'a [Field<'a>], key: &str) -> Option<&'a Field<'a>> {
    fields
        .binary_search_by(|field| field.key.cmp(key))
        .ok()
        .map(|index| &fields[index])
}
