//! Grants: the third source of permission on a key, beside key policy and delegation.
//!
//! Sources: KMS Developer Guide, "Grants in AWS KMS" and "Managing grants"; API reference,
//! `CreateGrant`, `GrantConstraints`, `RetireGrant`.

use kmsim_policy::operand::Operand;
use kmsim_policy::operator::Test;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::{PolicyKind, PrincipalName, PrincipalPattern};
use kmsim_policy::wildcard::Match;
use kmsim_types::{AccountId, GrantOperation, GrantOperationSet, KmsAction};

use crate::context::{ContextValue, Presence};
use crate::principal::Principal;
use crate::statement::{Check, may_name, names};
use crate::trace::{GrantOutcome, PrincipalMatch, Recorder};
use crate::truth::Truth;

/// A grant on one key.
#[derive(Clone, Debug)]
pub struct Grant {
    /// `KeyId`: id or ARN of the key, if it is stated.
    pub key: Option<Box<str>>,
    /// `GrantId`
    pub id: Box<str>,
    /// `Name`
    pub name: Option<Box<str>>,
    /// `GranteePrincipal` or `GranteeServicePrincipal`
    pub grantee: PrincipalPattern,
    /// `RetiringPrincipal` or `RetiringServicePrincipal`
    pub retiring: Option<PrincipalPattern>,
    /// `Operations`
    pub operations: GrantOperationSet,
    /// `Constraints.EncryptionContextEquals` or `…Subset`
    pub encryption_context: Option<EncryptionContextConstraint>,
    /// `Constraints.SourceArn`, as an operand of `ArnLike`
    pub source_arn: Option<Operand>,
    /// `IssuingAccount`; the key's account if it is not stated.
    pub issuing_account: Option<AccountId>,
    /// The token that `CreateGrant` returned.
    pub token: Option<Box<str>>,
    /// Whether the grant is so new that only its token makes it count (eventual consistency).
    pub pending: bool,
    /// Where the grant stands.
    pub span: Span,
}

/// What a grant demands of the encryption context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionContextConstraint {
    /// Whether the request may have no further pairs.
    pub equals: bool,
    /// The pairs. In a constraint the key of a pair is not case sensitive, the value is (API
    /// reference, `GrantConstraints`).
    pub pairs: Vec<(Box<str>, Box<str>)>,
}

/// What the caller's own policies say, for grants to roles and accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Boundary and session policy allow the action.
    pub(crate) within: Truth,
    /// The identity side as a whole allows the action.
    pub(crate) identity_side: Truth,
}

/// Whether some grant covers the request.
pub(crate) fn evaluate<R: Recorder>(
    check: &Check<'_>,
    grants: &[Grant],
    limits: Limits,
    recorder: &mut R,
) -> Truth {
    let Some(operation) = check
        .request
        .action
        .kms()
        .and_then(|action| action.info().grant_operation)
    else {
        return Truth::No;
    };
    let retire = operation == GrantOperation::RetireGrant;
    let mut any = Truth::No;
    for (index, grant) in grants.iter().enumerate() {
        let outcome = if !is_on(check, grant) {
            GrantOutcome::OtherKey
        } else if retire {
            retirable(check, grant, limits)
        } else {
            covers(check, grant, operation, limits)
        };
        recorder.grant(u32::try_from(index).unwrap_or(u32::MAX), outcome);
        any = any
            | match outcome {
                GrantOutcome::Covers => Truth::Yes,
                GrantOutcome::Depends => Truth::Unknown,
                _ => Truth::No,
            };
        if !R::ACTIVE && any.is_yes() {
            break;
        }
    }
    any
}

/// Whether the grant is on the key of the request. A grant without `KeyId` is.
fn is_on(check: &Check<'_>, grant: &Grant) -> bool {
    let Some(key) = &grant.key else { return true };
    let Some(arn) = check.request.resource.arn() else {
        return false;
    };
    let id = arn.resource().strip_prefix("key/");
    *arn.as_str() == **key || id == Some(&**key)
}

