//! What programs read: concise, JSON, SARIF, JUnit, GitHub.

use expect_test::expect;
use plat_diagnostics::render::{
    Format, JSON_SCHEMA, Terminal, concise, github, json, junit, render, sarif,
};
use plat_diagnostics::{Diagnostic, Fix, Report, codes};
use serde_json::Value;

use crate::common::{Texts, findings, project};
use crate::schema::violations;

/// A finding whose every text would break a careless format.
fn nasty() -> (Texts, Report) {
    let texts = Texts(vec![(
        "dir, with: 100%/ä\".plat",
        String::from("// ä\n\"<&>\" ]]>\u{1}\r\nc"),
    )]);
    let finding = Diagnostic::new(
        &codes::MALFORMED_TEXT,
        "<&>\"' 100% ]]>\nsecond\r\n::error::\u{1}\u{1b}[31m",
    )
    .at(texts.find(0, "<&>\" ]]>\u{1}\r\nc"), "<label>")
    .also(texts.find(0, "c"), "")
    .note("50%\nnote")
    .help("a,b:c")
    .fix(Fix::replace(texts.find(0, "<&>"), "\"\u{1}", "<title>").and(texts.end(0), "\n"))
    .subject("<a>@prod");
    let report = Report::new(vec![finding], &texts);
    (texts, report)
}

