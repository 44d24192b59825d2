//! Calls: declared functions, enum members with a payload, loops over built-in functions.

use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value};
use rustc_hash::FxHashMap;

use super::{Cx, Eval, FrameId, MAX_DEPTH, Poison, Session};
use crate::db::DeclId;
use crate::hir::{Arg, ExprId, ForClause, NodeId};
use crate::infer::{Builtin, Context, Meaning};
use crate::problem::Problem;
use crate::ty::{FieldType, enum_variants};

use super::passes::Record;
use super::trace::{Step, StepKind};

/// What calls have given: a remembered call costs the same again (S13).
pub(super) type Calls<'a> = FxHashMap<Call<'a>, (Node<'a>, Record<'a>)>;

/// A call: equal ones give the same value, made by the same expressions.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Call<'a> {
    function: DeclId,
    frame: Option<FrameId>,
    values: &'a [Identity],
}

/// Which value an argument is, as opposed to what it says: its kind, where it stands in memory or what it is, how long it is, and
/// what made it. The arena and the sources outlive the session, so that no address is used twice.
type Identity = (u8, usize, usize, Origin);

fn identity(node: &Node<'_>) -> Identity {
    fn slice<T>(kind: u8, items: &[T], origin: Origin) -> Identity {
        let at = if items.is_empty() {
            0
        } else {
            items.as_ptr().addr()
        };
        (kind, at, items.len(), origin)
    }
    let scalar = |kind, bits: u64| (kind, bits as usize, 0, node.origin);
    let single = |kind, at: usize| (kind, at, 0, node.origin);
    match node.value {
        Value::None => scalar(0, 0),
        Value::Bool(value) => scalar(1, u64::from(value)),
        Value::Int(value) => scalar(2, value.cast_unsigned()),
        Value::Float(value) => scalar(3, value.to_bits()),
        Value::Date(date) => scalar(
            4,
            u64::from(date.year) << 16 | u64::from(date.month) << 8 | u64::from(date.day),
        ),
        Value::Str(text) => slice(5, text.as_bytes(), node.origin),
        Value::List(items) => slice(6, items, node.origin),
        Value::Record(fields) => slice(7, fields, node.origin),
        Value::Map(fields) => slice(8, fields, node.origin),
        Value::Quantity(quantity) => single(9, std::ptr::from_ref(quantity).addr()),
        Value::Ratio(ratio) => single(10, std::ptr::from_ref(ratio).addr()),
        Value::Variant(variant) => single(11, std::ptr::from_ref(variant).addr()),
        Value::Late(late) => single(12, std::ptr::from_ref(late).addr()),
        // An instance is never written, so that it does not matter who spoke of it.
        Value::Entity(frame) => (13, frame as usize, 0, Origin::COMPILER),
    }
}

