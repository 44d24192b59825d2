//! How the checker says what it found.

use plat_diagnostics::codes;

use super::{Checker, fields_of};
use crate::db::{DeclId, Name};
use crate::hir::{Expr, ExprId, NodeId};
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::scope::distance::nearest;
use crate::ty::{Misfit, Type, TypeKind, enum_variants, fits};

impl Checker<'_> {
    pub(super) fn problem(&mut self, problem: Problem) {
        if !self.out.problems.contains(&problem) {
            self.out.problems.push(problem);
        }
    }

    /// Says it when a value does not fit; gives the type to go on with.
    pub(super) fn expect(&mut self, id: ExprId, actual: &Type, expected: &Type) -> Type {
        match fits(self.db, actual, expected) {
            Ok(()) => {
                self.check_literal(id, expected);
                // A literal of a refined or wider type has that type from here on.
                if actual.is_error() {
                    Type::ERROR
                } else {
                    actual.clone()
                }
            }
            Err(misfit) => {
                self.misfit(id, actual, expected, &misfit);
                Type::ERROR
            }
        }
    }

    fn misfit(&mut self, id: ExprId, actual: &Type, expected: &Type, misfit: &Misfit) {
        let (have, want) = (actual.text(self.db), expected.unwrapped().text(self.db));
        let node = self.node(id);
        let problem = match misfit {
            Misfit::Secret => Problem::new(&codes::SECRET_EXPOSED, "a secret would be readable here")
                .at_node(self.decl, node, format!("this is `{have}`"))
                .note(format!("`{want}` is expected here: it is written out for everybody to see"))
                .help("pass secrets where a `secret<…>` is taken: as an environment variable (`env`) or a mounted file"),
            Misfit::Late(_) => Problem::new(&codes::KNOWN_TOO_LATE, "this value is not known yet where it is needed")
                .at_node(self.decl, node, format!("this is `{have}`"))
                .note(format!("`{want}` is expected here, and has to be known while compiling")),
            Misfit::Optional => Problem::new(&codes::MAY_BE_NONE, format!("this may be `none`, and `{want}` is needed"))
                .at_node(self.decl, node, format!("this is `{have}`"))
                .help("say what holds without it: `… ?? value`"),
            Misfit::Shape if actual.kind == TypeKind::None => {
                Problem::new(&codes::NONE_NOT_ALLOWED, format!("`none` is no `{want}`"))
                    .at_node(self.decl, node, "a value is required here")
            }
            Misfit::Shape => self.shape_misfit(id, actual, expected, &have, &want),
        };
        self.problem(problem);
    }

    fn shape_misfit(
        &self,
        id: ExprId,
        actual: &Type,
        expected: &Type,
        have: &str,
        want: &str,
    ) -> Problem {
        let node = self.node(id);
        let (base, wanted) = (actual.base(), expected.unwrapped().base());
        if let (TypeKind::Quantity(a), TypeKind::Quantity(b)) = (&base.kind, &wanted.kind) {
            return Problem::new(
                &codes::DIMENSION_MISMATCH,
                format!("{a} where {b} is expected"),
            )
            .at_node(self.decl, node, format!("this is {a}"));
        }
        if let TypeKind::Literals(texts) = &expected.unwrapped().kind
            && let Expr::Str(text) = &self.body.exprs[id.0 as usize]
        {
            let mut problem = Problem::new(
                &codes::MALFORMED_TEXT,
                format!("{text:?} is not among the allowed values"),
            )
            .at_node(self.decl, node, "not allowed")
            .note(format!(
                "allowed: {}",
                listed(texts.iter().map(|t| format!("{t:?}")))
            ));
            if let Some(near) = nearest(text, texts.iter().map(smol_str::SmolStr::as_str)) {
                let fix = format!("{near:?}");
                problem = problem.fix(
                    ProblemFix::replace(self.anchor(id), fix.clone(), format!("write {fix}"))
                        .maybe(),
                );
            }
            return problem;
        }
        if let (TypeKind::Face(found), TypeKind::Instance(wanted)) = (&base.kind, &wanted.kind)
            && crate::program::capability_is(self.db, *found, *wanted)
        {
            return Problem::new(
                &codes::TYPE_MISMATCH,
                format!("`{want}` has inputs, which only the instance itself sees"),
            )
            .at_node(self.decl, node, "seen from outside: outputs and facts only")
            .help("take a contract without inputs as the parameter's type, or pass the outputs one by one");
        }
        let mut problem = Problem::new(
            &codes::TYPE_MISMATCH,
            format!("expected `{want}`, found `{have}`"),
        )
        .at_node(self.decl, node, format!("this is `{have}`"));
        problem = match (&self.body.exprs[id.0 as usize], &wanted.kind) {
            (Expr::Int(value), TypeKind::Quantity(dimension)) => match unit_for(*dimension) {
                Some((unit, examples)) => problem
                    .help(format!("a quantity has its unit: {examples}"))
                    .fix(ProblemFix::insert_after(self.anchor(id), unit, format!("write `{value}{unit}`")).maybe()),
                None => problem,
            },
            (Expr::Int(_) | Expr::Float(_) | Expr::Bool(_), TypeKind::String | TypeKind::Text(_)) => problem
                .help("text is written in quotes")
                .fix(
                    ProblemFix::insert_before(self.anchor(id), "\"", "put it in quotes").and(
                        self.anchor(id),
                        crate::problem::EditMode::After,
                        "\"",
                    ),
                ),
            (_, TypeKind::String) if matches!(base.kind, TypeKind::Quantity(_) | TypeKind::Ratio | TypeKind::Enum(_)) => {
                problem.help("convert it on purpose: `text(…)`, or divide by a unit: `timeout / 1s` is a number")
            }
            (Expr::Str(text), TypeKind::Int) if text.parse::<i64>().is_ok() => problem
                .fix(ProblemFix::replace(self.anchor(id), text.to_string(), "write it without quotes")),
            (Expr::Str(text), TypeKind::Enum(decl))
                if enum_variants(self.db, *decl).value.iter().any(|variant| variant.name == *text) =>
            {
                problem.help("a member of an enum is a name, not a text").fix(ProblemFix::replace(
                    self.anchor(id),
                    text.to_string(),
                    format!("write `{text}`"),
                ))
            }
            (_, TypeKind::List(element)) if fits(self.db, actual, element).is_ok() => problem
                .help("a list of one is written in brackets")
                .fix(ProblemFix::insert_before(self.anchor(id), "[", "make it a list").and(
                    self.anchor(id),
                    crate::problem::EditMode::After,
                    "]",
                )),
            (_, TypeKind::Int) if matches!(base.kind, TypeKind::Float) => {
                problem.help("say how to round: `floor(…)`, `ceil(…)` or `round(…)`")
            }
            _ => problem,
        };
        problem
    }

    pub(super) fn unknown_field(&mut self, node: NodeId, name: &str, base: &Type) {
        let fields = fields_of(self.db, base);
        let text = base.text(self.db);
        let mut problem = Problem::new(&codes::UNKNOWN_FIELD, format!("`{text}` has no `{name}`"))
            .at_node(self.decl, node, "unknown field");
        if let TypeKind::Face(capability) = base.kind
            && let Some(input) = crate::program::signature(self.db, capability).input(name)
        {
            if let Some((decl, node)) = input.field.declared {
                problem =
                    problem.also_node(decl, node, "an input: only the instance itself sees it");
            }
            problem = problem.help(
                "others see outputs: let the capability declare `output …` for what they need",
            );
            self.problem(problem);
            return;
        }
        problem = self.suggest_field(
            problem,
            Anchor::Node(self.decl, node),
            name,
            fields.iter().map(|f| f.name.as_str()),
        );
        self.problem(problem);
    }

    pub(super) fn suggest_field<'n>(
        &self,
        problem: Problem,
        at: Anchor,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) -> Problem {
        if let Some(near) = nearest(name, known.clone()) {
            return problem
                .fix(ProblemFix::replace(at, near.to_owned(), format!("write `{near}`")).maybe());
        }
        let all: Vec<&str> = known.collect();
        match all.len() {
            0 => problem,
            1..=24 => problem.note(format!(
                "it has: {}",
                listed(all.iter().map(|name| format!("`{name}`")))
            )),
            _ => problem,
        }
    }

    pub(super) fn unknown_variant(&mut self, id: ExprId, decl: DeclId, name: &Name) {
        let variants = &enum_variants(self.db, decl).value;
        let node = match self.body.exprs[id.0 as usize] {
            Expr::Field { name_node, .. } => name_node,
            _ => self.node(id),
        };
        let problem = Problem::new(
            &codes::UNKNOWN_VARIANT,
            format!("`{}` has no member `{name}`", decl.name(self.db)),
        )
        .at_node(self.decl, node, "no such member")
        .also(Anchor::name(decl), "the enum");
        let names: Vec<Name> = variants
            .iter()
            .map(|variant| variant.name.clone())
            .collect();
        let at = Anchor::Node(self.decl, node);
        let problem = self.suggest_field(problem, at, name, names.iter().map(Name::as_str));
        self.problem(problem);
    }

    pub(super) fn implicit_text(&mut self, id: ExprId, ty: &Type) {
        let text = ty.text(self.db);
        self.problem(
            Problem::new(&codes::IMPLICIT_TEXT, format!("a `{text}` has no text of its own"))
                .at_node(self.decl, self.node(id), "in which unit?")
                .help("convert it on purpose: `text(x)` writes it with its unit (`30s`), `x / 1s` is the number of seconds"),
        );
    }

    pub(super) fn no_text(&mut self, id: ExprId, ty: &Type) {
        let text = ty.text(self.db);
        let problem = Problem::new(
            &codes::TYPE_MISMATCH,
            format!("`{text}` cannot be put into a text"),
        )
        .at_node(self.decl, self.node(id), "not text");
        self.problem(match ty.kind {
            TypeKind::List(_) => {
                problem.help("join the elements: `join(xs, \", \")`, or write JSON: `json(xs)`")
            }
            TypeKind::Face(_) | TypeKind::Instance(_) | TypeKind::Fact(_) => {
                problem.help("take one of its fields: `x.name`")
            }
            _ => problem.help("write JSON or YAML: `json(x)`, `yaml(x)`"),
        });
    }

    pub(super) fn may_be_none(&mut self, id: ExprId, ty: &Type, why: &str) {
        let text = ty.text(self.db);
        self.problem(
            Problem::new(&codes::MAY_BE_NONE, format!("this may be `none`: {why}"))
                .at_node(self.decl, self.node(id), format!("this is `{text}`"))
                .help("say what holds without it: `… ?? value`"),
        );
    }

    pub(super) fn optional_access(&mut self, base: ExprId, name_node: NodeId, ty: &Type) {
        let text = ty.text(self.db);
        self.problem(
            Problem::new(
                &codes::MAY_BE_NONE,
                "this may be `none`, and `none` has no fields",
            )
            .at_node(self.decl, self.node(base), format!("this is `{text}`"))
            .help("write `?.`: the result is `none` too then")
            .fix(ProblemFix::insert_after(self.anchor(base), "?", "write `?.`").maybe()),
        );
        let _ = name_node;
    }

    pub(super) fn too_late(&mut self, id: ExprId, ty: &Type, what: &str) {
        let text = ty.text(self.db);
        let problem = if ty.secret {
            Problem::new(
                &codes::SECRET_EXPOSED,
                format!("{what} cannot look at a secret"),
            )
            .help("a secret can be passed, selected and interpolated, and nothing else")
        } else {
            Problem::new(
                &codes::KNOWN_TOO_LATE,
                format!("{what} needs a value that is known while compiling"),
            )
        };
        self.problem(problem.at_node(self.decl, self.node(id), format!("this is `{text}`")));
    }

    pub(super) fn not_a_value(&mut self, id: ExprId, message: &str, help: &str) {
        self.problem(
            Problem::new(&codes::WRONG_KIND, format!("{message}, not a value"))
                .at_node(self.decl, self.node(id), "a value is needed here")
                .help(help),
        );
    }

    /// Members whose values need each other, drawn as a ring with every step.
    pub(super) fn report_ring(&mut self, ring: &[(Name, NodeId)]) {
        let mut steps: Vec<&str> = ring.iter().map(|(name, _)| name.as_str()).collect();
        steps.push(steps[0]);
        let mut problem =
            Problem::new(&codes::MEMBER_RING, format!("`{}` needs itself", ring[0].0))
                .at(Anchor::Node(self.decl, ring[0].1), "its value needs …");
        for (name, node) in &ring[1..] {
            problem = problem.also(
                Anchor::Node(self.decl, *node),
                format!("… `{name}`, which needs …"),
            );
        }
        self.problem(
            problem
                .note(format!("the ring: {}", steps.join(" → ")))
                .help("give one of them a value of its own"),
        );
    }
}

/// A unit to suggest for a bare number of a dimension, and examples.
fn unit_for(dimension: plat_model::quantity::Dimension) -> Option<(&'static str, &'static str)> {
    use plat_model::quantity::NamedDimension as N;
    let named = dimension.named()?;
    let unit = match named {
        N::Cpu => "cpu",
        N::Bytes => "Mi",
        N::Duration => "s",
        N::Rate => "rps",
        N::Money => return None,
    };
    Some((unit, named.examples()))
}

/// A list for a person: `a, b, c`.
pub(super) fn listed(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
