//! What templates are given, entry by entry.

use plat_model::change::Impact;
use serde::Serialize;

use super::escape;
use crate::plan::{
    Action, Broken, Cause, DeclarationChange, Drift, FieldChange, Plan, Reached, Unknown,
};
use crate::render::outline::{self, Fold, Group};
use crate::render::values::{self, Shown, cut};
use crate::render::words::{count, grouped, listed, place};
use crate::state::{Source, StateHash};

/// How much of an entry is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// How many of a list.
    pub items: usize,
    /// How many changed values.
    pub values: usize,
    /// How many characters of a value.
    pub width: usize,
    /// How many lines of a diff.
    pub height: usize,
}

/// With everything that a reader could use.
pub(super) const LARGE: Size = Size {
    items: 100,
    values: 40,
    width: 160,
    height: 40,
};

/// With what identifies it.
pub(super) const SMALL: Size = Size {
    items: 3,
    values: 2,
    width: 40,
    height: 6,
};

/// The longest name that is shown whole.
const NAME: usize = 120;

#[derive(Serialize)]
pub(super) struct ImpactView {
    name: &'static str,
    words: &'static str,
    sign: &'static str,
    count: Option<String>,
}

impl ImpactView {
    fn of(impact: Impact) -> Self {
        Self {
            name: impact.name(),
            words: impact.words(),
            sign: sign(impact),
            count: None,
        }
    }
}

fn sign(impact: Impact) -> &'static str {
    match impact {
        Impact::None | Impact::Metadata => "⚪",
        Impact::Scale => "🔵",
        Impact::Restart => "🟡",
        Impact::Unknown => "❔",
        Impact::Replace | Impact::Permission | Impact::Exposure => "🟠",
        Impact::DataLoss => "🔴",
    }
}

/// What is done, as the predicate of a sentence about it.
fn verb(action: Action) -> &'static str {
    match action {
        Action::NoOp => "leaves",
        Action::Create => "creates",
        Action::Update => "changes",
        Action::Replace => "replaces",
        Action::Move => "moves",
        Action::Delete => "deletes",
    }
}

/// What is done to it.
fn done(action: Action) -> &'static str {
    match action {
        Action::NoOp => "unaffected",
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace => "replaced",
        Action::Move => "moved",
        Action::Delete => "deleted",
    }
}

#[derive(Serialize)]
pub(super) struct SourceView {
    place: String,
    url: Option<String>,
}

/// Where sources are shown: an address with `{path}` and `{line}` in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links<'a>(pub Option<&'a str>);

impl Links<'_> {
    fn view(self, source: &Source) -> SourceView {
        let url = self.0.filter(|_| !source.foreign).map(|pattern| {
            pattern
                .replace("{path}", &escape::url_path(&source.path))
                .replace("{line}", &source.line.to_string())
        });
        SourceView {
            place: name(&place(source)),
            url,
        }
    }
}

fn name(text: &str) -> String {
    cut(text, NAME)
}

/// Names, and how many more there are.
#[derive(Serialize)]
struct Names {
    names: Vec<String>,
    more: Option<String>,
}

impl Names {
    fn new<'a>(all: impl IntoIterator<Item = &'a str>, most: usize) -> Self {
        let all: Vec<&str> = all.into_iter().collect();
        let shown = if all.len() <= most + 1 {
            all.len()
        } else {
            most
        };
        Self {
            names: all[..shown].iter().map(|text| name(text)).collect(),
            more: (shown < all.len()).then(|| format!("{} more", grouped(all.len() - shown))),
        }
    }
}

#[derive(Serialize)]
pub(super) struct HeaderView {
    headline: String,
    base: String,
    head: String,
    impacts: Vec<ImpactView>,
    actions: String,
    owners: String,
    ownerless: Option<String>,
    reached: Option<String>,
    unknown: Option<String>,
}

pub(super) fn header(plan: &Plan, is_small: bool) -> HeaderView {
    let summary = &plan.summary;
    let some = |number: usize, noun: &str| (number > 0).then(|| count(number, noun));
    let mut actions = outline::actions(plan);
    if summary.unaffected > 0 {
        actions.push(format!(
            "{} only written differently",
            grouped(summary.unaffected)
        ));
    }
    let owners: Vec<String> = outline::owners(plan)
        .iter()
        .map(|owner| cut(owner, 60))
        .collect();
    HeaderView {
        headline: cut(&outline::headline(plan), if is_small { 60 } else { 240 }),
        base: cut(&plan.base.label, 60),
        head: cut(&plan.head.label, 60),
        impacts: summary
            .impacts
            .iter()
            .map(|(impact, number)| ImpactView {
                count: Some(grouped(*number)),
                ..ImpactView::of(*impact)
            })
            .collect(),
        actions: actions.join(", "),
        owners: match owners.len() {
            0 => String::new(),
            teams if is_small => count(teams, "team"),
            _ => listed(&owners, 8),
        },
        ownerless: some(summary.ownerless, "object"),
        reached: match plan.reached.len() {
            0 => None,
            1 => Some("1 more declaration depends".to_owned()),
            number => Some(format!("{} depend", count(number, "more declaration"))),
        },
        unknown: some(plan.unknown.len(), "thing"),
    }
}

