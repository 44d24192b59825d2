//! Emission: the objects of an instance, composed capabilities and owned instances included, with patches on top.

use plat_diagnostics::codes;
use plat_model::{Node, Object, Origin, Value};
use smol_str::SmolStr;

use super::frames::Own;
use super::{Cx, Eval, FUEL, FrameId, Poison, Session};
use crate::db::{Db, DeclId, Project};
use crate::environments;
use crate::hir::{self, BodyKind, EmitDecl, EntryOp, NodeId, PatchDecl};
use crate::infer::{Context, EmitType, Meaning};
use crate::problem::{Anchor, Problem};
use crate::program::{Layer, PlaceId, composition, emission_ring};

/// How deep capabilities may emit each other.
const MAX_COMPOSITION: usize = 64;

/// What an instance emits.
#[derive(Debug, Default)]
pub struct Emission<'a> {
    /// The objects, in the order in which capabilities emit them.
    pub objects: Vec<Object<'a>>,
    /// The declarations that origins speak of, by their number less one, and after them others that were read.
    pub bodies: Vec<DeclId>,
    /// The steps that it took (S13): the same whatever was remembered.
    pub steps: u64,
}

/// What identifies an emitted object, without its content. Nearly all of its texts are short enough to stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    /// The environment.
    pub environment: DeclId,
    /// The path below the instance.
    pub path: SmolStr,
    /// `apps/v1`.
    pub api_version: SmolStr,
    /// `Deployment`.
    pub kind: SmolStr,
    /// The namespace; empty for none.
    pub namespace: SmolStr,
    /// The name.
    pub name: SmolStr,
    /// Where its name was made, or the emission.
    pub at: Option<Anchor>,
}

impl Emission<'_> {
    /// The keys of the objects.
    #[must_use]
    pub fn keys(&self, db: &dyn Db, decl: DeclId, environment: DeclId) -> Vec<ObjectKey> {
        let store = &Project::get(db).kubernetes(db).0;
        self.objects
            .iter()
            .filter_map(|object| {
                let kind = store.schema(object.schema).object.as_ref()?;
                let meta = object.meta();
                let at = self
                    .bodies
                    .get((object.body.origin.body as usize).wrapping_sub(1));
                Some(ObjectKey {
                    environment,
                    path: object.path.into(),
                    api_version: SmolStr::new(&kind.api_version),
                    kind: SmolStr::new(&kind.kind),
                    namespace: meta.namespace.into(),
                    name: meta.name.into(),
                    at: at
                        .map(|decl| Anchor::Node(*decl, NodeId(object.body.origin.node)))
                        .or(Some(Anchor::name(decl))),
                })
            })
            .collect()
    }
}

