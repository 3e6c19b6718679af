//! Who calls, and what a Principal element matches (section 3).

use serde_json::Value;

use crate::arn;
use crate::case::Request;

/// The kinds of callers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    User,
    /// A role ARN as principal: some session of the role, its name unknown.
    Role,
    Session,
    FederatedUser,
    /// Somebody whom an identity provider vouches for: the provider is the principal.
    Federated,
    Root,
    Service,
    Anonymous,
}

/// The caller.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) kind: Kind,
    /// The principal as the request gives it.
    pub(crate) text: String,
    pub(crate) account: Option<String>,
    /// The exact ARN of the role of a session, if the request tells.
    pub(crate) role_arn: Option<String>,
    /// The user behind a federated user, if the request tells.
    pub(crate) federated_by: Option<String>,
}

impl Principal {
    /// Reads the principal of a request. `role` and `stated_arn` (`aws:PrincipalArn`) may tell
    /// the path of a session's role.
    pub(crate) fn read(
        text: &str,
        role: Option<&str>,
        stated_arn: Option<&str>,
    ) -> Result<Self, String> {
        let (kind, account) = kind_of(text)?;
        let stated_role = stated_arn.filter(|stated| is_role_arn(stated));
        // The roles of service infrastructure have ARNs that end in the session's name (section 5,
        // EC2 instance): `role/aws:ec2-infrastructure/i-…`.
        let own_role = text.contains(":assumed-role/aws:").then(|| {
            text.replace(":sts:", ":iam:")
                .replace(":assumed-role/", ":role/")
        });
        let role_arn = match kind {
            Kind::Role => Some(text),
            Kind::Session => role.or(own_role.as_deref()).or(stated_role),
            _ => None,
        };
        Ok(Self {
            kind,
            text: text.to_owned(),
            account,
            role_arn: role_arn.map(str::to_owned),
            federated_by: None,
        })
    }

    /// `aws:PrincipalArn`: for a session the ARN of its role.
    pub(crate) fn principal_arn(&self) -> Option<String> {
        match self.kind {
            Kind::User | Kind::Role | Kind::FederatedUser | Kind::Root => Some(self.text.clone()),
            Kind::Session => self.role_arn.clone().or_else(|| {
                let arn = arn::parse(&self.text)?;
                let role = self.session_role_name()?;
                Some(format!(
                    "arn:{}:iam::{}:role/{role}",
                    arn.partition, arn.account
                ))
            }),
            Kind::Federated | Kind::Service | Kind::Anonymous => None,
        }
    }

    /// `aws:userid`, where principal and account tell it (condition key table).
    pub(crate) fn user_id(&self) -> Option<String> {
        let arn = arn::parse(&self.text)?;
        match self.kind {
            Kind::Root => Some(arn.account.to_owned()),
            Kind::FederatedUser => {
                let name = arn.resource.strip_prefix("federated-user/")?;
                Some(format!("{}:{name}", arn.account))
            }
            _ => None,
        }
    }

    /// `aws:username`: IAM users only, without the path.
    pub(crate) fn user_name(&self) -> Option<&str> {
        let arn = arn::parse(&self.text).filter(|_| self.kind == Kind::User)?;
        arn.resource.rsplit('/').next()
    }

    /// A role under `/aws-service-role/` is a service-linked role.
    pub(crate) fn is_service_linked_role(&self) -> bool {
        let arn = self.role_arn.as_deref().and_then(arn::parse);
        arn.is_some_and(|arn| arn.resource.starts_with("role/aws-service-role/"))
    }

    fn session_role_name(&self) -> Option<&str> {
        let session = arn::parse(&self.text)?
            .resource
            .strip_prefix("assumed-role/")?;
        session.split('/').next()
    }
}

fn is_role_arn(text: &str) -> bool {
    arn::parse(text).is_some_and(|arn| arn::role_name(&arn).is_some())
}

fn kind_of(text: &str) -> Result<(Kind, Option<String>), String> {
    if text == "anonymous" {
        return Ok((Kind::Anonymous, None));
    }
    let Some(arn) = arn::parse(text) else {
        let service = text.contains(".amazonaws.com") && !text.contains(':');
        return if service {
            Ok((Kind::Service, None))
        } else {
            Err(format!("unknown principal `{text}`"))
        };
    };
    let word = arn.resource.split('/').next().unwrap_or_default();
    let words = arn.resource.split('/').count();
    let kind = match (arn.service, word, words) {
        ("iam", "root", 1) => Kind::Root,
        ("iam", "user", 2..) => Kind::User,
        ("iam", "role", 2..) => Kind::Role,
        ("sts", "assumed-role", 3) => Kind::Session,
        ("sts", "federated-user", 2) => Kind::FederatedUser,
        ("iam", "oidc-provider" | "saml-provider", 2..) => {
            return Ok((Kind::Federated, None));
        }
        _ => return Err(format!("unknown principal `{text}`")),
    };
    Ok((kind, Some(arn.account.to_owned())))
}

