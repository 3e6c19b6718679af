//! The answer to a call in words: an explanation for each of its checks.

use std::fmt::Write as _;

use kmsim_policy::source::Sources;
use serde::Serialize;

use super::{Call, CallDecision, Unresolved, decide_traced};
use crate::decision::Verdict;
use crate::explain::{self, Explanation, Style, explain};
use crate::trace::Trace;
use crate::world::{Gap, World};

/// Why a call came out as it did (docs/json.md, "Calls").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallExplanation {
    /// [`explain::VERSION`]
    pub version: u32,
    /// `allowed`, `implicitDeny`, `explicitDeny` or `depends`: that of all checks together.
    pub decision: &'static str,
    /// The same.
    #[serde(skip)]
    pub verdict: Verdict,
    /// The checks, in a fixed order.
    pub checks: Vec<CheckExplanation>,
    /// What the world lacks for a full answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// Why one check of a call came out as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckExplanation {
    /// What is checked: `kms:ReEncryptTo on the destination key`.
    pub check: String,
    /// Why.
    #[serde(flatten)]
    pub explanation: Explanation,
}

/// Decides a call and explains each of its checks.
pub fn explain_call(
    world: &World,
    call: &Call,
    sources: &Sources<'_>,
) -> Result<CallExplanation, Unresolved> {
    let decided = decide_traced(world, call)?;
    Ok(CallExplanation::of(world, decided, sources))
}

impl CallExplanation {
    /// Explains a decision by what was recorded when it was made.
    pub fn of(world: &World, decided: CallDecision<'_, Trace>, sources: &Sources<'_>) -> Self {
        let checks = decided.checks.into_iter().map(|decided| {
            let (check, trace) = (&decided.check, &decided.record);
            let (layers, request) = (&check.layers, &check.request);
            let mut explanation = explain(layers, request, decided.decision, trace, sources);
            explanation.assumptions.extend(check.assumptions(trace));
            CheckExplanation {
                check: check.label(),
                explanation,
            }
        });
        Self {
            version: explain::VERSION,
            decision: decided.verdict.name(),
            verdict: decided.verdict,
            checks: checks.collect(),
            gaps: world.contents().gaps.clone(),
        }
    }

    /// The check that decided: the first which came out as the whole did.
    pub fn deciding(&self) -> Option<&CheckExplanation> {
        let mut checks = self.checks.iter();
        checks.find(|check| check.explanation.decision == self.decision)
    }

    /// The explanation as lines of text. A call that needs several checks is allowed if each of
    /// them is.
    pub fn human(&self, style: Style) -> String {
        self.human_checks(style) + &human_gaps(&self.gaps)
    }

    fn human_checks(&self, style: Style) -> String {
        if let [check] = self.checks.as_slice() {
            return check.explanation.human(style);
        }
        let verdict = match self.verdict {
            Verdict::Allowed => "ALLOWED",
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => "DENIED",
            Verdict::Depends => "DEPENDS",
        };
        let given = |check: &&CheckExplanation| check.explanation.decision == "allowed";
        let mut out = format!(
            "{verdict}: the call needs {} permissions, {} of them given\n",
            self.checks.len(),
            self.checks.iter().filter(given).count(),
        );
        for (check, number) in self.checks.iter().zip(1..) {
            let explanation = check.explanation.human(style);
            // Writing to a String cannot fail.
            let _ = write!(out, "\n({number}) {}\n{explanation}", check.check);
        }
        out
    }
}

/// What a world lacks, as lines below an answer; nothing if it lacks nothing.
pub fn human_gaps(gaps: &[Gap]) -> String {
    let mut out = String::new();
    if !gaps.is_empty() {
        out.push_str("\nNot known, so that AWS may answer otherwise:\n");
    }
    for gap in gaps {
        let message: String = gap.message.chars().map(printable).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  - {message} [{}]", gap.code);
    }
    out
}

/// What a terminal would take for a command is shown as a blank.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}
