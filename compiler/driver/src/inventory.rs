//! What there is, as tables.

use std::collections::BTreeMap;

use plat_diagnostics::{LineIndex, Sources as _, all};
use plat_semantics::db::{DeclId, Name, Project};
use plat_semantics::environments::declared_in;
use plat_semantics::eval::evaluate;
use plat_semantics::graph::{Graph, GraphNode, NodeKind};
use plat_semantics::hir::{self, BodyKind, NodeId};
use plat_semantics::items::{Item, ItemKind, item_tree};
use plat_semantics::rules::waiver;
use rayon::prelude::*;

use crate::Workspace;
use crate::check::{checked_files, evaluated};
use crate::guardrails::{self, Guardrail, Standing};

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Services.
    Services,
    /// Resources that services share.
    Resources,
    /// What is depended on and not owned.
    Externals,
    /// Environments.
    Environments,
    /// Systems.
    Systems,
    /// Teams.
    Teams,
    /// Capabilities, those of the standard library included.
    Capabilities,
    /// Implementations of capabilities.
    Implementations,
    /// Objects that are emitted.
    Objects,
    /// Guardrails, those of packages that nobody enforces included.
    Guardrails,
    /// Waivers of guardrails.
    Waivers,
    /// Codes of findings.
    Codes,
}

/// Rows under headings; a cell that does not apply is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The headings.
    pub columns: &'static [&'static str],
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Lists what there is, sorted by name.
#[must_use]
pub fn list(workspace: &Workspace, listing: Listing) -> Table {
    match listing {
        Listing::Services => nodes(workspace, ItemKind::Service, SERVICE),
        Listing::Resources => nodes(workspace, ItemKind::Resource, RESOURCE),
        Listing::Externals => externals(workspace),
        Listing::Environments => environments(workspace),
        Listing::Systems => groups(
            workspace,
            ItemKind::System,
            &["system", "services", "declared"],
        ),
        Listing::Teams => groups(workspace, ItemKind::Team, &["team", "owns", "declared"]),
        Listing::Capabilities => capabilities(workspace),
        Listing::Implementations => implementations(workspace),
        Listing::Objects => objects(workspace),
        Listing::Guardrails => guardrails(workspace),
        Listing::Waivers => waivers(workspace),
        Listing::Codes => codes(),
    }
}

const SERVICE: &[&str] = &[
    "service",
    "capability",
    "system",
    "owner",
    "environments",
    "declared",
];
const RESOURCE: &[&str] = &[
    "resource",
    "capability",
    "system",
    "owner",
    "environments",
    "declared",
];

fn nodes(workspace: &Workspace, kind: ItemKind, columns: &'static [&'static str]) -> Table {
    let graph = Graph::build(workspace.db());
    let (nodes, _) = graph.listed();
    let row = |node: &GraphNode| {
        vec![
            node.address.clone(),
            text(node.capability.as_ref()),
            text(node.system.as_ref()),
            text(node.owner.as_ref()),
            presence(workspace, node.decl),
            workspace.place(node.decl),
        ]
    };
    let wanted = nodes
        .into_iter()
        .filter(|node| node.kind == NodeKind::Fact(kind));
    Table {
        columns,
        rows: wanted.map(row).collect(),
    }
}

fn externals(workspace: &Workspace) -> Table {
    let graph = Graph::build(workspace.db());
    let (nodes, edges) = graph.listed();
    let mut rows = Vec::new();
    for (place, node) in nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.kind == NodeKind::Fact(ItemKind::External))
    {
        let mut users: Vec<&str> = edges
            .iter()
            .filter(|(_, to, _)| *to == place)
            .map(|(from, _, _)| nodes[*from].address.as_str())
            .collect();
        users.sort_unstable();
        users.dedup();
        rows.push(vec![
            node.address.clone(),
            users.join(", "),
            workspace.place(node.decl),
        ]);
    }
    Table {
        columns: &["external", "used by", "declared"],
        rows,
    }
}

