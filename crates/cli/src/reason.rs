//! What decided, in one sentence.

use kmsim_authz::decision::{Decision, Reason};
use kmsim_authz::trace::Layer;

/// What decided, as a sentence without names: for output that does not trace the evaluation.
pub(crate) fn sentence(decision: Decision) -> &'static str {
    match decision.reason {
        Reason::ResourcePolicyAllows => "the resource's policy allows the caller",
        Reason::DelegatedToIdentity => {
            "the resource's policy delegates to the account, and an identity-based policy allows"
        }
        Reason::BothAccountsAllow => {
            "the resource's policy and an identity-based policy of the caller's account allow"
        }
        Reason::IdentityAllows => "an identity-based policy allows",
        Reason::GrantAllows => "a grant allows",
        Reason::MayRetire => "the caller may retire the grant",
        Reason::Denied(layer) => denied_by(layer),
        Reason::NotAllowed(layer) => not_allowed_by(layer),
        Reason::NotDelegated => {
            "an identity-based policy allows, and the key policy does not delegate to the account"
        }
        Reason::NotAcrossAccounts => "the operation does not work on keys of other accounts",
        Reason::NotOnAliases => "the action is not one on aliases",
        Reason::ReservedAlias => "aliases that begin with alias/aws/ belong to AWS",
        Reason::NotRetirable => "the caller is no party to a grant that could be retired",
        Reason::Unsigned => "KMS takes no unsigned requests",
        Reason::UnknownContext => "a condition key that is not known decides",
    }
}

fn denied_by(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControl => "a service control policy denies",
        Layer::ResourceControl => "a resource control policy denies",
        Layer::VpcEndpoint => "the VPC endpoint policy denies",
        Layer::Resource => "the resource's policy denies",
        Layer::ResourceShare => "the policy of the resource share denies",
        Layer::Grants => "a grant denies",
        Layer::Identity => "an identity-based policy denies",
        Layer::PermissionsBoundary => "the permissions boundary denies",
        Layer::Session => "a session policy denies",
    }
}

fn not_allowed_by(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControl => "no service control policy of some level allows",
        Layer::ResourceControl => "no resource control policy allows",
        Layer::VpcEndpoint => "the VPC endpoint policy does not allow",
        Layer::Resource => "the resource's policy does not allow",
        Layer::ResourceShare => "the policy of the resource share does not allow",
        Layer::Grants => "no grant allows",
        Layer::Identity => "no identity-based policy allows",
        Layer::PermissionsBoundary => "the permissions boundary does not allow",
        Layer::Session => "no session policy allows",
    }
}
