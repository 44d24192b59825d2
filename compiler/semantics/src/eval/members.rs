//! Members: lets, outputs, emissions as values, and the fields of instances and facts.

use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value};

use super::frames::{MemberKey, State};
use super::passes::Read;
use super::trace::{Step, StepKind};
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::DeclId;
use crate::hir::{self, BodyKind, LetDecl, NodeId};
use crate::infer::{EmitType, Member};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem};

/// Keys of a frame's members: lets, outputs, emissions.
const LET: u8 = 0;
const OUTPUT: u8 = 1;
const EMIT: u8 = 2;

impl<'a> Session<'a> {
    /// A member of the declaration whose expression is being evaluated.
    pub(super) fn member(
        &mut self,
        cx: Cx<'a>,
        member: &'a Member,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let Some(frame) = cx.frame else {
            return Err(Poison);
        };
        match member {
            Member::Place(name) => self.root_place(frame, name),
            Member::Let(index) if cx.unit.decl.kind(self.db) == ItemKind::Guardrail => {
                self.rule_let(cx, *index)
            }
            Member::Let(index) => self.let_member(frame, cx.unit.decl, *index),
            Member::Parameter(index) => self.parameter(cx, *index),
            Member::Output(name) => self.output(frame, name, origin),
            Member::Edge(index) => self.edge_value(frame, cx.unit.decl, *index, origin),
            Member::Emit(name) => self.emit_value(frame, name, origin),
        }
    }

    /// A fact or input by name. Facts are those of the outermost instance.
    pub(super) fn root_place(&mut self, frame: FrameId, name: &str) -> Eval<Node<'a>> {
        let layout = self.frame(frame).layout;
        match layout.root(name) {
            Some(place) if layout.place(place).input || self.frame(frame).outer.is_none() => {
                self.place(frame, place)
            }
            _ => {
                let root = self.root_of(frame);
                match self.frame(root).layout.root(name) {
                    Some(place) => self.place(root, place),
                    None => Err(Poison),
                }
            }
        }
    }

    fn once(
        &mut self,
        frame: FrameId,
        key: MemberKey,
        at: (DeclId, NodeId),
        name: &'a str,
        work: impl FnOnce(&mut Self) -> Eval<Node<'a>>,
    ) -> Eval<Node<'a>> {
        let known = self.frame(frame).members.get(&key).copied();
        if let Some(State::Done(result, _)) = known {
            return result;
        }
        let kind = StepKind::Member(frame, key.0, key.1, key.2, name);
        if let Some(State::Busy) = known {
            return self.ring(kind);
        }
        self.frame_mut(frame).members.insert(key, State::Busy);
        let step = Step { kind, at: Some(at) };
        let (result, record) = self.once_only(|session| {
            session.step(step, |session| match session.member_before(frame, key) {
                Some(node) => Ok(node),
                None => session.tagging(|session| session.with_locals(&[], work)),
            })
        });
        self.frame_mut(frame)
            .members
            .insert(key, State::Done(result, record));
        result
    }

    fn let_member(&mut self, frame: FrameId, decl: DeclId, index: u32) -> Eval<Node<'a>> {
        self.note(Read::Member(frame, (LET, decl, index)));
        if let Some(State::Done(result, _)) = self.frame(frame).members.get(&(LET, decl, index)) {
            return *result;
        }
        let lets: &'a [LetDecl] = match &hir::body(self.db, decl).kind {
            BodyKind::Service(service) => &service.lets,
            BodyKind::Capability(capability) => &capability.members.lets,
            BodyKind::Implementation(implementation) => &implementation.members.lets,
            BodyKind::Test(test) => &test.lets,
            _ => return Err(Poison),
        };
        let Some(binding) = lets.get(index as usize) else {
            return Err(Poison);
        };
        self.once(
            frame,
            (LET, decl, index),
            (decl, binding.node),
            &binding.name,
            |session| {
                let unit = session.unit(decl);
                let node = session.eval_apart(
                    Cx {
                        frame: Some(frame),
                        unit,
                    },
                    binding.value,
                )?;
                match unit.infer.declared.get(&binding.node) {
                    Some(ty) if binding.ty.is_some() => session.complete(node, ty),
                    _ => Ok(node),
                }
            },
        )
    }

    /// A `let` of a module.
    pub(super) fn module_let(&mut self, decl: DeclId) -> Eval<Node<'a>> {
        self.note(Read::Let(decl));
        if let Some(result) = self.lets.get(&decl) {
            return *result;
        }
        let BodyKind::Let(binding) = &hir::body(self.db, decl).kind else {
            return Err(Poison);
        };
        if self
            .stack
            .iter()
            .any(|step| step.kind == StepKind::Let(decl))
        {
            return self.ring(StepKind::Let(decl));
        }
        let step = Step {
            kind: StepKind::Let(decl),
            at: Some((decl, NodeId::NAME)),
        };
        let (result, _) = self.once_only(|session| {
            session.step(step, |session| {
                session.with_locals(&[], |session| {
                    let unit = session.unit(decl);
                    session.eval_apart(Cx { frame: None, unit }, binding.value)
                })
            })
        });
        self.lets.insert(decl, result);
        result
    }

    /// An output of an instance.
    pub(super) fn output(&mut self, frame: FrameId, name: &str, origin: Origin) -> Eval<Node<'a>> {
        let Some(signature) = self.frame(frame).signature else {
            return Err(Poison);
        };
        let Some(index) = signature
            .outputs
            .iter()
            .position(|output| output.name == name)
        else {
            return Err(Poison);
        };
        let sig = &signature.outputs[index];
        let capability = self.frame(frame).capability.unwrap_or(sig.declared.0);
        let key = (OUTPUT, capability, index as u32);
        self.note(Read::Member(frame, key));
        if let Some(State::Done(result, _)) = self.frame(frame).members.get(&key) {
            return *result;
        }
        // What an implementation says goes before what the contract says.
        let given = match self.provider_members(frame) {
            Some((decl, members)) => members
                .outputs
                .iter()
                .find(|own| own.name == name)
                .and_then(|own| Some((decl, own.value?))),
            None => None,
        };
        let Some((decl, value)) = given.or(sig.value) else {
            // Another environment may have somebody who gives it.
            self.note(Read::Other);
            if sig.ty.as_ref().is_some_and(crate::ty::Type::is_optional) {
                return Ok(Node::new(Value::None, origin));
            }
            return self.promised(frame, name, sig.declared);
        };
        self.once(frame, key, sig.declared, &sig.name, |session| {
            let unit = session.unit(decl);
            let node = session.eval_apart(
                Cx {
                    frame: Some(frame),
                    unit,
                },
                value,
            )?;
            match &sig.ty {
                Some(ty) => session.complete(node, ty),
                None => Ok(node),
            }
        })
    }

    fn promised(
        &mut self,
        frame: FrameId,
        name: &str,
        declared: (DeclId, NodeId),
    ) -> Eval<Node<'a>> {
        // An implementation that gives less than its contract promises is the checker's finding.
        let Some(ItemKind::Capability) = self.provider(frame).map(|decl| decl.kind(self.db)) else {
            return Err(Poison);
        };
        let decl = self.frame(frame).decl;
        let capability = self.frame(frame).capability.unwrap_or(decl);
        let problem = Problem::new(
            &codes::OUTPUT_MISSING,
            format!("`{}` gives no output `{name}`", capability.name(self.db)),
        )
        .at(
            Anchor::Node(declared.0, declared.1),
            "promised and not given",
        )
        .also(self.instance_anchor(frame), "needed here")
        .help(format!(
            "give it a value, or an implementation that does: `output {name} = …`"
        ));
        self.fail(problem)
    }

    /// A let or output by its key, as it was read before.
    pub(super) fn member_again(&mut self, frame: FrameId, key: MemberKey) -> Eval<Node<'a>> {
        let (kind, decl, index) = key;
        if kind == LET {
            return self.let_member(frame, decl, index);
        }
        let signature = self.frame(frame).signature.ok_or(Poison)?;
        let output = signature.outputs.get(index as usize).ok_or(Poison)?;
        self.output(frame, &output.name, Origin::COMPILER)
    }

    /// An emission, as a value: what its block says, before the target's defaults.
    fn emit_value(&mut self, frame: FrameId, name: &str, origin: Origin) -> Eval<Node<'a>> {
        self.note(Read::Other);
        let Some((decl, members)) = self.provider_members(frame) else {
            return Err(Poison);
        };
        let Some(index) = members.emits.iter().position(|emit| emit.name == name) else {
            return Ok(Node::new(Value::None, origin));
        };
        let emit = &members.emits[index];
        self.once(
            frame,
            (EMIT, decl, index as u32),
            (decl, emit.node),
            &emit.name,
            |session| {
                // An instance that is emitted comes to be by being read.
                session.note(Read::Other);
                let unit = session.unit(decl);
                let cx = Cx {
                    frame: Some(frame),
                    unit,
                };
                let origin = Origin {
                    body: unit.origin,
                    node: emit.node.0,
                };
                let Some(each) = &emit.each else {
                    let node = session.emitted(cx, emit, (index as u32, 0), &[], origin)?;
                    return Ok(node.unwrap_or(Node::new(Value::None, origin)));
                };
                let map = session.eval(cx, each.map)?;
                let map = session.open(map)?;
                let mut entries = Vec::new();
                for (number, field) in map.value.fields().unwrap_or_default().iter().enumerate() {
                    let key = Node::new(Value::Str(field.key), field.node.origin);
                    let binders = session.slice(&[key, field.node])?;
                    let number = (index as u32, number as u32);
                    let node = session.with_locals(binders, |session| {
                        session.emitted(cx, emit, number, binders, origin)
                    })?;
                    entries.extend(node.map(|node| Field {
                        key: field.key,
                        node,
                    }));
                }
                Ok(Node::new(Value::Map(session.slice(&entries)?), origin))
            },
        )
    }

    /// One emission as a value: an instance, or what the object's block says; `None` when its condition does not hold.
    fn emitted(
        &mut self,
        cx: Cx<'a>,
        emit: &'a hir::EmitDecl,
        number: (u32, u32),
        binders: &'a [Node<'a>],
        origin: Origin,
    ) -> Eval<Option<Node<'a>>> {
        if let Some(when) = emit.when
            && !self.holds_now(cx, when)?
        {
            return Ok(None);
        }
        if let Some(EmitType::Capability(capability)) = cx.unit.infer.emits.get(&emit.node) {
            let inner = self.composition(cx, emit, *capability, number, binders)?;
            return Ok(Some(Node::new(Value::Entity(inner.0), origin)));
        }
        self.entries_record(cx, &emit.entries, origin).map(Some)
    }

    /// A field of an instance or fact.
    pub(super) fn entity_field(
        &mut self,
        frame: FrameId,
        name: &str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        self.burn(1)?;
        let known = self.frame(frame);
        if let Some(signature) = known.signature
            && signature.outputs.iter().any(|output| output.name == name)
        {
            return self.output(frame, name, origin);
        }
        if known.layout.root(name).is_some()
            || self.frame(self.root_of(frame)).layout.root(name).is_some()
        {
            return self.root_place(frame, name);
        }
        match name {
            "name" => {
                let name = known.name;
                self.note_name(frame);
                self.look_at_name(frame);
                Ok(Node::new(Value::Str(name), origin))
            }
            "environment" => {
                let environment = known.environment;
                self.note_environment(environment);
                let id = self.fact_frame(environment, environment);
                Ok(Node::new(Value::Entity(id.0), origin))
            }
            "key" => self.environment_key(frame, origin),
            _ => Err(Poison),
        }
    }

    /// The key of an environment that exists per pull request or the like, if one was given.
    fn environment_key(&mut self, frame: FrameId, origin: Origin) -> Eval<Node<'a>> {
        self.note(Read::Other);
        let decl = self.frame(frame).decl;
        let name = decl.name(self.db);
        let keys = crate::db::Project::get(self.db).environment_keys(self.db);
        let key = keys.iter().find(|(environment, _)| environment == name);
        Ok(Node::new(
            key.map_or(Value::None, |(_, key)| Value::Str(key.as_str())),
            origin,
        ))
    }

    /// A record view of an instance or fact, for `..e`.
    pub(super) fn open(&mut self, node: Node<'a>) -> Eval<Node<'a>> {
        let Value::Entity(id) = node.value else {
            return Ok(node);
        };
        let frame = FrameId(id);
        let layout = self.frame(frame).layout;
        let mut fields = self.list_of(layout.root_names().count());
        for (name, place) in layout.root_names() {
            let value = self.place(frame, place)?;
            fields.push(Field {
                key: name.as_str(),
                node: value,
            });
        }
        Ok(Node::new(Value::Record(self.keep(fields)?), node.origin))
    }
}
