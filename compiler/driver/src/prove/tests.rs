use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plat_semantics::db::Project;
use plat_semantics::eval::{evaluate, is_probed};
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::rules::{Outcome, rules_in};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{Options, Proof, Verdict, prove};
use crate::{Arguments, Workspace};

const BASE: &str = r#"
team web { }
team ops { }

environment prod { production = true }

type Limits = { cpu: Cpu?, memory: Bytes? }

type Security = {
  root: bool = false
  privileged: bool = false
  debug: bool = false
}

pub capability Server {
  input copies: int in 1..50 = 2
  input image: Image = "example.com/server:1.0.0"
  input hardening: Security = {}
  input limits: Limits = {}
  input flags: list<string> = []
  emit deployment: kubernetes.apps.v1.Deployment {
    metadata.name = name
    spec {
      replicas = copies
      selector.matchLabels = { app = name }
      template {
        metadata.labels = { app = name }
        spec = pod(hardening, [main(name, image, flags, hardening, limits)])
      }
    }
  }
  emit budget: kubernetes.policy.v1.PodDisruptionBudget when copies > 1 {
    metadata.name = name
    spec { minAvailable = 1, selector.matchLabels = { app = name } }
  }
}

fn pod(s: Security, containers: list<kubernetes.core.v1.Container>): kubernetes.core.v1.PodSpec = {
  securityContext { runAsNonRoot = not s.root }
  hostPID = true when s.root and s.debug
  containers = containers
}

fn main(
  name: string,
  image: string,
  args: list<string>,
  s: Security,
  l: Limits,
): kubernetes.core.v1.Container = {
  name = name
  image = image
  args = args when length(args) > 0
  resources.limits { cpu = l.cpu, memory = l.memory }
  securityContext { privileged = s.privileged, allowPrivilegeEscalation = s.privileged, readOnlyRootFilesystem = true }
}
"#;

fn project(rules: &str) -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "plat.toml", "[package]\nname = \"acme\"\n");
    write(folder.path(), "base.plat", BASE);
    write(folder.path(), "rules.plat", rules);
    let workspace = Workspace::load(folder.path(), &Arguments::default());
    (folder, workspace)
}

fn write(folder: &Path, path: &str, text: &str) {
    fs::write(folder.join(path), text).expect("written");
}

fn options(inputs: usize) -> Options {
    Options {
        capability: "Server".to_owned(),
        guardrails: Vec::new(),
        environments: Vec::new(),
        inputs,
        seed: 1,
    }
}

fn proved(rules: &str) -> Proof {
    let (_folder, mut workspace) = project(rules);
    prove(&mut workspace, &options(500)).expect("something to prove")
}

fn verdict(condition: &str) -> Verdict {
    let proof = proved(&format!(
        "guardrail rule {{\n  because = \"it is tried\"\n  {condition}\n}}\n"
    ));
    let [rule] = proof.rules.as_slice() else {
        panic!("one rule, found {:?}", proof.rules);
    };
    rule.verdict.clone()
}

fn is_proved(condition: &str) {
    let verdict = verdict(condition);
    assert!(
        matches!(verdict, Verdict::Proved { .. }),
        "{condition}: {verdict:?}"
    );
}

fn example(condition: &str) -> String {
    match verdict(condition) {
        Verdict::Counterexample { service, .. } => service,
        other => panic!("{condition}: {other:?}"),
    }
}

fn is_open(condition: &str) -> Vec<String> {
    match verdict(condition) {
        Verdict::Undecided { because } => because,
        other => panic!("{condition}: {other:?}"),
    }
}

#[test]
fn what_no_input_changes_is_proved_in_one_case() {
    let verdict =
        verdict("for c in containers\n  require c.securityContext?.readOnlyRootFilesystem == true");
    assert_eq!(verdict, Verdict::Proved { cases: 1 });
}

#[test]
fn a_range_is_proved_by_the_constants_that_it_is_compared_with() {
    is_proved(
        "for d in objects(kubernetes.apps.v1.Deployment)\n  require (d.spec.replicas ?? 0) >= 1",
    );
    is_proved("for s in instances\n  require s.copies <= 50");
    is_proved(
        "for b in objects(kubernetes.policy.v1.PodDisruptionBudget)\n  require b.spec?.minAvailable != none",
    );
}

#[test]
fn a_range_is_broken_at_its_edge() {
    let service = example(
        "for d in objects(kubernetes.apps.v1.Deployment)\n  require (d.spec.replicas ?? 0) >= 2",
    );
    assert_eq!(
        service,
        "service example: Server {\n  owner = ops\n  copies = 1\n}\n"
    );
    let service = example("for s in instances\n  require s.copies != 37");
    assert!(service.contains("copies = 37"), "{service}");
}

