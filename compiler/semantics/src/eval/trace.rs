//! Why a value is what it is: rings as they are met, conditions that do not hold, and the layers of a place.

use plat_diagnostics::codes;
use plat_model::{Node, Value};
use smol_str::SmolStr;

use super::frames::Own;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::DeclId;
use crate::environments;
use crate::hir::{self, BinaryOp, Expr, ExprId, NodeId, UnaryOp};
use crate::infer::{self, Meaning, Member};
use crate::problem::{Anchor, Problem};
use crate::program::{Layer, PlaceId, SettingOp};

/// Something that is being evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub(super) kind: StepKind<'a>,
    /// The node that says so, if a source does.
    pub(super) at: Option<(DeclId, NodeId)>,
}

/// What is being evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepKind<'a> {
    /// A place of a frame.
    Place(FrameId, PlaceId),
    /// A let, output or emission of a frame.
    Member(FrameId, u8, DeclId, u32, &'a str),
    /// A `let` of a module.
    Let(DeclId),
    /// A function.
    Call(DeclId),
}

impl Step<'_> {
    /// Where it is said.
    pub(super) fn anchor(&self) -> Option<Anchor> {
        self.at.map(|(decl, node)| Anchor::Node(decl, node))
    }

    /// The instance that it belongs to.
    fn frame(&self) -> Option<FrameId> {
        match self.kind {
            StepKind::Place(frame, _) | StepKind::Member(frame, ..) => Some(frame),
            StepKind::Let(_) | StepKind::Call(_) => None,
        }
    }
}

/// How the value of a place came about.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceTrace {
    /// The path.
    pub path: String,
    /// Its type.
    pub ty: String,
    /// The value, as one would write it; `None` when evaluation failed.
    pub value: Option<String>,
    /// What the layers say, highest first.
    pub layers: Vec<LayerEntry>,
    /// Where the place is declared.
    pub declared: Option<(DeclId, NodeId)>,
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

/// What one layer says of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerEntry {
    /// The layer.
    pub layer: Layer,
    /// Where it says so.
    pub at: Anchor,
    /// What it does: `=`, `+=`, `{ … }`, `..`.
    pub operator: &'static str,
    /// The value that it gives, as one would write it.
    pub value: Option<String>,
    /// Whether it has a part in the result.
    pub wins: bool,
    /// The path that it sets, when that is another than the place's: around or below it.
    pub path: String,
}

impl<'a> Session<'a> {
    /// A ring has closed: everything from the first time this was asked for until now.
    pub(super) fn ring<T>(&mut self, kind: StepKind<'a>) -> Eval<T> {
        let start = self
            .stack
            .iter()
            .position(|step| step.kind == kind)
            .unwrap_or(0);
        let mut ring: Vec<Step<'a>> = self.stack[start..]
            .iter()
            .filter(|step| !matches!(step.kind, StepKind::Call(_)))
            .copied()
            .collect();
        if self.checker_draws(&ring) {
            return Err(Poison);
        }
        // Wherever it was entered, the ring is drawn from the same step, so that it is one finding for all who meet it.
        let frames: Vec<FrameId> = ring.iter().filter_map(Step::frame).collect();
        let qualified = frames.iter().any(|frame| *frame != frames[0]);
        let name = |step: &Step<'a>| self.step_name(step, qualified);
        if qualified {
            let first = (0..ring.len())
                .min_by_key(|index| name(&ring[*index]))
                .unwrap_or(0);
            ring.rotate_left(first);
        }
        let mut names: Vec<String> = ring.iter().map(name).collect();
        let first = names.first().cloned().unwrap_or_default();
        let mut problem = Problem::new(&codes::MEMBER_RING, format!("`{first}` needs itself"));
        for (index, step) in ring.iter().enumerate() {
            let Some(anchor) = step.anchor() else {
                continue;
            };
            problem = if index == 0 {
                problem.at(anchor, "its value needs …")
            } else {
                problem.also(anchor, format!("… `{}`, which needs …", names[index]))
            };
        }
        names.push(first);
        let help = if ring.len() == 1 {
            "a value cannot read the one that it overrides; `+=` appends to a list, `{ … }` adds to a record or map"
        } else {
            "give one of them a value of its own"
        };
        self.fail(
            problem
                .note(format!("the ring: {}", names.join(" → ")))
                .help(help),
        )
    }

