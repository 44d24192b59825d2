//! Places: the value of a path from the settings of all layers (S1).

use plat_diagnostics::codes;
use plat_model::{Field, Node, Origin, Value, field};

use super::draft::Draft;
use super::expr::literal;
use super::frames::{Own, State};
use super::overlays::Overlay;
use super::passes::Read;
use super::trace::{Step, StepKind};
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::DeclId;
use crate::hir::{Expr, ExprId, NodeId};
use crate::problem::Problem;
use crate::program::{
    Decider, PlaceId, PlaceKind, Setting, SettingOp, has_shape, is_checked_literal,
};

impl<'a> Session<'a> {
    /// The value of a place.
    pub(crate) fn place(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        self.note(Read::Place(frame, place));
        match self.frame(frame).places[place.0 as usize] {
            State::Done(result, _) => return result,
            State::Busy => return self.ring(StepKind::Place(frame, place)),
            State::New => {}
        }
        let (result, record) = self.once_only(|session| {
            session.tagging_place(frame, place, |session| session.place_unread(frame, place))
        });
        self.frame_mut(frame).places[place.0 as usize] = State::Done(result, record);
        result
    }

    fn place_unread(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        match self.decider(frame, place) {
            // Nothing to evaluate, and so no ring to close.
            Decider::Literal(number) => self.literal(frame, number),
            Decider::Absent => self.absent(frame, place),
            decider @ (Decider::Setting(_) | Decider::Several) => {
                self.frame_mut(frame).places[place.0 as usize] = State::Busy;
                let step = Step {
                    kind: StepKind::Place(frame, place),
                    at: self.place_source(frame, place),
                };
                self.step(step, |session| match session.place_before(frame, place) {
                    Some(node) => Ok(node),
                    None => session.place_anew(frame, place, decider),
                })
            }
        }
    }

