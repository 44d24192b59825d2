//! Typed views of the tree: a struct around a node per rule of the grammar, at no cost.
//!
//! Everything may be missing in a broken file, so accessors return `Option` or an iterator. Views are made per use
//! and never stored; a [`crate::SyntaxNodePtr`] (kind and range) is what to keep, see [`AstNodeExt::ptr`].
//!
//! # The views
//!
//! | file | views |
//! |---|---|
//! | `items` | [`File`] [`Item`] [`Use`] [`Path`] [`Paths`] [`Annotation`] [`Fact`] [`Environment`] [`External`] [`Extend`] |
//! | `service` | [`Service`] [`Resource`] [`ServiceEntry`] [`Needs`] [`Calls`] [`Expose`] [`InBlock`] [`Patch`] [`Extra`] [`Renamed`] [`Defaults`] [`Only`] |
//! | `capability` | [`Capability`] [`Implementation`] [`CapEntry`] [`Input`] [`Output`] [`Edge`] [`Emit`] [`Require`] |
//! | `rules` | [`Guardrail`] [`Enforce`] [`Waiver`] [`Test`] [`Migration`] [`Pipeline`] and their entries |
//! | `fields` | [`Fields`] [`FieldEntry`] [`Field`] [`Spread`] [`Keypath`] [`KeySegment`] [`Guard`] |
//! | `types` | [`Type`] [`TypeAtom`] [`Refinement`] [`RecordType`] [`FieldDecl`] [`TypeDecl`] [`Enum`] [`Variant`] [`Let`] [`Fn`] [`Param`] |
//! | `expressions` | [`Expr`] and one view per form |
//! | `literals` | what a [`Literal`], [`AddressLit`] or [`Pattern`] says: [`LiteralValue`], [`Quantity`] |
//! | `strings` | [`Str`]: [`Str::decode`] gives its parts with escapes and indentation resolved, each with a map back to the source |
//!
//! # How to get at things
//!
//! - Names are tokens: [`HasName::name`], then `.text()` and `.text_range()`.
//! - `/// …` above anything: [`HasDocs::docs`]. `@stable(…)`: [`HasAnnotations::annotations`]. `pub`: [`HasVisibility::is_pub`].
//! - Blocks of fields: [`HasFields::entries`] gives [`FieldEntry`]s in order; [`HasFields::fields`] only the [`Field`]s.
//! - `a.b["c"] = e`: [`Field::path`], [`Field::op`], [`Field::value`] or [`Field::block`], [`Field::guard`].
//! - `only in [a, b]`: [`HasOnly::only`].

mod capability;
mod expressions;
mod fields;
mod items;
mod literals;
mod rules;
mod service;
mod strings;
mod support;
mod traits;
mod types;

pub use capability::*;
pub use expressions::*;
pub use fields::*;
pub use items::*;
pub use literals::*;
pub use rules::*;
pub use service::*;
pub use strings::*;
pub use traits::*;
pub use types::*;

pub use rowan::ast::{AstChildren, AstNode, AstPtr};
