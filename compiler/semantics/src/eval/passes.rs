//! What comes to the same in several environments is evaluated once.
//!
//! The environments of a declaration are passes of one session. Whatever is remembered (a place, a member, a call, an object) notes
//! what it was made from: the places and members that it read, what facts its names led to, everything else as "other". In a later
//! pass it is taken over if all of that has the same values there. Frames have the same numbers in all passes, so that instances
//! within values are the same, too.
//!
//! None of this can be observed: a value that is taken over costs the fuel that making it would have cost, what it was made from
//! is evaluated (or taken over in turn) in the order in which it was read, and after a pass with a finding everything is made anew.

use plat_model::{Field, Late, LateForm, Node, Object, Value};
use rustc_hash::FxHashMap;

use super::calls::{Call, Calls};
use super::frames::{MemberKey, State};
use super::{CALLS, Cx, Eval, FUEL, Frame, FrameId, FrameKey, Session, with_capacity};
use crate::db::{DeclId, Name};
use crate::hir::{EmitDecl, NodeId};
use crate::items::ItemKind;
use crate::program::{PlaceId, same_base};

/// Something that a value was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read<'a> {
    /// A place.
    Place(FrameId, PlaceId),
    /// A let or output.
    Member(FrameId, MemberKey),
    /// A `let` of a module.
    Let(DeclId),
    /// A name that led to a fact of the environment.
    Fact(ItemKind, &'a Name, FrameId),
    /// What may be different in another environment and is not compared.
    Other,
}

/// What something was made from, and the fuel that it took by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record<'a> {
    pub(super) reads: &'a [Read<'a>],
    pub(super) cost: u64,
}

/// An object with what it was made from.
#[derive(Clone, Copy)]
struct Made<'a> {
    object: Object<'a>,
    frame: FrameId,
    decl: DeclId,
    emit: NodeId,
    record: Record<'a>,
}

/// Where reading and paying stand.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    reads: usize,
    fuel: u64,
    once: u64,
}

/// An environment that has been evaluated.
struct Pass<'a> {
    frames: Vec<Option<Frame<'a>>>,
    lets: FxHashMap<DeclId, Eval<Node<'a>>>,
    calls: Calls<'a>,
    made: Vec<Made<'a>>,
    /// By frame: how many of its settings are those of the frame here, once known.
    common: Vec<Option<u32>>,
}

