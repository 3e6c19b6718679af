//! The integration tests of kmsim-authz, in one binary.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot run should stop, and say what it skipped"
)]

mod cases;
mod corpus;
mod differential;
mod explanations;
mod files;
mod laws;
mod reading;
mod tables;
mod worlds;
mod yaml;
