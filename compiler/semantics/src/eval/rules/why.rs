//! Why a rule does not hold: the parts of the condition that decide, with their values and where these were set.

use plat_diagnostics::Fault;
use plat_model::{Node, Origin, Value};

use super::super::{Cx, FrameId, Session};
use super::repair::set_at;
use super::subjects::{self, part};
use super::truth::Truth;
use crate::db::DeclId;
use crate::hir::{self, BinaryOp, BodyKind, Expr, ExprId, RequireDecl, StrPart, UnaryOp};
use crate::infer::{Builtin, Collection, Meaning, Member};
use crate::items::ItemKind;
use crate::problem::Anchor;
use crate::program::{Layer, PlaceId, PlaceKind};
use crate::rules::{Decided, InForce, Judged, Outcome};

/// How many parts of a condition are worth showing.
const MAX_VALUES: usize = 6;

/// How many characters of a value are worth showing.
const MAX_TEXT: usize = 120;

/// A part of a condition that decides.
struct Part {
    text: String,
    /// Nothing for an object or container as a whole: its address says which one it is.
    value: Option<String>,
    decided: Option<Decided>,
}

impl<'a> Session<'a> {
    /// What there is to say of a rule that does not hold for a subject.
    pub(super) fn judged(
        &mut self,
        cx: Cx<'a>,
        rule: &'a InForce,
        (index, require): (usize, &'a RequireDecl),
        (frame, address): (FrameId, &str),
        outcome: Outcome,
    ) -> Judged {
        let mut parts = Vec::new();
        self.parts_of_condition(
            cx,
            require.condition,
            outcome == Outcome::Broken,
            &mut parts,
        );
        let instance = self.subject_instance(frame);
        let decided = parts
            .iter()
            .filter_map(|part| part.decided.clone())
            .max_by_key(|decided| weight(decided.fault));
        let (decided, is_repaired) = self.at_fault(decided, instance, require);
        let decided = match decided {
            // Nothing in the sources is a change.
            None if rule.walked.collection == Collection::Changes => None,
            None => Some(Decided {
                at: self.instance_anchor(instance),
                label: "of this one".into(),
                fault: Fault::Consumer,
            }),
            decided => decided,
        };
        let (fix, help) = match is_repaired {
            true => self.proposed(cx, instance, require),
            false => (None, None),
        };
        let values = parts
            .into_iter()
            .take(MAX_VALUES)
            .filter_map(|part| Some((part.text, part.value?)))
            .collect();
        Judged {
            guardrail: rule.guardrail,
            require: index as u32,
            environment: self.environment,
            subject: address.into(),
            outcome,
            message: self.message(cx, require, address),
            decided,
            values,
            fix,
            help,
        }
    }

    fn message(&mut self, cx: Cx<'a>, require: &'a RequireDecl, address: &str) -> String {
        let said = require
            .otherwise
            .and_then(|otherwise| self.eval(cx, otherwise).ok());
        let text = said.and_then(|node| match node.value {
            Value::Str(text) => Some(text.to_owned()),
            _ => self.plat_text(&node),
        });
        text.unwrap_or_else(|| {
            format!(
                "`{}` does not hold for {address}",
                cx.unit.decl.name(self.db)
            )
        })
    }

    /// The instance that assignments go into: the one that the subject is, or that makes it.
    fn subject_instance(&self, frame: FrameId) -> FrameId {
        let subject = self.locals.get(self.local_base);
        match subject.map(|node| (node.value, part(node, subjects::INSTANCE))) {
            Some((Value::Entity(entity), _)) => FrameId(entity),
            Some((_, Some(instance))) => match instance.value {
                Value::Entity(entity) => FrameId(entity),
                _ => frame,
            },
            _ => frame,
        }
    }

    /// The parts of a condition that decide: those that do not hold, down to names and what they select.
    fn parts_of_condition(&mut self, cx: Cx<'a>, id: ExprId, broken: bool, parts: &mut Vec<Part>) {
        let expr = &cx.unit.body.exprs[id.0 as usize];
        match expr {
            Expr::Binary {
                op: BinaryOp::And,
                left,
                right,
            } => {
                for side in [*left, *right] {
                    let truth = self.truth(cx, side);
                    if truth != Truth::True && (!broken || truth == Truth::False) {
                        self.parts_of_condition(cx, side, broken, parts);
                    }
                }
            }
            Expr::CallFor {
                callee,
                body,
                clauses,
            } if !self.is_aggregate(cx, id)
                && cx.unit.infer.meanings[callee.0 as usize] == Meaning::Builtin(Builtin::All) =>
            {
                // The first element that breaks it.
                let mut found = false;
                let mut inner: Vec<Part> = Vec::new();
                let _ = self.walk(cx, clauses, &mut |session| {
                    if !found && session.truth(cx, *body) != Truth::True {
                        found = true;
                        session.parts_of_condition(cx, *body, broken, &mut inner);
                    }
                    Ok(())
                });
                parts.extend(inner);
                if !found {
                    self.rule_leaf(cx, id, parts);
                }
            }
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.rule_leaves(cx, *operand, parts),
            Expr::Name(_) => {
                if let Meaning::Member(index) = &cx.unit.infer.meanings[id.0 as usize]
                    && let Member::Let(index) = cx.unit.infer.members[*index as usize]
                    && let BodyKind::Guardrail(guardrail) = &cx.unit.body.kind
                    && let Some(binding) = guardrail.lets.get(index as usize)
                    && let Some(subject) = self.locals.get(self.local_base).copied()
                {
                    self.with_locals(&[subject], |session| {
                        session.parts_of_condition(cx, binding.value, broken, parts);
                    });
                } else {
                    self.rule_leaves(cx, id, parts);
                }
            }
            _ => self.rule_leaves(cx, id, parts),
        }
    }

    /// The names, and what they select, within an expression.
    fn rule_leaves(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<Part>) {
        match &cx.unit.body.exprs[id.0 as usize] {
            Expr::Name(_) | Expr::Field { .. } | Expr::Index { .. } => {
                self.rule_leaf(cx, id, parts)
            }
            Expr::CallFor { body, clauses, .. } | Expr::ListFor { body, clauses } => {
                let aggregate = self.is_aggregate(cx, id);
                if aggregate {
                    self.rule_leaf(cx, id, parts);
                } else if let Some(clause) = clauses.first() {
                    self.closed_leaves(cx, *body, parts);
                    self.rule_leaves(cx, clause.source, parts);
                }
            }
            Expr::Match { scrutinee, .. } => self.rule_leaves(cx, *scrutinee, parts),
            // How long a list is says more than what is in it.
            Expr::Call { callee, .. }
                if cx.unit.infer.meanings[callee.0 as usize]
                    == Meaning::Builtin(Builtin::Length) =>
            {
                self.rule_leaf(cx, id, parts);
            }
            expr => {
                let mut children = Vec::new();
                hir::walk::children(expr, &mut |child| children.push(child));
                if let Expr::Call { callee, .. } = expr {
                    children.retain(|child| child != callee);
                }
                for child in children {
                    self.rule_leaves(cx, child, parts);
                }
            }
        }
    }

    /// Those of the body of a loop that do not depend on what it walks.
    fn closed_leaves(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<Part>) {
        let mut open = false;
        hir::walk::expressions(cx.unit.body, id, &mut |at, _| {
            let meaning = &cx.unit.infer.meanings[at.0 as usize];
            open |= matches!(meaning, Meaning::Local(depth) if *depth > 0);
        });
        if !open {
            return self.rule_leaves(cx, id, parts);
        }
        let expr = &cx.unit.body.exprs[id.0 as usize];
        let mut children = Vec::new();
        hir::walk::children(expr, &mut |child| children.push(child));
        if let Expr::Call { callee, .. } | Expr::CallFor { callee, .. } = expr {
            children.retain(|child| child != callee);
        }
        for child in children {
            self.closed_leaves(cx, child, parts);
        }
    }

    fn rule_leaf(&mut self, cx: Cx<'a>, id: ExprId, parts: &mut Vec<Part>) {
        // A member of an enum, a team or a capability says nothing that the condition does not say.
        if matches!(
            cx.unit.infer.meanings[id.0 as usize],
            Meaning::Variant(..) | Meaning::Fact(..) | Meaning::Capability(_) | Meaning::Builtin(_)
        ) {
            return;
        }
        // What does not depend on the subject decided nothing; a parameter is worth knowing all the same.
        let is_fixed = !depends_on_subject(cx, id);
        if is_fixed && !is_parameter(cx, id) {
            return;
        }
        let text = source_text(cx, id);
        if parts.iter().any(|part| part.text == text) {
            return;
        }
        let node = self.eval(cx, id).ok();
        let value = match node {
            Some(node) if part(&node, subjects::ADDRESS).is_some() => None,
            Some(node) => match node.value {
                Value::Late(_) => Some("known only later".to_owned()),
                _ => Some(self.short_text(&node)),
            },
            None => Some("not known".to_owned()),
        };
        let decided = match is_fixed {
            true => None,
            false => self.decided(cx, id, node),
        };
        parts.push(Part {
            text,
            value,
            decided,
        });
    }

    /// A value in a few words: lists of whole things by their number.
    fn short_text(&self, node: &Node<'a>) -> String {
        if let Value::List(items) = node.value
            && items.iter().any(|item| item.value.fields().is_some())
        {
            return match items.len() {
                1 => "a list of one".to_owned(),
                number => format!("a list of {number}"),
            };
        }
        let text = self.plat_text(node).unwrap_or_else(|| "…".into());
        match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => format!("{} …", &text[..end]),
            None => text,
        }
    }

