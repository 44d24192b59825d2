//! Influence: what of a consumer's declaration a value was decided by, for whoever wants to know for which others it would be the
//! same.
//!
//! A session that asks tags every value with what its outermost part was decided by; the parts of a record or list have tags of
//! their own. Whatever an expression reads counts, unless the expression is known to put a part into its place without looking at
//! it: then the part keeps what it was decided by to itself ([`Session::eval_apart`]). A reader gets to a part only through what
//! is around it, and so collects the tags on its way. What a record does not have is remembered with it, with the reason.
//!
//! The tag's number stands in the upper bits of a value's origin, so that it goes wherever the value goes. Sessions that do not ask
//! have no tags.

mod probe;
mod tags;

use plat_model::quantity::Rational;
use plat_model::{Field, LateForm, Node, Origin, Value};

use super::frames::FrameKey;
use super::{Cx, Eval, FrameId, Session};
use crate::db::DeclId;
use crate::hir::ExprId;
use crate::program::{PlaceId, PlaceKind};
use crate::rules::Outcome;
use crate::ty::{Type, TypeKind};

pub use probe::{Probe, Probed, is_probed, probe};
pub(super) use tags::{Atoms, Influences};
use tags::{Own, TagId};

/// What of a consumer's declaration a value was decided by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Influence {
    /// Whether it sets a place at all.
    Set(PlaceId),
    /// Whether it sets a place to something other than `none`.
    Presence(PlaceId),
    /// How the value of a place compares with a constant, in base units.
    Order(PlaceId, Rational),
    /// How the number of elements or entries of a place compares with a constant.
    Length(PlaceId, i64),
    /// The value of a place, whatever is made of it.
    Value(PlaceId),
    /// Something that is no place: its name, its edges, its exposures.
    Beyond(&'static str),
}

/// How deep a value is looked into; what lies deeper counts as decided by everything.
const MAX_DEPTH: u32 = 64;

impl<'a> Session<'a> {
    /// Whether anybody wants to know.
    #[inline]
    pub(super) fn tracks(&self) -> bool {
        self.influences.is_some()
    }

    /// The value of an expression that is put into its place without being looked at.
    #[inline]
    pub(super) fn eval_apart(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<Node<'a>> {
        if self.influences.is_none() {
            return self.eval_now(cx, id);
        }
        self.tagging(|session| session.eval_now(cx, id))
    }

