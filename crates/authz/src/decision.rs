//! The outcome of a check.

use std::fmt;

use crate::trace::Layer;

/// Whether a request is allowed, in the words of `SimulateCustomPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Allowed.
    Allowed,
    /// Denied because nothing allows it.
    ImplicitDeny,
    /// Denied because a statement denies it.
    ExplicitDeny,
    /// It depends on context keys, or on values of policies, that are not known.
    Depends,
}

impl Verdict {
    /// The verdict as files and outputs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
            Self::Depends => "depends",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The resource's policy allows the caller itself.
    ResourcePolicyAllows,
    /// The key policy (or trust policy) delegates to the account, whose identity-based policies
    /// allow.
    DelegatedToIdentity,
    /// The resource's policy in one account and the identity-based policies in the other allow.
    BothAccountsAllow,
    /// The identity-based policies allow, and that is enough for this action or resource.
    IdentityAllows,
    /// A grant allows.
    GrantAllows,
    /// The caller may retire the grant: it is a party to it, or of a party's account.
    MayRetire,
    /// A statement of this layer denies.
    Denied(Layer),
    /// No statement of this layer allows. For SCPs: at some level.
    NotAllowed(Layer),
    /// The key policy names the caller's account, the identity-based policies allow, and the key
    /// policy's statement for the account is for something else; or there is none at all.
    NotDelegated,
    /// The operation has no effect on keys of another account, whatever the policies say.
    NotAcrossAccounts,
    /// The action is one on keys; an alias as resource gives it nothing.
    NotOnAliases,
    /// Aliases that begin with `alias/aws/` belong to AWS.
    ReservedAlias,
    /// The caller is no party to a grant that could be retired.
    NotRetirable,
    /// KMS takes no unsigned requests.
    Unsigned,
    /// Something that is not known decides: a context key, or a value of a policy.
    Unknown,
}

impl Reason {
    /// The reason as a stable word, as outputs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourcePolicyAllows => "resourcePolicyAllows",
            Self::DelegatedToIdentity => "delegatedToIdentity",
            Self::BothAccountsAllow => "bothAccountsAllow",
            Self::IdentityAllows => "identityAllows",
            Self::GrantAllows => "grantAllows",
            Self::MayRetire => "mayRetire",
            Self::Denied(_) => "explicitDeny",
            Self::NotAllowed(Layer::ServiceControl) => "noServiceControlAllow",
            Self::NotAllowed(Layer::VpcEndpoint) => "noVpcEndpointAllow",
            Self::NotAllowed(Layer::Identity) => "noIdentityAllow",
            Self::NotAllowed(Layer::PermissionsBoundary) => "noPermissionsBoundaryAllow",
            Self::NotAllowed(Layer::Session) => "noSessionAllow",
            Self::NotAllowed(_) => "noResourcePolicyAllow",
            Self::NotDelegated => "notDelegated",
            Self::NotAcrossAccounts => "notAcrossAccounts",
            Self::NotOnAliases => "notOnAliases",
            Self::ReservedAlias => "reservedAlias",
            Self::NotRetirable => "notRetirable",
            Self::Unsigned => "unsigned",
            Self::Unknown => "unknownContext",
        }
    }
}

/// The outcome of a check: verdict and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// What decided.
    pub reason: Reason,
}
