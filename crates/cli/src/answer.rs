//! The answer to a question: a check with its own layers, or a call against a world.

use std::fmt::Write as _;

use kmsim_authz::call::{self, Call, Unresolved};
use kmsim_authz::case::Case;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{Explanation, Style, explain};
use kmsim_authz::test_file::Subject;
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::source::Sources;
use serde::Serialize;

/// The answer, explained.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    checks: Checks,
}

#[derive(Debug)]
enum Checks {
    Case(Box<Explanation>),
    Call(Vec<Check>),
}

/// One check of a call.
#[derive(Debug, Serialize)]
struct Check {
    check: String,
    #[serde(flatten)]
    explanation: Explanation,
}

/// The answer to a call in JSON.
#[derive(Serialize)]
struct CallAnswer<'c> {
    version: u32,
    decision: &'static str,
    checks: &'c [Check],
}

/// What a call names and its world does not have, as a finding.
pub(crate) fn unresolved(unresolved: Unresolved) -> Box<Diagnostic> {
    Box::new(unresolved.into_diagnostic())
}

/// Decides and explains. Fails if a call names something that its world does not have.
pub(crate) fn answer(subject: &Subject, sources: &Sources<'_>) -> Result<Answer, Box<Diagnostic>> {
    match subject {
        Subject::Case(case) => Ok(Answer::of_case(case, sources)),
        Subject::Call { world, call } => Answer::of_call(world, call, sources),
    }
}

impl Answer {
    fn of_case(case: &Case, sources: &Sources<'_>) -> Self {
        let layers = case.layers.borrow();
        let (decision, trace) = decide_traced(&layers, &case.request);
        let explanation = explain(&layers, &case.request, decision, &trace, sources);
        Self {
            verdict: decision.verdict,
            checks: Checks::Case(Box::new(explanation)),
        }
    }

    fn of_call(world: &World, call: &Call, sources: &Sources<'_>) -> Result<Self, Box<Diagnostic>> {
        let decided = call::decide_traced(world, call).map_err(unresolved)?;
        let explained = decided.checks.into_iter().map(|decided| {
            let (check, trace) = (&decided.check, &decided.record);
            let mut explanation = explain(
                &check.layers,
                &check.request,
                decided.decision,
                trace,
                sources,
            );
            explanation.assumptions.extend(check.assumptions(trace));
            Check {
                check: check.label(),
                explanation,
            }
        });
        Ok(Self {
            verdict: decided.verdict,
            checks: Checks::Call(explained.collect()),
        })
    }

    fn explanations(&self) -> impl Iterator<Item = &Explanation> {
        let (one, several) = match &self.checks {
            Checks::Case(explanation) => (Some(&**explanation), &[][..]),
            Checks::Call(checks) => (None, checks.as_slice()),
        };
        one.into_iter()
            .chain(several.iter().map(|check| &check.explanation))
    }

    /// What decided, in one sentence: that of the first check which came out as the whole did.
    pub(crate) fn summary(&self) -> &str {
        let mut explanations = self.explanations();
        explanations
            .find(|explanation| explanation.decision == self.verdict.name())
            .map_or("", |explanation| &explanation.summary)
    }

    /// The statements and grants that decided.
    pub(crate) fn because(&self) -> Vec<String> {
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
    pub(crate) fn human(&self, style: Style) -> String {
        match &self.checks {
            Checks::Case(explanation) => explanation.human(style),
            Checks::Call(checks) => match checks.as_slice() {
                [check] => check.explanation.human(style),
                checks => self.human_checks(checks, style),
            },
        }
    }

    /// A call that needs several checks is allowed if each of them is.
    fn human_checks(&self, checks: &[Check], style: Style) -> String {
        let verdict = match self.verdict {
            Verdict::Allowed => "ALLOWED",
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => "DENIED",
            Verdict::Depends => "DEPENDS",
        };
        let mut out = format!(
            "{verdict}: the call needs {} permissions, {} of them given\n",
            checks.len(),
            checks
                .iter()
                .filter(|check| check.explanation.decision == "allowed")
                .count(),
        );
        for (check, number) in checks.iter().zip(1..) {
            let explanation = check.explanation.human(style);
            // Writing to a String cannot fail.
            let _ = write!(out, "\n({number}) {}\n{explanation}", check.check);
        }
        out
    }

    /// The answer as JSON: an explanation, or for a call one for each check.
    pub(crate) fn json(&self) -> Result<String, crate::outcome::Failure> {
        match &self.checks {
            Checks::Case(explanation) => crate::output::json(explanation),
            Checks::Call(checks) => crate::output::json(&CallAnswer {
                version: kmsim_authz::explain::VERSION,
                decision: self.verdict.name(),
                checks,
            }),
        }
    }
}
