//! An answer with what can be done about it.

use kmsim_analysis::fix::{self, Remedies};
use kmsim_authz::answer::Answer;
use kmsim_authz::call::Unresolved;
use kmsim_authz::test_file::Subject;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::source::Sources;
use serde::Serialize;

/// What can be done about the answer to a question.
pub(crate) fn remedies(subject: &Subject, sources: &Sources<'_>) -> Remedies {
    match subject {
        Subject::Case(case) => fix::for_case(case, sources),
        Subject::Call { world, call } => fix::for_call(world, call, sources),
    }
}

/// What a call names and its world does not have, as a finding.
pub(crate) fn unresolved(unresolved: Unresolved) -> Box<Diagnostic> {
    Box::new(unresolved.into_diagnostic())
}

/// Decides and explains. Fails if a call names something that its world does not have.
pub(crate) fn answer(subject: &Subject, sources: &Sources<'_>) -> Result<Answer, Box<Diagnostic>> {
    Answer::to(subject, sources).map_err(unresolved)
}

/// An answer in JSON with what can be done about it, if that was asked for.
#[derive(Serialize)]
pub(crate) struct Mended<'a> {
    #[serde(flatten)]
    pub(crate) answer: &'a Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fixes: Option<&'a Remedies>,
}
