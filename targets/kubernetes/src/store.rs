//! The types of Kubernetes in every version that ships with the compiler, and of a project's custom resources.

use std::sync::OnceLock;

use plat_model::schema::{
    ObjectFinding, ObjectFindingKind, Schema, SchemaId, Schemas, Shape, VersionId,
};

use crate::crd::{CrdError, Custom};
use crate::table::{Docs, Types};

/// Made by `cargo xtask codegen`; `NOTICE` says from what.
static TYPES: &[u8] = include_bytes!("../schemas/types.bin");
/// The descriptions of the types in [`TYPES`].
static DOCS: &[u8] = include_bytes!("../schemas/docs.bin");

/// Decoded types are kept in chunks, so that opening a store makes room for few of them.
const CHUNK: usize = 64;

type Chunk = [OnceLock<Schema>; CHUNK];

/// All types of the target.
///
/// Opening one costs microseconds: a type is decoded when it is first asked for and then kept. Ids below the number of built-in
/// types are built in, the others are custom resources'.
#[derive(Debug)]
pub struct Store {
    versions: Vec<String>,
    types: Types<'static>,
    docs: Docs<'static>,
    groups: Vec<(&'static str, &'static str)>,
    decoded: Box<[OnceLock<Box<Chunk>>]>,
    custom: Custom,
}

impl Store {
    /// The built-in types.
    ///
    /// # Panics
    /// When the compiler was built with damaged tables, which its tests would have shown.
    #[must_use]
    pub fn new() -> Self {
        let types = Types::open(TYPES).expect("the embedded table of types is whole");
        let docs = Docs::open(DOCS).expect("the embedded table of descriptions is whole");
        let chunks = (types.len() as usize).div_ceil(CHUNK);
        Self {
            versions: types
                .version_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            groups: types.groups(),
            decoded: (0..chunks).map(|_| OnceLock::new()).collect(),
            types,
            docs,
            custom: Custom::default(),
        }
    }

    /// The built-in types and those of custom resources, which win over built-in ones of the same path, from files of CustomResourceDefinitions (path and text). What can be read
    /// of a definition with errors is in the store too, so that an error is told once.
    ///
    /// A custom resource's path is its full group, version and kind: `external-secrets.io.v1.ExternalSecret`.
    #[must_use]
    pub fn with_crds(files: &[(String, String)]) -> (Self, Vec<CrdError>) {
        let mut store = Self::new();
        let versions = (0..)
            .zip(&store.versions)
            .map(|(version, _)| VersionId(version));
        let metadata: Vec<SchemaId> = versions
            .filter_map(|version| store.resolve(version, "meta.v1.ObjectMeta"))
            .collect();
        let (custom, errors) = Custom::read(files, store.types.len(), &metadata);
        store.custom = custom;
        (store, errors)
    }

    /// The version called `1.36`.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<VersionId> {
        let at = self.versions.iter().position(|version| version == name)?;
        u16::try_from(at).ok().map(VersionId)
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> VersionId {
        VersionId(u16::try_from(self.versions.len().saturating_sub(1)).unwrap_or(u16::MAX))
    }

    /// The type of an object with this `apiVersion` and `kind`.
    #[must_use]
    pub fn object(&self, version: VersionId, api_version: &str, kind: &str) -> Option<SchemaId> {
        let path = match api_version.split_once('/') {
            Some((group, version)) => format!("{group}.{version}.{kind}"),
            None => format!("core.{api_version}.{kind}"),
        };
        self.resolve(version, &path)
            .filter(|id| self.schema(*id).object.is_some())
    }

    /// The versions in which the type at `path` has a field, oldest first. `field` may go deeper (`spec.template.spec.os`): it
    /// passes through lists and maps by itself.
    #[must_use]
    pub fn field_in_versions(&self, path: &str, field: &str) -> Vec<&str> {
        let has_field = |version: u16| {
            let mut id = self.resolve(VersionId(version), path)?;
            for name in field.split('.') {
                id = self.through_containers(id).shape.field(name)?.ty;
            }
            Some(())
        };
        (0..)
            .zip(&self.versions)
            .filter(|(version, _)| has_field(*version).is_some())
            .map(|(_, name)| &**name)
            .collect()
    }

