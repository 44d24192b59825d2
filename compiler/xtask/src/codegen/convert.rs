//! One version's JSON schema definitions as types.

use std::collections::{BTreeMap, BTreeSet};

use plat_kubernetes::conventions::{self, Rule};
use plat_kubernetes::table::{TypeDef, TypeDocs};
use plat_model::schema::{
    FieldSchema, ListIdentity, ObjectKind, Schema, SchemaId, Shape, TextRules,
};
use serde_json::{Map, Value as Json};

/// The types of one version; ids are indices into `types`.
#[derive(Debug)]
pub struct Version {
    /// Such as `1.37`.
    pub name: String,
    /// All types.
    pub types: Vec<TypeDef>,
    /// The named ones among them.
    pub paths: BTreeMap<String, SchemaId>,
    /// Full and short names of the API groups that have two.
    pub groups: BTreeSet<(String, String)>,
}

impl Version {
    /// Adds a type.
    ///
    /// # Panics
    /// When there are more than 2³² types.
    pub fn add(&mut self, def: TypeDef) -> SchemaId {
        let id = u32::try_from(self.types.len()).expect("a version has some thousand types");
        self.types.push(def);
        SchemaId(id)
    }
}

/// Definitions that mean a scalar or any JSON, whatever their schema says.
const SPECIAL: &[(&str, Shape)] = &[
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
        Shape::Any,
    ),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
        Shape::Any,
    ),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
        Shape::Any,
    ),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
        Shape::Any,
    ),
    (
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
        Shape::Quantity,
    ),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", Shape::Any),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Patch", Shape::Any),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", Shape::Any),
    (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        Shape::IntOrText,
    ),
];

/// Converts the definitions of one version.
pub fn version(name: &str, definitions: &Json) -> Result<Version, String> {
    let definitions = definitions
        .get("$defs")
        .and_then(Json::as_object)
        .ok_or("no `$defs` in the definitions")?;
    let mut by_path: BTreeMap<String, (&str, &Json)> = BTreeMap::new();
    for (definition, schema) in definitions {
        if by_path
            .insert(path_of(definition)?, (definition, schema))
            .is_some()
        {
            return Err(format!(
                "two definitions would be called as `{definition}` is"
            ));
        }
    }
    let mut ids = BTreeMap::new();
    let mut groups = BTreeSet::new();
    for (at, (path, (definition, schema))) in (0..).zip(&by_path) {
        ids.insert(format!("#/$defs/{definition}"), SchemaId(at));
        if let Some(Json::Array(kinds)) = schema.get("x-kubernetes-group-version-kind")
            && let [kind] = &kinds[..]
            && let (Some(full), Some(short)) = (kind["group"].as_str(), path.split('.').next())
            && !full.is_empty()
            && full != short
        {
            groups.insert((full.to_owned(), short.to_owned()));
        }
    }
    let empty = TypeDef {
        schema: Schema {
            shape: Shape::Any,
            object: None,
        },
        path: None,
        docs: TypeDocs::default(),
    };
    let mut converter = Converter {
        ids,
        types: vec![empty; by_path.len()],
    };
    for (at, (path, (definition, schema))) in by_path.iter().enumerate() {
        converter.types[at] = converter.named(path, definition, schema)?;
    }
    converter.forget_keys_that_are_no_fields();
    Ok(Version {
        name: name.to_owned(),
        types: converter.types,
        paths: by_path.into_keys().zip((0..).map(SchemaId)).collect(),
        groups,
    })
}

/// Fails when a convention names a type or field that no version has, as a typing mistake would.
pub fn check_conventions(versions: &[Version]) -> Result<(), String> {
    let mut fields = BTreeSet::new();
    for version in versions {
        for def in &version.types {
            let (Some(path), Shape::Record { fields: known, .. }) = (&def.path, &def.schema.shape)
            else {
                continue;
            };
            fields.extend(
                known
                    .iter()
                    .map(|field| (path.clone(), field.name.to_string())),
            );
        }
    }
    let named = conventions::ruled_fields().chain(conventions::ordered_fields());
    let unknown: Vec<String> = named
        .filter(|(record, field)| !fields.contains(&((*record).to_owned(), (*field).to_owned())))
        .map(|(record, field)| format!("{record}.{field}"))
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "conventions name fields that no version has: {}",
            unknown.join(", ")
        ))
    }
}

