//! Assignability: may a value of one type stand where another is wanted?
//!
//! A value fits where a later or a secret one is allowed, never the other way (S5). An `int` fits a `float`; a refined type fits
//! its base; a base fits a refined type only as far as evaluation can check the value itself, which it does once per instance.

use std::sync::Arc;

use plat_model::Stage;

use super::{Subject, Type, TypeKind};
use crate::db::Db;
use crate::program::{capability_is, signature};

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The shapes differ.
    Shape,
    /// It is secret, and would be seen.
    Secret,
    /// It is known too late.
    Late(Stage),
    /// It may be `none`.
    Optional,
}

/// Whether `actual` fits `expected`.
///
/// # Errors
/// The reason why not; the outermost one.
pub fn fits(db: &dyn Db, actual: &Type, expected: &Type) -> Result<(), Misfit> {
    if actual.is_error() || expected.is_error() {
        return Ok(());
    }
    if let TypeKind::Optional(wanted) = &expected.kind {
        return match &actual.kind {
            TypeKind::None => Ok(()),
            TypeKind::Optional(inner) => fits(db, &inner.as_ref().clone().joined(actual), wanted),
            _ => fits(db, actual, wanted),
        };
    }
    if let TypeKind::Optional(inner) = &actual.kind {
        return match fits(db, inner, expected) {
            Ok(()) => Err(Misfit::Optional),
            Err(misfit) => Err(misfit),
        };
    }
    shape_fits(db, actual, expected)?;
    if actual.secret && !expected.secret {
        return Err(Misfit::Secret);
    }
    if actual.stage > expected.stage {
        return Err(Misfit::Late(actual.stage));
    }
    Ok(())
}

fn shape_fits(db: &dyn Db, actual: &Type, expected: &Type) -> Result<(), Misfit> {
    use TypeKind as K;
    let ok = match (&actual.kind, &expected.kind) {
        (a, b) if a == b => true,
        (_, K::Bounded(bounds)) => {
            // A constant is checked where it stands, any other value when it is known.
            return shape_fits(db, &actual.base(), &bounds.base);
        }
        (K::Bounded(bounds), _) => return shape_fits(db, &bounds.base, expected),
        (K::Int, K::Float) => true,
        (K::Quantity(dimension), K::Money) => dimension.currency().is_some(),
        (K::Money, K::Quantity(dimension)) => dimension.currency().is_some(),
        (K::Literals(have), K::Literals(want)) => have.iter().all(|text| want.contains(text)),
        (_, K::String) => actual.is_text(),
        // Refinements of text: known values are checked when they are known; late ones must already have the type (S11).
        (_, K::Text(_) | K::Matching(_) | K::Literals(_)) => actual.is_text() && actual.is_known(),
        (K::List(a), K::List(b)) | (K::Map(a), K::Map(b)) => return fits(db, a, b),
        (K::Record(a), K::Map(value)) => {
            for field in &a.fields {
                fits(db, &field.ty, value)?;
            }
            true
        }
        (K::Record(a), K::Record(b)) => {
            for field in &b.fields {
                match a.field(&field.name) {
                    Some(have) => fits(db, &have.ty, &field.ty)?,
                    None if field.required() => return Err(Misfit::Shape),
                    None => {}
                }
            }
            a.fields.iter().all(|field| b.field(&field.name).is_some())
        }
        (K::Instance(a), K::Instance(b) | K::Face(b)) | (K::Face(a), K::Face(b)) => {
            capability_is(db, *a, *b)
        }
        // Seen from outside, an instance has its outputs and facts: of a contract without inputs, that is all there is.
        (K::Face(a), K::Instance(b)) => {
            capability_is(db, *a, *b) && signature(db, *b).inputs.is_empty()
        }
        (K::Instance(_) | K::Face(_), K::Fact(kind)) => kind.is_instance(),
        (K::Subject(Subject::Instance(a)), K::Subject(Subject::Instance(b))) => match (a, b) {
            (_, None) => true,
            (Some(a), Some(b)) => capability_is(db, *a, *b),
            (None, Some(_)) => false,
        },
        (K::Subject(Subject::Object(_)), K::Subject(Subject::Object(None))) => true,
        (K::Subject(Subject::Instance(_)), K::Fact(kind)) => kind.is_instance(),
        // Whether a value conforms to a target's type is decided by the checker, which sees the expression, and by emission.
        (_, K::Schema(_)) | (K::Schema(_), _) => true,
        _ => false,
    };
    if ok { Ok(()) } else { Err(Misfit::Shape) }
}