fn parsed(text: &str) -> Value {
    assert!(text.ends_with("}\n"), "one document and a newline");
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_format_renders_the_empty_report() {
    let texts = project();
    let report = Report::new(Vec::new(), &texts);
    for (name, format) in Format::ALL {
        let text = render(&report, &texts, format, &Terminal::default());
        assert_eq!(text.is_empty(), format == Format::Human, "{name}: {text}");
    }
}

#[test]
fn concise_is_one_line_each() {
    let texts = project();
    expect![[r#"
        error[PLT0701]: there is no `plat.toml` here, nor in a folder above
        payments/checkout.plat:5:3: warning[PLT0110]: `scale` is written and not read
        payments/checkout.plat:5:11: error[PLT0310]: `scale.min` is larger than `scale.max` [checkout@prod, checkout@staging]
        payments/checkout.plat:6:9: error[PLT0101]: nothing here is called `invntory`
        stdlib/workload.plat:1:16: error[PLT0303]: `Workload` and `Exposed` give `port` different defaults
        4 errors, 1 warning in 2 files
    "#]].assert_eq(&concise(&Report::new(findings(&texts), &texts), &texts));
    let (texts, report) = nasty();
    expect![[r#"
        dir, with: 100%/ä".plat:2:2: error[PLT0206]: <&>"' 100% ]]> second\u{d} ::error::\u{1}\u{1b}[31m [<a>@prod]
        1 error in 1 file
    "#]].assert_eq(&concise(&report, &texts));
}

#[test]
fn json_has_a_snapshot() {
    let texts = project();
    let mut findings = findings(&texts);
    findings.retain(|finding| {
        finding.code == &codes::UNKNOWN_NAME || finding.code == &codes::NO_PROJECT
    });
    expect![[r#"
        {
          "schema": "platc.check/1",
          "tool": {
            "name": "platc",
            "version": "0.1.0"
          },
          "summary": {
            "errors": 2,
            "warnings": 0,
            "infos": 0,
            "files": 1,
            "hidden": 0
          },
          "findings": [
            {
              "code": "PLT0701",
              "severity": "error",
              "summary": "no project here",
              "message": "there is no `plat.toml` here, nor in a folder above",
              "primary": null,
              "secondary": [],
              "notes": [],
              "help": "run `platc new project shop`",
              "fixes": [],
              "fault": null,
              "subjects": [],
              "tags": [],
              "guardrail": null,
              "waiver": null
            },
            {
              "code": "PLT0101",
              "severity": "error",
              "summary": "a name that nothing declares",
              "message": "nothing here is called `invntory`",
              "primary": {
                "path": "payments/checkout.plat",
                "range": {
                  "start": {
                    "line": 6,
                    "column": 9,
                    "offset": 172
                  },
                  "end": {
                    "line": 6,
                    "column": 17,
                    "offset": 180
                  }
                },
                "text": "not found"
              },
              "secondary": [],
              "notes": [],
              "help": "did you mean `inventory`?",
              "fixes": [
                {
                  "title": "write `inventory`",
                  "applicability": "machine-applicable",
                  "edits": [
                    {
                      "path": "payments/checkout.plat",
                      "range": {
                        "start": {
                          "line": 6,
                          "column": 9,
                          "offset": 172
                        },
                        "end": {
                          "line": 6,
                          "column": 17,
                          "offset": 180
                        }
                      },
                      "text": "inventory"
                    }
                  ]
                }
              ],
              "fault": "consumer",
              "subjects": [],
              "tags": [],
              "guardrail": null,
              "waiver": null
            }
          ],
          "waived": [],
          "guardrails": []
        }
    "#]]
    .assert_eq(&json(&Report::new(findings, &texts), &texts));
}

#[test]
fn json_keeps_to_its_schema() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/check.schema.json"
    );
    let schema = parsed(&std::fs::read_to_string(path).expect("the schema"));
    assert_eq!(schema["properties"]["schema"]["const"], JSON_SCHEMA);
    let texts = project();
    let ordinary = Report::new(findings(&texts), &texts);
    let (nasty_texts, nasty) = nasty();
    let documents = [
        json(&ordinary, &texts),
        json(&ordinary.clone().capped(2), &texts),
        json(&Report::new(Vec::new(), &texts), &texts),
        json(&nasty, &nasty_texts),
    ];
    for document in documents {
        let mut value = parsed(&document);
        assert_eq!(violations(&value, &schema), Vec::<String>::new());
        // The check itself notices what is wrong.
        value["summary"]["errors"] = "3".into();
        value["extra"] = Value::Null;
        value.as_object_mut().expect("an object").remove("tool");
        assert_eq!(
            violations(&value, &schema),
            [
                "$.tool: missing",
                "$.extra: unknown",
                "$.summary.errors: not of type integer"
            ]
        );
    }
}

#[test]
fn json_ranges_count_characters_and_bytes() {
    let texts = Texts(vec![("a.plat", String::from("ä\r\nöü x"))]);
    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, "m").at(texts.find(0, "x"), "");
    let value = parsed(&json(&Report::new(vec![finding], &texts), &texts));
    let range = &value["findings"][0]["primary"]["range"];
    assert_eq!(
        range["start"],
        serde_json::json!({ "line": 2, "column": 4, "offset": 9 })
    );
    assert_eq!(
        range["end"],
        serde_json::json!({ "line": 2, "column": 5, "offset": 10 })
    );
}

#[test]
fn sarif_has_the_shape_that_services_expect() {
    let texts = project();
    let report = Report::new(findings(&texts), &texts);
    let log = parsed(&sarif(&report, &texts));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<_> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(ids, ["PLT0101", "PLT0110", "PLT0303", "PLT0310", "PLT0701"]);
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), report.findings().len());
    let base = &run["originalUriBaseIds"];
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index"))
            .expect("a small index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(
            ["error", "warning", "note"].contains(&result["level"].as_str().unwrap_or_default())
        );
        assert!(result["message"]["text"].is_string());
        assert!(result["partialFingerprints"]["platcFinding/v1"].is_string());
        for location in result["locations"].as_array().expect("locations") {
            let place = &location["physicalLocation"];
            let id = place["artifactLocation"]["uriBaseId"]
                .as_str()
                .expect("a base");
            assert!(base.get(id).is_some());
            let region = &place["region"];
            let start = (region["startLine"].as_u64(), region["startColumn"].as_u64());
            let end = (region["endLine"].as_u64(), region["endColumn"].as_u64());
            assert!(start >= (Some(1), Some(1)) && end >= start, "{region}");
        }
    }
    let only: Vec<_> = findings(&texts)
        .into_iter()
        .filter(|finding| finding.code == &codes::REQUIREMENT_BROKEN)
        .collect();
    expect![[r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "platc",
                  "semanticVersion": "0.1.0",
                  "rules": [
                    {
                      "id": "PLT0310",
                      "name": "RequirementBroken",
                      "shortDescription": {
                        "text": "a requirement of the capability that does not hold"
                      },
                      "help": {
                        "text": "The author of the capability wrote a require that the final values of this instance break. The message is\ntheirs; the labels show the values that decided it, and the rule.\n\nChange one of the values. The finding is given for each environment in which it holds, so look at in blocks\nand at defaults for too: platc explain ADDRESS names the layer of each value.",
                        "markdown": "The author of the capability wrote a `require` that the final values of this instance break. The message is\ntheirs; the labels show the values that decided it, and the rule.\n\nChange one of the values. The finding is given for each environment in which it holds, so look at `in` blocks\nand at `defaults for` too: `platc explain ADDRESS` names the layer of each value."
                      },
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "properties": {
                        "tags": [
                          "Values and layers"
                        ]
                      }
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "originalUriBaseIds": {
                "PROJECT": {
                  "description": {
                    "text": "the folder of plat.toml"
                  }
                }
              },
              "properties": {
                "hiddenFindings": 0
              },
              "results": [
                {
                  "ruleId": "PLT0310",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "`scale.min` is larger than `scale.max`\nnote: a minimum above the maximum leaves the autoscaler nothing to choose"
                  },
                  "locations": [
                    {
                      "message": {
                        "text": "5 here"
                      },
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "payments/checkout.plat",
                          "uriBaseId": "PROJECT"
                        },
                        "region": {
                          "startLine": 5,
                          "startColumn": 11,
                          "endLine": 5,
                          "endColumn": 18,
                          "byteOffset": 145,
                          "byteLength": 7
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "id": 0,
                      "message": {
                        "text": "3 here"
                      },
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "payments/checkout.plat",
                          "uriBaseId": "PROJECT"
                        },
                        "region": {
                          "startLine": 5,
                          "startColumn": 20,
                          "endLine": 5,
                          "endColumn": 27,
                          "byteOffset": 154,
                          "byteLength": 7
                        }
                      }
                    },
                    {
                      "id": 1,
                      "message": {
                        "text": "the rule"
                      },
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "stdlib/workload.plat",
                          "uriBaseId": "PROJECT"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 11,
                          "endLine": 2,
                          "endColumn": 33,
                          "byteOffset": 51,
                          "byteLength": 22
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "platcFinding/v1": "87cff354db27b6ba:1"
                  },
                  "properties": {
                    "fault": "consumer",
                    "subjects": [
                      "checkout@prod",
                      "checkout@staging"
                    ]
                  }
                }
              ]
            }
          ]
        }
    "#]].assert_eq(&sarif(&Report::new(only, &texts), &texts));
    let fix = &results[3]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(
        fix["deletedRegion"],
        results[3]["locations"][0]["physicalLocation"]["region"]
    );
    assert_eq!(fix["insertedContent"]["text"], "inventory");
}

