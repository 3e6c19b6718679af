//! The decision procedure (section 2).

use serde_json::Value;

use crate::Verdict;
use crate::arn;
use crate::case::Case;
use crate::grants;
use crate::kms;
use crate::layers::is_retire_grant;
use crate::principal::{Kind, Match};

/// Decides one case.
///
/// # Errors
/// If the case can't be read: a missing field, an unknown principal, a resource that is no ARN.
pub fn decide(case: &Value) -> Result<Verdict, String> {
    let case = Case::read(case)?;
    // Step 1.
    Ok(if case.has_explicit_deny() {
        Verdict::ExplicitDeny
    // Steps 2 to 4, then the rest.
    } else if case.ceilings_allow() && is_allowed(&case) {
        Verdict::Allowed
    } else {
        Verdict::ImplicitDeny
    })
}

fn is_allowed(case: &Case) -> bool {
    let request = &case.request;
    if !kms::is_kms(&request.action) {
        return other_service_allows(case);
    }
    // KMS takes no unsigned requests (reading 15).
    if request.principal.kind == Kind::Anonymous {
        return false;
    }
    // Step 5.
    if request.is_cross_account() && !kms::works_across_accounts(&request.action) {
        return false;
    }
    if kms::is_alias(&request.resource) && !kms::works_on_alias(&request.action) {
        return false;
    }
    if kms::is_aws_alias(&request.resource) {
        return false;
    }
    // Step 6.
    if is_retire_grant(&request.action) {
        return grants::retire_grant_allowed(case);
    }
    // Step 7: no key, no key policy; IAM policies decide, in the same account only.
    if !kms::is_key_check(&request.action, &request.resource) {
        return !request.is_cross_account() && case.identity_side_allows();
    }
    // Steps 8 and 9.
    key_policy_allows(case) || case.grants.iter().any(|grant| grants::covers(grant, case))
}

/// Steps 8a, 8b and 9a; also how a role's trust policy works (section 12, reading 13).
fn key_policy_allows(case: &Case) -> bool {
    let matches = case.resource_policy_allows();
    if case.request.is_cross_account() {
        // 9a: both sides, however the key policy matched.
        return !matches.is_empty() && case.identity_side_allows();
    }
    is_direct(&matches, case) || matches.contains(&Match::Account) && case.identity_side_allows()
}

/// 8a: a direct match needs no identity policy; one by role ARN is limited by boundary and
/// session policy (section 3).
fn is_direct(matches: &[Match], case: &Case) -> bool {
    matches.contains(&Match::Caller)
        || matches.contains(&Match::Everyone)
        || matches.contains(&Match::Role) && case.boundary_and_session_allow()
}

/// Reading 13: other services in general need one of the two sides in the same account.
fn other_service_allows(case: &Case) -> bool {
    let request = &case.request;
    let on_role = arn::parse(&request.resource)
        .and_then(|arn| arn::role_name(&arn))
        .is_some();
    if on_role
        && request
            .action
            .to_ascii_lowercase()
            .starts_with("sts:assumerole")
    {
        return key_policy_allows(case);
    }
    let matches = case.resource_policy_allows();
    if request.is_cross_account() {
        return !matches.is_empty() && case.identity_side_allows();
    }
    is_direct(&matches, case) || case.identity_side_allows()
}
