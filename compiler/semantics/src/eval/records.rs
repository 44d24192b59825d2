//! Records from their entries. Most entries set one field or all that another record has: their values are put side by side. What
//! goes into something that is there, appends or follows a path takes a [`Draft`].

use bumpalo::collections::Vec as ArenaVec;
use plat_model::{Field, Node, Origin, Value, field};

use super::draft::Draft;
use super::influence::Atoms;
use super::{Cx, Eval, Poison, Session};
use crate::hir::{Entry, EntryOp, ExprId, Segment, SegmentKind};
use crate::ty::TypeKind;

impl<'a> Session<'a> {
    /// `{ a = 1 }` as an expression, in the shape of its type.
    #[inline(never)]
    pub(super) fn record_literal(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        entries: &'a [Entry],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let node = self.entries_record(cx, entries, origin)?;
        let ty = &cx.unit.infer.types[id.0 as usize];
        match ty.kind {
            TypeKind::Record(_) | TypeKind::Map(_) => self.complete(node, ty),
            _ => Ok(node),
        }
    }

    /// The record that entries make. All of them are evaluated, so that what is wrong with each is found.
    pub(super) fn entries_record(
        &mut self,
        cx: Cx<'a>,
        entries: &'a [Entry],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        self.tagging_record(|session| session.record_of_entries(cx, entries, origin))
    }

    fn record_of_entries(
        &mut self,
        cx: Cx<'a>,
        entries: &'a [Entry],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let mut fields: ArenaVec<'a, Field<'a>> = self.list_of(entries.len());
        let mut failed = false;
        for (index, entry) in entries.iter().enumerate() {
            if !is_simple(entry, &fields) {
                let mut draft = Draft::of_fields(self.arena, &fields, origin);
                failed |= self.entries(cx, &entries[index..], &mut draft).is_err();
                return if failed {
                    Err(Poison)
                } else {
                    self.finish(draft, origin)
                };
            }
            failed |= self.simple_entry(cx, entry, &mut fields).is_err();
        }
        if failed {
            return Err(Poison);
        }
        Ok(Node::new(Value::Record(self.keep(fields)?), origin))
    }

    fn simple_entry(
        &mut self,
        cx: Cx<'a>,
        entry: &'a Entry,
        fields: &mut ArenaVec<'a, Field<'a>>,
    ) -> Eval<()> {
        self.burn(1)?;
        let guarded = self.guarded(cx, entry, fields)?;
        let Some(why) = guarded else {
            return Ok(());
        };
        let node = match &entry.op {
            EntryOp::Set(value) => self.eval_apart(cx, *value)?,
            EntryOp::Into(inner) => {
                let origin = Origin {
                    body: cx.unit.origin,
                    node: entry.node.0,
                };
                self.entries_record(cx, inner, origin)?
            }
            EntryOp::Spread(value) => {
                let node = self.eval_apart(cx, *value)?;
                self.look_shape(&node);
                self.look_at_all(&why);
                return self.spread(node, fields);
            }
            EntryOp::Append(_) => return Err(Poison),
        };
        let key = match entry.path.first().map(|segment| &segment.kind) {
            Some(SegmentKind::Name(name)) => name.as_str(),
            Some(SegmentKind::Computed(key)) => self.key(cx, *key)?,
            _ => return Err(Poison),
        };
        let node = self.because_of(node, &why);
        set(fields, Field { key, node });
        Ok(())
    }

    /// Whether the guard of an entry holds, and what that was decided by; what it guards is absent because of the same.
    fn guarded(
        &mut self,
        cx: Cx<'a>,
        entry: &'a Entry,
        fields: &mut ArenaVec<'a, Field<'a>>,
    ) -> Eval<Option<Atoms>> {
        let Some(guard) = entry.guard else {
            return Ok(Some(Atoms::default()));
        };
        let (holds, why) = self.looking(|session| session.holds_now(cx, guard));
        if holds? {
            return Ok(Some(why));
        }
        match entry.path.first().map(|segment| &segment.kind) {
            Some(SegmentKind::Name(name)) => {
                match fields.iter_mut().find(|field| field.key == name.as_str()) {
                    Some(known) => known.node = self.because_of(known.node, &why),
                    None => self.note_absent(name.as_str(), &why),
                }
            }
            _ => self.look_at_all(&why),
        }
        Ok(None)
    }

    /// Adds the fields of a record. Absent ones change nothing.
    fn spread(&mut self, node: Node<'a>, fields: &mut ArenaVec<'a, Field<'a>>) -> Eval<()> {
        if matches!(node.value, Value::None) {
            return Ok(());
        }
        let more = self.open(node)?.value.fields().ok_or(Poison)?;
        self.burn(more.len() as u64)?;
        let more = more
            .iter()
            .filter(|field| !matches!(field.node.value, Value::None));
        if fields.is_empty() {
            fields.extend(more);
        } else {
            for field in more {
                set(fields, *field);
            }
        }
        Ok(())
    }
}

/// Whether an entry gives one field as a whole, or all that another record has.
fn is_simple(entry: &Entry, before: &[Field<'_>]) -> bool {
    let (kind, op) = match (entry.path.as_slice(), &entry.op) {
        (_, EntryOp::Spread(_)) => return true,
        ([Segment { kind, .. }], op) => (kind, op),
        _ => return false,
    };
    match (kind, op) {
        (SegmentKind::Name(_) | SegmentKind::Computed(_), EntryOp::Set(_)) => true,
        (SegmentKind::Name(name), EntryOp::Into(_)) => field(before, name).is_none(),
        _ => false,
    }
}

/// Sets a field: in the place of the one that has its name, or as the last.
fn set<'a>(fields: &mut ArenaVec<'a, Field<'a>>, new: Field<'a>) {
    match fields.iter_mut().find(|field| field.key == new.key) {
        Some(known) => *known = new,
        None => fields.push(new),
    }
}
