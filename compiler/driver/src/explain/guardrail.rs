//! Guardrails: what one says, where it holds with what settings, how it is kept, and who may break it.

use plat_semantics::db::{DeclId, Name, Project};
use plat_semantics::hir::NodeId;
use plat_semantics::rules::{Exemptions, waived};
use serde::Serialize;

use super::Place;
use crate::Workspace;
use crate::audit::{Audit, AuditOptions, Counts};
use crate::check::CheckOptions;
use crate::guardrails::{self, Standing};

/// A guardrail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guardrail {
    /// Its name with its folder.
    pub name: String,
    /// Where it stands.
    pub declared: Place,
    /// The first paragraph of its documentation.
    pub doc: Option<String>,
    /// Why it is there.
    pub because: String,
    /// What it walks, as it is written.
    pub walks: String,
    /// Its conditions, as they are written.
    pub requirements: Vec<String>,
    /// Where it holds.
    pub environments: Vec<InEnvironment>,
    /// Its waivers.
    pub waivers: Vec<OwnWaiver>,
}

/// A guardrail in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InEnvironment {
    /// The environment.
    pub environment: String,
    /// What is said of it there.
    #[serde(flatten)]
    pub standing: Standing,
    /// How it is kept; nothing where the sources have errors.
    pub totals: Option<Counts>,
}

/// A waiver of a guardrail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnWaiver {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub subject: String,
    /// Why.
    pub because: String,
    /// The team that gave its word.
    pub approved_by: String,
    /// Its last day.
    pub until: String,
    /// Whether it is complete and approved, and has not ended.
    pub counts: bool,
    /// Where it stands.
    pub declared: String,
}

/// Explains a guardrail by its name, with or without its folder; nothing when none is called that way. Of several, one in force
/// comes first.
#[must_use]
pub fn explain_guardrail(
    workspace: &Workspace,
    subject: &str,
    check: CheckOptions,
) -> Option<Guardrail> {
    let db = workspace.db();
    let environments = buildable(workspace);
    let all = guardrails::all(workspace, &environments, check.today);
    let is_meant = |name: &str| name == subject || name.ends_with(&format!(".{subject}"));
    let found = all
        .into_iter()
        .filter(|known| is_meant(&known.name))
        .min_by_key(|known| !known.standings.iter().any(Option::is_some))?;
    let totals = counted(workspace, &found.name, check);
    let exemptions = Exemptions::on(db, check.today);
    let standings = environments.iter().zip(found.standings).enumerate();
    Some(Guardrail {
        declared: Place::of(workspace, workspace.span(found.decl, NodeId::NAME)),
        doc: found.summary,
        because: found.because,
        walks: found.walks,
        requirements: found.requirements,
        environments: standings
            .filter_map(|(place, (environment, standing))| {
                Some(InEnvironment {
                    environment: environment.name(db).to_string(),
                    standing: standing?,
                    totals: totals.as_ref().map(|totals| totals[place]),
                })
            })
            .collect(),
        waivers: exemptions
            .of(found.decl)
            .map(|exemption| {
                let said = waived(db, exemption.waiver);
                let subject = exemption.waiver.subject.as_deref();
                OwnWaiver {
                    name: said.waiver,
                    subject: subject.unwrap_or_default().to_owned(),
                    because: said.because,
                    approved_by: said.approved_by,
                    until: said.until,
                    counts: exemption.counts,
                    declared: workspace.place(exemption.waiver.decl),
                }
            })
            .collect(),
        name: found.name,
    })
}

/// The environments that an audit judges.
fn buildable(workspace: &Workspace) -> Vec<DeclId> {
    let db = workspace.db();
    let all = Project::get(db).environments(db);
    let chosen = Audit::new(workspace, &AuditOptions::default()).ok();
    let names = chosen.map(|audit| audit.catalogue().environments.clone());
    let is_chosen = |name: &Name| names.iter().flatten().any(|known| known == name.as_str());
    all.iter()
        .copied()
        .filter(|decl| is_chosen(decl.name(db)))
        .collect()
}

/// How a guardrail is kept in each environment.
fn counted(workspace: &Workspace, name: &str, check: CheckOptions) -> Option<Vec<Counts>> {
    let options = AuditOptions {
        check,
        ..AuditOptions::default()
    };
    let audit = Audit::new(workspace, &options).ok()?;
    let mut known = audit.catalogue().guardrails.iter();
    let place = known.position(|known| known.name == name)?;
    let totals = audit.run(&mut |_| Ok(())).ok()?;
    Some(totals.of_guardrail(place).to_vec())
}
