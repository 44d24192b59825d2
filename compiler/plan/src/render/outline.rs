//! What every rendering for people shows, in the order in which it is read: the headline, what is risky, why it changes, and the
//! details by owner and environment. Changes that say the same of several objects are folded into one.

use std::collections::{BTreeMap, BTreeSet};

use plat_model::change::{Impact, Path, Step};
use plat_model::output::MAX_DEPTH;
use plat_model::tree::Tree;
use rustc_hash::FxHashMap;

use super::values::{self, Shown};
use super::words::{count, grouped, holder, listed, place};
use crate::plan::{
    Action, Broken, Cause, Change, DeclarationEdit, Drift, Effect, FieldChange, Plan,
};
use crate::state::{DeclarationName, Source};

/// Changes that say the same, in the plan's order; there is at least one.
#[derive(Clone, Debug)]
pub(super) struct Fold<'a> {
    /// The changes.
    pub changes: Vec<&'a Change>,
}

/// What changes of one owner in one environment; or the same for many of them.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// The teams; `None` stands for what nobody owns.
    pub owners: Vec<Option<&'a str>>,
    /// The environments.
    pub environments: Vec<&'a str>,
    /// Whether that is a production environment.
    pub production: bool,
    /// The changes, the gravest first.
    pub folds: Vec<Fold<'a>>,
}

impl<'a> Fold<'a> {
    /// The one that stands for all.
    pub fn first(&self) -> &'a Change {
        self.changes[0]
    }

    /// Whether only one object changes so.
    pub fn is_single(&self) -> bool {
        self.changes.len() == 1
    }

    /// `Deployment`, `38 Deployments of 14 services`.
    pub fn objects(&self) -> String {
        let kind = &self.first().object.kind;
        if self.is_single() {
            return (**kind).to_owned();
        }
        let declarations = declarations(self.changes.iter().copied());
        format!("{} of {declarations}", count(self.changes.len(), kind))
    }

    /// The addresses, in order.
    pub fn addresses(&self) -> Vec<&'a str> {
        self.changes
            .iter()
            .map(|change| change.address.as_str())
            .collect()
    }

    /// The environments, sorted.
    pub fn environments(&self) -> Vec<&'a str> {
        sorted(self.changes.iter().map(|change| &*change.environment))
    }

    /// Who owns the objects, sorted; `None` stands for nobody.
    pub fn owners(&self) -> Vec<Option<&'a str>> {
        let owners: BTreeSet<Option<&str>> = self
            .changes
            .iter()
            .map(|change| change.owner.as_deref())
            .collect();
        let mut owners: Vec<Option<&str>> = owners.into_iter().collect();
        owners.sort_by_key(Option::is_none);
        owners
    }

    /// The lines that decided it, each once, in order of appearance.
    pub fn sources(&self) -> Vec<&'a Source> {
        let mut seen = BTreeSet::new();
        self.changes
            .iter()
            .filter_map(|change| deciding(change))
            .filter(|source| seen.insert((source.path.clone(), source.line)))
            .collect()
    }

    /// A path as it holds for all of them: where the name of the own declaration identifies an element, with `*` in its place.
    pub fn path(&self, field: &FieldChange) -> String {
        if self.is_single() {
            field.path.to_string()
        } else {
            generic(&field.path, &self.first().declaration.name)
        }
    }
}

/// How many subjects of a broken guardrail are named.
const MAX_SUBJECTS: usize = 4;

/// A broken guardrail in words: what is broken, by whom, where, and why it must not be.
pub(super) fn broken_words(broken: &Broken) -> (String, String) {
    let subjects: Vec<&str> = broken.subjects.iter().map(String::as_str).collect();
    let mut more = listed(&subjects, MAX_SUBJECTS);
    if let Some(place) = &broken.place {
        more = format!("{more} ({place})");
    }
    for note in &broken.notes {
        more.push_str("; ");
        more.push_str(note);
    }
    (broken.message.clone(), more)
}

/// The line that decided the gravest part of a change.
pub(super) fn deciding(change: &Change) -> Option<&Source> {
    change
        .fields
        .iter()
        .filter(|field| field.verdict.impact == change.impact)
        .find_map(|field| field.why.first())
        .or(change.why.first())
        .or(change.source.as_ref())
}

