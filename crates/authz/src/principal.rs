//! The caller of a request.

use std::fmt;

use kmsim_types::{AccountId, Arn, service};
use smol_str::SmolStr;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// The root user of an account.
    Root(Arn),
    /// An IAM user.
    User(Arn),
    /// A session of a role.
    RoleSession(RoleSession),
    /// A session from `GetFederationToken`.
    FederatedUser {
        /// `arn:aws:sts::…:federated-user/…`
        arn: Arn,
        /// The IAM user that asked for the token, if known.
        issued_by: Option<Arn>,
    },
    /// An AWS service that calls for itself: `cloudtrail.amazonaws.com`.
    Service(Box<str>),
    /// Somebody that an identity provider vouches for, who asks to assume a role: the provider's
    /// ARN or name.
    Federated(Box<str>),
    /// Nobody: an unsigned request.
    Anonymous,
}

/// A session of a role. A session's ARN holds the role's name without its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleSession {
    /// The account of the role.
    pub account: AccountId,
    /// The partition of the role.
    pub partition: SmolStr,
    /// The role's name without its path.
    pub name: SmolStr,
    /// The role's ARN, if it is known; its path is not known otherwise.
    pub role: Option<Arn>,
    /// The session's ARN, if its name is known.
    pub session: Option<Arn>,
}

impl RoleSession {
    /// The role's ARN. Where it is not known, the role is taken to have no path.
    pub fn role_arn(&self) -> String {
        self.role.as_ref().map_or_else(
            || {
                format!(
                    "arn:{}:iam::{}:role/{}",
                    self.partition, self.account, self.name
                )
            },
            ToString::to_string,
        )
    }

    /// Whether the role is linked to a service, which its path tells.
    pub fn is_service_linked(&self) -> bool {
        self.role
            .as_ref()
            .is_some_and(|role| role.resource().starts_with("role/aws-service-role/"))
    }
}

/// A text that names no principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a principal")]
pub struct PrincipalError {
    /// The text, shortened.
    pub found: String,
    /// What is wrong with it.
    pub hint: &'static str,
}

