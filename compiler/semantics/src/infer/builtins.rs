//! The functions that are built in, as the checker and the evaluator know them. Their names and parameters stand in
//! [`crate::scope::builtins`].

macro_rules! builtins {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A function that is built in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Builtin {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Builtin {
            /// The function of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        #[cfg(test)]
        const ALL: &[Builtin] = &[$(Builtin::$variant),*];
    };
}

builtins! {
    Abs = "abs", All = "all", Any = "any", Base64 = "base64", Ceil = "ceil", Contains = "contains", Count = "count",
    EndsWith = "ends_with", File = "file", First = "first", Flatten = "flatten", Floor = "floor", Has = "has", Join = "join",
    Json = "json", Keys = "keys", Last = "last", Length = "length", Lower = "lower", Manifests = "manifests",
    Matches = "matches", Max = "max", Merge = "merge", Min = "min", Mod = "mod", Replace = "replace", Reverse = "reverse",
    Round = "round", Secret = "secret", Sha256 = "sha256", Slug = "slug", Sort = "sort", Split = "split",
    StartsWith = "starts_with", Sum = "sum", Text = "text", Trim = "trim", Truncate = "truncate", Unique = "unique",
    Upper = "upper", Values = "values", Yaml = "yaml",
}

#[cfg(test)]
mod tests {
    use super::{ALL, Builtin};
    use crate::scope::builtins::FUNCTIONS;

    #[test]
    fn every_function_in_scope_is_known_and_the_other_way_round() {
        let named: Vec<&str> = ALL.iter().map(|builtin| builtin.name()).collect();
        let mut in_scope: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
        let mut sorted = named.clone();
        sorted.sort_unstable();
        in_scope.sort_unstable();
        assert_eq!(sorted, in_scope);
        assert!(named.iter().all(|name| Builtin::from_name(name).is_some()));
    }
}
