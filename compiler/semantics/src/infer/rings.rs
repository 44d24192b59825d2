//! Rings between the members of a capability, found once per declaration, whether it is used or not.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Inference, Meaning, Member};
use crate::db::Name;
use crate::hir::{Body, Expr, ExprId, Members, NodeId, walk};

/// The rings of members that need each other, each as a shortest ring, in the order of the sources.
pub(super) fn member_rings(
    body: &Body,
    inference: &Inference,
    members: &Members,
) -> Vec<Vec<(Name, NodeId)>> {
    let mut graph: DiGraph<(Member, Name, NodeId), ()> = DiGraph::new();
    for input in &members.inputs {
        graph.add_node((
            Member::Place(input.name.clone()),
            input.name.clone(),
            input.node,
        ));
    }
    for (index, binding) in members.lets.iter().enumerate() {
        graph.add_node((
            Member::Let(index as u32),
            binding.name.clone(),
            binding.node,
        ));
    }
    for output in &members.outputs {
        graph.add_node((
            Member::Output(output.name.clone()),
            output.name.clone(),
            output.node,
        ));
    }
    for emit in &members.emits {
        graph.add_node((
            Member::Emit(emit.name.clone()),
            emit.name.clone(),
            emit.node,
        ));
    }
    let node_of = |graph: &DiGraph<(Member, Name, NodeId), ()>, member: &Member| {
        graph
            .node_indices()
            .find(|index| graph[*index].0 == *member)
    };
    let connect =
        |graph: &mut DiGraph<(Member, Name, NodeId), ()>, from: &Member, used: Vec<Member>| {
            let Some(from) = node_of(graph, from) else {
                return;
            };
            for member in used {
                if let Some(to) = node_of(graph, &member) {
                    graph.update_edge(from, to, ());
                }
            }
        };
    for input in &members.inputs {
        // A record's default may let one of its fields read another: that is no ring, and evaluation sees the real ones.
        if let Some(default) = input
            .default
            .filter(|id| !matches!(body.exprs[id.0 as usize], Expr::Record(_)))
        {
            connect(
                &mut graph,
                &Member::Place(input.name.clone()),
                used(body, inference, default),
            );
        }
    }
    for (index, binding) in members.lets.iter().enumerate() {
        connect(
            &mut graph,
            &Member::Let(index as u32),
            used(body, inference, binding.value),
        );
    }
    for output in &members.outputs {
        if let Some(value) = output.value {
            connect(
                &mut graph,
                &Member::Output(output.name.clone()),
                used(body, inference, value),
            );
        }
    }
    for emit in &members.emits {
        let mut found = Vec::new();
        walk::emission(body, emit, &mut |id, _| {
            found.extend(member_of(inference, id))
        });
        connect(&mut graph, &Member::Emit(emit.name.clone()), found);
    }
    let mut rings: Vec<Vec<NodeIndex>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1 || graph.contains_edge(component[0], component[0]))
        .filter_map(|component| shortest_ring(&graph, &component))
        .collect();
    rings.sort();
    rings
        .into_iter()
        .map(|ring| {
            ring.into_iter()
                .map(|index| (graph[index].1.clone(), graph[index].2))
                .collect()
        })
        .collect()
}

fn used(body: &Body, inference: &Inference, id: ExprId) -> Vec<Member> {
    let mut found = Vec::new();
    walk::expressions(body, id, &mut |id, _| {
        found.extend(member_of(inference, id))
    });
    found
}

fn member_of(inference: &Inference, id: ExprId) -> Option<Member> {
    match inference.meanings[id.0 as usize] {
        Meaning::Member(index) => inference.members.get(index as usize).cloned(),
        _ => None,
    }
}

/// A shortest ring within a strongly connected component, beginning at its first node in the order of the sources.
fn shortest_ring<N>(graph: &DiGraph<N, ()>, component: &[NodeIndex]) -> Option<Vec<NodeIndex>> {
    let start = *component.iter().min()?;
    let mut previous: Vec<Option<NodeIndex>> = vec![None; graph.node_count()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let mut next: Vec<NodeIndex> = graph
            .neighbors(at)
            .filter(|node| component.contains(node))
            .collect();
        next.sort();
        for node in next {
            if node == start {
                let mut ring = vec![at];
                let mut step = at;
                while step != start {
                    step = previous[step.index()]?;
                    ring.push(step);
                }
                ring.reverse();
                return Some(ring);
            }
            if previous[node.index()].is_none() {
                previous[node.index()] = Some(at);
                queue.push_back(node);
            }
        }
    }
    None
}
