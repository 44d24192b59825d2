//! What the formatter works on: the tree as a flat list of events, and what stands between its tokens.

use std::ops::Range;

use rowan::{NodeOrToken, WalkEvent, ast::AstNode};

use crate::{
    Parse,
    SyntaxKind::{self, *},
    SyntaxNode, SyntaxToken,
    ast::BinaryOp,
};

/// A text with its tree, taken apart.
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) events: Vec<Event>,
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
    /// What stands behind the last token.
    pub(super) end: Gap,
    /// Nothing may be added or removed at the end of the file: it ends in a string that was never closed, or in
    /// something that is no token.
    pub(super) ends_as_it_is: bool,
    /// How many line breaks stand before or in each token and those before it.
    breaks: Vec<u32>,
}

/// A step through the tree.
pub(super) enum Event {
    Enter(Node),
    Leave,
    /// The index of a token.
    Token(usize),
    /// The index of what stands for a declaration that stays as it is.
    Verbatim(usize),
}

/// A node, by its tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: SyntaxKind,
    /// Its first token.
    pub(super) first: usize,
    /// Its last token.
    pub(super) last: usize,
    /// It is what brackets are put around tightly: the only element in them, and a record, list or call.
    pub(super) hugged: bool,
    /// It is of an operator at which a long line may break.
    pub(super) chain: Option<Chain>,
    /// One of the operators of the chain starts a line.
    pub(super) chain_breaks: bool,
}

/// An operator that continues the line before it when it stands at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    And,
    Or,
    Concat,
    Coalesce,
}

/// A token that is no white space, comment or separating comma.
pub(super) struct Token {
    pub(super) kind: SyntaxKind,
    pub(super) parent: SyntaxKind,
    pub(super) range: Range<usize>,
    pub(super) gap: Gap,
}

/// What stands before a token.
#[derive(Debug, Clone, Default)]
pub(super) struct Gap {
    /// Indices of the comments.
    pub(super) comments: Range<usize>,
    /// The line ends behind the last comment.
    pub(super) line_ends: u32,
    /// Text that is no token stands here, so that the whole gap must stay as it is.
    pub(super) verbatim: Option<Range<usize>>,
}

impl Gap {
    /// The tokens around the gap stand on different lines.
    pub(super) fn breaks(&self) -> bool {
        self.line_ends > 0 || !self.comments.is_empty()
    }
}

/// A comment between tokens.
pub(super) struct Comment {
    pub(super) range: Range<usize>,
    /// The line ends before it; none if it stands behind something on its line.
    pub(super) line_ends: u32,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str, parse: &Parse, ends_open: bool) -> Self {
        let root = parse.syntax();
        let items = items_to_keep(&root, parse);
        let mut builder = Builder {
            source: Source {
                text,
                events: Vec::new(),
                tokens: Vec::new(),
                comments: Vec::new(),
                end: Gap::default(),
                ends_as_it_is: ends_open,
                breaks: Vec::new(),
            },
            gap: Gap::default(),
            gap_start: 0,
            open: Vec::new(),
        };
        builder.walk(&root, &items);
        builder.source.count_breaks();
        builder.source
    }

    /// A line break stands behind the token `first`, up to the token `last`.
    pub(super) fn is_broken_between(&self, first: usize, last: usize) -> bool {
        match (self.breaks.get(first), self.breaks.get(last)) {
            (Some(first), Some(last)) => last > first,
            _ => false,
        }
    }

    pub(super) fn token_text(&self, index: usize) -> &'t str {
        self.tokens
            .get(index)
            .map_or("", |token| &self.text[token.range.clone()])
    }

    fn has_line_end(&self, token: &Token) -> bool {
        matches!(token.kind, STRING | ERROR) && self.text[token.range.clone()].contains('\n')
    }

    fn count_breaks(&mut self) {
        let mut count = 0;
        let mut breaks = Vec::with_capacity(self.tokens.len());
        for token in &self.tokens {
            count += u32::from(token.gap.breaks() || token.gap.verbatim.is_some());
            let inside = self.has_line_end(token);
            count += u32::from(inside);
            breaks.push(count);
        }
        self.breaks = breaks;
    }
}

struct Builder<'t> {
    source: Source<'t>,
    gap: Gap,
    gap_start: usize,
    /// The events of the nodes that are open.
    open: Vec<usize>,
}

