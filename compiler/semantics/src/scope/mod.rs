//! What a name means: the levels below the members of a declaration.
//!
//! Innermost first: the declarations of the folder and the facts of the fleet, then `use`, then the prelude, then what is built
//! in. Binders, lets and members come before all of these and are the business of whoever walks a body.

pub mod builtins;
pub mod distance;
pub mod folder;
pub mod suggest;
pub mod walk;

mod check;
mod imports;
mod module;
mod prelude;
mod resolve;
mod site;
#[cfg(test)]
mod tests;
mod unresolved;

use smol_str::SmolStr;

use crate::db::DeclId;
use crate::items::ItemKind;

pub use builtins::{BuiltinFn, BuiltinType, builtin_fn, builtin_type};
pub use check::file_problems;
pub use folder::Folder;
pub use imports::{Import, Imports, file_imports};
pub use module::{Duplicate, ModuleScope, Reexport, ScopeEntry, module_scope};
pub use prelude::prelude_scope;
pub use resolve::{Resolved, resolve, resolve_fact};
pub use site::{Site, consumers, facts_named, test_around, test_facts};
pub use unresolved::Unresolved;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A type, enum, capability, implementation, let or function.
    Decl(DeclId),
    /// Facts of that name: of several kinds, or one in different environments each. Never empty.
    Facts(Vec<DeclId>),
    /// A folder; only its members are anything.
    Folder(Folder),
    /// A type of the target, by its path below the target's root.
    Schema(SmolStr),
    /// A type that is built in.
    Type(BuiltinType),
    /// A function that is built in.
    Function(BuiltinFn),
}

/// What kind of name is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// A type: `type`, `enum`, a capability, a built-in or a target's type.
    Type,
    /// A capability.
    Capability,
    /// What can be emitted: a target's type or a capability.
    Emission,
    /// What can stand in an expression: a let, a function, a fact, an enum before its member.
    Value,
    /// A fact of one kind.
    Fact(ItemKind),
    /// What `calls` leads to: a service or external.
    Callee,
    /// What `needs n = r` leads to: a resource or service.
    Shared,
    /// A guardrail.
    Guardrail,
    /// What `enforce` turns on: a guardrail, or a folder of them.
    Rules,
}

impl Namespace {
    /// What is wanted, with its article.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Capability => "a capability",
            Self::Emission => "an object type or capability",
            Self::Value => "a value",
            Self::Fact(kind) => kind.a_word(),
            Self::Callee => "a service or external",
            Self::Shared => "a resource or service",
            Self::Guardrail => "a guardrail",
            Self::Rules => "a guardrail or folder of guardrails",
        }
    }

    /// The kinds of facts that fit.
    #[must_use]
    pub fn facts(self) -> &'static [ItemKind] {
        match self {
            Self::Type | Self::Capability | Self::Emission | Self::Guardrail | Self::Rules => &[],
            Self::Value => &ItemKind::FACTS,
            Self::Fact(ItemKind::Team) => &[ItemKind::Team],
            Self::Fact(ItemKind::System) => &[ItemKind::System],
            Self::Fact(ItemKind::Environment) => &[ItemKind::Environment],
            Self::Fact(ItemKind::Service) => &[ItemKind::Service],
            Self::Fact(ItemKind::Resource) => &[ItemKind::Resource],
            Self::Fact(ItemKind::External) => &[ItemKind::External],
            Self::Fact(_) => &[],
            Self::Callee => &[ItemKind::Service, ItemKind::External],
            Self::Shared => &[ItemKind::Resource, ItemKind::Service],
        }
    }

    /// Whether a declaration of that kind is what is wanted.
    #[must_use]
    pub fn accepts(self, kind: ItemKind) -> bool {
        match self {
            Self::Type => matches!(kind, ItemKind::Type | ItemKind::Enum | ItemKind::Capability),
            Self::Capability | Self::Emission => kind == ItemKind::Capability,
            Self::Guardrail | Self::Rules => kind == ItemKind::Guardrail,
            Self::Value => {
                kind.is_fact()
                    || matches!(
                        kind,
                        ItemKind::Let | ItemKind::Fn | ItemKind::Enum | ItemKind::Type
                    )
            }
            Self::Fact(_) | Self::Callee | Self::Shared => self.facts().contains(&kind),
        }
    }
}
