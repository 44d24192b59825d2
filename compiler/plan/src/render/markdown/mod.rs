//! A plan as one comment, never longer than the limit.
//!
//! Every entry is rendered on its own, the most important first, and goes into the comment only if there is room for it. What is
//! left out is counted where it would have stood. Teams may put their own templates in the place of the default ones; whatever those
//! write, the limit holds.

mod escape;
mod shelf;
mod templates;
mod views;

use plat_model::change::Impact;

use self::shelf::Shelf;
use self::templates::Templates;
pub use self::templates::{MarkdownError, default_templates};
use self::views::{Links, SectionView};
use super::outline::{self, Fold, Group};
use super::words::count;
use crate::plan::Plan;

/// How a comment is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// How long it may be: in bytes, and so in characters and UTF-16 units too.
    pub limit: usize,
    /// What tells this comment from others on the same pull request, such as the name of the project. Letters, digits and `._/-`
    /// of it count.
    pub id: String,
    /// Where everything is that has no room.
    pub link: Option<String>,
    /// Where a source line is: an address with `{path}` and `{line}` in it.
    pub source_link: Option<String>,
    /// Templates in the place of the [default ones](default_templates), by name.
    pub templates: Vec<(String, String)>,
}

impl Default for MarkdownOptions {
    /// A comment on GitHub.
    fn default() -> Self {
        Self {
            limit: 65_536,
            id: "default".to_owned(),
            link: None,
            source_link: None,
            templates: Vec::new(),
        }
    }
}

/// A plan as one comment. Its first line is its [`marker`].
///
/// # Errors
///
/// When a template is broken, or when the header alone is longer than the limit.
pub fn markdown(plan: &Plan, options: &MarkdownOptions) -> Result<String, MarkdownError> {
    let comment = Comment {
        plan,
        options,
        templates: Templates::new(&options.templates)?,
        risks: outline::risks(plan),
        groups: outline::groups(plan),
    };
    comment.fit()
}

/// The hidden first line by which a comment is found again.
#[must_use]
pub fn marker(id: &str) -> String {
    let id: String = id
        .chars()
        .map(|letter| match letter {
            '.' | '_' | '/' | '-' => letter,
            _ if letter.is_ascii_alphanumeric() => letter,
            _ => '_',
        })
        .take(64)
        .collect();
    format!("<!-- platc-plan id={} -->", id.replace("--", "-_"))
}

struct Comment<'a> {
    plan: &'a Plan,
    options: &'a MarkdownOptions,
    templates: Templates,
    risks: Vec<Fold<'a>>,
    groups: Vec<Group<'a>>,
}

/// The lists of a comment, in the order of their shelves; after them comes a shelf for each group of details.
#[derive(Clone, Copy)]
enum List {
    Broken,
    Risks,
    Unknown,
    Drift,
    Causes,
    Declarations,
    Reached,
}

const LISTS: [List; 7] = [
    List::Broken,
    List::Risks,
    List::Unknown,
    List::Causes,
    List::Drift,
    List::Declarations,
    List::Reached,
];

const DETAILS: &str = "By owner and environment";

impl List {
    fn title(self) -> &'static str {
        match self {
            Self::Broken => "Guardrails",
            Self::Risks => "Look at these first",
            Self::Unknown => "Unknown",
            Self::Drift => "Somebody else changed",
            Self::Causes => "Why it changes",
            Self::Declarations => "What else changes in declarations",
            Self::Reached => "Who depends on what changes",
        }
    }

    fn share(self) -> usize {
        match self {
            Self::Risks | Self::Causes => 30,
            Self::Broken => 20,
            Self::Unknown | Self::Drift | Self::Declarations | Self::Reached => 8,
        }
    }
}