fn covers(
    check: &Check<'_>,
    grant: &Grant,
    operation: GrantOperation,
    limits: Limits,
) -> GrantOutcome {
    let matched = names(check.request, &grant.grantee);
    let may_name = may_name(&check.request.principal, &grant.grantee);
    if matched == PrincipalMatch::No && !may_name {
        return GrantOutcome::OtherGrantee;
    }
    if !grant.operations.contains(operation) {
        return GrantOutcome::OtherOperation;
    }
    if grant.pending && !presents_token(check, grant) {
        return GrantOutcome::NotYetVisible;
    }
    let source = source_arn(check, grant);
    if source.is_no() {
        return GrantOutcome::SourceArn;
    }
    let (context, fault) = if operation == GrantOperation::CreateGrant {
        (child_is_narrower(check, grant), GrantOutcome::ChildTooWide)
    } else {
        (
            encryption_context(check, grant),
            GrantOutcome::EncryptionContext,
        )
    };
    if context.is_no() {
        return fault;
    }
    if may_name {
        // It may be the caller himself, who needs nothing besides.
        return GrantOutcome::Depends;
    }
    conclude(matched, source & context, limits)
}

/// A grant to a role is limited like a key policy statement that names the role, one to an
/// account needs the account's policies; AWS documents neither (docs/assumptions.md).
fn conclude(matched: PrincipalMatch, covers: Truth, limits: Limits) -> GrantOutcome {
    let (needed, missing) = match matched {
        PrincipalMatch::Account => (limits.identity_side, GrantOutcome::NotDelegated),
        PrincipalMatch::Base => (limits.within, GrantOutcome::Limited),
        _ => (Truth::Yes, GrantOutcome::Covers),
    };
    match covers & needed {
        Truth::Yes => GrantOutcome::Covers,
        Truth::Unknown => GrantOutcome::Depends,
        Truth::No => missing,
    }
}

fn presents_token(check: &Check<'_>, grant: &Grant) -> bool {
    let tokens = &check.request.grant_tokens;
    grant
        .token
        .as_ref()
        .is_some_and(|token| tokens.contains(token))
        || tokens.contains(&grant.id)
}

/// `SourceArn` works as if `aws:SourceArn` were a condition of the grant. Only requests that an
/// AWS service makes carry that key.
fn source_arn(check: &Check<'_>, grant: &Grant) -> Truth {
    let Some(expected) = &grant.source_arn else {
        return Truth::Yes;
    };
    let view = check.view(PolicyKind::Identity);
    match view.context.presence("aws:SourceArn", view.action) {
        Presence::Value(ContextValue::One(found)) => {
            match expected.matches(Test::ArnLike, found, &view) {
                Match::Yes => Truth::Yes,
                Match::Unknown => Truth::Unknown,
                Match::No | Match::Invalid | Match::Valueless => Truth::No,
            }
        }
        Presence::Value(ContextValue::Many(_)) | Presence::Absent => Truth::No,
        Presence::Unknown => Truth::Unknown,
    }
}

/// Constraints on the encryption context bind the operations that take one: not `DescribeKey`,
/// `GetPublicKey` or the operations of asymmetric keys.
fn encryption_context(check: &Check<'_>, grant: &Grant) -> Truth {
    let takes_context = check
        .request
        .action
        .kms()
        .is_some_and(|action| action.info().encryption_context);
    match &grant.encryption_context {
        Some(constraint) if takes_context => satisfies(check, constraint, constraint.equals),
        _ => Truth::Yes,
    }
}

/// Whether the pairs of the request contain those of the constraint, and nothing else if `exact`.
fn satisfies(check: &Check<'_>, constraint: &EncryptionContextConstraint, exact: bool) -> Truth {
    let request = check.request;
    let mut all = Truth::Yes;
    for (key, value) in &constraint.pairs {
        let mut pairs = request.encryption_context();
        let found = pairs.find(|(name, _)| name.eq_ignore_ascii_case(key));
        all = all
            & match found {
                Some((_, ContextValue::One(found))) => Truth::from(**found == **value),
                // No pair has several values.
                Some((_, ContextValue::Many(_))) => Truth::No,
                None if context_may_have(check, key) => Truth::Unknown,
                None => Truth::No,
            };
    }
    if exact && !all.is_no() {
        let demanded = |name: &str| {
            let mut keys = constraint.pairs.iter().map(|(key, _)| key);
            keys.any(|key| key.eq_ignore_ascii_case(name))
        };
        let mut names = request.encryption_context().map(|(name, _)| name);
        all = all & Truth::from(names.all(demanded));
        if request.may_have_more_pairs() || !request.unknown_pairs().all(demanded) {
            all = all & Truth::Unknown;
        }
    }
    all
}

/// Whether a pair that is not stated may be there, because it is declared unknown.
fn context_may_have(check: &Check<'_>, key: &str) -> bool {
    let mut unknown = check.request.unknown_pairs();
    check.request.may_have_more_pairs() || unknown.any(|name| name.eq_ignore_ascii_case(key))
}

