//! Probing: one instance is evaluated and judged, and each rule's outcome comes with what decided it.

use plat_diagnostics::codes;
use plat_model::schema::{Schemas, Shape};
use plat_model::{Node, Object, Value};

use super::tags::MAX_BODIES;
use super::{Atoms, Influence, Influences};
use crate::db::{Db, DeclId, Project};
use crate::eval::rules::{Judgement, containers_of, pod_path};
use crate::eval::{Session, emits_in, with_arena};
use crate::infer::Collection;
use crate::problem::Problem;
use crate::rules::{InForce, Outcome, rules_in};

/// What came of evaluating and judging one instance.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Probe {
    /// What came of each rule in force that is judged with its subject, in their order.
    pub rules: Vec<Probed>,
    /// Errors of the instance itself, rules left aside: such a declaration would not be accepted.
    pub errors: Vec<Problem>,
    /// Whether every value could be made all the same, so that what rules came to holds.
    pub complete: bool,
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    /// The rule.
    pub guardrail: DeclId,
    /// The worst that it came to for any subject.
    pub outcome: Outcome,
    /// What decided that: every declaration that is the same in these respects comes to the same.
    pub influences: Vec<Influence>,
}

/// Whether a rule is judged for an instance alone, with its objects.
#[must_use]
pub fn is_probed(rule: &InForce) -> bool {
    !rule.is_of_fleet
        && matches!(
            rule.walked.collection,
            Collection::Services
                | Collection::Instances
                | Collection::Objects
                | Collection::Pods
                | Collection::Containers
        )
}

/// Evaluates and judges a declaration in an environment.
pub fn probe(db: &dyn Db, decl: DeclId, environment: DeclId) -> Probe {
    if !emits_in(db, decl, environment) {
        return Probe::default();
    }
    with_arena(|arena| {
        let mut session = Session::new(db, arena, environment);
        let frame = session.fact_frame(decl, environment);
        session.influences = Some(Box::new(Influences::new(frame)));
        let emission = session.emission(decl);
        let mut errors = std::mem::take(&mut session.problems);
        errors.retain(Problem::is_error);
        session.judge(decl, &emission.objects, &mut Judgement::default());
        let benign = |problem: &Problem| std::ptr::eq(problem.code, &codes::REQUIREMENT_BROKEN);
        let complete = errors.iter().all(benign) && session.checked_clean;
        Probe {
            rules: session.probed(),
            errors,
            complete,
        }
    })
}

impl<'a> Session<'a> {
    /// What came of each rule, with what decided it.
    fn probed(&mut self) -> Vec<Probed> {
        let Some(mut influences) = self.influences.take() else {
            return Vec::new();
        };
        let lost = influences.is_full() || self.bodies.len() >= MAX_BODIES;
        let judged = std::mem::take(&mut influences.judged);
        let existence = std::mem::take(&mut influences.existence);
        let store = &*Project::get(self.db).kubernetes(self.db).0;
        let rules = rules_in(self.db, self.environment).all.iter();
        let mut found = Vec::new();
        for rule in rules.filter(|rule| is_probed(rule)) {
            let mut outcome = Outcome::Holds;
            let mut atoms = Atoms::default();
            for (guardrail, one, why) in &judged {
                if *guardrail == rule.guardrail {
                    outcome = outcome.max(*one);
                    atoms.add(why);
                }
            }
            for (kind, why) in &existence {
                if kind.is_none_or(|kind| may_concern(store, rule, kind)) {
                    atoms.add(why);
                }
            }
            let (pods, containers) = match rule.walked.collection {
                Collection::Pods => (true, false),
                Collection::Containers => (true, true),
                _ => (false, false),
            };
            if pods {
                atoms.add(&influences.pods);
            }
            if containers {
                atoms.add(&influences.containers);
            }
            let mut named: Vec<Influence> = influences.named(&atoms).cloned().collect();
            if lost {
                named.push(Influence::Beyond("more than can be followed"));
            }
            found.push(Probed {
                guardrail: rule.guardrail,
                outcome,
                influences: named,
            });
        }
        found
    }

    /// Which pods and containers an object has has been decided by this.
    pub(in crate::eval) fn note_pods(&mut self, object: &Object<'a>) {
        if !self.tracks() {
            return;
        }
        let (spec, pods) = self.looking(|session| session.look_at_pod(object.body));
        let ((), containers) = self.looking(|session| {
            if let Some(spec) = spec {
                session.look_at_containers(&spec);
            }
        });
        if let Some(influences) = &mut self.influences {
            influences.pods.add(&pods);
            influences.containers.add(&containers);
        }
    }

    /// What a pod consists of, if an object has one.
    fn look_at_pod(&mut self, body: Node<'a>) -> Option<Node<'a>> {
        let kind = match self.looked_part(&body, "kind").map(|node| node.value) {
            Some(Value::Str(kind)) => kind,
            _ => return None,
        };
        let path = pod_path(kind);
        let template = path
            .iter()
            .try_fold(body, |node, key| self.looked_part(&node, key));
        let spec = self.looked_part(&template?, "spec")?;
        self.looked_part(&spec, "containers").map(|_| spec)
    }

    /// Which containers the spec of a pod has has been looked at.
    pub(in crate::eval) fn look_at_containers(&mut self, spec: &Node<'a>) {
        if !self.tracks() {
            return;
        }
        for list in containers_of() {
            if let Some(list) = self.looked_part(spec, list) {
                self.look_shape(&list);
            }
        }
    }

    /// A part of a record, which has been looked at on the way.
    pub(in crate::eval) fn looked_part(&mut self, node: &Node<'a>, key: &str) -> Option<Node<'a>> {
        let fields = node.value.fields()?;
        let found = plat_model::field(fields, key).map(|field| field.node);
        self.look_at_field(node, key, found.is_some());
        found
    }
}

/// Whether a rule may speak of objects of a kind, given by its path below the target's root.
fn may_concern(store: &dyn Schemas, rule: &InForce, kind: &str) -> bool {
    match rule.walked.collection {
        Collection::Objects => match &rule.walked.object {
            Some((path, _)) => last(path) == last(kind),
            None => true,
        },
        Collection::Pods | Collection::Containers => has_pods(store, kind),
        _ => false,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether objects of a kind may have a pod template, in any version of the target.
fn has_pods(store: &dyn Schemas, kind: &str) -> bool {
    (0..store.versions().len()).any(|version| {
        let version = plat_model::schema::VersionId(version as u16);
        let Some(id) = store.resolve(version, kind) else {
            return false;
        };
        let step = |id, key: &&str| match &store.schema(id).shape {
            Shape::Record { fields, .. } => fields
                .iter()
                .find(|field| *field.name == **key)
                .map(|field| field.ty),
            _ => None,
        };
        let path = pod_path(last(kind)).iter().chain(&["spec", "containers"]);
        let open = matches!(store.schema(id).shape, Shape::Any)
            || matches!(&store.schema(id).shape, Shape::Record { open: true, .. });
        open || path
            .copied()
            .try_fold(id, |id, key| step(id, &key))
            .is_some()
    })
}
