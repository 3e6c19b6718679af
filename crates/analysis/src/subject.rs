//! Whom an answer is about: a principal, or all principals of a kind.

use std::fmt;

use kmsim_authz::principal::{Principal, RoleSession};
use kmsim_types::{AccountId, Arn};

/// Stands for the name of a principal that can be anyone. No IAM name has it.
const ANY_NAME: &str = "*";

/// A principal, or all principals of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A principal of the world: all of its policies are known. A role stands for its sessions.
    Known(Principal),
    /// A principal that a key policy or grant names and that the world does not list, of an account of
    /// which it does not list all. Where identity-based policies must allow and are not known, they are
    /// taken to.
    Named(Principal),
    /// Any principal of an account with identity-based policies that allow.
    AnyOf {
        /// The account.
        account: AccountId,
        /// Whether the world has users and roles of the account, so that it is about those that it has
        /// besides.
        besides: bool,
        /// Its partition.
        partition: Box<str>,
    },
    /// Any AWS service that calls for itself.
    AnyService,
    /// Any principal of any account, with identity-based policies there that allow.
    Anyone {
        /// An account that no policy names, to stand for all.
        stand_in: AccountId,
        /// The partition.
        partition: Box<str>,
    },
}

impl Subject {
    /// The principal that is asked about: itself, or one that stands for all.
    pub fn principal(&self) -> Principal {
        let any_of = |account: AccountId, partition: &str| {
            Principal::RoleSession(RoleSession {
                account,
                partition: partition.into(),
                name: ANY_NAME.into(),
                role: None,
                session: None,
            })
        };
        match self {
            Self::Known(principal) | Self::Named(principal) => principal.clone(),
            Self::AnyOf {
                account, partition, ..
            } => any_of(*account, partition),
            Self::AnyService => Principal::Service(ANY_NAME.into()),
            Self::Anyone {
                stand_in,
                partition,
            } => any_of(*stand_in, partition),
        }
    }

    /// What cannot be known of somebody who is only known by kind.
    pub(crate) fn unknown_keys(&self) -> &'static [&'static str] {
        match self {
            Self::Known(_) | Self::Named(_) => &[],
            Self::AnyOf { .. } => &[
                "aws:PrincipalArn",
                "aws:PrincipalType",
                "aws:userid",
                "aws:username",
            ],
            Self::AnyService => &["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"],
            Self::Anyone { .. } => &[
                "aws:PrincipalArn",
                "aws:PrincipalType",
                "aws:userid",
                "aws:username",
                "aws:PrincipalAccount",
                "kms:CallerAccount",
                "aws:PrincipalOrgID",
                "aws:PrincipalOrgPaths",
            ],
        }
    }

    /// Whether the world does not have it, so that its identity-based policies are those of
    /// `otherPrincipals`, or are taken to allow wherever they have to.
    pub fn is_stranger(&self) -> bool {
        !matches!(self, Self::Known(_) | Self::AnyService)
    }

    /// The account, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Known(principal) | Self::Named(principal) => principal.account(),
            Self::AnyOf { account, .. } => Some(*account),
            Self::AnyService | Self::Anyone { .. } => None,
        }
    }

    /// A stable word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Known(principal) | Self::Named(principal) => match principal {
                Principal::Root(_) => "root",
                Principal::User(_) => "user",
                Principal::RoleSession(session) if session.session.is_some() => "session",
                Principal::RoleSession(_) => "role",
                Principal::FederatedUser { .. } => "federatedUser",
                Principal::Service(_) => "service",
                Principal::Federated(_) => "identityProvider",
                Principal::Anonymous => "anonymous",
            },
            Self::AnyOf { .. } => "anyOfAccount",
            Self::AnyService => "anyService",
            Self::Anyone { .. } => "anyone",
        }
    }

    /// A short text that names it: an ARN, a service, an account id, or `*`.
    pub fn id(&self) -> String {
        match self {
            Self::Known(principal) | Self::Named(principal) => principal.to_string(),
            Self::AnyOf { account, .. } => account.to_string(),
            Self::AnyService => "*.amazonaws.com".to_owned(),
            Self::Anyone { .. } => "*".to_owned(),
        }
    }

    /// The order of answers: principals of the world by ARN, then named ones, services, accounts, all.
    pub fn order(&self) -> (u8, String) {
        let rank = match self {
            Self::Known(Principal::Service(_)) => 2,
            Self::Known(_) => 0,
            Self::Named(_) => 1,
            Self::AnyOf { .. } => 3,
            Self::AnyService => 4,
            Self::Anyone { .. } => 5,
        };
        (rank, self.id())
    }
}

/// For people.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(principal) | Self::Named(principal) => principal.fmt(f),
            Self::AnyOf {
                account, besides, ..
            } => {
                let other = if *besides { "other " } else { "" };
                write!(f, "any {other}principal of account {account}")
            }
            Self::AnyService => f.write_str("any AWS service"),
            Self::Anyone { .. } => f.write_str("anyone, in any account"),
        }
    }
}

/// The root user of an account.
pub(crate) fn root(account: AccountId, partition: &str) -> Option<Principal> {
    let arn = Arn::parse(&format!("arn:{partition}:iam::{account}:root"));
    Some(Principal::Root(arn.ok()?))
}
