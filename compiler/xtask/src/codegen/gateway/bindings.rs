//! Rust bindings of custom resources, as kopium generates them, back as definitions.
//!
//! Such a file is a tree of structs and enums: the struct with a `kube` attribute is the `spec` of a kind, a field is optional when its
//! type is `Option`, and `serde(rename)` tells the name in the API where Rust's differs.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use syn::{Attribute, Expr, Fields, GenericArgument, Item, Lit, LitStr, PathArguments, Type};

use super::limits::Limits;

/// Types nested deeper are no tree.
const MAX_DEPTH: usize = 64;

/// A custom resource in one version.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    plural: String,
    namespaced: bool,
    /// The schemas of `spec` and, where there is one, `status`.
    properties: Map<String, Json>,
}

impl Definition {
    /// The CustomResourceDefinition. All `versions` have the same schema; `release` is told in its description.
    pub(super) fn custom_resource(&self, versions: &[&str], release: &str) -> Json {
        let Self {
            group,
            kind,
            plural,
            properties,
            ..
        } = self;
        let schema = json!({
            "type": "object",
            "description": format!("{kind} of the Gateway API {release}, standard channel."),
            "required": ["spec"],
            "properties": properties,
        });
        let version =
            |name| json!({ "name": name, "served": true, "schema": { "openAPIV3Schema": schema } });
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": { "name": format!("{plural}.{group}") },
            "spec": {
                "group": group,
                "names": { "kind": kind, "plural": plural },
                "scope": if self.namespaced { "Namespaced" } else { "Cluster" },
                "versions": versions.iter().map(version).collect::<Vec<_>>(),
            },
        })
    }
}

/// Reads a file of bindings; `None` when it binds no kind.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Option<Definition>, String> {
    let file = syn::parse_file(text).map_err(|why| why.to_string())?;
    let mut types = BTreeMap::new();
    let mut root = None;
    for item in &file.items {
        match item {
            Item::Struct(item) => {
                if item.attrs.iter().any(|attr| attr.path().is_ident("kube")) {
                    root = Some(item);
                }
                types.insert(item.ident.to_string(), Named::Record(item));
            }
            Item::Enum(item) => {
                types.insert(item.ident.to_string(), Named::Choice(item));
            }
            _ => {}
        }
    }
    let Some(root) = root else {
        return Ok(None);
    };
    let kube = KubeAttributes::read(&root.attrs)?;
    let mut reader = Reader {
        types,
        limits,
        place: vec![kube.get("kind")?, "spec".to_owned()],
    };
    let mut properties = Map::new();
    properties.insert("spec".to_owned(), reader.record(root)?);
    if let Ok(status) = kube.get("status") {
        reader.place.pop();
        reader.place.push("status".to_owned());
        properties.insert("status".to_owned(), reader.named(&status)?);
    }
    Ok(Some(Definition {
        group: kube.get("group")?,
        version: kube.get("version")?,
        kind: kube.get("kind")?,
        plural: kube.get("plural")?,
        namespaced: kube.namespaced,
        properties,
    }))
}

/// What `#[kube(…)]` says.
#[derive(Default)]
struct KubeAttributes {
    texts: BTreeMap<String, String>,
    namespaced: bool,
}

impl KubeAttributes {
    fn read(attributes: &[Attribute]) -> Result<Self, String> {
        let mut kube = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attr| attr.path().is_ident("kube"))
        {
            attribute
                .parse_nested_meta(|meta| {
                    if meta.path.is_ident("namespaced") {
                        kube.namespaced = true;
                    } else if let Some(key) = meta.path.get_ident() {
                        let text: LitStr = meta.value()?.parse()?;
                        kube.texts.insert(key.to_string(), text.value());
                    }
                    Ok(())
                })
                .map_err(|why| why.to_string())?;
        }
        Ok(kube)
    }

    fn get(&self, key: &str) -> Result<String, String> {
        self.texts
            .get(key)
            .cloned()
            .ok_or_else(|| format!("`#[kube]` does not say the {key}"))
    }
}

enum Named<'f> {
    Record(&'f syn::ItemStruct),
    Choice(&'f syn::ItemEnum),
}

struct Reader<'f> {
    types: BTreeMap<String, Named<'f>>,
    limits: &'f Limits,
    /// The kind, then the fields that lead to where the reader is.
    place: Vec<String>,
}

