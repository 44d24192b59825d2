//! Trying declarations: their text stands in a source that only this run has, so that what is judged is what one could write.

use plat_semantics::checks::declaration_problems;
use plat_semantics::db::{DeclId, SourceFile};
use plat_semantics::eval::{Probe, probe};
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::problem::Problem;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::subject::{Settings, Subject};
use crate::Workspace;

/// The path of the source.
pub(super) const SCRATCH: &str = "platc-prove.plat";
/// So many declarations stand in the source at a time.
const BATCH: usize = 256;

/// What is to be tried, and what came of it before.
pub(super) struct Prober<'w> {
    pub(super) workspace: &'w mut Workspace,
    /// What stands before the declarations.
    pub(super) header: String,
    /// The capability as it is written.
    pub(super) capability: String,
    pub(super) decl: DeclId,
    known: FxHashMap<(DeclId, Settings), Probe>,
    /// Inputs that were tried.
    pub(super) tried: usize,
    /// Inputs that would not be accepted.
    pub(super) refused: usize,
}

impl<'w> Prober<'w> {
    pub(super) fn new(
        workspace: &'w mut Workspace,
        header: String,
        capability: String,
        decl: DeclId,
    ) -> Self {
        Self {
            workspace,
            header,
            capability,
            decl,
            known: FxHashMap::default(),
            tried: 0,
            refused: 0,
        }
    }

    /// What can be written of a service in an environment.
    pub(super) fn subject(&self, environment: DeclId) -> Subject<'_> {
        Subject::new(self.workspace.db(), self.decl, environment)
    }

    /// The text of a service.
    pub(super) fn declaration(&self, environment: DeclId, settings: &Settings) -> String {
        self.subject(environment)
            .declaration("example", &self.capability, settings)
    }

    /// What came of a service that has been tried.
    pub(super) fn result(&self, environment: DeclId, settings: &Settings) -> Option<&Probe> {
        self.known.get(&(environment, settings.clone()))
    }

    /// Tries services, those that have not been tried yet.
    pub(super) fn try_all(&mut self, environment: DeclId, all: &[Settings]) {
        let mut new: Vec<Settings> = Vec::new();
        for settings in all {
            if self.result(environment, settings).is_none() && !new.contains(settings) {
                new.push(settings.clone());
            }
        }
        for batch in new.chunks(BATCH) {
            let mut text = self.header.clone();
            let subject = self.subject(environment);
            for (index, settings) in batch.iter().enumerate() {
                let name = format!("example{index}");
                text.push_str(&subject.declaration(&name, &self.capability, settings));
            }
            drop(subject);
            let Some(file) = self.write(&text) else {
                return;
            };
            let items = &item_tree(self.workspace.db(), file).items;
            let services: FxHashMap<&str, DeclId> = items
                .iter()
                .filter(|item| item.kind == ItemKind::Service)
                .map(|item| (item.name.as_str(), item.id))
                .collect();
            let decls: Vec<Option<DeclId>> = (0..batch.len())
                .map(|index| services.get(format!("example{index}").as_str()).copied())
                .collect();
            let probes: Vec<Probe> = decls
                .par_iter()
                .map_with(self.workspace.db().clone(), |db, decl| {
                    let Some(decl) = *decl else {
                        return Probe::default();
                    };
                    let problems = declaration_problems(&*db, decl);
                    let errors: Vec<Problem> = problems
                        .iter()
                        .filter(|problem| problem.is_error())
                        .cloned()
                        .collect();
                    if errors.is_empty() {
                        probe(&*db, decl, environment)
                    } else {
                        Probe {
                            errors,
                            ..Probe::default()
                        }
                    }
                })
                .collect();
            for (settings, probe) in batch.iter().zip(probes) {
                self.tried += 1;
                if !probe.errors.is_empty() {
                    self.refused += 1;
                }
                self.known.insert((environment, settings.clone()), probe);
            }
        }
    }

    /// Writes the source.
    pub(super) fn write(&mut self, text: &str) -> Option<SourceFile> {
        self.workspace.create(SCRATCH, text).ok()?;
        self.workspace.source(SCRATCH)
    }
}

impl Drop for Prober<'_> {
    fn drop(&mut self) {
        // A project that the source was never written into has none to be deleted.
        let _ = self.workspace.delete(SCRATCH);
    }
}
