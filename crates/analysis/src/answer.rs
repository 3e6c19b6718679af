//! One answer: whether somebody may do something, why, and under which conditions.

use kmsim_authz::call::{PlannedCheck, Unresolved};
use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::{Decision, Reason, Verdict};
use kmsim_authz::explain::{Assumption, Part, assumptions, parts};
use kmsim_authz::layers::Layers;
use kmsim_authz::trace::{Layer, PrincipalMatch};
use kmsim_authz::truth::Truth;
use kmsim_authz::world::Key;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::Effect;
use kmsim_types::KmsAction;

use crate::ask::{Ask, NOWHERE, Planner};
use crate::only_if::{OnlyIf, only_if};
use crate::subject::Subject;

/// What is allowed to a subject.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who.
    pub subject: Subject,
    /// What.
    pub action: KmsAction,
    /// `Allowed`, or `Depends` with [`Answer::only_if`].
    pub decision: Decision,
    /// The statements and grants that allow.
    pub because: Vec<Evidence>,
    /// For a decision that depends: on what.
    pub only_if: Option<OnlyIf>,
    /// Whether identity-based policies that the world does not have must allow it too.
    pub needs_iam_allow: bool,
    /// What was taken for granted where AWS's documentation is silent.
    pub assumptions: Vec<Assumption>,
}

/// A statement or grant that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How tests name it.
    pub reference: String,
    /// Where it stands.
    pub span: Span,
}

impl Planner<'_> {
    /// What comes out for a subject, without the reasons.
    pub(crate) fn verdict(
        &self,
        subject: &Subject,
        ask: &Ask,
        key: Option<&Key>,
    ) -> Result<Option<Verdict>, Unresolved> {
        let call = ask.call(subject, key);
        let check = self.check(subject, &call)?;
        Ok(check.map(|check| decide(&check.layers, &check.request).verdict))
    }

    /// What a subject may do of what is asked; `None` if it is denied whatever else is so.
    pub(crate) fn answer(
        &self,
        subject: &Subject,
        ask: &Ask,
        key: Option<&Key>,
    ) -> Result<Option<Answer>, Unresolved> {
        let call = ask.call(subject, key);
        let Some(check) = self.check(subject, &call)? else {
            return Ok(None);
        };
        let decision = decide(&check.layers, &check.request);
        Ok(match decision.verdict {
            Verdict::Allowed | Verdict::Depends => {
                let assumed = self.assumes_iam_allow(subject);
                Some(explained(subject, assumed, ask.action, &check))
            }
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => None,
        })
    }
}

/// `assumed`: whether identity-based policies that are not known are taken to allow.
fn explained(
    subject: &Subject,
    assumed: bool,
    action: KmsAction,
    check: &PlannedCheck<'_>,
) -> Answer {
    let layers = &check.layers;
    let (decision, trace) = decide_traced(layers, &check.request);
    let parts = parts(layers, &trace);
    let depends = decision.verdict == Verdict::Depends;
    let settled = depends.then(|| only_if(layers, &check.request, &parts));
    let takes_part = |part: &&Part<'_>| {
        let counts = match &settled {
            Some((_, needed)) => needed.contains(&part.layer),
            None => counts(part, decision.reason),
        };
        part.effect == Effect::Allow
            && part.applies == Truth::Yes
            && part.span.source != NOWHERE
            && counts
    };
    let because = parts.iter().filter(takes_part).map(|part| Evidence {
        reference: part.reference.clone(),
        span: part.span,
    });
    let because: Vec<Evidence> = because.collect();
    let mut assumptions = assumptions(layers, &check.request, &trace);
    // Of whom the world does not have it is said at each answer what is taken for granted.
    let of_strangers = |assumption: &Assumption| assumption.id != "outside-account";
    let of_call = check.assumptions(&trace).into_iter();
    assumptions
        .extend(of_call.filter(|assumption| !subject.is_stranger() || of_strangers(assumption)));
    Answer {
        subject: subject.clone(),
        action,
        decision,
        because,
        only_if: settled.map(|(only_if, _)| only_if),
        needs_iam_allow: assumed && needs_identity(check, decision.verdict),
        assumptions,
    }
}

/// Whether an `Allow` is one of those that the reason is about.
fn counts(part: &Part<'_>, reason: Reason) -> bool {
    let of_resource = matches!(part.layer, Layer::Resource | Layer::ResourceShare);
    match reason {
        Reason::ResourcePolicyAllows => of_resource && part.principal != PrincipalMatch::Account,
        Reason::DelegatedToIdentity => {
            part.layer == Layer::Identity
                || of_resource && part.principal == PrincipalMatch::Account
        }
        Reason::BothAccountsAllow => of_resource || part.layer == Layer::Identity,
        Reason::IdentityAllows => part.layer == Layer::Identity,
        Reason::GrantAllows | Reason::MayRetire => part.layer == Layer::Grants,
        _ => false,
    }
}

/// Whether it would come out otherwise without identity-based policies.
fn needs_identity(check: &PlannedCheck<'_>, verdict: Verdict) -> bool {
    let without = Layers {
        identity: &[],
        ..check.layers
    };
    decide(&without, &check.request).verdict != verdict
}
