//! Reads tables, decoding nothing until asked.
//!
//! Tables are made by this compiler's own code generation and embedded in it, and a test decodes every type of them. A damaged
//! one is refused when its outline is wrong; damage inside a record yields a wrong type, never a panic.

use plat_model::schema::{
    FieldSchema, ListIdentity, ObjectKind, Schema, SchemaId, Shape, SinkUnit, TextRules,
};

use super::{DOCS_MAGIC, TYPES_MAGIC, field, flag, identity, part, tag};

/// A table of types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Types<'t> {
    strings: Offsets<'t>,
    types: Offsets<'t>,
    groups: &'t [u8],
    versions: &'t [u8],
    version_count: u32,
}

impl<'t> Types<'t> {
    /// Reads the outline; `None` when these are not the bytes of a table.
    pub(crate) fn open(bytes: &'t [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(TYPES_MAGIC)?;
        let mut counts = [0; 5];
        for count in &mut counts {
            *count = take_u32(&mut rest)?;
        }
        let [strings, types, version_count, groups, record_bytes] = counts;
        let strings = Offsets::take(&mut rest, strings, None)?;
        let types = Offsets::take(&mut rest, types, Some(record_bytes))?;
        let groups = take(&mut rest, (groups as usize).checked_mul(8)?)?;
        let table = Self {
            strings,
            types,
            groups,
            versions: rest,
            version_count,
        };
        // Walking the versions proves that their lists are whole.
        (table.version_lists().count() == version_count as usize).then_some(table)
    }

    /// How many types there are.
    pub(crate) fn len(&self) -> u32 {
        self.types.len
    }

    /// The names of the versions, oldest first.
    pub(crate) fn version_names(&self) -> Vec<&'t str> {
        self.version_lists()
            .map(|(name, _)| self.string(name))
            .collect()
    }

    /// Full and short names of API groups.
    pub(crate) fn groups(&self) -> Vec<(&'t str, &'t str)> {
        self.groups
            .chunks_exact(8)
            .map(|pair| (self.string(u32_at(pair, 0)), self.string(u32_at(pair, 1))))
            .collect()
    }

    /// The type at a path of a version.
    pub(crate) fn find(&self, version: u16, path: &str) -> Option<u32> {
        let (_, list) = self.version_lists().nth(usize::from(version))?;
        let (mut low, mut high) = (0, list.len() / 8);
        while low < high {
            let middle = low.midpoint(high);
            // The order of text is the order of its bytes.
            let found = self.strings.get(u32_at(list, middle * 2));
            match found.unwrap_or_default().cmp(path.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(u32_at(list, middle * 2 + 1)),
            }
        }
        None
    }

    /// The paths of a version, sorted.
    pub(crate) fn paths(&self, version: u16) -> Vec<&'t str> {
        let list = self
            .version_lists()
            .nth(usize::from(version))
            .map_or(&[][..], |(_, list)| list);
        list.chunks_exact(8)
            .map(|entry| self.string(u32_at(entry, 0)))
            .collect()
    }

    /// The path of a type.
    pub(crate) fn path(&self, ty: u32) -> Option<&'t str> {
        let mut record = Record {
            rest: self.types.get(ty)?,
            strings: self,
        };
        (record.byte() & flag::HAS_PATH != 0).then(|| record.string())
    }

    /// Decodes a type; an id out of range is a type that takes anything.
    pub(crate) fn schema(&self, ty: u32) -> Schema {
        let mut record = Record {
            rest: self.types.get(ty).unwrap_or_default(),
            strings: self,
        };
        let flags = record.byte();
        if flags & flag::HAS_PATH != 0 {
            record.string();
        }
        let object = (flags & flag::IS_OBJECT != 0).then(|| ObjectKind {
            api_version: record.string().into(),
            kind: record.string().into(),
            namespaced: flags & flag::NAMESPACED != 0,
        });
        Schema {
            shape: record.shape(),
            object,
        }
    }

    fn string(&self, index: u32) -> &'t str {
        self.strings
            .get(index)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// Name and list of paths of each version.
    fn version_lists(&self) -> impl Iterator<Item = (u32, &'t [u8])> + use<'t> {
        let mut rest = self.versions;
        (0..self.version_count).map_while(move |_| {
            let name = take_u32(&mut rest)?;
            let count = take_u32(&mut rest)?;
            Some((name, take(&mut rest, (count as usize).checked_mul(8)?)?))
        })
    }
}

