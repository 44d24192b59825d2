//! The layout of what can be set: a tree of places, one per path that a layer may speak of.
//!
//! Records are spread into their fields, so that `scale.min` is a place of its own: it can be set, read and explained without the
//! rest of `scale`, and two of its siblings may refer to each other without a ring. Maps, lists and enums are atomic to the layout;
//! what happens below them is decided by their values.

use rustc_hash::FxHashMap;

use super::facts::FactSchema;
use super::{fact_schema, signature};
use crate::db::{Db, DeclId, Name};
use crate::items::ItemKind;
use crate::ty::{FieldType, Type, TypeKind};

/// Records nested deeper than this are treated as one value, which bounds the layout of types that would double at each step.
const MAX_DEPTH: u32 = 6;
/// Beyond so many places, records are treated as one value too.
const MAX_PLACES: usize = 4_000;

/// A place in a [`Layout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub u32);

/// All places of an instance or fact.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Layout {
    /// Parents come before children.
    pub places: Vec<Place>,
    roots: FxHashMap<Name, PlaceId>,
}

/// Something that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The field: name, type, default, documentation.
    pub field: FieldType,
    /// The record it belongs to.
    pub parent: Option<PlaceId>,
    /// Its fields, if it is a record.
    pub children: Vec<PlaceId>,
    /// How its value comes about.
    pub kind: PlaceKind,
    /// Whether it is an input of the capability, as opposed to a fact.
    pub input: bool,
    /// Whether its name means an output of the capability.
    pub hidden: bool,
}

/// How the value of a place comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// From its settings.
    Leaf,
    /// From its fields.
    Record,
    /// From its fields, if anything sets it or one of them.
    OptionalRecord,
}

impl Layout {
    /// The place of a fact or input.
    #[must_use]
    pub fn root(&self, name: &str) -> Option<PlaceId> {
        self.roots.get(name).copied()
    }

    /// The names of facts and inputs, in the order of their declarations.
    pub fn root_names(&self) -> impl Iterator<Item = (&Name, PlaceId)> {
        self.places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.parent.is_none())
            .map(|(index, place)| (&place.field.name, PlaceId(index as u32)))
    }

    /// The place.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// The field of a place.
    #[must_use]
    pub fn child(&self, id: PlaceId, name: &str) -> Option<PlaceId> {
        self.place(id)
            .children
            .iter()
            .copied()
            .find(|child| self.place(*child).field.name == name)
    }

    /// A place and the records that it stands in, innermost first.
    pub fn outwards(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(Some(id), |at| self.place(*at).parent)
    }

    /// The path with dots.
    #[must_use]
    pub fn path(&self, id: PlaceId) -> String {
        let place = self.place(id);
        match place.parent {
            Some(parent) => format!("{}.{}", self.path(parent), place.field.name),
            None => place.field.name.to_string(),
        }
    }

    /// A layout of these fields alone.
    #[must_use]
    pub fn of_fields(fields: &[FieldType]) -> Self {
        let mut layout = Self::default();
        for field in fields {
            layout.add_root(field.clone(), false);
        }
        layout
    }

    fn add(
        &mut self,
        field: FieldType,
        parent: Option<PlaceId>,
        input: bool,
        depth: u32,
    ) -> PlaceId {
        let id = PlaceId(self.places.len() as u32);
        let record = |ty: &Type| match (&ty.kind, ty.is_known()) {
            (TypeKind::Record(record), true)
                if depth < MAX_DEPTH && self.places.len() < MAX_PLACES =>
            {
                Some(record.clone())
            }
            _ => None,
        };
        let (kind, fields) = match (&field.ty.kind, record(field.ty.unwrapped())) {
            (TypeKind::Optional(_), Some(record)) => (PlaceKind::OptionalRecord, Some(record)),
            (_, Some(record)) => (PlaceKind::Record, Some(record)),
            _ => (PlaceKind::Leaf, None),
        };
        self.places.push(Place {
            field,
            parent,
            children: Vec::new(),
            kind,
            input,
            hidden: false,
        });
        if let Some(record) = fields {
            let children = record
                .fields
                .iter()
                .map(|field| self.add(field.clone(), Some(id), input, depth + 1))
                .collect();
            self.places[id.0 as usize].children = children;
        }
        id
    }

    fn add_root(&mut self, field: FieldType, input: bool) {
        let name = field.name.clone();
        if !self.roots.contains_key(&name) {
            let id = self.add(field, None, input, 0);
            self.roots.insert(name, id);
        }
    }
}

/// The layout of a kind of fact with a capability.
#[salsa::tracked]
pub fn layout(db: &dyn Db, kind: ItemKind, capability: Option<DeclId>) -> Layout {
    let mut layout = Layout::default();
    let FactSchema { fields, .. } = fact_schema(db, kind);
    for field in fields {
        layout.add_root(field.clone(), false);
    }
    if let Some(capability) = capability {
        for input in &signature(db, capability).inputs {
            layout.add_root(input.field.clone(), true);
        }
        for output in &signature(db, capability).outputs {
            if let Some(place) = layout.root(&output.name) {
                layout.places[place.0 as usize].hidden = true;
            }
        }
    }
    layout
}
