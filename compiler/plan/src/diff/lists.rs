//! Lists, compared as their elements are told apart.

use std::borrow::Cow;

use plat_model::change::Step;
use plat_model::schema::{ListIdentity, SchemaId, Shape};
use plat_model::tree::{Tree, TreeValue};
use rustc_hash::{FxHashMap, FxHashSet};

use super::align::{self, Op};
use super::meaning::scalar_text;
use super::walk::Walk;

/// A list of scalars with at most this many elements and this much text is shown whole when it changes.
const SHORT: (usize, usize) = (8, 100);

/// A list and its elements.
type List<'t> = (&'t Tree, &'t [Tree]);

/// What tells an element of a list apart: the key fields with their values.
type Key<'t> = Box<[(Box<str>, Cow<'t, str>)]>;

impl Walk<'_> {
    pub(super) fn lists(&mut self, shape: Option<&Shape>, before: List<'_>, after: List<'_>) {
        let (element, identity) = match shape {
            Some(Shape::List {
                element, identity, ..
            }) => (Some(*element), identity),
            _ => (None, &ListIdentity::Atomic),
        };
        match identity {
            ListIdentity::Map(keys) => {
                let keyed = |items| self.keyed(keys, items);
                if let (Some(old), Some(new)) = (keyed(before.1), keyed(after.1)) {
                    let rules = self.comparison.rules;
                    let is_ordered = rules.order_matters(self.objects.1, &self.path);
                    self.by_key(element, (before.1, &old), (after.1, &new), is_ordered);
                    return;
                }
            }
            ListIdentity::Set => {
                if let (Some(old), Some(new)) = (members(before.1), members(after.1)) {
                    return self.by_member(element, &old, &new);
                }
            }
            ListIdentity::Atomic => {
                if let (Some(old), Some(new)) = (named(before.1), named(after.1)) {
                    return self.by_key(element, (before.1, &old), (after.1, &new), true);
                }
            }
        }
        if is_short(before.1) && is_short(after.1) {
            let mut pairs = before.1.iter().zip(after.1);
            let same = before.1.len() == after.1.len()
                && pairs.all(|(old, new)| self.mean_the_same(element, (old, new)));
            return if same {
                self.alike(Some(before.0), Some(after.0), || {
                    "it means the same".to_owned()
                })
            } else {
                self.differ(Some(before.0), Some(after.0))
            };
        }
        self.in_order(element, before, after);
    }

    /// The keys of all elements; `None` when one has none or two have the same. A key field that is absent or has its default
    /// value is left out.
    fn keyed<'t>(&self, keys: &[Box<str>], items: &'t [Tree]) -> Option<Vec<Key<'t>>> {
        let rules = self.comparison.rules;
        let mut seen = FxHashSet::default();
        let mut all = Vec::with_capacity(items.len());
        // Nearly always all elements leave the same default out.
        let mut defaults: FxHashMap<&str, Option<Tree>> = FxHashMap::default();
        for (index, item) in items.iter().enumerate() {
            item.entries()?;
            let mut key = Vec::with_capacity(keys.len());
            for name in keys {
                let Some(value) = item.get(name).filter(|value| !value.is_null()) else {
                    continue;
                };
                let default = defaults.entry(name).or_insert_with(|| {
                    let place = self.path.with(Step::Index(index));
                    let place = place.with(Step::Field(name.clone()));
                    rules.default_of(self.objects.1, &place)
                });
                if default.as_ref() != Some(value) || keys.len() == 1 {
                    key.push((name.clone(), text(value)?));
                }
            }
            let key: Key<'t> = key.into();
            if key.is_empty() || !seen.insert(key.clone()) {
                return None;
            }
            all.push(key);
        }
        Some(all)
    }

    /// Compares elements that have the same key, in the order of the later list; what it lacks comes where it was.
    fn by_key(
        &mut self,
        element: Option<SchemaId>,
        (before, old): (&[Tree], &[Key<'_>]),
        (after, new): (&[Tree], &[Key<'_>]),
        is_ordered: bool,
    ) {
        let places = |keys: &[Key<'_>]| -> FxHashMap<Key<'static>, usize> {
            keys.iter().map(owned).zip(0..).collect()
        };
        let (old_places, new_places) = (places(old), places(new));
        let mut partner: Vec<Option<usize>> = new
            .iter()
            .map(|key| old_places.get(&**key).copied())
            .collect();
        if is_ordered {
            self.order(old, &partner, new);
        }
        let mut steps: Vec<Step> = new.iter().map(step).collect();
        let mut is_paired: Vec<bool> = old
            .iter()
            .map(|key| new_places.contains_key(&**key))
            .collect();
        for (at, known, step) in renamed((before, &is_paired), (after, &partner)) {
            partner[at] = Some(known);
            is_paired[known] = true;
            steps[at] = step;
        }
        let removed = |walk: &mut Self, range: std::ops::Range<usize>| {
            for known in range.filter(|known| !is_paired[*known]) {
                walk.below(step(&old[known]), |walk| {
                    walk.value(element, Some(&before[known]), None)
                });
            }
        };
        let mut passed = 0;
        for (at, step) in steps.into_iter().enumerate() {
            // What goes away comes before what takes its place.
            let until = partner[at].unwrap_or_else(|| {
                let next = is_paired[passed..].iter().position(|paired| *paired);
                next.map_or(before.len(), |next| passed + next)
            });
            if until >= passed {
                removed(self, passed..until);
                passed = until + usize::from(partner[at].is_some());
            }
            let known = partner[at].map(|known| &before[known]);
            if known != Some(&after[at]) {
                self.below(step, |walk| walk.value(element, known, Some(&after[at])));
            }
        }
        removed(self, passed..before.len());
    }

    /// Reports when the elements that stay come in another order.
    fn order(&mut self, old: &[Key<'_>], partner: &[Option<usize>], new: &[Key<'_>]) {
        let stay: Vec<usize> = partner.iter().copied().flatten().collect();
        if stay.is_sorted() {
            return;
        }
        let names = |keys: &mut dyn Iterator<Item = &Key<'_>>| {
            let name = |key: &Key<'_>| {
                let values: Vec<&str> = key.iter().map(|(_, value)| &**value).collect();
                Tree::text(&values.join(","))
            };
            Tree::new(TreeValue::List(keys.map(name).collect()))
        };
        let mut sorted = stay;
        sorted.sort_unstable();
        let before = names(&mut sorted.iter().map(|known| &old[*known]));
        let kept = new.iter().zip(partner);
        let after = names(&mut kept.filter_map(|(key, known)| known.map(|_| key)));
        self.differ(Some(&before), Some(&after));
    }

    /// Compares sets: what is in one and not in the other.
    fn by_member(
        &mut self,
        element: Option<SchemaId>,
        before: &[(Cow<'_, str>, &Tree)],
        after: &[(Cow<'_, str>, &Tree)],
    ) {
        let of = |members: &[(Cow<'_, str>, &Tree)]| -> FxHashSet<String> {
            members.iter().map(|(text, _)| text.to_string()).collect()
        };
        let (old, new) = (of(before), of(after));
        let member = |text: &str| Step::Member(text.into());
        for (text, tree) in before.iter().filter(|(text, _)| !new.contains(&**text)) {
            self.below(member(text), |walk| walk.value(element, Some(tree), None));
        }
        for (text, tree) in after.iter().filter(|(text, _)| !old.contains(&**text)) {
            self.below(member(text), |walk| walk.value(element, None, Some(tree)));
        }
    }

    /// Compares lists whose order counts: an inserted element is one change.
    fn in_order(&mut self, element: Option<SchemaId>, before: List<'_>, after: List<'_>) {
        let Some(ops) = align::align(before.1, after.1) else {
            return self.differ(Some(before.0), Some(after.0));
        };
        for op in ops {
            let (index, known, now) = match op {
                Op::Both(known, now) => (now, Some(known), Some(now)),
                Op::Removed(known) => (known, Some(known), None),
                Op::Added(now) => (now, None, Some(now)),
            };
            let (known, now) = (known.map(|at| &before.1[at]), now.map(|at| &after.1[at]));
            self.below(Step::Index(index), |walk| walk.value(element, known, now));
        }
    }
}

/// Elements without a partner that are the same under another key: those with the same unique name, and the only two left over if
/// they stand at the same place. The step names what did not change.
fn renamed(
    (before, is_paired): (&[Tree], &[bool]),
    (after, partner): (&[Tree], &[Option<usize>]),
) -> Vec<(usize, usize, Step)> {
    let left: Vec<usize> = (0..before.len()).filter(|at| !is_paired[*at]).collect();
    let right: Vec<usize> = (0..after.len())
        .filter(|at| partner[*at].is_none())
        .collect();
    let name = |tree: &'_ Tree| tree.get("name").and_then(Tree::as_text).map(str::to_owned);
    let with_name = |items: &[Tree], wanted: &str| {
        let names = items.iter().filter_map(name);
        names.filter(|name| name == wanted).count()
    };
    let mut pairs = Vec::new();
    for at in &right {
        let Some(name_of) = name(&after[*at]) else {
            continue;
        };
        let known = left
            .iter()
            .find(|known| name(&before[**known]).as_ref() == Some(&name_of));
        if let Some(known) = known
            && with_name(before, &name_of) == 1
            && with_name(after, &name_of) == 1
        {
            let key = [("name".into(), name_of.into())];
            pairs.push((*at, *known, Step::Element(Box::new(key))));
        }
    }
    if let ([known], [at]) = (&left[..], &right[..])
        && known == at
        && name(&before[*known]).is_none()
        && name(&after[*at]).is_none()
    {
        pairs.push((*at, *known, Step::Index(*at)));
    }
    pairs
}

/// The elements' names, if every element is a map with a name of its own.
fn named(items: &[Tree]) -> Option<Vec<Key<'_>>> {
    ["name", "metadata.name"].into_iter().find_map(|path| {
        let mut seen = FxHashSet::default();
        let key = |item: &'_ Tree| {
            let name = path
                .split('.')
                .try_fold(item, |tree, field| tree.get(field))?;
            let name = name.as_text()?.to_owned();
            let key = Key::from([(path.into(), Cow::Owned(name.clone()))]);
            seen.insert(name).then_some(key)
        };
        items.iter().map(key).collect()
    })
}

/// The members of a set by their text; `None` when one is no scalar that may be shown.
fn members(items: &[Tree]) -> Option<Vec<(Cow<'_, str>, &Tree)>> {
    items.iter().map(|item| Some((text(item)?, item))).collect()
}

fn text(tree: &Tree) -> Option<Cow<'_, str>> {
    match &tree.value {
        TreeValue::Text(text) => Some(Cow::Borrowed(text)),
        _ => scalar_text(tree).map(Cow::Owned),
    }
}

fn owned(key: &Key<'_>) -> Key<'static> {
    let part = |(field, value): &(Box<str>, Cow<'_, str>)| {
        (field.clone(), Cow::Owned(value.clone().into_owned()))
    };
    key.iter().map(part).collect()
}

fn step(key: &Key<'_>) -> Step {
    let part = |(field, value): &(Box<str>, Cow<'_, str>)| (field.clone(), (&**value).into());
    Step::Element(key.iter().map(part).collect())
}

/// Whether a list is read at a glance: few scalars, on one line each.
fn is_short(items: &[Tree]) -> bool {
    let mut size = 0;
    items.len() <= SHORT.0
        && items.iter().all(|item| {
            scalar_text(item).is_some_and(|text| {
                size += text.len();
                size <= SHORT.1 && !text.contains('\n')
            })
        })
}
