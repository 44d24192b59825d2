//! What errors say: each slip has its own advice, is told once, and its fix repairs the line.

mod structure;
mod values;

use expect_test::Expect;

#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written in the call"
)]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&crate::told(text));
}

/// The text as the body of a service.
#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written in the call"
)]
fn in_service(body: &str, expected: Expect) {
    expected.assert_eq(&crate::told(&format!("service s: X {{\n  {body}\n}}\n")));
}
