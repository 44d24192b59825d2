//! What the views share: the macros that declare them, and the ways to look for children.

use rowan::ast::{AstChildren, AstNode};
use rowan::{Language, NodeOrToken, TextRange};

use crate::{Plat, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, ast::Expr};

/// Declares views of one kind of node each.
macro_rules! nodes {
    ($($(#[$meta:meta])* $name:ident = $kind:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name($crate::SyntaxNode);

        impl rowan::ast::AstNode for $name {
            type Language = $crate::Plat;

            fn can_cast(kind: $crate::SyntaxKind) -> bool {
                kind == $crate::SyntaxKind::$kind
            }

            fn cast(node: $crate::SyntaxNode) -> Option<Self> {
                (node.kind() == $crate::SyntaxKind::$kind).then(|| $name(node))
            }

            fn syntax(&self) -> &$crate::SyntaxNode {
                &self.0
            }
        }
    )*};
}

/// Declares views that are one of several others.
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident = $($(#[$variant_meta:meta])* $variant:ident)|+;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_meta])* #[allow(missing_docs)] $variant($crate::ast::$variant),)+ }

        impl rowan::ast::AstNode for $name {
            type Language = $crate::Plat;

            fn can_cast(kind: $crate::SyntaxKind) -> bool {
                $(<$crate::ast::$variant as rowan::ast::AstNode>::can_cast(kind))||+
            }

            fn cast(node: $crate::SyntaxNode) -> Option<Self> {
                $(if <$crate::ast::$variant as rowan::ast::AstNode>::can_cast(node.kind()) {
                    return rowan::ast::AstNode::cast(node).map($name::$variant);
                })+
                None
            }

            fn syntax(&self) -> &$crate::SyntaxNode {
                match self { $($name::$variant(it) => it.syntax(),)+ }
            }
        }

        $(impl From<$crate::ast::$variant> for $name {
            fn from(it: $crate::ast::$variant) -> Self {
                $name::$variant(it)
            }
        })+
    )*};
}

/// Declares traits' implementations for many views at once.
macro_rules! implement {
    ($($trait:ident for $($name:ident),+;)*) => {$($(impl $crate::ast::$trait for $crate::ast::$name {})+)*};
}

pub(super) use {choices, implement, nodes};

/// The kinds of what stands directly in the node. The tree without parents has them, so nothing is made on the way.
pub(super) fn kinds(node: &SyntaxNode) -> impl Iterator<Item = SyntaxKind> {
    node.green()
        .children()
        .map(|element| Plat::kind_from_raw(element.kind()))
}

/// The first element directly in the node of which this holds. Only this one is made.
fn first(node: &SyntaxNode, wanted: impl Fn(SyntaxKind) -> bool) -> Option<SyntaxElement> {
    let mut start = node.text_range().start();
    for element in node.green().children() {
        let len = element.text_len();
        if wanted(Plat::kind_from_raw(element.kind())) {
            // An empty element is not the only one at its place.
            return if len == 0.into() {
                node.children_with_tokens()
                    .find(|element| wanted(element.kind()))
            } else {
                node.child_or_token_at_range(TextRange::at(start, len))
            };
        }
        start += len;
    }
    None
}

/// The first child that is an `N`.
pub(super) fn child<N: AstNode<Language = Plat>>(node: &SyntaxNode) -> Option<N> {
    first(node, N::can_cast)?.into_node().and_then(N::cast)
}

/// All children that are an `N`.
pub(super) fn children<N: AstNode<Language = Plat>>(node: &SyntaxNode) -> AstChildren<N> {
    rowan::ast::support::children(node)
}

/// The first token of this kind directly in the node.
pub(super) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    first(node, |found| found == kind)?.into_token()
}

/// The first token directly in the node that is more than white space and comments.
pub(super) fn telling_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    first(node, |kind| kind.is_token() && !kind.is_trivia())?.into_token()
}

/// All tokens of this kind directly in the node.
pub(super) fn tokens(
    node: &SyntaxNode,
    kind: SyntaxKind,
) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(move |token| token.kind() == kind)
}

/// The node says this word directly in itself.
pub(super) fn has_keyword(node: &SyntaxNode, text: &str) -> bool {
    let keyword = rowan::SyntaxKind::from(SyntaxKind::KEYWORD);
    node.green().children().any(|element| match element {
        NodeOrToken::Token(token) => token.kind() == keyword && token.text() == text,
        NodeOrToken::Node(_) => false,
    })
}

/// The `N` behind the first token that `opens` it.
pub(super) fn child_after<N: AstNode<Language = Plat>>(
    node: &SyntaxNode,
    opens: impl Fn(&SyntaxToken) -> bool,
) -> Option<N> {
    let opener = node
        .children_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(opens)?;
    opener
        .siblings_with_tokens(rowan::Direction::Next)
        .find_map(|element| element.into_node().and_then(N::cast))
}

/// The expression behind a word of the node, up to its next word: `else e`.
pub(super) fn expr_after_word(node: &SyntaxNode, word: &str) -> Option<Expr> {
    let opener = tokens(node, SyntaxKind::KEYWORD).find(|token| token.text() == word)?;
    let mut rest = opener.siblings_with_tokens(rowan::Direction::Next).skip(1);
    rest.find_map(|element| match element {
        SyntaxElement::Node(node) => Expr::cast(node).map(Some),
        SyntaxElement::Token(token) => (token.kind() == SyntaxKind::KEYWORD).then_some(None),
    })?
}

/// The first expression of the node, if it stands before this word.
pub(super) fn expr_before_word(node: &SyntaxNode, word: &str) -> Option<Expr> {
    node.children_with_tokens()
        .find_map(|element| match element {
            SyntaxElement::Node(node) => Expr::cast(node).map(Some),
            SyntaxElement::Token(token) => {
                (token.kind() == SyntaxKind::KEYWORD && token.text() == word).then_some(None)
            }
        })
        .flatten()
}

/// The expressions of a node that stand before and behind its first token of this kind.
pub(super) fn around(node: &SyntaxNode, kind: SyntaxKind) -> (Option<Expr>, Option<Expr>) {
    let (mut before, mut after, mut seen) = (None, None, false);
    for element in node.children_with_tokens() {
        match element {
            SyntaxElement::Token(token) => seen |= token.kind() == kind,
            SyntaxElement::Node(node) => {
                let slot = if seen { &mut after } else { &mut before };
                if slot.is_none() {
                    *slot = Expr::cast(node);
                }
            }
        }
    }
    (before, after)
}
