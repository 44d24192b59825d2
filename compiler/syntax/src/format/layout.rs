//! The tree to instructions for the printer: what is text, where a line may or must break, what is indented.

use super::{
    printer::Op,
    source::{Chain, Event, Gap, Node, Source},
    spacing::space_between,
};
use crate::SyntaxKind::{self, *};

/// `{ entries }`
pub(super) fn is_block(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        FIELDS
            | RECORD_EXPR
            | RECORD_COMPREHENSION
            | FACT_BODY
            | SERVICE_BODY
            | CAP_BODY
            | IN_BODY
            | DEFAULTS_BODY
            | GUARDRAIL_BODY
            | TEST_BODY
            | MIGRATION_BODY
            | PIPE_BODY
            | ENUM_BODY
            | RECORD_TYPE
            | MATCH_EXPR
            | USE_GROUP
    )
}

/// `[elements]`, `(arguments)`
pub(super) fn is_list(kind: SyntaxKind) -> bool {
    matches!(kind, LIST_EXPR | ARG_LIST | PARAM_LIST | PATHS)
}

/// The block of a declaration or clause, not a value in it.
fn is_body(kind: SyntaxKind) -> bool {
    is_block(kind) && !matches!(kind, RECORD_EXPR | RECORD_COMPREHENSION | MATCH_EXPR)
}

/// A node whose lines after the first are indented.
fn is_scope(kind: SyntaxKind) -> bool {
    kind.is_documentable() || matches!(kind, ARG | FOR_CLAUSE)
}

/// Makes the instructions.
pub(super) fn layout(source: &Source<'_>) -> Vec<Op> {
    let mut layout = Layout {
        source,
        ops: Vec::with_capacity(source.tokens.len() * 2),
        nodes: Vec::new(),
        separator: Separator::Start,
        last_left: None,
        previous: None,
        strings: 0,
    };
    for event in &source.events {
        match event {
            Event::Enter(node) => layout.enter(*node),
            Event::Leave => layout.leave(),
            Event::Token(index) => layout.token(*index),
            Event::Verbatim(index) => {
                layout.separate_items();
                layout.token(*index);
            }
        }
    }
    layout.finish();
    layout.ops
}