/// A table of descriptions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Docs<'t> {
    /// Pairs of first type and offset, with one more offset at the end.
    index: &'t [u8],
    blocks: &'t [u8],
}

impl<'t> Docs<'t> {
    /// Reads the outline; `None` when these are not the bytes of a table.
    pub(crate) fn open(bytes: &'t [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(DOCS_MAGIC)?;
        let count = take_u32(&mut rest)? as usize;
        let index = take(&mut rest, count.checked_mul(8)?)?;
        let end = take_u32(&mut rest)? as usize;
        (end == rest.len()).then_some(Self {
            index,
            blocks: rest,
        })
    }

    /// The description of a type.
    pub(crate) fn of_type(&self, ty: u32) -> Option<String> {
        self.text(ty, 0)
    }

    /// The description of a field, by its position in the record type.
    pub(crate) fn of_field(&self, ty: u32, position: usize) -> Option<String> {
        self.text(ty, position + 1)
    }

    /// The description number `wanted` of a type: its own is 0, its fields' follow.
    fn text(&self, ty: u32, wanted: usize) -> Option<String> {
        let count = self.index.len() / 8;
        let first = |block: usize| u32_at(self.index, block * 2);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if first(middle) <= ty {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let block = low.checked_sub(1)?;
        let start = u32_at(self.index, block * 2 + 1) as usize;
        let end = if block + 1 < count {
            u32_at(self.index, block * 2 + 3) as usize
        } else {
            self.blocks.len()
        };
        let block_bytes =
            miniz_oxide::inflate::decompress_to_vec(self.blocks.get(start..end)?).ok()?;

        let mut rest = &block_bytes[..];
        for at in first(block)..=ty {
            let own = take_doc(&mut rest)?;
            let fields = take_varint(&mut rest)? as usize;
            if at < ty {
                for _ in 0..fields {
                    take_doc(&mut rest)?;
                }
                continue;
            }
            let bytes = match wanted.checked_sub(1) {
                None => own,
                Some(position) if position < fields => {
                    for _ in 0..position {
                        take_doc(&mut rest)?;
                    }
                    take_doc(&mut rest)?
                }
                Some(_) => return None,
            };
            return std::str::from_utf8(bytes)
                .ok()
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
        }
        None
    }
}

/// Reads one type record.
struct Record<'t, 's> {
    rest: &'t [u8],
    strings: &'s Types<'t>,
}

impl<'t> Record<'t, '_> {
    fn byte(&mut self) -> u8 {
        take(&mut self.rest, 1).map_or(0, |bytes| bytes[0])
    }

    fn number(&mut self) -> u32 {
        take_varint(&mut self.rest).unwrap_or(0)
    }

    fn eight(&mut self) -> [u8; 8] {
        take(&mut self.rest, 8)
            .and_then(|bytes| bytes.try_into().ok())
            .unwrap_or_default()
    }

