//! Names and fields: what a name means, and what `a.b.c` reads.

use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value, field};

use super::draft::element_named;
use super::passes::Read;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::{DeclId, Name};
use crate::environments;
use crate::hir::{Expr, ExprId};
use crate::infer::{Context, Meaning, Member};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};
use crate::program::{PlaceId, PlaceKind};
use crate::scope::facts_named;
use crate::ty::enum_variants;

/// What a chain of fields has come to.
enum Reached<'a> {
    /// A place that has not been read: `scale.min` is read without the rest of `scale`.
    Place(FrameId, PlaceId),
    /// A value.
    Value(Node<'a>),
}

impl<'a> Session<'a> {
    /// What a name means here.
    pub(super) fn meaning(
        &mut self,
        cx: Cx<'a>,
        meaning: &'a Meaning,
        origin: Origin,
    ) -> Eval<Node<'a>> {
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
            Meaning::Opened(name, relation) => {
                let subject = self.locals.get(self.local_base).copied().ok_or(Poison)?;
                let meaning = relation.map_or(Meaning::Nothing, Meaning::Relation);
                self.select(subject, &meaning, name, origin)
            }
            Meaning::Nothing
            | Meaning::Function(_)
            | Meaning::Builtin(_)
            | Meaning::FieldAt(_)
            | Meaning::Relation(_)
            | Meaning::Capability(_)
            | Meaning::Guardrail(_)
            | Meaning::Test(_) => Err(Poison),
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
        name: &'a Name,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let environment = cx
            .frame
            .map_or(self.environment, |frame| self.frame(frame).environment);
        match self.fact_in(cx.unit.test, environment, kind, name) {
            Some(frame) => {
                self.note(if environment == self.environment {
                    Read::Fact(kind, name, frame)
                } else {
                    Read::Other
                });
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
                if let Some(decl) = facts_named(self.db, cx.unit.test, kind, name).first() {
                    problem =
                        problem.also(Anchor::name(*decl), "declared `only in` other environments");
                }
                self.fail(problem.help("say `only in` for what needs it, or let it exist here too"))
            }
        }
    }

    /// The frame of the fact of a kind and name in an environment, as seen from within a test or from outside of all.
    pub(super) fn fact_in(
        &mut self,
        test: Option<DeclId>,
        environment: DeclId,
        kind: ItemKind,
        name: &Name,
    ) -> Option<FrameId> {
        let mut declarations = facts_named(self.db, test, kind, name).iter().copied();
        let here =
            declarations.find(|decl| environments::declared_in(self.db, *decl, environment))?;
        Some(match kind {
            ItemKind::Environment => self.fact_frame(here, here),
            _ => self.fact_frame(here, environment),
        })
    }

    /// `base.name`, or `base?.name`.
    pub(super) fn field_access(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        base: ExprId,
        name: &'a str,
        optional: bool,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let meaning = &cx.unit.infer.meanings[id.0 as usize];
        if is_path(meaning) {
            return self.meaning(cx, meaning, origin);
        }
        if optional {
            let node = self.eval_apart(cx, base)?;
            self.look_presence(&node);
            return match node.value {
                Value::None => Ok(Node::new(Value::None, origin)),
                _ => self.select(node, meaning, name, origin),
            };
        }
        match self.reach_field(cx, id, base, name)? {
            Reached::Place(frame, place) => self.place(frame, place),
            Reached::Value(node) => Ok(node),
        }
    }

    /// What the expression left of a dot comes to.
    fn reach(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<Reached<'a>> {
        let meaning = &cx.unit.infer.meanings[id.0 as usize];
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Field {
                base,
                name,
                optional: false,
                ..
            } if !is_path(meaning) => {
                let reached = self.reach_field(cx, id, *base, name)?;
                if let Reached::Value(_) = reached {
                    self.burn(1)?;
                }
                Ok(reached)
            }
            Expr::Name(_) => {
                if let (Meaning::Member(index), Some(frame)) = (meaning, cx.frame)
                    && let Member::Place(name) = &cx.unit.infer.members[*index as usize]
                    && let Some((frame, place)) = self.readable_root(frame, name)
                {
                    return Ok(Reached::Place(frame, place));
                }
                self.eval_apart(cx, id).map(Reached::Value)
            }
            _ => self.eval_apart(cx, id).map(Reached::Value),
        }
    }

    fn reach_field(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        base: ExprId,
        name: &'a str,
    ) -> Eval<Reached<'a>> {
        if let Some(instance) = self.named_instance(cx, base)
            && let Some((frame, place)) = self.readable_root(instance, name)
        {
            self.look_at_local(cx, base);
            return Ok(Reached::Place(frame, place));
        }
        let node = match self.reach(cx, base)? {
            Reached::Place(frame, parent) => {
                let layout = self.frame(frame).layout;
                if layout.place(parent).kind == PlaceKind::Record
                    && let Some(place) = layout.child(parent, name)
                {
                    return Ok(Reached::Place(frame, place));
                }
                self.burn(1)?;
                self.place(frame, parent)?
            }
            Reached::Value(node) => node,
        };
        let meaning = &cx.unit.infer.meanings[id.0 as usize];
        let origin = Self::origin(cx, id);
        if matches!(node.value, Value::None) && reads_through(cx) {
            return Ok(Reached::Value(Node::new(Value::None, origin)));
        }
        self.select(node, meaning, name, origin).map(Reached::Value)
    }

    /// The instance that an expression names: `self`, or a binder that stands for one.
    fn named_instance(&self, cx: Cx<'a>, id: ExprId) -> Option<FrameId> {
        let frame = cx.frame?;
        let Expr::Name(_) = &cx.unit.body.exprs[id.0 as usize] else {
            return None;
        };
        match &cx.unit.infer.meanings[id.0 as usize] {
            Meaning::Context(Context::SelfInstance) => Some(frame),
            Meaning::Local(depth) => {
                let local = self.locals.get(self.local_base + *depth as usize)?;
                match local.value {
                    Value::Entity(frame) => Some(FrameId(frame)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a binder that stands for an instance was decided by.
    fn look_at_local(&mut self, cx: Cx<'a>, id: ExprId) {
        if self.tracks()
            && let Meaning::Local(depth) = &cx.unit.infer.meanings[id.0 as usize]
            && let Some(local) = self.locals.get(self.local_base + *depth as usize).copied()
        {
            self.look(&local);
        }
    }

    /// A field of a value.
    fn select(
        &mut self,
        node: Node<'a>,
        meaning: &Meaning,
        name: &'a str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        if let Meaning::Relation(relation) = meaning {
            self.look(&node);
            return self.relation(node, *relation, name, origin);
        }
        if let Value::Entity(_) = node.value {
            self.look(&node);
        }
        let found = match node.value {
            Value::Record(fields) => match meaning {
                Meaning::FieldAt(index) => fields
                    .get(*index as usize)
                    .filter(|found| found.key == name)
                    .or_else(|| field(fields, name)),
                _ => field(fields, name),
            },
            Value::Map(fields) => find_key(fields, name),
            Value::Entity(frame) => return self.entity_field(FrameId(frame), name, origin),
            _ => return Err(Poison),
        };
        self.look_at_field(&node, name, found.is_some());
        Ok(found.map_or(Node::new(Value::None, origin), |found| found.node))
    }

    /// The place of a fact or input that a name means: of the frame itself, or a fact of the outermost instance.
    fn readable_root(&self, frame: FrameId, name: &str) -> Option<(FrameId, PlaceId)> {
        let known = self.frame(frame);
        let id = known.layout.root(name)?;
        let place = known.layout.place(id);
        if place.hidden {
            return None;
        }
        if place.input || known.outer.is_none() {
            return Some((frame, id));
        }
        let root = self.root_of(frame);
        self.frame(root).layout.root(name).map(|id| (root, id))
    }

    pub(super) fn index(
        &mut self,
        cx: Cx<'a>,
        base: ExprId,
        index: ExprId,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let (base, index) = (self.eval_apart(cx, base)?, self.eval(cx, index)?);
        self.look(&base);
        let found = match (base.value, index.value) {
            (Value::List(items), Value::Int(index)) => usize::try_from(index)
                .ok()
                .and_then(|index| items.get(index).copied()),
            (Value::Map(fields) | Value::Record(fields), Value::Str(key)) => {
                let found = field(fields, key).map(|found| found.node);
                self.look_at_field(&base, key, found.is_some());
                found
            }
            (Value::List(items), Value::Str(key)) => {
                self.look_through(&base);
                element_named(items, key)
            }
            (Value::None, _) if reads_through(cx) => None,
            _ => return Err(Poison),
        };
        Ok(found.unwrap_or(Node::new(Value::None, origin)))
    }
}

/// Whether what is read of something that is not there is not there either: only tests do so without `?.`.
fn reads_through(cx: Cx<'_>) -> bool {
    cx.unit.test == Some(cx.unit.decl)
}

/// Whether a field access is the end of a path through folders, or an enum's member.
fn is_path(meaning: &Meaning) -> bool {
    !matches!(
        meaning,
        Meaning::Nothing | Meaning::FieldAt(_) | Meaning::Relation(_)
    )
}

/// An entry of a map, whose entries are ordered by key.
fn find_key<'a>(fields: &'a [Field<'a>], key: &str) -> Option<&'a Field<'a>> {
    fields
        .binary_search_by(|field| field.key.cmp(key))
        .ok()
        .map(|index| &fields[index])
}