#[derive(Serialize)]
pub(super) struct RiskView {
    impact: ImpactView,
    production: bool,
    verb: &'static str,
    kind: String,
    address: Option<String>,
    objects: String,
    environments: String,
    addresses: Names,
    previous: Option<String>,
    reason: String,
    sources: Vec<SourceView>,
    more_sources: Option<String>,
    owners: String,
}

pub(super) fn risk(fold: &Fold<'_>, links: Links<'_>, size: Size) -> RiskView {
    let change = fold.first();
    let sources = fold.sources();
    let most = size.items.min(4);
    let owners: Vec<String> = fold
        .owners()
        .into_iter()
        .map(|owner| name(owner.unwrap_or("nobody")))
        .collect();
    RiskView {
        impact: ImpactView::of(change.impact),
        production: change.production,
        verb: verb(change.action),
        kind: name(&change.object.kind),
        address: fold.is_single().then(|| name(&change.address)),
        objects: name(&fold.objects()),
        environments: name(&listed(&fold.environments(), 3)),
        addresses: Names::new(fold.addresses(), size.items.min(12)),
        previous: previous(fold),
        reason: cut(&outline::reason(change), 2 * size.width),
        sources: sources
            .iter()
            .take(most)
            .map(|source| links.view(source))
            .collect(),
        more_sources: (sources.len() > most).then(|| count(sources.len() - most, "more line")),
        owners: listed(&owners, 4),
    }
}

fn previous(fold: &Fold<'_>) -> Option<String> {
    let previous = fold.first().previous.as_ref()?;
    fold.is_single().then(|| name(&previous.address))
}

#[derive(Serialize)]
pub(super) struct CauseView {
    impact: ImpactView,
    source: Option<SourceView>,
    holder: String,
    /// How grave it is, in words that say whether everything that it does is so grave.
    gravity: String,
    reach: String,
    effects: Vec<EffectView>,
    hidden: Option<String>,
    names: Option<String>,
    names_count: String,
    owners: String,
}

#[derive(Serialize)]
struct EffectView {
    sign: &'static str,
    subject: String,
    path: Option<String>,
    secret: Option<&'static str>,
    before: Option<String>,
    after: Option<String>,
    times: Option<String>,
}

pub(super) fn cause(plan: &Plan, cause: &Cause, links: Links<'_>, size: Size) -> CauseView {
    let most = size.values.min(12);
    let effects = cause.effects.iter().take(most).map(|effect| {
        let (secret, before, after) = parts(outline::effect_shown(effect, size.width)).0;
        EffectView {
            sign: effect.action.sign(),
            subject: cut(&outline::effect_subject(effect), NAME),
            path: effect
                .path
                .as_ref()
                .map(|path| cut(&path.to_string(), 2 * NAME)),
            secret,
            before,
            after,
            times: (effect.count > 1 && effect.path.is_some()).then(|| grouped(effect.count)),
        }
    });
    let reached = outline::reached_names(cause);
    let owners: Vec<String> = cause.owners.iter().map(|owner| name(owner)).collect();
    CauseView {
        impact: ImpactView::of(cause.impact),
        source: cause.source.as_ref().map(|source| links.view(source)),
        holder: name(&outline::cause_holder(cause)),
        gravity: outline::cause_impact(cause),
        reach: cut(&outline::reach(plan, cause), 2 * NAME),
        effects: effects.collect(),
        hidden: (cause.effects.len() > most)
            .then(|| count(cause.effects.len() - most, "more sort of change")),
        names: (reached.len() > 1).then(|| {
            let names: Vec<String> = reached.iter().map(|text| name(text)).collect();
            listed(&names, 4 * size.items)
        }),
        names_count: grouped(reached.len()),
        owners: listed(&owners, size.items.min(8)),
    }
}

