//! The types of what rules speak of: fields and relations of instances, objects, pods, containers and edges.

use plat_diagnostics::codes;
use plat_model::schema::SchemaId;

use super::collections::{Collection, Walked};
use super::{Checker, Meaning, provided, sink};
use crate::db::{Db, DeclId, Name, Project};
use crate::hir::ExprId;
use crate::items::ItemKind;
use crate::problem::Problem;
use crate::program::{capability_facts, capability_is, signature};
use crate::ty::{FieldType, Subject, Type, TypeKind};

/// A step from what a rule speaks of to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Of an instance: its capability.
    Capability,
    /// Of an instance: its edges.
    Edges,
    /// Of an instance: the edges that lead to it.
    Callers,
    /// Of an instance: its exposures.
    Exposures,
    /// Of an instance: what it emits.
    Objects,
    /// Of an instance: its pod templates.
    Pods,
    /// Of an instance or pod: its containers.
    Containers,
    /// Of an instance: the instances that it owns.
    Owned,
    /// Of an instance: its patches.
    Patches,
    /// Of an instance: its extra objects.
    Extras,
    /// Of an instance: an input or output that not every capability has.
    Perhaps,
    /// Of an object or what is in it: its address.
    Address,
    /// Of an object: its kind.
    Kind,
    /// Of an object: its API version.
    ApiVersion,
    /// Of an object: its name.
    Name,
    /// Of an object: its namespace.
    Namespace,
    /// Of an object: its labels.
    Labels,
    /// Of an object: its annotations.
    Annotations,
    /// Of an object or what is in it: the instance that emits it.
    Instance,
    /// Of an object: the team that answers for the instance.
    Owner,
    /// Of an object or what is in it: the environment.
    Environment,
    /// Of a pod: what it runs.
    Spec,
    /// Of a pod: its labels and annotations.
    Metadata,
    /// Of a pod or container: the object that it is in.
    Object,
    /// Of a container: the pod that it is in.
    Pod,
    /// Of a container: whether it ends before the others start.
    Init,
}

/// The type of an instance, as rules see it.
pub(super) fn instance_type(capability: Option<DeclId>) -> Type {
    Type::of(TypeKind::Subject(Subject::Instance(capability)))
}

fn environment_type() -> Type {
    Type::of(TypeKind::Fact(ItemKind::Environment))
}

fn object_type(schema: Option<SchemaId>) -> Type {
    Type::of(TypeKind::Subject(Subject::Object(schema)))
}

/// A type of the target by its path, in the newest version that has it.
#[must_use]
pub fn target_type(db: &dyn Db, path: &str) -> Option<SchemaId> {
    let store = &Project::get(db).kubernetes(db).0;
    let versions = (0..store.versions().len()).rev();
    versions
        .map(|index| plat_model::schema::VersionId(index as u16))
        .find_map(|version| store.resolve(version, path))
}

fn schema_or_error(db: &dyn Db, path: &str) -> Type {
    target_type(db, path).map_or(Type::ERROR, |id| Type::of(TypeKind::Schema(id)))
}

fn container_type(db: &dyn Db) -> Type {
    target_type(db, "core.v1.Container").map_or(Type::ERROR, |id| {
        Type::of(TypeKind::Subject(Subject::Container(id)))
    })
}

fn pod_type() -> Type {
    Type::of(TypeKind::Subject(Subject::Pod))
}

fn edge_type(db: &dyn Db, capability: Option<DeclId>) -> Type {
    let mut fields = vec![
        FieldType::builtin("alias", Type::STRING),
        FieldType::builtin(
            "kind",
            Type::of(TypeKind::Literals(["needs".into(), "calls".into()].into())),
        ),
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("from", instance_type(None)),
    ];
    match capability {
        Some(capability) => {
            fields.push(FieldType::builtin("to", instance_type(Some(capability))));
            fields.push(FieldType::builtin(
                "fields",
                Type::record(signature(db, capability).edge.clone()),
            ));
        }
        None => {
            fields.push(FieldType::builtin(
                "to",
                Type::optional(instance_type(None)),
            ));
            fields.push(FieldType::builtin(
                "external",
                Type::optional(Type::of(TypeKind::Fact(ItemKind::External))),
            ));
        }
    }
    fields.push(FieldType::builtin("environment", environment_type()));
    crate::ty::named_record("edge", fields)
}

