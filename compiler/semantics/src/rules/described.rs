//! Guardrails and waivers as machine formats name them.

use plat_diagnostics::{Rule, Severity, Waived};
use plat_model::Date;
use smol_str::SmolStr;

use super::in_force::{Settings, fixed_text, rules_in};
use super::level::Level;
use super::waivers::Waiver;
use crate::db::{Db, DeclId};
use crate::hir::{self, BodyKind};
use crate::infer::Collection;
use crate::scope::Folder;

/// A guardrail as it is kept at a level.
#[must_use]
pub fn described(db: &dyn Db, guardrail: DeclId, settings: &Settings, level: Level) -> Rule {
    Rule {
        name: full_name(db, guardrail),
        summary: summary(db, guardrail),
        because: settings.because.to_string(),
        docs: settings.docs.as_ref().map(ToString::to_string),
        sponsor: settings.sponsor.as_ref().map(ToString::to_string),
        severity: match level {
            Level::Deny => Severity::Error,
            Level::Warn => Severity::Warning,
            Level::Off => Severity::Info,
        },
    }
}

/// The name of a declaration with its folder: `acme.platform.redundancy`.
#[must_use]
pub fn full_name(db: &dyn Db, decl: DeclId) -> String {
    let folder = Folder::of(db, decl.file(db).module(db));
    format!("{}.{}", folder.text(db), decl.name(db))
}

/// The first paragraph of the documentation of a declaration, on one line.
#[must_use]
pub fn summary(db: &dyn Db, decl: DeclId) -> Option<String> {
    let lines = hir::body(db, decl).doc.as_deref()?.lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Why a guardrail is there.
#[must_use]
pub fn because(db: &dyn Db, guardrail: DeclId) -> SmolStr {
    let body = hir::body(db, guardrail);
    match &body.kind {
        BodyKind::Guardrail(said) => fixed_text(body, &said.fields, "because").unwrap_or_default(),
        _ => SmolStr::default(),
    }
}

/// What a waiver says, for what it lets pass.
#[must_use]
pub fn waived(db: &dyn Db, waiver: &Waiver) -> Waived {
    let text = |text: Option<String>| text.unwrap_or_default();
    Waived {
        waiver: waiver.decl.name(db).to_string(),
        because: text(waiver.because.as_ref().map(ToString::to_string)),
        approved_by: text(waiver.approved_by.as_ref().map(ToString::to_string)),
        until: text(waiver.until.map(|until| until.to_string())),
    }
}

/// The rules that are judged in some of the environments on a day, each at its strictest there.
#[must_use]
pub fn judged_rules(db: &dyn Db, environments: &[DeclId], today: Option<Date>) -> Vec<Rule> {
    let mut found: Vec<(DeclId, Level, &Settings)> = Vec::new();
    for &environment in environments {
        for rule in &rules_in(db, environment).all {
            let level = rule.settings.level.on(today);
            // Only a plan judges changes.
            if level == Level::Off || rule.walked.collection == Collection::Changes {
                continue;
            }
            match found
                .iter_mut()
                .find(|(known, ..)| *known == rule.guardrail)
            {
                Some((_, strictest, _)) if *strictest >= level => {}
                Some(known) => *known = (rule.guardrail, level, &rule.settings),
                None => found.push((rule.guardrail, level, &rule.settings)),
            }
        }
    }
    let rules = found.into_iter();
    rules
        .map(|(guardrail, level, settings)| described(db, guardrail, settings, level))
        .collect()
}
