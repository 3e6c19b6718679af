//! Denials of the fixtures against their world, and messages by themselves.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test program: what it can't read is a failed test"
)]

mod corpus;
mod events;
mod files;
mod messages;
