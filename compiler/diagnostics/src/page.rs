//! The page of a code: Markdown prose, then the examples, which tests run.
//!
//! ````text
//! What it means, why the compiler insists, what to do.
//!
//! ```plat fails
//! service a: HttpService { }
//! ```
//!
//! ```plat passes
//! --- plat.toml ---
//! …
//! --- shop/a.plat ---
//! service a: HttpService { image = "…" }
//! ```
//! ````
//!
//! A code that no text can show has `no example: the reason` in place of the examples.

use std::fmt;

/// What the compiler has to say to an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The page's code is among the findings.
    Fails,
    /// There is no finding of the page's code, and no error at all.
    Passes,
}

impl Verdict {
    /// The word behind `plat` in the fence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Passes => "passes",
        }
    }
}

/// One file of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleFile<'a> {
    /// The path in the example's project; [`Example::MAIN`] where the page names none.
    pub path: &'a str,
    /// The text of the file.
    pub text: &'a str,
}

/// A small project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example<'a> {
    /// What the compiler has to say to it.
    pub verdict: Verdict,
    /// The block as it stands in the page, with the lines that name files.
    pub source: &'a str,
    /// Its files, at least one.
    pub files: Vec<ExampleFile<'a>>,
}

impl Example<'_> {
    /// The path of the file of an example that names none.
    pub const MAIN: &'static str = "main.plat";
}

/// The examples of a page, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examples<'a> {
    /// At least one that fails and one that passes.
    Shown(Vec<Example<'a>>),
    /// The reason why text cannot show it.
    None(&'a str),
}

/// A parsed page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// The Markdown before the examples.
    pub explanation: &'a str,
    /// The examples.
    pub examples: Examples<'a>,
}

/// How a page breaks the rules of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// There is no prose before the examples.
    NoExplanation,
    /// A fence is opened and not closed.
    OpenFence,
    /// There is text behind the examples, or between them.
    TextBehindExamples(String),
    /// No example of that kind, and no `no example:` line.
    Missing(Verdict),
    /// A `no example:` line without a reason.
    NoReason,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoExplanation => f.write_str("the page has no explanation before its examples"),
            Self::OpenFence => f.write_str("an example is opened by ``` and not closed"),
            Self::TextBehindExamples(line) => {
                write!(f, "only examples may follow the first one, not `{line}`")
            }
            Self::Missing(verdict) => write!(f, "the page has no example that {}", verdict.word()),
            Self::NoReason => f.write_str("`no example:` needs a reason"),
        }
    }
}

impl std::error::Error for PageError {}

const FENCE: &str = "```";
const NO_EXAMPLE: &str = "no example:";

impl<'a> Page<'a> {
    /// Reads a page.
    ///
    /// # Errors
    /// Where it breaks the rules that the module's documentation states.
    pub fn parse(source: &'a str) -> Result<Self, PageError> {
        let mut explanation = None;
        let mut shown = Vec::new();
        let mut reason = None;
        let mut lines = Lines {
            rest: source,
            offset: 0,
        };
        while let Some((start, line)) = lines.next() {
            if let Some(verdict) = verdict(line) {
                explanation.get_or_insert(&source[..start]);
                let body = fenced(source, &mut lines).ok_or(PageError::OpenFence)?;
                shown.push(Example {
                    verdict,
                    source: body,
                    files: files(body),
                });
            } else if let Some(text) = line.strip_prefix(NO_EXAMPLE) {
                explanation.get_or_insert(&source[..start]);
                reason = Some(text.trim());
            } else if line.starts_with(FENCE) && explanation.is_none() {
                // A fence of the prose: what it holds is no example, whatever it looks like.
                fenced(source, &mut lines).ok_or(PageError::OpenFence)?;
            } else if explanation.is_some() && !line.trim().is_empty() {
                return Err(PageError::TextBehindExamples(line.to_owned()));
            }
        }
        let explanation = explanation.unwrap_or(source).trim();
        if explanation.is_empty() {
            return Err(PageError::NoExplanation);
        }
        let examples = match reason {
            Some("") => return Err(PageError::NoReason),
            Some(reason) => Examples::None(reason),
            None => {
                for verdict in [Verdict::Fails, Verdict::Passes] {
                    if !shown.iter().any(|example| example.verdict == verdict) {
                        return Err(PageError::Missing(verdict));
                    }
                }
                Examples::Shown(shown)
            }
        };
        Ok(Self {
            explanation,
            examples,
        })
    }

    /// The examples; none where the page gives a reason instead.
    #[must_use]
    pub fn examples(&self) -> &[Example<'a>] {
        match &self.examples {
            Examples::Shown(examples) => examples,
            Examples::None(_) => &[],
        }
    }
}

/// The lines of a text with their offsets, without their ends.
struct Lines<'a> {
    rest: &'a str,
    offset: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let length = self
            .rest
            .find('\n')
            .map_or(self.rest.len(), |newline| newline + 1);
        let (line, rest) = self.rest.split_at(length);
        let start = self.offset;
        self.rest = rest;
        self.offset += length;
        Some((start, line.trim_end_matches(['\n', '\r'])))
    }
}

fn verdict(line: &str) -> Option<Verdict> {
    let words = line.strip_prefix(FENCE)?.strip_prefix("plat ")?;
    [Verdict::Fails, Verdict::Passes]
        .into_iter()
        .find(|verdict| words.trim() == verdict.word())
}

/// The text up to the closing fence, which is consumed.
fn fenced<'a>(source: &'a str, lines: &mut Lines<'a>) -> Option<&'a str> {
    let start = lines.offset;
    lines
        .find(|(_, line)| line.trim_end() == FENCE)
        .map(|(end, _)| &source[start..end])
}

/// Splits an example at its `--- path ---` lines.
fn files(body: &str) -> Vec<ExampleFile<'_>> {
    let mut files = Vec::new();
    let mut path = Example::MAIN;
    let mut start = 0;
    let mut named = false;
    let mut lines = Lines {
        rest: body,
        offset: 0,
    };
    while let Some((at, line)) = lines.next() {
        let Some(next) = line
            .strip_prefix("--- ")
            .and_then(|line| line.trim_end().strip_suffix(" ---"))
        else {
            continue;
        };
        let text = &body[start..at];
        if named || !text.trim().is_empty() {
            files.push(ExampleFile { path, text });
        }
        (path, start, named) = (next.trim(), lines.offset, true);
    }
    files.push(ExampleFile {
        path,
        text: &body[start..],
    });
    files
}
