//! Guardrails in the formats for programs: kept, broken, and broken with leave.

use expect_test::expect;
use plat_diagnostics::render::{github, json, junit, sarif};
use plat_diagnostics::{Diagnostic, Fix, Report, Rule, Severity, Waived, codes};
use serde_json::Value;

use crate::common::{Texts, project};
use crate::schema::violations;

fn rule(name: &str, severity: Severity) -> Rule {
    Rule {
        name: format!("acme.platform.{name}"),
        summary: Some("Critical services survive a node".to_owned()),
        because: "INC-2041: <checkout> was down".to_owned(),
        docs: Some("https://example.com/redundancy".to_owned()),
        sponsor: Some("sre".to_owned()),
        severity,
    }
}

/// One finding of a guardrail, one that is waived, and a guardrail that holds.
fn judged() -> (Texts, Report) {
    let texts = project();
    let broken = |subject: &str| {
        let span = texts.find(0, "invntory");
        let mut finding = Diagnostic::new(&codes::GUARDRAIL_BROKEN, "checkout runs 1 replica")
            .at(span, "1 here")
            .fix(Fix::replace(span, "2", "write `2`"))
            .subject(subject);
        finding.rule = Some(rule("redundancy", Severity::Error).into());
        finding
    };
    let mut waived = broken("billing@prod");
    waived.waived = Some(Waived {
        waiver: "legacy".to_owned(),
        because: "until the queue is there".to_owned(),
        approved_by: "sre".to_owned(),
        until: "2026-12-31".to_owned(),
    });
    let other = Diagnostic::new(&codes::UNKNOWN_NAME, "`scale` is written and not read");
    let rules = vec![
        rule("redundancy", Severity::Error),
        rule("budgets", Severity::Warning),
    ];
    let findings = vec![broken("checkout@prod"), other];
    let report = Report::new(findings, &texts).judged_by(rules, vec![waived], &texts);
    (texts, report)
}

#[test]
fn what_is_waived_counts_nowhere() {
    let (_, report) = judged();
    assert_eq!(report.counts().errors, 2);
    assert_eq!(report.findings().len(), 2);
    let tallies: Vec<_> = { report.rules().iter() }
        .map(|tally| (tally.rule.name.as_str(), tally.errors, tally.waived))
        .collect();
    assert_eq!(
        tallies,
        [
            ("acme.platform.budgets", 0, 0),
            ("acme.platform.redundancy", 1, 1)
        ]
    );
}

#[test]
fn sarif_has_a_rule_per_guardrail_and_suppresses_what_is_waived() {
    let (texts, report) = judged();
    let log: Value = serde_json::from_str(&sarif(&report, &texts)).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let shown = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    expect![[r#"
        {
          "defaultConfiguration": {
            "level": "error"
          },
          "fullDescription": {
            "text": "INC-2041: <checkout> was down"
          },
          "help": {
            "markdown": "INC-2041: <checkout> was down",
            "text": "INC-2041: <checkout> was down"
          },
          "helpUri": "https://example.com/redundancy",
          "id": "guardrail/acme.platform.redundancy",
          "name": "acme.platform.redundancy",
          "properties": {
            "sponsor": "sre",
            "tags": [
              "guardrail"
            ]
          },
          "shortDescription": {
            "text": "Critical services survive a node"
          }
        }"#]]
    .assert_eq(&shown(&rules[2]));
    let results = run["results"].as_array().expect("results");
    let of_rule: Vec<_> = { results.iter() }
        .filter(|result| result["ruleId"] == "guardrail/acme.platform.redundancy")
        .collect();
    assert_eq!(of_rule.len(), 2);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("a small index")];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    assert!(of_rule[0].get("suppressions").is_none());
    assert!(of_rule[0]["fixes"][0]["artifactChanges"][0]["replacements"][0].is_object());
    expect![[r#"
        [
          {
            "justification": "waiver `legacy` until 2026-12-31, approved by `sre`: until the queue is there",
            "kind": "inSource",
            "status": "accepted"
          }
        ]"#]].assert_eq(&shown(&of_rule[1]["suppressions"]));
    expect![[r#"
        {
          "code": "PLT1001",
          "sponsor": "sre",
          "subjects": [
            "billing@prod"
          ]
        }"#]]
    .assert_eq(&shown(&of_rule[1]["properties"]));
}

#[test]
fn junit_has_a_case_per_guardrail() {
    let (texts, report) = judged();
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="platc check" tests="3" failures="2" errors="0" skipped="0">
          <testsuite name="platc check" tests="1" failures="1" errors="0" skipped="0">
            <testcase classname="project" name="PLT0101 at project">
              <failure type="PLT0101" message="`scale` is written and not read">project: error[PLT0101]: `scale` is written and not read</failure>
            </testcase>
          </testsuite>
          <testsuite name="guardrails" tests="2" failures="1" errors="0" skipped="0">
            <testcase classname="guardrails" name="acme.platform.budgets"/>
            <testcase classname="guardrails" name="acme.platform.redundancy">
              <failure type="guardrail" message="acme.platform.redundancy: INC-2041: &lt;checkout&gt; was down">payments/checkout.plat:6:9: error[PLT1001]: checkout runs 1 replica&#10;in: checkout@prod&#10;payments/checkout.plat:6:9: waived by `legacy`: checkout runs 1 replica</failure>
            </testcase>
          </testsuite>
        </testsuites>
    "#]].assert_eq(&junit(&report, &texts));
    // What a cap hides does not make a guardrail hold.
    let hidden = junit(&report.capped(0), &texts);
    assert!(hidden.contains("1 more not shown"), "{hidden}");
    assert!(hidden.contains("tests=\"2\" failures=\"1\""), "{hidden}");
}

#[test]
fn json_names_the_guardrail_and_the_waiver() {
    let (texts, report) = judged();
    let schema = include_str!("../../../../docs/reference/check.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let document: Value = serde_json::from_str(&json(&report, &texts)).expect("JSON");
    assert_eq!(violations(&document, &schema), Vec::<String>::new());
    assert_eq!(document["findings"][1]["guardrail"]["level"], "deny");
    assert_eq!(document["findings"][1]["waiver"], Value::Null);
    assert_eq!(document["waived"][0]["waiver"]["until"], "2026-12-31");
    assert_eq!(document["guardrails"][0]["errors"], 0);
}

#[test]
fn annotations_name_the_guardrail() {
    let (texts, report) = judged();
    let text = github(&report, &texts);
    assert!(
        text.contains("title=PLT1001%3A acme.platform.redundancy"),
        "{text}"
    );
}
