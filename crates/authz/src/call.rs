//! A call against a world: who calls which operation on what, and how.
//!
//! One call can need several authorizations (`ReEncrypt`, `CreateAlias`, `ReplicateKey` …).
//! [`checks`] finds out which, derives the condition keys of each, and puts the layers together
//! that have a say in it; [`decide`] decides them all. A call is allowed if every check is.

use std::sync::Arc;

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::source::Span;
use kmsim_types::{AccountId, KmsAction, Operation, Region};

use crate::context::RequestContext;
use crate::decide::decide_with;
use crate::decision::{Decision, Verdict};
use crate::explain;
use crate::layers::{AttachedPolicy, Layers};
use crate::principal::Principal;
use crate::reader::{Moment, Pairs};
use crate::request::{Action, Request, Resource};
use crate::trace::{Recorder, Silent, Trace};
use crate::world::World;

mod caller;
mod derive;
mod explanation;
mod parameters;
mod plan;
mod read;
mod readings;
mod resolve;

pub use caller::is_infrastructure;
pub use derive::service_principal;
pub use explanation::{CallExplanation, CheckExplanation, explain_call, human_gaps};
pub use parameters::{Constraints, Parameters, parameters_of};
pub use plan::{checks, checks_of_stranger};
pub use readings::{READINGS, Reading};
pub use resolve::key_meant;

/// What a caller asks of AWS, and how the request comes in.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub caller: Principal,
    /// What is asked for.
    pub asks: Asks,
    /// The key, where the call names one.
    pub key: Option<KeyReference>,
    /// The resource of an action of another service.
    pub resource: Option<Resource>,
    /// The account that owns the resource, where it follows from nothing else.
    pub resource_account: Option<AccountId>,
    /// The Region whose endpoint is called.
    pub region: Option<Region>,
    /// The parameters of the operation.
    pub parameters: Parameters,
    /// Grant tokens.
    pub grant_tokens: Vec<Box<str>>,
    /// The services through which the caller calls by forward access sessions, the last one
    /// calling KMS.
    pub via: Vec<Text>,
    /// The VPC endpoint through which the (first) request goes.
    pub vpc_endpoint: Option<Text>,
    /// The address from which the (first) request comes.
    pub source_ip: Option<Box<str>>,
    /// The resource for which a service calls.
    pub source_arn: Option<Box<str>>,
    /// The account of that resource.
    pub source_account: Option<AccountId>,
    /// The policies that were passed when the caller's session was made.
    pub session_policies: Option<Vec<Arc<AttachedPolicy>>>,
    /// The tags that were passed when the caller's session was made.
    pub session_tags: Pairs,
    /// The source identity of the caller's session.
    pub source_identity: Option<Box<str>>,
    /// Whether the caller's session was made with a second factor.
    pub mfa: Option<bool>,
    /// Condition keys that are stated, and win over what is derived.
    pub context: RequestContext,
    /// The time of the call.
    pub now: Option<Moment>,
    /// For an operation that makes a key: a key policy that leaves everything to IAM.
    pub new_key_policy: Option<Arc<AttachedPolicy>>,
    /// Where the call stands.
    pub span: Span,
}

/// A text of the call and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
}

/// What a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// An operation of KMS with all of its authorizations.
    Operation(Operation),
    /// One KMS action that is no operation: a half of `ReEncrypt`, or `SynchronizeMultiRegionKey`.
    Kms(KmsAction),
    /// An action of another service.
    Other(Action),
}

/// How a call names a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyReference {
    /// The parameter as it is sent: KMS's rules for key identifiers apply.
    Sent(Text),
    /// The key that is meant, wherever it is; the call names it so that it is found.
    Meant(Text),
}

/// A call that cannot be decided since it names something that the world does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// What was looked for, and where.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where the name stands.
    pub span: Span,
}

impl Unresolved {
    fn new(span: Span, message: String) -> Self {
        Self {
            message,
            help: None,
            span,
        }
    }

    #[must_use]
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as a finding.
    pub fn into_diagnostic(self) -> Diagnostic {
        let error = Diagnostic::error("unresolved", self.span, self.message);
        match self.help {
            Some(help) => error.help(help),
            None => error,
        }
    }
}

/// One authorization that a call needs.
#[derive(Clone, Debug)]
pub struct PlannedCheck<'w> {
    /// What it is on, in words: `the destination key`.
    pub what: &'static str,
    /// The check, with all condition keys.
    pub request: Request,
    /// What has a say in it.
    pub layers: Layers<'w>,
    /// What was taken for granted in deriving the condition keys.
    pub readings: Vec<&'static Reading>,
}

impl PlannedCheck<'_> {
    /// What is checked: `kms:ReEncryptTo on the destination key`.
    pub fn label(&self) -> String {
        format!("{} on {}", self.request.action.name(), self.what)
    }

    /// The readings that played a part: those about condition keys only if a statement that is
    /// about the request asks for the key.
    pub fn assumptions(&self, trace: &Trace) -> Vec<explain::Assumption> {
        let asked: Vec<&str> = explain::condition_keys(&self.layers, trace).collect();
        let about = |key: &str| {
            asked.iter().any(|asked| {
                let start = asked.get(..key.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(key))
            })
        };
        let readings = self.readings.iter();
        readings
            .filter(|reading| reading.key.is_none_or(about))
            .map(|reading| explain::Assumption {
                id: reading.id,
                text: reading.text.to_owned(),
            })
            .collect()
    }
}

/// The outcome of a call: that of its checks together.
#[derive(Clone, Debug)]
pub struct CallDecision<'w, R> {
    /// The verdict.
    pub verdict: Verdict,
    /// The checks, in a fixed order.
    pub checks: Vec<DecidedCheck<'w, R>>,
}

/// A check, its outcome, and what was recorded on the way.
#[derive(Clone, Debug)]
pub struct DecidedCheck<'w, R> {
    /// The check.
    pub check: PlannedCheck<'w>,
    /// Its outcome.
    pub decision: Decision,
    /// What was recorded.
    pub record: R,
}

/// Decides a call.
pub fn decide<'w>(
    world: &'w World,
    call: &'w Call,
) -> Result<CallDecision<'w, Silent>, Unresolved> {
    decide_recording(world, call)
}

/// Decides a call and records how.
pub fn decide_traced<'w>(
    world: &'w World,
    call: &'w Call,
) -> Result<CallDecision<'w, Trace>, Unresolved> {
    decide_recording(world, call)
}

fn decide_recording<'w, R: Recorder + Default>(
    world: &'w World,
    call: &'w Call,
) -> Result<CallDecision<'w, R>, Unresolved> {
    let checks: Vec<_> = checks(world, call)?
        .into_iter()
        .map(|check| {
            let mut record = R::default();
            let decision = decide_with(&check.layers, &check.request, &mut record);
            DecidedCheck {
                check,
                decision,
                record,
            }
        })
        .collect();
    let verdict = combined(checks.iter().map(|check| check.decision.verdict));
    Ok(CallDecision { verdict, checks })
}

/// All checks must allow; an explicit deny is worth telling before an implicit one.
fn combined(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let weight = |verdict: &Verdict| match verdict {
        Verdict::ExplicitDeny => 3,
        Verdict::ImplicitDeny => 2,
        Verdict::Depends => 1,
        Verdict::Allowed => 0,
    };
    // Every call has at least one check.
    verdicts.max_by_key(weight).unwrap_or(Verdict::ImplicitDeny)
}

#[cfg(test)]
mod tests;
