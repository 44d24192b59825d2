//! Rules over whole collections: what each element gives is computed with the element and kept; what a subject asks is then a look
//! into an index.

use bumpalo::Bump;
use plat_model::{Node, Origin, Value};
use rustc_hash::FxHashMap;

use super::super::{Cx, Eval, FUEL, FrameId, Poison, Session};
use super::truth::Truth;
use super::{Judgement, Judging};
use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{Expr, ExprId};
use crate::infer::{Aggregate, Builtin, Collection, Meaning, Walked};
use crate::items::ItemKind;
use crate::rules::{Contribution, Datum, InForce, RulesIn, rules_for};

/// What whole collections come to: by environment, rule, what it asks, and the key of the subject.
#[derive(Debug, Default)]
pub struct Columns {
    cells: FxHashMap<(DeclId, DeclId, u32), Column>,
}

/// What elements give, by the key of the subject; `None` where that is known only later.
type Column = FxHashMap<String, Vec<Option<Datum>>>;

impl Columns {
    /// Adds what an element gives.
    pub fn add(&mut self, contribution: &Contribution) {
        let column = (
            contribution.environment,
            contribution.guardrail,
            contribution.aggregate,
        );
        self.cells
            .entry(column)
            .or_default()
            .entry(index_key(&contribution.keys))
            .or_default()
            .push(contribution.value.clone());
    }

    fn cell(
        &self,
        environment: DeclId,
        guardrail: DeclId,
        aggregate: u32,
        keys: &[Datum],
    ) -> &[Option<Datum>] {
        self.cells
            .get(&(environment, guardrail, aggregate))
            .and_then(|column| column.get(&index_key(keys)))
            .map_or(&[], Vec::as_slice)
    }
}

/// A key as text: equal values have equal texts, whatever number they are written as.
fn index_key(keys: &[Datum]) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for key in keys {
        let _ = match key {
            Datum::Int(value) => write!(text, "n{value}"),
            Datum::Float(value) => write!(text, "n{value}"),
            Datum::Text(value) | Datum::Member(value) => write!(text, "t{value}"),
            other => write!(text, "{other:?}"),
        };
        text.push('\u{1f}');
    }
    text
}

/// Judges the rules that speak of the fleet: of teams, systems, environments and capabilities, and those that ask of whole
/// collections; those of a test for the declarations of one.
pub fn judge_fleet(
    db: &dyn Db,
    test: Option<DeclId>,
    environment: DeclId,
    columns: &Columns,
    declarations: &[DeclId],
    judgement: &mut Judgement<'_>,
) {
    let rules: &RulesIn = rules_for(db, test, environment);
    if !rules.all.iter().any(|rule| rule.is_of_fleet) {
        return;
    }
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    session.judging.columns = Some(columns);
    // Frames are numbered as they are asked for: the environment is the first.
    let home = session.fact_frame(environment, environment);
    for rule in rules.all.iter().filter(|rule| rule.is_of_fleet) {
        session.judge_fleet_rule(rule, home, declarations, judgement);
    }
    judgement.problems.append(&mut session.problems);
}

impl<'a> Session<'a> {
    fn judge_fleet_rule(
        &mut self,
        rule: &'a InForce,
        home: FrameId,
        declarations: &[DeclId],
        judgement: &mut Judgement<'_>,
    ) {
        let environment = self.environment;
        match rule.walked.collection {
            Collection::Environments => {
                let (node, name) = (self.entity(home), environment.name(self.db));
                self.judge_subject(rule, home, node, name, judgement);
            }
            Collection::Systems | Collection::Teams => {
                let kind = match rule.walked.collection {
                    Collection::Systems => ItemKind::System,
                    _ => ItemKind::Team,
                };
                for &decl in declarations {
                    if decl.kind(self.db) != kind {
                        continue;
                    }
                    let frame = self.fact_frame(decl, environment);
                    let address = format!("{}@{}", decl.name(self.db), environment.name(self.db));
                    let node = self.entity(frame);
                    self.judge_subject(rule, frame, node, &address, judgement);
                }
            }
            Collection::Capabilities => {
                let mut used: Vec<DeclId> = declarations
                    .iter()
                    .filter(|decl| environments::declared_in(self.db, **decl, environment))
                    .filter_map(|decl| crate::infer::declared_capability(self.db, *decl))
                    .collect();
                used.sort_by_key(|decl| (decl.name(self.db), decl.file(self.db).path(self.db)));
                used.dedup();
                for capability in used {
                    if let Ok(node) = self.capability_facts(capability, Origin::COMPILER) {
                        let name = capability.name(self.db).as_str();
                        self.judge_subject(rule, home, node, name, judgement);
                    }
                }
            }
            Collection::Services
            | Collection::Instances
            | Collection::Resources
            | Collection::Objects
            | Collection::Pods
            | Collection::Containers
            | Collection::Edges => {
                let instances: Vec<DeclId> = declarations
                    .iter()
                    .copied()
                    .filter(|decl| environments::declared_in(self.db, *decl, environment))
                    .collect();
                for decl in instances {
                    self.judge_alone(rule, decl, judgement);
                }
            }
            // A plan has these.
            Collection::Changes => {}
        }
    }

