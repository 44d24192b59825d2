//! Settings: every assignment of every layer, normalised to places, and the lower two layers prepared once per capability and
//! environment.
//!
//! The value of a place is decided by its settings in order of [`Rank`]: the highest one that sets it or a place around it,
//! with the higher ones below it on top (S1, S2).

use plat_diagnostics::codes;

use super::collisions::collisions;
use super::deciders::{self, Decider};
use super::layouts::{Layout, PlaceId, PlaceKind, layout};
use super::{capability_is, signature};
use crate::db::{Db, DeclId, Name, Project};
use crate::environments;
use crate::hir::{self, BodyKind, Entry, EntryOp, Expr, ExprId, NodeId, Segment, SegmentKind};
use crate::items::ItemKind;
use crate::names;
use crate::problem::Problem;

/// Which layer of the five set a value, and with what rank within it. Greater beats smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rank {
    /// The layer.
    pub layer: Layer,
    /// Within the layer: a nearer contract beats a farther one, the capability beats its contracts.
    pub nearness: u16,
    /// Within that: `in` beats everywhere, and for `b like a`, `in b` beats `in a`.
    pub scope: u16,
}

/// The five layers of a value, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// The default of a type, contract or capability.
    Default,
    /// `defaults for …`.
    Defaults,
    /// The declaration's own.
    Own,
    /// The declaration's `in e { … }`.
    In,
    /// A patch of an emitted object.
    Patch,
}

impl Layer {
    /// The layer's number, from 1.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// One assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its rank.
    pub rank: Rank,
    /// The place, or the place around it when `rest` goes on.
    pub place: PlaceId,
    /// The path below the place: keys of a map, fields of a value.
    pub rest: Vec<Segment>,
    /// What it does.
    pub op: SettingOp,
    /// `when c`: all of these must hold.
    pub guards: Vec<ExprId>,
    /// The declaration that holds the expressions.
    pub decl: DeclId,
    /// Where the path stands.
    pub node: NodeId,
    /// The setting of the same place before this one, counted from 1; 0 for none.
    pub previous: u32,
}

impl Setting {
    /// Whether it is the default of a type, as opposed to that of a contract or capability.
    #[must_use]
    pub fn is_type_default(&self) -> bool {
        self.rank.layer == Layer::Default && self.rank.nearness == 0
    }
}

/// What a setting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingOp {
    /// Sets the value.
    Set(ExprId),
    /// Appends to the list that lower settings give.
    Append(ExprId),
    /// Goes into the place without setting anything below it: makes an optional record present.
    Enter,
    /// Drops what lower settings said of the record's fields; the fields follow as settings of their own.
    Reset,
    /// Takes over the fields of a record, yielding to the settings after it.
    Spread(ExprId),
}

/// The lower two layers of an instance, ready to be copied.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Base {
    /// Layers 1 and 2, in order of rank.
    pub settings: Vec<Setting>,
    /// Per place: its last setting, counted from 1; 0 for none.
    pub heads: Vec<u32>,
    /// Per place: the last setting that is not a mere default of a type, of the place or of one below it, counted from 1.
    pub touched: Vec<u32>,
    /// Per place: what decides its value as long as nothing above these layers speaks of it or of a place around it.
    pub deciders: Vec<Decider>,
    /// How many of the settings are layer 1.
    pub layer_one: usize,
    /// What is wrong with these layers.
    pub problems: Vec<Problem>,
}

/// The defaults of the fields of edges that lead to a capability.
#[salsa::tracked]
pub fn edge_base(db: &dyn Db, capability: DeclId) -> Base {
    let layout = super::edge_layout(db, capability);
    let mut base = Base {
        heads: vec![0; layout.places.len()],
        touched: vec![0; layout.places.len()],
        ..Base::default()
    };
    let mut collector = Collector::new(db, layout);
    type_defaults(db, layout, &mut collector);
    base.settings = collector.settings;
    base.layer_one = base.settings.len();
    base.settings.sort_by_key(|setting| setting.place);
    for index in 0..base.settings.len() {
        link(
            layout,
            &mut base.settings,
            0,
            index,
            &mut base.heads,
            &mut base.touched,
            false,
        );
    }
    base.deciders = deciders::deciders(db, layout, &base.settings, &base.heads);
    base
}

