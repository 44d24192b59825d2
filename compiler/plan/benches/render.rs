//! How long it takes to show a plan of 10,000 changed services.

use divan::Bencher;
use plat_plan::render::{Detail, MarkdownOptions, TerminalOptions, html, json, markdown, terminal};

#[path = "../tests/render/plans.rs"]
#[expect(dead_code, reason = "of the plans, benches need the large one")]
mod plans;

const SERVICES: usize = 10_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn one_comment(bencher: Bencher<'_, '_>) {
    let plan = plans::huge(SERVICES);
    let options = MarkdownOptions::default();
    bencher.bench_local(|| markdown(&plan, &options));
}

#[divan::bench(sample_count = 10)]
fn terminal_summary(bencher: Bencher<'_, '_>) {
    let plan = plans::huge(SERVICES);
    let options = TerminalOptions {
        detail: Detail::Summary,
        width: 80,
        colour: true,
    };
    bencher.bench_local(|| terminal(&plan, &options));
}

#[divan::bench(sample_count = 10)]
fn json_document(bencher: Bencher<'_, '_>) {
    let plan = plans::huge(SERVICES);
    bencher.bench_local(|| json(&plan));
}

#[divan::bench(sample_count = 10)]
fn html_page(bencher: Bencher<'_, '_>) {
    let plan = plans::huge(SERVICES);
    bencher.bench_local(|| html(&plan));
}