/// What a rule knows of a capability: its name and what it says of its operation.
pub(crate) fn capability_record(db: &dyn Db) -> Type {
    let mut fields = vec![
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("deprecated", Type::BOOL),
    ];
    let facts = capability_facts(db).fields.iter();
    fields.extend(facts.map(|field| {
        let ty = match field.default {
            Some(_) => field.ty.clone(),
            None => Type::optional(field.ty.clone()),
        };
        FieldType::builtin(&field.name, ty)
    }));
    crate::ty::named_record("capability", fields)
}

fn licence_record() -> Type {
    Type::record(vec![
        FieldType::builtin("object", Type::STRING),
        FieldType::builtin("because", Type::STRING),
        FieldType::builtin("until", Type::optional(Type::of(TypeKind::Date))),
    ])
}

/// The fields of a change.
fn change_type(object: Option<SchemaId>) -> Type {
    let words = |words: &[&str]| {
        let words: Vec<smol_str::SmolStr> = words.iter().map(|word| (*word).into()).collect();
        Type::of(TypeKind::Literals(words.into()))
    };
    let mut fields = vec![
        FieldType::builtin("address", Type::STRING),
        FieldType::builtin(
            "action",
            words(&["create", "update", "delete", "replace", "move", "no-op"]),
        ),
        FieldType::builtin("reason", Type::optional(Type::STRING)),
        FieldType::builtin(
            "impact",
            words(&plat_model::change::Impact::ALL.map(plat_model::change::Impact::name)),
        ),
        FieldType::builtin("stateful", Type::BOOL),
        FieldType::builtin("acknowledged", Type::BOOL),
        FieldType::builtin("kind", Type::STRING),
        FieldType::builtin("name", Type::STRING),
        FieldType::builtin("namespace", Type::optional(Type::STRING)),
        FieldType::builtin("owner", Type::optional(Type::STRING)),
        FieldType::builtin("environment", Type::STRING),
    ];
    if let Some(id) = object {
        for side in ["before", "after"] {
            let ty = Type::optional(Type::of(TypeKind::Schema(id)));
            fields.push(FieldType::builtin(side, ty));
        }
    }
    crate::ty::named_record("change", fields)
}

/// The type of the elements of a collection.
pub(super) fn element_of(db: &dyn Db, walked: &Walked) -> Type {
    match walked.collection {
        Collection::Services | Collection::Instances | Collection::Resources => {
            instance_type(walked.capability)
        }
        Collection::Objects => object_type(walked.object.as_ref().map(|(_, id)| *id)),
        Collection::Pods => pod_type(),
        Collection::Containers => container_type(db),
        Collection::Edges => edge_type(db, walked.capability),
        Collection::Environments => environment_type(),
        Collection::Systems => Type::of(TypeKind::Fact(ItemKind::System)),
        Collection::Teams => Type::of(TypeKind::Fact(ItemKind::Team)),
        Collection::Capabilities => capability_record(db),
        Collection::Changes => change_type(walked.object.as_ref().map(|(_, id)| *id)),
    }
}

/// The contracts that declare an input or output of a name, and of which no other one that does is a contract.
#[salsa::tracked]
#[allow(
    clippy::needless_pass_by_value,
    reason = "queries take their keys by value"
)]
pub fn contracts_with(db: &dyn Db, project: Project, name: Name) -> Vec<DeclId> {
    let has = |capability: &DeclId| {
        let signature = signature(db, *capability);
        signature.input(&name).is_some() || signature.output(&name).is_some()
    };
    let with: Vec<DeclId> = project
        .capabilities(db)
        .iter()
        .copied()
        .filter(|capability| has(capability))
        .collect();
    let is_root = |capability: &&DeclId| {
        !with
            .iter()
            .any(|other| other != *capability && capability_is(db, **capability, *other))
    };
    with.iter().filter(is_root).copied().collect()
}

/// What a field of a subject means.
pub(super) enum SubjectField {
    /// A relation, or a field of the value.
    Found(Type, Meaning),
    /// A member of one contract.
    OfContract(DeclId, Type),
    /// Members of several contracts that have nothing in common.
    Several(Vec<DeclId>),
    /// Nothing has it.
    Unknown,
}