#[test]
fn sarif_survives_nasty_texts() {
    let (texts, report) = nasty();
    let log = parsed(&sarif(&report, &texts));
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"]["uri"],
        "./dir%2C%20with:%20100%25/%C3%A4%22.plat"
    );
    assert_eq!(location["region"]["startLine"], 2);
    assert_eq!(location["region"]["endLine"], 3);
}

#[test]
fn fingerprints_survive_a_move_and_tell_twins_apart() {
    let prints = |text: &str| {
        let texts = Texts(vec![("a.plat", text.to_owned())]);
        let finding = |nth| {
            Diagnostic::new(&codes::UNKNOWN_NAME, "no `x`").at(texts.find_nth(0, "x", nth), "")
        };
        let log = parsed(&sarif(
            &Report::new(vec![finding(0), finding(1)], &texts),
            &texts,
        ));
        let results = log["runs"][0]["results"]
            .as_array()
            .expect("results")
            .clone();
        let print = |result: &Value| {
            result["partialFingerprints"]["platcFinding/v1"]
                .as_str()
                .map(str::to_owned)
        };
        results.iter().map(print).collect::<Vec<_>>()
    };
    let before = prints("x x");
    assert_ne!(before[0], before[1]);
    assert_eq!(before, prints("// moved\nx\n\nx"));
}

