//! The words that can be keywords. Which of them are, is decided by their place.

/// Declares [`Word`] with its spelling.
macro_rules! words {
    ($($name:ident = $text:literal,)*) => {
        /// A word with a role somewhere in the grammar; [`Word::Other`] is every other token.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word { Other, $($name,)* }

        impl Word {
            pub(crate) fn of(text: &str) -> Word {
                match text {
                    $($text => Word::$name,)*
                    _ => Word::Other,
                }
            }

            pub(crate) fn text(self) -> &'static str {
                match self {
                    Word::Other => "",
                    $(Word::$name => $text,)*
                }
            }
        }
    };
}

words! {
    And = "and", As = "as", At = "at", Because = "because", Calls = "calls", Capability = "capability",
    Defaults = "defaults", Drop = "drop", Edge = "edge", Else = "else", Emit = "emit", Enforce = "enforce", Enum = "enum",
    Environment = "environment", Expect = "expect", Expose = "expose", Extend = "extend", External = "external",
    False = "false", Fix = "fix", Fn = "fn", For = "for", From = "from", Guardrail = "guardrail", If = "if",
    Implementation = "implementation", In = "in", Input = "input", Is = "is", Let = "let", Like = "like",
    Match = "match", Matching = "matching", Migration = "migration", Move = "move", Needs = "needs", None = "none",
    Not = "not", Of = "of", Only = "only", Or = "or", Output = "output", Patch = "patch", Pipeline = "pipeline",
    Pub = "pub", Rename = "rename", Renamed = "renamed", Require = "require", Resource = "resource",
    Service = "service", Set = "set", Slot = "slot", Stage = "stage", Step = "step", System = "system", Team = "team",
    Test = "test", Then = "then", To = "to", True = "true", Type = "type", Until = "until", Use = "use",
    Waiver = "waiver", When = "when", Where = "where",
}

impl Word {
    /// Never a name where an expression, a binder or a parameter stands [A9].
    pub(crate) fn is_never_a_name(self) -> bool {
        use Word::*;
        matches!(
            self,
            And | Or
                | Not
                | If
                | Then
                | Else
                | Match
                | In
                | For
                | Where
                | When
                | True
                | False
                | None
        )
    }

    /// Goes on with the line before it, if what follows does not make it a field [A15].
    pub(super) fn continues_line(self) -> bool {
        use Word::*;
        matches!(
            self,
            And | Or | Then | Else | Where | When | Fix | Because | Until | At
        )
    }

    /// Leaves the line open behind it [A15].
    pub(super) fn leaves_line_open(self) -> bool {
        use Word::*;
        matches!(self, And | Or | Not | Then | Else | In)
    }

    /// Goes on with a value that stands before it on the line.
    pub(crate) fn continues_value(self) -> bool {
        use Word::*;
        matches!(self, And | Or | Not | In | When | For | Where | Then | Else)
    }

    /// Starts a declaration whose next token is a name.
    pub(super) fn starts_named_item(self) -> bool {
        use Word::*;
        matches!(
            self,
            Use | Team
                | System
                | Environment
                | Service
                | Resource
                | External
                | Capability
                | Implementation
                | Extend
                | Guardrail
                | Enforce
                | Waiver
                | Pipeline
                | Migration
                | Type
                | Enum
                | Fn
        )
    }
}
