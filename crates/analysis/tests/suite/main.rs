//! Answers about whole worlds: laws on random worlds, and what people read on those of the fixtures.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod answers;
mod laws;
mod support;
