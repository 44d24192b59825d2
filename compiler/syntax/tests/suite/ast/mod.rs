//! Every part of every rule can be reached without touching raw nodes.

mod declarations;
mod expressions;

use plat_syntax::{Plat, SyntaxToken, ast::*};

/// The text of a node without the comments above it.
fn text<N: AstNode<Language = Plat>>(node: &N) -> String {
    let all = node.syntax().text().to_string();
    let start = usize::from(node.range().start() - node.syntax().text_range().start());
    all[start..].to_owned()
}

fn texts<N: AstNode<Language = Plat>>(nodes: impl IntoIterator<Item = N>) -> Vec<String> {
    nodes.into_iter().map(|node| text(&node)).collect()
}

fn some<N: AstNode<Language = Plat>>(node: Option<N>) -> String {
    node.map_or_else(|| "-".to_owned(), |node| text(&node))
}

fn token(token: Option<SyntaxToken>) -> String {
    token.map_or_else(|| "-".to_owned(), |token| token.text().to_owned())
}

/// The only item of a text, as one kind.
macro_rules! item {
    ($text:expr, $kind:ident) => {{
        let parse = crate::parse_clean($text);
        match parse.tree().items().next() {
            Some(Item::$kind(item)) => item,
            other => panic!("{other:?}"),
        }
    }};
}
use item;