/// The defaults that fields have by their types; those of inputs belong to contracts and capabilities.
fn type_defaults(db: &dyn Db, layout: &Layout, collector: &mut Collector<'_>) {
    for (index, place) in layout.places.iter().enumerate() {
        let rank = Rank {
            layer: Layer::Default,
            nearness: 0,
            scope: 0,
        };
        let own_default = place.parent.is_some() || !place.input;
        if let (true, Some((decl, expr))) = (own_default, place.field.default) {
            let node = hir::body(db, decl).expr_nodes[expr.0 as usize];
            collector.set(
                decl,
                rank,
                PlaceId(index as u32),
                &[],
                expr,
                &mut Vec::new(),
                node,
            );
        }
    }
}

/// Layers 1 and 2 of a kind of fact with a capability in an environment. `None` for the environment stands for what holds
/// everywhere.
#[salsa::tracked]
pub fn base(
    db: &dyn Db,
    kind: ItemKind,
    capability: Option<DeclId>,
    environment: Option<DeclId>,
) -> Base {
    let layout = layout(db, kind, capability);
    let mut base = Base {
        heads: vec![0; layout.places.len()],
        touched: vec![0; layout.places.len()],
        ..Base::default()
    };
    let mut collector = Collector::new(db, layout);
    type_defaults(db, layout, &mut collector);
    let type_defaults = collector.settings.len();
    if let Some(capability) = capability {
        for input in &signature(db, capability).inputs {
            let Some(id) = layout.root(&input.field.name) else {
                continue;
            };
            for (nearness, (decl, expr)) in input.defaults.iter().enumerate() {
                let rank = Rank {
                    layer: Layer::Default,
                    nearness: nearness as u16 + 1,
                    scope: 0,
                };
                collector.set(
                    *decl,
                    rank,
                    id,
                    &[],
                    *expr,
                    &mut Vec::new(),
                    hir::body(db, *decl).expr_nodes[expr.0 as usize],
                );
            }
        }
    }
    base.layer_one = collector.settings.len();
    layer_two(db, capability, environment, &mut collector);
    let defaults = collector.settings.split_off(base.layer_one);
    base.problems = std::mem::take(&mut collector.problems);
    collisions(layout, &defaults, &codes::DEFAULTS_TIE, &mut base.problems);
    base.settings = collector.settings;
    base.settings.extend(defaults);
    // A stable sort: settings of one rank keep the order in which they stand.
    let (types, rest) = base.settings.split_at_mut(type_defaults);
    types.sort_by_key(|setting| setting.place);
    rest.sort_by_key(|setting| setting.rank);
    for index in 0..base.settings.len() {
        link(
            layout,
            &mut base.settings,
            0,
            index,
            &mut base.heads,
            &mut base.touched,
            index >= type_defaults,
        );
    }
    base.deciders = deciders::deciders(db, layout, &base.settings, &base.heads);
    base
}

/// Whether the lower two layers are the same in two environments.
#[salsa::tracked(returns(copy))]
pub fn same_base(
    db: &dyn Db,
    kind: ItemKind,
    capability: Option<DeclId>,
    environment: DeclId,
    other: DeclId,
) -> bool {
    base(db, kind, capability, Some(environment)) == base(db, kind, capability, Some(other))
}

/// Links one setting into the chain of its place. `offset` is added to make indices of a list that follows another.
pub fn link(
    layout: &Layout,
    settings: &mut [Setting],
    offset: usize,
    index: usize,
    heads: &mut [u32],
    touched: &mut [u32],
    counts: bool,
) {
    let setting = &mut settings[index];
    let number = (offset + index + 1) as u32;
    let place = setting.place.0 as usize;
    setting.previous = std::mem::replace(&mut heads[place], number);
    let mut at = counts.then_some(setting.place);
    while let Some(id) = at {
        touched[id.0 as usize] = number;
        at = layout.place(id).parent;
    }
}

