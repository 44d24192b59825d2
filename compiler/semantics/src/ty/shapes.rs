//! What the signatures of enums and functions look like once their types are known.

use smol_str::SmolStr;

use super::{FieldType, Type};
use crate::db::Name;

/// A member of an enum, with the types of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantType {
    /// Its name.
    pub name: Name,
    /// Its payload.
    pub payload: Vec<FieldType>,
    /// Its documentation.
    pub doc: Option<SmolStr>,
}

/// The signature of a declared function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FnSignature {
    /// Parameters.
    pub params: Vec<FieldType>,
    /// Result.
    pub result: Type,
}