/// The relations of a subject: name, step, type.
pub(super) fn relations(db: &dyn Db, subject: Subject) -> Vec<(&'static str, Relation, Type)> {
    let text = || Type::optional(Type::STRING);
    let texts = || Type::map(Type::STRING);
    match subject {
        Subject::Instance(_) => vec![
            ("capability", Relation::Capability, capability_record(db)),
            ("edges", Relation::Edges, Type::list(edge_type(db, None))),
            (
                "callers",
                Relation::Callers,
                Type::list(edge_type(db, None)),
            ),
            (
                "exposures",
                Relation::Exposures,
                Type::list(provided::exposure_type(db)),
            ),
            ("objects", Relation::Objects, Type::list(object_type(None))),
            ("pods", Relation::Pods, Type::list(pod_type())),
            (
                "containers",
                Relation::Containers,
                Type::list(container_type(db)),
            ),
            ("owned", Relation::Owned, Type::list(instance_type(None))),
            ("patches", Relation::Patches, Type::list(licence_record())),
            ("extras", Relation::Extras, Type::list(licence_record())),
        ],
        Subject::Object(_) => vec![
            ("address", Relation::Address, Type::STRING),
            ("kind", Relation::Kind, Type::STRING),
            ("api_version", Relation::ApiVersion, Type::STRING),
            ("name", Relation::Name, text()),
            ("namespace", Relation::Namespace, text()),
            ("labels", Relation::Labels, texts()),
            ("annotations", Relation::Annotations, texts()),
            ("instance", Relation::Instance, instance_type(None)),
            (
                "owner",
                Relation::Owner,
                Type::optional(Type::of(TypeKind::Fact(ItemKind::Team))),
            ),
            ("environment", Relation::Environment, environment_type()),
            ("pods", Relation::Pods, Type::list(pod_type())),
        ],
        Subject::Pod => vec![
            (
                "spec",
                Relation::Spec,
                schema_or_error(db, "core.v1.PodSpec"),
            ),
            (
                "metadata",
                Relation::Metadata,
                Type::optional(schema_or_error(db, "meta.v1.ObjectMeta")),
            ),
            ("address", Relation::Address, Type::STRING),
            ("object", Relation::Object, object_type(None)),
            ("instance", Relation::Instance, instance_type(None)),
            ("environment", Relation::Environment, environment_type()),
            (
                "containers",
                Relation::Containers,
                Type::list(container_type(db)),
            ),
        ],
        Subject::Container(_) => vec![
            ("address", Relation::Address, Type::STRING),
            ("object", Relation::Object, object_type(None)),
            ("pod", Relation::Pod, pod_type()),
            ("instance", Relation::Instance, instance_type(None)),
            ("environment", Relation::Environment, environment_type()),
            ("init", Relation::Init, Type::BOOL),
        ],
    }
}

/// What a field of a subject means.
pub(super) fn subject_field(db: &dyn Db, subject: Subject, name: &str) -> SubjectField {
    let schema = match subject {
        Subject::Object(Some(id)) | Subject::Container(id) => Some(id),
        _ => None,
    };
    // What the object itself says goes before what is said of it.
    if let Some(ty) = schema.and_then(|id| sink::schema_field(db, id, name)) {
        return SubjectField::Found(ty, Meaning::Nothing);
    }
    let mut relations = relations(db, subject).into_iter();
    if let Some((_, relation, ty)) = relations.find(|(known, ..)| *known == name) {
        return SubjectField::Found(ty, Meaning::Relation(relation));
    }
    let Subject::Instance(capability) = subject else {
        return SubjectField::Unknown;
    };
    if let Some(capability) = capability {
        let ty = provided::instance_field(db, capability, name);
        return ty.map_or(SubjectField::Unknown, |ty| {
            SubjectField::Found(ty, Meaning::Nothing)
        });
    }
    if let Some(ty) = provided::fact_field(db, ItemKind::Service, name) {
        return SubjectField::Found(ty, Meaning::Nothing);
    }
    match contracts_with(db, Project::get(db), name.into()).as_slice() {
        [] => SubjectField::Unknown,
        [contract] => match provided::instance_field(db, *contract, name) {
            Some(ty) => SubjectField::OfContract(*contract, ty),
            None => SubjectField::Unknown,
        },
        several => SubjectField::Several(several.to_vec()),
    }
}

