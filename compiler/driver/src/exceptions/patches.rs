//! Patches, and objects that services add.

use plat_semantics::db::{DeclId, SourceFile};
use plat_semantics::hir::{self, BodyKind, Licence, NodeId, Only, Path};
use plat_semantics::items::item_tree;
use plat_syntax::SyntaxKind;

use super::{Exception, ExceptionKind, Found, whole};
use crate::check::checked_files;
use crate::{Workspace, facts};

/// All of them, in the order of sources.
pub(super) fn all(workspace: &Workspace) -> Vec<Found> {
    let db = workspace.db();
    let mut found = Vec::new();
    for file in checked_files(workspace, false) {
        for item in &item_tree(db, file).items {
            of_service(workspace, file, item.id, &mut found);
        }
    }
    found
}

/// A patch or an added object as it is written.
struct Written<'a> {
    kind: ExceptionKind,
    name: String,
    node: NodeId,
    licence: &'a Licence,
    environments: Vec<String>,
}

fn of_service(workspace: &Workspace, file: SourceFile, decl: DeclId, found: &mut Vec<Found>) {
    let db = workspace.db();
    let BodyKind::Service(service) = &hir::body(db, decl).kind else {
        return;
    };
    let patch = |patch: &'_ hir::PatchDecl, around: &[Path]| -> (String, NodeId, Vec<String>) {
        let environments = match &patch.only {
            Some(only) => names(&only.environments),
            None => names(around),
        };
        (patch.target.text(), patch.node, environments)
    };
    let everywhere = service.patches.iter().map(|patch| (patch, [].as_slice()));
    let somewhere = service.in_blocks.iter().flat_map(|block| {
        let patches = block.patches.iter();
        patches.map(|patch| (patch, block.environments.as_slice()))
    });
    let mut written: Vec<Written<'_>> = everywhere
        .chain(somewhere)
        .map(|(declared, around)| {
            let (name, node, environments) = patch(declared, around);
            Written {
                kind: ExceptionKind::Patch,
                name,
                node,
                licence: &declared.licence,
                environments,
            }
        })
        .collect();
    written.extend(service.emits.iter().map(|extra| Written {
        kind: ExceptionKind::Emit,
        name: extra.emit.name.to_string(),
        node: extra.emit.node,
        licence: &extra.licence,
        environments: only(extra.only.as_ref()),
    }));
    if written.is_empty() {
        return;
    }
    let owner = facts::named(db, decl, "owner");
    for written in written {
        found.push(Found {
            exception: Exception {
                kind: written.kind,
                name: written.name,
                subject: decl.name(db).to_string(),
                guardrail: None,
                environments: written.environments,
                owner: owner.as_deref().map(str::to_owned),
                approver: None,
                because: written.licence.because.to_string(),
                until: written.licence.until,
                since: None,
                declared: workspace.place_of(decl, written.node),
            },
            file,
            range: whole(
                db,
                decl,
                written.node,
                &[SyntaxKind::PATCH, SyntaxKind::EXTRA],
            ),
        });
    }
}

fn only(only: Option<&Only>) -> Vec<String> {
    only.map(|only| names(&only.environments))
        .unwrap_or_default()
}

fn names(environments: &[Path]) -> Vec<String> {
    let last = |path: &Path| Some(path.segments.last()?.0.to_string());
    environments.iter().filter_map(last).collect()
}
