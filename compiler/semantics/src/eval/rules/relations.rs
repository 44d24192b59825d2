//! Relations: the steps from what a rule speaks of to something else.

use plat_model::{Field, Node, Origin, Value};

use super::super::{Cx, Eval, FrameId, Poison, Session};
use super::subjects::{self, part};
use crate::db::DeclId;
use crate::environments;
use crate::hir::{self, BodyKind};
use crate::infer::{Relation, capability_record};
use crate::program::{capability_is, scope_of, signature};
use crate::ty::Type;

impl<'a> Session<'a> {
    /// A step from what a rule speaks of.
    pub(in crate::eval) fn relation(
        &mut self,
        node: Node<'a>,
        relation: Relation,
        name: &'a str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        if let Value::Entity(frame) = node.value {
            return self.relation_of_instance(FrameId(frame), relation, name, origin);
        }
        self.look_along(&node, relation);
        let hidden = |key: &str| part(&node, key);
        let text =
            |found: Option<Node<'a>>| Ok(found.unwrap_or(Node::new(Value::None, node.origin)));
        let metadata = |key: &str| part(&node, "metadata").and_then(|meta| part(&meta, key));
        match relation {
            Relation::Address => hidden(subjects::ADDRESS).ok_or(Poison),
            Relation::Instance => hidden(subjects::INSTANCE).ok_or(Poison),
            Relation::Object => hidden(subjects::OBJECT).ok_or(Poison),
            Relation::Pod => hidden(subjects::POD).ok_or(Poison),
            Relation::Init => hidden(subjects::INIT).ok_or(Poison),
            Relation::Spec => hidden("spec").ok_or(Poison),
            Relation::Metadata => text(hidden("metadata")),
            Relation::Kind => text(hidden("kind")),
            Relation::ApiVersion => text(hidden("apiVersion")),
            Relation::Name => text(metadata("name")),
            Relation::Namespace => text(metadata("namespace")),
            Relation::Labels | Relation::Annotations => {
                let key = match relation {
                    Relation::Labels => "labels",
                    _ => "annotations",
                };
                Ok(metadata(key).unwrap_or(Node::new(Value::Map(&[]), node.origin)))
            }
            Relation::Environment => {
                let frame = instance_of(&node)?;
                let environment = self.frame(frame).environment;
                let frame = self.fact_frame(environment, environment);
                Ok(Node::new(Value::Entity(frame.0), origin))
            }
            Relation::Owner => {
                let frame = instance_of(&node)?;
                self.entity_field_or_none(frame, "owner", origin)
            }
            Relation::Containers => {
                let containers = self.container_subjects(node);
                self.list_node(&containers, origin)
            }
            Relation::Pods => {
                let pods: Vec<Node<'a>> = self.pod_subject(node).into_iter().collect();
                self.list_node(&pods, origin)
            }
            _ => Err(Poison),
        }
    }

    fn relation_of_instance(
        &mut self,
        frame: FrameId,
        relation: Relation,
        name: &'a str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        match relation {
            Relation::Capability => match self.frame(frame).capability {
                Some(capability) => self.capability_facts(capability, origin),
                None => Ok(Node::new(Value::None, origin)),
            },
            Relation::Edges => {
                self.look_beyond("its edges");
                let edges = self.edge_subjects(frame);
                {
                    let edges: Vec<Node<'a>> = edges.into_iter().map(|(edge, _)| edge).collect();
                    self.list_node(&edges, origin)
                }
            }
            Relation::Callers => {
                self.look_beyond("its callers");
                let callers = self.callers_of_instance(frame);
                let mut nodes = Vec::with_capacity(callers.len());
                for caller in callers {
                    nodes.push(self.edge_subject(&caller, origin)?);
                }
                self.list_node(&nodes, origin)
            }
            Relation::Exposures => self.exposures(frame, origin),
            Relation::Owned => {
                self.look_beyond("what it owns");
                let owned = self.owned_instances(frame);
                let nodes: Vec<Node<'a>> =
                    owned.into_iter().map(|frame| self.entity(frame)).collect();
                self.list_node(&nodes, origin)
            }
            Relation::Patches | Relation::Extras => self.licences(frame, relation, origin),
            Relation::Objects | Relation::Pods | Relation::Containers => {
                self.look_beyond("the objects of an instance as a whole");
                let mut nodes = self.objects_of(frame)?;
                if relation != Relation::Objects {
                    nodes = nodes
                        .into_iter()
                        .filter_map(|object| self.pod_subject(object))
                        .collect();
                }
                if relation == Relation::Containers {
                    nodes = nodes
                        .into_iter()
                        .flat_map(|pod| self.container_subjects(pod))
                        .collect();
                }
                self.list_node(&nodes, origin)
            }
            Relation::Perhaps => {
                let has = self.frame(frame).capability.is_some_and(|capability| {
                    let signature = signature(self.db, capability);
                    signature.input(name).is_some() || signature.output(name).is_some()
                });
                if has {
                    self.entity_field(frame, name, origin)
                } else {
                    Ok(Node::new(Value::None, origin))
                }
            }
            _ => Err(Poison),
        }
    }

    /// What a step from an object, pod or container looks at.
    fn look_along(&mut self, node: &Node<'a>, relation: Relation) {
        if !self.tracks() {
            return;
        }
        let metadata = match relation {
            Relation::Name => "name",
            Relation::Namespace => "namespace",
            Relation::Labels => "labels",
            Relation::Annotations => "annotations",
            Relation::Init => {
                if let Some(policy) = self.looked_part(node, "restartPolicy") {
                    self.look(&policy);
                }
                return;
            }
            Relation::Containers => {
                if let Some(spec) = self.looked_part(node, "spec") {
                    self.look_at_containers(&spec);
                }
                return;
            }
            Relation::Address => return self.look_beyond("the name"),
            Relation::Pods => return self.look_beyond("the pods of an object as a whole"),
            _ => return,
        };
        if let Some(around) = self.looked_part(node, "metadata") {
            self.looked_part(&around, metadata);
        }
    }

    /// A field of a fact or instance; `none` where facts of its kind have none.
    fn entity_field_or_none(
        &mut self,
        frame: FrameId,
        name: &'a str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        match self.frame(frame).layout.root(name) {
            Some(_) => self.entity_field(frame, name, origin),
            None => Ok(Node::new(Value::None, origin)),
        }
    }

    fn list_node(&mut self, nodes: &[Node<'a>], origin: Origin) -> Eval<Node<'a>> {
        Ok(Node::new(Value::List(self.slice(nodes)?), origin))
    }

    /// The objects of an instance: those at hand, or what it emits.
    fn objects_of(&mut self, frame: FrameId) -> Eval<Vec<Node<'a>>> {
        if let Some((known, objects)) = self.judging.objects
            && known == frame
        {
            return Ok(objects
                .iter()
                .map(|object| self.object_subject(frame, object))
                .collect());
        }
        if let Some((known, objects)) = self.judging.objects
            && let super::super::FrameKey::Owned(..) = self.frame(frame).key
            && self.root_of(frame) == known
        {
            // What an instance owns is emitted with it, below its name.
            let (own, whole) = (self.address(frame), self.address(known));
            let prefix = own.strip_prefix(whole.as_str()).unwrap_or_default();
            let below = format!("{}/", prefix.trim_start_matches('/'));
            let found = objects
                .iter()
                .filter(|object| object.path.starts_with(&below));
            return Ok(found
                .map(|object| self.object_subject(known, object))
                .collect());
        }
        let problems = std::mem::take(&mut self.problems);
        let objects = self.objects_alone(frame);
        let failed = self.problems.iter().any(crate::problem::Problem::is_error);
        self.problems = problems;
        if failed {
            return Err(Poison);
        }
        Ok(objects
            .iter()
            .map(|object| self.object_subject(frame, object))
            .collect())
    }

    /// What a capability says of its operation.
    pub(super) fn capability_facts(
        &mut self,
        capability: DeclId,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let BodyKind::Capability(body) = &hir::body(self.db, capability).kind else {
            return Err(Poison);
        };
        let unit = self.unit(capability);
        let cx = Cx { frame: None, unit };
        let said = self.with_locals(&[], |session| {
            session.entries_record(cx, &body.members.fields, origin)
        })?;
        let text = |value| Node::new(value, origin);
        let deprecated = unit
            .body
            .annotations
            .iter()
            .any(|annotation| annotation.name == "deprecated");
        let mut fields = vec![
            Field {
                key: "name",
                node: text(Value::Str(capability.name(self.db).as_str())),
            },
            Field {
                key: "deprecated",
                node: text(Value::Bool(deprecated)),
            },
        ];
        fields.extend_from_slice(said.value.fields().unwrap_or_default());
        let record = Node::new(Value::Record(self.slice(&fields)?), said.origin);
        let ty: &'a Type = self.arena.alloc(capability_record(self.db));
        self.complete(record, ty)
    }

    /// The patches or extra objects of an instance that hold in its environment.
    fn licences(&mut self, frame: FrameId, relation: Relation, origin: Origin) -> Eval<Node<'a>> {
        let decl = self.frame(frame).decl;
        let BodyKind::Service(service) = &hir::body(self.db, decl).kind else {
            return self.list_node(&[], origin);
        };
        let environment = self.frame(frame).environment;
        let chain = self.like(frame);
        let mut found: Vec<(String, &'a hir::Licence)> = Vec::new();
        if relation == Relation::Patches {
            let within = service
                .in_blocks
                .iter()
                .filter(|block| scope_of(self.db, decl, &block.environments, &chain).is_some())
                .flat_map(|block| &block.patches);
            let present = service.patches.iter().chain(within).filter(|patch| {
                environments::present(self.db, decl, patch.only.as_ref(), environment)
            });
            found.extend(present.map(|patch| (patch.target.text(), &patch.licence)));
        } else {
            let present = service.emits.iter().filter(|extra| {
                environments::present(self.db, decl, extra.only.as_ref(), environment)
            });
            found.extend(present.map(|extra| (extra.emit.name.to_string(), &extra.licence)));
        }
        let unit = self.unit(decl);
        let mut nodes = Vec::with_capacity(found.len());
        for (object, licence) in found {
            let origin = Origin {
                body: unit.origin,
                node: licence.until_node.0,
            };
            let field = |key, value| Field {
                key,
                node: Node::new(value, origin),
            };
            let fields = [
                field("object", Value::Str(self.text(&object)?)),
                field("because", Value::Str(licence.because.as_str())),
                field("until", licence.until.map_or(Value::None, Value::Date)),
            ];
            nodes.push(Node::new(Value::Record(self.slice(&fields)?), origin));
        }
        self.list_node(&nodes, origin)
    }

    /// Whether an instance has a capability.
    pub(super) fn has_capability(&self, frame: FrameId, wanted: DeclId) -> bool {
        let capability = self.frame(frame).capability;
        capability.is_some_and(|have| capability_is(self.db, have, wanted))
    }
}

fn instance_of(node: &Node<'_>) -> Eval<FrameId> {
    match part(node, subjects::INSTANCE).map(|node| node.value) {
        Some(Value::Entity(frame)) => Ok(FrameId(frame)),
        _ => Err(Poison),
    }
}
