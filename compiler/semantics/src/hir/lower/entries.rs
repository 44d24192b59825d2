//! What stands in the braces of facts, services, records and objects: entries and the paths to their left.

use std::collections::BTreeMap;

use plat_diagnostics::codes;
use plat_syntax::ast::{AstNodeExt, HasFields, HasGuard};
use plat_syntax::{AstNode, SyntaxKind, ast};

use super::Lowering;
use crate::hir::{Entry, EntryOp, ExprId, NodeId, Segment, SegmentKind};
use crate::problem::Problem;

impl Lowering {
    /// The entries of an optional block.
    pub(super) fn fields(&mut self, fields: Option<ast::Fields>) -> Vec<Entry> {
        fields
            .map(|fields| self.entries(fields.entries()))
            .unwrap_or_default()
    }

    /// Entries in the order of the source.
    pub(super) fn entries(
        &mut self,
        entries: impl IntoIterator<Item = ast::FieldEntry>,
    ) -> Vec<Entry> {
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter_map(|entry| self.entry(&entry))
            .collect();
        let first = entries.iter().position(|entry| !is_spread(entry));
        for late in entries
            .iter()
            .skip(first.unwrap_or(entries.len()))
            .filter(|entry| is_spread(entry))
        {
            let problem = Problem::new(&codes::UNEXPECTED, "`..` stands first in a block")
                .at(self.at(late.node), "below other entries")
                .help("move it to the top: what stands below overrides it");
            self.problem(problem);
        }
        entries
    }

    /// Reports every field that a record literal sets twice, whatever its type; conditions may make it one of two.
    pub(super) fn distinct_fields(&mut self, entries: &[Entry]) {
        let mut set: BTreeMap<Vec<&str>, NodeId> = BTreeMap::new();
        let whole = |entry: &&Entry| {
            entry.guard.is_none() && matches!(entry.op, EntryOp::Set(_)) && !entry.path.is_empty()
        };
        for entry in entries.iter().filter(whole) {
            let names: Option<Vec<&str>> = entry
                .path
                .iter()
                .map(|segment| match &segment.kind {
                    SegmentKind::Name(name) => Some(name.as_str()),
                    SegmentKind::Computed(_) | SegmentKind::Index(_) => None,
                })
                .collect();
            let Some(names) = names else { continue };
            let path = names.join(".");
            let first = *set.entry(names).or_insert(entry.node);
            if first != entry.node {
                let problem = Problem::new(
                    &codes::SET_TWICE,
                    format!("`{path}` is set twice in one record"),
                )
                .at(self.at(entry.node), "set again here")
                .also(self.at(first), "first set here")
                .help("keep one of them; to choose by a condition, write `if … then … else …`");
                self.problem(problem);
            }
        }
    }

    /// An entry; one without a path is broken, and reported.
    pub(super) fn entry(&mut self, entry: &ast::FieldEntry) -> Option<Entry> {
        // Blocks nest as deep as expressions do.
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match entry {
            ast::FieldEntry::Field(field) => self.field(field),
            ast::FieldEntry::Spread(spread) => {
                let range = spread.range();
                let value = self.optional_expr(spread.value(), range);
                let guard = self.guard(spread.guard());
                Some(Entry {
                    node: self.node(range),
                    path: Vec::new(),
                    op: EntryOp::Spread(value),
                    guard,
                })
            }
        })
    }

    /// Fields are most of what a fleet's files hold, so their parts are taken in one pass instead of one each.
    fn field(&mut self, field: &ast::Field) -> Option<Entry> {
        let (mut keypath, mut value, mut block, mut guard) = (None, None, None, None);
        for node in field.syntax().children() {
            match node.kind() {
                SyntaxKind::KEYPATH => keypath = ast::Keypath::cast(node),
                SyntaxKind::FIELDS => block = ast::Fields::cast(node),
                SyntaxKind::GUARD => guard = ast::Guard::cast(node),
                _ => value = value.or(ast::Expr::cast(node)),
            }
        }
        let keypath = keypath?;
        let range = keypath.syntax().text_range();
        let path = self.keypath(&keypath);
        if path.is_empty() {
            return None;
        }
        let node = self.node(range);
        let op = match block {
            Some(block) => EntryOp::Into(self.entries(block.entries())),
            None if field.op() == Some(ast::FieldOp::Append) => {
                EntryOp::Append(self.optional_expr(value, range))
            }
            // Without an operator the field is broken, and the parser has said so.
            None => EntryOp::Set(self.optional_expr(value, range)),
        };
        let guard = self.guard(guard);
        Some(Entry {
            node,
            path,
            op,
            guard,
        })
    }

    /// The segments of a path left of `=`.
    pub(super) fn keypath(&mut self, keypath: &ast::Keypath) -> Vec<Segment> {
        // Nearly every path is one name, and there are more paths than anything else.
        let mut path = Vec::with_capacity(1);
        for segment in keypath.segments() {
            path.extend(self.segment(&segment));
        }
        path
    }

    fn segment(&mut self, segment: &ast::KeySegment) -> Option<Segment> {
        let range = segment.syntax().text_range();
        let kind = match segment {
            ast::KeySegment::NameKey(key) => SegmentKind::Name(key.name()?.text().into()),
            ast::KeySegment::StringKey(key) => self.string_key(&key.string()?),
            ast::KeySegment::ComputedKey(key) => {
                SegmentKind::Computed(self.optional_expr(key.expr(), range))
            }
            ast::KeySegment::IndexKey(key) => {
                SegmentKind::Index(self.optional_expr(key.expr(), range))
            }
        };
        Some(Segment {
            node: self.node(range),
            kind,
        })
    }

    /// A quoted key is text; with an interpolation it is computed.
    fn string_key(&mut self, string: &ast::Str) -> SegmentKind {
        let mut text = String::new();
        for part in string.decode() {
            match part {
                ast::StrPart::Text(piece) => text.push_str(&piece.text),
                ast::StrPart::Interpolation(_) => {
                    return SegmentKind::Computed(self.lower_string(string));
                }
            }
        }
        SegmentKind::Name(text.into())
    }

    /// `when c`.
    pub(super) fn guard(&mut self, guard: Option<ast::Guard>) -> Option<ExprId> {
        let guard = guard?;
        Some(self.optional_expr(guard.condition(), guard.syntax().text_range()))
    }
}

fn is_spread(entry: &Entry) -> bool {
    matches!(entry.op, EntryOp::Spread(_))
}
