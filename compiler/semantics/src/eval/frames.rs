//! Frames: the instances and facts that a session has looked at, each with its settings and what has been evaluated of it.

use bumpalo::collections::Vec as ArenaVec;
use plat_diagnostics::Fault;
use plat_model::Node;
use rustc_hash::FxHashMap;

use super::passes::Record;
use super::{Eval, Session, with_capacity};
use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, BodyKind, NodeId};
use crate::infer::{declared_capability, edge_signatures, edges_of};
use crate::items::ItemKind;
use crate::problem::Anchor;
use crate::program::{
    self, Base, Choice, Layer, Layout, PlaceId, Setting, Settings, Signature, blocks_for,
    edge_base, edge_layout, implementation_choice,
};

/// A frame of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FrameId(pub(crate) u32);

/// What a frame stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FrameKey {
    /// The environment that is evaluated.
    Environment,
    /// A declaration in that environment.
    Here(DeclId),
    /// A declaration in another environment.
    Elsewhere(DeclId, DeclId),
    /// The instance that an edge owns: of which frame, declared where, the how-manyth.
    Owned(FrameId, DeclId, u32),
    /// The fields of an edge.
    Edge(FrameId, DeclId, u32),
    /// A capability emitted by another: of which frame, declared where, the how-manyth, for which key (its number).
    Composed(FrameId, DeclId, u32, u32),
}

/// A member of a frame: of which kind, declared where, the how-manyth.
pub(crate) type MemberKey = (u8, DeclId, u32);

/// The state of something that is evaluated once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State<'a> {
    /// Nobody asked yet.
    New,
    /// Being evaluated: asking now closes a ring.
    Busy,
    /// Evaluated, and made from what.
    Done(Eval<Node<'a>>, Record<'a>),
}

/// A setting of a frame that is not of its base.
#[derive(Clone, Copy)]
pub(crate) enum Own<'a> {
    /// Written by a declaration.
    Setting(&'a Setting),
    /// Taken over from the frame around a composition, by `..inputs`.
    Inherited(PlaceId),
}

/// A setting of a frame above its base: the setting, its place, its layer and scope, the one before it.
pub(crate) type OwnSetting<'a> = (Own<'a>, PlaceId, (Layer, u16), u32);

impl Own<'_> {
    /// Whether it is one and the same: written at one place, or taken over from one.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Setting(a), Self::Setting(b)) => std::ptr::eq(*a, *b),
            (Self::Inherited(a), Self::Inherited(b)) => a == b,
            _ => false,
        }
    }
}

/// An instance or fact.
pub(crate) struct Frame<'a> {
    pub(crate) key: FrameKey,
    pub(crate) decl: DeclId,
    pub(crate) name: &'a str,
    pub(crate) kind: ItemKind,
    pub(crate) environment: DeclId,
    pub(crate) capability: Option<DeclId>,
    pub(crate) signature: Option<&'a Signature>,
    pub(crate) layout: &'a Layout,
    pub(crate) base: &'a Base,
    /// Settings above the base, lowest first.
    pub(crate) own: ArenaVec<'a, OwnSetting<'a>>,
    /// The base's, with the settings above it.
    pub(crate) heads: &'a mut [u32],
    /// The base's, with the settings above it.
    pub(crate) touched: &'a mut [u32],
    pub(crate) places: &'a mut [State<'a>],
    pub(crate) members: FxHashMap<MemberKey, State<'a>>,
    /// Values of settings of records that are read field by field.
    pub(crate) wholes: FxHashMap<u32, (Eval<Node<'a>>, Record<'a>)>,
    /// Whose expressions the settings above the base are, and the binders they see.
    pub(crate) setter: Option<(FrameId, &'a [Node<'a>])>,
    /// Whose facts, edges and exposures these are: the outermost instance around it.
    pub(crate) outer: Option<FrameId>,
    /// Who does the work, once decided.
    pub(crate) provider: Option<Option<Provider<'a>>>,
}

