//! Calls of the service, and questions about other services.

use kmsim_authz::call::{Asks, Call, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{Explanation, explain};
use kmsim_kms::{Caller, KmsError};
use serde_json::Value;

use super::{Came, Failure, Run, Success};
use crate::scenario::CallStep;
use crate::template::Incomplete;

impl Run<'_> {
    /// Makes a call. With `why` it is also told what decided it.
    pub(super) fn call(&mut self, step: &CallStep, why: bool) -> Result<Came, Incomplete> {
        let input = self.complete(&step.parameters)?;
        let (Asks::Operation(operation), Some(region)) = (&step.call.asks, &step.call.region)
        else {
            return Err(Incomplete("it is no call of the service".to_owned()));
        };
        let caller = Caller::with_circumstances(step.call.clone(), region.clone());
        let because = if why {
            let explanations = self.service.explain(&caller, *operation, &input);
            reasons(&explanations.unwrap_or_default())
        } else {
            Vec::new()
        };
        let answer = self.service.call(&caller, *operation, &input);
        Ok(match answer {
            Ok(response) => Came::Answer(Success {
                response,
                word: "allowed",
                because,
            }),
            Err(error) => Came::Failure(Failure::of(error)),
        })
    }

    /// Decides a question about another service's action.
    pub(super) fn ask(&mut self, call: &Call) -> Came {
        let world = self.service.world();
        let decided = match decide_traced(world, call) {
            Ok(decided) => decided,
            Err(why) => return Came::Impossible(why.message),
        };
        let verdict = decided.verdict;
        let explained = decided.checks.into_iter().map(|one| {
            let (layers, request) = (&one.check.layers, &one.check.request);
            let sources = self.service.sources();
            explain(layers, request, one.decision, &one.record, sources)
        });
        let explanations: Vec<Explanation> = explained.collect();
        if verdict == Verdict::Allowed {
            return Came::Answer(Success {
                response: Value::Null,
                word: "allowed",
                because: reasons(&explanations),
            });
        }
        let message = explanations.iter().find_map(|own| own.aws_message.clone());
        Came::Failure(Failure {
            name: "AccessDeniedException".to_owned(),
            message: message.unwrap_or_default(),
            explanations,
        })
    }
}

/// The statements and grants that decided.
fn reasons(explanations: &[Explanation]) -> Vec<String> {
    let reasons = explanations.iter().flat_map(|own| &own.because);
    reasons.cloned().collect()
}

impl Failure {
    /// A failure of the service.
    pub(super) fn of(error: KmsError) -> Self {
        Self {
            name: error.code.name().to_owned(),
            message: error.message,
            explanations: error.denial.map_or_else(Vec::new, |own| own.explanations),
        }
    }
}