/// The fields of a subject, for suggestions.
pub(super) fn subject_fields(db: &dyn Db, subject: Subject) -> Vec<FieldType> {
    let mut fields: Vec<FieldType> = relations(db, subject)
        .into_iter()
        .map(|(name, _, ty)| FieldType::builtin(name, ty))
        .collect();
    match subject {
        Subject::Instance(Some(capability)) => {
            fields.extend(provided::instance_fields(db, capability));
        }
        Subject::Instance(None) => {
            fields.extend(provided::fact_fields(db, ItemKind::Service));
            let capabilities = Project::get(db).capabilities(db).iter();
            for capability in capabilities {
                for input in &signature(db, *capability).inputs {
                    if !fields.iter().any(|field| field.name == input.field.name) {
                        fields.push(input.field.clone());
                    }
                }
            }
        }
        Subject::Object(Some(id)) | Subject::Container(id) => {
            fields.extend(sink::schema_fields(db, id));
        }
        Subject::Object(None) | Subject::Pod => {}
    }
    fields
}

impl Checker<'_> {
    /// A field of what a rule speaks of.
    pub(super) fn subject_member(
        &mut self,
        id: ExprId,
        base: ExprId,
        subject: Subject,
        name: &str,
    ) -> Option<Type> {
        match subject_field(self.db, subject, name) {
            SubjectField::Found(ty, meaning) => {
                self.set_meaning(id, meaning);
                Some(ty)
            }
            SubjectField::OfContract(contract, ty) if self.is_subject(base) => {
                // The rule speaks of those instances only that have it.
                if !self.out.narrowed.contains(&contract) {
                    self.out.narrowed.push(contract);
                }
                Some(ty)
            }
            SubjectField::OfContract(_, ty) => {
                self.set_meaning(id, Meaning::Relation(Relation::Perhaps));
                Some(Type::optional(ty))
            }
            SubjectField::Several(contracts) => {
                let names: Vec<String> = contracts
                    .iter()
                    .map(|decl| format!("`{}`", decl.name(self.db)))
                    .collect();
                let problem = Problem::new(
                    &codes::UNKNOWN_FIELD,
                    format!("`{name}` is another thing in each of {}", names.join(", ")),
                )
                .at_node(self.decl, self.node(id), "which one is meant?")
                .help(format!(
                    "name the capability: `for … in instances({})`",
                    contracts[0].name(self.db)
                ));
                self.problem(problem);
                Some(Type::ERROR)
            }
            SubjectField::Unknown => None,
        }
    }

    /// The fields of an opened subject, by name.
    pub(super) fn opened_fields(&self) -> Vec<Name> {
        let opened = |_: &&(Name, Type)| crate::rules::is_opened(self.db, self.decl);
        let subject = self.subject.as_ref().filter(opened);
        subject.map_or_else(Vec::new, |(_, ty)| {
            let fields = super::fields_of(self.db, ty).into_iter();
            fields.map(|field| field.name).collect()
        })
    }

    /// Whether a name is one of them.
    pub(super) fn is_opened_field(&self, name: &Name) -> bool {
        self.opened_fields().contains(name)
    }

    /// A bare name in a condition whose subject is opened: a field of the subject.
    pub(super) fn opened(&mut self, id: ExprId, name: &Name) -> Option<Type> {
        // Names are many, and guardrails few.
        let (_, subject) = self.subject.as_ref()?;
        let bound = self.locals.iter().any(|(local, _)| local == name);
        if bound || !crate::rules::is_opened(self.db, self.decl) {
            return None;
        }
        let subject = subject.clone();
        let TypeKind::Subject(subject) = subject.kind else {
            let field = super::fields_of(self.db, &subject)
                .into_iter()
                .find(|field| field.name == *name)?;
            self.set_meaning(id, Meaning::Opened(name.clone(), None));
            return Some(field.ty);
        };
        match subject_field(self.db, subject, name) {
            SubjectField::Found(ty, Meaning::Relation(relation)) => {
                self.set_meaning(id, Meaning::Opened(name.clone(), Some(relation)));
                Some(ty)
            }
            SubjectField::Found(ty, _) => {
                self.set_meaning(id, Meaning::Opened(name.clone(), None));
                Some(ty)
            }
            SubjectField::OfContract(contract, ty) => {
                if !self.out.narrowed.contains(&contract) {
                    self.out.narrowed.push(contract);
                }
                self.set_meaning(id, Meaning::Opened(name.clone(), None));
                Some(ty)
            }
            SubjectField::Several(_) | SubjectField::Unknown => None,
        }
    }

    /// Whether an expression is the binder of a guardrail's `for`.
    fn is_subject(&self, id: ExprId) -> bool {
        self.subject.is_some() && self.out.meanings[id.0 as usize] == Meaning::Local(0)
    }
}
