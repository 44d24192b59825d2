//! A plan for a terminal: a compact tree, first what is grave.
//!
//! Colour says nothing that a word or a sign does not say too.

mod pen;

use anstyle::{AnsiColor, Color, Style};
use plat_model::change::Impact;

use self::pen::{Line, Pen};
use super::outline::{self, Fold, Group};
use super::values::{self, LineKind, Shown, cut, visible};
use super::words::{count, holder, listed, place};
use crate::plan::{Action, Cause, Change, FieldChange, Plan};

/// How a plan is shown in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// How much.
    pub detail: Detail,
    /// How many columns there are.
    pub width: usize,
    /// Whether to write escape sequences for colours.
    pub colour: bool,
}

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// What a reviewer needs: the risky ones, the causes, who is reached.
    #[default]
    Summary,
    /// With every change, folded by owner and environment.
    Owner,
    /// With every changed value of every object.
    Full,
}

/// A plan for a terminal.
#[must_use]
pub fn terminal(plan: &Plan, options: &TerminalOptions) -> String {
    let mut view = View {
        plan,
        detail: options.detail,
        pen: Pen::new(options.width, options.colour),
    };
    view.head();
    view.broken();
    view.risks();
    view.unknown();
    view.drift();
    view.causes();
    view.declarations();
    view.reached();
    view.details();
    view.pen.finish()
}

struct View<'a> {
    plan: &'a Plan,
    detail: Detail,
    pen: Pen,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// How wide the column of impacts is.
const IMPACT: usize = 17;