    /// The versions that have the type at `path`, oldest first.
    #[must_use]
    pub fn type_in_versions(&self, path: &str) -> Vec<&str> {
        let has_type = |version: u16| self.resolve(VersionId(version), path).is_some();
        (0..)
            .zip(&self.versions)
            .filter(|(version, _)| has_type(*version))
            .map(|(_, name)| &**name)
            .collect()
    }

    fn through_containers(&self, mut id: SchemaId) -> &Schema {
        loop {
            let schema = self.schema(id);
            match &schema.shape {
                // The element of a type comes from a record or an earlier type, never from itself: this ends.
                Shape::List { element, .. } => id = *element,
                Shape::Map { value } => id = *value,
                _ => return schema,
            }
        }
    }

    /// The position of a custom resource's type; `None` for a built-in one.
    fn custom_index(&self, id: SchemaId) -> Option<usize> {
        id.0.checked_sub(self.types.len()).map(|at| at as usize)
    }

    /// `networking.k8s.io.v1.Ingress` as `networking.v1.Ingress`.
    fn shortened(&self, path: &str) -> Option<String> {
        self.groups.iter().find_map(|(full, short)| {
            let rest = path.strip_prefix(full)?;
            rest.starts_with('.').then(|| format!("{short}{rest}"))
        })
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

/// A problem of an object in the words that every target shares.
fn finding(problem: crate::check::Problem) -> ObjectFinding {
    use crate::check::ProblemKind;
    ObjectFinding {
        kind: match problem.kind {
            ProblemKind::WrongName => ObjectFindingKind::Name,
            ProblemKind::ReadOnlyField => ObjectFindingKind::ReadOnly,
            ProblemKind::Contradiction => ObjectFindingKind::Contradiction,
            _ => ObjectFindingKind::Value,
        },
        path: crate::path::Dotted(&problem.path).to_string(),
        origin: problem.origin,
        message: problem.message,
        help: problem.help,
        related: problem
            .related
            .map(|related| (related.origin, related.label)),
    }
}

impl Schemas for Store {
    fn object_findings(&self, object: &plat_model::Object<'_>) -> Vec<ObjectFinding> {
        let Some(kind) = &self.schema(object.schema).object else {
            return Vec::new();
        };
        let problems = crate::check::object(kind, &object.body);
        problems.into_iter().map(finding).collect()
    }

    fn root(&self) -> &str {
        "kubernetes"
    }

    fn versions(&self) -> &[String] {
        &self.versions
    }

    fn resolve(&self, version: VersionId, path: &str) -> Option<SchemaId> {
        let find = |path: &str| self.types.find(version.0, path).map(SchemaId);
        // A project that names its definitions of the Gateway API means those, not the ones that ship.
        let custom = self.custom.find(version.0, path);
        custom
            .or_else(|| find(path))
            .or_else(|| find(&self.shortened(path)?))
    }

    fn paths(&self, version: VersionId) -> Vec<&str> {
        let mut paths = self.types.paths(version.0);
        if !paths.is_empty() {
            paths.extend(self.custom.paths());
            paths.sort_unstable();
            paths.dedup();
        }
        paths
    }

    fn schema(&self, id: SchemaId) -> &Schema {
        let at = id.0 as usize;
        static ANYTHING: Schema = Schema {
            shape: Shape::Any,
            object: None,
        };
        if let Some(at) = self.custom_index(id) {
            return self.custom.schema(at).unwrap_or(&ANYTHING);
        }
        let Some(chunk) = self.decoded.get(at / CHUNK) else {
            return &ANYTHING;
        };
        let chunk = chunk.get_or_init(|| Box::new([const { OnceLock::new() }; CHUNK]));
        chunk[at % CHUNK].get_or_init(|| self.types.schema(id.0))
    }

    fn path(&self, id: SchemaId) -> Option<&str> {
        match self.custom_index(id) {
            Some(at) => self.custom.path(at),
            None => self.types.path(id.0),
        }
    }

    fn doc(&self, id: SchemaId) -> Option<String> {
        match self.custom_index(id) {
            Some(at) => self.custom.doc(at),
            None => self.docs.of_type(id.0),
        }
    }

    fn field_doc(&self, record: SchemaId, field: &str) -> Option<String> {
        let Shape::Record { fields, .. } = &self.schema(record).shape else {
            return None;
        };
        let position = fields.iter().position(|known| &*known.name == field)?;
        match self.custom_index(record) {
            Some(at) => self.custom.field_doc(at, position),
            None => self.docs.of_field(record.0, position),
        }
    }
}
