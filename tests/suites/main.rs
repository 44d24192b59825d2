//! The suites that cross crates, as one program.

mod architecture;
mod determinism;
mod examples;
mod fidelity;
mod fleet;
mod golden_paths;
mod guardrails;
mod hostile_input;
mod pages;
mod plan;
