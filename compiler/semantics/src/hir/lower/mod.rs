//! From the tree of a declaration to its [`Body`].
//!
//! The tree of one declaration is a query of its own, without offsets into the file: an edit elsewhere leaves it equal, and the
//! declaration is not lowered again.

mod annotations;
mod capability;
mod entries;
mod expectations;
mod exprs;
mod facts;
mod literals;
mod rules;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use plat_syntax::ast::{AstNodeExt, HasAnnotations, HasDocs, HasOnly};
use plat_syntax::{AstNode, SyntaxToken, TextRange, ast};

use super::{Body, BodyKind, Expr, ExprId, NodeId, Path, SourceMap, TypeRef, TypeRefId, source};
use crate::db::{Db, DeclId, Name};
use crate::items::{ItemKind, name_range};
use crate::problem::{Anchor, Problem};

/// What lowering a declaration yields.
#[derive(Clone, Debug)]
pub struct Lowered {
    body: Arc<Body>,
    source_map: SourceMap,
    problems: Vec<Problem>,
}

/// Lowers a declaration.
#[salsa::tracked(returns(ref), no_eq)]
fn lower(db: &dyn Db, decl: DeclId) -> Lowered {
    let mut lowering = Lowering::new(decl);
    let kind = match source::decl_tree(db, decl) {
        Some(item) => lowering.item(&item, decl.kind(db)),
        None => {
            lowering.node(TextRange::default());
            BodyKind::Broken
        }
    };
    lowering.finish(kind)
}

/// What a declaration says, without where: equal to the last one as long as only white space and comments change.
#[salsa::tracked(returns(deref))]
pub fn body(db: &dyn Db, decl: DeclId) -> Arc<Body> {
    Arc::clone(&lower(db, decl).body)
}

/// Where the nodes of a declaration's body stand, from the start of the declaration's tree.
pub fn source_map(db: &dyn Db, decl: DeclId) -> &SourceMap {
    &lower(db, decl).source_map
}

/// What is wrong with a declaration as such, whatever its names mean.
pub fn body_problems(db: &dyn Db, decl: DeclId) -> &[Problem] {
    &lower(db, decl).problems
}

/// A body in the making.
struct Lowering {
    decl: DeclId,
    exprs: Vec<Expr>,
    expr_nodes: Vec<NodeId>,
    types: Vec<TypeRef>,
    type_nodes: Vec<NodeId>,
    ranges: Vec<TextRange>,
    doc: Option<smol_str::SmolStr>,
    annotations: Vec<super::Annotation>,
    problems: Vec<Problem>,
}

impl Lowering {
    fn new(decl: DeclId) -> Self {
        Self {
            decl,
            exprs: Vec::new(),
            expr_nodes: Vec::new(),
            types: Vec::new(),
            type_nodes: Vec::new(),
            ranges: Vec::new(),
            doc: None,
            annotations: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn finish(self, kind: BodyKind) -> Lowered {
        let body = Body {
            exprs: self.exprs,
            expr_nodes: self.expr_nodes,
            types: self.types,
            type_nodes: self.type_nodes,
            doc: self.doc,
            annotations: self.annotations,
            kind,
        };
        Lowered {
            body: Arc::new(body),
            source_map: SourceMap {
                ranges: self.ranges,
            },
            problems: self.problems,
        }
    }

    // ---- making

    fn node(&mut self, range: TextRange) -> NodeId {
        self.ranges.push(range);
        NodeId(index(self.ranges.len() - 1))
    }

    fn expr(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let node = self.node(range);
        self.exprs.push(expr);
        self.expr_nodes.push(node);
        ExprId(index(self.exprs.len() - 1))
    }

    fn type_ref(&mut self, ty: TypeRef, range: TextRange) -> TypeRefId {
        let node = self.node(range);
        self.types.push(ty);
        self.type_nodes.push(node);
        TypeRefId(index(self.types.len() - 1))
    }

    fn named(&mut self, token: &SyntaxToken) -> (Name, NodeId) {
        (Name::new(token.text()), self.node(token.text_range()))
    }

    fn path(&mut self, path: &ast::Path) -> Path {
        let node = self.node(path.syntax().text_range());
        let segments = path.segments().map(|token| self.named(&token)).collect();
        Path { node, segments }
    }

    fn paths(&mut self, paths: Option<ast::Environments>) -> Vec<Path> {
        paths
            .into_iter()
            .flatten()
            .map(|path| self.path(&path))
            .collect()
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn at(&self, node: NodeId) -> Anchor {
        Anchor::Node(self.decl, node)
    }
}

/// Files are shorter than 4 GiB, and so every count of their nodes fits.
fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl Lowering {
    /// Lowers an item. Its first node is its name.
    fn item(&mut self, item: &ast::Item, kind: ItemKind) -> BodyKind {
        let range = item.range();
        self.node(name_range(item).unwrap_or(range));
        self.doc = types::doc(item.docs());
        match kind {
            ItemKind::Team
            | ItemKind::System
            | ItemKind::Environment
            | ItemKind::Service
            | ItemKind::Resource
            | ItemKind::External
            | ItemKind::Defaults
            | ItemKind::Extend
            | ItemKind::Enforce => self.misplaced_annotations(item.annotations(), kind.a_word()),
            _ => self.annotations = self.lower_annotations(item.annotations()),
        }
        match item {
            ast::Item::Test(test) => self.test(test),
            ast::Item::Guardrail(guardrail) => self.guardrail(guardrail),
            ast::Item::Waiver(waiver) => self.waiver(waiver),
            ast::Item::Enforce(enforce) => self.enforce(enforce),
            _ if kind.is_later() => BodyKind::Later,
            ast::Item::Fact(fact) => self.fact(fact.capability(), fact.body()),
            ast::Item::External(fact) => self.fact(fact.capability(), fact.body()),
            ast::Item::Environment(environment) => self.environment(environment),
            ast::Item::Service(service) => {
                self.service(service.capability(), service.only(), service.body())
            }
            ast::Item::Resource(resource) => {
                self.service(resource.capability(), resource.only(), resource.body())
            }
            ast::Item::Capability(capability) => self.capability(capability),
            ast::Item::Implementation(implementation) => self.implementation(implementation),
            ast::Item::Defaults(defaults) => self.defaults(defaults),
            ast::Item::Extend(extend) => self.extend(extend),
            ast::Item::TypeDecl(item) => BodyKind::Type(self.optional_type(item.ty(), range)),
            ast::Item::Enum(item) => BodyKind::Enum(self.variants(item)),
            ast::Item::Let(item) => self.let_decl(item).map_or(BodyKind::Broken, BodyKind::Let),
            ast::Item::Fn(item) => BodyKind::Fn(self.function(item)),
            _ => BodyKind::Broken,
        }
    }
}