impl<'a> Comment<'a> {
    fn fit(&self) -> Result<String, MarkdownError> {
        let limit = self.options.limit;
        let header = self.header(false)?;
        let fixed = header.len() + self.footer(usize::MAX)?.len() + self.overhead()?;
        let mut room = limit.saturating_sub(fixed);
        // Only templates that write more than they did when they were measured make this go round.
        while room > 0 {
            let mut shelves = self.shelves()?;
            shelf::fill(&mut shelves, room)?;
            let text = self.assemble(&header, &shelves)?;
            if text.len() <= limit {
                return Ok(text);
            }
            room = room.saturating_sub((text.len() - limit).max(limit / 16));
        }
        let left_out = self.plan.effective().count();
        let text = format!("{}\n{}\n", self.header(true)?, self.footer(left_out)?);
        if text.len() <= limit {
            Ok(text)
        } else {
            Err(MarkdownError::NoRoom {
                needed: text.len(),
                limit,
            })
        }
    }

    fn header(&self, is_small: bool) -> Result<String, MarkdownError> {
        let header = self
            .templates
            .fill("header.md", &views::header(self.plan, is_small))?;
        Ok(format!("{}\n{header}\n", marker(&self.options.id)))
    }

    fn footer(&self, left_out: usize) -> Result<String, MarkdownError> {
        let link = self.options.link.as_deref();
        self.templates
            .fill("footer.md", &views::footer(self.plan, left_out, link))
    }

    /// What sections take when they show nothing.
    fn overhead(&self) -> Result<usize, MarkdownError> {
        let mut total = 0;
        for list in LISTS {
            if self.length(list) > 0 {
                total += self
                    .section(list.title(), "", self.hidden(list, 0).as_deref())?
                    .len()
                    + 2;
            }
        }
        if !self.groups.is_empty() {
            let all: Vec<&Group<'_>> = self.groups.iter().collect();
            total += self
                .section(DETAILS, "", hidden_groups(&all).as_deref())?
                .len()
                + 2;
        }
        Ok(total)
    }

    fn length(&self, list: List) -> usize {
        match list {
            List::Broken => self.plan.broken.len(),
            List::Risks => self.risks.len(),
            List::Unknown => self.plan.unknown.len(),
            List::Drift => self.plan.drift.len(),
            List::Causes => self.plan.causes.len(),
            List::Declarations => self.plan.declarations.len(),
            List::Reached => self.plan.reached.len(),
        }
    }

    fn entry(&self, list: List, index: usize, size: views::Size) -> Result<String, MarkdownError> {
        let (plan, templates) = (self.plan, &self.templates);
        let links = Links(self.options.source_link.as_deref());
        match list {
            List::Broken => templates.fill("broken.md", &views::broken(&plan.broken[index])),
            List::Risks => templates.fill("risk.md", &views::risk(&self.risks[index], links, size)),
            List::Unknown => templates.fill("unknown.md", &views::unknown(&plan.unknown[index])),
            List::Drift => templates.fill("drift.md", &views::drift(&plan.drift[index], size)),
            List::Causes => {
                let cause = views::cause(plan, &plan.causes[index], links, size);
                templates.fill("cause.md", &cause)
            }
            List::Declarations => {
                let declaration = views::declaration(&plan.declarations[index], links, size);
                templates.fill("declaration.md", &declaration)
            }
            List::Reached => templates.fill("reached.md", &views::reached(&plan.reached[index])),
        }
    }

