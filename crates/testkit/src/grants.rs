//! Grants (section 6): what they allow, and who may retire them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::arn;
use crate::case::Case;
use crate::context::{Context, ContextValue};
use crate::kms;
use crate::principal::{Match, aws_principal, service_principal, strings};

/// Whether the grant allows the request (section 6.3). Explicit denies and SCPs come before.
pub(crate) fn covers(grant: &Value, case: &Case) -> bool {
    let Some(operation) = kms::grant_operation(&case.request.action) else {
        return false;
    };
    let context = &case.request.context;
    is_for_key(grant, &case.request.resource)
        && operations(grant).iter().any(|listed| listed == operation)
        && is_party(grant, "Grantee", case)
        && encryption_context_fits(grant, operation, context)
        && source_arn_fits(grant, context)
        && (operation != "CreateGrant" || may_delegate(grant, context))
}

/// kms:RetireGrant (section 6.4): the grants of the case are those that may be meant.
pub(crate) fn retire_grant_allowed(case: &Case) -> bool {
    let caller = case.request.principal.account.as_deref();
    let owner = case.request.resource_account.as_deref();
    case.grants
        .iter()
        .filter(|grant| is_for_key(grant, &case.request.resource))
        .any(|grant| {
            // The account that issued the grant and the key's account have it for their root user,
            // and for the principals whose IAM policies allow kms:RetireGrant.
            let issuing = text(grant, "IssuingAccount");
            let issuer = issuing.map_or(owner, |issuing| {
                arn::account_principal(issuing).map(|(_, account)| account)
            });
            let by_account = caller.is_some() && (caller == issuer || caller == owner);
            let grantee = operations(grant)
                .iter()
                .any(|listed| listed == "RetireGrant")
                && is_party(grant, "Grantee", case);
            grantee
                || is_party(grant, "Retiring", case)
                || by_account && case.identity_side_allows()
        })
}

fn text<'a>(grant: &'a Value, field: &str) -> Option<&'a str> {
    grant.get(field).and_then(Value::as_str)
}

fn operations(grant: &Value) -> Vec<String> {
    grant.get("Operations").map(strings).unwrap_or_default()
}

/// Grants belong to one key in one Region. `KeyId` may be missing or a bare key id.
fn is_for_key(grant: &Value, key: &str) -> bool {
    text(grant, "KeyId").is_none_or(|id| id == key || key.ends_with(&format!(":key/{id}")))
}

/// Whether the caller is the grantee or retiring principal and may use that without more:
/// a role ARN is limited by boundary and session policy, an account needs its IAM policies
/// (section 6.3, reading 12).
fn is_party(grant: &Value, role: &str, case: &Case) -> bool {
    let request = &case.request;
    let by_service = text(grant, &format!("{role}ServicePrincipal"))
        .and_then(|service| service_principal(service, request));
    let by_principal = text(grant, &format!("{role}Principal")).and_then(|principal| {
        aws_principal(principal, request).or_else(|| service_principal(principal, request))
    });
    match by_service.or(by_principal) {
        Some(Match::Caller) => true,
        Some(Match::Role) => case.boundary_and_session_allow(),
        Some(Match::Account) => case.identity_side_allows(),
        // A grant has one principal, never everyone.
        Some(Match::Everyone) | None => false,
    }
}

fn constraint<'a>(grant: &'a Value, name: &str) -> Option<&'a Value> {
    grant
        .get("Constraints")?
        .get(name)
        .filter(|value| !value.is_null())
}

/// `EncryptionContextEquals` and `EncryptionContextSubset` (section 6.2).
fn encryption_context_fits(grant: &Value, operation: &str, context: &Context) -> bool {
    if !kms::takes_encryption_context(operation) {
        return true;
    }
    // A pair whose value is no single string equals nothing.
    let mut request = BTreeMap::new();
    for (key, value) in context.encryption_context() {
        let value = match value {
            ContextValue::Single(text) => Some(text.clone()),
            ContextValue::List(_) => None,
        };
        request.insert(key.to_lowercase(), value);
    }
    let equal =
        constraint(grant, "EncryptionContextEquals").is_none_or(|wanted| pairs(wanted) == request);
    let subset = constraint(grant, "EncryptionContextSubset").is_none_or(|wanted| {
        pairs(wanted)
            .iter()
            .all(|(key, value)| request.get(key) == Some(value))
    });
    equal && subset
}

/// The pairs of a constraint: keys in any case, values exact (section 6.2).
fn pairs(constraint: &Value) -> BTreeMap<String, Option<String>> {
    let mut pairs = BTreeMap::new();
    for (key, value) in constraint.as_object().into_iter().flatten() {
        pairs.insert(key.to_lowercase(), value.as_str().map(str::to_owned));
    }
    pairs
}

/// `SourceArn`: the request must carry a matching `aws:SourceArn` (section 6.2).
fn source_arn_fits(grant: &Value, context: &Context) -> bool {
    let Some(wanted) = constraint(grant, "SourceArn") else {
        return true;
    };
    let block = serde_json::json!({"ArnLike": {"aws:SourceArn": wanted}});
    crate::conditions::block_holds(&block, false, context)
}

/// What a grant with `CreateGrant` may hand on: the same or fewer operations under an equal or
/// stricter constraint (section 6.3, reading 12).
fn may_delegate(parent: &Value, context: &Context) -> bool {
    let child = match context.get("kms:GrantOperations") {
        None => Vec::new(),
        Some(ContextValue::Single(operation)) => vec![operation.clone()],
        Some(ContextValue::List(list)) => list.clone(),
    };
    let held = operations(parent);
    let kind = context.single("kms:GrantConstraintType");
    let strict = if constraint(parent, "EncryptionContextEquals").is_some() {
        kind == Some("EncryptionContextEquals")
    } else if constraint(parent, "EncryptionContextSubset").is_some() {
        matches!(
            kind,
            Some("EncryptionContextEquals" | "EncryptionContextSubset")
        )
    } else {
        true
    };
    child.iter().all(|operation| held.contains(operation)) && strict
}