impl<'a> Session<'a> {
    pub(crate) fn frame(&self, id: FrameId) -> &Frame<'a> {
        match &self.frames[id.0 as usize] {
            Some(frame) => frame,
            None => unreachable!("a number is given out with its frame, in each environment"),
        }
    }

    pub(crate) fn frame_mut(&mut self, id: FrameId) -> &mut Frame<'a> {
        match &mut self.frames[id.0 as usize] {
            Some(frame) => frame,
            None => unreachable!("a number is given out with its frame, in each environment"),
        }
    }

    /// The instance whose facts, edges and exposures a frame has.
    pub(crate) fn root_of(&self, mut id: FrameId) -> FrameId {
        while let Some(outer) = self.frame(id).outer {
            id = outer;
        }
        id
    }

    /// The frame of a declared fact, service or resource in an environment.
    pub(crate) fn fact_frame(&mut self, decl: DeclId, environment: DeclId) -> FrameId {
        let key = if environment != self.environment {
            FrameKey::Elsewhere(decl, environment)
        } else if decl == environment {
            FrameKey::Environment
        } else {
            FrameKey::Here(decl)
        };
        let id = self.number(key);
        if self.frames[id.0 as usize].is_some() {
            return id;
        }
        let db = self.db;
        let (kind, capability, layout) = match self.frame_before(id) {
            Some(then) if then.decl == decl => (then.kind, then.capability, then.layout),
            _ => {
                let (kind, capability) = (decl.kind(db), declared_capability(db, decl));
                (kind, capability, program::layout(db, kind, capability))
            }
        };
        let base = program::base(db, kind, capability, Some(environment));
        let name = decl.name(db).as_str();
        self.make(
            id,
            key,
            decl,
            name,
            kind,
            environment,
            capability,
            layout,
            base,
        );
        if kind == ItemKind::Environment {
            for (scope, link) in environments::like_chain(db, decl).into_iter().enumerate() {
                self.add_settings(
                    id,
                    &program::spec(db, link).own,
                    link,
                    environment,
                    scope as u16,
                );
            }
        } else {
            self.add_settings(id, &program::spec(db, decl).own, decl, environment, 0);
        }
        id
    }

    /// The frame of an instance that an edge owns.
    pub(crate) fn owned_frame(
        &mut self,
        owner: FrameId,
        decl: DeclId,
        index: u32,
    ) -> Option<FrameId> {
        let key = FrameKey::Owned(owner, decl, index);
        let id = self.number(key);
        if self.frames[id.0 as usize].is_some() {
            return Some(id);
        }
        let db = self.db;
        let sig = edge_signatures(db, decl).get(index as usize)?;
        let capability = sig.capability?;
        // What is made of itself is the checker's finding, and would have no end.
        if program::emission_ring(db, capability).is_some() {
            return None;
        }
        let environment = self.frame(owner).environment;
        let layout = program::layout(db, ItemKind::Service, Some(capability));
        let base = program::base(db, ItemKind::Service, Some(capability), Some(environment));
        let name = self
            .arena
            .alloc_str(&format!("{}-{}", self.frame(owner).name, sig.alias));
        self.make(
            id,
            key,
            decl,
            name,
            ItemKind::Service,
            environment,
            Some(capability),
            layout,
            base,
        );
        self.frame_mut(id).setter = Some((owner, &[]));
        self.frame_mut(id).outer = Some(owner);
        if let Some(settings) = program::spec(db, decl).owned.get(index as usize) {
            self.add_settings(id, settings, decl, environment, 0);
        }
        Some(id)
    }

    /// The frame of the fields of an edge.
    pub(crate) fn edge_frame(
        &mut self,
        owner: FrameId,
        decl: DeclId,
        index: u32,
    ) -> Option<FrameId> {
        let key = FrameKey::Edge(owner, decl, index);
        let id = self.number(key);
        if self.frames[id.0 as usize].is_some() {
            return Some(id);
        }
        let db = self.db;
        let sig = edge_signatures(db, decl).get(index as usize)?;
        let capability = sig.capability?;
        let environment = self.frame(owner).environment;
        let (layout, base) = (edge_layout(db, capability), edge_base(db, capability));
        let name = self.frame(owner).name;
        self.make(
            id,
            key,
            decl,
            name,
            ItemKind::Service,
            environment,
            None,
            layout,
            base,
        );
        self.frame_mut(id).setter = Some((owner, &[]));
        self.frame_mut(id).outer = Some(owner);
        if let Some(settings) = program::spec(db, decl).edges.get(index as usize) {
            self.add_settings(id, settings, decl, environment, 0);
        }
        Some(id)
    }

    /// A frame for a capability that another emits; its settings are added by the caller.
    pub(crate) fn composed_frame(
        &mut self,
        around: FrameId,
        decl: DeclId,
        capability: DeclId,
        index: u32,
        each: u32,
        binders: &'a [Node<'a>],
    ) -> (FrameId, bool) {
        let key = FrameKey::Composed(around, decl, index, each);
        let id = self.number(key);
        if self.frames[id.0 as usize].is_some() {
            return (id, false);
        }
        let db = self.db;
        let environment = self.frame(around).environment;
        let layout = program::layout(db, ItemKind::Service, Some(capability));
        let base = program::base(db, ItemKind::Service, Some(capability), Some(environment));
        let name = self.frame(around).name;
        self.make(
            id,
            key,
            decl,
            name,
            ItemKind::Service,
            environment,
            Some(capability),
            layout,
            base,
        );
        self.frame_mut(id).setter = Some((around, binders));
        self.frame_mut(id).outer = Some(around);
        (id, true)
    }

    /// The number of what a key stands for, the same in all environments.
    fn number(&mut self, key: FrameKey) -> FrameId {
        let next = FrameId(self.numbers.len() as u32);
        let id = *self.numbers.entry(key).or_insert(next);
        if id == next {
            self.frames.push(None);
        }
        id
    }

    #[allow(clippy::too_many_arguments, reason = "the pieces of one frame")]
    fn make(
        &mut self,
        id: FrameId,
        key: FrameKey,
        decl: DeclId,
        name: &'a str,
        kind: ItemKind,
        environment: DeclId,
        capability: Option<DeclId>,
        layout: &'a Layout,
        base: &'a Base,
    ) {
        let signature = match self.frame_before(id) {
            Some(then) if then.capability == capability => then.signature,
            _ => capability.map(|capability| program::signature(self.db, capability)),
        };
        self.frames[id.0 as usize] = Some(Frame {
            key,
            decl,
            name,
            kind,
            environment,
            capability,
            signature,
            layout,
            base,
            own: ArenaVec::new_in(self.arena),
            heads: self.arena.alloc_slice_copy(&base.heads),
            touched: self.arena.alloc_slice_copy(&base.touched),
            places: self
                .arena
                .alloc_slice_fill_copy(layout.places.len(), State::New),
            members: match signature {
                Some(signature) => with_capacity(2 * signature.outputs.len()),
                None => FxHashMap::default(),
            },
            wholes: FxHashMap::default(),
            setter: None,
            outer: None,
            provider: None,
        });
    }

    fn add_settings(
        &mut self,
        id: FrameId,
        settings: &'a Settings,
        decl: DeclId,
        environment: DeclId,
        scope: u16,
    ) {
        self.frame_mut(id).own.reserve(settings.own.len());
        for setting in &settings.own {
            self.add_own(
                id,
                Own::Setting(setting),
                setting.place,
                (Layer::Own, scope),
            );
        }
        if settings.blocks.is_empty() {
            return;
        }
        for (block, rank) in blocks_for(self.db, decl, environment) {
            if let Some((_, list)) = settings.blocks.iter().find(|(index, _)| index == block) {
                for setting in list {
                    self.add_own(id, Own::Setting(setting), setting.place, (Layer::In, *rank));
                }
            }
        }
    }

    /// Adds a setting above all that a frame has.
    pub(crate) fn add_own(
        &mut self,
        id: FrameId,
        own: Own<'a>,
        place: PlaceId,
        rank: (Layer, u16),
    ) {
        let frame = self.frame_mut(id);
        let number = (frame.base.settings.len() + frame.own.len() + 1) as u32;
        let previous = std::mem::replace(&mut frame.heads[place.0 as usize], number);
        frame.own.push((own, place, rank, previous));
        let mut at = Some(place);
        while let Some(place) = at {
            frame.touched[place.0 as usize] = number;
            at = frame.layout.place(place).parent;
        }
    }

    /// Who does a frame's work: the capability itself, or the implementation that the environment takes. `None` when that is
    /// undecided, which is reported once.
    pub(crate) fn provider(&mut self, id: FrameId) -> Option<DeclId> {
        self.provider_members(id).map(|(decl, _)| decl)
    }

    /// The same with its members.
    pub(crate) fn provider_members(&mut self, id: FrameId) -> Option<Provider<'a>> {
        if let Some(provider) = self.frame(id).provider {
            return provider;
        }
        let (capability, environment) = (self.frame(id).capability, self.frame(id).environment);
        let provider = capability.and_then(|capability| {
            match implementation_choice(self.db, capability, environment) {
                Choice::Itself => Some(capability),
                Choice::Implementation(decl) => Some(*decl),
                Choice::Undecided(problem) => {
                    let mut problem = (**problem).clone();
                    problem = problem.at(self.instance_anchor(id), "needed here");
                    self.report(problem);
                    None
                }
            }
        });
        let provider = provider.and_then(|decl| Some((decl, members_of(self.db, decl)?)));
        self.frame_mut(id).provider = Some(provider);
        provider
    }
}

