//! Drafts: values while several entries make them.

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value};

use super::{Cx, Eval, Poison, Session};
use crate::hir::{Entry, EntryOp, Segment, SegmentKind};
use crate::problem::{Anchor, Problem};

/// A value in the making.
#[derive(Clone, Debug)]
pub(super) enum Draft<'a> {
    /// Nothing yet.
    Empty,
    /// A finished value.
    Leaf(Node<'a>),
    /// Fields or entries, in the order of their first mention.
    Fields(ArenaVec<'a, (&'a str, Draft<'a>)>, Origin),
    /// Elements of a list.
    Items(ArenaVec<'a, Draft<'a>>, Origin),
}

impl<'a> Draft<'a> {
    /// A record that has these fields so far.
    pub(super) fn of_fields(arena: &'a Bump, fields: &[Field<'a>], origin: Origin) -> Self {
        let mut open = ArenaVec::with_capacity_in(fields.len(), arena);
        open.extend(
            fields
                .iter()
                .map(|field| (field.key, Self::Leaf(field.node))),
        );
        Self::Fields(open, origin)
    }

    /// Makes it a record if it is nothing yet.
    pub(super) fn enter(&mut self, arena: &'a Bump, origin: Origin) {
        match self {
            Self::Empty => *self = Self::Fields(ArenaVec::new_in(arena), origin),
            Self::Leaf(node) if matches!(node.value, Value::None) => {
                *self = Self::Fields(ArenaVec::new_in(arena), origin)
            }
            _ => {}
        }
    }

    /// Its fields, opening a finished record.
    fn fields_mut(
        &mut self,
        arena: &'a Bump,
        origin: Origin,
    ) -> Option<&mut ArenaVec<'a, (&'a str, Self)>> {
        self.enter(arena, origin);
        if let Self::Leaf(node) = self {
            *self = Self::of_fields(arena, node.value.fields()?, node.origin);
        }
        match self {
            Self::Fields(fields, _) => Some(fields),
            _ => None,
        }
    }

    fn field_mut(&mut self, arena: &'a Bump, key: &'a str, origin: Origin) -> Option<&mut Self> {
        let fields = self.fields_mut(arena, origin)?;
        match fields.iter().position(|(known, _)| *known == key) {
            Some(index) => Some(&mut fields[index].1),
            None => {
                fields.push((key, Self::Empty));
                fields.last_mut().map(|(_, draft)| draft)
            }
        }
    }

    /// Its elements, opening a finished list.
    fn items_mut(&mut self, arena: &'a Bump, origin: Origin) -> Option<&mut ArenaVec<'a, Self>> {
        match self {
            Self::Empty => *self = Self::Items(ArenaVec::new_in(arena), origin),
            Self::Leaf(Node {
                value: Value::List(items),
                origin,
            }) => {
                let mut open = ArenaVec::with_capacity_in(items.len(), arena);
                open.extend(items.iter().map(|item| Self::Leaf(*item)));
                *self = Self::Items(open, *origin);
            }
            Self::Leaf(Node {
                value: Value::None, ..
            }) => *self = Self::Items(ArenaVec::new_in(arena), origin),
            _ => {}
        }
        match self {
            Self::Items(items, _) => Some(items),
            _ => None,
        }
    }

    fn is_list(&self) -> bool {
        matches!(
            self,
            Self::Items(..)
                | Self::Leaf(Node {
                    value: Value::List(_),
                    ..
                })
        )
    }
}

