//! Fleet-wide lists and names, derived from item trees and written into the database as one input each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plat_semantics::db::{Db as _, DeclId, Name, Project, SourceFile};
use plat_semantics::items::{AssetItem, ItemKind, ItemTree};
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter as _};

use crate::database::Database;

/// What each name and list of the fleet consists of.
#[derive(Debug, Default)]
pub(super) struct FleetIndex {
    by_file: FxHashMap<SourceFile, Contribution>,
    names: FxHashMap<(ItemKind, Name), Vec<Placed>>,
    consumers: FxHashMap<Name, Vec<Placed>>,
    lists: BTreeMap<ItemKind, Vec<Placed>>,
}

/// What one file adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Contribution {
    names: Vec<(ItemKind, Name, Placed)>,
    consumers: Vec<(Name, Placed)>,
    lists: Vec<(ItemKind, Placed)>,
    pub(super) assets: Vec<AssetItem>,
}

/// A declaration with its place in the one order that lists have: package, path, position.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    order: (usize, Arc<str>, usize),
    decl: DeclId,
}

/// What has to be written.
#[derive(Debug, Default)]
pub(super) struct Touched {
    names: BTreeSet<(ItemKind, Name)>,
    consumers: BTreeSet<Name>,
    lists: BTreeSet<ItemKind>,
    /// Whether a file names other assets than before.
    pub(super) assets: bool,
}

/// The kinds that queries read as whole lists.
const LISTED: [ItemKind; 9] = [
    ItemKind::Environment,
    ItemKind::Extend,
    ItemKind::Defaults,
    ItemKind::Implementation,
    ItemKind::Capability,
    ItemKind::Guardrail,
    ItemKind::Enforce,
    ItemKind::Waiver,
    ItemKind::Test,
];

impl Contribution {
    /// What a file adds. `package` and `path` say where it stands in the order of lists.
    pub(super) fn new(package: usize, path: &str, tree: &ItemTree) -> Self {
        let path: Arc<str> = Arc::from(path);
        let mut contribution = Self {
            assets: tree.assets.clone(),
            ..Self::default()
        };
        for (position, item) in tree.items.iter().enumerate() {
            let placed = || Placed {
                order: (package, Arc::clone(&path), position),
                decl: item.id,
            };
            if item.kind.is_fact() {
                contribution
                    .names
                    .push((item.kind, item.name.clone(), placed()));
            }
            if LISTED.contains(&item.kind) {
                contribution.lists.push((item.kind, placed()));
            }
            let targets: BTreeSet<&Name> = item.edges.iter().map(|edge| &edge.target).collect();
            contribution
                .consumers
                .extend(targets.into_iter().map(|target| (target.clone(), placed())));
        }
        contribution
    }
}

impl FleetIndex {
    /// Notes what a file adds now instead of what it added before.
    pub(super) fn set(
        &mut self,
        file: SourceFile,
        contribution: Contribution,
        touched: &mut Touched,
    ) {
        let before = self.by_file.get(&file);
        if before == Some(&contribution) {
            return;
        }
        let before = before.cloned().unwrap_or_default();
        touched.assets |= before.assets != contribution.assets;
        for (kind, name, placed) in &before.names {
            remove(self.names.entry((*kind, name.clone())).or_default(), placed);
            touched.names.insert((*kind, name.clone()));
        }
        for (name, placed) in &before.consumers {
            remove(self.consumers.entry(name.clone()).or_default(), placed);
            touched.consumers.insert(name.clone());
        }
        for (kind, placed) in &before.lists {
            remove(self.lists.entry(*kind).or_default(), placed);
            touched.lists.insert(*kind);
        }
        for (kind, name, placed) in &contribution.names {
            insert(self.names.entry((*kind, name.clone())).or_default(), placed);
            touched.names.insert((*kind, name.clone()));
        }
        for (name, placed) in &contribution.consumers {
            insert(self.consumers.entry(name.clone()).or_default(), placed);
            touched.consumers.insert(name.clone());
        }
        for (kind, placed) in &contribution.lists {
            insert(self.lists.entry(*kind).or_default(), placed);
            touched.lists.insert(*kind);
        }
        if contribution == Contribution::default() {
            self.by_file.remove(&file);
        } else {
            self.by_file.insert(file, contribution);
        }
    }

    /// The literals that files name, by file.
    pub(super) fn assets(&self) -> impl Iterator<Item = (SourceFile, &AssetItem)> {
        // The order does not show: the caller puts them into a map.
        self.by_file
            .iter()
            .flat_map(|(file, contribution)| contribution.assets.iter().map(|asset| (*file, asset)))
    }

    /// Writes what changed.
    pub(super) fn write(&self, db: &mut Database, project: Project, touched: &Touched) {
        for (kind, name) in &touched.names {
            let declarations = decls(self.names.get(&(*kind, name.clone())));
            let entry = db.fleet().clone().name_entry(db, *kind, name);
            if *entry.declarations(db) != declarations {
                entry
                    .set_declarations(db)
                    .with_durability(Durability::MEDIUM)
                    .to(declarations);
            }
        }
        for name in &touched.consumers {
            let mut consumers = decls(self.consumers.get(name));
            consumers.sort_by(|a, b| a.name(db).cmp(b.name(db)));
            let entry = db.fleet().clone().inbound(db, name);
            if *entry.consumers(db) != consumers {
                entry
                    .set_consumers(db)
                    .with_durability(Durability::MEDIUM)
                    .to(consumers);
            }
        }
        for kind in &touched.lists {
            let list = decls(self.lists.get(kind));
            write_list(db, project, *kind, list);
        }
    }
}

fn write_list(db: &mut Database, project: Project, kind: ItemKind, mut list: Vec<DeclId>) {
    const DURABILITY: Durability = Durability::MEDIUM;
    // Setting an input to what it is would make all that reads it run again.
    macro_rules! write {
        ($get:ident, $set:ident) => {
            if *project.$get(db) != list {
                project.$set(db).with_durability(DURABILITY).to(list);
            }
        };
    }
    match kind {
        ItemKind::Environment => {
            list.sort_by(|a, b| a.name(db).cmp(b.name(db)));
            write!(environments, set_environments);
        }
        ItemKind::Extend => write!(extensions, set_extensions),
        ItemKind::Defaults => write!(defaults, set_defaults),
        ItemKind::Implementation => write!(implementations, set_implementations),
        ItemKind::Capability => write!(capabilities, set_capabilities),
        ItemKind::Guardrail => write!(guardrails, set_guardrails),
        ItemKind::Enforce => write!(enforcements, set_enforcements),
        ItemKind::Waiver => write!(waivers, set_waivers),
        ItemKind::Test => write!(tests, set_tests),
        _ => {}
    }
}

fn decls(placed: Option<&Vec<Placed>>) -> Vec<DeclId> {
    placed.map_or_else(Vec::new, |placed| {
        placed.iter().map(|placed| placed.decl).collect()
    })
}

fn insert(list: &mut Vec<Placed>, placed: &Placed) {
    let place = list.partition_point(|known| known.order < placed.order);
    list.insert(place, placed.clone());
}

fn remove(list: &mut Vec<Placed>, placed: &Placed) {
    list.retain(|known| known != placed);
}
