//! Who calls: the principal of a call, found in the world.

use std::sync::Arc;

use kmsim_types::Arn;

use super::{Call, Unresolved};
use crate::layers::AttachedPolicy;
use crate::principal::{Principal, RoleSession};
use crate::world::{self, Identity, World};

/// A caller with what the world knows of it.
#[derive(Clone, Debug)]
pub(super) struct Caller<'w> {
    /// The principal, for a role session with the role's path.
    pub(super) principal: Principal,
    /// The user or role. Root users, services and infrastructure have none.
    pub(super) identity: Option<&'w Identity>,
    /// The identity-based policies of a user or role that is not listed.
    pub(super) others: Option<&'w [Arc<AttachedPolicy>]>,
    /// Whether the world does not have the account.
    pub(super) is_outside: bool,
}

/// Finds the caller of a call. A principal of an account that the world has must be there too: a
/// typing error must not pass as a denial.
pub(super) fn find<'w>(world: &'w World, call: &'w Call) -> Result<Caller<'w>, Unresolved> {
    let mut principal = call.caller.clone();
    let identity = match &call.caller {
        Principal::User(arn)
        | Principal::FederatedUser {
            issued_by: Some(arn),
            ..
        } => world.identity(arn.as_str()),
        Principal::RoleSession(session) => role(world, session),
        _ => None,
    };
    if let (Principal::RoleSession(session), Some(identity)) = (&mut principal, identity) {
        session.role = Some(identity.arn.clone());
    }
    let has_account =
        |account| world.account(account).is_some() || world.identities_of(account).next().is_some();
    let is_outside = principal
        .account()
        .is_some_and(|account| !has_account(account));
    let others = principal
        .account()
        .filter(|_| identity.is_none() && may_have_policies(&principal))
        .and_then(|account| world.other_principals(account));
    if identity.is_none() && others.is_none() && !is_outside {
        must_be_listed(world, call)?;
    }
    Ok(Caller {
        principal,
        identity,
        others,
        is_outside,
    })
}

fn role<'w>(world: &'w World, session: &RoleSession) -> Option<&'w Identity> {
    match &session.role {
        Some(role) => world.identity(role.as_str()),
        None => world.role(session.account, &session.name),
    }
}

/// Whether somebody has policies attached, which a world may not know.
fn may_have_policies(principal: &Principal) -> bool {
    match principal {
        Principal::User(_) | Principal::FederatedUser { .. } => true,
        Principal::RoleSession(_) => !is_infrastructure(principal),
        _ => false,
    }
}

fn must_be_listed(world: &World, call: &Call) -> Result<(), Unresolved> {
    let caller = &call.caller;
    let (arn, list) = match caller {
        Principal::User(arn)
        | Principal::FederatedUser {
            issued_by: Some(arn),
            ..
        } => (arn.to_string(), "users"),
        Principal::RoleSession(_)
            if is_infrastructure(caller) || caller.is_service_linked_role() =>
        {
            return Ok(());
        }
        Principal::RoleSession(session) => (session.role_arn(), "roles"),
        Principal::FederatedUser { .. } if call.session_policies.is_some() => {
            let message = format!("it is not said whose session `{caller}` is");
            let error = Unresolved::new(call.span, message);
            return Err(error.help("add `federatedBy` with the ARN of the IAM user"));
        }
        _ => return Ok(()),
    };
    let account = caller.account().map(|account| account.to_string());
    let account = account.unwrap_or_default();
    let message = format!("account {account} of the world has no `{arn}`");
    let candidates = world.contents().identities.iter();
    let near = world::nearest(&arn, candidates.map(|identity| identity.arn.as_str()));
    let error = Unresolved::new(call.span, message);
    Err(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!(
            "add it to the {list} of account {account}; its name is enough if no policies are attached"
        )),
    })
}

/// Whether the caller is a session of a service's own infrastructure in the account, such as
/// `assumed-role/aws:ec2-infrastructure/i-…`, which exists without being made.
pub fn is_infrastructure(principal: &Principal) -> bool {
    matches!(principal, Principal::RoleSession(session) if session.name.starts_with("aws:"))
        || role_of(principal).is_some_and(|role| role.resource().starts_with("role/aws:"))
}

fn role_of(principal: &Principal) -> Option<&Arn> {
    match principal {
        Principal::RoleSession(session) => session.role.as_ref(),
        _ => None,
    }
}
