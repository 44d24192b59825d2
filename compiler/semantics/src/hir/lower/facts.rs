//! Facts, services and resources: what the fleet consists of.

use plat_diagnostics::codes;
use plat_model::Date;
use plat_syntax::ast::{AstNodeExt, HasDocs, HasFields, HasName, HasOnly};
use plat_syntax::{AstNode, SyntaxToken, TextRange, ast};
use smol_str::SmolStr;

use super::Lowering;
use super::types::doc;
use crate::db::Name;
use crate::hir::{
    BodyKind, DefaultsBody, EdgeDecl, EdgeTarget, EmitDecl, ExposeDecl, ExtendBody, ExtraEmit,
    FactBody, InBlock, LetDecl, Licence, NodeId, Only, PatchDecl, Path, ServiceBody,
};
use crate::problem::{Problem, ProblemFix};

impl Lowering {
    /// `team`, `system`, `external`.
    pub(super) fn fact(
        &mut self,
        capability: Option<ast::Path>,
        body: Option<ast::FactBody>,
    ) -> BodyKind {
        let mut fact = FactBody {
            capability: capability.map(|path| self.path(&path)),
            like: None,
            entries: Vec::new(),
            in_blocks: Vec::new(),
        };
        for entry in body.into_iter().flat_map(|body| body.all()) {
            match entry {
                ast::FactEntry::Field(field) => fact.entries.extend(self.entry(&field.into())),
                ast::FactEntry::Spread(spread) => fact.entries.extend(self.entry(&spread.into())),
                ast::FactEntry::InBlock(block) => fact.in_blocks.push(self.in_block(&block)),
            }
        }
        BodyKind::Fact(fact)
    }

    /// `environment`.
    pub(super) fn environment(&mut self, item: &ast::Environment) -> BodyKind {
        BodyKind::Fact(FactBody {
            capability: item.capability().map(|path| self.path(&path)),
            like: item.like().map(|path| self.path(&path)),
            entries: self.fields(item.body()),
            in_blocks: Vec::new(),
        })
    }

    /// `service`, `resource`.
    pub(super) fn service(
        &mut self,
        capability: Option<ast::Path>,
        only: Option<ast::Only>,
        body: Option<ast::ServiceBody>,
    ) -> BodyKind {
        let mut service = ServiceBody {
            capability: capability.map(|path| self.path(&path)),
            only: self.only(only),
            entries: Vec::new(),
            lets: Vec::new(),
            edges: Vec::new(),
            exposes: Vec::new(),
            in_blocks: Vec::new(),
            patches: Vec::new(),
            emits: Vec::new(),
            renamed_from: None,
        };
        for entry in body.into_iter().flat_map(|body| body.all()) {
            match entry {
                ast::ServiceEntry::Field(field) => {
                    service.entries.extend(self.entry(&field.into()));
                }
                ast::ServiceEntry::Spread(spread) => {
                    service.entries.extend(self.entry(&spread.into()));
                }
                ast::ServiceEntry::Let(item) => service.lets.extend(self.let_decl(&item)),
                ast::ServiceEntry::Needs(needs) => service.edges.extend(self.needs(&needs)),
                ast::ServiceEntry::Calls(calls) => service.edges.extend(self.calls(&calls)),
                ast::ServiceEntry::Expose(expose) => service.exposes.extend(self.expose(&expose)),
                ast::ServiceEntry::InBlock(block) => service.in_blocks.push(self.in_block(&block)),
                ast::ServiceEntry::Patch(patch) => service.patches.extend(self.patch(&patch)),
                ast::ServiceEntry::Extra(extra) => service.emits.extend(self.extra_emit(&extra)),
                ast::ServiceEntry::Renamed(renamed) => {
                    let path = renamed.from().map(|path| self.path(&path));
                    self.renamed(&mut service.renamed_from, path);
                }
            }
        }
        self.distinct_members(
            service
                .lets
                .iter()
                .map(|item| ("a `let`", &item.name, item.node))
                .chain(
                    service
                        .edges
                        .iter()
                        .map(|edge| ("an edge", &edge.alias, edge.node)),
                )
                .chain(
                    service
                        .emits
                        .iter()
                        .map(|extra| ("an object", &extra.emit.name, extra.emit.node)),
                ),
        );
        BodyKind::Service(service)
    }

