//! Rules over changes: what a plan would do, as plain data in, judged in the environment that it would be done to.

use bumpalo::Bump;
use plat_model::tree::{Tree, TreeValue};
use plat_model::{Field, Node, Origin, Value};

use super::super::Session;
use super::Judgement;
use crate::db::{Db, DeclId, Project};
use crate::infer::Collection;
use crate::rules::{InForce, rules_in};

/// A change of one object, as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct ChangeFacts<'c> {
    /// The address of the object.
    pub address: &'c str,
    /// What is done to it: `create`, `delete` …
    pub action: &'c str,
    /// Why it is that action; empty when that is obvious.
    pub reason: &'c str,
    /// The gravest of what it does.
    pub impact: &'c str,
    /// Whether the object holds data that go with it.
    pub stateful: bool,
    /// Whether somebody has agreed to it by name.
    pub acknowledged: bool,
    /// `apps/v1`.
    pub api_version: &'c str,
    /// `Deployment`.
    pub kind: &'c str,
    /// Its name in the target.
    pub name: &'c str,
    /// Its namespace; empty for none.
    pub namespace: &'c str,
    /// The team that owns it.
    pub owner: Option<&'c str>,
    /// The object before; `None` if it is new.
    pub before: Option<&'c Tree>,
    /// The object after; `None` if it goes.
    pub after: Option<&'c Tree>,
}

/// Whether any rule in force speaks of changes.
#[must_use]
pub fn judges_changes(db: &dyn Db, environment: DeclId) -> bool {
    let rules = rules_in(db, environment);
    let mut all = rules.all.iter();
    all.any(|rule| rule.walked.collection == Collection::Changes)
}

/// Judges the rules over changes in one environment.
pub fn judge_changes(
    db: &dyn Db,
    environment: DeclId,
    changes: &[ChangeFacts<'_>],
    judgement: &mut Judgement<'_>,
) {
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    let home = session.fact_frame(environment, environment);
    for rule in &rules_in(db, environment).all {
        if rule.walked.collection != Collection::Changes {
            continue;
        }
        for change in changes.iter().filter(|change| speaks_of(db, rule, change)) {
            let subject = session.change(change, environment);
            session.judge_subject(rule, home, subject, change.address, judgement);
        }
    }
    judgement.problems.append(&mut session.problems);
}

/// Whether a rule speaks of objects of that kind.
fn speaks_of(db: &dyn Db, rule: &InForce, change: &ChangeFacts<'_>) -> bool {
    let Some((_, wanted)) = &rule.walked.object else {
        return true;
    };
    let store = &Project::get(db).kubernetes(db).0;
    let object = store.schema(*wanted).object.as_ref();
    object.is_some_and(|object| {
        *object.api_version == *change.api_version && *object.kind == *change.kind
    })
}

/// How deep an object may be.
const MAX_DEPTH: usize = 256;

impl<'a> Session<'a> {
    fn change(&self, change: &ChangeFacts<'_>, environment: DeclId) -> Node<'a> {
        let text = |text: &str| Value::Str(self.arena.alloc_str(text));
        let perhaps = |said: &str| match said {
            "" => Value::None,
            said => text(said),
        };
        let side =
            |tree: Option<&Tree>| tree.map_or(Value::None, |tree| self.tree(tree, MAX_DEPTH).value);
        let fields = [
            ("address", text(change.address)),
            ("action", text(change.action)),
            ("reason", perhaps(change.reason)),
            ("impact", text(change.impact)),
            ("stateful", Value::Bool(change.stateful)),
            ("acknowledged", Value::Bool(change.acknowledged)),
            ("kind", text(change.kind)),
            ("name", text(change.name)),
            ("namespace", perhaps(change.namespace)),
            ("owner", change.owner.map_or(Value::None, text)),
            (
                "environment",
                Value::Str(environment.name(self.db).as_str()),
            ),
            ("before", side(change.before)),
            ("after", side(change.after)),
        ];
        let fields = fields.map(|(key, value)| Field {
            key,
            node: Node::new(value, Origin::COMPILER),
        });
        Node::new(
            Value::Record(self.arena.alloc_slice_copy(&fields)),
            Origin::COMPILER,
        )
    }

    /// A tree as a value. What is secret or unknown is late, and nothing can be found out of it.
    fn tree(&self, tree: &Tree, depth: usize) -> Node<'a> {
        let value = match &tree.value {
            _ if depth == 0 => Value::None,
            TreeValue::Null => Value::None,
            TreeValue::Bool(value) => Value::Bool(*value),
            TreeValue::Int(value) => Value::Int(*value),
            TreeValue::Float(value) => Value::Float(*value),
            TreeValue::Text(text) => Value::Str(self.arena.alloc_str(text)),
            TreeValue::List(items) => {
                let items: Vec<Node<'a>> = items
                    .iter()
                    .map(|item| self.tree(item, depth - 1))
                    .collect();
                Value::List(self.arena.alloc_slice_copy(&items))
            }
            TreeValue::Map(entries) => {
                let mut fields: Vec<Field<'a>> = entries
                    .iter()
                    .map(|(key, value)| Field {
                        key: self.arena.alloc_str(key),
                        node: self.tree(value, depth - 1),
                    })
                    .collect();
                fields.sort_by_key(|field| field.key);
                Value::Map(self.arena.alloc_slice_copy(&fields))
            }
            TreeValue::Secret(_) | TreeValue::Unknown(_) => {
                Value::Late(self.arena.alloc(plat_model::Late {
                    stage: plat_model::Stage::Apply,
                    secret: matches!(tree.value, TreeValue::Secret(_)),
                    form: plat_model::LateForm::Text(&[]),
                }))
            }
        };
        Node::new(value, Origin::COMPILER)
    }
}
