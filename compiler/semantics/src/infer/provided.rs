//! The types of what the compiler provides: the fields of facts and instances, and the elements of `edges`, `callers`, `externals`,
//! `exposures`, `parts` and `pod`.

use std::sync::Arc;

use plat_model::Stage;

use super::output_type;
use crate::db::{Db, DeclId, Name};
use crate::items::ItemKind;
use crate::names;
use crate::program::{builtin_fields, fact_schema, signature};
use crate::ty::{FieldType, RecordType, Type, TypeKind};

/// The fields of facts of a kind, readable ones included.
pub(super) fn fact_fields(db: &dyn Db, kind: ItemKind) -> Vec<FieldType> {
    let mut fields = fact_schema(db, kind).fields.clone();
    fields.extend(builtin_fields(kind));
    fields
}

/// What an instance has, seen from within.
pub(super) fn instance_fields(db: &dyn Db, capability: DeclId) -> Vec<FieldType> {
    let signature = signature(db, capability);
    let mut fields: Vec<FieldType> = signature
        .inputs
        .iter()
        .map(|input| input.field.clone())
        .collect();
    fields.extend(face_fields(db, capability));
    fields
}

/// What others see of an instance: outputs and facts.
pub(super) fn face_fields(db: &dyn Db, capability: DeclId) -> Vec<FieldType> {
    let mut fields = outputs(db, capability);
    fields.extend(fact_fields(db, ItemKind::Service));
    fields
}

/// The type of a field of a fact, readable ones included.
pub(super) fn fact_field(db: &dyn Db, kind: ItemKind, name: &str) -> Option<Type> {
    let mut declared = fact_schema(db, kind).fields.iter();
    match declared.find(|field| field.name == name) {
        Some(field) => Some(field.ty.clone()),
        None => builtin_fields(kind)
            .into_iter()
            .find(|field| field.name == name)
            .map(|field| field.ty),
    }
}

/// The type of a field that an instance has, seen from within.
pub(super) fn instance_field(db: &dyn Db, capability: DeclId, name: &str) -> Option<Type> {
    match signature(db, capability).input(name) {
        Some(input) => Some(input.field.ty.clone()),
        None => face_field(db, capability, name),
    }
}

/// The type of a field that others see of an instance.
pub(super) fn face_field(db: &dyn Db, capability: DeclId, name: &str) -> Option<Type> {
    output_type(db, capability, name).or_else(|| fact_field(db, ItemKind::Service, name))
}

pub(super) fn outputs(db: &dyn Db, capability: DeclId) -> Vec<FieldType> {
    signature(db, capability)
        .outputs
        .iter()
        .map(|output| FieldType {
            name: output.name.clone(),
            ty: output_type(db, capability, &output.name).unwrap_or(Type::ERROR),
            default: None,
            declared: Some(output.declared),
            doc: output.doc.clone(),
        })
        .collect()
}

/// The prelude's `Exposure`, with what the clause itself says.
pub(super) fn exposure_type(db: &dyn Db) -> Type {
    let mut fields = match names::prelude_type(db, "Exposure").map(|ty| ty.kind) {
        Some(TypeKind::Record(record)) => record.fields.clone(),
        _ => Vec::new(),
    };
    fields.push(FieldType::builtin(
        "visibility",
        Type::of(TypeKind::Literals(
            ["public".into(), "internal".into()].into(),
        )),
    ));
    fields.push(FieldType::builtin("host", Type::optional(Type::STRING)));
    Type::record(fields)
}

pub(super) fn parts_record(db: &dyn Db) -> Type {
    let parts = names::std_type(db, "Parts").unwrap_or(Type::ERROR);
    Type::record(vec![
        FieldType::builtin("alias", Type::STRING),
        FieldType::builtin("parts", parts),
    ])
}

/// An element of `edges`, or of `edges(C)` when the capability is given.
pub(super) fn edge_record(db: &dyn Db, capability: Option<DeclId>) -> Type {
    let mut fields = vec![
        FieldType::builtin("alias", Type::STRING),
        FieldType::builtin(
            "kind",
            Type::of(TypeKind::Literals(["needs".into(), "calls".into()].into())),
        ),
        FieldType::builtin("name", Type::STRING),
    ];
    if let Some(capability) = capability {
        fields.push(FieldType::builtin(
            "target",
            Type::of(TypeKind::Face(capability)),
        ));
        fields.push(FieldType::builtin(
            "fields",
            Type::record(signature(db, capability).edge.clone()),
        ));
    }
    Type::record(fields)
}

/// An element of `callers`, or of `callers(C)`.
pub(super) fn caller_record(db: &dyn Db, own: DeclId, capability: Option<DeclId>) -> Type {
    let mut fields = vec![
        FieldType::builtin("fields", Type::record(signature(db, own).edge.clone())),
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("alias", Type::STRING),
        FieldType::builtin(
            "kind",
            Type::of(TypeKind::Literals(["needs".into(), "calls".into()].into())),
        ),
    ];
    if let Some(capability) = capability {
        fields.push(FieldType::builtin(
            "caller",
            Type::of(TypeKind::Face(capability)),
        ));
    }
    Type::record(fields)
}

pub(super) fn external_record() -> Type {
    Type::record(vec![
        FieldType::builtin("alias", Type::STRING),
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("target", Type::of(TypeKind::Fact(ItemKind::External))),
    ])
}

/// The fields of `pod`, each known only while it runs: the language's name and Kubernetes' field path.
pub const POD_FIELDS: [(&str, &str); 7] = [
    ("ip", "status.podIP"),
    ("name", "metadata.name"),
    ("namespace", "metadata.namespace"),
    ("node", "spec.nodeName"),
    ("uid", "metadata.uid"),
    ("host_ip", "status.hostIP"),
    ("service_account", "spec.serviceAccountName"),
];

pub(super) fn pod_type() -> Type {
    let running = Type {
        kind: TypeKind::String,
        stage: Stage::Run,
        secret: false,
    };
    let fields = POD_FIELDS
        .iter()
        .map(|(name, _)| FieldType::builtin(name, running.clone()))
        .collect();
    Type::of(TypeKind::Record(Arc::new(RecordType {
        name: Some(Name::new_static("pod")),
        fields,
    })))
}
