//! From the nodes of a body back to the text.

use std::ops::Range;

use plat_syntax::{
    AstNode, GreenNode, GreenNodeData, NodeOrToken, SyntaxKind, SyntaxNode, TextRange, TextSize,
    ast,
};

use super::{NodeId, source_map};
use crate::db::{Db, DeclId};
use crate::items::{item_places, parse};

/// The tree of one declaration, cut out of its file: equal to the last one as long as its own text is.
#[salsa::tracked(returns(clone))]
fn decl_green(db: &dyn Db, decl: DeclId) -> Option<GreenNode> {
    let file = decl.file(db);
    let place = item_places(db, file).get(&decl)?;
    let nth = |around: &GreenNodeData| {
        let child = around.children().nth(place.child)?;
        child.into_node().map(ToOwned::to_owned)
    };
    match decl.test(db) {
        None => nth(&parse(db, file).green),
        Some(test) => {
            let test = decl_green(db, test)?;
            let mut inner = test.children().filter_map(NodeOrToken::into_node);
            nth(inner.find(|node| node.kind() == SyntaxKind::TEST_BODY.into())?)
        }
    }
}

/// The declaration as a tree of its own, whose ranges count from its first byte; `None` once it is gone from its file.
pub(super) fn decl_tree(db: &dyn Db, decl: DeclId) -> Option<ast::Item> {
    ast::Item::cast(SyntaxNode::new_root(decl_green(db, decl)?))
}

/// Where a declaration starts in its file, the comments above it included.
#[must_use]
pub fn decl_start(db: &dyn Db, decl: DeclId) -> TextSize {
    item_places(db, decl.file(db))
        .get(&decl)
        .map_or(TextSize::new(0), |place| place.start)
}

/// Where a declaration stands in its file, the comments above it included.
#[must_use]
pub fn decl_range(db: &dyn Db, decl: DeclId) -> TextRange {
    let length =
        decl_tree(db, decl).map_or(TextSize::new(0), |item| item.syntax().text_range().len());
    TextRange::at(decl_start(db, decl), length)
}

/// Where a node of a body stands in its file; an empty range at the start of the declaration if it is gone.
#[must_use]
pub fn node_range(db: &dyn Db, decl: DeclId, node: NodeId) -> TextRange {
    let start = decl_start(db, decl);
    source_map(db, decl)
        .ranges
        .get(node.0 as usize)
        .map_or(TextRange::empty(start), |range| *range + start)
}

/// Where a piece of the decoded text of a string stands in its file: escapes and stripped indentation count as in the source.
/// The whole node if it is no string of plain text.
#[must_use]
pub fn string_piece_range(
    db: &dyn Db,
    decl: DeclId,
    node: NodeId,
    piece: Range<usize>,
) -> TextRange {
    let whole = node_range(db, decl, node);
    let start = decl_start(db, decl);
    let found = decl_tree(db, decl).and_then(|item| {
        let within = whole - start;
        let root = item.syntax();
        if !root.text_range().contains_range(within) {
            return None;
        }
        let element = root.covering_element(within);
        let string = element
            .ancestors()
            .find(|node| node.kind() == SyntaxKind::STRING && node.text_range() == within)
            .and_then(ast::Str::cast)?;
        Some(string.plain()?.source_range(piece))
    });
    found.map_or(whole, |range| range + start)
}