/// The type that both fit, for branches and list elements.
#[must_use]
pub fn join(db: &dyn Db, a: &Type, b: &Type) -> Option<Type> {
    if a.is_error() {
        return Some(b.clone());
    }
    if b.is_error() {
        return Some(a.clone());
    }
    let late = |ty: &Type| ty.clone().joined(a).joined(b);
    match (&a.kind, &b.kind) {
        (TypeKind::None, _) => return Some(Type::optional(b.clone())),
        (_, TypeKind::None) => return Some(Type::optional(a.clone())),
        (TypeKind::Optional(x), TypeKind::Optional(y)) => {
            return join(db, x, y).map(Type::optional);
        }
        (TypeKind::Optional(x), _) => return join(db, x, b).map(Type::optional),
        (_, TypeKind::Optional(y)) => return join(db, a, y).map(Type::optional),
        (TypeKind::Literals(x), TypeKind::Literals(y)) => {
            let mut all: Vec<_> = x.to_vec();
            all.extend(y.iter().filter(|text| !x.contains(text)).cloned());
            return Some(late(&Type::of(TypeKind::Literals(all.into()))));
        }
        (TypeKind::List(x), TypeKind::List(y)) => {
            return join(db, x, y).map(|ty| late(&Type::list(ty)));
        }
        (TypeKind::Map(x), TypeKind::Map(y)) => {
            return join(db, x, y).map(|ty| late(&Type::map(ty)));
        }
        // `[]` and `{}` say nothing of their elements.
        (TypeKind::Schema(_), _) if is_empty(b) => return Some(late(a)),
        (_, TypeKind::Schema(_)) if is_empty(a) => return Some(late(b)),
        (TypeKind::Record(x), TypeKind::Record(y))
            if x.name.is_none() || y.name.is_none() || x.name != y.name =>
        {
            return join_records(db, x, y).map(|ty| late(&ty));
        }
        _ => {}
    }
    if shape_fits(db, a, b).is_ok() {
        return Some(late(b));
    }
    if shape_fits(db, b, a).is_ok() {
        return Some(late(a));
    }
    let (a, b) = (a.base(), b.base());
    (a.kind == b.kind).then(|| a.joined(&b))
}

/// Whether values are lists, maps or records with nothing in them.
fn is_empty(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::List(element) | TypeKind::Map(element) => element.is_error(),
        TypeKind::Record(record) => record.fields.is_empty(),
        _ => false,
    }
}

/// Records of different shape join to one in which what only one has is optional.
fn join_records(db: &dyn Db, a: &super::RecordType, b: &super::RecordType) -> Option<Type> {
    let mut fields = Vec::with_capacity(a.fields.len());
    for field in &a.fields {
        let ty = match b.field(&field.name) {
            Some(other) => join(db, &field.ty, &other.ty)?,
            None => Type::optional(field.ty.clone()),
        };
        fields.push(super::FieldType {
            ty,
            ..field.clone()
        });
    }
    for field in b
        .fields
        .iter()
        .filter(|field| a.field(&field.name).is_none())
    {
        fields.push(super::FieldType {
            ty: Type::optional(field.ty.clone()),
            ..field.clone()
        });
    }
    Some(Type::of(TypeKind::Record(Arc::new(super::RecordType {
        name: None,
        fields,
    }))))
}
