//! The Gateway API among the built-in types.
//!
//! Its kinds are custom resources that most clusters have. No package registry carries their definitions, but the crate `gateway-api`
//! carries Rust bindings generated from them: [`bindings`] reads these back into definitions, [`limits`] adds what bindings cannot
//! say, and the compiler's own reader of custom resources makes types of them, so that a project's definitions and these look alike.

mod bindings;
mod limits;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use plat_kubernetes::Store;
use plat_kubernetes::table::{TypeDef, TypeDocs};
use plat_model::schema::{Schema, SchemaId, Schemas, Shape};

use super::convert::Version;
use super::merge::for_references;
use bindings::Definition;
use limits::Limits;

/// The crate and version that the types are made from. `NOTICE` names it too.
const CRATE: (&str, &str) = ("gateway-api", "0.22.0");

/// The release of the Gateway API that the crate binds.
const RELEASE: &str = "v1.5.1";

/// Kinds that are served under an older version too, with the same schema; the bindings have the newest version only.
const ALSO_SERVED: &[(&str, &str)] = &[
    ("Gateway", "v1beta1"),
    ("GatewayClass", "v1beta1"),
    ("HTTPRoute", "v1beta1"),
    ("ReferenceGrant", "v1beta1"),
];

/// The types of the Gateway API, ready to be added to versions of Kubernetes.
#[derive(Debug)]
pub struct Types {
    store: Store,
    paths: Vec<String>,
}

impl Types {
    /// Reads the unpacked crate.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let bindings = folder.join("src/apis/standard");
        let fail = |why: std::io::Error| format!("{}: {why}", bindings.display());
        let mut files = fs::read_dir(&bindings)
            .map_err(fail)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(fail)?;
        files.sort();
        let limits = Limits::default();
        let mut definitions = Vec::new();
        for file in files {
            let text =
                fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
            let found = bindings::read(&text, &limits)
                .map_err(|why| format!("{}: {why}", file.display()))?;
            definitions.extend(found);
        }
        limits.check_all_used()?;
        Self::from_definitions(&definitions)
    }

    fn from_definitions(definitions: &[Definition]) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut paths = Vec::new();
        for definition in definitions {
            let older = ALSO_SERVED
                .iter()
                .filter(|(kind, _)| *kind == definition.kind)
                .map(|(_, version)| *version);
            let versions: Vec<&str> = older.chain([&*definition.version]).collect();
            paths.extend(
                versions
                    .iter()
                    .map(|version| format!("{}.{version}.{}", definition.group, definition.kind)),
            );
            items.push(definition.custom_resource(&versions, RELEASE));
        }
        if let Some((kind, _)) = ALSO_SERVED
            .iter()
            .find(|(kind, _)| definitions.iter().all(|known| known.kind != *kind))
        {
            return Err(format!("the bindings have no `{kind}`"));
        }
        let list = serde_json::json!({ "kind": "List", "items": items });
        let (store, errors) = Store::with_crds(&[(CRATE.0.to_owned(), list.to_string())]);
        match errors.first() {
            Some(error) => Err(format!("{}: {}", error.path, error.message)),
            None => Ok(Self { store, paths }),
        }
    }

    /// Adds the types to those of a version of Kubernetes.
    pub fn add_to(&self, version: &mut Version) -> Result<(), String> {
        let mut graft = Graft {
            store: &self.store,
            version,
            copied: BTreeMap::new(),
        };
        for path in &self.paths {
            let id = self
                .store
                .resolve(self.store.newest(), path)
                .ok_or_else(|| format!("`{path}` was not made"))?;
            let copy = graft.copy(id);
            if graft.version.paths.insert(path.clone(), copy).is_some() {
                return Err(format!("two types would be called `{path}`"));
            }
        }
        Ok(())
    }
}

/// Copies types of a store into a version. What the version has under the same path (`meta.v1.ObjectMeta`) is used, not copied.
struct Graft<'g> {
    store: &'g Store,
    version: &'g mut Version,
    copied: BTreeMap<SchemaId, SchemaId>,
}

impl Graft<'_> {
    /// The depth is that of a custom resource's schema, which its reader bounds.
    fn copy(&mut self, id: SchemaId) -> SchemaId {
        let path = self.store.path(id);
        let known = path.and_then(|path| self.version.paths.get(path));
        if let Some(known) = known.or_else(|| self.copied.get(&id)) {
            return *known;
        }
        let mut schema: Schema = self.store.schema(id).clone();
        let of_fields = match &schema.shape {
            Shape::Record { fields, .. } => fields
                .iter()
                .map(|field| self.store.field_doc(id, &field.name).unwrap_or_default())
                .collect(),
            _ => Vec::new(),
        };
        for_references(&mut schema.shape, |child| *child = self.copy(*child));
        let copy = self.version.add(TypeDef {
            schema,
            path: path.map(str::to_owned),
            docs: TypeDocs {
                of_type: self.store.doc(id).unwrap_or_default(),
                of_fields,
            },
        });
        self.copied.insert(id, copy);
        copy
    }
}

/// The unpacked crate in cargo's cache, fetched if need be.
pub fn download() -> Result<PathBuf, String> {
    let (name, version) = CRATE;
    let advice = "give an unpacked copy with --gateway-api";
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Asking about a crate unpacks it; depending on it would bring a hundred others along.
    let output = Command::new(cargo)
        .args(["info", "--quiet", &format!("{name}@{version}")])
        .output()
        .map_err(|why| format!("cannot run cargo: {why}; {advice}"))?;
    if !output.status.success() {
        return Err(format!("cargo could not fetch {name} {version}; {advice}"));
    }
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .ok_or_else(|| format!("cargo's folder is not known; {advice}"))?;
    let sources = home.join("registry/src");
    fs::read_dir(&sources)
        .map_err(|why| format!("{}: {why}; {advice}", sources.display()))?
        .filter_map(|entry| Some(entry.ok()?.path().join(format!("{name}-{version}"))))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| format!("{} has no {name} {version}; {advice}", sources.display()))
}
