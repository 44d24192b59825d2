//! Overlays: settings that go into the value of lower ones instead of replacing it.

use plat_diagnostics::codes;
use plat_model::Origin;

use super::draft::Draft;
use super::{Eval, FrameId, Poison, Session};
use crate::hir::{Segment, SegmentKind};
use crate::problem::{Anchor, Problem};
use crate::program::{Rank, Setting, SettingOp};
use crate::ty::TypeKind;

/// A value that several settings make together, lowest first.
pub(super) struct Overlay<'a> {
    pub(super) setting: &'a Setting,
    pub(super) number: u32,
}

impl<'a> Session<'a> {
    /// Entries of one layer whose computed keys come to a path that another one sets too. Paths without such keys are compared
    /// before anything is evaluated.
    pub(super) fn computed_collisions(
        &mut self,
        frame: FrameId,
        overlays: &[Overlay<'a>],
    ) -> Eval<()> {
        let computed = |overlay: &Overlay<'a>| {
            let mut segments = overlay.setting.rest.iter();
            segments.any(|segment| matches!(segment.kind, SegmentKind::Computed(_)))
        };
        if !overlays.iter().any(computed) {
            return Ok(());
        }
        let mut seen: Vec<(Rank, Vec<&'a str>, &'a Setting)> = Vec::new();
        for overlay in overlays {
            let setting = overlay.setting;
            if !matches!(setting.op, SettingOp::Set(_)) {
                continue;
            }
            let path = self.in_setting(frame, overlay.number, setting, |session, cx| {
                let mut path = Vec::with_capacity(setting.rest.len());
                for segment in &setting.rest {
                    path.push(match &segment.kind {
                        SegmentKind::Name(name) => name.as_str(),
                        SegmentKind::Computed(key) | SegmentKind::Index(key) => {
                            session.key(cx, *key)?
                        }
                    });
                }
                Ok(path)
            })?;
            let rank = self.rank_of(frame, overlay.number);
            let clash = seen.iter().find(|(other, known, _)| {
                *other == rank && (known.starts_with(&path) || path.starts_with(known))
            });
            if let Some((_, _, first)) = clash {
                let around = self.frame(frame).layout.path(setting.place);
                let message = format!("`{around}.{}` is set twice in one layer", path.join("."));
                return self.fail(
                    Problem::new(&codes::SET_TWICE, message)
                        .at(Anchor::Node(setting.decl, setting.node), "set again here")
                        .also(Anchor::Node(first.decl, first.node), "first set here")
                        .help("keep one of them; to choose by a condition, write `if … then … else …`"),
                );
            }
            seen.push((rank, path, setting));
        }
        Ok(())
    }

    /// The layer of a setting, and its rank within it.
    fn rank_of(&self, frame: FrameId, number: u32) -> Rank {
        let known = self.frame(frame);
        let index = number as usize - 1;
        match known.base.settings.get(index) {
            Some(setting) => setting.rank,
            None => {
                let (layer, scope) = known.own[index - known.base.settings.len()].2;
                let nearness = 0;
                Rank {
                    layer,
                    nearness,
                    scope,
                }
            }
        }
    }

    pub(super) fn overlay(
        &mut self,
        frame: FrameId,
        overlay: &Overlay<'a>,
        draft: &mut Draft<'a>,
        ty: &crate::ty::Type,
    ) -> Eval<()> {
        let setting = overlay.setting;
        let rest: &'a [Segment] = &setting.rest;
        let list = matches!(ty.unwrapped().kind, TypeKind::List(_));
        // A path into something that has none is the checker's finding.
        if ty.unwrapped().is_scalar() {
            return Err(Poison);
        }
        self.in_setting(frame, overlay.number, setting, |session, cx| {
            let origin = Origin {
                body: cx.unit.origin,
                node: setting.node.0,
            };
            let target = session.descend(cx, draft, rest, origin)?;
            if !matches!(setting.op, SettingOp::Set(_)) {
                session.look_opened(target);
            }
            match setting.op {
                SettingOp::Set(expr) => {
                    let node = session.eval_apart(cx, expr)?;
                    *target = Draft::Leaf(node);
                }
                SettingOp::Append(expr) => {
                    let node = session.eval(cx, expr)?;
                    session.append(target, node)?;
                }
                SettingOp::Spread(expr) => {
                    let node = session.eval(cx, expr)?;
                    session.merge(target, node)?;
                }
                SettingOp::Enter if !list => target.enter(session.arena, origin),
                SettingOp::Enter | SettingOp::Reset => {}
            }
            Ok(())
        })
    }
}
