//! What is wrong with a declaration in itself, used or not: everything that needs no instance.

use plat_diagnostics::codes;

use crate::db::{Db, DeclId};
use crate::hir::{self, BodyKind};
use crate::infer;
use crate::problem::{Anchor, Problem};
use crate::program::{fact_schema, spec};

/// The findings of lowering, checking and layering a declaration, in that order.
#[salsa::tracked]
pub fn declaration_problems(db: &dyn Db, decl: DeclId) -> Vec<Problem> {
    let mut problems = hir::body_problems(db, decl).to_vec();
    problems.extend(infer::infer(db, decl).problems.iter().cloned());
    problems.extend(spec(db, decl).problems.iter().cloned());
    if let BodyKind::Later = hir::body(db, decl).kind {
        problems.push(not_yet(db, decl));
    }
    problems
}

/// What is wrong with the schemas of facts, which no single declaration owns.
pub fn schema_problems(db: &dyn Db) -> Vec<Problem> {
    let kinds = crate::items::ItemKind::FACTS;
    kinds.iter().flat_map(|kind| fact_schema(db, *kind).problems.iter().cloned()).collect()
}

fn not_yet(db: &dyn Db, decl: DeclId) -> Problem {
    let kind = decl.kind(db);
    Problem::new(&codes::NOT_YET_EVALUATED, format!("{} `{}` is read and not yet evaluated", kind.word(), decl.name(db)))
        .at(Anchor::name(decl), "kept as it is")
        .help("a later version of the compiler evaluates it; until then it changes nothing")
}