impl<'a> Session<'a> {
    pub(super) fn call(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        callee: ExprId,
        args: &'a [Arg],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        match &cx.unit.infer.meanings[callee.0 as usize] {
            Meaning::Function(decl) => self.function(cx, *decl, args),
            Meaning::Builtin(Builtin::Length) if self.tracks() && args.len() == 1 => {
                let of = self.eval_apart(cx, args[0].value)?;
                let length = self.builtin(cx, id, Builtin::Length, args, &[of], origin)?;
                Ok(self.tagging_length(length, &of))
            }
            Meaning::Builtin(builtin) => {
                let mut values = self.list_of(args.len());
                for arg in args {
                    values.push(self.eval(cx, arg.value)?);
                }
                self.builtin(cx, id, *builtin, args, &values, origin)
            }
            Meaning::Variant(decl, index) => {
                let variant = &enum_variants(self.db, *decl).value[*index as usize];
                let values = self.arguments(cx, args, &variant.payload)?;
                let mut payload = self.list_of(values.len());
                payload.extend(
                    variant
                        .payload
                        .iter()
                        .zip(values)
                        .map(|(field, node)| Field {
                            key: field.name.as_str(),
                            node: *node,
                        }),
                );
                let payload = self.keep(payload)?;
                Ok(self.variant(variant.name.as_str(), payload, origin))
            }
            Meaning::Test(function) => self.test_function(cx, id, *function, args, origin),
            Meaning::Context(context @ (Context::Edges | Context::Callers)) => {
                let Some(Meaning::Capability(capability)) = args
                    .first()
                    .map(|arg| &cx.unit.infer.meanings[arg.value.0 as usize])
                else {
                    return Err(Poison);
                };
                match context {
                    Context::Edges => self.edges(cx, Some(*capability), origin),
                    _ => self.callers(cx, Some(*capability), origin),
                }
            }
            _ => Err(Poison),
        }
    }

    fn function(&mut self, cx: Cx<'a>, decl: DeclId, args: &'a [Arg]) -> Eval<Node<'a>> {
        let unit = self.unit(decl);
        let Some((signature, function)) = unit.function else {
            return Err(Poison);
        };
        let values = self.arguments(cx, args, &signature.params)?;
        let call = self.call_of(decl, cx.frame, values);
        let known = call.as_ref().and_then(|call| self.calls.get(call));
        if let Some((node, record)) = known.copied() {
            self.use_again(record)?;
            return Ok(node);
        }
        // A function that calls itself is the checker's finding.
        let called = |step: &Step<'a>| step.kind == StepKind::Call(decl);
        if self.stack.iter().any(called) {
            return Err(Poison);
        }
        let frame = cx.frame;
        let mark = self.mark();
        let step = Step {
            kind: StepKind::Call(decl),
            at: Some((decl, NodeId::NAME)),
        };
        let node = self.step(step, |session| {
            if let Some(node) = call.as_ref().and_then(|call| session.call_before(call)) {
                return Ok(node);
            }
            session.with_locals(values, |session| {
                session.eval_apart(Cx { frame, unit }, function.value)
            })
        })?;
        if let Some(call) = call {
            let record = self.since(mark);
            self.calls.insert(call, (node, record));
        }
        Ok(node)
    }

    /// What a call is known by, if it is worth remembering: functions of an instance are called for each of its objects, those of
    /// what it is made of at least in each environment.
    fn call_of(
        &self,
        function: DeclId,
        frame: Option<FrameId>,
        values: &[Node<'a>],
    ) -> Option<Call<'a>> {
        let several = self.passes.several;
        let worth = |node: &Node<'a>| match node.value {
            Value::Entity(_) => true,
            Value::Record(_) | Value::Map(_) | Value::List(_) => several,
            _ => false,
        };
        if self.parts_for.is_some() || !values.iter().any(worth) {
            return None;
        }
        let values = self
            .arena
            .alloc_slice_fill_iter(values.iter().map(identity));
        Some(Call {
            function,
            frame,
            values,
        })
    }

    /// The values of arguments in the order of the parameters, defaults filled in.
    fn arguments(
        &mut self,
        cx: Cx<'a>,
        args: &'a [Arg],
        params: &'a [FieldType],
    ) -> Eval<&'a [Node<'a>]> {
        let mut values = self.list_of(params.len());
        if args.len() <= params.len() && args.iter().all(|arg| arg.name.is_none()) {
            for arg in args {
                values.push(self.eval_apart(cx, arg.value)?);
            }
            for param in &params[args.len()..] {
                values.push(self.default_argument(cx, param)?);
            }
        } else {
            let given = self.named_arguments(cx, args, params)?;
            for (value, param) in given.into_iter().zip(params) {
                values.push(match value {
                    Some(node) => node,
                    None => self.default_argument(cx, param)?,
                });
            }
        }
        Ok(values.into_bump_slice())
    }

    /// The arguments in the order of the parameters, some of them by name.
    fn named_arguments(
        &mut self,
        cx: Cx<'a>,
        args: &'a [Arg],
        params: &'a [FieldType],
    ) -> Eval<ArenaVec<'a, Option<Node<'a>>>> {
        let mut given: ArenaVec<'a, Option<Node<'a>>> = self.list_of(params.len());
        given.resize(params.len(), None);
        let mut next = 0;
        for arg in args {
            let index = match &arg.name {
                Some((name, _)) => params.iter().position(|param| param.name == *name),
                None => {
                    next += 1;
                    Some(next - 1)
                }
            };
            let node = self.eval_apart(cx, arg.value)?;
            match index.and_then(|index| given.get_mut(index)) {
                Some(slot) => *slot = Some(node),
                None => return Err(Poison),
            }
        }
        Ok(given)
    }

    fn default_argument(&mut self, cx: Cx<'a>, param: &'a FieldType) -> Eval<Node<'a>> {
        match param.default {
            Some((decl, expr)) => {
                let unit = self.unit(decl);
                let frame = cx.frame;
                self.with_locals(&[], |session| session.eval_apart(Cx { frame, unit }, expr))
            }
            None if param.ty.is_optional() => Ok(Node::new(Value::None, Origin::COMPILER)),
            None => Err(Poison),
        }
    }

    /// `all(p for x in xs)` and its kin. `all` and `any` stop as soon as they know.
    pub(super) fn call_for(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        callee: ExprId,
        body: ExprId,
        clauses: &'a [ForClause],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        if let Some(value) = self.aggregate(cx, id, origin) {
            return value;
        }
        let Meaning::Builtin(builtin) = cx.unit.infer.meanings[callee.0 as usize] else {
            return Err(Poison);
        };
        let mut items = self.list_of(0);
        self.walk(cx, clauses, &mut |session| {
            items.push(session.eval(cx, body)?);
            Ok(())
        })?;
        let list = Node::new(Value::List(self.keep(items)?), origin);
        self.builtin(cx, id, builtin, &[], &[list], origin)
    }

    /// Evaluates something that others may need in turn: remembered on the stack, so that rings can be drawn, and not too deep.
    pub(super) fn step<T>(
        &mut self,
        step: Step<'a>,
        work: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        if self.stack.len() as u32 >= MAX_DEPTH {
            let mut problem =
                Problem::new(&codes::OUT_OF_FUEL, "values need each other too deeply").note(
                    format!("at most {MAX_DEPTH} steps from one value to another are followed"),
                );
            if let Some(at) = step.anchor() {
                problem = problem.at(at, "stopped here");
            }
            return self.fail(problem);
        }
        self.stack.push(step);
        let result = stacker::maybe_grow(256 * 1024, 2 * 1024 * 1024, || work(self));
        self.stack.pop();
        result
    }
}
