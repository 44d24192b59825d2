//! The schemas of facts: what every `team`, `service`, `environment` … has, gathered from all `extend`s.

use plat_diagnostics::codes;

use crate::db::{Db, DeclId, Name, Project};
use crate::hir::{self, BodyKind};
use crate::items::ItemKind;
use crate::problem::Problem;
use crate::ty::{FieldType, Type, TypeKind, extension_fields};

/// The fields of facts of a kind, in the order of packages and files, and what is wrong with how they were added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactSchema {
    /// The fields.
    pub fields: Vec<FieldType>,
    /// Fields that two extensions give different types.
    pub problems: Vec<Problem>,
}

/// The schema of a kind of fact.
pub fn fact_schema(db: &dyn Db, kind: ItemKind) -> &FactSchema {
    extended(db, Project::get(db), Name::new_static(kind.word()))
}

/// The schema of what a capability says about its operation: `operated_by`, `runbook` …; extended as `extend capability`.
pub fn capability_facts(db: &dyn Db) -> &FactSchema {
    extended(
        db,
        Project::get(db),
        Name::new_static(ItemKind::Capability.word()),
    )
}

#[allow(clippy::needless_pass_by_value, reason = "the key of a query")]
#[salsa::tracked]
fn extended(db: &dyn Db, project: Project, word: Name) -> FactSchema {
    let mut schema = FactSchema {
        fields: Vec::new(),
        problems: Vec::new(),
    };
    for &decl in project.extensions(db) {
        let BodyKind::Extend(extend) = &hir::body(db, decl).kind else {
            continue;
        };
        if extend.target.0 == word {
            add(db, decl, &word, &mut schema);
        }
    }
    schema
}

fn add(db: &dyn Db, decl: DeclId, word: &str, schema: &mut FactSchema) {
    let kind = ItemKind::FACTS.into_iter().find(|kind| kind.word() == word);
    let builtin = kind.map(builtin_fields).unwrap_or_default();
    for field in &extension_fields(db, decl).value {
        if builtin
            .iter()
            .any(|known| known.name == field.name && field.name != "key")
        {
            let message = format!("every {word} has a `{}` already", field.name);
            let problem = Problem::new(&codes::EXTEND_CONFLICT, message)
                .help("the compiler gives it to every fact: choose another name");
            schema.problems.push(match field.declared {
                Some((decl, node)) => problem.at_node(decl, node, "cannot be added"),
                None => problem,
            });
            continue;
        }
        let Some(known) = schema.fields.iter().find(|known| known.name == field.name) else {
            schema.fields.push(field.clone());
            continue;
        };
        let problem = if known.ty == field.ty {
            continue;
        } else {
            Problem::new(
                &codes::EXTEND_CONFLICT,
                format!(
                    "`{}` is `{}` here and `{}` elsewhere",
                    field.name,
                    field.ty.text(db),
                    known.ty.text(db)
                ),
            )
        };
        let at = |field: &FieldType| field.declared;
        let mut problem = match at(field) {
            Some((decl, node)) => problem.at_node(decl, node, "this extension disagrees"),
            None => problem,
        };
        if let Some((decl, node)) = at(known) {
            problem = problem.also_node(decl, node, "first declared here");
        }
        schema
            .problems
            .push(problem.help("extensions of one name need one type: rename one of them"));
    }
}

/// The fields that the compiler gives every fact and instance.
#[must_use]
pub fn builtin_fields(kind: ItemKind) -> Vec<FieldType> {
    let mut fields = vec![FieldType::builtin("name", Type::STRING)];
    if kind == ItemKind::Environment {
        fields.push(FieldType::builtin("key", Type::optional(Type::STRING)));
    } else {
        fields.push(FieldType::builtin(
            "environment",
            Type::of(TypeKind::Fact(ItemKind::Environment)),
        ));
    }
    fields
}