#[test]
fn conditions_that_hold_together_only_seldom_are_found() {
    let service = example("for p in pods\n  require p.spec.hostPID != true");
    assert_eq!(
        service,
        "service example: Server {\n  owner = ops\n  hardening.root = true\n  hardening.debug = true\n}\n"
    );
}

#[test]
fn what_is_absent_was_decided_by_something() {
    let service = example("for c in containers\n  require c.resources?.limits?.memory != none");
    assert_eq!(service, "service example: Server {\n  owner = ops\n}\n");
    is_proved(
        "for c in containers\n  require c.resources?.limits?.cpu == none or c.resources?.limits?.cpu != none",
    );
    is_proved("for c in containers\n  require c.livenessProbe == none");
}

#[test]
fn a_text_that_may_be_anything_is_not_decided() {
    let why = is_open("for c in containers\n  require c.image != \"example.com/forbidden:0.0.1\"");
    assert_eq!(why, ["it depends on `image`, which may be anything"]);
    let why = is_open("for c in containers\n  require \"nobody\" not in (c.args ?? [])");
    assert_eq!(why, ["it depends on `flags`, which may be anything"]);
    let why = is_open("for o in objects\n  require o.name != \"nobody-calls-it-so\"");
    assert_eq!(why, ["it depends on the name"]);
}

#[test]
fn lists_are_told_apart_by_their_length() {
    is_proved("for c in containers\n  require c.args == none or c.args != none");
    is_proved("for c in containers\n  require c.args == none or length(c.args ?? []) > 0");
    is_proved("for s in instances\n  require length(s.flags) >= 0");
    let service = example("for c in containers\n  require length(c.args ?? []) != 3");
    assert!(
        service.contains("flags = [\"example\", \"example\", \"example\"]"),
        "{service}"
    );
    let why = is_open("for s in instances\n  require length(s.flags) < 100");
    assert_eq!(why, ["it depends on `flags`, which may be anything"]);
}

#[test]
fn arithmetic_over_a_short_range_is_tried_out() {
    is_proved("for s in instances\n  require s.copies * 2 != 101");
    let service = example("for s in instances\n  require mod(s.copies, 7) != 6");
    assert!(service.contains("copies = 6"), "{service}");
}

#[test]
fn facts_of_the_project_are_all_tried() {
    let service = example("for s in instances\n  require s.owner.name != \"web\"");
    assert!(service.contains("owner = web"), "{service}");
    is_proved("for s in instances\n  require s.owner.name in [\"web\", \"ops\"]");
    let service = example("for s in services\n  require s.tier != experimental");
    assert!(service.contains("tier = experimental"), "{service}");
}

#[test]
fn a_counterexample_is_one_that_check_confirms() {
    let rule = "guardrail rule {\n  because = \"it is tried\"\n  for p in pods\n  require p.spec.securityContext?.runAsNonRoot == true\n}\n";
    let (folder, mut workspace) = project(rule);
    let proof = prove(&mut workspace, &options(200)).expect("something to prove");
    let Verdict::Counterexample { service, .. } = &proof.rules[0].verdict else {
        panic!("{:?}", proof.rules);
    };
    assert_eq!(workspace.source(super::prober::SCRATCH), None);
    write(folder.path(), "example.plat", service);
    let workspace = Workspace::load(folder.path(), &Arguments::default());
    let report = crate::check(&workspace, &crate::CheckOptions::default());
    let found: Vec<&str> = report
        .findings()
        .iter()
        .map(|finding| finding.code.code)
        .collect();
    assert_eq!(found, ["PLT1001"]);
}

#[test]
fn unknown_names_are_told_with_what_is_near() {
    let (_folder, mut workspace) = project("");
    let mut asked = options(10);
    asked.capability = "Sever".to_owned();
    let finding = prove(&mut workspace, &asked).expect_err("no such capability");
    assert_eq!(finding.message, "there is no capability `Sever`");
    let help: Vec<&str> = finding.help.iter().map(AsRef::as_ref).collect();
    assert_eq!(help, ["did you mean `Server`?"]);
    let mut asked = options(10);
    asked.guardrails = vec!["std.guardrails.nothing".to_owned()];
    let finding = prove(&mut workspace, &asked).expect_err("no such guardrail");
    assert!(finding.message.contains("std.guardrails.nothing"));
}