    fn string(&mut self) -> &'t str {
        let index = self.number();
        self.strings.string(index)
    }

    fn texts(&mut self) -> Box<[Box<str>]> {
        let count = self.count();
        (0..count).map(|_| self.string().into()).collect()
    }

    /// A number of things that follow, each at least a byte long: bounded by the record, so that damage cannot ask for memory.
    fn count(&mut self) -> usize {
        (self.number() as usize).min(self.rest.len())
    }

    fn shape(&mut self) -> Shape {
        match self.byte() {
            tag::BOOL => Shape::Bool,
            tag::INT => {
                let parts = self.byte();
                let min = (parts & part::FIRST != 0).then(|| i64::from_le_bytes(self.eight()));
                let max = (parts & part::SECOND != 0).then(|| i64::from_le_bytes(self.eight()));
                Shape::Int { min, max }
            }
            tag::NUMBER => {
                let parts = self.byte();
                let min = (parts & part::FIRST != 0).then(|| f64::from_le_bytes(self.eight()));
                let max = (parts & part::SECOND != 0).then(|| f64::from_le_bytes(self.eight()));
                Shape::Number { min, max }
            }
            tag::TEXT => {
                let parts = self.byte();
                Shape::Text(TextRules {
                    one_of: self.texts(),
                    pattern: (parts & part::FIRST != 0).then(|| self.string().into()),
                    format: (parts & part::SECOND != 0).then(|| self.string().into()),
                    min_length: (parts & part::THIRD != 0).then(|| self.number()),
                    max_length: (parts & part::FOURTH != 0).then(|| self.number()),
                })
            }
            tag::INT_OR_TEXT => Shape::IntOrText,
            tag::QUANTITY => Shape::Quantity,
            tag::LIST => {
                let element = SchemaId(self.number());
                let identity = match self.byte() {
                    identity::SET => ListIdentity::Set,
                    identity::MAP => ListIdentity::Map(self.texts()),
                    _ => ListIdentity::Atomic,
                };
                let parts = self.byte();
                let min_items = (parts & part::FIRST != 0).then(|| self.number());
                let max_items = (parts & part::SECOND != 0).then(|| self.number());
                Shape::List {
                    element,
                    identity,
                    min_items,
                    max_items,
                }
            }
            tag::MAP => Shape::Map {
                value: SchemaId(self.number()),
            },
            tag::RECORD => {
                let open = self.byte() != 0;
                let count = self.count();
                let fields = (0..count).map(|_| self.field()).collect();
                Shape::Record { fields, open }
            }
            _ => Shape::Any,
        }
    }

    fn field(&mut self) -> FieldSchema {
        let name = self.string().into();
        let ty = SchemaId(self.number());
        let flags = self.byte();
        let unit = match flags >> field::UNIT_SHIFT {
            1 => Some(SinkUnit::Seconds),
            2 => Some(SinkUnit::Milliseconds),
            3 => Some(SinkUnit::Percent),
            4 => Some(SinkUnit::Bytes),
            _ => None,
        };
        FieldSchema {
            name,
            ty,
            required: flags & field::REQUIRED != 0,
            unit,
            read_only: flags & field::READ_ONLY != 0,
        }
    }
}

/// Byte strings laid end to end, found by their offsets.
#[derive(Clone, Copy, Debug)]
struct Offsets<'t> {
    offsets: &'t [u8],
    bytes: &'t [u8],
    len: u32,
}

impl<'t> Offsets<'t> {
    /// Takes `len` byte strings; their total length is `total`, or else the last offset.
    fn take(rest: &mut &'t [u8], len: u32, total: Option<u32>) -> Option<Self> {
        let offsets = take(rest, (len as usize).checked_add(1)?.checked_mul(4)?)?;
        let total = total.unwrap_or_else(|| u32_at(offsets, len as usize));
        Some(Self {
            offsets,
            bytes: take(rest, total as usize)?,
            len,
        })
    }

    fn get(&self, index: u32) -> Option<&'t [u8]> {
        if index >= self.len {
            return None;
        }
        let index = index as usize;
        self.bytes
            .get(u32_at(self.offsets, index) as usize..u32_at(self.offsets, index + 1) as usize)
    }
}

fn take<'t>(rest: &mut &'t [u8], len: usize) -> Option<&'t [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    take(rest, 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes)
}

fn take_varint(rest: &mut &[u8]) -> Option<u32> {
    let mut n = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = take(rest, 1)?[0];
        n |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}

fn take_doc<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let len = take_varint(rest)? as usize;
    take(rest, len)
}

/// The number at a position of a list of numbers; 0 beyond its end.
fn u32_at(list: &[u8], position: usize) -> u32 {
    list.get(position * 4..position * 4 + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}