/// Who does a frame's work, and its members.
pub(crate) type Provider<'a> = (DeclId, &'a hir::Members);

fn members_of(db: &dyn Db, decl: DeclId) -> Option<&hir::Members> {
    match &hir::body(db, decl).kind {
        BodyKind::Capability(capability) => Some(&capability.members),
        BodyKind::Implementation(implementation) => Some(&implementation.members),
        _ => None,
    }
}

impl<'a> Session<'a> {
    /// Where an instance is asked for: its declaration's name, the edge that owns it, the emission that it is.
    pub(crate) fn instance_anchor(&self, id: FrameId) -> Anchor {
        let frame = self.frame(id);
        let node = match frame.key {
            FrameKey::Environment | FrameKey::Here(_) | FrameKey::Elsewhere(..) => None,
            FrameKey::Owned(_, decl, index) | FrameKey::Edge(_, decl, index) => {
                let edges = edges_of(hir::body(self.db, decl));
                edges.get(index as usize).map(|edge| edge.node)
            }
            FrameKey::Composed(_, decl, index, _) => {
                let emits: &[hir::EmitDecl] = match &hir::body(self.db, decl).kind {
                    BodyKind::Capability(capability) => &capability.members.emits,
                    BodyKind::Implementation(implementation) => &implementation.members.emits,
                    _ => &[],
                };
                emits.get(index as usize).map(|emit| emit.node)
            }
        };
        Anchor::Node(frame.decl, node.unwrap_or(NodeId::NAME))
    }

    /// Whose fault it is when an instance lacks something: of whoever wrote it down.
    pub(crate) fn fault_of(&self, id: FrameId) -> Fault {
        match self.frame(id).decl.kind(self.db) {
            ItemKind::Capability | ItemKind::Implementation => Fault::Capability,
            _ => Fault::Consumer,
        }
    }

    /// What a frame stands for.
    pub(super) fn key_of(&self, id: FrameId) -> FrameKey {
        self.frame(id).key
    }

    /// The instance that a frame is part of: compositions belong to the instance around them.
    pub(super) fn instance_of(&self, mut id: FrameId) -> FrameId {
        while let FrameKey::Composed(around, ..) = self.frame(id).key {
            id = around;
        }
        id
    }

    /// Whether a frame stands for a declaration.
    pub(super) fn is_declared(&self, id: FrameId) -> bool {
        matches!(
            self.frame(id).key,
            FrameKey::Environment | FrameKey::Here(_) | FrameKey::Elsewhere(..)
        )
    }
}
