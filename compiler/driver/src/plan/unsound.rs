//! A state with errors: what it says of an instance that an error concerns is no base for comparison.

use std::collections::{BTreeMap, BTreeSet};

use plat_diagnostics::{LineIndex, Sources as _};
use plat_plan::plan::Unknown;
use plat_plan::state::{DeclarationName, Instance, State};
use plat_semantics::eval::evaluate;
use plat_semantics::problem::{Anchor, Problem};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::skeleton::Skeleton;
use crate::Workspace;
use crate::check::{checked_files, evaluated, text_problems};

/// The errors of a state, by what they concern.
#[derive(Debug, Default)]
pub(super) struct Unsound {
    /// By place in [`State::declarations`].
    declarations: FxHashMap<u32, String>,
    /// By path: what a file declares may not be known.
    files: BTreeMap<String, String>,
    /// By instance (`checkout@prod`) or environment.
    subjects: BTreeMap<String, String>,
    /// The first of all.
    any: Option<String>,
}

impl Unsound {
    /// The errors of a workspace, of which a skeleton was made.
    pub(super) fn of(workspace: &Workspace, skeleton: &Skeleton) -> Self {
        let db = workspace.db();
        let files = checked_files(workspace, false);
        let mut unsound = Self::default();
        let written = text_problems(workspace, &files, None);
        for problem in written.iter().filter(|problem| problem.is_error()) {
            let because = unsound.note(workspace, problem);
            let Some(at) = problem.primary.as_ref().map(|label| &label.at) else {
                continue;
            };
            match at {
                Anchor::Node(decl, _) | Anchor::InString(decl, _, _) => {
                    if let Some(place) = skeleton.places.get(decl) {
                        unsound.declarations.entry(*place).or_insert(because);
                    }
                }
                Anchor::Use(file, ..) | Anchor::File(file, _) => {
                    for item in &plat_semantics::items::item_tree(db, *file).items {
                        if let Some(place) = skeleton.places.get(&item.id) {
                            unsound
                                .declarations
                                .entry(*place)
                                .or_insert_with(|| because.clone());
                        }
                    }
                    let path = workspace.path(*file).to_owned();
                    unsound.files.entry(path).or_insert(because);
                }
            }
        }
        let evaluated: Vec<Vec<Problem>> = evaluated(workspace, &files)
            .par_iter()
            .map_with(db.clone(), |db, decl| {
                let problems = evaluate(&*db, *decl).problems.iter();
                problems
                    .filter(|problem| problem.is_error())
                    .cloned()
                    .collect()
            })
            .collect();
        for problem in evaluated.iter().flatten() {
            let because = unsound.note(workspace, problem);
            if let Some(subject) = &problem.subject {
                unsound
                    .subjects
                    .entry(subject.to_string())
                    .or_insert(because);
            }
        }
        unsound
    }

    fn note(&mut self, workspace: &Workspace, problem: &Problem) -> String {
        let resolved = workspace.resolve(std::slice::from_ref(problem));
        let at = resolved
            .first()
            .and_then(plat_diagnostics::Diagnostic::span);
        let place = at.map_or_else(String::new, |span| {
            let files = workspace.files();
            let line = LineIndex::new(files.text(span.file)).line(span.start()) + 1;
            format!("{}:{line}: ", files.path(span.file))
        });
        let because = format!("{place}{}", problem.message);
        self.any.get_or_insert_with(|| because.clone());
        because
    }

    /// Takes the instances out of both states that an error of the base concerns, and says so.
    pub(super) fn take_out(&self, base: &mut State, head: &mut State) {
        if self.any.is_none() {
            return;
        }
        let key =
            |instance: &Instance| (instance.declaration.clone(), instance.environment.clone());
        let mut unknown: BTreeMap<(DeclarationName, Box<str>), &String> = BTreeMap::new();
        for instance in base
            .instances
            .iter()
            .filter(|instance| instance.objects.is_some())
        {
            let read = || {
                instance
                    .reads
                    .iter()
                    .find_map(|place| self.declarations.get(place))
            };
            if let Some(because) = self.by_subject(instance).or_else(read) {
                unknown.insert(key(instance), because);
            }
        }
        let known: BTreeSet<_> = base.instances.iter().map(key).collect();
        let declared: BTreeSet<&DeclarationName> = base
            .declarations
            .iter()
            .map(|declaration| &declaration.name)
            .collect();
        let places: FxHashMap<&DeclarationName, &str> = head
            .declarations
            .iter()
            .filter_map(|declaration| {
                Some((&declaration.name, &*declaration.source.as_ref()?.path))
            })
            .collect();
        for instance in &head.instances {
            if known.contains(&key(instance)) {
                continue;
            }
            // It came to nothing before. Was that because of an error?
            let name = &instance.declaration;
            let hidden = || self.any.as_ref().filter(|_| declared.contains(name));
            let swallowed = || self.files.get(*places.get(name)?);
            let because = self.by_subject(instance).or_else(hidden).or_else(swallowed);
            if let Some(because) = because {
                unknown.insert(key(instance), because);
            }
        }
        let label = base.label.clone();
        let entries = unknown
            .iter()
            .map(|((name, environment), because)| Unknown {
                what: format!("{}@{environment}", name.name),
                because: format!("{label} has errors there: {because}"),
            });
        base.unknown.extend(entries);
        for state in [base, head] {
            state
                .instances
                .retain(|instance| !unknown.contains_key(&key(instance)));
        }
    }

    fn by_subject(&self, instance: &Instance) -> Option<&String> {
        let subject = format!("{}@{}", instance.declaration.name, instance.environment);
        self.subjects
            .get(&subject)
            .or_else(|| self.subjects.get(&*instance.environment))
    }
}
