//! Terraform's plans: one that Terraform 1.15 wrote, and hand-made ones of cloud resources.

use expect_test::{Expect, expect};
use plat_plan::plan::{Action, Plan};
use plat_plan::state::{Declaration, DeclarationName, Environment, Source, State};
use plat_plan::terraform::{ReadError, read};

/// A project with one service, `checkout`, owned by `shop`.
fn project() -> State {
    let name = DeclarationName {
        kind: "service".into(),
        name: "checkout".into(),
    };
    State {
        environments: vec![Environment {
            name: "prod".into(),
            production: true,
        }],
        declarations: vec![Declaration {
            source: Some(Source {
                path: "shop/checkout.plat".into(),
                line: 3,
                declaration: name.clone(),
                foreign: false,
            }),
            name,
            owner: Some("shop".into()),
            system: None,
            capability: None,
            edges: Vec::new(),
            digest: [0; 16],
            nameless: [0; 16],
            text: None,
        }],
        ..State::default()
    }
}

fn text(document: &str) -> String {
    let state = project();
    let taken = read(document, &state, &state).expect("it is a plan");
    let mut lines = Vec::new();
    for change in &taken.changes {
        lines.push(format!(
            "{} {} of {} {:?} [{}] {}",
            change.action.name(),
            change.address,
            change.declaration.name,
            change.environment,
            change.impact.name(),
            change.reason,
        ));
        for field in &change.fields {
            lines.push(format!(
                "  {} {:?} -> {:?} [{}] {}",
                field.path,
                field.before.as_ref().map(|tree| &tree.value),
                field.after.as_ref().map(|tree| &tree.value),
                field.verdict.impact.name(),
                field.verdict.reason,
            ));
        }
    }
    for drift in &taken.drift {
        let path = drift.path.as_ref().map(ToString::to_string);
        lines.push(format!("drift {} {path:?}", drift.address));
    }
    for unknown in &taken.unknown {
        lines.push(format!(
            "{} is unknown because {}",
            unknown.what, unknown.because
        ));
    }
    lines.join("\n")
}

fn check(document: &str, expected: &Expect) {
    expected.assert_eq(&text(document));
}

#[test]
fn a_real_plan() {
    check(
        include_str!("terraform/plan.json"),
        &expect![[r#"
            update terraform_data.changed of root "terraform" [unknown] 
              input.size Some(Text("small")) -> Some(Text("large")) [unknown] only the provider knows what this does
              output Some(Map([("size", Tree { value: Text("small"), source: None }), ("tags", Tree { value: Map([("environment", Tree { value: Text("prod"), source: None }), ("owner", Tree { value: Text("shop"), source: None }), ("service", Tree { value: Text("checkout"), source: None })]), source: None })])) -> Some(Unknown("it is known after apply")) [unknown] it is known after apply
            create terraform_data.created of root "terraform" [none] 
            delete terraform_data.deleted of root "terraform" [replace] delete because no resource config
            no-op terraform_data.new_name of root "terraform" [none] its address changed, from `terraform_data.old_name`
            replace terraform_data.replaced of root "terraform" [replace] replace because cannot update
              id Some(Text("641eeb71-e72a-f076-ca53-2160b879faef")) -> Some(Unknown("it is known after apply")) [unknown] it is known after apply
              output Some(Text("x")) -> Some(Unknown("it is known after apply")) [unknown] it is known after apply
              triggers_replace Some(List([Tree { value: Text("v1"), source: None }])) -> Some(List([Tree { value: Text("v2"), source: None }])) [replace] the provider cannot change it in place
            update terraform_data.secret of root "terraform" [unknown] 
              input Some(Secret([101, 177, 84, 130, 240, 17, 20, 236, 80, 71, 51, 157, 83, 111, 162, 5])) -> Some(Secret([13, 99, 113, 247, 151, 154, 165, 70, 111, 130, 234, 218, 232, 199, 3, 37])) [unknown] only the provider knows what this does
              output Some(Secret([101, 177, 84, 130, 240, 17, 20, 236, 80, 71, 51, 157, 83, 111, 162, 5])) -> Some(Unknown("it is known after apply")) [unknown] it is known after apply
            create output.id of root "terraform" [none] "#]],
    );
}

#[test]
fn a_secret_is_in_no_text() {
    let state = project();
    let taken = read(include_str!("terraform/plan.json"), &state, &state).expect("it is a plan");
    let shown = format!("{taken:?}");
    assert!(shown.contains("Secret("));
    assert!(!shown.contains("hunter"), "{shown}");
}

/// A plan of one resource that belongs to `checkout`.
fn resource(kind: &str, change: &str) -> String {
    format!(
        r#"{{ "format_version": "1.2", "resource_changes": [ {{ "address": "module.shop.{kind}.x", "module_address": "module.shop",
             "type": "{kind}", "name": "x", "provider_name": "aws", "change": {change} }} ] }}"#
    )
}

