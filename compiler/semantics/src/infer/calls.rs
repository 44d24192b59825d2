//! Calls: of declared functions, of what is built in, of enum members with a payload, and `edges(C)`.

use plat_diagnostics::codes;

use super::access::Dotted;
use super::{Builtin, Checker, Context, Meaning, TestFn, provided};
use crate::db::{Db, DeclId, Name};
use crate::hir::{Arg, Expr, ExprId, ForClause};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::contract_signature;
use crate::scope::Resolution;
use crate::scope::distance::nearest;
use crate::ty::{FieldType, Type, TypeKind, enum_variants, fn_signature};

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        expected: Option<&Type>,
    ) -> Type {
        if let Some(ty) = self.edge_call(callee, args) {
            return ty;
        }
        if let Some(ty) = self.test_call(id, callee, args) {
            return ty;
        }
        match self.callee(callee) {
            Some(Callee::Function(decl)) => {
                self.set_meaning(callee, Meaning::Function(decl));
                let signature = &fn_signature(self.db, decl).value;
                self.arguments(id, decl.name(self.db), args, &signature.params);
                signature.result.clone()
            }
            Some(Callee::Builtin(builtin)) => {
                self.set_meaning(callee, Meaning::Builtin(builtin));
                self.builtin(id, builtin, args, expected)
            }
            Some(Callee::Variant(decl, index)) => {
                self.set_meaning(callee, Meaning::Variant(decl, index));
                let variant = &enum_variants(self.db, decl).value[index as usize];
                self.arguments(id, &variant.name, args, &variant.payload);
                Type::of(TypeKind::Enum(decl))
            }
            None => {
                for arg in args {
                    self.infer_expr(arg.value);
                }
                Type::ERROR
            }
        }
    }

    /// `http(path = "/")` where an enum with that member is expected.
    pub(super) fn variant_call(&mut self, callee: ExprId, decl: DeclId, args: &[Arg]) -> bool {
        let Expr::Name(name) = &self.body.exprs[callee.0 as usize] else {
            return false;
        };
        let variants = &enum_variants(self.db, decl).value;
        match variants.iter().position(|variant| variant.name == *name) {
            Some(index) => {
                self.set_meaning(callee, Meaning::Variant(decl, index as u32));
                self.arguments(callee, name, args, &variants[index].payload);
            }
            None => {
                // A function may be meant as well; the nearest variant is the better guess only if there is one.
                let near = nearest(name, variants.iter().map(|variant| variant.name.as_str()));
                if near.is_none() || self.means_something(name, callee) {
                    return false;
                }
                self.unknown_variant(callee, decl, name);
                for arg in args {
                    self.infer_expr(arg.value);
                }
            }
        }
        true
    }

    /// `edges(C)` and `callers(C)`.
    fn edge_call(&mut self, callee: ExprId, args: &[Arg]) -> Option<Type> {
        let Expr::Name(name) = &self.body.exprs[callee.0 as usize] else {
            return None;
        };
        let (meaning, _) = self.local_or_member(name)?;
        let Meaning::Context(context @ (Context::Edges | Context::Callers)) = meaning else {
            return None;
        };
        self.set_meaning(callee, meaning);
        let [arg] = args else {
            self.problem(
                Problem::new(
                    &codes::WRONG_ARGUMENTS,
                    format!("`{name}` takes one capability"),
                )
                .at_node(self.decl, self.node(callee), "no or several arguments"),
            );
            return Some(Type::ERROR);
        };
        let Some(capability) = self.capability_argument(arg.value) else {
            return Some(Type::ERROR);
        };
        self.set_meaning(arg.value, Meaning::Capability(capability));
        Some(Type::list(match context {
            Context::Edges => provided::edge_record(self.db, Some(capability)),
            _ => {
                let own = contract_signature(self.db, self.decl).unwrap_or(capability);
                provided::caller_record(self.db, own, Some(capability))
            }
        }))
    }

    fn capability_argument(&mut self, id: ExprId) -> Option<DeclId> {
        let Some(Dotted { names, anchors }) = self.dotted(id) else {
            self.problem(
                Problem::new(
                    &codes::WRONG_KIND,
                    "the name of a capability is needed here",
                )
                .at_node(self.decl, self.node(id), "not a name"),
            );
            return None;
        };
        match names::prefix(self.db, self.decl, &names, &anchors, Namespace::Capability) {
            Ok(resolved) => as_capability(self.db, &resolved.resolution),
            Err(failure) => {
                self.out.problems.extend(failure.map(|problem| *problem));
                None
            }
        }
    }

    fn callee(&mut self, id: ExprId) -> Option<Callee> {
        // No value can be called, so that a function and a member may have one name.
        if let Expr::Name(name) = &self.body.exprs[id.0 as usize]
            && self.local_or_member(name).is_some()
            && !self.is_function(name, id)
        {
            self.not_callable(id, &format!("`{name}` is a value"));
            return None;
        }
        let Some(Dotted { names, anchors }) = self.dotted(id) else {
            if !matches!(
                self.accessed(id).last().map(|at| self.expr(at)),
                Some(Expr::Missing)
            ) {
                self.infer_expr(id);
                self.not_callable(id, "this is a value");
            }
            return None;
        };
        if let Some(callee) = self.enum_member(&names, &anchors) {
            return Some(callee);
        }
        match names::prefix(self.db, self.decl, &names, &anchors, Namespace::Value) {
            Ok(resolved) => match resolved.resolution {
                Resolution::Function(function) => {
                    Builtin::from_name(function.name).map(Callee::Builtin)
                }
                Resolution::Decl(decl)
                    if decl.kind(self.db) == ItemKind::Fn && resolved.consumed == names.len() =>
                {
                    Some(Callee::Function(decl))
                }
                Resolution::Decl(decl)
                    if decl.kind(self.db) == ItemKind::Enum
                        && resolved.consumed + 1 == names.len() =>
                {
                    self.unknown_variant(id, decl, &names[resolved.consumed]);
                    None
                }
                _ => {
                    self.not_callable(id, &format!("`{}` is no function", names.join(".")));
                    None
                }
            },
            Err(failure) => {
                let mut failure = failure;
                if let Some(hint) = failure.as_mut().and_then(|problem| problem.hint.as_mut())
                    && self.is_test()
                {
                    let own = TestFn::ALL.iter().map(|function| function.name());
                    hint.locals.extend(own.map(Name::new_static));
                }
                self.out.problems.extend(failure.map(|problem| *problem));
                None
            }
        }
    }

    fn is_function(&self, name: &Name, id: ExprId) -> bool {
        let found = names::prefix(
            self.db,
            self.decl,
            std::slice::from_ref(name),
            &[self.anchor(id)],
            Namespace::Value,
        );
        match found.map(|resolved| resolved.resolution) {
            Ok(Resolution::Function(_)) => true,
            Ok(Resolution::Decl(decl)) => decl.kind(self.db) == ItemKind::Fn,
            _ => false,
        }
    }

    /// `Probe.http(…)`.
    fn enum_member(&self, names: &[Name], anchors: &[Anchor]) -> Option<Callee> {
        let (member, path) = names.split_last().filter(|(_, path)| !path.is_empty())?;
        let resolved = names::prefix(self.db, self.decl, path, anchors, Namespace::Value).ok()?;
        let Resolution::Decl(decl) = resolved.resolution else {
            return None;
        };
        if decl.kind(self.db) != ItemKind::Enum || resolved.consumed != path.len() {
            return None;
        }
        let index = enum_variants(self.db, decl)
            .value
            .iter()
            .position(|variant| variant.name == *member)?;
        Some(Callee::Variant(decl, index as u32))
    }

    pub(super) fn not_callable(&mut self, id: ExprId, what: &str) {
        self.problem(
            Problem::new(&codes::NOT_CALLABLE, format!("{what}: it cannot be called")).at_node(
                self.decl,
                self.node(id),
                "not a function",
            ),
        );
    }

    /// Checks arguments against parameters: positional ones first, named ones by name, defaults for the rest.
    fn arguments(&mut self, id: ExprId, name: &str, args: &[Arg], params: &[FieldType]) {
        let mut given = vec![false; params.len()];
        let (mut next, mut misnamed) = (0, false);
        for arg in args {
            let index = match &arg.name {
                Some((name, _)) => params.iter().position(|param| param.name == *name),
                None => {
                    next += 1;
                    Some(next - 1).filter(|index| *index < params.len())
                }
            };
            let Some(index) = index else {
                self.infer_expr(arg.value);
                let (message, node) = match &arg.name {
                    Some((arg, node)) => (format!("`{name}` has no parameter `{arg}`"), *node),
                    None => (
                        format!(
                            "`{name}` takes {} argument{}",
                            params.len(),
                            if params.len() == 1 { "" } else { "s" }
                        ),
                        self.node(arg.value),
                    ),
                };
                misnamed |= arg.name.is_some();
                let label = match arg.name {
                    Some(_) => "no such parameter",
                    None => "one too many",
                };
                let problem =
                    Problem::new(&codes::WRONG_ARGUMENTS, message).at_node(self.decl, node, label);
                let problem = match &arg.name {
                    Some((arg, node)) => {
                        let at = Anchor::Node(self.decl, *node);
                        self.suggest_field(
                            problem,
                            at,
                            arg,
                            params.iter().map(|param| param.name.as_str()),
                        )
                    }
                    None => problem,
                };
                self.problem(problem);
                continue;
            };
            if std::mem::replace(&mut given[index], true) {
                self.problem(
                    Problem::new(
                        &codes::WRONG_ARGUMENTS,
                        format!("`{}` is given twice", params[index].name),
                    )
                    .at_node(self.decl, self.node(arg.value), "again here"),
                );
            }
            self.check_expr(arg.value, &params[index].ty);
        }
        let missing: Vec<&str> = params
            .iter()
            .zip(&given)
            .filter(|(param, given)| !**given && param.required())
            .map(|(p, _)| p.name.as_str())
            .collect();
        // What is missing may be what was meant by a name that does not exist.
        if !missing.is_empty() && !misnamed {
            let list = missing
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ");
            self.problem(
                Problem::new(
                    &codes::WRONG_ARGUMENTS,
                    format!("`{name}` also needs {list}"),
                )
                .at_node(self.decl, self.node(id), "arguments are missing"),
            );
        }
    }

    /// `all(p for x in xs)` and its kin.
    pub(super) fn call_for(
        &mut self,
        id: ExprId,
        callee: ExprId,
        body: ExprId,
        clauses: &[ForClause],
    ) -> Type {
        let callee_kind = self.callee(callee);
        let depth = self.clauses(clauses);
        let element = match callee_kind {
            Some(Callee::Builtin(Builtin::All | Builtin::Any | Builtin::Count)) => {
                self.check_expr(body, &Type::BOOL)
            }
            _ => self.infer_expr(body),
        };
        self.locals.truncate(depth);
        match callee_kind {
            Some(Callee::Builtin(builtin)) => {
                self.set_meaning(callee, Meaning::Builtin(builtin));
                self.list_builtin(id, builtin, &element)
            }
            Some(_) => {
                self.not_callable(callee, "only built-in functions of one list take a loop");
                Type::ERROR
            }
            None => Type::ERROR,
        }
    }
}

/// What is called.
#[derive(Clone, Copy)]
enum Callee {
    Function(DeclId),
    Builtin(Builtin),
    Variant(DeclId, u32),
}

/// Whether any resolution is a capability: for `edges(C)`.
fn as_capability(db: &dyn Db, resolution: &Resolution) -> Option<DeclId> {
    match resolution {
        Resolution::Decl(decl) if decl.kind(db) == ItemKind::Capability => Some(*decl),
        _ => None,
    }
}
