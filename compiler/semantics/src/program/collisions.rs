//! Two settings of one layer that set the same thing.

use plat_diagnostics::codes;
use rustc_hash::FxHashMap;

use super::layouts::{Layout, PlaceId};
use super::settings::{Rank, Setting, SettingOp};
use crate::hir::SegmentKind;
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
    let mut seen: FxHashMap<(Rank, String), (usize, usize)> = FxHashMap::default();
    for (index, setting) in settings.iter().enumerate() {
        if matches!(setting.op, SettingOp::Enter | SettingOp::Spread(_)) {
            continue;
        }
        let Some(path) = full_path(layout, setting) else {
            continue;
        };
        // What a record literal sets inside itself is no collision with the literal.
        let end = match setting.op {
            SettingOp::Reset => literal_end(layout, settings, index),
            _ => index + 1,
        };
        let mut clash = None;
        let ends = path
            .match_indices('\u{1f}')
            .map(|(at, _)| at)
            .chain([path.len()]);
        for end in ends {
            if let Some(&(first, last)) = seen.get(&(setting.rank, path[..end].to_owned()))
                && index >= last
            {
                clash = Some(first);
                break;
            }
        }
        match clash {
            Some(first) => problems.push(clash_problem(&settings[first], setting, &path, code)),
            None => {
                seen.insert((setting.rank, path), (index, end));
            }
        }
    }
    later_begins_earlier(layout, settings, code, problems);
}

/// `scale.min = 1` and then, in the same layer, `scale = { … }`.
fn later_begins_earlier(
    layout: &Layout,
    settings: &[Setting],
    code: &'static plat_diagnostics::CodeInfo,
    problems: &mut Vec<Problem>,
) {
    for (index, setting) in settings.iter().enumerate() {
        if !matches!(setting.op, SettingOp::Set(_) | SettingOp::Reset) {
            continue;
        }
        let Some(path) = full_path(layout, setting) else {
            continue;
        };
        let inner = settings[..index].iter().find(|earlier| {
            earlier.rank == setting.rank
                && !matches!(earlier.op, SettingOp::Enter | SettingOp::Spread(_))
                && full_path(layout, earlier).is_some_and(|inner| {
                    inner.len() > path.len()
                        && inner.starts_with(&path)
                        && inner.as_bytes()[path.len()] == 0x1f
                })
        });
        if let Some(inner) = inner {
            problems.push(clash_problem(inner, setting, &path, code));
        }
    }
}

fn clash_problem(
    first: &Setting,
    second: &Setting,
    path: &str,
    code: &'static plat_diagnostics::CodeInfo,
) -> Problem {
    let path = path.replace('\u{1f}', ".");
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

fn literal_end(layout: &Layout, settings: &[Setting], index: usize) -> usize {
    let inside = |place: PlaceId| {
        let mut at = layout.place(place).parent;
        while let Some(id) = at {
            if id == settings[index].place {
                return true;
            }
            at = layout.place(id).parent;
        }
        false
    };
    let first = &settings[index];
    let more = settings[index + 1..]
        .iter()
        .take_while(|s| s.decl == first.decl && s.rank == first.rank && inside(s.place))
        .count();
    index + 1 + more
}

/// The path as text, segments apart by a separator that no name has; `None` if a segment is computed.
fn full_path(layout: &Layout, setting: &Setting) -> Option<String> {
    let mut path = layout.path(setting.place).replace('.', "\u{1f}");
    for segment in &setting.rest {
        match &segment.kind {
            SegmentKind::Name(name) => {
                path.push('\u{1f}');
                path.push_str(name);
            }
            SegmentKind::Computed(_) | SegmentKind::Index(_) => return None,
        }
    }
    Some(path)
}
