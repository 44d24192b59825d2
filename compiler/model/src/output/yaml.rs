//! YAML, block style, two spaces of indent, entries of a list in line with its key, as Kubernetes' own tools write it.

use crate::{Field, Node, Origin, Value};

use super::scalar::{self, Escapes};
use super::{MAX_DEPTH, Reason, Sink, SourceMap, Unwritable, is_present};

/// Writes documents one after the other into a buffer.
pub struct Writer<'o> {
    sink: Sink<'o>,
    documents: usize,
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("documents", &self.documents)
            .finish_non_exhaustive()
    }
}

impl<'o> Writer<'o> {
    /// Appends to `out`. Lines count from 1 at its present end.
    #[must_use]
    pub fn new(out: &'o mut Vec<u8>, map: Option<&'o mut SourceMap>) -> Self {
        Self {
            sink: Sink::new(out, map),
            documents: 0,
        }
    }

    /// Writes lines of comment.
    pub fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.sink.push(if line.is_empty() { b"#" } else { b"# " });
            let printable = line.bytes().all(|byte| (b' '..0x7f).contains(&byte));
            if printable {
                self.sink.push(line.as_bytes());
            } else {
                scalar::write_quoted(self.sink.out, line, Escapes::Yaml);
            }
            self.sink.end_line(Origin::COMPILER);
        }
    }

    /// Writes a document; from the second on, after a line `---`.
    ///
    /// # Errors
    /// When a value has no text in a manifest; then nothing is written.
    pub fn document(&mut self, root: &Node<'_>) -> Result<(), Unwritable> {
        let separate = self.documents > 0;
        self.sink.all_or_nothing(|sink| {
            if separate {
                sink.push(b"---");
                sink.end_line(root.origin);
            }
            sink.block(root, Place::ROOT, 0)
        })?;
        self.documents += 1;
        Ok(())
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place {
    /// Column of the entries of a list.
    list: usize,
    /// Column of the entries of a record.
    record: usize,
    /// What is on the line already.
    after: After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing.
    Nothing,
    /// `key:`, so that collections begin on the next line.
    Key,
    /// `- ` or `? `, so that collections begin on this line.
    Dash,
}

impl Place {
    const ROOT: Self = Self {
        list: 0,
        record: 0,
        after: After::Nothing,
    };

    /// Column of the lines of a literal block: two deeper than what holds it.
    fn block_column(self) -> usize {
        if self.after == After::Dash {
            self.list
        } else {
            self.list + 2
        }
    }
}

impl Sink<'_> {
    /// Writes a value up to the end of its last line.
    fn block(&mut self, node: &Node<'_>, place: Place, depth: usize) -> Result<(), Unwritable> {
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
            Value::Record(fields) | Value::Map(fields) => {
                return self.fields(node, fields, place, depth);
            }
            Value::List(elements) => return self.elements(node, elements, place, depth),
            _ => {}
        }
        if place.after == After::Key {
            self.out.push(b' ');
        }
        match &node.value {
            Value::Str(text) if scalar::is_plain(text) => self.push(text.as_bytes()),
            Value::Str(text) if scalar::is_block(text) => {
                self.lines(text, place.block_column(), node.origin);
                return Ok(());
            }
            Value::Str(text) => scalar::write_quoted(self.out, text, Escapes::Yaml),
            Value::Int(number) => scalar::write_int(self.out, *number),
            Value::Bool(true) => self.push(b"true"),
            Value::Bool(false) => self.push(b"false"),
            Value::Float(number) => {
                if !scalar::write_float(self.out, *number) {
                    return fail(Reason::NotFinite);
                }
            }
            other => return fail(Reason::NotASinkValue(other.kind_name())),
        }
        self.end_line(node.origin);
        Ok(())
    }

    fn fields(
        &mut self,
        node: &Node<'_>,
        fields: &[Field<'_>],
        place: Place,
        depth: usize,
    ) -> Result<(), Unwritable> {
        let mut begun = place.after == After::Nothing;
        let mut empty = true;
        for field in fields {
            if !is_present(&field.node) {
                continue;
            }
            if empty && place.after == After::Key {
                self.end_line(node.origin);
                begun = true;
            }
            if begun {
                self.indent(place.record);
            }
            (begun, empty) = (true, false);
            self.key(field.key, field.node.origin, place.record);
            let inner = Place {
                list: place.record,
                record: place.record + 2,
                after: After::Key,
            };
            self.block(&field.node, inner, depth + 1)?;
        }
        if empty {
            self.push(if place.after == After::Key {
                b" {}"
            } else {
                b"{}"
            });
            self.end_line(node.origin);
        }
        Ok(())
    }

    /// Writes a key and its colon. One that is too long for readers to look ahead is written as `? key`.
    fn key(&mut self, key: &str, origin: Origin, column: usize) {
        if scalar::is_plain_key(key) {
            self.push(key.as_bytes());
        } else {
            let start = self.out.len();
            scalar::write_quoted(self.out, key, Escapes::Yaml);
            if self.out.len() - start > scalar::MAX_SIMPLE_KEY {
                self.out.splice(start..start, *b"? ");
                self.end_line(origin);
                self.indent(column);
            }
        }
        self.out.push(b':');
    }

    fn elements(
        &mut self,
        node: &Node<'_>,
        elements: &[Node<'_>],
        place: Place,
        depth: usize,
    ) -> Result<(), Unwritable> {
        let mut begun = place.after == After::Nothing;
        let mut empty = true;
        for element in elements {
            if !is_present(element) {
                continue;
            }
            if empty && place.after == After::Key {
                self.end_line(node.origin);
                begun = true;
            }
            if begun {
                self.indent(place.list);
            }
            (begun, empty) = (true, false);
            self.push(b"- ");
            let inner = Place {
                list: place.list + 2,
                record: place.list + 2,
                after: After::Dash,
            };
            self.block(element, inner, depth + 1)?;
        }
        if empty {
            self.push(if place.after == After::Key {
                b" []"
            } else {
                b"[]"
            });
            self.end_line(node.origin);
        }
        Ok(())
    }

    /// Writes text as a literal block.
    fn lines(&mut self, text: &str, column: usize, origin: Origin) {
        let (body, header) = match text.strip_suffix('\n') {
            Some(body) => (body, &b"|"[..]),
            None => (text, &b"|-"[..]),
        };
        self.push(header);
        self.end_line(origin);
        for line in body.split('\n') {
            if !line.is_empty() {
                self.indent(column);
                self.push(line.as_bytes());
            }
            self.end_line(origin);
        }
    }
}
