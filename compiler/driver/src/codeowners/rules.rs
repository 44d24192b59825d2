//! The rules that demand what the sources demand.

use std::collections::{BTreeMap, BTreeSet};

use plat_semantics::db::Name;

use super::demands::{Handles, Source};
use super::{Forge, pattern};

/// A rule that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The section it belongs to, of GitLab: the team that must approve.
    pub section: Option<Name>,
    /// The files it is for.
    pub pattern: String,
    /// Who must approve: any of them.
    pub owners: Vec<String>,
}

/// The rules, in the order in which they are written.
pub(super) fn rules(sources: &[Source], handles: &Handles, forge: Forge) -> Vec<Rule> {
    match forge {
        Forge::GitHub => github(sources, handles),
        Forge::GitLab => gitlab(sources, handles),
    }
}

/// One rule decides for a file, and any of its owners may approve: where somebody's approval is a matter of authority, nobody else
/// is named.
fn github(sources: &[Source], handles: &Handles) -> Vec<Rule> {
    let owners = |source: &Source| -> Option<Vec<String>> {
        let authorities = source
            .demands
            .iter()
            .filter(|demand| demand.role.is_authority());
        let mut owners = handles.among(authorities);
        if owners.is_empty() {
            owners = handles.among(&source.demands);
        }
        (!owners.is_empty()).then(|| owners.into_iter().map(str::to_owned).collect())
    };
    let mut rules = Vec::new();
    for files in by_folder(sources) {
        let owned: Vec<Option<Vec<String>>> = files.iter().map(|file| owners(file)).collect();
        let common = owned
            .iter()
            .all(Option::is_some)
            .then(|| most_common(owned.iter().flatten()))
            .flatten();
        if let Some(common) = common {
            rules.push(Rule {
                section: None,
                pattern: folder_pattern(&files[0].path),
                owners: common.clone(),
            });
        }
        for (file, owners) in files.iter().zip(&owned) {
            if let Some(owners) = owners.as_ref().filter(|owners| Some(*owners) != common) {
                rules.push(Rule {
                    section: None,
                    pattern: pattern::of_path(&file.path),
                    owners: owners.clone(),
                });
            }
        }
    }
    rules
}

/// Each section asks for an approval of its own, so each team has one.
fn gitlab(sources: &[Source], handles: &Handles) -> Vec<Rule> {
    let teams: BTreeSet<&Name> = { sources.iter() }
        .flat_map(|source| &source.demands)
        .map(|demand| &demand.team)
        .collect();
    let folders = by_folder(sources);
    let mut rules = Vec::new();
    for team in teams {
        let Some(handle) = handles.of(team) else {
            continue;
        };
        let demands = |file: &&&Source| file.demands.iter().any(|demand| demand.team == *team);
        let mut push = |pattern: String| {
            rules.push(Rule {
                section: Some(team.clone()),
                pattern,
                owners: vec![handle.to_owned()],
            });
        };
        for files in &folders {
            if files.len() > 1 && files.iter().all(|file| demands(&file)) {
                push(folder_pattern(&files[0].path));
            } else {
                for file in files.iter().filter(demands) {
                    push(pattern::of_path(&file.path));
                }
            }
        }
    }
    rules
}

/// The lines of a block.
pub(super) fn lines(rules: &[Rule], forge: Forge) -> Vec<String> {
    let mut lines = Vec::with_capacity(rules.len());
    let mut section: Option<&Name> = None;
    for rule in rules {
        let owners = rule.owners.join(" ");
        match forge {
            Forge::GitHub => lines.push(format!("{} {owners}", rule.pattern)),
            Forge::GitLab => {
                if rule.section.as_ref() != section {
                    section = rule.section.as_ref();
                    let team = section.map(Name::as_str).unwrap_or_default();
                    lines.push(format!("[platc: {team}] {owners}"));
                }
                lines.push(rule.pattern.clone());
            }
        }
    }
    lines
}

/// The sources of each folder, in the order of folders.
fn by_folder(sources: &[Source]) -> Vec<Vec<&Source>> {
    let mut folders: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        folders
            .entry(folder_of(&source.path))
            .or_default()
            .push(source);
    }
    folders.into_values().collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// All sources of the folder of one: what is added to it is its owner's too.
fn folder_pattern(path: &str) -> String {
    match folder_of(path) {
        "" => "/*.plat".to_owned(),
        folder => format!("{}/*.plat", pattern::of_path(folder)),
    }
}

/// Whom most files name, if more than one does; the first of them if several are named equally often.
fn most_common<'a>(owned: impl Iterator<Item = &'a Vec<String>>) -> Option<&'a Vec<String>> {
    let mut counts: BTreeMap<&Vec<String>, usize> = BTreeMap::new();
    for owners in owned {
        *counts.entry(owners).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    let (owners, _) = counts.into_iter().find(|(_, count)| *count == most)?;
    (most > 1).then_some(owners)
}