/// A grant that is made by right of a grant may give no more than its parent: the same
/// operations or fewer, under the same constraints or stricter ones (API reference,
/// `CreateGrant`). The request tells operations and constraint of the child through
/// `kms:GrantOperations`, `kms:GrantConstraintType` and `kms:EncryptionContext:*`.
fn child_is_narrower(check: &Check<'_>, parent: &Grant) -> Truth {
    let context = &check.request.context;
    let action = Some(KmsAction::CreateGrant);
    let operations = match context.presence("kms:GrantOperations", action) {
        Presence::Value(operations) => {
            let within = |name: &str| {
                GrantOperation::from_name(name)
                    .is_some_and(|operation| parent.operations.contains(operation))
            };
            Truth::from(operations.values().iter().all(|name| within(name)))
        }
        // A call always says it; a case that does not asks about any child.
        Presence::Absent => Truth::Yes,
        Presence::Unknown => Truth::Unknown,
    };
    let operations = operations & keeps_source_arn(check, parent);
    let Some(constraint) = &parent.encryption_context else {
        return operations;
    };
    let constraint = match context.presence("kms:GrantConstraintType", action) {
        Presence::Value(ContextValue::One(kind)) => match (&**kind, constraint.equals) {
            ("EncryptionContextEquals", exact) => satisfies(check, constraint, exact),
            ("EncryptionContextSubset", false) => satisfies(check, constraint, false),
            _ => Truth::No,
        },
        Presence::Unknown => Truth::Unknown,
        Presence::Value(ContextValue::Many(_)) | Presence::Absent => Truth::No,
    };
    operations & constraint
}

/// A child of a grant for one resource must be for that resource too (docs/assumptions.md).
fn keeps_source_arn(check: &Check<'_>, parent: &Grant) -> Truth {
    let Some(expected) = &parent.source_arn else {
        return Truth::Yes;
    };
    let action = Some(KmsAction::CreateGrant);
    match check
        .request
        .context
        .presence("kms:GrantConstraintSourceArn", action)
    {
        Presence::Value(ContextValue::One(own)) => Truth::from(**own == *expected.text()),
        Presence::Unknown => Truth::Unknown,
        Presence::Value(ContextValue::Many(_)) | Presence::Absent => Truth::No,
    }
}

/// Who may retire a grant: its retiring principal, its grantee if the grant lists `RetireGrant`,
/// and the accounts that issued it or own the key, with their principals that IAM allows it.
/// `kms:RetireGrant` in a policy alone gives nothing.
fn retirable(check: &Check<'_>, grant: &Grant, limits: Limits) -> GrantOutcome {
    let request = check.request;
    let retiring = grant
        .retiring
        .as_ref()
        .map_or(PrincipalMatch::No, |principal| names(request, principal));
    let retires = grant.operations.contains(GrantOperation::RetireGrant);
    let grantee = if retires {
        names(request, &grant.grantee)
    } else {
        PrincipalMatch::No
    };
    let issuer = grant.issuing_account.or(request.resource_account);
    let of_account = request
        .principal
        .account()
        .is_some_and(|account| [issuer, request.resource_account].contains(&Some(account)));
    let account = match (&request.principal, of_account) {
        (_, false) => PrincipalMatch::No,
        (Principal::Root(_), true) => PrincipalMatch::Direct,
        (_, true) => PrincipalMatch::Account,
    };
    // One way that works is enough: a role that is the retiring principal under a narrow boundary
    // may still be allowed through its account.
    let ways = [retiring, grantee, account].map(|matched| match matched {
        PrincipalMatch::No | PrincipalMatch::Everyone => GrantOutcome::NotRetirable,
        matched => conclude(matched, Truth::Yes, limits),
    });
    let may_be_party = |principal| may_name(&request.principal, principal);
    let may_be_party = grant.retiring.as_ref().is_some_and(may_be_party)
        || (retires && may_be_party(&grant.grantee));
    if may_be_party && !ways.contains(&GrantOutcome::Covers) {
        return GrantOutcome::Depends;
    }
    [GrantOutcome::Covers, GrantOutcome::Depends]
        .into_iter()
        .find(|outcome| ways.contains(outcome))
        .unwrap_or(GrantOutcome::NotRetirable)
}

/// A grantee or retiring principal that is an AWS service.
pub(crate) fn service(name: &str) -> PrincipalPattern {
    PrincipalPattern {
        text: name.into(),
        names: PrincipalName::Service,
    }
}