    /// Whether the checker has drawn a ring through one of these steps.
    fn checker_draws(&self, ring: &[Step<'a>]) -> bool {
        let declarations = ring.iter().filter_map(|step| step.at.map(|(decl, _)| decl));
        let mut problems = declarations.flat_map(|decl| &infer::infer(self.db, decl).problems);
        problems.any(|known| std::ptr::eq(known.code, &codes::MEMBER_RING))
    }

    /// What a step is called in a ring; with the instance, if it goes through several.
    fn step_name(&self, step: &Step<'a>, qualified: bool) -> String {
        let name = match step.kind {
            StepKind::Place(frame, place) => self.frame(frame).layout.path(place),
            StepKind::Member(_, _, _, _, name) => name.to_string(),
            StepKind::Let(decl) | StepKind::Call(decl) => decl.name(self.db).to_string(),
        };
        match step.frame() {
            Some(frame) if qualified => format!("{}:{name}", self.frame(frame).name),
            _ => name,
        }
    }

    /// The places that an expression reads, with where their values were set: path, place in the source, layer, value.
    pub(super) fn places_read(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
    ) -> Vec<(String, Anchor, Layer, String)> {
        let Some(frame) = cx.frame else {
            return Vec::new();
        };
        let mut places = Vec::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let expr = &cx.unit.body.exprs[id.0 as usize];
            if let Some(place) = self.named_place(cx, frame, id) {
                if !places.contains(&place) {
                    places.push(place);
                }
                continue;
            }
            hir::walk::children(expr, &mut |child| todo.push(child));
        }
        places.sort();
        let mut found = Vec::new();
        for place in places {
            let Ok(node) = self.place(frame, place) else {
                continue;
            };
            let Some((anchor, layer)) = self.winner(frame, place) else {
                continue;
            };
            let path = self.frame(frame).layout.path(place);
            if let Some(text) = self.plat_text(&node) {
                found.push((path, anchor, layer, text));
            }
        }
        found
    }

