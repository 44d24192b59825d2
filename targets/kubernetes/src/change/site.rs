//! Where in which object something changes.

use plat_model::change::{ObjectRef, Path, Step};
use plat_model::tree::{Tree, TreeValue};

/// A kind of object, in any version of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind<'a> {
    /// `apps`; empty for the core group.
    pub(super) group: &'a str,
    /// `Deployment`.
    pub(super) name: &'a str,
}

impl<'a> Kind<'a> {
    pub(super) fn of(object: ObjectRef<'a>) -> Self {
        Self {
            group: object
                .api_version
                .split_once('/')
                .map_or("", |(group, _)| group),
            name: object.kind,
        }
    }

    /// Whether it comes with Kubernetes. Groups of custom resources are domains of somebody, and `k8s.io` is also used by
    /// projects beside Kubernetes.
    pub(super) fn is_built_in(self) -> bool {
        !self.group.contains('.')
            || matches!(
                self.group,
                "admissionregistration.k8s.io"
                    | "apiextensions.k8s.io"
                    | "apiregistration.k8s.io"
                    | "authentication.k8s.io"
                    | "authorization.k8s.io"
                    | "certificates.k8s.io"
                    | "coordination.k8s.io"
                    | "discovery.k8s.io"
                    | "events.k8s.io"
                    | "flowcontrol.apiserver.k8s.io"
                    | "internal.apiserver.k8s.io"
                    | "networking.k8s.io"
                    | "node.k8s.io"
                    | "rbac.authorization.k8s.io"
                    | "resource.k8s.io"
                    | "scheduling.k8s.io"
                    | "storage.k8s.io"
                    | "storagemigration.k8s.io"
            )
    }
}

/// A changed value in its object, or a part of it.
pub(super) struct Site<'a> {
    /// The object before and after.
    pub(super) objects: (ObjectRef<'a>, ObjectRef<'a>),
    /// The path of the change. The value may lie below it.
    pub(super) path: &'a Path,
    /// The names of the fields down to the value.
    pub(super) fields: Vec<&'a str>,
    /// The value before.
    pub(super) before: Option<&'a Tree>,
    /// The value after.
    pub(super) after: Option<&'a Tree>,
}

impl<'a> Site<'a> {
    pub(super) fn kind(&self) -> Kind<'a> {
        Kind::of(self.objects.1)
    }

    /// Whether something appears that was not there.
    pub(super) fn is_added(&self) -> bool {
        self.before.is_none()
    }

    /// Whether something goes away.
    pub(super) fn is_removed(&self) -> bool {
        self.after.is_none()
    }

    /// What lies at a path of fields in the object before and after.
    pub(super) fn both_at(&self, path: &[&str]) -> (Option<&'a Tree>, Option<&'a Tree>) {
        (self.objects.0.body.at(path), self.objects.1.body.at(path))
    }

    /// The text at a path of fields after the change, or before when it is gone.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&'a str> {
        let (before, after) = self.both_at(path);
        after.or(before)?.as_text()
    }
}

/// What lies at a path of steps, from the root of an object.
pub(super) fn resolve<'t>(root: &'t Tree, steps: &[Step]) -> Option<&'t Tree> {
    steps.iter().try_fold(root, |tree, step| match step {
        Step::Field(name) | Step::Entry(name) => tree.get(name),
        Step::Index(index) => tree.items()?.get(*index),
        Step::Member(text) => tree
            .items()?
            .iter()
            .find(|item| item.as_text() == Some(text)),
        Step::Element(keys) => tree.items()?.iter().find(|item| {
            keys.iter().all(|(key, value)| {
                let found = key
                    .split('.')
                    .try_fold(*item, |tree, field| tree.get(field));
                found.is_some_and(|found| match &found.value {
                    TreeValue::Text(text) => text == value,
                    TreeValue::Int(number) => *number.to_string() == **value,
                    TreeValue::Bool(flag) => *flag.to_string() == **value,
                    _ => false,
                })
            })
        }),
    })
}

/// A whole number, wherever it is written as one.
pub(super) fn int(tree: Option<&Tree>) -> Option<i64> {
    match tree?.value {
        TreeValue::Int(value) => Some(value),
        _ => None,
    }
}

/// Whether it is `true`.
pub(super) fn is_true(tree: Option<&Tree>) -> bool {
    tree.is_some_and(|tree| matches!(tree.value, TreeValue::Bool(true)))
}
