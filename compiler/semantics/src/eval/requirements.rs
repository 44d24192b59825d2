//! Requirements: what must hold of final values, whose fault it is when it does not, and the assignment that repairs it.

use plat_diagnostics::{Fault, codes};
use plat_model::{Node, Value};

use super::frames::Own;
use super::{Cx, FrameId, FrameKey, Session};
use crate::db::DeclId;
use crate::hir::{self, BodyKind, Entry, EntryOp, NodeId, Segment, SegmentKind};
use crate::items::ItemKind;
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::program::{Layer, PlaceId, SettingOp, segment_names, signature};

impl<'a> Session<'a> {
    /// The requirements of a capability and of who provides it.
    pub(super) fn requirements(&mut self, frame: FrameId) {
        let Some(capability) = self.frame(frame).capability else {
            return;
        };
        let mut all = signature(self.db, capability).requires.clone();
        if let Some((provider, members)) = self.provider_members(frame)
            && provider.kind(self.db) == ItemKind::Implementation
        {
            all.extend((0..members.requires.len()).map(|index| (provider, index)));
        }
        for (decl, index) in all {
            let members = match &hir::body(self.db, decl).kind {
                BodyKind::Capability(capability) => &capability.members,
                BodyKind::Implementation(implementation) => &implementation.members,
                _ => continue,
            };
            let Some(require) = members.requires.get(index) else {
                continue;
            };
            let unit = self.unit(decl);
            let cx = Cx {
                frame: Some(frame),
                unit,
            };
            let holds = self.with_locals(&[], |session| session.holds_now(cx, require.condition));
            if holds == Ok(false) {
                self.broken_requirement(cx, frame, require);
            }
        }
    }

    fn broken_requirement(&mut self, cx: Cx<'a>, frame: FrameId, require: &'a hir::RequireDecl) {
        let message = match require.otherwise {
            Some(otherwise) => self
                .with_locals(&[], |session| session.eval(cx, otherwise))
                .ok(),
            None => None,
        };
        let message = match message.map(|node| node.value) {
            Some(Value::Str(text)) => text.to_owned(),
            _ => "a requirement of the capability does not hold".to_owned(),
        };
        let mut problem = Problem::new(&codes::REQUIREMENT_BROKEN, message);
        let read = self.places_read(cx, require.condition);
        // The value of the highest layer decided, and whoever wrote it has to change it.
        let decisive = read.iter().max_by_key(|(_, _, layer, _)| *layer).cloned();
        match decisive {
            Some((_, anchor, layer, _)) => {
                problem = problem.at(anchor, "set here").fault(match layer {
                    Layer::Default => Fault::Capability,
                    Layer::Defaults => Fault::Provider,
                    _ => Fault::Consumer,
                });
            }
            None => problem = problem.at(self.instance_anchor(frame), "of this instance"),
        }
        problem = problem.also_node(cx.unit.decl, require.node, "required here");
        for (path, _, layer, value) in &read {
            problem = problem.note(format!("`{path}` is {value} (layer {})", layer.number()));
        }
        let problem = self.with_repair(cx, frame, require, problem);
        self.report(problem);
    }

    /// Adds the assignments that the requirement proposes: a fix for a single one that can be written down, else words.
    fn with_repair(
        &mut self,
        cx: Cx<'a>,
        frame: FrameId,
        require: &'a hir::RequireDecl,
        problem: Problem,
    ) -> Problem {
        let mut assignments = Vec::new();
        for (path, value) in &require.fixes {
            let node = self.with_locals(&[], |session| session.eval(cx, *value));
            let Ok(node) = node else { continue };
            if let Some(text) = self.plat_text(&node) {
                assignments.push((path, node, text));
            }
        }
        if let [(path, node, text)] = &assignments[..]
            && require.fixes.len() == 1
            && let Some(fix) = self.assignment_of(frame, path, node, text)
        {
            return problem.fix(fix);
        }
        if assignments.is_empty() {
            return problem;
        }
        let written: Vec<String> = assignments
            .iter()
            .map(|(path, _, text)| format!("`{} = {text}`", dotted(path)))
            .collect();
        problem.help(format!("set {}", written.join(" and ")))
    }

    /// The edit that gives a place of an instance a value, if the value can be written in one way only.
    pub(super) fn assignment_of(
        &self,
        frame: FrameId,
        path: &[Segment],
        node: &Node<'a>,
        text: &str,
    ) -> Option<ProblemFix> {
        is_source_text(node, text)
            .then(|| self.assignment(frame, path, text))
            .flatten()
    }

    /// The edit that gives a place of an instance a value: the value that decides is replaced where a declaration of the fleet
    /// wrote it; over one of a lower layer, the instance's declaration gets an entry. `None` where that takes more than one edit.
    fn assignment(&self, frame: FrameId, path: &[Segment], text: &str) -> Option<ProblemFix> {
        let layout = self.frame(frame).layout;
        let (first, rest) = path.split_first()?;
        let root = layout.root(name_of(first)?)?;
        let place = rest.iter().try_fold(root, |place, segment| {
            layout.child(place, name_of(segment)?)
        })?;
        if !layout.place(place).children.is_empty() {
            return None;
        }
        if let Some(value) = self.written_value(frame, place)? {
            let title = format!("set `{} = {text}`", dotted(path));
            return Some(ProblemFix::replace(value, text, title));
        }
        let (decl, alias) = self.writer(frame)?;
        let mut names: Vec<&str> = alias.into_iter().collect();
        for segment in path {
            names.push(name_of(segment)?);
        }
        let (after, left) = last_entry(decl, entries_of(hir::body(self.db, decl)), &names)?;
        let entry = format!("{} = {text}", left.join("."));
        let title = format!("set `{} = {text}`", names.join("."));
        Some(ProblemFix::entry_after(after, entry, title))
    }

