//! From the tree of a file to its items.

use std::collections::{BTreeMap, BTreeSet};

use plat_syntax::ast::{HasName, HasOnly, HasVisibility};
use plat_syntax::{AstNode, GreenNode, NodeOrToken, SyntaxKind, SyntaxNode, ast};

use super::tree::{AssetItem, AssetKind, EdgeItem, Item, ItemTree, TestItems, UseItem};
use super::{ItemKind, parse};
use crate::db::{Db, DeclId, Name, SourceFile};

/// The items of a file with their identities, in the order of the file.
pub(super) fn numbered_items(
    db: &dyn Db,
    file: SourceFile,
    root: &SyntaxNode,
) -> Vec<(DeclId, ast::Item)> {
    numbered(db, file, None, root.children().filter_map(ast::Item::cast))
}

/// What a test declares for itself, in the order of the file.
pub(super) fn numbered_in_test(
    db: &dyn Db,
    test: DeclId,
    item: &ast::Test,
) -> Vec<(DeclId, ast::Item)> {
    let entries = item.body().into_iter().flat_map(|body| body.all());
    let items = entries.filter_map(|entry| match entry {
        ast::TestEntry::Let(_) | ast::TestEntry::Expect(_) => None,
        entry => ast::Item::cast(entry.syntax().clone()),
    });
    numbered(db, test.file(db), Some(test), items)
}

fn numbered(
    db: &dyn Db,
    file: SourceFile,
    test: Option<DeclId>,
    items: impl Iterator<Item = ast::Item>,
) -> Vec<(DeclId, ast::Item)> {
    let mut counts: BTreeMap<(ItemKind, Name), u32> = BTreeMap::new();
    items
        .filter_map(|item| {
            let kind = kind_of(&item)?;
            let name = name_of(&item);
            let count = counts.entry((kind, name.clone())).or_insert(0);
            let nth = *count;
            *count += 1;
            Some((DeclId::new(db, file, kind, name, nth, test), item))
        })
        .collect()
}

/// Reads the items of a file off its tree.
pub(super) fn item_tree(db: &dyn Db, file: SourceFile) -> ItemTree {
    let parsed = parse(db, file);
    let root = parsed.syntax();
    let mut tests = Vec::new();
    let items = numbered_items(db, file, &root)
        .into_iter()
        .map(|(id, item)| {
            if let ast::Item::Test(test) = &item {
                let own = numbered_in_test(db, id, test);
                let items = own.iter().map(|(id, item)| lower_item(db, *id, item));
                tests.push(TestItems {
                    test: id,
                    items: items.collect(),
                });
            }
            lower_item(db, id, &item)
        })
        .collect();
    let mut uses: Vec<UseItem> = (0u32..)
        .zip(root.children().filter_map(ast::Use::cast))
        .map(|(index, item)| lower_use(index, &item))
        .collect();
    mark_mentioned(&parsed.green, &mut uses);
    ItemTree {
        items,
        tests,
        uses,
        assets: assets(file.text(db), &root),
    }
}

fn kind_of(item: &ast::Item) -> Option<ItemKind> {
    Some(match item {
        ast::Item::Use(_) => return None,
        ast::Item::Fact(fact) => match fact.kind() {
            ast::FactKind::Team => ItemKind::Team,
            ast::FactKind::System => ItemKind::System,
        },
        ast::Item::Environment(_) => ItemKind::Environment,
        ast::Item::External(_) => ItemKind::External,
        ast::Item::Resource(_) => ItemKind::Resource,
        ast::Item::Service(_) => ItemKind::Service,
        ast::Item::Defaults(_) => ItemKind::Defaults,
        ast::Item::Extend(_) => ItemKind::Extend,
        ast::Item::Capability(_) => ItemKind::Capability,
        ast::Item::Implementation(_) => ItemKind::Implementation,
        ast::Item::Guardrail(_) => ItemKind::Guardrail,
        ast::Item::Enforce(_) => ItemKind::Enforce,
        ast::Item::Waiver(_) => ItemKind::Waiver,
        ast::Item::Pipeline(_) => ItemKind::Pipeline,
        ast::Item::Migration(_) => ItemKind::Migration,
        ast::Item::Test(_) => ItemKind::Test,
        ast::Item::TypeDecl(_) => ItemKind::Type,
        ast::Item::Enum(_) => ItemKind::Enum,
        ast::Item::Let(_) => ItemKind::Let,
        ast::Item::Fn(_) => ItemKind::Fn,
    })
}

/// The name of an item, or what tells it from others of its kind; empty where the parser found none.
fn name_of(item: &ast::Item) -> Name {
    match item {
        ast::Item::Defaults(defaults) => defaults
            .capability()
            .map(|path| path.text().into())
            .unwrap_or_default(),
        ast::Item::Enforce(enforce) => enforce
            .target()
            .map(|path| path.text().into())
            .unwrap_or_default(),
        ast::Item::Extend(extend) => extend
            .fact()
            .map(|token| token.text().into())
            .unwrap_or_default(),
        ast::Item::Test(test) => test
            .title()
            .and_then(|name| name.plain())
            .map(|name| name.text.into())
            .unwrap_or_default(),
        _ => item
            .name()
            .map(|token| token.text().into())
            .unwrap_or_default(),
    }
}

