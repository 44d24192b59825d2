//! JSON, with two spaces of indent and keys in the order of the value.

use crate::{Node, Origin, Value};

use super::scalar::{self, Escapes};
use super::{MAX_DEPTH, Reason, Sink, SourceMap, Unwritable, is_present};

/// Appends a document to `out`. Lines count from 1 at its present end.
///
/// # Errors
/// When a value has no text in a manifest; then nothing is written.
pub fn write(
    out: &mut Vec<u8>,
    map: Option<&mut SourceMap>,
    root: &Node<'_>,
) -> Result<(), Unwritable> {
    Sink::new(out, map).all_or_nothing(|sink| {
        sink.json(root, 0)?;
        sink.end_line(root.origin);
        Ok(())
    })
}

impl Sink<'_> {
    /// Writes a value, without the end of its last line.
    fn json(&mut self, node: &Node<'_>, depth: usize) -> Result<(), Unwritable> {
        let fail = |reason| {
            Err(Unwritable {
                reason,
                origin: node.origin,
            })
        };
        if depth > MAX_DEPTH {
            return fail(Reason::TooDeep);
        }
        match &node.value {
            Value::Str(text) => scalar::write_quoted(self.out, text, Escapes::Json),
            Value::Int(number) => scalar::write_int(self.out, *number),
            Value::Bool(true) => self.push(b"true"),
            Value::Bool(false) => self.push(b"false"),
            Value::Float(number) => {
                if !scalar::write_float(self.out, *number) {
                    return fail(Reason::NotFinite);
                }
            }
            Value::Record(fields) | Value::Map(fields) => {
                let mut last = None;
                for field in fields.iter().filter(|field| is_present(&field.node)) {
                    self.next(b"{", &mut last, node.origin, field.node.origin, depth);
                    scalar::write_quoted(self.out, field.key, Escapes::Json);
                    self.push(b": ");
                    self.json(&field.node, depth + 1)?;
                }
                self.close(b"{}", last, depth);
            }
            Value::List(elements) => {
                let mut last = None;
                for element in elements.iter().filter(|element| is_present(element)) {
                    self.next(b"[", &mut last, node.origin, element.origin, depth);
                    self.json(element, depth + 1)?;
                }
                self.close(b"[]", last, depth);
            }
            other => return fail(Reason::NotASinkValue(other.kind_name())),
        }
        Ok(())
    }

    /// Begins the next member: after the bracket if it is the first, else after the comma of the last.
    fn next(
        &mut self,
        open: &[u8],
        last: &mut Option<Origin>,
        collection: Origin,
        member: Origin,
        depth: usize,
    ) {
        match *last {
            None => {
                self.push(open);
                self.end_line(collection);
            }
            Some(origin) => {
                self.out.push(b',');
                self.end_line(origin);
            }
        }
        *last = Some(member);
        self.indent((depth + 1) * 2);
    }

    fn close(&mut self, brackets: &[u8; 2], last: Option<Origin>, depth: usize) {
        match last {
            None => self.push(brackets),
            Some(origin) => {
                self.end_line(origin);
                self.indent(depth * 2);
                self.out.push(brackets[1]);
            }
        }
    }
}