fn environments(workspace: &Workspace) -> Table {
    let db = workspace.db();
    let services = items(workspace, &[ItemKind::Service], false);
    let rows = Project::get(db).environments(db).iter().map(|environment| {
        let like = plat_semantics::items::item(db, *environment).and_then(|item| item.like.clone());
        let present = services
            .iter()
            .filter(|(service, _)| declared_in(db, *service, *environment))
            .count();
        vec![
            environment.name(db).to_string(),
            text(like.as_ref()),
            present.to_string(),
            workspace.place(*environment),
        ]
    });
    Table {
        columns: &["environment", "like", "services", "declared"],
        rows: rows.collect(),
    }
}

fn groups(workspace: &Workspace, kind: ItemKind, columns: &'static [&'static str]) -> Table {
    let db = workspace.db();
    let graph = Graph::build(db);
    let (nodes, _) = graph.listed();
    let mut members: BTreeMap<&Name, usize> = BTreeMap::new();
    for node in nodes.iter().filter(|node| {
        matches!(
            node.kind,
            NodeKind::Fact(ItemKind::Service | ItemKind::Resource)
        )
    }) {
        let group = if kind == ItemKind::Team {
            &node.owner
        } else {
            &node.system
        };
        if let Some(group) = group {
            *members.entry(group).or_default() += 1;
        }
    }
    let rows = items(workspace, &[kind], false)
        .into_iter()
        .map(|(decl, name)| {
            let count = members.get(&name).copied().unwrap_or_default();
            vec![name.to_string(), count.to_string(), workspace.place(decl)]
        });
    Table {
        columns,
        rows: rows.collect(),
    }
}

fn capabilities(workspace: &Workspace) -> Table {
    let db = workspace.db();
    let rows = items(workspace, &[ItemKind::Capability], true)
        .into_iter()
        .map(|(decl, name)| {
            let body = hir::body(db, decl);
            let is = match &body.kind {
                BodyKind::Capability(capability) => capability
                    .is
                    .iter()
                    .map(hir::Path::text)
                    .collect::<Vec<_>>()
                    .join(", "),
                _ => String::new(),
            };
            let summary = body
                .doc
                .as_deref()
                .and_then(|doc| doc.lines().next())
                .unwrap_or_default();
            vec![
                name.to_string(),
                is,
                workspace.module_text(decl),
                summary.trim().to_owned(),
            ]
        });
    Table {
        columns: &["capability", "is", "module", "what it is"],
        rows: rows.collect(),
    }
}

fn implementations(workspace: &Workspace) -> Table {
    let db = workspace.db();
    let rows = items(workspace, &[ItemKind::Implementation], true)
        .into_iter()
        .map(|(decl, name)| {
            let of = match &hir::body(db, decl).kind {
                BodyKind::Implementation(implementation) => implementation.of.text(),
                _ => String::new(),
            };
            vec![name.to_string(), of, workspace.place(decl)]
        });
    Table {
        columns: &["implementation", "of", "declared"],
        rows: rows.collect(),
    }
}

fn objects(workspace: &Workspace) -> Table {
    let files = checked_files(workspace, false);
    let declarations = evaluated(workspace, &files);
    let mut rows: Vec<Vec<String>> = declarations
        .par_iter()
        .map_with(workspace.db().clone(), |db, decl| {
            let db = &*db;
            let keys = &evaluate(db, *decl).objects;
            let row = |key: &plat_semantics::eval::ObjectKey| {
                vec![
                    format!(
                        "{}@{}/{}",
                        decl.name(db),
                        key.environment.name(db),
                        key.path
                    ),
                    key.kind.to_string(),
                    key.namespace.to_string(),
                    key.name.to_string(),
                ]
            };
            keys.iter().map(row).collect::<Vec<_>>()
        })
        .flatten_iter()
        .collect();
    rows.sort();
    Table {
        columns: &["address", "kind", "namespace", "name"],
        rows,
    }
}

