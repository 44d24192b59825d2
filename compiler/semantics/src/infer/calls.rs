//! Calls: of declared functions, of what is built in, of enum members with a payload, and `edges(C)`.

use plat_diagnostics::codes;
use plat_model::Stage;

use super::{Builtin, Checker, Context, Meaning, members};
use crate::db::{DeclId, Name};
use crate::hir::{Arg, Expr, ExprId, ForClause};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::program::contract_signature;
use crate::scope::{Resolution, builtin_fn};
use crate::ty::{FieldType, Type, TypeKind, enum_variants, fn_signature, join};

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
        let Some(index) = variants.iter().position(|variant| variant.name == *name) else {
            return false;
        };
        self.set_meaning(callee, Meaning::Variant(decl, index as u32));
        self.arguments(callee, name, args, &variants[index].payload);
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
            Context::Edges => members::edge_record(self.db, Some(capability)),
            _ => {
                let own = contract_signature(self.db, self.decl).unwrap_or(capability);
                members::caller_record(self.db, own, Some(capability))
            }
        }))
    }

    fn capability_argument(&mut self, id: ExprId) -> Option<DeclId> {
        let mut path = Vec::new();
        let mut at = id;
        loop {
            match &self.body.exprs[at.0 as usize] {
                Expr::Field {
                    base,
                    name,
                    name_node,
                    ..
                } => {
                    path.push((name.clone(), *name_node));
                    at = *base;
                }
                Expr::Name(name) => {
                    path.push((name.clone(), self.node(at)));
                    break;
                }
                _ => {
                    self.problem(
                        Problem::new(
                            &codes::WRONG_KIND,
                            "the name of a capability is needed here",
                        )
                        .at_node(self.decl, self.node(id), "not a name"),
                    );
                    return None;
                }
            }
        }
        path.reverse();
        let names: Vec<Name> = path.iter().map(|(name, _)| name.clone()).collect();
        let anchors: Vec<Anchor> = path
            .iter()
            .map(|(_, node)| Anchor::Node(self.decl, *node))
            .collect();
        match names::prefix(self.db, self.decl, &names, &anchors, Namespace::Capability) {
            Ok(resolved) => members::as_capability(self.db, &resolved.resolution),
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
        let (mut path, mut at) = (Vec::new(), id);
        loop {
            match &self.body.exprs[at.0 as usize] {
                Expr::Field {
                    base,
                    name,
                    name_node,
                    optional: false,
                } => {
                    path.push((name.clone(), Anchor::Node(self.decl, *name_node)));
                    at = *base;
                }
                Expr::Name(name) => {
                    path.push((name.clone(), self.anchor(at)));
                    break;
                }
                Expr::Missing => return None,
                _ => {
                    self.infer_expr(id);
                    self.not_callable(id, "this is a value");
                    return None;
                }
            }
        }
        path.reverse();
        let (names, anchors): (Vec<Name>, Vec<Anchor>) = path.into_iter().unzip();
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
                _ => {
                    self.not_callable(id, &format!("`{}` is no function", names.join(".")));
                    None
                }
            },
            Err(failure) => {
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

    fn not_callable(&mut self, id: ExprId, what: &str) {
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

    /// A built-in function of one list.
    fn list_builtin(&mut self, id: ExprId, builtin: Builtin, element: &Type) -> Type {
        match builtin {
            Builtin::All | Builtin::Any => Type::BOOL,
            Builtin::Count | Builtin::Length => Type::INT,
            Builtin::Sum => element.base(),
            Builtin::Min | Builtin::Max | Builtin::First | Builtin::Last => {
                Type::optional(element.clone())
            }
            Builtin::Sort | Builtin::Unique | Builtin::Reverse => Type::list(element.clone()),
            Builtin::Flatten => match &element.kind {
                TypeKind::List(_) => element.clone(),
                TypeKind::Error => Type::ERROR,
                _ => {
                    self.problem(
                        Problem::new(&codes::WRONG_OPERANDS, "`flatten` takes a list of lists")
                            .at_node(self.decl, self.node(id), "the elements are no lists"),
                    );
                    Type::ERROR
                }
            },
            _ => {
                self.not_callable(id, &format!("`{}` takes no loop", builtin.name()));
                Type::ERROR
            }
        }
    }

    fn builtin(
        &mut self,
        id: ExprId,
        builtin: Builtin,
        args: &[Arg],
        expected: Option<&Type>,
    ) -> Type {
        use Builtin as B;
        let params = builtin_fn(builtin.name()).map_or(&[][..], |function| function.parameters);
        let one_list = matches!(builtin, B::Min | B::Max) && args.len() == 1;
        if (args.len() != params.len() && !one_list)
            || args.iter().any(|arg| arg.name.is_some()) && !ordered(args, params)
        {
            for arg in args {
                self.infer_expr(arg.value);
            }
            self.problem(
                Problem::new(
                    &codes::WRONG_ARGUMENTS,
                    format!(
                        "`{0}` is written `{0}({1})`",
                        builtin.name(),
                        params.join(", ")
                    ),
                )
                .at_node(
                    self.decl,
                    self.node(id),
                    format!("{} arguments", args.len()),
                ),
            );
            return Type::ERROR;
        }
        let arg = |index: usize| args[index].value;
        match builtin {
            B::Abs => {
                let ty = self.infer_expr(arg(0));
                self.number(arg(0), &ty)
            }
            B::Floor | B::Ceil | B::Round => {
                let ty = self.infer_expr(arg(0));
                match self.number(arg(0), &ty).kind {
                    TypeKind::Quantity(_) | TypeKind::Money => {
                        self.problem(
                            Problem::new(
                                &codes::WRONG_OPERANDS,
                                format!("`{}` rounds numbers", builtin.name()),
                            )
                            .at_node(self.decl, self.node(arg(0)), "a quantity")
                            .help("divide by the unit first: `floor(timeout / 1s)`"),
                        );
                        Type::ERROR
                    }
                    TypeKind::Error => Type::ERROR,
                    _ => Type::INT.joined(&ty),
                }
            }
            B::Mod => {
                self.check_expr(arg(0), &Type::INT);
                self.check_expr(arg(1), &Type::INT);
                Type::INT
            }
            B::Min | B::Max if one_list => {
                let element = self.list_argument(arg(0));
                if let (B::Sort | B::Unique, Some(late)) = (builtin, element.late_part()) {
                    let late = late.clone();
                    self.too_late(arg(0), &late, "a comparison");
                    return Type::ERROR;
                }
                self.list_builtin(id, builtin, &element)
            }
            B::Min | B::Max => {
                let (a, b) = (self.infer_expr(arg(0)), self.infer_expr(arg(1)));
                self.joined(&a.base(), &b.base(), arg(1), "the arguments")
            }
            B::All | B::Any | B::Count => {
                self.check_expr(arg(0), &Type::list(Type::BOOL));
                self.list_builtin(id, builtin, &Type::BOOL)
            }
            B::Sum | B::First | B::Last | B::Sort | B::Unique | B::Reverse | B::Flatten => {
                let element = self.list_argument(arg(0));
                self.list_builtin(id, builtin, &element)
            }
            B::Length => {
                let ty = self.infer_expr(arg(0));
                if !ty.is_known() && !ty.is_error() {
                    self.too_late(arg(0), &ty, "a length");
                } else if !ty.is_text()
                    && !matches!(
                        ty.kind,
                        TypeKind::List(_)
                            | TypeKind::Map(_)
                            | TypeKind::Record(_)
                            | TypeKind::Error
                    )
                {
                    self.elements_of(arg(0), &ty);
                }
                Type::INT
            }
            B::Keys => {
                self.map_argument(arg(0));
                Type::list(Type::STRING)
            }
            B::Values => Type::list(self.map_argument(arg(0))),
            B::Has => {
                self.map_argument(arg(0));
                self.check_expr(arg(1), &Type::STRING);
                Type::BOOL
            }
            B::Merge => match expected.map(|ty| ty.unwrapped().clone()) {
                Some(expected) if matches!(expected.kind, TypeKind::Map(_)) => {
                    self.check_expr(arg(0), &expected);
                    self.check_expr(arg(1), &expected);
                    expected
                }
                _ => {
                    let (a, b) = (self.map_argument(arg(0)), self.map_argument(arg(1)));
                    Type::map(join(self.db, &a, &b).unwrap_or(Type::ERROR))
                }
            },
            B::Json | B::Yaml => {
                let ty = self.infer_expr(arg(0));
                if let Some(late) = ty.late_part() {
                    let late = late.clone();
                    self.too_late(arg(0), &late, "text of a whole value");
                }
                Type::STRING
            }
            B::Text => {
                let ty = self.infer_expr(arg(0));
                if ty.is_optional() {
                    self.may_be_none(arg(0), &ty, "an absent value has no text");
                } else if matches!(
                    ty.kind,
                    TypeKind::List(_) | TypeKind::Map(_) | TypeKind::Record(_)
                ) {
                    self.no_text(arg(0), &ty);
                }
                Type::STRING.joined(&ty)
            }
            B::Join => {
                let ty = self.infer_expr(arg(0));
                let element = match &ty.kind {
                    TypeKind::List(element) => element.as_ref().clone(),
                    _ => Type::ERROR,
                };
                self.expect(
                    arg(0),
                    &ty,
                    &Type::list(Type {
                        kind: TypeKind::String,
                        stage: Stage::Run,
                        secret: true,
                    }),
                );
                self.check_expr(arg(1), &Type::STRING);
                Type::STRING.joined(&element)
            }
            B::Split => {
                self.texts(args);
                Type::list(Type::STRING)
            }
            B::Contains | B::StartsWith | B::EndsWith | B::Matches => {
                self.texts(args);
                Type::BOOL
            }
            B::Replace | B::Lower | B::Upper | B::Trim | B::Slug | B::Sha256 | B::Base64 => {
                self.texts(args);
                Type::STRING
            }
            B::Truncate => {
                self.check_expr(arg(0), &Type::STRING);
                self.check_expr(arg(1), &Type::INT);
                Type::STRING
            }
            B::File => {
                self.literal_argument(arg(0), builtin);
                Type::STRING
            }
            B::Manifests => {
                self.literal_argument(arg(0), builtin);
                // Each object is checked against its own schema when it is emitted.
                Type::list(Type::map(Type::ERROR))
            }
            B::Secret => {
                self.check_expr(arg(0), &Type::STRING);
                Type {
                    kind: TypeKind::String,
                    stage: Stage::Store,
                    secret: true,
                }
            }
        }
    }

    fn texts(&mut self, args: &[Arg]) {
        for arg in args {
            self.check_expr(arg.value, &Type::STRING);
        }
    }

    /// The driver finds these arguments without evaluating anything.
    fn literal_argument(&mut self, id: ExprId, builtin: Builtin) {
        self.check_expr(id, &Type::STRING);
        if !matches!(self.body.exprs[id.0 as usize], Expr::Str(_) | Expr::Missing) {
            self.problem(
                Problem::new(
                    &codes::WRONG_ARGUMENTS,
                    format!("`{}` takes a literal text", builtin.name()),
                )
                .at_node(self.decl, self.node(id), "a computed path")
                .note(
                    "which files a package is made of must be known before anything is evaluated",
                ),
            );
        }
    }

    fn number(&mut self, id: ExprId, ty: &Type) -> Type {
        let base = ty.base();
        match base.kind {
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Ratio
            | TypeKind::Quantity(_)
            | TypeKind::Money
            | TypeKind::Error => base,
            _ => {
                let text = ty.text(self.db);
                self.problem(
                    Problem::new(
                        &codes::WRONG_OPERANDS,
                        format!("a number is needed, and this is `{text}`"),
                    )
                    .at_node(self.decl, self.node(id), "not a number"),
                );
                Type::ERROR
            }
        }
    }

    fn list_argument(&mut self, id: ExprId) -> Type {
        let ty = self.infer_expr(id);
        match &ty.kind {
            TypeKind::List(element) => element.as_ref().clone(),
            TypeKind::Schema(_) => self.elements_of(id, &ty).1,
            TypeKind::Error => Type::ERROR,
            _ => {
                self.expect(id, &ty, &Type::list(Type::ERROR));
                Type::ERROR
            }
        }
    }

    fn map_argument(&mut self, id: ExprId) -> Type {
        let ty = self.infer_expr(id);
        match &ty.kind {
            TypeKind::Map(value) => value.as_ref().clone(),
            TypeKind::Record(_) | TypeKind::Schema(_) => self.elements_of(id, &ty).1,
            TypeKind::Error => Type::ERROR,
            _ => {
                self.expect(id, &ty, &Type::map(Type::ERROR));
                Type::ERROR
            }
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

/// Whether named arguments of a built-in function stand in the order of its parameters.
fn ordered(args: &[Arg], params: &[&str]) -> bool {
    args.iter()
        .zip(params)
        .all(|(arg, param)| arg.name.as_ref().is_none_or(|(name, _)| name == param))
}