impl Principal {
    /// Reads a principal as cases write it: an ARN, a service principal or `anonymous`. A role's
    /// ARN stands for a session of that role whose name is not known.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        let error = |hint| {
            Err(PrincipalError {
                found: kmsim_policy::diagnostic::excerpt(text),
                hint,
            })
        };
        if text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        if service::is_service_principal(text) {
            return Ok(Self::Service(text.into()));
        }
        if !text.starts_with("arn:") {
            return error(
                "expected an ARN, a service principal such as cloudtrail.amazonaws.com, or `anonymous`",
            );
        }
        let Ok(arn) = Arn::parse(text) else {
            return error(
                "expected arn:partition:iam::account:user/name, :role/name, :root or an STS session",
            );
        };
        let Some(account) = arn.account_id() else {
            return error("an account id has 12 digits");
        };
        let blank_or_wildcard = |c: char| c.is_whitespace() || matches!(c, '*' | '?');
        if text.contains(blank_or_wildcard) {
            return error("a request comes from one principal: no wildcards and no blanks");
        }
        let partition = SmolStr::new(arn.partition());
        let parsed = match (arn.service(), arn.resource().split_once('/')) {
            ("iam", None) if arn.resource() == "root" => Self::Root(arn),
            ("iam", Some(("user", name))) if is_name(name) => Self::User(arn),
            ("iam", Some(("role", path))) if is_name(path) => {
                let name = path.rsplit('/').next().unwrap_or(path).into();
                Self::RoleSession(RoleSession {
                    account,
                    partition,
                    name,
                    role: Some(arn),
                    session: None,
                })
            }
            ("iam", Some(("oidc-provider" | "saml-provider", _))) => Self::Federated(text.into()),
            ("iam", Some(("group", _))) => {
                return error("a group makes no requests; name one of its users");
            }
            ("sts", Some(("assumed-role", rest))) => match rest.split_once('/') {
                Some((name, session))
                    if is_name(name) && is_name(session) && !session.contains('/') =>
                {
                    // The roles of service infrastructure have ARNs that end in the session's name
                    // (EBS User Guide: `role/aws:ec2-infrastructure/i-…`).
                    let own_role = format!("arn:{partition}:iam::{account}:role/{rest}");
                    let role = if name.starts_with("aws:") {
                        Arn::parse(&own_role).ok()
                    } else {
                        None
                    };
                    let name = name.into();
                    Self::RoleSession(RoleSession {
                        account,
                        partition,
                        name,
                        role,
                        session: Some(arn),
                    })
                }
                _ => {
                    return error(
                        "expected arn:partition:sts::account:assumed-role/role/session, without the role's path",
                    );
                }
            },
            ("sts", Some(("federated-user", name))) if is_name(name) => Self::FederatedUser {
                arn,
                issued_by: None,
            },
            _ => return error("expected a user, a role, an account's root, or an STS session"),
        };
        Ok(parsed)
    }

    /// Says which role a session is of, where that is stated beside the session. Fails if it is
    /// another role.
    pub fn with_role(mut self, role: &str) -> Result<Self, PrincipalError> {
        let error = |hint| PrincipalError {
            found: kmsim_policy::diagnostic::excerpt(role),
            hint,
        };
        let Self::RoleSession(session) = &mut self else {
            return Err(error("only a role session has a role"));
        };
        if session
            .role
            .as_ref()
            .is_some_and(|own| own.as_str() == role)
        {
            return Ok(self);
        }
        let Ok(Self::RoleSession(RoleSession {
            account,
            name,
            role: Some(arn),
            ..
        })) = Self::parse(role)
        else {
            return Err(error("expected the ARN of a role"));
        };
        if (account, &name) != (session.account, &session.name) {
            return Err(error("the session is of another role"));
        }
        session.role = Some(arn);
        Ok(self)
    }

    /// The account of the principal. Services, identity providers and nobody have none.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root(arn) | Self::User(arn) | Self::FederatedUser { arn, .. } => arn.account_id(),
            Self::RoleSession(session) => Some(session.account),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }

    /// The partition of the principal's ARN.
    pub(crate) fn partition(&self) -> Option<&str> {
        match self {
            Self::Root(arn) | Self::User(arn) | Self::FederatedUser { arn, .. } => {
                Some(arn.partition())
            }
            Self::RoleSession(session) => Some(&session.partition),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }

    /// Whether the principal is a service-linked role, which SCPs, RCPs and boundaries spare.
    pub fn is_service_linked_role(&self) -> bool {
        matches!(self, Self::RoleSession(session) if session.is_service_linked())
    }

    /// The value of `aws:PrincipalArn`: for a session the ARN of its role.
    pub fn principal_arn(&self) -> Option<String> {
        match self {
            Self::Root(arn) | Self::User(arn) | Self::FederatedUser { arn, .. } => {
                Some(arn.to_string())
            }
            Self::RoleSession(session) => Some(session.role_arn()),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(arn) | Self::User(arn) | Self::FederatedUser { arn, .. } => arn.fmt(f),
            Self::RoleSession(session) => match &session.session {
                Some(arn) => arn.fmt(f),
                None => f.write_str(&session.role_arn()),
            },
            Self::Service(name) | Self::Federated(name) => f.write_str(name),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.ends_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_principal() {
        for (text, account) in [
            ("arn:aws:iam::111122223333:root", true),
            ("arn:aws:iam::111122223333:user/path/alice", true),
            ("arn:aws:iam::111122223333:role/path/app", true),
            ("arn:aws-cn:sts::111122223333:assumed-role/app/i-1", true),
            (
                "arn:aws:sts::111122223333:assumed-role/aws:ec2-infrastructure/i-1",
                true,
            ),
            ("arn:aws:sts::111122223333:federated-user/bob", true),
            ("logs.us-east-1.amazonaws.com", false),
            ("anonymous", false),
        ] {
            let principal = Principal::parse(text).expect(text);
            assert_eq!(principal.account().is_some(), account, "{text}");
            assert_eq!(principal.to_string(), text);
        }
        let session =
            Principal::parse("arn:aws-cn:sts::111122223333:assumed-role/app/i-1").unwrap();
        assert_eq!(
            session.principal_arn().as_deref(),
            Some("arn:aws-cn:iam::111122223333:role/app")
        );
    }

    #[test]
    fn other_texts_are_refused_with_a_hint() {
        for text in [
            "",
            "alice",
            "*",
            "111122223333",
            "arn:aws:iam::1234:user/a",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:sts::111122223333:assumed-role/app",
            "arn:aws:sts::111122223333:assumed-role/path/app/i-1",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:s3:::bucket",
            "arn:aws: iam::111122223333:user/a",
        ] {
            assert!(Principal::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_service_linked_role_is_known_by_its_path() {
        let session = Principal::parse(
            "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/x",
        )
        .unwrap();
        assert!(!session.is_service_linked_role());
        let role = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
        assert!(
            session
                .clone()
                .with_role(role)
                .unwrap()
                .is_service_linked_role()
        );
        assert!(
            session
                .with_role("arn:aws:iam::111122223333:role/other")
                .is_err()
        );
    }
}
