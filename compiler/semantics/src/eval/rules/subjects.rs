//! Objects, pods, containers and edges as what rules speak of.
//!
//! A subject is a record with hidden fields behind those that it shows: where it comes from. Their keys can be written in no
//! source, so that nothing reads them but [`relations`](super::relations).

use plat_model::schema::SchemaId;
use plat_model::{Field, Node, Object, Origin, Value, field};
use smol_str::SmolStr;

use super::super::{FrameId, Session};
use crate::db::{DeclId, Project};
use crate::environments;
use crate::rules::InForce;

/// Keys of hidden fields.
pub(super) const ADDRESS: &str = "\u{0}address";
pub(super) const INSTANCE: &str = "\u{0}instance";
pub(super) const OBJECT: &str = "\u{0}object";
pub(super) const POD: &str = "\u{0}pod";
pub(super) const INIT: &str = "\u{0}init";
/// Where the pod stands in its object.
const PATH: &str = "\u{0}path";
const SPEC: &str = "spec";
const METADATA: &str = "metadata";

/// Whether a key is that of a hidden field.
pub(in crate::eval) fn is_hidden(key: &str) -> bool {
    key.starts_with('\u{0}')
}

/// A hidden or shown field of a subject.
pub(super) fn part<'a>(subject: &Node<'a>, key: &str) -> Option<Node<'a>> {
    let fields = subject.value.fields()?;
    field(fields, key).map(|field| field.node)
}

/// The lists of containers of a pod, and whether they are of the kind that ends before the others start.
const CONTAINERS: [(&str, bool); 3] = [
    ("initContainers", true),
    ("containers", false),
    ("ephemeralContainers", false),
];

/// Where the pod template of objects of a kind stands.
pub(in crate::eval) fn pod_path(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pod" => &[],
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        "PodTemplate" => &["template"],
        _ => &["spec", "template"],
    }
}

/// The names of the lists of containers of a pod.
pub(in crate::eval) fn containers_of() -> impl Iterator<Item = &'static str> {
    CONTAINERS.iter().map(|(name, _)| *name)
}