impl Builder<'_> {
    fn walk(&mut self, root: &SyntaxNode, items: &[Keep]) {
        let mut items = items.iter();
        let mut skipped = false;
        let mut walk = root.preorder_with_tokens();
        while let Some(event) = walk.next() {
            match event {
                WalkEvent::Enter(NodeOrToken::Node(node)) => {
                    let keep = if self.open.len() == 1 {
                        items.next()
                    } else {
                        None
                    };
                    skipped = true;
                    match keep {
                        Some(Keep::AsItIs { joined }) => self.verbatim(&node, *joined),
                        _ if is_untouched_string(&node) => self.untouched_string(&node),
                        _ => skipped = false,
                    }
                    if skipped {
                        walk.skip_subtree();
                    } else {
                        self.enter(&node);
                    }
                }
                WalkEvent::Leave(NodeOrToken::Node(_)) if skipped => skipped = false,
                WalkEvent::Leave(NodeOrToken::Node(_)) => self.leave(),
                WalkEvent::Enter(NodeOrToken::Token(token)) => self.token(&token),
                WalkEvent::Leave(NodeOrToken::Token(_)) => {}
            }
        }
        self.source.end = self.take_gap(self.source.text.len());
        self.source.ends_as_it_is |= self.source.end.verbatim.is_some();
    }

    fn enter(&mut self, node: &SyntaxNode) {
        self.open.push(self.source.events.len());
        let first = self.source.tokens.len();
        let node = Node {
            kind: node.kind(),
            first,
            last: first,
            hugged: is_hugged(node),
            chain: chain(node),
            chain_breaks: chain_breaks(node),
        };
        self.source.events.push(Event::Enter(node));
    }

    fn leave(&mut self) {
        let last = self.source.tokens.len().saturating_sub(1);
        if let Some(entered) = self.open.pop()
            && let Event::Enter(node) = &mut self.source.events[entered]
        {
            node.last = last.max(node.first);
        }
        self.source.events.push(Event::Leave);
    }

    /// Takes a raw or `"""` string as one token.
    fn untouched_string(&mut self, node: &SyntaxNode) {
        let range = usize::from(node.text_range().start())..usize::from(node.text_range().end());
        let gap = self.take_gap(range.start);
        self.gap_start = range.end;
        self.source
            .events
            .push(Event::Token(self.source.tokens.len()));
        self.source.tokens.push(Token {
            kind: STRING,
            parent: STRING,
            range,
            gap,
        });
    }

    fn token(&mut self, token: &SyntaxToken) {
        let range = usize::from(token.text_range().start())..usize::from(token.text_range().end());
        let parent = token.parent().map_or(ERROR, |node| node.kind());
        match token.kind() {
            WHITESPACE | BOM => {}
            NEWLINE => self.gap.line_ends += 1,
            COMMA if is_separated_by_layout(parent) => {}
            COMMENT | DOC_COMMENT => {
                let comments = &mut self.source.comments;
                if self.gap.comments.is_empty() {
                    self.gap.comments = comments.len()..comments.len();
                }
                self.gap.comments.end += 1;
                comments.push(Comment {
                    range,
                    line_ends: std::mem::take(&mut self.gap.line_ends),
                });
            }
            ERROR_TOKEN => self.gap.verbatim = Some(0..0),
            kind => {
                let mut gap = self.take_gap(range.start);
                if gap.comments.is_empty() && self.is_tight(kind, parent) {
                    gap.line_ends = 0;
                }
                self.gap_start = range.end;
                self.source
                    .events
                    .push(Event::Token(self.source.tokens.len()));
                self.source.tokens.push(Token {
                    kind,
                    parent,
                    range,
                    gap,
                });
            }
        }
    }

    /// No line breaks before this token, whatever stood there: it is in brackets that are empty or hug what is in them.
    fn is_tight(&self, kind: SyntaxKind, parent: SyntaxKind) -> bool {
        let opened = self.source.tokens.last().filter(|token| {
            matches!(
                token.kind,
                L_BRACE | L_BRACKET | INDEX_OPEN | L_PAREN | CALL_OPEN
            )
        });
        let closes = matches!(kind, R_BRACE | R_BRACKET | R_PAREN);
        let laid_out = |parent| super::layout::is_block(parent) || super::layout::is_list(parent);
        let empty =
            closes && laid_out(parent) && opened.is_some_and(|token| token.parent == parent);
        empty
            || (closes && self.is_in_hugged(parent))
            || opened.is_some_and(|token| self.hugs_next(token.parent))
    }

    /// The innermost node is of this kind and hugs its only element.
    fn is_in_hugged(&self, kind: SyntaxKind) -> bool {
        self.innermost(0)
            .is_some_and(|node| node.kind == kind && node.hugged)
    }

    /// The last token opened brackets of this kind around an element that they hug, and the element begins here.
    fn hugs_next(&self, kind: SyntaxKind) -> bool {
        let first = self.source.tokens.len();
        (0..self.open.len())
            .map_while(|depth| self.innermost(depth))
            .find(|node| node.first < first)
            .is_some_and(|node| node.kind == kind && node.hugged)
    }

    /// A node that is open, counted from the innermost.
    fn innermost(&self, depth: usize) -> Option<Node> {
        let entered = *self.open.iter().rev().nth(depth)?;
        match self.source.events.get(entered) {
            Some(Event::Enter(node)) => Some(*node),
            _ => None,
        }
    }

    fn take_gap(&mut self, end: usize) -> Gap {
        let mut gap = std::mem::take(&mut self.gap);
        if gap.verbatim.is_some() {
            gap.verbatim = Some(self.gap_start..end);
        }
        gap
    }

    /// Takes a declaration with an error as one piece of text; the comments above it are formatted all the same.
    fn verbatim(&mut self, node: &SyntaxNode, joined: bool) {
        let mut elements = node
            .descendants_with_tokens()
            .filter_map(NodeOrToken::into_token);
        let Some(first) = elements.find(|token| {
            if token.kind().is_trivia() && token.kind() != ERROR_TOKEN {
                self.token(token);
                return false;
            }
            true
        }) else {
            return;
        };
        let start = usize::from(first.text_range().start());
        let end = usize::from(node.text_range().end());
        if joined {
            self.gap.verbatim = Some(0..0);
        }
        let gap = self.take_gap(start);
        self.gap_start = end;
        self.source
            .events
            .push(Event::Verbatim(self.source.tokens.len()));
        self.source.tokens.push(Token {
            kind: ERROR,
            parent: FILE,
            range: start..end,
            gap,
        });
    }
}

