//! What decides each place in the lower two layers, found once per capability and environment: most places of most instances are
//! a literal that nothing above overrides.

use super::layouts::{Layout, Place, PlaceId, PlaceKind};
use super::settings::{Layer, Setting, SettingOp};
use crate::db::Db;
use crate::hir::{self, Body, Expr, ExprId};
use crate::ty::{Type, TypeKind};

/// What decides the value of a place, by the layers that were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// One setting, counted from 1, with a literal that the checker has found to fit the place.
    Literal(u32),
    /// One setting, counted from 1, with any expression.
    Setting(u32),
    /// Nothing sets it, and it need not be set.
    Absent,
    /// It takes a look at all settings: several make the value, conditions decide, or one of a place around it says.
    Several,
}

/// The decider of every place of a layout.
pub(super) fn deciders(
    db: &dyn Db,
    layout: &Layout,
    settings: &[Setting],
    heads: &[u32],
) -> Vec<Decider> {
    let places = layout.places.iter().enumerate();
    places
        .map(|(index, place)| match place.kind {
            PlaceKind::Leaf => decider(db, layout, settings, heads, PlaceId(index as u32), place),
            PlaceKind::Record | PlaceKind::OptionalRecord => Decider::Several,
        })
        .collect()
}

fn decider(
    db: &dyn Db,
    layout: &Layout,
    settings: &[Setting],
    heads: &[u32],
    id: PlaceId,
    place: &Place,
) -> Decider {
    let mut reset = false;
    for (number, at) in settings_around(layout, settings, heads, id) {
        let setting = &settings[number as usize - 1];
        // After a reset, only the defaults of types fill the gaps.
        if reset && !setting.is_type_default() {
            continue;
        }
        if !setting.guards.is_empty() {
            return Decider::Several;
        }
        match setting.op {
            SettingOp::Set(expr) if at == id && setting.rest.is_empty() => {
                let body = hir::body(db, setting.decl);
                let checked = is_checked_literal(body, setting, expr, place);
                return if checked && !has_shape(&place.field.ty) {
                    Decider::Literal(number)
                } else {
                    Decider::Setting(number)
                };
            }
            SettingOp::Reset => reset = true,
            SettingOp::Enter if at != id => {}
            // What a path goes on to below another place is not about this one.
            SettingOp::Append(_) if at != id => {}
            SettingOp::Set(_) if at != id && !setting.rest.is_empty() => {}
            _ => return Decider::Several,
        }
    }
    if place.field.ty.is_optional() {
        Decider::Absent
    } else {
        Decider::Several
    }
}

/// The settings of a place and of the places around it, highest first, each with the place that it is about.
fn settings_around(
    layout: &Layout,
    settings: &[Setting],
    heads: &[u32],
    id: PlaceId,
) -> Vec<(u32, PlaceId)> {
    let mut found = Vec::new();
    let mut at = Some(id);
    while let Some(place) = at {
        let mut number = heads[place.0 as usize];
        while number != 0 {
            found.push((number, place));
            number = settings[number as usize - 1].previous;
        }
        at = layout.place(place).parent;
    }
    found.sort_unstable_by_key(|(number, _)| std::cmp::Reverse(*number));
    found
}

/// Whether a setting's expression, of this body, is a literal that the checker has checked against the type of the place. What a contract or
/// `defaults for` it sets was checked against the contract's type, and the capability may have narrowed that.
pub fn is_checked_literal(body: &Body, setting: &Setting, expr: ExprId, place: &Place) -> bool {
    let declared = place.field.declared;
    let same_type = setting.rank.layer > Layer::Defaults
        || declared.is_some_and(|(decl, _)| decl == setting.decl);
    same_type && is_literal(&body.exprs[expr.0 as usize])
}

fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Int(_)
            | Expr::Str(_)
            | Expr::Bool(_)
            | Expr::Quantity(_)
            | Expr::Ratio(_)
            | Expr::Float(_)
            | Expr::Date(_)
    )
}

/// Whether a value of a type has anything to complete but its own refinement: fields, entries, elements.
pub fn has_shape(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Record(_) | TypeKind::Map(_) | TypeKind::Float => true,
        TypeKind::List(inner) | TypeKind::Optional(inner) => has_shape(inner),
        _ => false,
    }
}
