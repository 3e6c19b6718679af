//! The integration tests of kmsim-authz, in one binary.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot run should stop, and say what it skipped"
)]

mod cases;
mod differential;
mod explanations;
mod files;
mod worlds;