/// What happens to a child of the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Format,
    /// It stays as it is; if it is `joined` to the one before it, what stands between them too.
    AsItIs {
        joined: bool,
    },
}

/// Which children of the root stay as they are: those in which something did not fit, and their neighbours on the same
/// line.
fn items_to_keep(root: &SyntaxNode, parse: &Parse) -> Vec<Keep> {
    let items: Vec<SyntaxNode> = root.children().collect();
    let mut broken: Vec<bool> = items.iter().map(|item| item.kind() == ERROR).collect();
    let ranges = parse
        .errors
        .iter()
        .map(|error| error.range)
        .chain(parse.broken.iter().copied());
    for range in ranges {
        let first = items.partition_point(|item| item.text_range().end() <= range.start());
        for (index, item) in items.iter().enumerate().skip(first) {
            if item.text_range().start() >= range.end() {
                break;
            }
            broken[index] = true;
        }
    }
    let joined: Vec<bool> = items.iter().map(shares_line_with_previous).collect();
    for index in 1..items.len() {
        broken[index] |= broken[index - 1] && joined[index];
    }
    for index in (1..items.len()).rev() {
        broken[index - 1] |= broken[index] && joined[index];
    }
    broken
        .iter()
        .zip(joined)
        .map(|(broken, joined)| {
            if *broken {
                Keep::AsItIs { joined }
            } else {
                Keep::Format
            }
        })
        .collect()
}

fn shares_line_with_previous(item: &SyntaxNode) -> bool {
    let mut before = item.siblings_with_tokens(rowan::Direction::Prev).skip(1);
    before.find_map(|element| match element.kind() {
        NEWLINE => Some(false),
        _ => element.as_node().map(|_| true),
    }) == Some(true)
}

fn is_untouched_string(node: &SyntaxNode) -> bool {
    node.kind() == STRING && node.first_token().is_some_and(|token| token.text() != "\"")
}

/// The commas in such nodes only separate: the layout decides where they stand.
fn is_separated_by_layout(parent: SyntaxKind) -> bool {
    parent == FILE || super::layout::is_block(parent) || super::layout::is_list(parent)
}

/// The only element of brackets, and one that has brackets of its own.
fn is_hugged(node: &SyntaxNode) -> bool {
    if !super::layout::is_list(node.kind()) {
        return false;
    }
    let mut children = node.children();
    let (Some(element), None) = (children.next(), children.next()) else {
        return false;
    };
    let comment = |node: &SyntaxNode| {
        node.children_with_tokens()
            .any(|child| child.kind().is_comment())
    };
    if comment(node) || comment(&element) {
        return false;
    }
    let mut parts = element
        .children_with_tokens()
        .filter(|part| !part.kind().is_trivia());
    let value = match element.kind() {
        LIST_ELEMENT => parts.next(),
        ARG => parts.find(|part| part.as_node().is_some()),
        _ => return false,
    };
    let brackets = value.is_some_and(|value| {
        matches!(
            value.kind(),
            RECORD_EXPR | RECORD_COMPREHENSION | LIST_EXPR | CALL_EXPR
        )
    });
    brackets && parts.next().is_none()
}

fn chain(node: &SyntaxNode) -> Option<Chain> {
    match crate::ast::BinaryExpr::cast(node.clone())?.op()? {
        BinaryOp::And => Some(Chain::And),
        BinaryOp::Or => Some(Chain::Or),
        BinaryOp::Concat => Some(Chain::Concat),
        BinaryOp::Coalesce => Some(Chain::Coalesce),
        _ => None,
    }
}

/// A line breaks before an operator of the chain that ends in this node.
fn chain_breaks(node: &SyntaxNode) -> bool {
    let Some(kind) = chain(node) else {
        return false;
    };
    let mut link = Some(node.clone());
    while let Some(node) = link {
        let breaks = node
            .children_with_tokens()
            .skip_while(|child| child.as_node().is_none())
            .skip(1)
            .take_while(|child| child.kind().is_trivia())
            .any(|child| child.kind() == NEWLINE || child.kind().is_comment());
        if breaks {
            return true;
        }
        link = node.first_child().filter(|left| chain(left) == Some(kind));
    }
    false
}
