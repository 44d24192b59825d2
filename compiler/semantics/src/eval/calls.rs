//! Calls: declared functions, enum members with a payload, loops over built-in functions.

use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value};

use super::{Cx, Eval, MAX_DEPTH, Poison, Session};
use crate::db::DeclId;
use crate::hir::{self, Arg, BodyKind, ExprId, ForClause};
use crate::infer::{Context, Meaning};
use crate::problem::{Anchor, Problem};
use crate::ty::{FieldType, enum_variants, fn_signature};

use super::trace::{Step, StepKind};

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
            Meaning::Builtin(builtin) => {
                let mut values = Vec::with_capacity(args.len());
                for arg in args {
                    values.push(self.eval(cx, arg.value)?);
                }
                self.builtin(cx, id, *builtin, args, &values, origin)
            }
            Meaning::Variant(decl, index) => {
                let variant = &enum_variants(self.db, *decl).value[*index as usize];
                let values = self.arguments(cx, args, &variant.payload)?;
                let payload: Vec<Field<'a>> = variant
                    .payload
                    .iter()
                    .zip(values)
                    .map(|(field, node)| Field {
                        key: field.name.as_str(),
                        node,
                    })
                    .collect();
                let payload = self.slice(&payload)?;
                Ok(self.variant(variant.name.as_str(), payload, origin))
            }
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
        let signature = &fn_signature(self.db, decl).value;
        let values = self.arguments(cx, args, &signature.params)?;
        let BodyKind::Fn(function) = &hir::body(self.db, decl).kind else {
            return Err(Poison);
        };
        // A function that calls itself is the checker's finding.
        let called = |step: &Step| step.kind == StepKind::Call(decl);
        if self.stack.iter().any(called) {
            return Err(Poison);
        }
        let unit = self.unit(decl);
        let frame = cx.frame;
        self.step(
            Step {
                kind: StepKind::Call(decl),
                anchor: Some(Anchor::name(decl)),
            },
            |session| {
                session.with_locals(&values, |session| {
                    session.eval(Cx { frame, unit }, function.value)
                })
            },
        )
    }

    /// The values of arguments in the order of the parameters, defaults filled in.
    fn arguments(
        &mut self,
        cx: Cx<'a>,
        args: &'a [Arg],
        params: &'a [FieldType],
    ) -> Eval<Vec<Node<'a>>> {
        let mut values: Vec<Option<Node<'a>>> = vec![None; params.len()];
        let mut next = 0;
        for arg in args {
            let index = match &arg.name {
                Some((name, _)) => params.iter().position(|param| param.name == *name),
                None => {
                    next += 1;
                    Some(next - 1)
                }
            };
            let node = self.eval(cx, arg.value)?;
            match index.and_then(|index| values.get_mut(index)) {
                Some(slot) => *slot = Some(node),
                None => return Err(Poison),
            }
        }
        let mut filled = Vec::with_capacity(params.len());
        for (value, param) in values.into_iter().zip(params) {
            filled.push(match (value, param.default) {
                (Some(node), _) => node,
                (None, Some((decl, expr))) => {
                    let unit = self.unit(decl);
                    let frame = cx.frame;
                    self.with_locals(&[], |session| session.eval(Cx { frame, unit }, expr))?
                }
                (None, None) if param.ty.is_optional() => Node::new(Value::None, Origin::COMPILER),
                (None, None) => return Err(Poison),
            });
        }
        Ok(filled)
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
        let Meaning::Builtin(builtin) = cx.unit.infer.meanings[callee.0 as usize] else {
            return Err(Poison);
        };
        let mut items = Vec::new();
        self.walk(cx, clauses, &mut |session| {
            items.push(session.eval(cx, body)?);
            Ok(())
        })?;
        let list = Node::new(Value::List(self.slice(&items)?), origin);
        self.builtin(cx, id, builtin, &[], &[list], origin)
    }

    /// Evaluates something that others may need in turn: remembered on the stack, so that rings can be drawn, and not too deep.
    pub(super) fn step<T>(
        &mut self,
        step: Step,
        work: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        if self.stack.len() as u32 >= MAX_DEPTH {
            let mut problem =
                Problem::new(&codes::OUT_OF_FUEL, "values need each other too deeply").note(
                    format!("at most {MAX_DEPTH} steps from one value to another are followed"),
                );
            if let Some(at) = step.anchor {
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
