//! The examples on the pages of the codes: what they claim is what the compiler says.

use plat_diagnostics::{Example, Verdict, all};
use plat_tests::Scratch;

fn project(example: &Example<'_>) -> Scratch {
    Scratch::new(example.files.iter().map(|file| (file.path, file.text)))
}

#[test]
fn every_example_keeps_its_promise() {
    let mut wrong = Vec::new();
    let mut examples = 0;
    for code in all() {
        let page = code
            .page()
            .expect("the registry's own tests rule out broken pages");
        for (number, example) in page.examples().iter().enumerate() {
            examples += 1;
            let checked = project(example).check();
            let keeps = match example.verdict {
                Verdict::Fails => checked.has(code.code),
                Verdict::Passes => !checked.has(code.code) && !checked.report.has_errors(),
            };
            if !keeps {
                let promise = example.verdict.word();
                wrong.push(format!(
                    "{} ({}), example {} that {promise}:\n  {}",
                    code.code,
                    code.summary,
                    number + 1,
                    checked.lines().join("\n  ")
                ));
            }
        }
    }
    assert!(examples > 100, "only {examples} examples were found");
    assert!(
        wrong.is_empty(),
        "{} of {examples} examples do not keep their promise:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_fix_of_an_example_resolves_its_finding() {
    let mut wrong = Vec::new();
    for code in all() {
        let page = code
            .page()
            .expect("the registry's own tests rule out broken pages");
        for example in page
            .examples()
            .iter()
            .filter(|example| example.verdict == Verdict::Fails)
        {
            let scratch = project(example);
            let checked = scratch.check();
            let own: Vec<_> = checked
                .report
                .findings()
                .iter()
                .filter(|finding| finding.code == *code)
                .cloned()
                .collect();
            let fixes = plat_diagnostics::apply_fixes(&own, checked.workspace.files());
            if fixes.applied < own.len() || own.is_empty() {
                continue;
            }
            for file in &fixes.files {
                use plat_diagnostics::Sources as _;
                scratch.write(checked.workspace.files().path(file.file), &file.text);
            }
            let again = scratch.check();
            if again.has(code.code) {
                wrong.push(format!("{}:\n  {}", code.code, again.lines().join("\n  ")));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these fixes resolve nothing:\n{}",
        wrong.join("\n")
    );
}
