//! The functions that are built in, as the checker and the evaluator know them, and the types that they take and give. Their names
//! and parameters stand in [`crate::scope::builtins`].

use plat_diagnostics::codes;
use plat_model::Stage;

use super::Checker;
use crate::hir::{Arg, Expr, ExprId};
use crate::problem::Problem;
use crate::scope::builtin_fn;
use crate::ty::{Type, TypeKind, join};

macro_rules! builtins {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A function that is built in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Builtin {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Builtin {
            /// The function of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        #[cfg(test)]
        const ALL: &[Builtin] = &[$(Builtin::$variant),*];
    };
}

builtins! {
    Abs = "abs", All = "all", Any = "any", Base64 = "base64", Ceil = "ceil", Contains = "contains", Count = "count",
    EndsWith = "ends_with", File = "file", First = "first", Flatten = "flatten", Floor = "floor", Has = "has", Join = "join",
    Json = "json", Keys = "keys", Last = "last", Length = "length", Lower = "lower", Manifests = "manifests",
    Matches = "matches", Max = "max", Merge = "merge", Min = "min", Mod = "mod", Replace = "replace", Reverse = "reverse",
    Round = "round", Secret = "secret", Sha256 = "sha256", Slug = "slug", Sort = "sort", Split = "split",
    StartsWith = "starts_with", Sum = "sum", Text = "text", Trim = "trim", Truncate = "truncate", Unique = "unique",
    Upper = "upper", Values = "values", Yaml = "yaml",
}

impl Checker<'_> {
    /// A built-in function of one list.
    pub(super) fn list_builtin(&mut self, id: ExprId, builtin: Builtin, element: &Type) -> Type {
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

    pub(super) fn builtin(
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

/// Whether named arguments of a built-in function stand in the order of its parameters.
fn ordered(args: &[Arg], params: &[&str]) -> bool {
    args.iter()
        .zip(params)
        .all(|(arg, param)| arg.name.as_ref().is_none_or(|(name, _)| name == param))
}

#[cfg(test)]
mod tests {
    use super::{ALL, Builtin};
    use crate::scope::builtins::FUNCTIONS;

    #[test]
    fn every_function_in_scope_is_known_and_the_other_way_round() {
        let named: Vec<&str> = ALL.iter().map(|builtin| builtin.name()).collect();
        let mut in_scope: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
        let mut sorted = named.clone();
        sorted.sort_unstable();
        in_scope.sort_unstable();
        assert_eq!(sorted, in_scope);
        assert!(named.iter().all(|name| Builtin::from_name(name).is_some()));
    }
}