/// `io.k8s.api.apps.v1.Deployment` as `apps.v1.Deployment`.
fn path_of(definition: &str) -> Result<String, String> {
    const PREFIXES: &[&str] = &[
        "io.k8s.api.",
        "io.k8s.apiextensions-apiserver.pkg.apis.",
        "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.",
        "io.k8s.kube-aggregator.pkg.apis.",
    ];
    PREFIXES
        .iter()
        .find_map(|prefix| definition.strip_prefix(prefix))
        .map(str::to_owned)
        .ok_or_else(|| format!("`{definition}` is from a package that is not known"))
}

struct Converter {
    ids: BTreeMap<String, SchemaId>,
    types: Vec<TypeDef>,
}

impl Converter {
    fn named(&mut self, path: &str, definition: &str, schema: &Json) -> Result<TypeDef, String> {
        let object = object_kind(path, schema);
        let mut docs = TypeDocs {
            of_type: description(schema),
            of_fields: Vec::new(),
        };
        let special = SPECIAL
            .iter()
            .find(|(name, _)| *name == definition)
            .map(|(_, shape)| shape.clone());
        let shape = match (special, schema.get("properties").and_then(Json::as_object)) {
            (Some(shape), _) => shape,
            (None, Some(properties)) => {
                self.record(path, object.is_some(), schema, properties, &mut docs)?
            }
            // Types without any field exist: `scheduling.v1beta1.BasicSchedulingPolicy`.
            (None, None) if type_name(schema) == Some("object") => Shape::Record {
                fields: Box::default(),
                open: false,
            },
            (None, None) => self.shape(schema, None, definition)?,
        };
        Ok(TypeDef {
            schema: Schema { shape, object },
            path: Some(path.to_owned()),
            docs,
        })
    }

    fn record(
        &mut self,
        path: &str,
        is_object: bool,
        schema: &Json,
        properties: &Map<String, Json>,
        docs: &mut TypeDocs,
    ) -> Result<Shape, String> {
        let required = texts(schema.get("required"));
        let mut properties: Vec<_> = properties.iter().collect();
        conventions::sort_fields(path, is_object, &mut properties, |(name, _)| name);
        let mut fields = Vec::new();
        for (name, property) in properties {
            let place = format!("{path}.{name}");
            let ty = self.reference(property, conventions::rule(path, name), &place)?;
            let is_number = matches!(
                self.types[ty.0 as usize].schema.shape,
                Shape::Int { .. } | Shape::Number { .. }
            );
            fields.push(FieldSchema {
                name: name.as_str().into(),
                ty,
                required: required.iter().any(|required| required == name),
                unit: conventions::sink_unit(name).filter(|_| is_number),
                read_only: conventions::is_read_only(path, is_object, name),
            });
            docs.of_fields.push(description(property));
        }
        Ok(Shape::Record {
            fields: fields.into(),
            open: false,
        })
    }

    /// The id of the type that a property or element has, made if it has no name.
    fn reference(
        &mut self,
        schema: &Json,
        rule: Option<Rule>,
        place: &str,
    ) -> Result<SchemaId, String> {
        if let Some(target) = schema.get("$ref").and_then(Json::as_str) {
            return self
                .ids
                .get(target)
                .copied()
                .ok_or_else(|| format!("{place}: `{target}` does not exist"));
        }
        let shape = self.shape(schema, rule, place)?;
        let id = SchemaId(u32::try_from(self.types.len()).map_err(|_| "too many types")?);
        self.types.push(TypeDef {
            schema: Schema {
                shape,
                object: None,
            },
            path: None,
            docs: TypeDocs::default(),
        });
        Ok(id)
    }