/// The `defaults for` that apply: to the capability, to a contract that it is, or to the kind of fact.
fn layer_two(
    db: &dyn Db,
    capability: Option<DeclId>,
    environment: Option<DeclId>,
    collector: &mut Collector<'_>,
) {
    let chain = environment
        .map(|environment| environments::like_chain(db, environment))
        .unwrap_or_default();
    for &decl in Project::get(db).defaults(db) {
        let BodyKind::Defaults(defaults) = &hir::body(db, decl).kind else {
            continue;
        };
        let Ok(target) = names::capability(db, decl, &defaults.target) else {
            continue;
        };
        let Some(capability) = capability else {
            continue;
        };
        if !capability_is(db, capability, target) {
            continue;
        }
        let contracts = &signature(db, capability).contracts;
        let distance = contracts
            .iter()
            .find(|(contract, _)| *contract == target)
            .map_or(0, |(_, d)| *d);
        let Some(scope) = scope_of(db, decl, &defaults.environments, &chain) else {
            continue;
        };
        let rank = Rank {
            layer: Layer::Defaults,
            nearness: u16::MAX - distance as u16,
            scope,
        };
        collector.entries(decl, rank, None, &defaults.entries, &mut Vec::new());
    }
}

/// The rank of a block for environments within an environment: 0 for everywhere, the place in the `like` chain counted from 1, or
/// `None` when the block does not concern it.
pub fn scope_of(
    db: &dyn Db,
    decl: DeclId,
    environments: &[hir::Path],
    chain: &[DeclId],
) -> Option<u16> {
    if environments.is_empty() {
        return Some(0);
    }
    environments
        .iter()
        .filter_map(|path| environments::resolve(db, decl, path))
        .filter_map(|wanted| chain.iter().position(|known| *known == wanted))
        .max()
        .map(|position| position as u16 + 1)
}

/// Turns entries into settings.
pub struct Collector<'db> {
    db: &'db dyn Db,
    layout: &'db Layout,
    /// What was collected, in order.
    pub settings: Vec<Setting>,
    /// Paths that lead nowhere are reported by the checker; here only what concerns layers.
    pub problems: Vec<Problem>,
}

/// Collects the entries of one layer of a declaration.
pub fn collect(
    db: &dyn Db,
    layout: &Layout,
    decl: DeclId,
    rank: Rank,
    entries: &[Entry],
    skip: &dyn Fn(&str) -> bool,
) -> (Vec<Setting>, Vec<Problem>) {
    let mut collector = Collector {
        db,
        layout,
        settings: Vec::new(),
        problems: Vec::new(),
    };
    for entry in entries {
        let aliased = matches!(entry.path.first().map(|s| &s.kind), Some(SegmentKind::Name(name)) if skip(name));
        if !aliased {
            collector.entries(
                decl,
                rank,
                None,
                std::slice::from_ref(entry),
                &mut Vec::new(),
            );
        }
    }
    let Collector {
        settings, problems, ..
    } = collector;
    (settings, problems)
}

