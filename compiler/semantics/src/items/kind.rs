//! What an item declares.

/// The kinds of declarations, in the order in which tools list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// `team`
    Team,
    /// `system`
    System,
    /// `environment`
    Environment,
    /// `service`
    Service,
    /// `resource`
    Resource,
    /// `external`
    External,
    /// `capability`
    Capability,
    /// `implementation`
    Implementation,
    /// `defaults`
    Defaults,
    /// `extend`
    Extend,
    /// `guardrail`
    Guardrail,
    /// `enforce`
    Enforce,
    /// `waiver`
    Waiver,
    /// `pipeline`
    Pipeline,
    /// `migration`
    Migration,
    /// `test`
    Test,
    /// `type`
    Type,
    /// `enum`
    Enum,
    /// `let`
    Let,
    /// `fn`
    Fn,
}

impl ItemKind {
    /// Whether it declares an instance of a capability.
    #[must_use]
    pub fn is_instance(self) -> bool {
        matches!(self, Self::Service | Self::Resource)
    }

    /// Every kind, in order.
    pub const ALL: [Self; 20] = [
        Self::Team,
        Self::System,
        Self::Environment,
        Self::Service,
        Self::Resource,
        Self::External,
        Self::Capability,
        Self::Implementation,
        Self::Defaults,
        Self::Extend,
        Self::Guardrail,
        Self::Enforce,
        Self::Waiver,
        Self::Pipeline,
        Self::Migration,
        Self::Test,
        Self::Type,
        Self::Enum,
        Self::Let,
        Self::Fn,
    ];

    /// The kinds whose names are known in the whole fleet, in order.
    pub const FACTS: [Self; 6] = [
        Self::Team,
        Self::System,
        Self::Environment,
        Self::Service,
        Self::Resource,
        Self::External,
    ];

    /// The keyword.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::System => "system",
            Self::Environment => "environment",
            Self::Service => "service",
            Self::Resource => "resource",
            Self::External => "external",
            Self::Capability => "capability",
            Self::Implementation => "implementation",
            Self::Defaults => "defaults",
            Self::Extend => "extend",
            Self::Guardrail => "guardrail",
            Self::Enforce => "enforce",
            Self::Waiver => "waiver",
            Self::Pipeline => "pipeline",
            Self::Migration => "migration",
            Self::Test => "test",
            Self::Type => "type",
            Self::Enum => "enum",
            Self::Let => "let",
            Self::Fn => "fn",
        }
    }

    /// The keyword with its article: `a team`, `an environment`.
    #[must_use]
    pub fn a_word(self) -> &'static str {
        match self {
            Self::Team => "a team",
            Self::System => "a system",
            Self::Environment => "an environment",
            Self::Service => "a service",
            Self::Resource => "a resource",
            Self::External => "an external",
            Self::Capability => "a capability",
            Self::Implementation => "an implementation",
            Self::Defaults => "a `defaults for`",
            Self::Extend => "an `extend`",
            Self::Guardrail => "a guardrail",
            Self::Enforce => "an `enforce`",
            Self::Waiver => "a waiver",
            Self::Pipeline => "a pipeline",
            Self::Migration => "a migration",
            Self::Test => "a test",
            Self::Type => "a type",
            Self::Enum => "an enum",
            Self::Let => "a let",
            Self::Fn => "a function",
        }
    }

    /// Whether it declares a node or group of the fleet, visible everywhere under its name.
    #[must_use]
    pub fn is_fact(self) -> bool {
        Self::FACTS.contains(&self)
    }

    /// Whether it is parsed and kept, and evaluated by a later release.
    #[must_use]
    pub fn is_later(self) -> bool {
        matches!(self, Self::Pipeline | Self::Migration)
    }

    /// Whether what it is called is what it is about: the name of something else, which several may be about.
    #[must_use]
    pub fn is_named_after_target(self) -> bool {
        matches!(self, Self::Defaults | Self::Extend | Self::Enforce)
    }

    /// Whether its name is one of its module's names.
    #[must_use]
    pub fn is_named_in_module(self) -> bool {
        matches!(
            self,
            Self::Capability
                | Self::Implementation
                | Self::Guardrail
                | Self::Type
                | Self::Enum
                | Self::Let
                | Self::Fn
        )
    }
}
