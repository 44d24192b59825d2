//! From the parser's events to trees, without recursion: the parser bounds nesting, this bounds what aliases may copy.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use rustc_hash::FxHashMap;

use super::{Entry, Fault, Tree, TreeValue, scalar};

/// Nodes that the aliases of one text may copy: a few bytes of YAML can otherwise stand for a full memory.
const MAX_COPIED_NODES: usize = 100_000;
/// How deep a tree may be. The parser has such a limit of its own, which aliases within aliases would get around.
const MAX_DEPTH: usize = 512;

/// Reads every document of a text. A fault in one document costs that document only.
#[must_use]
pub fn read_documents(text: &str) -> (Vec<Tree>, Vec<Fault>) {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Vec::new();
    let mut faults = Vec::new();
    let mut builder = Builder::default();
    loop {
        let step = match parser.next_event() {
            None => break,
            Some(Ok((Event::DocumentEnd, _))) => {
                documents.extend(builder.document.take());
                builder.begin();
                Ok(())
            }
            Some(Ok((event, span))) => builder.event(event, &span),
            Some(Err(error)) => {
                let at = error
                    .marker()
                    .byte_offset()
                    .unwrap_or(text.len())
                    .min(text.len());
                Err(Fault::new(
                    at..char_end(text, at),
                    format!("this is not YAML: {}", error.info()),
                ))
            }
        };
        if let Err(fault) = step {
            faults.push(fault);
            builder.begin();
            if !matches!(parser.proceed_next_document(), Ok(true)) {
                break;
            }
        }
    }
    (documents, faults)
}

/// The end of the character at `at`, or `at` at the end of the text.
fn char_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(at, |c| at + c.len_utf8())
}

/// A collection that is not closed yet.
struct Open {
    collection: Collection,
    anchor: usize,
    span: Range<usize>,
}

enum Collection {
    List(Vec<Tree>),
    Map {
        entries: Vec<Entry>,
        /// The key whose value comes next.
        key: Option<(Box<str>, Range<usize>)>,
        /// The values of `<<`, which yield to the map's own entries.
        merged: Vec<Tree>,
    },
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    anchors: FxHashMap<usize, Tree>,
    copied: usize,
    document: Option<Tree>,
}

/// The key that merges another map into its own.
const MERGE_KEY: &str = "<<";

