//! Waivers of guardrails.

use plat_semantics::db::{Db as _, DeclId, Name, Project};
use plat_semantics::hir::NodeId;
use plat_semantics::items::ItemKind;
use plat_semantics::rules::waiver;
use plat_syntax::SyntaxKind;

use super::{Exception, ExceptionKind, Found, whole};
use crate::{Database, Workspace, facts};

/// All of them, in the order of sources.
pub(super) fn all(workspace: &Workspace) -> Vec<Found> {
    let db = workspace.db();
    let waivers = Project::get(db).waivers(db).iter();
    waivers.map(|decl| found(workspace, *decl)).collect()
}

fn found(workspace: &Workspace, decl: DeclId) -> Found {
    let db = workspace.db();
    let waiver = waiver(db, decl);
    let subject = waiver.subject.as_deref().unwrap_or_default();
    Found {
        exception: Exception {
            kind: ExceptionKind::Waiver,
            name: decl.name(db).to_string(),
            owner: owner(db, subject),
            subject: subject.to_string(),
            guardrail: waiver
                .guardrail
                .map(|guardrail| guardrail.name(db).to_string()),
            environments: Vec::new(),
            approver: waiver.approved_by.as_ref().map(Name::to_string),
            because: waiver.because.as_deref().unwrap_or_default().to_owned(),
            until: waiver.until,
            since: None,
            declared: workspace.place(decl),
        },
        file: decl.file(db),
        range: whole(db, decl, NodeId::NAME, &[SyntaxKind::WAIVER]),
    }
}

/// The team that owns the fact at the beginning of an address.
fn owner(db: &Database, subject: &str) -> Option<String> {
    let end = subject.find(['@', '/', ':']).unwrap_or(subject.len());
    let name = Name::new(&subject[..end]);
    let owned = [ItemKind::Service, ItemKind::Resource, ItemKind::System];
    owned.into_iter().find_map(|kind| {
        let entry = db.fleet().name_entry(db, kind, &name);
        let decl = *entry.declarations(db).first()?;
        facts::named(db, decl, "owner").map(String::from)
    })
}
