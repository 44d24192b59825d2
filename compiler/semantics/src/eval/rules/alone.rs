//! Rules apart from any instance: what of a rule is certain in an environment, and what a rule says of an object that is given as
//! data.

use bumpalo::Bump;
use plat_model::schema::SchemaId;
use plat_model::{Node, Object, Origin, Value};

use super::super::{Cx, FUEL, FrameId, Session};
use super::{Judgement, Judging, subjects};
use crate::db::{Db, DeclId, Project};
use crate::hir::ExprId;
use crate::rules::{InForce, RulesIn, Verdict, rules_in};

impl<'a> Session<'a> {
    /// What an expression of a rule, or of a function that it calls, comes to for whatever subject; `None` when it has no value. It
    /// asks nothing of the subject but its environment.
    pub(crate) fn certain(
        &mut self,
        rule: &'a InForce,
        decl: DeclId,
        id: ExprId,
    ) -> Option<Node<'a>> {
        let home = self.home();
        let instance = Node::new(Value::Entity(home.0), Origin::COMPILER);
        let hidden = [(subjects::INSTANCE, instance)];
        let subject = self.with_hidden(&[], &hidden, Origin::COMPILER);
        let unit = self.unit(decl);
        let cx = Cx {
            frame: Some(home),
            unit,
        };
        self.fuel = FUEL;
        self.judging.rule = Some(rule);
        let problems = std::mem::take(&mut self.problems);
        let value = self.with_locals(&[subject], |session| session.eval(cx, id));
        self.problems = problems;
        self.judging.rule = None;
        value.ok()
    }

    /// The frame of the environment.
    fn home(&mut self) -> FrameId {
        let environment = self.environment;
        self.fact_frame(environment, environment)
    }
}

/// Judges a rule over objects, pods or containers in an environment for one object that is given as data, as if an instance
/// emitted it. What the rule asks of that instance is not known.
pub fn judge_data(
    db: &dyn Db,
    environment: DeclId,
    guardrail: DeclId,
    object: &serde_json::Value,
    each: &mut dyn FnMut(Verdict<'_>),
) {
    let rules: &RulesIn = rules_in(db, environment);
    let Some(rule) = rules.all.iter().find(|rule| rule.guardrail == guardrail) else {
        return;
    };
    let text = |key: &str| object.get(key).and_then(serde_json::Value::as_str);
    let schema = match &rule.walked.object {
        Some((_, schema)) => {
            let store = &Project::get(db).kubernetes(db).0;
            let kind = store.schema(*schema).object.as_ref();
            let wanted = kind.map(|kind| (&*kind.api_version, &*kind.kind));
            if wanted != text("apiVersion").zip(text("kind")) {
                return;
            }
            *schema
        }
        None => SchemaId(0),
    };
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    let home = session.home();
    let Ok(body) = session.data(object, Origin::COMPILER) else {
        return;
    };
    let objects = arena.alloc([Object {
        path: "object",
        schema,
        body,
    }]);
    let only = arena.alloc(RulesIn {
        all: vec![rule.clone()],
    });
    session.judging = Judging {
        objects: Some((home, objects)),
        ..Judging::default()
    };
    let mut judgement = Judgement {
        each: Some(each),
        ..Judgement::default()
    };
    session.judge_objects(home, objects, only, &mut judgement);
}
