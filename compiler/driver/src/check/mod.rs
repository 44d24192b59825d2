//! All findings of a project, in all its environments.

mod fleet;
mod overdue;
mod rules;

use plat_diagnostics::{Diagnostic, Report};
use plat_model::Date;
use plat_semantics::checks::{declaration_problems, schema_problems};
use plat_semantics::db::{DeclId, Project, SourceFile};
use plat_semantics::eval::evaluate;
use plat_semantics::items::{ItemKind, item_tree, syntax_errors};
use plat_semantics::problem::Problem;
use plat_semantics::rules::{Scope, judged_rules};
use plat_semantics::scope::file_problems;
use plat_semantics::tested::unexpected_problems;
use rayon::prelude::*;

use crate::{Workspace, codeowners};
pub(crate) use fleet::{Addresses, exposed_twice};
pub(crate) use rules::Rules;

/// What decides which findings there are, besides the sources.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckOptions {
    /// The date by which dated exceptions are judged; without one they are not.
    pub today: Option<Date>,
    /// Whether the standard library is checked as if it were a package of the project.
    pub standard_library: bool,
}

/// All findings, sorted and merged. The same ones with one thread and with many.
#[must_use]
pub fn check(workspace: &Workspace, options: &CheckOptions) -> Report {
    let files = checked_files(workspace, options.standard_library);
    let mut problems = text_problems(workspace, &files, options.today);
    let instances = evaluated(workspace, &files);
    let hashes: Vec<Vec<u64>> = instances
        .par_iter()
        .map_with(workspace.db().clone(), |db, decl| {
            let objects = &evaluate(&*db, *decl).objects;
            objects.iter().map(Addresses::hash_of).collect()
        })
        .collect();
    let mut addresses = Addresses::default();
    let mut rules = Rules::default();
    for (decl, hashes) in instances.iter().zip(hashes) {
        let evaluation = evaluate(workspace.db(), *decl);
        problems.extend(evaluation.problems.iter().cloned());
        rules.take(evaluation.judged.iter().cloned(), &evaluation.contributions);
        addresses.take(*decl, &hashes);
    }
    let db = workspace.db();
    let environments = Project::get(db).environments(db);
    problems.extend(addresses.problems(db, environments));
    problems.extend(exposed_twice(db, &instances, environments));
    let scope = Scope {
        environments,
        complete: true,
    };
    let told = rules.findings(db, &instances, scope, options.today);
    problems.extend(told.problems);
    let mut findings = findings(workspace, &problems);
    findings.extend(codeowners::findings(workspace));
    let (waived, files) = (workspace.resolve(&told.waived), workspace.files());
    let judged = judged_rules(db, environments, options.today);
    Report::new(findings, files).judged_by(judged, waived, files)
}

/// The findings of queries and those of the project itself, as one report.
pub(crate) fn report(workspace: &Workspace, problems: &[Problem]) -> Report {
    Report::new(findings(workspace, problems), workspace.files())
}

fn findings(workspace: &Workspace, problems: &[Problem]) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = workspace.project_findings().to_vec();
    findings.extend(workspace.asset_findings());
    findings.extend(workspace.resolve(problems));
    findings
}

/// The files whose declarations are checked.
pub(crate) fn checked_files(workspace: &Workspace, standard_library: bool) -> Vec<SourceFile> {
    let mut files = workspace.sources();
    files.retain(|file| standard_library || !workspace.is_standard_library(*file));
    files
}

/// The findings about what is written, used or not, evaluated or not.
pub(crate) fn text_problems(
    workspace: &Workspace,
    files: &[SourceFile],
    today: Option<Date>,
) -> Vec<Problem> {
    let found: Vec<Vec<Problem>> = files
        .par_iter()
        .map_with(workspace.db().clone(), |db, file| {
            let db = &*db;
            let mut problems = syntax_errors(db, *file).to_vec();
            problems.extend(file_problems(db, *file).iter().cloned());
            for item in &item_tree(db, *file).items {
                problems.extend(declaration_problems(db, item.id).iter().cloned());
                if let Some(today) = today {
                    problems.extend(overdue::problems(db, item.id, today));
                }
            }
            for items in &item_tree(db, *file).tests {
                problems.extend(unexpected_problems(db, items.test));
            }
            problems
        })
        .collect();
    let mut problems = found.concat();
    problems.extend(schema_problems(workspace.db()));
    problems
}

/// The declarations that have values in environments: all facts.
pub(crate) fn evaluated(workspace: &Workspace, files: &[SourceFile]) -> Vec<DeclId> {
    let items = files
        .iter()
        .flat_map(|file| &item_tree(workspace.db(), *file).items);
    items
        .filter(|item| ItemKind::FACTS.contains(&item.kind))
        .map(|item| item.id)
        .collect()
}
