//! Tests of the whole crate through its public face.

mod ambiguities;
mod ast;
mod errors;
mod formatting;
mod generator;
mod limits;
mod properties;
mod recovery;
mod strings;

/// The examples of the language's documentation.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("environments", include_str!("../data/environments.plat")),
    ("checkout", include_str!("../data/checkout.plat")),
    ("guardrails", include_str!("../data/guardrails.plat")),
    ("workload", include_str!("../data/workload.plat")),
    ("grammar", include_str!("../data/grammar.plat")),
];

/// Parses a text that must be without errors.
#[track_caller]
pub(crate) fn parse_clean(text: &str) -> plat_syntax::Parse {
    let parse = plat_syntax::parse(text);
    assert_eq!(
        parse.syntax().text().to_string(),
        text,
        "the tree has every byte"
    );
    assert!(parse.errors.is_empty(), "{text}\n{:#?}", parse.errors);
    parse
}

/// The errors of a text, a line each: code, what is underlined, message, help and fix.
pub(crate) fn told(text: &str) -> String {
    let parse = plat_syntax::parse(text);
    assert_eq!(
        parse.syntax().text().to_string(),
        text,
        "the tree has every byte"
    );
    let mut lines = String::new();
    for error in &parse.errors {
        lines += &format!(
            "{} `{}` {}\n",
            error.code,
            text[error.range].escape_debug(),
            error.message
        );
        if let Some(help) = &error.help {
            lines += &format!("  help: {help}\n");
        }
        for (range, note) in &error.secondary {
            lines += &format!("  at `{}`: {note}\n", text[*range].escape_debug());
        }
        if let Some(fix) = &error.fix {
            let mut fixed = text.to_owned();
            for (range, new) in fix.edits.iter().rev() {
                fixed.replace_range(std::ops::Range::<usize>::from(*range), new);
            }
            let line = fixed
                .lines()
                .zip(text.lines())
                .find(|(new, old)| new != old)
                .map_or("", |(new, _)| new);
            lines += &format!("  fix, {}: {}\n", fix.title, line.trim());
        }
    }
    lines
}
