//! Who must approve changes of which file: what the sources say.

use std::collections::{BTreeMap, BTreeSet};

use plat_semantics::db::{Db as _, SourceFile};
use plat_semantics::db::{DeclId, Name, NameEntry};
use plat_semantics::hir::{self, Body, Expr, ExprId, NodeId};
use plat_semantics::items::{ItemKind, item_tree};

use super::place::Repository;
use crate::check::checked_files;
use crate::{Database, Workspace, facts};

/// What makes somebody's approval necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A waiver names it.
    Approver,
    /// A guardrail, or what puts one in force, is its.
    Sponsor,
    /// It answers for a fact.
    Owner,
}

impl Role {
    /// The word that people and machines read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approver => "approver",
            Self::Sponsor => "sponsor",
            Self::Owner => "owner",
        }
    }

    /// Whether nobody else may approve in its place.
    pub(super) fn is_authority(self) -> bool {
        self != Self::Owner
    }
}

/// A team that must approve changes of a file, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    /// The team.
    pub(super) team: Name,
    /// What it is for the declaration.
    pub(super) role: Role,
    /// The declaration in the file.
    pub(super) declaration: DeclId,
    /// Where it says so.
    pub(super) node: NodeId,
}

/// A source of the repository.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path below the repository's top folder.
    pub(super) path: String,
    /// Who must approve, in the order of its declarations.
    pub(super) demands: Vec<Demand>,
}

/// The teams by the names that a forge knows them by.
#[derive(Debug, Default)]
pub(super) struct Handles(BTreeMap<Name, Option<String>>);

impl FromIterator<(Name, Option<String>)> for Handles {
    fn from_iter<I: IntoIterator<Item = (Name, Option<String>)>>(teams: I) -> Self {
        Self(teams.into_iter().collect())
    }
}

impl Handles {
    /// How a forge knows a team.
    pub(super) fn of(&self, team: &Name) -> Option<&str> {
        self.0.get(team)?.as_deref()
    }

    /// Whether any team is known.
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(Option::is_none)
    }

    /// The handles of those who demand something, each once.
    pub(super) fn among<'a>(
        &'a self,
        demands: impl IntoIterator<Item = &'a Demand>,
    ) -> BTreeSet<&'a str> {
        let handles = demands.into_iter();
        handles.filter_map(|demand| self.of(&demand.team)).collect()
    }
}

/// What the sources within a repository demand, by path.
pub(super) fn sources(workspace: &Workspace, repository: &Repository) -> Vec<Source> {
    let db = workspace.db();
    let mut folders: BTreeMap<&std::path::Path, Option<String>> = BTreeMap::new();
    let mut sources = Vec::new();
    for file in checked_files(workspace, false) {
        let Some(package) = workspace.package_root(file) else {
            continue;
        };
        let folder = folders
            .entry(package)
            .or_insert_with(|| repository.below(package));
        let Some(folder) = folder else {
            continue;
        };
        let below = file.path(db);
        let path = if folder.is_empty() {
            below.clone()
        } else {
            format!("{folder}/{below}")
        };
        sources.push(Source {
            path,
            demands: demands(db, file),
        });
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn demands(db: &Database, file: SourceFile) -> Vec<Demand> {
    let mut found = Vec::new();
    for item in &item_tree(db, file).items {
        let (field, role) = match item.kind {
            ItemKind::Team => {
                found.push(Demand {
                    team: item.name.clone(),
                    role: Role::Owner,
                    declaration: item.id,
                    node: NodeId::NAME,
                });
                continue;
            }
            ItemKind::Service | ItemKind::Resource | ItemKind::System => ("owner", Role::Owner),
            ItemKind::Waiver => ("approved_by", Role::Approver),
            ItemKind::Guardrail | ItemKind::Enforce => ("sponsor", Role::Sponsor),
            _ => continue,
        };
        for (team, node) in teams(db, item.id, field) {
            if is_team(db, &team) {
                found.push(Demand {
                    team,
                    role,
                    declaration: item.id,
                    node,
                });
            }
        }
    }
    found
}

/// The teams that a declaration names in a field, and where. What it takes from a layer below stands for its name.
fn teams(db: &Database, decl: DeclId, field: &str) -> Vec<(Name, NodeId)> {
    let body = hir::body(db, decl);
    let written = facts::written(db, decl, field);
    if written.is_empty() && decl.kind(db).is_fact() {
        let name = facts::evaluated(db, decl, field);
        return name
            .map(|name| (Name::new(&*name), NodeId::NAME))
            .into_iter()
            .collect();
    }
    let mut found: Vec<(Name, NodeId)> = Vec::new();
    for value in written {
        for (name, node) in named(body, value) {
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, node));
            }
        }
    }
    found
}

/// The names in a value: one, or those of a list.
fn named(body: &Body, value: ExprId) -> Vec<(Name, NodeId)> {
    let values = match &body.exprs[value.0 as usize] {
        Expr::List(elements) => elements.iter().map(|element| element.value).collect(),
        _ => vec![value],
    };
    values
        .into_iter()
        .filter_map(|value| match &body.exprs[value.0 as usize] {
            Expr::Name(name) | Expr::Field { name, .. } => {
                Some((name.clone(), body.expr_nodes[value.0 as usize]))
            }
            _ => None,
        })
        .collect()
}

fn entry(db: &Database, team: &Name) -> NameEntry {
    db.fleet().name_entry(db, ItemKind::Team, team)
}

/// Where a team is declared.
pub(super) fn declaration(db: &Database, team: &Name) -> Option<DeclId> {
    entry(db, team).declarations(db).first().copied()
}

fn is_team(db: &Database, team: &Name) -> bool {
    declaration(db, team).is_some()
}

/// How forges know the teams that demand something.
pub(super) fn handles(db: &Database, sources: &[Source]) -> Handles {
    let teams: BTreeSet<&Name> = { sources.iter() }
        .flat_map(|source| &source.demands)
        .map(|demand| &demand.team)
        .collect();
    let handle = |team: &Name| {
        let declarations = entry(db, team).declarations(db).iter();
        declarations.filter_map(|decl| handle(db, *decl)).next()
    };
    { teams.into_iter() }
        .map(|team| (team.clone(), handle(team)))
        .collect()
}

fn handle(db: &Database, team: DeclId) -> Option<String> {
    let body = hir::body(db, team);
    let value = *facts::written(db, team, "handle").first()?;
    if let Expr::Str(text) = &body.exprs[value.0 as usize] {
        return Some(text.to_string());
    }
    let quoted = facts::evaluated(db, team, "handle")?;
    Some(quoted.trim_matches('"').to_owned())
}
