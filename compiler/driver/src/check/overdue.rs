//! Dated exceptions past their date. Only findings depend on today; artifacts never do.

use plat_diagnostics::codes;
use plat_model::Date;
use plat_semantics::db::{Db, DeclId};
use plat_semantics::hir::{self, BodyKind, Licence};
use plat_semantics::problem::Problem;

/// The patches and extra objects of a declaration whose date has passed.
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
        .filter_map(|(what, licence)| overdue(decl, &what, licence, today))
        .collect()
}

fn overdue(decl: DeclId, what: &str, licence: &Licence, today: Date) -> Option<Problem> {
    let until = licence.until.filter(|until| *until < today)?;
    Some(
        Problem::new(
            &codes::PATCH_OVERDUE,
            format!("{what} was to be gone by {until}"),
        )
        .at_node(decl, licence.until_node, "this day has passed")
        .note(format!("because: {}", licence.because))
        .help("remove it if its reason is gone; else agree on a later date"),
    )
}