    fn renamed(&mut self, known: &mut Option<Path>, path: Option<Path>) {
        let Some(path) = path else { return };
        match known {
            None => *known = Some(path),
            Some(first) => {
                let problem = Problem::new(
                    &codes::DUPLICATE_MEMBER,
                    "`renamed from` stands twice in one declaration",
                )
                .at(self.at(path.node), "again here")
                .also(self.at(first.node), "first here")
                .help("a declaration has one former name: keep the last one that was deployed");
                self.problem(problem);
            }
        }
    }

    /// `extend environment { … }`.
    pub(super) fn extend(&mut self, item: &ast::Extend) -> BodyKind {
        let Some(token) = item.fact() else {
            return BodyKind::Broken;
        };
        let target = (Name::new(token.text()), NodeId::NAME);
        let fields = item
            .record()
            .map(|record| self.record_type(&record))
            .unwrap_or_default();
        BodyKind::Extend(ExtendBody { target, fields })
    }

    /// `defaults for C in e { … }`.
    pub(super) fn defaults(&mut self, item: &ast::Defaults) -> BodyKind {
        let Some(target) = item.capability() else {
            return BodyKind::Broken;
        };
        BodyKind::Defaults(DefaultsBody {
            target: self.path(&target),
            environments: self.paths(item.environments()),
            entries: item
                .body()
                .map(|body| self.entries(body.entries()))
                .unwrap_or_default(),
        })
    }

    /// `let x: T = e`.
    pub(super) fn let_decl(&mut self, item: &ast::Let) -> Option<LetDecl> {
        let (name, node) = self.named(&item.name()?);
        let range = item.range();
        Some(LetDecl {
            node,
            name,
            ty: item.ty().map(|ty| self.optional_type(Some(ty), range)),
            value: self.optional_expr(item.value(), range),
            doc: doc(item.docs()),
            annotations: Vec::new(),
        })
    }

    /// `needs n: C`, `needs n = r`, `needs n = r@dev`.
    pub(super) fn needs(&mut self, needs: &ast::Needs) -> Option<EdgeDecl> {
        let (alias, node) = self.named(&needs.name()?);
        let target = match needs.source()? {
            ast::NeedsSource::Owned(path) => EdgeTarget::Owned(self.path(&path)),
            ast::NeedsSource::Shared(path) => EdgeTarget::Shared(self.path(&path)),
            ast::NeedsSource::Address(address) => self.elsewhere(&address)?,
        };
        let entries = self.fields(needs.body());
        Some(EdgeDecl {
            node,
            alias,
            target,
            entries,
            only: self.only(needs.only()),
        })
    }

    /// `r@dev`; an address that goes on behind the environment names no resource.
    fn elsewhere(&mut self, address: &ast::AddressLit) -> Option<EdgeTarget> {
        let range = address.syntax().text_range();
        let node = self.node(range);
        let parts = address.address()?;
        let environment = parts.environment?;
        if !parts.object.is_empty() || !parts.value.is_empty() {
            let whole = format!("{}@{environment}", parts.path.join("."));
            let title = format!("write `{whole}`");
            let problem = Problem::new(
                &codes::WRONG_EDGE,
                "`needs` leads to a whole resource, not into it",
            )
            .at(self.at(node), "this address goes on behind the environment")
            .fix(ProblemFix::replace(self.at(node), whole, title));
            self.problem(problem);
        }
        let segments = parts
            .path
            .iter()
            .map(|segment| (Name::new(segment), node))
            .collect();
        Some(EdgeTarget::Elsewhere {
            target: Path { node, segments },
            environment: (Name::new(environment), node),
        })
    }

