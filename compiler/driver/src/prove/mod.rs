//! `prove`: does a guardrail hold for every service that a capability lets one write?
//!
//! A rule is *proved* when what its outcome was decided by leaves no service out: see the module `tree`. It has a *counterexample* when a
//! service that would be accepted breaks it. Otherwise it is *not decided*, and so many services were tried.

mod domain;
mod prober;
mod region;
mod search;
mod subject;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::checks::declaration_problems;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::eval::is_probed;
use plat_semantics::hir::{self, BodyKind};
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::problem::Problem;
use plat_semantics::rules::{enforced, rules_in};
use plat_semantics::scope::distance::nearest;
use serde::Serialize;

use crate::Workspace;
use crate::build::UnknownEnvironment;
use prober::Prober;
use search::Random;

/// What is to be proved.
#[derive(Clone, Debug)]
pub struct Options {
    /// The capability, with or without its folder.
    pub capability: String,
    /// Guardrails or folders of them; empty for all that are in force.
    pub guardrails: Vec<String>,
    /// Environments; empty for all.
    pub environments: Vec<String>,
    /// So many services are tried per environment, at most, once for cases and once for the search.
    pub inputs: usize,
    /// Where the search begins.
    pub seed: u64,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Proof {
    /// The capability.
    pub capability: String,
    /// The environments.
    pub environments: Vec<String>,
    /// Where the search began.
    pub seed: u64,
    /// How many services were tried.
    pub tried: usize,
    /// How many of them would not be accepted.
    pub refused: usize,
    /// What came of each rule, by its folder and name.
    pub rules: Vec<RuleProof>,
}

/// What came of a rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleProof {
    /// The guardrail.
    pub guardrail: String,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It holds for every service.
    Proved {
        /// The cases that were told apart, in all environments.
        cases: usize,
    },
    /// This service breaks it.
    Counterexample {
        /// Where.
        environment: String,
        /// The service, as one would write it.
        service: String,
    },
    /// Neither is known.
    Undecided {
        /// What stands in the way of a proof.
        because: Vec<String>,
    },
}

impl Proof {
    /// Whether a service breaks a rule.
    #[must_use]
    pub fn has_counterexample(&self) -> bool {
        let broken = |rule: &RuleProof| matches!(rule.verdict, Verdict::Counterexample { .. });
        self.rules.iter().any(broken)
    }
}

/// Proves what can be proved of a capability.
///
/// # Errors
/// When the capability, a guardrail or an environment does not exist, or the capability has errors of its own.
pub fn prove(workspace: &mut Workspace, options: &Options) -> Result<Proof, Box<Diagnostic>> {
    let capability = find_capability(workspace, &options.capability)?;
    let environments = find_environments(workspace, &options.environments)?;
    refuse_errors(workspace, capability)?;
    let name = capability.name(workspace.db()).to_string();
    let mut header = import(workspace, capability);
    for guardrail in &options.guardrails {
        header.push_str(&format!("enforce {guardrail} {{}}\n"));
    }
    let mut prober = Prober::new(workspace, header, name.clone(), capability);
    let wanted = find_guardrails(&mut prober, &options.guardrails)?;
    let mut random = Random::new(options.seed);
    let mut found: BTreeMap<String, Verdict> = BTreeMap::new();
    for &environment in &environments {
        let db = prober.workspace.db();
        let rules: Vec<DeclId> = rules_in(db, environment)
            .all
            .iter()
            .filter(|rule| is_probed(rule))
            .map(|rule| rule.guardrail)
            .filter(|rule| wanted.as_ref().is_none_or(|wanted| wanted.contains(rule)))
            .collect();
        let mut states = tree::decide(&mut prober, environment, &rules, options.inputs);
        search::search(
            &mut prober,
            environment,
            &mut states,
            &mut random,
            options.inputs,
        );
        for state in states {
            let rule = state.rule;
            let rule_name = address(prober.workspace, rule);
            let known = found.get(&rule_name);
            if matches!(known, Some(Verdict::Counterexample { .. })) {
                continue;
            }
            let verdict = match state.broken_by {
                Some(settings) => {
                    let settings = search::smallest(&mut prober, environment, rule, settings);
                    let service = prober.declaration(environment, &settings);
                    Verdict::Counterexample {
                        environment: environment.name(prober.workspace.db()).to_string(),
                        service: plat_syntax::format::format(&service).unwrap_or(service),
                    }
                }
                None => both(known, state.cases, state.open),
            };
            found.insert(rule_name, verdict);
        }
    }
    let db = prober.workspace.db();
    Ok(Proof {
        capability: name,
        environments: environments
            .iter()
            .map(|environment| environment.name(db).to_string())
            .collect(),
        seed: options.seed,
        tried: prober.tried,
        refused: prober.refused,
        rules: found
            .into_iter()
            .map(|(guardrail, verdict)| RuleProof { guardrail, verdict })
            .collect(),
    })
}

/// What is known of a rule in all environments, when there is no counterexample.
fn both(known: Option<&Verdict>, cases: usize, open: Vec<String>) -> Verdict {
    let (mut because, before) = match known {
        Some(Verdict::Undecided { because }) => (because.clone(), 0),
        Some(Verdict::Proved { cases }) => (Vec::new(), *cases),
        Some(Verdict::Counterexample { .. }) | None => (Vec::new(), 0),
    };
    because.extend(open);
    because.sort();
    because.dedup();
    if because.is_empty() {
        Verdict::Proved {
            cases: before + cases,
        }
    } else {
        Verdict::Undecided { because }
    }
}

