//! What is asked: a check with its own layers, or a call against a world.

use std::fmt::Write as _;
use std::sync::Arc;

use kmsim_authz::call::{self, Call, Unresolved};
use kmsim_authz::case::{Case, Expectation};
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::{Explanation, Style, explain};
use kmsim_authz::reader::Reader;
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::Fields;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;
use serde::Serialize;

/// A question with the answer that a test expects.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) asks: Asks,
    pub(crate) expectation: Option<Expectation>,
}

/// The two forms of a question.
#[derive(Debug)]
pub(crate) enum Asks {
    /// One check.
    Case(Box<Case>),
    /// A call, which can need several checks.
    Call(Arc<World>, Box<Call>),
}

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

impl Question {
    /// Reads a case: with layers, or with a world that is asked. `None` if something in it has no
    /// meaning; then there is a diagnostic.
    pub(crate) fn read(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>) -> Option<Self> {
        if node.member("world").is_none() {
            let mut case = reader.case(node)?;
            let expectation = case.expectation.take();
            let asks = Asks::Case(Box::new(case));
            return Some(Self { asks, expectation });
        }
        let fields = Fields::of(node, "a case", &mut reader.diagnostics)?;
        for unused in ["name", "description"] {
            fields.get(unused);
        }
        let world = fields
            .get("world")
            .and_then(|node| reader.world_reference(node));
        let call = fields
            .require("request", &mut reader.diagnostics)
            .and_then(|node| reader.call(node));
        let expectation = reader.expectation(&fields);
        fields.finish(&mut reader.diagnostics);
        Some(Self {
            asks: Asks::Call(world?, Box::new(call?)),
            expectation,
        })
    }
}

/// What a call names and its world does not have, as a finding.
pub(crate) fn unresolved(unresolved: Unresolved) -> Box<Diagnostic> {
    Box::new(unresolved.into_diagnostic())
}

impl Asks {
    /// Decides without explaining. Fails if a call names something that its world does not have.
    pub(crate) fn decide(&self) -> Result<Verdict, Box<Diagnostic>> {
        match self {
            Self::Case(case) => Ok(decide(&case.layers.borrow(), &case.request).verdict),
            Self::Call(world, call) => call::decide(world, call)
                .map(|decided| decided.verdict)
                .map_err(unresolved),
        }
    }

    /// Decides and explains.
    pub(crate) fn answer(&self, sources: &Sources<'_>) -> Result<Answer, Box<Diagnostic>> {
        match self {
            Self::Case(case) => Ok(Answer::of_case(case, sources)),
            Self::Call(world, call) => Answer::of_call(world, call, sources),
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
                check: check.label.clone(),
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
        let mut out = format!(
            "{}: the call needs {} permissions, {} of them given\n",
            self.verdict,
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