/// What a session keeps from one environment to the next.
#[derive(Default)]
pub(super) struct Passes<'a> {
    /// Whether there are several environments: else nothing is noted.
    pub(super) several: bool,
    before: Vec<Pass<'a>>,
    /// The objects of the environment that is being evaluated.
    made: Vec<Made<'a>>,
    /// What has been read by that which is being made.
    reads: Vec<Read<'a>>,
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
    pub(super) fn note(&mut self, read: Read<'a>) {
        if self.passes.several {
            self.passes.reads.push(read);
        }
    }

    /// Notes that the name of a frame was read: only an environment has another one in another environment.
    pub(super) fn note_name(&mut self, frame: FrameId) {
        if self.frame(frame).kind == ItemKind::Environment {
            self.note(Read::Other);
        }
    }

    /// Notes that an environment was read: only the one that is evaluated has its counterpart in another one.
    pub(super) fn note_environment(&mut self, environment: DeclId) {
        if environment != self.environment {
            self.note(Read::Other);
        }
    }

    /// Where noting stands, for what is not made from what it reads.
    pub(super) fn mark_reads(&self) -> usize {
        self.passes.reads.len()
    }

    /// Forgets what has been noted since.
    pub(super) fn forget_reads(&mut self, mark: usize) {
        self.passes.reads.truncate(mark);
    }

    /// Notes that something is wrong.
    pub(super) fn note_report(&mut self) {
        self.passes.reports += 1;
    }

    /// Where reading and paying stand.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark {
            reads: self.passes.reads.len(),
            fuel: self.fuel,
            once: self.passes.once,
        }
    }

    /// What has been read and paid since, without what was evaluated once for whoever reads it.
    pub(super) fn since(&self, mark: Mark) -> Record<'a> {
        Record {
            reads: self
                .arena
                .alloc_slice_copy(&self.passes.reads[mark.reads..]),
            cost: (mark.fuel - self.fuel) - (self.passes.once - mark.once),
        }
    }

    /// Uses what is remembered: it costs the same again, and whoever uses it has read the same.
    pub(super) fn use_again(&mut self, record: Record<'a>) -> Eval<()> {
        self.burn(record.cost)?;
        self.passes.reads.extend_from_slice(record.reads);
        Ok(())
    }

    /// Evaluates what is evaluated once: whoever reads it has not read what it reads, and does not pay for it.
    #[inline]
    pub(super) fn once_only<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Record<'a>) {
        let mark = self.mark();
        let result = work(self);
        let record = if self.passes.several {
            self.since(mark)
        } else {
            Record::default()
        };
        self.passes.reads.truncate(mark.reads);
        self.passes.once = mark.once + (mark.fuel - self.fuel);
        (result, record)
    }

    /// Turns to the next environment. Where something is wrong, everything is made anew, so that no finding depends on which
    /// environments were evaluated before.
    pub(super) fn next_pass(&mut self, environment: DeclId) {
        let pass = Pass {
            frames: std::mem::take(&mut self.frames),
            lets: std::mem::take(&mut self.lets),
            calls: std::mem::replace(&mut self.calls, with_capacity(CALLS)),
            made: std::mem::take(&mut self.passes.made),
            common: Vec::new(),
        };
        if self.passes.reports == 0 && self.checked_clean && self.fuel > FUEL / 2 {
            self.passes.before.push(pass);
            for pass in &mut self.passes.before {
                pass.common.clear();
                pass.common.resize(pass.frames.len(), None);
            }
        } else {
            self.passes.before.clear();
            self.units.clear();
            self.recent_unit = None;
            self.bodies.clear();
            self.numbers.clear();
            self.checked_clean = true;
        }
        self.frames.resize_with(self.numbers.len(), || None);
        self.environment = environment;
        self.passes.reads.clear();
        self.passes.once = 0;
        self.passes.reports = 0;
        self.fuel = FUEL;
        self.exhausted = false;
    }

    /// What something came to in an environment before, if it comes to the same here.
    fn before<T>(
        &mut self,
        find: impl Fn(&mut Self, usize) -> Option<(T, Record<'a>)>,
    ) -> Option<T> {
        for pass in (0..self.passes.before.len()).rev() {
            let Some((found, record)) = find(self, pass) else {
                continue;
            };
            let reads = self.passes.reads.len();
            let unchanged = record
                .reads
                .iter()
                .all(|read| self.is_unchanged(pass, *read));
            self.passes.reads.truncate(reads);
            if unchanged {
                return self.use_again(record).ok().map(|()| found);
            }
        }
        None
    }

    /// The value of a place in an environment before.
    pub(super) fn place_before(&mut self, frame: FrameId, place: PlaceId) -> Option<Node<'a>> {
        self.before(|session, pass| {
            if !session.has_same_settings(pass, frame, place) {
                return None;
            }
            let then = session.passes.before[pass].frame(frame)?;
            then.places[place.0 as usize].known()
        })
    }

    /// The value of a let or output in an environment before.
    pub(super) fn member_before(&mut self, frame: FrameId, key: MemberKey) -> Option<Node<'a>> {
        self.before(|session, pass| {
            let then = session.passes.before[pass].frame(frame)?;
            let here = session.frame(frame);
            // Where nobody has asked yet who does the work here, it does not matter.
            let provider =
                |frame: &Frame<'a>| frame.provider.map(|found| found.map(|(decl, _)| decl));
            if !is_alike(then, here) || here.provider.is_some() && provider(then) != provider(here)
            {
                return None;
            }
            then.members.get(&key)?.known()
        })
    }

    /// The result of a call in an environment before.
    pub(super) fn call_before(&mut self, call: &Call<'a>) -> Option<Node<'a>> {
        self.before(|session, pass| session.passes.before[pass].calls.get(call).copied())
    }

    /// The object of an environment before.
    pub(super) fn object_before(
        &mut self,
        cx: Cx<'a>,
        emit: &EmitDecl,
        path: &str,
    ) -> Option<Object<'a>> {
        self.before(|session, pass| {
            let of_emit = |made: &&Made<'a>| {
                made.object.path == path
                    && made.emit == emit.node
                    && made.decl == cx.unit.decl
                    && Some(made.frame) == cx.frame
            };
            let made = session.passes.before[pass].made.iter().find(of_emit)?;
            Some((made.object, made.record))
        })
    }

    /// Keeps an object for the environments to come.
    pub(super) fn keep_object(
        &mut self,
        cx: Cx<'a>,
        emit: &EmitDecl,
        object: Object<'a>,
        mark: Mark,
    ) {
        let record = self.since(mark);
        self.passes.reads.truncate(mark.reads);
        if let Some(frame) = cx.frame {
            self.passes.made.push(Made {
                object,
                frame,
                decl: cx.unit.decl,
                emit: emit.node,
                record,
            });
        }
    }

    /// Whether a place has the same settings as in an environment before: those of it, around it and below it.
    fn has_same_settings(&mut self, pass: usize, frame: FrameId, place: PlaceId) -> bool {
        let common = self.common_settings(pass, frame);
        let Some(then) = self.passes.before[pass].frame(frame) else {
            return false;
        };
        let here = self.frame(frame);
        if common == 0 || !same_number(then.touched, here.touched, place, common) {
            return false;
        }
        let mut at = Some(place);
        while let Some(id) = at {
            if !same_number(then.heads, here.heads, id, common) {
                return false;
            }
            at = here.layout.place(id).parent;
        }
        true
    }

    /// How many settings a frame has in common with that of an environment before, from the lowest on.
    fn common_settings(&mut self, pass: usize, frame: FrameId) -> u32 {
        let before = &self.passes.before[pass];
        let index = frame.0 as usize;
        if let Some(Some(known)) = before.common.get(index) {
            return *known;
        }
        let Some(then) = before.frame(frame) else {
            return 0;
        };
        let here = self.frame(frame);
        let setter = match (then.setter, here.setter) {
            (None, None) => true,
            (Some((then, binders)), Some((here, others))) => {
                then == here && all_same(binders, others, 0)
            }
            _ => false,
        };
        let same = setter
            && is_alike(then, here)
            && (std::ptr::eq(then.base, here.base)
                || same_base(
                    self.db,
                    here.kind,
                    here.capability,
                    then.environment,
                    here.environment,
                ));
        let common = if same {
            let own = then.own.iter().zip(&here.own);
            let own = own
                .take_while(|(then, here)| {
                    then.0.is(&here.0) && (then.1, then.2) == (here.1, here.2)
                })
                .count();
            (here.base.settings.len() + own) as u32
        } else {
            0
        };
        self.passes.before[pass].common[index] = Some(common);
        common
    }

    /// Whether something has the value that it had in an environment before.
    fn is_unchanged(&mut self, pass: usize, read: Read<'a>) -> bool {
        match read {
            Read::Place(frame, place) => {
                let Some((then, here)) = self.both(pass, frame) else {
                    return false;
                };
                let index = place.0 as usize;
                let was = then.places[index].known().map(|(was, _)| was);
                let now = match here.places[index] {
                    State::Done(now, _) => now,
                    _ => self.place(frame, place),
                };
                self.compare(was, now, |session, was| {
                    session.frame_mut(frame).places[index].replace(was);
                })
            }
            Read::Member(frame, key) => {
                let Some((then, _)) = self.both(pass, frame) else {
                    return false;
                };
                let was = then.members.get(&key).and_then(State::known);
                let was = was.map(|(was, _)| was);
                let now = self.member_again(frame, key);
                self.compare(was, now, |session, was| {
                    if let Some(state) = session.frame_mut(frame).members.get_mut(&key) {
                        state.replace(was);
                    }
                })
            }
            Read::Let(decl) => {
                let was = self.passes.before[pass].lets.get(&decl);
                let was = was.and_then(|was| was.ok());
                let now = self.module_let(decl);
                self.compare(was, now, |session, was| {
                    session.lets.insert(decl, Ok(was));
                })
            }
            Read::Fact(kind, name, frame) => {
                // What a test's own name led to leads nowhere else than into the test, and the fleet's not into one.
                let test = self.passes.before[pass]
                    .frame(frame)
                    .and_then(|then| then.decl.test(self.db));
                self.fact_in(test, self.environment, kind, name) == Some(frame)
            }
            Read::Other => false,
        }
    }

    /// A frame in an environment before and here, if it is one of the same kind.
    fn both(&self, pass: usize, frame: FrameId) -> Option<(&Frame<'a>, &Frame<'a>)> {
        let then = self.passes.before[pass].frame(frame)?;
        let here = self.frames.get(frame.0 as usize)?.as_ref()?;
        (std::ptr::eq(then.layout, here.layout) && then.capability == here.capability)
            .then_some((then, here))
    }

    /// A frame of the latest environment before that has it.
    pub(super) fn frame_before(&self, id: FrameId) -> Option<&Frame<'a>> {
        let passes = self.passes.before.iter().rev();
        passes.filter_map(|pass| pass.frame(id)).next()
    }

    /// Whether a value is the same as before; then it is kept in the memory of that one, so that the next to compare it finds one
    /// and the same.
    fn compare(
        &mut self,
        was: Option<Node<'a>>,
        now: Eval<Node<'a>>,
        keep: impl FnOnce(&mut Self, Node<'a>),
    ) -> bool {
        let (Some(was), Ok(now)) = (was, now) else {
            return false;
        };
        if is_identical(&was, &now) {
            return true;
        }
        let same = same(&was, &now, 0);
        if same {
            keep(self, was);
        }
        same
    }
}