/// Why a change is as grave as it is, in a clause; empty when there is nothing to say.
pub(super) fn reason(change: &Change) -> String {
    let of_field = change
        .fields
        .iter()
        .find(|field| field.verdict.impact == change.impact && !field.verdict.reason.is_empty())
        .map_or("", |field| &*field.verdict.reason);
    match (change.reason.as_str(), of_field) {
        ("", reason) | (reason, "") => reason.to_owned(),
        (one, other) if one.contains(other) => one.to_owned(),
        (one, other) if other.contains(one) => other.to_owned(),
        (one, other) => format!("{one}; {other}"),
    }
}

/// The risky changes, the gravest first: those that nobody should merge without having looked at them.
pub(super) fn risks(plan: &Plan) -> Vec<Fold<'_>> {
    let risky = plan
        .effective()
        .filter(|change| change.impact >= Impact::Unknown);
    folded(risky, |change| {
        format!(
            "{}\0{}\0{}\0{}\0{}",
            change.impact.name(),
            change.production,
            change.action.name(),
            change.object.kind,
            reason(change)
        )
    })
}

/// All changes, also those without effect, those that say the same folded into one wherever they are.
pub(super) fn folds(plan: &Plan) -> Vec<Fold<'_>> {
    folded(plan.changes.iter(), signature)
}

/// All changes by owner and environment: the gravest group first, then production, then the larger one.
pub(super) fn groups(plan: &Plan) -> Vec<Group<'_>> {
    group(plan.effective())
}

/// What is only written differently, by owner and environment.
pub(super) fn unaffected(plan: &Plan) -> Vec<Group<'_>> {
    group(
        plan.changes
            .iter()
            .filter(|change| change.action == Action::NoOp),
    )
}

/// What changes in the same way for this many, an owner in an environment being one, is shown once.
const SHARED: usize = 4;

fn group<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<Group<'a>> {
    /// Environments and owners.
    type Places<'a> = (Vec<&'a str>, Vec<Option<&'a str>>);
    let mut groups: BTreeMap<Places<'_>, Vec<Fold<'_>>> = BTreeMap::new();
    for fold in folded(changes, signature) {
        let mut by_place: BTreeMap<(&str, Option<&str>), Vec<&Change>> = BTreeMap::new();
        for change in &fold.changes {
            by_place
                .entry((&change.environment, change.owner.as_deref()))
                .or_default()
                .push(change);
        }
        if by_place.len() >= SHARED && fold.owners().len() > 1 {
            let key = (fold.environments(), fold.owners());
            groups.entry(key).or_default().push(fold);
            continue;
        }
        for ((environment, owner), changes) in by_place {
            let key = (vec![environment], vec![owner]);
            groups.entry(key).or_default().push(Fold { changes });
        }
    }
    let mut groups: Vec<Group<'_>> = groups
        .into_iter()
        .map(|((environments, owners), folds)| Group {
            production: folds
                .iter()
                .any(|fold| fold.changes.iter().any(|change| change.production)),
            owners,
            environments,
            folds,
        })
        .collect();
    // The sort is stable: what is equal stays in the order of names.
    groups.sort_by_key(|group| {
        std::cmp::Reverse((group.impact(), group.production, group.objects()))
    });
    groups
}

impl Group<'_> {
    /// The gravest impact.
    pub fn impact(&self) -> Impact {
        let impacts = self.folds.iter().map(|fold| fold.first().impact);
        impacts.max().unwrap_or_default()
    }

    /// How many objects change.
    pub fn objects(&self) -> usize {
        self.folds.iter().map(|fold| fold.changes.len()).sum()
    }

    /// `payments`, `23 teams`, or that there is no owner.
    pub fn owner_words(&self) -> String {
        match self.owners.as_slice() {
            [Some(owner)] => (*owner).to_owned(),
            [None] => "without owner".to_owned(),
            owners if owners.contains(&None) => {
                format!("{} and what has no owner", count(owners.len() - 1, "team"))
            }
            owners => count(owners.len(), "team"),
        }
    }

    /// How many of which impact, the gravest first.
    pub fn impacts(&self) -> Vec<(Impact, usize)> {
        let mut numbers = BTreeMap::new();
        for fold in &self.folds {
            *numbers.entry(fold.first().impact).or_default() += fold.changes.len();
        }
        numbers.into_iter().rev().collect()
    }
}

/// Changes with the same key become one, at the place of the first.
fn folded<'a>(
    changes: impl Iterator<Item = &'a Change>,
    key: impl Fn(&Change) -> String,
) -> Vec<Fold<'a>> {
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut folds: Vec<Fold<'_>> = Vec::new();
    for change in changes {
        let place = *places.entry(key(change)).or_insert_with(|| {
            folds.push(Fold {
                changes: Vec::new(),
            });
            folds.len() - 1
        });
        folds[place].changes.push(change);
    }
    folds
}

