//! Two settings of one layer that set the same thing.

use std::hash::{Hash, Hasher};

use plat_diagnostics::codes;
use rustc_hash::FxHashMap;

use super::layouts::{Layout, PlaceId};
use super::settings::{Rank, Setting, SettingOp};
use crate::hir::{Segment, SegmentKind};
use crate::problem::{Anchor, Problem};

/// Reports settings of one rank of which one path equals or begins the other.
pub fn collisions(
    layout: &Layout,
    settings: &[Setting],
    code: &'static plat_diagnostics::CodeInfo,
    problems: &mut Vec<Problem>,
) {
    if settings.len() < 2 {
        return;
    }
    let mut claims: FxHashMap<Path<'_>, Claim> = FxHashMap::default();
    // `scale.min = 1` and then, in the same layer, `scale = { … }`: said after what stands in the order of the sources.
    let mut begun_later = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        let Some(path) = Path::of(setting) else {
            continue;
        };
        let clash = path
            .beginnings(layout)
            .filter_map(|beginning| claims.get(&beginning)?.set)
            .filter(|set| index >= set.until)
            .last();
        let claim = claims.entry(path).or_default();
        if let Some(within) = claim.within
            && matches!(setting.op, SettingOp::Set(_) | SettingOp::Reset)
        {
            begun_later.push(clash_problem(layout, &settings[within], setting, code));
        }
        match clash {
            Some(Set { by, .. }) => {
                problems.push(clash_problem(layout, &settings[by], setting, code))
            }
            None => {
                claim.set = Some(Set {
                    by: index,
                    until: match setting.op {
                        SettingOp::Reset => literal_end(layout, settings, index),
                        _ => index + 1,
                    },
                });
            }
        }
        for beginning in path.beginnings(layout).skip(1) {
            let claim = claims.entry(beginning).or_default();
            claim.within.get_or_insert(index);
        }
    }
    problems.append(&mut begun_later);
}

/// What settings have said so far of a path.
#[derive(Default)]
struct Claim {
    /// The setting of the path itself.
    set: Option<Set>,
    /// The first setting of something below the path.
    within: Option<usize>,
}

/// A setting, by its index.
#[derive(Clone, Copy)]
struct Set {
    by: usize,
    /// The settings before this index are its own: what a record literal sets inside itself is no collision with the literal.
    until: usize,
}

/// A path within a rank; compared by names, wherever they stand.
#[derive(Clone, Copy)]
struct Path<'a> {
    rank: Rank,
    place: PlaceId,
    /// Names only.
    rest: &'a [Segment],
}

impl<'a> Path<'a> {
    /// What a setting claims for itself; `None` when it claims nothing, or a segment is computed.
    fn of(setting: &'a Setting) -> Option<Self> {
        let claims = !matches!(setting.op, SettingOp::Enter | SettingOp::Spread(_));
        let path = Self {
            rank: setting.rank,
            place: setting.place,
            rest: &setting.rest,
        };
        (claims && path.names().all(|name| name.is_some())).then_some(path)
    }

    /// The names below the place.
    fn names(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.rest.iter().map(|segment| match &segment.kind {
            SegmentKind::Name(name) => Some(name.as_str()),
            SegmentKind::Computed(_) | SegmentKind::Index(_) => None,
        })
    }

    /// The path and those that it begins with, longest first.
    fn beginnings(self, layout: &Layout) -> impl Iterator<Item = Self> {
        let below = (1..=self.rest.len()).rev().map(move |length| Self {
            rest: &self.rest[..length],
            ..self
        });
        let around = layout.outwards(self.place).map(move |place| Self {
            place,
            rest: &[],
            ..self
        });
        below.chain(around)
    }
}

impl PartialEq for Path<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.rank == other.rank && self.names().eq(other.names())
    }
}

impl Eq for Path<'_> {}

impl Hash for Path<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.hash(state);
        self.names().for_each(|name| name.hash(state));
    }
}

fn clash_problem(
    layout: &Layout,
    first: &Setting,
    second: &Setting,
    code: &'static plat_diagnostics::CodeInfo,
) -> Problem {
    let mut path = layout.path(second.place);
    for name in super::segment_names(&second.rest) {
        path.push('.');
        path.push_str(&name);
    }
    let message = if std::ptr::eq(code, &codes::DEFAULTS_TIE) {
        format!("two `defaults` of the same rank set `{path}`")
    } else {
        format!("`{path}` is set twice in one layer")
    };
    Problem::new(code, message)
        .at(Anchor::Node(second.decl, second.node), "set again here")
        .also(Anchor::Node(first.decl, first.node), "first set here")
        .help("keep one of them; to choose by a condition, write `if … then … else …`")
}

/// The index after the settings that a record literal makes inside itself.
fn literal_end(layout: &Layout, settings: &[Setting], index: usize) -> usize {
    let literal = &settings[index];
    let inside = |setting: &&Setting| {
        setting.decl == literal.decl
            && setting.rank == literal.rank
            && layout
                .outwards(setting.place)
                .skip(1)
                .any(|around| around == literal.place)
    };
    index + 1 + settings[index + 1..].iter().take_while(inside).count()
}
