//! The dependency graph as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::graph::{EdgeKind, Graph, GraphEdge, GraphNode, NodeKind};
use plat_semantics::items::ItemKind;
use serde::Serialize;

use crate::Workspace;

/// The language in which a graph is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// For Markdown.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// For programs.
    Json,
}

/// Draws the graph of a project, or the part of it around an address.
///
/// # Errors
/// When nothing has that address.
pub fn draw(
    workspace: &Workspace,
    language: Language,
    focus: Option<&str>,
) -> Result<String, Box<Diagnostic>> {
    let whole = Graph::build(workspace.db());
    let graph = match focus {
        None => whole,
        Some(address) => {
            let node = whole
                .find(address)
                .ok_or_else(|| Box::new(unknown(&whole, address)))?;
            whole.around(node)
        }
    };
    let (nodes, edges) = graph.listed();
    Ok(match language {
        Language::Mermaid => mermaid(&nodes, &edges),
        Language::Dot => dot(&nodes, &edges),
        Language::Json => json(workspace, &nodes, &edges),
    })
}

type Edge<'g> = (usize, usize, &'g GraphEdge);

fn unknown(graph: &Graph, address: &str) -> Diagnostic {
    let (nodes, _) = graph.listed();
    let known = nodes.iter().map(|node| node.address.as_str());
    let near = plat_semantics::scope::distance::nearest(address, known);
    let finding = Diagnostic::new(
        &codes::UNKNOWN_ADDRESS,
        format!("nothing in the graph is called `{address}`"),
    );
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("`platc list services` lists what there is"),
    }
}

/// A system and its nodes, each with its place in the graph.
type SystemNodes<'n> = (Option<&'n str>, Vec<(usize, &'n GraphNode)>);

/// Nodes by system, those without one last.
fn by_system<'n>(nodes: &[&'n GraphNode]) -> Vec<SystemNodes<'n>> {
    let mut systems: BTreeMap<&str, Vec<(usize, &GraphNode)>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (place, node) in nodes.iter().enumerate() {
        match &node.system {
            Some(system) => systems.entry(system).or_default().push((place, node)),
            None => alone.push((place, *node)),
        }
    }
    let mut all: Vec<_> = systems
        .into_iter()
        .map(|(system, nodes)| (Some(system), nodes))
        .collect();
    all.push((None, alone));
    all
}

fn mermaid(nodes: &[&GraphNode], edges: &[Edge<'_>]) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, (system, members)) in by_system(nodes).into_iter().enumerate() {
        let indent = if let Some(system) = system {
            let _ = writeln!(out, "  subgraph s{number} [\"{system}\"]");
            "    "
        } else {
            "  "
        };
        for (place, node) in members {
            let (open, close) = match node.kind {
                NodeKind::Fact(ItemKind::Service) => ("[", "]"),
                NodeKind::Fact(ItemKind::External) => ("{{", "}}"),
                NodeKind::Fact(_) | NodeKind::Owned => ("[(", ")]"),
            };
            let _ = writeln!(
                out,
                "{indent}n{place}{open}\"{}\"{close}",
                label(node, "<br/>")
            );
        }
        if system.is_some() {
            out.push_str("  end\n");
        }
    }
    for (from, to, edge) in edges {
        let arrow = match edge.kind {
            EdgeKind::Calls => "-->",
            EdgeKind::Needs => "-.->",
        };
        let text = environments(edge);
        let text = if text.is_empty() {
            text
        } else {
            format!("|\"{text}\"|")
        };
        let _ = writeln!(out, "  n{from} {arrow}{text} n{to}");
    }
    out
}

fn dot(nodes: &[&GraphNode], edges: &[Edge<'_>]) -> String {
    let mut out = String::from(
        "digraph {\n  rankdir = LR\n  node [shape = box, fontname = \"sans-serif\"]\n",
    );
    for (number, (system, members)) in by_system(nodes).into_iter().enumerate() {
        let indent = if let Some(system) = system {
            let _ = writeln!(
                out,
                "  subgraph cluster_{number} {{\n    label = \"{system}\""
            );
            "    "
        } else {
            "  "
        };
        for (_, node) in members {
            let shape = match node.kind {
                NodeKind::Fact(ItemKind::Service) => "box",
                NodeKind::Fact(ItemKind::External) => "hexagon",
                NodeKind::Fact(_) | NodeKind::Owned => "cylinder",
            };
            let _ = writeln!(
                out,
                "{indent}\"{}\" [label = \"{}\", shape = {shape}]",
                node.address,
                label(node, "\\n")
            );
        }
        if system.is_some() {
            out.push_str("  }\n");
        }
    }
    for (from, to, edge) in edges {
        let style = match edge.kind {
            EdgeKind::Calls => "solid",
            EdgeKind::Needs => "dashed",
        };
        let text = environments(edge);
        let text = if text.is_empty() {
            text
        } else {
            format!(", label = \"{text}\"")
        };
        let _ = writeln!(
            out,
            "  \"{}\" -> \"{}\" [style = {style}{text}]",
            nodes[*from].address, nodes[*to].address
        );
    }
    out.push_str("}\n");
    out
}

fn label(node: &GraphNode, line: &str) -> String {
    let name = node.address.rsplit('/').next().unwrap_or(&node.address);
    match &node.capability {
        Some(capability) => format!("{name}{line}{capability}"),
        None => name.to_owned(),
    }
}

fn environments(edge: &GraphEdge) -> String {
    if edge.environments.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = edge.environments.iter().map(|name| name.as_str()).collect();
    format!("only in {}", names.join(", "))
}

#[derive(Serialize)]
struct Document<'g> {
    schema: &'static str,
    nodes: Vec<NodeDto<'g>>,
    edges: Vec<EdgeDto<'g>>,
}

#[derive(Serialize)]
struct NodeDto<'g> {
    address: &'g str,
    kind: &'static str,
    capability: Option<&'g str>,
    owner: Option<&'g str>,
    system: Option<&'g str>,
    path: &'g str,
}

#[derive(Serialize)]
struct EdgeDto<'g> {
    from: &'g str,
    to: &'g str,
    kind: &'static str,
    alias: &'g str,
    environments: Vec<&'g str>,
}

fn json(workspace: &Workspace, nodes: &[&GraphNode], edges: &[Edge<'_>]) -> String {
    let document = Document {
        schema: "platc.graph/1",
        nodes: nodes
            .iter()
            .map(|node| NodeDto {
                address: &node.address,
                kind: node.kind.word(),
                capability: node.capability.as_deref(),
                owner: node.owner.as_deref(),
                system: node.system.as_deref(),
                path: workspace.path(node.decl.file(workspace.db())),
            })
            .collect(),
        edges: edges
            .iter()
            .map(|(from, to, edge)| EdgeDto {
                from: &nodes[*from].address,
                to: &nodes[*to].address,
                kind: edge.kind.word(),
                alias: &edge.alias,
                environments: edge.environments.iter().map(|name| name.as_str()).collect(),
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
