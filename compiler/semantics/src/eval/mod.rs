//! Evaluation: what an instance (a service in an environment) comes to.
//!
//! A [`Session`] evaluates one instance with whatever it reads of others. Places and members are evaluated when they are first
//! read and kept; a place that is read while it is being evaluated closes a ring, which is drawn from the stack. Values live in
//! an arena that is dropped with the session. Every step costs fuel, so that a program that would explode ends in a finding.

mod access;
mod builtins;
mod calls;
mod complete;
mod conform;
mod context;
mod digest;
mod draft;
mod edges;
mod emit;
mod expectations;
mod exposed;
mod expr;
mod frames;
mod influence;
mod late;
mod members;
mod objects;
mod operands;
mod operators;
mod overlays;
mod passes;
mod places;
mod records;
mod requirements;
pub(crate) mod rules;
mod text;
mod trace;

use std::cell::Cell;

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::tree::Digest;
use plat_model::{Node, Origin, Value};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, Body, ExprId, NodeId};
use crate::infer::{self, Inference};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};
use crate::rules::{Contribution, Judged};
use crate::scope::test_around;
use crate::ty::{FnSignature, fn_signature};

pub use emit::{Emission, ObjectKey};
pub use expectations::{Expectations, Found, Known, Taken, expectations};
pub use exposed::{Exposed, exposed};
pub use influence::{Influence, Probe, Probed, is_probed, probe};
pub use rules::{
    ChangeFacts, Columns, Judgement, judge_changes, judge_data, judge_fleet, judges_changes,
};
pub use trace::{LayerEntry, PlaceTrace};

pub(crate) use frames::{Frame, FrameId, FrameKey};

/// Steps that one instance may take (S13).
pub const FUEL: u64 = 1_000_000;
/// How many declarations an instance takes to evaluate, more or less.
const UNITS: usize = 112;
/// Into how many instances and facts it looks, and which calls it remembers, more or less.
const FRAMES: usize = 28;
const CALLS: usize = 112;
/// How deep values may need each other.
const MAX_DEPTH: u32 = 400;

/// Evaluation stopped; the reason has been reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poison;

/// The result of evaluating something.
pub type Eval<T> = Result<T, Poison>;

/// A declaration with what is known of its expressions.
pub(crate) struct Unit<'a> {
    pub(crate) decl: DeclId,
    pub(crate) body: &'a Body,
    pub(crate) infer: &'a Inference,
    /// The test whose own facts its names mean first.
    pub(crate) test: Option<DeclId>,
    /// The number by which origins name it.
    pub(crate) origin: u32,
    /// What a function takes, and what it does.
    function: Option<(&'a FnSignature, &'a hir::FnBody)>,
}

/// Where an expression is evaluated: whose members its names mean, and whose expressions they are.
#[derive(Clone, Copy)]
pub(crate) struct Cx<'a> {
    pub(crate) frame: Option<FrameId>,
    pub(crate) unit: &'a Unit<'a>,
}

/// Evaluates one instance.
pub struct Session<'a> {
    pub(crate) db: &'a dyn Db,
    pub(crate) arena: &'a Bump,
    pub(crate) environment: DeclId,
    /// By number; nothing where an environment before had a frame that has not been asked for here.
    pub(crate) frames: Vec<Option<Frame<'a>>>,
    numbers: FxHashMap<FrameKey, FrameId>,
    units: FxHashMap<DeclId, &'a Unit<'a>>,
    /// The one that was asked for last: neighbouring settings are mostly of one declaration.
    recent_unit: Option<&'a Unit<'a>>,
    /// The declarations by the numbers of origins, from 1.
    pub(crate) bodies: Vec<DeclId>,
    lets: FxHashMap<DeclId, Eval<Node<'a>>>,
    calls: calls::Calls<'a>,
    pub(crate) locals: Vec<Node<'a>>,
    pub(crate) local_base: usize,
    /// What is being evaluated, outermost first: to draw rings.
    stack: Vec<trace::Step<'a>>,
    /// Where text is put together.
    text_buffer: String,
    fuel: u64,
    /// Whether the end of the fuel has been reported.
    exhausted: bool,
    /// Whether the checker has nothing to say about any of the declarations that were evaluated.
    checked_clean: bool,
    passes: passes::Passes<'a>,
    /// The edge and consumer that the output `parts` is evaluated for.
    pub(crate) parts_for: Option<(Node<'a>, Node<'a>)>,
    /// What the expectations of a test are judged by.
    expecting: Option<Box<expectations::Expecting<'a>>>,
    pub(crate) problems: Vec<Problem>,
    /// The address that findings are about.
    subject: String,
    /// What it judges by.
    judging: rules::Judging<'a>,
    /// What values were decided by, if anybody wants to know.
    influences: Option<Box<influence::Influences<'a>>>,
}

