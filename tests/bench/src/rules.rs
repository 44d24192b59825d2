//! Guardrails for a fleet: as many as one wants, of the sorts that packs consist of. All of them hold.

use std::fmt::Write as _;

/// Where they are declared.
pub const PATH: &str = "platform/guardrails.plat";

/// What a rule walks, its condition if it has one, and what it requires.
const SORTS: [(&str, &str, &str); 10] = [
    (
        "x in instances",
        "where x.tier == critical and x.environment.production",
        "x.scale.min >= 1",
    ),
    ("x in instances", "", "x.owner.name != \"nobody\""),
    (
        "x in containers",
        "",
        "x.securityContext?.privileged != true",
    ),
    (
        "x in containers",
        "",
        "not ends_with(x.image ?? \"\", \":latest\")",
    ),
    ("x in containers", "where not x.init", "x.name != \"\""),
    (
        "x in pods",
        "",
        "x.spec.hostNetwork != true and x.spec.hostPID != true and x.spec.hostIPC != true",
    ),
    (
        "x in objects(kubernetes.apps.v1.Deployment)",
        "where x.environment.production",
        "(x.spec.replicas ?? 1) >= 1",
    ),
    ("x in objects", "", "x.namespace != \"kube-system\""),
    (
        "x in edges",
        "where x.from.tier == critical",
        "x.to?.name != \"nobody\"",
    ),
    (
        "x in pods",
        "",
        "all(v.hostPath == none for v in x.spec.volumes)",
    ),
];

/// So many rules, as a source.
#[must_use]
pub fn text(number: usize) -> String {
    let mut text = String::new();
    for index in 0..number {
        let (walks, filter, requires) = SORTS[index % SORTS.len()];
        let _ = writeln!(
            text,
            "guardrail rule-{index:03} {{\n  because = \"reason {index}\"\n  for {walks} {filter}\n  require {requires}\n}}\n"
        );
    }
    text
}
