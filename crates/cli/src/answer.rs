//! The answer to one question: the decision and its explanation.

use kmsim_authz::case::Case;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::Decision;
use kmsim_authz::explain::{Explanation, explain};
use kmsim_policy::source::Sources;

/// Decides a case and explains the decision.
pub(crate) fn answer(case: &Case, sources: &Sources<'_>) -> (Decision, Explanation) {
    let layers = case.layers.borrow();
    let (decision, trace) = decide_traced(&layers, &case.request);
    let explanation = explain(&layers, &case.request, decision, &trace, sources);
    (decision, explanation)
}
