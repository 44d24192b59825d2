//! Judging: every rule over an instance, its objects and edges, right after the instance has been evaluated.

mod alone;
mod changes;
mod columns;
mod relations;
mod repair;
mod subjects;
mod truth;
mod why;

use plat_model::{Node, Object, Value};
use smol_str::SmolStr;

use super::{Cx, FUEL, FrameId, Session};
use crate::db::DeclId;
use crate::hir::{self, BodyKind, GuardrailBody};
use crate::infer::Collection;
use crate::items::ItemKind;
use crate::program::capability_is;
use crate::rules::{Contribution, InForce, Judged, Outcome, RulesIn, Verdict, rules_for};

pub use alone::judge_data;
pub use changes::{ChangeFacts, judge_changes, judges_changes};
pub use columns::{Columns, judge_fleet};
pub(super) use subjects::{containers_of, is_hidden, pod_path};
pub(crate) use truth::Truth;

/// What judging finds.
#[derive(Default)]
pub struct Judgement<'v> {
    /// What is broken or unverified.
    pub judged: Vec<Judged>,
    /// What the instance gives to rules over whole collections.
    pub contributions: Vec<Contribution>,
    /// What is wrong with rules over the fleet themselves.
    pub problems: Vec<crate::problem::Problem>,
    /// Who wants to know of every rule and subject.
    pub each: Option<&'v mut dyn FnMut(Verdict<'_>)>,
}

/// What a session judges by.
#[derive(Default)]
pub(super) struct Judging<'a> {
    /// The rule that is being judged.
    rule: Option<&'a InForce>,
    /// What whole collections come to, for rules over them.
    columns: Option<&'a Columns>,
    /// The objects of the instance that is being judged.
    objects: Option<(FrameId, &'a [Object<'a>])>,
}

impl<'a> Session<'a> {
    /// Judges a declaration that has just been evaluated.
    pub(super) fn judge(
        &mut self,
        decl: DeclId,
        objects: &[Object<'a>],
        judgement: &mut Judgement<'_>,
    ) {
        let environment = self.environment;
        let rules: &'a RulesIn = rules_for(self.db, decl.test(self.db), environment);
        if rules.all.is_empty() {
            return;
        }
        let frame = self.fact_frame(decl, environment);
        let objects: &'a [Object<'a>] = self.arena.alloc_slice_copy(objects);
        self.judging.objects = Some((frame, objects));
        let reads = self.mark_reads();
        self.judge_instance(decl, frame, rules, judgement);
        self.judge_objects(frame, objects, rules, judgement);
        self.contribute(decl, frame, rules, judgement);
        self.forget_reads(reads);
        self.judging = Judging::default();
    }

    fn judge_instance(
        &mut self,
        decl: DeclId,
        frame: FrameId,
        rules: &'a RulesIn,
        judgement: &mut Judgement<'_>,
    ) {
        let kind = decl.kind(self.db);
        let address = self.address(frame);
        let node = self.entity(frame);
        if kind == ItemKind::Service {
            for collection in [Collection::Services, Collection::Instances] {
                for (_, rule) in rules.of(collection) {
                    if self.concerns(rule, frame) {
                        self.judge_subject(rule, frame, node, &address, judgement);
                    }
                }
            }
        }
        if rules.of(Collection::Resources).next().is_some() {
            if kind == ItemKind::Resource {
                self.judge_resource(frame, rules, judgement);
            }
            for owned in self.owned_instances(frame) {
                self.judge_resource(owned, rules, judgement);
            }
        }
        if kind.is_instance() && rules.of(Collection::Edges).next().is_some() {
            let edges = self.edge_subjects(frame);
            for (edge, capability) in edges {
                for (_, rule) in rules.of(Collection::Edges) {
                    let wanted = rule.walked.capability;
                    let fits = wanted.is_none_or(|wanted| {
                        capability.is_some_and(|have| capability_is(self.db, have, wanted))
                    });
                    if fits {
                        let address = self.edge_address(&address, &edge);
                        self.judge_subject(rule, frame, edge, &address, judgement);
                    }
                }
            }
        }
    }

    fn judge_resource(
        &mut self,
        frame: FrameId,
        rules: &'a RulesIn,
        judgement: &mut Judgement<'_>,
    ) {
        let (address, node) = (self.address(frame), self.entity(frame));
        for (_, rule) in rules.of(Collection::Resources) {
            if self.concerns(rule, frame) {
                self.judge_subject(rule, frame, node, &address, judgement);
            }
        }
    }

