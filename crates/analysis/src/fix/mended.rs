//! Answers with what can be done about them, as `kmsim check --fixes --format json` prints them.

use kmsim_authz::answer::Answer;
use kmsim_authz::test_file::Subject;
use kmsim_policy::source::Sources;
use serde::Serialize;

use super::{Remedies, for_call, for_case};

/// What can be done about the answer to a question.
pub fn for_subject(subject: &Subject, sources: &Sources<'_>) -> Remedies {
    match subject {
        Subject::Case(case) => for_case(case, sources),
        Subject::Call { world, call } => for_call(world, call, sources),
    }
}

/// An answer with what can be done about it, if that was asked for.
#[derive(Debug, Serialize)]
pub struct Mended<'a> {
    /// The answer.
    #[serde(flatten)]
    pub answer: &'a Answer,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixes: Option<&'a Remedies>,
}

/// What can be done about a call that has no decision: it names no key of its world.
#[derive(Debug, Serialize)]
pub struct Undecided {
    /// What can be done.
    pub fixes: Remedies,
}