const TAGS: &str = r#""tags_all": { "service": "checkout", "environment": "prod" }"#;

#[test]
fn a_database_that_is_replaced_loses_data() {
    let change = format!(
        r#"{{ "actions": ["delete", "create"], "replace_paths": [["storage", "engine"]],
              "before": {{ "storage": {{ "engine": "mysql" }}, {TAGS} }},
              "after": {{ "storage": {{ "engine": "postgres" }}, {TAGS} }} }}"#
    );
    check(
        &resource("aws_db_instance", &change),
        &expect![[r#"
        replace module.shop.aws_db_instance.x of checkout "prod" [data-loss] what it stores is deleted with it
          storage.engine Some(Text("mysql")) -> Some(Text("postgres")) [replace] the provider cannot change it in place"#]],
    );
}

#[test]
fn attributes_are_judged_by_name() {
    let change = format!(
        r#"{{ "actions": ["update"],
              "before": {{ "publicly_accessible": false, "instance_class": "s", "tags": {{ "a": "1" }}, "odd": 1, {TAGS} }},
              "after": {{ "publicly_accessible": true, "instance_class": "m", "tags": {{ "a": "2" }}, "odd": 2, {TAGS} }} }}"#
    );
    check(
        &resource("aws_db_instance", &change),
        &expect![[r#"
        update module.shop.aws_db_instance.x of checkout "prod" [exposure] 
          instance_class Some(Text("s")) -> Some(Text("m")) [restart] it restarts with this
          odd Some(Int(1)) -> Some(Int(2)) [unknown] only the provider knows what this does
          publicly_accessible Some(Bool(false)) -> Some(Bool(true)) [exposure] it can be reached from elsewhere than before
          tags.a Some(Text("1")) -> Some(Text("2")) [metadata] "#]],
    );
}

#[test]
fn what_is_forgotten_goes_on_existing() {
    let change = r#"{ "actions": ["forget"], "before": { "a": 1 }, "after": null }"#;
    check(
        &resource("aws_s3_bucket", change),
        &expect![[
            r#"delete module.shop.aws_s3_bucket.x of module.shop "terraform" [unknown] Terraform forgets it, and it goes on existing"#
        ]],
    );
}

#[test]
fn what_terraform_does_not_say_is_unknown() {
    check(
        r#"{ "format_version": "1.2", "complete": false,
             "resource_changes": [ { "address": "a.b", "type": "a", "name": "b", "change": { "actions": ["dance"] } } ],
             "deferred_changes": [ { "reason": "resource_config_unknown",
               "resource_change": { "address": "a.c", "type": "a", "name": "c", "change": { "actions": ["create"] } } } ],
             "resource_drift": [ { "address": "a.d", "type": "a", "name": "d",
               "change": { "actions": ["update"], "before": { "size": 1 }, "after": { "size": 2 } } } ] }"#,
        &expect![[r#"
            drift a.d Some("size")
            a.b is unknown because Terraform plans `dance`
            a.c is unknown because Terraform put it off (resource config unknown)
            what else Terraform will do is unknown because its plan is not complete"#]],
    );
}

#[test]
fn other_documents_are_refused() {
    let state = project();
    let refused = |text| read(text, &state, &state).expect_err("it is no plan");
    assert!(matches!(refused("{"), ReadError::Malformed(_)));
    assert!(matches!(refused("{}"), ReadError::Malformed(_)));
    assert_eq!(
        refused(r#"{ "format_version": "2.0" }"#),
        ReadError::Format("2.0".to_owned())
    );
}

#[test]
fn a_plan_takes_it_in() {
    let state = project();
    let taken = read(include_str!("terraform/plan.json"), &state, &state).expect("it is a plan");
    let mut plan = Plan {
        base: name(),
        head: name(),
        environments: Vec::new(),
        changes: Vec::new(),
        declarations: Vec::new(),
        causes: Vec::new(),
        reached: Vec::new(),
        drift: Vec::new(),
        unknown: Vec::new(),
        broken: Vec::new(),
        summary: plat_plan::plan::Summary::default(),
    };
    plan.take(&state, &state, taken);
    assert!(!plan.is_empty());
    assert_eq!(plan.summary.replaced, 1);
    assert_eq!(
        plan.changes.last().map(|change| change.action),
        Some(Action::NoOp)
    );
}

fn name() -> plat_plan::plan::StateName {
    plat_plan::plan::StateName {
        label: "state".to_owned(),
        hash: State::default().hash(),
    }
}
