//! The policies that surround one check.

use std::sync::Arc;

use kmsim_policy::syntax::Policy;

use crate::grant::Grant;

/// A policy with the name under which it is attached.
#[derive(Clone, Debug)]
pub struct AttachedPolicy {
    /// The policy's name, if it has one.
    pub name: Option<Box<str>>,
    /// The policy.
    pub policy: Policy,
}

/// One level of an organization: the root, a unit or the account.
#[derive(Clone, Debug)]
pub struct Level {
    /// The level's id or name.
    pub name: Box<str>,
    /// The policies attached there.
    pub policies: Vec<Arc<AttachedPolicy>>,
}

/// Everything that has a say in one check. What is absent (`None`, no levels) does not limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layers<'w> {
    /// Identity-based policies of the caller: inline, managed, and of groups.
    pub identity: &'w [Arc<AttachedPolicy>],
    /// Permissions boundary of the caller.
    pub permissions_boundary: Option<&'w [Arc<AttachedPolicy>]>,
    /// Session policies of the caller's session.
    pub session: Option<&'w [Arc<AttachedPolicy>]>,
    /// Key policy, or the policy of another resource.
    pub resource: Option<&'w AttachedPolicy>,
    /// The second key policy that AWS RAM manages: `PolicyName` `AWS_RAM` of the API.
    pub resource_share: Option<&'w AttachedPolicy>,
    /// Policy of the VPC endpoint that the request went through.
    pub vpc_endpoint: Option<&'w [Arc<AttachedPolicy>]>,
    /// SCPs by level, from the root to the caller's account.
    pub service_control: &'w [Level],
    /// RCPs by level, from the root to the resource's account. `RCPFullAWSAccess` is implied.
    pub resource_control: &'w [Level],
    /// Grants on the key.
    pub grants: &'w [Grant],
    /// Whether the key is an AWS managed key, which RCPs spare.
    pub aws_managed_key: bool,
}
