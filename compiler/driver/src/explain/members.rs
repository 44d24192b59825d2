//! What a path of values may name at each of its steps, for paths that lead nowhere.

use plat_semantics::db::{Db, DeclId, Name};
use plat_semantics::infer::{declared_capability, edge_signatures};
use plat_semantics::items::ItemKind;
use plat_semantics::program::{Layout, PlaceId, layout, signature};
use plat_semantics::scope::distance::nearest;
use plat_semantics::ty::{Type, TypeKind};

/// Where a path stands while it is followed.
enum At<'db> {
    /// At an instance with these places and this capability.
    Instance(&'db Layout, Option<DeclId>),
    /// At a place of one.
    Place(&'db Layout, PlaceId),
    /// At a value of this type.
    Value(&'db Type),
    /// At a value of which no type says what it holds.
    Open,
}

/// Why a path leads nowhere.
pub(super) struct Unknown {
    /// The path with its first unknown step replaced by the nearest member there, if one is near.
    pub(super) nearest: Option<String>,
}

/// Whether a path leads nowhere, whatever the values are.
pub(super) fn unknown(db: &dyn Db, decl: DeclId, path: &[&str]) -> Option<Unknown> {
    let capability = declared_capability(db, decl);
    let mut at = At::Instance(layout(db, decl.kind(db), capability), capability);
    let mut owner = Some(decl);
    for (index, name) in path.iter().enumerate() {
        if let Some(next) = step(db, owner, &at, name) {
            owner = None;
            at = next;
            continue;
        }
        let known = members(db, owner, &at);
        let near = nearest(name, known.iter().map(Name::as_str));
        return Some(Unknown {
            nearest: near.map(|near| {
                [&path[..index], &[near], &path[index + 1..]]
                    .concat()
                    .join(".")
            }),
        });
    }
    None
}

/// Follows one name. The declaration's own edges lead on only from the declaration itself.
fn step<'db>(db: &'db dyn Db, owner: Option<DeclId>, at: &At<'db>, name: &str) -> Option<At<'db>> {
    match at {
        At::Instance(layout, capability) => {
            let owned = owner.into_iter().flat_map(|decl| edge_signatures(db, decl));
            let owned = owned
                .filter(|edge| edge.owned && edge.alias == name)
                .find_map(|edge| edge.capability);
            if let Some(owned) = owned {
                let inputs = plat_semantics::program::layout(db, ItemKind::Service, Some(owned));
                return Some(At::Instance(inputs, Some(owned)));
            }
            if let Some(place) = layout.root(name) {
                return Some(At::Place(layout, place));
            }
            let output = signature(db, (*capability)?).output(name)?;
            Some(output.ty.as_ref().map_or(At::Open, At::Value))
        }
        At::Place(layout, place) => match layout.child(*place, name) {
            Some(child) => Some(At::Place(layout, child)),
            None => field(&layout.place(*place).field.ty, name),
        },
        At::Value(ty) => field(ty, name),
        At::Open => Some(At::Open),
    }
}

fn field<'db>(ty: &'db Type, name: &str) -> Option<At<'db>> {
    match &ty.unwrapped().kind {
        TypeKind::Record(record) => record.field(name).map(|field| At::Value(&field.ty)),
        TypeKind::Map(value) | TypeKind::List(value) => Some(At::Value(value)),
        TypeKind::Enum(_) | TypeKind::Schema(_) => Some(At::Open),
        _ => None,
    }
}

fn members(db: &dyn Db, owner: Option<DeclId>, at: &At<'_>) -> Vec<Name> {
    let fields = |ty: &Type| match &ty.unwrapped().kind {
        TypeKind::Record(record) => record.fields.iter().map(|f| f.name.clone()).collect(),
        _ => Vec::new(),
    };
    match at {
        At::Instance(layout, capability) => {
            let owned = owner.into_iter().flat_map(|decl| edge_signatures(db, decl));
            let outputs = capability.map(|capability| &signature(db, capability).outputs);
            owned
                .filter(|edge| edge.owned)
                .map(|edge| edge.alias.clone())
                .chain(layout.root_names().map(|(name, _)| name.clone()))
                .chain(
                    outputs
                        .into_iter()
                        .flatten()
                        .map(|output| output.name.clone()),
                )
                .collect()
        }
        At::Place(layout, place) => {
            let place = layout.place(*place);
            if place.children.is_empty() {
                return fields(&place.field.ty);
            }
            let children = place.children.iter();
            children
                .map(|child| layout.place(*child).field.name.clone())
                .collect()
        }
        At::Value(ty) => fields(ty),
        At::Open => Vec::new(),
    }
}
