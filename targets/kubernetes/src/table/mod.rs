//! The compact form in which the built-in types ship: two byte strings, one with types and one with their descriptions.
//!
//! The types are not compressed: opening them is reading a header, finding a path is a binary search over bytes, and one type
//! is decoded in about a microsecond. Types that are equal in several versions, with everything they refer to, are one type,
//! so that a path which resolves to the same id in two versions needs checking once. Descriptions are deflated in blocks of a few
//! dozen types; asking for one inflates its block only.
//!
//! All numbers are little-endian. `varint` is LEB128, `string` a varint index into the string table.
//!
//! ```text
//! types   magic [u8; 8], counts [u32; 5] of strings, types, versions, groups and bytes of type records,
//!         string offsets [u32; strings + 1], string bytes, type offsets [u32; types + 1], type records,
//!         per group: full name and short name [u32; 2] (string indices),
//!         per version: name u32, number of paths u32, per path, sorted: string index and type index [u32; 2]
//! record  flags u8, path string?, (api version string, kind string)?, shape
//! docs    magic [u8; 8], number of blocks u32, per block: first type u32, offset u32; end u32; deflated blocks
//! block   per type: doc, number of fields varint, a doc per field; a doc is a varint length and its bytes
//! ```

mod reader;
mod writer;

pub(crate) use reader::{Docs, Types};
pub use writer::{Tables, TypeDef, TypeDocs, encode};

/// Begins a table of types; its last byte is the version of the format.
const TYPES_MAGIC: &[u8; 8] = b"PLATK8T1";
/// Begins a table of descriptions.
const DOCS_MAGIC: &[u8; 8] = b"PLATK8D1";

/// Flags of a type record.
mod flag {
    pub(super) const HAS_PATH: u8 = 1;
    pub(super) const IS_OBJECT: u8 = 2;
    pub(super) const NAMESPACED: u8 = 4;
}

/// First byte of a shape.
mod tag {
    pub(super) const ANY: u8 = 0;
    pub(super) const BOOL: u8 = 1;
    pub(super) const INT: u8 = 2;
    pub(super) const NUMBER: u8 = 3;
    pub(super) const TEXT: u8 = 4;
    pub(super) const INT_OR_TEXT: u8 = 5;
    pub(super) const QUANTITY: u8 = 6;
    pub(super) const LIST: u8 = 7;
    pub(super) const MAP: u8 = 8;
    pub(super) const RECORD: u8 = 9;
}

/// Which optional parts follow; bits of one byte, in the order in which the parts are written.
mod part {
    pub(super) const FIRST: u8 = 1;
    pub(super) const SECOND: u8 = 2;
    pub(super) const THIRD: u8 = 4;
    pub(super) const FOURTH: u8 = 8;
}

/// How the elements of a list are told apart.
mod identity {
    pub(super) const ATOMIC: u8 = 0;
    pub(super) const SET: u8 = 1;
    pub(super) const MAP: u8 = 2;
}

/// Bits of a field's flags; the unit is above them.
mod field {
    pub(super) const REQUIRED: u8 = 1;
    pub(super) const READ_ONLY: u8 = 2;
    pub(super) const UNIT_SHIFT: u8 = 2;
}

#[cfg(test)]
mod tests {
    use plat_model::schema::{
        FieldSchema, ListIdentity, ObjectKind, Schema, SchemaId, Shape, SinkUnit, TextRules,
    };

    use super::{Docs, Tables, TypeDef, TypeDocs, Types, encode};

    fn plain(shape: Shape) -> TypeDef {
        TypeDef {
            schema: Schema {
                shape,
                object: None,
            },
            path: None,
            docs: TypeDocs::default(),
        }
    }