    /// Judges one rule over one declaration, outside of its evaluation.
    fn judge_alone(&mut self, rule: &'a InForce, decl: DeclId, judgement: &mut Judgement<'_>) {
        let environment = self.environment;
        let kind = decl.kind(self.db);
        let frame = match rule.walked.collection {
            Collection::Services | Collection::Instances if kind != ItemKind::Service => return,
            Collection::Resources | Collection::Edges if !kind.is_instance() => return,
            _ => self.fact_frame(decl, environment),
        };
        let only = self.arena.alloc(RulesIn {
            all: vec![InForce {
                is_of_fleet: false,
                ..rule.clone()
            }],
        });
        let only: &'a RulesIn = only;
        let columns = self.judging.columns;
        if matches!(
            rule.walked.collection,
            Collection::Objects | Collection::Pods | Collection::Containers
        ) {
            let problems = std::mem::take(&mut self.problems);
            let objects = self.objects_alone(frame);
            self.problems = problems;
            let objects = self.arena.alloc_slice_copy(&objects);
            self.judging.objects = Some((frame, objects));
            self.judge_objects(frame, objects, only, judgement);
        } else {
            self.judge_instance(decl, frame, only, judgement);
        }
        self.judging = Judging {
            columns,
            ..Judging::default()
        };
    }

    /// What an instance that has just been evaluated gives to rules over whole collections.
    pub(super) fn contribute(
        &mut self,
        decl: DeclId,
        frame: FrameId,
        rules: &'a RulesIn,
        judgement: &mut Judgement<'_>,
    ) {
        for rule in rules.all.iter().filter(|rule| rule.is_of_fleet) {
            let unit = self.unit(rule.guardrail);
            let cx = Cx {
                frame: Some(frame),
                unit,
            };
            self.judging.rule = Some(rule);
            for (index, aggregate) in unit.infer.aggregates.iter().enumerate() {
                let Some(walked) = unit.infer.walked.get(&aggregate.source) else {
                    continue;
                };
                for element in self.elements(decl, frame, walked) {
                    let Some((keys, value)) = self.contribution(cx, aggregate, element) else {
                        continue;
                    };
                    judgement.contributions.push(Contribution {
                        guardrail: rule.guardrail,
                        aggregate: index as u32,
                        environment: self.environment,
                        keys,
                        value,
                    });
                }
            }
            self.judging.rule = None;
        }
    }