/// The capability that a name means.
fn find_capability(workspace: &Workspace, written: &str) -> Result<DeclId, Box<Diagnostic>> {
    let db = workspace.db();
    let (module, name) = written.rsplit_once('.').unwrap_or(("", written));
    let all = &Project::get(db).capabilities(db);
    let found = all.iter().find(|decl| {
        let at = workspace.module_text(**decl);
        decl.name(db) == name
            && (module.is_empty() || at == module || at.ends_with(&format!(".{module}")))
    });
    found.copied().ok_or_else(|| {
        let finding = Diagnostic::new(
            &codes::NOT_PROVABLE,
            format!("there is no capability `{written}`"),
        );
        let known = all.iter().map(|decl| decl.name(db).as_str());
        Box::new(match nearest(name, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("`platc list capabilities` lists them"),
        })
    })
}

fn find_environments(
    workspace: &Workspace,
    asked: &[String],
) -> Result<Vec<DeclId>, Box<Diagnostic>> {
    let db = workspace.db();
    let all = Project::get(db).environments(db);
    if all.is_empty() {
        return Err(Box::new(
            Diagnostic::new(
                &codes::NOT_PROVABLE,
                "the project has no environment in which anything could be proved",
            )
            .help("declare one: `environment prod { production = true }`"),
        ));
    }
    if asked.is_empty() {
        return Ok(all.clone());
    }
    let find = |asked: &String| {
        let mut environments = all.iter().copied();
        let found = environments.find(|environment| environment.name(db) == asked.as_str());
        found.ok_or_else(|| {
            let known = all.iter().map(|known| known.name(db).to_string());
            Box::new(
                UnknownEnvironment {
                    asked: asked.clone(),
                    known: known.collect(),
                }
                .finding(),
            )
        })
    };
    asked.iter().map(find).collect()
}

/// What is wrong with the capability comes first.
fn refuse_errors(workspace: &Workspace, capability: DeclId) -> Result<(), Box<Diagnostic>> {
    let db = workspace.db();
    let mut problems = declaration_problems(db, capability).iter();
    let error: Option<Problem> = problems.find(|problem| problem.is_error()).cloned();
    match error {
        Some(problem) => Err(workspace
            .resolve(&[problem])
            .into_iter()
            .next()
            .map_or_else(
                || {
                    Box::new(Diagnostic::new(
                        &codes::NOT_PROVABLE,
                        "the capability has errors",
                    ))
                },
                Box::new,
            )),
        None => Ok(()),
    }
}

/// The guardrails that were asked for; none if all are.
fn find_guardrails(
    prober: &mut Prober<'_>,
    asked: &[String],
) -> Result<Option<Vec<DeclId>>, Box<Diagnostic>> {
    if asked.is_empty() {
        return Ok(None);
    }
    let header = prober.header.clone();
    let unknown = |name: &str| {
        Box::new(
            Diagnostic::new(
                &codes::NOT_PROVABLE,
                format!("there is no guardrail and no folder of guardrails `{name}`"),
            )
            .help("write the path as an `enforce` does: `std.guardrails.pod_security`"),
        )
    };
    let Some(file) = prober.write(&header) else {
        return Err(unknown(&asked.join(", ")));
    };
    let db = prober.workspace.db();
    let mut found = Vec::new();
    let items = item_tree(db, file).items.iter();
    let enforcements = items.filter(|item| item.kind == ItemKind::Enforce);
    let mut named = 0;
    for (item, asked) in enforcements.zip(asked) {
        let BodyKind::Enforce(body) = &hir::body(db, item.id).kind else {
            continue;
        };
        let rules = enforced(db, item.id, &body.target).unwrap_or_default();
        if rules.is_empty() {
            return Err(unknown(asked));
        }
        named += 1;
        found.extend(rules);
    }
    if named < asked.len() {
        return Err(unknown(&asked.join(", ")));
    }
    Ok(Some(found))
}

/// The `use` that brings the capability, where one is needed.
fn import(workspace: &Workspace, capability: DeclId) -> String {
    let db = workspace.db();
    let project = Project::get(db);
    let module = capability.file(db).module(db);
    let own = module.package(db) == project.root(db);
    if own && module.path(db).is_empty() {
        return String::new();
    }
    let path = workspace.module_text(capability);
    let package = format!("{}.", project.root(db).name(db));
    let path = path.strip_prefix(&package).filter(|_| own).unwrap_or(&path);
    format!("use {path}.{}\n\n", capability.name(db))
}

/// A guardrail by its folder and name.
fn address(workspace: &Workspace, guardrail: DeclId) -> String {
    let db = workspace.db();
    let root = Project::get(db).root(db);
    let module = guardrail.file(db).module(db);
    if module.package(db) == root && module.path(db).is_empty() {
        return guardrail.name(db).to_string();
    }
    format!(
        "{}.{}",
        workspace.module_text(guardrail),
        guardrail.name(db)
    )
}
