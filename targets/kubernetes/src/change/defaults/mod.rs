//! What the API server fills in where a field is absent, always the same: writing it out changes nothing.
//!
//! From Kubernetes' `pkg/apis/*/v1/defaults.go`, and the defaults in the definitions of the custom resources. Fields that are
//! filled in differently from object to object (`replicas`, which an autoscaler may own; addresses; node ports) are left out.

mod pod;
mod tables;

use plat_model::change::{ObjectRef, Path};
use plat_model::tree::{Tree, TreeValue};

use super::site::{Kind, resolve};

/// What is filled in.
#[derive(Clone, Copy)]
enum Default {
    /// This text.
    Text(&'static str),
    /// This number.
    Int(i64),
    /// This flag.
    Flag(bool),
    /// A record or map without fields.
    Empty,
    /// A record with these fields.
    Record(&'static [(&'static str, Default)]),
    /// A list of this one element.
    One(&'static Default),
    /// It depends on what stands beside it.
    By(fn(&Beside<'_>) -> Option<Tree>),
}

/// A row: what is filled in at a path of fields. `*` stands for one field of any name.
type Row = (&'static str, Default);

/// What stands around an absent field.
struct Beside<'a> {
    /// The record that lacks it.
    record: Option<&'a Tree>,
    /// The kind of the object.
    kind: &'a str,
}

impl Beside<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.record?.get(field)?.as_text()
    }
}

impl Default {
    fn tree(self, beside: &Beside<'_>) -> Option<Tree> {
        Some(Tree::new(match self {
            Self::Text(text) => TreeValue::Text(text.into()),
            Self::Int(value) => TreeValue::Int(value),
            Self::Flag(value) => TreeValue::Bool(value),
            Self::Empty => TreeValue::Map(Vec::new()),
            Self::Record(fields) => TreeValue::Map(
                fields
                    .iter()
                    .filter_map(|(name, value)| Some(((*name).into(), value.tree(beside)?)))
                    .collect(),
            ),
            Self::One(element) => TreeValue::List(vec![element.tree(beside)?]),
            Self::By(value) => return value(beside),
        }))
    }
}

/// What is filled in at a path.
pub(super) fn default_of(object: ObjectRef<'_>, path: &Path) -> Option<Tree> {
    let kind = Kind::of(object);
    let fields = path.fields();
    let find = |table: &[Row], fields: &[&str]| {
        let row = table.iter().find(|(pattern, _)| fits(pattern, fields));
        row.map(|(_, default)| *default)
    };
    let own = || find(tables::of(kind), &fields);
    let of_pod = || find(pod::POD_SPEC, below(&fields, pod_spec(kind)?)?);
    let of_container = || {
        let of_pod = below(&fields, pod_spec(kind)?)?;
        let containers = ["containers", "initContainers", "ephemeralContainers"];
        let [list, of_container @ ..] = of_pod else {
            return None;
        };
        containers
            .contains(list)
            .then(|| find(pod::CONTAINER, of_container))?
    };
    let of_job = || match kind.name {
        "CronJob" => find(
            tables::JOB_SPEC,
            below(&fields, &["spec", "jobTemplate", "spec"])?,
        ),
        "Job" => find(tables::JOB_SPEC, below(&fields, &["spec"])?),
        _ => None,
    };
    let default = own()
        .or_else(of_pod)
        .or_else(of_container)
        .or_else(of_job)?;
    let record = path.0.len().checked_sub(1).map(|end| &path.0[..end]);
    let beside = Beside {
        record: record.and_then(|steps| resolve(object.body, steps)),
        kind: object.kind,
    };
    default.tree(&beside)
}

/// Every path of a kind that has a default.
#[cfg(test)]
pub(super) fn paths(kind: Kind<'_>) -> Vec<String> {
    let mut paths: Vec<String> = tables::of(kind)
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .collect();
    let mut below = |prefix: &str, table: &[Row]| {
        paths.extend(table.iter().map(|(path, _)| format!("{prefix}.{path}")));
    };
    if let Some(spec) = pod_spec(kind) {
        let spec = spec.join(".");
        below(&spec, pod::POD_SPEC);
        below(&format!("{spec}.containers"), pod::CONTAINER);
    }
    match kind.name {
        "CronJob" => below("spec.jobTemplate.spec", tables::JOB_SPEC),
        "Job" => below("spec", tables::JOB_SPEC),
        _ => {}
    }
    paths
}

/// Where a kind holds the spec of pods.
fn pod_spec(kind: Kind<'_>) -> Option<&'static [&'static str]> {
    Some(match (kind.group, kind.name) {
        ("", "Pod") => &["spec"],
        ("", "PodTemplate") => &["template", "spec"],
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("", "ReplicationController")
        | ("batch", "Job")
        | ("argoproj.io", "Rollout") => &["spec", "template", "spec"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        ("keda.sh", "ScaledJob") => &["spec", "jobTargetRef", "template", "spec"],
        _ => return None,
    })
}

fn below<'f, 'a>(fields: &'f [&'a str], prefix: &[&'a str]) -> Option<&'f [&'a str]> {
    fields.strip_prefix(prefix)
}

fn fits(pattern: &str, fields: &[&str]) -> bool {
    let mut names = pattern.split('.');
    let same = fields.iter().all(|field| {
        names
            .next()
            .is_some_and(|name| name == "*" || name == *field)
    });
    same && names.next().is_none()
}
