//! The rules that demand what the sources demand.

use std::cmp::Reverse;
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

impl Rule {
    /// A rule of GitHub's.
    fn of(pattern: String, owners: &[String]) -> Self {
        Self {
            section: None,
            pattern,
            owners: owners.to_vec(),
        }
    }
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
        let folder = folder_of(&files[0].path);
        let owned: Vec<(&Source, Vec<String>)> = { files.iter() }
            .filter_map(|file| Some((*file, owners(file)?)))
            .collect();
        let common = if owned.len() == files.len() {
            most_common(owned.iter().map(|(_, owners)| owners))
        } else {
            None
        };
        // An exception that stands for more than one path comes before the folder's rule, and would have no say any more.
        let common = common.filter(|common| {
            let mut others = owned.iter().filter(|(_, owners)| owners != *common);
            !others.any(|(file, _)| pattern::wildcards(&file.path) > pattern::wildcards(folder))
        });
        if let Some(common) = common {
            rules.push((folder, Rule::of(folder_pattern(folder), common)));
        }
        for (file, owners) in &owned {
            if Some(owners) != common {
                rules.push((&file.path, Rule::of(pattern::of_path(&file.path), owners)));
            }
        }
    }
    // What stands for other paths too comes first, so that their own rules win.
    rules.sort_by_key(|(path, _)| Reverse(pattern::wildcards(path)));
    rules.into_iter().map(|(_, rule)| rule).collect()
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
                push(folder_pattern(folder_of(&files[0].path)));
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

/// All sources of a folder: what is added to it is its owner's too.
fn folder_pattern(folder: &str) -> String {
    match folder {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use plat_semantics::db::{DeclId, Module, Package, SourceFile};
    use plat_semantics::hir::NodeId;
    use plat_semantics::items::ItemKind;
    use proptest::prelude::*;

    use super::super::block::Marks;
    use super::super::demands::{Demand, Role};
    use super::super::file::OwnersFile;
    use super::*;
    use crate::Database;

    /// Any declaration: the rules do not look at it.
    fn declaration() -> DeclId {
        let db = Database::default();
        let package = Package::new(&db, Name::new("acme"), Vec::new(), Vec::new());
        let module = Module::new(&db, package, Vec::new(), Vec::new());
        let file = SourceFile::new(&db, "a.plat".to_owned(), Arc::from(""), module);
        DeclId::new(&db, file, ItemKind::Team, Name::new("a"), 0, None)
    }

    /// Paths with what their declarations demand: the number of a team, and its role.
    fn repositories() -> impl Strategy<Value = BTreeMap<String, Vec<(u8, bool)>>> {
        let path = "(a/|#/|b c/|\\[d\\]/){0,2}[ab#é*]{1,2}";
        let demands = proptest::collection::vec((0..4_u8, any::<bool>()), 0..4);
        proptest::collection::btree_map(path, demands, 0..12)
    }

    proptest! {
        /// Whatever stood in the file before, the rules that are written demand what the sources demand.
        #[test]
        fn what_is_written_is_demanded(repository in repositories(), before in "(\\* @all\n|/a/ @x\n|\\^\\[o\\]\n){0,3}") {
            let declaration = declaration();
            let team = |number: u8| Name::new(format!("t{number}"));
            // The last team has none.
            let handle = |number: u8| (number < 3).then(|| format!("@acme/t{number}"));
            let sources: Vec<Source> = repository
                .iter()
                .map(|(path, demands)| Source {
                    path: format!("{path}.plat"),
                    demands: demands
                        .iter()
                        .map(|(number, authority)| Demand {
                            team: team(*number),
                            role: if *authority { Role::Approver } else { Role::Owner },
                            declaration,
                            node: NodeId::NAME,
                        })
                        .collect(),
                })
                .collect();
            let handles: Handles = (0..4).map(|number| (team(number), handle(number))).collect();
            for forge in [Forge::GitHub, Forge::GitLab] {
                let lines = lines(&rules(&sources, &handles, forge), forge);
                let text = Marks::of("").replaced(&before, &lines).expect("it has no marks");
                let file = OwnersFile::parse(&text, forge);
                for (path, demands) in &repository {
                    let deciding = file.deciding(&format!("{path}.plat"));
                    let known = demands.iter().filter_map(|(number, authority)| Some((handle(*number)?, *authority)));
                    let (mut authorities, mut all) = (BTreeSet::new(), BTreeSet::new());
                    for (handle, authority) in known {
                        if authority {
                            authorities.insert(handle.clone());
                        }
                        all.insert(handle);
                    }
                    if forge == Forge::GitHub {
                        let wanted = if authorities.is_empty() { &all } else { &authorities };
                        let asked: BTreeSet<String> = deciding.iter().flat_map(|rule| rule.owners.clone()).collect();
                        prop_assert!(wanted.is_empty() || asked == *wanted, "{path} in {text}");
                    } else {
                        for handle in &all {
                            let asked = deciding.iter().any(|rule| rule.owners == std::slice::from_ref(handle));
                            prop_assert!(asked, "{path} in {text}");
                        }
                    }
                }
            }
        }
    }
}
