//! What programs read, against the schema that is shipped.

use expect_test::expect_file;
use plat_plan::plan::Plan;
use plat_plan::render::json;
use serde_json::Value;

use crate::plans;

fn schema() -> jsonschema::Validator {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/plan.schema.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn document(plan: &Plan) -> Value {
    let text = json(plan);
    assert!(text.ends_with("}\n"));
    assert_eq!(text, json(plan));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_document_is_as_the_schema_says() {
    let schema = schema();
    for plan in [
        plans::empty(),
        plans::image_bump(),
        plans::capability_default(),
        plans::data_loss(),
        plans::delete_and_rename(),
        plans::unknown_and_secret(),
        plans::hostile(),
        plans::huge(5),
    ] {
        let document = document(&plan);
        let errors: Vec<String> = schema
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn a_wrong_document_does_not_pass() {
    let schema = schema();
    let right = document(&plans::data_loss());
    assert!(schema.is_valid(&right));
    let wrong = |pointer: &str, value: Value| {
        let mut document = right.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&document), "{pointer}");
    };
    wrong("/schema", "platc.plan/2".into());
    wrong("/summary/impact", "awful".into());
    wrong("/changes/0/action", "destroy".into());
    wrong(
        "/changes/0/actions",
        serde_json::json!(["create", "delete"]),
    );
    wrong(
        "/changes/0/fields/0/steps/0",
        serde_json::json!({ "field": 1 }),
    );
    wrong("/causes/0/changes/0", (-1).into());
    wrong("/base/hash", "".into());
    let mut missing = right.clone();
    missing["changes"][0]
        .as_object_mut()
        .unwrap()
        .remove("address");
    assert!(!schema.is_valid(&missing));
    let mut more = right;
    more["changes"][0]["adress"] = "x".into();
    assert!(!schema.is_valid(&more));
}

#[test]
fn what_is_unknown_and_what_is_secret() {
    expect_file!["snapshots/unknown-and-secret.json"]
        .assert_eq(&json(&plans::unknown_and_secret()));
}

#[test]
fn data_loss_comes_first() {
    expect_file!["snapshots/data-loss.json"].assert_eq(&json(&plans::data_loss()));
}

#[test]
fn deletions_and_renames() {
    expect_file!["snapshots/delete-and-rename.json"].assert_eq(&json(&plans::delete_and_rename()));
}
