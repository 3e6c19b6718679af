//! Answers, with what they lack as findings.

use kmsim_authz::answer::Answer;
use kmsim_authz::call::Unresolved;
use kmsim_authz::test_file::Subject;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::source::Sources;

/// What a call names and its world does not have, as a finding.
pub(crate) fn unresolved(unresolved: Unresolved) -> Box<Diagnostic> {
    Box::new(unresolved.into_diagnostic())
}

/// Decides and explains. Fails if a call names something that its world does not have.
pub(crate) fn answer(subject: &Subject, sources: &Sources<'_>) -> Result<Answer, Box<Diagnostic>> {
    Answer::to(subject, sources).map_err(unresolved)
}