type Parts = (
    (Option<&'static str>, Option<String>, Option<String>),
    Vec<String>,
);

fn parts(shown: Shown) -> Parts {
    match shown {
        Shown::Secret(words) => ((Some(words), None, None), Vec::new()),
        Shown::Values(before, after) => ((None, before, after), Vec::new()),
        Shown::Lines(lines) => {
            let line = |line: &values::DiffLine| format!("{}{}", line.kind.sign(), line.text);
            ((None, None, None), lines.iter().map(line).collect())
        }
    }
}

#[derive(Serialize)]
pub(super) struct UnknownView {
    what: String,
    because: String,
}

pub(super) fn unknown(unknown: &Unknown) -> UnknownView {
    UnknownView {
        what: name(&unknown.what),
        because: cut(&unknown.because, 2 * NAME),
    }
}

#[derive(Serialize)]
pub(super) struct BrokenView {
    denied: bool,
    message: String,
    more: String,
}

pub(super) fn broken(broken: &Broken) -> BrokenView {
    let (message, more) = outline::broken_words(broken);
    BrokenView {
        denied: broken.denied,
        message: cut(&message, 4 * NAME),
        more: cut(&more, 6 * NAME),
    }
}

#[derive(Serialize)]
pub(super) struct DriftView {
    place: String,
    words: String,
}

pub(super) fn drift(drift: &Drift, size: Size) -> DriftView {
    let (place, words) = outline::drift_words(drift, size.width);
    DriftView {
        place: cut(&place, 2 * NAME),
        words: cut(&words, 2 * NAME + 2 * size.width),
    }
}

#[derive(Serialize)]
pub(super) struct DeclarationView {
    name: String,
    source: Option<SourceView>,
    owner: Option<String>,
    edits: String,
}

pub(super) fn declaration(
    change: &DeclarationChange,
    links: Links<'_>,
    size: Size,
) -> DeclarationView {
    let edits: Vec<String> = change
        .edits
        .iter()
        .map(|edit| name(&outline::edit_words(edit)))
        .collect();
    DeclarationView {
        name: name(&outline::name_words(&change.name)),
        source: change.source.as_ref().map(|source| links.view(source)),
        owner: change.owner.as_deref().map(name),
        edits: listed(&edits, size.items.min(10)),
    }
}

#[derive(Serialize)]
pub(super) struct ReachedView {
    name: String,
    impact: ImpactView,
    through: String,
    owner: Option<String>,
}

pub(super) fn reached(reached: &Reached) -> ReachedView {
    let through: Vec<&str> = reached.through.iter().map(|name| &**name).collect();
    ReachedView {
        name: name(&outline::name_words(&reached.name)),
        impact: ImpactView::of(reached.impact),
        through: cut(&through.join(" → "), 2 * NAME),
        owner: reached.owner.as_deref().map(name),
    }
}

#[derive(Serialize)]
pub(super) struct ChangeView {
    impact: ImpactView,
    sign: &'static str,
    done: &'static str,
    kind: String,
    address: Option<String>,
    objects: String,
    addresses: Names,
    previous: Option<String>,
    reason: String,
    fields: Vec<FieldView>,
    hidden: Option<String>,
}

#[derive(Serialize)]
struct FieldView {
    path: String,
    secret: Option<&'static str>,
    before: Option<String>,
    after: Option<String>,
    lines: Vec<String>,
    note: Option<String>,
    source: Option<SourceView>,
}

pub(super) fn change(fold: &Fold<'_>, links: Links<'_>, size: Size) -> ChangeView {
    let change = fold.first();
    let rest = change.fields.len().saturating_sub(size.values);
    ChangeView {
        impact: ImpactView::of(change.impact),
        sign: change.action.sign(),
        done: done(change.action),
        kind: name(&change.object.kind),
        address: fold.is_single().then(|| name(&change.address)),
        objects: name(&fold.objects()),
        addresses: Names::new(fold.addresses(), size.items),
        previous: previous(fold),
        reason: cut(&outline::reason(change), 2 * size.width),
        fields: change
            .fields
            .iter()
            .take(size.values)
            .map(|field| field_view(fold, field, links, size))
            .collect(),
        hidden: (rest > 0).then(|| count(rest, "more value")),
    }
}

fn field_view(fold: &Fold<'_>, field: &FieldChange, links: Links<'_>, size: Size) -> FieldView {
    let ((secret, before, after), lines) = parts(values::shown(field, size.width, size.height));
    let impact = field.verdict.impact;
    FieldView {
        path: cut(&fold.path(field), 2 * NAME),
        secret,
        before,
        after,
        lines,
        note: match &field.equal {
            Some(equal) => Some(format!("no change: {}", cut(equal, size.width))),
            None => (impact != fold.first().impact).then(|| impact.words().to_owned()),
        },
        source: field.why.first().map(|source| links.view(source)),
    }
}

#[derive(Serialize)]
pub(super) struct GroupView<'a> {
    owner: String,
    environment: String,
    production: bool,
    objects: String,
    impacts: String,
    body: &'a str,
    hidden: Option<&'a str>,
}

pub(super) fn group<'a>(
    group: &Group<'_>,
    body: &'a str,
    hidden: Option<&'a str>,
) -> GroupView<'a> {
    let impacts: Vec<String> = outline::impacts(&group.impacts())
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    GroupView {
        owner: name(&group.owner_words()),
        environment: name(&listed(&group.environments, 4)),
        production: group.production,
        objects: count(group.objects(), "object"),
        impacts: listed(&impacts, 9),
        body,
        hidden,
    }
}

#[derive(Serialize)]
pub(super) struct SectionView<'a> {
    pub title: &'a str,
    pub body: &'a str,
    pub hidden: Option<&'a str>,
    pub link: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct FooterView<'a> {
    base: String,
    head: String,
    base_hash: String,
    head_hash: String,
    left_out: Option<String>,
    link: Option<&'a str>,
}

pub(super) fn footer<'a>(plan: &Plan, left_out: usize, link: Option<&'a str>) -> FooterView<'a> {
    FooterView {
        base: cut(&plan.base.label, 32),
        head: cut(&plan.head.label, 32),
        base_hash: short_hash(plan.base.hash),
        head_hash: short_hash(plan.head.hash),
        left_out: (left_out > 0).then(|| count(left_out, "object")),
        link,
    }
}

fn short_hash(hash: StateHash) -> String {
    hash.0[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