    fn shelves(&'a self) -> Result<Vec<Shelf<'a>>, MarkdownError> {
        let mut shelves: Vec<Shelf<'a>> = LISTS
            .into_iter()
            .map(|list| Shelf {
                total: self.length(list),
                share: list.share(),
                overhead: 0,
                entry: Box::new(move |index, size| self.entry(list, index, size)),
                shown: Vec::new(),
            })
            .collect();
        for group in &self.groups {
            shelves.push(Shelf {
                total: group.folds.len(),
                share: 12,
                overhead: self
                    .group(group, "", hidden_folds(&group.folds).as_deref())?
                    .len()
                    + 2,
                entry: Box::new(|index, size| {
                    let change = views::change(&group.folds[index], Links(None), size);
                    self.templates.fill("change.md", &change)
                }),
                shown: Vec::new(),
            });
        }
        Ok(shelves)
    }

    fn assemble(&self, header: &str, shelves: &[Shelf<'_>]) -> Result<String, MarkdownError> {
        let mut out = header.to_owned();
        let (lists, groups) = shelves.split_at(LISTS.len());
        let mut push = |section: &str| {
            out.push('\n');
            out.push_str(section);
            out.push('\n');
        };
        for (list, shelf) in LISTS.into_iter().zip(lists) {
            if shelf.total > 0 {
                let hidden = self.hidden(list, shelf.shown.len());
                push(&self.section(list.title(), &shelf.body(), hidden.as_deref())?);
            }
        }
        let mut body = Vec::new();
        let mut hidden = Vec::new();
        let mut left_out = 0;
        for (group, shelf) in self.groups.iter().zip(groups) {
            let rest = &group.folds[shelf.shown.len()..];
            left_out += objects(rest);
            if shelf.shown.is_empty() {
                hidden.push(group);
            } else {
                body.push(self.group(group, &shelf.body(), hidden_folds(rest).as_deref())?);
            }
        }
        if !self.groups.is_empty() {
            push(&self.section(DETAILS, &body.join("\n"), hidden_groups(&hidden).as_deref())?);
        }
        push(&self.footer(left_out)?);
        Ok(out)
    }

    fn section(
        &self,
        title: &str,
        body: &str,
        hidden: Option<&str>,
    ) -> Result<String, MarkdownError> {
        let view = SectionView {
            title,
            body,
            hidden,
            link: self.options.link.as_deref(),
        };
        self.templates.fill("section.md", &view)
    }

    fn group(
        &self,
        group: &Group<'_>,
        body: &str,
        hidden: Option<&str>,
    ) -> Result<String, MarkdownError> {
        self.templates
            .fill("group.md", &views::group(group, body, hidden))
    }

    /// What stands for the entries of a list after the first ones.
    fn hidden(&self, list: List, shown: usize) -> Option<String> {
        let rest = self.length(list) - shown;
        if rest == 0 {
            return None;
        }
        Some(match list {
            List::Risks => return hidden_folds(&self.risks[shown..]),
            List::Broken => count(rest, "more finding"),
            List::Unknown => count(rest, "more thing"),
            List::Drift => count(rest, "more difference"),
            List::Causes => {
                let impacts = self.plan.causes[shown..].iter().map(|cause| cause.impact);
                at_most(&count(rest, "more line"), impacts)
            }
            List::Declarations => count(rest, "more declaration"),
            List::Reached => {
                let impacts = self.plan.reached[shown..]
                    .iter()
                    .map(|reached| reached.impact);
                at_most(&count(rest, "more declaration"), impacts)
            }
        })
    }
}

fn objects(folds: &[Fold<'_>]) -> usize {
    folds.iter().map(|fold| fold.changes.len()).sum()
}

fn hidden_folds(folds: &[Fold<'_>]) -> Option<String> {
    let impacts = folds.iter().map(|fold| fold.first().impact);
    (!folds.is_empty()).then(|| at_most(&count(objects(folds), "more object"), impacts))
}

fn hidden_groups(groups: &[&Group<'_>]) -> Option<String> {
    let all = groups.iter().map(|group| group.objects()).sum();
    let impacts = groups.iter().map(|group| group.impact());
    let words = format!(
        "{} in {}",
        count(all, "more object"),
        count(groups.len(), "more group")
    );
    (!groups.is_empty()).then(|| at_most(&words, impacts))
}

fn at_most(words: &str, impacts: impl Iterator<Item = Impact>) -> String {
    let gravest = impacts.max().unwrap_or_default();
    format!("{words}, at most {}", gravest.words())
}
