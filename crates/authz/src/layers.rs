//! The policies that surround one check.

use std::sync::Arc;

use kmsim_policy::syntax::Policy;

use crate::grant::Grant;
use crate::trace::{Layer, PolicyId};

/// A policy with the name under which it is attached.
#[derive(Clone, Debug)]
pub struct AttachedPolicy {
    /// The policy's name, if it has one.
    pub name: Option<Box<str>>,
    /// Where it is kept.
    pub origin: Origin,
    /// The policy.
    pub policy: Policy,
}

/// Where a policy is kept, which tells who can change it and whom else a change concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// In the thing that it is attached to: inline, or as the policy of a key or an endpoint.
    #[default]
    Inline,
    /// In a group, by the group's name: it concerns all members.
    Group(Box<str>),
    /// By itself, as the managed policy with this ARN: it concerns all that it is attached to.
    Managed(Box<str>),
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

impl<'w> Layers<'w> {
    /// The policy that a record of the evaluator is about.
    pub fn policy(&self, id: PolicyId) -> Option<&'w AttachedPolicy> {
        match id.layer {
            Layer::Resource => return self.resource,
            Layer::ResourceShare => return self.resource_share,
            _ => {}
        }
        let policies = self.policies(id.layer, id.level as usize);
        policies.get(id.policy as usize).map(|policy| &**policy)
    }

    /// The policies of a layer that may have several; of SCPs and RCPs those of one level.
    pub fn policies(&self, layer: Layer, level: usize) -> &'w [Arc<AttachedPolicy>] {
        let of = |levels: &'w [Level]| levels.get(level).map_or(&[][..], |level| &level.policies);
        match layer {
            Layer::ServiceControl => of(self.service_control),
            Layer::ResourceControl => of(self.resource_control),
            Layer::VpcEndpoint => self.vpc_endpoint.unwrap_or_default(),
            Layer::Identity => self.identity,
            Layer::PermissionsBoundary => self.permissions_boundary.unwrap_or_default(),
            Layer::Session => self.session.unwrap_or_default(),
            Layer::Resource | Layer::ResourceShare | Layer::Grants => &[],
        }
    }
}
