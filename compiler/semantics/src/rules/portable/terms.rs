//! Expressions: fields, relations, operators.

use plat_model::rule::{Combination, Comparison, Expr as Said, Function, Item, Missing};
use plat_model::schema::Shape;

use super::certain::literal;
use super::{DEEPEST, Gap, MOST_PARTS, Scope, Translator};
use crate::db::{DeclId, Project};
use crate::hir::{self, BinaryOp, Entry, EntryOp, Expr, ExprId, StrPart, UnaryOp};
use crate::infer::{Builtin, Context, Meaning, Member, Relation, entry_name, infer};
use crate::ty::{Type, TypeKind};

/// An expression that has been written out.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) said: Said,
    /// Whether its value may be absent.
    pub(super) optional: bool,
    pub(super) what: What,
}

/// What of the model an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Plain data.
    Value,
    /// A list in another order.
    Unordered,
    /// A list in which elements may be repeated that are not.
    Repeating,
    /// The object.
    Object,
    /// A pod of it.
    Pod,
    /// Its pods.
    Pods,
    /// A container.
    Container,
    /// Containers.
    Containers,
    /// The position of an element, which no loop of others tells.
    Position,
}

pub(super) type Made = Result<Term, Gap>;

impl Term {
    pub(super) fn of(said: Said, what: What) -> Self {
        Self {
            said,
            optional: false,
            what,
        }
    }

    pub(super) fn value(said: Said) -> Self {
        Self::of(said, What::Value)
    }

    pub(super) fn optional(said: Said) -> Self {
        Self {
            optional: true,
            ..Self::value(said)
        }
    }

    /// The same where a value may be absent.
    pub(super) fn lifted(self) -> Self {
        match self.optional {
            true => self,
            false => Self {
                said: Said::Given(Box::new(self.said)),
                optional: true,
                what: self.what,
            },
        }
    }

    /// Whether this list has the order and number of elements that the value has.
    fn is_exact(&self) -> bool {
        !matches!(self.what, What::Unordered | What::Repeating)
    }
}

/// A list that is there, with nothing in it where there is none.
pub(super) fn or_empty(term: Term) -> Said {
    match term.optional {
        true => Said::OrElse(
            Box::new(term.said),
            Box::new(Said::List(Vec::new())),
            Missing::Never,
        ),
        false => term.said,
    }
}