/// Everything that a reader is told of a change but for whose it is.
fn signature(change: &Change) -> String {
    let mut key = format!(
        "{}\0{}\0{}\0{}\0{}",
        change.action.name(),
        change.impact.name(),
        change.object.kind,
        change.object.api_version,
        change.reason,
    );
    if change.previous.is_some() {
        // Where something moved from is its own.
        key.push('\0');
        key.push_str(&change.address);
    }
    for field in &change.fields {
        key.push('\0');
        key.push_str(&generic(&field.path, &change.declaration.name));
        for value in [&field.before, &field.after] {
            key.push('\0');
            if let Some(value) = value {
                values::write(&mut key, value, MAX_DEPTH);
            }
        }
        key.push('\0');
        key.push_str(field.verdict.impact.name());
        key.push_str(field.equal.as_deref().unwrap_or_default());
    }
    key
}

fn generic(path: &Path, own_name: &str) -> String {
    let is_own = |step: &Step| matches!(step, Step::Element(keys) if keys.iter().any(|(_, value)| **value == *own_name));
    if !path.0.iter().any(is_own) {
        return path.to_string();
    }
    let steps = path.0.iter().map(|step| match step {
        Step::Element(keys) => Step::Element(
            keys.iter()
                .map(|(key, value)| {
                    let value = if **value == *own_name {
                        "*".into()
                    } else {
                        value.clone()
                    };
                    (key.clone(), value)
                })
                .collect(),
        ),
        other => other.clone(),
    });
    Path(steps.collect()).to_string()
}

/// `3 services and 1 resource`, or a single one by name: the declarations of which objects change.
pub(super) fn declarations<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let names: BTreeSet<_> = changes.map(|change| &change.declaration).collect();
    if let (Some(name), 1) = (names.first(), names.len()) {
        return name_words(name);
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *kinds.entry(&name.kind).or_default() += 1;
    }
    let mut kinds: Vec<(&str, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let words: Vec<String> = kinds
        .into_iter()
        .map(|(kind, number)| count(number, if kind.is_empty() { "declaration" } else { kind }))
        .collect();
    listed(&words, 3)
}

/// `service checkout`
pub(super) fn name_words(name: &DeclarationName) -> String {
    format!("{} {}", name.kind, name.name).trim().to_owned()
}

/// What happens, to whom: `19 objects of 3 services change in prod (production) and staging`.
pub(super) fn headline(plan: &Plan) -> String {
    let objects = plan.effective().count();
    if objects == 0 {
        return "Nothing changes".to_owned();
    }
    let verb = if objects == 1 { "changes" } else { "change" };
    let environments = environments(
        plan,
        plan.summary.environments.iter().map(|(name, _)| &**name),
    );
    format!(
        "{} of {} {verb} in {}",
        count(objects, "object"),
        declarations(plan.effective()),
        listed(&environments, 4)
    )
}

/// Names of environments, production first, and said of those whose names do not say it.
fn environments<'a>(plan: &Plan, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let is_production = |name: &str| {
        let mut known = plan.environments.iter();
        known.any(|environment| *environment.name == *name && environment.production)
    };
    let mut names = sorted(names);
    names.sort_by_key(|name| !is_production(name));
    names
        .into_iter()
        .map(|name| {
            if is_production(name) && !name.starts_with("prod") {
                format!("{name} (production)")
            } else {
                name.to_owned()
            }
        })
        .collect()
}

/// `1 × data loss`, `9 × rolling restart`: objects by impact, the gravest first.
pub(super) fn impacts(numbers: &[(Impact, usize)]) -> Vec<(Impact, String)> {
    numbers
        .iter()
        .map(|(impact, number)| {
            (
                *impact,
                format!("{} × {}", grouped(*number), impact.words()),
            )
        })
        .collect()
}

/// `1 to create, 15 to update`: objects by what is done to them.
pub(super) fn actions(plan: &Plan) -> Vec<String> {
    let summary = &plan.summary;
    [
        (summary.created, "created"),
        (summary.updated, "updated"),
        (summary.replaced, "replaced"),
        (summary.moved, "moved"),
        (summary.deleted, "deleted"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, done)| format!("{} {done}", grouped(number)))
    .collect()
}

/// `payments (9)`: the teams to ask, with the number of their objects, most first.
pub(super) fn owners(plan: &Plan) -> Vec<String> {
    let mut owners: Vec<&(Box<str>, usize)> = plan.summary.owners.iter().collect();
    owners.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    owners
        .into_iter()
        .map(|(owner, number)| format!("{owner} ({})", grouped(*number)))
        .collect()
}

