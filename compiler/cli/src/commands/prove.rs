//! `platc prove`.

use std::fmt::Write as _;
use std::io;

use plat_diagnostics::Report;
use plat_diagnostics::render::Format;
use plat_driver::prove::{self, Options, Proof, Verdict};
use serde::Serialize;

use super::{counted, load};
use crate::args::{self, Global, TextFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::progress::Progress;

pub(super) fn run(arguments: &args::Prove, global: &Global, console: &Console) -> io::Result<Exit> {
    let project = &arguments.project;
    let mut workspace = match load(project.project.as_deref(), &project.keys, global) {
        Ok(workspace) => workspace,
        Err(none) => return super::no_project(&none, Format::Human, console),
    };
    let options = Options {
        capability: arguments.capability.trim().to_owned(),
        guardrails: arguments.guardrails.clone(),
        environments: arguments.environments.clone(),
        inputs: arguments.inputs,
        seed: arguments.seed,
    };
    let progress = Progress::start("proving");
    let found = prove::prove(&mut workspace, &options);
    drop(progress);
    let proof = match found {
        Ok(proof) => proof,
        Err(finding) => {
            let files = workspace.files();
            console.findings(&Report::new(vec![*finding], files), files, Format::Human)?;
            return Ok(Exit::Failure);
        }
    };
    console.result(&match arguments.format {
        TextFormat::Human => text(&proof),
        TextFormat::Json => super::json(&Document {
            schema: "platc.prove/1",
            proof: &proof,
        }),
    })?;
    Ok(if proof.has_counterexample() {
        Exit::Failure
    } else {
        Exit::Fine
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    proof: &'a Proof,
}

fn text(proof: &Proof) -> String {
    let mut out = String::new();
    let (mut proved, mut broken, mut open) = (0, 0, 0);
    for rule in &proof.rules {
        match &rule.verdict {
            Verdict::Proved { cases } => {
                proved += 1;
                let cases = counted(*cases, "case");
                let _ = writeln!(out, "proved          {} ({cases})", rule.guardrail);
            }
            Verdict::Counterexample {
                environment,
                service,
            } => {
                broken += 1;
                let _ = writeln!(out, "counterexample  {} in {environment}\n", rule.guardrail);
                for line in service.lines() {
                    let _ = writeln!(out, "    {line}");
                }
                out.push('\n');
            }
            Verdict::Undecided { because } => {
                open += 1;
                let _ = writeln!(out, "not decided     {}", rule.guardrail);
                for why in because {
                    let _ = writeln!(out, "    {why}");
                }
            }
        }
    }
    if proof.rules.is_empty() {
        out.push_str("no guardrail in force is judged for a single service\n");
    }
    let _ = writeln!(
        out,
        "\n{} in {}: {proved} proved, {} broken, {open} not decided; {} tried, {} of them refused",
        proof.capability,
        proof.environments.join(", "),
        broken,
        counted(proof.tried, "service"),
        proof.refused,
    );
    out
}