impl<'db> Collector<'db> {
    fn new(db: &'db dyn Db, layout: &'db Layout) -> Self {
        Self {
            db,
            layout,
            settings: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn entries(
        &mut self,
        decl: DeclId,
        rank: Rank,
        at: Option<PlaceId>,
        entries: &[Entry],
        guards: &mut Vec<ExprId>,
    ) {
        for entry in entries {
            let depth = guards.len();
            guards.extend(entry.guard);
            match (self.descend(at, &entry.path), &entry.op) {
                (Some((place, used)), _) => {
                    self.apply(decl, rank, place, &entry.path[used..], entry, guards);
                }
                // What stands below an edge's name goes into the edge's own places.
                (None, EntryOp::Into(inner)) if entry.path.is_empty() => {
                    self.entries(decl, rank, at, inner, guards);
                }
                (None, _) => {}
            }
            guards.truncate(depth);
        }
    }

    fn apply(
        &mut self,
        decl: DeclId,
        rank: Rank,
        place: PlaceId,
        rest: &[Segment],
        entry: &Entry,
        guards: &mut Vec<ExprId>,
    ) {
        match &entry.op {
            EntryOp::Set(expr) => self.set(decl, rank, place, rest, *expr, guards, entry.node),
            EntryOp::Append(expr) => self.push(
                decl,
                rank,
                place,
                rest,
                SettingOp::Append(*expr),
                guards,
                entry.node,
            ),
            EntryOp::Spread(expr) => self.push(
                decl,
                rank,
                place,
                rest,
                SettingOp::Spread(*expr),
                guards,
                entry.node,
            ),
            EntryOp::Into(entries) if rest.is_empty() && self.is_record(place) => {
                self.push(decl, rank, place, &[], SettingOp::Enter, guards, entry.node);
                self.entries(decl, rank, Some(place), entries, guards);
            }
            EntryOp::Into(entries) => {
                self.push(
                    decl,
                    rank,
                    place,
                    rest,
                    SettingOp::Enter,
                    guards,
                    entry.node,
                );
                for inner in entries {
                    let mut path = rest.to_vec();
                    path.extend(inner.path.iter().cloned());
                    let depth = guards.len();
                    guards.extend(inner.guard);
                    self.apply(decl, rank, place, &path, inner, guards);
                    guards.truncate(depth);
                }
            }
        }
    }

    /// `=`: a record literal resets the record and sets its fields one by one, so that they can be read one by one.
    #[allow(
        clippy::too_many_arguments,
        reason = "the pieces of one setting, forwarded"
    )]
    fn set(
        &mut self,
        decl: DeclId,
        rank: Rank,
        place: PlaceId,
        rest: &[Segment],
        expr: ExprId,
        guards: &mut Vec<ExprId>,
        node: NodeId,
    ) {
        if rest.is_empty()
            && self.is_record(place)
            && let Expr::Record(entries) = &hir::body(self.db, decl).exprs[expr.0 as usize]
        {
            self.push(decl, rank, place, &[], SettingOp::Reset, guards, node);
            self.entries(decl, rank, Some(place), entries, guards);
        } else {
            self.push(decl, rank, place, rest, SettingOp::Set(expr), guards, node);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the pieces of one setting")]
    fn push(
        &mut self,
        decl: DeclId,
        rank: Rank,
        place: PlaceId,
        rest: &[Segment],
        op: SettingOp,
        guards: &[ExprId],
        node: NodeId,
    ) {
        self.settings.push(Setting {
            rank,
            place,
            rest: rest.to_vec(),
            op,
            guards: guards.to_vec(),
            decl,
            node,
            previous: 0,
        });
    }

    fn is_record(&self, place: PlaceId) -> bool {
        self.layout.place(place).kind != PlaceKind::Leaf
    }

    /// The deepest place on a path, and how many of its segments that took. A spread at the top has no place.
    fn descend(&self, from: Option<PlaceId>, path: &[Segment]) -> Option<(PlaceId, usize)> {
        let mut at = from;
        let mut used = 0;
        for segment in path {
            let SegmentKind::Name(name) = &segment.kind else {
                break;
            };
            let next = match at {
                None => Some(self.layout.root(name)?),
                Some(place) => self.layout.child(place, name),
            };
            let Some(next) = next else { break };
            at = Some(next);
            used += 1;
        }
        at.map(|place| (place, used))
    }
}

/// The names of a path, for messages.
#[must_use]
pub fn segment_names(path: &[Segment]) -> Vec<Name> {
    path.iter()
        .map(|segment| match &segment.kind {
            SegmentKind::Name(name) => name.clone(),
            SegmentKind::Computed(_) | SegmentKind::Index(_) => Name::new_static("[…]"),
        })
        .collect()
}