    fn place_anew(&mut self, frame: FrameId, place: PlaceId, decider: Decider) -> Eval<Node<'a>> {
        match decider {
            Decider::Setting(number) => self.single(frame, place, number),
            _ => self.place_value(frame, place),
        }
    }

    /// What decides a place: what the base says, unless a setting above it speaks of the place or of one around it.
    fn decider(&self, frame: FrameId, place: PlaceId) -> Decider {
        let frame = self.frame(frame);
        let base = frame.base.settings.len() as u32;
        let mut at = Some(place);
        while let Some(id) = at {
            if frame.heads[id.0 as usize] > base {
                return Decider::Several;
            }
            at = frame.layout.place(id).parent;
        }
        frame.base.deciders[place.0 as usize]
    }

    /// The value of a place that a checked literal of the base decides.
    fn literal(&mut self, frame: FrameId, number: u32) -> Eval<Node<'a>> {
        // The place, and the expression.
        self.burn(2)?;
        let setting = &self.frame(frame).base.settings[number as usize - 1];
        let SettingOp::Set(expr) = setting.op else {
            return Err(Poison);
        };
        let unit = self.unit(setting.decl);
        let value = literal(&unit.body.exprs[expr.0 as usize]).ok_or(Poison)?;
        let cx = Cx { frame: None, unit };
        Ok(Node::new(value, Self::origin(cx, expr)))
    }

    /// The value of a place that nothing sets, and that need not be set.
    fn absent(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        self.burn(1)?;
        Ok(Node::new(Value::None, self.place_origin(frame, place)))
    }

    /// The value of a place that one setting of the base decides.
    fn single(&mut self, frame: FrameId, place: PlaceId, number: u32) -> Eval<Node<'a>> {
        self.burn(1)?;
        let known = self.frame(frame);
        let (setting, layout) = (&known.base.settings[number as usize - 1], known.layout);
        let SettingOp::Set(expr) = setting.op else {
            return Err(Poison);
        };
        let node = self.in_setting(frame, number, setting, |session, cx| {
            session.eval_apart(cx, expr)
        })?;
        self.complete(node, &layout.place(place).field.ty)
    }

    fn place_value(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        self.burn(1)?;
        let layout = self.frame(frame).layout;
        match layout.place(place).kind {
            PlaceKind::Leaf => self.leaf(frame, place),
            PlaceKind::Record => self.record(frame, place),
            PlaceKind::OptionalRecord => {
                if self.present(frame, place)? {
                    self.record(frame, place)
                } else {
                    Ok(Node::new(Value::None, self.place_origin(frame, place)))
                }
            }
        }
    }

    /// A record from its fields.
    fn record(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        let layout = self.frame(frame).layout;
        let mut fields = self.list_of(layout.place(place).children.len());
        let mut failed = false;
        for &child in &layout.place(place).children {
            match self.place(frame, child) {
                Ok(node) => fields.push(Field {
                    key: layout.place(child).field.name.as_str(),
                    node,
                }),
                Err(Poison) => failed = true,
            }
        }
        if failed {
            return Err(Poison);
        }
        let fields = self.keep(fields)?;
        Ok(Node::new(
            Value::Record(fields),
            self.place_origin(frame, place),
        ))
    }

    /// Whether anything makes an optional record present.
    fn present(&mut self, frame: FrameId, place: PlaceId) -> Eval<bool> {
        let touched = self.frame(frame).touched[place.0 as usize];
        let (whole, value) = match self.whole(frame, place)? {
            Some(found) => found,
            None => return Ok(touched != 0 && self.still_touched(frame, place, 0)?),
        };
        if touched > whole && self.still_touched(frame, place, whole)? {
            return Ok(true);
        }
        Ok(match value {
            Some(node) => !matches!(node.value, Value::None),
            None => self.covers(frame, place, whole),
        })
    }

    /// Whether a reset stands at the place itself, as opposed to around it.
    fn covers(&self, frame: FrameId, place: PlaceId, number: u32) -> bool {
        self.setting_at(frame, number).1 == place
    }

    /// Whether a setting above `floor` at or below the place holds, considering its guards.
    fn still_touched(&mut self, frame: FrameId, place: PlaceId, floor: u32) -> Eval<bool> {
        let layout = self.frame(frame).layout;
        let mut todo = vec![place];
        while let Some(at) = todo.pop() {
            let mut number = self.frame(frame).heads[at.0 as usize];
            while number > floor {
                let (own, _, previous) = self.setting_at(frame, number);
                let counts = match own {
                    Own::Setting(setting) => {
                        let type_default = setting.is_type_default();
                        let removes = at == place && self.sets_none(setting);
                        !type_default && !removes && self.holds(frame, number, setting)?
                    }
                    Own::Inherited(_) => true,
                };
                if counts {
                    return Ok(true);
                }
                number = previous;
            }
            todo.extend(layout.place(at).children.iter().copied());
        }
        Ok(false)
    }

    fn sets_none(&self, setting: &Setting) -> bool {
        match setting.op {
            SettingOp::Set(expr) => {
                matches!(
                    crate::hir::body(self.db, setting.decl).exprs[expr.0 as usize],
                    Expr::None
                )
            }
            _ => false,
        }
    }

    /// The highest setting that sets a place as a whole, from its own or from around it: its number, and what it gives (`None`
    /// for a reset, whose fields are settings of their own).
    fn whole(&mut self, frame: FrameId, place: PlaceId) -> Eval<Option<(u32, Option<Node<'a>>)>> {
        let mut below = u32::MAX;
        while let Some((number, at)) = self.next_setting(frame, place, below) {
            below = number;
            let (own, _, _) = self.setting_at(frame, number);
            let setting = match own {
                Own::Inherited(from) => {
                    let node = self.inherited(frame, from)?;
                    return Ok(Some((number, Some(node))));
                }
                Own::Setting(setting) => setting,
            };
            if !setting.rest.is_empty() || !self.holds(frame, number, setting)? {
                continue;
            }
            match setting.op {
                SettingOp::Set(expr) => {
                    let value = self.set_value(frame, number, setting, expr)?;
                    let node = self.project(frame, at, place, value);
                    return Ok(Some((
                        number,
                        Some(node.unwrap_or(Node::new(Value::None, value.origin))),
                    )));
                }
                SettingOp::Reset => return Ok(Some((number, None))),
                SettingOp::Spread(expr) => {
                    let value = self.set_value(frame, number, setting, expr)?;
                    if at != place
                        && let Some(node) = self.project(frame, at, place, value)
                    {
                        return Ok(Some((number, Some(node))));
                    }
                }
                SettingOp::Enter | SettingOp::Append(_) => {}
            }
        }
        Ok(None)
    }

    /// The highest setting below a number at a place or around it.
    fn next_setting(&self, frame: FrameId, place: PlaceId, below: u32) -> Option<(u32, PlaceId)> {
        let layout = self.frame(frame).layout;
        let mut best: Option<(u32, PlaceId)> = None;
        let mut at = Some(place);
        while let Some(id) = at {
            let mut number = self.frame(frame).heads[id.0 as usize];
            while number >= below && number != 0 {
                number = self.setting_at(frame, number).2;
            }
            if number != 0 && best.is_none_or(|(known, _)| number > known) {
                best = Some((number, id));
            }
            at = layout.place(id).parent;
        }
        best
    }

    /// A setting by its number: itself, its place, the number of the one before it.
    pub(super) fn setting_at(&self, frame: FrameId, number: u32) -> (Own<'a>, PlaceId, u32) {
        let frame = self.frame(frame);
        let index = number as usize - 1;
        match frame.base.settings.get(index) {
            Some(setting) => (Own::Setting(setting), setting.place, setting.previous),
            None => {
                let (own, place, _, previous) = frame.own[index - frame.base.settings.len()];
                (own, place, previous)
            }
        }
    }

    /// Whether a setting's guards hold.
    fn holds(&mut self, frame: FrameId, number: u32, setting: &'a Setting) -> Eval<bool> {
        for guard in &setting.guards {
            let node = self.in_setting(frame, number, setting, |session, cx| {
                session.eval(cx, *guard)
            })?;
            if !matches!(node.value, Value::Bool(true)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Evaluates something of a setting where its expressions belong.
    pub(super) fn in_setting<T>(
        &mut self,
        frame: FrameId,
        number: u32,
        setting: &'a Setting,
        work: impl FnOnce(&mut Self, Cx<'a>) -> Eval<T>,
    ) -> Eval<T> {
        let own = number as usize > self.frame(frame).base.settings.len();
        let (home, binders) = match self.frame(frame).setter {
            Some((setter, binders)) if own => (setter, binders),
            _ => (frame, &[][..]),
        };
        let cx = Cx {
            frame: Some(home),
            unit: self.unit(setting.decl),
        };
        self.with_locals(binders, |session| work(session, cx))
    }

    /// Evaluates with these binders and no others.
    pub(super) fn with_locals<T>(
        &mut self,
        binders: &[Node<'a>],
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let (depth, base) = (self.locals.len(), self.local_base);
        self.local_base = depth;
        if !binders.is_empty() {
            self.locals.extend_from_slice(binders);
        }
        let result = work(self);
        self.locals.truncate(depth);
        self.local_base = base;
        result
    }

    /// The value of `= e` or `..e`, kept: a record that is read field by field is evaluated once.
    fn set_value(
        &mut self,
        frame: FrameId,
        number: u32,
        setting: &'a Setting,
        expr: ExprId,
    ) -> Eval<Node<'a>> {
        let layout = self.frame(frame).layout;
        if layout.place(setting.place).kind == PlaceKind::Leaf {
            return self.in_setting(frame, number, setting, |session, cx| {
                session.eval_apart(cx, expr)
            });
        }
        if let Some((result, record)) = self.frame(frame).wholes.get(&number).copied() {
            self.use_again(record)?;
            if let Ok(node) = &result {
                self.look_shape(node);
            }
            return result;
        }
        let mark = self.mark();
        let result = self.in_setting(frame, number, setting, |session, cx| {
            session.eval_apart(cx, expr)
        });
        let record = self.since(mark);
        if let Ok(node) = &result {
            self.look_shape(node);
        }
        self.frame_mut(frame)
            .wholes
            .insert(number, (result, record));
        result
    }

    /// The part of a record's value that belongs to a place below it; `None` when the record does not say.
    fn project(
        &self,
        frame: FrameId,
        from: PlaceId,
        to: PlaceId,
        value: Node<'a>,
    ) -> Option<Node<'a>> {
        if from == to {
            return Some(value);
        }
        let layout = self.frame(frame).layout;
        let parent = layout.place(to).parent?;
        let around = self.project(frame, from, parent, value)?;
        let fields = around.value.fields()?;
        field(fields, &layout.place(to).field.name).map(|field| field.node)
    }

    /// What `..inputs` takes over: the value in the frame around.
    fn inherited(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        match self.frame(frame).setter {
            Some((around, _)) => self.place(around, place),
            None => Err(Poison),
        }
    }

    /// A leaf: the highest setting of it or around it, with the higher ones below it on top.
    fn leaf(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        let layout = self.frame(frame).layout;
        let ty = &layout.place(place).field.ty;
        let mut overlays: Vec<Overlay<'a>> = Vec::new();
        let mut base: Option<(Node<'a>, bool)> = None;
        let mut below = u32::MAX;
        let mut reset = false;
        while let Some((number, at)) = self.next_setting(frame, place, below) {
            below = number;
            let (own, _, _) = self.setting_at(frame, number);
            let setting = match own {
                Own::Inherited(from) => {
                    base = Some((self.inherited(frame, from)?, false));
                    break;
                }
                Own::Setting(setting) => setting,
            };
            // After a reset, only the defaults of types fill the gaps.
            if reset && !setting.is_type_default() {
                continue;
            }
            if !self.holds(frame, number, setting)? {
                continue;
            }
            match setting.op {
                SettingOp::Set(expr) if setting.rest.is_empty() => {
                    let value = self.set_value(frame, number, setting, expr)?;
                    if let Some(node) = self.project(frame, at, place, value) {
                        let known = layout.place(place);
                        let body = self.unit(setting.decl).body;
                        let checked = is_checked_literal(body, setting, expr, known);
                        base = Some((node, checked));
                        break;
                    }
                    reset = true;
                }
                SettingOp::Reset => reset = true,
                SettingOp::Spread(expr) if at != place => {
                    let value = self.set_value(frame, number, setting, expr)?;
                    if let Some(node) = self.project(frame, at, place, value) {
                        base = Some((node, false));
                        break;
                    }
                }
                SettingOp::Enter if at != place => {}
                _ if at == place => overlays.push(Overlay { setting, number }),
                _ => {}
            }
        }
        if overlays.is_empty() {
            return match base {
                Some((node, true)) if !has_shape(ty) => Ok(node),
                Some((node, _)) => self.complete(node, ty),
                None => self.missing(frame, place),
            };
        }
        overlays.reverse();
        let mut draft = match base {
            Some((node, _)) if !matches!(node.value, Value::None) => Draft::Leaf(node),
            _ => Draft::Empty,
        };
        let mut failed = self.computed_collisions(frame, &overlays).is_err();
        for overlay in overlays {
            failed |= self.overlay(frame, &overlay, &mut draft, ty).is_err();
        }
        if failed {
            return Err(Poison);
        }
        let origin = self.place_origin(frame, place);
        let node = self.finish(draft, origin)?;
        self.complete(node, ty)
    }

    /// A place that nothing sets: absent if it may be, else a finding at the declaration that should have set it.
    fn missing(&mut self, frame: FrameId, place: PlaceId) -> Eval<Node<'a>> {
        let layout = self.frame(frame).layout;
        let known = layout.place(place);
        let origin = self.place_origin(frame, place);
        if known.field.ty.is_optional() {
            return Ok(Node::new(Value::None, origin));
        }
        if known.field.ty.is_error() || self.is_misread(self.frame(frame).decl) {
            return Err(Poison);
        }
        let path = layout.path(place);
        let what = match self.frame(frame).capability {
            Some(capability) if known.input => format!("`{}`", capability.name(self.db)),
            _ => self.frame(frame).kind.a_word().to_owned(),
        };
        let ty = known.field.ty.text(self.db);
        let mut problem = Problem::new(
            &codes::MISSING_VALUE,
            format!("{what} needs `{path}`, and nothing sets it"),
        )
        .at(self.instance_anchor(frame), format!("`{path}` is missing"))
        .help(format!("add `{path} = …` (type `{ty}`)"))
        .fault(self.fault_of(frame));
        if let Some((decl, node)) = known.field.declared {
            problem = problem.also_node(decl, node, "declared here without a default");
        }
        self.fail(problem)
    }

    /// Whether a declaration has mistakes that would make what is missing an echo of them: a misspelt field, broken syntax.
    fn is_misread(&self, decl: DeclId) -> bool {
        let syntax = crate::items::syntax_errors(self.db, decl.file(self.db));
        let own = crate::checks::declaration_problems(self.db, decl);
        syntax.iter().any(Problem::is_error)
            || own
                .iter()
                .any(|problem| std::ptr::eq(problem.code, &codes::UNKNOWN_FIELD))
    }

    pub(super) fn place_origin(&mut self, frame: FrameId, place: PlaceId) -> Origin {
        let number = self.frame(frame).touched[place.0 as usize]
            .max(self.frame(frame).heads[place.0 as usize]);
        if number == 0 {
            return Origin::COMPILER;
        }
        match self.setting_at(frame, number).0 {
            Own::Setting(setting) => {
                let unit = self.unit(setting.decl);
                Origin {
                    body: unit.origin,
                    node: setting.node.0,
                }
            }
            Own::Inherited(_) => Origin::COMPILER,
        }
    }

    /// Where a place is set, or else declared.
    fn place_source(&self, frame: FrameId, place: PlaceId) -> Option<(DeclId, NodeId)> {
        let number = self.frame(frame).heads[place.0 as usize];
        if number != 0
            && let Own::Setting(setting) = self.setting_at(frame, number).0
        {
            return Some((setting.decl, setting.node));
        }
        self.frame(frame).layout.place(place).field.declared
    }
}
