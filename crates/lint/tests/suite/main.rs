//! The rules: their documentation, their fixtures, and how they do on policies that are right.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test program: what it can't read is a failed test"
)]

mod catalogue;
mod fixes;
mod fixtures;
mod fuzzed;
mod inputs;
mod policies;
mod probes;
mod support;
mod tables;
