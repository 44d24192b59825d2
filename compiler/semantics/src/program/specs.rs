//! What one declaration says: its settings of layers 3 and 4, normalised once and chosen per environment.

use std::borrow::Cow;

use plat_diagnostics::codes;

use super::collisions::collisions;
use super::layouts::{Layout, layout};
use super::settings::{Layer, Rank, Setting, collect};
use super::signature;
use crate::db::{Db, DeclId, Name};
use crate::environments;
use crate::hir::{self, BodyKind, Entry, EntryOp, InBlock, SegmentKind};
use crate::infer::{declared_capability, edge_signatures, edges_of};
use crate::problem::Problem;
use crate::ty::FieldType;

/// The settings of a declaration, for itself and for each of its edges.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Spec {
    /// For the declaration's own places.
    pub own: Settings,
    /// Per edge, in the order of the sources: for the inputs of an owned instance.
    pub owned: Vec<Settings>,
    /// Per edge: for the fields of the edge.
    pub edges: Vec<Settings>,
    /// Paths set twice in one layer.
    pub problems: Vec<Problem>,
}

/// Settings of layers 3 and 4.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Settings {
    /// Layer 3.
    pub own: Vec<Setting>,
    /// Layer 4: each block with its index among the declaration's `in` blocks.
    pub blocks: Vec<(u32, Vec<Setting>)>,
}

/// The layout of the fields of edges that lead to a capability.
#[salsa::tracked]
pub fn edge_layout(db: &dyn Db, capability: DeclId) -> Layout {
    Layout::of_fields(&signature(db, capability).edge)
}

/// The settings of a declaration.
#[salsa::tracked]
pub fn spec(db: &dyn Db, decl: DeclId) -> Spec {
    let body = hir::body(db, decl);
    let (entries, blocks): (&[Entry], &[InBlock]) = match &body.kind {
        BodyKind::Fact(fact) => (&fact.entries, &fact.in_blocks),
        BodyKind::Service(service) => (&service.entries, &service.in_blocks),
        BodyKind::Capability(_) | BodyKind::Implementation(_) => (&[], &[]),
        _ => return Spec::default(),
    };
    let mut spec = Spec::default();
    let signatures = edge_signatures(db, decl);
    let is_alias = |name: &str| signatures.iter().any(|sig| sig.alias == name);
    if matches!(body.kind, BodyKind::Fact(_) | BodyKind::Service(_)) {
        let layout = layout(db, decl.kind(db), declared_capability(db, decl));
        let blocks = in_order(blocks, |block| Cow::Borrowed(&block.entries[..]));
        spec.own = split(
            db,
            layout,
            decl,
            entries,
            &blocks,
            &is_alias,
            &mut spec.problems,
        );
    }
    for (sig, edge) in signatures.iter().zip(edges_of(body)) {
        let (Some(capability), false) = (sig.capability, sig.external) else {
            spec.owned.push(Settings::default());
            spec.edges.push(Settings::default());
            continue;
        };
        let inner = in_order(blocks, |block| {
            Cow::Owned(below(&block.entries, &sig.alias))
        });
        let mut layer_three = Cow::Borrowed(&edge.entries[..]);
        let assigned = below(entries, &sig.alias);
        if !assigned.is_empty() {
            layer_three.to_mut().extend(assigned);
        }
        let fields = edge_layout(db, capability);
        let none = |_: &str| false;
        spec.edges.push(split(
            db,
            fields,
            decl,
            &layer_three,
            &inner,
            &none,
            &mut spec.problems,
        ));
        spec.owned.push(if sig.owned {
            let inputs = layout(db, crate::items::ItemKind::Service, Some(capability));
            split(
                db,
                inputs,
                decl,
                &layer_three,
                &inner,
                &none,
                &mut spec.problems,
            )
        } else {
            Settings::default()
        });
    }
    spec
}

/// The entries below a name: `orders.size = large` gives `size = large`, and `orders { … }` a block without a path, which keeps
/// its guard.
fn below(entries: &[Entry], alias: &Name) -> Vec<Entry> {
    entries
        .iter()
        .filter_map(|entry| {
            let (first, rest) = entry.path.split_first()?;
            let named = matches!(&first.kind, SegmentKind::Name(name) if name == alias);
            let goes_below = !rest.is_empty() || matches!(entry.op, EntryOp::Into(_));
            (named && goes_below).then(|| Entry {
                path: rest.to_vec(),
                ..entry.clone()
            })
        })
        .collect()
}