    /// Where the value of a path was set: the highest setting of the place, or where the value was made.
    fn decided(&mut self, cx: Cx<'a>, id: ExprId, node: Option<Node<'a>>) -> Option<Decided> {
        if let Some((frame, place)) = self.place_of(cx, id) {
            // What a schema of facts says as long as nobody says otherwise is the matter of whoever could.
            let is_fact = !self.frame(frame).layout.place(place).input;
            let decided = self
                .winner(frame, place)
                .filter(|(_, layer)| !is_fact || *layer != Layer::Default);
            if let Some((at, layer)) = decided {
                return Some(set_at(at, layer));
            }
            return Some(Decided {
                at: self.instance_anchor(self.root_of(frame)),
                label: format!("`{}` is not set", self.frame(frame).layout.path(place)),
                fault: Fault::Consumer,
            });
        }
        match node {
            Some(node) if !matches!(node.value, Value::None | Value::Entity(_)) => {
                let made = self.made_at(node.origin, "made here");
                match &made {
                    Some(made) if made.fault != Fault::Capability => {}
                    _ => return self.made_of(&node).or(made),
                }
                made
            }
            // What is not there lacks in what would hold it.
            _ => {
                let base = self.base_of(cx, id)?;
                let label = format!("without `{}`", last_name(cx, id)?);
                match base.value {
                    Value::Entity(frame) => Some(Decided {
                        at: self.instance_anchor(FrameId(frame)),
                        label,
                        fault: Fault::Consumer,
                    }),
                    _ => self.made_at(base.origin, &label),
                }
            }
        }
    }

