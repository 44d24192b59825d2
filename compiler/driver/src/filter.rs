//! `--where`: which rows of a listing a condition holds for, in the language itself.

use std::collections::BTreeSet;

use plat_diagnostics::{Diagnostic, Report, Severity, codes};
use plat_semantics::checks::declaration_problems;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::eval::{Columns, Judgement, emit_each, judge_fleet};
use plat_semantics::infer::Collection;
use plat_semantics::items::{item_tree, syntax_errors};
use plat_semantics::rules::{FILTER_FILE, Outcome, filter};
use rayon::prelude::*;

use crate::Workspace;
use crate::check::{checked_files, evaluated};
use crate::inventory::Listing;

/// The collection whose elements are the rows of a listing; `None` where rows are nothing that conditions can speak of.
fn collection(listing: Listing) -> Option<Collection> {
    Some(match listing {
        Listing::Services => Collection::Services,
        Listing::Resources => Collection::Resources,
        Listing::Environments => Collection::Environments,
        Listing::Systems => Collection::Systems,
        Listing::Teams => Collection::Teams,
        Listing::Capabilities => Collection::Capabilities,
        Listing::Objects => Collection::Objects,
        _ => return None,
    })
}

/// The names (of objects, the addresses) of the rows for which a condition holds; of what is in several environments, in at least one.
///
/// # Errors
/// What is wrong with the condition, or that such rows cannot be filtered.
pub fn matching(
    workspace: &mut Workspace,
    listing: Listing,
    condition: &str,
) -> Result<BTreeSet<String>, Report> {
    let refused =
        |finding: Diagnostic, workspace: &Workspace| Report::new(vec![finding], workspace.files());
    let Some(collection) = collection(listing) else {
        let finding = Diagnostic::new(&codes::BAD_COLLECTION, "these rows cannot be filtered").help(
            "`--where` filters services, resources, environments, systems, teams, capabilities and objects",
        );
        return Err(refused(finding, workspace));
    };
    if workspace
        .create(FILTER_FILE, &filter(collection, condition))
        .is_err()
    {
        let finding = Diagnostic::new(&codes::COMPILER_BUG, "the condition has no place to stand");
        return Err(refused(finding, workspace));
    }
    let workspace = &*workspace;
    let db = workspace.db();
    let Some(file) = workspace.source(FILTER_FILE) else {
        return Ok(BTreeSet::new());
    };
    let items = &item_tree(db, file).items;
    let mut problems = syntax_errors(db, file).to_vec();
    for item in items {
        problems.extend(declaration_problems(db, item.id).iter().cloned());
    }
    let broken = problems
        .iter()
        .any(plat_semantics::problem::Problem::is_error);
    let (Some(rule), false) = (items.first(), broken || items.len() != 1) else {
        let mut found = workspace.resolve(&problems);
        found.retain(|finding| finding.severity == Severity::Error);
        return Err(Report::new(found, workspace.files()));
    };
    Ok(holding(workspace, rule.id))
}

fn holding(workspace: &Workspace, rule: DeclId) -> BTreeSet<String> {
    let db = workspace.db();
    let environments = Project::get(db).environments(db);
    let declarations = evaluated(workspace, &checked_files(workspace, false));
    let row = |subject: &str| match subject.split_once('@') {
        Some((_, rest)) if rest.contains('/') => subject.to_owned(),
        Some((name, _)) => name.to_owned(),
        None => subject.to_owned(),
    };
    let judged: Vec<(BTreeSet<String>, Vec<_>)> = declarations
        .par_iter()
        .map_with(db.clone(), |db, decl| {
            let mut found = BTreeSet::new();
            let mut each = |verdict: plat_semantics::rules::Verdict<'_>| {
                if verdict.guardrail == rule && verdict.outcome == Outcome::Holds {
                    found.insert(row(verdict.subject));
                }
            };
            let mut judgement = Judgement {
                each: Some(&mut each),
                ..Judgement::default()
            };
            emit_each(
                &*db,
                *decl,
                environments,
                Some(&mut judgement),
                &mut |_, _| {},
            );
            let contributions = judgement.contributions;
            (found, contributions)
        })
        .collect();
    let mut columns = Columns::default();
    let mut all = BTreeSet::new();
    for (found, contributions) in judged {
        all.extend(found);
        for contribution in &contributions {
            columns.add(contribution);
        }
    }
    for environment in environments {
        let mut each = |verdict: plat_semantics::rules::Verdict<'_>| {
            if verdict.guardrail == rule && verdict.outcome == Outcome::Holds {
                all.insert(row(verdict.subject));
            }
        };
        let mut judgement = Judgement {
            each: Some(&mut each),
            ..Judgement::default()
        };
        judge_fleet(
            db,
            None,
            *environment,
            &columns,
            &declarations,
            &mut judgement,
        );
    }
    all
}
