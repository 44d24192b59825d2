//! What many views have in common.

use rowan::{Language, NodeOrToken, TextRange, TextSize, ast::AstNode};

use super::{
    AnnotationList, Environments, FieldEntry,
    support::{child, children, has_keyword, implement, token},
};
use crate::{Plat, SyntaxKind::*, SyntaxNodePtr, SyntaxToken, ast};

/// Conveniences of every view.
pub trait AstNodeExt: AstNode<Language = Plat> {
    /// Where the node stands, as something to keep.
    fn ptr(&self) -> SyntaxNodePtr {
        SyntaxNodePtr::new(self.syntax())
    }

    /// The range of the node without the comments and white space before its first token.
    fn range(&self) -> TextRange {
        let whole = self.syntax().text_range();
        let elements = self.syntax().green().children();
        let before: TextSize = elements
            .take_while(|element| Plat::kind_from_raw(element.kind()).is_trivia())
            .map(|element| element.text_len())
            .sum();
        if before == whole.len() {
            return whole;
        }
        TextRange::new(whole.start() + before, whole.end())
    }
}

impl<N: AstNode<Language = Plat>> AstNodeExt for N {}

/// Something with a name.
pub trait HasName: AstNode<Language = Plat> {
    /// The name, as the token that says it.
    fn name(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }
}

/// Something that a documentation comment may stand above.
pub trait HasDocs: AstNode<Language = Plat> {
    /// The text of the `///` lines above, without the slashes and one space each, joined by `\n`.
    fn docs(&self) -> Option<String> {
        let elements = self.syntax().green().children();
        let lines: Vec<&str> = elements
            .map_while(NodeOrToken::into_token)
            .take_while(|token| Plat::kind_from_raw(token.kind()).is_trivia())
            .filter_map(|token| {
                let text = token.text().strip_prefix("///")?;
                (Plat::kind_from_raw(token.kind()) == DOC_COMMENT)
                    .then(|| text.strip_prefix(' ').unwrap_or(text).trim_end())
            })
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Something that annotations may stand before.
pub trait HasAnnotations: AstNode<Language = Plat> {
    /// The annotations, in order.
    fn annotations(&self) -> AnnotationList {
        children(self.syntax())
    }
}

/// Something that `pub` may stand before.
pub trait HasVisibility: AstNode<Language = Plat> {
    /// It is exported to other packages.
    fn is_pub(&self) -> bool {
        has_keyword(self.syntax(), "pub")
    }
}

/// A block of fields, whatever else is in it.
pub trait HasFields: AstNode<Language = Plat> {
    /// The fields and spreads, in order.
    fn entries(&self) -> rowan::ast::AstChildren<FieldEntry> {
        children(self.syntax())
    }

    /// Only the fields.
    fn fields(&self) -> rowan::ast::AstChildren<ast::Field> {
        children(self.syntax())
    }
}

/// Something that may exist in some environments only.
pub trait HasOnly: AstNode<Language = Plat> {
    /// `only in …`
    fn only(&self) -> Option<ast::Only> {
        child(self.syntax())
    }

    /// The environments after `only in`, or nothing if it exists everywhere.
    fn only_in(&self) -> Option<Environments> {
        Some(self.only()?.paths()?.iter())
    }
}

/// Something that may be there under a condition.
pub trait HasGuard: AstNode<Language = Plat> {
    /// `when …`
    fn guard(&self) -> Option<ast::Guard> {
        child(self.syntax())
    }

    /// The condition after `when`.
    fn condition(&self) -> Option<ast::Expr> {
        self.guard()?.condition()
    }
}

implement! {
    HasName for Annotation, Fact, Environment, External, Service, Resource, Capability, Implementation, Guardrail,
        Waiver, Pipeline, Migration, TypeDecl, Enum, Let, Fn, Needs, Extra, Input, Output, Emit, Stage, Variant, Param,
        FieldDecl, NameRef, Alias;
    HasDocs for Use, Fact, Environment, External, Service, Resource, Defaults, Extend, Capability, Implementation,
        Guardrail, Enforce, Waiver, Pipeline, Migration, Test, TypeDecl, Enum, Let, Fn, Needs, Calls, Expose, InBlock,
        Patch, Extra, Renamed, Input, Output, Edge, Emit, Require, Expect, MigrationStep, Stage, Variant, FieldDecl, Field,
        Spread, Param, Item;
    HasAnnotations for Use, Fact, Environment, External, Service, Resource, Defaults, Extend, Capability,
        Implementation, Guardrail, Enforce, Waiver, Pipeline, Migration, Test, TypeDecl, Enum, Let, Fn, Needs, Input, Output,
        Edge, Emit, Require, Field, Spread, Item;
    HasVisibility for Use, Fact, Environment, External, Service, Resource, Defaults, Extend, Capability,
        Implementation, Guardrail, Enforce, Waiver, Pipeline, Migration, Test, TypeDecl, Enum, Let, Fn, Item;
    HasFields for Fields, RecordExpr, FactBody, ServiceBody, CapBody, InBody, DefaultsBody, GuardrailBody,
        MigrationBody, PipeBody;
    HasOnly for Service, Resource, Needs, Calls, Expose, Patch, Extra, Expect;
    HasGuard for Field, Spread, Emit, Implementation, Stage, ListElement;
}
