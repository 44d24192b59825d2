//! Types and the declarations of fields.

use std::collections::BTreeMap;

use plat_diagnostics::codes;
use plat_syntax::ast::{AstNodeExt, HasDocs, HasName};
use plat_syntax::{AstNode, TextRange, ast};

use super::Lowering;
use crate::db::Name;
use crate::hir::{FieldDecl, FnBody, NodeId, TypeRef, TypeRefId, VariantDecl};
use crate::problem::{Problem, ProblemFix};

impl Lowering {
    /// Lowers a type; a missing one becomes [`TypeRef::Missing`] at `fallback`.
    pub(super) fn optional_type(
        &mut self,
        ty: Option<ast::Type>,
        fallback: TextRange,
    ) -> TypeRefId {
        match ty {
            Some(ty) => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.lower_type(&ty)),
            None => self.type_ref(TypeRef::Missing, fallback),
        }
    }

    /// A type: its alternatives, then the refinement, then `?`: what `int? in 1..9` bounds is the number, when there is one.
    fn lower_type(&mut self, ty: &ast::Type) -> TypeRefId {
        let range = ty.syntax().text_range();
        let mut atoms: Vec<TypeRefId> = ty.atoms().map(|atom| self.simple_type(&atom)).collect();
        let lowered = match (atoms.pop(), atoms.is_empty()) {
            (None, _) => self.type_ref(TypeRef::Missing, range),
            (Some(only), true) => only,
            (Some(last), false) => {
                atoms.push(last);
                self.type_ref(TypeRef::Union(atoms), range)
            }
        };
        let lowered = match ty.refinement() {
            None => lowered,
            Some(ast::Refinement::InRefinement(bounds)) => {
                let low = self.optional_expr(bounds.low(), range);
                let high = self.optional_expr(bounds.high(), range);
                self.type_ref(
                    TypeRef::Bounded {
                        base: lowered,
                        low,
                        high,
                    },
                    range,
                )
            }
            Some(ast::Refinement::MatchingRefinement(matching)) => {
                self.matching(lowered, &matching, range).unwrap_or(lowered)
            }
        };
        if ty.is_optional() {
            self.type_ref(TypeRef::Optional(lowered), range)
        } else {
            lowered
        }
    }

    fn matching(
        &mut self,
        base: TypeRefId,
        matching: &ast::MatchingRefinement,
        range: TextRange,
    ) -> Option<TypeRefId> {
        let string = matching.pattern()?;
        let pattern = self.plain_text(&string, "a pattern of a type")?;
        let pattern_node = self.node(string.syntax().text_range());
        Some(self.type_ref(
            TypeRef::Matching {
                base,
                pattern: pattern.into(),
                pattern_node,
            },
            range,
        ))
    }

    fn simple_type(&mut self, ty: &ast::TypeAtom) -> TypeRefId {
        let range = ty.syntax().text_range();
        let lowered = match ty {
            ast::TypeAtom::PathType(path) => match path.path() {
                Some(name) => {
                    let name = self.path(&name);
                    let args = path
                        .args()
                        .map(|arg| self.optional_type(Some(arg), range))
                        .collect();
                    TypeRef::Path(name, args)
                }
                None => TypeRef::Missing,
            },
            ast::TypeAtom::RecordType(record) => TypeRef::Record(self.record_type(record)),
            ast::TypeAtom::LiteralType(literal) => literal
                .string()
                .and_then(|string| self.plain_text(&string, "a type"))
                .map_or(TypeRef::Missing, |text| TypeRef::Literal(text.into())),
        };
        self.type_ref(lowered, range)
    }

    /// The fields of a record type.
    pub(super) fn record_type(&mut self, record: &ast::RecordType) -> Vec<FieldDecl> {
        let fields: Vec<FieldDecl> = record
            .fields()
            .filter_map(|field| {
                let (name, node) = self.named(&field.name()?);
                let range = field.range();
                Some(FieldDecl {
                    node,
                    name,
                    ty: self.optional_type(field.ty(), range),
                    default: field.default().map(|default| self.lower_expr(&default)),
                    doc: doc(field.docs()),
                    annotations: Vec::new(),
                })
            })
            .collect();
        self.no_duplicates(
            "field",
            fields.iter().map(|field| (&field.name, field.node)),
        );
        fields
    }

    /// Parameters of a function or variant.
    pub(super) fn params(
        &mut self,
        params: impl IntoIterator<Item = ast::Param>,
    ) -> Vec<FieldDecl> {
        let params: Vec<FieldDecl> = params
            .into_iter()
            .filter_map(|param| {
                let (name, node) = self.named(&param.name()?);
                Some(FieldDecl {
                    node,
                    name,
                    ty: self.optional_type(param.ty(), param.range()),
                    default: param.default().map(|default| self.lower_expr(&default)),
                    doc: doc(param.docs()),
                    annotations: Vec::new(),
                })
            })
            .collect();
        self.no_duplicates(
            "parameter",
            params.iter().map(|param| (&param.name, param.node)),
        );
        params
    }

    /// The members of an enum.
    pub(super) fn variants(&mut self, item: &ast::Enum) -> Vec<VariantDecl> {
        if item.variants().next().is_none() {
            let problem = Problem::new(&codes::UNEXPECTED, "an enum without a member has no value")
                .at(self.at(NodeId::NAME), "nothing can be of this type")
                .help("name its members: `enum Size { small, large }`");
            self.problem(problem);
        }
        let variants: Vec<VariantDecl> = item
            .variants()
            .filter_map(|variant| {
                let (name, node) = self.named(&variant.name()?);
                let payload = self.params(variant.params());
                self.no_empty_payload(&variant, &name);
                Some(VariantDecl {
                    node,
                    name,
                    payload,
                    doc: doc(variant.docs()),
                })
            })
            .collect();
        self.no_duplicates(
            "member",
            variants.iter().map(|variant| (&variant.name, variant.node)),
        );
        variants
    }

    /// `a()` carries nothing, and is written `a`.
    fn no_empty_payload(&mut self, variant: &ast::Variant, name: &Name) {
        let Some(list) = variant
            .param_list()
            .filter(|list| list.params().next().is_none())
        else {
            return;
        };
        let node = self.node(list.syntax().text_range());
        let problem = Problem::new(
            &codes::UNEXPECTED,
            format!("`{name}()` carries nothing between its parentheses"),
        )
        .at(self.at(node), "no value is named")
        .help(format!("name what it carries: `{name}(path: string)`"))
        .fix(ProblemFix::delete(self.at(node), format!("write `{name}`")).maybe());
        self.problem(problem);
    }

    /// A function.
    pub(super) fn function(&mut self, item: &ast::Fn) -> FnBody {
        let range = item.range();
        FnBody {
            params: self.params(item.params()),
            result: self.optional_type(item.result(), range),
            value: self.optional_expr(item.body(), range),
        }
    }

    /// Reports every name that an earlier one of the same list has.
    pub(super) fn no_duplicates<'a>(
        &mut self,
        what: &str,
        names: impl IntoIterator<Item = (&'a Name, NodeId)>,
    ) {
        let mut first: BTreeMap<&Name, NodeId> = BTreeMap::new();
        for (name, node) in names {
            let earlier = *first.entry(name).or_insert(node);
            if earlier != node {
                let problem = Problem::new(
                    &codes::DUPLICATE_MEMBER,
                    format!("two {what}s are called `{name}`"),
                )
                .at(self.at(node), "again here")
                .also(self.at(earlier), "first here")
                .help("rename or remove one of them");
                self.problem(problem);
            }
        }
    }
}

/// The text of `///` lines.
pub(super) fn doc(text: Option<String>) -> Option<smol_str::SmolStr> {
    text.map(Into::into)
}
