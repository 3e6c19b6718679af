//! Answers about whole worlds, and fixes: laws on random worlds and cases, and what people read on
//! those of the fixtures.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test that cannot go on fails"
    )
)]

#[cfg(test)]
mod answers;
#[cfg(test)]
mod apply;
#[cfg(test)]
mod denials;
#[cfg(test)]
mod fix_laws;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod patch;
#[cfg(test)]
mod support;