    fn every_shape() -> Tables {
        let record = Shape::Record {
            fields: Box::new([
                FieldSchema {
                    name: "name".into(),
                    ty: SchemaId(4),
                    required: true,
                    unit: None,
                    read_only: false,
                },
                FieldSchema {
                    name: "graceSeconds".into(),
                    ty: SchemaId(2),
                    required: false,
                    unit: Some(SinkUnit::Seconds),
                    read_only: true,
                },
                FieldSchema {
                    name: "limit".into(),
                    ty: SchemaId(2),
                    required: true,
                    unit: Some(SinkUnit::Bytes),
                    read_only: true,
                },
            ]),
            open: true,
        };
        let text = TextRules {
            one_of: Box::new(["a".into(), "".into()]),
            pattern: Some("^x$".into()),
            format: Some("byte".into()),
            min_length: Some(0),
            max_length: Some(u32::MAX),
        };
        let list = |identity| Shape::List {
            element: SchemaId(9),
            identity,
            min_items: None,
            max_items: Some(16),
        };
        let object = TypeDef {
            schema: Schema {
                shape: record,
                object: Some(ObjectKind {
                    api_version: "apps/v1".into(),
                    kind: "Thing".into(),
                    namespaced: true,
                }),
            },
            path: Some("apps.v1.Thing".to_owned()),
            docs: TypeDocs {
                of_type: "A thing.".to_owned(),
                of_fields: vec!["Its name.".to_owned(), String::new(), "Größe".to_owned()],
            },
        };
        let mut types = vec![
            plain(Shape::Any),
            plain(Shape::Bool),
            plain(Shape::Int {
                min: Some(i64::MIN),
                max: Some(i64::MAX),
            }),
            plain(Shape::Number {
                min: Some(-0.5),
                max: None,
            }),
            plain(Shape::Text(text)),
            plain(Shape::IntOrText),
            plain(Shape::Quantity),
            plain(list(ListIdentity::Atomic)),
            plain(list(ListIdentity::Map(Box::new([
                "name".into(),
                "port".into(),
            ])))),
            object,
        ];
        types.push(plain(list(ListIdentity::Set)));
        types.push(plain(Shape::Map { value: SchemaId(0) }));
        types.push(plain(Shape::Text(TextRules::default())));
        Tables {
            versions: vec![
                ("1.36".to_owned(), vec![]),
                (
                    "1.37".to_owned(),
                    vec![
                        ("apps.v1.Thing".to_owned(), 9),
                        ("z.v1.Alias".to_owned(), 0),
                    ],
                ),
            ],
            groups: vec![("things.k8s.io".to_owned(), "things".to_owned())],
            types,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let tables = every_shape();
        let (types, docs) = encode(&tables);
        let read = Types::open(&types).unwrap();
        let docs = Docs::open(&docs).unwrap();
        assert_eq!(read.len() as usize, tables.types.len());
        for (at, expected) in (0..).zip(&tables.types) {
            assert_eq!(read.schema(at), expected.schema);
            assert_eq!(read.path(at), expected.path.as_deref());
            let fields = if at == 9 { 3 } else { 0 };
            assert_eq!(docs.of_type(at).unwrap_or_default(), expected.docs.of_type);
            for field in 0..fields {
                assert_eq!(
                    docs.of_field(at, field).unwrap_or_default(),
                    expected.docs.of_fields[field]
                );
            }
            assert_eq!(docs.of_field(at, fields), None);
        }
        assert_eq!(read.find(1, "apps.v1.Thing"), Some(9));
        assert_eq!(read.find(0, "apps.v1.Thing"), None);
        assert_eq!(read.find(1, "apps.v1.Thin"), None);
        assert_eq!(read.paths(1), ["apps.v1.Thing", "z.v1.Alias"]);
        assert_eq!(read.version_names(), ["1.36", "1.37"]);
        assert_eq!(read.groups(), [("things.k8s.io", "things")]);
    }

    #[test]
    fn foreign_and_cut_off_bytes_are_refused() {
        let (types, docs) = encode(&every_shape());
        assert!(Types::open(b"").is_none());
        assert!(Docs::open(b"PLATK8D2____").is_none());
        for cut in [8, 20, 40, types.len() / 2] {
            assert!(Types::open(&types[..cut]).is_none(), "{cut}");
        }
        assert!(Docs::open(&docs[..10]).is_none());
    }
}
