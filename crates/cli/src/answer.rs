//! The answer to a question: a check with its own layers, or a call against a world.

use kmsim_analysis::fix::{self, Remedies};
use kmsim_authz::call::{CallExplanation, Unresolved, explain_call};
use kmsim_authz::case::Case;
use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{Explanation, Style, explain};
use kmsim_authz::test_file::Subject;
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
    Call(CallExplanation),
}

/// An answer in JSON with what can be done about it.
#[derive(Serialize)]
struct Mended<'a, T> {
    #[serde(flatten)]
    answer: &'a T,
    fixes: &'a Remedies,
}

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
    match subject {
        Subject::Case(case) => Ok(Answer::of_case(case, sources)),
        Subject::Call { world, call } => {
            let explained = explain_call(world, call, sources).map_err(unresolved)?;
            Ok(Answer {
                verdict: explained.verdict,
                checks: Checks::Call(explained),
            })
        }
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

    fn explanations(&self) -> impl Iterator<Item = &Explanation> {
        let (one, several) = match &self.checks {
            Checks::Case(explanation) => (Some(&**explanation), &[][..]),
            Checks::Call(call) => (None, call.checks.as_slice()),
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

    /// What a test may name as reasons: the statements and grants that decided; of an answer that
    /// depends, those on which it turns and the condition keys that are not known.
    pub(crate) fn reasons(&self) -> Vec<String> {
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
    pub(crate) fn human(&self, style: Style) -> String {
        match &self.checks {
            Checks::Case(explanation) => explanation.human(style),
            Checks::Call(call) => call.human(style),
        }
    }

    /// The answer as JSON: an explanation, or for a call one for each check; with what can be
    /// done about it, if that was asked for.
    pub(crate) fn json(&self, fixes: Option<&Remedies>) -> Result<String, crate::outcome::Failure> {
        match &self.checks {
            Checks::Case(explanation) => mended_json(&**explanation, fixes),
            Checks::Call(call) => mended_json(call, fixes),
        }
    }
}

fn mended_json(
    answer: &impl Serialize,
    fixes: Option<&Remedies>,
) -> Result<String, crate::outcome::Failure> {
    match fixes {
        Some(fixes) => crate::output::json(&Mended { answer, fixes }),
        None => crate::output::json(answer),
    }
}