    /// The nearest thing left of a path that is there.
    fn base_of(&mut self, cx: Cx<'a>, id: ExprId) -> Option<Node<'a>> {
        let mut at = id;
        loop {
            at = match &cx.unit.body.exprs[at.0 as usize] {
                Expr::Field { base, .. } | Expr::Index { base, .. } => *base,
                // What stands in for it was made by the rule.
                Expr::Binary {
                    op: BinaryOp::Coalesce,
                    left,
                    ..
                } => *left,
                _ => return None,
            };
            if is_coalesce(cx, at) {
                continue;
            }
            if let Ok(node) = self.eval(cx, at)
                && !matches!(node.value, Value::None)
            {
                return Some(node);
            }
        }
    }

    pub(super) fn made_at(&self, origin: Origin, label: &str) -> Option<Decided> {
        let at = self.anchor(origin)?;
        let Anchor::Node(decl, _) = &at else {
            return None;
        };
        // What the rule itself computes was decided by its subject.
        if matches!(decl.kind(self.db), ItemKind::Guardrail | ItemKind::Enforce) {
            return None;
        }
        Some(Decided {
            fault: fault_of_maker(decl.kind(self.db)),
            at,
            label: label.to_owned(),
        })
    }

    /// The place that a path reads: of the subject, or of an instance that it leads to.
    fn place_of(&mut self, cx: Cx<'a>, id: ExprId) -> Option<(FrameId, PlaceId)> {
        let Expr::Field { base, name, .. } = &cx.unit.body.exprs[id.0 as usize] else {
            return None;
        };
        if let Some((frame, parent)) = self.place_of(cx, *base) {
            let layout = self.frame(frame).layout;
            let is_record = layout.place(parent).kind == PlaceKind::Record;
            return Some(match layout.child(parent, name) {
                Some(place) if is_record => (frame, place),
                _ => (frame, parent),
            });
        }
        let Ok(Node {
            value: Value::Entity(frame),
            ..
        }) = self.eval(cx, *base)
        else {
            return None;
        };
        let frame = FrameId(frame);
        let found = |frame: FrameId| {
            let place = self.frame(frame).layout.root(name)?;
            Some((frame, place))
        };
        let is_output = self
            .frame(frame)
            .signature
            .is_some_and(|signature| signature.output(name).is_some());
        if is_output {
            return None;
        }
        found(frame).or_else(|| found(self.root_of(frame)))
    }
}

/// Who has to act first: what a consumer wrote goes before what a platform says, and that before what a capability does.
fn weight(fault: Fault) -> u8 {
    match fault {
        Fault::Consumer => 2,
        Fault::Provider => 1,
        Fault::Capability => 0,
    }
}

/// Whose declarations of that kind are.
fn fault_of_maker(kind: ItemKind) -> Fault {
    match kind {
        ItemKind::Environment | ItemKind::Defaults => Fault::Provider,
        kind if kind.is_fact() => Fault::Consumer,
        _ => Fault::Capability,
    }
}

fn is_coalesce(cx: Cx<'_>, id: ExprId) -> bool {
    matches!(
        cx.unit.body.exprs[id.0 as usize],
        Expr::Binary {
            op: BinaryOp::Coalesce,
            ..
        }
    )
}

/// Whether an expression reads what the rule speaks of, or what its lets make of that.
fn depends_on_subject(cx: Cx<'_>, id: ExprId) -> bool {
    let mut found = false;
    hir::walk::expressions(cx.unit.body, id, &mut |at, _| {
        found |= match &cx.unit.infer.meanings[at.0 as usize] {
            Meaning::Local(_) => true,
            Meaning::Member(index) => {
                matches!(cx.unit.infer.members[*index as usize], Member::Let(_))
            }
            _ => false,
        };
    });
    found
}

/// Whether an expression is a parameter or the day, or something of one.
fn is_parameter(cx: Cx<'_>, id: ExprId) -> bool {
    let mut found = false;
    hir::walk::expressions(cx.unit.body, id, &mut |at, _| {
        found |= matches!(
            cx.unit.infer.meanings[at.0 as usize],
            Meaning::Member(_) | Meaning::Context(_)
        );
    });
    found
}

fn last_name(cx: Cx<'_>, id: ExprId) -> Option<String> {
    match &cx.unit.body.exprs[id.0 as usize] {
        Expr::Field { name, .. } => Some(name.to_string()),
        Expr::Index { index, .. } => Some(source_text(cx, *index)),
        _ => None,
    }
}

/// An expression as it would be written, as far as that is short.
pub(crate) fn source_text(cx: Cx<'_>, id: ExprId) -> String {
    expr_text(cx.unit.body, id)
}

/// An expression as it would be written, as far as that is short.
pub(crate) fn expr_text(body: &hir::Body, id: ExprId) -> String {
    match &body.exprs[id.0 as usize] {
        Expr::Name(name) => name.to_string(),
        Expr::Field {
            base,
            name,
            optional,
            ..
        } => {
            let dot = if *optional { "?." } else { "." };
            format!("{}{dot}{name}", expr_text(body, *base))
        }
        Expr::Index { base, index } => {
            format!("{}[{}]", expr_text(body, *base), expr_text(body, *index))
        }
        Expr::Binary {
            op: BinaryOp::Coalesce,
            left,
            ..
        } => expr_text(body, *left),
        Expr::Str(text) => format!("{text:?}"),
        Expr::Int(value) => value.to_string(),
        Expr::Float(value) => value.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::None => "none".into(),
        Expr::Date(date) => date.to_string(),
        Expr::Quantity(quantity) => quantity.to_string(),
        Expr::Interpolation(parts) => {
            let parts = parts.iter().map(|part| match part {
                StrPart::Text(text) => text.to_string(),
                StrPart::Expr(id) => format!("\\({})", expr_text(body, *id)),
            });
            format!("\"{}\"", parts.collect::<String>())
        }
        Expr::Call { callee, args } => {
            let args: Vec<String> = args.iter().map(|arg| expr_text(body, arg.value)).collect();
            format!("{}({})", expr_text(body, *callee), args.join(", "))
        }
        Expr::CallFor {
            callee,
            body: inner,
            clauses,
        } => {
            let clauses: Vec<String> = clauses
                .iter()
                .map(|clause| {
                    format!(
                        "for {} in {}",
                        clause.first.0,
                        expr_text(body, clause.source)
                    )
                })
                .collect();
            format!(
                "{}({} {} …)",
                expr_text(body, *callee),
                expr_text(body, *inner),
                clauses.join(" ")
            )
        }
        _ => "…".into(),
    }
}

impl<'a> Session<'a> {
    /// The declaration that a frame stands for.
    pub(super) fn decl_of(&self, frame: FrameId) -> DeclId {
        self.frame(frame).decl
    }
}
