//! Dated exceptions past their date, or close to it. Only findings depend on today; artifacts never do.

use plat_diagnostics::codes;
use plat_model::Date;
use plat_semantics::db::{Db, DeclId};
use plat_semantics::hir::{self, BodyKind, Licence};
use plat_semantics::problem::Problem;
use plat_semantics::rules::NOTICE_DAYS;

/// The patches and extra objects of a declaration whose date has passed, or soon will have.
pub(super) fn problems(db: &dyn Db, decl: DeclId, today: Date) -> Vec<Problem> {
    let BodyKind::Service(service) = &hir::body(db, decl).kind else {
        return Vec::new();
    };
    let patches = service
        .patches
        .iter()
        .chain(service.in_blocks.iter().flat_map(|block| &block.patches));
    let patches = patches.map(|patch| {
        (
            format!("the patch of `{}`", patch.target.text()),
            &patch.licence,
        )
    });
    let emits = service.emits.iter().map(|extra| {
        (
            format!("the extra object `{}`", extra.emit.name),
            &extra.licence,
        )
    });
    patches
        .chain(emits)
        .filter_map(|(what, licence)| ending(decl, &what, licence, today))
        .collect()
}

/// The finding about a date that has passed, or soon will have.
fn ending(decl: DeclId, what: &str, licence: &Licence, today: Date) -> Option<Problem> {
    let until = licence.until?;
    let problem = match today.days_until(until) {
        ..0 => Problem::new(
            &codes::PATCH_OVERDUE,
            format!("{what} was to be gone by {until}"),
        )
        .at_node(decl, licence.until_node, "this day has passed")
        .help("remove it if its reason is gone; else agree on a later date"),
        days @ 0..=NOTICE_DAYS => Problem::new(
            &codes::EXPIRES_SOON,
            format!("{what} is to be gone by {until}"),
        )
        .at_node(decl, licence.until_node, in_days(days))
        .help("remove it if its reason is gone; else agree on a later date in time"),
        _ => return None,
    };
    Some(problem.note(format!("because: {}", licence.because)))
}

fn in_days(days: i64) -> String {
    match days {
        0 => "this is its last day".to_owned(),
        1 => "1 day is left".to_owned(),
        _ => format!("{days} days are left"),
    }
}
