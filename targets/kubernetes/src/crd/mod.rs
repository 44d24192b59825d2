//! Custom resources: types from the CustomResourceDefinitions that a project names.
//!
//! Definitions of `apiextensions.k8s.io/v1` have structural schemas, which map onto the types of sinks one to one. Their value
//! checks beyond a field's own (`oneOf`, `anyOf`, `allOf`, `not`, `x-kubernetes-validations`) introduce no fields; they are left to the
//! API server, except for what they say of int-or-string and of quantities.

mod schema;

use std::collections::BTreeMap;
use std::ops::Range;

use plat_model::schema::{FieldSchema, ObjectKind, Schema, SchemaId, Shape, TextRules};

use crate::conventions;
use crate::manifest::{Fault, Tree, TreeValue, read_documents};
use schema::Converter;

/// Something wrong with a file of custom resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrdError {
    /// The file, as it was given.
    pub path: String,
    /// Where in it, in bytes.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The types of custom resources.
#[derive(Debug, Default)]
pub(crate) struct Custom {
    types: Vec<CustomType>,
    /// For each path, the type in every version of Kubernetes: it differs where `metadata` does.
    paths: BTreeMap<String, Box<[SchemaId]>>,
}

/// A type with its descriptions.
#[derive(Debug)]
struct CustomType {
    schema: Schema,
    path: Option<Box<str>>,
    doc: Box<str>,
    /// In the order of the fields.
    field_docs: Box<[Box<str>]>,
}

impl Custom {
    /// Reads definitions. `first` is the id of the first type that it makes; `metadata` is the type of objects' metadata in every
    /// version of Kubernetes.
    pub(crate) fn read(
        files: &[(String, String)],
        first: u32,
        metadata: &[SchemaId],
    ) -> (Self, Vec<CrdError>) {
        let mut custom = Self::default();
        let mut errors = Vec::new();
        for (path, text) in files {
            let mut faults = Vec::new();
            custom.file(text, first, metadata, &mut faults);
            faults.sort_by_key(|fault| fault.span.start);
            errors.extend(faults.into_iter().map(
                |Fault {
                     span,
                     message,
                     help,
                 }| CrdError {
                    path: path.clone(),
                    span,
                    message,
                    help,
                },
            ));
        }
        (custom, errors)
    }

    pub(crate) fn find(&self, version: u16, path: &str) -> Option<SchemaId> {
        self.paths.get(path)?.get(usize::from(version)).copied()
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }

    pub(crate) fn schema(&self, at: usize) -> Option<&Schema> {
        self.types.get(at).map(|ty| &ty.schema)
    }

    pub(crate) fn path(&self, at: usize) -> Option<&str> {
        self.types.get(at)?.path.as_deref()
    }

    pub(crate) fn doc(&self, at: usize) -> Option<String> {
        self.types
            .get(at)
            .map(|ty| &*ty.doc)
            .filter(|doc| !doc.is_empty())
            .map(str::to_owned)
    }

    pub(crate) fn field_doc(&self, at: usize, position: usize) -> Option<String> {
        self.types
            .get(at)?
            .field_docs
            .get(position)
            .filter(|doc| !doc.is_empty())
            .map(|doc| doc.to_string())
    }

    fn file(&mut self, text: &str, first: u32, metadata: &[SchemaId], faults: &mut Vec<Fault>) {
        let (documents, read_faults) = read_documents(text);
        let is_whole = read_faults.is_empty();
        faults.extend(read_faults);
        let mut found = 0;
        for document in &documents {
            let items = document
                .get("items")
                .map_or(std::slice::from_ref(document), Tree::elements);
            for item in items
                .iter()
                .filter(|item| text_at(item, &["kind"]) == Some("CustomResourceDefinition"))
            {
                found += 1;
                if let Err(fault) = self.definition(item, first, metadata, faults) {
                    faults.push(fault);
                }
            }
        }
        if found == 0 && is_whole {
            let start = documents
                .first()
                .map_or(0..0, |document| document.span.start..document.span.start);
            faults.push(
                Fault::new(start, "this file has no CustomResourceDefinition")
                    .help("Name the files that define custom resources, not those that use them."),
            );
        }
    }