impl Translator<'_> {
    fn scope(&self) -> &Scope {
        // A scope is there as long as anything is translated.
        &self.scopes[self.scopes.len() - 1]
    }

    pub(super) fn refuse<T>(&self, id: ExprId, why: impl Into<String>) -> Result<T, Gap> {
        let decl = self.scope().decl;
        Err(Gap {
            decl,
            node: hir::body(self.session.db, decl).expr_nodes[id.0 as usize],
            why: why.into(),
        })
    }

    pub(super) fn ty(&self, id: ExprId) -> &Type {
        &infer(self.session.db, self.scope().decl).types[id.0 as usize]
    }

    pub(super) fn meaning(&self, id: ExprId) -> &Meaning {
        &infer(self.session.db, self.scope().decl).meanings[id.0 as usize]
    }

    pub(super) fn decl(&self) -> DeclId {
        self.scope().decl
    }

    pub(super) fn is_in_rule(&self) -> bool {
        self.scopes.len() == 1
    }

    /// An expression, everything written out.
    pub(super) fn translate(&mut self, id: ExprId) -> Made {
        self.parts += 1;
        if self.depth >= DEEPEST || self.parts > MOST_PARTS {
            return self.refuse(id, "is too large when everything is written out");
        }
        if self.is_certain(id) {
            let (rule, decl) = (self.rule, self.decl());
            return match self.session.certain(rule, decl, id) {
                Some(node) => match literal(&node) {
                    Some(term) => Ok(term),
                    None => self.refuse(
                        id,
                        format!("{} is unknown to a cluster", node.value.kind_name()),
                    ),
                },
                None => self.refuse(id, "has no value here"),
            };
        }
        self.depth += 1;
        let made = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.written_out(id));
        self.depth -= 1;
        made
    }

    fn written_out(&mut self, id: ExprId) -> Made {
        let body = hir::body(self.session.db, self.scope().decl);
        match &body.exprs[id.0 as usize] {
            Expr::Name(_) => self.name(id),
            Expr::Field { base, name, .. } => self.field(id, *base, name),
            Expr::Index { base, index } => {
                let (list, index) = (self.plain(*base)?, self.plain(*index)?);
                Ok(Term::optional(Said::At(
                    Box::new(list),
                    Box::new(index),
                    Missing::Maybe,
                )))
            }
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::CallFor {
                callee,
                body,
                clauses,
            } => self.call_for(id, *callee, *body, clauses),
            Expr::ListFor { body, clauses } => self.list_for(id, *body, clauses),
            Expr::Unary { op, operand } => {
                let operand = self.plain(*operand)?;
                Ok(Term::value(match op {
                    UnaryOp::Not => operand.not(),
                    UnaryOp::Negate => Said::Combine(
                        Combination::Subtract,
                        Box::new(Said::Int(0)),
                        Box::new(operand),
                    ),
                }))
            }
            Expr::Binary { op, left, right } => self.binary(id, *op, *left, *right),
            Expr::If {
                condition,
                then,
                otherwise,
            } => self.choice(*condition, *then, *otherwise),
            Expr::Interpolation(parts) => {
                let mut texts = Vec::with_capacity(parts.len());
                for part in parts {
                    texts.push(match part {
                        StrPart::Text(text) => Said::Text(text.to_string()),
                        StrPart::Expr(id) => self.text(*id)?,
                    });
                }
                Ok(Term::value(Said::Concat(texts)))
            }
            Expr::List(elements) => {
                let mut items = Vec::with_capacity(elements.len());
                for element in elements {
                    let value = match element.spread {
                        true => or_empty(self.translate(element.value)?),
                        false => self.plain(element.value)?,
                    };
                    let when = element.guard.map(|guard| self.plain(guard)).transpose()?;
                    items.push(Item {
                        value,
                        spread: element.spread,
                        when,
                    });
                }
                Ok(Term::value(Said::List(items)))
            }
            Expr::Record(entries) => {
                let entries: Result<Vec<_>, Gap> =
                    entries.iter().map(|entry| self.entry(id, entry)).collect();
                Ok(Term::value(Said::Map(entries?)))
            }
            _ => self.refuse(id, "has no words in a cluster's rules"),
        }
    }

    fn entry(&mut self, id: ExprId, entry: &Entry) -> Result<(String, Said), Gap> {
        match (entry_name(entry), &entry.op, entry.guard) {
            (Some(name), EntryOp::Set(value), None) => Ok((name.to_owned(), self.plain(*value)?)),
            _ => self.refuse(id, "has no words in a cluster's rules"),
        }
    }

    /// An expression whose value is there, as the value that it is.
    pub(super) fn plain(&mut self, id: ExprId) -> Result<Said, Gap> {
        let term = self.translate(id)?;
        if term.optional {
            return self.refuse(id, "may be absent");
        }
        if !term.is_exact() {
            return self.refuse(id, "has another order or number of elements in a cluster");
        }
        match term.what {
            What::Position => self.refuse(id, "a cluster does not count elements"),
            _ => Ok(term.said),
        }
    }

    /// The text of a value.
    pub(super) fn text(&mut self, id: ExprId) -> Result<Said, Gap> {
        let ty = self.ty(id).base();
        let said = self.plain(id)?;
        let store = &Project::get(self.session.db).kubernetes(self.session.db).0;
        let has_text = match &ty.kind {
            TypeKind::Int | TypeKind::Bool => true,
            TypeKind::Schema(schema) => matches!(store.schema(*schema).shape, Shape::IntOrText),
            _ => ty.is_text(),
        };
        match (&said, ty.is_text()) {
            (_, true) | (Said::Text(_), _) => Ok(said),
            _ if has_text => Ok(Said::Call(Function::Text, vec![said])),
            _ => self.refuse(id, "has another text in a cluster"),
        }
    }

    fn name(&mut self, id: ExprId) -> Made {
        match self.meaning(id) {
            Meaning::Local(depth) => {
                let Some(term) = self.scope().locals.get(*depth as usize).cloned() else {
                    return self.refuse(id, "has no value here");
                };
                // What an argument stands for is written out wherever it is named.
                term.said.walk(&mut |_, _| self.parts += 1);
                Ok(term)
            }
            Meaning::Member(_) => match self.let_named(id) {
                Some(value) => self.in_let(|translator| translator.translate(value)),
                None => self.refuse(id, "has no words in a cluster's rules"),
            },
            Meaning::Context(Context::Today) => self.refuse(id, "the day is no part of an object"),
            Meaning::Context(Context::Collection(_)) => {
                self.refuse(id, "a cluster sees one object at a time")
            }
            _ => self.refuse(id, "has no words in a cluster's rules"),
        }
    }

    /// The value of the `let` that a name means.
    pub(super) fn let_named(&self, id: ExprId) -> Option<ExprId> {
        let Meaning::Member(index) = self.meaning(id) else {
            return None;
        };
        match infer(self.session.db, self.decl()).members[*index as usize] {
            Member::Let(index) => Some(self.body.lets[index as usize].value),
            _ => None,
        }
    }

    /// Works where a `let` is computed: it sees the subject, and no loop around the place where it is named.
    pub(super) fn in_let<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let scope = Scope {
            decl: self.rule.guardrail,
            locals: vec![self.bound.clone()],
        };
        let before = std::mem::replace(&mut self.scopes, vec![scope]);
        let result = work(self);
        self.scopes = before;
        result
    }

    fn field(&mut self, id: ExprId, base: ExprId, name: &str) -> Made {
        let of = self.translate(base)?;
        if let Meaning::Relation(relation) = self.meaning(id) {
            let relation = *relation;
            return self.relation(id, of, relation);
        }
        if self.ty(id).is_error() {
            return self.refuse(id, "may be anything");
        }
        let missing = match of.optional || self.ty(id).is_optional() {
            true => Missing::Maybe,
            false => Missing::Never,
        };
        Ok(Term {
            said: Said::Field(Box::new(of.said), name.to_owned(), missing),
            optional: missing == Missing::Maybe,
            what: What::Value,
        })
    }

    fn relation(&self, id: ExprId, of: Term, relation: Relation) -> Made {
        let field = |of: Said, name: &str, missing| Said::Field(Box::new(of), name.into(), missing);
        let metadata = |name: &str| {
            let metadata = field(Said::Object, "metadata", Missing::Never);
            field(metadata, name, Missing::Maybe)
        };
        let texts = |name: &str| {
            let none = Box::new(Said::Map(Vec::new()));
            Said::OrElse(Box::new(metadata(name)), none, Missing::Never)
        };
        Ok(match (relation, of.what) {
            (Relation::Kind, _) => Term::value(field(of.said, "kind", Missing::Never)),
            (Relation::ApiVersion, _) => Term::value(field(of.said, "apiVersion", Missing::Never)),
            (Relation::Name, _) => Term::optional(metadata("name")),
            (Relation::Namespace, _) => Term::optional(metadata("namespace")),
            (Relation::Labels, _) => Term::value(texts("labels")),
            (Relation::Annotations, _) => Term::value(texts("annotations")),
            (Relation::Spec, _) => Term::value(field(of.said, "spec", Missing::Never)),
            (Relation::Metadata, _) => Term::optional(field(of.said, "metadata", Missing::Maybe)),
            (Relation::Object, _) => Term::of(Said::Object, What::Object),
            (Relation::Pod, _) => Term::of(Said::Pod, What::Pod),
            (Relation::Init, What::Container) => Term::value(Said::IsInit(Box::new(of.said))),
            (Relation::Containers, What::Pod) => Term::of(Said::Containers, What::Containers),
            (Relation::Pods, What::Object) if self.has_pod => Term::of(Said::Pod, What::Pods),
            (Relation::Environment, _) => {
                return self.refuse(
                    id,
                    "a cluster knows nothing of environments but what is the same for all",
                );
            }
            (Relation::Address, _) => {
                return self.refuse(id, "a cluster does not know by whom an object is emitted");
            }
            (Relation::Owner, _) => {
                return self.refuse(id, "a cluster does not know whose an object is");
            }
            (Relation::Instance, _) => {
                return self.refuse(id, "a cluster does not know the service behind an object");
            }
            _ => return self.refuse(id, "a cluster sees one object at a time"),
        })
    }

    fn binary(&mut self, id: ExprId, op: BinaryOp, left: ExprId, right: ExprId) -> Made {
        let combined =
            |op, left, right| Term::value(Said::Combine(op, Box::new(left), Box::new(right)));
        let compared =
            |op, left, right| Term::value(Said::Compare(op, Box::new(left), Box::new(right)));
        Ok(match op {
            BinaryOp::And | BinaryOp::Or => {
                // What decides, decides, whatever there is to say of the other side.
                let decides = Said::Bool(op == BinaryOp::Or);
                let (left, right) = (self.plain(left), self.plain(right));
                match (left, right) {
                    (Ok(one), _) | (_, Ok(one)) if one == decides => Term::value(decides),
                    (left, right) => Term::value(match op {
                        BinaryOp::And => left?.and(right?),
                        _ => left?.or(right?),
                    }),
                }
            }
            BinaryOp::Coalesce => {
                let value = self.translate(left)?;
                if value.said == Said::Absent {
                    return self.translate(right);
                }
                if !value.optional {
                    return Ok(value);
                }
                let fallback = self.translate(right)?;
                let missing = match fallback.optional {
                    true => Missing::Maybe,
                    false => Missing::Never,
                };
                Term {
                    optional: fallback.optional,
                    what: What::Value,
                    said: Said::OrElse(Box::new(value.said), Box::new(fallback.said), missing),
                }
            }
            BinaryOp::Equal => Term::value(self.same(left, right)?),
            BinaryOp::NotEqual => Term::value(match self.same(left, right)? {
                Said::Compare(Comparison::Equal, one, other) => {
                    Said::Compare(Comparison::NotEqual, one, other)
                }
                other => other.not(),
            }),
            BinaryOp::In | BinaryOp::NotIn => {
                let needle = self.plain(left)?;
                let haystack = or_empty(self.translate(right)?);
                let said = Said::In(Box::new(needle), Box::new(haystack));
                Term::value(match op {
                    BinaryOp::In => said,
                    _ => said.not(),
                })
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                for side in [left, right] {
                    let ty = self.ty(side).base();
                    if !ty.is_text() && ty.kind != TypeKind::Int {
                        return self.refuse(side, "is compared otherwise in a cluster");
                    }
                }
                let op = match op {
                    BinaryOp::Less => Comparison::Less,
                    BinaryOp::LessEqual => Comparison::LessEqual,
                    BinaryOp::Greater => Comparison::Greater,
                    _ => Comparison::GreaterEqual,
                };
                compared(op, self.plain(left)?, self.plain(right)?)
            }
            BinaryOp::Concat => combined(Combination::Add, self.plain(left)?, self.plain(right)?),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply => {
                if self.ty(id).base().kind != TypeKind::Int {
                    return self.refuse(id, "is computed otherwise in a cluster");
                }
                let op = match op {
                    BinaryOp::Add => Combination::Add,
                    BinaryOp::Subtract => Combination::Subtract,
                    _ => Combination::Multiply,
                };
                combined(op, self.plain(left)?, self.plain(right)?)
            }
            BinaryOp::Divide => return self.refuse(id, "is computed otherwise in a cluster"),
        })
    }

    /// Whether two values are the same.
    fn same(&mut self, left: ExprId, right: ExprId) -> Result<Said, Gap> {
        if let Some(said) = self.same_length(left, right)? {
            return Ok(said);
        }
        let (one, other) = (self.translate(left)?, self.translate(right)?);
        for (side, term) in [(left, &one), (right, &other)] {
            if !matches!(term.what, What::Value) {
                return self.refuse(side, "is compared otherwise in a cluster");
            }
        }
        let present = |term: Term| match term.optional {
            true => Said::Present(Box::new(term.said)),
            false => Said::Bool(true),
        };
        Ok(match (&one.said, &other.said) {
            (Said::Absent, Said::Absent) => Said::Bool(true),
            (_, Said::Absent) => present(one).not(),
            (Said::Absent, _) => present(other).not(),
            _ => {
                let (one, other) = match one.optional || other.optional {
                    true => (one.lifted(), other.lifted()),
                    false => (one, other),
                };
                Said::Compare(Comparison::Equal, Box::new(one.said), Box::new(other.said))
            }
        })
    }

    /// Comparisons of lengths that do not need the lengths: of nothing, and of a list with itself without repetition.
    fn same_length(&mut self, left: ExprId, right: ExprId) -> Result<Option<Said>, Gap> {
        let Some(list) = self.argument_of(left, Builtin::Length) else {
            return Ok(None);
        };
        let body = hir::body(self.session.db, self.scope().decl);
        if body.exprs[right.0 as usize] == Expr::Int(0) {
            return Ok(Some(self.is_empty(list)?));
        }
        let (Some(distinct), Some(other)) = (
            self.argument_of(list, Builtin::Unique),
            self.argument_of(right, Builtin::Length),
        ) else {
            return Ok(None);
        };
        // Two lists are the same one if they have one name.
        match (self.let_named(distinct), self.let_named(other)) {
            (Some(one), Some(other)) if one == other => {
                let list = self.plain(distinct)?;
                Ok(Some(self.is_without_repetition(&list)))
            }
            _ => Ok(None),
        }
    }

    /// The list that a built-in function is called with.
    fn argument_of(&self, id: ExprId, wanted: Builtin) -> Option<ExprId> {
        let body = hir::body(self.session.db, self.scope().decl);
        match &body.exprs[id.0 as usize] {
            Expr::Call { callee, args }
                if *self.meaning(*callee) == Meaning::Builtin(wanted) && args.len() == 1 =>
            {
                Some(args[0].value)
            }
            _ => None,
        }
    }

    fn choice(&mut self, condition: ExprId, then: ExprId, otherwise: ExprId) -> Made {
        let condition = match self.plain(condition)? {
            Said::Bool(true) => return self.translate(then),
            Said::Bool(false) => return self.translate(otherwise),
            other => other,
        };
        let (then, otherwise) = (self.translate(then)?, self.translate(otherwise)?);
        let (then, otherwise) = match then.optional || otherwise.optional {
            true => (then.lifted(), otherwise.lifted()),
            false => (then, otherwise),
        };
        Ok(Term {
            optional: then.optional,
            what: What::Value,
            said: Said::If(
                Box::new(condition),
                Box::new(then.said),
                Box::new(otherwise.said),
            ),
        })
    }
}
