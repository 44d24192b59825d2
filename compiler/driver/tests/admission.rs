//! A cluster that keeps the guardrails of a project says of every object what the compiler says of it.
//!
//! Each policy is run by a CEL engine over the objects of the examples and over thousands that are made of them along the fields
//! that its guardrail reads: taken away, flipped, changed, added. The compiler judges the same objects. Whatever their verdict, it
//! has to be the same one.

#[path = "admission/cel.rs"]
mod cel_policy;
#[path = "admission/mutate.rs"]
mod mutate;
#[path = "admission/project.rs"]
mod project;

use std::collections::BTreeMap;

use cel_policy::Policy;
use mutate::Mutator;
use plat_semantics::db::Project;
use plat_semantics::eval::judge_data;
use plat_semantics::rules::{Outcome, RulesIn, portable, rules_in};
use project::Built;
use serde_json::Value as Json;

/// How many objects each policy is tried with.
const OBJECTS: usize = 250;

/// What the compiler says of an object: for each requirement, whether it is broken anywhere in the object.
fn judged(
    db: &plat_driver::Database,
    environment: plat_semantics::db::DeclId,
    guardrail: plat_semantics::db::DeclId,
    object: &Json,
) -> BTreeMap<usize, Outcome> {
    let mut worst: BTreeMap<usize, Outcome> = BTreeMap::new();
    judge_data(db, environment, guardrail, object, &mut |verdict| {
        let known = worst
            .entry(verdict.require as usize)
            .or_insert(verdict.outcome);
        *known = (*known).max(verdict.outcome);
    });
    worst
}

#[test]
fn the_compiler_and_a_cluster_agree_on_every_object() {
    let built = Built::golden_paths("enforce std.guardrails { level = warn }\n");
    let db = built.workspace.db();
    let environments = Project::get(db).environments(db);
    let environment = environments
        .iter()
        .copied()
        .find(|known| known.name(db) == "controllers")
        .expect("the example has it");
    let (policies, objects) = built.of_environment("controllers");
    let store = &Project::get(db).kubernetes(db).0;
    let rules: &RulesIn = rules_in(db, environment);
    let (mut tried, mut refused, mut one_sided) = (0, 0, Vec::new());
    let mut disagreements = Vec::new();
    let mut with_policy = 0;
    for rule in &rules.all {
        let Some(said) = portable(db, environment, rule).and_then(|said| said.rule) else {
            continue;
        };
        let document = policies
            .get(&said.name)
            .expect("what can be said has a policy");
        with_policy += 1;
        let policy = Policy::read(document);
        let mut mutator = Mutator::new(&**store, &said);
        let bases: Vec<&Json> = objects
            .iter()
            .filter(|object| policy.is_about(object))
            .collect();
        let mut seen: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
        for number in 0..OBJECTS {
            let object = match bases.get(number) {
                Some(base) => (*base).clone(),
                None => match mutator.object(&bases, number) {
                    Some(object) => object,
                    None => break,
                },
            };
            if !policy.is_about(&object) {
                continue;
            }
            let by_compiler = judged(db, environment, rule.guardrail, &object);
            let by_cluster = policy.judge(&object);
            tried += 1;
            for (index, requirement) in said.requirements.iter().enumerate() {
                let compiler = by_compiler.get(&requirement.place).copied();
                let holds = match compiler {
                    None | Some(Outcome::Holds) => Ok(true),
                    Some(Outcome::Broken) => Ok(false),
                    Some(Outcome::Unverified) => Err("unverified".to_owned()),
                };
                if holds != by_cluster[index] {
                    disagreements.push(format!(
                        "{} {}: the compiler says {holds:?}, the cluster {:?}\n{}\n{}",
                        said.name,
                        requirement.place,
                        by_cluster[index],
                        policy.expression(index),
                        object
                    ));
                }
                let counts = seen.entry(requirement.place).or_default();
                counts[usize::from(holds == Ok(false))] += 1;
                refused += usize::from(holds == Ok(false));
            }
        }
        for (place, [held, broken]) in seen {
            if held == 0 || broken == 0 {
                one_sided.push(format!(
                    "{} {place}: {held} held, {broken} broken",
                    said.name
                ));
            }
        }
    }
    let shown: Vec<&String> = disagreements.iter().take(5).collect();
    assert!(
        disagreements.is_empty(),
        "{} disagreements, such as\n{shown:#?}",
        disagreements.len()
    );
    assert!(with_policy >= 50, "{with_policy} policies");
    assert!(
        tried >= 10_000 && refused >= 3_000,
        "{tried} objects, {refused} refusals"
    );
    // A few ask for texts that are hardly ever made.
    assert!(one_sided.len() <= 5, "{one_sided:#?}");
}

#[test]
fn what_is_waived_is_not_refused_and_neither_is_what_is_made_of_it() {
    let rules = "guardrail tagged {
  because = \"it is another image each day\"
  level { warn = 2026-12-01, deny = 2027-03-01 }
  for c in containers
  require contains(c.image ?? \"\", \"@sha256:\") else \"`\\(c.name)` has no digest\"
}

guardrail labelled {
  because = \"labels find things\"
  level { warn = 2026-12-01 }
  for d in objects(kubernetes.apps.v1.Deployment)
  require \"team\" in d.labels
}

waiver old {
  guardrail = tagged
  subject = NAME@controllers
  because = \"until it moves\"
  approved_by = APPROVER
  until = 2027-01-01
}

waiver older {
  guardrail = labelled
  subject = NAME@controllers/deployment
  because = \"until it moves\"
  approved_by = APPROVER
  until = 2027-01-01
}
";
    let rules = rules
        .replace("NAME", "grpc")
        .replace("APPROVER", "platform");
    let built = Built::golden_paths(&rules);
    let (policies, objects) = built.of_environment("controllers");
    let action = |name: &str| &policies[name]["items"][1]["spec"]["validationActions"][0];
    // What is declared counts, whatever the day.
    assert_eq!(
        (action("tagged"), action("labelled")),
        (&"Deny".into(), &"Warn".into())
    );
    let containers = Policy::read(&policies["tagged"]);
    let labels = Policy::read(&policies["labelled"]);
    let named = |name: &str| {
        let mut deployments = objects
            .iter()
            .filter(|object| object["kind"] == "Deployment");
        deployments
            .find(|object| object["metadata"]["name"] == name)
            .expect("it is there")
    };
    let waived = named("grpc");
    assert!(containers.is_waived(waived) && labels.is_waived(waived));
    let made = |name: &str, owner: (&str, &str)| {
        let mut pod = waived["spec"]["template"].clone();
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"]["name"] = name.into();
        pod["metadata"]["namespace"] = waived["metadata"]["namespace"].clone();
        pod["metadata"]["ownerReferences"] =
            serde_json::json!([{ "kind": owner.0, "name": owner.1, "controller": true }]);
        pod
    };
    assert!(containers.is_waived(&made("x", ("ReplicaSet", "grpc-5d4f8c7b9"))));
    assert!(!containers.is_waived(&made("x", ("ReplicaSet", "grpc-2-5d4f8c7b9"))));
    assert!(!containers.is_waived(&made("grpc", ("ReplicaSet", "other-5d4f8c7b9"))));
    let mut elsewhere = waived.clone();
    elsewhere["metadata"]["namespace"] = "elsewhere".into();
    assert!(!containers.is_waived(&elsewhere) && !labels.is_waived(&elsewhere));
    assert_eq!(containers.judge(&elsewhere), [Ok(false)]);
}
