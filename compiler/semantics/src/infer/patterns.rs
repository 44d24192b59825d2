//! `match`: patterns bind what they see, and together leave no case open.

use plat_diagnostics::codes;
use plat_model::Stage;

use super::report::listed;
use super::{Checker, PatternMeaning};
use crate::db::Name;
use crate::hir::{Arm, ExprId, NodeId, Pattern, PatternKind};
use crate::problem::Problem;
use crate::ty::{FieldType, Type, TypeKind, VariantType, enum_variants, join};

/// The ways in which a late value is come by: pattern, meaning.
const LATE: [(&str, PatternMeaning); 4] = [
    ("known", PatternMeaning::Known),
    ("reference", PatternMeaning::Reference),
    ("field", PatternMeaning::Field),
    ("template", PatternMeaning::Template),
];

/// What the arms seen so far leave open.
struct Open {
    /// The names still open; `None` when the values cannot be counted.
    names: Option<Vec<Name>>,
    /// Whether nothing is left.
    closed: bool,
    /// Whether a pattern was not understood, so that nothing can be said.
    unsure: bool,
}

impl Checker<'_> {
    pub(super) fn match_expr(
        &mut self,
        scrutinee: ExprId,
        arms: &[Arm],
        expected: Option<&Type>,
    ) -> Type {
        let ty = self.infer_expr(scrutinee);
        if ty.is_optional() {
            self.may_be_none(scrutinee, &ty, "and `match` has no pattern for that");
        }
        let ty = ty.unwrapped().clone();
        let late = !ty.is_known() && !ty.is_error();
        let variants = match ty.kind {
            TypeKind::Enum(decl) => Some(&enum_variants(self.db, decl).value),
            _ => None,
        };
        let mut open = Open {
            names: match (&ty.kind, variants) {
                _ if late => Some(
                    LATE.iter()
                        .map(|(name, _)| Name::new_static(name))
                        .collect(),
                ),
                (_, Some(variants)) => Some(
                    variants
                        .iter()
                        .map(|variant| variant.name.clone())
                        .collect(),
                ),
                (TypeKind::Literals(texts), _) => Some(texts.iter().cloned().collect()),
                _ => None,
            },
            closed: false,
            unsure: false,
        };
        let mut result: Option<Type> = None;
        for arm in arms {
            let depth = self.locals.len();
            for pattern in &arm.patterns {
                self.pattern(
                    pattern,
                    arm.patterns.len() > 1,
                    &ty,
                    late,
                    variants,
                    &mut open,
                );
            }
            let arm_ty = match expected {
                Some(expected) => self.check_expr(arm.value, expected),
                None => self.infer_expr(arm.value),
            };
            self.locals.truncate(depth);
            result = Some(match result {
                None => arm_ty,
                Some(before) if expected.is_some() => {
                    join(self.db, &before, &arm_ty).unwrap_or(before)
                }
                Some(before) => self.joined(&before, &arm_ty, arm.value, "the arms of a `match`"),
            });
        }
        if arms.is_empty() {
            self.problem(
                Problem::new(
                    &codes::MATCH_NOT_EXHAUSTIVE,
                    "a `match` without arms has no value",
                )
                .at_node(self.decl, self.node(scrutinee), "what is matched")
                .help("add an arm for each case: `pattern => value`, or `_ => …` for all others"),
            );
            return Type::ERROR;
        }
        self.exhaustive(scrutinee, &ty, &open);
        result.unwrap_or(Type::ERROR)
    }

    fn exhaustive(&mut self, scrutinee: ExprId, ty: &Type, open: &Open) {
        if open.closed || open.unsure || ty.is_error() {
            return;
        }
        let message = match &open.names {
            Some(names) if names.is_empty() => return,
            Some(names) => format!(
                "not covered: {}",
                listed(names.iter().map(|name| match ty.kind {
                    TypeKind::Literals(_) => format!("`{name:?}`"),
                    _ => format!("`{name}`"),
                }))
            ),
            None => "not every value is covered".to_owned(),
        };
        self.problem(
            Problem::new(&codes::MATCH_NOT_EXHAUSTIVE, message)
                .at_node(self.decl, self.node(scrutinee), "what is matched")
                .help("add an arm for each, or `_ => …` for all others"),
        );
    }

    fn pattern(
        &mut self,
        pattern: &Pattern,
        alternatives: bool,
        ty: &Type,
        late: bool,
        variants: Option<&Vec<VariantType>>,
        open: &mut Open,
    ) {
        let unreachable = open.closed || matches!(&open.names, Some(names) if names.is_empty());
        if unreachable {
            self.problem(
                Problem::new(&codes::UNREACHABLE_ARM, "this arm is never taken").at_node(
                    self.decl,
                    pattern.node,
                    "everything is covered before it",
                ),
            );
        }
        match &pattern.kind {
            PatternKind::Wildcard => open.closed = true,
            PatternKind::Int(_) | PatternKind::Str(_) if late => {
                self.looks_at_late(pattern.node, ty);
                open.unsure = true;
            }
            PatternKind::Int(_) => self.literal_pattern(pattern.node, ty, &Type::INT),
            PatternKind::Str(text) => {
                self.literal_pattern(
                    pattern.node,
                    ty,
                    &Type::of(TypeKind::Literals([text.clone()].into())),
                );
                self.cover(pattern.node, text, open);
            }
            PatternKind::Variant(name, binders) if late => {
                self.late_pattern(pattern.node, name, binders, ty, open)
            }
            PatternKind::Variant(name, binders) => {
                match variants.map(|all| all.iter().find(|variant| variant.name == *name)) {
                    Some(Some(variant)) => {
                        self.out
                            .patterns
                            .insert(pattern.node, PatternMeaning::Variant(name.clone()));
                        self.cover(pattern.node, name, open);
                        self.payload(pattern.node, name, binders, &variant.payload, alternatives);
                    }
                    Some(None) => {
                        let names: Vec<Name> = variants
                            .into_iter()
                            .flatten()
                            .map(|variant| variant.name.clone())
                            .collect();
                        let text = ty.text(self.db);
                        let problem = Problem::new(
                            &codes::UNKNOWN_VARIANT,
                            format!("`{text}` has no member `{name}`"),
                        )
                        .at_node(self.decl, pattern.node, "no such member");
                        let at = crate::problem::Anchor::Node(self.decl, pattern.node);
                        let problem =
                            self.suggest_field(problem, at, name, names.iter().map(Name::as_str));
                        self.problem(problem);
                        self.bind_unknown(binders);
                    }
                    None if binders.is_empty() && ty.is_text() => {
                        self.problem(
                            Problem::new(
                                &codes::UNKNOWN_VARIANT,
                                format!("`{name}` is no pattern for text"),
                            )
                            .at_node(
                                self.decl,
                                pattern.node,
                                "write the text in quotes, or `_` for the rest",
                            ),
                        );
                    }
                    None => {
                        if !ty.is_error() {
                            let text = ty.text(self.db);
                            self.problem(
                                Problem::new(
                                    &codes::UNKNOWN_VARIANT,
                                    format!("`{text}` has no members"),
                                )
                                .at_node(
                                    self.decl,
                                    pattern.node,
                                    "no such member",
                                ),
                            );
                        }
                        self.bind_unknown(binders);
                    }
                }
            }
        }
    }

    fn literal_pattern(&mut self, node: NodeId, ty: &Type, literal: &Type) {
        if join(self.db, &ty.plain(), literal).is_none() {
            let (have, want) = (literal.text(self.db), ty.text(self.db));
            self.problem(
                Problem::new(&codes::TYPE_MISMATCH, format!("a `{want}` is never {have}")).at_node(
                    self.decl,
                    node,
                    "never matches",
                ),
            );
        }
    }

    /// What a late value is cannot be asked, only how one comes by it.
    fn looks_at_late(&mut self, node: NodeId, ty: &Type) {
        let problem = if ty.secret {
            Problem::new(&codes::SECRET_EXPOSED, "`match` cannot look at a secret")
        } else {
            let message = "`match` needs a value that is known while compiling";
            Problem::new(&codes::KNOWN_TOO_LATE, message)
        };
        let text = ty.text(self.db);
        self.problem(
            problem
                .at_node(self.decl, node, format!("compared with a `{text}`"))
                .help("tell literals from references: `known(x) => …`, `reference(r) => …`"),
        );
    }

    fn cover(&mut self, node: NodeId, name: &str, open: &mut Open) {
        let Some(names) = &mut open.names else { return };
        match names.iter().position(|left| left == name) {
            Some(index) => {
                names.remove(index);
            }
            None if !open.closed && !names.is_empty() => self.problem(
                Problem::new(
                    &codes::UNREACHABLE_ARM,
                    format!("`{name}` is covered before"),
                )
                .at_node(self.decl, node, "never taken"),
            ),
            None => {}
        }
    }

    fn payload(
        &mut self,
        node: NodeId,
        name: &str,
        binders: &[(Name, NodeId)],
        payload: &[FieldType],
        alternatives: bool,
    ) {
        if alternatives && !binders.is_empty() {
            self.problem(
                Problem::new(&codes::WRONG_ARGUMENTS, "patterns with `|` bind nothing").at_node(
                    self.decl,
                    node,
                    "an arm of its own is needed",
                ),
            );
        }
        if binders.len() != payload.len() && !(binders.is_empty() && alternatives) {
            let fields = listed(payload.iter().map(|field| field.name.to_string()));
            self.problem(
                Problem::new(
                    &codes::WRONG_ARGUMENTS,
                    format!(
                        "`{name}` carries {} value{}, not {}",
                        payload.len(),
                        if payload.len() == 1 { "" } else { "s" },
                        binders.len()
                    ),
                )
                .at_node(self.decl, node, "binds another number")
                .help(format!("write `{name}({fields})`; `_` leaves one out")),
            );
        }
        for (index, (binder, _)) in binders.iter().enumerate() {
            let ty = payload
                .get(index)
                .map_or(Type::ERROR, |field| field.ty.clone());
            self.bind(binder, ty);
        }
    }

    fn bind_unknown(&mut self, binders: &[(Name, NodeId)]) {
        for (binder, _) in binders {
            self.bind(binder, Type::ERROR);
        }
    }

    fn late_pattern(
        &mut self,
        node: NodeId,
        name: &Name,
        binders: &[(Name, NodeId)],
        ty: &Type,
        open: &mut Open,
    ) {
        let Some((_, meaning)) = LATE.iter().find(|(pattern, _)| pattern == name) else {
            self.problem(
                Problem::new(
                    &codes::UNKNOWN_VARIANT,
                    format!("`{name}` is no way to come by a late value"),
                )
                .at_node(self.decl, node, "no such case")
                .help(
                    "the cases are `known(x)`, `reference(r)`, `field(path)` and `template(parts)`",
                ),
            );
            self.bind_unknown(binders);
            return;
        };
        self.out.patterns.insert(node, meaning.clone());
        self.cover(node, name, open);
        let bound = match meaning {
            PatternMeaning::Known => ty.plain(),
            PatternMeaning::Reference => reference_type(),
            PatternMeaning::Field => Type::STRING,
            _ => Type::list(Type {
                kind: TypeKind::String,
                stage: Stage::Run,
                secret: true,
            }),
        };
        let payload = [FieldType::builtin("value", bound)];
        self.payload(node, name, binders, &payload, false);
    }
}

/// What `reference(r)` binds: an entry of a store.
fn reference_type() -> Type {
    Type::record(vec![
        FieldType::builtin(
            "store",
            Type::of(TypeKind::Literals(
                ["secret".into(), "config".into()].into(),
            )),
        ),
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("key", Type::STRING),
    ])
}
