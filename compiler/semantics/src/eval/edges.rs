//! Edges: what an instance needs and calls, who calls it, and the parts that its needs contribute.

use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value};

use super::passes::Read;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::DeclId;
use crate::environments;
use crate::hir::{self, EdgeDecl, EdgeTarget};
use crate::infer::{EdgeSig, edge_signatures, edges_of};
use crate::problem::{Anchor, Problem};
use crate::program::{capability_is, signature};
use crate::scope::{consumers, facts_named};

/// An edge that is present in the environment of its frame.
#[derive(Clone, Copy)]
pub(super) struct Present<'a> {
    owner: FrameId,
    decl: DeclId,
    index: u32,
    edge: &'a EdgeDecl,
    sig: &'a EdgeSig,
}

impl Present<'_> {
    /// The capability at the other end, if it has one.
    pub(super) fn capability(&self) -> Option<DeclId> {
        self.sig.capability.filter(|_| !self.sig.external)
    }
}

impl<'a> Session<'a> {
    /// The edges of an instance, for rules.
    pub(super) fn edges_of_instance(&mut self, frame: FrameId) -> Vec<Present<'a>> {
        self.present_edges(frame)
    }

    /// The edges that lead to an instance, for rules, ordered by who calls.
    pub(super) fn callers_of_instance(&mut self, frame: FrameId) -> Vec<Present<'a>> {
        self.note(Read::Other);
        let instance = self.instance_of(frame);
        let mut found = Vec::new();
        if let super::FrameKey::Owned(owner, decl, index) = self.key_of(instance) {
            self.collect_edges(owner, decl, &mut found);
            found.retain(|present| present.index == index);
            return found;
        }
        let (decl, environment) = (self.frame(instance).decl, self.frame(instance).environment);
        let inbound = self.db.fleet().inbound(self.db, decl.name(self.db));
        for &consumer in inbound.consumers(self.db) {
            if !environments::declared_in(self.db, consumer, environment) {
                continue;
            }
            let caller = self.fact_frame(consumer, environment);
            let mut edges = Vec::new();
            self.collect_edges(caller, consumer, &mut edges);
            edges.retain(|present| {
                let sig = present.sig;
                let named = |target: DeclId| target.name(self.db) == decl.name(self.db);
                sig.target.is_some_and(named)
                    && sig.environment.is_none_or(|other| other == environment)
            });
            found.extend(edges);
        }
        found
    }

    /// An edge, as rules see it.
    pub(super) fn edge_subject(&mut self, present: &Present<'a>, origin: Origin) -> Eval<Node<'a>> {
        let target = self.target(*present)?;
        let unit = self.unit(present.decl);
        let at = Origin {
            body: unit.origin,
            node: present.edge.node.0,
        };
        let field = |key, value| Field {
            key,
            node: Node::new(value, at),
        };
        let external = present.sig.external;
        let entity = Value::Entity(target.0);
        let environment = self.frame(present.owner).environment;
        let environment = self.fact_frame(environment, environment);
        let from = self.instance_of(present.owner);
        let mut fields = vec![
            field("alias", Value::Str(present.sig.alias.as_str())),
            field("kind", Value::Str(kind_word(present.edge))),
            field("name", Value::Str(self.frame(target).name)),
            field("from", Value::Entity(from.0)),
            field("to", if external { Value::None } else { entity }),
            field("external", if external { entity } else { Value::None }),
            field("environment", Value::Entity(environment.0)),
        ];
        if !external && present.sig.capability.is_some() {
            let node = self.fields(*present, origin)?;
            fields.push(Field {
                key: "fields",
                node,
            });
        }
        Ok(Node::new(Value::Record(self.slice(&fields)?), at))
    }

    /// The edges of the instance that a frame is part of: those that its declaration writes, and those of the capabilities that do
    /// its work.
    fn present_edges(&mut self, frame: FrameId) -> Vec<Present<'a>> {
        self.note(Read::Other);
        let instance = self.instance_of(frame);
        let mut found = Vec::new();
        if self.is_declared(instance) {
            self.collect_edges(instance, self.frame(instance).decl, &mut found);
        }
        let mut at = Some(frame);
        while let Some(id) = at {
            if let Some(provider) = self.provider(id) {
                self.collect_edges(id, provider, &mut found);
            }
            at = if id == instance {
                None
            } else {
                self.frame(id).outer
            };
        }
        found
    }

    fn collect_edges(&self, owner: FrameId, decl: DeclId, found: &mut Vec<Present<'a>>) {
        let environment = self.frame(owner).environment;
        let edges = edges_of(hir::body(self.db, decl));
        for (index, (edge, sig)) in edges.iter().zip(edge_signatures(self.db, decl)).enumerate() {
            if environments::present(self.db, decl, edge.only.as_ref(), environment) {
                found.push(Present {
                    owner,
                    decl,
                    index: index as u32,
                    edge,
                    sig,
                });
            }
        }
    }

    /// What an edge's alias means: the instance or external at the other end, or `none` where the edge is not present.
    pub(super) fn edge_value(
        &mut self,
        frame: FrameId,
        decl: DeclId,
        index: u32,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        self.note(Read::Other);
        let mut found = Vec::new();
        self.collect_edges(frame, decl, &mut found);
        match found.into_iter().find(|present| present.index == index) {
            Some(present) => {
                let target = self.target(present)?;
                Ok(Node::new(Value::Entity(target.0), origin))
            }
            None => Ok(Node::new(Value::None, origin)),
        }
    }

    /// The frame at the other end.
    fn target(&mut self, present: Present<'a>) -> Eval<FrameId> {
        if present.sig.owned {
            return self
                .owned_frame(present.owner, present.decl, present.index)
                .ok_or(Poison);
        }
        let Some(target) = present.sig.target else {
            return Err(Poison);
        };
        let environment = present
            .sig
            .environment
            .unwrap_or(self.frame(present.owner).environment);
        let db = self.db;
        let here = facts_named(db, target.test(db), target.kind(db), target.name(db))
            .iter()
            .copied()
            .find(|decl| environments::declared_in(db, *decl, environment));
        match here {
            Some(decl) => Ok(self.fact_frame(decl, environment)),
            None => {
                let (name, place) = (target.name(db), environment.name(db));
                self.fail(
                    Problem::new(
                        &codes::ABSENT_TARGET,
                        format!("`{name}` does not exist in environment `{place}`"),
                    )
                    .at(
                        Anchor::Node(present.decl, present.edge.node),
                        "leads to nothing there",
                    )
                    .also(
                        Anchor::name(target),
                        "declared `only in` other environments",
                    )
                    .help(format!(
                        "write `only in …` behind this edge too, or let `{name}` exist in `{place}`"
                    )),
                )
            }
        }
    }

    /// The fields of an edge.
    fn fields(&mut self, present: Present<'a>, origin: Origin) -> Eval<Node<'a>> {
        let Some(frame) = self.edge_frame(present.owner, present.decl, present.index) else {
            return Ok(Node::new(Value::Record(&[]), origin));
        };
        let layout = self.frame(frame).layout;
        let mut fields = Vec::new();
        for (name, place) in layout.root_names() {
            let node = self.place(frame, place)?;
            fields.push(Field {
                key: name.as_str(),
                node,
            });
        }
        Ok(Node::new(Value::Record(self.slice(&fields)?), origin))
    }

    /// `edges`, or `edges(C)`.
    pub(super) fn edges(
        &mut self,
        cx: Cx<'a>,
        wanted: Option<DeclId>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let Some(frame) = cx.frame else {
            return Err(Poison);
        };
        self.look_beyond("its edges");
        let mut list = Vec::new();
        let mut failed = false;
        for present in self.present_edges(frame) {
            let fits = match (wanted, present.sig.capability) {
                (Some(wanted), Some(capability)) => capability_is(self.db, capability, wanted),
                (None, _) => !present.sig.external,
                (Some(_), None) => false,
            };
            if !fits {
                continue;
            }
            match self.edge_record(present, wanted, origin) {
                Ok(node) => list.push(node),
                Err(Poison) => failed = true,
            }
        }
        if failed {
            return Err(Poison);
        }
        Ok(Node::new(Value::List(self.slice(&list)?), origin))
    }

    fn edge_record(
        &mut self,
        present: Present<'a>,
        wanted: Option<DeclId>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let target = self.target(present)?;
        let name = self.frame(target).name;
        let text = |key, value| Field {
            key,
            node: Node::new(Value::Str(value), origin),
        };
        let mut fields = vec![
            text("alias", present.sig.alias.as_str()),
            text("kind", kind_word(present.edge)),
            text("name", name),
        ];
        if wanted.is_some() {
            fields.push(Field {
                key: "target",
                node: Node::new(Value::Entity(target.0), origin),
            });
            let node = self.fields(present, origin)?;
            fields.push(Field {
                key: "fields",
                node,
            });
        }
        Ok(Node::new(Value::Record(self.slice(&fields)?), origin))
    }

    /// `externals`
    pub(super) fn externals(&mut self, cx: Cx<'a>, origin: Origin) -> Eval<Node<'a>> {
        let Some(frame) = cx.frame else {
            return Err(Poison);
        };
        self.look_beyond("its edges");
        let mut list = Vec::new();
        for present in self
            .present_edges(frame)
            .into_iter()
            .filter(|present| present.sig.external)
        {
            let target = self.target(present)?;
            let name = self.frame(target).name;
            let text = |key, value| Field {
                key,
                node: Node::new(Value::Str(value), origin),
            };
            let fields = [
                text("alias", present.sig.alias.as_str()),
                text("name", name),
                Field {
                    key: "target",
                    node: Node::new(Value::Entity(target.0), origin),
                },
            ];
            list.push(Node::new(Value::Record(self.slice(&fields)?), origin));
        }
        Ok(Node::new(Value::List(self.slice(&list)?), origin))
    }

    /// `callers`, or `callers(C)`: everybody with an edge to the outermost instance, ordered by name.
    pub(super) fn callers(
        &mut self,
        cx: Cx<'a>,
        wanted: Option<DeclId>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let Some(frame) = cx.frame else {
            return Err(Poison);
        };
        self.look_beyond("its callers");
        self.note(Read::Other);
        let mut list = Vec::new();
        let instance = self.instance_of(frame);
        if let super::FrameKey::Owned(owner, decl, index) = self.key_of(instance) {
            // An owned instance has one consumer: its owner.
            let mut edges = Vec::new();
            self.collect_edges(owner, decl, &mut edges);
            for present in edges.into_iter().filter(|present| present.index == index) {
                self.caller(present, wanted, origin, &mut list)?;
            }
            return Ok(Node::new(Value::List(self.slice(&list)?), origin));
        }
        let (decl, environment) = (self.frame(instance).decl, self.frame(instance).environment);
        for &consumer in consumers(self.db, decl) {
            if !environments::declared_in(self.db, consumer, environment) {
                continue;
            }
            let leads_here = edge_signatures(self.db, consumer).iter().map(|sig| {
                sig.target
                    .is_some_and(|target| target.name(self.db) == decl.name(self.db))
                    && sig.environment.is_none_or(|other| other == environment)
            });
            let leads_here: Vec<bool> = leads_here.collect();
            let caller = self.fact_frame(consumer, environment);
            let mut edges = Vec::new();
            self.collect_edges(caller, consumer, &mut edges);
            for present in edges
                .into_iter()
                .filter(|present| leads_here[present.index as usize])
            {
                self.caller(present, wanted, origin, &mut list)?;
            }
        }
        Ok(Node::new(Value::List(self.slice(&list)?), origin))
    }

    /// Adds a caller, if it is of the wanted capability.
    fn caller(
        &mut self,
        present: Present<'a>,
        wanted: Option<DeclId>,
        origin: Origin,
        list: &mut Vec<Node<'a>>,
    ) -> Eval<()> {
        let caller = present.owner;
        let fits = match (wanted, self.frame(caller).capability) {
            (Some(wanted), Some(capability)) => capability_is(self.db, capability, wanted),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !fits {
            return Ok(());
        }
        let text = |key, value| Field {
            key,
            node: Node::new(Value::Str(value), origin),
        };
        let mut fields = vec![
            Field {
                key: "fields",
                node: self.fields(present, origin)?,
            },
            text("name", self.frame(caller).name),
            text("alias", present.sig.alias.as_str()),
            text("kind", kind_word(present.edge)),
        ];
        if wanted.is_some() {
            fields.push(Field {
                key: "caller",
                node: Node::new(Value::Entity(caller.0), origin),
            });
        }
        list.push(Node::new(Value::Record(self.slice(&fields)?), origin));
        Ok(())
    }

    /// `parts`: what the needs of an instance contribute to it.
    pub(super) fn parts(&mut self, frame: FrameId, origin: Origin) -> Eval<Node<'a>> {
        self.look_beyond("its edges");
        let mut list = Vec::new();
        let root = self.instance_of(frame);
        for present in self.present_edges(frame) {
            let Some(capability) = present.sig.capability else {
                continue;
            };
            if signature(self.db, capability).output("parts").is_none() {
                continue;
            }
            let target = self.target(present)?;
            let edge = self.fields(present, origin)?;
            let consumer = self.consumer(root, origin)?;
            let parts = self.parts_of(target, edge, consumer, origin)?;
            let fields = [
                Field {
                    key: "alias",
                    node: Node::new(Value::Str(present.sig.alias.as_str()), origin),
                },
                Field {
                    key: "parts",
                    node: parts,
                },
            ];
            list.push(Node::new(Value::Record(self.slice(&fields)?), origin));
        }
        Ok(Node::new(Value::List(self.slice(&list)?), origin))
    }

    /// What parts may know of who needs them: its name and namespace.
    fn consumer(&mut self, root: FrameId, origin: Origin) -> Eval<Node<'a>> {
        let name = Node::new(Value::Str(self.frame(root).name), origin);
        let has_namespace = self
            .frame(root)
            .signature
            .is_some_and(|signature| signature.output("namespace").is_some());
        let namespace = if has_namespace {
            self.output(root, "namespace", origin)?
        } else {
            Node::new(Value::Str(""), origin)
        };
        let fields = [
            Field {
                key: "name",
                node: name,
            },
            Field {
                key: "namespace",
                node: namespace,
            },
        ];
        Ok(Node::new(Value::Record(self.slice(&fields)?), origin))
    }

    /// The output `parts` of an instance for one edge: evaluated anew for each, since it reads the edge.
    fn parts_of(
        &mut self,
        target: FrameId,
        edge: Node<'a>,
        consumer: Node<'a>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let Some(sig) = self
            .frame(target)
            .signature
            .and_then(|signature| signature.output("parts"))
        else {
            return Err(Poison);
        };
        let given = match self.provider_members(target) {
            Some((decl, members)) => members
                .outputs
                .iter()
                .find(|own| own.name == "parts")
                .and_then(|own| Some((decl, own.value?))),
            None => None,
        };
        let Some((decl, value)) = given.or(sig.value) else {
            return Ok(Node::new(Value::None, origin));
        };
        let before = self.parts_for.replace((edge, consumer));
        let unit = self.unit(decl);
        let result = self.with_locals(&[], |session| {
            session.eval(
                Cx {
                    frame: Some(target),
                    unit,
                },
                value,
            )
        });
        self.parts_for = before;
        let node = result?;
        match &sig.ty {
            Some(ty) => self.complete(node, ty),
            None => Ok(node),
        }
    }

    /// The instances that a declaration or capability owns in an environment: alias and frame.
    pub(super) fn owned(&mut self, frame: FrameId, decl: DeclId) -> Vec<(&'a str, FrameId)> {
        let mut found = Vec::new();
        self.collect_edges(frame, decl, &mut found);
        found
            .into_iter()
            .filter(|present| present.sig.owned)
            .filter_map(|present| {
                self.owned_frame(frame, decl, present.index)
                    .map(|id| (present.sig.alias.as_str(), id))
            })
            .collect()
    }

    /// Reports edges that lead to something absent, whether or not anything reads them.
    pub(super) fn check_edges(&mut self, frame: FrameId) {
        let decl = self.frame(frame).decl;
        let mut found = Vec::new();
        self.collect_edges(frame, decl, &mut found);
        for present in found {
            if present.sig.owned || present.sig.target.is_some() {
                let _ = self.target(present);
            }
            if !present.sig.external && present.sig.capability.is_some() {
                let _ = self.fields(present, Origin::COMPILER);
            }
        }
    }
}

fn kind_word(edge: &EdgeDecl) -> &'static str {
    match edge.target {
        EdgeTarget::Call(_) => "calls",
        _ => "needs",
    }
}
