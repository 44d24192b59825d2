//! The dependency graph of the fleet: who needs and calls whom, who owns what, what belongs together.
//!
//! Nodes and edges are inserted in the order of kinds and names, since the order of insertion decides the order of everything
//! that petgraph computes.

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::db::{Db, DeclId, Name, Project};
use crate::environments;
use crate::hir::{self, BodyKind, EdgeTarget, Entry, EntryOp, Expr, SegmentKind};
use crate::infer::{declared_capability, edge_signatures, edges_of};
use crate::items::{ItemKind, item_tree};

/// A node: something that is declared, or an instance that a service owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Its address, such as `checkout` or `checkout/orders`.
    pub address: String,
    /// What it is.
    pub kind: NodeKind,
    /// The capability behind it.
    pub capability: Option<Name>,
    /// The team that owns it, as written.
    pub owner: Option<Name>,
    /// The system that it belongs to, as written.
    pub system: Option<Name>,
    /// Where it is declared.
    pub decl: DeclId,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// A declared fact.
    Fact(ItemKind),
    /// A backing resource that one service owns.
    Owned,
}

impl NodeKind {
    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fact(kind) => kind.word(),
            Self::Owned => "owned",
        }
    }
}

/// An edge: from who depends to what it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// What kind of dependency.
    pub kind: EdgeKind,
    /// The name under which the consumer knows it.
    pub alias: Name,
    /// The environments in which it exists; empty for all.
    pub environments: Vec<Name>,
}

/// The kinds of dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// `needs`
    Needs,
    /// `calls`
    Calls,
}

impl EdgeKind {
    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::Calls => "calls",
        }
    }
}

/// The dependency graph of a project.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The graph.
    pub graph: DiGraph<GraphNode, GraphEdge>,
}

impl Graph {
    /// The graph of everything that is declared. Not for use within a query: it reads the whole fleet.
    pub fn build(db: &dyn Db) -> Self {
        let mut declared: Vec<(ItemKind, Name, DeclId)> = Vec::new();
        for package in Project::get(db).packages(db) {
            for file in package
                .modules(db)
                .iter()
                .flat_map(|module| module.files(db))
            {
                let facts = item_tree(db, *file).items.iter().filter(|item| {
                    matches!(
                        item.kind,
                        ItemKind::Service | ItemKind::Resource | ItemKind::External
                    )
                });
                declared.extend(facts.map(|item| (item.kind, item.name.clone(), item.id)));
            }
        }
        declared.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut graph = DiGraph::new();
        let mut nodes: FxHashMap<(ItemKind, Name), NodeIndex> = FxHashMap::default();
        for (kind, name, decl) in &declared {
            let node = GraphNode {
                address: name.to_string(),
                kind: NodeKind::Fact(*kind),
                capability: declared_capability(db, *decl)
                    .map(|capability| capability.name(db).clone()),
                owner: written_fact(db, *decl, "owner"),
                system: written_fact(db, *decl, "system"),
                decl: *decl,
            };
            nodes
                .entry((*kind, name.clone()))
                .or_insert_with(|| graph.add_node(node));
        }
        for (kind, name, decl) in &declared {
            let Some(&from) = nodes.get(&(*kind, name.clone())) else {
                continue;
            };
            add_edges(db, *decl, from, &nodes, &mut graph);
        }
        Self { graph }
    }

    /// The node of an address.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<NodeIndex> {
        self.graph
            .node_indices()
            .find(|index| self.graph[*index].address == address)
    }

    /// The part of the graph around a node: everything that it depends on and everything that depends on it.
    #[must_use]
    pub fn around(&self, focus: NodeIndex) -> Self {
        let mut keep: FxHashSet<NodeIndex> = FxHashSet::default();
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut seen: FxHashSet<NodeIndex> = [focus].into_iter().collect();
            let mut todo = vec![focus];
            while let Some(at) = todo.pop() {
                for next in self.graph.neighbors_directed(at, direction) {
                    if seen.insert(next) {
                        todo.push(next);
                    }
                }
            }
            keep.extend(seen);
        }
        let graph = self.graph.filter_map(
            |index, node| keep.contains(&index).then(|| node.clone()),
            |_, edge| Some(edge.clone()),
        );
        Self { graph }
    }

    /// Nodes in order, and edges as pairs of positions with what they carry, ordered by consumer and alias.
    #[must_use]
    pub fn listed(&self) -> (Vec<&GraphNode>, Vec<(usize, usize, &GraphEdge)>) {
        let nodes = self.graph.node_weights().collect();
        let mut edges: Vec<_> = self
            .graph
            .edge_references()
            .map(|edge| (edge.source().index(), edge.target().index(), edge.weight()))
            .collect();
        edges.sort_by(|a, b| (a.0, &a.2.alias, a.1).cmp(&(b.0, &b.2.alias, b.1)));
        (nodes, edges)
    }
}

fn add_edges(
    db: &dyn Db,
    decl: DeclId,
    from: NodeIndex,
    nodes: &FxHashMap<(ItemKind, Name), NodeIndex>,
    graph: &mut DiGraph<GraphNode, GraphEdge>,
) {
    for (edge, sig) in edges_of(hir::body(db, decl))
        .iter()
        .zip(edge_signatures(db, decl))
    {
        let kind = if matches!(edge.target, EdgeTarget::Call(_)) {
            EdgeKind::Calls
        } else {
            EdgeKind::Needs
        };
        let mut names: Vec<Name> = edge
            .only
            .iter()
            .flat_map(|only| &only.environments)
            .filter_map(|path| environments::resolve(db, decl, path))
            .map(|environment| environment.name(db).clone())
            .collect();
        names.sort();
        let weight = GraphEdge {
            kind,
            alias: sig.alias.clone(),
            environments: names,
        };
        let to = match sig.target {
            Some(target) => nodes
                .get(&(target.kind(db), target.name(db).clone()))
                .copied(),
            None if sig.owned => Some(graph.add_node(GraphNode {
                address: format!("{}/{}", graph[from].address, sig.alias),
                kind: NodeKind::Owned,
                capability: sig.capability.map(|capability| capability.name(db).clone()),
                owner: graph[from].owner.clone(),
                system: graph[from].system.clone(),
                decl,
            })),
            None => None,
        };
        if let Some(to) = to {
            graph.add_edge(from, to, weight);
        }
    }
}

/// A fact that names another, as the declaration itself writes it: `owner = payments`.
#[must_use]
pub fn written_fact(db: &dyn Db, decl: DeclId, name: &str) -> Option<Name> {
    let body = hir::body(db, decl);
    let entries: &[Entry] = match &body.kind {
        BodyKind::Service(service) => &service.entries,
        BodyKind::Fact(fact) => &fact.entries,
        _ => return None,
    };
    entries.iter().find_map(|entry| {
        let [segment] = entry.path.as_slice() else {
            return None;
        };
        if !matches!(&segment.kind, SegmentKind::Name(written) if written == name) {
            return None;
        }
        let EntryOp::Set(value) = entry.op else {
            return None;
        };
        match &body.exprs[value.0 as usize] {
            Expr::Name(name) | Expr::Field { name, .. } => Some(name.clone()),
            _ => None,
        }
    })
}