impl View<'_> {
    /// How many entries of a list are shown.
    fn most(&self, of_summary: usize) -> usize {
        match self.detail {
            Detail::Summary => of_summary,
            Detail::Owner => of_summary * 4,
            Detail::Full => usize::MAX,
        }
    }

    fn heading(&mut self, text: &str) {
        self.pen.blank();
        self.pen.line(&Line::new(0, 2).styled(BOLD, text));
    }

    fn note(&mut self, indent: usize, text: impl Into<String>) {
        self.pen
            .line(&Line::new(indent, indent + 2).styled(DIM, text));
    }

    fn head(&mut self) {
        let plan = self.plan;
        self.pen.line(
            &Line::new(0, 2)
                .styled(BOLD, visible(&outline::headline(plan)))
                .styled(
                    DIM,
                    format!(
                        "  ({} → {})",
                        visible(&plan.base.label),
                        visible(&plan.head.label)
                    ),
                ),
        );
        let mut line = Line::new(2, 4);
        for (index, (impact, words)) in outline::impacts(&plan.summary.impacts)
            .into_iter()
            .enumerate()
        {
            line = line
                .plain(if index == 0 { "" } else { ", " })
                .styled(style(impact), words);
        }
        if !plan.summary.impacts.is_empty() {
            self.pen.line(&line);
        }
        let mut actions = outline::actions(plan);
        if plan.summary.unaffected > 0 {
            actions.push(format!(
                "{} written differently without effect",
                plan.summary.unaffected
            ));
        }
        if !actions.is_empty() {
            self.note(2, actions.join(", "));
        }
        let owners = outline::owners(plan);
        let ownerless = match plan.summary.ownerless {
            0 => String::new(),
            number => format!("{} without owner", count(number, "object")),
        };
        if !owners.is_empty() {
            let tail = if ownerless.is_empty() {
                String::new()
            } else {
                format!("; {ownerless}")
            };
            let most = self.most(6);
            self.pen.line(
                &Line::new(2, 4).plain(format!("ask {}{tail}", visible(&listed(&owners, most)))),
            );
        } else if !ownerless.is_empty() {
            self.pen.line(&Line::new(2, 4).plain(ownerless));
        }
        if !plan.reached.is_empty() {
            let verb = if plan.reached.len() == 1 {
                "depends"
            } else {
                "depend"
            };
            self.pen.line(&Line::new(2, 4).plain(format!(
                "{} {verb} on what changes",
                count(plan.reached.len(), "more declaration")
            )));
        }
        if !plan.unknown.is_empty() {
            self.pen.line(&Line::new(2, 4).styled(
                style(Impact::Unknown),
                format!(
                    "{} could not be compared",
                    count(plan.unknown.len(), "thing")
                ),
            ));
        }
    }

    fn risks(&mut self) {
        let risks = outline::risks(self.plan);
        if risks.is_empty() {
            return;
        }
        self.heading("Look at these first");
        let most = self.most(8);
        for fold in risks.iter().take(most) {
            self.risk(fold);
        }
        self.rest(&risks, most);
    }

    /// Says how many folds are not shown, and how many objects they stand for.
    fn rest(&mut self, folds: &[Fold<'_>], most: usize) {
        let Some(rest) = folds.get(most..).filter(|rest| !rest.is_empty()) else {
            return;
        };
        let objects = rest.iter().map(|fold| fold.changes.len()).sum();
        let impact = rest[0].first().impact.words();
        self.note(
            2,
            format!("… and {} more, at most {impact}", count(objects, "object")),
        );
    }

    fn risk(&mut self, fold: &Fold<'_>) {
        let change = fold.first();
        let line = if fold.is_single() {
            self.subject(change)
        } else {
            Line::new(2, 4)
                .column(
                    style(change.impact),
                    &impact_words(change.impact),
                    IMPACT + 2,
                )
                .styled(
                    action_style(change.action),
                    format!("{} ", change.action.sign()),
                )
                .plain(format!(
                    "{} in {}",
                    visible(&fold.objects()),
                    visible(&listed(&fold.environments(), 3))
                ))
        };
        self.pen.line(&line);
        let reason = outline::reason(change);
        if !reason.is_empty() {
            self.pen
                .line(&Line::new(IMPACT + 6, IMPACT + 6).plain(visible(&reason)));
        }
        if !fold.is_single() {
            let most = self.most(4);
            self.note(IMPACT + 6, visible(&listed(&fold.addresses(), most)));
        }
        let sources: Vec<String> = fold.sources().into_iter().map(place).collect();
        let owners: Vec<&str> = fold
            .owners()
            .into_iter()
            .map(|owner| owner.unwrap_or("nobody"))
            .collect();
        let owned = format!("owned by {}", listed(&owners, 4));
        let tail = if sources.is_empty() {
            owned
        } else {
            format!("{}, {owned}", listed(&sources, 3))
        };
        self.note(IMPACT + 6, visible(&tail));
    }

    /// `rolling restart  ~ Deployment checkout@prod/deployment`
    fn subject(&self, change: &Change) -> Line {
        let line = Line::new(2, IMPACT + 6)
            .column(
                style(change.impact),
                &impact_words(change.impact),
                IMPACT + 2,
            )
            .styled(
                action_style(change.action),
                format!("{} ", change.action.sign()),
            )
            .styled(BOLD, visible(&change.address))
            .plain(format!("  {}", visible(&change.object.kind)));
        match &change.previous {
            Some(previous) => line.styled(DIM, format!("  was {}", visible(&previous.address))),
            None => line,
        }
    }

    fn broken(&mut self) {
        if self.plan.broken.is_empty() {
            return;
        }
        self.heading("Guardrails");
        let most = self.most(8);
        for broken in self.plan.broken.iter().take(most) {
            let (message, more) = outline::broken_words(broken);
            let (word, colour) = if broken.denied {
                ("denied", AnsiColor::Red)
            } else {
                ("warning", AnsiColor::Yellow)
            };
            let colour = Style::new().fg_color(Some(Color::Ansi(colour)));
            self.pen.line(
                &Line::new(2, 12)
                    .column(colour, word, 10)
                    .plain(visible(&message)),
            );
            self.note(12, visible(&more));
        }
        let rest = self.plan.broken.len().saturating_sub(most);
        if rest > 0 {
            self.note(2, format!("… and {} more", count(rest, "finding")));
        }
    }

    fn unknown(&mut self) {
        if self.plan.unknown.is_empty() {
            return;
        }
        self.heading("Unknown");
        let most = self.most(8);
        for unknown in self.plan.unknown.iter().take(most) {
            self.pen.line(
                &Line::new(2, 6)
                    .styled(
                        style(Impact::Unknown),
                        format!("? {}", visible(&unknown.what)),
                    )
                    .plain(format!(": unknown because {}", visible(&unknown.because))),
            );
        }
        let rest = self.plan.unknown.len().saturating_sub(most);
        if rest > 0 {
            self.note(2, format!("… and {} more", count(rest, "thing")));
        }
    }

    fn drift(&mut self) {
        if self.plan.drift.is_empty() {
            return;
        }
        self.heading("Somebody else changed");
        let most = self.most(8);
        let width = self.pen.room(8) / 2;
        for drift in self.plan.drift.iter().take(most) {
            let (place, words) = outline::drift_words(drift, width);
            self.pen.line(
                &Line::new(2, 6)
                    .styled(BOLD, visible(&place))
                    .plain(format!("  {}", visible(&words))),
            );
        }
        let rest = self.plan.drift.len().saturating_sub(most);
        if rest > 0 {
            self.note(2, format!("… and {} more", count(rest, "difference")));
        }
    }

    fn causes(&mut self) {
        if self.plan.causes.is_empty() {
            return;
        }
        self.heading("Why it changes");
        let most = self.most(10);
        for cause in self.plan.causes.iter().take(most) {
            self.cause(cause);
        }
        let rest = self.plan.causes.get(most..).unwrap_or_default();
        if let Some(gravest) = rest.iter().map(|cause| cause.impact).max() {
            self.note(
                2,
                format!(
                    "… and {} more, at most {}",
                    count(rest.len(), "line"),
                    gravest.words()
                ),
            );
        }
    }

    fn cause(&mut self, cause: &Cause) {
        let holder = outline::cause_holder(cause);
        let mut line = Line::new(2, 6).styled(BOLD, visible(&outline::cause_place(cause)));
        if !holder.is_empty() {
            line = line.styled(DIM, format!("  in {}", visible(&holder)));
        }
        self.pen.line(&line);
        self.pen.line(
            &Line::new(4, 6)
                .styled(style(cause.impact), outline::cause_impact(cause))
                .plain(format!(": {}", visible(&outline::reach(self.plan, cause)))),
        );
        let most = self.most(4);
        let width = self.pen.room(10);
        for effect in cause.effects.iter().take(most) {
            let mut line = Line::new(6, 10)
                .styled(
                    action_style(effect.action),
                    format!("{} ", effect.action.sign()),
                )
                .plain(visible(&outline::effect_subject(effect)));
            if let Some(path) = &effect.path {
                line = line.plain(format!(" {}", visible(&path.to_string())));
            }
            let line = match outline::effect_shown(effect, width) {
                Shown::Secret(words) => line.colon().plain(words),
                Shown::Values(before, after) => values_of(line, before, after),
                Shown::Lines(_) => line,
            };
            self.pen
                .line(&if effect.count > 1 && effect.path.is_some() {
                    line.styled(
                        DIM,
                        format!("  ({} times)", super::words::grouped(effect.count)),
                    )
                } else {
                    line
                });
        }
        let rest = cause.effects.len().saturating_sub(most);
        if rest > 0 {
            self.note(6, format!("… and {}", count(rest, "more sort of change")));
        }
        let names = outline::reached_names(cause);
        if names.len() > 1 {
            let most = self.most(6);
            self.note(6, format!("reaches {}", visible(&listed(&names, most))));
        }
        if !cause.owners.is_empty() {
            let most = self.most(6);
            self.note(
                6,
                format!("owned by {}", visible(&listed(&cause.owners, most))),
            );
        }
    }

    fn declarations(&mut self) {
        let declarations = &self.plan.declarations;
        if declarations.is_empty() {
            return;
        }
        self.heading("What else changes in declarations");
        let most = self.most(8);
        for declaration in declarations.iter().take(most) {
            let edits: Vec<String> = declaration.edits.iter().map(outline::edit_words).collect();
            let name = format!("{} {}", declaration.name.kind, declaration.name.name);
            let mut line = Line::new(2, 6)
                .styled(BOLD, visible(name.trim()))
                .plain(format!("  {}", visible(&edits.join("; "))));
            if let Some(source) = &declaration.source {
                line = line.styled(DIM, format!("  {}", visible(&place(source))));
            }
            self.pen.line(&line);
        }
        let rest = declarations.len().saturating_sub(most);
        if rest > 0 {
            self.note(2, format!("… and {} more", count(rest, "declaration")));
        }
    }

    fn reached(&mut self) {
        if self.plan.reached.is_empty() {
            return;
        }
        self.heading("Who depends on what changes");
        let most = self.most(8);
        for reached in self.plan.reached.iter().take(most) {
            let owner = reached.owner.as_deref().map_or_else(
                || "without owner".to_owned(),
                |owner| format!("owned by {owner}"),
            );
            let through: Vec<&str> = reached.through.iter().map(|name| &**name).collect();
            self.pen.line(
                &Line::new(2, 6)
                    .column(
                        style(reached.impact),
                        &impact_words(reached.impact),
                        IMPACT + 2,
                    )
                    .plain(visible(&through.join(" → ")))
                    .styled(DIM, format!("  {}", visible(&owner))),
            );
        }
        let rest = self.plan.reached.len().saturating_sub(most);
        if rest > 0 {
            self.note(2, format!("… and {} more", count(rest, "declaration")));
        }
    }

    fn details(&mut self) {
        let groups = outline::groups(self.plan);
        if self.detail == Detail::Summary {
            if !groups.is_empty() {
                self.pen.blank();
                self.note(
                    0,
                    format!(
                        "{} by owner and environment: --detail owner; every value: --detail full",
                        count(self.plan.effective().count(), "object")
                    ),
                );
            }
            return;
        }
        for group in &groups {
            self.group(group);
        }
        let unaffected = outline::unaffected(self.plan);
        if self.detail == Detail::Full && !unaffected.is_empty() {
            self.heading("Written differently, without effect");
            for fold in unaffected.iter().flat_map(|group| &group.folds) {
                self.fold(fold);
            }
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        self.heading(&visible(&format!(
            "{} in {}: {}",
            group.owner_words(),
            listed(&group.environments, 4),
            count(group.objects(), "object")
        )));
        for fold in &group.folds {
            self.fold(fold);
        }
    }

    fn fold(&mut self, fold: &Fold<'_>) {
        let change = fold.first();
        if fold.is_single() {
            let line = self.subject(change);
            self.pen.line(&line);
        } else {
            self.pen.line(
                &Line::new(2, IMPACT + 6)
                    .column(
                        style(change.impact),
                        &impact_words(change.impact),
                        IMPACT + 2,
                    )
                    .styled(
                        action_style(change.action),
                        format!("{} ", change.action.sign()),
                    )
                    .plain(visible(&fold.objects())),
            );
            let most = self.most(2);
            self.note(IMPACT + 6, visible(&listed(&fold.addresses(), most)));
        }
        if !change.reason.is_empty() {
            self.note(IMPACT + 6, visible(&change.reason));
        }
        let most = self.most(1);
        let mut said = change.reason.as_str();
        for field in change.fields.iter().take(most) {
            self.field(fold, field, said);
            said = &field.verdict.reason;
        }
        let rest = change.fields.len().saturating_sub(most);
        if rest > 0 {
            self.note(
                6,
                format!("… and {}: --detail full", count(rest, "more value")),
            );
        }
    }

    /// A changed value. Its reason is not repeated where it has just been said.
    fn field(&mut self, fold: &Fold<'_>, field: &FieldChange, said: &str) {
        let shown = values::shown(
            field,
            self.pen.room(8),
            if self.detail == Detail::Full { 60 } else { 12 },
        );
        let mut line = Line::new(6, 10).plain(visible(&fold.path(field)));
        let mut lines = Vec::new();
        match shown {
            Shown::Values(before, after) => line = values_of(line, before, after),
            Shown::Secret(words) => line = line.colon().styled(style(Impact::Restart), words),
            Shown::Lines(diff) => {
                line = line.colon().plain("text of several lines");
                lines = diff;
            }
        }
        let verdict = &field.verdict;
        if let Some(equal) = &field.equal {
            line = line.styled(DIM, format!("  no change: {}", visible(equal)));
        } else if verdict.impact != fold.first().impact {
            line = line.styled(
                style(verdict.impact),
                format!("  {}", verdict.impact.words()),
            );
        }
        if verdict.reason != said && !verdict.reason.is_empty() && self.detail == Detail::Full {
            line = line.styled(DIM, format!("  ({})", visible(&verdict.reason)));
        }
        self.pen.line(&line);
        for diff in lines {
            let colour = match diff.kind {
                LineKind::Added => AnsiColor::Green.on_default(),
                LineKind::Removed => AnsiColor::Red.on_default(),
                LineKind::Same | LineKind::Skipped => DIM,
            };
            let room = self.pen.room(12);
            self.pen.line(&Line::new(8, 12).styled(
                colour,
                format!("{} {}", diff.kind.sign(), cut(&diff.text, room)),
            ));
        }
        let why: Vec<String> = field
            .why
            .iter()
            .map(|source| match holder(source) {
                holder if holder.is_empty() => place(source),
                holder => format!("{} in {holder}", place(source)),
            })
            .collect();
        if !why.is_empty() {
            let most = self.most(1);
            self.note(8, format!("because of {}", visible(&listed(&why, most))));
        }
    }
}

fn values_of(line: Line, before: Option<String>, after: Option<String>) -> Line {
    let removed = AnsiColor::Red.on_default();
    let added = AnsiColor::Green.on_default();
    match (before, after) {
        (Some(before), Some(after)) => line
            .colon()
            .styled(removed, before)
            .plain(" → ")
            .styled(added, after),
        (None, Some(after)) => line.colon().styled(added, format!("{after} (added)")),
        (Some(before), None) => line.colon().styled(removed, format!("{before} (removed)")),
        (None, None) => line,
    }
}

/// A sign and the words of an impact.
fn impact_words(impact: Impact) -> String {
    format!("{} {}", sign(impact), impact.words())
}

fn sign(impact: Impact) -> char {
    match impact {
        Impact::None => ' ',
        Impact::Metadata => '·',
        Impact::Scale => '↕',
        Impact::Restart => '↻',
        Impact::Unknown => '?',
        Impact::Replace | Impact::Permission | Impact::Exposure => '▲',
        Impact::DataLoss => '✖',
    }
}

fn style(impact: Impact) -> Style {
    let colour = match impact {
        Impact::None => return DIM,
        Impact::Metadata => AnsiColor::Blue,
        Impact::Scale => AnsiColor::Cyan,
        Impact::Restart | Impact::Unknown => AnsiColor::Yellow,
        Impact::Replace | Impact::Permission | Impact::Exposure => AnsiColor::Magenta,
        Impact::DataLoss => AnsiColor::Red,
    };
    let style = Style::new().fg_color(Some(Color::Ansi(colour)));
    if impact >= Impact::Replace {
        style.bold()
    } else {
        style
    }
}

fn action_style(action: Action) -> Style {
    match action {
        Action::NoOp => DIM,
        Action::Create => AnsiColor::Green.on_default(),
        Action::Update => AnsiColor::Yellow.on_default(),
        Action::Replace | Action::Move => AnsiColor::Magenta.on_default(),
        Action::Delete => AnsiColor::Red.on_default(),
    }
}
