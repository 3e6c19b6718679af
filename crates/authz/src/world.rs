//! The world around KMS keys: accounts with their principals and keys, and the organization that
//! the accounts belong to.
//!
//! A world is read once ([`Reader::world`](crate::reader::Reader::world)), or put together from
//! [`Contents`]. Policies are compiled, references from principals to groups and managed policies
//! are resolved, and the SCPs and RCPs on the way to each account are laid out, so that a
//! [`Call`](crate::call::Call) only has to look things up. Whoever runs operations that make and
//! change keys puts the new keys in place of the old ones; everything else stays as it was read.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::source::Span;
use kmsim_types::{
    AccountId, Arn, KeyManager, KeyOrigin, KeySpec, KeyState, KeyUsage, MultiRegionKeyType, Region,
};
use serde::Serialize;

use crate::grant::Grant;
use crate::layers::{AttachedPolicy, Level};
pub use crate::reader::{Moment, Pairs};

mod change;
mod keys;
mod link;
mod organization;
mod policies;
mod principals;
mod read;
mod resources;

pub(crate) use link::nearest;
pub use link::{aws_managed_key_policy, default_key_policy};
pub use organization::{Organization, Placement};

/// Accounts, principals, keys and the organization.
#[derive(Clone, Debug, Default)]
pub struct World {
    contents: Contents,
    index: Index,
}

/// What a world consists of.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The time at which calls are made.
    pub now: Option<Moment>,
    /// The Region of calls that tell none.
    pub region: Option<Region>,
    /// The organization. Without one there are no SCPs and RCPs.
    pub organization: Option<Organization>,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Users and roles.
    pub identities: Vec<Identity>,
    /// KMS keys; a multi-Region key once for each of its Regions.
    pub keys: Vec<Key>,
    /// Aliases.
    pub aliases: Vec<Alias>,
    /// VPC endpoints.
    pub vpc_endpoints: Vec<VpcEndpoint>,
    /// Resources of other services.
    pub resources: Vec<OtherResource>,
    /// The identity-based policies of users and roles of accounts that are not listed. Without them
    /// such principals have none.
    pub other_principals: Option<Vec<Arc<AttachedPolicy>>>,
    /// What is missing for a full answer.
    pub gaps: Vec<Gap>,
}

/// Something that whoever made the world could not find out, so that answers may be wrong where it
/// matters: "no organization export: SCPs and RCPs are not considered".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// A stable name, kebab-case.
    pub code: Box<str>,
    /// What is missing, and what that means for answers.
    pub message: Box<str>,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The account's name.
    pub name: Option<Box<str>>,
    /// The identity-based policies of users and roles of the account that are not listed. Without
    /// them such principals do not exist.
    pub other_principals: Option<Vec<Arc<AttachedPolicy>>>,
    /// Where the account stands.
    pub span: Span,
}

/// A user or a role.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The ARN, with the path.
    pub arn: Arn,
    /// The account.
    pub account: AccountId,
    /// The name without path.
    pub name: Box<str>,
    /// Whether it is a role.
    pub is_role: bool,
    /// `AIDA…` or `AROA…`
    pub id: Option<Box<str>>,
    /// The identity-based policies: its own and those of its groups, inline and managed.
    pub policies: Vec<Arc<AttachedPolicy>>,
    /// The permissions boundary.
    pub permissions_boundary: Option<Vec<Arc<AttachedPolicy>>>,
    /// A role's trust policy.
    pub trust_policy: Option<Arc<AttachedPolicy>>,
    /// The tags.
    pub tags: Pairs,
    /// Where it stands.
    pub span: Span,
}