    fn judge_objects(
        &mut self,
        frame: FrameId,
        objects: &'a [Object<'a>],
        rules: &'a RulesIn,
        judgement: &mut Judgement<'_>,
    ) {
        let any = |collection| rules.of(collection).next().is_some();
        let (pods, containers) = (any(Collection::Pods), any(Collection::Containers));
        if !any(Collection::Objects) && !pods && !containers {
            return;
        }
        for object in objects {
            if pods || containers {
                self.note_pods(object);
            }
            let subject = self.object_subject(frame, object);
            let address = self.subject_address(&subject);
            for (_, rule) in rules.of(Collection::Objects) {
                if self.is_of_type(rule, object) {
                    self.judge_subject(rule, frame, subject, address, judgement);
                }
            }
            if !pods && !containers {
                continue;
            }
            let Some(pod) = self.pod_subject(subject) else {
                continue;
            };
            let address = self.subject_address(&pod);
            for (_, rule) in rules.of(Collection::Pods) {
                self.judge_subject(rule, frame, pod, address, judgement);
            }
            if !containers {
                continue;
            }
            for container in self.container_subjects(pod) {
                let address = self.subject_address(&container);
                for (_, rule) in rules.of(Collection::Containers) {
                    self.judge_subject(rule, frame, container, address, judgement);
                }
            }
        }
    }

    /// Whether a rule speaks of an instance.
    fn concerns(&self, rule: &InForce, frame: FrameId) -> bool {
        let capability = self.frame(frame).capability;
        let wanted = rule.walked.capability.iter().chain(&rule.narrowed);
        wanted
            .into_iter()
            .all(|wanted| capability.is_some_and(|have| capability_is(self.db, have, *wanted)))
    }

    /// Judges one rule for one subject.
    fn judge_subject(
        &mut self,
        rule: &'a InForce,
        frame: FrameId,
        subject: Node<'a>,
        address: &str,
        judgement: &mut Judgement<'_>,
    ) {
        let Some(guardrail) = self.guardrail(rule.guardrail) else {
            return;
        };
        let unit = self.unit(rule.guardrail);
        let cx = Cx {
            frame: Some(frame),
            unit,
        };
        let fuel = std::mem::replace(&mut self.fuel, FUEL);
        self.judging.rule = Some(rule);
        let mut worst = Outcome::Holds;
        let ((), why) = self.looking(|session| {
            session.with_locals(&[subject], |session| {
                let filter = guardrail.each.as_ref().and_then(|each| each.filter);
                let concerns = filter.map_or(Truth::True, |filter| session.truth(cx, filter));
                if concerns == Truth::False {
                    return;
                }
                for (index, require) in guardrail.requires.iter().enumerate() {
                    let outcome = match (session.truth(cx, require.condition), concerns) {
                        (Truth::True, _) => Outcome::Holds,
                        (Truth::False, Truth::True) => Outcome::Broken,
                        _ => Outcome::Unverified,
                    };
                    let judged = (outcome != Outcome::Holds && !session.tracks()).then(|| {
                        session.judged(cx, rule, (index, require), (frame, address), outcome)
                    });
                    if let Some(each) = &mut judgement.each {
                        each(Verdict {
                            guardrail: rule.guardrail,
                            require: index as u32,
                            environment: session.environment,
                            of: session.frame(session.root_of(frame)).decl,
                            subject: address,
                            outcome,
                            judged: judged.as_ref(),
                        });
                    }
                    judgement.judged.extend(judged);
                    worst = worst.max(outcome);
                }
            })
        });
        self.note_judged(rule.guardrail, worst, why);
        self.judging.rule = None;
        self.fuel = fuel;
    }

    fn guardrail(&self, decl: DeclId) -> Option<&'a GuardrailBody> {
        match &hir::body(self.db, decl).kind {
            BodyKind::Guardrail(guardrail) => Some(guardrail),
            _ => None,
        }
    }

    /// A parameter of the guardrail that is judged: what an `enforce` says, or its default.
    pub(super) fn parameter(&mut self, cx: Cx<'a>, index: u32) -> super::Eval<Node<'a>> {
        let guardrail = self.guardrail(cx.unit.decl).ok_or(super::Poison)?;
        let said = self
            .judging
            .rule
            .and_then(|rule| rule.settings.parameters.get(index as usize).copied())
            .flatten();
        let own = || {
            let input = guardrail.inputs.get(index as usize)?;
            Some((cx.unit.decl, input.default?))
        };
        let (decl, value) = said.or_else(own).ok_or(super::Poison)?;
        let unit = self.unit(decl);
        let cx = Cx { unit, ..cx };
        self.with_locals(&[], |session| session.eval(cx, value))
    }

    /// A `let` of the guardrail that is judged: it sees the subject.
    pub(super) fn rule_let(&mut self, cx: Cx<'a>, index: u32) -> super::Eval<Node<'a>> {
        let guardrail = self.guardrail(cx.unit.decl).ok_or(super::Poison)?;
        let binding = guardrail.lets.get(index as usize).ok_or(super::Poison)?;
        let subject = self
            .locals
            .get(self.local_base)
            .copied()
            .ok_or(super::Poison)?;
        self.with_locals(&[subject], |session| session.eval(cx, binding.value))
    }

    fn entity(&self, frame: FrameId) -> Node<'a> {
        Node::new(Value::Entity(frame.0), plat_model::Origin::COMPILER)
    }

    /// `checkout@prod`, `checkout@prod/orders`.
    fn address(&self, frame: FrameId) -> SmolStr {
        let root = self.root_of(frame);
        let environment = self.frame(root).environment;
        let name = self.frame(root).decl.name(self.db);
        let mut address = format!("{name}@{}", environment.name(self.db));
        let mut aliases = Vec::new();
        let mut at = frame;
        while let super::FrameKey::Owned(owner, decl, index) = self.frame(at).key {
            let edges = crate::infer::edge_signatures(self.db, decl);
            aliases.extend(edges.get(index as usize).map(|edge| edge.alias.as_str()));
            at = owner;
        }
        for alias in aliases.into_iter().rev() {
            address.push('/');
            address.push_str(alias);
        }
        address.into()
    }

    /// The instances that an instance owns, and those that these own.
    fn owned_instances(&mut self, frame: FrameId) -> Vec<FrameId> {
        let mut found: Vec<FrameId> = Vec::new();
        let mut todo = vec![frame];
        while let Some(at) = todo.pop() {
            let declared = self.is_declared(at).then_some(self.frame(at).decl);
            let provider = self.provider(at);
            for decl in declared.into_iter().chain(provider) {
                for (_, owned) in self.owned(at, decl) {
                    found.push(owned);
                    todo.push(owned);
                }
            }
        }
        found.sort();
        found
    }
}
