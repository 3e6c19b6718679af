//! The last step: what the layers say becomes one decision.

use kmsim_types::KmsAction;

use super::{ResourceSide, Sides};
use crate::decision::{Decision, Reason, Verdict};
use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::trace::Layer;
use crate::truth::Truth;

/// A source of permission, with the reason it gives where it allows.
#[derive(Clone, Copy)]
struct Source {
    allows: Truth,
    reason: Reason,
}

/// Combines the sides. Explicit denies that are certain were dealt with before.
pub(super) fn combine(
    request: &Request,
    layers: &Layers<'_>,
    sides: &Sides,
    grants: Truth,
    denied: Truth,
) -> Decision {
    let source = source(request, layers, sides, grants);
    let ceilings = sides.service_control & sides.vpc_endpoint;
    let allowed = match &source {
        Ok(source) => source.allows,
        Err(_) => Truth::No,
    };
    let verdict = ceilings & allowed & !denied;
    match verdict {
        Truth::Yes => Decision {
            verdict: Verdict::Allowed,
            reason: source.map_or_else(|reason| reason, |source| source.reason),
        },
        Truth::Unknown => Decision {
            verdict: Verdict::Depends,
            reason: Reason::Unknown,
        },
        Truth::No => Decision {
            verdict: Verdict::ImplicitDeny,
            reason: why_not(request, sides, source),
        },
    }
}

/// What allows the request, or why nothing can.
fn source(
    request: &Request,
    layers: &Layers<'_>,
    sides: &Sides,
    grants: Truth,
) -> Result<Source, Reason> {
    if !request.action.is_of_kms() {
        return Ok(other_service(request, layers, sides));
    }
    // An action that our table lacks is taken for one on keys that works in one account only.
    let kms = request.action.kms();
    let info = kms.map(KmsAction::info);
    let same_account = request.is_same_account();
    let has_account = request.principal.account().is_some();
    if matches!(request.principal, Principal::Anonymous) {
        return Err(Reason::Unsigned);
    }
    if has_account && !same_account && !info.is_some_and(|info| info.cross_account) {
        return Err(Reason::NotAcrossAccounts);
    }
    if request.is_on_alias() {
        if !info.is_some_and(|info| info.on_alias) {
            return Err(Reason::NotOnAliases);
        }
        if request
            .resource
            .arn()
            .is_some_and(|arn| arn.resource().starts_with("alias/aws/"))
        {
            return Err(Reason::ReservedAlias);
        }
    }
    if kms == Some(KmsAction::RetireGrant) {
        let reason = Reason::MayRetire;
        return if grants.is_no() {
            Err(Reason::NotRetirable)
        } else {
            Ok(Source {
                allows: grants,
                reason,
            })
        };
    }
    if request.is_on_alias() || info.is_some_and(|info| !info.on_key) {
        // Only identity-based policies decide on aliases and on actions without a resource.
        return Ok(Source {
            allows: sides.identity_side(request),
            reason: Reason::IdentityAllows,
        });
    }
    let by_policy = guarded_resource(request, sides);
    Ok(first(
        by_policy,
        Source {
            allows: grants,
            reason: Reason::GrantAllows,
        },
    ))
}

/// A resource whose own policy must take part: a key, or a role that is to be assumed. An
/// identity-based policy alone is never enough.
fn guarded_resource(request: &Request, sides: &Sides) -> Source {
    let identity_side = sides.identity_side(request);
    if request.is_same_account() {
        let itself = itself(&sides.resource, sides);
        let delegated = sides.resource.account & identity_side;
        return first(
            Source {
                allows: itself,
                reason: Reason::ResourcePolicyAllows,
            },
            Source {
                allows: delegated,
                reason: Reason::DelegatedToIdentity,
            },
        );
    }
    across_accounts(request, sides, identity_side)
}

/// What the resource's policy gives the caller without any identity-based policy. Where it names
/// the role of a session, boundary and session policy limit it (IAM User Guide, "Policy
/// evaluation logic": resource-based policies and implicit denies in other policies).
fn itself(resource: &ResourceSide, sides: &Sides) -> Truth {
    resource.everyone | resource.direct | (resource.base & sides.within())
}