    fn shape(&mut self, schema: &Json, rule: Option<Rule>, place: &str) -> Result<Shape, String> {
        let misplaced = || {
            Err(format!(
                "{place}: a rule of the conventions does not fit its type"
            ))
        };
        Ok(match type_name(schema) {
            Some("boolean") => Shape::Bool,
            Some("integer") => {
                let (mut min, mut max) = match schema.get("format").and_then(Json::as_str) {
                    Some("int32") => (Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
                    _ => (None, None),
                };
                match rule {
                    Some(Rule::Range(low, high)) => (min, max) = (Some(low), Some(high)),
                    Some(Rule::OneOf(_)) => return misplaced(),
                    None => {}
                }
                Shape::Int { min, max }
            }
            Some("number") => Shape::Number {
                min: None,
                max: None,
            },
            Some("string") => {
                let one_of = match rule {
                    Some(Rule::OneOf(choices)) => {
                        choices.iter().map(|&choice| choice.into()).collect()
                    }
                    Some(Rule::Range(..)) => return misplaced(),
                    None => texts(schema.get("enum"))
                        .iter()
                        .map(|choice| choice.as_str().into())
                        .collect(),
                };
                let format = schema.get("format").and_then(Json::as_str).map(Into::into);
                Shape::Text(TextRules {
                    one_of,
                    format,
                    ..TextRules::default()
                })
            }
            Some("array") => {
                let items = schema
                    .get("items")
                    .ok_or_else(|| format!("{place}: a list of what?"))?;
                let element = self.reference(items, rule, place)?;
                Shape::List {
                    element,
                    identity: self.identity(schema, element),
                    min_items: None,
                    max_items: None,
                }
            }
            Some("object") => match schema.get("additionalProperties") {
                Some(values @ Json::Object(_)) => Shape::Map {
                    value: self.reference(values, None, place)?,
                },
                _ => Shape::Any,
            },
            other => return Err(format!("{place}: the type {other:?} is not known")),
        })
    }

    /// Upstream declares a few keys that the elements do not have; such a list is one value.
    fn forget_keys_that_are_no_fields(&mut self) {
        for at in 0..self.types.len() {
            let Shape::List {
                element,
                identity: ListIdentity::Map(keys),
                ..
            } = &self.types[at].schema.shape
            else {
                continue;
            };
            let element = &self.types[element.0 as usize].schema.shape;
            if keys.iter().any(|key| element.field(key).is_none())
                && let Shape::List { identity, .. } = &mut self.types[at].schema.shape
            {
                *identity = ListIdentity::Atomic;
            }
        }
    }

    /// How elements are told apart: as declared, or by the key with which patches merge them where that is all there is.
    fn identity(&self, schema: &Json, element: SchemaId) -> ListIdentity {
        let keys = texts(schema.get("x-kubernetes-list-map-keys"));
        let merge_key = schema
            .get("x-kubernetes-patch-merge-key")
            .and_then(Json::as_str);
        match (
            schema.get("x-kubernetes-list-type").and_then(Json::as_str),
            merge_key,
        ) {
            (Some("map"), _) if !keys.is_empty() => {
                ListIdentity::Map(keys.into_iter().map(String::into).collect())
            }
            (Some("set"), _) => ListIdentity::Set,
            (None, Some(key)) => ListIdentity::Map(Box::new([key.into()])),
            (None, None)
                if schema
                    .get("x-kubernetes-patch-strategy")
                    .and_then(Json::as_str)
                    == Some("merge") =>
            {
                // Only scalars can be told apart by themselves.
                match self
                    .types
                    .get(element.0 as usize)
                    .map(|def| &def.schema.shape)
                {
                    Some(Shape::Text(_) | Shape::Int { .. }) => ListIdentity::Set,
                    _ => ListIdentity::Atomic,
                }
            }
            _ => ListIdentity::Atomic,
        }
    }
}

/// Set for types that a manifest can hold: they have one group, version and kind, and an object's metadata.
fn object_kind(path: &str, schema: &Json) -> Option<ObjectKind> {
    let [kind] = &schema.get("x-kubernetes-group-version-kind")?.as_array()?[..] else {
        return None;
    };
    let metadata = schema
        .pointer("/properties/metadata/$ref")
        .and_then(Json::as_str)?;
    if !metadata.ends_with(".ObjectMeta") || conventions::is_request(path) {
        return None;
    }
    let (group, version) = (kind["group"].as_str()?, kind["version"].as_str()?);
    Some(ObjectKind {
        api_version: if group.is_empty() {
            version.into()
        } else {
            format!("{group}/{version}").into()
        },
        kind: kind["kind"].as_str()?.into(),
        namespaced: !conventions::is_cluster_scoped(path),
    })
}

/// The one type of a schema, without the `null` that these schemas add to optional ones.
fn type_name(schema: &Json) -> Option<&str> {
    match schema.get("type")? {
        Json::String(name) => Some(name),
        Json::Array(names) => {
            let mut names = names
                .iter()
                .filter_map(Json::as_str)
                .filter(|name| *name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

fn texts(list: Option<&Json>) -> Vec<String> {
    list.and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

fn description(schema: &Json) -> String {
    schema
        .get("description")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use plat_model::schema::{ListIdentity, Shape, SinkUnit};
    use serde_json::json;

    use super::{Version, version};

    fn convert() -> Version {
        let definitions = json!({ "$defs": {
            "io.k8s.api.things.v1.Thing": {
                "description": " A thing.\n",
                "type": ["object", "null"],
                "required": ["spec"],
                "x-kubernetes-group-version-kind": [{ "group": "things.k8s.io", "version": "v1", "kind": "Thing" }],
                "properties": {
                    "kind": { "type": ["string", "null"], "enum": ["Thing"] },
                    "metadata": { "$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" },
                    "spec": { "$ref": "#/$defs/io.k8s.api.things.v1.ThingSpec", "description": "What it is." },
                    "status": { "type": ["object", "null"] },
                },
            },
            "io.k8s.api.things.v1.ThingSpec": {
                "type": "object",
                "properties": {
                    "periodSeconds": { "type": ["integer", "null"], "format": "int32" },
                    "labels": { "type": "object", "additionalProperties": { "type": ["string", "null"] } },
                    "limit": { "$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity" },
                    "parts": {
                        "type": "array",
                        "items": { "$ref": "#/$defs/io.k8s.api.things.v1.Part" },
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                    },
                    "others": {
                        "type": "array",
                        "items": { "$ref": "#/$defs/io.k8s.api.things.v1.Part" },
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["absent"],
                    },
                },
            },
            "io.k8s.api.things.v1.Part": { "type": "object", "properties": { "image": { "type": "string" }, "name": { "type": "string" } } },
            "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": { "type": "object", "properties": { "uid": { "type": "string" } } },
            "io.k8s.apimachinery.pkg.api.resource.Quantity": { "oneOf": [{ "type": "string" }, { "type": "number" }] },
        }});
        version("1.99", &definitions).unwrap()
    }

    #[test]
    fn definitions_become_types() {
        let version = convert();
        assert!(version.paths.keys().eq([
            "api.resource.Quantity",
            "meta.v1.ObjectMeta",
            "things.v1.Part",
            "things.v1.Thing",
            "things.v1.ThingSpec"
        ]));
        assert!(
            version
                .groups
                .contains(&("things.k8s.io".to_owned(), "things".to_owned()))
        );
        let get = |path: &str| &version.types[version.paths[path].0 as usize];

        let thing = get("things.v1.Thing");
        let object = thing.schema.object.as_ref().unwrap();
        assert_eq!(
            (&*object.api_version, &*object.kind, object.namespaced),
            ("things.k8s.io/v1", "Thing", true)
        );
        assert_eq!(thing.docs.of_type, "A thing.");
        assert_eq!(thing.docs.of_fields, ["", "", "What it is.", ""]);
        let field = |name| thing.schema.shape.field(name).unwrap();
        assert!(field("spec").required && !field("metadata").required);
        assert!(field("status").read_only && !field("spec").read_only);
        assert_eq!(get("meta.v1.ObjectMeta").schema.object, None);
        assert!(
            get("meta.v1.ObjectMeta")
                .schema
                .shape
                .field("uid")
                .unwrap()
                .read_only
        );

        let spec = get("things.v1.ThingSpec");
        let shape = |name| {
            &version.types[spec.schema.shape.field(name).unwrap().ty.0 as usize]
                .schema
                .shape
        };
        assert_eq!(
            shape("periodSeconds"),
            &Shape::Int {
                min: Some(i64::from(i32::MIN)),
                max: Some(i64::from(i32::MAX))
            }
        );
        assert_eq!(
            spec.schema.shape.field("periodSeconds").unwrap().unit,
            Some(SinkUnit::Seconds)
        );
        assert!(matches!(shape("labels"), Shape::Map { .. }));
        assert_eq!(shape("limit"), &Shape::Quantity);
        let identity = |name| match shape(name) {
            Shape::List { identity, .. } => identity,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            identity("parts"),
            &ListIdentity::Map(Box::new(["name".into()]))
        );
        assert_eq!(
            identity("others"),
            &ListIdentity::Atomic,
            "its elements have no such field"
        );
        let Shape::Record { fields, .. } = &get("things.v1.Part").schema.shape else {
            panic!()
        };
        assert_eq!(&*fields[0].name, "name", "people write it first");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for (definition, schema) in [
            ("com.example.Thing", json!({ "type": "object" })),
            ("io.k8s.api.a.v1.A", json!({ "type": "tuple" })),
            (
                "io.k8s.api.a.v1.A",
                json!({ "properties": { "a": { "$ref": "#/$defs/none" } } }),
            ),
            (
                "io.k8s.api.a.v1.A",
                json!({ "properties": { "a": { "type": "array" } } }),
            ),
        ] {
            assert!(
                version("1.99", &json!({ "$defs": { definition: schema } })).is_err(),
                "{definition} {schema}"
            );
        }
        assert!(version("1.99", &json!({})).is_err());
    }
}