impl<'a> Session<'a> {
    /// Evaluates a declaration: its requirements, and everything that it emits.
    pub(super) fn emission(&mut self, decl: DeclId) -> Emission<'a> {
        let environment = self.environment;
        self.subject = format!("{}@{}", decl.name(self.db), environment.name(self.db));
        let frame = self.fact_frame(decl, environment);
        self.fact_frame(environment, environment);
        self.frame_findings(frame);
        self.all_places(frame);
        self.all_outputs(frame);
        self.check_edges(frame);
        let mut objects = Vec::new();
        let patches = self.patches(decl);
        self.emissions(frame, "", &patches, 0, &mut objects);
        self.extra_emissions(frame, decl, &patches, &mut objects);
        // Whose values were asked for has a part in the result, even where a default of a capability was the answer.
        for index in 0..self.frames.len() {
            if let Some(decl) = self.frames[index].as_ref().map(|frame| frame.decl) {
                let _ = self.unit(decl);
            }
        }
        Emission {
            objects,
            bodies: self.bodies.clone(),
            steps: FUEL - self.fuel,
        }
    }

    /// What an instance emits, for who asks it from outside.
    pub(super) fn objects_alone(&mut self, frame: FrameId) -> Vec<Object<'a>> {
        let decl = self.frame(frame).decl;
        let mut objects = Vec::new();
        let patches = self.patches(decl);
        self.emissions(frame, "", &patches, 0, &mut objects);
        if self.is_declared(frame) {
            self.extra_emissions(frame, decl, &patches, &mut objects);
        }
        objects
    }

    /// What is wrong with the layers below the declaration's own.
    fn frame_findings(&mut self, frame: FrameId) {
        let problems = &self.frame(frame).base.problems;
        for problem in problems {
            self.report(problem.clone());
        }
    }

    /// Every fact and input has a value, whether or not anything reads it.
    fn all_places(&mut self, frame: FrameId) {
        let layout = self.frame(frame).layout;
        for (_, place) in layout.root_names() {
            if layout.place(place).input || self.frame(frame).outer.is_none() {
                let _ = self.place(frame, place);
            }
        }
    }

    /// What is wrong with an output is found where it is made, whether or not anybody reads it. `parts` belong to an edge.
    fn all_outputs(&mut self, frame: FrameId) {
        let Some(signature) = self.frame(frame).signature else {
            return;
        };
        for output in signature
            .outputs
            .iter()
            .filter(|output| output.name != "parts")
        {
            let _ = self.output(frame, &output.name, Origin::COMPILER);
        }
    }

    /// The patches of a declaration that hold in the environment.
    fn patches(&mut self, decl: DeclId) -> Vec<(&'a PatchDecl, u32)> {
        let BodyKind::Service(service) = &hir::body(self.db, decl).kind else {
            return Vec::new();
        };
        let environment = self.environment;
        let mut found: Vec<&'a PatchDecl> = service.patches.iter().collect();
        let chain = environments::like_chain(self.db, environment);
        for block in &service.in_blocks {
            if crate::program::scope_of(self.db, decl, &block.environments, &chain).is_some() {
                found.extend(&block.patches);
            }
        }
        found
            .retain(|patch| environments::present(self.db, decl, patch.only.as_ref(), environment));
        self.patch_collisions(decl, &found);
        found.into_iter().zip(0..).collect()
    }

    /// Two patches of one object that set one path, or of which one begins the other's.
    fn patch_collisions(&mut self, decl: DeclId, patches: &[&'a PatchDecl]) {
        let mut seen: Vec<(usize, String, NodeId)> = Vec::new();
        for (index, patch) in patches.iter().enumerate() {
            let mut paths = Vec::new();
            written_paths(&patch.target.text(), &patch.entries, &mut paths);
            for (path, node) in paths {
                let begins = |a: &str, b: &str| {
                    b.strip_prefix(a)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\u{1f}'))
                };
                let clash = seen.iter().find(|(other, known, _)| {
                    *other != index && (begins(known, &path) || begins(&path, known))
                });
                if let Some((_, known, first)) = clash {
                    let shared = if known.len() < path.len() {
                        known
                    } else {
                        &path
                    };
                    let shared = shared.split_once('\u{1f}').map_or("", |(_, below)| below);
                    let message = format!("two patches set `{}`", shared.replace('\u{1f}', "."));
                    let problem = Problem::new(&codes::SET_TWICE, message)
                        .at(Anchor::Node(decl, node), "set again here")
                        .also(Anchor::Node(decl, *first), "first set here")
                        .help("patches of one object are one layer: keep one of them");
                    self.report(problem);
                }
                seen.push((index, path, node));
            }
        }
    }

    fn emissions(
        &mut self,
        frame: FrameId,
        prefix: &str,
        patches: &[(&'a PatchDecl, u32)],
        depth: usize,
        objects: &mut Vec<Object<'a>>,
    ) {
        if self.frame(frame).capability.is_none() {
            return;
        }
        let Some((provider, members)) = self.provider_members(frame) else {
            return;
        };
        if depth > MAX_COMPOSITION {
            self.report(
                Problem::new(
                    &codes::OUT_OF_FUEL,
                    "capabilities are made of each other too deeply",
                )
                .at(self.instance_anchor(frame), "stopped here")
                .note(format!("at most {MAX_COMPOSITION} lie within each other")),
            );
            return;
        }
        self.requirements(frame);
        let declared = self
            .frame(frame)
            .outer
            .is_none()
            .then_some(self.frame(frame).decl);
        for decl in declared.into_iter().chain([provider]) {
            for (alias, owned) in self.owned(frame, decl) {
                let path = joined(prefix, alias);
                self.frame_findings(owned);
                self.all_places(owned);
                self.all_outputs(owned);
                self.emissions(owned, &path, patches, depth + 1, objects);
            }
        }
        let unit = self.unit(provider);
        let cx = Cx {
            frame: Some(frame),
            unit,
        };
        for (index, emit) in members.emits.iter().enumerate() {
            let _ = self.emit_decl(cx, emit, index as u32, prefix, patches, depth, objects);
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "where and how deep one emission stands"
    )]
    fn emit_decl(
        &mut self,
        cx: Cx<'a>,
        emit: &'a EmitDecl,
        index: u32,
        prefix: &str,
        patches: &[(&'a PatchDecl, u32)],
        depth: usize,
        objects: &mut Vec<Object<'a>>,
    ) -> Eval<()> {
        let path = joined(prefix, &emit.name);
        let Some(each) = &emit.each else {
            return self.with_locals(&[], |session| {
                session.emit_one(cx, emit, (index, 0), &path, patches, depth, &[], objects)
            });
        };
        let (map, why) = self.looking(|session| {
            let map = session.with_locals(&[], |session| session.eval_apart(cx, each.map))?;
            let of_each = session.look_at_each(&map);
            Ok((session.open(map)?, of_each))
        });
        self.note_existence(emitted_kind(cx, emit), &why);
        let (map, of_each) = map?;
        for (number, field) in map.value.fields().unwrap_or_default().iter().enumerate() {
            let key = Node::new(Value::Str(field.key), field.node.origin);
            let binders = [key, field.node].map(|node| self.because_of(node, &of_each));
            let binders = self.slice(&binders)?;
            let path = format!("{path}[\"{}\"]", field.key);
            let _ = self.with_locals(binders, |session| {
                session.emit_one(
                    cx,
                    emit,
                    (index, number as u32),
                    &path,
                    patches,
                    depth,
                    binders,
                    objects,
                )
            });
        }
        Ok(())
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "where and how deep one emission stands"
    )]
    fn emit_one(
        &mut self,
        cx: Cx<'a>,
        emit: &'a EmitDecl,
        number: (u32, u32),
        path: &str,
        patches: &[(&'a PatchDecl, u32)],
        depth: usize,
        binders: &'a [Node<'a>],
        objects: &mut Vec<Object<'a>>,
    ) -> Eval<()> {
        if let Some(when) = emit.when {
            let (holds, why) = self.looking(|session| session.holds_now(cx, when));
            self.note_existence(emitted_kind(cx, emit), &why);
            if !holds? {
                return Ok(());
            }
        }
        match cx.unit.infer.emits.get(&emit.node) {
            Some(EmitType::Object(kind)) => {
                let object = self.object(cx, emit, kind, path, patches)?;
                objects.push(object);
                Ok(())
            }
            Some(EmitType::Capability(capability)) => {
                let inner = self.composition(cx, emit, *capability, number, binders)?;
                self.frame_findings(inner);
                self.all_places(inner);
                self.all_outputs(inner);
                self.emissions(inner, path, patches, depth + 1, objects);
                Ok(())
            }
            _ => Err(Poison),
        }
    }

    /// The frame of a capability that another emits, with what the block and `..inputs` set.
    pub(super) fn composition(
        &mut self,
        cx: Cx<'a>,
        emit: &'a EmitDecl,
        capability: DeclId,
        number: (u32, u32),
        binders: &'a [Node<'a>],
    ) -> Eval<FrameId> {
        let Some(around) = cx.frame else {
            return Err(Poison);
        };
        if emission_ring(self.db, capability).is_some() {
            return Err(Poison);
        }
        let (inner, new) = self.composed_frame(
            around,
            cx.unit.decl,
            capability,
            number.0,
            number.1,
            binders,
        );
        if !new {
            return Ok(inner);
        }
        let passes = emit
            .entries
            .iter()
            .any(|entry| matches!(entry.op, EntryOp::Spread(value) if is_inputs(cx, value)));
        if passes {
            self.inherit(around, inner);
        }
        let composed = composition(self.db, cx.unit.decl, number.0, capability);
        for problem in &composed.problems {
            self.report(problem.clone());
        }
        for setting in &composed.settings {
            self.add_own(inner, Own::Setting(setting), setting.place, (Layer::Own, 0));
        }
        Ok(inner)
    }

    /// `..inputs`: what both declare and a layer above the first sets around.
    fn inherit(&mut self, around: FrameId, inner: FrameId) {
        let (outer_layout, layout) = (self.frame(around).layout, self.frame(inner).layout);
        let floor = self.frame(around).base.layer_one as u32;
        let mut todo: Vec<(PlaceId, PlaceId)> = outer_layout
            .root_names()
            .filter(|(_, place)| outer_layout.place(*place).input)
            .filter_map(|(name, outer)| Some((outer, layout.root(name)?)))
            .collect();
        while let Some((outer, own)) = todo.pop() {
            self.note_passed((inner, own), (around, outer));
            if self.frame(around).touched[outer.0 as usize] <= floor {
                continue;
            }
            let children = &layout.place(own).children;
            if children.is_empty() || outer_layout.place(outer).children.is_empty() {
                self.add_own(inner, Own::Inherited(outer), own, (Layer::Own, 0));
            } else {
                for &child in children {
                    if let Some(outer) = outer_layout.child(outer, &layout.place(child).field.name)
                    {
                        todo.push((outer, child));
                    }
                }
            }
        }
    }

    /// `emit x: T because … until …` of a service.
    fn extra_emissions(
        &mut self,
        frame: FrameId,
        decl: DeclId,
        patches: &[(&'a PatchDecl, u32)],
        objects: &mut Vec<Object<'a>>,
    ) {
        let BodyKind::Service(service) = &hir::body(self.db, decl).kind else {
            return;
        };
        let unit = self.unit(decl);
        let cx = Cx {
            frame: Some(frame),
            unit,
        };
        for (index, extra) in service.emits.iter().enumerate() {
            if environments::present(self.db, decl, extra.only.as_ref(), self.environment) {
                let _ = self.emit_decl(cx, &extra.emit, index as u32, "", patches, 0, objects);
            }
        }
    }
}

/// The paths that entries set, with separators that no name has; computed keys end what is known of a path.
fn written_paths(prefix: &str, entries: &[hir::Entry], paths: &mut Vec<(String, NodeId)>) {
    for entry in entries {
        let mut path = prefix.to_owned();
        let mut known = true;
        for segment in &entry.path {
            match &segment.kind {
                hir::SegmentKind::Name(name) => {
                    path.push('\u{1f}');
                    path.push_str(name);
                }
                hir::SegmentKind::Computed(_) | hir::SegmentKind::Index(_) => known = false,
            }
        }
        match &entry.op {
            _ if !known => {}
            EntryOp::Into(inner) => written_paths(&path, inner, paths),
            EntryOp::Set(_) | EntryOp::Append(_) => paths.push((path, entry.node)),
            EntryOp::Spread(_) => {}
        }
    }
}

/// The kind of the objects of an emission, by its path below the target's root; none if it is a capability.
fn emitted_kind<'a>(cx: Cx<'a>, emit: &EmitDecl) -> Option<&'a str> {
    match cx.unit.infer.emits.get(&emit.node) {
        Some(EmitType::Object(kind)) => Some(kind),
        _ => None,
    }
}

fn is_inputs(cx: Cx<'_>, value: hir::ExprId) -> bool {
    cx.unit.infer.meanings[value.0 as usize] == Meaning::Context(Context::Inputs)
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}/{name}")
    }
}