/// What `in` blocks say, each with its index.
fn in_order<'a>(
    blocks: &'a [InBlock],
    says: impl Fn(&'a InBlock) -> Cow<'a, [Entry]>,
) -> Vec<(u32, Cow<'a, [Entry]>)> {
    (0..).zip(blocks.iter().map(says)).collect()
}

fn split(
    db: &dyn Db,
    layout: &Layout,
    decl: DeclId,
    entries: &[Entry],
    blocks: &[(u32, Cow<'_, [Entry]>)],
    skip: &dyn Fn(&str) -> bool,
    problems: &mut Vec<Problem>,
) -> Settings {
    let rank = |layer| Rank {
        layer,
        nearness: 0,
        scope: 0,
    };
    let (own, found) = collect(db, layout, decl, rank(Layer::Own), entries, skip);
    problems.extend(found);
    collisions(layout, &own, &codes::SET_TWICE, problems);
    let mut result = Settings {
        own,
        blocks: Vec::new(),
    };
    for (index, entries) in blocks {
        let (settings, found) = collect(db, layout, decl, rank(Layer::In), entries, skip);
        problems.extend(found);
        collisions(layout, &settings, &codes::SET_TWICE, problems);
        for (other, earlier) in &result.blocks {
            if share_environment(db, decl, *other, *index) {
                let both: Vec<Setting> = earlier.iter().chain(&settings).cloned().collect();
                let mut found = Vec::new();
                collisions(layout, &both, &codes::SET_TWICE, &mut found);
                found.retain(|problem| !problems.contains(problem));
                problems.extend(found);
            }
        }
        if !settings.is_empty() {
            result.blocks.push((*index, settings));
        }
    }
    result
}

/// Whether two `in` blocks of a declaration name one environment.
fn share_environment(db: &dyn Db, decl: DeclId, a: u32, b: u32) -> bool {
    let blocks = in_blocks(db, decl);
    let of = |index: u32| {
        let paths = blocks.get(index as usize).map(|block| &block.environments);
        paths
            .into_iter()
            .flatten()
            .filter_map(|path| environments::resolve(db, decl, path))
    };
    of(a).any(|environment| of(b).any(|other| other == environment))
}

fn in_blocks(db: &dyn Db, decl: DeclId) -> &[InBlock] {
    match &hir::body(db, decl).kind {
        BodyKind::Fact(fact) => &fact.in_blocks,
        BodyKind::Service(service) => &service.in_blocks,
        _ => &[],
    }
}

/// The `in` blocks of a declaration that concern an environment: index and rank, lowest first.
#[salsa::tracked]
pub fn blocks_for(db: &dyn Db, decl: DeclId, environment: DeclId) -> Vec<(u32, u16)> {
    let blocks = in_blocks(db, decl);
    if blocks.is_empty() {
        return Vec::new();
    }
    let chain = environments::like_chain(db, environment);
    let mut found: Vec<(u32, u16)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| {
            super::scope_of(db, decl, &block.environments, &chain)
                .map(|scope| (index as u32, scope))
        })
        .collect();
    found.sort_by_key(|(_, scope)| *scope);
    found
}

/// The fields of an edge to a capability.
pub fn edge_fields(db: &dyn Db, capability: DeclId) -> &[FieldType] {
    &signature(db, capability).edge
}

/// What the block of an emitted capability sets of its inputs.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Composition {
    /// The settings, in order.
    pub settings: Vec<Setting>,
    /// Paths set twice.
    pub problems: Vec<Problem>,
}

/// The settings of an emission of a capability: the how-manyth of which declaration.
#[salsa::tracked]
pub fn composition(db: &dyn Db, decl: DeclId, index: u32, capability: DeclId) -> Composition {
    let emit = match &hir::body(db, decl).kind {
        BodyKind::Capability(capability) => capability.members.emits.get(index as usize),
        BodyKind::Implementation(implementation) => {
            implementation.members.emits.get(index as usize)
        }
        BodyKind::Service(service) => service.emits.get(index as usize).map(|extra| &extra.emit),
        _ => None,
    };
    let Some(emit) = emit else {
        return Composition::default();
    };
    let layout = layout(db, crate::items::ItemKind::Service, Some(capability));
    let rank = Rank {
        layer: Layer::Own,
        nearness: 0,
        scope: 0,
    };
    let (settings, mut problems) = collect(db, layout, decl, rank, &emit.entries, &|_| false);
    collisions(layout, &settings, &codes::SET_TWICE, &mut problems);
    Composition { settings, problems }
}