/// How an entry of a Principal element matched the caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Match {
    /// By account: permission is delegated to the account's IAM policies.
    Account,
    /// The caller itself: user, session, federated user or service, or the root user by its
    /// account. Implicit denies of boundary and session policy don't limit it.
    Caller,
    /// By `*` or through `NotPrincipal`: everyone.
    Everyone,
    /// By the role of the session, or the user behind a federated user: limited by boundary and
    /// session policy.
    Role,
}

/// All matches of a Principal element.
pub(crate) fn element(element: &Value, request: &Request) -> Vec<Match> {
    match element {
        // A bare string is `*`, or (reading 7) read as under `AWS`.
        Value::String(text) => aws_principal(text, request).into_iter().collect(),
        Value::Object(types) => {
            let mut found = Vec::new();
            for (kind, values) in types {
                for value in strings(values) {
                    found.extend(match kind.as_str() {
                        "AWS" => aws_principal(&value, request),
                        "Service" => service_principal(&value, request),
                        "Federated" => identity_provider(&value, request),
                        // CanonicalUser is a notion of S3 (section 3).
                        _ => None,
                    });
                }
            }
            found
        }
        _ => Vec::new(),
    }
}

/// How one `AWS` value, or a grant's principal that is no service, matches the caller.
pub(crate) fn aws_principal(value: &str, request: &Request) -> Option<Match> {
    let caller = &request.principal;
    if value == "*" {
        return Some(Match::Everyone);
    }
    if let Some((partition, account)) = arn::account_principal(value) {
        let own = arn::parse(&caller.text)?;
        if caller.account.as_deref() != Some(account) {
            return None;
        }
        if partition.is_some_and(|partition| partition != own.partition) {
            return None;
        }
        return Some(if caller.kind == Kind::Root {
            Match::Caller
        } else {
            Match::Account
        });
    }
    if matches!(
        caller.kind,
        Kind::Federated | Kind::Service | Kind::Anonymous
    ) {
        return None;
    }
    if caller.kind == Kind::FederatedUser && caller.federated_by.as_deref() == Some(value) {
        // Section 3: limited like a role's session.
        return Some(Match::Role);
    }
    if value == caller.text {
        return Some(if caller.kind == Kind::Role {
            Match::Role
        } else {
            Match::Caller
        });
    }
    if value.starts_with("AROA") || value.starts_with("AIDA") {
        return unique_id(value, request);
    }
    (caller.kind == Kind::Session && is_role_of(value, caller)).then_some(Match::Role)
}

/// `{"Federated": …}`: who asks for a role with the word of this provider (trust policies only).
fn identity_provider(value: &str, request: &Request) -> Option<Match> {
    let caller = &request.principal;
    (caller.kind == Kind::Federated && caller.text == value).then_some(Match::Caller)
}

/// `{"Service": "x.amazonaws.com"}`: the service calling as itself.
pub(crate) fn service_principal(value: &str, request: &Request) -> Option<Match> {
    let caller = &request.principal;
    (caller.kind == Kind::Service && caller.text == value).then_some(Match::Caller)
}

/// A role ARN in a policy against a session. A session ARN doesn't show the path of its role:
/// unless the request tells the role's ARN, the name decides (pitfall 54).
fn is_role_of(value: &str, session: &Principal) -> bool {
    if let Some(known) = &session.role_arn {
        return known == value;
    }
    let (Some(role), Some(own)) = (arn::parse(value), arn::parse(&session.text)) else {
        return false;
    };
    role.partition == own.partition
        && role.account == own.account
        && arn::role_name(&role).is_some()
        && arn::role_name(&role) == session.session_role_name()
}

/// Saved policies hold unique ids; a session's `aws:userid` is `AROA…:session` (section 3).
fn unique_id(value: &str, request: &Request) -> Option<Match> {
    let stated = request.context.single("aws:userid")?;
    if stated != value && !stated.starts_with(&format!("{value}:")) {
        return None;
    }
    Some(if value.starts_with("AROA") {
        Match::Role
    } else {
        Match::Caller
    })
}

/// A string or list of strings; other things are left out.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}
