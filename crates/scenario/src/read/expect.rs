//! Reading what a step should give.

use kmsim_authz::case::Outcome;
use kmsim_authz::decision::Verdict;
use kmsim_kms::ErrorCode;
use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;
use kmsim_types::nearest;

use super::Reading;
use crate::path::Path;
use crate::scenario::{Expected, ExpectedOutcome};

/// What clients fail with by themselves: an envelope that is not authentic, a message that an
/// algorithm does not take.
const CLIENT_ERRORS: [&str; 2] = ["MessageException", "ClientException"];

/// Outcomes that are no errors.
const OUTCOMES: [&str; 4] = ["allowed", "denied", "implicitDeny", "explicitDeny"];

impl Reading<'_, '_, '_, '_, '_> {
    /// `expect`: an outcome, or an object that says more. Without it a step must succeed.
    pub(super) fn expected(&mut self, step: &Fields<'_, '_>) -> Option<Expected> {
        let Some(node) = step.get("expect") else {
            return Some(Expected::success(step.span));
        };
        if let Some(text) = node.as_str() {
            return Some(Expected {
                outcome: self.outcome(text, node.span)?,
                ..Expected::success(node.span)
            });
        }
        let fields = Fields::of(node, "an expectation", &mut self.reader.diagnostics)?;
        let error = fields.string("error", &mut self.reader.diagnostics);
        let decision = fields.string("decision", &mut self.reader.diagnostics);
        let because = fields.strings("because", &mut self.reader.diagnostics);
        let message = fields.string("message", &mut self.reader.diagnostics);
        let expected = Expected {
            outcome: self.stated_outcome(error, decision)?,
            message: message.map(|(text, _)| text.into()),
            because: because.into_iter().map(|(text, _)| text.into()).collect(),
            response: fields.get("response").map(|node| self.expectation(node)),
            differs: fields.get("differs").map(|node| self.expectation(node)),
            present: self.paths(&fields, "present"),
            absent: self.paths(&fields, "absent"),
            counts: self.counts(fields.get("counts")),
            span: node.span,
        };
        fields.finish(&mut self.reader.diagnostics);
        self.check(&expected);
        Some(expected)
    }

    fn stated_outcome(
        &mut self,
        error: Option<(&str, Span)>,
        decision: Option<(&str, Span)>,
    ) -> Option<ExpectedOutcome> {
        match (error, decision) {
            (None, None) => Some(ExpectedOutcome::Success),
            (Some((name, span)), None) => self.error_name(name, span),
            (None, Some((name, span))) => self.outcome(name, span),
            (Some(_), Some((_, span))) => {
                let message = "a step gives an `error` or a `decision`, not both";
                self.error(Diagnostic::error("duplicate-field", span, message));
                None
            }
        }
    }

    fn outcome(&mut self, name: &str, span: Span) -> Option<ExpectedOutcome> {
        match Outcome::from_name(name) {
            Some(Outcome::Verdict(Verdict::Allowed)) => Some(ExpectedOutcome::Success),
            Some(Outcome::Verdict(Verdict::Depends)) => {
                let message = "a call that is really made does not depend on anything unknown";
                self.error(Diagnostic::error("outcome", span, message));
                None
            }
            Some(Outcome::Never | Outcome::Always) => {
                let message =
                    format!("`{name}` is about every request; a call that is made is one");
                self.error(Diagnostic::error("outcome", span, message));
                None
            }
            Some(denied) => Some(ExpectedOutcome::Denied(denied)),
            None if name.ends_with("Exception") => self.error_name(name, span),
            None => {
                let message = format!("`{}` is no outcome", excerpt(name));
                self.unknown_name(span, message, name, &OUTCOMES);
                None
            }
        }
    }

    /// The name of an exception of KMS, or of one of the client's own.
    fn error_name(&mut self, name: &str, span: Span) -> Option<ExpectedOutcome> {
        if ErrorCode::from_name(name).is_none() && !CLIENT_ERRORS.contains(&name) {
            let message = format!("KMS has no exception `{}`", excerpt(name));
            let names = ErrorCode::ALL.map(ErrorCode::name);
            let names: Vec<&str> = names.into_iter().chain(CLIENT_ERRORS).collect();
            let error = Diagnostic::error("exception", span, message);
            self.error(match nearest(name, names) {
                Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
                None => error,
            });
            return None;
        }
        Some(ExpectedOutcome::Error(name.into()))
    }

    /// The lengths of lists.
    fn counts(&mut self, node: Option<&Node<'_>>) -> Vec<(Path, usize)> {
        let Some(node) = node else { return Vec::new() };
        let Some(members) = node.as_object() else {
            self.error(wrong_type(
                node,
                "counts",
                "an object from lists to lengths",
            ));
            return Vec::new();
        };
        let mut counts = Vec::with_capacity(members.len());
        for member in members {
            let count = self.number(&member.value, &member.key);
            let path = Path::parse(&member.key);
            if path.is_none() {
                let message = format!("`{}` is no part of a response", excerpt(&member.key));
                self.error(Diagnostic::error("path", member.key_span, message));
            }
            let count = count.and_then(|count| usize::try_from(count).ok());
            counts.extend(path.zip(count));
        }
        counts
    }

    /// A response and an error exclude each other.
    fn check(&mut self, expected: &Expected) {
        let about_response = expected.response.is_some()
            || expected.differs.is_some()
            || !expected.present.is_empty()
            || !expected.absent.is_empty()
            || !expected.counts.is_empty();
        let succeeds = expected.outcome == ExpectedOutcome::Success;
        if about_response && !succeeds {
            let message = "a call that fails has no response to look at";
            self.error(Diagnostic::error("response", expected.span, message));
        }
        if succeeds && expected.message.is_some() {
            let message = "a call that succeeds has no error message to look at";
            self.error(Diagnostic::error("message", expected.span, message));
        }
    }
}

impl Expected {
    /// Success, whatever the response is.
    pub(crate) fn success(span: Span) -> Self {
        Self {
            outcome: ExpectedOutcome::Success,
            message: None,
            because: Vec::new(),
            response: None,
            differs: None,
            present: Vec::new(),
            absent: Vec::new(),
            counts: Vec::new(),
            span,
        }
    }
}