fn guardrails(workspace: &Workspace) -> Table {
    let environments = Project::get(workspace.db()).environments(workspace.db());
    let all = guardrails::all(workspace, environments, None);
    let row = |guardrail: &Guardrail| {
        let standings = || environments.iter().zip(&guardrail.standings);
        let each = |text: &dyn Fn(&Standing) -> String| -> String {
            let mut texts: Vec<String> = Vec::new();
            for standing in standings().filter_map(|(_, standing)| standing.as_ref()) {
                let text = text(standing);
                if !text.is_empty() && !texts.contains(&text) {
                    texts.push(text);
                }
            }
            texts.join("; ")
        };
        let present: Vec<&str> = standings()
            .filter(|(_, standing)| standing.is_some())
            .map(|(environment, _)| environment.name(workspace.db()).as_str())
            .collect();
        vec![
            guardrail.short.clone(),
            each(&|standing| standing.declared.clone()),
            if present.len() == environments.len() && !present.is_empty() {
                "all".to_owned()
            } else {
                present.join(", ")
            },
            each(&|standing| standing.sponsor.clone().unwrap_or_default()),
            guardrail.walks.clone(),
            guardrail.pack.clone(),
            guardrail.summary.clone().unwrap_or_default(),
        ]
    };
    Table {
        columns: &[
            "guardrail",
            "level",
            "environments",
            "sponsor",
            "walks",
            "module",
            "what it says",
        ],
        rows: all.iter().map(row).collect(),
    }
}

fn waivers(workspace: &Workspace) -> Table {
    let db = workspace.db();
    let row = |decl: &DeclId| {
        let waiver = waiver(db, *decl);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            decl.name(db).to_string(),
            { waiver.guardrail }.map_or_else(String::new, |rule| rule.name(db).to_string()),
            text(waiver.subject.as_deref()),
            text(waiver.approved_by.as_ref().map(Name::as_str)),
            { waiver.until }.map_or_else(String::new, |until| until.to_string()),
            workspace.place(*decl),
        ]
    };
    let mut rows: Vec<Vec<String>> = Project::get(db).waivers(db).iter().map(row).collect();
    rows.sort();
    Table {
        columns: &[
            "waiver",
            "guardrail",
            "subject",
            "approver",
            "until",
            "declared",
        ],
        rows,
    }
}

fn codes() -> Table {
    let rows = all().iter().map(|code| {
        vec![
            code.code.to_owned(),
            code.severity.word().to_owned(),
            code.summary.to_owned(),
        ]
    });
    Table {
        columns: &["code", "level", "what it says"],
        rows: rows.collect(),
    }
}

/// The declarations of some kinds with their names, sorted by name and place.
fn items(workspace: &Workspace, kinds: &[ItemKind], standard_library: bool) -> Vec<(DeclId, Name)> {
    let db = workspace.db();
    let mut found: Vec<(DeclId, Name)> = Vec::new();
    for file in checked_files(workspace, standard_library) {
        let wanted = item_tree(db, file)
            .items
            .iter()
            .filter(|item| kinds.contains(&item.kind));
        found.extend(wanted.map(|item: &Item| (item.id, item.name.clone())));
    }
    // The sort keeps the order of files for equal names.
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}

fn presence(workspace: &Workspace, decl: DeclId) -> String {
    let db = workspace.db();
    let all = Project::get(db).environments(db);
    let present: Vec<&str> = all
        .iter()
        .filter(|environment| declared_in(db, decl, **environment))
        .map(|environment| environment.name(db).as_str())
        .collect();
    if present.len() == all.len() {
        "all".to_owned()
    } else {
        present.join(", ")
    }
}

fn text(name: Option<&Name>) -> String {
    name.map(ToString::to_string).unwrap_or_default()
}

impl Workspace {
    /// Where a declaration stands: `payments/checkout.plat:11`.
    #[must_use]
    pub fn place(&self, decl: DeclId) -> String {
        self.place_of(decl, NodeId::NAME)
    }

    /// Where something of a declaration stands.
    pub(crate) fn place_of(&self, decl: DeclId, node: NodeId) -> String {
        let span = self.span(decl, node);
        let text = self.files().text(span.file);
        let line = LineIndex::new(text).position(text, span.start()).line;
        format!("{}:{line}", self.files().path(span.file))
    }

    /// The module of a declaration as a `use` writes it: `std.workload`.
    #[must_use]
    pub fn module_text(&self, decl: DeclId) -> String {
        let db = self.db();
        plat_semantics::scope::Folder::of(db, decl.file(db).module(db)).text(db)
    }
}