/// A KMS key.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key's ARN.
    pub arn: Arn,
    /// The account that owns the key.
    pub account: AccountId,
    /// The key's Region.
    pub region: Region,
    /// `KeySpec`
    pub spec: KeySpec,
    /// `KeyUsage`
    pub usage: KeyUsage,
    /// `Origin`
    pub origin: KeyOrigin,
    /// `KeyManager`
    pub manager: KeyManager,
    /// `KeyState`. Authorization does not look at it.
    pub state: KeyState,
    /// For a multi-Region key, whether it is the primary or a replica.
    pub multi_region: Option<MultiRegionKeyType>,
    /// The key policy.
    pub policy: Arc<AttachedPolicy>,
    /// Whether the key policy is the one that AWS managed keys are taken to have, since the world
    /// states none.
    pub is_policy_assumed: bool,
    /// The second key policy that AWS RAM manages.
    pub ram_policy: Option<Arc<AttachedPolicy>>,
    /// The grants.
    pub grants: Vec<Grant>,
    /// Names of the key's aliases, in order.
    pub aliases: Vec<Box<str>>,
    /// The tags.
    pub tags: Pairs,
    /// When the key was last used, or since when it has not been used.
    pub last_used: Option<Moment>,
    /// Where the key stands.
    pub span: Span,
}

impl Key {
    /// Whether AWS manages the key for a service.
    pub fn is_aws_managed(&self) -> bool {
        self.manager == KeyManager::Aws
    }

    /// The key's id.
    pub fn id(&self) -> &str {
        self.arn.resource().strip_prefix("key/").unwrap_or("")
    }
}

/// An alias.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The alias's ARN.
    pub arn: Arn,
    /// The name, with `alias/`.
    pub name: Box<str>,
    /// The ARN of the key. Aliases of AWS may have none yet.
    pub target: Option<Arn>,
    /// Where the alias stands.
    pub span: Span,
}

/// A VPC endpoint.
#[derive(Clone, Debug)]
pub struct VpcEndpoint {
    /// `vpce-…`
    pub id: Box<str>,
    /// The account that owns the endpoint.
    pub account: Option<AccountId>,
    /// `vpc-…`
    pub vpc: Option<Box<str>>,
    /// `com.amazonaws.us-east-1.kms`
    pub service: Option<Box<str>>,
    /// The endpoint policy; none lets everything pass, as AWS's default policy does.
    pub policy: Option<Vec<Arc<AttachedPolicy>>>,
    /// Where the endpoint stands.
    pub span: Span,
}

/// A resource of another service.
#[derive(Clone, Debug)]
pub struct OtherResource {
    /// The ARN.
    pub arn: Arn,
    /// The account that owns it.
    pub account: Option<AccountId>,
    /// Its policy.
    pub policy: Option<Arc<AttachedPolicy>>,
    /// Its tags.
    pub tags: Pairs,
    /// Where it stands.
    pub span: Span,
}

/// Where things are in [`Contents`].
#[derive(Clone, Debug, Default)]
struct Index {
    accounts: HashMap<AccountId, usize>,
    identities: HashMap<Box<str>, usize>,
    /// Users and roles of each account.
    identities_of: HashMap<AccountId, Vec<usize>>,
    /// Names of roles are unique in an account, whatever their paths.
    roles: HashMap<(AccountId, Box<str>), usize>,
    keys: HashMap<Box<str>, usize>,
    aliases: HashMap<Box<str>, usize>,
    vpc_endpoints: HashMap<Box<str>, usize>,
    resources: HashMap<Box<str>, usize>,
}

impl World {
    /// Makes a world. Of things with the same name the first counts.
    pub fn new(contents: Contents) -> Self {
        let mut index = Index::default();
        for (at, account) in contents.accounts.iter().enumerate() {
            index.accounts.entry(account.id).or_insert(at);
        }
        for (at, identity) in contents.identities.iter().enumerate() {
            index.identities.entry(text(&identity.arn)).or_insert(at);
            let of_account = index.identities_of.entry(identity.account);
            of_account.or_default().push(at);
            if identity.is_role {
                let name = (identity.account, identity.name.clone());
                index.roles.entry(name).or_insert(at);
            }
        }
        for (at, key) in contents.keys.iter().enumerate() {
            index.keys.entry(text(&key.arn)).or_insert(at);
        }
        for (at, alias) in contents.aliases.iter().enumerate() {
            index.aliases.entry(text(&alias.arn)).or_insert(at);
        }
        for (at, endpoint) in contents.vpc_endpoints.iter().enumerate() {
            index.vpc_endpoints.entry(endpoint.id.clone()).or_insert(at);
        }
        for (at, resource) in contents.resources.iter().enumerate() {
            index.resources.entry(text(&resource.arn)).or_insert(at);
        }
        Self { contents, index }
    }