    /// The expression that a declaration of the fleet gives a place, if it decides; `Some(None)` when no such declaration says
    /// anything of the place, so that an entry may be added; `None` when neither holds.
    fn written_value(&self, frame: FrameId, place: PlaceId) -> Option<Option<Anchor>> {
        let known = self.frame(frame);
        let number = known.heads[place.0 as usize];
        if number as usize > known.base.settings.len() {
            return match self.setting_at(frame, number).0 {
                Own::Inherited(from) => self
                    .written_value(known.outer?, from)
                    .filter(Option::is_some),
                Own::Setting(setting) => {
                    let SettingOp::Set(value) = setting.op else {
                        return None;
                    };
                    let plain = setting.rest.is_empty() && setting.guards.is_empty();
                    let consumer = ItemKind::FACTS.contains(&setting.decl.kind(self.db));
                    let node = hir::body(self.db, setting.decl).expr_nodes[value.0 as usize];
                    (plain && consumer).then_some(Some(Anchor::Node(setting.decl, node)))
                }
            };
        }
        // A value for all of a record around the place would collide with an entry for the place.
        let mut around = known.layout.place(place).parent;
        while let Some(id) = around {
            let mut number = known.heads[id.0 as usize];
            while number as usize > known.base.settings.len() {
                let (own, _, previous) = self.setting_at(frame, number);
                match own {
                    Own::Setting(setting) if matches!(setting.op, SettingOp::Enter) => {}
                    _ => return None,
                }
                number = previous;
            }
            around = known.layout.place(id).parent;
        }
        Some(None)
    }

    /// The declaration whose entries set the places of a frame, and the name of the edge that owns it, if one does.
    fn writer(&self, frame: FrameId) -> Option<(DeclId, Option<&'a str>)> {
        match self.frame(frame).key {
            FrameKey::Here(decl) | FrameKey::Elsewhere(decl, _) => Some((decl, None)),
            FrameKey::Environment => Some((self.frame(frame).decl, None)),
            FrameKey::Owned(owner, decl, index) if self.is_declared(owner) => {
                let sig = crate::infer::edge_signatures(self.db, decl).get(index as usize)?;
                let written_here = ItemKind::FACTS.contains(&decl.kind(self.db));
                written_here.then_some((decl, Some(sig.alias.as_str())))
            }
            _ => None,
        }
    }
}

/// Whether the text of a value, made for people, is also its one way to be written.
fn is_source_text(node: &Node<'_>, text: &str) -> bool {
    match node.value {
        Value::Bool(_) | Value::Int(_) | Value::Date(_) => true,
        Value::Variant(variant) => variant.payload.is_empty(),
        Value::Str(_) => !text.contains('\\'),
        Value::Quantity(_) | Value::Ratio(_) => {
            let lexed = plat_syntax::lexer::lex(text);
            lexed.tokens.len() == 1 && lexed.errors.is_empty()
        }
        _ => false,
    }
}

fn name_of(segment: &Segment) -> Option<&str> {
    match &segment.kind {
        SegmentKind::Name(name) => Some(name),
        SegmentKind::Computed(_) | SegmentKind::Index(_) => None,
    }
}

fn dotted(path: &[Segment]) -> String {
    segment_names(path)
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(".")
}

fn entries_of(body: &hir::Body) -> (&hir::Body, &[Entry]) {
    let entries: &[Entry] = match &body.kind {
        BodyKind::Fact(fact) => &fact.entries,
        BodyKind::Service(service) => &service.entries,
        _ => &[],
    };
    (body, entries)
}

/// The last value among the entries nearest to a path, and what of the path is to be written behind it.
fn last_entry<'p>(
    decl: DeclId,
    (body, entries): (&'p hir::Body, &'p [Entry]),
    path: &'p [&'p str],
) -> Option<(Anchor, &'p [&'p str])> {
    let nearer = entries.iter().rev().find_map(|entry| {
        let EntryOp::Into(inner) = &entry.op else {
            return None;
        };
        let names: Option<Vec<&str>> = entry.path.iter().map(name_of).collect();
        let rest = path.strip_prefix(&names?[..])?;
        let open = !rest.is_empty() && entry.guard.is_none();
        open.then(|| last_entry(decl, (body, inner), rest))
            .flatten()
    });
    nearer.or_else(|| {
        let end = entries.iter().rev().find_map(|entry| end_of(body, entry))?;
        Some((Anchor::Node(decl, end), path))
    })
}

/// The node with which an entry ends, if it is not a block.
fn end_of(body: &hir::Body, entry: &Entry) -> Option<NodeId> {
    let value = match entry.op {
        EntryOp::Set(value) | EntryOp::Append(value) => value,
        EntryOp::Into(_) | EntryOp::Spread(_) => return None,
    };
    Some(body.expr_nodes[entry.guard.unwrap_or(value).0 as usize])
}