impl<'a> Pass<'a> {
    fn frame(&self, id: FrameId) -> Option<&Frame<'a>> {
        self.frames.get(id.0 as usize)?.as_ref()
    }
}

impl<'a> State<'a> {
    /// Keeps another node that is the same value: what it was made from here stays.
    fn replace(&mut self, node: Node<'a>) {
        if let Self::Done(result, _) = self {
            *result = Ok(node);
        }
    }

    /// The value, with what it was made from.
    fn known(&self) -> Option<(Node<'a>, Record<'a>)> {
        match self {
            Self::Done(Ok(node), record) => Some((*node, *record)),
            _ => None,
        }
    }
}

/// Whether two frames are of one instance. An environment is another one in each pass.
fn is_alike(then: &Frame<'_>, here: &Frame<'_>) -> bool {
    then.key != FrameKey::Environment
        && std::ptr::eq(then.layout, here.layout)
        && then.capability == here.capability
}

/// Whether a number of a setting is the same, and one of those that two frames have in common.
fn same_number(then: &[u32], here: &[u32], place: PlaceId, common: u32) -> bool {
    let (then, here) = (then[place.0 as usize], here[place.0 as usize]);
    then == here && here <= common
}

/// Whether two values are the same memory, made by the same expression.
fn is_identical(was: &Node<'_>, now: &Node<'_>) -> bool {
    was.origin == now.origin
        && match (was.value, now.value) {
            (Value::List(a), Value::List(b)) => std::ptr::eq(a, b),
            (Value::Record(a), Value::Record(b)) | (Value::Map(a), Value::Map(b)) => {
                std::ptr::eq(a, b)
            }
            (Value::Str(a), Value::Str(b)) => std::ptr::eq(a, b),
            (Value::Variant(a), Value::Variant(b)) => std::ptr::eq(a, b),
            (Value::Late(a), Value::Late(b)) => std::ptr::eq(a, b),
            _ => false,
        }
}

