//! The registry: one row per code.
//!
//! To add a code, add a row in ascending order and write its page `codes/PLT….md`. A code never changes its
//! meaning and is never given out twice.

use crate::diagnostic::Severity::{Error, Info, Warning};
use crate::registry::CodeInfo;

macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $summary:literal;)*) => {
        $(
            #[doc = concat!($code, ": ", $summary, ".")]
            pub static $name: CodeInfo = CodeInfo {
                code: $code,
                name: stringify!($name),
                severity: $severity,
                summary: $summary,
                source: include_str!(concat!("../codes/", $code, ".md")),
            };
        )*

        /// Every code, in the order of the table.
        pub(crate) static ALL: &[&CodeInfo] = &[$(&$name),*];
    };
}

codes! {
    // 01: names and modules
    UNKNOWN_NAME = "PLT0101", Error, "a name that nothing declares";
    DUPLICATE_NAME = "PLT0102", Error, "two declarations of one name";
    EDGE_HIDES_INPUT = "PLT0107", Warning, "an edge hides an input of its name";
    NOT_YET_EVALUATED = "PLT0411", Info, "a declaration that is read and not yet evaluated";
}