/// What came of evaluating a declaration in all its environments.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Evaluation {
    /// What is wrong, with the instance as subject.
    pub problems: Vec<Problem>,
    /// The objects that it emits, by environment and path.
    pub objects: Vec<ObjectKey>,
    /// What they come to in each environment in which there are any, in the order of environments.
    pub digests: Vec<(DeclId, Digest)>,
    /// What rules found.
    pub judged: Vec<Judged>,
    /// What it gives to rules over whole collections.
    pub contributions: Vec<Contribution>,
}

/// Evaluates a declaration in every environment in which it is present.
#[salsa::tracked]
pub fn evaluate(db: &dyn Db, decl: DeclId) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let environments = environments::of(db, decl);
    let mut judgement = Judgement::default();
    let judge = Some(&mut judgement);
    let problems = emit_each(
        db,
        decl,
        environments,
        judge,
        &mut |environment, emission| {
            evaluation
                .objects
                .extend(emission.keys(db, decl, environment));
            let digest = emission.digest().map(|digest| (environment, digest));
            evaluation.digests.extend(digest);
        },
    );
    evaluation.problems = problems.concat();
    evaluation.judged = judgement.judged;
    evaluation.contributions = judgement.contributions;
    // It is kept for every instance.
    evaluation.objects.shrink_to_fit();
    evaluation
}