    /// The elements of a collection that a declaration is, or makes.
    fn elements(&mut self, decl: DeclId, frame: FrameId, walked: &Walked) -> Vec<Node<'a>> {
        let kind = decl.kind(self.db);
        let objects = |session: &Self| match session.judging.objects {
            Some((_, objects)) => objects,
            None => &[],
        };
        let mut found = match walked.collection {
            Collection::Services | Collection::Instances if kind == ItemKind::Service => {
                vec![frame]
            }
            Collection::Resources if kind.is_instance() => {
                let mut frames = self.owned_instances(frame);
                if kind == ItemKind::Resource {
                    frames.insert(0, frame);
                }
                frames
            }
            Collection::Environments if decl == self.environment => vec![frame],
            Collection::Systems if kind == ItemKind::System => vec![frame],
            Collection::Teams if kind == ItemKind::Team => vec![frame],
            Collection::Edges if kind.is_instance() => {
                let edges = self.edge_subjects(frame).into_iter();
                return edges
                    .filter(|(_, have)| {
                        walked.capability.is_none_or(|wanted| {
                            have.is_some_and(|have| {
                                crate::program::capability_is(self.db, have, wanted)
                            })
                        })
                    })
                    .map(|(edge, _)| edge)
                    .collect();
            }
            Collection::Objects | Collection::Pods | Collection::Containers => {
                let mut subjects = Vec::new();
                for object in objects(self) {
                    let wanted = walked
                        .object
                        .as_ref()
                        .is_none_or(|(_, wanted)| self.is_object_of(*wanted, object));
                    if wanted {
                        subjects.push(self.object_subject(frame, object));
                    }
                }
                if walked.collection != Collection::Objects {
                    subjects = subjects
                        .into_iter()
                        .filter_map(|object| self.pod_subject(object))
                        .collect();
                }
                if walked.collection == Collection::Containers {
                    subjects = subjects
                        .into_iter()
                        .flat_map(|pod| self.container_subjects(pod))
                        .collect();
                }
                return subjects;
            }
            _ => Vec::new(),
        };
        if let Some(wanted) = walked.capability {
            found.retain(|frame| self.has_capability(*frame, wanted));
        }
        found.into_iter().map(|frame| self.entity(frame)).collect()
    }

    /// What one element gives to what a rule asks; `None` when it is not among what is asked for.
    fn contribution(
        &mut self,
        cx: Cx<'a>,
        aggregate: &'a Aggregate,
        element: Node<'a>,
    ) -> Option<(Box<[Datum]>, Option<Datum>)> {
        let fuel = std::mem::replace(&mut self.fuel, FUEL);
        // The binder around stands for nothing here: the checker has seen that nobody asks.
        let around = Node::new(Value::None, Origin::COMPILER);
        let found = self.with_locals(&[around, element], |session| {
            let mut unknown = false;
            for filter in &aggregate.filters {
                match session.truth(cx, *filter) {
                    Truth::False => return None,
                    Truth::Unknown => unknown = true,
                    Truth::True => {}
                }
            }
            let mut keys = Vec::with_capacity(aggregate.keys.len());
            for (own, _) in &aggregate.keys {
                let node = session.eval(cx, *own).ok()?;
                keys.push(session.datum(&node)?);
            }
            let value = session.eval(cx, aggregate.body).ok();
            let value = value.and_then(|node| session.datum(&node));
            Some((keys.into(), value.filter(|_| !unknown)))
        });
        self.fuel = fuel;
        found
    }

    /// Whether an expression asks of a whole collection.
    pub(super) fn is_aggregate(&self, cx: Cx<'a>, id: ExprId) -> bool {
        let aggregates = &cx.unit.infer.aggregates;
        aggregates.iter().any(|aggregate| aggregate.at == id)
    }

    /// What a whole collection comes to for a subject; `None` when the expression asks for no such thing.
    pub(in crate::eval) fn aggregate(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        origin: Origin,
    ) -> Option<Eval<Node<'a>>> {
        let aggregates = &cx.unit.infer.aggregates;
        let index = aggregates.iter().position(|aggregate| aggregate.at == id)?;
        Some(self.aggregate_value(cx, id, index, origin))
    }

    fn aggregate_value(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        index: usize,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let aggregate = &cx.unit.infer.aggregates[index];
        let columns = self.judging.columns.ok_or(Poison)?;
        let mut keys = Vec::with_capacity(aggregate.keys.len());
        for (_, around) in &aggregate.keys {
            let node = self.eval(cx, *around)?;
            keys.push(self.datum(&node).ok_or(Poison)?);
        }
        let cell = columns.cell(self.environment, cx.unit.decl, index as u32, &keys);
        self.burn(cell.len() as u64)?;
        let mut nodes = self.list_of(cell.len());
        for value in cell {
            let value = value.as_ref().ok_or(Poison)?;
            nodes.push(self.node_of(value, origin));
        }
        let list = Node::new(Value::List(self.keep(nodes)?), origin);
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::CallFor { callee, .. } => {
                let Meaning::Builtin(builtin) = cx.unit.infer.meanings[callee.0 as usize] else {
                    return Err(Poison);
                };
                self.aggregate_builtin(cx, id, builtin, list, origin)
            }
            _ => Ok(list),
        }
    }

    fn aggregate_builtin(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        builtin: Builtin,
        list: Node<'a>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        self.builtin(cx, id, builtin, &[], &[list], origin)
    }

    /// A value that outlives the session.
    fn datum(&self, node: &Node<'a>) -> Option<Datum> {
        Some(match node.value {
            Value::None => Datum::None,
            Value::Bool(value) => Datum::Bool(value),
            Value::Int(value) => Datum::Int(value),
            Value::Float(value) => Datum::Float(value),
            Value::Str(text) => Datum::Text(text.into()),
            Value::Date(date) => Datum::Date(date),
            Value::Ratio(ratio) => Datum::Ratio(*ratio),
            Value::Quantity(quantity) => Datum::Quantity(*quantity),
            Value::Variant(variant) if variant.payload.is_empty() => {
                Datum::Member(variant.name.into())
            }
            Value::Entity(frame) => Datum::Fact(self.decl_of(FrameId(frame))),
            _ => return None,
        })
    }

    fn node_of(&mut self, datum: &'a Datum, origin: Origin) -> Node<'a> {
        let value = match datum {
            Datum::None => Value::None,
            Datum::Bool(value) => Value::Bool(*value),
            Datum::Int(value) => Value::Int(*value),
            Datum::Float(value) => Value::Float(*value),
            Datum::Text(text) => Value::Str(text),
            Datum::Date(date) => Value::Date(*date),
            Datum::Ratio(ratio) => Value::Ratio(ratio),
            Datum::Quantity(quantity) => Value::Quantity(quantity),
            Datum::Member(name) => return self.variant(name, &[], origin),
            Datum::Fact(decl) => {
                let environment = match decl.kind(self.db) {
                    ItemKind::Environment => *decl,
                    _ => self.environment,
                };
                Value::Entity(self.fact_frame(*decl, environment).0)
            }
        };
        Node::new(value, origin)
    }
}