/// Whether two values are the same and were made by the same expressions.
fn same(was: &Node<'_>, now: &Node<'_>, depth: u32) -> bool {
    if is_identical(was, now) {
        return true;
    }
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
        (Value::List(a), Value::List(b)) => all_same(a, b, depth + 1),
        (Value::Record(a), Value::Record(b)) | (Value::Map(a), Value::Map(b)) => {
            same_fields(a, b, depth + 1)
        }
        (Value::Variant(a), Value::Variant(b)) => {
            a.name == b.name && same_fields(a.payload, b.payload, depth + 1)
        }
        (Value::Entity(a), Value::Entity(b)) => a == b,
        (Value::Late(a), Value::Late(b)) => same_late(a, b, depth + 1),
        _ => false,
    }
}

fn all_same(was: &[Node<'_>], now: &[Node<'_>], depth: u32) -> bool {
    was.len() == now.len() && was.iter().zip(now).all(|(was, now)| same(was, now, depth))
}

fn same_fields(was: &[Field<'_>], now: &[Field<'_>], depth: u32) -> bool {
    was.len() == now.len()
        && was
            .iter()
            .zip(now)
            .all(|(was, now)| was.key == now.key && same(&was.node, &now.node, depth))
}

fn same_late(was: &Late<'_>, now: &Late<'_>, depth: u32) -> bool {
    let form = match (was.form, now.form) {
        (LateForm::Text(a), LateForm::Text(b)) => all_same(a, b, depth),
        (LateForm::Field(a), LateForm::Field(b)) => a == b,
        (
            LateForm::Reference { store, name, key },
            LateForm::Reference {
                store: other_store,
                name: other_name,
                key: other_key,
            },
        ) => (store, name, key) == (other_store, other_name, other_key),
        _ => false,
    };
    form && was.stage == now.stage && was.secret == now.secret
}
