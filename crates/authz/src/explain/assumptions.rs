//! What an answer takes for granted where AWS's documentation is silent.

use serde::Serialize;

use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::trace::{Found, GrantOutcome, PrincipalMatch, Trace};

/// A reading that played a part in an answer. All readings stand in `docs/assumptions.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// Its name in `docs/assumptions.md`.
    pub id: &'static str,
    /// What was assumed.
    pub text: String,
}

pub(super) fn collect(layers: &Layers<'_>, request: &Request, trace: &Trace) -> Vec<Assumption> {
    let mut found = Vec::new();
    let mut note = |id, text: String| {
        let assumption = Assumption { id, text };
        if !found.contains(&assumption) {
            found.push(assumption);
        }
    };
    if let Principal::RoleSession(session) = &request.principal
        && session.role.is_none()
        && trace
            .statements
            .iter()
            .any(|record| record.principal == PrincipalMatch::Base)
    {
        note(
            "role-path",
            format!(
                "the session's role is the role `{}` that a policy names, whatever its path: a session's ARN does not tell the path",
                session.name
            ),
        );
    }
    if trace
        .conditions
        .iter()
        .any(|record| record.found == Found::SeveralValues)
    {
        note("several-values", "an operator without ForAnyValue or ForAllValues matches no key that holds several values".to_owned());
    }
    for (index, outcome) in &trace.grants {
        let Some(grant) = layers.grants.get(*index as usize) else {
            continue;
        };
        let to_role = matches!(
            grant.grantee.names,
            kmsim_policy::syntax::PrincipalName::Role { .. }
        );
        if *outcome == GrantOutcome::Limited
            || (*outcome == GrantOutcome::Covers && to_role && limited(layers))
        {
            note("grant-limits", "a grant to a role is limited by permissions boundary and session policy, as a key policy statement that names the role is".to_owned());
        }
        let creates = request.action.kms() == Some(kmsim_types::KmsAction::CreateGrant);
        if creates
            && *outcome == GrantOutcome::Covers
            && !request.context.says("kms:GrantOperations")
        {
            note("child-grant-operations", "the grant to be made lists no operation that its parent lacks, since the request does not tell (kms:GrantOperations)".to_owned());
        }
    }
    if request.action.kms().is_none()
        && request
            .action
            .name()
            .to_ascii_lowercase()
            .starts_with("kms:")
    {
        note(
            "unlisted-action",
            format!(
                "`{}` is an action on keys that does not work across accounts; it is not in the list of KMS actions of 2026-11",
                request.action.name()
            ),
        );
    }
    found
}

fn limited(layers: &Layers<'_>) -> bool {
    layers.permissions_boundary.is_some() || layers.session.is_some()
}