    /// Makes a value, which then says what it was decided by; nobody else has looked at that.
    pub(super) fn tagging(
        &mut self,
        work: impl FnOnce(&mut Self) -> Eval<Node<'a>>,
    ) -> Eval<Node<'a>> {
        let Some(influences) = &mut self.influences else {
            return work(self);
        };
        let before = std::mem::take(&mut influences.now);
        let result = work(self);
        let Some(influences) = &mut self.influences else {
            return result;
        };
        let own = std::mem::replace(&mut influences.now, before);
        if let Ok(node) = result {
            return Ok(influences.with_atoms(node, &own));
        }
        influences.now.add(&own);
        result
    }

    /// Makes a record, which then also says why it lacks what it lacks.
    pub(super) fn tagging_record(
        &mut self,
        work: impl FnOnce(&mut Self) -> Eval<Node<'a>>,
    ) -> Eval<Node<'a>> {
        let Some(influences) = &mut self.influences else {
            return work(self);
        };
        let before = std::mem::take(&mut influences.absent);
        let result = self.tagging(work);
        let Some(influences) = &mut self.influences else {
            return result;
        };
        let absent = std::mem::replace(&mut influences.absent, before);
        result.map(|node| influences.with_absent(node, &absent))
    }

    /// What some work looks at, apart from what has been looked at before.
    pub(super) fn looking<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Atoms) {
        let Some(influences) = &mut self.influences else {
            return (work(self), Atoms::default());
        };
        let before = std::mem::take(&mut influences.now);
        let result = work(self);
        let own = match &mut self.influences {
            Some(influences) => std::mem::replace(&mut influences.now, before),
            None => before,
        };
        (result, own)
    }

    /// All of this has been looked at.
    pub(super) fn look_at_all(&mut self, atoms: &Atoms) {
        if let Some(influences) = &mut self.influences {
            influences.now.add(atoms);
        }
    }

    /// A value that is there because of something.
    pub(super) fn because_of(&mut self, node: Node<'a>, why: &Atoms) -> Node<'a> {
        match &mut self.influences {
            Some(influences) => influences.with_atoms(node, why),
            None => node,
        }
    }

    /// The record that is being made has no such field because of something.
    pub(super) fn note_absent(&mut self, name: &'a str, why: &Atoms) {
        if let Some(influences) = &mut self.influences {
            let why = influences.as_tag(why.clone());
            influences.absent.push((name, why));
        }
    }

    /// A value that is made of another, outermost part for outermost part.
    pub(super) fn tagged_like(&mut self, node: Node<'a>, other: &Node<'a>) -> Node<'a> {
        match self.influences {
            Some(_) => Node::new(node.value, TagId::of(other).on(node.origin)),
            None => node,
        }
    }

    /// The origin of a record or map that has lost an absent field.
    pub(super) fn origin_lacking(&mut self, origin: Origin, field: &Field<'a>) -> Origin {
        let Some(influences) = &mut self.influences else {
            return origin;
        };
        let absent = vec![(field.key, TagId::of(&field.node))];
        let node = Node::new(Value::None, origin);
        influences.with_absent(node, &absent).origin
    }

    /// The origin of a list that has lost an absent element.
    pub(super) fn origin_without(&mut self, origin: Origin, item: &Node<'a>) -> Origin {
        let ((), why) = self.looking(|session| session.look_presence(item));
        self.because_of(Node::new(Value::None, origin), &why).origin
    }

    /// A rule has been judged for a subject.
    pub(super) fn note_judged(&mut self, guardrail: DeclId, outcome: Outcome, why: Atoms) {
        if let Some(influences) = &mut self.influences {
            influences.judged.push((guardrail, outcome, why));
        }
    }

    /// A field has been asked for that a record does not have.
    pub(super) fn look_at_absence(&mut self, node: &Node<'a>, name: &str) {
        if let Some(influences) = &mut self.influences {
            influences.look_absence(node, name);
        }
    }

    /// Something beyond places has been looked at.
    #[inline]
    pub(super) fn look_beyond(&mut self, what: &'static str) {
        if let Some(influences) = &mut self.influences {
            influences.look_at(Influence::Beyond(what));
        }
    }

    /// The outermost part of a value has been looked at.
    #[inline]
    pub(super) fn look(&mut self, node: &Node<'a>) {
        if let Some(influences) = &mut self.influences {
            influences.look(node);
        }
    }

    /// A value has been asked whether it is there.
    #[inline]
    pub(super) fn look_presence(&mut self, node: &Node<'a>) {
        if let Some(influences) = &mut self.influences {
            influences.look_presence(node);
        }
    }

    /// A value of a type stands in a list or map, which has it only if it is there.
    pub(super) fn look_presence_of(&mut self, node: &Node<'a>, ty: &Type) {
        if self.tracks() && (ty.is_optional() || ty.is_error()) {
            self.look_presence(node);
        }
    }

    /// A record, map or list has been asked what it has.
    pub(super) fn look_shape(&mut self, node: &Node<'a>) {
        let Some(influences) = &mut self.influences else {
            return;
        };
        influences.look(node);
        influences.look_absent(node);
        match node.value {
            Value::Record(fields) | Value::Map(fields) => {
                for field in fields {
                    influences.look_presence(&field.node);
                }
            }
            Value::List(items) => items.iter().for_each(|item| influences.look_presence(item)),
            _ => {}
        }
    }

    /// A value has been looked at with all its parts.
    #[inline]
    pub(super) fn look_through(&mut self, node: &Node<'a>) {
        if self.tracks() {
            self.look_deep(node, 0);
        }
    }

    fn look_deep(&mut self, node: &Node<'a>, depth: u32) {
        if depth > MAX_DEPTH {
            return self.look_beyond("a value nested too deeply");
        }
        self.look_shape(node);
        match node.value {
            Value::Record(fields) | Value::Map(fields) => {
                for field in fields {
                    self.look_deep(&field.node, depth + 1);
                }
            }
            Value::List(items) => {
                for item in items {
                    self.look_deep(item, depth + 1);
                }
            }
            Value::Variant(variant) => {
                for field in variant.payload {
                    self.look_deep(&field.node, depth + 1);
                }
            }
            Value::Late(late) => {
                if let LateForm::Text(parts) = late.form {
                    for part in parts {
                        self.look_deep(part, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// A field has been asked for that a record may not have.
    pub(super) fn look_at_field(&mut self, node: &Node<'a>, name: &str, found: bool) {
        if let Some(influences) = &mut self.influences {
            influences.look(node);
            if !found {
                influences.look_absence(node, name);
            }
        }
    }

    /// Two values have been compared. A place that is compared with a constant is decided by on which side of it it lies.
    pub(super) fn look_compared(&mut self, a: &Node<'a>, b: &Node<'a>) {
        if !self.tracks() {
            return;
        }
        let literal_none =
            |node: &Node<'_>| matches!(node.value, Value::None) && TagId::of(node).is_none();
        if literal_none(a) || literal_none(b) {
            self.look_presence(a);
            self.look_presence(b);
            return;
        }
        if !self.look_order(a, b) && !self.look_order(b, a) {
            self.look_through(a);
            self.look_through(b);
        }
    }

    fn look_order(&mut self, of: &Node<'a>, with: &Node<'a>) -> bool {
        let Some(influences) = &mut self.influences else {
            return false;
        };
        let Some(own) = influences.verbatim(of) else {
            return false;
        };
        if let Own::Length(place) = own
            && let (Value::Int(_), Value::Int(constant)) = (of.value, with.value)
            && influences.verbatim(with).is_none()
        {
            influences.look_around(of);
            influences.look(with);
            influences.look_at(Influence::Length(place, constant));
            return true;
        }
        let Own::Value(place) = own else {
            return false;
        };
        let (Some(own), Some(constant)) = (amount(&of.value), amount(&with.value)) else {
            return false;
        };
        if influences.verbatim(with).is_some() {
            return false;
        }
        // What is written in another unit is not the place's value any more.
        let root = influences.root;
        let known = self.place(root, place).ok();
        let same = known.is_some_and(|known| {
            std::mem::discriminant(&known.value) == std::mem::discriminant(&of.value)
                && amount(&known.value) == Some(own)
        });
        if !same {
            return false;
        }
        if let Some(influences) = &mut self.influences {
            influences.look_presence(of);
            influences.look(with);
            influences.look_at(Influence::Order(place, constant));
        }
        true
    }

    /// Makes the value of a place, which says that it is the place's.
    pub(super) fn tagging_place(
        &mut self,
        frame: FrameId,
        place: PlaceId,
        work: impl FnOnce(&mut Self) -> Eval<Node<'a>>,
    ) -> Eval<Node<'a>> {
        if !self.tracks() {
            return work(self);
        }
        let node = self.tagging(work)?;
        let mut set = Vec::new();
        let known = self.frame(frame).layout.place(place);
        let is_record = known.kind != PlaceKind::Leaf;
        if known.kind != PlaceKind::Record {
            self.sets(frame, place, &mut set);
        }
        let own = !is_record && self.is_own(frame, place);
        let Some(influences) = &mut self.influences else {
            return Ok(node);
        };
        let mut atoms = Atoms::default();
        for place in set {
            atoms.add(&influences.atom(Influence::Set(place)));
        }
        let node = influences.with_atoms(node, &atoms);
        Ok(if own && frame == influences.root {
            influences.as_own(node, Own::Value(place))
        } else {
            node
        })
    }

    /// The length of a value that is a place's own. Only how it compares with others is asked of most.
    pub(super) fn tagging_length(&mut self, length: Node<'a>, of: &Node<'a>) -> Node<'a> {
        let Some(influences) = &mut self.influences else {
            return length;
        };
        let layout = self.frames[influences.root.0 as usize]
            .as_ref()
            .map(|frame| frame.layout);
        // What may be `none` is not in all that is made of it.
        let counts = |place: PlaceId| {
            let ty = layout.map(|layout| layout.place(place).field.ty.unwrapped());
            ty.is_some_and(|ty| match &ty.kind {
                TypeKind::List(inner) | TypeKind::Map(inner) => !inner.is_optional(),
                _ => false,
            })
        };
        match influences.verbatim(of) {
            Some(Own::Value(place)) if counts(place) => {
                let like = Node::new(length.value, TagId::of(of).on(length.origin));
                influences.as_own(like, Own::Length(place))
            }
            _ => {
                self.look_through(of);
                length
            }
        }
    }

    /// Objects are emitted for each entry of a map: each was decided by its entry, and that there are any by the map.
    pub(super) fn look_at_each(&mut self, map: &Node<'a>) -> Atoms {
        let Some(influences) = &mut self.influences else {
            return Atoms::default();
        };
        match influences.verbatim(map) {
            Some(Own::Value(place)) => {
                influences.look_presence(map);
                influences.look_at(Influence::Length(place, 0));
                influences.atom(Influence::Value(place))
            }
            _ => {
                self.look_shape(map);
                Atoms::default()
            }
        }
    }

    /// Whether a setting above the base decides a place.
    fn is_own(&self, frame: FrameId, place: PlaceId) -> bool {
        let known = self.frame(frame);
        let base = known.base.settings.len() as u32;
        known
            .layout
            .outwards(place)
            .any(|at| known.heads[at.0 as usize] > base)
    }

    /// The places of the consumer whose being set is what sets this one, or makes it present.
    fn sets(&self, frame: FrameId, place: PlaceId, found: &mut Vec<PlaceId>) {
        let Some(influences) = &self.influences else {
            return;
        };
        let layout = self.frame(frame).layout;
        let mut below = vec![place];
        while let Some(at) = below.pop() {
            let children = &layout.place(at).children;
            if frame == influences.root {
                if children.is_empty() {
                    found.push(at);
                }
            } else if let Some((outer, from)) = influences.passed.get(&(frame, at)) {
                self.sets(*outer, *from, found);
            }
            below.extend(children.iter().copied());
        }
        if frame != influences.root {
            for at in layout.outwards(place).skip(1) {
                if let Some((outer, from)) = influences.passed.get(&(frame, at)) {
                    self.sets(*outer, *from, found);
                }
            }
        }
    }

    /// A composition takes over a place of the instance around it if something sets it there.
    pub(super) fn note_passed(&mut self, inner: (FrameId, PlaceId), outer: (FrameId, PlaceId)) {
        if let Some(influences) = &mut self.influences {
            influences.passed.insert(inner, outer);
        }
    }

    /// Which inputs are set has been asked.
    pub(super) fn look_at_inputs(&mut self, frame: FrameId) {
        if !self.tracks() {
            return;
        }
        let mut set = Vec::new();
        let layout = self.frame(frame).layout;
        for (_, place) in layout.root_names() {
            if layout.place(place).input {
                self.sets(frame, place, &mut set);
            }
        }
        if let Some(influences) = &mut self.influences {
            for place in set {
                influences.look_at(Influence::Set(place));
            }
        }
    }

    /// Whether objects of a kind (`None`: of any) are emitted has been decided by this.
    pub(super) fn note_existence(&mut self, kind: Option<&'a str>, atoms: &Atoms) {
        if let Some(influences) = &mut self.influences {
            influences.existence.push((kind, atoms.clone()));
        }
    }

    /// The name of an instance has been read.
    pub(super) fn look_at_name(&mut self, frame: FrameId) {
        if self.tracks()
            && self.frame(frame).kind.is_instance()
            && !matches!(self.key_of(frame), FrameKey::Edge(..))
        {
            self.look_beyond("the name");
        }
    }
}

/// What can be put in order with others of its kind.
fn amount(value: &Value<'_>) -> Option<Rational> {
    match value {
        Value::Int(value) => Some(Rational::whole(*value)),
        Value::Ratio(value) => Some(**value),
        Value::Quantity(value) => Some(value.value()),
        _ => None,
    }
}