fn across_accounts(request: &Request, sides: &Sides, identity_side: Truth) -> Source {
    if request.principal.account().is_none() {
        // A service or identity provider has no account whose policies could be asked.
        let allows = sides.resource.everyone | sides.resource.direct;
        return Source {
            allows,
            reason: Reason::ResourcePolicyAllows,
        };
    }
    Source {
        allows: sides.resource.in_any_way() & identity_side,
        reason: Reason::BothAccountsAllow,
    }
}

/// Other services: in one account either side suffices, except for a role that is to be assumed,
/// whose trust policy must take part.
fn other_service(request: &Request, layers: &Layers<'_>, sides: &Sides) -> Source {
    let has_account = request.principal.account().is_some();
    if is_assume_role(request) {
        return guarded_resource(request, sides);
    }
    let identity_side = sides.identity_side(request);
    if !request.is_same_account() && has_account {
        return across_accounts(request, sides, identity_side);
    }
    let by_identity = Source {
        allows: identity_side,
        reason: Reason::IdentityAllows,
    };
    if layers.resource.is_none() {
        return by_identity;
    }
    let by_resource = Source {
        allows: itself(&sides.resource, sides),
        reason: Reason::ResourcePolicyAllows,
    };
    first(by_resource, by_identity)
}

/// `sts:AssumeRole` and its kin on a role.
fn is_assume_role(request: &Request) -> bool {
    let (service, name) = request.action.folded();
    service == "sts"
        && name.starts_with("assumerole")
        && request
            .resource
            .arn()
            .is_some_and(|arn| arn.service() == "iam" && arn.resource().starts_with("role/"))
}

fn first(one: Source, other: Source) -> Source {
    let allows = one.allows | other.allows;
    let reason = if one.allows == allows {
        one.reason
    } else {
        other.reason
    };
    Source { allows, reason }
}

/// Which layer stands in the way: the first that does whatever is not known, in the order in which AWS
/// looks at them.
fn why_not(request: &Request, sides: &Sides, source: Result<Source, Reason>) -> Reason {
    let source = source.err();
    stands_in_the_way(request, sides, source, Truth::is_no)
        .or_else(|| stands_in_the_way(request, sides, source, |allows| !allows.is_yes()))
        .unwrap_or(Reason::NotAllowed(Layer::Identity))
}

fn stands_in_the_way(
    request: &Request,
    sides: &Sides,
    never: Option<Reason>,
    lacks: fn(Truth) -> bool,
) -> Option<Reason> {
    let missing = |layer| Some(Reason::NotAllowed(layer));
    if lacks(sides.service_control) {
        return missing(Layer::ServiceControl);
    }
    if lacks(sides.vpc_endpoint) {
        return missing(Layer::VpcEndpoint);
    }
    if never.is_some() {
        return never;
    }
    let resource_must_allow = request.action.kms().map_or_else(
        || is_assume_role(request) || !request.is_same_account(),
        |kms| kms.info().on_key && !request.is_on_alias(),
    );
    if resource_must_allow && lacks(sides.resource.in_any_way()) {
        let identity_allows = sides.identity.is_yes() && sides.identity_side(request).is_yes();
        return if request.is_same_account() && identity_allows {
            Some(Reason::NotDelegated)
        } else {
            missing(Layer::Resource)
        };
    }
    if request.principal.account().is_none() {
        return missing(Layer::Resource);
    }
    let named = request.is_same_account() && !itself_without_limits(&sides.resource).is_no();
    if !named && lacks(sides.identity) {
        return missing(Layer::Identity);
    }
    if lacks(sides.permissions_boundary) {
        return missing(Layer::PermissionsBoundary);
    }
    if lacks(sides.session) {
        return missing(Layer::Session);
    }
    None
}

fn itself_without_limits(resource: &ResourceSide) -> Truth {
    resource.everyone | resource.direct | resource.base
}
