//! Writes tables. Only code generation and tests do.

use std::collections::BTreeMap;

use plat_model::schema::{ListIdentity, Schema, Shape, SinkUnit};

use super::{DOCS_MAGIC, TYPES_MAGIC, field, flag, identity, part, tag};

/// Descriptions are deflated together until they are this long.
const BLOCK_BYTES: usize = 32 * 1024;
/// The slowest and smallest: this runs once per Kubernetes version.
const DEFLATE_LEVEL: u8 = 10;

/// What [`encode`] writes. The ids in schemas are indices into `types`.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Versions, oldest first, each with its paths (sorted) and their types.
    pub versions: Vec<(String, Vec<(String, u32)>)>,
    /// Full names of API groups and their short ones, sorted, where they differ.
    pub groups: Vec<(String, String)>,
    /// The types.
    pub types: Vec<TypeDef>,
}

/// A type to write.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// The type.
    pub schema: Schema,
    /// Its path, if it has one.
    pub path: Option<String>,
    /// Its descriptions.
    pub docs: TypeDocs,
}

/// The descriptions of a type; an empty one means none.
#[derive(Clone, Debug, Default)]
pub struct TypeDocs {
    /// Of the type.
    pub of_type: String,
    /// Of its fields, in their order.
    pub of_fields: Vec<String>,
}

/// The table of types and the table of descriptions.
///
/// # Panics
/// When a table has more than 2³² strings or bytes.
#[must_use]
pub fn encode(tables: &Tables) -> (Vec<u8>, Vec<u8>) {
    (encode_types(tables), encode_docs(&tables.types))
}

fn encode_types(tables: &Tables) -> Vec<u8> {
    let mut strings = Strings::default();
    let mut records = Vec::new();
    let mut offsets = vec![0];
    for def in &tables.types {
        encode_type(&mut records, &mut strings, def);
        offsets.push(size(records.len()));
    }
    let mut tail = Vec::new();
    for (full, short) in &tables.groups {
        put_u32(&mut tail, strings.index(full));
        put_u32(&mut tail, strings.index(short));
    }
    for (name, paths) in &tables.versions {
        put_u32(&mut tail, strings.index(name));
        put_u32(&mut tail, size(paths.len()));
        for (path, ty) in paths {
            put_u32(&mut tail, strings.index(path));
            put_u32(&mut tail, *ty);
        }
    }

    let mut out = TYPES_MAGIC.to_vec();
    for count in [
        strings.list.len(),
        tables.types.len(),
        tables.versions.len(),
        tables.groups.len(),
        records.len(),
    ] {
        put_u32(&mut out, size(count));
    }
    let mut end = 0;
    put_u32(&mut out, end);
    for text in &strings.list {
        end += size(text.len());
        put_u32(&mut out, end);
    }
    for text in &strings.list {
        out.extend_from_slice(text.as_bytes());
    }
    for offset in offsets {
        put_u32(&mut out, offset);
    }
    out.extend_from_slice(&records);
    out.extend_from_slice(&tail);
    out
}

fn encode_type(out: &mut Vec<u8>, strings: &mut Strings, def: &TypeDef) {
    let mut flags = 0;
    if def.path.is_some() {
        flags |= flag::HAS_PATH;
    }
    if let Some(object) = &def.schema.object {
        flags |= flag::IS_OBJECT
            | if object.namespaced {
                flag::NAMESPACED
            } else {
                0
            };
    }
    out.push(flags);
    if let Some(path) = &def.path {
        strings.put(out, path);
    }
    if let Some(object) = &def.schema.object {
        strings.put(out, &object.api_version);
        strings.put(out, &object.kind);
    }
    encode_shape(out, strings, &def.schema.shape);
}

