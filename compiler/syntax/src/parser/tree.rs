//! Events and tokens to a green tree, with every trivia token put where a reader would look for it.

use rowan::{GreenNode, GreenNodeBuilder};

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
    let mut builder = GreenNodeBuilder::new();
    builder.start_node(FILE.into());
    builder.finish_node();
    builder.finish()
}

/// Builds the tree of all tokens.
pub(super) fn build(
    text: &str,
    tokens: &[Token],
    inputs: &[Input],
    mut events: Vec<Event>,
) -> GreenNode {
    let mut builder = Builder {
        green: GreenNodeBuilder::new(),
        text,
        tokens,
        raw: 0,
        offset: 0,
    };
    let mut next_input = inputs.iter();
    let mut open = 0usize;
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
                builder.open(kind, ahead, open);
                open += 1;
            }
            Event::Open { .. } => {
                let ahead = next_input
                    .as_slice()
                    .first()
                    .map_or(tokens.len(), |input| input.raw as usize);
                collect_kinds(&mut events, index, &mut kinds);
                while let Some(kind) = kinds.pop() {
                    builder.open(kind, ahead, open);
                    open += 1;
                }
            }
            Event::Close => {
                open -= 1;
                if open == 0 {
                    builder.trivia_until(tokens.len());
                }
                builder.green.finish_node();
            }
            Event::Token(kind) => {
                if let Some(input) = next_input.next() {
                    builder.trivia_until(input.raw as usize);
                    builder.token(kind);
                }
            }
        }
    }
    builder.green.finish()
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

struct Builder<'t> {
    green: GreenNodeBuilder<'static>,
    text: &'t str,
    tokens: &'t [Token],
    raw: usize,
    offset: usize,
}

impl Builder<'_> {
    /// Opens a node inside of `depth` others, before the token `ahead`.
    fn open(&mut self, kind: SyntaxKind, ahead: usize, depth: usize) {
        if depth > 0 {
            self.trivia_before_node(kind, ahead);
        }
        self.green.start_node(kind.into());
    }

    fn token(&mut self, kind: SyntaxKind) {
        let len = self.tokens[self.raw].len as usize;
        self.green
            .token(kind.into(), &self.text[self.offset..self.offset + len]);
        self.raw += 1;
        self.offset += len;
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
