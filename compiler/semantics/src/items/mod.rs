//! Files as lists of declarations: the first barrier between text and meaning.
//!
//! The item tree of a file has no offsets, so that an edit within a body leaves it equal. Where items stand is a query of its own,
//! read only by lowering and by whoever shows a finding.

mod build;
mod kind;
mod place;
#[cfg(test)]
mod tests;
mod tree;

use plat_diagnostics::{codes, lookup};
use plat_syntax::Parse;

use crate::db::{Db, DeclId, SourceFile};
use crate::problem::{Anchor, EditMode, Problem, ProblemEdit, ProblemFix};

pub use kind::ItemKind;
pub use place::{first_offset, use_range};
pub(crate) use place::{item_places, name_range};
pub use tree::{AssetItem, AssetKind, Binding, EdgeItem, Item, ItemTree, TestItems, UseItem};

/// Parses a file.
#[salsa::tracked(returns(ref), no_eq)]
pub fn parse(db: &dyn Db, file: SourceFile) -> Parse {
    plat_syntax::parse(file.text(db))
}

/// What a file declares.
#[salsa::tracked(returns(ref))]
pub fn item_tree(db: &dyn Db, file: SourceFile) -> ItemTree {
    build::item_tree(db, file)
}

/// The item of a declaration; `None` once it is gone from its file.
pub fn item(db: &dyn Db, decl: DeclId) -> Option<&Item> {
    let items = match decl.test(db) {
        None => &item_tree(db, decl.file(db)).items,
        Some(test) => items_of_test(db, test),
    };
    items.iter().find(|item| item.id == decl)
}

/// What a test declares for itself, in the order of its file.
pub fn items_of_test(db: &dyn Db, test: DeclId) -> &[Item] {
    let tests = &item_tree(db, test.file(db)).tests;
    let found = tests.iter().find(|items| items.test == test);
    found.map_or(&[], |items| &items.items)
}

/// What the parser has to say about a file.
#[salsa::tracked(returns(deref))]
pub fn syntax_errors(db: &dyn Db, file: SourceFile) -> Vec<Problem> {
    let at = |range| Anchor::File(file, range);
    let errors = parse(db, file).errors.iter();
    errors
        .map(|error| {
            let code = lookup(error.code).unwrap_or(&codes::COMPILER_BUG);
            let mut problem = Problem::new(code, error.message.clone())
                .at(at(error.range), error.label.clone().unwrap_or_default());
            problem.help.clone_from(&error.help);
            for (range, text) in &error.secondary {
                problem = problem.also(at(*range), text.clone());
            }
            if let Some(fix) = &error.fix {
                let edits = fix.edits.iter().map(|(range, text)| ProblemEdit {
                    at: at(*range),
                    mode: EditMode::Replace,
                    text: text.clone(),
                });
                let applicability = plat_diagnostics::Applicability::MachineApplicable;
                problem = problem.fix(ProblemFix {
                    title: fix.title.clone(),
                    edits: edits.collect(),
                    applicability,
                });
            }
            problem
        })
        .collect()
}