    /// What the world consists of, everything in the order of the text.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The account with this id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        let at = self.index.accounts.get(&id)?;
        self.contents.accounts.get(*at)
    }

    /// The user or role with this ARN.
    pub fn identity(&self, arn: &str) -> Option<&Identity> {
        let at = self.index.identities.get(arn)?;
        self.contents.identities.get(*at)
    }

    /// The role with this name without path.
    pub fn role(&self, account: AccountId, name: &str) -> Option<&Identity> {
        let at = self.index.roles.get(&(account, name.into()))?;
        self.contents.identities.get(*at)
    }

    /// The users and roles of an account.
    pub fn identities_of(&self, account: AccountId) -> impl Iterator<Item = &Identity> {
        let places = self.index.identities_of.get(&account);
        let places = places.map_or(&[][..], Vec::as_slice).iter();
        places.filter_map(|at| self.contents.identities.get(*at))
    }

    /// The key with this ARN.
    pub fn key(&self, arn: &str) -> Option<&Key> {
        let at = self.index.keys.get(arn)?;
        self.contents.keys.get(*at)
    }

    /// The alias with this ARN.
    pub fn alias(&self, arn: &str) -> Option<&Alias> {
        let at = self.index.aliases.get(arn)?;
        self.contents.aliases.get(*at)
    }

    /// The identity-based policies that users and roles of an account are taken to have if they are not
    /// listed.
    pub fn other_principals(&self, account: AccountId) -> Option<&[Arc<AttachedPolicy>]> {
        let others = match self.account(account) {
            Some(account) => &account.other_principals,
            None => &self.contents.other_principals,
        };
        others.as_deref()
    }

    /// The VPC endpoint with this id.
    pub fn vpc_endpoint(&self, id: &str) -> Option<&VpcEndpoint> {
        let at = self.index.vpc_endpoints.get(id)?;
        self.contents.vpc_endpoints.get(*at)
    }

    /// The resource with this ARN, or the one in which it lies: an object lies in its bucket.
    pub fn resource(&self, arn: &str) -> Option<&OtherResource> {
        let mut name = arn;
        loop {
            if let Some(at) = self.index.resources.get(name) {
                return self.contents.resources.get(*at);
            }
            (name, _) = name.rsplit_once('/')?;
        }
    }

    /// Where an account is in the organization; `None` for an account that is not in it.
    pub fn placement(&self, account: AccountId) -> Option<&Placement> {
        self.contents.organization.as_ref()?.placement(account)
    }

    /// The SCPs on the way to an account. They do not bind the management account (Organizations
    /// User Guide, "Service control policies").
    pub fn service_control(&self, account: AccountId) -> &[Level] {
        self.controls(account)
            .map_or(&[], |placement| &placement.service_control)
    }

    /// The RCPs on the way to an account. They do not protect what the management account owns.
    pub fn resource_control(&self, account: AccountId) -> &[Level] {
        self.controls(account)
            .map_or(&[], |placement| &placement.resource_control)
    }

    fn controls(&self, account: AccountId) -> Option<&Placement> {
        let organization = self.contents.organization.as_ref()?;
        if organization.management_account == Some(account) {
            return None;
        }
        organization.placement(account)
    }
}

fn text(arn: &Arn) -> Box<str> {
    arn.as_str().into()
}

#[cfg(test)]
mod tests;
