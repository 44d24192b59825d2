//! Where items stand in their file. Changes with every edit above them: not for queries that others build on.

use plat_syntax::ast::AstNodeExt;
use plat_syntax::{AstNode, SyntaxKind, TextRange, TextSize, ast};
use rustc_hash::FxHashMap;

use super::{build, parse};
use crate::db::{Db, DeclId, SourceFile};
use crate::problem::UsePart;

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ItemPlace {
    /// Which child it is: of the file's tree, or of the body of its test.
    pub(crate) child: usize,
    /// Where it starts, comments above it included.
    pub(crate) start: TextSize,
}

/// Where the items of a file stand.
#[salsa::tracked(returns(ref))]
pub(crate) fn item_places(db: &dyn Db, file: SourceFile) -> FxHashMap<DeclId, ItemPlace> {
    let root = parse(db, file).syntax();
    let mut places = FxHashMap::default();
    let mut place = |decl: DeclId, item: &ast::Item| {
        let node = item.syntax();
        let place = ItemPlace {
            child: node.index(),
            start: node.text_range().start(),
        };
        places.insert(decl, place);
    };
    for (decl, item) in build::numbered_items(db, file, &root) {
        place(decl, &item);
        if let ast::Item::Test(test) = &item {
            for (own, item) in build::numbered_in_test(db, decl, test) {
                place(own, &item);
            }
        }
    }
    places
}

/// The range of what a finding about an item as a whole underlines: its name, or what stands for one.
pub(crate) fn name_range(item: &ast::Item) -> Option<TextRange> {
    match item {
        ast::Item::Defaults(defaults) => {
            defaults.capability().map(|path| path.syntax().text_range())
        }
        ast::Item::Enforce(enforce) => enforce.target().map(|path| path.syntax().text_range()),
        ast::Item::Test(test) => test.title().map(|string| string.syntax().text_range()),
        ast::Item::Extend(extend) => extend.fact().map(|token| token.text_range()),
        _ => item.name().map(|token| token.text_range()),
    }
}

/// The range of a piece of a `use`.
#[must_use]
pub fn use_range(db: &dyn Db, file: SourceFile, index: u32, part: UsePart) -> TextRange {
    let root = parse(db, file).syntax();
    let uses = root.children().filter_map(ast::Use::cast);
    let Some(item) = { uses }.nth(index as usize) else {
        return TextRange::default();
    };
    let whole = item.range();
    let name_at = |place: u32| {
        item.group()
            .and_then(|group| group.names().nth(place as usize))
    };
    let found = match part {
        UsePart::Whole => None,
        UsePart::Line => Some(with_line_end(file.text(db), whole)),
        UsePart::Segment(place) => item
            .path()
            .and_then(|path| path.segments().nth(place as usize))
            .map(|token| token.text_range()),
        UsePart::Name(place) => name_at(place).map(|token| token.text_range()),
        UsePart::NameAndComma(place) => name_at(place).map(|token| {
            // The gap to the next name, or for the last name to the one before it.
            let next = name_at(place + 1).map(|next| next.text_range().start());
            let previous = place
                .checked_sub(1)
                .and_then(name_at)
                .map(|previous| previous.text_range().end());
            match (next, previous) {
                (Some(next), _) => TextRange::new(token.text_range().start(), next),
                (None, Some(previous)) => TextRange::new(previous, token.text_range().end()),
                (None, None) => token.text_range(),
            }
        }),
        UsePart::Alias => item.alias().map(|token| token.text_range()),
    };
    found.unwrap_or(whole)
}

/// With the blanks behind it and the end of its line, unless something else follows on it.
fn with_line_end(text: &str, range: TextRange) -> TextRange {
    let rest = &text[usize::from(range.end())..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', ',']).len();
    let behind = &rest[blanks..];
    let line_end = if behind.starts_with("\r\n") {
        2
    } else if behind.starts_with('\n') {
        1
    } else if behind.is_empty() {
        0
    } else {
        return range;
    };
    let length = u32::try_from(blanks + line_end).unwrap_or(0);
    TextRange::new(range.start(), range.end() + TextSize::new(length))
}

/// Where the first token of a file that is neither space nor a mark stands: where a first `use` may go.
#[must_use]
pub fn first_offset(db: &dyn Db, file: SourceFile) -> TextSize {
    let root = parse(db, file).syntax();
    let tokens = root
        .descendants_with_tokens()
        .filter_map(|element| element.into_token());
    { tokens }
        .find(|token| {
            !matches!(
                token.kind(),
                SyntaxKind::BOM | SyntaxKind::WHITESPACE | SyntaxKind::NEWLINE
            )
        })
        .map_or_else(
            || root.text_range().end(),
            |token| token.text_range().start(),
        )
}
