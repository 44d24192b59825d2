//! Harness and suites that cross crates.
