//! Calls: functions are written out, those that are built in are named.

use plat_model::rule::{Combination, Comparison, Expr as Said, Function, Item, Missing};

use super::terms::{Made, Term, What};
use super::{Gap, Scope, Translator};
use crate::db::DeclId;
use crate::hir::{self, Arg, BodyKind, ExprId};
use crate::infer::{Builtin, Meaning};
use crate::ty::{TypeKind, fn_signature};

impl Translator<'_> {
    pub(super) fn call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Made {
        match self.meaning(callee) {
            Meaning::Function(decl) => {
                let decl = *decl;
                self.function(id, decl, args)
            }
            Meaning::Builtin(builtin) => {
                let builtin = *builtin;
                self.builtin(id, builtin, args)
            }
            _ => self.refuse(id, "has no words in a cluster's rules"),
        }
    }

    fn function(&mut self, id: ExprId, decl: DeclId, args: &[Arg]) -> Made {
        let db = self.session.db;
        let signature = &fn_signature(db, decl).value;
        let BodyKind::Fn(function) = &hir::body(db, decl).kind else {
            return self.refuse(id, "has no value here");
        };
        let mut locals: Vec<Option<Term>> = vec![None; signature.params.len()];
        for (index, arg) in args.iter().enumerate() {
            let place = match &arg.name {
                Some((name, _)) => signature
                    .params
                    .iter()
                    .position(|param| param.name == *name),
                None => Some(index),
            };
            let Some(place) = place.filter(|place| *place < locals.len()) else {
                return self.refuse(id, "has no value here");
            };
            let term = self.translate(arg.value)?;
            locals[place] = Some(match signature.params[place].ty.is_optional() {
                true => term.lifted(),
                false => term,
            });
        }
        let mut given = Vec::with_capacity(locals.len());
        for (term, param) in locals.into_iter().zip(&signature.params) {
            given.push(match (term, param.default) {
                (Some(term), _) => term,
                (None, Some((decl, value))) => {
                    self.scopes.push(Scope {
                        decl,
                        locals: Vec::new(),
                    });
                    let made = self.translate(value);
                    self.scopes.pop();
                    made?
                }
                (None, None) => Term::optional(Said::Absent),
            });
        }
        self.scopes.push(Scope {
            decl,
            locals: given,
        });
        let made = self.translate(function.value);
        self.scopes.pop();
        made.map(|term| match signature.result.is_optional() {
            true => term.lifted(),
            false => term,
        })
    }

    fn builtin(&mut self, id: ExprId, builtin: Builtin, args: &[Arg]) -> Made {
        use Builtin as B;
        let Some(first) = args.first().map(|arg| arg.value) else {
            return self.refuse(id, "has no value here");
        };
        let of_texts = match builtin {
            B::Contains => Some(Function::Contains),
            B::StartsWith => Some(Function::StartsWith),
            B::EndsWith => Some(Function::EndsWith),
            B::Matches => Some(Function::Matches),
            B::Join => Some(Function::Join),
            B::Trim => Some(Function::Trim),
            B::Truncate => Some(Function::Truncate),
            B::Replace | B::Split => {
                // An empty text is found nowhere here, and everywhere in a cluster.
                let sought = self.plain(args.get(1).map_or(first, |arg| arg.value))?;
                match sought {
                    Said::Text(text) if !text.is_empty() => {}
                    _ => return self.refuse(id, "a cluster takes an empty text for another"),
                }
                Some(match builtin {
                    B::Replace => Function::Replace,
                    _ => Function::Split,
                })
            }
            _ => None,
        };
        if let Some(function) = of_texts {
            let args: Result<Vec<Said>, Gap> =
                args.iter().map(|arg| self.plain(arg.value)).collect();
            return Ok(Term::value(Said::Call(function, args?)));
        }
        Ok(match builtin {
            B::Length => {
                let list = self.translate(first)?;
                match list.what {
                    What::Repeating => return self.refuse(id, "a cluster counts what is repeated"),
                    _ => Term::value(self.length(list.said)),
                }
            }
            B::Sum if self.ty(id).base().kind == TypeKind::Int => {
                Term::value(Said::Call(Function::Sum, vec![self.plain(first)?]))
            }
            B::Text => Term::value(self.text(first)?),
            B::Has => {
                let (map, key) = (self.plain(first)?, self.plain(args[1].value)?);
                Term::value(Said::In(Box::new(key), Box::new(map)))
            }
            B::Keys | B::Values => {
                let map = self.plain(first)?;
                Term::of(self.of_entries(map, builtin == B::Values), What::Unordered)
            }
            B::First | B::Last => {
                let list = self.plain(first)?;
                let index = match builtin {
                    B::First => Said::Int(0),
                    _ => Said::Combine(
                        Combination::Subtract,
                        Box::new(self.length(list.clone())),
                        Box::new(Said::Int(1)),
                    ),
                };
                Term::optional(Said::At(Box::new(list), Box::new(index), Missing::Maybe))
            }
            B::Unique => Term {
                what: What::Repeating,
                ..self.translate(first)?
            },
            B::Flatten => match self.plain(first)? {
                Said::List(lists) if lists.iter().all(|list| !list.spread) => {
                    let lists = lists.into_iter().map(|list| Item {
                        spread: true,
                        ..list
                    });
                    Term::value(Said::List(lists.collect()))
                }
                _ => return self.refuse(id, "has no words in a cluster's rules"),
            },
            B::Min | B::Max if args.len() == 2 && self.ty(id).base().kind == TypeKind::Int => {
                let (one, other) = (self.plain(first)?, self.plain(args[1].value)?);
                let op = match builtin {
                    B::Min => Comparison::Less,
                    _ => Comparison::Greater,
                };
                let first = Said::Compare(op, Box::new(one.clone()), Box::new(other.clone()));
                Term::value(Said::If(Box::new(first), Box::new(one), Box::new(other)))
            }
            _ => {
                let why = format!("`{}` has no words in a cluster's rules", builtin.name());
                return self.refuse(id, why);
            }
        })
    }

    /// How much there is of something.
    pub(super) fn length(&self, of: Said) -> Said {
        Said::Call(Function::Length, vec![of])
    }
}