impl Reader<'_> {
    fn schema(&mut self, ty: &Type) -> Result<Json, String> {
        let (name, arguments) = self.name_of(ty)?;
        Ok(match (name.as_str(), &arguments[..]) {
            ("Option", [inner]) => self.schema(inner)?,
            ("Vec", [element]) => json!({ "type": "array", "items": self.schema(element)? }),
            ("BTreeMap", [_, value]) => {
                json!({ "type": "object", "additionalProperties": self.schema(value)? })
            }
            ("String", []) => json!({ "type": "string" }),
            ("bool", []) => json!({ "type": "boolean" }),
            ("i32", []) => json!({ "type": "integer", "format": "int32" }),
            ("i64", []) => json!({ "type": "integer", "format": "int64" }),
            ("Condition", []) => condition(),
            (name, []) => self.named(name)?,
            _ => return Err(self.unknown(&name)),
        })
    }

    fn named(&mut self, name: &str) -> Result<Json, String> {
        match self.types.get(name) {
            Some(&Named::Record(item)) => self.record(item),
            Some(&Named::Choice(item)) => choice(item),
            None => Err(self.unknown(name)),
        }
    }

    fn record(&mut self, item: &syn::ItemStruct) -> Result<Json, String> {
        if self.place.len() > MAX_DEPTH {
            return Err(format!("`{}` has itself as a field", item.ident));
        }
        let Fields::Named(fields) = &item.fields else {
            return Err(format!("`{}` is no record", item.ident));
        };
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in &fields.named {
            let ident = field.ident.as_ref().map(ToString::to_string);
            let name = api_name(&field.attrs, &ident.unwrap_or_default())?;
            self.place.push(name.clone());
            let mut schema = self.schema(&field.ty)?;
            self.limits.apply(&self.place, &mut schema)?;
            describe(&mut schema, &field.attrs);
            if self.name_of(&field.ty)?.0 != "Option" {
                required.push(name.clone());
            }
            self.place.pop();
            properties.insert(name, schema);
        }
        let mut schema =
            json!({ "type": "object", "properties": properties, "required": required });
        describe(&mut schema, &item.attrs);
        Ok(schema)
    }

    /// The last name of a type's path and its arguments: `Option` and `String` of `Option<String>`.
    fn name_of<'t>(&self, ty: &'t Type) -> Result<(String, Vec<&'t Type>), String> {
        let Type::Path(path) = ty else {
            return Err(self.unknown("a type that is no path"));
        };
        let Some(last) = path.path.segments.last() else {
            return Err(self.unknown("an empty path"));
        };
        let arguments = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        Ok((last.ident.to_string(), arguments))
    }

    fn unknown(&self, what: &str) -> String {
        format!("{}: `{what}` is not known", self.place.join("."))
    }
}

