//! What a capability promises, contracts merged in: inputs, outputs, requirements, fields of the edges that lead to it.

use plat_diagnostics::codes;
use plat_model::quantity::Rational;
use smol_str::SmolStr;

use crate::db::{Db, DeclId, Name};
use crate::hir::{self, BodyKind, Expr, ExprId, Members, NodeId};
use crate::names;
use crate::problem::{Anchor, Problem};
use crate::ty::{FieldType, Type, TypeKind, TypeLowering, fits};

/// A capability's contract with its consumers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What it `is`, nearest first, with the number of steps; without itself.
    pub contracts: Vec<(DeclId, u32)>,
    /// Inputs: those of the farthest contract first, its own last.
    pub inputs: Vec<InputSig>,
    /// Outputs, likewise.
    pub outputs: Vec<OutputSig>,
    /// Fields of the edges that lead to it.
    pub edge: Vec<FieldType>,
    /// Requirements: whose, and which.
    pub requires: Vec<(DeclId, usize)>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSig {
    /// Name, type and documentation; the default is in `defaults`.
    pub field: FieldType,
    /// Defaults, from the farthest contract to the capability itself: the last one wins.
    pub defaults: Vec<(DeclId, ExprId)>,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSig {
    /// The name.
    pub name: Name,
    /// The declared type; without one, that of the expression.
    pub ty: Option<Type>,
    /// The value; a contract may leave it to implementations.
    pub value: Option<(DeclId, ExprId)>,
    /// Where it is declared.
    pub declared: (DeclId, NodeId),
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

impl Signature {
    fn empty() -> Self {
        Self {
            contracts: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            edge: Vec::new(),
            requires: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The input of that name.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&InputSig> {
        self.inputs.iter().find(|input| input.field.name == name)
    }

    /// The output of that name.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<&OutputSig> {
        self.outputs.iter().find(|output| output.name == name)
    }
}

/// Whether capability `a` is `b`, by itself or by a contract.
pub fn capability_is(db: &dyn Db, a: DeclId, b: DeclId) -> bool {
    a == b
        || signature(db, a)
            .contracts
            .iter()
            .any(|(contract, _)| *contract == b)
}

/// The contract that an implementation implements, or the capability itself.
pub fn contract_signature(db: &dyn Db, decl: DeclId) -> Option<DeclId> {
    match &hir::body(db, decl).kind {
        BodyKind::Capability(_) => Some(decl),
        BodyKind::Implementation(implementation) => {
            names::capability(db, decl, &implementation.of).ok()
        }
        _ => None,
    }
}

/// The signature of a capability. An `is` that leads back to itself is reported and cut.
#[salsa::tracked(cycle_result = ring)]
pub fn signature(db: &dyn Db, decl: DeclId) -> Signature {
    let BodyKind::Capability(capability) = &hir::body(db, decl).kind else {
        return Signature::empty();
    };
    let mut merged = Signature::empty();
    for path in &capability.is {
        match names::capability(db, decl, path) {
            Ok(contract) => take_over(db, decl, path.node, contract, &mut merged),
            Err(failure) => merged.problems.extend(failure.map(|problem| *problem)),
        }
    }
    merged.contracts.sort_by_key(|(_, distance)| *distance);
    own_members(db, decl, &capability.members, &mut merged);
    merged
}

fn ring(db: &dyn Db, _id: salsa::Id, decl: DeclId) -> Signature {
    Signature {
        problems: contract_ring(db, decl).into_iter().collect(),
        ..Signature::empty()
    }
}

/// The ring of `is` through a capability, reported at the one whose name comes first.
fn contract_ring(db: &dyn Db, decl: DeclId) -> Option<Problem> {
    let ring = super::ring_through(decl, |at| match &hir::body(db, at).kind {
        BodyKind::Capability(capability) => {
            let paths = capability.is.iter();
            paths
                .filter_map(|path| names::capability(db, at, path).ok())
                .collect()
        }
        _ => Vec::new(),
    })?;
    if ring.iter().any(|other| other.name(db) < decl.name(db)) {
        return None;
    }
    let problem = Problem::new(
        &codes::CONTRACT_RING,
        format!("capability `{}` is itself", decl.name(db)),
    )
    .at(Anchor::name(decl), "following its `is` leads back here");
    let problem = ring[1..].iter().fold(problem, |problem, step| {
        problem.also(Anchor::name(*step), "on the way")
    });
    Some(
        problem
            .note(format!("the ring: {}", super::drawn(db, &ring)))
            .help("remove one `is` of the ring; move what they share into a contract of its own"),
    )
}

/// Adds what a contract has: inputs, outputs, requirements, edge fields.
fn take_over(db: &dyn Db, decl: DeclId, node: NodeId, contract: DeclId, merged: &mut Signature) {
    let from = signature(db, contract);
    for (ancestor, distance) in [(contract, 0)]
        .into_iter()
        .chain(from.contracts.iter().copied())
    {
        match merged
            .contracts
            .iter_mut()
            .find(|(known, _)| *known == ancestor)
        {
            Some((_, known)) => *known = (*known).min(distance + 1),
            None => merged.contracts.push((ancestor, distance + 1)),
        }
    }
    for input in &from.inputs {
        match merged
            .inputs
            .iter_mut()
            .find(|known| known.field.name == input.field.name)
        {
            None => merged.inputs.push(input.clone()),
            Some(known) if known == input => {}
            Some(known) if known.field.ty != input.field.ty => merged.problems.push(
                Problem::new(
                    &codes::CONTRACT_DEFAULTS_TIE,
                    format!(
                        "two contracts give input `{}` different types",
                        input.field.name
                    ),
                )
                .at_node(decl, node, "this contract disagrees with an earlier one")
                .help(format!(
                    "declare `input {}` here to say which it is",
                    input.field.name
                )),
            ),
            Some(known) => {
                // Equally near and different: the capability has to restate, which `own_members` checks.
                known.defaults.extend(
                    input
                        .defaults
                        .iter()
                        .copied()
                        .filter(|d| !known.defaults.contains(d))
                        .collect::<Vec<_>>(),
                );
            }
        }
    }
    for output in &from.outputs {
        if merged.output(&output.name).is_none() {
            merged.outputs.push(output.clone());
        }
    }
    for field in &from.edge {
        if !merged.edge.iter().any(|known| known.name == field.name) {
            merged.edge.push(field.clone());
        }
    }
    for require in &from.requires {
        if !merged.requires.contains(require) {
            merged.requires.push(*require);
        }
    }
}

/// Adds, narrows or restates with the capability's own members.
fn own_members(db: &dyn Db, decl: DeclId, members: &Members, merged: &mut Signature) {
    let mut lowering = TypeLowering::new(db, decl);
    let ties: Vec<Name> = merged
        .inputs
        .iter()
        .filter(|input| tied(db, input, &merged.contracts))
        .map(|input| input.field.name.clone())
        .collect();
    for name in ties.iter().filter(|name| {
        !members
            .inputs
            .iter()
            .any(|own| own.name == **name && own.default.is_some())
    }) {
        merged.problems.push(
            Problem::new(
                &codes::CONTRACT_DEFAULTS_TIE,
                format!("two contracts, equally near, set different defaults for `{name}`"),
            )
            .at(Anchor::name(decl), "which one holds here?")
            .help(format!("restate it: `input {name}: … = …`")),
        );
    }
    for field in lowering.fields(&members.inputs) {
        match merged
            .inputs
            .iter_mut()
            .find(|known| known.field.name == field.name)
        {
            Some(known) => {
                let (decl, node) = field.declared.unwrap_or((decl, NodeId::NAME));
                if !narrows(db, &field.ty, &known.field.ty) {
                    let contract = known.field.ty.text(db);
                    merged.problems.push(
                        Problem::new(
                            &codes::WIDENED_INPUT,
                            format!("`{}` is restated as `{}`, which the contract does not allow", field.name, field.ty.text(db)),
                        )
                        .at_node(decl, node, format!("the contract says `{contract}`"))
                        .help("a restated input may narrow its type or set a default; whoever relies on the contract must still be right"),
                    );
                }
                if field.default.is_none() {
                    merged
                        .problems
                        .extend(inherited_misfit(db, (decl, node), &field, known));
                }
                known.defaults.extend(field.default);
                known.field = FieldType {
                    doc: field.doc.clone().or_else(|| known.field.doc.clone()),
                    ..field
                };
            }
            None => {
                let defaults = field.default.into_iter().collect();
                merged.inputs.push(InputSig { field, defaults });
            }
        }
    }
    for output in &members.outputs {
        let ty = output.ty.map(|ty| lowering.lower(ty));
        let own = OutputSig {
            name: output.name.clone(),
            ty,
            value: output.value.map(|value| (decl, value)),
            declared: (decl, output.node),
            doc: output.doc.clone(),
        };
        match merged
            .outputs
            .iter_mut()
            .find(|known| known.name == own.name)
        {
            Some(known) => {
                if let (Some(new), Some(old)) = (&own.ty, &known.ty)
                    && fits(db, new, old).is_err()
                {
                    merged.problems.push(
                        Problem::new(
                            &codes::TYPE_MISMATCH,
                            format!(
                                "output `{}` is `{}`, and the contract promises `{}`",
                                own.name,
                                new.text(db),
                                old.text(db)
                            ),
                        )
                        .at_node(decl, output.node, "does not keep the promise")
                        .also_node(
                            known.declared.0,
                            known.declared.1,
                            "promised here",
                        ),
                    );
                }
                let ty = own.ty.clone().or_else(|| known.ty.clone());
                let value = own.value.or(known.value);
                *known = OutputSig {
                    ty,
                    value,
                    doc: own.doc.clone().or_else(|| known.doc.clone()),
                    ..own
                };
            }
            None => merged.outputs.push(own),
        }
    }
    for field in lowering.fields(&members.edge) {
        match merged
            .edge
            .iter_mut()
            .find(|known| known.name == field.name)
        {
            Some(known) => *known = field,
            None => merged.edge.push(field),
        }
    }
    merged
        .requires
        .extend((0..members.requires.len()).map(|index| (decl, index)));
    merged.problems.append(&mut lowering.problems);
}

/// A constant that a contract gives an input, and that the capability's narrower type does not allow.
fn inherited_misfit(
    db: &dyn Db,
    at: (DeclId, NodeId),
    narrowed: &FieldType,
    known: &InputSig,
) -> Option<Problem> {
    let (decl, expr) = *known.defaults.last()?;
    let body = hir::body(db, decl);
    let TypeKind::Bounded(bounds) = &narrowed.ty.unwrapped().kind else {
        return None;
    };
    let value = match &body.exprs[expr.0 as usize] {
        Expr::Int(value) => Rational::whole(*value),
        Expr::Ratio(value) => *value,
        Expr::Quantity(value) => value.value(),
        _ => return None,
    };
    if bounds.low <= value && value <= bounds.high {
        return None;
    }
    let ty = narrowed.ty.text(db);
    Some(
        Problem::new(
            &codes::OUT_OF_RANGE,
            format!("the default of `{}` is not in `{ty}`", narrowed.name),
        )
        .at_node(at.0, at.1, "narrowed here")
        .also_node(
            decl,
            body.expr_nodes[expr.0 as usize],
            "the contract's default",
        )
        .help(format!(
            "give it a default of its own: `input {}: {ty} = …`",
            narrowed.name
        )),
    )
}

/// Whether two different defaults of one input come from contracts that are equally near.
fn tied(db: &dyn Db, input: &InputSig, contracts: &[(DeclId, u32)]) -> bool {
    let distance = |decl: DeclId| {
        contracts
            .iter()
            .find(|(contract, _)| *contract == decl)
            .map_or(0, |(_, d)| *d)
    };
    let nearest = input.defaults.iter().map(|(decl, _)| distance(*decl)).min();
    let mut nearest = input
        .defaults
        .iter()
        .filter(|(decl, _)| Some(distance(*decl)) == nearest);
    let Some(first) = nearest.next() else {
        return false;
    };
    nearest.any(|other| !equal_constants(db, *first, *other))
}

/// Whether two defaults are the same constant, wherever they stand.
fn equal_constants(db: &dyn Db, a: (DeclId, ExprId), b: (DeclId, ExprId)) -> bool {
    let expr = |(decl, id): (DeclId, ExprId)| &hir::body(db, decl).exprs[id.0 as usize];
    let (a, b) = (expr(a), expr(b));
    let constant = match a {
        Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Date(_)
        | Expr::Quantity(_)
        | Expr::Ratio(_)
        | Expr::Str(_)
        | Expr::None => true,
        Expr::List(elements) => elements.is_empty(),
        Expr::Record(entries) => entries.is_empty(),
        _ => false,
    };
    constant && a == b
}

/// Whether every value of `new` is one of `old`: the same type, or a narrower refinement of it.
fn narrows(db: &dyn Db, new: &Type, old: &Type) -> bool {
    match (&new.kind, &old.kind) {
        (TypeKind::Error, _) | (_, TypeKind::Error) => true,
        (TypeKind::Bounded(a), TypeKind::Bounded(b)) => {
            let within = |x: Rational| b.low <= x && x <= b.high;
            a.base == b.base && within(a.low) && within(a.high)
        }
        (TypeKind::Bounded(a), _) => a.base.kind == old.kind,
        (_, TypeKind::Optional(b)) => narrows(db, new.unwrapped(), b),
        (TypeKind::Optional(_), _) | (_, TypeKind::Bounded(_)) => false,
        (_, TypeKind::Text(_) | TypeKind::Matching(_)) => new.kind == old.kind,
        _ => fits(db, new, old).is_ok(),
    }
}