fn lower_item(db: &dyn Db, id: DeclId, item: &ast::Item) -> Item {
    let mut lowered = Item {
        id,
        kind: id.kind(db),
        name: id.name(db).clone(),
        public: item.is_pub(),
        only: None,
        like: None,
        edges: Vec::new(),
    };
    match item {
        ast::Item::Environment(environment) => {
            lowered.like = environment.like().and_then(|path| last_segment(&path));
        }
        ast::Item::Service(service) => {
            lowered.only = only(service.only());
            lowered.edges = edges(service.body());
        }
        ast::Item::Resource(resource) => {
            lowered.only = only(resource.only());
            lowered.edges = edges(resource.body());
        }
        _ => {}
    }
    lowered
}

fn edges(body: Option<ast::ServiceBody>) -> Vec<EdgeItem> {
    body.into_iter()
        .flat_map(|body| body.all())
        .filter_map(|entry| edge(&entry))
        .collect()
}

fn edge(entry: &ast::ServiceEntry) -> Option<EdgeItem> {
    match entry {
        ast::ServiceEntry::Calls(calls) => {
            let path = calls.target()?;
            Some(EdgeItem {
                target: last_segment(&path)?,
                path: path.text().into(),
                calls: true,
                elsewhere: None,
                only: only(calls.only()),
            })
        }
        ast::ServiceEntry::Needs(needs) => {
            let (target, path, elsewhere) = match needs.source()? {
                ast::NeedsSource::Owned(_) => return None,
                ast::NeedsSource::Shared(path) => (last_segment(&path)?, path.text(), None),
                ast::NeedsSource::Address(address) => {
                    let address = address.address()?;
                    let path = address.path.join(".");
                    (
                        Name::new(address.path.last()?),
                        path,
                        address.environment.map(Name::from),
                    )
                }
            };
            Some(EdgeItem {
                target,
                path: path.into(),
                calls: false,
                elsewhere,
                only: only(needs.only()),
            })
        }
        _ => None,
    }
}

fn only(only: Option<ast::Only>) -> Option<Vec<Name>> {
    let paths = only?.paths()?;
    Some(
        paths
            .iter()
            .filter_map(|path| last_segment(&path))
            .collect(),
    )
}

fn last_segment(path: &ast::Path) -> Option<Name> {
    path.last().map(|token| token.text().into())
}

fn lower_use(index: u32, item: &ast::Use) -> UseItem {
    let path = item
        .path()
        .map(|path| path.segments().map(|token| token.text().into()).collect())
        .unwrap_or_default();
    let group = item
        .group()
        .map(|group| group.names().map(|token| token.text().into()).collect());
    let alias = item.alias().map(|token| token.text().into());
    UseItem {
        index,
        path,
        group,
        alias,
        public: item.is_pub(),
        mentioned: Vec::new(),
    }
}

/// Notes which names of the `use`s stand somewhere as a name; a field or key of the same spelling is no mention.
fn mark_mentioned(root: &GreenNode, uses: &mut [UseItem]) {
    if uses.is_empty() {
        return;
    }
    let brought: BTreeSet<Name> = uses
        .iter()
        .flat_map(UseItem::bindings)
        .map(|binding| binding.name)
        .collect();
    let mut mentioned: BTreeSet<&Name> = BTreeSet::new();
    // Every node of the file is visited, so this stays on the green tree, which makes nothing on the way.
    let mut nodes = vec![&**root];
    while let Some(node) = nodes.pop() {
        let is_name =
            node.kind() == SyntaxKind::NAME_REF.into() || node.kind() == SyntaxKind::PATH.into();
        for child in node.children() {
            match child {
                NodeOrToken::Node(inner) if inner.kind() != SyntaxKind::USE.into() => {
                    nodes.push(inner);
                }
                NodeOrToken::Token(token)
                    if is_name && token.kind() == SyntaxKind::IDENT.into() =>
                {
                    mentioned.extend(brought.get(token.text()));
                    // Only the first segment of a path is looked up in the file.
                    break;
                }
                _ => {}
            }
        }
    }
    for item in uses {
        item.mentioned = item
            .bindings()
            .iter()
            .map(|binding| mentioned.contains(&binding.name))
            .collect();
    }
}

/// The literals of `file("…")` and `manifests("…")`.
fn assets(text: &str, root: &SyntaxNode) -> Vec<AssetItem> {
    // Few files name others: most need no walk.
    if !text.contains("file(") && !text.contains("manifests(") {
        return Vec::new();
    }
    let calls = root.descendants().filter_map(ast::CallExpr::cast);
    let found: BTreeSet<AssetItem> = calls.filter_map(|call| asset(&call)).collect();
    found.into_iter().collect()
}

fn asset(call: &ast::CallExpr) -> Option<AssetItem> {
    let Some(ast::Expr::NameRef(callee)) = call.callee() else {
        return None;
    };
    let kind = match callee.name()?.text() {
        "file" => AssetKind::File,
        "manifests" => AssetKind::Manifests,
        _ => return None,
    };
    let Some(ast::Expr::Str(literal)) = call.arg_list()?.args().next()?.value() else {
        return None;
    };
    Some(AssetItem {
        kind,
        literal: literal.plain()?.text.into(),
    })
}
