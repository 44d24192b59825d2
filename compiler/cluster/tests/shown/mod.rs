//! What came of asking a cluster, as text.

use plat_cluster::Observed;
use plat_kubernetes::Store;
use plat_kubernetes::change::Changes;
use plat_plan::diff::Comparison;
use plat_plan::plan::Plan;

pub(crate) fn text(observed: Observed) -> String {
    let store = Store::new();
    let comparison = Comparison {
        schemas: &store,
        rules: &Changes,
    };
    let mut plan = Plan::between(&observed.base, &observed.head, comparison);
    plan.take(&observed.base, &observed.head, observed.taken);
    let mut lines = vec![format!("{} -> {}", plan.base.label, plan.head.label)];
    for change in &plan.changes {
        lines.push(format!("{} {}", change.action.name(), change.address));
        for field in &change.fields {
            let why: Vec<String> = field
                .why
                .iter()
                .map(|source| format!("{}:{}", source.path, source.line))
                .collect();
            lines.push(format!(
                "  {} {:?} -> {:?} {}",
                field.path,
                field.before.as_ref().map(|tree| &tree.value),
                field.after.as_ref().map(|tree| &tree.value),
                why.join(" "),
            ));
        }
    }
    for drift in &plan.drift {
        lines.push(format!(
            "drift {} {:?} wants {:?}, has {:?}, by {:?}",
            drift.address,
            drift.path.as_ref().map(ToString::to_string),
            drift.expected.as_ref().map(|tree| &tree.value),
            drift.actual.as_ref().map(|tree| &tree.value),
            drift.by,
        ));
    }
    for unknown in &plan.unknown {
        lines.push(format!(
            "{} is unknown because {}",
            unknown.what, unknown.because
        ));
    }
    lines.join("\n")
}
