//! The answer to one case: the decision and its explanation.

use clap::ColorChoice;
use kmsim_authz::case::Case;
use kmsim_authz::decide::decide;
use kmsim_authz::decision::{Decision, Verdict};
use kmsim_policy::source::Sources;

use crate::outcome::Failure;
use crate::reason;

#[derive(Debug)]
pub(crate) struct Answer {
    decision: Decision,
}

impl Answer {
    pub(crate) fn new(case: &Case, _sources: &Sources<'_>) -> Self {
        Self {
            decision: decide(&case.layers.borrow(), &case.request),
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.decision.verdict
    }

    pub(crate) fn human(&self, _color: ColorChoice) -> String {
        format!("{}: {}\n", self.decision.verdict, reason::sentence(self.decision))
    }

    pub(crate) fn json(&self) -> Result<String, Failure> {
        let value = serde_json::json!({
            "decision": self.decision.verdict.name(),
            "reason": reason::sentence(self.decision),
        });
        serde_json::to_string_pretty(&value)
            .map(|text| text + "\n")
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
    }
}