/// The values of an enum without data.
fn choice(item: &syn::ItemEnum) -> Result<Json, String> {
    let names = item
        .variants
        .iter()
        .map(|variant| api_name(&variant.attrs, &variant.ident.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut schema = json!({ "type": "string", "enum": names });
    describe(&mut schema, &item.attrs);
    Ok(schema)
}

/// `meta/v1.Condition`, the one type that the bindings take from elsewhere.
fn condition() -> Json {
    json!({
        "type": "object",
        "description": "Condition contains details for one aspect of the current state of this API resource.",
        "required": ["type", "status", "lastTransitionTime", "reason", "message"],
        "properties": {
            "type": { "type": "string" },
            "status": { "type": "string", "enum": ["True", "False", "Unknown"] },
            "observedGeneration": { "type": "integer", "format": "int64", "minimum": 0 },
            "lastTransitionTime": { "type": "string", "format": "date-time" },
            "reason": { "type": "string" },
            "message": { "type": "string" },
        },
    })
}

/// The name that `serde` writes.
fn api_name(attributes: &[Attribute], ident: &str) -> Result<String, String> {
    let mut name = ident.strip_prefix("r#").unwrap_or(ident).to_owned();
    for attribute in attributes
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        attribute
            .parse_nested_meta(|meta| {
                if meta.input.peek(syn::Token![=]) {
                    let text: LitStr = meta.value()?.parse()?;
                    if meta.path.is_ident("rename") {
                        name = text.value();
                    }
                }
                Ok(())
            })
            .map_err(|why| why.to_string())?;
    }
    Ok(name)
}

/// Takes the description from documentation comments, if there are any.
fn describe(schema: &mut Json, attributes: &[Attribute]) {
    let lines: Vec<String> = attributes
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .filter_map(|attr| match &attr.meta.require_name_value().ok()?.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned())
        .collect();
    if !lines.is_empty() {
        schema["description"] = lines.join("\n").into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::read;
    use crate::codegen::gateway::limits::Limits;

    const WIDGETS: &str = r#"
        use self::prelude::*;

        /// What a widget is.
        #[derive(CustomResource, Clone)]
        #[kube(
            group = "parts.acme.dev",
            version = "v1",
            kind = "Widget",
            plural = "widgets"
        )]
        #[kube(namespaced)]
        #[kube(status = "WidgetStatus")]
        pub struct WidgetSpec {
            /// How it looks.
            ///
            /// Blue by default.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub r#type: Option<WidgetType>,
            #[serde(rename = "oddNames")]
            pub odd_names: Vec<WidgetOddNames>,
            #[serde(default, rename = "labels")]
            pub labels: Option<BTreeMap<String, String>>,
        }

        #[derive(Clone)]
        pub enum WidgetType {
            Blue,
            #[serde(rename = "RED")]
            Red,
        }

        /// An odd name.
        pub struct WidgetOddNames {
            pub size: i32,
            pub total: i64,
            pub done: bool,
        }

        pub struct WidgetStatus {
            pub conditions: Option<Vec<Condition>>,
        }
    "#;

    fn spec(text: &str) -> Json {
        let definition = read(text, &Limits::default()).unwrap().unwrap();
        definition.properties["spec"].clone()
    }

    #[test]
    fn bindings_say_what_the_definition_said() {
        assert_eq!(
            spec(WIDGETS),
            json!({
                "type": "object",
                "description": "What a widget is.",
                "required": ["oddNames"],
                "properties": {
                    "type": {
                        "type": "string",
                        "description": "How it looks.\n\nBlue by default.",
                        "enum": ["Blue", "RED"],
                    },
                    "oddNames": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "description": "An odd name.",
                            "required": ["size", "total", "done"],
                            "properties": {
                                "size": { "type": "integer", "format": "int32" },
                                "total": { "type": "integer", "format": "int64" },
                                "done": { "type": "boolean" },
                            },
                        },
                    },
                    "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                },
            })
        );
    }

    #[test]
    fn the_kind_is_what_the_attribute_says() {
        let definition = read(WIDGETS, &Limits::default()).unwrap().unwrap();
        let made = definition.custom_resource(&["v1alpha1", "v1"], "v9");
        assert_eq!(made["metadata"]["name"], "widgets.parts.acme.dev");
        assert_eq!(made["spec"]["group"], "parts.acme.dev");
        assert_eq!(made["spec"]["names"]["kind"], "Widget");
        assert_eq!(made["spec"]["scope"], "Namespaced");
        let versions = made["spec"]["versions"].as_array().unwrap();
        assert_eq!(versions.len(), 2);
        assert_eq!(versions[1]["name"], "v1");
        let schema = &versions[1]["schema"]["openAPIV3Schema"];
        assert_eq!(
            schema["properties"]["status"]["properties"]["conditions"]["items"]["properties"]["status"]
                ["enum"],
            json!(["True", "False", "Unknown"])
        );
        let cluster = read(
            &WIDGETS.replace("#[kube(namespaced)]", ""),
            &Limits::default(),
        );
        let made = cluster.unwrap().unwrap().custom_resource(&["v1"], "v9");
        assert_eq!(made["spec"]["scope"], "Cluster");
    }

    #[test]
    fn files_without_a_kind_bind_none() {
        assert!(
            read("pub mod httproutes;", &Limits::default())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (from, to, why) in [
            (
                "i32",
                "u128",
                "Widget.spec.oddNames.size: `u128` is not known",
            ),
            (
                "WidgetType>",
                "Colour>",
                "Widget.spec.type: `Colour` is not known",
            ),
            (
                "plural = \"widgets\"",
                "",
                "`#[kube]` does not say the plural",
            ),
            (
                "size: i32",
                "size: WidgetOddNames",
                "`WidgetOddNames` has itself as a field",
            ),
            (
                "size: i32",
                "size: (i32,)",
                "Widget.spec.oddNames.size: `a type that is no path` is not known",
            ),
        ] {
            let text = WIDGETS.replace(from, to);
            assert_ne!(text, WIDGETS, "{from}");
            assert_eq!(read(&text, &Limits::default()).unwrap_err(), why);
        }
    }
}
