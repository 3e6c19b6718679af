//! The answer to what a test or a person asks: a check with its own layers, or a call against a world.

use kmsim_policy::source::Sources;
use serde::Serialize;

use crate::call::{CallExplanation, Unresolved, explain_call};
use crate::case::Case;
use crate::decide::decide_traced;
use crate::decision::Verdict;
use crate::explain::{Explanation, Style, explain};
use crate::test_file::Subject;

/// A decision, explained. As JSON it is what `kmsim check --format json` prints (docs/json.md).
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The verdict.
    #[serde(skip)]
    pub verdict: Verdict,
    #[serde(flatten)]
    checks: Checks,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Checks {
    Case(Box<Explanation>),
    Call(CallExplanation),
}

impl Answer {
    /// Decides and explains. Fails if a call names something that its world does not have.
    pub fn to(subject: &Subject, sources: &Sources<'_>) -> Result<Self, Unresolved> {
        match subject {
            Subject::Case(case) => Ok(Self::to_case(case, sources)),
            Subject::Call { world, call } => {
                let explained = explain_call(world, call, sources)?;
                Ok(Self {
                    verdict: explained.verdict,
                    checks: Checks::Call(explained),
                })
            }
        }
    }

    fn to_case(case: &Case, sources: &Sources<'_>) -> Self {
        let layers = case.layers.borrow();
        let (decision, trace) = decide_traced(&layers, &case.request);
        let explanation = explain(&layers, &case.request, decision, &trace, sources);
        Self {
            verdict: decision.verdict,
            checks: Checks::Case(Box::new(explanation)),
        }
    }

    fn explanations(&self) -> impl Iterator<Item = &Explanation> {
        let (one, several) = match &self.checks {
            Checks::Case(explanation) => (Some(&**explanation), &[][..]),
            Checks::Call(call) => (None, call.checks.as_slice()),
        };
        one.into_iter()
            .chain(several.iter().map(|check| &check.explanation))
    }

    /// What decided, in one sentence: that of the first check which came out as the whole did.
    pub fn summary(&self) -> &str {
        let mut explanations = self.explanations();
        explanations
            .find(|explanation| explanation.decision == self.verdict.name())
            .map_or("", |explanation| &explanation.summary)
    }

    /// What a test may name as reasons: the statements and grants that decided; of an answer that
    /// depends, those on which it turns and the condition keys that are not known.
    pub fn reasons(&self) -> Vec<String> {
        if self.verdict != Verdict::Depends {
            return self.because();
        }
        let residual = self.explanations().flat_map(|own| &own.residual);
        let mut reasons = Vec::new();
        for open in residual {
            let keys = open.conditions.iter().filter(|own| own.found == "unknown");
            let keys = keys.map(|condition| &condition.key);
            for reason in std::iter::once(&open.reference).chain(keys) {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
        }
        reasons
    }

    /// The statements and grants that decided.
    fn because(&self) -> Vec<String> {
        let mut because: Vec<String> = Vec::new();
        for reference in self
            .explanations()
            .flat_map(|explanation| &explanation.because)
        {
            if !because.contains(reference) {
                because.push(reference.clone());
            }
        }
        because
    }

    /// The answer as text for people.
    pub fn human(&self, style: Style) -> String {
        match &self.checks {
            Checks::Case(explanation) => explanation.human(style),
            Checks::Call(call) => call.human(style),
        }
    }
}