impl Builder {
    /// Forgets what was begun, for a new document. What aliases have copied counts for the whole text.
    fn begin(&mut self) {
        self.stack.clear();
        self.anchors.clear();
        self.document = None;
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Fault> {
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar_value(&text, style, tag.as_deref(), &range)?;
                // A scalar that is not there stands where it would.
                let source = if style == ScalarStyle::Plain {
                    text.as_ref()
                } else {
                    ""
                };
                self.place(Tree { value, span: range }, anchor, source)
            }
            Event::Alias(anchor) => {
                let Some(tree) = self.anchors.get(&anchor) else {
                    return Err(Fault::new(range, "this alias stands within what it names"));
                };
                let (count, depth) = measure(tree, MAX_COPIED_NODES);
                self.copied += count;
                if self.copied > MAX_COPIED_NODES {
                    return Err(Fault::new(
                        range,
                        format!(
                            "the aliases of this file copy more than {MAX_COPIED_NODES} values"
                        ),
                    ));
                }
                if self.stack.len() + depth > MAX_DEPTH {
                    return Err(Fault::new(
                        range,
                        format!("this alias nests values deeper than {MAX_DEPTH} levels"),
                    ));
                }
                let tree = Tree {
                    span: range,
                    ..tree.clone()
                };
                self.place(tree, 0, "")
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_foreign_tag(tag.as_deref(), "seq", &range)?;
                self.stack.push(Open {
                    collection: Collection::List(Vec::new()),
                    anchor,
                    span: range,
                });
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_foreign_tag(tag.as_deref(), "map", &range)?;
                let collection = Collection::Map {
                    entries: Vec::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.stack.push(Open {
                    collection,
                    anchor,
                    span: range,
                });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(open) => {
                    let (tree, anchor) = open.close(range.end)?;
                    self.place(tree, anchor, "")
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Puts a finished node where it belongs. `source` is the text of a bare scalar: as a key it counts as written.
    fn place(&mut self, tree: Tree, anchor: usize, source: &str) -> Result<(), Fault> {
        if anchor != 0 {
            self.anchors.insert(anchor, tree.clone());
        }
        match self.stack.last_mut().map(|open| &mut open.collection) {
            None => self.document = Some(tree),
            Some(Collection::List(elements)) => elements.push(tree),
            Some(Collection::Map {
                entries,
                key,
                merged,
            }) => match key.take() {
                Some((name, _)) if &*name == MERGE_KEY => merged.push(tree),
                Some((name, key_span)) => entries.push(Entry {
                    key: name,
                    key_span,
                    tree,
                }),
                None => {
                    let name = key_text(&tree, source)?;
                    if entries.iter().any(|entry| entry.key == name) {
                        return Err(Fault::new(
                            tree.span,
                            format!("the key `{name}` stands twice in this map"),
                        ));
                    }
                    *key = Some((name, tree.span));
                }
            },
        }
        Ok(())
    }
}

impl Open {
    fn close(self, end: usize) -> Result<(Tree, usize), Fault> {
        let Self {
            collection,
            anchor,
            span,
        } = self;
        let value = match collection {
            Collection::List(elements) => TreeValue::List(elements),
            Collection::Map {
                mut entries,
                merged,
                ..
            } => {
                for tree in merged {
                    merge(&mut entries, tree)?;
                }
                TreeValue::Map(entries)
            }
        };
        // The parser ends a block collection where the next token begins: its last child ends sooner.
        let end = match &value {
            TreeValue::List(elements) => elements.last().map(|tree| tree.span.end),
            TreeValue::Map(entries) => entries
                .last()
                .map(|entry| entry.tree.span.end.max(entry.key_span.end)),
            _ => None,
        }
        .unwrap_or(end);
        Ok((
            Tree {
                value,
                span: span.start..end.max(span.start),
            },
            anchor,
        ))
    }
}

/// Adds the entries of a map, or of every map of a list, whose keys are not there.
fn merge(entries: &mut Vec<Entry>, tree: Tree) -> Result<(), Fault> {
    let sources = match tree.value {
        TreeValue::List(elements) => elements,
        _ => vec![tree],
    };
    for source in sources {
        let TreeValue::Map(more) = source.value else {
            return Err(Fault::new(
                source.span,
                "only a map can be merged with `<<`",
            ));
        };
        for entry in more {
            if entries.iter().all(|known| known.key != entry.key) {
                entries.push(entry);
            }
        }
    }
    Ok(())
}

/// A key as the JSON that becomes of the document has it.
fn key_text(tree: &Tree, source: &str) -> Result<Box<str>, Fault> {
    match &tree.value {
        TreeValue::Text(text) => Ok(text.clone()),
        TreeValue::Bool(bool) => Ok(bool.to_string().into()),
        TreeValue::Int(number) => Ok(number.to_string().into()),
        TreeValue::Float(_) => Ok(source.into()),
        TreeValue::Null => Err(Fault::new(tree.span.clone(), "this key is empty")),
        TreeValue::List(_) | TreeValue::Map(_) => Err(Fault::new(
            tree.span.clone(),
            format!("{} cannot be a key", tree.kind_name()),
        )),
    }
}

fn scalar_value(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: &Range<usize>,
) -> Result<TreeValue, Fault> {
    let wrong = |what: &str| Fault::new(span.clone(), format!("`{text}` is not {what}"));
    let Some(tag) = tag else {
        if style != ScalarStyle::Plain {
            return Ok(TreeValue::Text(text.into()));
        }
        return scalar::resolve(text).ok_or_else(|| wrong("a number that a manifest can hold"));
    };
    match (tag.core_suffix(), scalar::resolve(text)) {
        (Some("str"), _) => Ok(TreeValue::Text(text.into())),
        (Some("null"), Some(TreeValue::Null)) => Ok(TreeValue::Null),
        (Some("bool"), Some(value @ TreeValue::Bool(_))) => Ok(value),
        (Some("int"), Some(value @ TreeValue::Int(_))) => Ok(value),
        (Some("float"), Some(value @ TreeValue::Float(_))) => Ok(value),
        #[expect(clippy::cast_precision_loss, reason = "the author asks for a float")]
        (Some("float"), Some(TreeValue::Int(number))) => Ok(TreeValue::Float(number as f64)),
        (Some(name @ ("null" | "bool" | "int" | "float")), _) => {
            Err(wrong(&format!("of its tag `!!{name}`")))
        }
        // `!` alone, and the tag of opaque bytes, which stay as they are written.
        _ if tag.parts() == ("", "!") || tag.suffix() == "binary" => {
            Ok(TreeValue::Text(text.into()))
        }
        _ => Err(foreign_tag(tag, span)),
    }
}

fn refuse_foreign_tag(tag: Option<&Tag>, own: &str, span: &Range<usize>) -> Result<(), Fault> {
    match tag {
        Some(tag) if tag.core_suffix() != Some(own) && tag.parts() != ("", "!") => {
            Err(foreign_tag(tag, span))
        }
        _ => Ok(()),
    }
}

fn foreign_tag(tag: &Tag, span: &Range<usize>) -> Fault {
    Fault::new(
        span.clone(),
        format!("the tag `{}` means nothing to Kubernetes", tag.original()),
    )
    .help("Remove the tag, or render the file with the tool that understands it.")
}

/// How many nodes a tree has, counted up to a limit, and how deep it is.
fn measure(tree: &Tree, limit: usize) -> (usize, usize) {
    let mut open = vec![(tree, 1)];
    let (mut count, mut deepest) = (0, 0);
    while let Some((tree, depth)) = open.pop() {
        count += 1;
        deepest = deepest.max(depth);
        if count > limit {
            break;
        }
        open.extend(tree.elements().iter().map(|element| (element, depth + 1)));
        open.extend(tree.entries().iter().map(|entry| (&entry.tree, depth + 1)));
    }
    (count, deepest)
}
