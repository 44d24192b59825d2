//! The templates that a comment is made of, and what a team puts in their place.

use std::fmt;

use serde::Serialize;
use tera::value::Key;
use tera::{Context, Kwargs, State, StringInput, Tera, TeraResult, Value};

use super::escape;

/// The templates that there are, by name.
const DEFAULTS: [(&str, &str); 12] = [
    ("header.md", include_str!("../../../templates/header.md")),
    ("section.md", include_str!("../../../templates/section.md")),
    ("risk.md", include_str!("../../../templates/risk.md")),
    ("broken.md", include_str!("../../../templates/broken.md")),
    ("unknown.md", include_str!("../../../templates/unknown.md")),
    ("cause.md", include_str!("../../../templates/cause.md")),
    ("drift.md", include_str!("../../../templates/drift.md")),
    (
        "declaration.md",
        include_str!("../../../templates/declaration.md"),
    ),
    ("reached.md", include_str!("../../../templates/reached.md")),
    ("group.md", include_str!("../../../templates/group.md")),
    ("change.md", include_str!("../../../templates/change.md")),
    ("footer.md", include_str!("../../../templates/footer.md")),
];

/// Why a comment could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkdownError {
    /// There is no template of that name to put another in the place of.
    UnknownTemplate(String),
    /// A template cannot be read, or not be filled in: where, and why.
    Template(String),
    /// What templates always write is longer than the limit.
    NoRoom {
        /// How long.
        needed: usize,
        /// The limit.
        limit: usize,
    },
}

impl std::error::Error for MarkdownError {}

impl fmt::Display for MarkdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTemplate(name) => {
                write!(f, "there is no template called `{name}`; there are")?;
                for (index, (name, _)) in DEFAULTS.iter().enumerate() {
                    write!(f, "{} `{name}`", if index == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Self::Template(report) => f.write_str(report),
            Self::NoRoom { needed, limit } => write!(
                f,
                "the header and the footer alone take {needed} bytes of the {limit} that a comment may have"
            ),
        }
    }
}

/// The names of the templates and their texts, for who wants to change one.
#[must_use]
pub fn default_templates() -> &'static [(&'static str, &'static str)] {
    &DEFAULTS
}

/// Templates, ready to be filled in.
#[derive(Debug)]
pub(super) struct Templates {
    tera: Tera,
}

impl Templates {
    /// The default templates with others in the place of some.
    pub fn new(overrides: &[(String, String)]) -> Result<Self, MarkdownError> {
        let mut tera = Tera::new();
        tera.autoescape_on([".md"]);
        tera.set_escape_fn(|input, out| out.write_all(escape::text(input).as_bytes()));
        tera.register_filter("code", |text: StringInput<'_>, _: Kwargs, _: &State<'_>| {
            Value::safe_string(&escape::code(text.as_str()))
        });
        tera.register_filter("html", |text: StringInput<'_>, _: Kwargs, _: &State<'_>| {
            Value::safe_string(&escape::html(text.as_str()))
        });
        tera.register_filter("url", |text: StringInput<'_>, _: Kwargs, _: &State<'_>| {
            Value::safe_string(&escape::url(text.as_str()))
        });
        tera.register_filter("codes", codes);
        tera.register_filter("place", place);
        tera.register_filter("diff", diff);
        if let Some((name, _)) = overrides
            .iter()
            .find(|(name, _)| !DEFAULTS.iter().any(|(known, _)| known == name))
        {
            return Err(MarkdownError::UnknownTemplate(name.clone()));
        }
        let texts = DEFAULTS.iter().map(|(name, default)| {
            let overriding = overrides.iter().rev().find(|(known, _)| known == name);
            (
                *name,
                overriding.map_or(*default, |(_, text)| text.as_str()),
            )
        });
        tera.add_raw_templates(texts).map_err(broken)?;
        Ok(Self { tera })
    }

    /// Fills in a template. Lines at its end are no part of it.
    pub fn fill(&self, name: &str, view: &impl Serialize) -> Result<String, MarkdownError> {
        let context = Context::from_serialize(view).map_err(broken)?;
        let mut text = self.tera.render(name, &context).map_err(broken)?;
        text.truncate(text.trim_end().len());
        Ok(text)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: tera::Error) -> MarkdownError {
    MarkdownError::Template(error.to_string())
}

/// Names as code, separated by commas. What begins with a number and ends with "more" is how many there are besides.
fn codes(list: &Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let list = list.as_map();
    let of = |key: &'static str| list.and_then(|list| list.get(&Key::Str(key)));
    let names = of("names").and_then(Value::as_array).unwrap_or_default();
    let mut words: Vec<String> = names
        .iter()
        .map(|name| escape::code(name.as_str().unwrap_or_default()))
        .collect();
    words.extend(of("more").and_then(Value::as_str).map(str::to_owned));
    let words = match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.concat(),
    };
    Ok(Value::safe_string(&words))
}

/// A source line as code, with a link if there is one.
fn place(source: &Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let source = source.as_map();
    let of = |key: &'static str| source.and_then(|source| source.get(&Key::Str(key))?.as_str());
    let place = escape::code(of("place").unwrap_or_default());
    Ok(Value::safe_string(&match of("url") {
        Some(url) => format!("[{place}]({})", escape::url(url)),
        None => place,
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of a filter")]
fn diff(lines: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let indent = arguments.get::<usize>("indent")?.unwrap_or_default();
    let lines: Vec<&str> = lines
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    Ok(Value::safe_string(&escape::diff(&lines, indent)))
}
