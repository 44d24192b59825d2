//! The types of several versions as one list, in which equal types are one.
//!
//! Two types are equal when their paths and everything that they refer to are. Types refer to each other in rings, so equality is
//! found by refinement: start from the shapes without references, and split classes by the classes they refer to until none splits.

use std::collections::{BTreeMap, BTreeSet};

use plat_kubernetes::table::{Tables, TypeDef};
use plat_model::schema::{SchemaId, Shape};

use super::convert::Version;

/// Merges versions, oldest first. A type's descriptions are those of the newest version that has it.
pub fn merge(versions: &[Version]) -> Tables {
    let classes = classes(versions);
    let mut groups = BTreeSet::new();
    // The newest version's types come first, then what only older versions have.
    let mut ids: BTreeMap<usize, u32> = BTreeMap::new();
    let mut types = Vec::new();
    for (version, classes) in versions.iter().zip(&classes).rev() {
        groups.extend(version.groups.iter().cloned());
        for (def, &class) in version.types.iter().zip(classes) {
            ids.entry(class).or_insert_with(|| {
                types.push((version, def));
                index(types.len() - 1)
            });
        }
    }
    let renamed = |version: &Version, def: &TypeDef| {
        let at = versions
            .iter()
            .position(|other| std::ptr::eq(other, version))
            .unwrap_or_default();
        let mut def = def.clone();
        for_references(&mut def.schema.shape, |id| {
            *id = SchemaId(ids[&classes[at][id.0 as usize]]);
        });
        def
    };
    let types = types
        .into_iter()
        .map(|(version, def)| renamed(version, def))
        .collect();
    let paths = |version: &Version, classes: &[usize]| {
        version
            .paths
            .iter()
            .map(|(path, id)| (path.clone(), ids[&classes[id.0 as usize]]))
            .collect()
    };
    let versions = versions
        .iter()
        .zip(&classes)
        .map(|(version, classes)| (version.name.clone(), paths(version, classes)))
        .collect();
    Tables {
        versions,
        groups: groups.into_iter().collect(),
        types,
    }
}

/// For each version, the class of each of its types.
fn classes(versions: &[Version]) -> Vec<Vec<usize>> {
    let mut known = BTreeMap::new();
    let mut classes: Vec<Vec<usize>> = versions
        .iter()
        .map(|version| {
            version
                .types
                .iter()
                .map(|def| {
                    let mut schema = def.schema.clone();
                    for_references(&mut schema.shape, |id| *id = SchemaId(0));
                    let next = known.len();
                    *known
                        .entry(format!("{:?} {schema:?}", def.path))
                        .or_insert(next)
                })
                .collect()
        })
        .collect();
    let mut count = known.len();
    loop {
        let mut known = BTreeMap::new();
        classes = versions
            .iter()
            .zip(&classes)
            .map(|(version, classes)| {
                version
                    .types
                    .iter()
                    .zip(classes)
                    .map(|(def, class)| {
                        let mut key = vec![*class];
                        for_references(&mut def.schema.shape.clone(), |id| {
                            key.push(classes[id.0 as usize]);
                        });
                        let next = known.len();
                        *known.entry(key).or_insert(next)
                    })
                    .collect()
            })
            .collect();
        if known.len() == count {
            return classes;
        }
        count = known.len();
    }
}

/// Acts on the ids of the types that a type refers to.
pub fn for_references(shape: &mut Shape, mut act: impl FnMut(&mut SchemaId)) {
    match shape {
        Shape::List { element, .. } => act(element),
        Shape::Map { value } => act(value),
        Shape::Record { fields, .. } => fields.iter_mut().for_each(|field| act(&mut field.ty)),
        _ => {}
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("a schema table has far fewer than 2³² types")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use plat_kubernetes::table::{TypeDef, TypeDocs};
    use plat_model::schema::{FieldSchema, Schema, SchemaId, Shape};

    use super::{Version, merge};

    /// Types of the paths `a`, `b` …, each a record of references to others of them.
    fn version(name: &str, references: &[&[u32]]) -> Version {
        let field = |(at, ty): (usize, &u32)| FieldSchema {
            name: at.to_string().into(),
            ty: SchemaId(*ty),
            required: false,
            unit: None,
            read_only: false,
        };
        let paths: Vec<String> = ('a'..).take(references.len()).map(String::from).collect();
        let def = |(path, references): (&String, &&[u32])| TypeDef {
            schema: Schema {
                shape: Shape::Record {
                    fields: references.iter().enumerate().map(field).collect(),
                    open: false,
                },
                object: None,
            },
            path: Some(path.clone()),
            docs: TypeDocs {
                of_type: format!("{path} of {name}"),
                of_fields: Vec::new(),
            },
        };
        Version {
            name: name.to_owned(),
            types: paths.iter().zip(references).map(def).collect(),
            paths: paths.into_iter().zip((0..).map(SchemaId)).collect(),
            groups: BTreeSet::new(),
        }
    }

    /// The ids of the types of each version.
    fn ids(versions: &[Version]) -> Vec<Vec<u32>> {
        let tables = merge(versions);
        for (at, def) in tables.types.iter().enumerate() {
            let Shape::Record { fields, .. } = &def.schema.shape else {
                panic!()
            };
            assert!(
                fields
                    .iter()
                    .all(|field| (field.ty.0 as usize) < tables.types.len()),
                "{at}"
            );
        }
        tables
            .versions
            .iter()
            .map(|(_, paths)| paths.iter().map(|(_, id)| *id).collect())
            .collect()
    }

    #[test]
    fn equal_types_are_one_and_a_change_reaches_all_that_refer_to_it() {
        // a → b → c, and d ⇄ e; in the newer version c has a field more.
        let old: &[&[u32]] = &[&[1], &[2], &[], &[4], &[3]];
        let new: &[&[u32]] = &[&[1], &[2], &[3], &[4], &[3]];
        let [first, second] = &ids(&[version("1", old), version("2", new)])[..] else {
            panic!()
        };
        let shared: Vec<bool> = first.iter().zip(second).map(|(a, b)| a == b).collect();
        assert_eq!(shared, [false, false, false, true, true]);
    }

    #[test]
    fn nothing_changed_is_nothing_added_and_the_newest_description_counts() {
        let shape: &[&[u32]] = &[&[1], &[0]];
        let tables = merge(&[version("1", shape), version("2", shape)]);
        assert_eq!(tables.types.len(), 2);
        assert_eq!(tables.types[0].docs.of_type, "a of 2");
    }
}
