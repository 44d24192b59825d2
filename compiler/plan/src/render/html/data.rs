//! What the page's script is given: the changes, those that say the same folded into one.

use serde::Serialize;

use crate::plan::{Action, Change, FieldChange, Plan};
use crate::render::outline::{self, Fold};
use crate::render::values::{self, Shown};
use crate::render::words::place;

#[derive(Serialize)]
struct Data<'a> {
    environments: Vec<&'a str>,
    owners: Vec<&'a str>,
    /// Names and words, the gravest first.
    impacts: Vec<(&'static str, &'static str)>,
    folds: Vec<FoldData<'a>>,
}

#[derive(Serialize)]
struct FoldData<'a> {
    impact: &'static str,
    action: &'static str,
    sign: &'static str,
    kind: &'a str,
    reason: String,
    fields: Vec<FieldData>,
    /// Address, declaration, and the places of environment and owner in their lists; the owner's is -1 for none.
    members: Vec<(&'a str, &'a str, usize, isize, Option<&'a str>)>,
}

#[derive(Serialize)]
struct FieldData {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
}

/// How many characters of a value are shown, and how many lines of a diff.
const WIDTH: usize = 400;
const HEIGHT: usize = 80;

/// The data of a plan's page.
pub(super) fn json(plan: &Plan) -> String {
    // Only maps with other than text keys and failing custom serialisers make this fail; there are none.
    serde_json::to_string(&data(plan)).unwrap_or_default()
}

fn data(plan: &Plan) -> Data<'_> {
    let environments: Vec<&str> = sorted(plan.changes.iter().map(|change| &*change.environment));
    let owners: Vec<&str> = sorted(
        plan.changes
            .iter()
            .filter_map(|change| change.owner.as_deref()),
    );
    let place_in = |list: &[&str], name: &str| list.binary_search(&name).unwrap_or_default();
    let folds = outline::folds(plan)
        .iter()
        .map(|fold| {
            let change = fold.first();
            let members = fold.changes.iter().map(|change| {
                (
                    &*change.address,
                    &*change.declaration.name,
                    place_in(&environments, &change.environment),
                    change.owner.as_deref().map_or(-1, |owner| {
                        isize::try_from(place_in(&owners, owner)).unwrap_or(-1)
                    }),
                    change.previous.as_ref().map(|previous| &*previous.address),
                )
            });
            FoldData {
                impact: shown_impact(change),
                action: change.action.name(),
                sign: change.action.sign(),
                kind: &change.object.kind,
                reason: outline::reason(change),
                fields: change
                    .fields
                    .iter()
                    .map(|field| field_data(fold, field))
                    .collect(),
                members: members.collect(),
            }
        })
        .collect();
    Data {
        environments,
        owners,
        impacts: plat_model::change::Impact::ALL
            .iter()
            .rev()
            .map(|impact| (impact.name(), impact.words()))
            .collect(),
        folds,
    }
}

fn shown_impact(change: &Change) -> &'static str {
    if change.action == Action::NoOp {
        "none"
    } else {
        change.impact.name()
    }
}

fn field_data(fold: &Fold<'_>, field: &FieldChange) -> FieldData {
    let mut data = FieldData {
        path: fold.path(field),
        before: None,
        after: None,
        secret: None,
        lines: Vec::new(),
        note: match &field.equal {
            Some(equal) => format!("no change: {equal}"),
            None if field.verdict.impact == fold.first().impact => String::new(),
            None => field.verdict.impact.words().to_owned(),
        },
        why: field.why.iter().take(3).map(place).collect(),
    };
    match values::shown(field, WIDTH, HEIGHT) {
        Shown::Values(before, after) => (data.before, data.after) = (before, after),
        Shown::Secret(words) => data.secret = Some(words),
        Shown::Lines(lines) => {
            data.lines = lines
                .iter()
                .map(|line| format!("{}{}", line.kind.sign(), line.text))
                .collect();
        }
    }
    data
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let names: std::collections::BTreeSet<&str> = names.collect();
    names.into_iter().collect()
}
