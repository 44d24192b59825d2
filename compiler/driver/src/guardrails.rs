//! The guardrails that a project knows: its own and those of packages, where they hold, and what is said of them there.

use plat_model::Date;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::hir::{self, BodyKind, ExprId, GuardrailBody};
use plat_semantics::infer::Collection;
use plat_semantics::rules::{
    DeclaredLevel, Level, because, full_name, rules_in, standing, summary,
};
use serde::Serialize;

use crate::Workspace;

/// A guardrail, and what is said of it in each environment.
#[derive(Clone, Debug)]
pub struct Guardrail {
    pub(crate) decl: DeclId,
    /// Its name without a folder.
    pub short: String,
    /// Its name with its folder: `acme.platform.redundancy`.
    pub name: String,
    /// The folder alone.
    pub pack: String,
    /// What it says: the first paragraph of its documentation.
    pub summary: Option<String>,
    /// Why it is there.
    pub because: String,
    /// What it walks, as it is written: `objects(kubernetes.apps.v1.Deployment)`.
    pub walks: String,
    /// Its conditions, as they are written.
    pub requirements: Vec<String>,
    /// Where it stands.
    pub declared: String,
    /// What is said of it, by the place of the environment; nothing where it does not hold.
    pub standings: Vec<Option<Standing>>,
}

/// What is said of a guardrail in an environment, on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// How strictly it is kept on the day: `off`, `warn`, `deny`.
    #[serde(serialize_with = "level_word")]
    pub level: Level,
    /// The same as it is declared: `warn from 2026-01-01, deny from 2026-07-01`.
    pub declared: String,
    /// Why nobody judges it, if nobody does.
    pub unjudged: Option<String>,
    /// The team that stands behind it.
    pub sponsor: Option<String>,
    /// Where it is explained.
    pub docs: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

impl Standing {
    /// Whether what breaks it is an error.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.level == Level::Deny
    }
}

/// A parameter of a guardrail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value, as it is written.
    pub value: String,
    /// Where that is set.
    pub set_at: String,
}

fn level_word<S: serde::Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.word())
}

/// All guardrails by name, with what is said of them in some environments on a day.
pub(crate) fn all(
    workspace: &Workspace,
    environments: &[DeclId],
    today: Option<Date>,
) -> Vec<Guardrail> {
    let db = workspace.db();
    let declared = Project::get(db).guardrails(db).iter();
    let mut found: Vec<Guardrail> = declared
        .filter_map(|decl| guardrail(workspace, *decl, environments, today))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn guardrail(
    workspace: &Workspace,
    decl: DeclId,
    environments: &[DeclId],
    today: Option<Date>,
) -> Option<Guardrail> {
    let db = workspace.db();
    let body = hir::body(db, decl);
    let BodyKind::Guardrail(said) = &body.kind else {
        return None;
    };
    let text = |id: ExprId| workspace.source_text(decl, body.expr_nodes[id.0 as usize]);
    let name = full_name(db, decl);
    let pack = name.rsplit_once('.').map_or("", |(pack, _)| pack);
    let standings = environments
        .iter()
        .map(|environment| stands(workspace, decl, said, *environment, today));
    Some(Guardrail {
        decl,
        short: decl.name(db).to_string(),
        pack: pack.to_owned(),
        summary: summary(db, decl),
        because: because(db, decl).to_string(),
        walks: said
            .each
            .as_ref()
            .map(|each| text(each.source))
            .unwrap_or_default(),
        requirements: said
            .requires
            .iter()
            .map(|require| text(require.condition))
            .collect(),
        declared: workspace.place(decl),
        standings: standings.collect(),
        name,
    })
}

fn stands(
    workspace: &Workspace,
    decl: DeclId,
    said: &GuardrailBody,
    environment: DeclId,
    today: Option<Date>,
) -> Option<Standing> {
    let db = workspace.db();
    let settings = standing(db, decl, environment)?;
    let rules = rules_in(db, environment);
    let judged = rules.all.iter().find(|rule| rule.guardrail == decl);
    let level = settings.level.on(today);
    let unjudged = match judged {
        _ if level == Level::Off => Some(match settings.level.stricter_from(today) {
            Some(date) => format!("in force from {date}"),
            None => "off".to_owned(),
        }),
        None => Some("it has errors".to_owned()),
        Some(rule) if rule.walked.collection == Collection::Changes => {
            Some("judged by `platc plan`".to_owned())
        }
        Some(_) => None,
    };
    let parameters = said.inputs.iter().zip(&settings.parameters);
    Some(Standing {
        level,
        declared: level_text(settings.level),
        unjudged,
        sponsor: settings.sponsor.as_ref().map(ToString::to_string),
        docs: settings.docs.as_ref().map(ToString::to_string),
        parameters: parameters
            .filter_map(|(input, set)| {
                let (by, value) = set.or_else(|| Some((decl, input.default?)))?;
                let node = hir::body(db, by).expr_nodes[value.0 as usize];
                Some(Parameter {
                    name: input.name.to_string(),
                    value: workspace.source_text(by, node),
                    set_at: workspace.place_of(by, node),
                })
            })
            .collect(),
    })
}

/// A level as it is declared.
fn level_text(level: DeclaredLevel) -> String {
    match level {
        DeclaredLevel::Always(level) => level.word().to_owned(),
        DeclaredLevel::From { warn, deny } => {
            let step = |level: Level, date: Option<Date>| {
                date.map(|date| format!("{} from {date}", level.word()))
            };
            let steps: Vec<String> = [step(Level::Warn, warn), step(Level::Deny, deny)]
                .into_iter()
                .flatten()
                .collect();
            steps.join(", ")
        }
    }
}

impl Guardrail {
    /// The names of the environments where it is judged on the day.
    #[must_use]
    pub fn judged_in<'e>(&self, environments: &'e [String]) -> Vec<&'e str> {
        let standings = environments.iter().zip(&self.standings);
        standings
            .filter(|(_, standing)| {
                let standing = standing.as_ref();
                standing.is_some_and(|standing| standing.unjudged.is_none())
            })
            .map(|(environment, _)| environment.as_str())
            .collect()
    }
}
