//! What guardrails find: what was judged with each instance, then the rules over the fleet, then what waivers and dates make of it.

use plat_model::Date;
use plat_semantics::db::DeclId;
use plat_semantics::eval::{Columns, Judgement, judge_fleet};
use plat_semantics::problem::Problem;
use plat_semantics::rules::{Contribution, Findings, Judged, Scope, findings};
use rayon::prelude::*;

use crate::Database;

/// What has been judged so far.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    judged: Vec<Judged>,
    columns: Columns,
}

impl Rules {
    /// Takes what was judged with one declaration.
    pub(crate) fn take(
        &mut self,
        judged: impl IntoIterator<Item = Judged>,
        contributions: &[Contribution],
    ) {
        self.judged.extend(judged);
        for contribution in contributions {
            self.columns.add(contribution);
        }
    }

    /// Judges the rules over the fleet, and says what all rules find.
    pub(crate) fn findings(
        mut self,
        db: &Database,
        declarations: &[DeclId],
        scope: Scope<'_>,
        today: Option<Date>,
    ) -> Findings {
        let fleet: Vec<(Vec<Judged>, Vec<Problem>)> = scope
            .environments
            .par_iter()
            .map_with(db.clone(), |db, environment| {
                let mut judgement = Judgement::default();
                judge_fleet(
                    &*db,
                    None,
                    *environment,
                    &self.columns,
                    declarations,
                    &mut judgement,
                );
                (judgement.judged, judgement.problems)
            })
            .collect();
        let mut problems = Vec::new();
        for (judged, found) in fleet {
            self.judged.extend(judged);
            problems.extend(found);
        }
        let mut findings = findings(db, &self.judged, scope, today);
        findings.problems.append(&mut problems);
        findings
    }
}