    /// The place that a chain of names reads, the deepest one.
    fn named_place(&self, cx: Cx<'a>, frame: FrameId, id: ExprId) -> Option<PlaceId> {
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Name(_) => match cx.unit.infer.meanings[id.0 as usize] {
                Meaning::Member(index) => match cx.unit.infer.members.get(index as usize)? {
                    Member::Place(name) => self.frame(frame).layout.root(name),
                    _ => None,
                },
                _ => None,
            },
            Expr::Field { base, name, .. } => {
                let parent = self.named_place(cx, frame, *base)?;
                let layout = self.frame(frame).layout;
                Some(layout.child(parent, name).unwrap_or(parent))
            }
            _ => None,
        }
    }

    /// Where the highest setting of a place stands, and its layer.
    pub(super) fn winner(&self, frame: FrameId, place: PlaceId) -> Option<(Anchor, Layer)> {
        let known = self.frame(frame);
        let number = known.heads[place.0 as usize].max(known.touched[place.0 as usize]);
        let number = if number == 0 {
            let mut at = known.layout.place(place).parent;
            let mut found = 0;
            while let Some(id) = at {
                found = found.max(known.heads[id.0 as usize]);
                at = known.layout.place(id).parent;
            }
            found
        } else {
            number
        };
        if number == 0 {
            return None;
        }
        let layer = self.layer_of(frame, number);
        match self.setting_at(frame, number).0 {
            Own::Setting(setting) => Some((Anchor::Node(setting.decl, setting.node), layer)),
            Own::Inherited(from) => self.winner(known.outer?, from),
        }
    }

    fn layer_of(&self, frame: FrameId, number: u32) -> Layer {
        let known = self.frame(frame);
        let index = number as usize - 1;
        match known.base.settings.get(index) {
            Some(setting) => setting.rank.layer,
            None => known.own[index - known.base.settings.len()].2.0,
        }
    }

    /// Why a condition does not hold: the part that decides, with the values of its sides.
    pub(super) fn explain_condition(&mut self, cx: Cx<'a>, id: ExprId) -> String {
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Binary {
                op: BinaryOp::And,
                left,
                right,
            } => match self.holds_now(cx, *left) {
                Ok(true) => self.explain_condition(cx, *right),
                _ => self.explain_condition(cx, *left),
            },
            Expr::Binary {
                op: BinaryOp::Or,
                left,
                right,
            } => {
                format!(
                    "{}, and {}",
                    self.explain_condition(cx, *left),
                    self.explain_condition(cx, *right)
                )
            }
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => format!("`{}` holds", self.expr_text(cx, *operand)),
            Expr::Binary { left, .. } => {
                let value = self
                    .eval(cx, *left)
                    .ok()
                    .and_then(|node| self.plat_text(&node));
                format!(
                    "`{}` is {}",
                    self.expr_text(cx, *left),
                    value.unwrap_or_else(|| "unknown".into())
                )
            }
            _ => format!("`{}` is false", self.expr_text(cx, id)),
        }
    }

    /// A short text for names and fields; `…` for anything else.
    fn expr_text(&self, cx: Cx<'a>, id: ExprId) -> String {
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Name(name) => name.to_string(),
            Expr::Field { base, name, .. } => format!("{}.{name}", self.expr_text(cx, *base)),
            _ => "…".into(),
        }
    }

    /// The layers of a place of a declaration: `path` goes through owned edges.
    pub(super) fn trace(&mut self, decl: DeclId, path: &[&str]) -> Option<PlaceTrace> {
        let environment = self.environment;
        if !environments::declared_in(self.db, decl, environment) {
            return None;
        }
        let mut frame = self.fact_frame(decl, environment);
        let mut rest = path;
        while let Some((first, more)) = rest.split_first() {
            let owned = self
                .owned(frame, decl)
                .into_iter()
                .find(|(alias, _)| alias == first);
            match owned {
                Some((_, inner)) => {
                    frame = inner;
                    rest = more;
                }
                None => break,
            }
        }
        let (first, more) = rest.split_first()?;
        let layout = self.frame(frame).layout;
        let Some(mut place) = layout.root(first) else {
            return self.trace_output(frame, path, first);
        };
        let mut below = more;
        while let Some((name, more)) = below.split_first() {
            let Some(child) = layout.child(place, name) else {
                break;
            };
            place = child;
            below = more;
        }
        let result = self.place(frame, place).ok();
        let value = result
            .and_then(|node| dig(node, below))
            .and_then(|node| self.plat_text(&node));
        let known = layout.place(place);
        Some(PlaceTrace {
            path: path.join("."),
            ty: known.field.ty.text(self.db),
            value,
            layers: self.layers(frame, place),
            declared: known.field.declared,
            doc: known.field.doc.clone(),
        })
    }

    fn trace_output(&mut self, frame: FrameId, path: &[&str], name: &str) -> Option<PlaceTrace> {
        let signature = self.frame(frame).signature?;
        let output = signature.output(name)?;
        let node = self.output(frame, name, plat_model::Origin::COMPILER).ok();
        let node = node.and_then(|node| dig(node, &path[1..]));
        Some(PlaceTrace {
            path: path.join("."),
            ty: output
                .ty
                .as_ref()
                .map_or(String::new(), |ty| ty.text(self.db)),
            value: node.and_then(|node| self.plat_text(&node)),
            layers: Vec::new(),
            declared: Some(output.declared),
            doc: output.doc.clone(),
        })
    }

    fn layers(&mut self, frame: FrameId, place: PlaceId) -> Vec<LayerEntry> {
        let mut numbers = self.numbers_below(frame, place);
        let layout = self.frame(frame).layout;
        let mut at = layout.place(place).parent;
        while let Some(id) = at {
            numbers.extend(self.numbers_of(frame, id));
            at = layout.place(id).parent;
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut entries = Vec::new();
        let mut decided = false;
        for number in numbers.into_iter().rev() {
            let (own, at, _) = self.setting_at(frame, number);
            let Own::Setting(setting) = own else { continue };
            if matches!(setting.op, SettingOp::Enter) {
                continue;
            }
            let (operator, expr) = match setting.op {
                SettingOp::Set(expr) => ("=", Some(expr)),
                SettingOp::Append(expr) => ("+=", Some(expr)),
                SettingOp::Spread(expr) => ("..", Some(expr)),
                SettingOp::Reset => ("= { … }", None),
                SettingOp::Enter => ("{ … }", None),
            };
            let value = expr.and_then(|expr| {
                let node = self
                    .in_setting(frame, number, setting, |session, cx| session.eval(cx, expr))
                    .ok()?;
                self.plat_text(&node)
            });
            let mut path = layout.path(at);
            for name in crate::program::segment_names(&setting.rest) {
                path.push('.');
                path.push_str(&name);
            }
            entries.push(LayerEntry {
                layer: self.layer_of(frame, number),
                at: Anchor::Node(setting.decl, setting.node),
                operator,
                value,
                wins: !decided,
                path,
            });
            let whole = setting.rest.is_empty()
                && matches!(setting.op, SettingOp::Set(_) | SettingOp::Reset);
            decided |= whole && (at == place || self.is_above(frame, at, place));
        }
        entries
    }

    fn is_above(&self, frame: FrameId, above: PlaceId, place: PlaceId) -> bool {
        let layout = self.frame(frame).layout;
        let mut at = layout.place(place).parent;
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = layout.place(id).parent;
        }
        false
    }

    fn numbers_of(&self, frame: FrameId, place: PlaceId) -> Vec<u32> {
        let mut found = Vec::new();
        let mut number = self.frame(frame).heads[place.0 as usize];
        while number != 0 {
            found.push(number);
            number = self.setting_at(frame, number).2;
        }
        found
    }

    fn numbers_below(&self, frame: FrameId, place: PlaceId) -> Vec<u32> {
        let mut found = self.numbers_of(frame, place);
        for child in &self.frame(frame).layout.place(place).children {
            found.extend(self.numbers_below(frame, *child));
        }
        found
    }
}

/// The part of a value below a path.
fn dig<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| match node.value {
        Value::Record(fields) | Value::Map(fields) => {
            plat_model::field(fields, name).map(|field| field.node)
        }
        Value::List(items) => name
            .parse::<usize>()
            .ok()
            .and_then(|index| items.get(index).copied()),
        _ => None,
    })
}