/// Conditions of which some hold always and some do not.
fn conditions() -> impl Strategy<Value = String> {
    let number = (0..55_i64).prop_flat_map(|k| {
        prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="])
            .prop_map(move |op| format!("s.copies {op} {k}"))
    });
    let memory = (0..3_u32).prop_map(|k| {
        format!(
            "(s.limits.memory ?? {}Mi) >= {}Mi",
            64 << k,
            if k == 0 { 0 } else { 32 }
        )
    });
    let flag = prop::sample::select(vec![
        "s.hardening.root",
        "s.hardening.privileged",
        "not s.hardening.root",
        "s.limits.cpu == none",
        "s.tier == critical",
        "s.tier != critical",
        "length(s.flags) < 2",
        "length(s.flags) * 2 != 6",
        "length(s.flags) in [0, 1, 2, 3]",
        "mod(s.copies, 2) == 0",
        "any(c.securityContext?.privileged == true for c in s.containers)",
    ])
    .prop_map(str::to_owned);
    let leaf = prop_oneof![number, memory, flag];
    leaf.prop_recursive(3, 12, 2, |inner| {
        (
            inner.clone(),
            inner,
            prop::sample::select(vec!["and", "or"]),
        )
            .prop_map(|(a, b, op)| format!("({a} {op} {b})"))
    })
}

/// An arbitrary service, by its text.
fn services() -> impl Strategy<Value = String> {
    let number = prop::option::of(1..=50_i64).prop_map(|n| n.map(|n| format!("copies = {n}")));
    let flag = |name: &'static str| {
        prop::option::of(any::<bool>()).prop_map(move |v| v.map(|v| format!("{name} = {v}")))
    };
    let memory =
        prop::option::of(0..400_u32).prop_map(|n| n.map(|n| format!("limits.memory = {n}Mi")));
    let cpu = prop::option::of(1..4000_u32).prop_map(|n| n.map(|n| format!("limits.cpu = {n}m")));
    let tier = prop::option::of(prop::sample::select(vec![
        "critical",
        "standard",
        "experimental",
    ]))
    .prop_map(|v| v.map(|v| format!("tier = {v}")));
    let args = prop::option::of(0..4_usize)
        .prop_map(|n| n.map(|n| format!("flags = [{}]", vec!["\"a\""; n].join(", "))));
    let all = (
        number,
        flag("hardening.root"),
        flag("hardening.privileged"),
        memory,
        cpu,
        tier,
        args,
    );
    all.prop_map(|(a, b, c, d, e, f, g)| {
        let said = [a, b, c, d, e, f, g].into_iter().flatten();
        let said: Vec<String> = said.chain(["owner = web".to_owned()]).collect();
        format!("{{\n  {}\n}}\n", said.join("\n  "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    /// Ten thousand arbitrary services per run: none breaks what was proved.
    #[test]
    fn what_is_proved_is_never_broken(
        conditions in prop::collection::vec(conditions(), 12),
        services in prop::collection::vec(services(), 2_500),
    ) {
        let mut rules = String::new();
        for (index, condition) in conditions.iter().enumerate() {
            rules.push_str(&format!(
                "guardrail r{index} {{\n  because = \"it is tried\"\n  for s in instances(Server)\n  require {condition}\n}}\n"
            ));
        }
        let (_folder, mut workspace) = project(&rules);
        let proof = prove(&mut workspace, &options(300)).expect("something to prove");
        let verdicts: BTreeMap<&str, &Verdict> = proof
            .rules
            .iter()
            .map(|rule| (rule.guardrail.as_str(), &rule.verdict))
            .collect();
        let mut text = String::new();
        for (index, service) in services.iter().enumerate() {
            text.push_str(&format!("service any{index}: Server {service}"));
        }
        workspace.create("any.plat", &text).expect("a path within the project");
        let db = workspace.db();
        let environment = Project::get(db).environments(db)[0];
        let judged = rules_in(db, environment).all.iter().filter(|rule| is_probed(rule)).count();
        prop_assert_eq!((judged, verdicts.len()), (12, 12));
        let file = workspace.source("any.plat").expect("just created");
        for item in &item_tree(db, file).items {
            prop_assert_eq!(item.kind, ItemKind::Service);
            for judged in &evaluate(db, item.id).judged {
                if judged.outcome == Outcome::Broken {
                    let name = judged.guardrail.name(db).as_str();
                    let verdict = verdicts[name];
                    prop_assert!(
                        !matches!(verdict, Verdict::Proved { .. }),
                        "{} was proved, and {} breaks it", name, judged.subject
                    );
                }
            }
        }
    }
}