    /// `calls s as n { … }`.
    fn calls(&mut self, calls: &ast::Calls) -> Option<EdgeDecl> {
        let target = self.path(&calls.target()?);
        let (alias, node) = match calls.alias() {
            Some(token) => self.named(&token),
            None => target.segments.last().cloned()?,
        };
        let entries = self.fields(calls.body());
        Some(EdgeDecl {
            node,
            alias,
            target: EdgeTarget::Call(target),
            entries,
            only: self.only(calls.only()),
        })
    }

    /// `expose public at h { … }`.
    fn expose(&mut self, expose: &ast::Expose) -> Option<ExposeDecl> {
        let (visibility, node) = self.named(&expose.audience()?);
        Some(ExposeDecl {
            node,
            visibility,
            host: expose.host().map(|host| self.lower_expr(&host)),
            entries: self.fields(expose.body()),
            only: self.only(expose.only()),
        })
    }

    /// `in e { … }`.
    fn in_block(&mut self, block: &ast::InBlock) -> InBlock {
        let environments = self.paths(block.environments());
        let head = environments
            .iter()
            .map(|path| self.ranges[path.node.0 as usize])
            .reduce(TextRange::cover);
        let mut lowered = InBlock {
            node: self.node(head.unwrap_or_else(|| block.range())),
            environments,
            entries: Vec::new(),
            patches: Vec::new(),
        };
        for entry in block.body().iter().flat_map(ast::InBody::all) {
            match entry {
                ast::InEntry::Field(field) => lowered.entries.extend(self.entry(&field.into())),
                ast::InEntry::Spread(spread) => lowered.entries.extend(self.entry(&spread.into())),
                ast::InEntry::Patch(patch) => lowered.patches.extend(self.patch(&patch)),
            }
        }
        lowered
    }

    /// `only in …`.
    pub(super) fn only(&mut self, only: Option<ast::Only>) -> Option<Only> {
        let only = only?;
        let node = self.node(only.syntax().text_range());
        Some(Only {
            node,
            environments: self.paths(only.paths().map(|paths| paths.iter())),
        })
    }

    /// `patch x because "…" until … { … }`.
    fn patch(&mut self, patch: &ast::Patch) -> Option<PatchDecl> {
        let target = self.path(&patch.target()?);
        let range = patch.range();
        Some(PatchDecl {
            node: target.node,
            target,
            licence: self.licence(patch.because(), patch.until_token(), range),
            only: self.only(patch.only()),
            entries: self.fields(patch.body()),
        })
    }

    /// `emit x: T because "…" until … { … }`.
    fn extra_emit(&mut self, extra: &ast::Extra) -> Option<ExtraEmit> {
        let (name, node) = self.named(&extra.name()?);
        let ty = self.path(&extra.ty()?);
        let range = extra.range();
        let licence = self.licence(extra.because(), extra.until_token(), range);
        let only = self.only(extra.only());
        let entries = self.fields(extra.body());
        let emit = EmitDecl {
            node,
            name,
            ty,
            each: None,
            when: None,
            entries,
            doc: doc(extra.docs()),
            annotations: Vec::new(),
        };
        Some(ExtraEmit {
            emit,
            licence,
            only,
        })
    }

    /// Why, and until when; the parser has reported what is missing.
    fn licence(
        &mut self,
        because: Option<ast::Str>,
        until: Option<SyntaxToken>,
        range: TextRange,
    ) -> Licence {
        let because = because.and_then(|string| {
            let text = self.plain_text(&string, "a reason")?;
            if text.trim().is_empty() {
                let node = self.node(string.syntax().text_range());
                let problem = Problem::new(&codes::COMPUTED_TEXT, "this reason says nothing")
                    .at(self.at(node), "empty")
                    .help("say in a few words why the exception is needed: whoever removes it will want to know");
                self.problem(problem);
            }
            Some(text)
        });
        Licence {
            because: because.map(SmolStr::from).unwrap_or_default(),
            until_node: self.node(until.as_ref().map_or(range, SyntaxToken::text_range)),
            until: until.and_then(|token| Date::parse(token.text())),
        }
    }
}