fn encode_shape(out: &mut Vec<u8>, strings: &mut Strings, shape: &Shape) {
    match shape {
        Shape::Any => out.push(tag::ANY),
        Shape::Bool => out.push(tag::BOOL),
        Shape::IntOrText => out.push(tag::INT_OR_TEXT),
        Shape::Quantity => out.push(tag::QUANTITY),
        Shape::Int { min, max } => {
            out.push(tag::INT);
            out.push(parts([min.is_some(), max.is_some(), false, false]));
            for bound in [min, max].into_iter().flatten() {
                out.extend_from_slice(&bound.to_le_bytes());
            }
        }
        Shape::Number { min, max } => {
            out.push(tag::NUMBER);
            out.push(parts([min.is_some(), max.is_some(), false, false]));
            for bound in [min, max].into_iter().flatten() {
                out.extend_from_slice(&bound.to_le_bytes());
            }
        }
        Shape::Text(rules) => {
            out.push(tag::TEXT);
            out.push(parts([
                rules.pattern.is_some(),
                rules.format.is_some(),
                rules.min_length.is_some(),
                rules.max_length.is_some(),
            ]));
            put_varint(out, size(rules.one_of.len()));
            for choice in &rules.one_of {
                strings.put(out, choice);
            }
            for text in [&rules.pattern, &rules.format].into_iter().flatten() {
                strings.put(out, text);
            }
            for length in [rules.min_length, rules.max_length].into_iter().flatten() {
                put_varint(out, length);
            }
        }
        Shape::List {
            element,
            identity,
            min_items,
            max_items,
        } => {
            out.push(tag::LIST);
            put_varint(out, element.0);
            match identity {
                ListIdentity::Atomic => out.push(identity::ATOMIC),
                ListIdentity::Set => out.push(identity::SET),
                ListIdentity::Map(keys) => {
                    out.push(identity::MAP);
                    put_varint(out, size(keys.len()));
                    for key in keys {
                        strings.put(out, key);
                    }
                }
            }
            out.push(parts([
                min_items.is_some(),
                max_items.is_some(),
                false,
                false,
            ]));
            for count in [min_items, max_items].into_iter().flatten() {
                put_varint(out, *count);
            }
        }
        Shape::Map { value } => {
            out.push(tag::MAP);
            put_varint(out, value.0);
        }
        Shape::Record { fields, open } => {
            out.push(tag::RECORD);
            out.push(u8::from(*open));
            put_varint(out, size(fields.len()));
            for field in fields {
                strings.put(out, &field.name);
                put_varint(out, field.ty.0);
                out.push(
                    if field.required { field::REQUIRED } else { 0 }
                        | if field.read_only { field::READ_ONLY } else { 0 }
                        | unit_number(field.unit) << field::UNIT_SHIFT,
                );
            }
        }
    }
}

fn unit_number(unit: Option<SinkUnit>) -> u8 {
    match unit {
        None => 0,
        Some(SinkUnit::Seconds) => 1,
        Some(SinkUnit::Milliseconds) => 2,
        Some(SinkUnit::Percent) => 3,
        Some(SinkUnit::Bytes) => 4,
    }
}

fn encode_docs(types: &[TypeDef]) -> Vec<u8> {
    let mut index = Vec::new();
    let mut blocks = Vec::new();
    let mut open = Vec::new();
    let mut first = 0;
    for (at, def) in (0..).zip(types) {
        put_doc(&mut open, &def.docs.of_type);
        put_varint(&mut open, size(def.docs.of_fields.len()));
        for doc in &def.docs.of_fields {
            put_doc(&mut open, doc);
        }
        if open.len() >= BLOCK_BYTES || at as usize + 1 == types.len() {
            put_u32(&mut index, first);
            put_u32(&mut index, size(blocks.len()));
            blocks.extend(miniz_oxide::deflate::compress_to_vec(&open, DEFLATE_LEVEL));
            open.clear();
            first = at + 1;
        }
    }
    let mut out = DOCS_MAGIC.to_vec();
    put_u32(&mut out, size(index.len() / 8));
    out.extend(index);
    put_u32(&mut out, size(blocks.len()));
    out.extend(blocks);
    out
}

fn put_doc(out: &mut Vec<u8>, doc: &str) {
    put_varint(out, size(doc.len()));
    out.extend_from_slice(doc.as_bytes());
}

/// Strings in the order of their first use, so that adding a version at the end moves little.
#[derive(Default)]
struct Strings {
    list: Vec<String>,
    index: BTreeMap<String, u32>,
}

impl Strings {
    fn index(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.index.get(text) {
            return index;
        }
        let index = size(self.list.len());
        self.list.push(text.to_owned());
        self.index.insert(text.to_owned(), index);
        index
    }

    fn put(&mut self, out: &mut Vec<u8>, text: &str) {
        let index = self.index(text);
        put_varint(out, index);
    }
}

fn parts(present: [bool; 4]) -> u8 {
    let bits = [part::FIRST, part::SECOND, part::THIRD, part::FOURTH];
    bits.iter()
        .zip(present)
        .filter(|(_, present)| *present)
        .fold(0, |byte, (bit, _)| byte | bit)
}

fn size(n: usize) -> u32 {
    u32::try_from(n).expect("a schema table is far below 4 GiB")
}

fn put_u32(out: &mut Vec<u8>, n: u32) {
    out.extend_from_slice(&n.to_le_bytes());
}

fn put_varint(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
}
