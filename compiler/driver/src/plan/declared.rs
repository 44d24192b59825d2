//! What declarations say, as digests and lines, file by file: an edit of one file leaves those of all others as they are.

use std::sync::Arc;

use plat_diagnostics::LineIndex;
use plat_model::digest::Digester;
use plat_model::tree::Digest;
use plat_semantics::db::{AssetKey, Db, DeclId, Project, SourceFile};
use plat_semantics::items::{ItemTree, item_tree, parse};
use plat_syntax::{AstNode as _, SyntaxElement, SyntaxToken, TextRange, ast};
use smol_str::SmolStr;

/// What a declaration says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Which declaration.
    pub(super) decl: DeclId,
    /// The line of its name, from 1.
    pub(super) line: u32,
    /// Digest of its tokens, and of the files that it names.
    pub(super) digest: Digest,
    /// The same without its own name.
    pub(super) nameless: Digest,
    /// Its lines from that of its name on.
    pub(super) text: Arc<str>,
}

/// What the declarations of a file say, in its order.
#[salsa::tracked(returns(deref), no_eq)]
pub(super) fn written(db: &dyn Db, file: SourceFile) -> Vec<Written> {
    let text = file.text(db);
    let lines = LineIndex::new(text);
    let tree = item_tree(db, file);
    let root = parse(db, file).syntax();
    let items = root
        .children()
        .filter_map(ast::Item::cast)
        .filter(|item| !matches!(item, ast::Item::Use(_)));
    let mut digester = Digester::default();
    tree.items
        .iter()
        .zip(items)
        .map(|(item, node)| {
            let tokens: Vec<SyntaxToken> = node
                .syntax()
                .descendants_with_tokens()
                .filter_map(SyntaxElement::into_token)
                .filter(|token| !token.kind().is_trivia())
                .collect();
            let name = name_range(&node);
            let assets = assets(db, file, tree, &node);
            let mut digest = |leave_out: Option<TextRange>| {
                for token in &tokens {
                    if Some(token.text_range()) != leave_out {
                        digester.text(token.text());
                    }
                }
                for (path, content) in &assets {
                    digester.text(path);
                    digester.text(content);
                }
                digester.finish()
            };
            let whole = node.syntax().text_range();
            let line = lines.line(name.unwrap_or(whole).start());
            let start = lines.start(line).unwrap_or_default();
            let end = tokens
                .last()
                .map_or(whole.end(), |last| last.text_range().end());
            Written {
                decl: item.id,
                line: u32::try_from(line + 1).unwrap_or(u32::MAX),
                digest: digest(None),
                nameless: digest(name),
                text: Arc::from(text.get(start..usize::from(end)).unwrap_or_default()),
            }
        })
        .collect()
}

/// The name of what has one of its own; what `defaults`, `extend` and `enforce` are about is not theirs.
fn name_range(item: &ast::Item) -> Option<TextRange> {
    match item {
        ast::Item::Defaults(_)
        | ast::Item::Extend(_)
        | ast::Item::Enforce(_)
        | ast::Item::Test(_) => None,
        _ => item.name().map(|token| token.text_range()),
    }
}

/// Path and content of the files that a declaration names.
fn assets(
    db: &dyn Db,
    file: SourceFile,
    tree: &ItemTree,
    item: &ast::Item,
) -> Vec<(String, Arc<str>)> {
    if tree.assets.is_empty() {
        return Vec::new();
    }
    let all = Project::get(db).assets(db);
    let literals = item
        .syntax()
        .descendants()
        .filter_map(ast::Str::cast)
        .filter_map(|string| string.plain())
        .map(|plain| SmolStr::from(plain.text));
    literals
        .filter_map(|literal| {
            all.get(&AssetKey {
                from: file,
                literal,
            })
        })
        .flat_map(|asset| asset.files.iter().cloned())
        .collect()
}