impl<'a> Session<'a> {
    /// The address of a subject.
    pub(super) fn subject_address(&self, subject: &Node<'a>) -> &'a str {
        match part(subject, ADDRESS).map(|node| node.value) {
            Some(Value::Str(address)) => address,
            _ => "",
        }
    }

    pub(super) fn with_hidden(
        &self,
        shown: &[Field<'a>],
        hidden: &[(&'static str, Node<'a>)],
        origin: Origin,
    ) -> Node<'a> {
        let mut fields = self.list_of(shown.len() + hidden.len());
        fields.extend_from_slice(shown);
        fields.extend(hidden.iter().map(|(key, node)| Field { key, node: *node }));
        Node::new(Value::Record(fields.into_bump_slice()), origin)
    }

    /// An object of an instance.
    pub(super) fn object_subject(&self, frame: FrameId, object: &Object<'a>) -> Node<'a> {
        let address = format!("{}/{}", self.address(frame), object.path);
        let address = &*self.arena.alloc_str(&address);
        let shown = object.body.value.fields().unwrap_or_default();
        let origin = object.body.origin;
        let hidden = [
            (ADDRESS, Node::new(Value::Str(address), origin)),
            (INSTANCE, Node::new(Value::Entity(frame.0), origin)),
        ];
        self.with_hidden(shown, &hidden, origin)
    }

    /// The pod template of an object, if it has one.
    pub(super) fn pod_subject(&self, object: Node<'a>) -> Option<Node<'a>> {
        let kind = match part(&object, "kind")?.value {
            Value::Str(kind) => kind,
            _ => return None,
        };
        let path = pod_path(kind);
        let template = path.iter().try_fold(object, |node, key| part(&node, key))?;
        let spec = part(&template, SPEC)?;
        part(&spec, "containers")?;
        let text = path.join(".");
        let address = match text.as_str() {
            "" => self.subject_address(&object),
            _ => self
                .arena
                .alloc_str(&format!("{}:{text}", self.subject_address(&object))),
        };
        let mut shown = vec![Field {
            key: SPEC,
            node: spec,
        }];
        shown.extend(part(&template, METADATA).map(|node| Field {
            key: METADATA,
            node,
        }));
        let text = Value::Str(self.arena.alloc_str(&text));
        let hidden = [
            (ADDRESS, Node::new(Value::Str(address), template.origin)),
            (PATH, Node::new(text, template.origin)),
            (OBJECT, object),
            (INSTANCE, part(&object, INSTANCE)?),
        ];
        Some(self.with_hidden(&shown, &hidden, template.origin))
    }

    /// The containers of a pod, in the order in which they start.
    pub(super) fn container_subjects(&self, pod: Node<'a>) -> Vec<Node<'a>> {
        let mut found = Vec::new();
        let (Some(spec), Some(object), Some(instance), Some(Value::Str(path))) = (
            part(&pod, SPEC),
            part(&pod, OBJECT),
            part(&pod, INSTANCE),
            part(&pod, PATH).map(|node| node.value),
        ) else {
            return found;
        };
        let above = self.subject_address(&object);
        let dot = if path.is_empty() { "" } else { "." };
        for (list, init) in CONTAINERS {
            let Some(Value::List(containers)) = part(&spec, list).map(|node| node.value) else {
                continue;
            };
            for container in containers {
                let name = match part(container, "name").map(|node| node.value) {
                    Some(Value::Str(name)) => name,
                    _ => "",
                };
                let address = format!("{above}:{path}{dot}spec.{list}[\"{name}\"]");
                // A container that is always started anew runs beside the others.
                let always = matches!(
                    part(container, "restartPolicy").map(|node| node.value),
                    Some(Value::Str("Always"))
                );
                let of_it = |value| Node::new(value, container.origin);
                let hidden = [
                    (ADDRESS, of_it(Value::Str(self.arena.alloc_str(&address)))),
                    (POD, pod),
                    (OBJECT, object),
                    (INSTANCE, instance),
                    (INIT, of_it(Value::Bool(init && !always))),
                ];
                let shown = container.value.fields().unwrap_or_default();
                found.push(self.with_hidden(shown, &hidden, container.origin));
            }
        }
        found
    }

    /// Whether an object is of the type that a rule speaks of, whatever its version of the target.
    pub(super) fn is_of_type(&self, rule: &InForce, object: &Object<'a>) -> bool {
        let wanted = rule.walked.object.as_ref();
        wanted.is_none_or(|(_, wanted)| self.is_object_of(*wanted, object))
    }

    /// The same for a type.
    pub(super) fn is_object_of(&self, wanted: SchemaId, object: &Object<'a>) -> bool {
        let store = &Project::get(self.db).kubernetes(self.db).0;
        let kind = |id| {
            let object = store.schema(id).object.as_ref()?;
            Some((&object.api_version, &object.kind))
        };
        kind(wanted) == kind(object.schema)
    }

    /// The edges of an instance, with the capability at the other end.
    pub(super) fn edge_subjects(&mut self, frame: FrameId) -> Vec<(Node<'a>, Option<DeclId>)> {
        let origin = Origin::COMPILER;
        let mut found = Vec::new();
        for edge in self.edges_of_instance(frame) {
            let Ok(node) = self.edge_subject(&edge, origin) else {
                continue;
            };
            found.push((node, edge.capability()));
        }
        found
    }

    /// `checkout@prod:orders`.
    pub(super) fn edge_address(&self, instance: &str, edge: &Node<'a>) -> SmolStr {
        let alias = match part(edge, "alias").map(|node| node.value) {
            Some(Value::Str(alias)) => alias,
            _ => "",
        };
        format!("{instance}:{alias}").into()
    }

    /// The declarations that an instance's environment is like, itself last.
    pub(super) fn like(&self, frame: FrameId) -> Vec<DeclId> {
        environments::like_chain(self.db, self.frame(frame).environment)
    }
}