/// What the structure wants between the last token and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    /// The file begins.
    Start,
    /// What the tokens themselves want, or the line break that was there.
    Inline,
    /// Nothing.
    Tight,
    /// A line of the innermost group, or this text.
    Line(&'static str),
    /// The first line of a group.
    FirstLine(&'static str),
    /// The last line of a group, with its closing bracket.
    LastLine(&'static str),
    /// A new line.
    Newline,
    /// A new line if there was one, without indentation.
    KeptNewline,
}

/// A node that is open.
struct Open {
    node: Node,
    /// Its brackets are open, and what is in them is laid out by it.
    laid_out: bool,
    /// An element has been passed, or the operator of a chain.
    has_element: bool,
    grouping: Grouping,
}

/// The groups that end with a node.
#[derive(Debug, Clone, Copy, Default)]
struct Grouping {
    groups: usize,
    /// The node is part of a chain that breaks before this operator.
    chain: Option<Chain>,
}

struct Layout<'s, 't> {
    source: &'s Source<'t>,
    ops: Vec<Op>,
    nodes: Vec<Open>,
    separator: Separator,
    /// The kind of the node that was left last, if no token came since.
    last_left: Option<SyntaxKind>,
    previous: Option<usize>,
    /// How many strings are open: no line can break in them.
    strings: u32,
}

impl Layout<'_, '_> {
    fn enter(&mut self, node: Node) {
        match self.nodes.last().map(|open| open.node.kind) {
            Some(FILE) => self.separate_items(),
            Some(parent) if is_block(parent) || is_list(parent) => {
                self.separate_elements(node.kind);
            }
            _ => {}
        }
        if is_body(node.kind) {
            self.settle();
        }
        let grouping = self.group_node(node);
        if is_scope(node.kind) {
            self.ops.push(Op::ScopeStart);
        }
        self.nodes.push(Open {
            node,
            laid_out: false,
            has_element: false,
            grouping,
        });
    }

    fn leave(&mut self) {
        let Some(open) = self.nodes.pop() else { return };
        if is_scope(open.node.kind) {
            self.ops.push(Op::ScopeEnd);
        }
        self.strings -= u32::from(open.node.kind == STRING);
        self.last_left = Some(open.node.kind);
        self.ops
            .extend(std::iter::repeat_n(Op::End, open.grouping.groups));
        if open.node.kind == ANNOTATION {
            self.separator = Separator::KeptNewline;
        }
    }

    fn token(&mut self, index: usize) {
        let (kind, parent) = (
            self.source.tokens[index].kind,
            self.source.tokens[index].parent,
        );
        let closes = self.closes(index);
        if closes {
            self.close();
        } else if (kind, parent) == (IDENT, USE_GROUP) {
            // The names of a group are tokens, not nodes.
            self.separate_elements(IDENT);
        } else {
            self.group_token(index);
        }
        self.separate(index);
        self.ops
            .push(Op::Text(self.source.tokens[index].range.clone()));
        self.previous = Some(index);
        self.last_left = None;
        self.separator = Separator::Inline;
        if closes {
            self.closed();
        }
        match (kind, parent) {
            (STR_START, _) => self.strings += 1,
            (L_BRACE, USE_GROUP) => self.open(index, ""),
            (L_BRACE, _) if is_block(parent) => self.open(index, " "),
            (L_PAREN | CALL_OPEN | L_BRACKET | INDEX_OPEN, _) if is_list(parent) => {
                self.open(index, "");
            }
            (L_PAREN | CALL_OPEN, PAREN_EXPR) => self.open_parentheses(index),
            _ => {}
        }
    }

    /// The file ends.
    fn finish(&mut self) {
        let end = self.source.end.clone();
        if let Some(verbatim) = end.verbatim {
            self.ops.push(Op::Text(verbatim));
        } else {
            self.comments(&end, false);
        }
    }

    // ---- elements

    fn separate_items(&mut self) {
        if self.separator != Separator::Start {
            self.separator = Separator::Newline;
        }
    }

    /// An element of the innermost node begins.
    fn separate_elements(&mut self, element: SyntaxKind) {
        let Some(open) = self.nodes.last_mut() else {
            return;
        };
        let kind = open.node.kind;
        if !open.laid_out || !std::mem::replace(&mut open.has_element, true) {
            return;
        }
        if element != FOR_CLAUSE || kind == GUARDRAIL_BODY {
            let list = is_list(kind) || self.strings > 0;
            self.ops
                .push(if list { Op::Str(",") } else { Op::IfFlat(",") });
        }
        self.separator = Separator::Line(" ");
    }

    // ---- groups without brackets
    //
    // Each is laid out as if its line had been broken by hand, so that formatting again finds nothing to do: one
    // indentation for all lines of an entry after its first.

    /// Opens groups at the start of a node: a value of operators that does not fit behind its `=` moves to the next
    /// line, a guard too, and a long chain breaks before each of its operators.
    fn group_node(&mut self, node: Node) -> Grouping {
        let mut grouping = Grouping::default();
        let parent = self.nodes.last();
        let continues = parent.is_some_and(|open| {
            open.grouping.chain.is_some() && open.grouping.chain == node.chain && !open.has_element
        });
        if continues {
            grouping.chain = node.chain;
            return grouping;
        }
        let in_scope =
            parent.is_some_and(|open| is_scope(open.node.kind) || open.node.kind == GUARD);
        let moves = (node.kind == GUARD && self.can_start_line(node.first))
            || (matches!(node.kind, BINARY_EXPR | IF_EXPR) && self.is_behind_equals());
        let broken = self.source.is_broken_between(node.first, node.last);
        let chains = node.chain.is_some() && (!broken || node.chain_breaks);
        if !in_scope || self.strings > 0 || !(chains || (moves && !broken)) {
            return grouping;
        }
        let gap_breaks = self.source.tokens[node.first].gap.breaks();
        if moves && !broken && self.separator == Separator::Inline && !gap_breaks {
            self.open_group(
                &mut grouping,
                Op::Begin {
                    forced: false,
                    own_line: true,
                },
            );
            self.line(" ", false);
        } else {
            // What stands before the node is not part of its group.
            self.separate(node.first);
        }
        self.separator = Separator::Tight;
        if chains {
            // Broken at one operator, it is broken at all of them.
            self.open_group(
                &mut grouping,
                Op::Begin {
                    forced: node.chain_breaks,
                    own_line: false,
                },
            );
            grouping.chain = node.chain;
        }
        grouping
    }

    /// Opens a group at a token: before an operator of a chain, and before the message of a requirement.
    fn group_token(&mut self, index: usize) {
        let token = &self.source.tokens[index];
        if self.separator != Separator::Inline || self.strings > 0 {
            return;
        }
        let Some(open) = self.nodes.last_mut() else {
            return;
        };
        let node = open.node;
        if token.parent == BINARY_EXPR && open.grouping.chain.is_some() {
            open.has_element = true;
            if self.can_start_line(index) {
                self.separator = Separator::Line(" ");
            }
        } else if matches!(token.parent, REQUIRE | EXPECT)
            && token.kind == KEYWORD
            && self.source.token_text(index) == "else"
            && !token.gap.breaks()
            && self.can_start_line(index)
            && !self.source.is_broken_between(index, node.last)
        {
            let mut grouping = Grouping::default();
            self.open_group(
                &mut grouping,
                Op::Begin {
                    forced: false,
                    own_line: true,
                },
            );
            self.separator = Separator::Line(" ");
            if let Some(open) = self.nodes.last_mut() {
                open.grouping = grouping;
            }
        }
    }

    fn open_group(&mut self, grouping: &mut Grouping, begin: Op) {
        self.ops.push(begin);
        self.ops.push(Op::ContinueIfBroken);
        grouping.groups += 1;
    }

    /// A word at the start of a line goes on with the line before it, but not if `{` makes it a field.
    fn can_start_line(&self, index: usize) -> bool {
        let next = self.source.tokens.get(index + 1).map(|token| token.kind);
        self.source.tokens[index].kind != KEYWORD || next != Some(L_BRACE)
    }

    fn is_behind_equals(&self) -> bool {
        self.previous.is_some_and(|previous| {
            let token = &self.source.tokens[previous];
            matches!(token.kind, EQ | PLUS_EQ) && token.parent != ARG
        })
    }

    // ---- brackets

    /// The token is the closing bracket of the innermost node.
    fn closes(&self, index: usize) -> bool {
        let token = &self.source.tokens[index];
        matches!(token.kind, R_BRACE | R_BRACKET | R_PAREN)
            && (is_block(token.parent) || is_list(token.parent) || token.parent == PAREN_EXPR)
            && self
                .nodes
                .last()
                .is_some_and(|open| open.node.kind == token.parent)
    }

    /// Behind the opening bracket of the innermost node.
    fn open(&mut self, index: usize, flat: &'static str) {
        let source = self.source;
        let value_of_function = self.is_value_of_function();
        let Some(open) = self.nodes.last_mut() else {
            return;
        };
        let empty = source.tokens.get(index + 1).is_some_and(|next| {
            matches!(next.kind, R_BRACE | R_BRACKET | R_PAREN)
                && next.parent == open.node.kind
                && next.gap.comments.is_empty()
        });
        if empty || open.node.hugged {
            self.separator = Separator::Tight;
            return;
        }
        open.laid_out = true;
        let inside = Node {
            first: index,
            ..open.node
        };
        self.begin(
            source.is_broken_between(inside.first, inside.last),
            is_block(inside.kind) || value_of_function,
        );
        self.separator = Separator::FirstLine(flat);
    }

    /// The innermost node is the list, or the arguments of the call, that is all of a function: it breaks before the
    /// parameters do.
    fn is_value_of_function(&self) -> bool {
        let mut kinds = self.nodes.iter().rev().map(|open| open.node.kind);
        matches!(
            (kinds.next(), kinds.next(), kinds.next()),
            (Some(LIST_EXPR), Some(FN), _) | (Some(ARG_LIST), Some(CALL_EXPR), Some(FN))
        )
    }

    /// Parentheses break only where they were broken.
    fn open_parentheses(&mut self, index: usize) {
        let breaks = self
            .source
            .tokens
            .get(index + 1)
            .is_some_and(|next| next.gap.breaks());
        if let Some(open) = self.nodes.last_mut()
            && breaks
        {
            open.laid_out = true;
            self.begin(true, false);
            if self.strings == 0 {
                self.ops.push(Op::LevelScopeStart);
            }
            self.separator = Separator::FirstLine("");
        }
    }

    fn begin(&mut self, forced: bool, own_line: bool) {
        if self.strings == 0 {
            self.ops.push(Op::Begin { forced, own_line });
            self.ops.push(Op::Indent);
        }
    }

    /// Before the closing bracket of the innermost node.
    fn close(&mut self) {
        let Some(open) = self.nodes.last() else {
            return;
        };
        let kind = open.node.kind;
        if !open.laid_out {
            // Empty or hugging brackets, or parentheses that do not break.
            self.separator = match (self.separator, kind) {
                (Separator::Inline, PAREN_EXPR) => Separator::Inline,
                (Separator::Inline, _) if !open.node.hugged => Separator::Inline,
                _ => Separator::Tight,
            };
            return;
        }
        if kind == PAREN_EXPR && self.strings == 0 {
            self.ops.push(Op::ScopeEnd);
        }
        let comprehension = self.last_left == Some(FOR_CLAUSE);
        if is_list(kind) && open.has_element && !comprehension && self.strings == 0 {
            self.ops.push(Op::IfBroken(","));
        }
        self.separator = Separator::LastLine(if is_block(kind) && kind != USE_GROUP {
            " "
        } else {
            ""
        });
    }

    /// Behind the closing bracket of the innermost node.
    fn closed(&mut self) {
        if let Some(open) = self.nodes.last_mut()
            && std::mem::take(&mut open.laid_out)
            && self.strings == 0
        {
            self.ops.push(Op::End);
        }
    }

    // ---- between tokens

    fn separate(&mut self, index: usize) {
        let gap = &self.source.tokens[index].gap;
        let last_line = matches!(self.separator, Separator::LastLine(_));
        if let Some(verbatim) = gap.verbatim.clone() {
            self.ops.push(Op::Text(verbatim));
            if last_line && self.strings == 0 {
                self.ops.push(Op::Dedent);
            }
            return;
        }
        match self.separator {
            Separator::Start => {
                self.comments(gap, true);
                if !gap.comments.is_empty() {
                    self.ops.push(Op::Newline {
                        blank: gap.line_ends > 1,
                    });
                }
            }
            Separator::Newline => {
                self.comments(gap, false);
                self.ops.push(Op::Newline {
                    blank: gap.line_ends > 1,
                });
            }
            Separator::FirstLine(flat) => {
                self.comments(gap, true);
                self.line(flat, gap.line_ends > 1 && !gap.comments.is_empty());
            }
            Separator::Line(flat) => {
                self.comments(gap, false);
                self.line(flat, gap.line_ends > 1);
            }
            Separator::LastLine(flat) => {
                let empty = self
                    .nodes
                    .last()
                    .is_none_or(|open| !open.has_element && is_block(open.node.kind));
                self.comments(gap, empty);
                if self.strings == 0 {
                    self.ops.push(Op::Dedent);
                }
                self.line(flat, false);
            }
            Separator::KeptNewline if gap.breaks() => {
                self.comments(gap, false);
                self.ops.push(Op::Newline { blank: false });
            }
            Separator::Tight => {}
            Separator::Inline | Separator::KeptNewline => self.inline(index),
        }
    }

    fn line(&mut self, flat: &'static str, blank: bool) {
        self.ops.push(if self.strings > 0 {
            Op::Str(flat)
        } else {
            Op::Line { flat, blank }
        });
    }

    /// Between two tokens of one line, or of two where the line was broken on purpose.
    fn inline(&mut self, index: usize) {
        let token = &self.source.tokens[index];
        if token.gap.breaks() && self.strings == 0 {
            if token.kind == KEYWORD
                && token.parent == FOR_CLAUSE
                && self.source.token_text(index) == "where"
            {
                self.settle();
            } else {
                self.ops.push(Op::Continue);
            }
            self.comments(&token.gap, false);
            self.ops.push(Op::Newline { blank: false });
        } else if let Some(previous) = self.previous
            && space_between(&self.source.tokens[previous], token)
        {
            self.ops.push(Op::Str(" "));
        }
    }

    /// The comments of a gap: each behind what stands on its line, or on a line of its own. `at_edge` of a block no
    /// blank line stands before the first.
    fn comments(&mut self, gap: &Gap, at_edge: bool) {
        for index in gap.comments.clone() {
            let comment = &self.source.comments[index];
            let first = index == gap.comments.start;
            if !first || self.previous.is_some() {
                self.ops.push(match comment.line_ends {
                    0 => Op::Str(" "),
                    line_ends => Op::Newline {
                        blank: line_ends > 1 && !(first && at_edge),
                    },
                });
            }
            self.ops.push(Op::Comment(comment.range.clone()));
        }
    }

    /// The lines of a block are indented from its declaration, not from the last line of a long head.
    fn settle(&mut self) {
        if self
            .nodes
            .last()
            .is_some_and(|open| is_scope(open.node.kind))
        {
            self.ops.push(Op::Settle);
        }
    }
}
