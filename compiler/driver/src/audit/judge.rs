//! Judging everything, some declarations at a time.

use std::io;

use plat_semantics::db::{DeclId, Name};
use plat_semantics::eval::{Columns, Judgement, emit_each, judge_fleet};
use plat_semantics::items::ItemKind;
use plat_semantics::problem::Problem;
use plat_semantics::rules::{Contribution, Exemptions, Outcome, Verdict};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Audit, Catalogue, Failure, Row, Status};
use crate::{Database, facts};

/// How many declarations are judged before their rows are handed over: it bounds memory, and is enough for every core.
const AT_ONCE: usize = 256;

/// What a declaration comes to.
#[derive(Default)]
struct Judged {
    rows: Vec<Row>,
    contributions: Vec<Contribution>,
    problems: Vec<Problem>,
    owner: Option<Name>,
}

/// From verdicts to rows.
struct Clerk<'a> {
    judged_in: &'a [DeclId],
    environments: FxHashMap<DeclId, usize>,
    guardrails: FxHashMap<DeclId, usize>,
    waivers: FxHashMap<DeclId, usize>,
    exemptions: Exemptions<'a>,
    catalogue: &'a Catalogue,
}

/// Judges all declarations and hands over every row. The result is what is wrong with the sources.
pub(super) fn all(
    audit: &Audit<'_>,
    declarations: &[DeclId],
    each: &mut dyn FnMut(&Row) -> io::Result<()>,
) -> Result<Vec<Problem>, Failure> {
    let db = audit.workspace.db();
    let clerk = Clerk::new(audit);
    let mut columns = Columns::default();
    let mut owners: FxHashMap<DeclId, Name> = FxHashMap::default();
    let mut problems = Vec::new();
    for some in declarations.chunks(AT_ONCE) {
        let judged: Vec<Judged> = some
            .par_iter()
            .map_with(db.clone(), |db, decl| clerk.judge(db, *decl))
            .collect();
        for (decl, judged) in some.iter().zip(judged) {
            for row in &judged.rows {
                each(row)?;
            }
            for contribution in &judged.contributions {
                columns.add(contribution);
            }
            problems.extend(judged.problems);
            owners.extend(judged.owner.map(|owner| (*decl, owner)));
        }
    }
    for &environment in &audit.environments {
        let mut failed = None;
        let mut hand_over = |verdict: Verdict<'_>| {
            let owner = owners.get(&verdict.of);
            if failed.is_none()
                && let Some(row) = clerk.row(verdict, owner)
            {
                failed = each(&row).err();
            }
        };
        let mut judgement = Judgement {
            each: Some(&mut hand_over),
            ..Judgement::default()
        };
        judge_fleet(
            db,
            None,
            environment,
            &columns,
            declarations,
            &mut judgement,
        );
        problems.append(&mut judgement.problems);
        drop(judgement);
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(problems)
}

impl<'a> Clerk<'a> {
    fn new(audit: &'a Audit<'a>) -> Self {
        let catalogue = &audit.catalogue;
        let guardrails = catalogue.guardrails.iter().enumerate();
        let waivers = catalogue.waivers.iter().enumerate();
        Self {
            judged_in: &audit.environments,
            environments: { audit.environments.iter().enumerate() }
                .map(|(place, decl)| (*decl, place))
                .collect(),
            guardrails: guardrails
                .map(|(place, known)| (known.decl, place))
                .collect(),
            waivers: waivers.map(|(place, known)| (known.decl, place)).collect(),
            exemptions: Exemptions::on(audit.workspace.db(), catalogue.today),
            catalogue,
        }
    }

    fn judge(&self, db: &Database, decl: DeclId) -> Judged {
        let mut judged = Judged {
            owner: owner(db, decl),
            ..Judged::default()
        };
        let mut take = |verdict: Verdict<'_>| {
            judged.rows.extend(self.row(verdict, judged.owner.as_ref()));
        };
        let mut judgement = Judgement {
            each: Some(&mut take),
            ..Judgement::default()
        };
        let problems = emit_each(
            db,
            decl,
            self.judged_in,
            Some(&mut judgement),
            &mut |_, _| {},
        );
        judged.contributions = judgement.contributions;
        judged.problems = problems.concat();
        judged
    }

    /// The row of a verdict; nothing where the rule is not in force on the day.
    fn row(&self, verdict: Verdict<'_>, owner: Option<&Name>) -> Option<Row> {
        let environment = *self.environments.get(&verdict.environment)?;
        let guardrail = *self.guardrails.get(&verdict.guardrail)?;
        let standing = &self.catalogue.guardrails[guardrail].standings[environment];
        if standing.as_ref()?.unjudged.is_some() {
            return None;
        }
        let waiver = (verdict.outcome == Outcome::Broken)
            .then(|| self.exemptions.waiving(verdict.guardrail, verdict.subject))
            .flatten()
            .and_then(|waiver| self.waivers.get(&waiver.decl).copied());
        Some(Row {
            environment,
            guardrail,
            require: verdict.require as usize,
            subject: verdict.subject.into(),
            owner: owner.cloned(),
            status: match (verdict.outcome, waiver) {
                (Outcome::Holds, _) => Status::Holds,
                (Outcome::Unverified, _) => Status::Unverified,
                (Outcome::Broken, None) => Status::Broken,
                (Outcome::Broken, Some(_)) => Status::Waived,
            },
            waiver,
            message: verdict.judged.map(|judged| judged.message.as_str().into()),
        })
    }
}

/// The team that owns a declaration.
fn owner(db: &Database, decl: DeclId) -> Option<Name> {
    match decl.kind(db) {
        ItemKind::Team => Some(decl.name(db).clone()),
        _ => facts::named(db, decl, "owner").map(|name| Name::new(&*name)),
    }
}
