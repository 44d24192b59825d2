//! Events and tokens to a green tree, with every trivia token put where a reader would look for it.

use rowan::{GreenNode, GreenToken, NodeOrToken};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{
    events::{ABANDONED, Event},
    tokens::Input,
};
use crate::{
    SyntaxKind::{self, *},
    lexer::Token,
};

/// The tree of an empty file.
pub(super) fn empty() -> GreenNode {
    GreenNode::new(FILE.into(), [])
}

/// Builds the tree of all tokens.
pub(super) fn build(
    text: &str,
    tokens: &[Token],
    inputs: &[Input],
    mut events: Vec<Event>,
) -> GreenNode {
    let mut builder = Builder {
        text,
        tokens,
        raw: 0,
        offset: 0,
        open: Vec::new(),
        elements: Vec::new(),
        shared: SharedTokens::new(tokens.len()),
    };
    let mut next_input = inputs.iter();
    let mut kinds: Vec<SyntaxKind> = Vec::new();
    for index in 0..events.len() {
        match events[index] {
            Event::Open {
                kind: ABANDONED,
                parent: 0,
            } => {}
            // By far the most nodes have no node put around them.
            Event::Open { kind, parent: 0 } => {
                let ahead = next_input
                    .as_slice()
                    .first()
                    .map_or(tokens.len(), |input| input.raw as usize);
                builder.open(kind, ahead);
            }
            Event::Open { .. } => {
                let ahead = next_input
                    .as_slice()
                    .first()
                    .map_or(tokens.len(), |input| input.raw as usize);
                collect_kinds(&mut events, index, &mut kinds);
                while let Some(kind) = kinds.pop() {
                    builder.open(kind, ahead);
                }
            }
            Event::Close => {
                if builder.open.len() == 1 {
                    builder.trivia_until(tokens.len());
                }
                builder.close();
            }
            Event::Token(kind) => {
                if let Some(input) = next_input.next() {
                    builder.trivia_until(input.raw as usize);
                    builder.token(kind);
                }
            }
        }
    }
    match builder.elements.pop() {
        Some(NodeOrToken::Node(root)) => root,
        // The grammar opens and closes the file around everything.
        _ => empty(),
    }
}

/// The kinds of the nodes that open here, innermost first, following the chain of nodes put around nodes.
fn collect_kinds(events: &mut [Event], mut index: usize, kinds: &mut Vec<SyntaxKind>) {
    loop {
        let Event::Open { kind, parent } = events[index] else {
            return;
        };
        if kind != ABANDONED {
            kinds.push(kind);
        }
        // The outer node must not open again when its own event comes.
        events[index] = Event::Open {
            kind: ABANDONED,
            parent: 0,
        };
        if parent == 0 {
            return;
        }
        index += parent as usize;
    }
}

/// Makes nodes from the inside out. Equal tokens of a file are one in memory; nodes are hardly ever equal, so looking for equal
/// ones would cost more than it saves.
struct Builder<'t> {
    text: &'t str,
    tokens: &'t [Token],
    raw: usize,
    offset: usize,
    /// The nodes that are open, outermost first: the kind, and the index of its first element.
    open: Vec<(SyntaxKind, usize)>,
    /// What the open nodes have so far.
    elements: Vec<NodeOrToken<GreenNode, GreenToken>>,
    shared: SharedTokens<'t>,
}

impl Builder<'_> {
    /// Opens a node before the token `ahead`.
    fn open(&mut self, kind: SyntaxKind, ahead: usize) {
        if !self.open.is_empty() {
            self.trivia_before_node(kind, ahead);
        }
        self.open.push((kind, self.elements.len()));
    }

    fn close(&mut self) {
        if let Some((kind, first)) = self.open.pop() {
            let node = GreenNode::new(kind.into(), self.elements.drain(first..));
            self.elements.push(NodeOrToken::Node(node));
        }
    }

    fn token(&mut self, kind: SyntaxKind) {
        let end = self.offset + self.tokens[self.raw].len as usize;
        let token = self.shared.token(kind, &self.text[self.offset..end]);
        self.elements.push(NodeOrToken::Token(token));
        self.raw += 1;
        self.offset = end;
    }

    fn trivia_until(&mut self, raw: usize) {
        while self.raw < raw {
            self.token(self.tokens[self.raw].kind);
        }
    }

    /// Trivia before a node stays outside of it, but the comments directly above an item or entry belong to it.
    fn trivia_before_node(&mut self, kind: SyntaxKind, ahead: usize) {
        let inside = if kind.is_documentable() {
            self.comments_above(ahead)
        } else {
            ahead
        };
        self.trivia_until(inside);
    }

    /// The index of the first token of the block of comment lines that ends directly above the token `ahead`.
    fn comments_above(&self, ahead: usize) -> usize {
        let mut first = ahead;
        let mut line_ends = 0;
        let mut index = ahead;
        while index > self.raw {
            index -= 1;
            match self.tokens[index].kind {
                WHITESPACE => {}
                NEWLINE => {
                    line_ends += 1;
                    if line_ends > 1 {
                        break;
                    }
                }
                // A comment behind other tokens of its line speaks of them.
                COMMENT | DOC_COMMENT if line_ends == 1 && self.starts_line(index) => {
                    line_ends = 0;
                    first = index;
                }
                _ => break,
            }
        }
        first
    }

    fn starts_line(&self, index: usize) -> bool {
        let before = self.tokens[..index]
            .iter()
            .rev()
            .find(|token| token.kind != WHITESPACE);
        before.is_none_or(|token| matches!(token.kind, NEWLINE | BOM))
    }
}

/// The tokens of a file, each text once.
struct SharedTokens<'t> {
    /// By kind, the last one: most are punctuation and line ends, which have one text.
    last: [Option<GreenToken>; SyntaxKind::TOKENS],
    by_text: FxHashMap<(SyntaxKind, &'t str), GreenToken>,
}

impl<'t> SharedTokens<'t> {
    /// For a file of so many tokens.
    fn new(tokens: usize) -> Self {
        Self {
            last: [const { None }; SyntaxKind::TOKENS],
            by_text: FxHashMap::with_capacity_and_hasher(tokens / 4, FxBuildHasher),
        }
    }

    fn token(&mut self, kind: SyntaxKind, text: &'t str) -> GreenToken {
        let last = &mut self.last[kind as usize];
        if let Some(token) = last
            && token.text() == text
        {
            return token.clone();
        }
        let token = self
            .by_text
            .entry((kind, text))
            .or_insert_with(|| GreenToken::new(kind.into(), text));
        *last = Some(token.clone());
        token.clone()
    }
}