    fn definition(
        &mut self,
        item: &Tree,
        first: u32,
        metadata: &[SchemaId],
        faults: &mut Vec<Fault>,
    ) -> Result<(), Fault> {
        let api_version = required_text(item, &["apiVersion"])?;
        if api_version != "apiextensions.k8s.io/v1" {
            let place = item
                .get("apiVersion")
                .map_or(item.span.clone(), |tree| tree.span.clone());
            return Err(Fault::new(place, format!("`{api_version}` is not served any more"))
                .help("Take the definition in `apiextensions.k8s.io/v1` that newer releases of the operator ship."));
        }
        let group = required_text(item, &["spec", "group"])?;
        let kind = required_text(item, &["spec", "names", "kind"])?;
        let plural = required_text(item, &["spec", "names", "plural"])?;
        let namespaced = match required_text(item, &["spec", "scope"])? {
            "Namespaced" => true,
            "Cluster" => false,
            other => {
                let place = item
                    .at(&["spec", "scope"])
                    .map_or(item.span.clone(), |tree| tree.span.clone());
                return Err(Fault::new(
                    place,
                    format!("the scope is `Namespaced` or `Cluster`, not `{other}`"),
                ));
            }
        };
        if let Some(name) = item.at(&["metadata", "name"])
            && name.text() != Some(&format!("{plural}.{group}"))
        {
            faults.push(Fault::new(
                name.span.clone(),
                format!("this definition must be called `{plural}.{group}`"),
            ));
        }
        let versions = item
            .at(&["spec", "versions"])
            .map(Tree::elements)
            .unwrap_or_default();
        if versions.is_empty() {
            return Err(Fault::new(
                first_key(item),
                format!("`{kind}` has no versions"),
            ));
        }
        for version in versions {
            let name = required_text(version, &["name"])?;
            if version
                .get("served")
                .is_some_and(|served| served.value == TreeValue::Bool(false))
            {
                continue;
            }
            let path = format!("{group}.{name}.{kind}");
            if self.paths.contains_key(&path) {
                let place = version
                    .get("name")
                    .map_or(version.span.clone(), |tree| tree.span.clone());
                faults.push(Fault::new(place, format!("`{path}` is defined twice")));
                continue;
            }
            let Some(root) = version.at(&["schema", "openAPIV3Schema"]) else {
                faults.push(Fault::new(
                    first_key(version),
                    format!("version `{name}` of `{kind}` has no `schema.openAPIV3Schema`"),
                ));
                continue;
            };
            let object = ObjectKind {
                api_version: format!("{group}/{name}").into(),
                kind: kind.into(),
                namespaced,
            };
            self.object(root, &path, &object, first, metadata, faults);
        }
        Ok(())
    }

    /// Adds the type of one version of a definition.
    fn object(
        &mut self,
        root: &Tree,
        path: &str,
        object: &ObjectKind,
        first: u32,
        metadata: &[SchemaId],
        faults: &mut Vec<Fault>,
    ) {
        let newest = metadata.last().copied().unwrap_or(SchemaId(0));
        let mut converter = Converter {
            types: &mut self.types,
            first,
            metadata: newest,
            faults,
        };
        let fixed = |text: &str| {
            Shape::Text(TextRules {
                one_of: Box::new([text.into()]),
                ..TextRules::default()
            })
        };
        let api_version = converter.add(fixed(&object.api_version), "");
        let kind = converter.add(fixed(&object.kind), "");
        let mut fields = Vec::new();
        let properties = root
            .get("properties")
            .map(Tree::entries)
            .unwrap_or_default();
        for property in properties {
            if !matches!(&*property.key, "apiVersion" | "kind" | "metadata") {
                fields.push(converter.field(root, property, true));
            }
        }
        let open = root
            .get("x-kubernetes-preserve-unknown-fields")
            .is_some_and(|tree| tree.value == TreeValue::Bool(true));
        let doc: Box<str> = text_at(root, &["description"])
            .unwrap_or_default()
            .trim()
            .into();

        let mut ids: Vec<(SchemaId, SchemaId)> = Vec::new();
        let mut by_version = Vec::new();
        for &metadata in metadata {
            if let Some((_, id)) = ids.iter().find(|(known, _)| *known == metadata) {
                by_version.push(*id);
                continue;
            }
            let field = |name: &str, ty, required| FieldSchema {
                name: name.into(),
                ty,
                required,
                unit: None,
                read_only: false,
            };
            let mut all = vec![
                (field("apiVersion", api_version, false), Box::default()),
                (field("kind", kind, false), Box::default()),
                (field("metadata", metadata, false), Box::default()),
            ];
            all.extend(fields.iter().cloned());
            conventions::sort_fields("", true, &mut all, |(field, _)| &field.name);
            let (fields, field_docs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
            let id =
                SchemaId(first.saturating_add(u32::try_from(self.types.len()).unwrap_or(u32::MAX)));
            self.types.push(CustomType {
                schema: Schema {
                    shape: Shape::Record {
                        fields: fields.into(),
                        open,
                    },
                    object: Some(object.clone()),
                },
                path: Some(path.into()),
                doc: doc.clone(),
                field_docs: field_docs.into(),
            });
            ids.push((metadata, id));
            by_version.push(id);
        }
        self.paths.insert(path.to_owned(), by_version.into());
    }
}

fn text_at<'t>(tree: &'t Tree, path: &[&str]) -> Option<&'t str> {
    tree.at(path).and_then(Tree::text)
}

fn required_text<'t>(tree: &'t Tree, path: &[&str]) -> Result<&'t str, Fault> {
    let dotted = path.join(".");
    match tree.at(path) {
        Some(node) => node.text().ok_or_else(|| {
            Fault::new(
                node.span.clone(),
                format!("`{dotted}` must be text, not {}", node.kind_name()),
            )
        }),
        None => Err(Fault::new(
            first_key(tree),
            format!("this definition has no `{dotted}`"),
        )),
    }
}

/// Where a map begins.
fn first_key(tree: &Tree) -> Range<usize> {
    tree.entries()
        .first()
        .map_or(tree.span.start..tree.span.start, |entry| {
            entry.key_span.clone()
        })
}
