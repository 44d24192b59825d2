//! The change that would repair a broken rule, and what it says of who is at fault.

use plat_diagnostics::Fault;
use plat_model::{Node, Value};

use super::super::{Cx, FrameId, Session};
use super::subjects::{self, part};
use crate::hir::{RequireDecl, SegmentKind};
use crate::problem::{Anchor, ProblemFix};
use crate::program::{Layer, PlaceId, PlaceKind, segment_names};
use crate::rules::Decided;

/// How many parts of a value are looked at for one that a service wrote.
const MAX_PARTS: usize = 256;

impl<'a> Session<'a> {
    /// Who is at fault, and whether the assignment that a requirement proposes is to what decided.
    ///
    /// Where a capability computed what an object says, the input that the requirement names is what decided, if somebody set it.
    /// Where a service wrote another value than that input, as for a sidecar, setting the input would change nothing.
    pub(super) fn at_fault(
        &mut self,
        decided: Option<Decided>,
        instance: FrameId,
        require: &RequireDecl,
    ) -> (Option<Decided>, bool) {
        let Some((frame, place)) = self.repaired_place(instance, require) else {
            return (decided, true);
        };
        let set = self
            .winner(frame, place)
            .filter(|(_, layer)| *layer != Layer::Default);
        match decided {
            Some(decided) if decided.fault == Fault::Consumer => {
                let value = self.place(frame, place).ok();
                let made = value.and_then(|node| self.anchor(node.origin));
                let is_repaired = self.speaks_of_instance()
                    || made.as_ref() == Some(&decided.at)
                    || set.is_some_and(|(at, _)| at == decided.at);
                (Some(decided), is_repaired)
            }
            decided => match set {
                Some((at, layer)) => (Some(set_at(at, layer)), true),
                None => (decided, true),
            },
        }
    }

    /// The place that the one assignment of a requirement goes into.
    fn repaired_place(
        &self,
        instance: FrameId,
        require: &RequireDecl,
    ) -> Option<(FrameId, PlaceId)> {
        let [(path, _)] = require.fixes.as_slice() else {
            return None;
        };
        let layout = self.frame(instance).layout;
        let mut place: Option<PlaceId> = None;
        for segment in path {
            let SegmentKind::Name(name) = &segment.kind else {
                break;
            };
            place = match place {
                None => Some(layout.root(name)?),
                Some(parent) if layout.place(parent).kind == PlaceKind::Record => {
                    layout.child(parent, name)
                }
                Some(_) => break,
            };
        }
        Some((instance, place?))
    }

    /// Whether the rule speaks of an instance rather than of an object or what is in it.
    fn speaks_of_instance(&self) -> bool {
        let subject = self.locals.get(self.local_base);
        subject.is_some_and(|node| part(node, subjects::INSTANCE).is_none())
    }

    /// The part of a value that a service wrote, where a capability put the rest together.
    pub(super) fn made_of(&self, node: &Node<'a>) -> Option<Decided> {
        let mut todo = vec![*node];
        for _ in 0..MAX_PARTS {
            let node = todo.pop()?;
            let made = self.made_at(node.origin, "made of this");
            if let Some(made) = made.filter(|made| made.fault == Fault::Consumer) {
                return Some(made);
            }
            match node.value {
                Value::List(items) => todo.extend(items.iter().rev()),
                Value::Record(fields) | Value::Map(fields) => {
                    let shown = fields.iter().filter(|field| !field.key.starts_with('\0'));
                    todo.extend(shown.rev().map(|field| field.node));
                }
                _ => {}
            }
        }
        None
    }

    /// The assignments that a requirement proposes: a change for a single one that can be written down, else words.
    pub(super) fn proposed(
        &mut self,
        cx: Cx<'a>,
        instance: FrameId,
        require: &'a RequireDecl,
    ) -> (Option<ProblemFix>, Option<String>) {
        let mut written = Vec::new();
        let mut fix = None;
        for (path, value) in &require.fixes {
            let names = segment_names(path);
            let known = names
                .first()
                .is_some_and(|name| self.frame(instance).layout.root(name).is_some());
            if !known {
                continue;
            }
            let Ok(node) = self.eval(cx, *value) else {
                continue;
            };
            let Some(text) = self.plat_text(&node) else {
                continue;
            };
            if require.fixes.len() == 1 {
                fix = self.assignment_of(instance, path, &node, &text);
            }
            let dotted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            written.push(format!("`{} = {text}`", dotted.join(".")));
        }
        let help = match written.as_slice() {
            [] => None,
            _ if fix.is_some() => None,
            _ => Some(format!("set {}", written.join(" and "))),
        };
        (fix, help)
    }
}

/// What a setting decided.
pub(super) fn set_at(at: Anchor, layer: Layer) -> Decided {
    let (label, fault) = match layer {
        Layer::Default => ("the default (layer 1)", Fault::Capability),
        Layer::Defaults => ("set for all by `defaults` (layer 2)", Fault::Provider),
        Layer::In => ("set for the environment (layer 4)", Fault::Consumer),
        _ => ("set here", Fault::Consumer),
    };
    Decided {
        at,
        label: label.into(),
        fault,
    }
}