/// Evaluates a declaration in one environment and hands over its objects, which live only during the call. The result is what is
/// wrong. A declaration that is not present there has no objects.
pub fn emit(
    db: &dyn Db,
    decl: DeclId,
    environment: DeclId,
    sink: &mut dyn FnMut(&Emission<'_>),
) -> Vec<Problem> {
    if !emits_in(db, decl, environment) {
        return Vec::new();
    }
    emit_each(db, decl, &[environment], None, &mut |_, emission| {
        sink(emission)
    })
    .concat()
}

/// Evaluates a declaration in several environments, one after another, and hands over its objects in each: none where it is not
/// present. They live only during the call. The result is what is wrong in each. With a judgement, rules are judged, too.
pub fn emit_each(
    db: &dyn Db,
    decl: DeclId,
    environments: &[DeclId],
    mut judgement: Option<&mut Judgement<'_>>,
    sink: &mut dyn FnMut(DeclId, &Emission<'_>),
) -> Vec<Vec<Problem>> {
    with_arena(|arena| {
        let mut session: Option<Session<'_>> = None;
        let in_each = environments.iter().map(|&environment| {
            if !emits_in(db, decl, environment) {
                sink(environment, &Emission::default());
                return Vec::new();
            }
            let session = match &mut session {
                Some(session) => {
                    session.next_pass(environment);
                    session
                }
                None => {
                    let session = session.insert(Session::new(db, arena, environment));
                    session.passes.several = environments.len() > 1;
                    session
                }
            };
            let emission = session.emission(decl);
            sink(environment, &emission);
            if let Some(judgement) = judgement.as_deref_mut() {
                session.judge(decl, &emission.objects, judgement);
            }
            std::mem::take(&mut session.problems)
        });
        in_each.collect()
    })
}

fn with_capacity<K, V>(capacity: usize) -> FxHashMap<K, V> {
    FxHashMap::with_capacity_and_hasher(capacity, FxBuildHasher)
}

/// An arena larger than this is given back to the system.
const KEPT_ARENA: usize = 4 << 20;

/// Works in an arena. The memory of the thread's last one is taken again: instances are many, and most of one size.
fn with_arena<T>(work: impl FnOnce(&Bump) -> T) -> T {
    thread_local! {
        static SPARE: Cell<Option<Bump>> = const { Cell::new(None) };
    }
    let mut arena = SPARE.take().unwrap_or_default();
    let result = work(&arena);
    if arena.allocated_bytes() <= KEPT_ARENA {
        arena.reset();
        SPARE.set(Some(arena));
    }
    result
}

/// Whether a declaration has objects in an environment: those where it is present; for an environment, itself.
fn emits_in(db: &dyn Db, decl: DeclId, environment: DeclId) -> bool {
    environments::declared_in(db, decl, environment)
        && (decl.kind(db) != ItemKind::Environment || decl == environment)
}

/// What the condition of an implementation says in an environment, and why when it does not hold. `None` when it cannot be
/// evaluated.
pub fn environment_condition(
    db: &dyn Db,
    environment: DeclId,
    decl: DeclId,
    condition: ExprId,
) -> Option<(bool, String)> {
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    let frame = session.fact_frame(environment, environment);
    let unit = session.unit(decl);
    let cx = Cx {
        frame: Some(frame),
        unit,
    };
    match session.eval(cx, condition).ok()?.value {
        Value::Bool(true) => Some((true, String::new())),
        Value::Bool(false) => {
            let why = session.explain_condition(cx, condition);
            Some((false, why))
        }
        _ => None,
    }
}

/// Whether an environment exists once per something, such as a pull request, so that only a key says which copy is meant.
pub fn exists_per_key(db: &dyn Db, environment: DeclId) -> bool {
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    let frame = session.fact_frame(environment, environment);
    let Some(place) = session.frame(frame).layout.root("per") else {
        return false;
    };
    let per = session.place(frame, place);
    per.is_ok_and(|node| !matches!(node.value, Value::None))
}

/// How the value of a place of an instance came about: what each layer says, and the result.
pub fn trace_place(
    db: &dyn Db,
    decl: DeclId,
    environment: DeclId,
    path: &[&str],
) -> Option<PlaceTrace> {
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    session.trace(decl, path)
}

impl<'a> Session<'a> {
    pub(crate) fn new(db: &'a dyn Db, arena: &'a Bump, environment: DeclId) -> Self {
        Self {
            db,
            arena,
            environment,
            frames: Vec::new(),
            numbers: with_capacity(FRAMES),
            units: with_capacity(UNITS),
            recent_unit: None,
            bodies: Vec::with_capacity(UNITS),
            lets: FxHashMap::default(),
            calls: with_capacity(CALLS),
            locals: Vec::new(),
            local_base: 0,
            stack: Vec::new(),
            text_buffer: String::new(),
            fuel: FUEL,
            exhausted: false,
            checked_clean: true,
            passes: passes::Passes::default(),
            parts_for: None,
            expecting: None,
            problems: Vec::new(),
            subject: String::new(),
            judging: rules::Judging::default(),
            influences: None,
        }
    }

    pub(crate) fn unit(&mut self, decl: DeclId) -> &'a Unit<'a> {
        if let Some(unit) = self.recent_unit
            && unit.decl == decl
        {
            return unit;
        }
        let unit = match self.units.get(&decl) {
            Some(unit) => *unit,
            None => self.new_unit(decl),
        };
        self.recent_unit = Some(unit);
        unit
    }

    #[cold]
    fn new_unit(&mut self, decl: DeclId) -> &'a Unit<'a> {
        self.bodies.push(decl);
        let body = hir::body(self.db, decl);
        let function = match &body.kind {
            hir::BodyKind::Fn(function) => Some((&fn_signature(self.db, decl).value, function)),
            _ => None,
        };
        let infer = infer::infer(self.db, decl);
        self.checked_clean &= !infer.problems.iter().any(Problem::is_error);
        let unit: &'a Unit<'a> = self.arena.alloc(Unit {
            decl,
            body,
            infer,
            test: test_around(self.db, decl),
            origin: self.bodies.len() as u32,
            function,
        });
        self.units.insert(decl, unit);
        unit
    }

    pub(crate) fn origin(cx: Cx<'a>, id: ExprId) -> Origin {
        Origin {
            body: cx.unit.origin,
            node: cx.unit.body.expr_nodes[id.0 as usize].0,
        }
    }

    /// Where a value was made, if a source line made it.
    pub(crate) fn anchor(&self, origin: Origin) -> Option<Anchor> {
        let decl = *self.bodies.get(origin.body.checked_sub(1)? as usize)?;
        Some(Anchor::Node(decl, NodeId(origin.node)))
    }

    /// Takes a step; out of fuel, everything that is left is poison.
    #[inline]
    pub(crate) fn burn(&mut self, amount: u64) -> Eval<()> {
        match self.fuel.checked_sub(amount) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => self.out_of_fuel(),
        }
    }

    #[cold]
    fn out_of_fuel(&mut self) -> Eval<()> {
        if !self.exhausted {
            self.exhausted = true;
            self.fuel = 0;
            let at = self.stack.last().and_then(trace::Step::anchor);
            let at = at.or_else(|| Some(Anchor::name(self.frames.first()?.as_ref()?.decl)));
            let mut problem = Problem::new(&codes::OUT_OF_FUEL, "this computation grows too large")
                .note(format!("one instance may take {FUEL} steps; doubling something forty times is a million million"))
                .help("make fewer or smaller intermediate lists, maps and texts");
            if let Some(at) = at {
                problem = problem.at(at, "stopped while computing this");
            }
            self.report(problem);
        }
        Err(Poison)
    }

    /// Records a finding about the instance, unless the checker has found fault with the very same place.
    pub(crate) fn report(&mut self, problem: Problem) {
        self.note_report();
        if self.checker_knows(&problem) {
            return;
        }
        let problem = if problem.subject.is_none() && !self.subject.is_empty() {
            problem.subject(self.subject.clone())
        } else {
            problem
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Whether the checker reports an error where this finding stands: what comes of evaluating that is no news.
    fn checker_knows(&self, problem: &Problem) -> bool {
        let place = |anchor: &Anchor| match anchor {
            Anchor::Node(decl, node) | Anchor::InString(decl, node, _) => Some((*decl, *node)),
            _ => None,
        };
        let Some((decl, node)) = problem.primary.as_ref().and_then(|label| place(&label.at)) else {
            return false;
        };
        let here = |at: &Anchor| place(at) == Some((decl, node));
        let errors = |decl: DeclId| {
            let found = &infer::infer(self.db, decl).problems;
            found.iter().filter(|known| known.is_error())
        };
        let same = |known: &Problem| std::ptr::eq(known.code, problem.code);
        // Many findings stand at a declaration's name: there, only the same one is no news.
        errors(decl).any(|known| {
            known.primary.as_ref().is_some_and(|label| here(&label.at))
                && (node != NodeId::NAME || same(known))
        }) || self
            .frames
            .iter()
            .flatten()
            .filter_map(|frame| frame.capability)
            // A capability may narrow what its contract's default was checked against.
            .any(|capability| {
                errors(capability)
                    .any(|known| same(known) && known.secondary.iter().any(|label| here(&label.at)))
            })
    }

    /// Whether the checker has such a finding about any of the declarations that were evaluated.
    pub(crate) fn checker_reports(&self, wanted: impl Fn(&Problem) -> bool) -> bool {
        let known = |decl: &DeclId| infer::infer(self.db, *decl).problems.iter().any(&wanted);
        self.bodies.iter().any(known)
    }

    /// Records a finding and gives up on the value.
    pub(crate) fn fail<T>(&mut self, problem: Problem) -> Eval<T> {
        self.report(problem);
        Err(Poison)
    }

    pub(crate) fn text(&mut self, text: &str) -> Eval<&'a str> {
        self.burn(1 + text.len() as u64 / 16)?;
        Ok(self.arena.alloc_str(text))
    }

    pub(crate) fn slice<T: Copy>(&mut self, items: &[T]) -> Eval<&'a [T]> {
        self.burn(1 + size_of_val(items) as u64 / 16)?;
        Ok(self.arena.alloc_slice_copy(items))
    }

    /// An empty list in the arena, to be filled and [kept](Self::keep).
    pub(crate) fn list_of<T>(&self, capacity: usize) -> ArenaVec<'a, T> {
        ArenaVec::with_capacity_in(capacity, self.arena)
    }

    /// A filled list as a part of a value.
    pub(crate) fn keep<T: Copy>(&mut self, items: ArenaVec<'a, T>) -> Eval<&'a [T]> {
        self.burn(1 + size_of_val(&*items) as u64 / 16)?;
        Ok(items.into_bump_slice())
    }
}
