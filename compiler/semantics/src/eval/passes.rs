//! Objects that come to the same in several environments are made once.
//!
//! The environments of a declaration are passes of one session. While an object is made, the session notes what is read: places
//! and members by name, everything else as "other". In the next pass the object is taken over if all that it was made from has
//! the same values there. Places and members themselves are always evaluated anew, so that no finding depends on what was taken
//! over, and an object that was taken over costs the fuel that making it would have cost.

use plat_model::{Field, Late, LateForm, Node, Object, Value};
use rustc_hash::FxHashMap;

use super::frames::{MemberKey, State};
use super::{Cx, Eval, FUEL, Frame, FrameId, FrameKey, Session};
use crate::db::DeclId;
use crate::hir::{EmitDecl, NodeId};
use crate::items::ItemKind;
use crate::program::PlaceId;

/// Something that an object, a call, a place or a member was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A place.
    Place(FrameId, PlaceId),
    /// A let or output.
    Member(FrameId, MemberKey),
    /// A `let` of a module.
    Let(DeclId),
    /// What may be different in another environment and is not compared.
    Other,
}

/// An object with what it was made from.
struct Made<'a> {
    object: Object<'a>,
    frame: FrameId,
    decl: DeclId,
    emit: NodeId,
    reads: &'a [Read],
    cost: u64,
}

/// What objects are made of and what it costs, as far as it has come.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    reads: usize,
    spent: u64,
    reports: usize,
}

/// An environment that has been evaluated.
struct Pass<'a> {
    environment: DeclId,
    frames: Vec<Frame<'a>>,
    lets: FxHashMap<DeclId, Eval<Node<'a>>>,
    made: Vec<Made<'a>>,
    /// By frame: the one of the environment that is being evaluated, once found.
    counterparts: Vec<Option<FrameId>>,
}

/// What a session keeps from one environment to the next.
#[derive(Default)]
pub(super) struct Passes<'a> {
    before: Vec<Pass<'a>>,
    /// The objects of the environment that is being evaluated, as far as they can be compared.
    made: Vec<Made<'a>>,
    /// What has been read by that which is being made.
    reads: Vec<Read>,
    /// The fuel that went into what is evaluated once: places, members, lets.
    once: u64,
    /// How many findings there were, suppressed ones included.
    reports: usize,
}

/// How deep values are compared.
const MAX_DEPTH: u32 = 64;

impl<'a> Session<'a> {
    /// Notes that something was read.
    #[inline]
    pub(super) fn note(&mut self, read: Read) {
        self.passes.reads.push(read);
    }

    /// Notes that the name of a frame was read: only an environment has another one in another environment.
    pub(super) fn note_name(&mut self, frame: FrameId) {
        if self.frame(frame).kind == ItemKind::Environment {
            self.note(Read::Other);
        }
    }

    /// Notes that something is wrong.
    pub(super) fn note_report(&mut self) {
        self.passes.reports += 1;
    }

