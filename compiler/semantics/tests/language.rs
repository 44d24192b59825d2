//! The conformance suite of the language: `tests/language/*.md`.
//!
//! Each file is a subject, each `##` heading a case: a sentence, a `plat` block, and what comes of it. The blocks are
//!
//! - `plat`: sources, in several files with `--- path ---` lines; `plat preview=pr-7` gives the environment `preview` that key.
//!   A `plat shared` block before the first case stands in the file `shared.plat` of every case below it.
//! - `findings`: every finding, with places, notes and help. Without this block there must be none.
//! - `values`: `checkout@prod:scale.min = 4`, a place of an instance and what it comes to.
//! - `layers`: a place, and below it what each layer says of it, highest first; `*` marks what has a part in the result.
//! - `objects`: `checkout@prod` or `checkout@prod/deployment`, and below it the objects as YAML.
//!
//! Each case is built a second time with other names of files: the same values and objects have to come of it.
//!
//! `UPDATE_LANGUAGE=1 cargo test -p plat-semantics --test language` writes what comes of the cases into the files; read the
//! difference before you believe it. `LANGUAGE_CASE=text` runs the cases whose heading contains the text.

#[path = "language/support/mod.rs"]
mod support;

use support::suite;

macro_rules! subjects {
    ($($name:ident),* $(,)?) => {
        /// The subjects that have a test below: a file without one is an error.
        const SUBJECTS: &[&str] = &[$(stringify!($name)),*];

        $(
            #[test]
            fn $name() {
                suite::run(stringify!($name));
            }
        )*
    };
}

subjects!(
    assets,
    bounds,
    composition,
    contracts,
    edges,
    enums,
    environments,
    expressions,
    facts,
    guardrails,
    implementations,
    layers,
    names,
    objects,
    patches,
    presence,
    quantities,
    rank,
    refinements,
    rings,
    slips,
    stages,
    tests,
);

#[test]
fn every_file_of_the_suite_is_a_subject() {
    assert_eq!(suite::files(), SUBJECTS);
}