impl<'a> Session<'a> {
    /// The part of a draft at a path, made if it is not there.
    pub(super) fn descend<'d>(
        &mut self,
        cx: Cx<'a>,
        draft: &'d mut Draft<'a>,
        path: &'a [Segment],
        origin: Origin,
    ) -> Eval<&'d mut Draft<'a>> {
        let mut at = draft;
        for segment in path {
            self.look_opened(at);
            let (key, indexed) = match &segment.kind {
                SegmentKind::Name(name) => (name.as_str(), false),
                SegmentKind::Computed(key) => (self.key(cx, *key)?, false),
                SegmentKind::Index(key) => (self.key(cx, *key)?, true),
            };
            let next = if indexed
                && (at.is_list()
                    || !matches!(at, Draft::Empty | Draft::Fields(..) | Draft::Leaf(_)))
            {
                self.element(cx, at, key, segment, origin)?
            } else {
                at.field_mut(self.arena, key, origin)
            };
            at = match next {
                Some(next) => next,
                None => {
                    return self.fail(
                        Problem::new(
                            &codes::NO_SUCH_ELEMENT,
                            format!("`{key}` leads into something that has no fields"),
                        )
                        .at(
                            Anchor::Node(cx.unit.decl, segment.node),
                            "nothing to go into",
                        ),
                    );
                }
            };
        }
        Ok(at)
    }

    /// The element of a list whose `name` (or other key) is this.
    fn element<'d>(
        &mut self,
        cx: Cx<'a>,
        list: &'d mut Draft<'a>,
        key: &'a str,
        segment: &Segment,
        origin: Origin,
    ) -> Eval<Option<&'d mut Draft<'a>>> {
        let Some(items) = list.items_mut(self.arena, origin) else {
            return Ok(None);
        };
        let found = KEYS.into_iter().find_map(|field| {
            let is_it = |item: &Draft<'_>| key_text(item, field).is_some_and(|text| text == key);
            items.iter().position(is_it)
        });
        if found.is_none() {
            let known: Vec<String> = items.iter().filter_map(key_of).collect();
            let mut problem = Problem::new(
                &codes::NO_SUCH_ELEMENT,
                format!("the list has no element `{key}`"),
            )
            .at(Anchor::Node(cx.unit.decl, segment.node), "no such element");
            if !known.is_empty() {
                problem = problem.note(format!("it has: {}", known.join(", ")));
            }
            return self.fail(problem);
        }
        Ok(found.map(|index| &mut items[index]))
    }

    /// The text of a computed key.
    pub(super) fn key(&mut self, cx: Cx<'a>, id: crate::hir::ExprId) -> Eval<&'a str> {
        let node = self.eval(cx, id)?;
        match node.value {
            Value::Str(text) => Ok(text),
            Value::Int(number) => self.text(&number.to_string()),
            Value::Variant(variant) => Ok(variant.name),
            _ => Err(Poison),
        }
    }

    /// `+=`
    pub(super) fn append(&mut self, target: &mut Draft<'a>, node: Node<'a>) -> Eval<()> {
        let Value::List(more) = node.value else {
            return Err(Poison);
        };
        self.burn(more.len() as u64)?;
        match target.items_mut(self.arena, node.origin) {
            Some(items) => items.extend(more.iter().map(|item| Draft::Leaf(*item))),
            None => return Err(Poison),
        }
        Ok(())
    }

    /// Puts the fields of a record on top of what is there. Absent ones change nothing.
    pub(super) fn merge(&mut self, target: &mut Draft<'a>, node: Node<'a>) -> Eval<()> {
        if matches!(node.value, Value::None) {
            return Ok(());
        }
        let node = self.open(node)?;
        let Some(fields) = node.value.fields() else {
            return Err(Poison);
        };
        self.burn(fields.len() as u64)?;
        target.enter(self.arena, node.origin);
        for field in fields
            .iter()
            .filter(|field| !matches!(field.node.value, Value::None))
        {
            if let Some(slot) = target.field_mut(self.arena, field.key, node.origin) {
                *slot = Draft::Leaf(field.node);
            }
        }
        Ok(())
    }

    /// Evaluates entries onto a draft, in order.
    pub(super) fn entries(
        &mut self,
        cx: Cx<'a>,
        entries: &'a [Entry],
        draft: &mut Draft<'a>,
    ) -> Eval<()> {
        let mut failed = false;
        for entry in entries {
            failed |= self.entry(cx, entry, draft).is_err();
        }
        if failed { Err(Poison) } else { Ok(()) }
    }

    fn entry(&mut self, cx: Cx<'a>, entry: &'a Entry, draft: &mut Draft<'a>) -> Eval<()> {
        self.burn(1)?;
        if let Some(guard) = entry.guard
            && !self.holds_now(cx, guard)?
        {
            return Ok(());
        }
        let origin = Origin {
            body: cx.unit.origin,
            node: entry.node.0,
        };
        match &entry.op {
            EntryOp::Spread(value) => {
                let node = self.eval_apart(cx, *value)?;
                self.look_shape(&node);
                self.merge(draft, node)
            }
            EntryOp::Set(value) => {
                let node = self.eval_apart(cx, *value)?;
                *self.descend(cx, draft, &entry.path, origin)? = Draft::Leaf(node);
                Ok(())
            }
            EntryOp::Append(value) => {
                let node = self.eval_apart(cx, *value)?;
                self.look_shape(&node);
                let target = self.descend(cx, draft, &entry.path, origin)?;
                self.look_opened(target);
                self.append(target, node)
            }
            EntryOp::Into(inner) => {
                let target = self.descend(cx, draft, &entry.path, origin)?;
                self.look_opened(target);
                target.enter(self.arena, origin);
                self.entries(cx, inner, target)
            }
        }
    }

    /// What is gone into comes to something else.
    pub(super) fn look_opened(&mut self, draft: &Draft<'a>) {
        if let Draft::Leaf(node) = draft {
            self.look(node);
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds_now(&mut self, cx: Cx<'a>, condition: crate::hir::ExprId) -> Eval<bool> {
        Ok(matches!(self.eval(cx, condition)?.value, Value::Bool(true)))
    }

    /// The finished value.
    pub(super) fn finish(&mut self, draft: Draft<'a>, origin: Origin) -> Eval<Node<'a>> {
        Ok(match draft {
            Draft::Empty => Node::new(Value::None, origin),
            Draft::Leaf(node) => node,
            Draft::Fields(fields, origin) => {
                let mut list = self.list_of(fields.len());
                for (key, draft) in fields {
                    let node = self.finish(draft, origin)?;
                    list.push(Field { key, node });
                }
                Node::new(Value::Record(self.keep(list)?), origin)
            }
            Draft::Items(items, origin) => {
                let mut list = self.list_of(items.len());
                for item in items {
                    let node = self.finish(item, origin)?;
                    self.look_presence(&node);
                    if !matches!(node.value, Value::None) {
                        list.push(node);
                    }
                }
                Node::new(Value::List(self.keep(list)?), origin)
            }
        })
    }
}

/// The fields by which the elements of lists are known in a path, the usual one first.
const KEYS: [&str; 7] = [
    "name",
    "mountPath",
    "containerPort",
    "port",
    "type",
    "ip",
    "key",
];

/// The element of a list whose `name` (or other key) is this.
pub(super) fn element_named<'a>(items: &[Node<'a>], key: &str) -> Option<Node<'a>> {
    KEYS.into_iter().find_map(|field| {
        let is_it = |item: &&Node<'_>| {
            let text = key_text(&Draft::Leaf(**item), field);
            text.is_some_and(|text| text == key)
        };
        items.iter().find(is_it).copied()
    })
}

/// The text of an element's key field.
fn key_text(item: &Draft<'_>, key: &str) -> Option<String> {
    let value = match item {
        Draft::Leaf(node) => plat_model::field(node.value.fields()?, key)?.node.value,
        Draft::Fields(fields, _) => match &fields.iter().find(|(name, _)| *name == key)?.1 {
            Draft::Leaf(node) => node.value,
            _ => return None,
        },
        _ => return None,
    };
    match value {
        Value::Str(text) => Some(text.to_owned()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// By what a list element is known in messages: the first of its key fields.
fn key_of(item: &Draft<'_>) -> Option<String> {
    KEYS.into_iter().find_map(|key| key_text(item, key))
}
