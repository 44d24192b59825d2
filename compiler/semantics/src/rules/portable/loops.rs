//! Loops: over lists and maps of an object, and over its pods and containers.

use plat_model::rule::{Binder, Comparison, Each, EachResult, Expr as Said, Missing};
use plat_model::schema::Shape;

use super::terms::{Made, Term, What, or_empty};
use super::{Gap, Translator};
use crate::db::Project;
use crate::hir::{Expr, ExprId, ForClause};
use crate::infer::{Builtin, Meaning};
use crate::ty::TypeKind;

/// What a loop walks, and what its binders stand for.
struct Source {
    said: Said,
    binder: Binder,
    /// How many binders it has added.
    locals: usize,
    is_map: bool,
    what: What,
}

impl Translator<'_> {
    pub(super) fn call_for(
        &mut self,
        id: ExprId,
        callee: ExprId,
        body: ExprId,
        clauses: &[ForClause],
    ) -> Made {
        let Meaning::Builtin(builtin) = *self.meaning(callee) else {
            return self.refuse(id, "has no words in a cluster's rules");
        };
        match (builtin, clauses) {
            (Builtin::All, _) => self.quantified(EachResult::All, clauses, body),
            (Builtin::Any, _) => self.quantified(EachResult::Any, clauses, body),
            (Builtin::Count, [clause]) => {
                let list = self.list_of(id, clause, None, Some(body))?;
                Ok(Term::value(self.length(list.said)))
            }
            (Builtin::Length, [_]) => {
                let list = self.list_for(id, body, clauses)?;
                match list.what {
                    What::Repeating => self.refuse(id, "a cluster counts what is repeated"),
                    _ => Ok(Term::value(self.length(list.said))),
                }
            }
            (_, [_]) => self.refuse(id, "has no words in a cluster's rules"),
            _ => self.refuse(id, "a cluster has no list made by two loops"),
        }
    }

    /// `all(p for x in xs)` and `any(…)`, in any number of loops.
    fn quantified(&mut self, result: EachResult, clauses: &[ForClause], body: ExprId) -> Made {
        let Some((clause, rest)) = clauses.split_first() else {
            return self.plain(body).map(Term::value);
        };
        let source = self.source(clause)?;
        let filter = clause.filter.map(|filter| self.plain(filter)).transpose();
        let inner = match &filter {
            Ok(_) => self.quantified(result, rest, body),
            // It would be said of the wrong ones.
            Err(_) => Ok(Term::value(Said::Bool(true))),
        };
        self.unbind(&source);
        let (filter, body) = (filter?, inner?.said);
        // The one pod of an object is no list.
        if source.what == What::Pod {
            let filter = filter.unwrap_or(Said::Bool(true));
            return Ok(Term::value(match result {
                EachResult::All => filter.not().or(body),
                _ => filter.and(body),
            }));
        }
        Ok(Term::value(Said::Each(Box::new(Each {
            result,
            binder: source.binder,
            name: clause.first.0.to_string(),
            source: source.said,
            filter,
            body,
        }))))
    }

    /// `[e for x in xs where p]`.
    pub(super) fn list_for(&mut self, id: ExprId, body: ExprId, clauses: &[ForClause]) -> Made {
        match clauses {
            [clause] => self.list_of(id, clause, Some(body), None),
            _ => self.refuse(id, "a cluster has no list made by two loops"),
        }
    }

    /// What a loop makes of its elements, or the elements for which a condition holds.
    fn list_of(
        &mut self,
        id: ExprId,
        clause: &ForClause,
        body: Option<ExprId>,
        condition: Option<ExprId>,
    ) -> Made {
        let source = self.source(clause)?;
        let made = self.parts_of(clause, body, condition);
        self.unbind(&source);
        let (filter, body) = made?;
        if source.what == What::Pod {
            return self.refuse(id, "has no words in a cluster's rules");
        }
        let what = match (source.is_map, source.what) {
            (_, What::Repeating) => What::Repeating,
            (true, _) | (_, What::Unordered) => What::Unordered,
            _ => What::Value,
        };
        let each = Each {
            result: EachResult::List,
            binder: source.binder,
            name: clause.first.0.to_string(),
            body: body.unwrap_or(Said::Binder(source.binder)),
            source: source.said,
            filter,
        };
        Ok(Term::of(Said::Each(Box::new(each)), what))
    }

    fn parts_of(
        &mut self,
        clause: &ForClause,
        body: Option<ExprId>,
        condition: Option<ExprId>,
    ) -> Result<(Option<Said>, Option<Said>), Gap> {
        let mut filter = None;
        for part in clause.filter.into_iter().chain(condition) {
            let part = self.plain(part)?;
            filter = Some(match filter {
                None => part,
                Some(before) => Said::and(before, part),
            });
        }
        Ok((filter, body.map(|body| self.plain(body)).transpose()?))
    }

    /// Binds what a loop walks.
    fn source(&mut self, clause: &ForClause) -> Result<Source, Gap> {
        let list = self.translate(clause.source)?;
        // What is not there has no elements.
        let what = list.what;
        let list = Term::of(or_empty(list), what);
        let store = &Project::get(self.session.db).kubernetes(self.session.db).0;
        let ty = self.ty(clause.source).unwrapped();
        let (is_map, optional) = match &ty.kind {
            TypeKind::Map(value) => (true, value.is_optional()),
            TypeKind::List(element) => (false, element.is_optional()),
            TypeKind::Schema(schema) => match store.schema(*schema).shape {
                Shape::Map { .. } => (true, false),
                Shape::List { .. } => (false, false),
                _ => return self.refuse(clause.source, "may be a list or a map"),
            },
            _ => return self.refuse(clause.source, "has no words in a cluster's rules"),
        };
        if optional {
            return self.refuse(clause.source, "has elements that may be absent");
        }
        self.binders += 1;
        let binder = Binder(self.binders);
        let own = Said::Binder(binder);
        let (key, value) = match (is_map, list.what) {
            (true, _) => {
                let entry = Said::At(
                    Box::new(list.said.clone()),
                    Box::new(own.clone()),
                    Missing::Never,
                );
                (Term::value(own), Term::value(entry))
            }
            (_, What::Containers) => (
                Term::of(own.clone(), What::Position),
                Term::of(own, What::Container),
            ),
            (_, What::Pods) => (
                Term::of(own, What::Position),
                Term::of(list.said.clone(), What::Pod),
            ),
            _ => (Term::of(own.clone(), What::Position), Term::value(own)),
        };
        let what = match list.what {
            What::Pods => What::Pod,
            other => other,
        };
        let locals = 1 + usize::from(clause.second.is_some());
        if let Some(scope) = self.scopes.last_mut() {
            if clause.second.is_some() {
                scope.locals.push(key);
            }
            scope.locals.push(value);
        }
        Ok(Source {
            said: list.said,
            binder,
            locals,
            is_map,
            what,
        })
    }

    fn unbind(&mut self, source: &Source) {
        if let Some(scope) = self.scopes.last_mut() {
            let rest = scope.locals.len().saturating_sub(source.locals);
            scope.locals.truncate(rest);
        }
    }

    /// Whether a list, map or text has nothing in it: then it does not matter what is made of its elements.
    pub(super) fn is_empty(&mut self, id: ExprId) -> Result<Said, Gap> {
        if let Some(value) = self.let_named(id) {
            return self.in_let(|translator| translator.is_empty(value));
        }
        let body = crate::hir::body(self.session.db, self.decl());
        if let Expr::ListFor { clauses, .. } = &body.exprs[id.0 as usize]
            && let Some(any) = self.any_of(clauses)?
        {
            return Ok(any.not());
        }
        let list = self.translate(id)?;
        Ok(match list.said {
            Said::Each(each) if each.result == EachResult::List => match each.filter {
                Some(filter) => Said::Each(Box::new(Each {
                    result: EachResult::Any,
                    filter: None,
                    body: filter,
                    ..*each
                }))
                .not(),
                None => self.nothing(each.source),
            },
            _ if list.optional => return self.refuse(id, "may be absent"),
            said => self.nothing(said),
        })
    }

    /// Whether any element is left of several loops.
    fn any_of(&mut self, clauses: &[ForClause]) -> Result<Option<Said>, Gap> {
        let Some((clause, rest)) = clauses.split_first() else {
            return Ok(None);
        };
        let source = self.source(clause)?;
        let filter = clause.filter.map(|filter| self.plain(filter)).transpose();
        let inner = match &filter {
            Ok(_) => self.any_of(rest),
            Err(_) => Ok(None),
        };
        self.unbind(&source);
        let (filter, inner) = (filter?, inner?);
        let body = match (filter, inner) {
            (Some(filter), Some(inner)) => filter.and(inner),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Ok(Some(self.nothing(source.said).not())),
        };
        if source.what == What::Pod {
            return Ok(Some(body));
        }
        Ok(Some(Said::Each(Box::new(Each {
            result: EachResult::Any,
            binder: source.binder,
            name: clause.first.0.to_string(),
            source: source.said,
            filter: None,
            body,
        }))))
    }

    fn nothing(&self, of: Said) -> Said {
        let length = Box::new(self.length(of));
        Said::Compare(Comparison::Equal, length, Box::new(Said::Int(0)))
    }

    /// Whether no element of a list is there twice.
    pub(super) fn is_without_repetition(&mut self, list: &Said) -> Said {
        self.binders += 2;
        let (one, other) = (Binder(self.binders - 1), Binder(self.binders));
        let each = |result, binder, filter, body| {
            Said::Each(Box::new(Each {
                result,
                binder,
                name: "x".to_owned(),
                source: list.clone(),
                filter,
                body,
            }))
        };
        let same = Said::Compare(
            Comparison::Equal,
            Box::new(Said::Binder(one)),
            Box::new(Said::Binder(other)),
        );
        let alike = each(EachResult::List, other, Some(same), Said::Binder(other));
        let alone = Said::Compare(
            Comparison::Equal,
            Box::new(self.length(alike)),
            Box::new(Said::Int(1)),
        );
        each(EachResult::All, one, None, alone)
    }

    /// The keys or values of a map, in whatever order.
    pub(super) fn of_entries(&mut self, map: Said, values: bool) -> Said {
        self.binders += 1;
        let binder = Binder(self.binders);
        let own = Said::Binder(binder);
        let body = match values {
            true => Said::At(Box::new(map.clone()), Box::new(own), Missing::Never),
            false => own,
        };
        Said::Each(Box::new(Each {
            result: EachResult::List,
            binder,
            name: "k".to_owned(),
            source: map,
            filter: None,
            body,
        }))
    }
}