/// `38 Deployments of 14 services in prod and staging`: what a cause comes to.
pub(super) fn reach(plan: &Plan, cause: &Cause) -> String {
    let changes = || {
        cause
            .changes
            .iter()
            .filter_map(|index| plan.changes.get(*index))
    };
    let kinds = sorted(changes().map(|change| &*change.object.kind));
    let total = changes().count();
    let objects = match kinds.as_slice() {
        [kind] => count(total, kind),
        _ => count(total, "object"),
    };
    let environments = environments(plan, changes().map(|change| &*change.environment));
    format!(
        "{objects} of {} in {}",
        declarations(changes()),
        listed(&environments, 3)
    )
}

/// The declarations that a cause reaches, sorted, each once.
pub(super) fn reached_names(cause: &Cause) -> Vec<&str> {
    sorted(cause.instances.iter().map(|(name, _)| &**name))
}

/// Where a cause stands: `platform/http.plat:12`, or that nobody knows.
pub(super) fn cause_place(cause: &Cause) -> String {
    cause
        .source
        .as_ref()
        .map_or_else(|| "without a known source line".to_owned(), place)
}

/// How grave a cause is: `data loss`, or `up to data loss` where it does other things too.
pub(super) fn cause_impact(cause: &Cause) -> String {
    let is_all = cause
        .effects
        .iter()
        .all(|effect| effect.verdict.impact == cause.impact);
    let prefix = if is_all { "" } else { "up to " };
    format!("{prefix}{}", cause.impact.words())
}

/// In what a cause stands: `capability HttpService`.
pub(super) fn cause_holder(cause: &Cause) -> String {
    cause.source.as_ref().map(holder).unwrap_or_default()
}

/// A difference that somebody else made, as its place and a clause.
pub(super) fn drift_words(drift: &Drift, width: usize) -> (String, String) {
    let place = match &drift.path {
        Some(path) => format!("{} {path}", drift.address),
        None => drift.address.clone(),
    };
    let value = |tree: &Option<Tree>| {
        tree.as_ref()
            .map_or_else(|| "nothing".to_owned(), |tree| values::inline(tree, width))
    };
    let by = match &drift.by {
        Some(by) => format!(", made by {by}"),
        None => String::new(),
    };
    let (expected, actual) = (value(&drift.expected), value(&drift.actual));
    (place, format!("is {actual} instead of {expected}{by}"))
}

/// What an effect turns into what, on one line: a value, nothing, or how many different ones.
pub(super) fn effect_shown(effect: &Effect, width: usize) -> Shown {
    if let (Ok(Some(before)), Ok(Some(after))) = (&effect.before, &effect.after)
        && values::is_secret(before)
        && values::is_secret(after)
    {
        return Shown::Secret(values::SECRET_CHANGED);
    }
    let words = |value: &Result<Option<Tree>, usize>| match value {
        Ok(value) => value.as_ref().map(values::whole),
        Err(different) => Some(format!("({})", count(*different, "different value"))),
    };
    let (before, after) = values::cut_pair(words(&effect.before), words(&effect.after), width);
    Shown::Values(before, after)
}

/// What an effect does to what: `Deployment`, or for whole objects `delete 3 Deployments`.
pub(super) fn effect_subject(effect: &Effect) -> String {
    let action = effect.action.name();
    match (&effect.path, effect.count) {
        (Some(_), _) => (*effect.kind).to_owned(),
        (None, 1) => format!("{action} {}", effect.kind),
        (None, number) => format!("{action} {}", count(number, &effect.kind)),
    }
}

/// What changed in a declaration, as a clause.
pub(super) fn edit_words(edit: &DeclarationEdit) -> String {
    let name = |name: &Option<Box<str>>| name.as_deref().unwrap_or("nothing").to_owned();
    match edit {
        DeclarationEdit::Added => "is new".to_owned(),
        DeclarationEdit::Removed => "is gone".to_owned(),
        DeclarationEdit::Renamed { from } => format!("was called {from}"),
        DeclarationEdit::Owner { before, after } => {
            format!("owner: {} → {}", name(before), name(after))
        }
        DeclarationEdit::Capability { before, after } => {
            format!("capability: {} → {}", name(before), name(after))
        }
        DeclarationEdit::EdgeAdded(edge) => format!("now {} {}", edge.kind, edge.target),
        DeclarationEdit::EdgeRemoved(edge) => format!("no longer {} {}", edge.kind, edge.target),
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let names: BTreeSet<&str> = names.collect();
    names.into_iter().collect()
}
