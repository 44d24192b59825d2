//! What CODEOWNERS does not demand although the sources do, and what no rule of it can demand.

use std::collections::BTreeMap;

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::db::{DeclId, Name};
use plat_semantics::problem::{Anchor, Problem};

use super::Forge;
use super::demands::{Demand, Handles, Role, Source};
use super::file::{OwnersFile, Rule};
use crate::{Database, Workspace};

/// What the sources demand, and how forges know those who demand it.
pub(super) struct Demanded<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) sources: &'a [Source],
    pub(super) handles: &'a Handles,
    pub(super) forge: Forge,
}

/// A CODEOWNERS file with the path that people read.
pub(super) struct Given<'a> {
    pub(super) path: &'a str,
    /// The same below the repository; nothing if it lies elsewhere.
    pub(super) below: Option<&'a str>,
    pub(super) rules: &'a OwnersFile,
}

impl Demanded<'_> {
    fn db(&self) -> &Database {
        self.workspace.db()
    }

    /// The teams that must approve something and that no forge knows.
    pub(super) fn without_handle(&self) -> Vec<Diagnostic> {
        let mut files: BTreeMap<&Name, Vec<&str>> = BTreeMap::new();
        for source in self.sources {
            for demand in &source.demands {
                let files = files.entry(&demand.team).or_default();
                if files.last() != Some(&source.path.as_str()) {
                    files.push(&source.path);
                }
            }
        }
        files.retain(|team, _| self.handles.of(team).is_none());
        let problems: Vec<Problem> = files
            .into_iter()
            .filter_map(|(team, files)| self.nameless(team, &files))
            .collect();
        self.workspace.resolve(&problems)
    }

    fn nameless(&self, team: &Name, files: &[&str]) -> Option<Problem> {
        let declaration = super::demands::declaration(self.db(), team)?;
        let message =
            format!("team `{team}` has no `handle`: nobody can be asked to approve for it");
        Some(
            Problem::new(&codes::TEAM_WITHOUT_HANDLE, message)
                .at(Anchor::name(declaration), "no forge knows it")
                .note(format!("it must approve changes of {}", some(files)))
                .help(format!(
                    "add how the forge knows it: `handle = \"@organisation/{team}\"`"
                )),
        )
    }

    /// Approvals that GitHub cannot ask for, since another owner of the same file may approve alone.
    pub(super) fn mixed(&self) -> Vec<Diagnostic> {
        if self.forge == Forge::GitLab {
            return Vec::new();
        }
        let problems: Vec<Problem> = self
            .sources
            .iter()
            .filter_map(|source| self.mixture(source))
            .collect();
        self.workspace.resolve(&problems)
    }

    fn mixture(&self, source: &Source) -> Option<Problem> {
        let known = |demand: &&Demand| self.handles.of(&demand.team).is_some();
        let mut demands: Vec<&Demand> = source.demands.iter().filter(known).collect();
        demands.sort_by_key(|demand| demand.role);
        let first = *demands
            .first()
            .filter(|demand| demand.role.is_authority())?;
        let handle = self.handles.of(&first.team);
        let other = *demands
            .iter()
            .find(|demand| self.handles.of(&demand.team) != handle)?;
        let message = format!(
            "GitHub cannot ask both `{}` and `{}` to approve changes of `{}`",
            first.team, other.team, source.path
        );
        let asked = if other.role.is_authority() {
            "any owner of a line of CODEOWNERS may approve alone, so either of them will do"
        } else {
            "any owner of a line of CODEOWNERS may approve alone, so only the first is asked"
        };
        Some(
            Problem::new(&codes::APPROVALS_MIXED, message)
                .at_node(first.declaration, first.node, self.reason(first))
                .also_node(other.declaration, other.node, self.reason(other))
                .note(asked)
                .help(format!(
                    "move {} into a file of its own",
                    self.declared(first.declaration)
                )),
        )
    }

    /// What a file does not demand: each approval of authority, and per team what it owns.
    pub(super) fn not_demanded(&self, given: &Given<'_>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut owned: BTreeMap<&Name, Vec<(&Source, &Demand)>> = BTreeMap::new();
        for source in self.sources {
            if source.demands.is_empty() {
                continue;
            }
            let deciding = given.rules.deciding(&source.path);
            let authorities = source
                .demands
                .iter()
                .filter(|demand| demand.role.is_authority());
            let authorities = self.handles.among(authorities);
            for demand in &source.demands {
                let Some(handle) = self.handles.of(&demand.team) else {
                    continue;
                };
                let asks = |rule: &&Rule| {
                    rule.owners
                        .iter()
                        .any(|owner| owner.eq_ignore_ascii_case(handle))
                };
                let alone = |rule: &&Rule| {
                    let is_authority = |owner: &String| {
                        authorities
                            .iter()
                            .any(|known| owner.eq_ignore_ascii_case(known))
                    };
                    rule.owners.iter().all(is_authority)
                };
                if demand.role.is_authority() {
                    if !deciding.iter().any(|rule| asks(rule) && alone(rule)) {
                        problems.push(self.bypassed(source, demand, handle, &deciding, given));
                    }
                } else if (self.forge == Forge::GitLab || authorities.is_empty())
                    && !deciding.iter().any(asks)
                {
                    owned
                        .entry(&demand.team)
                        .or_default()
                        .push((source, demand));
                }
            }
        }
        let owned = owned
            .into_iter()
            .filter_map(|(team, demands)| self.unasked(team, &demands, given));
        problems.extend(owned);
        self.workspace.resolve(&problems)
    }

    fn bypassed(
        &self,
        source: &Source,
        demand: &Demand,
        handle: &str,
        deciding: &[&Rule],
        given: &Given<'_>,
    ) -> Problem {
        let message = format!(
            "`{}` can change without the approval of `{}`",
            source.path, demand.team
        );
        let rules: Vec<String> = deciding
            .iter()
            .filter(|rule| !rule.owners.is_empty())
            .map(|rule| {
                format!(
                    "`{}:{}` asks {}",
                    given.path,
                    rule.line,
                    rule.owners.join(" or ")
                )
            })
            .collect();
        let note = if rules.is_empty() {
            format!("no rule of `{}` asks anybody", given.path)
        } else {
            rules.join(", ")
        };
        Problem::new(&codes::APPROVAL_NOT_DEMANDED, message)
            .at_node(demand.declaration, demand.node, self.reason(demand))
            .note(note)
            .help(format!(
                "run `platc codeowners`: it writes the rule by which {handle} must approve"
            ))
    }

    fn unasked(
        &self,
        team: &Name,
        demands: &[(&Source, &Demand)],
        given: &Given<'_>,
    ) -> Option<Problem> {
        let (_, first) = demands.first()?;
        let mut files: Vec<&str> = demands
            .iter()
            .map(|(source, _)| source.path.as_str())
            .collect();
        files.dedup();
        let message = format!(
            "`{}` does not ask `{team}` to approve changes of what it owns",
            given.path
        );
        Some(
            Problem::new(&codes::APPROVAL_NOT_DEMANDED, message)
                .at_node(first.declaration, first.node, self.reason(first))
                .note(format!("it should for {}", some(&files)))
                .help("run `platc codeowners`: it writes the rules"),
        )
    }

    /// A file that says who must approve, and that anybody may change.
    pub(super) fn unguarded(&self, given: &Given<'_>) -> Option<Diagnostic> {
        let mut demands = self.sources.iter().flat_map(|source| &source.demands);
        demands.find(|demand| demand.role.is_authority())?;
        let below = given.below?;
        let deciding = given.rules.deciding(below);
        if deciding.iter().any(|rule| !rule.owners.is_empty()) {
            return None;
        }
        let message = format!(
            "anybody may change `{}`, which says who must approve",
            given.path
        );
        Some(
            Diagnostic::new(&codes::CODEOWNERS_UNOWNED, message)
                .note("a change that takes a rule away would need no approval")
                .help(format!(
                    "add a rule for it above the block of `platc`: `{} @organisation/team`",
                    super::pattern::of_path(below)
                )),
        )
    }

    fn reason(&self, demand: &Demand) -> String {
        let declared = self.declared(demand.declaration);
        match demand.role {
            Role::Approver => format!("`{}` approves {declared}", demand.team),
            Role::Sponsor => format!("`{}` answers for {declared}", demand.team),
            Role::Owner => format!("`{}` owns {declared}", demand.team),
        }
    }

    fn declared(&self, decl: DeclId) -> String {
        let db = self.db();
        format!("{} `{}`", decl.kind(db).word(), decl.name(db))
    }
}

/// The first of some files, and how many more there are.
fn some(files: &[&str]) -> String {
    match files {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first, others @ ..] => format!("`{first}` and {} more", others.len()),
    }
}
