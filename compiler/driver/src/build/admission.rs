//! Guardrails that clusters keep: a policy for each that can be said without what only the compiler knows.

use std::collections::BTreeSet;

use bumpalo::Bump;
use plat_diagnostics::codes;
use plat_kubernetes::admission::{self, Exemption};
use plat_model::Object;
use plat_model::rule::Subject;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::problem::{Anchor, Problem};
use plat_semantics::rules::{RulesIn, Waiver, portable, rules_in};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::layout::Layout;
use super::render::{self, Artifact};
use crate::workspace::Paths;
use crate::{Database, Workspace};

/// The namespace of objects that name none.
const DEFAULT: &str = "default";

/// What clusters keep of the guardrails of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// How many policies there are, in all environments.
    pub policies: usize,
    /// How many guardrails over objects clusters keep in no part, or not in all.
    pub gaps: usize,
}

/// What policies have to know of the objects of an environment.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    namespaces: BTreeSet<String>,
    kinds: BTreeSet<(String, String)>,
    /// What is waived, of which guardrail.
    waived: Vec<(DeclId, Part, Exemption)>,
}

/// How much of an object is waived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Object,
    Pod,
    Container,
}

impl Seen {
    /// What there is to know of the objects of an instance.
    pub(super) fn of(
        db: &Database,
        instance: &str,
        objects: &[Object<'_>],
        waivers: &[Waiver],
    ) -> Self {
        let store = &Project::get(db).kubernetes(db).0;
        let mut seen = Self::default();
        for object in objects {
            let Some(kind) = store.schema(object.schema).object.as_ref() else {
                continue;
            };
            let meta = object.meta();
            let namespace = match (kind.namespaced, meta.namespace) {
                (false, _) => "",
                (true, "") => DEFAULT,
                (true, namespace) => namespace,
            };
            let of_objects = match (&*kind.api_version, &*kind.kind) {
                ("v1", "Namespace") => meta.name,
                _ => namespace,
            };
            if !of_objects.is_empty() {
                seen.namespaces.insert(of_objects.to_owned());
            }
            let api_version = kind.api_version.to_string();
            seen.kinds
                .insert((api_version.clone(), kind.kind.to_string()));
            let address = format!("{instance}/{}", object.path);
            for waiver in waivers {
                let Some((guardrail, (part, container))) =
                    waiver.guardrail.zip(waived(waiver, &address))
                else {
                    continue;
                };
                let exemption = Exemption {
                    api_version: api_version.clone(),
                    kind: kind.kind.to_string(),
                    namespace: namespace.to_owned(),
                    name: meta.name.to_owned(),
                    container,
                };
                seen.waived.push((guardrail, part, exemption));
            }
        }
        seen
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.namespaces.extend(other.namespaces);
        self.kinds.extend(other.kinds);
        self.waived.extend(other.waived);
    }

    /// What is waived of a rule, as far as it is what the rule speaks of.
    fn exemptions(&self, guardrail: DeclId, subject: &Subject) -> Vec<Exemption> {
        let concerns = |part: Part| match subject {
            Subject::Kind { .. } | Subject::Objects => part == Part::Object,
            Subject::Pods => part != Part::Container,
            Subject::Containers => true,
        };
        let waived = self.waived.iter();
        let of_rule = waived.filter(|(of, part, _)| *of == guardrail && concerns(*part));
        let sorted: BTreeSet<&Exemption> = of_rule.map(|(_, _, exemption)| exemption).collect();
        sorted.into_iter().cloned().collect()
    }
}

/// How much of an object a waiver speaks of, and of which container.
fn waived(waiver: &Waiver, address: &str) -> Option<(Part, Option<String>)> {
    if waiver.covers(waiver.guardrail?, address) {
        return Some((Part::Object, None));
    }
    let within = waiver.subject.as_deref()?.strip_prefix(address)?;
    let within = within.strip_prefix(':')?;
    match within.split_once("[\"") {
        Some((_, name)) => Some((Part::Container, Some(name.strip_suffix("\"]")?.to_owned()))),
        None => Some((Part::Pod, None)),
    }
}

/// The policies of environments.
#[derive(Default)]
pub(super) struct Made {
    pub(super) artifacts: Vec<Artifact>,
    pub(super) problems: Vec<Problem>,
    /// The guardrails of which something cannot be kept.
    incomplete: FxHashSet<DeclId>,
}

impl Made {
    /// How much there is.
    pub(super) fn summary(&self) -> Admission {
        Admission {
            policies: self.artifacts.len(),
            gaps: self.incomplete.len(),
        }
    }
}

/// Makes the policies of environments; `seen` is what there is in each.
pub(super) fn policies(
    workspace: &Workspace,
    environments: &[DeclId],
    seen: &[Seen],
    layout: Layout,
) -> Made {
    let (paths, project) = (workspace.paths(), workspace.manifest().name.as_str());
    let of_each: Vec<Made> = environments
        .par_iter()
        .zip(seen)
        .map_with(workspace.db().clone(), |db, (environment, seen)| {
            policies_in(db, paths, project, *environment, seen, layout)
        })
        .collect();
    let mut made = Made::default();
    for one in of_each {
        made.artifacts.extend(one.artifacts);
        made.problems.extend(one.problems);
        made.incomplete.extend(one.incomplete);
    }
    made
}

fn policies_in(
    db: &Database,
    paths: Paths<'_>,
    project: &str,
    environment: DeclId,
    seen: &Seen,
    layout: Layout,
) -> Made {
    let mut made = Made::default();
    let name = environment.name(db);
    let scope = admission::Scope {
        prefix: format!("{project}.{name}"),
        namespaces: seen.namespaces.iter().cloned().collect(),
        kinds: seen.kinds.iter().cloned().collect(),
    };
    let rules: &RulesIn = rules_in(db, environment);
    for rule in &rules.all {
        let Some(said) = portable(db, environment, rule) else {
            continue;
        };
        if !said.gaps.is_empty() {
            made.incomplete.insert(rule.guardrail);
        }
        made.problems.extend(said.gaps);
        let Some(said) = said.rule else {
            continue;
        };
        let exemptions = seen.exemptions(rule.guardrail, &said.subject);
        let arena = Bump::new();
        let Some(objects) = admission::policy(&arena, &said, &scope, &exemptions) else {
            continue;
        };
        let header = render::header(paths.of(rule.guardrail.file(db)));
        let mut bytes = Vec::new();
        match render::write(layout.format, &objects, &header, &mut bytes, None) {
            Ok(()) => made.artifacts.push(Artifact {
                path: layout.folder(name) + &layout.policy(&said.name),
                bytes,
                objects: objects.len(),
            }),
            Err(why) => made.problems.push(
                Problem::new(
                    &codes::COMPILER_BUG,
                    format!(
                        "the policy of `{}` cannot be written: {}",
                        said.name, why.reason
                    ),
                )
                .at(Anchor::name(rule.guardrail), "declared here")
                .help("please report it, with this guardrail"),
            ),
        }
    }
    made
}