    /// Evaluates what is evaluated once: whoever reads it has not read what it reads, and does not pay for it.
    #[inline]
    pub(super) fn once_only<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let (reads, fuel, once) = (self.passes.reads.len(), self.fuel, self.passes.once);
        let result = work(self);
        self.passes.reads.truncate(reads);
        self.passes.once = once + (fuel - self.fuel);
        result
    }

    /// Where reading and paying stand.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            reads: self.passes.reads.len(),
            spent: FUEL - self.fuel - self.passes.once,
            reports: self.passes.reports,
        }
    }

    /// What has been read and paid since.
    pub(super) fn since(&self, mark: Mark) -> (&'a [Read], u64) {
        let reads = &self.passes.reads[mark.reads..];
        (
            self.arena.alloc_slice_copy(reads),
            self.mark().spent - mark.spent,
        )
    }

    /// Notes what something remembered was made from.
    pub(super) fn note_all(&mut self, reads: &[Read]) {
        self.passes.reads.extend_from_slice(reads);
    }

    /// Turns to the next environment. Where something is wrong, everything is made anew, so that no finding depends on which
    /// environments were evaluated before.
    pub(super) fn next_pass(&mut self, environment: DeclId) {
        let frames = std::mem::take(&mut self.frames);
        let lets = std::mem::take(&mut self.lets);
        let made = std::mem::take(&mut self.passes.made);
        if self.passes.reports == 0 && self.checked_clean && self.fuel > FUEL / 2 {
            self.passes.before.push(Pass {
                environment: self.environment,
                counterparts: Vec::new(),
                frames,
                lets,
                made,
            });
            for pass in &mut self.passes.before {
                pass.counterparts.clear();
                pass.counterparts.resize(pass.frames.len(), None);
            }
        } else {
            self.passes.before.clear();
            self.units.clear();
            self.recent_unit = None;
            self.bodies.clear();
            self.checked_clean = true;
        }
        self.environment = environment;
        self.index.clear();
        self.calls.clear();
        self.passes.reads.clear();
        self.passes.once = 0;
        self.passes.reports = 0;
        self.fuel = FUEL;
        self.exhausted = false;
    }

    /// Keeps an object for the environments to come. One that was made for an element of a map, or with findings, is not.
    pub(super) fn keep_made(
        &mut self,
        cx: Cx<'a>,
        emit: &EmitDecl,
        object: Object<'a>,
        mark: Mark,
    ) {
        let alone = self.locals.len() == self.local_base;
        let (reads, cost) = self.since(mark);
        self.passes.reads.truncate(mark.reads);
        let Some(frame) = cx.frame else { return };
        if alone && self.passes.reports == mark.reports && !reads.contains(&Read::Other) {
            self.passes.made.push(Made {
                object,
                frame,
                decl: cx.unit.decl,
                emit: emit.node,
                reads,
                cost,
            });
        }
    }

    /// The object of an environment before, if it would be the same here.
    pub(super) fn made_before(
        &mut self,
        cx: Cx<'a>,
        emit: &EmitDecl,
        path: &str,
    ) -> Option<Object<'a>> {
        if self.locals.len() != self.local_base {
            return None;
        }
        (0..self.passes.before.len()).rev().find_map(|pass| {
            let same = |made: &&Made<'a>| {
                made.object.path == path && made.decl == cx.unit.decl && made.emit == emit.node
            };
            let made = self.passes.before[pass].made.iter().find(same)?;
            let (object, frame, reads, cost) = (made.object, made.frame, made.reads, made.cost);
            if self.counterpart(pass, frame) != cx.frame {
                return None;
            }
            let before = self.passes.reads.len();
            let unchanged = reads.iter().all(|read| self.is_unchanged(pass, *read));
            self.passes.reads.truncate(before);
            (unchanged && self.burn(cost).is_ok()).then_some(object)
        })
    }

    /// The frame of this environment that stands for what a frame of an earlier one stands for, if there is one.
    fn counterpart(&mut self, pass: usize, frame: FrameId) -> Option<FrameId> {
        let known = &self.passes.before[pass];
        if let Some(found) = known.counterparts[frame.0 as usize] {
            return Some(found);
        }
        let (earlier, now) = (known.environment, self.environment);
        let key = match known.frames[frame.0 as usize].key {
            FrameKey::Declared(decl, environment) if decl == earlier && environment == earlier => {
                // Every instance stands in an environment; the others are there because something has named them.
                let found = self.fact_frame(now, now);
                self.passes.before[pass].counterparts[frame.0 as usize] = Some(found);
                return Some(found);
            }
            FrameKey::Declared(decl, environment) if environment == earlier => {
                FrameKey::Declared(decl, now)
            }
            // What stood in this environment then was somewhere else, and is not now.
            FrameKey::Declared(_, environment) if environment == now => return None,
            key @ FrameKey::Declared(..) => key,
            FrameKey::Owned(owner, decl, index) => {
                FrameKey::Owned(self.counterpart(pass, owner)?, decl, index)
            }
            FrameKey::Edge(owner, decl, index) => {
                FrameKey::Edge(self.counterpart(pass, owner)?, decl, index)
            }
            FrameKey::Composed(around, decl, index, each) => {
                FrameKey::Composed(self.counterpart(pass, around)?, decl, index, each)
            }
        };
        let found = self.index.get(&key).copied()?;
        let (then, here) = (
            &self.passes.before[pass].frames[frame.0 as usize],
            self.frame(found),
        );
        if !std::ptr::eq(then.layout, here.layout) || then.capability != here.capability {
            return None;
        }
        self.passes.before[pass].counterparts[frame.0 as usize] = Some(found);
        Some(found)
    }

    /// Whether something has the value that it had in an earlier environment.
    fn is_unchanged(&mut self, pass: usize, read: Read) -> bool {
        let (was, now) = match read {
            Read::Place(frame, place) => {
                let was =
                    self.passes.before[pass].frames[frame.0 as usize].places[place.0 as usize];
                let Some(here) = self.counterpart(pass, frame) else {
                    return false;
                };
                (was, self.place(here, place))
            }
            Read::Member(frame, key) => {
                let known = &self.passes.before[pass].frames[frame.0 as usize];
                let was = known.members.get(&key).copied().unwrap_or(State::New);
                let Some(here) = self.counterpart(pass, frame) else {
                    return false;
                };
                (was, self.member_again(here, key))
            }
            Read::Let(decl) => {
                let was = self.passes.before[pass].lets.get(&decl);
                let was = was.map_or(State::New, |result| State::Done(*result));
                (was, self.module_let(decl))
            }
            Read::Other => return false,
        };
        let (State::Done(Ok(was)), Ok(now)) = (was, now) else {
            return false;
        };
        let mut comparison = Comparison {
            pass,
            instances: false,
        };
        if !self.same(&mut comparison, &was, &now, 0) {
            return false;
        }
        // The next to compare it finds one and the same.
        if !comparison.instances {
            match read {
                Read::Place(frame, place) => {
                    if let Some(here) = self.counterpart(pass, frame) {
                        self.frame_mut(here).places[place.0 as usize] = State::Done(Ok(was));
                    }
                }
                Read::Member(frame, key) => {
                    if let Some(here) = self.counterpart(pass, frame) {
                        self.frame_mut(here)
                            .members
                            .insert(key, State::Done(Ok(was)));
                    }
                }
                Read::Let(decl) => {
                    self.lets.insert(decl, Ok(was));
                }
                Read::Other => {}
            }
        }
        true
    }

    /// Whether two values are the same and were made by the same expressions, instances taken for their counterparts.
    fn same(&mut self, with: &mut Comparison, was: &Node<'a>, now: &Node<'a>, depth: u32) -> bool {
        if was.origin != now.origin || depth > MAX_DEPTH {
            return false;
        }
        match (was.value, now.value) {
            (Value::None, Value::None) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::Quantity(a), Value::Quantity(b)) => a == b,
            (Value::Ratio(a), Value::Ratio(b)) => a == b,
            (Value::List(a), Value::List(b)) => self.same_nodes(with, a, b, depth),
            (Value::Record(a), Value::Record(b)) | (Value::Map(a), Value::Map(b)) => {
                self.same_fields(with, a, b, depth)
            }
            (Value::Variant(a), Value::Variant(b)) => {
                a.name == b.name && self.same_fields(with, a.payload, b.payload, depth)
            }
            (Value::Entity(a), Value::Entity(b)) => {
                with.instances = true;
                self.counterpart(with.pass, FrameId(a)) == Some(FrameId(b))
            }
            (Value::Late(a), Value::Late(b)) => self.same_late(with, a, b, depth),
            _ => false,
        }
    }

    fn same_nodes(
        &mut self,
        with: &mut Comparison,
        was: &'a [Node<'a>],
        now: &'a [Node<'a>],
        depth: u32,
    ) -> bool {
        std::ptr::eq(was, now)
            || was.len() == now.len()
                && was
                    .iter()
                    .zip(now)
                    .all(|(was, now)| self.same(with, was, now, depth + 1))
    }

    fn same_fields(
        &mut self,
        with: &mut Comparison,
        was: &'a [Field<'a>],
        now: &'a [Field<'a>],
        depth: u32,
    ) -> bool {
        std::ptr::eq(was, now)
            || was.len() == now.len()
                && was.iter().zip(now).all(|(was, now)| {
                    was.key == now.key && self.same(with, &was.node, &now.node, depth + 1)
                })
    }

    fn same_late(
        &mut self,
        with: &mut Comparison,
        was: &'a Late<'a>,
        now: &'a Late<'a>,
        depth: u32,
    ) -> bool {
        let form = match (was.form, now.form) {
            (
                LateForm::Reference { store, name, key },
                LateForm::Reference {
                    store: other_store,
                    name: other_name,
                    key: other_key,
                },
            ) => store == other_store && name == other_name && key == other_key,
            (LateForm::Field(a), LateForm::Field(b)) => a == b,
            (LateForm::Text(a), LateForm::Text(b)) => self.same_nodes(with, a, b, depth),
            _ => false,
        };
        form && was.stage == now.stage && was.secret == now.secret
    }
}

/// A comparison with an earlier environment.
struct Comparison {
    pass: usize,
    /// Whether there were instances in it: their numbers mean something in one environment only.
    instances: bool,
}