#[test]
fn junit_is_xml_whatever_the_texts() {
    let texts = project();
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="platc check" tests="5" failures="4" errors="0" skipped="0">
          <testsuite name="platc check" tests="5" failures="4" errors="0" skipped="0">
            <testcase classname="project" name="PLT0701 at project">
              <failure type="PLT0701" message="there is no `plat.toml` here, nor in a folder above">project: error[PLT0701]: there is no `plat.toml` here, nor in a folder above&#10;help: run `platc new project shop`</failure>
            </testcase>
            <testcase classname="payments/checkout.plat" name="PLT0110 at payments/checkout.plat:5:3">
              <system-out>payments/checkout.plat:5:3: warning[PLT0110]: `scale` is written and not read</system-out>
            </testcase>
            <testcase classname="payments/checkout.plat" name="PLT0310 at payments/checkout.plat:5:11">
              <failure type="PLT0310" message="`scale.min` is larger than `scale.max`">payments/checkout.plat:5:11: error[PLT0310]: `scale.min` is larger than `scale.max`&#10;in: checkout@prod, checkout@staging&#10;note: a minimum above the maximum leaves the autoscaler nothing to choose</failure>
            </testcase>
            <testcase classname="payments/checkout.plat" name="PLT0101 at payments/checkout.plat:6:9">
              <failure type="PLT0101" message="nothing here is called `invntory`">payments/checkout.plat:6:9: error[PLT0101]: nothing here is called `invntory`&#10;help: did you mean `inventory`?</failure>
            </testcase>
            <testcase classname="stdlib/workload.plat" name="PLT0303 at stdlib/workload.plat:1:16">
              <failure type="PLT0303" message="`Workload` and `Exposed` give `port` different defaults">stdlib/workload.plat:1:16: error[PLT0303]: `Workload` and `Exposed` give `port` different defaults</failure>
            </testcase>
          </testsuite>
        </testsuites>
    "#]].assert_eq(&junit(&Report::new(findings(&texts), &texts), &texts));
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="platc check" tests="1" failures="0" errors="0" skipped="0">
          <testsuite name="platc check" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="project" name="no findings"/>
          </testsuite>
        </testsuites>
    "#]]
    .assert_eq(&junit(&Report::new(Vec::new(), &texts), &texts));
    let (texts, report) = nasty();
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="platc check" tests="1" failures="1" errors="0" skipped="0">
          <testsuite name="platc check" tests="1" failures="1" errors="0" skipped="0">
            <testcase classname="dir, with: 100%/ä&quot;.plat" name="PLT0206 at dir, with: 100%/ä&quot;.plat:2:2">
              <failure type="PLT0206" message="&lt;&amp;&gt;&quot;' 100% ]]&gt;&#10;second&#13;&#10;::error::��[31m">dir, with: 100%/ä&quot;.plat:2:2: error[PLT0206]: &lt;&amp;&gt;&quot;' 100% ]]&gt;&#10;second&#13;&#10;::error::��[31m&#10;in: &lt;a&gt;@prod&#10;note: 50%&#10;note&#10;help: a,b:c</failure>
            </testcase>
          </testsuite>
        </testsuites>
    "#]].assert_eq(&junit(&report, &texts));
}

#[test]
fn github_escapes_its_commands() {
    let texts = project();
    expect![[r#"
        ::error title=PLT0701%3A no project here::there is no `plat.toml` here, nor in a folder above%0Ahelp: run `platc new project shop`
        ::warning title=PLT0110%3A a use that nothing uses,file=payments/checkout.plat,line=5,endLine=5,col=3,endColumn=8::`scale` is written and not read
        ::error title=PLT0310%3A a requirement of the capability that does not hold,file=payments/checkout.plat,line=5,endLine=5,col=11,endColumn=18::`scale.min` is larger than `scale.max`%0Ain checkout@prod, checkout@staging%0Anote: a minimum above the maximum leaves the autoscaler nothing to choose
        ::error title=PLT0101%3A a name that nothing declares,file=payments/checkout.plat,line=6,endLine=6,col=9,endColumn=17::nothing here is called `invntory`%0Ahelp: did you mean `inventory`?
        ::error title=PLT0303%3A two contracts with different defaults,file=stdlib/workload.plat,line=1,endLine=1,col=16,endColumn=27::`Workload` and `Exposed` give `port` different defaults
        4 errors, 1 warning in 2 files
    "#]].assert_eq(&github(&Report::new(findings(&texts), &texts), &texts));
    let (texts, report) = nasty();
    let text = github(&report, &texts);
    assert_eq!(text.lines().count(), 2, "one command and the count: {text}");
    expect![[r#"
        ::error title=PLT0206%3A text that its type does not allow,file=dir%2C with%3A 100%25/ä".plat,line=2,endLine=3::<&>"' 100%25 ]]>%0Asecond\u{d}%0A::error::\u{1}\u{1b}[31m%0Ain <a>@prod%0Anote: 50%25%0Anote%0Ahelp: a,b:c
        1 error in 1 file
    "#]].assert_eq(&text);
}
