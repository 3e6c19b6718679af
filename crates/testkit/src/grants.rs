//! Grants (section 6): what they allow, and who may retire them.

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
        && is_usable(grant, &case.request.grant_tokens)
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

/// A grant that is not visible everywhere yet (section 6.3, eventual consistency) works for those
/// who bring its token, or (as cases may write) its id.
fn is_usable(grant: &Value, tokens: &[String]) -> bool {
    let pending = grant.get("Pending").and_then(Value::as_bool) == Some(true);
    let brought =
        |field| text(grant, field).is_some_and(|own| tokens.iter().any(|token| token == own));
    !pending || brought("GrantToken") || brought("GrantId")
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
    let equal = constraint(grant, "EncryptionContextEquals")
        .is_none_or(|wanted| holds_all(wanted, context) && holds_no_more(wanted, context));
    let subset = constraint(grant, "EncryptionContextSubset")
        .is_none_or(|wanted| holds_all(wanted, context));
    equal && subset
}

/// Whether the request has every pair: keys in any case, values exact (section 6.2).
fn holds_all(constraint: &Value, context: &Context) -> bool {
    let mut wanted = constraint.as_object().into_iter().flatten();
    wanted.all(|(key, value)| {
        let has = |(own, found): &(&str, &ContextValue)| {
            // A pair whose value is no single string equals nothing.
            let same = matches!(found, ContextValue::Single(text) if Some(text.as_str()) == value.as_str());
            own.to_lowercase() == key.to_lowercase() && same
        };
        context.encryption_context().iter().any(has)
    })
}

/// Whether the request has no pair with another key.
fn holds_no_more(constraint: &Value, context: &Context) -> bool {
    context.encryption_context().iter().all(|(own, _)| {
        let mut wanted = constraint.as_object().into_iter().flatten();
        wanted.any(|(key, _)| key.to_lowercase() == own.to_lowercase())
    })
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
/// stricter constraint, for the same `SourceArn` (section 6.3, reading 12). The request tells the
/// pairs of the child's constraint as its encryption context.
fn may_delegate(parent: &Value, context: &Context) -> bool {
    let child = match context.get("kms:GrantOperations") {
        None => Vec::new(),
        Some(ContextValue::Single(operation)) => vec![operation.clone()],
        Some(ContextValue::List(list)) => list.clone(),
    };
    let held = operations(parent);
    let kind = context.single("kms:GrantConstraintType");
    let strict = if let Some(wanted) = constraint(parent, "EncryptionContextEquals") {
        kind == Some("EncryptionContextEquals")
            && holds_all(wanted, context)
            && holds_no_more(wanted, context)
    } else if let Some(wanted) = constraint(parent, "EncryptionContextSubset").filter(is_not_empty)
    {
        let constrained = matches!(
            kind,
            Some("EncryptionContextEquals" | "EncryptionContextSubset")
        );
        constrained && holds_all(wanted, context)
    } else {
        true
    };
    let same_source = constraint(parent, "SourceArn")
        .is_none_or(|wanted| wanted.as_str() == context.single("kms:GrantConstraintSourceArn"));
    child.iter().all(|operation| held.contains(operation)) && strict && same_source
}

/// A subset of nothing constrains nothing.
fn is_not_empty(constraint: &&Value) -> bool {
    constraint
        .as_object()
        .is_some_and(|pairs| !pairs.is_empty())
}
